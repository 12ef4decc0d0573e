"""Conditions on the tables of events: each can tell which events it lets through, and probe one.

A *source* is a statement that yields the numbers of events; a *probe* asks of one number whether the condition holds.
Lists of facts come in the order of the record; ranges of measures and times do not.
"""

# ruff: noqa: S608 - statements are put together from names of ours; values are parameters

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

MANY: Final = 64
"""Lists of one condition that are walked side by side; more are gathered first."""

_PROBED: Final = "LIMIT 1 OFFSET 0"
"""Ends a probe: PostgreSQL then asks it of each event, and does not make another list to be walked of it."""

LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1


@dataclass(slots=True)
class Parameters:
    """The values of one statement, by name."""

    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        """Add a value and return what stands for it in the statement."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def each(self, values: Iterable[Any]) -> str:
        """Add several values and return the list that stands for them."""
        return ", ".join(self.add(value) for value in values)


class Condition(Protocol):
    """What must hold of an event."""

    @property
    def is_ordered(self) -> bool:
        """Whether each source comes in the order of the record."""
        ...

    def sources(self, parameters: Parameters) -> list[str]:
        """Return statements that yield the numbers (`n`) of all events for which the condition holds."""
        ...

    def probe(self, number: str, parameters: Parameters) -> str:
        """Return what tells whether the condition holds for one event."""
        ...


@dataclass(frozen=True, slots=True)
class Facts:
    """One of some facts is said."""

    codes: tuple[int, ...]
    kinds: bool = False
    """Whether the facts are kinds of events, of which each event has one."""
    marks: tuple[int, ...] = ()
    """Facts, one of which holds wherever one of the others does; few, and so asked first where the others are many."""

    @property
    def is_ordered(self) -> bool:
        """Lists of facts are in order; where there are too many, they are gathered."""
        return len(self.codes) <= MANY

    def sources(self, parameters: Parameters) -> list[str]:
        """Return one list for each fact, or one for all."""
        head = "SELECT f.number AS n FROM epcis_fact f WHERE f.fact"
        if self.is_ordered:
            return [f"{head} = {parameters.add(code)}" for code in self.codes]
        return [f"{head} IN ({parameters.each(self.codes)})"]

    def probe(self, number: str, parameters: Parameters) -> str:
        """Seek the event in the lists; its kind stands beside it."""
        codes = parameters.each(self.codes)
        if self.kinds:
            return f"EXISTS (SELECT 1 FROM epcis_event k WHERE k.number = {number} AND k.kind IN ({codes}) {_PROBED})"
        probe = f"EXISTS (SELECT 1 FROM epcis_fact f WHERE f.fact IN ({codes}) AND f.number = {number} {_PROBED})"
        return f"{Facts(self.marks).probe(number, parameters)} AND {probe}" if self.marks else probe


@dataclass(frozen=True, slots=True)
class Ranges:
    """A number or time of an event lies in one of some ranges, both ends included."""

    code: int
    spans: tuple[tuple[int, int], ...]
    is_ordered = False

    def sources(self, parameters: Parameters) -> list[str]:
        """Return one list for each range."""
        code = parameters.add(self.code)
        head = f"SELECT m.number AS n FROM epcis_measure m WHERE m.field = {code} AND"
        return [f"{head} {_between('m.value', span, parameters)}" for span in self.spans]

    def probe(self, number: str, parameters: Parameters) -> str:
        """Look at what the event states."""
        spans = " OR ".join(_between("m.value", span, parameters) for span in self.spans)
        head = f"SELECT 1 FROM epcis_measure m WHERE m.number = {number} AND m.field = {parameters.add(self.code)}"
        return f"EXISTS ({head} AND ({spans}) {_PROBED})"


@dataclass(frozen=True, slots=True)
class EventTime:
    """An event happened within a span of microseconds, both ends included, and is of one of some kinds."""

    span: tuple[int, int]
    kinds: tuple[int, ...] = ()
    """No more than `MANY`; empty for all."""
    is_ordered = False

    def sources(self, parameters: Parameters) -> list[str]:
        """Return the events of the span, those of each kind by themselves."""
        head = f"SELECT t.number AS n FROM epcis_event t WHERE {self.within('t.event_time', parameters)}"
        return [f"{head} AND t.kind = {parameters.add(kind)}" for kind in self.kinds] or [head]

    def probe(self, number: str, parameters: Parameters) -> str:
        """Look at when the event happened, and of which kind it is."""
        within = self.within("t.event_time", parameters)
        within += f" AND t.kind IN ({parameters.each(self.kinds)})" if self.kinds else ""
        return f"EXISTS (SELECT 1 FROM epcis_event t WHERE t.number = {number} AND {within} {_PROBED})"

    def within(self, column: str, parameters: Parameters) -> str:
        """Return the condition on the column that holds the time."""
        return _between(column, self.span, parameters)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event was recorded within a span of numbers, both ends included."""

    first: int
    last: int
    is_ordered = True

    def sources(self, parameters: Parameters) -> list[str]:
        """Return the events of the span."""
        within = _between("r.number", (self.first, self.last), parameters)
        return [f"SELECT r.number AS n FROM epcis_event r WHERE {within}"]

    def probe(self, number: str, parameters: Parameters) -> str:
        """Look at the number."""
        return _between(number, (self.first, self.last), parameters)


def _between(column: str, span: tuple[int, int], parameters: Parameters) -> str:
    low, high = span
    parts = [f"{column} >= {parameters.add(low)}"] if low > LOWEST else []
    parts += [f"{column} <= {parameters.add(high)}"] if high < HIGHEST else []
    return f"({' AND '.join(parts)})" if parts else "1 = 1"
