"""From the document of an event to the rows by which the EPCIS repository finds it.

Every event on chain is in the repository, whoever recorded it. The rows follow from its document, its place and the
time of its block alone. A fact is kept as the hash of its name and value: sixteen bytes instead of a hundred, so that
the lists that questions walk fit into memory.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import Final

from traceability.domain.epcis import EVENT_TYPES
from traceability.domain.event_facts import EventFacts, facts_of
from traceability.projection import schema
from traceability.projection.reading import ReadDocument
from traceability.projection.rows import Rows

MICROSECONDS: Final = 1_000_000

LONGEST_NAME: Final = 2_000
"""Bytes of an identifier that is listed among the names; PostgreSQL's indexes take little more."""


def fact_code(name: str, value: str) -> int:
    """Return the 63 bits by which a fact is known."""
    return int.from_bytes(blake2b(f"{name}\0{value}".encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1


@lru_cache(maxsize=1 << 14)
def field_code(name: str) -> int:
    """Return the 63 bits by which a measured or sorted field is known."""
    return fact_code("", name)


@lru_cache(maxsize=1 << 12)
def kind_code(event_type: str, action: str, biz_step: str, disposition: str) -> int:
    """Return the 63 bits by which a kind of event is known; that an event is of a kind is a fact of the same code."""
    return fact_code("\0kind", f"{event_type}\0{action}\0{biz_step}\0{disposition}")


def tell(rows: Rows, record: int, position: int, document: ReadDocument, block_time: int) -> None:
    """Put the rows of a document, if it is an event.

    Args:
        rows: where they are put.
        record: number of its record.
        position: its place in the record; events beyond the first 1,024 of a record are not in the repository.
        document: what was read.
        block_time: of its block, in seconds since 1970.
    """
    if document.type not in EVENT_TYPES or position >> schema.EVENT_BITS:
        return
    if (found := facts_of(document.members, document.event_id)) is not None:
        _put(rows, schema.event_number(record, position), found, block_time * MICROSECONDS)


def _put(rows: Rows, number: int, found: EventFacts, record_time: int) -> None:
    kind = kind_code(found.type, found.action, found.biz_step, found.disposition)
    row = {"number": number, "event_time": found.event_time, "record_time": record_time, "kind": kind}
    rows.add_all(schema.epcis_event, [row])
    words = {"type": found.type, "action": found.action, "biz_step": found.biz_step, "disposition": found.disposition}
    rows.add_once(schema.epcis_kind, {"code": kind, **words, "first": number})
    codes = {kind, *(fact_code(name, value) for name, value in found.facts)}
    rows.add_all(schema.epcis_fact, [{"fact": code, "number": number} for code in codes])
    measures = [{"number": number, "field": field_code(name), "value": value} for name, value in found.measures]
    rows.add_all(schema.epcis_measure, measures)
    for name, text in found.orders.items():
        rows.add(schema.epcis_order, {"number": number, "field": field_code(name), "value": text})
    for resource, name in found.names:
        if len(name.encode("utf-8", "replace")) <= LONGEST_NAME:
            rows.add_once(schema.epcis_name, {"resource": resource, "name": name, "first": number})
