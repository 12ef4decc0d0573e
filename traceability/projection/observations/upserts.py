"""Inserting rows that may be there already, and rows by the hundred, said the same way to SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_or(connection: Connection, table: Table) -> Any:
    """Return an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_many(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run an INSERT for many rows of plain texts and numbers, whose columns are those of the first row.

    The rows go to the driver as they are: looking at each of them on the way takes as long as writing it.
    """
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    order = compiled.positiontup
    given = rows if order is None else list(map(itemgetter(*order), rows))
    connection.exec_driver_sql(str(compiled), given)
