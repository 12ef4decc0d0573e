"""What becomes of stamps after they are issued: activated, made void, restored, each for a range and with one record.

Only activated stamps count as genuine. The custodian speaks for the stamps of its lots; an inspector may make stamps of
any lot void, in whatever state the lot is, and what an inspector made void only an inspector restores.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final

from traceability.domain.ledger import Kind
from traceability.domain.records import StampMarkRecord
from traceability.domain.stamp_life import RESTORE_REASONS, VOID_REASONS, MarkKind, Span
from traceability.domain.views import LotSummary, StampRunView
from traceability.errors import NotAuthorisedError, NotFoundError, RuleViolationError
from traceability.ports import Job
from traceability.proofs.record_id import record_id
from traceability.services.authority import require_custody, require_role
from traceability.services.commands import ActivateStamps, Actor, Outcome, RestoreStamps, VoidStamps
from traceability.services.inputs import choice, count, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.usecases import UseCases, touch

MAX_RUNS: Final = 10_000
"""Most runs of one lot."""

MAX_MARKS: Final = 2_000
"""Most records about the stamps of one run: each page that shows one of them folds all."""


class StampMarks(UseCases):
    """Activate stamps, make them void, restore them."""

    plans: ClassVar[dict[type, str]] = {
        ActivateStamps: "plan_activate",
        VoidStamps: "plan_void",
        RestoreStamps: "plan_restore",
    }

    def activate(self, actor: Actor, command: ActivateStamps) -> Outcome:
        """Say that stamps are on the goods. Raises as `plan_activate` and the recorder do."""
        return self.perform(actor, command)

    def void(self, actor: Actor, command: VoidStamps) -> Outcome:
        """Make stamps void. Raises as `plan_void` and the recorder do."""
        return self.perform(actor, command)

    def restore(self, actor: Actor, command: RestoreStamps) -> Outcome:
        """Let void stamps count again. Raises as `plan_restore` and the recorder do."""
        return self.perform(actor, command)

    def plan_activate(self, actor: Actor, command: ActivateStamps) -> Draft:
        """Plan the activation of stamps.

        Raises:
            NotFoundError: there is no such lot or run.
            NotAuthorisedError: the lot is in another's custody.
            RuleViolationError: the lot is recalled, on its way or closed; all these stamps are activated already, or
                all are void; or too much was recorded of the run.
            InvalidInputError: the range is not of the run.
        """
        lot = self.lot_at_hand(actor, command.lot)
        run = self.run(lot, command.run)
        first, last = self.range(run, command)
        spans = run.life.within(first, last)
        if all(span.activated_at for span in spans):
            if len(spans) and last - first + 1 == run.count:
                raise RuleViolationError(
                    "All {count} stamps of run {run} are activated already.",
                    field="run",
                    count=run.count,
                    run=run.number,
                )
            raise RuleViolationError(
                "Stamps {first} to {last} of run {run} are activated already.", **_facts(run, first, last)
            )
        if all(span.voided_at for span in spans):
            raise RuleViolationError(
                "Stamps {first} to {last} of run {run} are void. Restore them first, with a reason.",
                **_facts(run, first, last),
            )
        return self.mark(lot, run, StampMarkRecord(MarkKind.ACTIVATED, run.number, first, last))

    def plan_void(self, actor: Actor, command: VoidStamps) -> Draft:
        """Plan to make stamps void.

        Raises:
            NotFoundError: there is no such lot or run.
            NotAuthorisedError: the actor is neither the lot's custodian nor an inspector.
            RuleViolationError: all these stamps are void already, or too much was recorded of the run.
            InvalidInputError: the range is not of the run, the reason none of ours, or the note will not do.
        """
        lot = self._judged(actor, command.lot)
        run = self.run(lot, command.run)
        first, last = self.range(run, command)
        reason = choice(command.reason, VOID_REASONS, "reason")
        inspects = actor.role == "inspector"
        if all(span.voided_at and (span.void_inspected or not inspects) for span in run.life.within(first, last)):
            raise RuleViolationError(
                "Stamps {first} to {last} of run {run} are void already.", **_facts(run, first, last)
            )
        kept = Keepsakes(lot.uri).text("note", text(command.note, "note"))
        record = StampMarkRecord(MarkKind.VOIDED, run.number, first, last, reason=reason, commitments=kept.commitments)
        return self.mark(lot, run, record, kept)

    def plan_restore(self, actor: Actor, command: RestoreStamps) -> Draft:
        """Plan to let void stamps count again.

        Raises:
            NotFoundError: there is no such lot or run.
            NotAuthorisedError: the actor is neither the lot's custodian nor an inspector; or it is the custodian, and
                an inspector made some of these stamps void.
            RuleViolationError: none of these stamps is void, or too much was recorded of the run.
            InvalidInputError: the range is not of the run, the reason none of ours, or the note will not do.
        """
        lot = self._judged(actor, command.lot)
        run = self.run(lot, command.run)
        first, last = self.range(run, command)
        reason = choice(command.reason, RESTORE_REASONS, "reason")
        spans = void_within(run, first, last)
        if not spans:
            raise RuleViolationError(
                "None of the stamps {first} to {last} of run {run} is void.", **_facts(run, first, last)
            )
        if actor.role != "inspector":
            self._require_own(run, spans)
        kept = Keepsakes(lot.uri).text("note", text(command.note, "note"))
        record = StampMarkRecord(
            MarkKind.RESTORED, run.number, first, last, reason=reason, commitments=kept.commitments
        )
        return self.mark(lot, run, record, kept)

    # ------------------------------------------------------------------------------------------------- runs and ranges
    def run(self, lot: LotSummary, number: str) -> StampRunView:
        """Return the run of a lot that was named. Raises InvalidInputError for no number, or NotFoundError."""
        wanted = count(number, "run", most=MAX_RUNS)
        for run in self._context.reads.runs(lot.uri):
            if run.number == wanted:
                return run
        raise NotFoundError("Lot {lot} has no stamp run {run}.", field="run", lot=lot.lot_number, run=wanted)

    def range(self, run: StampRunView, command: Any) -> tuple[int, int]:
        """Return the first and last stamp that a command names, by default the run's. Raises InvalidInputError."""
        last = count(command.last or str(run.count), "last", most=run.count)
        first = count(command.first or "1", "first", most=last)
        return first, last

    def mark(
        self,
        lot: LotSummary,
        run: StampRunView,
        record: StampMarkRecord,
        kept: Keepsakes | None = None,
        job: Job | None = None,
    ) -> Draft:
        """Return the draft that says something of a range of stamps. Raises RuleViolationError for too many of them."""
        if len(run.life.marks) >= MAX_MARKS:
            raise RuleViolationError(
                "Run {run} has {count} records about its stamps already. Use larger ranges, or order a new run.",
                field="run",
                run=run.number,
                count=len(run.life.marks),
            )
        document = record.to_document()
        return Draft(
            touches=(touch(lot.uri, Kind.OBSERVE),),
            documents=(document,),
            uri=lot.uri,
            path=lot.path,
            event_id=record_id(document),
            erasables=tuple(kept.erasables) if kept else (),
            job=job,
        )

    # ---------------------------------------------------------------------------------------------------- who may speak
    def _judged(self, actor: Actor, ref: str) -> LotSummary:
        """Return a lot whose stamps the actor may make void: the custodian's own, any for an inspector."""
        require_role(actor, "cooperative", "inspector")
        lot = self.lot(ref)
        if actor.role != "inspector":
            require_custody(actor, lot)
        return lot

    def _require_own(self, run: StampRunView, spans: Iterable[Span]) -> None:
        for span in spans:
            if span.void_inspected:
                raise NotAuthorisedError(
                    "{inspector} made stamps {first} to {last} of run {run} void. Only an inspector restores them.",
                    field="first",
                    inspector=self._context.reads.party(span.voided_by).name,
                    first=span.first,
                    last=span.last,
                    run=run.number,
                )


def void_within(run: StampRunView, first: int, last: int) -> Sequence[Span]:
    """Return the void parts of a range."""
    return [span for span in run.life.within(first, last) if span.voided_at]


def _facts(run: StampRunView, first: int, last: int) -> dict[str, Any]:
    """Return what sentences about a range are filled with, and the field that is to blame."""
    return {"field": "first", "run": run.number, "first": first, "last": last}
