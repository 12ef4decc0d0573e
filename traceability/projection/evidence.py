"""Lays chain, contract, tables and files side by side for the verifier (`proofs.verifier.Source`).

The logs are read from the chain again and projected in memory by the very projectors that fill the tables; what comes
out is compared with the tables, row by row, bookkeeping included. Nothing is written, so this works beside a running
server.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from traceability.domain.uris import UnitRef
from traceability.errors import ChainError, OcopTraceError
from traceability.ports import (
    Blobs,
    BlockRef,
    Ledger,
    LedgerLog,
    Recorded,
)
from traceability.projection import schema
from traceability.projection.check import Closure, Difference, closure_of, compare, differences
from traceability.projection.database import Database
from traceability.projection.filler import Opener
from traceability.projection.gathering import (
    all_differences,
    concerns,
    entry_of,
    name_of,
    out_of_order,
    read_cursor,
    stored_rows,
    subjects_and_keys,
)
from traceability.projection.indexer import MEMORY, STEP, block_row, cursor_row
from traceability.projection.keeping import Opened, anchors_of, kept_values
from traceability.projection.names import key_of, lot_of, read_reference
from traceability.projection.projectors import Projector
from traceability.projection.queries.proofs import load_nodes, load_record, proof_of
from traceability.projection.queries.session import unknown
from traceability.projection.queries.stamps import FoundStamp, look_up
from traceability.projection.reading import open_blob
from traceability.projection.rows import Row, Rows
from traceability.projection.stamp_tables import StampTables
from traceability.projection.stores import Seeds
from traceability.proofs.history import SubjectState
from traceability.proofs.replay import Key as KeySpan
from traceability.proofs.serials import stamp_serial
from traceability.proofs.verifier import Evidence, Progress, RunEvidence, StampEvidence

ATTEMPTS = 5
"""How often the contract is asked again because new blocks came while it was asked."""


class ChainEvidence:
    """Evidence from a ledger and a database.

    Args:
        ledger: the contract.
        database: the tables.
        namespace: URI space of products, lots and parties without a GS1 number.
        blobs: pictures and files; None leaves them alone.
        open_seed: opens the seed of a stamp run; None leaves seeds alone.
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
            at = read_cursor(connection)
            logs = self._read(self._ledger.deployed_at, progress)
            rows, opened = self._project(logs, at)
            stamps = StampTables(connection, self._open_seed)
            runs = stamps.runs(rows)
            found = [*self._bookkeeping(connection, rows, at), *all_differences(connection, rows)]
            found += stamps.differences
            return self._evidence(connection, logs, opened, rows, at, found, None, progress, runs)

    def lot(self, ref: str) -> Evidence:
        """Return the evidence of a lot and all it rests on. Raises NotFoundError, ChainError or StorageError."""
        named = lot_of(read_reference(ref, self._namespace))
        if named is None:
            raise unknown("lot", ref)
        with self._database.reading() as connection:
            return self._of_lot(connection, key_of(named.uri), ref, None)

    def stamp(self, link: str) -> Evidence:
        """Return the evidence of a stamp and its lot. Raises NotFoundError, ChainError or StorageError."""
        named = read_reference(link, self._namespace)
        with self._database.reading() as connection:
            found = look_up(connection, named) if isinstance(named, UnitRef) else None
            if found is None:
                raise unknown("stamp", link)
            return self._of_lot(connection, found.lot, link, self._one_stamp(connection, found))

    def _one_stamp(self, connection: Connection, found: FoundStamp) -> StampEvidence:
        """Return the evidence of one stamp: its path in the tree, without a look at the rest of its run."""
        seeded = None
        try:
            if self._open_seed is not None:
                seed = Seeds(connection, lambda: None).get(found.lot_uri, found.run)
                seeded = stamp_serial(self._open_seed(seed), found.number - 1)
            proof = proof_of(found, load_nodes(connection, found), load_record(connection, found))
        except OcopTraceError as error:
            return StampEvidence(None, seeded, str(error))
        return StampEvidence(proof, seeded)

    def _of_lot(self, connection: Connection, key: str, ref: str, stamp: StampEvidence | None) -> Evidence:
        if connection.execute(select(schema.subject.c.key).where(schema.subject.c.key == key)).scalar() is None:
            raise unknown("lot", ref)
        at = read_cursor(connection)
        closure = closure_of(connection, [key])
        logs = [log for log in self._read_blocks(closure, at["height"]) if concerns(log, closure)]
        rows, opened = self._project(logs, at)
        found, runs = list(compare(connection, rows, closure)), list[RunEvidence]()
        if stamp is None:
            stamps = StampTables(connection, self._open_seed, closure)
            runs = stamps.runs(rows)
            found += stamps.differences
        return self._evidence(connection, logs, opened, rows, at, found, closure, None, runs, stamp)

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
    def _project(self, logs: Sequence[LedgerLog], at: Row) -> tuple[Rows, Opened]:
        """Project logs in memory as far as the tables have come, and open every blob on the way."""
        rows = Rows(undo_from=at["height"] - MEMORY + 1)
        projector = Projector(rows, self._namespace)
        opened = []
        for log in logs:
            if isinstance(log, Recorded):
                opened.append((log, open_blob(log.documents)))
            if log.position.block_number <= at["height"]:
                projector.project(log)
        return rows, opened

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
            yield from differences(table, stored_rows(connection, table), rows.rows(table))

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
        runs: Sequence[RunEvidence],
        stamp: StampEvidence | None = None,
    ) -> Evidence:
        ordered = list(found)
        states, balances, keys = self._settled(lambda: self._ask(connection, logs, rows, closure, progress))
        anchors = anchors_of(connection, opened, rows)
        only = None if closure is None else anchors.keys()
        return Evidence(
            ledger=self._identity(at),
            blocks=self._blocks(connection, rows, closure),
            log_differences=[*out_of_order(logs), *(str(one) for one in ordered if one.table == "record")],
            entries=[entry_of(log) for log in logs],
            documents=[(name_of(log), None if blob.opaque else blob.members) for log, blob in opened],
            scope=None if closure is None else frozenset(map(bytes.fromhex, closure.subjects)),
            states=states,
            balances=balances,
            keys=keys,
            table_differences=[str(one) for one in ordered if one.table != "record"],
            values=kept_values(connection, self._blobs, only),
            anchors=anchors,
            runs=runs,
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
        subjects, addresses = subjects_and_keys(connection, logs, rows, closure)
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
