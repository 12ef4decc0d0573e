"""Fields that several forms of the cooperative share: quantities with units, lines of lots, products to choose from."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, MultipleFileField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from traceability.domain.quantities import UNITS
from traceability.domain.views import LotSummary, ProductView
from traceability.errors import OcopTraceError
from traceability.services.authority import require_custody
from webapp.access import actor, application, today
from webapp.formatting import quantity
from webapp.forms import RecordForm, now_local, options
from webapp.language import language
from webapp.outcomes import subject

READING_UNITS = {"GRM": "KGM", "MLT": "LTR", "MMT": "MTR", "H87": "H87"}
"""Base unit -> the unit that people reach for first."""

MOST_LOTS = 200
"""How many of one's lots a list to choose from holds, the newest first."""


class InputForm(Form):
    """So much of a lot."""

    lot = SelectField(_l("Lot"), validate_choice=False)
    quantity = StringField(_l("Quantity"), validators=[Optional()])
    unit = SelectField(_l("Unit"), validate_choice=False)


class OutputForm(Form):
    """A new lot."""

    product = SelectField(_l("Product"), validate_choice=False)
    quantity = StringField(_l("Quantity"), validators=[Optional()])
    unit = SelectField(_l("Unit"), validate_choice=False)
    lot_number = StringField(_l("Lot number"), validators=[Optional()])
    expires_on = StringField(_l("Best before"), validators=[Optional()])


class EventForm(RecordForm):
    """What every event says: when, where, a note and pictures."""

    event_time = StringField(_l("When"), default=now_local)
    place = StringField(_l("Where"))
    note = TextAreaField(_l("Note"))
    pictures = MultipleFileField(_l("Pictures"))


def unit_choices(base: str = "") -> list[SelectChoice]:
    """Return the units that measure like a base unit, or all of them, by their everyday names."""
    names = language()
    return options(
        (unit.code, unit.en if names == "en" else unit.vi)
        for unit in UNITS.values()
        if not base or unit.base.code == base
    )


def own_lot() -> LotSummary:
    """Return the lot that `?ref=` names, for a form that only the one who holds it may send.

    Raises:
        NotAuthorisedError: somebody else holds it; told before a form is filled in that would be refused.
        NotFoundError: there is none.
    """
    lot = application().reads.lot(subject())
    require_custody(actor(), lot)
    return lot


def my_lots(*, usable: bool = True) -> Sequence[LotSummary]:
    """Return the lots one holds, newest first; `usable` leaves out those from which nothing can be taken now."""
    lots = application().reads.lots(custodian=actor().participant, limit=MOST_LOTS)
    return [one for one in lots if not usable or (one.status == "open" and one.left.amount > 0)]


def lot_choices(lots: Sequence[LotSummary]) -> list[SelectChoice]:
    """Return lots to choose from, each with what is left of it."""
    names = language()
    told = [
        _(
            "%(product)s · %(lot)s · %(left)s left",
            product=one.product_name.in_language(names),
            lot=one.lot_number,
            left=quantity(one.left),
        )
        for one in lots
    ]
    return options([("", _("– choose –")), *zip((one.path for one in lots), told, strict=True)])


def my_products(*, materials: bool | None = None) -> Sequence[ProductView]:
    """Return one's own products by name, without those that are closed."""
    return application().reads.products(today(), owner=actor().participant, materials=materials)


def product_choices(products: Sequence[ProductView]) -> list[SelectChoice]:
    """Return products to choose from."""
    names = language()
    return options((one.path, one.name.in_language(names)) for one in products)


def filled(lines: FieldList, *names: str) -> list[int]:
    """Return the places of the lines in which at least one of the named fields was filled in."""
    return [place for place, line in enumerate(lines) if any((line.form[name].data or "").strip() for name in names)]


def more_wanted() -> str:
    """Return the name of the lines of which one more was asked for: a button, so that it works without JavaScript."""
    return request.form.get("more", "") if request.method == "POST" else ""


@contextmanager
def numbered(**places: list[int]) -> Iterator[None]:
    """Blame the line that the person sees: empty lines were left out, so the service counts others than the form."""
    try:
        yield
    except OcopTraceError as error:
        found = re.fullmatch(r"(\w+)\[(\d+)\](.*)", error.field or "")
        if found and found[1] in places and int(found[2]) < len(places[found[1]]):
            error.field = f"{found[1]}[{places[found[1]][int(found[2])]}]{found[3]}"
        raise


def texts(form: Any) -> dict[str, str]:
    """Return a line's fields as text."""
    return {field.short_name: field.data or "" for field in form}
