"""What is told of a report of doubt: to the offices that look into it, and to whoever holds its link.

The two differ on purpose. An office sees whether a stamp is one of ours and which lot it belongs to; the holder of the
link does not, since otherwise a report would tell a forger which codes exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from traceability.domain.reports import ReportState
from traceability.domain.views import Bilingual, PartyView

MASK_FROM: Final = 4
"""A contact of fewer characters is hidden altogether."""


@dataclass(frozen=True, slots=True)
class ReportChange:
    """One step in the life of a report."""

    state: ReportState
    at: datetime
    by: PartyView | None
    """The office; None for whoever sent the report."""
    account: str
    """The log-in that did it, for the offices; empty for whoever sent the report."""
    text: str
    """What the office wrote to the sender, or empty."""


@dataclass(frozen=True, slots=True)
class SentReport:
    """A report as whoever holds its link sees it."""

    state: ReportState
    kind: str
    """stamp, lot, product or other."""
    link: str
    """The address or code as it was sent."""
    product_name: Bilingual | None
    """The product, where its number is known here."""
    reason: str
    text: str
    picture: bool
    contact: str
    """Mostly hidden; empty where there is none."""
    shared: bool
    """Whether the cooperative may see the contact."""
    sent_at: datetime
    contact_until: datetime
    """When the contact is deleted at the latest."""
    deleted_at: datetime
    """When the whole report is deleted."""
    changes: Sequence[ReportChange]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as an office sees it."""

    number: int
    state: ReportState
    kind: str
    link: str
    path: str
    """Where this site shows what was reported; empty for an address that names nothing here."""
    known: bool
    """False where nothing of this name was ever recorded here: a stamp that is not one of ours."""
    product_path: str
    product_name: Bilingual | None
    lot_path: str
    lot_number: str
    reason: str
    text: str
    picture: bool
    province: str
    """Code of the province where it was seen, or empty."""
    contact: str
    """Empty where there is none, or where this office may not see it."""
    contact_hidden: bool
    """There is a contact, which this office may not see."""
    sent_at: datetime
    changes: Sequence[ReportChange] = ()
    """Oldest first; empty in a list."""
    next_states: tuple[ReportState, ...] = ()
    """What this office may do next."""


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """The picture of a report, encoded anew."""

    data: bytes
    media_type: str


def masked(contact: str) -> str:
    """Return a contact of which only the ends are seen: enough to know one's own again."""
    name, at, host = contact.partition("@")
    shown = 2 if at else 3
    if len(name) < MASK_FROM + shown:
        return "•••" + at + host
    return f"{name[:shown]}{'•' * (len(name) - shown - 2)}{name[-2:]}{at}{host}"
