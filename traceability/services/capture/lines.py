"""The lots that an event names: where in the event, in what part, and how much of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Final

from traceability.domain.epcis import Event
from traceability.domain.naming import lot_named, named
from traceability.domain.quantities import Quantity, unit
from traceability.domain.uris import LotRef
from traceability.errors import InvalidInputError

_PIECES: Final = frozenset({"C62", "EA"})
"""Codes of Recommendation 20 that say "one" and "each", for what the ledger counts in pieces (H87)."""


class Part(Enum):
    """In what part of an event a lot is named."""

    ITEM = auto()
    """As that of a single item."""
    AMONG_ITEMS = auto()
    """By itself where single items belong."""
    SPOKEN_OF = auto()
    """As an amount that the event is about."""
    INPUT = auto()
    OUTPUT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One naming of a lot.

    Args:
        lot: what is named.
        part: where.
        place: JSON pointer within the event.
        quantity: how much, or None where the event does not say.
        uom: code of its unit; None means pieces.
    """

    lot: LotRef
    part: Part
    place: str
    quantity: Decimal | None = None
    uom: str | None = None

    def amount(self, base: str) -> int:
        """Return how much in base units.

        Raises InvalidInputError: nothing is said, nothing or less, a unit that measures something else, or finer than
        the ledger counts.
        """
        if self.quantity is None:
            raise InvalidInputError(
                "Say how much of lot {lot} it is: quantity and uom.", field=f"{self.place}/quantity", lot=self.lot.lot
            )
        code = "H87" if self.uom is None or self.uom in _PIECES else self.uom
        found = Quantity.parse(self.quantity, code, field=f"{self.place}/quantity")
        if found.unit.base.code != base:
            raise InvalidInputError(
                "These goods are counted in {expected}; {found} measures something else.",
                field=f"{self.place}/uom",
                expected=unit(base).en,
                found=found.unit.en,
            )
        return found.amount


_ITEMS: Final = (
    ("parent_id", "parentID"),
    ("epcs", "epcList"),
    ("child_epcs", "childEPCs"),
    ("input_epcs", "inputEPCList"),
    ("output_epcs", "outputEPCList"),
)
_AMOUNTS: Final = (
    ("input_quantities", "inputQuantityList", Part.INPUT),
    ("quantities", "quantityList", Part.SPOKEN_OF),
    ("child_quantities", "childQuantityList", Part.SPOKEN_OF),
    ("output_quantities", "outputQuantityList", Part.OUTPUT),
)


def lines_of(event: Event, namespace: str) -> Iterator[Line]:
    """Yield the lots that an event names: amounts first, inputs before outputs, then items."""
    for attribute, name, part in _AMOUNTS:
        for number, element in enumerate(getattr(event, attribute, ())):
            if (lot := lot_named(element.epc_class, namespace)) is not None:
                yield Line(lot, part, f"/{name}/{number}", element.quantity, element.uom)
    for attribute, name in _ITEMS:
        value = getattr(event, attribute, None) or ()
        for number, uri in enumerate([value] if isinstance(value, str) else value):
            if (lot := lot_named(uri, namespace)) is not None:
                part = Part.AMONG_ITEMS if named(uri, namespace) == lot else Part.ITEM
                yield Line(lot, part, f"/{name}" if value is uri else f"/{name}/{number}")
