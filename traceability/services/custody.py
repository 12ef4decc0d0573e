"""Custody: a lot is handed over in two steps, sent by one participant and received by the other.

Until it is received it is on its way; the sender may take it back, and nobody may use it.
"""

from typing import ClassVar

from traceability.domain.event_records import OBJECT, EventRecord, LotAmount
from traceability.domain.ledger import Capacity, Kind
from traceability.domain.views import PartyView
from traceability.errors import InvalidInputError, NotAuthorisedError, NotFoundError, RuleViolationError
from traceability.services.authority import require_role
from traceability.services.commands import Actor, Outcome, ReceiveLot, ShipLot
from traceability.services.goods import require_after
from traceability.services.inputs import line, local, moment
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.telling import Told, event_draft, tell
from traceability.services.usecases import UseCases, touch


class Custody(UseCases):
    """Ship and receive."""

    plans: ClassVar[dict[type, str]] = {ShipLot: "plan_ship", ReceiveLot: "plan_receive"}

    def ship(self, actor: Actor, command: ShipLot) -> Outcome:
        """Hand a lot over. Raises as `plan_ship` and the recorder do."""
        return self.perform(actor, command)

    def receive(self, actor: Actor, command: ReceiveLot) -> Outcome:
        """Take a lot over, or back. Raises as `plan_receive` and the recorder do."""
        return self.perform(actor, command)

    def plan_ship(self, actor: Actor, command: ShipLot) -> Draft:
        """Plan the sending of a lot.

        Raises:
            NotFoundError: there is no such lot.
            NotAuthorisedError: the lot is in another's custody.
            RuleViolationError: the lot is recalled, on its way or closed, or the receiver cannot hold goods.
            InvalidInputError: the receiver, the time or the note will not do.
        """
        lot = self.lot_at_hand(actor, command.lot)
        receiver = self._receiver(command.receiver)
        if receiver.number == actor.participant or not receiver.capacities & Capacity.PRODUCER:
            raise RuleViolationError(
                "{receiver} cannot receive this lot. Choose another cooperative, household or company.",
                field="receiver",
                receiver=receiver.name or receiver.code,
            )
        when = moment(command.event_time, "event_time", self._context.clock.now())
        require_after(when, lot, self._context.clock.now())
        kept = Keepsakes(lot.uri)
        told = tell(self._context, actor, Told(note=command.note), kept, "shipping", "in_transit")
        event = EventRecord(
            type=OBJECT,
            action="OBSERVE",
            event_time=when,
            lots=(LotAmount(lot.uri, lot.left.amount, lot.left.unit),),
            sender=lot.custodian.uri,
            receiver=receiver.uri,
            **told,
        )
        touches = (touch(lot.uri, Kind.SHIP, counterparty=receiver.number),)
        return event_draft(event, touches, lot.uri, lot.path, kept)

    def _receiver(self, typed: str) -> PartyView:
        """Return the participant that was chosen. Raises InvalidInputError."""
        try:
            return self._context.reads.party(line(typed, "receiver", required=True))
        except NotFoundError as error:
            template = "{receiver} is no participant here. Choose one of the list."
            raise InvalidInputError(template, field="receiver", receiver=typed) from error

    def plan_receive(self, actor: Actor, command: ReceiveLot) -> Draft:
        """Plan the receiving of a lot that was sent to oneself, or the taking back of one's own.

        Raises:
            NotFoundError: there is no such lot.
            NotAuthorisedError: it is on its way to somebody else.
            RuleViolationError: it is not on its way, or was not yet at that time.
            InvalidInputError: the time or the note will not do.
        """
        require_role(actor, "cooperative")
        lot = self.lot(command.lot)
        if lot.receiver is None:
            raise RuleViolationError("Lot {lot} is not on its way to anybody.", field="lot", lot=lot.lot_number)
        if actor.participant not in {lot.receiver.number, lot.custodian.number}:
            raise NotAuthorisedError(
                "Lot {lot} is on its way to {receiver}. Only they can receive it.",
                field="lot",
                lot=lot.lot_number,
                receiver=lot.receiver.name or lot.receiver.code,
            )
        when = moment(command.event_time, "event_time", self._context.clock.now())
        sent = max(entry.event_time for entry in self._context.reads.history(lot.uri) if entry.kind == "ship")
        if when < sent:
            raise RuleViolationError(
                "{time} is before the lot was sent ({sent}). Correct the time.",
                field="event_time",
                time=local(when),
                sent=local(sent),
            )
        kept = Keepsakes(lot.uri)
        told = tell(self._context, actor, Told(note=command.note), kept, "receiving", "in_progress")
        event = EventRecord(
            type=OBJECT,
            action="OBSERVE",
            event_time=when,
            lots=(LotAmount(lot.uri, lot.left.amount, lot.left.unit),),
            sender=lot.custodian.uri,
            receiver=self.party_uri(actor.participant),
            **told,
        )
        return event_draft(event, (touch(lot.uri, Kind.RECEIVE),), lot.uri, lot.path, kept)
