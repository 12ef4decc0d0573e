"""Long work as rows: who asked, for what, how far it is, and which process works on it until when.

A *lease* makes exactly one worker of several processes work on a job: it holds until a moment, is prolonged while the
work goes on, and is free again when its process has died.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. Values in `actor`, `spec`, `result` and `error` are plain JSON."""

    id: str
    key: str
    """The idempotency key, scoped to the participant: the same order twice is one job."""
    fingerprint: str = ""
    """Digest of the command; the same key with another command is refused. Empty where the key is one of ours."""
    kind: str
    """issue, print or capture."""
    participant: int
    actor: Mapping[str, Any]
    """Who asked; whether that account still may is asked again when the job runs."""
    created_at: datetime
    lot: str = ""
    """Canonical URI; empty where the work is about no one lot, as is all that follows about stamps."""
    lot_path: str = ""
    lot_number: str = ""
    run: int = 0
    first: int = 0
    last: int = 0
    medium: str = ""
    spec: Mapping[str, Any] = field(default_factory=dict)
    """What the work needs to know."""
    state: str = "queued"
    """queued, running, done, failed or cancelled."""
    phase: str = ""
    """Which step of its work it is at."""
    done: int = 0
    total: int = 0
    checkpoint: str = ""
    """From where the work goes on after its process has died."""
    result: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)
    finished_at: datetime | None = None
    file_until: datetime | None = None
    lease_owner: str = ""
    lease_until: datetime | None = None
    """Until then nobody else takes it; None: anybody may, now."""


class JobStore(Protocol):
    """Jobs within one unit of work."""

    def queue_up(self, lot: str) -> None:
        """Wait until nobody else orders from a lot, and keep it so until the unit of work ends."""
        ...

    def add(self, job: Job) -> None:
        """Keep a new job. Raises AlreadyExistsError for a key in use."""
        ...

    def get(self, job_id: str) -> Job:
        """Return one. Raises NotFoundError."""
        ...

    def find(self, key: str) -> Job | None:
        """Return the job of an idempotency key, if there is one."""
        ...

    def list(
        self,
        *,
        kinds: Sequence[str],
        participant: int | None = None,
        lot: str | None = None,
        after: Job | None = None,
        limit: int = 100,
    ) -> Sequence[Job]:
        """Return jobs of some kinds, newest first; with `after` those that come behind that one."""
        ...

    def orders(self, lot: str) -> Sequence[Job]:
        """Return the runs of stamps that are ordered for a lot and not finished."""
        ...

    def claim(
        self, owner: str, now: datetime, until: datetime, *, kinds: Sequence[str], alone: bool = False
    ) -> Job | None:
        """Lease the oldest job that nobody works on, or return None.

        Args:
            owner: who will work on it.
            now: leases that ended before are free.
            until: when the new lease ends.
            kinds: the kinds of work that the owner is asking for.
            alone: no other process can be at work, so that every lease of another owner is a dead one's.
        """
        ...

    def hold(
        self,
        job_id: str,
        owner: str,
        until: datetime,
        *,
        done: int | None = None,
        phase: str | None = None,
        checkpoint: str | None = None,
    ) -> bool:
        """Prolong a lease and note how far the work is; tell whether the lease still is the owner's."""
        ...

    def put_back(self, job_id: str, owner: str, until: datetime) -> None:
        """Give a job back, to be taken again from a moment on."""
        ...

    def finish(self, job: Job) -> bool:
        """Keep how a job ended, its `spec` as it is now, too, if its lease still is that of `job.lease_owner`.

        Tells whether it was.
        """
        ...

    def cancel(self, job_id: str, phases: Sequence[str], now: datetime) -> bool:
        """End a job that is in one of these phases and not over; tell whether it was."""
        ...

    def drop_key(self, job_id: str) -> None:
        """Let another job have the idempotency key of one that failed."""
        ...

    def remove(self, job_id: str) -> None:
        """Delete a job that came to nothing at once."""
        ...

    def outdated(self, now: datetime) -> Sequence[Job]:
        """Return the jobs whose file is to be deleted."""
        ...

    def forget_file(self, job_id: str) -> None:
        """Note that the file of a job is gone."""
        ...
