"""How a question is answered quickly, whatever it is about: which list is walked, and what is asked of each event.

Before a page is read, the lists of all conditions are counted, each no further than `FEW`. A short list is walked as a
whole, its events probed for the other conditions and sorted: the work is bounded by its length. Where all lists are
long, events are walked in the order that is asked for until the page is full, for no more than `PATIENCE` events; if
that fails, the shortest list is walked as a whole after all. Statements say by their form which index they use:
conditions are probes (`EXISTS`) behind the one list that leads.
"""

# ruff: noqa: S608 - statements are put together from names of ours; values are parameters

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from traceability.domain.event_query import EventQuery
from traceability.projection.epcis_facts import field_code
from traceability.projection.queries.event_conditions import Condition, EventTime, Parameters
from traceability.projection.queries.event_questions import Asked

FEW: Final = 6_000
"""Events of a list that is walked as a whole without thinking twice."""

COUNTED: Final = 20_000
"""How far lists are counted that are not short, so that the shortest of them leads."""

SLICE: Final = 4_000
"""Events that are walked at once in the order asked for."""

PATIENCE: Final = 4_000
"""Events that are walked in the order asked for before the shortest list is taken instead."""


_FREE: Final = "+"
"""Stands before a column by which no index is to be walked: in an expression it is compared, but not sought."""


_SETTINGS: Final = "; ".join(
    f"SET LOCAL {name} = {value}"
    for name, value in {
        "jit": "off",
        "max_parallel_workers_per_gather": 0,
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "enable_material": "off",
        "enable_bitmapscan": "off",
    }.items()
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the last event, and what it was sorted by."""

    key: Any
    """Microseconds, the text of `epcis_order`, or None where events are in the order of the record."""
    number: int


@dataclass(frozen=True, slots=True)
class _Order:
    """An order that events can be walked in.

    Args:
        key: column that is sorted by; empty for the order of the record.
        table: holds the key.
        only: what else must be true of a row `o` of that table.
        lacking: what must be true of an event `{number}`; empty for nothing.
    """

    key: str
    table: str
    only: str = "1 = 1"
    lacking: str = "1 = 1"


def find_numbers(
    connection: Connection, query: EventQuery, asked: Asked, after: Place | None, limit: int
) -> list[Place]:
    """Return the next events of an answer in the order that is asked for.

    Args:
        connection: the tables.
        query: the question.
        asked: the same as conditions on tables.
        after: the last event before; None from the start.
        limit: most events.
    """
    found: list[Place] = []
    if not asked.is_empty:
        _prepare(connection)
        for order, place in _orders(query, after):
            found += _Walk(connection, asked, order, query, limit - len(found)).run(place)
            if len(found) >= limit:
                break
    return found


def _prepare(connection: Connection) -> None:
    """Tell PostgreSQL to walk indexes as the statements are written, whatever it last counted."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_SETTINGS)


def _orders(query: EventQuery, after: Place | None) -> Iterator[tuple[_Order, Place | None]]:
    """Yield the orders to walk in, one after the other: events that lack the field to order by come last."""
    if query.order_by in ("", "recordTime"):
        yield _Order("", "epcis_event"), after
    elif query.order_by == "eventTime":
        yield _Order("event_time", "epcis_event"), after
    else:
        field = field_code(query.order_by.replace("{", "").replace("}", ""))
        if after is None or after.key is not None:
            yield _Order("value", "epcis_order", f"o.field = {field}"), after
            after = None
        lacking = f"NOT EXISTS (SELECT 1 FROM epcis_order l WHERE l.number = {{number}} AND l.field = {field})"
        yield _Order("", "epcis_event", lacking=lacking), after


class _Walk:
    """One walk in one order."""

    def __init__(self, connection: Connection, asked: Asked, order: _Order, query: EventQuery, limit: int) -> None:
        self._connection = connection
        self._asked = asked
        self._order = order
        self._limit = limit
        self._beyond, self._direction = ("<", " DESC") if query.descending else (">", "")

    def run(self, after: Place | None) -> list[Place]:
        """Return the next events."""
        if not self._asked.conditions:
            return self._along(after, None)
        count, lead = self._leader(FEW)
        if count < FEW:
            return self._gather(lead, after)
        if lead.is_ordered and not self._order.key:
            return self._gather(self._leader(COUNTED)[1], after)
        return self._patiently(after)

    def _patiently(self, after: Place | None) -> list[Place]:
        """Walk in the order asked for, slice by slice, and if that takes too long, the shortest list."""
        found: list[Place] = []
        for _ in range(PATIENCE // SLICE):
            places = self._along(after, SLICE)
            found += places
            self._limit -= len(places)
            after = self._end(after)
            if after is None or not self._limit:
                return found
        return found + self._gather(self._leader(COUNTED)[1], after)

    def _leader(self, most: int) -> tuple[int, Condition]:
        """Return the condition that lets the fewest events through, counted up to a number."""
        parameters = Parameters()
        counted = ", ".join(self._counted(condition, most, parameters) for condition in self._asked.conditions)
        counts = self._connection.execute(text(f"SELECT {counted}"), parameters.values).one()
        ranked = [(count, not one.is_ordered) for count, one in zip(counts, self._asked.conditions, strict=True)]
        best = min(range(len(ranked)), key=ranked.__getitem__)
        return counts[best], self._asked.conditions[best]

    def _counted(self, condition: Condition, most: int, parameters: Parameters) -> str:
        sources = " UNION ALL ".join(condition.sources(parameters))
        within = self._within("s.n", parameters) if condition.is_ordered else "1 = 1"
        return f"(SELECT COUNT(*) FROM (SELECT s.n FROM ({sources}) s WHERE {within} LIMIT {most}) c)"

    # ------------------------------------------------------------------------------------------------------- statements
    def _gather(self, lead: Condition, after: Place | None) -> list[Place]:
        """Walk the lists of one condition as a whole and probe for the others."""
        parameters = Parameters()
        sources = lead.sources(parameters)
        if self._order.key:
            together = " UNION ALL ".join(sources)
            return self._run(
                f"SELECT DISTINCT o.{self._order.key} AS k, o.number AS n FROM ({together}) s CROSS JOIN "
                f"{self._order.table} o WHERE o.number = s.n AND {self._order.only} AND "
                f"{self._rest(_FREE + 's.n', f'o.{self._order.key}', after, lead, parameters)}",
                parameters,
            )
        if not lead.is_ordered:
            rest = self._rest(_FREE + "s.n", "", after, lead, parameters)
            return self._run(
                f"SELECT DISTINCT NULL AS k, s.n AS n FROM ({' UNION ALL '.join(sources)}) s WHERE {rest}", parameters
            )
        rest = self._rest("s.n", "", after, lead, parameters)
        limit = parameters.add(self._limit)
        each = (
            f"SELECT * FROM (SELECT s.n AS n FROM ({source}) s WHERE {rest} ORDER BY s.n{self._direction} "
            f"LIMIT {limit}) u{place}"
            for place, source in enumerate(sources)
        )
        return self._run(f"SELECT NULL AS k, v.n AS n FROM ({' UNION '.join(each)}) v", parameters)

    def _along(self, after: Place | None, most: int | None) -> list[Place]:
        """Walk in the order asked for, so many events at most, and probe for every condition."""
        parameters = Parameters()
        rows = self._rows(after, parameters)
        if most is not None:
            rows += f" LIMIT {most}"
        probes = self._probes("i.n", None, parameters)
        return self._run(f"SELECT i.k AS k, i.n AS n FROM ({rows}) i WHERE {probes}", parameters)

    def _end(self, after: Place | None) -> Place | None:
        """Return where a slice ends; None where it reaches the end of everything."""
        parameters = Parameters()
        statement = f"{self._rows(after, parameters)} LIMIT 1 OFFSET {SLICE - 1}"
        row = self._connection.execute(text(statement), parameters.values).one_or_none()
        return None if row is None else Place(row.k, row.n)

    def _rows(self, after: Place | None, parameters: Parameters) -> str:
        """Return the statement that walks in the order asked for."""
        order = self._order
        key = f"o.{order.key}" if order.key else "NULL"
        sort = f"{key}{self._direction}, " if order.key else ""
        number = f"{_FREE}o.number" if order.key else "o.number"
        spans = [one.within("o.event_time", parameters) for one in self._asked.conditions if isinstance(one, EventTime)]
        within = " AND ".join(spans) if spans and order.key == "event_time" else "1 = 1"
        return (
            f"SELECT {key} AS k, o.number AS n FROM {order.table} o WHERE {order.only} AND {within} AND "
            f"{self._bounds(number, key, after, parameters)} ORDER BY {sort}o.number{self._direction}"
        )

    def _rest(self, number: str, key: str, after: Place | None, lead: Condition, parameters: Parameters) -> str:
        return f"{self._bounds(number, key, after, parameters)} AND {self._probes(number, lead, parameters)}"

    def _bounds(self, number: str, key: str, after: Place | None, parameters: Parameters) -> str:
        """Return the condition that an event comes into question and lies behind the last one."""
        within = self._within(number, parameters)
        if after is None:
            return within
        behind = f"{number} {self._beyond} {parameters.add(after.number)}"
        if self._order.key:
            last = parameters.add(after.key)
            behind = f"({key} {self._beyond}= {last} AND ({key} {self._beyond} {last} OR {behind}))"
        return f"{within} AND {behind}"

    def _within(self, number: str, parameters: Parameters) -> str:
        return f"{number} >= {parameters.add(self._asked.first)} AND {number} <= {parameters.add(self._asked.last)}"

    def _probes(self, number: str, lead: Condition | None, parameters: Parameters) -> str:
        probes = [one.probe(number, parameters) for one in self._asked.conditions if one is not lead]
        return " AND ".join([self._order.lacking.format(number=number), *probes])

    def _run(self, statement: str, parameters: Parameters) -> list[Place]:
        sort = f"k{self._direction}, " if self._order.key else ""
        whole = f"{statement} ORDER BY {sort}n{self._direction} LIMIT {parameters.add(self._limit)}"
        return [Place(key, number) for key, number in self._connection.execute(text(whole), parameters.values)]
