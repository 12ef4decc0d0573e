"""Lots and their stages: declared by the product's producer, and told on as they are tended, sorted or dried."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from traceability.domain.event_records import OBJECT, EventRecord, LotAmount
from traceability.domain.identifiers import LotNumber
from traceability.domain.ledger import Kind
from traceability.domain.quantities import Quantity
from traceability.domain.stages import StageEvent
from traceability.domain.uris import LotRef
from traceability.domain.views import ProductView
from traceability.errors import AlreadyExistsError, InvalidIdentifierError, NotFoundError, RuleViolationError
from traceability.services.authority import require_custody, require_producer, require_role
from traceability.services.codes import new_lot_number
from traceability.services.commands import Actor, Outcome, OutputLine, RecordStage, RegisterLot
from traceability.services.goods import as_amount, read_expiry, read_quantity, require_after
from traceability.services.inputs import moment
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.telling import Told, event_draft, tell
from traceability.services.usecases import UseCases, require_open, touch


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot that is about to come into being."""

    ref: LotRef
    product: ProductView
    quantity: Quantity
    expires_on: date | None


class Registering(UseCases):
    """Declare lots and tell their stages."""

    plans: ClassVar[dict[type, str]] = {RegisterLot: "plan_register", RecordStage: "plan_stage"}

    def register(self, actor: Actor, command: RegisterLot) -> Outcome:
        """Declare a lot that comes from nowhere in this system. Raises as `plan_register` and the recorder do."""
        return self.perform(actor, command)

    def record_stage(self, actor: Actor, command: RecordStage) -> Outcome:
        """Say that a stage took place. Raises as `plan_stage` and the recorder do."""
        return self.perform(actor, command)

    def plan_register(self, actor: Actor, command: RegisterLot) -> Draft:
        """Plan a new lot.

        Raises:
            NotFoundError: there is no such product.
            NotAuthorisedError: it is another producer's product.
            InvalidInputError: a field will not do.
            AlreadyExistsError: the lot number is taken.
        """
        require_role(actor, "cooperative")
        when = moment(command.event_time, "event_time", self._context.clock.now())
        wanted = OutputLine(command.product, command.quantity, command.unit, command.lot_number, command.expires_on)
        lot = self.new_lot(actor, wanted, when)
        kept = Keepsakes(lot.ref.uri)
        told = Told(
            goods=lot.product,
            event=StageEvent.REGISTER,
            stage=command.stage,
            values=command.values,
            place=command.place,
            note=command.note,
            pictures=command.pictures,
        )
        parts = tell(self._context, actor, told, kept, "commissioning", "active")
        event = EventRecord(
            type=OBJECT,
            action="ADD",
            event_time=when,
            lots=(as_amount(lot.ref.uri, lot.quantity),),
            lot_number=lot.ref.lot,
            expiries={lot.ref.uri: lot.expires_on} if lot.expires_on else {},
            **parts,
        )
        touches = (touch(lot.ref.uri, Kind.REGISTER, amount=lot.quantity.amount),)
        return event_draft(event, touches, lot.ref.uri, lot.ref.path, kept)

    def plan_stage(self, actor: Actor, command: RecordStage) -> Draft:
        """Plan a stage of a lot.

        Raises:
            NotFoundError: there is no such lot.
            NotAuthorisedError: it is in another's custody.
            InvalidInputError: a field will not do.
            RuleViolationError: the lot is closed, or did not exist at that time.
        """
        require_role(actor, "cooperative")
        lot = self.lot(command.lot)
        require_custody(actor, lot)
        require_open(lot)
        when = moment(command.event_time, "event_time", self._context.clock.now())
        require_after(when, lot, self._context.clock.now())
        kept = Keepsakes(lot.uri)
        told = Told(
            goods=self.product(lot.product_uri),
            stage=command.stage,
            values=command.values,
            place=command.place,
            note=command.note,
            pictures=command.pictures,
        )
        parts = tell(self._context, actor, told, kept, "inspecting")
        event = EventRecord(type=OBJECT, action="OBSERVE", event_time=when, lots=(LotAmount(lot.uri),), **parts)
        return event_draft(event, (touch(lot.uri, Kind.OBSERVE),), lot.uri, lot.path, kept)

    def new_lot(self, actor: Actor, wanted: OutputLine, made: datetime, *, field: str = "") -> NewLot:
        """Return a lot of one's own product whose number is free.

        Args:
            actor: who makes it.
            wanted: product, number, quantity and expiry as typed.
            made: when it came into being.
            field: what stands before the names of fields to blame, such as `outputs[0].`.

        Raises:
            NotFoundError, NotAuthorisedError, InvalidInputError, RuleViolationError, AlreadyExistsError.
        """
        product = self.product(wanted.product)
        require_producer(actor, product)
        if product.retired:
            raise RuleViolationError(
                "{product} is closed for ever. It gets no new lots.", field=f"{field}product", product=product.name.vi
            )
        amount = read_quantity(wanted.quantity, wanted.unit, product.unit, actor.language, field=f"{field}quantity")
        ref = self.free_lot(product, wanted.lot_number, field=f"{field}lot_number")
        return NewLot(ref, product, amount, read_expiry(wanted.expires_on, made, product, field=f"{field}expires_on"))

    def free_lot(self, product: ProductView, number: str, *, field: str = "lot_number") -> LotRef:
        """Return a lot under a number that is free, made at random where none is named.

        Raises:
            InvalidIdentifierError: the number breaks the rules of AI 10.
            AlreadyExistsError: it is taken.
        """
        chosen = read_lot_number(number, field) if number.strip() else new_lot_number()
        ref = self.product_ref(product.uri).lot(chosen)
        try:
            self._context.reads.lot(ref.uri)
        except NotFoundError:
            return ref
        raise AlreadyExistsError(
            "{product} has a lot {lot} already. Choose another number, or leave it empty to get one.",
            field=field,
            product=product.name.vi,
            lot=chosen,
        )


def read_lot_number(number: str, field: str) -> LotNumber:
    """Return a lot number as typed. Raises InvalidIdentifierError that blames the form's field."""
    try:
        return LotNumber(number)
    except InvalidIdentifierError as error:
        error.field = field
        raise
