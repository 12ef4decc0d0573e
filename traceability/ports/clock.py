"""The present moment, which services ask for here and tests put where they want it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only place time comes from, so that a test can stand still."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...
