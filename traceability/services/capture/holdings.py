"""What lots hold and where they are, followed through a document of events.

A document is recorded as a whole, so its later events see what its earlier ones have done: a lot that was begun in the
third event can be used up in the fourth. Each event works on a sheet of its own, which counts only once all of the
event is found to be in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from traceability.domain.ledger import Kind
from traceability.domain.quantities import UNITS
from traceability.domain.views import LotSummary
from traceability.services.goods import base_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A lot as it stands before an event.

    Args:
        uri: canonical.
        number: the lot's, for sentences.
        base: code of the unit that the ledger counts it in; empty where nobody registered its product.
        custodian: participant that has it.
        custodian_name: for sentences.
        receiver: participant to whom it is on its way, or 0.
        left: base units.
        under_recall: it is recalled, or what it was made from.
        recalled_itself: it is recalled.
        retired: closed for ever.
        began: when it came into being.
    """

    uri: str
    number: str
    base: str
    custodian: int
    custodian_name: str = ""
    receiver: int = 0
    left: int = 0
    under_recall: bool = False
    recalled_itself: bool = False
    retired: bool = False
    began: datetime | None = None


def holding_of(lot: LotSummary) -> Holding:
    """Return a lot of the tables."""
    known = UNITS.get(lot.declared.unit)
    return Holding(
        uri=lot.uri,
        number=lot.lot_number,
        base=known.base.code if known else "",
        custodian=lot.custodian.number,
        custodian_name=lot.custodian.name or lot.custodian.code,
        receiver=lot.receiver.number if lot.receiver else 0,
        left=base_amount(lot.left) if known else 0,
        under_recall=lot.status in ("recalled", "recalled_source"),
        recalled_itself=lot.status == "recalled",
        retired=lot.status == "retired",
        began=lot.produced_at,
    )


@dataclass(frozen=True, slots=True)
class PlannedTouch:
    """What an event will do to one subject."""

    uri: str
    kind: Kind
    amount: int = 0
    counterparty: int = 0


@dataclass(slots=True)
class Sheet:
    """The lots as one event finds them and leaves them."""

    _before: Mapping[str, Holding]
    _after: dict[str, Holding] = field(default_factory=dict)
    touches: list[PlannedTouch] = field(default_factory=list)

    def get(self, uri: str) -> Holding | None:
        """Return a lot as it stands now, or None where there is none."""
        return self._after.get(uri) or self._before.get(uri)

    def begin(self, new: Holding, kind: Kind) -> None:
        """Bring a lot into being that holds `new.left`."""
        self._after[new.uri] = new
        self.touches.append(PlannedTouch(new.uri, kind, new.left))

    def act(self, lot: Holding, kind: Kind, amount: int = 0, counterparty: int = 0, actor: int = 0) -> None:
        """Do something to a lot that is there."""
        now = self._after.get(lot.uri) or lot
        if kind is Kind.CONSUME:
            now = replace(now, left=now.left - amount)
        elif kind is Kind.SHIP:
            now = replace(now, receiver=counterparty)
        elif kind is Kind.RECEIVE:
            now = replace(now, custodian=actor, receiver=0)
        elif kind is Kind.RECALL:
            now = replace(now, under_recall=True, recalled_itself=True)
        self._after[lot.uri] = now
        self.touches.append(PlannedTouch(lot.uri, kind, amount, counterparty))

    @property
    def acted_on(self) -> frozenset[str]:
        """Return the lots that something has been done to."""
        return frozenset(touch.uri for touch in self.touches)

    def settled(self) -> dict[str, Holding]:
        """Return the lots that the event leaves other than it found them."""
        return self._after
