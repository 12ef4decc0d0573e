"""Printing stamps: one signed record of the printing, and a file that is written by a job.

The record and the job are kept in one database transaction, so that nothing is printed that is not on record. The file
is written once the chain has the record; it lies in a folder of its own and is deleted after some days, since whoever
sees it can copy the stamps.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, get_args

from traceability.domain.job_views import JobView
from traceability.domain.members import VIET_NAM
from traceability.domain.records import StampMarkRecord
from traceability.domain.stamp_life import MarkKind
from traceability.domain.views import LotSummary, StampRunView
from traceability.errors import RuleViolationError
from traceability.ports import Job, PrintedFile, Printer, PrintJob, StampToPrint, UnitOfWork
from traceability.ports.paper import Medium, TestPage
from traceability.proofs.serials import second_codes
from traceability.services.authority import require_custody
from traceability.services.commands import Actor, PrintStamps
from traceability.services.context import Context
from traceability.services.elsewhere import elsewhere
from traceability.services.inputs import choice
from traceability.services.jobs import Jobs, new_job
from traceability.services.recording import Draft, Recorder
from traceability.services.stamp_marks import StampMarks, void_within
from traceability.services.stamp_seeds import Roll, open_seed, stamp_number, unseal
from traceability.services.trades import Ending, Later, Task, Trade
from traceability.services.usecases import UseCases, require_at_hand

SMALL: Final = 2_000
"""Files of up to so many stamps are written by the worker itself; larger ones in a process of their own."""

USUAL_STOCK: Final = "25x25"
"""The preset of sheets where nothing else is said."""

SAMPLE_SERIAL, SAMPLE_CODE = "0" * 17, "0" * 8
"""As long as every serial and every second code."""


@dataclass(frozen=True, slots=True)
class IssuedStamp:
    """A stamp of a run. Whoever sees it can copy it."""

    path: str
    serial: str
    number: int
    """Place in the run, from 1."""
    code: str = ""
    """The second code, where it was asked for."""


class StampPrinting(StampMarks):
    """Bring serials back, and print them.

    Args:
        context: the ports.
        recorder: the way to the chain.
        jobs: carries print jobs out.
        printer: writes files.
        base_url: what stands before a stamp's path in its link.
    """

    plans: ClassVar[dict[type, str]] = StampMarks.plans | {PrintStamps: "plan_print"}

    def __init__(self, context: Context, recorder: Recorder, jobs: Jobs, printer: Printer, base_url: str) -> None:
        UseCases.__init__(self, context, recorder)
        self._jobs = jobs
        self._printer = printer
        self._base_url = base_url
        jobs.register("print", Trade(self._carry_out_print, self._undo_print, cancellable=("",)))

    def serials(
        self, actor: Actor, lot: str, run: int, first: int = 1, last: int | None = None, *, codes: bool = False
    ) -> Iterator[IssuedStamp]:
        """Yield stamps of a run in their order, for the lot's custodian only.

        Args:
            actor: who asks.
            lot: path or URI.
            run: number of the run.
            first: from 1.
            last: inclusive; None for the whole run.
            codes: bring the second codes back, too.

        Raises:
            NotFoundError: there is no such lot or run, or its seed is not kept here.
            NotAuthorisedError: the lot is in another's custody.
            InvalidInputError: the bounds lie outside the run.
        """
        summary = self.lot(lot)
        require_custody(actor, summary)
        known = self.run(summary, str(run))
        first, last = self.range(known, PrintStamps("", lot, str(run), str(first), "" if last is None else str(last)))
        with self._context.database.begin() as work:
            seed = work.seeds.get(summary.uri, run)
        return self._stamps(seed, self._serial_path(summary), first, last, codes=codes)

    def print(self, actor: Actor, command: PrintStamps) -> JobView:
        """Record a printing and begin the job that writes its file. Raises as `plan_print` and the recorder do."""
        outcome = self.perform(actor, command)
        self._jobs.wake()
        return self._jobs.get(actor, outcome.job)

    def look(self, actor: Actor, command: PrintStamps) -> bytes:
        """Return a picture (PNG) of what a printing would put on paper: a stamp of the run's kind, and none of it.

        Raises:
            NotFoundError: there is no such lot or run.
            NotAuthorisedError: the lot is in another's custody.
            InvalidInputError: medium, grid or label will not do, or nothing is put on paper.
        """
        lot = self.lot(command.lot)
        require_custody(actor, lot)
        return self._printer.picture(self._paper(lot, command), self._sample(lot, self.run(lot, command.run)))

    def test_page(self, actor: Actor, command: PrintStamps) -> TestPage:
        """Return the page or label of rulers alone, to try stock and printer before any stamp is printed.

        Raises:
            NotFoundError: there is no such lot or run.
            NotAuthorisedError: the lot is in another's custody.
            InvalidInputError: medium, grid or label will not do.
        """
        lot = self.lot(command.lot)
        require_custody(actor, lot)
        return self._printer.test_page(self._paper(lot, command), self._sample(lot, self.run(lot, command.run)))

    def plan_print(self, actor: Actor, command: PrintStamps) -> Draft:
        """Plan the printing of stamps.

        Raises:
            NotFoundError: there is no such lot or run, or its seed is not kept here.
            NotAuthorisedError: the lot is in another's custody.
            RuleViolationError: the lot is recalled, on its way or closed; some of the stamps are void; the run's stamps
                are still being made; or too much was recorded of the run.
            InvalidInputError: the range is not of the run, or medium, grid or label will not do.
        """
        lot = self.lot_at_hand(actor, command.lot)
        run = self.run(lot, command.run)
        first, last = self.range(run, command)
        self._require_printable(run, lot, first, last)
        paper = self._paper(lot, command)
        self._printer.check(paper, self._sample(lot, run))
        job = new_job(
            actor,
            key=command.key,
            kind="print",
            lot=lot.uri,
            lot_path=lot.path,
            lot_number=lot.lot_number,
            run=run.number,
            first=first,
            last=last,
            total=last - first + 1,
            medium=paper.medium,
            spec=_plain(paper),
            created_at=self._context.clock.now(),
        )
        record = StampMarkRecord(MarkKind.PRINTED, run.number, first, last, medium=paper.medium, codes=command.codes)
        return self.mark(lot, run, record, job=job)

    # --------------------------------------------------------------------------------------------------------- checks
    def _require_printable(self, run: StampRunView, lot: LotSummary, first: int, last: int) -> None:
        if run.ready < run.count:
            raise RuleViolationError(
                "The stamps of run {run} are still being made: {ready} of {count} are there. Print them in a moment.",
                field="run",
                run=run.number,
                ready=run.ready,
                count=run.count,
            )
        for span in void_within(run, first, last):
            raise RuleViolationError(
                "Stamps {first} to {last} of run {run} are void. Print a range without them, or restore them first.",
                field="first",
                run=run.number,
                first=span.first,
                last=span.last,
            )
        with self._context.database.begin() as work:
            work.seeds.get(lot.uri, run.number)

    def _paper(self, lot: LotSummary, command: PrintStamps) -> PrintJob:
        """Return what is to be printed on what, its texts finished for Vietnamese readers."""
        produced = lot.produced_at.astimezone(VIET_NAM).date() if lot.produced_at else None
        return PrintJob(
            medium=choice(command.medium, get_args(Medium), "medium"),  # type: ignore[arg-type]  # one of them
            grid=dict(command.grid) or {"preset": USUAL_STOCK},
            label=dict(command.label),
            product=lot.product_name.vi,
            lot=lot.lot_number,
            produced=produced.strftime("%d/%m/%Y") if produced else "",
            expires=lot.expires_on.strftime("%d/%m/%Y") if lot.expires_on else "",
            calibration=command.calibration,
            crop_marks=command.crop_marks,
            start=command.start,
            codes=command.codes,
        )

    def _sample(self, lot: LotSummary, run: StampRunView) -> StampToPrint:
        """Return a stamp that is as long as any of the run, and none of it."""
        link = self._base_url + self._serial_path(lot) + SAMPLE_SERIAL
        return StampToPrint(link, SAMPLE_SERIAL, stamp_number(run.number, run.count, run.count), SAMPLE_CODE)

    def _serial_path(self, lot: LotSummary) -> str:
        """Return what stands before the serial in the paths of a lot's stamps."""
        product = self.lot_ref(lot.uri).product
        return f"{product.path}/{'21' if product.gtin else 's'}/"

    def _stamps(self, seed: Any, path: str, first: int, last: int, *, codes: bool) -> Iterator[IssuedStamp]:
        serials = open_seed(self._context.keystore, seed, first, last)
        if not codes:
            return (IssuedStamp(path + one, one, number) for number, one in enumerate(serials, first))
        second = second_codes(unseal(self._context.keystore, seed), first - 1, last - first + 1)
        both = zip(serials, second, strict=True)
        return (IssuedStamp(path + one, one, number, code) for number, (one, code) in enumerate(both, first))

    # --------------------------------------------------------------------------------------------------- carrying out
    def _carry_out_print(self, task: Task) -> Ending:
        """Write the file of a print job, or go on with it, once its record is on the chain."""
        job = task.job
        with self._context.database.begin() as work:
            row = work.outbox.find(job.key)
            seed = work.seeds.get(job.lot, job.run)
        if row is None or row.state == "refused":
            raise RuleViolationError("The chain refused this record: {reason}", reason=row.error if row else "-")
        if row.state != "landed":
            raise Later
        actor, lot = self._jobs.actor(job), self.lot(job.lot)
        require_custody(actor, lot)
        require_at_hand(lot)
        link = self._base_url + self._serial_path(lot)
        paper = PrintJob(**job.spec)
        roll = Roll(unseal(self._context.keystore, seed), link, job.run, seed.count, job.first, job.last, paper.codes)
        arguments = (self._printer, self._jobs.path(job), roll, paper, job.total)
        if job.total > SMALL:
            printed = elsewhere(write_file, *arguments, heard=task.at)
        else:
            printed = write_file(task.at, *arguments)
        return Ending(asdict(printed), has_file=True)

    def _undo_print(self, _work: UnitOfWork, job: Job) -> None:
        """Delete the file, finished or not; the record of the printing stays."""
        self._printer.discard(self._jobs.path(job))


def write_file(
    tell: Callable[[int], None], printer: Printer, path: Path, roll: Roll, paper: PrintJob, total: int
) -> PrintedFile:
    """Write a file of stamps. Runs in another process, too."""
    return printer.write(path, roll, paper, total, tell)


def _plain(paper: PrintJob) -> Mapping[str, Any]:
    """Return a print job as JSON keeps it."""
    return asdict(paper)
