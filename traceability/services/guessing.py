"""Slows down whoever tries serials, without a hindrance to a market behind one address.

A stamp that exists is always answered, so that no crowd can lock shoppers out. What is limited is looking for stamps
that do not exist: a visitor who finds nothing twenty times in ten minutes, and nothing real in between, and an address
(IPv6: its /64 network, which is one customer) that finds nothing three hundred times, are told to wait instead of
"unknown". The look-up is made all the same: phones of one model behind one address of a mobile network are one visitor
here, and none of them shall lose a real stamp because another one guesses. A serial has 80 secret bits: with a thousand
million stamps in use, a million guesses a second would have to go on for almost forty years for one hit. So the limiter
spares the machine; it is not what keeps serials secret.

Everything lies in memory and is bounded; the names of visitors are tokens that mean nothing after their day. Each
process counts for itself.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Lock
from typing import Final

WINDOW: Final = 600.0
"""Seconds over which unknown look-ups are counted."""

VISITOR_LIMIT: Final = 20
"""Unknown look-ups after which a visitor who has found nothing real is told to wait."""

ADDRESS_LIMIT: Final = 300
"""Unknown look-ups after which an address is told to wait."""

REMEMBERED: Final = 20_000
"""Visitors, and addresses, that are remembered at the same time; whoever was quiet for longest is forgotten first."""

CUSTOMER_BITS: Final = 64
"""A customer of an IPv6 provider has a whole /64 network (RFC 6177)."""


@dataclass(slots=True)
class _Count:
    """How often something happened in this window and in the one before."""

    window: int = 0
    here: int = 0
    before: int = 0


class Counter:
    """Counts by key over a sliding window, with the same few bytes for each key however often it comes.

    The count of the window before fades out evenly while this one runs, which is exact for a first burst and within a
    window's share for a steady one. Keys that no longer count are forgotten when the next one comes.
    """

    def __init__(self, window: float, size: int = REMEMBERED) -> None:
        """Begin empty."""
        self._window, self._size = window, size
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def add(self, key: str, now: float) -> None:
        """Count once."""
        window = int(now // self._window)
        count = self._moved(self._counts.setdefault(key, _Count(window)), now)
        count.here += 1
        self._counts.move_to_end(key)
        while len(self._counts) > self._size or next(iter(self._counts.values())).window < window - 1:
            self._counts.popitem(last=False)

    def of(self, key: str, now: float) -> float:
        """Return how often within the last window."""
        count = self._counts.get(key)
        if count is None:
            return 0.0
        self._moved(count, now)
        return count.here + count.before * (1 - now % self._window / self._window)

    def _moved(self, count: _Count, now: float) -> _Count:
        window = int(now // self._window)
        if window != count.window:
            count.before = count.here if window == count.window + 1 else 0
            count.here, count.window = 0, window
        return count

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._counts)


class Guessing:
    """The limiter of unknown look-ups.

    Args:
        seconds: the time in seconds, from any beginning.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Begin without a memory."""
        self._seconds = seconds
        self._lock = Lock()
        self._visitors, self._addresses = Counter(WINDOW), Counter(WINDOW)
        self._found: OrderedDict[str, float] = OrderedDict()

    def found(self, visitor: str, now: float) -> None:
        """Note that a visitor looked at a stamp that exists."""
        with self._lock:
            self._found[visitor] = now
            self._found.move_to_end(visitor)
            if len(self._found) > REMEMBERED:
                self._found.popitem(last=False)

    def missed(self, visitor: str, address: str) -> None:
        """Note that a visitor asked for a stamp that does not exist."""
        now = self._seconds()
        with self._lock:
            self._visitors.add(visitor, now)
            self._addresses.add(network(address), now)

    def may_answer(self, visitor: str, address: str) -> bool:
        """Tell whether a visitor is told once more that a stamp is unknown."""
        now = self._seconds()
        with self._lock:
            if self._addresses.of(network(address), now) >= ADDRESS_LIMIT:
                return False
            honest = now - self._found.get(visitor, -WINDOW) < WINDOW
            return honest or self._visitors.of(visitor, now) <= VISITOR_LIMIT

    def sizes(self) -> tuple[int, int, int]:
        """Return how many visitors, addresses and finders are remembered."""
        return len(self._visitors), len(self._addresses), len(self._found)


def network(address: str) -> str:
    """Return what stands for one customer: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return f"{int(found) >> CUSTOMER_BITS:x}"
        found = found.ipv4_mapped
    return str(found)
