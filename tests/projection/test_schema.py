"""Tables and the steps that build them."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from traceability.errors import ConfigurationError, StorageError
from traceability.projection import migrations, schema
from traceability.projection.database import Database


def test_migrations_build_what_the_schema_says(database):
    """The steps, run one after the other, arrive at the tables of `schema.py`; none is forgotten."""
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_the_newest_step_is_known_by_name(sqlite):
    """`HEAD` names the last step, so that opening an up-to-date database need not read any of them."""
    with sqlite.reading() as connection:
        assert ScriptDirectory.from_config(migrations.config(connection)).get_current_head() == migrations.HEAD


def test_every_table_is_base_or_derived():
    """A new table has to decide whether a rebuild may drop it."""
    assert {table.name for table in (*schema.BASE, *schema.DERIVED)} == set(schema.metadata.tables)
    assert not set(schema.BASE) & set(schema.DERIVED)


def test_derived_columns_are_plain():
    """Derived rows are texts, integers and (logs as logged) bytes, so that SQLite and PostgreSQL hold the same."""
    plain = (sa.Text, sa.String, sa.Integer, sa.BigInteger)
    odd = [
        f"{table.name}.{column.name}"
        for table in schema.DERIVED
        for column in table.columns
        if not isinstance(column.type, plain)
    ]
    assert odd == ["record.touches", "record.documents"]


def test_a_database_of_a_later_version_is_left_alone(tmp_path):
    """An older program refuses a newer database instead of damaging it."""
    path = tmp_path / "ocop.sqlite3"
    database = Database.at(path)
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StorageError, match="later version"):
        Database.at(path)


@pytest.mark.parametrize("url", ["nonsense", "mysql+nothing://x/y", "sqlite:////no/such/folder/x.sqlite3"])
def test_a_database_that_cannot_be_opened_says_why(url):
    """No exception of SQLAlchemy's comes out."""
    with pytest.raises((ConfigurationError, StorageError)):
        Database(url)


@pytest.mark.parametrize("url", ["mysql://trace:secret@host/x", "mysql+pymysql://host/x", "oracle://host/x"])
def test_a_database_of_another_kind_is_refused_with_those_that_work(url):
    """One sentence about the setting, and nothing about Python's modules."""
    with pytest.raises(ConfigurationError, match="SQLite or PostgreSQL") as refusal:
        Database(url)
    assert "module" not in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert refusal.value.field == "OCOP_DATABASE_URL"


def test_sqlite_is_opened_durably(sqlite):
    """Readers never wait for the writer (WAL), and what is committed is on disk."""
    with sqlite.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_records_are_numbered_as_the_chain_orders_them():
    """A record's number follows from its place, and later places have higher numbers."""
    places = [(1, 0), (1, 1), (1, 999), (2, 0), (1 << 40, 5)]
    numbers = [schema.record_number(*place) for place in places]
    assert numbers == sorted(numbers)
    assert numbers[-1] < 1 << 63
