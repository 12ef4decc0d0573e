"""Calling a lot back, which its holder and an inspector do on pages of their own with the same form.

Before anybody signs, the page says what the recall reaches: every lot made from this one, and their stamps.
"""

from collections.abc import Sequence
from typing import NamedTuple

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField

from traceability.domain.views import LotSummary
from traceability.services.commands import Recall
from webapp.access import actor, application
from webapp.forms import RecordForm, options, perform, status_of
from webapp.outcomes import done, fill, subject
from webapp.words import RECALL_REASONS


class RecallForm(RecordForm):
    """Why goods are called back."""

    reason = SelectField(_l("Reason"), choices=options(RECALL_REASONS.items()))
    note = TextAreaField(_l("What shoppers and sellers should know"))


class Reached(NamedTuple):
    """What a recall of a lot calls back."""

    lots: Sequence[LotSummary]
    stamps: int


def recalled(template: str) -> Response | tuple[str, int]:
    """Call the lot that `?ref=` names back, with everything made from it; the form is laid out by `template`."""
    reads = application().reads
    lot = reads.lot(subject())
    form = RecallForm()
    outcome = perform(form, lambda: application().recalls.recall(actor(), fill(Recall, form, lot=lot.path)))
    if outcome is not None:
        said = _("Lot %(lot)s is recalled, and with it everything made from it.", lot=lot.lot_number)
        return done(outcome, said, url_for(".lot", ref=lot.path))
    lots = (lot, *(node.lot for node in reads.forward(lot.path)))
    reached = Reached(lots, sum(one.stamped for one in lots))
    return render_template(template, form=form, lot=lot, reached=reached), status_of(form)
