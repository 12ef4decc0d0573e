"""A document on its way to the chain: one submission, or, where the contract refuses what we would allow, several.

Each part of the document that is tried has an idempotency key of its own. What a part came to is written down before
its record is kept, so that whoever takes the job up after a crash finds the record and what to tell of it, or neither.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from traceability.domain.capture_views import CaptureProblem, ErrorBehaviour
from traceability.errors import NotAuthorisedError, OcopTraceError, RuleViolationError
from traceability.proofs.history import subject_key
from traceability.services.capture.arranging import Planned, arranged
from traceability.services.capture.planning import Plan, Planner
from traceability.services.capture.problems import as_json, problem_of
from traceability.services.capture.reading import Named
from traceability.services.commands import Actor
from traceability.services.context import Context
from traceability.services.recording import Draft, Order, Recorder
from traceability.services.trades import Later, Task

RECORDING: Final = "recording"
"""The phase in which a part is about to be kept."""


class _NothingError(OcopTraceError):
    """No event of a part is to be recorded."""

    def __init__(self) -> None:
        super().__init__("No event is to be recorded.")


@dataclass(slots=True)
class _State:
    """How far a document is.

    Args:
        parts: ranges of events that are still to be recorded, in order.
        problems: of events that were refused.
        captured: events on record.
        planned: what the first part comes to, if its record was kept: problems and number captured.
    """

    parts: list[list[int]]
    problems: list[dict[str, Any]] = field(default_factory=list)
    captured: int = 0
    planned: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, checkpoint: str, count: int) -> "_State":
        return cls(**json.loads(checkpoint)) if checkpoint else cls([[0, count]] if count else [])

    def written(self) -> str:
        values = {"parts": self.parts, "problems": self.problems, "captured": self.captured, "planned": self.planned}
        return json.dumps(values, ensure_ascii=False)

    def settle(self) -> None:
        """Count the first part as what it was planned to be."""
        self.parts.pop(0)
        self.problems += self.planned.get("problems", [])
        self.captured += self.planned.get("captured", 0)
        self.planned = {}

    def halve(self) -> None:
        """Try the first part in two."""
        first, last = self.parts.pop(0)
        middle = (first + last) // 2
        self.parts[:0] = [[first, middle], [middle, last]]
        self.planned = {}


class Work:
    """Records the events of one document.

    Args:
        context: the ports.
        recorder: the way to the chain.
        actor: who sent it.
        task: the job.
        events: of the document, in its order.
    """

    def __init__(
        self,
        context: Context,
        recorder: Recorder,
        actor: Actor,
        task: Task,
        events: Sequence[Named | CaptureProblem],
    ) -> None:
        self._context = context
        self._recorder = recorder
        self._actor = actor
        self._task = task
        self._events = events
        self._planner = Planner(context, actor)
        self._state = _State.read(task.job.checkpoint, len(events))

    def done(self, behaviour: ErrorBehaviour) -> dict[str, Any]:
        """Record what can be recorded, and return what came of the document.

        Raises Later while the chain does not answer, and OcopTraceError for trouble that is nobody's event.
        """
        state = self._state
        while state.parts:
            first, last = state.parts[0]
            plan = self._record(first, last, behaviour)
            if plan is not None:
                return {"problems": [as_json(one) for one in plan], "captured": 0}
        return {"problems": state.problems, "captured": state.captured}

    def _record(self, first: int, last: int, behaviour: ErrorBehaviour) -> Sequence[CaptureProblem] | None:
        """Take one step; return the problems for which all of it is given up, if it is."""
        state, planned = self._state, Plan()

        def plan() -> Draft:
            nonlocal planned
            planned = self._planner.plan(self._events[first:last])
            state.planned = {"problems": [as_json(one) for one in planned.problems], "captured": planned.captured}
            if not planned.events or (planned.problems and behaviour is ErrorBehaviour.ROLLBACK):
                raise _NothingError
            touches, documents = arranged([*planned.openings, *planned.events])
            self._task.at(state.captured, phase=RECORDING, checkpoint=state.written())
            return Draft(touches=touches, documents=documents, uri="", path="", job=None)

        order = Order(self._actor, f"{self._task.job.id}:{first}-{last}", (self._task.job.id, first, last))
        try:
            if self._recorder.record(order, plan).state != "landed":
                raise Later
            self._context.indexer.advance()  # where the process died that sent it, nobody has looked yet
        except _NothingError:
            if planned.problems and behaviour is ErrorBehaviour.ROLLBACK:
                return planned.problems
        except (RuleViolationError, NotAuthorisedError) as error:
            if not planned.events:  # refused on its way, after a crash: what there is to tell is found out anew
                return None
            if behaviour is ErrorBehaviour.ROLLBACK:
                return [problem_of(error, _blamed(error, planned.events))]
            if len(planned.events) > 1:
                state.halve()
                return None
            refused = problem_of(error, planned.events[0].place)
            state.planned["problems"] = [*state.planned.get("problems", []), as_json(refused)]
            state.planned["captured"] = state.planned.get("captured", 1) - 1
        state.settle()
        return None


def _blamed(error: OcopTraceError, events: Sequence[Planned]) -> str:
    """Return the place of the first event that touches the subject which the contract names, or of the document."""
    subject = str(error.facts.get("subject", "")).removeprefix("0x")
    for one in events:
        if any(subject_key(touch.uri).hex() == subject for touch in one.touches):
            return one.place
    return ""
