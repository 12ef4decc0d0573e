"""Pieces of evidence: rows as they lie, runs of stamps, logs as the replay takes them, and what to ask the contract."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from sqlalchemy import Connection, Table, func, select

from traceability.errors import OcopTraceError
from traceability.ports import (
    CapacitiesChanged,
    KeyAdded,
    LedgerLog,
    ParticipantAdmitted,
    Recorded,
    SealedSeed,
)
from traceability.projection import schema
from traceability.projection.check import Closure, Difference, differences
from traceability.projection.indexer import Opener
from traceability.projection.rows import KEYS, Key, Row, Rows
from traceability.projection.stores import Seeds
from traceability.proofs.replay import Admission, CapacityChange, Entry, KeyEnd, KeyGrant, Submitted
from traceability.proofs.verifier import RunEvidence


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


def run_name(lot: str, run: int) -> str:
    """Return the words by which a reader finds a run."""
    return f"Run {run} of {lot}"


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
        if table is not schema.stamp:
            yield from differences(table, stored_rows(connection, table), rows.rows(table))


def stored_rows(connection: Connection, table: Table) -> dict[Key, Row]:
    """Return all rows of a table by their keys."""
    names = KEYS[table.name]
    rows = map(dict, connection.execute(select(table)).mappings())
    return {tuple(row[name] for name in names): row for row in rows}


def stray_stamps(connection: Connection) -> list[Difference]:
    """Return a stamp that belongs to no run, if there is one."""
    stamp, run = schema.stamp.c, schema.stamp_run.c
    belongs = (run.record_id == stamp.record_id) & (run.position == stamp.position)
    joined = schema.stamp.outerjoin(schema.stamp_run, belongs)
    strays = select(stamp.serial).select_from(joined).where(run.lot.is_(None)).limit(1)
    return [Difference("stamp", (serial,), "surplus") for serial in connection.execute(strays).scalars()]


def read_cursor(connection: Connection) -> Row:
    """Return where the tables are, as far as they say; check 1 tells when they do not."""
    row = connection.execute(select(schema.cursor).where(schema.cursor.c.id == 1)).mappings().one_or_none()
    if row is not None:
        return dict(row)
    newest = connection.execute(select(func.max(schema.block.c.number))).scalar()
    return {"version": "none", "chain_id": "none", "contract": "none", "height": newest or 0}


def runs_of(connection: Connection, rows: Rows, closure: Closure | None, open_seed: Opener | None) -> list[RunEvidence]:
    """Return the runs of stamps in the tables, with the stamps that their seeds bring back."""
    table, goods = schema.stamp_run.c, schema.lot.c
    wanted = select(schema.stamp_run, goods.uri).join(schema.lot, goods.subject == table.lot)
    if closure is not None:
        wanted = wanted.where(table.lot.in_(closure.subjects))
    seeds = {(seed.lot, seed.run): seed for seed in Seeds(connection, lambda: None).all()}
    found = connection.execute(wanted.order_by(table.record_id, table.position)).mappings()
    uris = {key: row["uri"] for (key,), row in rows.rows(schema.lot).items()}
    runs = [dict(row) for row in found]
    return [_run(connection, {**row, "uri": uris.get(row["lot"], row["uri"])}, seeds, open_seed) for row in runs]


def _run(
    connection: Connection, row: Row, seeds: Mapping[tuple[str, int], SealedSeed], open_seed: Opener | None
) -> RunEvidence:
    stamp = schema.stamp.c
    wanted = select(stamp.serial).where(stamp.record_id == row["record_id"], stamp.position == row["position"])
    stored = connection.execute(wanted.order_by(stamp.number)).scalars().all()
    seed, seeded, trouble = seeds.get((row["uri"], row["run"])), None, ""
    if open_seed is not None:
        if seed is None:
            trouble = "its seed is not kept here any more." if row["opened"] else ""
        else:
            try:
                seeded = list(open_seed(seed))
            except OcopTraceError as error:
                trouble = str(error)
    name = run_name(row["uri"], row["run"])
    return RunEvidence(
        name, row["uri"], row["count"], row["root"], stored or None, seeded, bool(row["opened"]), trouble
    )
