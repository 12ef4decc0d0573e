"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build them."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_attempts", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("locked_until", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("session_epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("folded", name=op.f("uq_account_folded")),
    )
    op.create_table(
        "activation",
        sa.Column("lot", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("lot", "sequence", "position", name=op.f("pk_activation")),
    )
    op.create_table(
        "award",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stars", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decision_date", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Text(), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("inspected", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revoked_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("revoked_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revoked_note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "event_id", name=op.f("pk_award")),
    )
    op.create_table(
        "block",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("time", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("has_logs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_block")),
    )
    op.create_table(
        "cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("height", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block_hash", sa.Text(), nullable=False),
        sa.Column("block_time", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_record", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cursor")),
    )
    op.create_table(
        "document",
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("biz_step", sa.Text(), nullable=False),
        sa.Column("event_time", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("declares_error", sa.Text(), nullable=False),
        sa.Column("opaque", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_event_id"), "document", ["event_id"], unique=False)
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("checked_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
    )
    op.create_table(
        "erasable",
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_erasable")),
    )
    op.create_index(op.f("ix_erasable_subject"), "erasable", ["subject"], unique=False)
    op.create_table(
        "lineage",
        sa.Column("child", sa.String(length=64), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("child", "parent", name=op.f("pk_lineage")),
    )
    op.create_index(op.f("ix_lineage_parent"), "lineage", ["parent"], unique=False)
    op.create_table(
        "lot",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("lot_number", sa.Text(), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("product_uri", sa.Text(), nullable=False),
        sa.Column("product_path", sa.Text(), nullable=False),
        sa.Column("genuine", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("produced_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("expires_on", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("registered_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_lot")),
    )
    op.create_index(op.f("ix_lot_lot_number"), "lot", ["lot_number"], unique=False)
    op.create_index(op.f("ix_lot_product"), "lot", ["product"], unique=False)
    op.create_index(op.f("ix_lot_registered_id"), "lot", ["registered_id"], unique=False)
    op.create_table(
        "operation",
        sa.Column("signer", sa.String(length=42), nullable=False),
        sa.Column("last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("signer", name=op.f("pk_operation")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("touches", sa.LargeBinary(), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_state"), "outbox", ["state"], unique=False)
    op.create_table(
        "participant",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("capacities", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("admitted_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("gln", sa.Text(), nullable=False),
        sa.Column("commitments", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_participant")),
    )
    op.create_index(op.f("ix_participant_code"), "participant", ["code"], unique=False)
    op.create_index(op.f("ix_participant_subject"), "participant", ["subject"], unique=False)
    op.create_table(
        "participant_key",
        sa.Column("address", sa.String(length=42), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_block", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("added_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_participant_key")),
    )
    op.create_index(op.f("ix_participant_key_participant"), "participant_key", ["participant"], unique=False)
    op.create_table(
        "product",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("description_vi", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("shelf_life_days", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("net_content", sa.Text(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("is_material", sa.Integer(), nullable=False),
        sa.Column("commitments", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("registered_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_product")),
    )
    op.create_table(
        "recall",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lifted_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", "sequence", name=op.f("pk_recall")),
    )
    op.create_index(op.f("ix_recall_lifted_id"), "recall", ["lifted_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block_hash", sa.Text(), nullable=False),
        sa.Column("block_time", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transaction_hash", sa.Text(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("touches", sa.LargeBinary(), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("capacities", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("from_block", sa.Text(), nullable=False),
        sa.Column("opaque", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_table(
        "shipment",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sender", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("receiver", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("ended_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", "sequence", name=op.f("pk_shipment")),
    )
    op.create_table(
        "stamp",
        sa.Column("serial", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_stamp")),
        sa.UniqueConstraint("record_id", "position", "number", name=op.f("uq_stamp_record_id_position_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stamp_run",
        sa.Column("lot", sa.String(length=64), nullable=False),
        sa.Column("run", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("lot", "run", name=op.f("pk_stamp_run")),
        sa.UniqueConstraint("record_id", "position", name=op.f("uq_stamp_run_record_id_position")),
    )
    op.create_table(
        "stamp_seed",
        sa.Column("lot", sa.String(length=512), nullable=False),
        sa.Column("run", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("lot", "run", name=op.f("pk_stamp_seed")),
    )
    op.create_table(
        "subject",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("consumed", sa.Text(), nullable=False),
        sa.Column("stamped", sa.Text(), nullable=False),
        sa.Column("receiver", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("created_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("updated_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("open_recall", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("open_shipment", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_subject")),
    )
    op.create_index(op.f("ix_subject_open_recall"), "subject", ["open_recall"], unique=False)
    op.create_index(op.f("ix_subject_owner"), "subject", ["owner"], unique=False)
    op.create_index(op.f("ix_subject_receiver"), "subject", ["receiver"], unique=False)
    op.create_table(
        "touch",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("counterparty", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("claimed", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_document", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_count", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("participant", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("capacities", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("custodian", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "sequence", name=op.f("pk_touch")),
    )
    op.create_index(op.f("ix_touch_record_id_position"), "touch", ["record_id", "position"], unique=False)
    op.create_table(
        "undo",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("block_number", "name", "key", name=op.f("pk_undo")),
    )
    op.create_table(
        "outbox_subject",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_outbox_subject_outbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outbox_id", "subject", name=op.f("pk_outbox_subject")),
    )
    op.create_index(op.f("ix_outbox_subject_subject"), "outbox_subject", ["subject"], unique=False)
