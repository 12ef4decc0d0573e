"""Lots that become other lots: used up for something new, destroyed, split into parts, brought together.

Whatever is taken has to be there, in one's own custody and at hand; what comes out are new lots. Splitting and bringing
together keep the quantity and the product, a transformation may change both.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

from traceability.domain.event_records import OBJECT, TRANSFORMATION, EventRecord
from traceability.domain.ledger import Kind
from traceability.domain.quantities import Quantity
from traceability.domain.stages import StageEvent
from traceability.domain.views import LotSummary
from traceability.errors import AlreadyExistsError, InvalidInputError
from traceability.services.authority import require_custody, require_role
from traceability.services.commands import Actor, AggregateLots, InputLine, Outcome, OutputLine, SplitLot, Transform
from traceability.services.goods import (
    as_amount,
    base_unit,
    in_readable_unit,
    read_quantity,
    require_after,
    require_left,
)
from traceability.services.inputs import moment
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.registering import NewLot, Registering
from traceability.services.telling import Told, event_draft, tell
from traceability.services.usecases import require_at_hand, touch

Line = TypeVar("Line", InputLine, OutputLine)

MAX_LINES: Final = 100
"""Most inputs or outputs of one record; a transaction holds no more than 2^24 gas."""


@dataclass(frozen=True, slots=True)
class Taken:
    """So much that is taken from a lot."""

    lot: LotSummary
    quantity: Quantity


class Making(Registering):
    """Transform, split and aggregate."""

    plans: ClassVar[dict[type, str]] = Registering.plans | {
        Transform: "plan_transform",
        SplitLot: "plan_split",
        AggregateLots: "plan_aggregate",
    }

    def transform(self, actor: Actor, command: Transform) -> Outcome:
        """Use up some lots and make new ones, or destroy them. Raises as `plan_transform` and the recorder do."""
        return self.perform(actor, command)

    def split(self, actor: Actor, command: SplitLot) -> Outcome:
        """Part a lot. Raises as `plan_split` and the recorder do."""
        return self.perform(actor, command)

    def aggregate(self, actor: Actor, command: AggregateLots) -> Outcome:
        """Bring parts of lots together. Raises as `plan_aggregate` and the recorder do."""
        return self.perform(actor, command)

    def plan_transform(self, actor: Actor, command: Transform) -> Draft:
        """Plan a transformation, or a destruction where nothing comes out.

        Raises:
            NotFoundError: a lot or product is unknown.
            NotAuthorisedError: a lot is in another's custody, or a product another's.
            InvalidInputError: a field will not do.
            MassBalanceError: more is taken than is left.
            RuleViolationError: a lot is recalled, on its way or closed, or did not exist at that time.
            AlreadyExistsError: a new lot's number is taken.
        """
        require_role(actor, "cooperative")
        when = moment(command.event_time, "event_time", self._context.clock.now())
        taken = self._take(actor, command.inputs, when)
        made = self._make(actor, command.outputs, when)
        home = made[0].ref.uri if made else taken[0].lot.uri
        path = made[0].ref.path if made else taken[0].lot.path
        goods = made[0].product if made else self.product(taken[0].lot.product_uri)
        kept = Keepsakes(home)
        told = Told(
            goods=goods,
            event=StageEvent.TRANSFORM if made else StageEvent.CONSUME,
            stage=command.stage,
            values=command.values,
            place=command.place,
            note=command.note,
            pictures=command.pictures,
        )
        fallback = ("creating_class_instance", "active") if made else ("destroying", "destroyed")
        parts = tell(self._context, actor, told, kept, *fallback)
        inputs = tuple(as_amount(one.lot.uri, one.quantity) for one in taken)
        if made:
            event = EventRecord(type=TRANSFORMATION, event_time=when, inputs=inputs, **_outputs(made), **parts)
        else:
            event = EventRecord(type=OBJECT, action="DELETE", event_time=when, lots=inputs, **parts)
        touches = (
            *(touch(one.lot.uri, Kind.CONSUME, amount=one.quantity.amount) for one in taken),
            *(touch(one.ref.uri, Kind.PRODUCE, amount=one.quantity.amount) for one in made),
        )
        return event_draft(event, touches, home, path, kept)

    def plan_split(self, actor: Actor, command: SplitLot) -> Draft:
        """Plan the parting of a lot into new lots of the same product; what is not named stays. Raises likewise."""
        require_role(actor, "cooperative")
        lot = self.lot(command.lot)
        when = self._at_hand(actor, lot, command.event_time)
        parts = [self._part(actor, lot, line, f"parts[{n}].") for n, line in enumerate(_lines(command.parts, "parts"))]
        _require_distinct(parts, "parts")
        total = sum(part.quantity.amount for part in parts)
        require_left(lot, total, field="parts[0].quantity")
        kept = Keepsakes(lot.uri)
        told = tell(self._context, actor, Told(note=command.note), kept, "repackaging")
        inputs = (in_readable_unit(lot.uri, total, base_unit(lot)),)
        event = EventRecord(type=TRANSFORMATION, event_time=when, inputs=inputs, **_outputs(parts), **told)
        touches = (
            touch(lot.uri, Kind.WITHDRAW, amount=total),
            *(touch(part.ref.uri, Kind.DEPOSIT, amount=part.quantity.amount) for part in parts),
        )
        return event_draft(event, touches, parts[0].ref.uri, parts[0].ref.path, kept)

    def plan_aggregate(self, actor: Actor, command: AggregateLots) -> Draft:
        """Plan a new lot out of parts of several lots of one product. Raises likewise."""
        require_role(actor, "cooperative")
        when = moment(command.event_time, "event_time", self._context.clock.now())
        taken = self._take(actor, command.inputs, when)
        first = taken[0].lot
        if any(one.lot.product_uri != first.product_uri for one in taken):
            raise InvalidInputError(
                "Only lots of one product can be brought together. Record a transformation instead.", field="inputs"
            )
        product = self.product(first.product_uri)
        ref = self.free_lot(product, command.lot_number)
        total = sum(one.quantity.amount for one in taken)
        expiries = [one.lot.expires_on for one in taken if one.lot.expires_on]
        new = NewLot(ref, product, replace(taken[0].quantity, amount=total).readable(), min(expiries, default=None))
        kept = Keepsakes(ref.uri)
        told = tell(self._context, actor, Told(note=command.note), kept, "collecting")
        inputs = tuple(as_amount(one.lot.uri, one.quantity) for one in taken)
        event = EventRecord(type=TRANSFORMATION, event_time=when, inputs=inputs, **_outputs([new]), **told)
        touches = (
            *(touch(one.lot.uri, Kind.WITHDRAW, amount=one.quantity.amount) for one in taken),
            touch(ref.uri, Kind.DEPOSIT, amount=total),
        )
        return event_draft(event, touches, ref.uri, ref.path, kept)

    # -------------------------------------------------------------------------------------------- inputs and outputs
    def _at_hand(self, actor: Actor, lot: LotSummary, event_time: str) -> datetime:
        """Return when something is done with a lot that one has at hand."""
        require_custody(actor, lot)
        require_at_hand(lot)
        when = moment(event_time, "event_time", self._context.clock.now())
        require_after(when, lot, self._context.clock.now())
        return when

    def _take(self, actor: Actor, lines: Sequence[InputLine], when: datetime) -> list[Taken]:
        """Return what is taken from lots in one's own hands, each with enough left for all its lines."""
        taken, wanted = [], Counter[str]()
        for number, line in enumerate(_lines(lines, "inputs")):
            field = f"inputs[{number}]."
            lot = self.lot(line.lot)
            require_custody(actor, lot)
            require_at_hand(lot)
            require_after(when, lot, self._context.clock.now())
            quantity = read_quantity(line.quantity, line.unit, base_unit(lot), actor.language, field=f"{field}quantity")
            wanted[lot.uri] += quantity.amount
            require_left(lot, wanted[lot.uri], field=f"{field}quantity")
            taken.append(Taken(lot, quantity))
        return taken

    def _make(self, actor: Actor, lines: Sequence[OutputLine], when: datetime) -> list[NewLot]:
        made = [
            self.new_lot(actor, line, when, field=f"outputs[{number}].")
            for number, line in enumerate(_lines(lines, "outputs", least=0))
        ]
        _require_distinct(made, "outputs")
        return made

    def _part(self, actor: Actor, lot: LotSummary, line: OutputLine, field: str) -> NewLot:
        """Return a part of a lot: the same product, and the same expiry unless it is to be shorter."""
        product = self.product(lot.product_uri)
        if line.product.strip() and self.product(line.product).uri != product.uri:
            raise InvalidInputError("A part of a lot is of the same product.", field=f"{field}product")
        quantity = read_quantity(line.quantity, line.unit, product.unit, actor.language, field=f"{field}quantity")
        ref = self.free_lot(product, line.lot_number, field=f"{field}lot_number")
        return NewLot(ref, product, quantity, lot.expires_on)


def _outputs(made: Sequence[NewLot]) -> dict[str, Any]:
    """Return the fields of an event that say what came out."""
    return {
        "outputs": tuple(as_amount(one.ref.uri, one.quantity) for one in made),
        "lot_number": made[0].ref.lot if len(made) == 1 else "",
        "expiries": {one.ref.uri: one.expires_on for one in made if one.expires_on},
    }


def _lines(lines: Sequence[Line], field: str, *, least: int = 1) -> Sequence[Line]:
    if not least <= len(lines) <= MAX_LINES:
        raise InvalidInputError(
            "{count} lines were given; there have to be {least} to {most}.",
            field=field,
            count=len(lines),
            least=least,
            most=MAX_LINES,
        )
    return lines


def _require_distinct(made: Sequence[NewLot], field: str) -> None:
    """Return quietly when no two new lots have the same number. Raises AlreadyExistsError."""
    seen: set[str] = set()
    for number, one in enumerate(made):
        if one.ref.uri in seen:
            raise AlreadyExistsError(
                "Lot number {lot} stands there twice. Give each new lot its own.",
                field=f"{field}[{number}].lot_number",
                lot=one.ref.lot,
            )
        seen.add(one.ref.uri)
