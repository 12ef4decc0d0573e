"""Recalls: a lot is called back with a reason, and every lot and stamp made from it shows it at once."""

from typing import ClassVar, Final

from traceability.domain.event_records import OBJECT, EventRecord, LotAmount
from traceability.domain.ledger import Kind
from traceability.errors import RuleViolationError
from traceability.services.authority import require_custody, require_role
from traceability.services.commands import Actor, LiftRecall, Outcome, Recall
from traceability.services.inputs import choice, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.telling import event_draft, this_moment
from traceability.services.usecases import UseCases, touch

REASONS: Final = ("chemical", "microbial", "foreign_body", "label", "counterfeit", "other")
"""Why goods are called back."""


class Recalls(UseCases):
    """Recall and lift."""

    plans: ClassVar[dict[type, str]] = {Recall: "plan_recall", LiftRecall: "plan_lift"}

    def recall(self, actor: Actor, command: Recall) -> Outcome:
        """Call a lot back. Raises as `plan_recall` and the recorder do."""
        return self.perform(actor, command)

    def lift(self, actor: Actor, command: LiftRecall) -> Outcome:
        """End a recall. Raises as `plan_lift` and the recorder do."""
        return self.perform(actor, command)

    def plan_recall(self, actor: Actor, command: Recall) -> Draft:
        """Plan a recall.

        Raises:
            NotFoundError: there is no such lot.
            NotAuthorisedError: the actor is neither its custodian nor an inspector.
            RuleViolationError: it is recalled already.
            InvalidInputError: the reason is none of ours, or the note will not do.
        """
        require_role(actor, "cooperative", "inspector")
        lot = self.lot(command.lot)
        if actor.role == "cooperative":
            require_custody(actor, lot)
        if lot.status == "recalled":
            raise RuleViolationError("Lot {lot} is recalled already.", field="lot", lot=lot.lot_number)
        reason = choice(command.reason, REASONS, "reason")
        kept = Keepsakes(lot.uri).text("note", text(command.note, "note"))
        event = EventRecord(
            type=OBJECT,
            action="OBSERVE",
            biz_step="holding",
            disposition="recalled",
            event_time=this_moment(self._context),
            lots=(LotAmount(lot.uri),),
            reason=reason,
            commitments=kept.commitments,
        )
        return event_draft(event, (touch(lot.uri, Kind.RECALL),), lot.uri, lot.path, kept)

    def plan_lift(self, actor: Actor, command: LiftRecall) -> Draft:
        """Plan the end of a recall.

        Raises:
            NotFoundError: there is no such lot.
            NotAuthorisedError: the actor is no inspector.
            RuleViolationError: the lot itself is not recalled.
            InvalidInputError: no reason is given.
        """
        require_role(actor, "inspector")
        lot = self.lot(command.lot)
        if lot.status != "recalled":
            raise RuleViolationError("Lot {lot} itself is not recalled.", field="lot", lot=lot.lot_number)
        kept = Keepsakes(lot.uri).text("note", text(command.note, "note", required=True))
        event = EventRecord(
            type=OBJECT,
            action="OBSERVE",
            biz_step="holding",
            disposition="active",
            event_time=this_moment(self._context),
            lots=(LotAmount(lot.uri),),
            lifts=True,
            commitments=kept.commitments,
        )
        return event_draft(event, (touch(lot.uri, Kind.LIFT),), lot.uri, lot.path, kept)
