"""Trades: how each kind of long work is done, undone and called off, and what its worker says on the way.

`services.jobs` keeps the rows and the leases; a family of use cases registers a `Trade` for each kind of job it has,
and is handed a `Task` for each one that is to be carried out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from time import monotonic
from typing import Any, Final

from traceability.ports import Job, UnitOfWork

WRITE_DOWN: Final = 2.0
"""Seconds between two notes of how far a job is: each is a write to the database."""

STAMPS: Final = "stamps"
CAPTURE: Final = "capture"
"""Lanes of work: a run of a million stamps must not keep events from being captured."""

Progress = Callable[[int, int], None]
"""Takes what is done and what there is to do, in stamps."""


class Later(Exception):  # noqa: N818 - not an error: the job waits for something
    """The job cannot go on yet: the chain has not answered."""


class Stopped(Exception):  # noqa: N818 - not an error
    """The job is no longer this worker's: cancelled, taken by another, or the program is ending."""


@dataclass(slots=True)
class Task:
    """A job in the hands of the worker that has its lease."""

    job: Job
    _note: Callable[[Job], None]
    _progress: Progress
    _stop: Event
    _noted: float = field(default_factory=monotonic)

    def at(self, done: int, *, phase: str | None = None, checkpoint: str | None = None) -> None:
        """Say how far it is. A new phase is written down at once, everything else every few seconds.

        Args:
            done: stamps.
            phase: the step that begins.
            checkpoint: from where the work can go on after a crash.
        """
        changes: dict[str, Any] = {"done": done, "phase": phase, "checkpoint": checkpoint}
        self.job = replace(self.job, **{name: value for name, value in changes.items() if value is not None})
        self._progress(done, self.job.total)
        if self._stop.is_set():
            raise Stopped
        if phase is not None or monotonic() - self._noted >= WRITE_DOWN:
            self._note(self.job)
            self._noted = monotonic()


@dataclass(frozen=True, slots=True)
class Ending:
    """What a job came to; with a file, it can be fetched for a while."""

    result: Mapping[str, Any]
    has_file: bool = False


@dataclass(frozen=True, slots=True)
class Trade:
    """How jobs of one kind are done.

    Args:
        carry_out: does the work, or goes on with it. Raises Later, or an error of ours that ends the job.
        undo: forgets what was kept for a job that nothing will come of, or whose file has had its time.
        cancellable: phases in which a job can still be called off.
        lane: jobs of one lane wait for each other and for no other's; each lane has a worker of its own.
        forgets: members of a job's `spec` that are deleted when it is over.
    """

    carry_out: Callable[[Task], Ending]
    undo: Callable[[UnitOfWork, Job], None]
    cancellable: Sequence[str]
    lane: str = STAMPS
    forgets: Sequence[str] = ()
