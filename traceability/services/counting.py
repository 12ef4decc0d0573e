"""Writes what was noted of stamps, adds it up, asks the rules for copies, and forgets what is old.

Notes wait in a queue of this process and are written about once a second, in bundles of one short transaction each. A
stamp that was looked at is judged in the same transaction, so that two processes never judge past each other. Once a
day one of the processes deletes what is older than it may be.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from threading import Event, Lock, Thread
from typing import Final

from traceability.domain.copies import Look, Signal, StampFacts, default_rules, judge
from traceability.domain.times import local_day
from traceability.errors import StorageError
from traceability.ports import Clock
from traceability.ports.observations import Observations, Sighting, StampKey, Tally

ONE_LOOK: Final = 60
"""Seconds within which a visitor who loads a page again has looked once."""

FLUSH_SECONDS: Final = 1.0
"""How long a note waits in memory, as long as the database answers."""

QUEUED: Final = 100_000
"""Notes that may wait while the database is away; further ones are lost."""

BUNDLE: Final = 500
"""Notes written in one transaction."""

JUDGED: Final = 1_000
"""Looks at one stamp that the rules are shown, the newest."""

FORGET: Final = 5_000
"""Looks deleted in one transaction."""

FAILURE_MEMORY: Final = timedelta(days=2)
"""How long wrong codes are remembered: a little longer than their limits look back."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that waits to be written: a look; with `commune` a place; without a visitor only: judge again."""

    key: StampKey
    facts: StampFacts
    at: datetime
    visitor: str = ""
    referrer: str = ""
    commune: str = ""
    newcomer: bool = False
    """Whether memory counted a visitor more."""

    @property
    def is_look(self) -> bool:
        """Tell whether it is a look."""
        return bool(self.visitor) and not self.commune


Written = Callable[[Sequence[Noted], Mapping[str, Tally]], None]
"""Is told what was written, and what the stamps in it add up to now, by serial."""


class Counting:
    """The queue of one process and the loop that empties it.

    Args:
        clock: the present moment.
        observations: where it is kept.
        keep: how long single looks are kept.
        written: is told after each bundle.
        prepare: what else is to be done every second, quickly.
    """

    def __init__(
        self,
        clock: Clock,
        observations: Observations,
        keep: timedelta,
        written: Written,
        prepare: Callable[[], None],
    ) -> None:
        """Begin with nothing."""
        self._clock, self._observations, self._keep = clock, observations, keep
        self._written, self._prepare = written, prepare
        self._queue: deque[Noted] = deque()
        self._lost = 0
        self._lock, self._writing = Lock(), Lock()
        self._loop: Thread | None = None
        self._working = False
        self._closing = Event()
        self._pruned_on: date | None = None

    def put(self, noted: Noted) -> bool:
        """Let something wait; False where too much waits already. Never blocks for long and never raises."""
        if len(self._queue) >= QUEUED:
            self._lost += 1
            return False
        self._queue.append(noted)
        if not self._working:
            self._begin()
        return True

    def __len__(self) -> int:
        """Return how much waits."""
        return len(self._queue)

    # ------------------------------------------------------------------------------------------------------------- loop
    def work(self, stop: Event) -> None:
        """Write every second and forget every day, until `stop` is set; then write what is left."""
        self._working = True
        try:
            while not stop.wait(FLUSH_SECONDS):
                self._round()
        finally:
            self._working = False
            self._round()

    def close(self) -> None:
        """Write what is left and end the loop that `put` began."""
        self._closing.set()
        if self._loop is not None:
            self._loop.join()
        if self._queue:
            self._round()

    def _begin(self) -> None:
        """Begin a loop of our own where nobody called `work`, as in the workers of a web server."""
        with self._lock:
            if self._loop is None and not self._closing.is_set():
                self._working = True
                self._loop = Thread(target=self.work, args=(self._closing,), name="scans", daemon=True)
                self._loop.start()

    def _round(self) -> None:
        """Do what is due; trouble in the database is logged, and what waits goes on waiting."""
        try:
            if self._queue:
                self.flush()
            self._prepare()
            today = local_day(self._clock.now())
            if self._pruned_on != today:
                with self._observations.begin() as work:  # by its days: another setting forgets at once
                    mine = work.scans.begin_chore(f"forget after {self._keep.days} days", today)
                self._pruned_on = today
                if mine:
                    self.prune()
        except StorageError as error:
            _log.warning("Scans wait to be written: %s", error)

    # ---------------------------------------------------------------------------------------------------------- writing
    def flush(self) -> int:
        """Write what waits; return how much it was. Raises StorageError, and what is not written goes on waiting."""
        count = 0
        with self._writing:
            if self._lost:
                _log.warning("%d scans were not counted: the database was away for too long.", self._lost)
                self._lost = 0
            while self._queue:
                batch = [self._queue.popleft() for _ in range(min(BUNDLE, len(self._queue)))]
                try:
                    tallies = self._write(batch)
                except StorageError:
                    self._queue.extendleft(reversed(batch))
                    raise
                self._written(batch, tallies)
                count += len(batch)
        return count

    def _write(self, batch: Sequence[Noted]) -> Mapping[str, Tally]:
        looks = [Sighting(one.key, one.at, one.visitor, one.referrer) for one in batch if one.is_look]
        facts = {one.key.serial: one.facts for one in batch}
        with self._observations.begin() as work:
            tallies = dict(work.scans.count(looks, apart=ONE_LOOK))
            placed = {one.key.serial for one in batch if one.commune}
            for one in batch:
                if one.commune:
                    work.scans.locate(one.key.serial, one.visitor, one.commune)
            tallies |= work.scans.tallies(facts.keys() - tallies.keys())
            eloquent = [key for key, tally in tallies.items() if key in placed or not says_nothing(tally, facts[key])]
            kept = work.scans.looks(eloquent, JUDGED)
            for serial in eloquent:
                tally = tallies[serial]
                signals = _judged(kept.get(serial, ()), tally, facts[serial])
                if signals != tally.signals:
                    work.scans.judge(serial, signals)
                    tallies[serial] = replace(tally, signals=signals)
        return tallies

    # ------------------------------------------------------------------------------------------------------- forgetting
    def prune(self) -> int:
        """Delete looks, tokens, wrong codes and keys older than they may be, for good; return how many looks.

        Raises StorageError.
        """
        now = self._clock.now()
        with self._observations.begin() as work:
            work.scans.forget_keys(local_day(now))
            work.openings.forget_failures(now - FAILURE_MEMORY)
            work.openings.forget_openers(now - self._keep)
        looks, deleted = 0, FORGET
        while deleted == FORGET:
            with self._observations.begin() as work:
                deleted = work.scans.forget_looks(now - self._keep, FORGET)
            looks += deleted
        self._observations.scrub()
        return looks


def says_nothing(tally: Tally, facts: StampFacts) -> bool:
    """Tell whether a stamp is what most are: seen by one or two, neither opened nor void, and never flagged.

    Unless a place was offered just now, the rules have nothing to say of it, and need not be asked.
    """
    return tally.visitors < few_visitors() and not (tally.opened_at or facts.voided or tally.signals)


@cache
def few_visitors() -> int:
    """Return the smallest number of visitors to which any rule that needs no place has something to say."""
    rules = default_rules()
    return min(rules.listing_picture.visitors, *(step.visitors for step in rules.many_visitors))


def _judged(looks: Sequence[Look], tally: Tally, facts: StampFacts) -> tuple[Signal, ...]:
    """Return what the rules say of a stamp. What they said of looks that are gone stays said."""
    signals = judge(looks, replace(facts, opened_at=tally.opened_at, opened_by=tally.opened_by))
    return signals if _complete(looks, tally) else merge(tally.signals, signals)


def _complete(looks: Sequence[Look], tally: Tally) -> bool:
    """Tell whether these are all looks that a stamp ever had."""
    return len(looks) < JUDGED and (tally.first_at is None or (bool(looks) and looks[0].at <= tally.first_at))


def merge(before: Sequence[Signal], now: Sequence[Signal]) -> tuple[Signal, ...]:
    """Return today's signals with those of before that were graver, or that rest on looks no longer kept."""
    found = {signal.rule: signal for signal in before}
    for signal in now:
        known = found.get(signal.rule)
        if known is None or signal.level >= known.level:
            found[signal.rule] = signal
    return tuple(sorted(found.values(), key=lambda signal: -signal.level))
