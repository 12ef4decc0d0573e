"""The door for readers: every question of `services.reads.Reads`, answered from the tables.

A scan asks one small statement; the rest of its page comes from memory as long as nothing has changed. What is
remembered of a lot was checked against its stored history when it was built, and is checked again when another hand has
touched the database.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from traceability.domain.event_query import EventPage, EventQuery, NamePage, StoredEvent
from traceability.domain.identifiers import SerialNumber
from traceability.domain.links import DeclaredLink
from traceability.domain.uris import UnitRef
from traceability.domain.verdicts import Verdict
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
from traceability.errors import VerificationError
from traceability.ports import Blobs, Recorded
from traceability.projection import schema
from traceability.projection.database import Database
from traceability.projection.logs import log_of
from traceability.projection.names import key_of, lot_of, read_reference
from traceability.projection.queries import (
    capturing,
    events,
    lineages,
    links,
    lots,
    parties,
    products,
    proofs,
    recalls,
    stamps,
)
from traceability.projection.queries.announced import Announced, signed_recalls
from traceability.projection.queries.pending import pending_lot
from traceability.projection.queries.search import search
from traceability.projection.queries.session import (
    STATE,
    Session,
    Settings,
    State,
    read_state,
    read_state_row,
    unknown,
)
from traceability.projection.queries.stamps import FoundStamp
from traceability.projection.queries.timeline import load_timelines
from traceability.projection.queries.traces import build_trace
from traceability.proofs.commitments import decode_base64url
from traceability.proofs.merkle import check_inclusion, stamp_leaf
from traceability.proofs.stamp_proofs import StampProof, check

_log = logging.getLogger(__name__)

REMEMBERED = 512
"""Traces of lots kept in memory, the least used forgotten first; a long one takes some 100 kB."""

PROVEN = 20_000
"""Stamps that are remembered to lead to the root of their run, the oldest forgotten first; each takes some 300 B."""

FRESH = 1.0
"""Seconds for which a trace is not checked again, however often another hand writes."""

TRUSTED = 60.0
"""Seconds after which a trace is checked again although nothing is known to have changed."""


@dataclass(slots=True)
class _Remembered:
    """A trace in memory."""

    trace: LotTrace
    version: str
    generation: int
    built: float


class ProjectionReads:
    """Answers from the tables (`services.reads.Reads`). Thread-safe.

    Args:
        database: where the tables lie.
        namespace: URI space of products, lots and parties without a GS1 number.
        confirmations: blocks that must follow a record before it counts as confirmed.
        late_after: delay from which an entry counts as late, where its stage says nothing else.
        holds: tells whether this service can sign for an address.
        blobs: pictures and files, so that altered ones are flagged; None leaves their bytes alone.
        timer: monotonic seconds, for the age of what is remembered.
    """

    def __init__(
        self,
        database: Database,
        *,
        namespace: str,
        confirmations: int = 0,
        late_after: timedelta = timedelta(hours=24),
        holds: Callable[[str], bool] = lambda _: False,
        blobs: Blobs | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Remember what to ask; nothing is read yet."""
        self._database = database
        self._timer = timer
        self._settings = Settings(
            namespace=namespace, confirmations=confirmations, late_after=late_after, holds=holds, blobs=blobs
        )
        self._lock = threading.Lock()
        self._common: tuple[str, dict[int, PartyView], Announced, frozenset[str]] = ("?", {}, {}, frozenset())
        self._traces: OrderedDict[tuple[Any, ...], _Remembered] = OrderedDict()
        self._generation = 0
        self._seen = threading.local()
        self._look = database.quick(stamps.LOOK)
        self._state = database.quick(STATE)
        self._path = database.quick(proofs.PATH)
        self._proven: OrderedDict[tuple[Any, ...], None] = OrderedDict()

    # ------------------------------------------------------------------------------------------------------- the tables
    def version(self) -> str:
        """Return a short text that changes whenever any answer may change."""
        with self._database.reading() as connection:
            return read_state(connection).version

    def freshness(self) -> Freshness:
        """Return how far the tables are."""
        with self._database.reading() as connection:
            return read_state(connection).freshness

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._database.reading() as connection:
            yield self._question(connection, read_state(connection))

    def _question(self, connection: Connection, state: State) -> Session:
        """Return a session; participants and recalled lots are read once for each version."""
        version, known, announced, recalled = self._common
        if version != state.version:
            known = parties.load_parties(connection, self._settings)
            announced = signed_recalls(connection, state.height)
            recalled = lots.recalled_lots(connection, announced)
            self._common = (state.version, known, announced, recalled)
        return Session(connection, self._settings, state, known, announced, recalled)

    # --------------------------------------------------------------------------------------------------- products, lots
    def product(self, ref: str, today: date) -> ProductView:
        """Return a product with ratings and certificates as they stand on a day. Raises NotFoundError."""
        with self._session() as session:
            return products.find_product(session, ref, today)

    def products(
        self, today: date, *, owner: int | None = None, materials: bool | None = None, retired: bool = False
    ) -> Sequence[ProductView]:
        """Return products by name."""
        with self._session() as session:
            return products.list_products(session, today, owner=owner, materials=materials, retired=retired)

    def lot(self, ref: str) -> LotSummary:
        """Return a lot's summary. Raises NotFoundError."""
        with self._session() as session:
            key = lots.key_of_lot(session, ref)
            found = lots.load_lots(session, [key]).get(key) or pending_lot(session, key)
        if found is None:
            raise unknown("lot", ref)
        return found

    def known_lots(self, uris: Iterable[str]) -> Mapping[str, LotSummary]:
        """Return those of the lots that there are, by canonical URI."""
        with self._session() as session:
            return capturing.known_lots(session, uris)

    def known_products(self, uris: Iterable[str], today: date) -> Mapping[str, ProductView]:
        """Return those of the products that there are, by canonical URI."""
        with self._session() as session:
            return capturing.known_products(session, uris, today)

    def named_events(self, names: Sequence[str]) -> Mapping[str, frozenset[tuple[str, int]]]:
        """Return the events behind given identifiers, by hash and author's number; error declarations do not count."""
        with self._database.reading() as connection:
            return capturing.named_events(connection, names)

    def has_history(self, uri: str) -> bool:
        """Tell whether something is recorded of a subject, or on its way to the chain."""
        with self._database.reading() as connection:
            return capturing.has_history(connection, uri)

    def recorded_events(self, hashes: Sequence[str]) -> frozenset[tuple[str, bool]]:
        """Return which of these events are recorded or on their way, as hash and whether it declares an error."""
        with self._database.reading() as connection:
            return capturing.recorded_events(connection, hashes)

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
        with self._session() as session:
            return lots.list_lots(
                session,
                custodian=custodian,
                receiver=receiver,
                product=product,
                status=status,
                limit=limit,
                offset=offset,
            )

    def backward(self, ref: str) -> Sequence[LineageNode]:
        """Return the lots this one was made from, nearest first, to the root. Raises NotFoundError."""
        with self._session() as session:
            return lineages.backward(session, ref)

    def forward(self, ref: str) -> Sequence[LineageNode]:
        """Return every lot made from this one, nearest first. Raises NotFoundError."""
        with self._session() as session:
            return lineages.forward(session, ref)

    # ------------------------------------------------------------------------------------------------ traces and stamps
    def trace(self, ref: str, today: date, *, profile: str | None = None) -> LotTrace:
        """Return everything a lot's page tells. Raises NotFoundError, or InvalidInputError for an unknown profile."""
        named = lot_of(read_reference(ref, self._settings.namespace))
        if named is None:
            raise unknown("lot", ref)
        at, hands = self._state()
        if at is None:
            raise unknown("lot", ref)
        return self._trace(read_state_row(at), hands, key_of(named.uri), ref, today, profile)

    def stamp(self, ref: str, today: date) -> StampView:
        """Return a stamp by path; an unknown one has verdict `unknown`, never an error."""
        named = read_reference(ref, self._settings.namespace)
        if not isinstance(named, UnitRef):
            return stamps.unknown_stamp(ref, named)
        row, hands = self._look(serial=named.serial.upper())
        found = None if row is None else stamps.read_look(row, named)
        if found is None:
            return stamps.unknown_stamp(ref, named)
        trace = self._trace(found.state, hands, found.lot, found.lot_uri, today, None)
        run = next((run for run in trace.runs if run.number == found.run), None)
        span = run.life.at(found.number) if run and 1 <= found.number <= run.count else None
        path = UnitRef(named.product, SerialNumber(found.serial)).path
        proven = run is not None and self._is_proven(found, run.root)
        verdict = stamps.judged(trace.verdict, span) if proven else Verdict.DOES_NOT_VERIFY
        return StampView(verdict, found.serial, path, found.run, found.number, span, trace)

    def stamp_proof(self, ref: str) -> StampProof:
        """Return the proof that a stamp is one of its run. Raises NotFoundError, VerificationError."""
        named = read_reference(ref, self._settings.namespace)
        with self._database.reading() as connection:
            found = stamps.look_up(connection, named) if isinstance(named, UnitRef) else None
            if found is None:
                raise unknown("stamp", ref)
            proof = proofs.proof_of(found, proofs.load_nodes(connection, found), proofs.load_record(connection, found))
        check(proof)  # a stamp that was proven stays so for ever; the hashes in the tables need not
        return proof

    def _is_proven(self, found: FoundStamp, root: str) -> bool:
        """Whether a stamp leads to the root of its run; one that did does so for ever."""
        asked = (found.serial, found.number, found.count, found.lot_uri, root)
        if asked in self._proven:
            return True
        rows = self._path.all(**proofs.path_parameters(found))
        try:
            path = proofs.path_of(found, proofs.nodes_from(rows))
            leaf = stamp_leaf(found.lot_uri, found.serial)
            check_inclusion(leaf, found.number - 1, found.count, path, decode_base64url(root))
        except VerificationError as error:
            _log.warning("Stamp %s does not verify: %s", found.serial, error)
            return False
        with self._lock:
            self._proven[asked] = None
            while len(self._proven) > PROVEN:
                self._proven.popitem(last=False)
        return True

    def _trace(self, state: State, hands: int, key: str, ref: str, today: date, profile: str | None) -> LotTrace:
        """Return a trace from memory where it still holds, or build and check it."""
        self._notice(hands)
        place = (key, today, profile, state.content(self._settings.confirmations))
        now = self._timer()
        with self._lock:
            known = self._traces.get(place)
            if known is not None and self._holds(known, now):
                self._traces.move_to_end(place)
                if known.version != state.version:
                    known.trace, known.version = replace(known.trace, freshness=state.freshness), state.version
                return known.trace
            generation = self._generation
        with self._session() as session:
            trace = build_trace(session, key, ref, today, profile)
            version, content = session.state.version, session.state.content(self._settings.confirmations)
        with self._lock:
            self._traces[key, today, profile, content] = _Remembered(trace, version, generation, now)
            while len(self._traces) > REMEMBERED:
                self._traces.popitem(last=False)
        return trace

    def _holds(self, known: _Remembered, now: float) -> bool:
        age = now - known.built
        return age < FRESH or (age < TRUSTED and known.generation == self._generation)

    def _notice(self, hands: int) -> None:
        """Compare what a thread's connection says of writes by others with what it said before."""
        if getattr(self._seen, "hands", None) != hands:
            self._seen.hands = hands
            with self._lock:
                self._generation += 1

    def runs(self, lot: str) -> Sequence[StampRunView]:
        """Return the stamp runs of a lot. Raises NotFoundError."""
        with self._session() as session:
            return stamps.find_runs(session, lot)

    def stamps(self, lot: str, run: int, first: int = 1, last: int | None = None) -> Sequence[StampView]:
        """Return stamps of a run by position (from 1), without their trace. Raises NotFoundError."""
        today = self.freshness().projected_at.date()
        verdict = self.trace(lot, today).verdict
        with self._session() as session:
            return stamps.list_stamps(session, lot, run, first, last, verdict)

    # -------------------------------------------------------------------------------------------------------- histories
    def history(self, ref: str) -> Sequence[TimelineEntry]:
        """Return every record of a subject (lot, product or participant), oldest first. Raises NotFoundError."""
        with self._session() as session:
            key = self._subject(session, ref)
            return load_timelines(session, [key]).get(key, ())

    def submissions(self, ref: str) -> Sequence[Recorded]:
        """Return every submission that touches a subject as it was logged, in the chain's order.

        Raises NotFoundError.
        """
        with self._session() as session:
            key = self._subject(session, ref)
            touching = select(schema.touch.c.record_id).where(schema.touch.c.subject == key)
            table = schema.record
            rows = session.many(select(table).where(table.c.id.in_(touching)).order_by(table.c.id))
            logs = [log_of(row) for row in rows]
        return [log for log in logs if isinstance(log, Recorded)]

    def _subject(self, session: Session, ref: str) -> str:
        """Return the key of a subject that has a history. Raises NotFoundError."""
        named = read_reference(ref, self._settings.namespace)
        uri = named.uri if named is not None else parties.find_party(session, ref).uri
        key = key_of(uri)
        if session.one(select(schema.subject.c.key).where(schema.subject.c.key == key)) is None:
            raise unknown("history", ref)
        return key

    def recalls(self, *, open_only: bool = True) -> Sequence[RecallView]:
        """Return recalls, newest first."""
        with self._session() as session:
            return recalls.list_recalls(session, open_only=open_only)

    # ----------------------------------------------------------------------------------------------------- participants
    def party(self, ref: str | int) -> PartyView:
        """Return a participant by number, code or URI. Raises NotFoundError."""
        with self._session() as session:
            return parties.find_party(session, ref)

    def parties(self, *, capacity: int | None = None) -> Sequence[PartyView]:
        """Return participants by name."""
        with self._session() as session:
            return parties.list_parties(session, capacity)

    def keys(self, participant: int) -> Sequence[KeyView]:
        """Return a participant's keys, oldest first."""
        with self._session() as session:
            return parties.keys_of(session, participant)

    def search(self, text: str, today: date) -> SearchResults:
        """Find lots, products and participants; tones, d/đ and case do not matter; a stamp's path finds its lot."""
        with self._session() as session:
            return search(session, text, today)

    # -------------------------------------------------------------------------------------------------------- links
    def declared_links(self, product: str) -> Sequence[DeclaredLink]:
        """Return the links that a product's custodian has declared and not withdrawn, oldest first."""
        with self._session() as session:
            return links.declared_links(session, product)

    # ----------------------------------------------------------------------------------------------------------- events
    def events(self, query: EventQuery, *, per_page: int, token: str = "") -> EventPage:
        """Return one page of the events that a question asks for. Raises InvalidInputError, TooManyError."""
        with self._database.reading() as connection:
            return events.read_page(connection, query, per_page=per_page, token=token)

    def event(self, event_id: str) -> Sequence[StoredEvent]:
        """Return the event of an identifier or event hash, together with its error declarations, oldest first."""
        with self._database.reading() as connection:
            return events.find(connection, event_id)

    def places_within(self, place: str, most: int) -> Sequence[str]:
        """Return URIs of places that events name by an extension (AI 254) of a place's GLN, sorted."""
        with self._database.reading() as connection:
            return events.places_within(connection, place, most)

    def event_names(self, resource: str, *, per_page: int, token: str = "") -> NamePage:
        """Return the names that events use, sorted. Raises InvalidInputError for a token that is not of this list."""
        with self._database.reading() as connection:
            return events.read_names(connection, resource, per_page=per_page, token=token)
