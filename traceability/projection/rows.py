"""Derived rows while they are being made: in memory, over whatever the database holds.

Projectors `get` a row by its primary key, and `put` or `add` rows; nothing else. Over an empty database everything
comes from memory, so that a rebuild reads nothing; over a filled one a row is fetched when it is first asked for. The
verifier uses the very same thing without a database and compares what comes out. For the newest blocks the rows that
change leave their former state in `undo`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select, update

from traceability.projection import schema
from traceability.projection.bulk import insert_rows

Row: TypeAlias = Mapping[str, Any]
"""Column name to value; never changed in place."""

Key: TypeAlias = tuple[Any, ...]
"""Values of the primary key, in its order."""

Load: TypeAlias = Callable[[Table, Key], Row | None]

KEYS: Mapping[str, tuple[str, ...]] = {
    table.name: tuple(column.name for column in table.primary_key.columns) for table in schema.DERIVED
}
"""Table name to the names of its primary key."""


_REPLACEMENT = "�"
"""Stands where a text held the character NUL, which PostgreSQL cannot keep."""


class Change(NamedTuple):
    """A row that is new or other than before."""

    is_new: bool
    row: Row


class Rows:
    """Rows of the derived tables.

    Args:
        load: fetches a row that memory does not hold; None where there is nothing behind.
        undo_from: first block whose changes leave their former state in `undo`.
    """

    def __init__(self, load: Load | None = None, *, undo_from: int = 0) -> None:
        """Begin with nothing in memory."""
        self._load = load
        self._undo_from = undo_from
        self._block = 0
        self._known: dict[str, dict[Key, Row | None]] = {table.name: {} for table in schema.DERIVED}
        self._changed: dict[str, dict[Key, Change]] = {table.name: {} for table in schema.DERIVED}
        self._noted: set[tuple[str, Key]] = set()

    def begin_block(self, number: int) -> None:
        """Say which block the rows that follow come from."""
        if number != self._block:
            self._block = number
            self._noted.clear()

    def get(self, table: Table, *key: Any) -> Row | None:
        """Return a row by its primary key, or None."""
        known = self._known[table.name]
        if key in known:
            return known[key]
        row = self._load(table, key) if self._load is not None else None
        known[key] = row
        return row

    def put(self, table: Table, row: Row) -> None:
        """Insert a row or replace the one of the same key."""
        key = _key(table, row)
        before = self.get(table, *key)
        self._note(table, key, before)
        self._remember(table, key, row, is_new=before is None)

    def add(self, table: Table, row: Row) -> None:
        """Insert a row that is known to be new; it never changes."""
        self._remember(table, _key(table, row), row, is_new=True)

    def add_all(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows without texts that are known to be new and that nobody will ask for here."""
        names, changed = KEYS[table.name], self._changed[table.name]
        for row in rows:
            changed[tuple([row[name] for name in names])] = Change(True, row)  # noqa: FBT003 - a named tuple

    def add_once(self, table: Table, row: Row) -> None:
        """Insert a row unless there is one of its key; the first stays as it is."""
        key = _key(table, row)
        if key not in self._known[table.name]:
            self._remember(table, key, row, is_new=True)

    def _remember(self, table: Table, key: Key, row: Row, *, is_new: bool) -> None:
        clean = {name: _storable(value) for name, value in row.items()}
        earlier = self._changed[table.name].get(key)
        self._changed[table.name][key] = Change(earlier.is_new if earlier else is_new, clean)
        self._known[table.name][key] = clean

    def _note(self, table: Table, key: Key, before: Row | None) -> None:
        if self._block < self._undo_from or (table.name, key) in self._noted or table in schema.BOOKKEEPING:
            return
        self._noted.add((table.name, key))
        name = json.dumps(key)
        image = None if before is None else json.dumps(before, sort_keys=True, ensure_ascii=False)
        self.add(schema.undo, {"block_number": self._block, "name": str(table.name), "key": name, "before": image})

    def rows(self, table: Table) -> dict[Key, Row]:
        """Return every row in memory that was made here, by primary key."""
        return {key: change.row for key, change in self._changed[table.name].items()}

    def flush(self, connection: Connection, *, forget: bool = False) -> None:
        """Write what changed; `forget` drops from memory what was written, for work that never ends.

        Rows of a database that was empty at first are still found afterwards: they are loaded again.
        """
        for table in schema.DERIVED:
            changes = self._changed[table.name]
            write(connection, table, changes.values())
            changes.clear()
            if table in schema.APPENDED or table in schema.BOOKKEEPING or forget:
                self._known[table.name].clear()
        if forget:
            self._load = loader(connection)


def loader(connection: Connection) -> Load:
    """Return what fetches a row by primary key from the database."""
    statements = {
        table.name: select(table).where(and_(*(column == bindparam(column.name) for column in table.primary_key)))
        for table in schema.DERIVED
    }

    def load(table: Table, key: Key) -> Row | None:
        found = connection.execute(statements[table.name], dict(zip(KEYS[table.name], key, strict=True)))
        row = found.mappings().one_or_none()
        return None if row is None else dict(row)

    return load


def write(connection: Connection, table: Table, changes: Iterable[Change]) -> None:
    """Insert and update rows of one table."""
    new: list[Row] = []
    other: list[Row] = []
    for is_new, row in changes:
        (new if is_new else other).append(row)
    if new and table in schema.EVENTS:
        insert_rows(connection, table, [tuple(row.values()) for row in new], once=table in schema.NAMED_ONCE)
    elif new:
        connection.execute(insert(table), new)
    if other:
        keys = KEYS[table.name]
        where = and_(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
        values: dict[str, Any] = {
            column.name: bindparam(column.name) for column in table.columns if column.name not in keys
        }
        aliased = [{(f"key_{name}" if name in keys else name): value for name, value in row.items()} for row in other]
        connection.execute(update(table).where(where).values(values), aliased)


def restore(connection: Connection, name: str, key: Key, before: Row | None) -> None:
    """Put one row back as it was: delete it, or bring its former state back."""
    table = schema.metadata.tables[name]
    where = and_(*(table.c[column] == value for column, value in zip(KEYS[name], key, strict=True)))
    connection.execute(delete(table).where(where))
    if before is not None:
        connection.execute(insert(table).values(dict(before)))


def _key(table: Table, row: Row) -> Key:
    return tuple(row[name] for name in KEYS[table.name])


def _storable(value: Any) -> Any:
    return value.replace("\0", _REPLACEMENT) if isinstance(value, str) and "\0" in value else value
