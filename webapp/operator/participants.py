"""Participants: admit them, see them, change what they may do, add and revoke their keys."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, widgets

from traceability.domain.ledger import Capacity
from traceability.errors import OcopTraceError
from traceability.services.commands import AddKey, AdmitParticipant, RevokeKey
from webapp.access import actor, application
from webapp.forms import RecordForm, options, perform, status_of
from webapp.operator import blueprint
from webapp.operator.communes import understand
from webapp.outcomes import done, fill
from webapp.problems import sentence
from webapp.words import CAPACITIES, PARTY_KINDS

GIVEN = ("producer", "inspector")
"""Capacities that an operator gives; his own he has from the contract."""


class AdmitForm(RecordForm):
    """Who comes in. What may be personal stays off chain."""

    name = StringField(_l("Name"))
    kind = SelectField(
        _l("Kind"),
        choices=options((key, PARTY_KINDS[key]) for key in ("cooperative", "household", "company", "inspectorate")),
    )
    capacities = SelectMultipleField(
        _l("May do"),
        choices=options((key, CAPACITIES[key]) for key in GIVEN),
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    address = StringField(_l("House, street or village"))
    commune_code = StringField(_l("Commune or ward"))
    printed_address = StringField(_l("Address as printed before July 2025"))
    gln = StringField(_l("GLN"))
    phone = StringField(_l("Telephone"))
    own_key = StringField(_l("Key held elsewhere"))


class KeyForm(RecordForm):
    """One more key."""

    held = RadioField(
        _l("Who holds the key"),
        choices=options(
            [
                ("here", _l("This service makes and holds it, encrypted")),
                ("elsewhere", _l("The participant holds it")),
            ]
        ),
        default="here",
    )
    address = StringField(_l("Address of the key"))


class CapacityForm(RecordForm):
    """What a participant may do."""

    capacities = SelectMultipleField(
        _l("May do"),
        choices=options((key, CAPACITIES[key]) for key in GIVEN),
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )


def capacity_names(mask: int) -> list[str]:
    """Return the names of the capacities in a mask."""
    return [capacity.name.lower() for capacity in Capacity if capacity.name and mask & capacity]


@blueprint.get("/participants")
def participants() -> str:
    """List everybody."""
    return render_template(
        "operator/participants.html", parties=application().reads.parties(), capacity_names=capacity_names
    )


@blueprint.route("/participants/new", methods=["GET", "POST"])
def admit() -> Response | tuple[str, int]:
    """Let somebody in."""
    form = AdmitForm()
    choice = understand(form.commune_code.data or "")
    if form.is_submitted() and choice.ambiguous:
        form.commune_code.errors = [_("Several communes fit. Choose one of them and put its code here.")]
        return render_template("operator/admit.html", form=form, choice=choice), 422
    command = fill(AdmitParticipant, form, commune_code=choice.code)
    outcome = perform(form, lambda: application().participants.admit(actor(), command))
    if outcome is not None:
        name = form.name.data
        party = application().reads.party(outcome.uri)
        return done(
            outcome, _("%(name)s was admitted.", name=name), url_for(".participant", number=party.number), public=False
        )
    return render_template("operator/admit.html", form=form, choice=choice), status_of(form)


@blueprint.get("/participants/<int:number>")
def participant(number: int) -> str:
    """Show one: what is known, what it may do, its keys."""
    return _page(number, KeyForm(), None)[0]


@blueprint.post("/participants/<int:number>/keys")
def add_key(number: int) -> Response | tuple[str, int]:
    """Add a key."""
    form = KeyForm()
    address = (form.address.data or "") if form.held.data == "elsewhere" else ""
    if form.held.data == "elsewhere" and not address.strip():
        form.address.errors = [_("Fill in the address of the key: 0x and 40 hexadecimal digits.")]
        return _page(number, form, None, 422)
    added = perform(form, lambda: application().participants.add_key(actor(), AddKey(str(number), address)) or True)
    if added is None:
        return _page(number, form, None, status_of(form))
    flash(_("The key was added."), "success")
    return redirect(url_for(".participant", number=number))


@blueprint.post("/participants/<int:number>/keys/revoke")
def revoke_key(number: int) -> Response:
    """Silence a key from the next block on; what it signed before stays."""
    try:
        application().participants.revoke_key(actor(), RevokeKey(request.form.get("address", "")))
    except OcopTraceError as error:
        if error.status in {401, 403}:
            raise
        flash(sentence(error), "error")
    else:
        flash(_("The key was revoked. What it signed before stays on record."), "success")
    return redirect(url_for(".participant", number=number))


@blueprint.post("/participants/<int:number>/capacities")
def set_capacities(number: int) -> Response | tuple[str, int]:
    """Change what a participant may do."""
    form = CapacityForm()
    wanted = tuple(form.capacities.data or ())
    changed = perform(form, lambda: application().participants.set_capacities(actor(), str(number), wanted) or True)
    if changed is None:
        return _page(number, KeyForm(), form, status_of(form))
    flash(_("What the participant may do was changed."), "success")
    return redirect(url_for(".participant", number=number))


def _page(number: int, key_form: KeyForm, capacity_form: CapacityForm | None, status: int = 200) -> tuple[str, int]:
    """Render a participant's page with its two forms."""
    reads = application().reads
    party = reads.party(number)
    names = capacity_names(party.capacities)
    capacity_form = capacity_form or CapacityForm(data={"capacities": names}, formdata=None)
    accounts = [one for one in application().accounts.all(actor()) if one.participant == number]
    page = render_template(
        "operator/participant.html",
        party=party,
        names=names,
        keys=reads.keys(number),
        key_form=key_form,
        capacity_form=capacity_form,
        accounts=accounts,
    )
    return page, status
