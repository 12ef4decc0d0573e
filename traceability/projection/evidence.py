"""Lays chain, contract, tables and files side by side for the verifier (`proofs.verifier.Source`).

The logs are read from the chain again and projected in memory by the very projectors that fill the tables; what comes
out is compared with the tables, row by row, bookkeeping included. Nothing is written, so this works beside a running
server.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Table, func, select

from traceability.domain.uris import UnitRef
from traceability.errors import ChainError, OcopTraceError
from traceability.ports import (
    Blobs,
    BlockRef,
    CapacitiesChanged,
    KeyAdded,
    Ledger,
    LedgerLog,
    ParticipantAdmitted,
    Recorded,
    SealedSeed,
)
from traceability.projection import schema
from traceability.projection.check import Closure, Difference, StoredStamps, closure_of, compare, differences
from traceability.projection.database import Database
from traceability.projection.indexer import MEMORY, STEP, Opener, block_row, cursor_row
from traceability.projection.keeping import Opened, anchors_of, kept_values
from traceability.projection.names import key_of, lot_of, read_reference
from traceability.projection.projectors import Projector
from traceability.projection.queries.session import unknown
from traceability.projection.queries.stamps import look_up
from traceability.projection.reading import open_blob
from traceability.projection.rows import KEYS, Key, Row, Rows
from traceability.projection.stores import Seeds
from traceability.proofs.history import SubjectState
from traceability.proofs.replay import Admission, CapacityChange, Entry, KeyEnd, KeyGrant, Submitted
from traceability.proofs.replay import Key as KeySpan
from traceability.proofs.verifier import Evidence, Progress, RunEvidence

ATTEMPTS = 5
"""How often the contract is asked again because new blocks came while it was asked."""


class ChainEvidence:
    """Evidence from a ledger and a database.

    Args:
        ledger: the contract.
        database: the tables.
        namespace: URI space of products, lots and parties without a GS1 number.
        blobs: pictures and files; None leaves them alone.
        open_seed: brings back the serials of a stamp run; None leaves seeds alone.
    """

    def __init__(
        self,
        ledger: Ledger,
        database: Database,
        *,
        namespace: str,
        blobs: Blobs | None = None,
        open_seed: Opener | None = None,
    ) -> None:
        """Remember where to look."""
        self._ledger = ledger
        self._database = database
        self._namespace = namespace
        self._blobs = blobs
        self._open_seed = open_seed

    # ---------------------------------------------------------------------------------------------------- the questions
    def names_stamp(self, ref: str) -> bool:
        """Tell whether a reference is that of a stamp."""
        return isinstance(read_reference(ref, self._namespace), UnitRef)

    def everything(self, progress: Progress | None = None) -> Evidence:
        """Return the evidence of everything. Raises ChainError or StorageError."""
        with self._database.reading() as connection:
            at = _cursor(connection)
            logs = self._read(self._ledger.deployed_at, progress)
            rows, stamps, opened = self._project(connection, logs, at)
            found = [*self._bookkeeping(connection, rows, at), *_all_differences(connection, rows), *stamps.surplus()]
            found += _stray_stamps(connection)
            return self._evidence(connection, logs, opened, rows, at, found, None, progress)

    def lot(self, ref: str) -> Evidence:
        """Return the evidence of a lot and all it rests on. Raises NotFoundError, ChainError or StorageError."""
        named = lot_of(read_reference(ref, self._namespace))
        if named is None:
            raise unknown("lot", ref)
        with self._database.reading() as connection:
            return self._of_lot(connection, key_of(named.uri), ref)

    def stamp(self, link: str) -> Evidence:
        """Return the evidence of a stamp and its lot. Raises NotFoundError, ChainError or StorageError."""
        named = read_reference(link, self._namespace)
        with self._database.reading() as connection:
            found = look_up(connection, named) if isinstance(named, UnitRef) else None
            if found is None:
                raise unknown("stamp", link)
            asked = (_run_name(found.lot_uri, found.run), found.serial, found.number - 1)
            return self._of_lot(connection, found.lot, link, asked)

    def _of_lot(
        self, connection: Connection, key: str, ref: str, stamp: tuple[str, str, int] | None = None
    ) -> Evidence:
        if connection.execute(select(schema.subject.c.key).where(schema.subject.c.key == key)).scalar() is None:
            raise unknown("lot", ref)
        at = _cursor(connection)
        closure = closure_of(connection, [key])
        logs = [log for log in self._read_blocks(closure, at["height"]) if _concerns(log, closure)]
        rows, stamps, opened = self._project(connection, logs, at)
        found = [*compare(connection, rows, closure), *stamps.surplus()]
        return self._evidence(connection, logs, opened, rows, at, found, closure, None, stamp)

    # -------------------------------------------------------------------------------------------------------- the chain
    def _read(self, first: int, progress: Progress | None) -> list[LedgerLog]:
        height = self._ledger.height()
        logs: list[LedgerLog] = []
        for start in range(first, height + 1, STEP):
            logs += self._ledger.logs(start, min(start + STEP - 1, height))
            if progress is not None:
                progress(min(start + STEP - 1, height) - first, height - first)
        return logs

    def _read_blocks(self, closure: Closure, height: int) -> Iterator[LedgerLog]:
        """Yield the logs of the blocks that a closure rests on, and of those that the tables have not seen yet."""
        for number in sorted({record >> schema.LOG_BITS for record in closure.records}):
            yield from self._ledger.logs(number, number)
        newest = self._ledger.height()
        if newest > height:
            yield from self._ledger.logs(height + 1, newest)

    def _settled(self, ask: Callable[[], Any]) -> Any:
        """Return what the contract says at one height: ask again where a block came in between."""
        for _ in range(ATTEMPTS):
            height = self._ledger.height()
            answer = ask()
            if self._ledger.height() == height:
                return answer
        raise ChainError("New blocks keep coming while the contract is asked. Try again when less is recorded.")

    # ------------------------------------------------------------------------------------------------------- the tables
    def _project(self, connection: Connection, logs: Sequence[LedgerLog], at: Row) -> tuple[Rows, StoredStamps, Opened]:
        """Project logs in memory as far as the tables have come, and open every blob on the way."""
        rows, stamps = Rows(undo_from=at["height"] - MEMORY + 1), StoredStamps(connection)
        projector = Projector(rows, self._namespace, stamps)
        opened = []
        for log in logs:
            if isinstance(log, Recorded):
                opened.append((log, open_blob(log.documents)))
            if log.position.block_number <= at["height"]:
                projector.project(log)
        return rows, stamps, opened

    def _bookkeeping(self, connection: Connection, rows: Rows, at: Row) -> Iterator[Difference]:
        """Add the rows that say how far the tables are, as the indexer would, and compare them."""
        height = at["height"]
        records = rows.rows(schema.record)
        for row in records.values():
            rows.add(
                schema.block, block_row(row["block_number"], bytes.fromhex(row["block_hash"]), row["block_time"], 1)
            )
        seen = rows.rows(schema.block)
        for number in range(max(self._ledger.deployed_at, height - MEMORY + 1), height + 1):
            if (number,) not in seen and (block := self._block(number)) is not None:
                rows.add(schema.block, block_row(number, block.hash, block.timestamp, 0))
        if (top := self._block(height)) is not None:
            last = max((number for (number,) in records), default=0)
            rows.add(schema.cursor, cursor_row(self._ledger, top, last))
        for table in schema.BOOKKEEPING:
            yield from differences(table, _stored(connection, table), rows.rows(table))

    def _block(self, number: int) -> BlockRef | None:
        try:
            return self._ledger.block(number)
        except ChainError:
            return None

    # ----------------------------------------------------------------------------------------------------- side by side
    def _evidence(
        self,
        connection: Connection,
        logs: Sequence[LedgerLog],
        opened: Opened,
        rows: Rows,
        at: Row,
        found: Iterable[Difference],
        closure: Closure | None,
        progress: Progress | None,
        stamp: tuple[str, str, int] | None = None,
    ) -> Evidence:
        ordered = list(found)
        states, balances, keys = self._settled(lambda: self._ask(connection, logs, rows, closure, progress))
        anchors = anchors_of(connection, opened, rows)
        only = None if closure is None else anchors.keys()
        return Evidence(
            ledger=self._identity(at),
            blocks=self._blocks(connection, rows, closure),
            log_differences=[*_out_of_order(logs), *(str(one) for one in ordered if one.table == "record")],
            entries=[entry_of(log) for log in logs],
            documents=[(name_of(log), None if blob.opaque else blob.members) for log, blob in opened],
            scope=None if closure is None else frozenset(map(bytes.fromhex, closure.subjects)),
            states=states,
            balances=balances,
            keys=keys,
            table_differences=[str(one) for one in ordered if one.table != "record"],
            values=kept_values(connection, self._blobs, only),
            anchors=anchors,
            runs=self._runs(connection, rows, closure),
            stamp=stamp,
        )

    def _identity(self, at: Row) -> list[tuple[str, str, str]]:
        return [
            ("chain", at["chain_id"], str(self._ledger.chain_id)),
            ("contract", at["contract"], self._ledger.address),
            ("version", str(at["version"]), str(schema.PROJECTION_VERSION)),
        ]

    def _blocks(self, connection: Connection, rows: Rows, closure: Closure | None) -> dict[int, tuple[str, str]]:
        table = schema.block
        known = connection.execute(select(table.c.number, table.c.hash))
        stored: dict[int, str] = {row.number: row.hash for row in known}
        if closure is None:
            real = {number: row["hash"] for (number,), row in rows.rows(table).items()}
            newest = max(stored | real, default=0)
            for number in range(max(self._ledger.deployed_at, newest - MEMORY + 1), newest + 1):
                block = self._block(number)
                real[number] = block.hash.hex() if block else ""
            return {number: (stored.get(number, ""), real.get(number, "")) for number in sorted(stored.keys() | real)}
        numbers = sorted({record >> schema.LOG_BITS for record in closure.records})
        hashes = ((number, self._block(number)) for number in numbers)
        return {number: (stored.get(number, ""), block.hash.hex() if block else "") for number, block in hashes}

    def _ask(
        self,
        connection: Connection,
        logs: Sequence[LedgerLog],
        rows: Rows,
        closure: Closure | None,
        progress: Progress | None,
    ) -> tuple[dict[bytes, SubjectState], dict[bytes, Any], dict[str, tuple[KeySpan, int]]]:
        """Ask the contract about every subject and key that logs or tables name."""
        subjects, addresses = _subjects_and_keys(connection, logs, rows, closure)
        states, balances = {}, {}
        for count, key in enumerate(subjects, 1):
            states[key], balances[key] = self._ledger.subject(key), self._ledger.balance(key)
            if progress is not None and count % 100 == 0:
                progress(count, len(subjects))
        keys = {}
        for address in addresses:
            told = self._ledger.key(address)
            keys[address] = (KeySpan(told.participant, told.from_block, told.until_block), told.capacities)
        return states, balances, keys

    def _runs(self, connection: Connection, rows: Rows, closure: Closure | None) -> list[RunEvidence]:
        table, goods = schema.stamp_run.c, schema.lot.c
        wanted = select(schema.stamp_run, goods.uri).join(schema.lot, goods.subject == table.lot)
        if closure is not None:
            wanted = wanted.where(table.lot.in_(closure.subjects))
        seeds = {(seed.lot, seed.run): seed for seed in Seeds(connection, lambda: None).all()}
        found = connection.execute(wanted.order_by(table.record_id, table.position)).mappings()
        uris = {key: row["uri"] for (key,), row in rows.rows(schema.lot).items()}
        runs = [dict(row) for row in found]
        return [self._run(connection, {**row, "uri": uris.get(row["lot"], row["uri"])}, seeds) for row in runs]

    def _run(self, connection: Connection, row: Row, seeds: Mapping[tuple[str, int], SealedSeed]) -> RunEvidence:
        stamp = schema.stamp.c
        wanted = select(stamp.serial).where(stamp.record_id == row["record_id"], stamp.position == row["position"])
        stored = connection.execute(wanted.order_by(stamp.number)).scalars().all()
        seed, seeded, trouble = seeds.get((row["uri"], row["run"])), None, ""
        if self._open_seed is not None:
            if seed is None:
                trouble = "its seed is not kept here any more." if row["opened"] else ""
            else:
                try:
                    seeded = list(self._open_seed(seed))
                except OcopTraceError as error:
                    trouble = str(error)
        name = _run_name(row["uri"], row["run"])
        return RunEvidence(
            name, row["uri"], row["count"], row["root"], stored or None, seeded, bool(row["opened"]), trouble
        )


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


def _run_name(lot: str, run: int) -> str:
    return f"Run {run} of {lot}"


def _concerns(log: LedgerLog, closure: Closure) -> bool:
    if isinstance(log, Recorded):
        return any(touch.subject.hex() in closure.subjects for touch in log.touches)
    return log.participant in closure.participants


def _subjects_and_keys(
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


def _out_of_order(logs: Sequence[LedgerLog]) -> Iterator[str]:
    """Name the logs that the chain gave out of their order, or twice."""
    places = [(log.position.block_number, log.position.log_index) for log in logs]
    for before, (block, index) in pairwise(places):
        if (block, index) <= before:
            yield f"log {index} of block {block} came out of its order"


def _all_differences(connection: Connection, rows: Rows) -> Iterator[Difference]:
    for table in (*schema.APPENDED, *schema.CHANGING):
        if table is not schema.stamp:
            yield from differences(table, _stored(connection, table), rows.rows(table))


def _stored(connection: Connection, table: Table) -> dict[Key, Row]:
    names = KEYS[table.name]
    rows = map(dict, connection.execute(select(table)).mappings())
    return {tuple(row[name] for name in names): row for row in rows}


def _stray_stamps(connection: Connection) -> list[Difference]:
    """Return a stamp that belongs to no run, if there is one."""
    stamp, run = schema.stamp.c, schema.stamp_run.c
    belongs = (run.record_id == stamp.record_id) & (run.position == stamp.position)
    joined = schema.stamp.outerjoin(schema.stamp_run, belongs)
    strays = select(stamp.serial).select_from(joined).where(run.lot.is_(None)).limit(1)
    return [Difference("stamp", (serial,), "surplus") for serial in connection.execute(strays).scalars()]


def _cursor(connection: Connection) -> Row:
    """Return where the tables are, as far as they say; check 1 tells when they do not."""
    row = connection.execute(select(schema.cursor).where(schema.cursor.c.id == 1)).mappings().one_or_none()
    if row is not None:
        return dict(row)
    newest = connection.execute(select(func.max(schema.block.c.number))).scalar()
    return {"version": "none", "chain_id": "none", "contract": "none", "height": newest or 0}
