"""What desks and pages are told of stamps that were seen: flagged ones, counts of a run, and an opened package."""

from dataclasses import dataclass
from datetime import datetime

from traceability.domain.copies import Level, Signal


@dataclass(frozen=True, slots=True)
class FlaggedStamp:
    """A stamp of which the rules for copies have something to say."""

    serial: str
    path: str
    lot_uri: str
    run: int
    number: int
    scans: int
    visitors: int
    """Sum over days of the different visitors of a day."""
    first_at: datetime | None
    last_at: datetime | None
    opened_at: datetime | None
    signals: tuple[Signal, ...]
    """Gravest first."""

    @property
    def level(self) -> Level:
        """Return the gravest level."""
        return max((signal.level for signal in self.signals), default=Level.NONE)


@dataclass(frozen=True, slots=True)
class ScanCounts:
    """What was seen of one run of stamps."""

    scans: int = 0
    visitors: int = 0
    """Sum over days and stamps of the different visitors."""
    checked: int = 0
    """Stamps that were scanned at least once."""
    opened: int = 0
    """Stamps whose second code was used."""
    noted: int = 0
    """Stamps with a harmless signal."""
    warned: int = 0
    """Stamps with a signal that speaks for a copy."""
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A second code that was right."""

    first: bool
    """False where the package was opened before."""
    at: datetime
    """When it was opened the first time."""
