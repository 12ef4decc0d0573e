"""What may be asked of the EPCIS repository: the parameters of the standard's query, as typed values.

`EventQuery` is one question, built from the parameters of `GET /events` or of a named query (EPCIS 2.0, 8.2.7 and
12.7). Its criteria must all hold; a criterion holds when one of its values does. Whoever answers it, the tables or the
slow oracle of the tests, takes the same value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Comparison(StrEnum):
    """How a criterion compares: the first part of a parameter's name."""

    EQ = "EQ"
    MATCH = "MATCH"
    WD = "WD"
    GT = "GT"
    GE = "GE"
    LT = "LT"
    LE = "LE"
    EXISTS = "EXISTS"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition on events.

    Args:
        comparison: how the field is compared.
        name: what is compared: the second part of the parameter's name, such as `bizStep`, `epc`, `quantity`,
            `persistentDisposition_set`, `bizTransaction_po`, `INNER_ILMD_{uri}`; amounts in base units, `value_KEL`;
            extension names with their full namespace, `{https://ns.example/}field`.
        values: any of which may hold; words and identifiers in their canonical form.
    """

    comparison: Comparison
    name: str
    values: tuple[str | Decimal | datetime | bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """One question.

    Args:
        event_types: of these types only; all, where empty.
        criteria: conditions that must all hold.
        order_by: eventTime, recordTime, or the full name of an extension field; empty for the order of the record.
        descending: newest or largest first.
        event_count_limit: no more than so many events in all, over all pages.
        max_event_count: more than so many are too many: QueryTooLargeException.
    """

    event_types: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    order_by: str = ""
    descending: bool = False
    event_count_limit: int | None = None
    max_event_count: int | None = None


@dataclass(frozen=True, slots=True)
class SubjectPlace:
    """Where an event stands in the history of one subject."""

    subject: str
    """Canonical URI."""
    sequence: int
    """Its touch's place in that history, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where an event stands on chain."""

    block: int
    transaction: str
    """`0x` and 64 hexadecimal digits."""
    log_index: int
    position: int
    """Among the documents of its submission, from 0."""
    event_hash: str
    """The CBV 2.0 event hash."""
    signer: str
    histories: tuple[SubjectPlace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event of the repository.

    Args:
        number: its place in the order of the record; later ones are greater.
        event_id: the identifier that its author gave, or its event hash.
        document: the event as recorded: JSON values, with an `@context` where it declares prefixes, without
            `eventID` and `recordTime`.
        record_time: time of its block.
        anchor: where it stands on chain.
    """

    number: int
    event_id: str
    document: Mapping[str, Any]
    record_time: datetime
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page of an answer; `next_token` is empty on the last one."""

    events: tuple[StoredEvent, ...]
    next_token: str = ""


@dataclass(frozen=True, slots=True)
class NamePage:
    """One page of names, such as the business steps that the repository knows."""

    names: tuple[str, ...]
    next_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedQuery:
    """A question kept under a name."""

    name: str
    participant: int
    """Who made it, and may delete it."""
    query: Mapping[str, Any]
    """The parameters, as they were given."""
    created_at: datetime = field(compare=False)
