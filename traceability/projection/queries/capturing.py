"""What those who capture events ask of the tables, for a whole document at once: goods, and events that it repeats.

What waits for the chain counts, too: nobody should capture an event twice because a node rests.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, select

from traceability.domain.epcis import EVENT_TYPES
from traceability.domain.views import LotSummary, ProductView
from traceability.projection import schema
from traceability.projection.epcis_facts import fact_code
from traceability.projection.names import key_of
from traceability.projection.queries import events
from traceability.projection.queries.lots import load_lots
from traceability.projection.queries.pending import pending_lot, pending_product
from traceability.projection.queries.products import find_product, load_products
from traceability.projection.queries.session import Session, chunks
from traceability.projection.reading import ReadDocument, open_blob
from traceability.projection.stores import WAITING


def known_lots(session: Session, uris: Iterable[str]) -> Mapping[str, LotSummary]:
    """Return those of the lots that there are, by canonical URI, those on their way to the chain included."""
    wanted = {key_of(uri): uri for uri in uris}
    found = load_lots(session, wanted)
    if _something_waits(session.connection):
        for key in wanted.keys() - found.keys():
            if (lot := pending_lot(session, key)) is not None:
                found[key] = lot
    return {wanted[key]: lot for key, lot in found.items()}


def known_products(session: Session, uris: Iterable[str], today: date) -> Mapping[str, ProductView]:
    """Return those of the products that there are, by canonical URI, those on their way to the chain included."""
    wanted = {key_of(uri): uri for uri in uris}
    found = load_products(session, wanted, today)
    if _something_waits(session.connection):
        for key in wanted.keys() - found.keys():
            if pending_product(session, key) is not None:
                found[key] = find_product(session, wanted[key], today)
    return {wanted[key]: product for key, product in found.items()}


def recorded_events(connection: Connection, hashes: Sequence[str]) -> frozenset[tuple[str, bool]]:
    """Return which of these events are recorded or on their way, as event hash and whether it declares an error."""
    table = schema.document.c
    found: set[tuple[str, bool]] = set()
    for part in chunks(hashes):
        wanted = select(table.event_id, table.declares_error).where(table.event_id.in_(part), table.opaque == "")
        found |= {(name, bool(reason)) for name, reason in connection.execute(wanted)}
    return frozenset(found | {(one.event_id, "errorDeclaration" in one.members) for _, one in _waiting(connection)})


def named_events(connection: Connection, names: Sequence[str]) -> Mapping[str, frozenset[tuple[str, int]]]:
    """Return the events behind identifiers that authors have given, those on their way to the chain included.

    An event is told by its hash and its author's number. Error declarations do not count: they carry the identifier of
    the event that they declare to be in error.
    """
    table = schema.epcis_fact.c
    numbers: set[int] = set()
    for part in chunks(fact_code("eventID", name) for name in names):
        numbers.update(connection.execute(select(table.number).where(table.fact.in_(part))).scalars())
    holders = [
        (event.event_id, event.anchor.event_hash, event.anchor.signer)
        for event in events.load(connection, sorted(numbers))
        if "errorDeclaration" not in event.document
    ]
    holders += [
        (str(one.members.get("eventID", "")), one.event_id, signer)
        for signer, one in _waiting(connection)
        if "errorDeclaration" not in one.members
    ]
    authors = _authors(connection, {signer for _, _, signer in holders})
    found: dict[str, frozenset[tuple[str, int]]] = {}
    for name, digest, signer in holders:
        found[name] = found.get(name, frozenset()) | {(digest, authors.get(signer, 0))}
    return {name: found[name] for name in names if name in found}


def _authors(connection: Connection, signers: Iterable[str]) -> dict[str, int]:
    """Return for which participant each key speaks."""
    table = schema.participant_key.c
    found: dict[str, int] = {}
    for part in chunks(signers):
        rows = connection.execute(select(table.address, table.participant).where(table.address.in_(part)))
        found.update((address, number) for address, number in rows)
    return found


def has_history(connection: Connection, uri: str) -> bool:
    """Tell whether something is recorded of a subject, or on its way to the chain."""
    key = key_of(uri)
    there = select(schema.subject.c.sequence).where(schema.subject.c.key == key)
    outbox, about = schema.outbox, schema.outbox_subject
    coming = select(outbox.c.id).join(about, about.c.outbox_id == outbox.c.id)
    coming = coming.where(about.c.subject == key, outbox.c.state.in_(WAITING)).limit(1)
    return bool(connection.execute(there).scalar()) or connection.execute(coming).scalar() is not None


def _waiting(connection: Connection) -> Iterator[tuple[str, ReadDocument]]:
    """Yield the events that are on their way to the chain, each with the key that signed it."""
    table = schema.outbox.c
    waiting = select(table.signer, table.documents).where(table.state.in_(WAITING))
    for signer, blob in connection.execute(waiting):
        yield from ((signer, one) for one in open_blob(bytes(blob)).documents if one.type in EVENT_TYPES)


def _something_waits(connection: Connection) -> bool:
    waiting = select(schema.outbox.c.id).where(schema.outbox.c.state.in_(WAITING)).limit(1)
    return connection.execute(waiting).scalar() is not None
