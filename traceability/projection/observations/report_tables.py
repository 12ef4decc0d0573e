"""The tables of reports of doubt, in the database of observations.

What a sender can take back lies in columns and tables of its own: his words, his contact, his picture. Everything is
deleted in the end. A picture has its own table, so that lists never read one.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from traceability.projection.observations.schema import ROW_NUMBER, metadata

report = Table(
    "report",
    metadata,
    Column("number", ROW_NUMBER, primary_key=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("link", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("known", Integer, nullable=False),
    Column("product", Text, nullable=False),
    Column("lot", Text, nullable=False),
    Column("producer", BigInteger, nullable=False),
    Column("custodian", BigInteger, nullable=False),
    Column("reason", String(24), nullable=False),
    Column("text", Text, nullable=False),
    Column("province", String(2), nullable=False),
    Column("contact", Text, nullable=False),
    Column("shared", Integer, nullable=False),
    Column("picture", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("sent_at", BigInteger, nullable=False),
    Column("visitor", String(24), nullable=False),
    Column("network", String(24), nullable=False),
    Index(None, "state", "number"),
    Index(None, "producer", "number"),
    Index(None, "custodian", "number"),
    Index(None, "link", "sent_at"),
    Index(None, "visitor", "sent_at"),
    Index(None, "network", "sent_at"),
    sqlite_autoincrement=True,  # a number that the offices have spoken of is never given again
)
"""One report. `token` is the SHA-256 of its link; `visitor` and `network` are empty once their day is over."""

report_picture = Table(
    "report_picture",
    metadata,
    Column("report", ForeignKey(report.c.number, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("media_type", String(32), nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""The picture of a report, encoded anew."""

report_change = Table(
    "report_change",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True),
    Column("report", ForeignKey(report.c.number, ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("role", String(16), nullable=False),
    Column("participant", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""One step of a report: who moved it where, when, and with what words."""
