"""The questions that pages, the command line and the services themselves ask of the projection.

`Reads` is the one door: `projection.queries` implements it. Nothing behind it talks to the chain, so every answer works
with the node down. A subject may be named by its canonical URI or by its path on this site.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from traceability.domain.event_query import EventPage, EventQuery, NamePage, StoredEvent
from traceability.domain.links import DeclaredLink
from traceability.domain.views import (
    Freshness,
    KeyView,
    LineageNode,
    LotSummary,
    LotTrace,
    PartyView,
    ProductView,
    RecallView,
    SearchResults,
    StampRunView,
    StampView,
    TimelineEntry,
)
from traceability.ports import Recorded
from traceability.proofs.stamp_proofs import StampProof

__all__ = ["KeyView", "Reads", "SearchResults"]


class Reads(Protocol):
    """Questions to the projection. Each raises NotFoundError for a subject that is unknown."""

    def version(self) -> str:
        """Return a short text that changes whenever any answer may change: for caches and ETags."""
        ...

    def freshness(self) -> Freshness:
        """Return how far the projection is."""
        ...

    def product(self, ref: str, today: date) -> ProductView:
        """Return a product with ratings and certificates as they stand on a day."""
        ...

    def products(
        self, today: date, *, owner: int | None = None, materials: bool | None = None, retired: bool = False
    ) -> Sequence[ProductView]:
        """Return products by name."""
        ...

    def lot(self, ref: str) -> LotSummary:
        """Return a lot's summary."""
        ...

    def known_lots(self, uris: Iterable[str]) -> Mapping[str, LotSummary]:
        """Return those of the lots that there are, by canonical URI, those on their way to the chain included."""
        ...

    def known_products(self, uris: Iterable[str], today: date) -> Mapping[str, ProductView]:
        """Return those of the products that there are, by canonical URI, those on their way included."""
        ...

    def named_events(self, names: Sequence[str]) -> Mapping[str, frozenset[tuple[str, int]]]:
        """Return the events behind given identifiers, by hash and author's number; error declarations do not count."""
        ...

    def has_history(self, uri: str) -> bool:
        """Tell whether something is recorded of a subject, by canonical URI, or on its way to the chain."""
        ...

    def recorded_events(self, hashes: Sequence[str]) -> frozenset[tuple[str, bool]]:
        """Return which of these events are recorded or on their way, as event hash and whether it declares an error."""
        ...

    def lots(
        self,
        *,
        custodian: int | None = None,
        receiver: int | None = None,
        product: str | None = None,
        status: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Sequence[LotSummary]:
        """Return lots, newest first."""
        ...

    def trace(self, ref: str, today: date, *, profile: str | None = None) -> LotTrace:
        """Return everything a lot's page tells. The profile defaults to the one in force on `today`."""
        ...

    def stamp(self, ref: str, today: date) -> StampView:
        """Return a stamp by path (`/01/.../21/...`, `/p/.../s/...`).

        An unknown one has verdict `unknown`, never an error. This is what a scan asks. The trace inside is the same
        object for all stamps of a lot as long as `version()` stays the same on one day, so that a scan costs one look
        at one stamp.
        """
        ...

    def stamp_proof(self, ref: str) -> StampProof:
        """Return the proof that a stamp is one of its run: some twenty hashes up to the root on record.

        Raises NotFoundError, and VerificationError where the tables were altered so that none can be made.
        """
        ...

    def history(self, ref: str) -> Sequence[TimelineEntry]:
        """Return every record of a subject (lot, product or participant), oldest first, with hashes and delays."""
        ...

    def submissions(self, ref: str) -> Sequence[Recorded]:
        """Return every submission that touches a subject exactly as it was logged, in the chain's order.

        With it anyone refolds the history.
        """
        ...

    def backward(self, ref: str) -> Sequence[LineageNode]:
        """Return the lots this one was made from, nearest first, to the root."""
        ...

    def forward(self, ref: str) -> Sequence[LineageNode]:
        """Return every lot made from this one, nearest first."""
        ...

    def runs(self, lot: str) -> Sequence[StampRunView]:
        """Return the stamp runs of a lot."""
        ...

    def stamps(self, lot: str, run: int, first: int = 1, last: int | None = None) -> Sequence[StampView]:
        """Return stamps of a run by position (from 1), without their trace."""
        ...

    def recalls(self, *, open_only: bool = True) -> Sequence[RecallView]:
        """Return recalls, newest first."""
        ...

    def party(self, ref: str | int) -> PartyView:
        """Return a participant by number, code or URI."""
        ...

    def parties(self, *, capacity: int | None = None) -> Sequence[PartyView]:
        """Return participants by name."""
        ...

    def keys(self, participant: int) -> Sequence[KeyView]:
        """Return a participant's keys, oldest first."""
        ...

    def search(self, text: str, today: date) -> SearchResults:
        """Find lots, products and participants; tones, d/đ and case do not matter; a stamp's path finds its lot."""
        ...

    # --------------------------------------------------------------------------------------------------- events, links
    def events(self, query: EventQuery, *, per_page: int, token: str = "") -> EventPage:
        """Return one page of the events that a question asks for.

        Pages hang together: events recorded while somebody turns them neither appear nor move others.

        Raises InvalidInputError for a token that is not of this question, and TooManyError where the question allows
        no more than `max_event_count` events and there are more.
        """
        ...

    def event(self, event_id: str) -> Sequence[StoredEvent]:
        """Return the event of an identifier or event hash, together with its error declarations, oldest first."""
        ...

    def event_names(self, resource: str, *, per_page: int, token: str = "") -> NamePage:
        """Return the names that events use, sorted.

        Args:
            resource: eventTypes, epcs, bizSteps, bizLocations, readPoints or dispositions.
            per_page: most names of one page.
            token: `next_token` of the page before.
        """
        ...

    def places_within(self, place: str, most: int) -> Sequence[str]:
        """Return URIs of places that events name by an extension (AI 254) of a place's GLN, sorted."""
        ...

    def declared_links(self, product: str) -> Sequence[DeclaredLink]:
        """Return the links that a product's custodian has declared and not withdrawn, oldest first."""
        ...
