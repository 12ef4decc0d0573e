"""Hand a lot over, and take one over."""

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from traceability.domain.ledger import Capacity
from traceability.services.commands import ReceiveLot, ShipLot
from webapp.access import actor, application
from webapp.cooperative import blueprint
from webapp.cooperative.fields import own_lot
from webapp.forms import RecordForm, now_local, options, perform, status_of
from webapp.outcomes import done, fill, subject


class ShipForm(RecordForm):
    """To whom, and when."""

    receiver = SelectField(_l("To whom"), validate_choice=False)
    event_time = StringField(_l("When"), default=now_local)
    note = TextAreaField(_l("Note"))


class ReceiveForm(RecordForm):
    """When it arrived."""

    event_time = StringField(_l("When"), default=now_local)
    note = TextAreaField(_l("Note"))


@blueprint.route("/lot/ship", methods=["GET", "POST"])
def ship() -> Response | tuple[str, int]:
    """Hand a whole lot over; it stays one's own until the other has received it."""
    reads = application().reads
    lot = own_lot()
    form = ShipForm()
    others = [one for one in reads.parties(capacity=Capacity.PRODUCER) if one.number != actor().participant]
    form.receiver.choices = options([("", _("– choose –")), *((one.uri, one.name or one.code) for one in others)])
    outcome = perform(form, lambda: application().lots.ship(actor(), fill(ShipLot, form, lot=lot.path)))
    if outcome is not None:
        said = _("Lot %(lot)s is on its way. The receiver has to confirm that it arrived.", lot=lot.lot_number)
        return done(outcome, said, url_for(".lot", ref=lot.path))
    return render_template("cooperative/ship.html", form=form, lot=lot), status_of(form)


@blueprint.route("/lot/receive", methods=["GET", "POST"])
def receive() -> Response | tuple[str, int]:
    """Confirm that a lot arrived, or take back what one sent."""
    lot = application().reads.lot(subject())
    form = ReceiveForm()
    outcome = perform(form, lambda: application().lots.receive(actor(), fill(ReceiveLot, form, lot=lot.path)))
    if outcome is not None:
        return done(outcome, _("Lot %(lot)s is yours now.", lot=lot.lot_number), url_for(".lot", ref=lot.path))
    mine = lot.custodian.number == actor().participant
    return render_template("cooperative/receive.html", form=form, lot=lot, mine=mine), status_of(form)
