"""Recall a lot, with everything that this reaches shown beforehand; lift a recall; leave a finding."""

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import MultipleFileField, SelectField, TextAreaField

from traceability.services.commands import LiftRecall, RecordFinding
from webapp.access import actor, application
from webapp.forms import RecordForm, options, perform, status_of
from webapp.inspector import blueprint
from webapp.outcomes import done, fill, subject
from webapp.recalling import recalled
from webapp.words import OUTCOMES


class LiftForm(RecordForm):
    """Why it may be sold again."""

    note = TextAreaField(_l("Why the recall is lifted"))


class FindingForm(RecordForm):
    """What was found."""

    outcome = SelectField(_l("Outcome"), choices=options(OUTCOMES.items()))
    note = TextAreaField(_l("What was found"))
    pictures = MultipleFileField(_l("Pictures"))


@blueprint.route("/recall", methods=["GET", "POST"])
def recall() -> Response | tuple[str, int]:
    """Recall a lot; everything made from it is recalled with it."""
    return recalled("inspector/recall.html")


@blueprint.route("/lift", methods=["GET", "POST"])
def lift() -> Response | tuple[str, int]:
    """End a recall."""
    lot = application().reads.lot(subject())
    form = LiftForm()
    outcome = perform(form, lambda: application().recalls.lift(actor(), fill(LiftRecall, form, lot=lot.path)))
    if outcome is not None:
        return done(
            outcome, _("The recall of lot %(lot)s is lifted.", lot=lot.lot_number), url_for(".lot", ref=lot.path)
        )
    return render_template("inspector/lift.html", form=form, lot=lot), status_of(form)


@blueprint.route("/finding/<any(lot, product, participant):kind>", methods=["GET", "POST"])
def finding(kind: str) -> Response | tuple[str, int]:
    """Leave a signed finding on a lot, product or participant."""
    ref = subject()
    form = FindingForm()
    outcome = perform(form, lambda: application().findings.record(actor(), fill(RecordFinding, form, subject=ref)))
    back = url_for(f".{kind}", ref=ref)
    if outcome is not None:
        return done(outcome, _("The finding is on record, signed by you."), back, public=kind != "participant")
    return render_template("inspector/finding.html", form=form, kind=kind, ref=ref, back=back), status_of(form)
