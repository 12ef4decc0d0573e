"""One database behind one URL, SQLite or PostgreSQL, opened the same way everywhere.

SQLite runs in WAL mode, so that readers never wait for the one writer, and with full synchronisation, since the outbox
is a promise. Transactions that write say so when they begin: SQLite takes its write lock then and there, instead of
failing half-way. Opening brings the tables up to date.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, Select, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from traceability.errors import ConfigurationError, StorageError
from traceability.projection import migrations
from traceability.projection.units import UnitOfWork

BUSY_MILLISECONDS = 20_000
"""How long a writer waits for another one, in this process or the next, before it gives up."""

BACKENDS = ("sqlite", "postgresql")
"""Databases that the tables can be kept in."""

READERS = 24
"""Most connections that are kept open: more than the threads of a server."""

_WRITES = "ocop_writes"


class Database:
    """The projection's tables and the stores beside them.

    Args:
        url: SQLAlchemy URL, such as `sqlite:////data/ocop.sqlite3` or `postgresql+psycopg://user@host/name`.
        upgrade: brings the tables up to date, inside the first transaction.
        pragmas: what else each connection of SQLite is told, before anything of ours.

    Raises:
        ConfigurationError: the URL cannot be understood or needs a driver that is not installed.
        StorageError: the database cannot be opened, or was made by a later version of this program.
    """

    def __init__(
        self,
        url: str,
        *,
        upgrade: Callable[[Connection], None] = migrations.upgrade,
        pragmas: Sequence[str] = (),
    ) -> None:
        """Open the database and bring its tables up to date."""
        self.engine = _engine(url, pragmas)
        self.kept: list[sqlite3.Connection] = []
        self._local = threading.local()
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = self.engine.execution_options(**{_WRITES: True})
        try:
            with self.writing() as connection:
                upgrade(connection)
        except BaseException:
            self.close()
            raise

    @classmethod
    def at(cls, path: Path) -> "Database":
        """Open the SQLite database of a data folder, making it where there is none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{path}")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of everything. Raises StorageError for trouble in the database."""
        with _translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes; it commits at the end, or not at all. Raises StorageError like `reading`."""
        with _translated(), self._writer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def outside(self) -> Iterator[Callable[[str], list[Any]]]:
        """Yield what runs statements that no transaction may hold, such as VACUUM, and returns their rows.

        Raises StorageError for trouble in the database.
        """
        with _translated():
            pooled = self.engine.raw_connection()
            pooled.detach()
        plain: Any = pooled.dbapi_connection
        if not self.is_sqlite:
            plain.autocommit = True

        def run(statement: str) -> list[Any]:
            cursor = plain.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

        try:
            yield run
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise StorageError("The database refused: {reason}.", reason=str(error)) from error
        finally:
            plain.close()

    def quick(self, statement: Select[Any]) -> "Quick":
        """Return a statement that is asked thousands of times a second, ready to ask from any thread."""
        return Quick(self, statement)

    def keep(self) -> sqlite3.Connection:
        """Return the connection that this thread keeps for quick questions to SQLite. Raises StorageError."""
        kept: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if kept is None:
            with _translated():
                pooled = self.engine.raw_connection()
                pooled.detach()
            kept = cast("sqlite3.Connection", pooled.dbapi_connection)
            self._local.connection = kept
            self.kept.append(kept)
        return kept

    def begin(self) -> UnitOfWork:
        """Open a unit of work over the base tables: `with database.begin() as work: work.outbox.add(...)`."""
        return UnitOfWork(self.writing)

    def look(self) -> UnitOfWork:
        """Open a unit of work that changes nothing: it takes no lock, so that readers wait for nobody."""
        return UnitOfWork(self.reading)

    def close(self) -> None:
        """Close every connection."""
        for connection in self.kept:
            connection.close()
        self.kept.clear()
        self.engine.dispose()


class Quick:
    """One SELECT without ceremony: on SQLite it goes straight to a connection that the thread keeps.

    A pool, a transaction and a compiler around a look-up by primary key take ten times as long as the look-up.

    Args:
        database: what to ask.
        statement: returns one row or none, or (`all`) a few rows; its parameters are given by name.
    """

    def __init__(self, database: Database, statement: Select[Any]) -> None:
        """Compile the statement."""
        self._database = database
        self._statement = statement
        compiled = statement.compile(database.engine)
        self._text, self._order = str(compiled), tuple(compiled.positiontup or ())
        self._fixed = compiled.params

    def __call__(self, **parameters: Any) -> tuple[tuple[Any, ...] | None, int]:
        """Return the row, and a number that changes when another connection has written to the database.

        Raises StorageError for trouble in the database. PostgreSQL knows no such number; there it is always 0.
        """
        if not self._database.is_sqlite:
            with self._database.reading() as connection:
                found = connection.execute(self._statement, parameters).one_or_none()
            return (None if found is None else tuple(found)), 0
        kept = self._database.keep()
        try:
            version = kept.execute("PRAGMA data_version").fetchone()[0]
            return kept.execute(self._text, self._in_order(parameters)).fetchone(), version
        except sqlite3.Error as error:
            raise StorageError("The database refused: {reason}.", reason=str(error)) from error

    def all(self, **parameters: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a statement that has a few. Raises StorageError for trouble in the database."""
        if not self._database.is_sqlite:
            with self._database.reading() as connection:
                return [tuple(row) for row in connection.execute(self._statement, parameters)]
        try:
            return self._database.keep().execute(self._text, self._in_order(parameters)).fetchall()
        except sqlite3.Error as error:
            raise StorageError("The database refused: {reason}.", reason=str(error)) from error

    def _in_order(self, parameters: dict[str, Any]) -> list[Any]:
        values = self._fixed | parameters
        return [values[name] for name in self._order]


def _engine(url: str, pragmas: Sequence[str]) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in BACKENDS:
            raise ConfigurationError(
                "The tables are kept in SQLite or PostgreSQL, not in {kind}. Set OCOP_DATABASE_URL to an address that "
                "begins with postgresql+psycopg://, or leave it empty for SQLite in the data folder.",
                field="OCOP_DATABASE_URL",
                kind=parsed.get_backend_name(),
            )
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, pool_size=READERS, max_overflow=READERS)
            event.listen(engine, "connect", partial(_prepare_sqlite, pragmas))
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        options = "-c timezone=UTC"
        return create_engine(parsed, pool_size=READERS, pool_pre_ping=True, connect_args={"options": options})
    except (ArgumentError, ImportError, SQLAlchemyError) as error:
        template = "The database address {url} cannot be used: {reason}"
        hidden = url.partition("@")[2] or url  # what stands before @ may be a password
        raise ConfigurationError(template, field="OCOP_DATABASE_URL", url=hidden, reason=str(error)) from error


def _prepare_sqlite(pragmas: Sequence[str], connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that schema changes are part of transactions
    for pragma in (
        *pragmas,
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -65536",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise StorageError("The database refused: {reason}.", reason=reason) from error
