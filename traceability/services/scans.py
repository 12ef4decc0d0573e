"""Scans: counted without following anybody, and told apart from copies.

A scan costs the page nothing: it is noted in memory, and once a second what was noted is written, added up for each
stamp, and shown to the rules for copies (`services.counting`). What pages are told comes from memory, too
(`services.sightings`), and is renewed from the database every few seconds, so that several processes agree. When the
machine dies, about a second of scans is lost; nothing else is. Robots and previews of links are not counted, and a page
that is loaded again within a minute is one look.
"""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from threading import Event, Lock
from typing import Final
from urllib.parse import urlsplit

from traceability.domain.addresses import commune as commune_of
from traceability.domain.copies import Level, Look, Seen
from traceability.domain.sightings import FlaggedStamp, ScanCounts
from traceability.domain.stamp_life import StampState
from traceability.domain.views import StampView
from traceability.errors import NotFoundError, StorageError
from traceability.ports import Clock
from traceability.ports.observations import Observations, Tally
from traceability.services.counting import ONE_LOOK, Counting, Noted
from traceability.services.guessing import Guessing
from traceability.services.sightings import Entry, Memory
from traceability.services.visitors import ROBOT, Visitors

REFRESH_SECONDS: Final = 3.0
"""How long an answer from memory holds while other processes may count, too."""

HOST_LENGTH: Final = 64
"""Characters kept of a referrer's host."""

SHOWN: Final = 1_000
"""Looks at one stamp that a desk is shown, the newest."""

_log = logging.getLogger(__name__)


class Scans:
    """What this service sees of stamps.

    Args:
        clock: the present moment.
        observations: where it is kept.
        base_url: our own address, which is nobody's referrer.
        scan_days: how long single looks are kept.
    """

    def __init__(self, clock: Clock, observations: Observations, *, base_url: str, scan_days: int) -> None:
        """Begin with nothing in memory; the database is opened at the first question."""
        self._clock = clock
        self._observations = observations
        self._own_host = urlsplit(base_url).hostname or ""
        self._visitors = Visitors(clock, observations)
        self._guessing = Guessing(lambda: clock.now().timestamp())
        self._memory = Memory()
        self._lock = Lock()
        self._writes = 0
        keep = timedelta(days=scan_days)
        self._counting = Counting(clock, observations, keep, self._written, self._visitors.prepare)

    # ------------------------------------------------------------------------------------------------------ every scan
    def visitor(self, address: str, agent: str) -> str:
        """Return the token of today for whoever asks; see `services.visitors`."""
        return self._visitors.token(address, agent)

    def note(self, stamp: StampView, visitor: str, referrer: str) -> None:
        """Count a look at a stamp that exists. Never waits and never raises.

        Args:
            stamp: what the projection said of it.
            visitor: from `visitor`; a robot is not counted.
            referrer: the header as it came; only the host is kept, and ours is not.
        """
        trace = stamp.trace
        if trace is None or not visitor or visitor.startswith(ROBOT):
            return
        at = self._clock.now()
        with self._lock:
            entry = self._memory.entry(stamp, trace)
            last = entry.visitors.get(visitor)
            if last is not None and (at - last).total_seconds() < ONE_LOOK:
                return
            newcomer = visitor not in entry.visitors
            host = host_of(referrer, self._own_host) if referrer else ""
            if self._counting.put(Noted(entry.key, entry.facts, at, visitor, host, newcomer=newcomer)):
                entry.look(visitor, at)
        self._guessing.found(visitor, at.timestamp())

    def seen(self, stamp: StampView, visitor: str) -> Seen:
        """Return what was seen of a stamp so far, this process's newest scans included. Never raises.

        Args:
            stamp: what the projection said of it.
            visitor: who is asking; what he noted just now is not counted twice after a restart.
        """
        entry = self._entry(stamp)
        if entry is None:
            return self._told_without_trace(stamp.serial)
        if time.monotonic() >= entry.fresh_until:
            try:
                self._refresh(entry, visitor)
            except StorageError as error:
                _log.warning("What was seen of a stamp is told from memory: %s", error)
        seen = entry.seen
        if seen is None:
            with self._lock:
                seen = entry.told()
        return seen

    def offer_place(self, stamp: StampView, visitor: str, commune: str) -> None:
        """Keep the commune that a visitor offers for his newest look at a stamp, and nothing nearer than that.

        Raises InvalidInputError for a code that is none of today's communes.
        """
        code = commune_of(commune).code
        entry = self._entry(stamp)
        if entry is None or not visitor or visitor.startswith(ROBOT):
            return
        self._counting.put(Noted(entry.key, entry.facts, self._clock.now(), visitor, commune=code))

    def opened(self, stamp: StampView) -> None:
        """Take note that a package was opened: pages say so at once, and the rules look at the stamp again."""
        entry = self._entry(stamp)
        if entry is not None:
            entry.fresh_until = 0.0
            self._counting.put(Noted(entry.key, entry.facts, self._clock.now()))

    def state(self, stamp: StampView) -> StampState:
        """Return how far a stamp has come, the chain's word and ours together. Raises NotFoundError for none."""
        if stamp.span is None:
            raise NotFoundError("There is no stamp {serial}.", serial=stamp.serial)
        said = stamp.span.state
        if said is StampState.VOID:
            return said
        seen = self.seen(stamp, "")
        if seen.opened_at is not None:
            return StampState.OPENED
        return StampState.CHECKED if said is StampState.ACTIVATED and seen.scans else said

    # --------------------------------------------------------------------------------------------------------- guessing
    def unknown(self, visitor: str, address: str) -> None:
        """Note that somebody asked for a stamp that does not exist; see `services.guessing`."""
        self._guessing.missed(visitor, address)

    def may_answer_unknown(self, visitor: str, address: str) -> bool:
        """Tell whether "unknown" is still said to whoever asks; if not, the answer is 429 (RFC 6585)."""
        return self._guessing.may_answer(visitor, address)

    # ------------------------------------------------------------------------------------------------------------ desks
    def flagged(
        self,
        lots: Collection[str] | None = None,
        limit: int = 50,
        offset: int = 0,
        *,
        least: Level = Level.NOTE,
        run: int | None = None,
    ) -> Sequence[FlaggedStamp]:
        """Return stamps of which the rules have something to say, gravest and newest first.

        Args:
            lots: URIs of lots, or None for all.
            limit: at most so many.
            offset: how many to pass over.
            least: leave out what is less grave.
            run: number of the run that is meant, or None for all.
        """
        with self._observations.view() as work:
            return [_flagged(tally) for tally in work.scans.flagged(lots, least, limit, offset, run=run)]

    def count_flagged(self, lots: Collection[str] | None = None, *, least: Level = Level.NOTE) -> int:
        """Return how many there are."""
        with self._observations.view() as work:
            return work.scans.count_flagged(lots, least)

    def counts(self, lot_uri: str) -> Mapping[int, ScanCounts]:
        """Return what was seen of each run of a lot, by its number; a run that was never seen is missing."""
        with self._observations.view() as work:
            return {one.run: ScanCounts(*one[1:]) for one in work.scans.runs(lot_uri)}

    def seen_of(self, serials: Collection[str]) -> Mapping[str, Seen]:
        """Return what was seen of many stamps, by serial; one that never was is missing."""
        with self._observations.view() as work:
            return {serial: _seen(tally) for serial, tally in work.scans.tallies(serials).items()}

    def opened_among(self, lot_uri: str, run: int, first: int, last: int) -> int:
        """Return how many of a run's stamps `first` to `last` had their second code used."""
        with self._observations.view() as work:
            return work.scans.opened_among(lot_uri, run, first, last)

    def looks(self, serial: str, limit: int = SHOWN) -> Sequence[Look]:
        """Return the newest looks at a stamp that are still kept, oldest of them first: for desks."""
        return self.looks_of([serial], limit).get(serial, ())

    def looks_of(self, serials: Collection[str], limit: int = SHOWN) -> Mapping[str, Sequence[Look]]:
        """Return the same of many stamps, by serial; one at which nobody looked is missing."""
        with self._observations.view() as work:
            return work.scans.looks(serials, limit)

    # ---------------------------------------------------------------------------------------------------------- writing
    def work(self, stop: Event) -> None:
        """Write what was noted, every second, and forget what is old, every day, until `stop` is set."""
        self._counting.work(stop)

    def flush(self) -> int:
        """Write what was noted; return how much. Raises StorageError, and keeps it for the next time."""
        return self._counting.flush()

    def prune(self) -> int:
        """Delete what is older than it may be, for good; return how many looks. Raises StorageError."""
        return self._counting.prune()

    def close(self) -> None:
        """Write what was noted and let go of the database."""
        self._counting.close()
        self._observations.close()

    # -------------------------------------------------------------------------------------------------------- privately
    def _entry(self, stamp: StampView) -> Entry | None:
        if stamp.trace is None:
            return None
        with self._lock:
            return self._memory.entry(stamp, stamp.trace)

    def _told_without_trace(self, serial: str) -> Seen:
        """Return what the database says of a stamp in a list, which comes without its lot's story."""
        try:
            tally = self._observations.glance(serial, "").tally
        except StorageError as error:
            _log.warning("What was seen of a stamp cannot be read: %s", error)
            tally = None
        return _seen(tally) if tally else Seen()

    def _refresh(self, entry: Entry, visitor: str) -> None:
        """Ask the database about a stamp; again where something was written meanwhile. Raises StorageError."""
        for _ in range(2):
            writes = self._writes
            tally, last_look = self._observations.glance(entry.key.serial, visitor)
            with self._lock:
                if writes != self._writes:
                    continue
                entry.renew(tally, time.monotonic() + REFRESH_SECONDS)
                if last_look is not None:
                    entry.recall(visitor, last_look, ONE_LOOK)
                return

    def _written(self, batch: Sequence[Noted], tallies: Mapping[str, Tally]) -> None:
        """Put what was written in the place of what was waiting."""
        until = time.monotonic() + REFRESH_SECONDS
        with self._lock:
            self._writes += 1
            for one in batch:
                entry = self._memory.get(one.key.serial)
                if entry is not None:
                    entry.settle(one.is_look, one.newcomer)
                    entry.renew(tallies.get(one.key.serial), until)


@lru_cache(maxsize=1024)
def host_of(referrer: str, own: str) -> str:
    """Return the host that a Referer header names (RFC 9110, 10.1.3), in lower case; nothing for our own."""
    try:
        host = (urlsplit(referrer).hostname or "")[:HOST_LENGTH]
    except ValueError:
        return ""
    return "" if host == own else host


def _seen(tally: Tally) -> Seen:
    return Seen(tally.scans, tally.visitors, tally.first_at, tally.last_at, tally.opened_at, tally.signals)


def _flagged(tally: Tally) -> FlaggedStamp:
    key = tally.stamp
    return FlaggedStamp(
        key.serial,
        key.path,
        key.lot,
        key.run,
        key.number,
        tally.scans,
        tally.visitors,
        tally.first_at,
        tally.last_at,
        tally.opened_at,
        tally.signals,
    )
