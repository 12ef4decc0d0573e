"""Second codes that were used, and wrong ones that were tried (`ports.observations.Openings`).

Neither a code nor anything computed from one is kept: only that a stamp was opened and when, and that somebody was
wrong and when.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from traceability.ports.observations import StampKey
from traceability.projection.observations import schema
from traceability.projection.observations.upserts import insert_or
from traceability.projection.stores import from_milliseconds, to_milliseconds


class Openings:
    """Second codes inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take the transaction's connection."""
        self._connection = connection

    def open(self, stamp: StampKey, visitor: str, at: datetime) -> tuple[bool, datetime]:
        """Note that a package was opened; return whether this is the first time, and when that was."""
        table = schema.tally
        unseen = stamp._asdict() | {"scans": 0, "visitors": 0, "level": 0, "signals": "[]", "opened_by": ""}
        self._connection.execute(insert_or(self._connection, table).values(unseen).on_conflict_do_nothing())
        mine = table.c.serial == stamp.serial
        opening = {"opened_at": to_milliseconds(at), "opened_by": visitor}
        unopened = update(table).where(mine, table.c.opened_at.is_(None))
        first = bool(self._connection.execute(unopened.values(opening)).rowcount)
        return first, from_milliseconds(self._connection.execute(select(table.c.opened_at).where(mine)).scalar_one())

    def fail(self, serial: str, visitor: str, at: datetime) -> None:
        """Note that a wrong code was tried."""
        values = {"serial": serial, "visitor": visitor, "at": to_milliseconds(at)}
        self._connection.execute(insert(schema.attempt).values(values))

    def failures_of_stamp(self, serial: str, since: datetime) -> Sequence[datetime]:
        """Return when wrong codes were tried on a stamp, oldest first."""
        return self._failures(schema.attempt.c.serial == serial, since)

    def failures_of_visitor(self, visitor: str, since: datetime) -> Sequence[datetime]:
        """Return when a visitor tried wrong codes, oldest first."""
        return self._failures(schema.attempt.c.visitor == visitor, since)

    def forget_openers(self, before: datetime) -> int:
        """Delete who opened packages before a moment, but not that they were opened; return how many."""
        table = schema.tally
        old = update(table).where(table.c.opened_by != "", table.c.opened_at < to_milliseconds(before))
        return int(self._connection.execute(old.values(opened_by="")).rowcount)

    def forget_failures(self, before: datetime) -> int:
        """Delete wrong attempts from before a moment; return how many."""
        table = schema.attempt
        return int(self._connection.execute(delete(table).where(table.c.at < to_milliseconds(before))).rowcount)

    def _failures(self, whose: Any, since: datetime) -> Sequence[datetime]:
        table = schema.attempt.c
        wanted = select(table.at).where(whose, table.at > to_milliseconds(since)).order_by(table.at)
        return [from_milliseconds(number) for number in self._connection.execute(wanted).scalars()]
