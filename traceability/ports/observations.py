"""The store of what is seen of stamps: looks, tallies, openings and wrong codes; erasable, and never on the chain."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from traceability.domain.copies import Level, Look, Signal
from traceability.ports.reports import Reports


class StampKey(NamedTuple):
    """Which stamp: its serial identifies it; the rest says where its desk finds it."""

    serial: str
    path: str
    lot: str
    """URI of its lot."""
    run: int
    number: int


class Sighting(NamedTuple):
    """A look at a stamp that is to be counted."""

    stamp: StampKey
    at: datetime
    visitor: str
    referrer: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was seen of one stamp in all; it outlives the single looks."""

    stamp: StampKey
    scans: int = 0
    visitors: int = 0
    """Sum over days of the different visitors of a day."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    opened_at: datetime | None = None
    opened_by: str = ""
    """Token of the visitor who opened it, for as long as looks are kept."""
    signals: tuple[Signal, ...] = ()
    """Gravest first."""


class Glance(NamedTuple):
    """What one quick look-up tells."""

    tally: Tally | None
    last_look: datetime | None
    """When the visitor in question last looked at the stamp; None for one that did not, or whose look is deleted."""


class RunCounts(NamedTuple):
    """What was seen of one run."""

    run: int
    scans: int
    visitors: int
    checked: int
    opened: int
    noted: int
    warned: int
    last_at: datetime | None


class Scans(Protocol):
    """Looks at stamps, and what they add up to."""

    def day_key(self, day: date) -> bytes:
        """Return the key of a day's visitor tokens, 32 random bytes, the same for every process."""
        ...

    def count(self, sightings: Sequence[Sighting], *, apart: int) -> Mapping[str, Tally]:
        """Keep looks and add them up; looks of one visitor at one stamp less than `apart` seconds apart are one.

        Returns the new tally of each stamp named, by serial.
        """
        ...

    def locate(self, serial: str, visitor: str, commune: str) -> bool:
        """Note the commune that a visitor offers at his newest look at a stamp; False where he has none."""
        ...

    def looks(self, serials: Collection[str], limit: int) -> Mapping[str, Sequence[Look]]:
        """Return the newest looks at each stamp that are still kept, oldest of them first."""
        ...

    def judge(self, serial: str, signals: Sequence[Signal]) -> None:
        """Keep what the rules say of a stamp."""
        ...

    def tallies(self, serials: Collection[str]) -> Mapping[str, Tally]:
        """Return what was seen of stamps, by serial; one that never was is missing."""
        ...

    def flagged(
        self, lots: Collection[str] | None, least: Level, limit: int, offset: int, *, run: int | None = None
    ) -> Sequence[Tally]:
        """Return stamps with a signal, gravest and newest first; of some lots, or of all for None; or of one run."""
        ...

    def count_flagged(self, lots: Collection[str] | None, least: Level) -> int:
        """Return how many there are."""
        ...

    def runs(self, lot: str) -> Sequence[RunCounts]:
        """Return what was seen of each run of a lot."""
        ...

    def opened_among(self, lot: str, run: int, first: int, last: int) -> int:
        """Return how many of a run's stamps `first` to `last` had their second code used."""
        ...

    def begin_chore(self, name: str, day: date) -> bool:
        """Tell whether a daily task is still to be begun on a day, and note that the caller begins it."""
        ...

    def forget_looks(self, before: datetime, limit: int) -> int:
        """Delete looks from before a moment, at most so many at once; return how many."""
        ...

    def forget_keys(self, before: date) -> int:
        """Delete the keys of days before; return how many."""
        ...


class Openings(Protocol):
    """Second codes that were used, and wrong ones that were tried."""

    def open(self, stamp: StampKey, visitor: str, at: datetime) -> tuple[bool, datetime]:
        """Note that a package was opened; return whether this is the first time, and when that was."""
        ...

    def fail(self, serial: str, visitor: str, at: datetime) -> None:
        """Note that a wrong code was tried."""
        ...

    def failures_of_stamp(self, serial: str, since: datetime) -> Sequence[datetime]:
        """Return when wrong codes were tried on a stamp, oldest first."""
        ...

    def failures_of_visitor(self, visitor: str, since: datetime) -> Sequence[datetime]:
        """Return when a visitor tried wrong codes, oldest first."""
        ...

    def forget_openers(self, before: datetime) -> int:
        """Delete who opened packages before a moment, but not that they were opened; return how many."""
        ...

    def forget_failures(self, before: datetime) -> int:
        """Delete wrong attempts from before a moment; return how many."""
        ...


class ObservationWork(Protocol):
    """The stores of observations inside one transaction."""

    @property
    def scans(self) -> Scans:
        """Looks at stamps."""
        ...

    @property
    def openings(self) -> Openings:
        """Second codes."""
        ...

    @property
    def reports(self) -> Reports:
        """Reports of doubt."""
        ...


class Observations(Protocol):
    """The database of observations as services see it. It is opened at the first question."""

    def begin(self) -> AbstractContextManager[ObservationWork]:
        """Open a transaction that writes, one at a time over all processes; it commits at the end or not at all.

        Raises StorageError for trouble in the database, as everything here does.
        """
        ...

    def view(self) -> AbstractContextManager[ObservationWork]:
        """Open a transaction that reads."""
        ...

    def glance(self, serial: str, visitor: str) -> Glance:
        """Return what is known of a stamp, thousands of times a second."""
        ...

    def wipe(self) -> None:
        """See to it that what was just deleted is not in the log any more, where nobody is reading; quick."""
        ...

    def scrub(self) -> None:
        """See to it that what was deleted is gone from the files, too."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
