"""Clocks: the real one, and one that tells a story's time."""

from datetime import UTC, datetime


class SystemClock:
    """The real time (`ports.Clock`)."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class StoryClock:
    """A clock that stands where it is put and never goes back (`ports.Clock`).

    UNSAFE for real records: with it, blocks of the embedded chain get whatever time the story tells. Only the demo and
    tests use it, on data folders that they have made themselves.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the time in the story, aware, in UTC."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Move on; a time that has passed leaves the clock where it is."""
        self._now = max(self._now, moment.astimezone(UTC))
