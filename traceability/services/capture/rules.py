"""What an event from outside does to the lots it names, and whether its author may.

The same rules as for what people enter on our own pages, asked of each event in the order of its document: who has
custody, what is left, what is recalled, on its way or closed. An event that changes nothing observes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from traceability.domain.cbv import Action
from traceability.domain.epcis import AggregationEvent, Event, ObjectEvent, TransactionEvent, TransformationEvent
from traceability.domain.ledger import Balance, Kind
from traceability.domain.lots import require_enough, require_order
from traceability.domain.quantities import from_base
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    MassBalanceError,
    NotAuthorisedError,
    RuleViolationError,
)
from traceability.services.capture.goods import Goods
from traceability.services.capture.holdings import Holding, Sheet
from traceability.services.capture.lines import Line, Part, lines_of
from traceability.services.commands import Actor

_ENDING: Final = frozenset({"destroying", "decommissioning"})
"""Business steps with which goods end."""

_PARTIES: Final = ("owning_party", "possessing_party")
"""Who may be shipped to; the one that counts first."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for one author's events.

    Args:
        actor: the author.
        goods: what is known of the goods.
        now: the present.
    """

    actor: Actor
    goods: Goods
    now: datetime

    def apply(self, event: Event, sheet: Sheet) -> None:
        """Do to the lots on a sheet what an event says.

        Raises:
            InvalidInputError: a quantity is missing or none.
            NotAuthorisedError: a lot or product is another's.
            RuleViolationError: the trade forbids it; `field` is a JSON pointer within the event.
        """
        lines = tuple(lines_of(event, self.goods.namespace))
        for line in lines:
            self._require_in_place(line)
        beginning = self._beginning(event, lines)
        for line in lines:
            if line not in beginning:
                self._require_known(line, beginning, sheet)
        known = tuple(line for line in lines if line not in beginning and sheet.get(line.lot.uri) is not None)
        self._require_timely(event, known, sheet)
        if self.actor.role == "inspector":
            self._inspect(event, known, sheet)
            return
        for line in known:
            self._require_custody(event, line, sheet)
        if event.error_declaration is None:
            self._act(event, known, beginning, sheet)
        for line in known:
            lot = _there(sheet, line)
            if lot.uri not in sheet.acted_on:
                sheet.act(lot, Kind.OBSERVE)

    def _require_in_place(self, line: Line) -> None:
        """Refuse a lot of goods known here where single items belong: nothing says how much of it is meant."""
        if line.part is Part.AMONG_ITEMS and self.goods.product(line.lot) is not None:
            template = "{lot} is a lot and no single item. Name it with its amount, in a list of quantities."
            raise InvalidInputError(template, field=line.place, lot=line.lot.lot)

    # ------------------------------------------------------------------------------------------------------ inspectors
    def _inspect(self, event: Event, known: Sequence[Line], sheet: Sheet) -> None:
        for line in known:
            lot = _there(sheet, line)
            if lot.uri not in sheet.acted_on:
                sheet.act(lot, Kind.RECALL if _recalls(event) and not lot.recalled_itself else Kind.OBSERVE)

    # ------------------------------------------------------------------------------------------------------- producers
    def _act(self, event: Event, known: Sequence[Line], beginning: Sequence[Line], sheet: Sheet) -> None:
        """Do what is more than observing."""
        if isinstance(event, TransformationEvent):
            self._transform(known, beginning, event, sheet)
            return
        for line in beginning:
            self._begin(line, event, Kind.REGISTER, sheet)
        receiver = self._receiver(event)
        for line in known:
            lot = _there(sheet, line)
            if _recalls(event):
                if not lot.recalled_itself:
                    sheet.act(lot, Kind.RECALL)
            elif event.biz_step == "receiving" and lot.receiver:
                sheet.act(lot, Kind.RECEIVE, actor=self.actor.participant)
            elif line.part is Part.SPOKEN_OF and _ends(event) and line.quantity is not None:
                self._consume(line, sheet)
            elif line.part is Part.SPOKEN_OF and receiver:
                self._ship(line, receiver, sheet)

    def _transform(self, known: Sequence[Line], beginning: Sequence[Line], event: Event, sheet: Sheet) -> None:
        inputs = [line for line in known if line.part is Part.INPUT]
        for line in inputs:
            self._consume(line, sheet)
        for line in beginning:
            self._begin(line, event, Kind.PRODUCE if inputs else Kind.REGISTER, sheet)

    def _begin(self, line: Line, event: Event, kind: Kind, sheet: Sheet) -> None:
        """Bring a lot of one's own product into being."""
        product = self.goods.product(line.lot)
        if product is None:  # never: lots of unknown products do not begin here
            return
        if product.producer.number != self.actor.participant:
            raise NotAuthorisedError(
                "{product} is a product of {producer}. Only they can record this about it.",
                field=f"{line.place}/epcClass",
                product=product.name.vi,
                producer=product.producer.name,
            )
        if sheet.get(line.lot.uri) is not None:
            raise AlreadyExistsError(
                "Lot {lot} exists already, and what it holds is declared once. Give new goods a lot number of their "
                "own.",
                field=f"{line.place}/epcClass",
                lot=line.lot.lot,
            )
        if product.retired:
            raise RuleViolationError(
                "{product} is closed for ever. It gets no new lots.",
                field=f"{line.place}/epcClass",
                product=product.name.vi,
            )
        self._require_past(event)
        new = Holding(
            uri=line.lot.uri,
            number=line.lot.lot,
            base=product.unit,
            custodian=self.actor.participant,
            left=line.amount(product.unit),
            began=event.event_time,
        )
        sheet.begin(new, kind)

    def _consume(self, line: Line, sheet: Sheet) -> None:
        lot = _there(sheet, line)
        _require_at_hand(lot, line)
        amount = line.amount(lot.base)
        _require_left(lot, amount, line)
        sheet.act(lot, Kind.CONSUME, amount)

    def _ship(self, line: Line, receiver: int, sheet: Sheet) -> None:
        """Hand a whole lot over."""
        lot = _there(sheet, line)
        _require_at_hand(lot, line)
        if line.quantity is not None and lot.base:
            amount = line.amount(lot.base)
            _require_left(lot, amount, line)
            if amount < lot.left:
                left = from_base(lot.left, lot.base)
                raise MassBalanceError(
                    "Lot {lot} holds {left} {unit}, and a lot is handed over whole. Split it first, and ship the part.",
                    field=f"{line.place}/quantity",
                    lot=lot.number,
                    left=left.value,
                    unit=left.unit.en,
                )
        sheet.act(lot, Kind.SHIP, counterparty=receiver)

    def _receiver(self, event: Event) -> int:
        """Return the other producer to whom an event hands goods over, or 0."""
        handing = isinstance(event, (ObjectEvent, AggregationEvent, TransactionEvent))
        if not handing or event.biz_step != "shipping" or getattr(event, "action", None) is Action.DELETE:
            return 0
        for kind in _PARTIES:
            for one in event.destinations:
                found = self.goods.producer_named(one.destination) if one.type == kind else None
                if found is not None and found.number != self.actor.participant:
                    return found.number
        return 0

    # ------------------------------------------------------------------------------------------------------- beginning
    def _beginning(self, event: Event, lines: Sequence[Line]) -> tuple[Line, ...]:
        """Return the lines that bring lots into being, be they allowed to or not."""
        if self.actor.role == "inspector" or event.error_declaration is not None:
            return ()
        if isinstance(event, ObjectEvent) and event.action is Action.ADD:
            part = Part.SPOKEN_OF
        elif isinstance(event, TransformationEvent):
            part = Part.OUTPUT
        else:
            return ()
        return tuple(line for line in lines if line.part is part and self.goods.product(line.lot) is not None)

    def _require_known(self, line: Line, beginning: Sequence[Line], sheet: Sheet) -> None:
        """Return quietly unless a lot of a product of ours is named that nobody has registered."""
        if sheet.get(line.lot.uri) is not None or any(new.lot == line.lot for new in beginning):
            return
        product = self.goods.product(line.lot)
        if product is not None:
            raise RuleViolationError(
                "There is no lot {lot} of {product} here. Register it first, with an event that adds it.",
                field=_field(line),
                lot=line.lot.lot,
                product=product.name.vi,
            )

    # ------------------------------------------------------------------------------------------------------ conditions
    def _require_custody(self, event: Event, line: Line, sheet: Sheet) -> None:
        """Return quietly when a lot is the author's to speak of, or on its way to it and being received."""
        lot = _there(sheet, line)
        receiving = event.biz_step == "receiving" and lot.receiver == self.actor.participant
        if lot.custodian != self.actor.participant and not (receiving and event.error_declaration is None):
            raise NotAuthorisedError(
                "Lot {lot} is in the custody of {custodian}. Only they can record this about it.",
                field=_field(line),
                lot=lot.number,
                custodian=lot.custodian_name,
            )
        if lot.retired:
            raise RuleViolationError(
                "Lot {lot} is closed for ever. Nothing more can be recorded of it.", field=_field(line), lot=lot.number
            )

    def _require_timely(self, event: Event, known: Sequence[Line], sheet: Sheet) -> None:
        """Return quietly when an event that speaks of lots has happened, and after they came into being."""
        if not known:
            return
        self._require_past(event)
        if event.error_declaration is None:
            lots = (_there(sheet, line) for line in known)
            began = [(lot.number, lot.began) for lot in lots if lot.began is not None]
            require_order(event.event_time, self.now, began, field="/eventTime")

    def _require_past(self, event: Event) -> None:
        require_order(event.event_time, self.now, (), field="/eventTime")


def _recalls(event: Event) -> bool:
    return event.disposition == "recalled" and event.error_declaration is None


def _ends(event: Event) -> bool:
    return getattr(event, "action", None) is Action.DELETE and event.biz_step in _ENDING


def _there(sheet: Sheet, line: Line) -> Holding:
    found = sheet.get(line.lot.uri)
    if found is None:
        raise KeyError(line.lot.uri)
    return found


def _field(line: Line) -> str:
    return line.place if line.part in {Part.ITEM, Part.AMONG_ITEMS} else f"{line.place}/epcClass"


def _require_left(lot: Holding, amount: int, line: Line) -> None:
    balance = Balance(lot.left, 0, 0)
    require_enough(balance, amount, lot.base, lot=lot.number, field=f"{line.place}/quantity")


def _require_at_hand(lot: Holding, line: Line) -> None:
    """Return quietly when a lot can be used or sent. Raises RuleViolationError."""
    facts = {"field": _field(line), "lot": lot.number}
    if lot.under_recall:
        raise RuleViolationError(
            "Lot {lot} is recalled, or made from a recalled one. It stays where it is until the recall is lifted.",
            **facts,
        )
    if lot.receiver:
        raise RuleViolationError(
            "Lot {lot} is on its way to another participant. It has to be received first.", **facts
        )
    if not lot.base:
        raise RuleViolationError(
            "Nobody has registered the product of lot {lot}, so that nobody knows in what it is counted.", **facts
        )
