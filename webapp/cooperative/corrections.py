"""When something went wrong: withdraw one's own record, recall a lot, close a lot."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from traceability.errors import NotFoundError
from traceability.services.commands import DeclareError, Retire
from webapp.access import actor, application
from webapp.cooperative import blueprint
from webapp.cooperative.fields import own_lot, unit_choices
from webapp.cooperative.products import RetireForm
from webapp.forms import RecordForm, options, perform, status_of
from webapp.outcomes import done, fill, subject
from webapp.recalling import recalled
from webapp.words import ERROR_REASONS

CREATING = {"register", "produce", "deposit"}
"""Kinds of record that declare a lot's quantity: only these can set it right."""


class ErrorForm(RecordForm):
    """What was wrong with a record."""

    reason = SelectField(_l("What is wrong"), choices=options(ERROR_REASONS.items()), default="incorrect_data")
    note = TextAreaField(_l("What would be right"))
    declared = StringField(_l("Right quantity of the lot"))
    unit = SelectField(_l("Unit"), validate_choice=False)


@blueprint.route("/lot/error", methods=["GET", "POST"])
def declare_error() -> Response | tuple[str, int]:
    """Withdraw one's own earlier record; it stays visible, marked as withdrawn."""
    reads = application().reads
    lot = reads.lot(subject())
    event = request.args.get("event", "")
    entry = next((one for one in reads.history(lot.path) if one.event_id == event and not one.error_reason), None)
    if entry is None:
        raise NotFoundError("This lot has no such record. Choose one from its history.")
    form = ErrorForm()
    form.unit.choices = unit_choices()
    if request.method == "GET":
        form.unit.data = lot.declared.unit
    outcome = perform(
        form, lambda: application().lots.declare_error(actor(), fill(DeclareError, form, lot=lot.path, event_id=event))
    )
    if outcome is not None:
        return done(outcome, _("The record is marked as withdrawn."), url_for(".lot", ref=lot.path))
    page = render_template("cooperative/error.html", form=form, lot=lot, entry=entry, creating=entry.kind in CREATING)
    return page, status_of(form)


@blueprint.route("/lot/recall", methods=["GET", "POST"])
def recall() -> Response | tuple[str, int]:
    """Call one's own lot back, with everything made from it."""
    return recalled("cooperative/recall.html")


@blueprint.route("/lot/close", methods=["GET", "POST"])
def close_lot() -> Response | tuple[str, int]:
    """Close a lot for ever."""
    lot = own_lot()
    form = RetireForm()
    outcome = perform(form, lambda: application().lots.retire(actor(), fill(Retire, form, subject=lot.path)))
    if outcome is not None:
        return done(outcome, _("Lot %(lot)s is closed.", lot=lot.lot_number), url_for(".lots"))
    title = _("Close lot %(lot)s", lot=lot.lot_number)
    warning = _(
        "Nothing can be taken from it or recorded on it any more, and its stamps count no longer. This cannot be "
        "undone."
    )
    back = url_for(".lot", ref=lot.path)
    page = render_template("cooperative/close.html", form=form, back=back, title=title, warning=warning)
    return page, status_of(form)
