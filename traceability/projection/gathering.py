"""Pieces of evidence: rows as they lie, logs as the replay takes them, and what to ask the contract."""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from sqlalchemy import Connection, Table, func, select

from traceability.ports import (
    CapacitiesChanged,
    KeyAdded,
    LedgerLog,
    ParticipantAdmitted,
    Recorded,
)
from traceability.projection import schema
from traceability.projection.check import BY_ROOT, Closure, Difference, differences
from traceability.projection.rows import KEYS, Key, Row, Rows
from traceability.proofs.replay import Admission, CapacityChange, Entry, KeyEnd, KeyGrant, Submitted


def name_of(log: LedgerLog) -> str:
    """Return the words by which a reader finds a log."""
    return f"block {log.position.block_number}, log {log.position.log_index}"


def entry_of(log: LedgerLog) -> Entry:
    """Return a log as the replay takes it."""
    block = log.position.block_number
    if isinstance(log, Recorded):
        return Submitted(block, name_of(log), log.signer, log.operation, log.touches, log.documents)
    if isinstance(log, ParticipantAdmitted):
        return Admission(block, log.participant, log.subject, log.capacities)
    if isinstance(log, CapacitiesChanged):
        return CapacityChange(block, log.participant, log.capacities)
    kind = KeyGrant if isinstance(log, KeyAdded) else KeyEnd
    return kind(block, log.participant, log.key, log.from_block)


def concerns(log: LedgerLog, closure: Closure) -> bool:
    """Whether a log touches a closure, or tells who its signers are."""
    if isinstance(log, Recorded):
        return any(touch.subject.hex() in closure.subjects for touch in log.touches)
    return log.participant in closure.participants


def subjects_and_keys(
    connection: Connection, logs: Sequence[LedgerLog], rows: Rows, closure: Closure | None
) -> tuple[list[bytes], list[str]]:
    """Return subjects and keys that the chain's logs or the tables name, each once."""
    table, keys = schema.subject.c, schema.participant_key.c
    if closure is not None:
        subjects: Collection[str] = closure.subjects
        stored = select(keys.address).where(keys.participant.in_(closure.participants))
    else:
        touched = (touch.subject.hex() for log in logs if isinstance(log, Recorded) for touch in log.touches)
        subjects = {*connection.execute(select(table.key)).scalars(), *touched}
        stored = select(keys.address)
    addresses = {*connection.execute(stored).scalars(), *(key for (key,) in rows.rows(schema.participant_key))}
    return sorted(bytes.fromhex(key) for key in subjects if _is_key(key)), sorted(filter(_is_address, addresses))


def _is_key(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 32  # noqa: PLR2004 - a SHA-256
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    return text.startswith("0x") and len(text) == 42  # noqa: PLR2004 - 20 bytes


def out_of_order(logs: Sequence[LedgerLog]) -> Iterator[str]:
    """Name the logs that the chain gave out of their order, or twice."""
    places = [(log.position.block_number, log.position.log_index) for log in logs]
    for before, (block, index) in pairwise(places):
        if (block, index) <= before:
            yield f"log {index} of block {block} came out of its order"


def all_differences(connection: Connection, rows: Rows) -> Iterator[Difference]:
    """Compare every table of facts with rows that were made anew; stamps are compared by their roots."""
    for table in (*schema.APPENDED, *schema.CHANGING):
        if table not in BY_ROOT:
            yield from differences(table, stored_rows(connection, table), rows.rows(table))


def stored_rows(connection: Connection, table: Table) -> dict[Key, Row]:
    """Return all rows of a table by their keys."""
    names = KEYS[table.name]
    rows = map(dict, connection.execute(select(table)).mappings())
    return {tuple(row[name] for name in names): row for row in rows}


def read_cursor(connection: Connection) -> Row:
    """Return where the tables are, as far as they say; check 1 tells when they do not."""
    row = connection.execute(select(schema.cursor).where(schema.cursor.c.id == 1)).mappings().one_or_none()
    if row is not None:
        return dict(row)
    newest = connection.execute(select(func.max(schema.block.c.number))).scalar()
    return {"version": "none", "chain_id": "none", "contract": "none", "height": newest or 0}
