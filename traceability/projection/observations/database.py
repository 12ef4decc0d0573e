"""The database of observations: a file of its own beside the projection's, or tables of their own on PostgreSQL.

It is opened at the first question, since most commands never ask one. On SQLite every connection overwrites what it
deletes (`secure_delete`), and `scrub` rewrites the file and empties the log beside it (WAL), so that not even a page
that is no longer used keeps old bytes. On PostgreSQL deleted rows are vacuumed, which leaves their space to be written
over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from traceability.errors import StorageError
from traceability.ports.observations import Glance
from traceability.projection.database import Database, Quick
from traceability.projection.observations import migrations, schema
from traceability.projection.observations.openings import Openings
from traceability.projection.observations.reports import Reports
from traceability.projection.observations.scans import Scans, read_tally
from traceability.projection.stores import from_milliseconds

FILE: Final = "observations.sqlite3"
"""Its name in the data folder."""

PRAGMAS: Final = ("auto_vacuum = FULL", "secure_delete = ON")
"""Deleted bytes are overwritten, and pages that became free are given back. Set before the first table is made."""

PATIENCE_MILLISECONDS: Final = 2_000
"""How long emptying the log waits for those who are reading."""


class Work:
    """The stores inside one transaction (`ports.observations.ObservationWork`)."""

    def __init__(self, connection: Connection) -> None:
        """Open the stores over a connection."""
        self.connection = connection
        self.scans = Scans(connection)
        self.openings = Openings(connection)
        self.reports = Reports(connection)


class ObservationsDatabase:
    """Where observations lie (`ports.Observations`).

    Args:
        url: SQLAlchemy URL of the database; nothing is opened before the first question.
    """

    def __init__(self, url: str) -> None:
        """Remember where."""
        self._url = url
        self._opening = Lock()
        self._opened: Database | None = None

    @classmethod
    def at(cls, folder: Path) -> "ObservationsDatabase":
        """Return the observations of a data folder, in SQLite."""
        return cls(f"sqlite:///{folder / FILE}")

    @property
    def database(self) -> Database:
        """The database, opened now where it was not. Raises StorageError or ConfigurationError."""
        with self._opening:
            if self._opened is None:
                self._opened = Database(self._url, upgrade=migrations.upgrade, pragmas=PRAGMAS)
            return self._opened

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """Open a transaction that writes, one at a time over all processes."""
        with self.database.writing() as connection:
            migrations.take_turns(connection)
            yield Work(connection)

    @contextmanager
    def view(self) -> Iterator[Work]:
        """Open a transaction that reads."""
        with self.database.reading() as connection:
            yield Work(connection)

    def glance(self, serial: str, visitor: str) -> Glance:
        """Return what is known of a stamp, thousands of times a second."""
        row, _ = self._glance(serial=serial, visitor=visitor)
        if row is None:
            return Glance(None, None)
        *known, last = row
        tally = read_tally(dict(zip(schema.tally.c.keys(), known, strict=True)))
        return Glance(tally, None if last is None else from_milliseconds(last))

    @cached_property
    def _glance(self) -> Quick:
        look = schema.scan.c
        mine = (look.serial == schema.tally.c.serial) & (look.visitor == bindparam("visitor"))
        last = select(func.max(look.at)).where(mine).correlate(schema.tally).scalar_subquery()
        return self.database.quick(select(schema.tally, last).where(schema.tally.c.serial == bindparam("serial")))

    def wipe(self) -> None:
        """Take what was just deleted out of the log, as far as that can be done at once; `scrub` does the rest."""
        if self.database.is_sqlite:
            with self.database.outside() as run:
                run(f"PRAGMA busy_timeout = {PATIENCE_MILLISECONDS}")
                run("PRAGMA wal_checkpoint(TRUNCATE)")

    def scrub(self) -> None:
        """See to it that what was deleted is gone from the files, too. Raises StorageError where it cannot be done."""
        with self.database.outside() as run:
            if not self.database.is_sqlite:
                for table in schema.metadata.sorted_tables:
                    run(f"VACUUM {table.name}")
                return
            run("PRAGMA temp_store = FILE")  # a copy of the file must fit
            run("VACUUM")
            run(f"PRAGMA busy_timeout = {PATIENCE_MILLISECONDS}")
            busy = run("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if busy:
            template = "Deleted observations are still in the log: somebody has been reading for {seconds} seconds."
            raise StorageError(template, seconds=PATIENCE_MILLISECONDS // 1000)

    def close(self) -> None:
        """Let go of the database, if it was ever opened."""
        with self._opening:
            if self._opened is not None:
                self._opened.close()
                self._opened = None
                self.__dict__.pop("_glance", None)
