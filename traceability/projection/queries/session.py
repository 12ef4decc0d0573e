"""One question to the tables: a connection that sees one state of everything, and what all answers need."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select

from traceability.domain.views import Freshness, PartyView
from traceability.errors import NotFoundError
from traceability.ports import Blobs, Erasable
from traceability.projection import schema
from traceability.projection.queries.announced import Announced
from traceability.projection.stores import from_milliseconds

CHUNK = 500
"""Values in one IN clause; SQLite and PostgreSQL take far more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What answers depend on besides the tables.

    Args:
        namespace: URI space of products, lots and parties without a GS1 number.
        confirmations: blocks that must follow a record before it counts as confirmed.
        late_after: delay from which an entry counts as late, where its stage says nothing else.
        holds: tells whether this service can sign for an address.
        blobs: pictures and files; None where their bytes are not checked.
    """

    namespace: str
    confirmations: int = 0
    late_after: timedelta = timedelta(hours=24)
    holds: Callable[[str], bool] = lambda _: False
    blobs: Blobs | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where the tables are: the one row of `cursor`, and the edition of the base tables."""

    height: int
    block_hash: str
    block_time: int
    last_record: int
    edition: int
    checked_at: int | None

    @property
    def version(self) -> str:
        """A short text that changes whenever any answer may change."""
        return f"{self.height}-{self.block_hash[:16]}-{self.edition}"

    def content(self, confirmations: int) -> tuple[Any, ...]:
        """Return what answers about goods depend on: the records, how deep the newest lies, and the base tables."""
        depth = self.height - (self.last_record >> schema.LOG_BITS)
        return self.last_record, min(depth, confirmations), self.edition, self.block_hash if depth == 0 else ""

    @property
    def freshness(self) -> Freshness:
        """How fresh the tables are."""
        heard = None if self.checked_at is None else from_milliseconds(self.checked_at)
        return Freshness(self.height, datetime.fromtimestamp(self.block_time, UTC), heard)


NOTHING_YET = State(0, "", 0, 0, 0, None)
"""Before the indexer has looked at the chain for the first time."""


def _state() -> Select[Any]:
    at, base = schema.cursor.c, schema.edition.c
    wanted = select(at.height, at.block_hash, at.block_time, at.last_record, base.number, base.checked_at)
    return wanted.select_from(schema.cursor.outerjoin(schema.edition, base.id == 1)).where(at.id == 1)


STATE = _state()
"""Asks where the tables are."""


def read_state(connection: Connection) -> State:
    """Return where the tables are."""
    row = connection.execute(STATE).one_or_none()
    return NOTHING_YET if row is None else read_state_row(tuple(row))


def read_state_row(row: Sequence[Any]) -> State:
    """Return what `STATE` found."""
    height, block_hash, block_time, last_record, edition, checked_at = row
    return State(height, block_hash, block_time, last_record, edition or 0, checked_at)


@dataclass(slots=True)
class Session:
    """One question.

    Args:
        connection: a transaction that reads.
        settings: of the whole service.
        state: where the tables are.
        parties: every participant by number.
        announced: recalls that are signed but not in the tables yet, by the key of what they call back.
        recalled: keys of lots that are recalled or made from what is recalled, by announced recalls too.
    """

    connection: Connection
    settings: Settings
    state: State
    parties: dict[int, PartyView]
    announced: Announced
    recalled: frozenset[str]

    def party(self, number: int) -> PartyView:
        """Return a participant; one that was never admitted shows as nobody."""
        return self.parties.get(number, NOBODY)

    def is_confirmed(self, record_id: int) -> bool:
        """Whether the chain has confirmed a record."""
        return (record_id >> schema.LOG_BITS) <= self.state.height - self.settings.confirmations

    def time_of(self, record_id: int) -> datetime:
        """Return when the block of a record was made."""
        wanted = select(schema.record.c.block_time).where(schema.record.c.id == record_id)
        return datetime.fromtimestamp(self.connection.execute(wanted).scalar() or 0, UTC)

    def times_of(self, record_ids: Iterable[int]) -> dict[int, datetime]:
        """Return when the blocks of records were made."""
        table = schema.record.c
        found: dict[int, datetime] = {}
        for part in chunks(record_ids):
            for number, time in self.connection.execute(select(table.id, table.block_time).where(table.id.in_(part))):
                found[number] = datetime.fromtimestamp(time, UTC)
        return found

    def erasables(self, commitments: Iterable[str]) -> dict[str, Erasable]:
        """Return the values that are still there, by commitment."""
        found: dict[str, Erasable] = {}
        for part in chunks(commitments):
            wanted = select(schema.erasable).where(schema.erasable.c.commitment.in_(part))
            for row in self.connection.execute(wanted).mappings():
                found[row["commitment"]] = Erasable(**row)
        return found

    def one(self, statement: Any) -> dict[str, Any] | None:
        """Return the one row of a statement as a dictionary, or None."""
        row = self.connection.execute(statement).mappings().one_or_none()
        return None if row is None else dict(row)

    def many(self, statement: Any) -> list[dict[str, Any]]:
        """Return the rows of a statement as dictionaries."""
        return [dict(row) for row in self.connection.execute(statement).mappings()]


NOBODY = PartyView(0, "", "", "", "", "", "", "", "", 0, False)  # noqa: FBT003 - the fields of a view, in their order
"""Shown where a record names a participant that the tables do not know."""


def chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Yield distinct values in lots that fit an IN clause."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def unknown(what: str, name: str) -> NotFoundError:
    """Return the error that says that something is not known here."""
    return NotFoundError("There is no {what} {name} here. Check the link or the number.", what=what, name=name)
