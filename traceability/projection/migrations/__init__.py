"""Steps that bring an older database up to date, run by Alembic whenever a database is opened.

To change a table: change `schema.py`, write the next file in `versions/`, and raise `HEAD`. A test compares what the
steps build with `schema.py`. Derived tables need no step that converts rows: drop and make them, and raise
`schema.PROJECTION_VERSION`, so that they are projected anew.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from traceability.errors import StorageError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0003"
"""The newest step."""

_LOCK = 0x0C09
"""Any number: PostgreSQL lets one process at a time past it, so that two workers do not both migrate."""


def upgrade(connection: Connection) -> None:
    """Run the steps that a database has not seen. Raises StorageError when it has seen one that is unknown here."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    seen = _seen(connection)
    if seen == HEAD:
        return
    if seen is not None and seen > HEAD:
        template = (
            "The database was made by a later version (step {seen}; this program knows {head}). Install that version."
        )
        raise StorageError(template, seen=seen, head=HEAD)
    from alembic import command  # noqa: PLC0415 - half a second of every start, needed once in a database's life

    command.upgrade(config(connection), "head")


def config(connection: Connection) -> "Config":
    """Return Alembic's configuration for a connection of ours."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _seen(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
