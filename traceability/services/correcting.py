"""Setting a record right without touching it: error declarations, corrected quantities, and the end of a lot."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

from traceability.domain.event_records import ErrorDeclaration, read_event
from traceability.domain.ledger import Kind
from traceability.domain.quantities import from_base
from traceability.domain.records import RetirementRecord
from traceability.domain.views import LotSummary, TimelineEntry
from traceability.errors import (
    InvalidInputError,
    MassBalanceError,
    NotAuthorisedError,
    NotFoundError,
    RuleViolationError,
)
from traceability.proofs.documents import unpack
from traceability.proofs.record_id import record_id
from traceability.services.authority import require_custody, require_role
from traceability.services.commands import Actor, DeclareError, Outcome, Retire
from traceability.services.goods import base_amount, base_unit, read_quantity
from traceability.services.inputs import choice, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.telling import this_moment
from traceability.services.usecases import UseCases, require_open, touch

ERROR_REASONS: Final = ("incorrect_data", "did_not_occur")
"""Why an event is in error (CBV 2.0, section 7.5)."""

CREATED_BY: Final = frozenset({"register", "produce", "deposit"})
"""Kinds of records that declare a quantity."""


class Correcting(UseCases):
    """Declare errors and close lots."""

    plans: ClassVar[dict[type, str]] = {DeclareError: "plan_declare_error", Retire: "plan_retire"}

    def declare_error(self, actor: Actor, command: DeclareError) -> Outcome:
        """Withdraw one's own event. Raises as `plan_declare_error` and the recorder do."""
        return self.perform(actor, command)

    def retire(self, actor: Actor, command: Retire) -> Outcome:
        """Close a lot for ever. Raises as `plan_retire` and the recorder do."""
        return self.perform(actor, command)

    def plan_declare_error(self, actor: Actor, command: DeclareError) -> Draft:
        """Plan an error declaration, which repeats the event and says why it is in error.

        Raises:
            NotFoundError: there is no such lot, or it has no such event.
            NotAuthorisedError: somebody else recorded it, or has the lot now.
            RuleViolationError: it is declared in error already, or is no event, or the lot is closed.
            MassBalanceError: more has been used than the corrected quantity.
            InvalidInputError: a field will not do.
        """
        require_role(actor, "cooperative", "inspector")
        lot = self.lot(command.lot)
        require_open(lot)
        entry, document = self._own_event(actor, lot, command.event_id.strip())
        if actor.role == "cooperative":
            require_custody(actor, lot)
        kept = Keepsakes(lot.uri).text("note", text(command.note, "note"))
        reason = choice(command.reason, ERROR_REASONS, "reason")
        error = ErrorDeclaration(this_moment(self._context), reason, kept.commitments)
        written = replace(read_event(document), error=error).to_document()["errorDeclaration"]
        withdrawn = {**document, "errorDeclaration": written}  # as it stands: one from outside is not spelled as ours
        return Draft(
            touches=(self._correction(actor, lot, entry, command),),
            documents=(withdrawn,),
            uri=lot.uri,
            path=lot.path,
            event_id=record_id(withdrawn),
            erasables=tuple(kept.erasables),
        )

    def plan_retire(self, actor: Actor, command: Retire) -> Draft:
        """Plan the end of a lot.

        Raises:
            NotFoundError: there is no such lot.
            NotAuthorisedError: it is in another's custody.
            RuleViolationError: it is closed already, or on its way.
            InvalidInputError: no reason is given.
        """
        require_role(actor, "cooperative")
        lot = self.lot(command.subject)
        require_custody(actor, lot)
        require_open(lot)
        if lot.receiver is not None:
            raise RuleViolationError(
                "Lot {lot} is on its way to another participant. Take it back first.", field="lot", lot=lot.lot_number
            )
        kept = Keepsakes(lot.uri).text("note", text(command.reason, "reason", required=True))
        document = RetirementRecord(kept.commitments).to_document()
        return Draft(
            touches=(touch(lot.uri, Kind.RETIRE),),
            documents=(document,),
            uri=lot.uri,
            path=lot.path,
            event_id=record_id(document),
            erasables=tuple(kept.erasables),
        )

    # ----------------------------------------------------------------------------------------------------- the event
    def _own_event(self, actor: Actor, lot: LotSummary, event_id: str) -> tuple[TimelineEntry, Mapping[str, Any]]:
        entries = [entry for entry in self._context.reads.history(lot.uri) if entry.event_id == event_id]
        if not entries:
            raise NotFoundError(
                "Lot {lot} has no event {event}. Choose one of its history.",
                field="event_id",
                lot=lot.lot_number,
                event=event_id[:120] or "-",
            )
        entry = entries[0]
        if entry.by.number != actor.participant:
            raise NotAuthorisedError(
                "This was recorded by {author}. Only they can declare it to be in error.",
                field="event_id",
                author=entry.by.name or entry.by.code,
            )
        if entry.corrected_by or len(entries) > 1:
            raise RuleViolationError("This event is declared to be in error already.", field="event_id")
        return entry, self._document(lot, event_id)

    def _document(self, lot: LotSummary, event_id: str) -> Mapping[str, Any]:
        for submission in self._context.reads.submissions(lot.uri):
            for document in unpack(submission.documents):
                if record_id(document) == event_id and str(document.get("type", "")).endswith("Event"):
                    return document
        raise RuleViolationError("Only an event can be declared to be in error.", field="event_id")

    def _correction(self, actor: Actor, lot: LotSummary, entry: TimelineEntry, command: DeclareError) -> Any:
        """Return the touch: a corrected quantity where one is given, otherwise an observation."""
        if not command.declared.strip():
            return touch(lot.uri, Kind.OBSERVE)
        if actor.role != "cooperative" or entry.kind not in CREATED_BY:
            raise InvalidInputError(
                "Only the record that declared the lot's quantity can correct it. Leave the quantity empty.",
                field="declared",
            )
        base = base_unit(lot)
        declared = read_quantity(command.declared, command.unit, base, actor.language, field="declared")
        used = base_amount(lot.declared) - base_amount(lot.left)
        if declared.amount < used:
            shown = from_base(used, base)
            raise MassBalanceError(
                "{used} {unit} of lot {lot} is used already, so it cannot have been less. Check the number.",
                field="declared",
                used=f"{shown.value:f}",
                unit=shown.unit.en,
                lot=lot.lot_number,
            )
        return touch(lot.uri, Kind.CORRECT, amount=declared.amount)
