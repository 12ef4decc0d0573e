"""Tokens of visitors: the same phone is recognised today, and nobody can say tomorrow which phone it was.

A token is eight bytes of HMAC-SHA-256 over address and User-Agent under a key that is drawn at random for each day
(UTC+7) and deleted when the day is over. Without the key nobody can compute a token again, not even by trying all
addresses, so tokens of two days cannot be linked. The key lies in the database of observations, so that the processes
of one service agree. Neither address nor User-Agent is kept anywhere.
"""

import logging
import secrets
from datetime import date, datetime, timedelta
from hmac import digest
from threading import Lock
from typing import Final

from traceability.domain.robots import is_robot
from traceability.domain.times import VIETNAM, local_day
from traceability.errors import StorageError
from traceability.ports import Clock
from traceability.ports.observations import Observations

TOKEN_BYTES: Final = 8
KEY_BYTES: Final = 32

AHEAD_SECONDS: Final = 1800
"""How long before midnight the key of the next day is taken."""

ROBOT: Final = "robot:"
"""What the token of a robot begins with: it is told apart, and what it looks at is not counted."""

_log = logging.getLogger(__name__)


class Visitors:
    """Makes tokens under the key of the day."""

    def __init__(self, clock: Clock, observations: Observations) -> None:
        """Begin without a key."""
        self._clock = clock
        self._observations = observations
        self._lock = Lock()
        self._key = b""
        self._coming: tuple[date, bytes] = (date.min, b"")
        self._from = self._until = 0.0
        """When the key's day begins and ends, in seconds since 1970."""

    def token(self, address: str, agent: str) -> str:
        """Return the token of whoever asks from an address with a User-Agent; it begins with `ROBOT` for a robot's."""
        now = self._clock.now()
        if not self._from <= now.timestamp() < self._until:
            self._renew(now)
        token = digest(self._key, f"{address}\n{agent}".encode(errors="replace"), "sha256")[:TOKEN_BYTES].hex()
        return ROBOT + token if is_robot(agent) else token

    def prepare(self) -> None:
        """Take tomorrow's key before midnight, when the database has more to do than to answer. Raises StorageError."""
        now = self._clock.now()
        if not self._until - AHEAD_SECONDS <= now.timestamp() < self._until:
            return
        tomorrow = local_day(now) + timedelta(days=1)
        if self._coming[0] != tomorrow:
            with self._observations.begin() as work:
                self._coming = tomorrow, work.scans.day_key(tomorrow)

    def _renew(self, now: datetime) -> None:
        """Take the key of a new day. While the database is away, one of this process alone has to do."""
        with self._lock:
            day = local_day(now)
            begin, end = (moment.timestamp() for moment in day_of(day))
            if self._from == begin:
                return
            self._key = self._coming[1] if self._coming[0] == day else self._asked(day)
            self._until, self._from = end, begin

    def _asked(self, day: date) -> bytes:
        try:
            with self._observations.begin() as work:
                work.scans.forget_keys(day)
                return work.scans.day_key(day)
        except StorageError as error:
            _log.warning("Visitors are counted under a key of this process alone: %s", error)
            return secrets.token_bytes(KEY_BYTES)


def day_of(day: date) -> tuple[datetime, datetime]:
    """Return when a day in Viet Nam begins and when it ends."""
    begin = datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
    return begin, begin + timedelta(days=1)
