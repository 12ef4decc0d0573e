"""The criteria of a question as conditions on the tables of events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, select

from traceability.domain.epc_patterns import PATTERN, mark_of, read_pattern
from traceability.domain.event_fields import ANY, EXISTS, MARK, NUMBER, SECTIONS, STEM, TIME
from traceability.domain.event_query import Comparison, Criterion, EventQuery
from traceability.domain.event_words import identifier, number_of, ordered_number, ordered_time, time_of
from traceability.errors import TooManyError
from traceability.projection import schema
from traceability.projection.epcis_facts import fact_code, field_code
from traceability.projection.queries.event_conditions import (
    HIGHEST,
    LOWEST,
    MANY,
    Condition,
    EventTime,
    Facts,
    Ranges,
    Recorded,
)

MOST_NAMES: Final = 10_000
"""Identifiers that one pattern may stand for where they are not parted by kinds of goods."""

_KIND_COLUMNS: Final = {"bizStep": "biz_step", "disposition": "disposition", "action": "action"}
_PLACE_WITHIN: Final = "/254"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the tables take it.

    Args:
        conditions: which must all hold.
        first: number from which on events come into question.
        last: number up to which they do.
        is_empty: whether nothing can be the answer.
    """

    conditions: tuple[Condition, ...]
    first: int
    last: int
    is_empty: bool = False


def ask(connection: Connection, query: EventQuery, upper: int) -> Asked:
    """Return what a question asks of the tables, of the events up to a number.

    Raises TooManyError for a pattern that stands for too many identifiers.
    """
    conditions: list[Condition] = []
    kinds = _kinds(connection, query)
    if kinds is not None:
        conditions.append(Facts(kinds, kinds=True))
    first, last, happened = 0, upper, [LOWEST, HIGHEST]
    for one in query.criteria:
        if one.name == "eventTime":
            _narrow(happened, one)
        elif one.name == "recordTime":
            at = _number_at(connection, one.values)
            first, last = (max(first, at), last) if one.comparison is Comparison.GE else (first, min(last, at - 1))
        elif one.name not in _KIND_COLUMNS:
            conditions.append(_condition(connection, one))
    if happened != [LOWEST, HIGHEST]:
        together = kinds if kinds is not None and 0 < len(kinds) <= MANY else ()
        conditions = conditions[1:] if together else conditions
        conditions.append(EventTime((happened[0], happened[1]), together))
    if first > 0 or last < upper:
        conditions.append(Recorded(first, last))
    is_empty = first > last or happened[0] > happened[1]
    is_empty = is_empty or any(isinstance(one, Facts) and not one.codes for one in conditions)
    return Asked(tuple(conditions), first, last, is_empty)


def codes_of(connection: Connection, criterion: Criterion) -> tuple[int, ...]:
    """Return the codes of the facts that a criterion asks for, any of which may hold."""
    name = _bare(criterion.name)
    if criterion.comparison is Comparison.EXISTS:
        return (fact_code(EXISTS, name),)
    facts: list[tuple[str, str]] = []
    for value in criterion.values:
        for one in ANY.get(name, ("eventID", "eventHash") if name == "eventID" else (name,)):
            facts += _facts(connection, criterion, one, value)
    return tuple(dict.fromkeys(fact_code(*fact) for fact in facts))


def _facts(connection: Connection, criterion: Criterion, name: str, value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    if isinstance(value, Decimal):
        return [(name + NUMBER, str(ordered_number(float(value))))]
    said = str(value)
    if criterion.comparison is Comparison.WD:
        return [(name, said), (name + STEM, said + _PLACE_WITHIN)]
    if criterion.comparison is Comparison.MATCH:
        return _matching(connection, name, said) if said.startswith(PATTERN) else [(name, said)]
    return [(name, identifier(said)), *(_readings(name, said) if _is_own(criterion) else ())]


def _readings(name: str, said: str) -> Iterable[tuple[str, str]]:
    """What else the text of a field of somebody's own may be: a number or a time."""
    if (number := number_of(said)) is not None:
        yield name + NUMBER, str(ordered_number(number))
    elif (moment := time_of(said)) is not None:
        yield name + TIME, str(ordered_time(moment))


def _matching(connection: Connection, name: str, said: str) -> Iterable[tuple[str, str]]:
    """Return the facts that a pattern stands for, by the identifiers that are known."""
    resource = "classes" if name.lower().endswith("class") else "epcs"
    pattern = read_pattern(said, classes=resource == "classes")
    if pattern is None:
        return
    if resource == "classes":
        yield name, identifier(said)  # a class may be named by a pattern, and is then found by itself
    for kind, mark, expression in (
        (resource, "", pattern.wholes),
        (resource + STEM, STEM, pattern.stems),
    ):
        if expression is not None:
            known = (one for prefix in pattern.prefixes for one in _names(connection, kind, prefix, said))
            yield from ((name + mark, one) for one in known if expression.fullmatch(one))


def _marks(criterion: Criterion) -> tuple[int, ...]:
    """Return facts that hold for whatever the patterns of a criterion stand for; none where it has other values."""
    if criterion.comparison is not Comparison.MATCH or criterion.name.lower().endswith("class"):
        return ()
    patterns = [read_pattern(str(value)) for value in criterion.values]
    marks = {mark_of(prefix) for pattern in patterns for prefix in (pattern.prefixes if pattern else ("",))}
    names = ANY.get(criterion.name, (criterion.name,))
    return () if "" in marks else tuple(sorted(fact_code(name + MARK, mark) for name in names for mark in marks))


def _names(connection: Connection, resource: str, prefix: str, said: str) -> Sequence[str]:
    table = schema.epcis_name.c
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    wanted = select(table.name).where(table.resource == resource, table.name >= prefix, table.name < end)
    names = connection.execute(wanted.limit(MOST_NAMES + 1)).scalars().all()
    if len(names) > MOST_NAMES:
        template = "{pattern} stands for more than {most} identifiers. Ask for fewer."
        raise TooManyError(template, pattern=said, most=MOST_NAMES)
    return names


def _condition(connection: Connection, criterion: Criterion) -> Condition:
    name, compare = _bare(criterion.name), criterion.comparison
    first = criterion.values[0]
    measured = isinstance(first, (Decimal, datetime)) and not (compare is Comparison.EQ and _is_own(criterion))
    if not measured:
        return Facts(codes_of(connection, criterion), marks=_marks(criterion))
    mark = TIME if isinstance(first, datetime) else NUMBER
    return Ranges(field_code(name + mark), tuple(_span(compare, _whole(value)) for value in criterion.values))


def _span(compare: Comparison, value: int) -> tuple[int, int]:
    return {
        Comparison.EQ: (value, value),
        Comparison.GE: (value, HIGHEST),
        Comparison.GT: (value + 1, HIGHEST),
        Comparison.LE: (LOWEST, value),
        Comparison.LT: (LOWEST, value - 1),
    }[compare]


def _whole(value: object) -> int:
    return ordered_time(value) if isinstance(value, datetime) else ordered_number(float(str(value)))


def _narrow(span: list[int], criterion: Criterion) -> None:
    low, high = _span(criterion.comparison, _whole(criterion.values[0]))
    span[:] = max(span[0], low), min(span[1], high)


def _number_at(connection: Connection, values: Sequence[object]) -> int:
    """Return the number of the first event that was recorded at a moment or later.

    Blocks follow each other in time (a block is refused that is older than the one before it), so numbers do, too.
    """
    table = schema.epcis_event.c
    later = select(table.number).where(table.record_time >= _whole(values[0]))
    found = connection.execute(later.order_by(table.record_time, table.number).limit(1)).scalar()
    return HIGHEST if found is None else int(found)


def _kinds(connection: Connection, query: EventQuery) -> tuple[int, ...] | None:
    """Return the kinds of events that are asked for; None for all of them."""
    asked = [(one.name, one.values) for one in query.criteria if one.name in _KIND_COLUMNS]
    table = schema.epcis_kind.c
    wanted = [table[_KIND_COLUMNS[name]].in_(values) for name, values in asked]
    if query.event_types:
        wanted.append(table.type.in_(query.event_types))
    if not wanted:
        return None
    return tuple(connection.execute(select(table.code).where(*wanted).order_by(table.code)).scalars())


def _is_own(criterion: Criterion) -> bool:
    """Tell whether a criterion is about a field of somebody's own."""
    return "{" in criterion.name or criterion.name.startswith(("INNER_", *SECTIONS))


def _bare(name: str) -> str:
    return name.replace("{", "").replace("}", "")
