"""API keys and named queries; events of the EPCIS repository and what they are found by.

Derived tables are made empty: they are projected anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build what is new."""
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )
    op.create_index(op.f("ix_api_key_participant"), "api_key", ["participant"], unique=False)
    op.create_table(
        "named_query",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_named_query")),
    )
    op.create_table(
        "product_link",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("withdrawn_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", "event_id", name=op.f("pk_product_link")),
    )
    _events()


def _events() -> None:
    op.create_table(
        "epcis_event",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("event_time", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_time", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_epcis_event")),
    )
    op.create_index(op.f("ix_epcis_event_event_time_number"), "epcis_event", ["event_time", "number"], unique=False)
    op.create_index(op.f("ix_epcis_event_record_time_number"), "epcis_event", ["record_time", "number"], unique=False)
    op.create_index(
        op.f("ix_epcis_event_kind_event_time_number"), "epcis_event", ["kind", "event_time", "number"], unique=False
    )
    op.create_table(
        "epcis_kind",
        sa.Column("code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("biz_step", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_epcis_kind")),
    )
    op.create_table(
        "epcis_fact",
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("fact", "number", name=op.f("pk_epcis_fact")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "epcis_measure",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", "field", "value", name=op.f("pk_epcis_measure")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_epcis_measure_field_value_number"), "epcis_measure", ["field", "value", "number"], unique=False
    )
    op.create_table(
        "epcis_order",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("number", "field", name=op.f("pk_epcis_order")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_epcis_order_field_value_number"), "epcis_order", ["field", "value", "number"], unique=False
    )
    op.create_table(
        "epcis_name",
        sa.Column("resource", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("resource", "name", name=op.f("pk_epcis_name")),
        sqlite_with_rowid=False,
    )
