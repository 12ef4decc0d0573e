"""Every table, in two lists that matter.

*Base* tables hold what is nowhere else: log-ins, the outbox, seeds, and the erasable values behind commitments.
*Derived* tables hold what the chain says and nothing else: drop them, project the chain again, and the same rows come
back, byte for byte. So that this is true on SQLite and PostgreSQL alike, derived columns are plain texts and integers:
hashes in lower-case hexadecimal, times in milliseconds since 1970 (UTC), days as ISO 8601, quantities (up to 2^72) as
decimal text. A row of the chain is numbered by where it stands: see `record_number`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.sql.schema import SchemaItem

PROJECTION_VERSION = 6
"""Raised whenever projectors or derived tables change: a projection made by another version is made anew."""

PLACE_BITS = 40
"""Bits of a node's number that hold its place in its level."""

LOG_BITS = 20
"""Bits of a record's number that hold the index of its log in the block."""

EVENT_BITS = 10
"""Bits of an event's number that hold its place among the documents of its record."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""How indexes and constraints are called, in every database of ours."""

metadata = MetaData(naming_convention=NAMING)


def record_number(block_number: int, log_index: int) -> int:
    """Return the number of the record at a place on the chain.

    It orders records as the chain does, after every rebuild.
    """
    return block_number << LOG_BITS | log_index


def event_number(record: int, position: int) -> int:
    """Return the number of the event at a place in a record: events are ordered as the chain orders them."""
    return record << EVENT_BITS | position


def since(table: Table, record: int) -> "ColumnElement[bool]":
    """Return the condition for the rows of an appended table that came with a record or with a later one."""
    if table in NAMED_ONCE:
        return table.c.first >= event_number(record, 0)
    if table in EVENTS:
        return table.c.number >= event_number(record, 0)
    return (table.c.id if table.name == "record" else table.c.record_id) >= record


def node_number(level: int, place: int) -> int:
    """Return the number of a node in the tree of a run: nodes are ordered by level, then from left to right."""
    return level << PLACE_BITS | place


def _text(name: str, *, nullable: bool = False) -> "Column[str]":
    return Column(name, Text, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> "Column[int]":
    return Column(name, BigInteger, nullable=nullable, autoincrement=False)


def _flag(name: str) -> "Column[int]":
    """Make a yes or no as 1 or 0, so that rows of both databases compare equal."""
    return Column(name, Integer, nullable=False)


def _key(name: str, *, primary: bool = True) -> "Column[str]":
    """Make a column for a subject's key, 64 hexadecimal digits."""
    return Column(name, String(64), primary_key=primary, nullable=False)


def _place(name: str) -> "Column[int]":
    """Make the key of a table whose rows are sought by their number: in SQLite the number is the row's own."""
    return Column(name, BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False)


def _sorted_text(name: str, *, primary: bool = False) -> "Column[str]":
    """Make a text that is ordered by its UTF-8 bytes in both databases, whatever language the server speaks."""
    kind = Text().with_variant(Text(collation="C"), "postgresql")
    return Column(name, kind, primary_key=primary, nullable=False)


def _table(name: str, *items: SchemaItem) -> Table:
    return Table(name, metadata, *items)


# ---------------------------------------------------------------------------------------------------------- base tables
account = _table(
    "account",
    Column("id", Integer, primary_key=True),
    _text("name"),
    Column("folded", Text, nullable=False, unique=True),
    _text("role"),
    _number("participant"),
    _text("password_hash"),
    _text("language"),
    Column("active", Boolean, nullable=False),
    _number("failed_attempts"),
    _number("locked_until", nullable=True),
    _number("session_epoch"),
)

outbox = _table(
    "outbox",
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    _text("signer"),
    _text("operation"),
    _number("deadline"),
    Column("touches", LargeBinary, nullable=False),
    Column("documents", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    _text("result"),
    _text("state"),
    Column("transaction_hash", LargeBinary, nullable=True),
    _number("attempts"),
    _text("error"),
    _number("block_number", nullable=True),
    Index(None, "state"),
)

outbox_subject = _table(
    "outbox_subject",
    Column("outbox_id", Integer, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    _key("subject"),
    Index(None, "subject"),
)

operation = _table(
    "operation",
    Column("signer", String(42), primary_key=True),
    _number("last"),
)

erasable = _table(
    "erasable",
    Column("commitment", String(64), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    _text("subject"),
    _text("label"),
    _text("text", nullable=True),
    _text("blob", nullable=True),
    _text("media_type"),
    Index(None, "subject"),
)

stamp_seed = _table(
    "stamp_seed",
    Column("lot", String(512), primary_key=True),
    Column("run", BigInteger, primary_key=True, autoincrement=False),
    _number("count"),
    Column("sealed", LargeBinary, nullable=False),
)

job = _table(
    "job",
    Column("id", String(32), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    _text("fingerprint"),
    _text("kind"),
    _text("state"),
    _text("phase"),
    _number("participant"),
    _text("actor"),
    _text("lot"),
    _text("lot_path"),
    _text("lot_number"),
    _number("run"),
    _number("first"),
    _number("last"),
    _text("medium"),
    _text("spec"),
    _number("done"),
    _number("total"),
    _text("checkpoint"),
    _text("result"),
    _text("error"),
    _number("created_at"),
    _number("finished_at", nullable=True),
    _number("file_until", nullable=True),
    _text("lease_owner"),
    _number("lease_until"),
    Index(None, "state", "lease_until"),
    Index(None, "participant", "created_at"),
    Index(None, "lot", "run"),
)
"""Long work: who asked for what, how far it is, and which process works on it until when."""

api_key = _table(
    "api_key",
    Column("id", String(32), primary_key=True),
    Column("secret_hash", String(64), nullable=False),
    _text("label"),
    _number("participant"),
    _text("created_by"),
    _number("created_at"),
    _number("expires_at", nullable=True),
    _number("last_used_at", nullable=True),
    _number("revoked_at", nullable=True),
    Index(None, "participant"),
)
"""Keys with which programs speak for a participant; of the secret part only the hash is kept."""

named_query = _table(
    "named_query",
    Column("name", String(128), primary_key=True),
    _number("participant"),
    _text("query"),
    _number("created_at"),
)
"""Questions to the EPCIS repository that somebody has given a name."""

edition = _table(
    "edition",
    Column("id", Integer, primary_key=True, autoincrement=False),
    _number("number"),
    _number("checked_at", nullable=True),
)
"""One row: a number raised by every change of a base table, and when the indexer last heard from the chain."""

# ------------------------------------------------------------------------------------------------------- derived tables
cursor = _table(
    "cursor",
    Column("id", Integer, primary_key=True, autoincrement=False),
    _number("version"),
    _text("chain_id"),
    _text("contract"),
    _number("height"),
    _text("block_hash"),
    _number("block_time"),
    _number("last_record"),
)
"""One row: which ledger was read, by which version of the projectors, and up to which block."""

block = _table(
    "block",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _text("hash"),
    _number("time"),
    _flag("has_logs"),
)
"""Blocks that hold a record, and the newest ones whatever they hold."""

record = _table(
    "record",
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _number("block_number"),
    _text("block_hash"),
    _number("block_time"),
    _text("transaction_hash"),
    _number("log_index"),
    _text("type"),
    _text("signer"),
    _text("operation"),
    Column("touches", LargeBinary, nullable=False),
    Column("documents", LargeBinary, nullable=False),
    _number("participant"),
    _text("subject"),
    _number("capacities"),
    _text("address"),
    _text("from_block"),
    _text("opaque"),
)
"""Each log as it was logged. `opaque` says why the documents could not be read, and is empty where they could."""

touch = _table(
    "touch",
    _key("subject"),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    _number("record_id"),
    _number("position"),
    _number("kind"),
    _text("amount"),
    _number("counterparty"),
    _number("claimed"),
    _number("first_document"),
    _number("document_count"),
    _text("head"),
    _number("participant"),
    _number("capacities"),
    _flag("custodian"),
    Index(None, "record_id", "position"),
)
"""A subject's history with the head after each touch, who signed it, what it might do, and whether it had custody."""

document = _table(
    "document",
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    _text("event_id"),
    _text("type"),
    _text("biz_step"),
    _number("event_time", nullable=True),
    _text("declares_error"),
    _text("opaque"),
    _text("body"),
    Index(None, "event_id"),
)
"""Each document in canonical JSON, with what lists sort and look up by."""

subject = _table(
    "subject",
    _key("key"),
    _text("uri"),
    _text("type"),
    _text("head"),
    _number("sequence"),
    _number("owner"),
    _number("status"),
    _text("declared"),
    _text("consumed"),
    _text("stamped"),
    _number("receiver"),
    _number("created_id"),
    _number("updated_id"),
    _number("participant"),
    _number("open_recall"),
    _number("open_shipment"),
    Index(None, "owner"),
    Index(None, "receiver"),
    Index(None, "open_recall"),
)
"""What the contract stores of each subject, and the URI that it is the hash of, as far as a document tells.

`participant` is the number of the participant whose own history this is, `open_recall` and `open_shipment` the places
in the history of a recall that is not lifted and of a shipment that has not arrived; 0 for none.
"""

participant = _table(
    "participant",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _key("subject", primary=False),
    _number("capacities"),
    _number("admitted_id"),
    _text("uri"),
    _text("code"),
    _text("kind"),
    _text("gln"),
    _text("commitments"),
    Index(None, "subject"),
    Index(None, "code"),
)

participant_key = _table(
    "participant_key",
    Column("address", String(42), primary_key=True),
    _number("participant"),
    _number("from_block"),
    _number("until_block", nullable=True),
    _number("added_id"),
    Index(None, "participant"),
)

product = _table(
    "product",
    _key("subject"),
    _text("uri"),
    _text("path"),
    _text("gtin"),
    _text("code"),
    _text("name_vi"),
    _text("name_en"),
    _text("description_vi"),
    _text("description_en"),
    _text("family"),
    _text("sector"),
    _text("unit"),
    _number("shelf_life_days", nullable=True),
    _text("brand"),
    _text("net_content"),
    _text("standard"),
    _flag("is_material"),
    _text("commitments"),
    _text("folded"),
    _number("registered_id"),
)

lot = _table(
    "lot",
    _key("subject"),
    _text("uri"),
    _text("path"),
    _text("lot_number"),
    _key("product", primary=False),
    _text("product_uri"),
    _text("product_path"),
    _flag("genuine"),
    _text("unit"),
    _number("produced_at", nullable=True),
    _text("expires_on"),
    _text("origin"),
    _text("folded"),
    _number("registered_id"),
    Index(None, "product"),
    Index(None, "registered_id"),
    Index(None, "lot_number"),
)
"""`genuine` is 0 for a lot that its product's custodian did not make: it is shown to nobody as that product's lot."""

lineage = _table(
    "lineage",
    _key("child"),
    _key("parent"),
    _text("amount"),
    _number("record_id"),
    Index(None, "parent"),
)
"""So much of `parent` (in its base unit) went into the making of `child`."""

award = _table(
    "award",
    _key("subject"),
    Column("event_id", Text, primary_key=True),
    _text("kind"),
    _number("stars"),
    _text("issuer"),
    _text("decision_number"),
    _text("decision_date"),
    _text("number"),
    _text("scope"),
    _text("valid_from"),
    _text("valid_to"),
    _number("participant"),
    _flag("inspected"),
    _number("record_id"),
    _number("revoked_id", nullable=True),
    _number("revoked_by"),
    _text("revoked_note"),
)
"""OCOP ratings and certificates. `inspected` is 1 where an inspector that is not the custodian signed."""

product_link = _table(
    "product_link",
    _key("subject"),
    Column("event_id", Text, primary_key=True),
    _text("type"),
    _text("href"),
    _text("language"),
    _text("media_type"),
    _number("participant"),
    _number("record_id"),
    _number("withdrawn_id", nullable=True),
    _number("withdrawn_by"),
)
"""Links from a product to pages elsewhere, as its custodians declared them."""

recall = _table(
    "recall",
    _key("subject"),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    _text("reason"),
    _text("note"),
    _number("participant"),
    _number("record_id"),
    _number("lifted_id", nullable=True),
    _number("lifted_by"),
    Index(None, "lifted_id"),
)

shipment = _table(
    "shipment",
    _key("subject"),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    _number("sender"),
    _number("receiver"),
    _number("record_id"),
    _number("ended_id", nullable=True),
    _number("ended_by"),
)

stamp_run = _table(
    "stamp_run",
    _key("lot"),
    Column("run", BigInteger, primary_key=True, autoincrement=False),
    _number("count"),
    _text("root"),
    _flag("opened"),
    _number("filled"),
    _number("record_id"),
    _number("position"),
    UniqueConstraint("record_id", "position"),
)
"""`opened` is 1 where the seed is known here and brings back the very stamps that the root vouches for.

`filled` says how many of them are in the table `stamp` so far.
"""

stamp = Table(
    "stamp",
    metadata,
    Column("serial", String(20), primary_key=True),
    _number("record_id"),
    _number("position"),
    _number("number"),
    sqlite_with_rowid=False,
)
"""Stamps ready to scan: `record_id` and `position` name the run, `number` counts from 1."""

stamp_tree = _table(
    "stamp_tree",
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("node", BigInteger, primary_key=True, autoincrement=False),
    _text("hash"),
    _text("serials"),
)
"""The Merkle tree of a run from the level on where a node stands for 64 stamps (`node_number`), its root included.

A node of the lowest kept level has the serials of its stamps, joined, in their order: with them and some fourteen nodes
above, a stamp's inclusion proof is made. (SQLite keeps rows of more than a kilobyte in one piece only beside a rowid.)
"""

stamp_mark = _table(
    "stamp_mark",
    _key("lot"),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    _text("kind"),
    _number("run"),
    _number("first"),
    _number("last"),
    _text("reason"),
    _text("medium"),
    _flag("codes"),
    _number("participant"),
    _flag("custodian"),
    _number("record_id"),
)
"""What was said of ranges of stamps, as far as its author's word counts: printed, activated, voided, restored.

`custodian` is 0 where an inspector said it who did not have the goods.
"""

epcis_event = _table(
    "epcis_event",
    _place("number"),
    _number("event_time"),
    _number("record_time"),
    _number("kind"),
    Index(None, "event_time", "number"),
    Index(None, "record_time", "number"),
    Index(None, "kind", "event_time", "number"),
)
"""Events of the EPCIS repository (`event_number`), times in microseconds; `kind` is a `code` of `epcis_kind`.

What such an event says lies in `document`, where it stands on chain in `record`.
"""

epcis_kind = Table(
    "epcis_kind",
    metadata,
    Column("code", BigInteger, primary_key=True, autoincrement=False),
    _text("type"),
    _text("action"),
    _text("biz_step"),
    _text("disposition"),
    _number("first"),
)
"""What events are at first glance, words in their short form; `first` is the number of the first event of a kind."""

epcis_fact = Table(
    "epcis_fact",
    metadata,
    Column("fact", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which events say what: a fact, such as `bizLocation` with its value, is known by the hash of both (`fact_code`).

Rows of sixteen bytes in the order of the index: a question about two facts walks two short lists side by side.
"""

epcis_measure = Table(
    "epcis_measure",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("field", BigInteger, primary_key=True, autoincrement=False),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "field", "value", "number"),
    sqlite_with_rowid=False,
)
"""Numbers and times that events state, in integers of the same order; `field` is the hash of a name."""

epcis_order = Table(
    "epcis_order",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("field", BigInteger, primary_key=True, autoincrement=False),
    _sorted_text("value"),
    Index(None, "field", "value", "number"),
    sqlite_with_rowid=False,
)
"""By what events are sorted where a question names an extension field: one text each, in the order of the values."""

epcis_name = Table(
    "epcis_name",
    metadata,
    Column("resource", String(16), primary_key=True, nullable=False),
    _sorted_text("name", primary=True),
    _number("first"),
    sqlite_with_rowid=False,
)
"""Identifiers that events use, canonical, each with the number of the first event that uses it."""

undo = _table(
    "undo",
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    _text("before", nullable=True),
)
"""How rows that change looked before the newest blocks, so that the indexer can step back when the chain does."""

# ------------------------------------------------------------------------------------------------------------ the lists
BASE = (account, outbox, outbox_subject, operation, erasable, stamp_seed, job, api_key, named_query, edition)
"""Never dropped: what they hold is nowhere else."""

NAMED_ONCE = (epcis_kind, epcis_name)
"""Derived tables whose rows belong to the first event that needs them (`first`); later ones find them there."""

EVENTS = (epcis_event, epcis_fact, epcis_measure, epcis_order, *NAMED_ONCE)
"""Derived tables by which questions to the EPCIS repository find events; what they tell lies in `document`."""

APPENDED = (record, touch, document, lineage, stamp, stamp_tree, stamp_mark, *EVENTS)
"""Derived tables whose rows never change; each row belongs to one record."""

CHANGING = (subject, participant, participant_key, product, lot, award, product_link, recall, shipment, stamp_run)
"""Derived tables whose rows follow a history."""

BOOKKEEPING = (cursor, block, undo)
"""Derived tables that say how far the projection is."""

DERIVED = (*APPENDED, *CHANGING, *BOOKKEEPING)
"""Dropped and made anew by a rebuild."""
