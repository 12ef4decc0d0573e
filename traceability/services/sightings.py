"""What one process has in memory of the stamps that were seen lately, so that a scan waits for nothing.

An entry knows what the database says of its stamp, who looked lately, and what is not written yet. Entries are bounded
in number and size; the one that was used longest ago is dropped, and comes back from the database when it is needed.
"""

from collections import OrderedDict
from datetime import datetime
from typing import Final

from traceability.domain.copies import Seen, StampFacts
from traceability.domain.views import LotTrace, StampView
from traceability.ports.observations import StampKey, Tally

ENTRIES: Final = 10_000
"""Stamps kept in memory."""

LOOKERS: Final = 32
"""Visitors of one stamp kept in memory."""

LOTS: Final = 1_000
"""Lots of which the communes are kept in memory."""


class Entry:
    """One stamp."""

    __slots__ = ("facts", "fresh_until", "key", "more_scans", "more_visitors", "seen", "span", "tally", "visitors")

    def __init__(self, key: StampKey, span: object, facts: StampFacts) -> None:
        """Begin without having asked the database."""
        self.key = key
        self.span = span
        """What the chain says, as the facts were made from it."""
        self.facts = facts
        self.tally: Tally | None = None
        self.visitors: dict[str, datetime] = {}
        """Who looked lately, and when that look was counted."""
        self.more_scans = self.more_visitors = 0
        """What is not written yet."""
        self.seen: Seen | None = None
        self.fresh_until = 0.0

    def look(self, visitor: str, at: datetime) -> None:
        """Count a look that is not written yet."""
        self.more_scans += 1
        self.more_visitors += visitor not in self.visitors
        if len(self.visitors) >= LOOKERS and visitor not in self.visitors:
            del self.visitors[next(iter(self.visitors))]
        self.visitors[visitor] = at
        self.seen = None

    def recall(self, visitor: str, at: datetime, one_look: int) -> None:
        """Take note of a look of before this process's time, which may have been counted anew just now."""
        known = self.visitors.get(visitor)
        if known is None:
            self.visitors[visitor] = at
        elif known > at and self.more_visitors:
            self.more_visitors -= 1
            self.more_scans -= (known - at).total_seconds() < one_look
            self.seen = None

    def settle(self, look: bool, newcomer: bool) -> None:  # noqa: FBT001 - as the note says it
        """Take note that something that was waiting is written."""
        self.more_scans = max(0, self.more_scans - look)
        self.more_visitors = max(0, self.more_visitors - newcomer)

    def renew(self, tally: Tally | None, until: float) -> None:
        """Take what the database says; it holds until a moment of the monotonic clock."""
        self.tally, self.fresh_until, self.seen = tally, until, None

    def told(self) -> Seen:
        """Return what was seen, with what is not written yet."""
        tally = self.tally
        if tally is None:
            first = min(self.visitors.values(), default=None)
            self.seen = Seen(self.more_scans, self.more_visitors, first, max(self.visitors.values(), default=None))
            return self.seen
        self.seen = Seen(
            tally.scans + self.more_scans,
            tally.visitors + self.more_visitors,
            tally.first_at or min(self.visitors.values(), default=None),
            max(filter(None, (tally.last_at, *self.visitors.values())), default=None),
            tally.opened_at,
            tally.signals,
        )
        return self.seen


class Memory:
    """The entries of one process. Its owner sees to it that one thread at a time is here."""

    def __init__(self) -> None:
        """Begin empty."""
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._communes: OrderedDict[str, tuple[LotTrace, frozenset[str]]] = OrderedDict()

    def get(self, serial: str) -> Entry | None:
        """Return the entry of a serial, if there is one."""
        return self._entries.get(serial)

    def entry(self, stamp: StampView, trace: LotTrace) -> Entry:
        """Return the entry of a stamp, with what the chain says of it now."""
        entry = self._entries.get(stamp.serial)
        if entry is None:
            key = StampKey(stamp.serial, stamp.path, trace.lot.uri, stamp.run, stamp.index)
            entry = self._entries[stamp.serial] = Entry(key, stamp.span, self._facts(stamp, trace))
            if len(self._entries) > ENTRIES:
                self._entries.popitem(last=False)
            return entry
        self._entries.move_to_end(stamp.serial)
        if entry.span is not stamp.span:
            entry.span, entry.facts = stamp.span, self._facts(stamp, trace)
        return entry

    def _facts(self, stamp: StampView, trace: LotTrace) -> StampFacts:
        span = stamp.span
        voided_at = span.voided_at if span else None
        return StampFacts(
            activated_at=stamp.activated_at,
            voided=voided_at is not None,
            voided_at=voided_at,
            communes=self._communes_of(trace),
        )

    def _communes_of(self, trace: LotTrace) -> frozenset[str]:
        """Return the communes of everybody who recorded something of the lot, remembered for each state of it."""
        known = self._communes.get(trace.lot.uri)
        if known is not None and known[0] is trace:
            return known[1]
        parties = [trace.producer, trace.product.producer, trace.lot.custodian, *(one.by for one in trace.timeline)]
        parties += [trace.lot.receiver] if trace.lot.receiver else []
        codes = frozenset(party.commune_code for party in parties if party.commune_code)
        self._communes[trace.lot.uri] = (trace, codes)
        if len(self._communes) > LOTS:
            self._communes.popitem(last=False)
        return codes

    def __len__(self) -> int:
        """Return how many stamps are remembered."""
        return len(self._entries)
