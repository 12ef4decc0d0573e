"""The store of reports of doubt: what shoppers sent, what offices did about it, and how it is forgotten.

Reports lie beside the observations of scans, never in the record: they name people's contacts, and all of it can be
erased. A report's link is not stored, only its SHA-256, so that whoever reads the store cannot act as its holder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """One report as it is kept."""

    number: int = 0
    """Given by the store: what the offices call it by."""
    token: str
    """SHA-256 of the report's link, in hexadecimal."""
    kind: str
    """stamp, lot, product or other."""
    link: str
    """The address or code as it was sent."""
    path: str
    """Where this site shows it, or empty."""
    known: bool
    """Something of this name is on record here."""
    product: str
    """URI of the product, or empty."""
    lot: str
    """URI of the lot, or empty."""
    producer: int
    """Participant whose product it is, or 0."""
    custodian: int
    """Participant who held the lot when the report came, or 0."""
    reason: str
    text: str
    province: str
    """Code of the province, or empty."""
    contact: str
    shared: bool
    """The cooperative may see the contact."""
    picture: bool
    """There is a picture."""
    state: str
    sent_at: datetime
    visitor: str
    """Token of the visitor on that day; empty once the day is over."""
    network: str
    """The same for his network."""


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One step of a report."""

    state: str
    at: datetime
    role: str
    """cooperative or inspector; empty for whoever sent it."""
    participant: int
    account: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    """Which reports are wanted; what is empty does not narrow them down."""

    participant: int | None = None
    """Only about goods of this participant: its products, and lots that it held."""
    states: tuple[str, ...] = ()
    product: str = ""
    province: str = ""
    unknown: bool = False
    """Only about what was never recorded here."""


class Reports(Protocol):
    """The reports within one transaction over the observations."""

    def add(self, report: StoredReport, picture: tuple[bytes, str] | None) -> int:
        """Keep a report, with its picture and media type, and return its number."""
        ...

    def by_token(self, token: str) -> StoredReport | None:
        """Return the report whose link has this SHA-256, or None."""
        ...

    def by_number(self, number: int) -> StoredReport | None:
        """Return a report, or None."""
        ...

    def find(self, query: ReportQuery, limit: int, offset: int) -> Sequence[StoredReport]:
        """Return reports, newest first."""
        ...

    def count(self, query: ReportQuery) -> int:
        """Return how many reports there are."""
        ...

    def products(self, participant: int | None) -> Sequence[str]:
        """Return the URIs of products that reports are about, those of one participant or all."""
        ...

    def sent_by(self, since: datetime, *, visitor: str = "", network: str = "") -> Sequence[StoredReport]:
        """Return what one visitor, or one network, has sent since a time, newest first."""
        ...

    def open_about(self, link: str, since: datetime) -> int:
        """Return how many reports of an address have come since a time and wait for an answer."""
        ...

    def picture(self, number: int) -> tuple[bytes, str] | None:
        """Return a report's picture and its media type, or None."""
        ...

    def changes(self, number: int) -> Sequence[StoredChange]:
        """Return the steps of a report, oldest first."""
        ...

    def move(self, number: int, change: StoredChange) -> None:
        """Put a report into another state and keep who did it, when, and with what words."""
        ...

    def erase(self, number: int, *, contact: bool = False, picture: bool = False, words: bool = False) -> None:
        """Delete parts of a report: its contact, its picture, the sender's words with the place."""
        ...

    def forget_visitors(self, before: datetime) -> int:
        """Delete the tokens of visitors and networks from reports sent before a time; return from how many."""
        ...

    def forget_contacts(self, before: datetime) -> int:
        """Delete the contacts of reports sent before a time; return how many."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete reports sent before a time with all that belongs to them; return how many."""
        ...
