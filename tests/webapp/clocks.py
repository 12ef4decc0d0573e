"""The time at sites that are made over the real thing: nothing there depends on the day on which the tests run."""

from datetime import UTC, datetime, timedelta
from time import monotonic

BEGAN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""When such a site is made, at ten in the morning in Viet Nam: after all that tests say has happened."""


class GoingClock:
    """A clock that begins at `BEGAN`, whatever the machine's clock says, and goes on as real time does."""

    def __init__(self) -> None:
        self._began = monotonic()

    def now(self) -> datetime:
        """Return the present moment."""
        return BEGAN + timedelta(seconds=monotonic() - self._began)
