"""Brings the tables of observations up to date when their database is opened.

A table that is missing is made from `schema`. To change one that is there, add a function to `STEPS`: a database that
is new skips all of them, an older one runs those that it has not seen, in order, inside the transaction that opens it.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, insert, select, text, update

from traceability.errors import StorageError
from traceability.projection.observations import report_tables, schema  # noqa: F401 - their tables join the others

STEPS: Final[tuple[Callable[[Connection], None], ...]] = ()
"""Changes of tables that were made by an earlier version, oldest first."""

LOCK: Final = 0x0C0A
"""Any number: PostgreSQL lets one transaction at a time past it, as SQLite does with its one writer."""


def upgrade(connection: Connection) -> None:
    """Make what is missing and change what is old. Raises StorageError for tables made by a later version."""
    take_turns(connection)
    schema.metadata.create_all(connection)
    seen = connection.execute(select(schema.step.c.number)).scalar()
    if seen is None:
        connection.execute(insert(schema.step).values(id=1, number=len(STEPS)))
        return
    if seen > len(STEPS):
        template = (
            "The observations were made by a later version (step {seen}; this program knows {head}). "
            "Install that version."
        )
        raise StorageError(template, seen=seen, head=len(STEPS))
    for change in STEPS[seen:]:
        change(connection)
    if seen < len(STEPS):
        connection.execute(update(schema.step).values(number=len(STEPS)))


def take_turns(connection: Connection) -> None:
    """Wait until no other process is writing observations; on SQLite the transaction has waited already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
