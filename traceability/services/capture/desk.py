"""The desk where programs from outside hand in events: documents as jobs, single events at once.

A document is one submission to the chain, so that all of its events are recorded or none. In the mode *rollback* one
refused event refuses them all; in the mode *proceed* the others are recorded without it. A process that dies leaves a
job behind that the next one goes on with: what was signed is sent, what was not is planned anew, nothing twice.
"""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Lock
from typing import Any, Final
from uuid import uuid4

from traceability.domain.capture_views import CaptureJobView, CaptureProblem, ErrorBehaviour
from traceability.domain.epcis_documents import read_document, read_single
from traceability.errors import InvalidInputError, NotFoundError, OcopTraceError
from traceability.ports import Job, UnitOfWork
from traceability.services.authority import require_role
from traceability.services.capture.arranging import arranged
from traceability.services.capture.limits import require_size
from traceability.services.capture.planning import Planner
from traceability.services.capture.problems import from_json, problem_of
from traceability.services.capture.reading import Named, named, read_events
from traceability.services.capture.work import Work
from traceability.services.commands import Actor
from traceability.services.context import Context
from traceability.services.jobs import LEASE, Jobs, new_job
from traceability.services.recording import Draft, Order, Recorder
from traceability.services.trades import CAPTURE, Ending, Task, Trade

KIND: Final = "capture"

REMEMBERED: Final = 8
"""Documents that are kept in memory as they were read when they came, until their job is carried out."""


class Capture:
    """Takes events in. Safe for threads.

    Args:
        context: the ports.
        recorder: the way to the chain.
        jobs: carries documents out.
    """

    def __init__(self, context: Context, recorder: Recorder, jobs: Jobs) -> None:
        self._context = context
        self._recorder = recorder
        self._jobs = jobs
        self._workers = 0
        self._lock = Lock()
        self._read: OrderedDict[str, Sequence[Named | CaptureProblem]] = OrderedDict()
        jobs.register(KIND, Trade(self._carry_out, _undo, cancellable=(), lane=CAPTURE, forgets=("document",)))

    # ------------------------------------------------------------------------------------------------------- documents
    def submit(self, actor: Actor, value: Any, behaviour: ErrorBehaviour = ErrorBehaviour.ROLLBACK) -> CaptureJobView:
        """Take a document in and return its job: under way where a worker runs, otherwise carried out.

        Args:
            actor: who sends it.
            value: an EPCISDocument as JSON values.
            behaviour: what a refused event means for the others.

        Raises:
            NotAuthorisedError: the actor may not record, or its key lies elsewhere.
            InvalidInputError: the envelope is not one of EPCIS 2.0; TooLargeError where it holds too much.
        """
        require_role(actor, "cooperative", "inspector")
        self._recorder.require_key(actor)
        events = read_events(read_document(value))
        job = self._new_job(actor, {"document": value, "behaviour": behaviour.value}, len(events))
        self._remember(job.id, events)
        self._start(job)
        return self.job(actor, job.id)

    def job(self, actor: Actor, job_id: str) -> CaptureJobView:
        """Return a capture job of the actor's participant. Raises NotFoundError."""
        return _view(self._own(actor, job_id))

    def jobs(self, actor: Actor, *, per_page: int = 30, token: str = "") -> tuple[tuple[CaptureJobView, ...], str]:
        """Return one page of the capture jobs of the actor's participant, newest first, and the token of the next.

        Raises InvalidInputError for a token that is none of ours.
        """
        try:
            after = self._own(actor, token) if token else None
        except NotFoundError as error:
            template = "{token} is no page of this list. Begin with the first."
            raise InvalidInputError(template, field="nextPageToken", token=token[:80]) from error
        with self._context.database.begin() as work:
            found = work.jobs.list(kinds=(KIND,), participant=actor.participant, after=after, limit=per_page + 1)
        page = found[:per_page]
        return tuple(_view(job) for job in page), page[-1].id if len(found) > per_page else ""

    def work(self, stop: Event) -> None:
        """Carry out documents as they come, until `stop` is set."""
        with self._lock:
            self._workers += 1
        try:
            self._jobs.work(stop, CAPTURE)
        finally:
            with self._lock:
                self._workers -= 1

    # --------------------------------------------------------------------------------------------------- single events
    def record_one(self, actor: Actor, value: Any) -> tuple[str, bool]:
        """Record one event and return its identifier, with False where it is on record already.

        Args:
            actor: who sends it.
            value: an event with its `@context`, as JSON values.

        Raises:
            InvalidInputError: it is no event; `field` is a JSON pointer.
            NotAuthorisedError: a lot or product is another's, or the key lies elsewhere.
            RuleViolationError: the trade forbids it; AlreadyExistsError, where its eventID is another event's.
        """
        require_role(actor, "cooperative", "inspector")
        one = named(read_single(value))
        require_size([one.text])
        is_new = True

        def plan() -> Draft:
            nonlocal is_new
            found = Planner(self._context, actor).plan([one], strict=True)
            is_new = not found.repeated
            if not is_new:
                raise _RecordedError
            touches, documents = arranged([*found.openings, *found.events])
            return Draft(touches=touches, documents=documents, uri="", path="", event_id=one.event_id)

        order = Order(actor, f"event:{uuid4().hex}", one.key)
        with suppress(_RecordedError):
            self._recorder.record(order, plan)
        return one.event_id, is_new

    # ---------------------------------------------------------------------------------------------------- carrying out
    def _new_job(self, actor: Actor, spec: dict[str, Any], total: int) -> Job:
        """Return the job of a document, on lease to this process where no worker runs."""
        now = self._context.clock.now()
        lease = {"state": "running", "lease_owner": self._jobs.owner, "lease_until": now + LEASE}
        return new_job(
            actor,
            key=f"{KIND}:{uuid4().hex}",
            kind=KIND,
            total=total,
            created_at=now,
            spec=spec,
            **({} if self._workers else lease),
        )

    def _start(self, job: Job) -> None:
        """Keep a job, and carry it out at once where it is on lease to this process."""
        with self._context.database.begin() as work:
            work.jobs.add(job)
        if job.lease_owner:
            self._jobs.run_kept(job)
        else:
            self._jobs.wake(CAPTURE)

    def _carry_out(self, task: Task) -> Ending:
        events = self._events(task.job)
        work = Work(self._context, self._recorder, self._jobs.actor(task.job), task, events)
        ending = Ending(work.done(ErrorBehaviour(task.job.spec["behaviour"])))
        with self._lock:
            self._read.pop(task.job.id, None)
        return ending

    def _events(self, job: Job) -> Sequence[Named | CaptureProblem]:
        """Return the events of a job's document, as they were read when it came or read again."""
        with self._lock:
            found = self._read.get(job.id)
        if found is None:
            found = read_events(read_document(job.spec["document"]))
        return found

    def _remember(self, job_id: str, events: Sequence[Named | CaptureProblem]) -> None:
        with self._lock:
            self._read[job_id] = events
            while len(self._read) > REMEMBERED:
                self._read.popitem(last=False)

    def _own(self, actor: Actor, job_id: str) -> Job:
        with self._context.database.begin() as work:
            job = work.jobs.get(job_id)
        if job.kind != KIND or job.participant != actor.participant:
            raise NotFoundError("There is no such job here. It may be another's.", field="job")
        return job


class _RecordedError(OcopTraceError):
    """The event is on record: there is nothing to plan."""

    def __init__(self) -> None:
        super().__init__("This event is recorded already.")


def _view(job: Job) -> CaptureJobView:
    errors = tuple(from_json(one) for one in job.result.get("problems", ()))
    if job.error:
        fault = OcopTraceError(job.error["template"], **job.error["facts"])
        errors = (problem_of(fault, ""), *errors)
    return CaptureJobView(
        id=job.id,
        created_at=job.created_at,
        finished_at=job.finished_at,
        running=job.state in ("queued", "running"),
        success=not errors,
        behaviour=ErrorBehaviour(job.spec["behaviour"]),
        errors=errors,
        total=job.total,
        captured=job.result.get("captured", 0),
    )


def _undo(work: UnitOfWork, job: Job) -> None:
    """Nothing is kept for a document that is not captured."""
