"""The time of what is made over the real thing: nothing there depends on the day on which the tests run."""

from datetime import UTC, datetime, timedelta
from time import monotonic

BEGAN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""When such a site is made, at ten in the morning in Viet Nam: after all that tests say has happened."""


class GoingClock:
    """A clock that begins at a given moment, whatever the machine's clock says, and goes on as real time does."""

    def __init__(self, start: datetime = BEGAN) -> None:
        self._start, self._began = start, monotonic()

    def now(self) -> datetime:
        """Return the present moment."""
        return self._start + timedelta(seconds=monotonic() - self._began)


class StandingClock:
    """A clock that stands until a test moves it: what lies between two looks is as long as the test says."""

    def __init__(self, start: datetime = BEGAN) -> None:
        self.at = start

    def now(self) -> datetime:
        """Return the present moment."""
        return self.at

    def wait(self, **delta: float) -> None:
        """Let time pass; `delta` as for `timedelta`."""
        self.at += timedelta(**delta)
