"""Jobs as rows, and the leases under which processes take them (`ports.JobStore`)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from traceability.errors import AlreadyExistsError, NotFoundError
from traceability.ports import Job
from traceability.projection import schema
from traceability.projection.stores import Store, from_milliseconds, to_milliseconds

OPEN = ("queued", "running")
"""States of a job that something may still come of."""

_JSON = ("actor", "spec", "result", "error")
_TIMES = ("created_at", "finished_at", "file_until")
_NOW = 0
"""When a lease ends that nobody has."""

_LOCK = 0x0C0B
"""Any number that nothing else of ours locks in PostgreSQL."""

_table = schema.job
_c = schema.job.c


class Jobs(Store):
    """Long work. None of it raises the edition: what pages tell the public does not depend on it."""

    def queue_up(self, lot: str) -> None:
        """Wait for others who order from a lot; SQLite has one writer, so that it is our turn already."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(lot))))

    def add(self, job: Job) -> None:
        """Keep a new job. Raises AlreadyExistsError for a key in use."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(_table).values(_values(job)))
        except IntegrityError as error:
            raise AlreadyExistsError("The request {key} was made before.", field="key", key=job.key) from error

    def get(self, job_id: str) -> Job:
        """Return one. Raises NotFoundError."""
        found = self._one(_c.id == job_id)
        if found is None:
            raise NotFoundError("There is no such job here. It may be another's.", field="job")
        return found

    def find(self, key: str) -> Job | None:
        """Return the job of an idempotency key, if there is one."""
        return self._one(_c.key == key)

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
        wanted = select(_table).where(_c.kind.in_(kinds)).order_by(_c.created_at.desc(), _c.id).limit(limit)
        if after is not None:
            moment = to_milliseconds(after.created_at)
            wanted = wanted.where(or_(_c.created_at < moment, and_(_c.created_at == moment, _c.id > after.id)))
        if participant is not None:
            wanted = wanted.where(_c.participant == participant)
        if lot is not None:
            wanted = wanted.where(_c.lot == lot)
        return self._many(wanted)

    def orders(self, lot: str) -> Sequence[Job]:
        """Return the runs of stamps that are ordered for a lot and not finished."""
        return self._many(select(_table).where(_c.lot == lot, _c.kind == "issue", _c.state.in_(OPEN)))

    # --------------------------------------------------------------------------------------------------------- leases
    def claim(
        self, owner: str, now: datetime, until: datetime, *, kinds: Sequence[str], alone: bool = False
    ) -> Job | None:
        """Lease the oldest job that nobody works on, or return None. A job is given to one of many who ask at once."""
        free: ColumnElement[bool] = _c.lease_until <= to_milliseconds(now)
        if alone:
            free = or_(free, _c.lease_owner.not_in(("", owner)))
        free = and_(_c.kind.in_(kinds), _c.state.in_(OPEN), free)
        oldest = select(_c.id).where(free).order_by(_c.created_at, _c.id).limit(1)
        for job_id in self._connection.execute(oldest.with_for_update(skip_locked=True)).scalars():
            taken = {"state": "running", "lease_owner": owner, "lease_until": to_milliseconds(until)}
            self._connection.execute(update(_table).where(_c.id == job_id).values(taken))
            return self.get(job_id)
        return None

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
        told = {"done": done, "phase": phase, "checkpoint": checkpoint, "lease_until": to_milliseconds(until)}
        return self._held(job_id, owner, {name: value for name, value in told.items() if value is not None})

    def put_back(self, job_id: str, owner: str, until: datetime) -> None:
        """Give a job back, to be taken again from a moment on."""
        self._held(job_id, owner, {"lease_owner": "", "lease_until": to_milliseconds(until)})

    def finish(self, job: Job) -> bool:
        """Keep how a job ended, if its lease still is that of `job.lease_owner`; tell whether it was."""
        told = _values(job)
        names = ("state", "phase", "done", "checkpoint", "spec", "result", "error", "finished_at", "file_until")
        return self._held(job.id, job.lease_owner, {name: told[name] for name in names})

    def _held(self, job_id: str, owner: str, values: dict[str, Any]) -> bool:
        mine = and_(_c.id == job_id, _c.lease_owner == owner, _c.state == "running")
        return bool(self._connection.execute(update(_table).where(mine).values(values)).rowcount)

    # --------------------------------------------------------------------------------------------------- their ending
    def cancel(self, job_id: str, phases: Sequence[str], now: datetime) -> bool:
        """End a job that is in one of these phases and not over; tell whether it was."""
        meant = and_(_c.id == job_id, _c.state.in_(OPEN), _c.phase.in_(phases))
        ended = {"state": "cancelled", "checkpoint": "", "finished_at": to_milliseconds(now)}
        return bool(self._connection.execute(update(_table).where(meant).values(ended)).rowcount)

    def drop_key(self, job_id: str) -> None:
        """Let another job have the idempotency key of one that failed."""
        self._connection.execute(update(_table).where(_c.id == job_id).values(key=_c.key + "~" + job_id))

    def remove(self, job_id: str) -> None:
        """Delete a job that came to nothing at once."""
        self._connection.execute(delete(_table).where(_c.id == job_id))

    def outdated(self, now: datetime) -> Sequence[Job]:
        """Return the jobs whose file is to be deleted."""
        return self._many(select(_table).where(_c.file_until <= to_milliseconds(now)))

    def forget_file(self, job_id: str) -> None:
        """Note that the file of a job is gone."""
        self._connection.execute(update(_table).where(_c.id == job_id).values(file_until=None))

    # -------------------------------------------------------------------------------------------------------- reading
    def _one(self, condition: ColumnElement[bool]) -> Job | None:
        found = self._connection.execute(select(_table).where(condition)).mappings().one_or_none()
        return None if found is None else _job(found)

    def _many(self, wanted: Any) -> "Sequence[Job]":
        return tuple(_job(found) for found in self._connection.execute(wanted).mappings())


def _values(job: Job) -> dict[str, Any]:
    """Return the row of a job."""
    values: dict[str, Any] = {name: getattr(job, name) for name in Job.__dataclass_fields__}
    values |= {name: json.dumps(dict(values[name]), ensure_ascii=False) for name in _JSON}
    for name in _TIMES:
        values[name] = None if values[name] is None else to_milliseconds(values[name])
    values["lease_until"] = _NOW if job.lease_until is None else to_milliseconds(job.lease_until)
    return values


def _job(found: RowMapping) -> Job:
    values: dict[str, Any] = {name: found[name] for name in found}
    values |= {name: json.loads(values[name]) for name in _JSON}
    for name in _TIMES:
        values[name] = None if values[name] is None else from_milliseconds(values[name])
    values["lease_until"] = None if values["lease_until"] == _NOW else from_milliseconds(values["lease_until"])
    return Job(**values)
