"""The desk of API keys, which all three areas share: the list, a new key with its secret, the end of a key.

The areas hang these on their own addresses and put their own frame around them. For whom somebody may make a key is
decided in `traceability.services.api_keys`. A secret is on one page, once, and no browser or proxy keeps that page.
"""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from traceability.domain.ledger import Capacity
from traceability.services.api_keys import in_effect
from webapp.access import actor, application, now
from webapp.forms import RecordForm, options, perform, status_of

LIVES = (("", _l("Until it is revoked")), ("30", _l("30 days")), ("90", _l("90 days")), ("365", _l("One year")))
"""How long a key may last, in days."""


class KeyForm(RecordForm):
    """What a new key is for."""

    label = StringField(_l("What the key is for"))
    days = SelectField(_l("It lasts"), choices=options(LIVES))


class OperatorKeyForm(KeyForm):
    """The same, and for whom."""

    participant = SelectField(_l("Speaks for"), validate_choice=False)


def listed() -> Response:
    """List the keys that one may see, and make another one, whose token is shown this once."""
    service, me = application().api_keys, actor()
    is_operator = me.role == "operator"
    form = OperatorKeyForm() if is_operator else KeyForm()
    parties = {one.number: one for one in application().reads.parties()} if is_operator else {}
    if is_operator:
        able = Capacity.PRODUCER | Capacity.INSPECTOR
        form.participant.choices = options(
            (str(one.number), one.name or one.code) for one in parties.values() if one.capacities & able
        )
    whose = form.participant.data if is_operator else None
    made = perform(form, lambda: service.create(me, form.label.data or "", whose, form.days.data or None))
    if made is not None:
        view, token = made
        return _unkept("keys_made.html", view=view, token=token)
    moment = now()
    keys = sorted(service.list(me), key=lambda one: not in_effect(one, moment))
    return _unkept("keys.html", status_of(form), form=form, keys=keys, parties=parties, moment=moment)


def revoked(key: str) -> Response:
    """End a key and go back to the list."""
    view = application().api_keys.revoke(actor(), key)
    flash(_("The key %(label)s is revoked. Programs that use it are refused from now on.", label=view.label), "success")
    return redirect(url_for(".keys"))


def _unkept(template: str, status: int = 200, **facts: object) -> Response:
    """Lay a page out in the frame of the area that was asked, to be kept by nobody."""
    page = render_template(template, frame=f"{request.blueprint}/base.html", in_effect=in_effect, **facts)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
