"""Copy signals: what repeated scans of one stamp say, and what they need not say.

A stamp can be photographed and printed again; no code on paper prevents that. But copies betray themselves: one serial
turns up with more phones, in more places, or after its package was opened. `judge` looks at what was seen of one stamp
and returns signals, each with the rule it comes from, how grave it is and the facts for a sentence; the rules and their
thresholds are data (`data/copy_signals.json`, explained in docs/copy-signals.md). Visitors are known by tokens that
mean nothing after their day, so that nobody is followed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Level(IntEnum):
    """How grave a signal is."""

    NONE = 0
    NOTE = 1
    """Worth saying, and harmless as far as one can tell."""
    WARNING = 2
    """Speaks for a copy: the page says so before anything else."""


@dataclass(frozen=True, slots=True)
class Look:
    """One scan of a stamp."""

    at: datetime
    visitor: str
    """Token of the visitor on that day (UTC+7); the same phone has another one on the next."""
    referrer: str = ""
    """Host of the page that the visitor came from, empty for a scan with a camera."""
    commune: str = ""
    """Code of the commune, only where the visitor offered it."""


@dataclass(frozen=True, slots=True)
class StampFacts:
    """What is known of a stamp besides its scans."""

    activated_at: datetime | None = None
    voided: bool = False
    opened_at: datetime | None = None
    """When its second code was used."""
    communes: frozenset[str] = frozenset()
    """Codes of the communes where the record says that its goods have been."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What one rule found."""

    rule: str
    """Key of the rule: opened_before, many_visitors, far_apart, never_went_there, void_scanned or listing_picture."""
    level: Level
    facts: Mapping[str, str | int] = field(default_factory=dict)
    """What fills the gaps of its sentence."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one stamp so far, as pages tell it."""

    scans: int = 0
    visitors: int = 0
    """Sum over days of the different visitors of a day."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    opened_at: datetime | None = None
    signals: tuple[Signal, ...] = ()
    """Gravest first."""

    @property
    def level(self) -> Level:
        """Return the gravest level."""
        return max((signal.level for signal in self.signals), default=Level.NONE)
