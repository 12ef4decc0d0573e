"""The tables of what is seen of stamps.

Nothing here names a person or a phone: a visitor is a token that means nothing once the key of its day is deleted, and
a place is a commune, kept only where somebody offered it. Times are milliseconds since 1970 (UTC). `scan` holds single
looks and forgets them after a while; `tally` holds what remains of them, one row for each stamp that was ever seen.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from traceability.projection.schema import NAMING

metadata = MetaData(naming_convention=NAMING)

ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Numbers that the database gives: SQLite counts rows by itself for its own kind of integer only."""

step = Table(
    "observation_step",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
)
"""One row: which step of `migrations` the tables have seen."""

day_key = Table(
    "day_key",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)
"""The key of today's visitor tokens, shared by the processes of one service."""

chore = Table(
    "chore",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("day", String(10), nullable=False),
)
"""On which day a daily task was last begun, so that one of several processes does it."""

scan = Table(
    "scan",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True),
    Column("serial", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("visitor", String(24), nullable=False),
    Column("referrer", String(64), nullable=False),
    Column("commune", String(5), nullable=False),
    Index(None, "serial", "at"),
    Index("ix_scan_of_visitor", "serial", "visitor", "at"),
)
"""One look of one visitor at one stamp."""

tally = Table(
    "tally",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("lot", Text, nullable=False),
    Column("run", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("scans", BigInteger, nullable=False),
    Column("visitors", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=True),
    Column("last_at", BigInteger, nullable=True),
    Column("opened_at", BigInteger, nullable=True),
    Column("opened_by", String(24), nullable=False),
    Column("level", Integer, nullable=False),
    Column("signals", Text, nullable=False),
    Index(None, "lot", "run"),
    Index(None, "level", "last_at"),
)
"""What was seen of one stamp in all, and what the rules for copies make of it."""

attempt = Table(
    "attempt",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True),
    Column("serial", Text, nullable=False),
    Column("visitor", String(24), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "serial", "at"),
    Index(None, "visitor", "at"),
)
"""A wrong second code: that there was one, never which."""
