"""What inspectors find: a signed word on a lot, a product or a participant, beside what the producer recorded."""

from typing import ClassVar, Final

from traceability.domain.event_records import OBJECT, EventRecord, LotAmount
from traceability.domain.ledger import Kind
from traceability.domain.records import FindingRecord
from traceability.domain.uris import LotRef, parse_path, parse_uri
from traceability.errors import InvalidIdentifierError
from traceability.proofs.record_id import record_id
from traceability.services.authority import require_role
from traceability.services.awards import Awards
from traceability.services.commands import Actor, Outcome, RecordFinding
from traceability.services.inputs import choice, pictures, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.telling import event_draft, this_moment
from traceability.services.usecases import touch

OUTCOMES: Final = ("conforms", "does_not_conform", "noted")
"""What an inspection comes to."""


class Findings(Awards):
    """Record findings. Subjects are named as for awards, and by lot."""

    plans: ClassVar[dict[type, str]] = {RecordFinding: "plan_finding"}

    def record(self, actor: Actor, command: RecordFinding) -> Outcome:
        """Leave a finding. Raises as `plan_finding` and the recorder do."""
        return self.perform(actor, command)

    def plan_finding(self, actor: Actor, command: RecordFinding) -> Draft:
        """Plan a finding.

        Raises:
            NotFoundError: there is no such lot, product or participant.
            NotAuthorisedError: the actor is no inspector.
            InvalidInputError: the outcome is none of ours, the note is missing, or a picture is none.
        """
        require_role(actor, "inspector")
        outcome = choice(command.outcome, OUTCOMES, "outcome")
        if self._names_lot(command.subject):
            return self._of_lot(command, outcome)
        rated = self.rated(command.subject)
        kept = self._kept(rated.uri, command)
        document = FindingRecord(outcome, kept.commitments).to_document()
        return Draft(
            touches=(touch(rated.uri, Kind.OBSERVE),),
            documents=(document,),
            uri=rated.uri,
            path=rated.path,
            event_id=record_id(document),
            erasables=tuple(kept.erasables),
            blobs=tuple(kept.blobs),
        )

    def _of_lot(self, command: RecordFinding, outcome: str) -> Draft:
        lot = self.lot(command.subject)
        kept = self._kept(lot.uri, command)
        event = EventRecord(
            type=OBJECT,
            action="OBSERVE",
            biz_step="inspecting",
            event_time=this_moment(self._context),
            lots=(LotAmount(lot.uri),),
            outcome=outcome,
            commitments=kept.commitments,
        )
        return event_draft(event, (touch(lot.uri, Kind.OBSERVE),), lot.uri, lot.path, kept)

    def _kept(self, uri: str, command: RecordFinding) -> Keepsakes:
        kept = Keepsakes(uri).text("note", text(command.note, "note", required=True))
        pictures(command.pictures, kept, self._context.pictures)
        return kept

    def _names_lot(self, ref: str) -> bool:
        try:
            named = (parse_path if ref.strip().startswith("/") else parse_uri)(ref.strip(), self._context.namespace)
        except InvalidIdentifierError:
            return False
        return isinstance(named, LotRef)
