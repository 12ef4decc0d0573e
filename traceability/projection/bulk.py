"""Many rows at once, by the fastest road that each database has.

A million rows through SQLAlchemy's statements take four times as long as through the driver.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table


def insert_rows(connection: Connection, table: Table, rows: Sequence[Sequence[Any]], *, once: bool = False) -> None:
    """Insert rows whose values stand in the order of the table's columns.

    Args:
        connection: a transaction that writes.
        table: where to.
        rows: their values.
        once: whether a row whose key is there already is passed over.

    Raises what SQLAlchemy raises, which `Database` turns into StorageError.
    """
    if not rows:
        return
    names = [column.name for column in table.columns]
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite or once:
        places = ", ".join(["?" if is_sqlite else "%s"] * len(names))
        end = " ON CONFLICT DO NOTHING" if once else ""
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places}){end}"  # noqa: S608 - names of ours
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])
    else:
        _copy(connection, f"COPY {table.name} ({', '.join(names)}) FROM STDIN", rows)


def find_rows(connection: Connection, table: Table, values: Sequence[Any]) -> dict[Any, tuple[Any, ...]]:
    """Return the rows whose first column has one of some values, by that value; the other columns are what is told."""
    names = ", ".join(column.name for column in table.columns)
    key = next(iter(table.columns)).name
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(values))
        found = connection.exec_driver_sql(f"SELECT {names} FROM {table.name} WHERE {key} IN ({places})", tuple(values))  # noqa: S608 - names of ours
    else:
        found = connection.exec_driver_sql(f"SELECT {names} FROM {table.name} WHERE {key} = ANY(%s)", (list(values),))  # noqa: S608 - as above
    return {row[0]: tuple(row[1:]) for row in found.all()}


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Send rows to PostgreSQL without a statement for each."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
