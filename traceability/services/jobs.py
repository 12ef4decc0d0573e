"""Long work: kept as rows, carried out by a worker for each lane of a process, taken up again after a crash.

A family of use cases registers a `Trade` for each kind of job: how it is carried out, and how it is undone when nothing
will come of it. The worker takes the oldest job that nobody has the lease of, and hands it to its trade as a `Task`,
through which the trade says how far it is. Every word prolongs the lease; a task that has lost it, or was cancelled,
stops there. What a trade has not written down when its process dies is done again by the next one.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import timedelta
from math import inf
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Final

from traceability.domain.job_views import OVER, JobView
from traceability.errors import ChainError, NotAuthorisedError, NotFoundError, OcopTraceError, RuleViolationError
from traceability.ports import Job
from traceability.services.authority import require_role
from traceability.services.commands import Actor
from traceability.services.context import Context
from traceability.services.trades import STAMPS, Ending, Later, Progress, Stopped, Task, Trade

LEASE: Final = timedelta(seconds=30)
"""For how long a job is nobody else's after a sign of life; on another machine it is taken up again after that."""

LOOK: Final = 1.0
"""Seconds between two looks for jobs of other processes."""

SWEEP: Final = 60.0
"""Seconds between two looks for files that have had their time."""

AGAIN: Final = timedelta(seconds=2)
"""When a job that waits for the chain is taken up again."""

_log = logging.getLogger(__name__)


class Jobs:
    """Look at jobs, call them off, fetch their files; and carry them out. Safe for threads.

    Args:
        context: the ports.
        folder: where files of print jobs lie.
        keep: for how long they can be fetched: whoever sees one can copy stamps.
        alone: no other process carries out jobs of this database, so that every other lease is a dead process's.
    """

    def __init__(self, context: Context, folder: Path, *, keep: timedelta, alone: bool = False) -> None:
        self._context = context
        self._folder = folder
        self._keep = keep
        self._alone = alone
        self._trades: dict[str, Trade] = {}
        self._wakes: defaultdict[str, Event] = defaultdict(Event)
        self._never = Event()
        self.owner: Final = secrets.token_hex(16)
        """Under which name this process takes leases."""

    def register(self, kind: str, trade: Trade) -> None:
        """Say how jobs of a kind are done."""
        self._trades[kind] = trade

    def kinds(self, lane: str) -> tuple[str, ...]:
        """Return the kinds of jobs of a lane."""
        return tuple(kind for kind, trade in self._trades.items() if trade.lane == lane)

    # ------------------------------------------------------------------------------------------------------ for people
    def get(self, actor: Actor, job_id: str) -> JobView:
        """Return a job of the actor's participant; operators see all. Raises NotFoundError."""
        return view(self._own(actor, job_id))

    def list(self, actor: Actor, lot: str | None = None) -> Sequence[JobView]:
        """Return the newest hundred jobs about stamps, of one lot or of all; operators see everybody's, others theirs.

        Raises NotFoundError for an unknown lot.
        """
        uri = None if lot is None else self._context.reads.lot(lot).uri
        participant = None if actor.role == "operator" else actor.participant
        with self._context.database.begin() as work:
            found = work.jobs.list(kinds=self.kinds(STAMPS), participant=participant, lot=uri)
        return tuple(view(job) for job in found)

    def cancel(self, actor: Actor, job_id: str) -> JobView:
        """Call a job off.

        Raises:
            NotFoundError: there is no such job of the actor's participant.
            NotAuthorisedError: the account is not of those that order stamps.
            RuleViolationError: it is over, or already being recorded on the chain.
        """
        require_role(actor, "cooperative", "operator")
        job = self._own(actor, job_id)
        trade = self._trades[job.kind]
        with self._context.database.begin() as work:
            if not work.jobs.cancel(job.id, trade.cancellable, self._context.clock.now()):
                raise RuleViolationError(
                    "This job is finished, or so far that it can no longer be called off. Look at it again.",
                    field="job",
                )
            trade.undo(work, job)
        return self.get(actor, job_id)

    def file(self, actor: Actor, job_id: str) -> tuple[Path, str, str]:
        """Return the file of a finished print job, its media type, and a name to keep it under.

        Raises:
            NotFoundError: there is no such job of the actor's participant, or its file is not there (any more).
            NotAuthorisedError: the account is not of those that print stamps.
        """
        require_role(actor, "cooperative")
        job = self._own(actor, job_id)
        path = self.path(job)
        gone = job.file_until is None or job.file_until <= self._context.clock.now()
        if job.participant != actor.participant or gone or not path.is_file():
            raise NotFoundError("The file is not there, or not any more. Print these stamps again.", field="job")
        name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in job.lot_number)
        return path, job.result["media_type"], f"tem-{name}-{job.run}-{job.first}-{job.last}{job.result['suffix']}"

    def _own(self, actor: Actor, job_id: str) -> Job:
        with self._context.database.begin() as work:
            job = work.jobs.get(job_id)
        foreign = actor.role != "operator" and job.participant != actor.participant
        if foreign or job.kind not in self.kinds(STAMPS):
            raise NotFoundError("There is no such job here. It may be another's.", field="job")
        return job

    # ------------------------------------------------------------------------------------------------------ for trades
    def path(self, job: Job) -> Path:
        """Return where the file of a print job lies, in a folder that only we can look into."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder / job.id

    def actor(self, job: Job) -> Actor:
        """Return who asked for a job, if that account still is what it was. Raises NotAuthorisedError."""
        asked = Actor(**job.actor)
        with self._context.database.begin() as work:
            account = work.accounts.by_id(asked.account_id)
        if account is not None and account.name == asked.name:
            now = (account.active, account.role, account.participant)
            if now != (True, asked.role, asked.participant):
                raise NotAuthorisedError(
                    "{name} asked for this and may not do it any more. Ask again with an account that may.",
                    name=asked.name,
                )
        return asked

    def note(self, job: Job) -> None:
        """Write down how far a job is, and prolong its lease. Raises when it is this worker's no longer."""
        until = self._context.clock.now() + LEASE
        with self._context.database.begin() as work:
            held = work.jobs.hold(
                job.id, job.lease_owner, until, done=job.done, phase=job.phase, checkpoint=job.checkpoint
            )
        if not held:
            raise Stopped

    def wake(self, lane: str = STAMPS) -> None:
        """Let the worker of a lane look for jobs now."""
        self._wakes[lane].set()

    # ---------------------------------------------------------------------------------------------------- carrying out
    def work(self, stop: Event, lane: str = STAMPS) -> None:
        """Carry out jobs of a lane, one at a time, until `stop` is set; delete files that have had their time."""
        expired = -SWEEP if lane == STAMPS else inf
        while not stop.is_set():
            try:
                if monotonic() - expired > SWEEP:
                    self.expire()
                    expired = monotonic()
                if self._take_one(_silent, stop, self.kinds(lane)):
                    continue
            except OcopTraceError as error:  # the database: it may come back
                _log.warning("No job was carried out: %s", error)
            self._wakes[lane].wait(LOOK)
            self._wakes[lane].clear()

    def run_pending(self, progress: Progress | None = None) -> int:
        """Carry out every job that can be carried out now, and return how many were taken up."""
        count = 0
        while self._take_one(progress or _silent, self._never, tuple(self._trades)):
            count += 1
        return count

    def run_kept(self, job: Job) -> None:
        """Carry out a job whose lease this process has had from the beginning, and keep how it ends."""
        self._carry_out(job, _silent, self._never)

    def run_now(self, job: Job, progress: Progress | None = None) -> None:
        """Carry out a job whose lease this process has had from the beginning.

        Raises the error that ends it; the job is then forgotten, as if nobody had asked.
        """
        error = self._carry_out(job, progress or _silent, self._never)
        if error is not None:
            with self._context.database.begin() as work:
                work.jobs.remove(job.id)
            raise error

    def expire(self) -> None:
        """Delete the files that have had their time."""
        with self._context.database.begin() as work:
            for job in work.jobs.outdated(self._context.clock.now()):
                self._trades[job.kind].undo(work, job)
                work.jobs.forget_file(job.id)

    def _take_one(self, progress: Progress, stop: Event, kinds: Sequence[str]) -> bool:
        now = self._context.clock.now()
        with self._context.database.begin() as work:
            job = work.jobs.claim(self.owner, now, now + LEASE, kinds=kinds, alone=self._alone)
        if job is None:
            return False
        self._carry_out(job, progress, stop)
        return True

    def _carry_out(self, job: Job, progress: Progress, stop: Event) -> OcopTraceError | None:
        """Carry out a job as far as it goes; return the error that ends it for good."""
        task, trade = Task(job, self.note, progress, stop), self._trades[job.kind]
        try:
            ending = trade.carry_out(task)
        except (Later, ChainError):
            self._put_back(task, AGAIN)
        except Stopped:
            self._stopped(task, trade)
        except OcopTraceError as error:
            self._failed(task, trade, error)
            return error
        except Exception:  # noqa: BLE001 - a fault in one job must not end the worker
            _log.exception("Job %s of kind %s stopped because of a fault in this program.", job.id, job.kind)
            fault = OcopTraceError("The work stopped because of a fault in this program. Tell the operator.")
            self._failed(task, trade, fault)
            return fault
        except BaseException:  # Ctrl-C: the next one goes on
            self._put_back(task, timedelta())
            raise
        else:
            self._done(task, ending)
        return None

    def _put_back(self, task: Task, pause: timedelta) -> None:
        with self._context.database.begin() as work:
            work.jobs.hold(task.job.id, task.job.lease_owner, self._context.clock.now(), done=task.job.done)
            work.jobs.put_back(task.job.id, task.job.lease_owner, self._context.clock.now() + pause)

    def _stopped(self, task: Task, trade: Trade) -> None:
        """Clear up behind a job that was called off; give one back that the end of the program has stopped."""
        self._put_back(task, timedelta())
        with self._context.database.begin() as work, suppress(NotFoundError):
            if work.jobs.get(task.job.id).state == "cancelled":
                trade.undo(work, task.job)

    def _failed(self, task: Task, trade: Trade, error: OcopTraceError) -> None:
        told = {"template": error.template, "facts": {name: _plain(value) for name, value in error.facts.items()}}
        now = self._context.clock.now()
        ended = replace(task.job, state="failed", error=told, checkpoint="", finished_at=now, file_until=None)
        with self._context.database.begin() as work:
            if work.jobs.finish(self._forgetful(ended)):
                trade.undo(work, task.job)

    def _done(self, task: Task, ending: Ending) -> None:
        now = self._context.clock.now()
        ended = replace(
            task.job,
            state="done",
            done=task.job.total,
            checkpoint="",
            result=ending.result,
            finished_at=now,
            file_until=now + self._keep if ending.has_file else None,
        )
        with self._context.database.begin() as work:
            work.jobs.finish(self._forgetful(ended))

    def _forgetful(self, job: Job) -> Job:
        """Return a job that is over without what its trade keeps no longer than that."""
        gone = self._trades[job.kind].forgets
        return replace(job, spec={name: value for name, value in job.spec.items() if name not in gone})


def new_job(actor: Actor, **values: Any) -> Job:
    """Return a job that an actor asks for, under an identifier that nobody guesses."""
    return Job(id=secrets.token_hex(16), participant=actor.participant, actor=asdict(actor), **values)


def view(job: Job) -> JobView:
    """Return a job as people see it."""
    return JobView(
        id=job.id,
        kind=job.kind,
        state=job.state,
        done=job.done,
        total=job.total,
        error=(job.error["template"], job.error["facts"]) if job.error else None,
        lot_path=job.lot_path,
        lot_number=job.lot_number,
        run=job.run,
        first=job.first,
        last=job.last,
        medium=job.medium,
        created_at=job.created_at,
        finished_at=job.finished_at,
        file_until=job.file_until if job.state in OVER else None,
        grid=job.spec.get("grid", {}),
        start=job.spec.get("start", "1"),
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def _silent(_done: int, _total: int) -> None:
    """Say nothing."""
