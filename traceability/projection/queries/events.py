"""Answers of the EPCIS repository: pages of events, single events, and the names that events use."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Integer, Select, func, literal_column, select

from traceability.domain.event_query import Anchor, EventPage, EventQuery, NamePage, StoredEvent, SubjectPlace
from traceability.errors import InvalidInputError, TooManyError
from traceability.projection import schema
from traceability.projection.epcis_facts import fact_code
from traceability.projection.queries.event_plans import Place, find_numbers
from traceability.projection.queries.event_questions import ask
from traceability.projection.queries.event_tokens import FIELD, read_token, write_token
from traceability.projection.queries.session import chunks

_LISTED: Final = frozenset({"epcs", "bizLocations", "readPoints"})
_WORDS: Final = {"eventTypes": "type", "bizSteps": "biz_step", "dispositions": "disposition"}

_BITS: Final = literal_column(str(schema.EVENT_BITS), Integer())
_MASK: Final = literal_column(str((1 << schema.EVENT_BITS) - 1), BigInteger())
_RECORD: Final = schema.epcis_event.c.number.op(">>")(_BITS)
_POSITION: Final = schema.epcis_event.c.number.op("&")(_MASK)


# --------------------------------------------------------------------------------------------------------------- pages
@dataclass(frozen=True, slots=True)
class _Turn:
    """How far somebody has turned the pages of an answer.

    Args:
        upper: number of the last event that there was when the first page was read.
        left: how many more events are wanted; None for all.
        after: the last event of the page before.
    """

    upper: int
    left: int | None
    after: Place | None = None

    def token(self, query: EventQuery) -> str:
        """Return the token of the next page."""
        after = self.after
        return write_token(query, [self.upper, self.left, after and after.key, after and after.number])

    @classmethod
    def read(cls, query: EventQuery, token: str) -> "_Turn":
        """Return what a token says. Raises InvalidInputError."""
        content = read_token(query, token)
        kinds: tuple[Any, ...] = (int, int | None, int | str | None, int)
        if len(content) != len(kinds) or not all(map(isinstance, content, kinds)) or not all(map(_is_kept, content)):
            raise InvalidInputError("This token is not of this question. Ask again from the first page.", field=FIELD)
        upper, left, key, number = content
        return cls(upper, left, Place(key, number))


def _is_kept(value: object) -> bool:
    """Tell whether a value is one that a column can hold."""
    return not (isinstance(value, int) and value.bit_length() >= 63) and not (isinstance(value, str) and "\0" in value)  # noqa: PLR2004 - bits of a column


def read_page(connection: Connection, query: EventQuery, *, per_page: int, token: str) -> EventPage:
    """Return one page of the events that a question asks for. Raises InvalidInputError, TooManyError."""
    if token:
        turn = _Turn.read(query, token)
    else:
        upper = connection.execute(select(func.max(schema.epcis_event.c.number))).scalar() or 0
        turn = _Turn(upper, query.event_count_limit)
    asked = ask(connection, query, turn.upper)
    if not token and query.max_event_count is not None:
        _check_count(
            len(find_numbers(connection, query, asked, None, query.max_event_count + 1)), query.max_event_count
        )
    size = per_page if turn.left is None else min(per_page, turn.left)
    places = find_numbers(connection, query, asked, turn.after, size + 1)
    shown, left = places[:size], None if turn.left is None else turn.left - size
    is_last = len(places) <= size or left == 0
    events = load(connection, [place.number for place in shown])
    return EventPage(events, "" if is_last else _Turn(turn.upper, left, shown[-1]).token(query))


def _check_count(count: int, most: int) -> None:
    if count > most:
        template = (
            "The answer has more than {most} events. Ask for less, or raise maxEventCount, or leave it out and go on "
            "page by page."
        )
        raise TooManyError(template, field="maxEventCount", most=most)


# -------------------------------------------------------------------------------------------------------------- events
def find(connection: Connection, event_id: str) -> Sequence[StoredEvent]:
    """Return the event of an identifier or event hash, together with its error declarations, oldest first."""
    codes = [fact_code(name, event_id) for name in ("eventID", "eventHash")]
    table = schema.epcis_fact.c
    found = connection.execute(select(table.number).where(table.fact.in_(codes)).distinct().order_by(table.number))
    return load(connection, found.scalars().all())


def load(connection: Connection, numbers: Sequence[int]) -> tuple[StoredEvent, ...]:
    """Return events by their numbers, in the order given, with where each stands on chain."""
    rows: dict[int, Any] = {}
    places: dict[int, list[SubjectPlace]] = {}
    for part in chunks(numbers):
        rows |= {row.number: row for row in connection.execute(_documents(part))}
        for number, uri, key, sequence in connection.execute(_histories(part)):
            places.setdefault(number, []).append(SubjectPlace(uri or f"urn:ocop-trace:subject:{key}", sequence))
    return tuple(_stored(rows[number], places.get(number, ())) for number in numbers if number in rows)


def _documents(numbers: Sequence[int]) -> Select[Any]:
    event, document, record = schema.epcis_event.c, schema.document.c, schema.record.c
    told = (event.number, event.record_time, document.position, document.event_id, document.body)
    place = (record.block_number, record.transaction_hash, record.log_index, record.signer)
    wanted = select(*told, *place).where(event.number.in_(numbers))
    return wanted.where(document.record_id == _RECORD, document.position == _POSITION, record.id == _RECORD)


def _histories(numbers: Sequence[int]) -> Select[Any]:
    event, touch, subject = schema.epcis_event.c, schema.touch.c, schema.subject.c
    wanted = select(event.number, subject.uri, subject.key, touch.sequence).where(event.number.in_(numbers))
    wanted = wanted.where(touch.record_id == _RECORD, touch.first_document <= _POSITION)
    wanted = wanted.where(touch.first_document + touch.document_count > _POSITION, subject.key == touch.subject)
    return wanted.order_by(event.number, touch.position)


def _stored(row: Any, places: Iterable[SubjectPlace]) -> StoredEvent:
    document = json.loads(row.body)
    given = document.pop("eventID", None)
    document.pop("recordTime", None)
    return StoredEvent(
        number=row.number,
        event_id=given if isinstance(given, str) else row.event_id,
        document=document,
        record_time=datetime.fromtimestamp(row.record_time // 1_000_000, UTC),
        anchor=Anchor(
            block=row.block_number,
            transaction=f"0x{row.transaction_hash}",
            log_index=row.log_index,
            position=row.position,
            event_hash=row.event_id,
            signer=row.signer,
            histories=tuple(places),
        ),
    )


# --------------------------------------------------------------------------------------------------------------- names
def read_names(connection: Connection, resource: str, *, per_page: int, token: str) -> NamePage:
    """Return the names that events use, sorted. Raises InvalidInputError."""
    after = _after(resource, token)
    if resource in _LISTED:
        table = schema.epcis_name.c
        wanted = select(table.name).where(table.resource == resource, table.name > after)
        names = list(connection.execute(wanted.order_by(table.name).limit(per_page + 1)).scalars())
    elif resource in _WORDS:
        column = schema.epcis_kind.c[_WORDS[resource]]
        known = connection.execute(select(column).distinct()).scalars()
        names = sorted(name for name in known if name and name > after)
    else:
        raise InvalidInputError("There is no list of {resource}.", field="resource", resource=resource)
    shown = tuple(names[:per_page])
    return NamePage(shown, write_token(resource, [shown[-1]]) if len(names) > per_page else "")


def places_within(connection: Connection, place: str, most: int) -> Sequence[str]:
    """Return URIs of places that events name by an extension (AI 254) of a place's GLN, sorted."""
    table, below = schema.epcis_name.c, f"{place}/254/"
    wanted = select(table.name).distinct().where(table.resource.in_(("bizLocations", "readPoints")))
    wanted = wanted.where(table.name > below, table.name < below[:-1] + chr(ord("/") + 1))
    return connection.execute(wanted.order_by(table.name).limit(most)).scalars().all()


def _after(resource: str, token: str) -> str:
    content = read_token(resource, token) if token else [""]
    if len(content) != 1 or not isinstance(content[0], str) or not _is_kept(content[0]):
        raise InvalidInputError("This token is not of this question. Ask again from the first page.", field=FIELD)
    return content[0]
