"""The demo's script: what happens when, and when it was written down.

A step has the time at which it happened and the delay with which it was entered. Steps of all three products are told
in the order of their entry, with the clock set to it, so that the record looks as if it had been kept all along.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from traceability.bootstrap import Application, StoryClock
from traceability.domain.members import VIET_NAM
from traceability.services.commands import Actor, Upload

PICTURES = Path(__file__).parent / "pictures"

SOON = timedelta(minutes=12)
"""How long after it happened most things are entered."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One thing that happens."""

    entered_at: datetime
    order: int
    tell: Callable[[str], None] = field(compare=False)
    happened_at: str = field(compare=False)


@dataclass(slots=True)
class Stage:
    """Where the story plays: the application, its clock, who acts, and what was made so far.

    Args:
        application: the services that users call, too.
        clock: the story's clock.
        now: the moment in which the story ends.
        actors: log-in name to actor.
        made: a short name of ours to the path of what was made.
        steps: what happens.
    """

    application: Application
    clock: StoryClock
    now: datetime
    actors: dict[str, Actor] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    _numbers: Any = field(default_factory=count)

    def at(self, days_ago: int, clock: str, tell: Callable[[str], None], *, delay: timedelta = SOON) -> None:
        """Let something happen so many days ago at a time of day in Viet Nam, and be entered a little later.

        `tell` gets the time as text; a story that would reach beyond now is moved to just before it.
        """
        hour, minute = (int(part) for part in clock.split(":"))
        local = (self.now - timedelta(days=days_ago)).astimezone(VIET_NAM)
        happened = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        happened = min(happened, self.now.astimezone(VIET_NAM) - delay - timedelta(minutes=1))
        self.steps.append(Step(happened + delay, next(self._numbers), tell, happened.isoformat()))

    def key(self) -> str:
        """Return an idempotency key for the next command."""
        return f"demo-{next(self._numbers)}"

    def play(self, progress: Callable[[int, int], None]) -> None:
        """Tell every step in the order of its entry; files are printed at once, while the goods are still there."""
        steps = sorted(self.steps)
        for number, step in enumerate(steps, 1):
            self.clock.move_to(step.entered_at)
            step.tell(step.happened_at)
            self.application.jobs.run_pending()
            progress(number, len(steps))


def picture(*names: str) -> tuple[Upload, ...]:
    """Return drawings of the demo as they would be sent from a phone."""
    return tuple(Upload(f"{name}.webp", (PICTURES / f"{name}.webp").read_bytes()) for name in names)
