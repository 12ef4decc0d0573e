"""Whether stored rows still are what stored logs say: the check that comes before anything about a lot is shown.

A lot's history is folded again from the stored logs, together with everything it rests on: the lots it was made from,
their products, and the participants who signed. What comes out is compared with the tables, row by row. Only the
verifier can tell whether the stored logs are those of the chain; this check needs no chain, so a scan can afford it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from traceability.errors import OcopTraceError
from traceability.projection import schema
from traceability.projection.keeping import commitments_in
from traceability.projection.logs import RECORDED, log_of
from traceability.projection.projectors import Projector
from traceability.projection.reading import open_blob
from traceability.projection.rows import KEYS, Key, Row, Rows
from traceability.proofs.commitments import check_commitment

NEVER = 1 << 62
"""A block that no chain reaches: nothing is noted for undoing."""

SUBJECT_COLUMN: Mapping[str, str] = {
    "touch": "subject",
    "subject": "key",
    "product": "subject",
    "lot": "subject",
    "lineage": "child",
    "award": "subject",
    "product_link": "subject",
    "recall": "subject",
    "shipment": "subject",
    "stamp_run": "lot",
    "stamp_mark": "lot",
}
"""Tables whose rows belong to one subject, with the column that names it."""

BY_ROOT = frozenset({schema.stamp, schema.stamp_tree})
"""Tables that are compared with the Merkle roots on record, not row by row."""

APART = frozenset((*BY_ROOT, *schema.EVENTS))
"""Tables that no lot's page rests on: events are found by them. They are compared when everything is."""

FLAGGED = frozenset({"note", "picture"})
"""Labels of erasable values that carry a word of their own on whether they still are what was recorded."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what it should be."""

    table: str
    key: Key
    what: str
    """`missing`, `surplus`, `altered: column, ...`, or why it cannot be read."""

    def __str__(self) -> str:
        key = ", ".join(str(part) for part in self.key)
        return f"{self.table} ({key}) is {self.what}"


@dataclass(frozen=True, slots=True)
class Closure:
    """A lot and everything it rests on.

    Args:
        subjects: keys of the lot, its ancestors, their products and the participants who signed.
        records: numbers of every record that touches them or tells who their signers are.
        participants: numbers of those who signed.
    """

    subjects: frozenset[str]
    records: tuple[int, ...]
    participants: frozenset[int]


def closure_of(connection: Connection, keys: Iterable[str]) -> Closure:
    """Return what lots, products or participants rest on."""
    touch, goods, lineage = schema.touch.c, schema.lot.c, schema.lineage.c
    start = set(keys)
    walk = select(lineage.parent.label("key")).where(lineage.child.in_(start)).cte("walk", recursive=True)
    walk = walk.union(select(lineage.parent).join(walk, lineage.child == walk.c.key))
    subjects = start | set(connection.execute(select(walk.c.key)).scalars())
    subjects |= set(connection.execute(select(goods.product).where(goods.subject.in_(subjects))).scalars())
    signers: set[int] = set()
    while True:  # who signed, who admitted those, and who admitted them: the operator in the end
        signed = select(touch.participant).where(touch.subject.in_(subjects)).distinct()
        found = set(connection.execute(signed).scalars())
        if found <= signers:
            break
        signers |= found
        own = select(schema.participant.c.subject).where(schema.participant.c.number.in_(signers))
        subjects |= set(connection.execute(own).scalars())
    touching = select(touch.record_id).where(touch.subject.in_(subjects))
    record = schema.record.c
    about = (record.type != RECORDED) & record.participant.in_(signers)
    numbers = connection.execute(select(record.id).where(or_(record.id.in_(touching), about))).scalars()
    return Closure(frozenset(subjects), tuple(sorted(numbers)), frozenset(signers))


def check_lot(connection: Connection, key: str, namespace: str) -> list[Difference]:
    """Return how the tables differ from the stored logs where a lot is concerned; nothing when all agrees.

    The roots of its stamp runs are among that. The stamps are not: a scan checks the inclusion proof of its own.

    Args:
        connection: the tables.
        key: the lot's.
        namespace: URI space of what has no GS1 number.
    """
    closure = closure_of(connection, [key])
    table = schema.record
    logged = connection.execute(select(table).where(table.c.id.in_(closure.records)).order_by(table.c.id))
    stored = [dict(row) for row in logged.mappings()]
    rows = Rows(undo_from=NEVER)
    projector = Projector(rows, namespace, events=False)
    for row in stored:
        try:
            number = projector.project(log_of(row))
        except OcopTraceError as error:
            return [Difference("record", (row["id"],), f"unreadable: {error}")]
        if number != row["id"]:
            return [Difference("record", (row["id"],), "out of its place")]
    found = compare(connection, rows, closure)
    return [*found, *_misdated(connection, stored), *_replaced(connection, stored)]


def _misdated(connection: Connection, stored: Iterable[Row]) -> Iterator[Difference]:
    """Compare what records say of their blocks, the time above all, with the blocks themselves."""
    table = schema.block.c
    numbers = {row["block_number"] for row in stored}
    wanted = select(table.number, table.hash, table.time).where(table.number.in_(numbers))
    blocks = {number: (block_hash, time) for number, block_hash, time in connection.execute(wanted)}
    for row in stored:
        if (block := blocks.get(row["block_number"])) is None:
            yield Difference("block", (row["block_number"],), "missing")
        elif block != (row["block_hash"], row["block_time"]):
            yield Difference("record", (row["id"],), "altered: block_hash, block_time")


def _replaced(connection: Connection, stored: Iterable[Row]) -> Iterator[Difference]:
    """Find names, addresses and places that do not open the commitments on record; erased ones are no difference."""
    blobs = (open_blob(bytes(row["documents"])) for row in stored if row["type"] == RECORDED)
    named = (pair for blob in blobs for members in blob.members for pair in commitments_in(members))
    wanted = {commitment for label, commitment in named if label not in FLAGGED}
    table = schema.erasable.c
    texts = select(table.commitment, table.text, table.salt).where(table.text.is_not(None))
    for commitment, text, salt in connection.execute(texts.where(table.commitment.in_(wanted))):
        try:
            check_commitment(commitment, text, bytes(salt))
        except OcopTraceError:
            yield Difference("erasable", (commitment,), "altered: text, salt")


def compare(connection: Connection, rows: Rows, closure: Closure) -> Iterator[Difference]:
    """Compare the tables with rows that were made anew, where they concern a closure."""
    for table in (*schema.APPENDED, *schema.CHANGING):
        if table in APART:
            continue
        condition, concerns = _part(table, closure)
        rows_there = map(dict, connection.execute(select(table).where(condition)).mappings())
        stored: dict[Key, Row] = {_key(table, row): row for row in rows_there}
        made = {key: row for key, row in rows.rows(table).items() if row[concerns[0]] in concerns[1]}
        yield from differences(table, stored, made)


def differences(table: Table, stored: Mapping[Key, Row], made: Mapping[Key, Row]) -> Iterator[Difference]:
    """Compare the rows of one table, but for what is filled in after the record: which stamps of a run are there."""
    later = _LATER.get(table.name, frozenset())
    for key, row in made.items():
        if (found := stored.get(key)) is None:
            yield Difference(table.name, key, "missing")
        elif altered := [name for name in row.keys() - later if _differs(found[name], row[name])]:
            yield Difference(table.name, key, f"altered: {', '.join(sorted(altered))}")
    for key in stored:
        if key not in made:
            yield Difference(table.name, key, "surplus")


def _differs(one: object, other: object) -> bool:
    return one != other or type(one) is not type(other)


_LATER: Mapping[str, frozenset[str]] = {"stamp_run": frozenset({"opened", "filled"})}
"""Columns that the logs do not tell; `stamp_tables` looks at them."""


def _part(table: Table, closure: Closure) -> tuple[ColumnElement[bool], tuple[str, Collection[object]]]:
    """Return the condition for the rows of a table that belong to a closure, and the same as column and values."""
    name, values = "record_id", frozenset[object](closure.records)
    if table is schema.record:
        name = "id"
    elif table is schema.participant:
        name, values = "number", frozenset[object](closure.participants)
    elif table is schema.participant_key:
        name, values = "participant", frozenset[object](closure.participants)
    elif table.name in SUBJECT_COLUMN:
        name, values = SUBJECT_COLUMN[table.name], frozenset[object](closure.subjects)
    return table.c[name].in_(values), (name, values)


def _key(table: Table, row: Row) -> Key:
    return tuple(row[name] for name in KEYS[table.name])
