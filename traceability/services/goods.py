"""Quantities and dates of lots, as the use cases check them before the contract does."""

from datetime import date, datetime, timedelta
from typing import Final

from traceability.domain.ledger import Balance
from traceability.domain.lots import expiry, require_enough, require_order
from traceability.domain.quantities import Quantity, from_base, unit
from traceability.domain.records import LotAmount
from traceability.domain.times import local_day
from traceability.domain.views import LotSummary, ProductView, QuantityView
from traceability.errors import InvalidInputError
from traceability.services.inputs import day

LONGEST_LIFE: Final = timedelta(days=36_525)
"""A date of expiry further ahead is a slip of the pen."""


def read_quantity(text: str, code: str, base: str, language: str, *, field: str = "quantity") -> Quantity:
    """Return the quantity that was typed for goods counted in a base unit.

    Raises:
        InvalidInputError: it is no quantity, or its unit measures something else.
    """
    if not text.strip():
        raise InvalidInputError("This must be filled in.", field=field)
    found = Quantity.parse(text, code or base, field=field, language=language)
    if found.unit.base.code != base:
        raise InvalidInputError(
            "These goods are counted in {expected}; {found} measures something else.",
            field=field.replace("quantity", "unit"),
            expected=unit(base).en,
            found=found.unit.en,
        )
    return found


def base_unit(lot: LotSummary) -> str:
    """Return the code of the unit that the ledger counts a lot in."""
    return unit(lot.declared.unit).base.code


def base_amount(view: QuantityView) -> int:
    """Return a shown quantity as the whole number that the ledger keeps."""
    return int(view.amount * unit(view.unit).per_base)


def as_amount(lot: str, quantity: Quantity) -> LotAmount:
    """Return a quantity of a lot as documents say it."""
    return LotAmount(lot, quantity.value, quantity.code)


def in_readable_unit(lot: str, amount: int, base: str) -> LotAmount:
    """Return a number of base units as documents say it, in the unit that people would choose."""
    return as_amount(lot, from_base(amount, base))


def require_left(lot: LotSummary, wanted: int, *, field: str = "quantity") -> None:
    """Return quietly when a lot holds so many base units. Raises MassBalanceError."""
    balance = Balance(base_amount(lot.left), 0, 0)
    require_enough(balance, wanted, base_unit(lot), lot=lot.lot_number, field=field)


def require_after(when: datetime, lot: LotSummary, now: datetime) -> None:
    """Return quietly when a lot existed at a time. Raises RuleViolationError."""
    began = [(lot.lot_number, lot.produced_at)] if lot.produced_at else []
    require_order(when, now, began, field="event_time")


def read_expiry(typed: str, made: datetime, product: ProductView, *, field: str = "expires_on") -> date | None:
    """Return a lot's date of expiry: as typed, or by the product's shelf life, or None where it has neither.

    Raises:
        InvalidInputError: it is no date, lies before the lot was made, or a lifetime ahead.
    """
    made_on = local_day(made)
    found = day(typed, field)
    if found is None:
        return expiry(made_on, product.shelf_life_days)
    if found < made_on or found > made_on + LONGEST_LIFE:
        raise InvalidInputError(
            "{day} cannot be the date of expiry of what was made on {made}. Correct one of them.",
            field=field,
            day=found.strftime("%d/%m/%Y"),
            made=made_on.strftime("%d/%m/%Y"),
        )
    return found
