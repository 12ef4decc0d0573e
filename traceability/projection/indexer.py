"""The indexer: brings the tables up to the chain, and back when the chain changes its mind.

Invariants, which a change here must not break:

1. A record is named by where it stands on the chain, and each block that was read is remembered with its hash.
2. One transaction takes the tables from one block of one chain to a later one: nobody sees half a step.
3. Before a step, the newest block read is looked up again. If the chain has another in its place, the tables are
rewound to the last
   block both agree on, in the same transaction; further back than `MEMORY` blocks they are made anew.
4. Blocks are read between two looks at the last of them, so that a chain that changes while it is read is read again.
5. What lies in the tables depends on the chain (and the seeds of stamps) alone, never on how often or in what steps it
was read. Stamps follow their record: those of short runs at once, those of long ones when `fill` is called; a rebuild
brings all of them.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from traceability.errors import ChainError, StorageError
from traceability.ports import BlockRef, Clock, Ledger, LedgerLog
from traceability.projection import schema
from traceability.projection.database import Database
from traceability.projection.filler import Filler, Opener
from traceability.projection.projectors import Projector
from traceability.projection.rows import Rows, loader, restore
from traceability.projection.stores import to_milliseconds
from traceability.proofs.evidence import Progress

MEMORY = 64
"""How many of the newest blocks can be taken back step by step: deeper than any network of known validators goes."""

STEP = 2_000
"""Blocks that are asked for at once: what public nodes allow."""

FLUSH = 5_000
"""Records after which new rows in memory are written out."""

FORGET = 100_000
"""Records after which rows that may still change are no longer kept in memory either."""

HEARD = timedelta(seconds=30)
"""How often it is noted that the chain was heard from; more often would only wear out caches."""

_LOCK = 0x0C0A
"""Any number that nothing else of ours locks in PostgreSQL."""

SHORT = 20_000
"""Stamps of a run that is filled at once, before its author is told that it is recorded."""

_log = logging.getLogger(__name__)


class Indexer:
    """Projects a ledger into a database (`ports.Indexer`). Thread-safe; one process at a time should run one.

    Args:
        ledger: the contract that is read.
        database: where the tables lie.
        clock: tells when the chain was heard from.
        namespace: URI space of products, lots and parties without a GS1 number.
        open_seed: opens the seed of a stamp run; without it no stamp can be scanned.
    """

    def __init__(
        self, ledger: Ledger, database: Database, clock: Clock, *, namespace: str, open_seed: Opener | None = None
    ) -> None:
        """Remember what to read and where to write; nothing is read yet."""
        self._ledger = ledger
        self._database = database
        self._clock = clock
        self._namespace = namespace
        self._open_seed = open_seed
        self._lock = threading.Lock()
        self._filling = threading.Lock()
        self._short = Filler(database.reading, self._turn, open_seed)
        self._long = Filler(database.reading, self._turn, open_seed)

    def advance(self) -> int:
        """Read new blocks, rewinding first where the chain disagrees, and return the projected height.

        Raises ChainError when the chain does not answer or will not hold still, StorageError for trouble in the
        database. In both cases the tables are as they were.
        """
        with self._lock:
            height = self._ledger.height()
            with self._database.reading() as connection:
                at = _cursor(connection)
            if at is None or not self._is_ours(at):
                self._rebuild()
            elif height != at["height"] or self._ledger.block(height).hash.hex() != at["block_hash"]:
                self._follow()
            self._short.fill(most=SHORT)
            self._note_heard()
            with self._database.reading() as connection:
                return int(_height(connection))

    def fill(self, progress: Progress | None = None, *, stop: Callable[[], bool] = lambda: False) -> int:
        """Bring in the stamps of runs whose record is projected, and return how many were written.

        Works in short transactions, beside `advance`, and goes on from where it was interrupted.

        Args:
            progress: is told how many stamps are done, and of how many.
            stop: is asked now and then; once it says yes, the work ends.

        Raises StorageError for trouble in the database.
        """
        with self._filling:
            return self._long.fill(progress, stop=stop)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Drop every derived table, project the whole chain again with all stamps, and return the number of records.

        Until the new rows are there, SQLite's readers see the old ones, and PostgreSQL's wait; whoever writes waits.
        Raises like `advance`.

        Args:
            progress: is told how many stamps are done, and of how many.
        """
        with self._lock, self._filling:
            return self._rebuild(progress)

    # ------------------------------------------------------------------------------------------------------------ steps
    def _rebuild(self, progress: Progress | None = None) -> int:
        with self._turn() as connection:
            return self._make(connection, progress)

    @contextmanager
    def _turn(self) -> Iterator[Connection]:
        """Open a transaction in which no other process projects: SQLite has one writer, PostgreSQL gives a lock."""
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield connection

    def _make(self, connection: Connection, progress: Progress | None = None) -> int:
        schema.metadata.drop_all(connection, tables=list(schema.DERIVED))
        schema.metadata.create_all(connection, tables=list(schema.DERIVED))
        top = self._top()
        rows = Rows(undo_from=top.number - MEMORY + 1)
        self._read(connection, rows, self._ledger.deployed_at, top)
        Filler(lambda: nullcontext(connection), lambda: nullcontext(connection), self._open_seed).fill(progress)
        return int(connection.execute(select(func.count()).select_from(schema.record)).scalar_one())

    def _follow(self) -> None:
        """Go from where the tables are to the top of the chain."""
        with self._turn() as connection:
            at = _cursor(connection)
            top = self._top()
            common = self._common(connection, top) if at is not None else None
            if at is None or common is None:
                self._make(connection)
                return
            if common < at["height"]:
                _log.warning("The chain has changed its mind about blocks %d to %d.", common + 1, at["height"])
                _rewind(connection, common)
            rows = Rows(loader(connection), undo_from=top.number - MEMORY + 1)
            self._read(connection, rows, common + 1, top)

    def _top(self) -> BlockRef:
        return self._ledger.block(self._ledger.height())

    def _common(self, connection: Connection, top: BlockRef) -> int | None:
        """Return the newest block that both agree on; None when that is too far back, or the chain shrank."""
        blocks = select(schema.block.c.number, schema.block.c.hash).order_by(schema.block.c.number.desc())
        height = _height(connection)
        for number, known in connection.execute(blocks.limit(MEMORY)):
            if number > height - MEMORY and number <= top.number and self._ledger.block(number).hash.hex() == known:
                return None if number < height and top.number < height else int(number)
        return None

    def _read(self, connection: Connection, rows: Rows, first: int, top: BlockRef) -> None:
        """Project blocks `first` to `top` and move the cursor."""
        projector = Projector(rows, self._namespace)
        seen: dict[int, dict[str, Any]] = {}
        for count, log in enumerate(self._logs(first, top), 1):
            projector.project(log)
            place = log.position
            seen[place.block_number] = block_row(place.block_number, place.block_hash, place.block_time, 1)
            if count % FLUSH == 0:
                rows.flush(connection, forget=count % FORGET == 0)
        for number in range(max(first, top.number - MEMORY + 1), top.number + 1):
            if number not in seen:
                block = top if number == top.number else self._ledger.block(number)
                seen[number] = block_row(number, block.hash, block.timestamp, 0)
        for row in seen.values():
            rows.add(schema.block, row)
        if self._ledger.block(top.number).hash != top.hash:
            raise ChainError("The chain changed while it was read; it will be read again.")
        rows.flush(connection)
        self._move(connection, top)

    def _logs(self, first: int, top: BlockRef) -> Iterator[LedgerLog]:
        for start in range(first, top.number + 1, STEP):
            yield from self._ledger.logs(start, min(start + STEP - 1, top.number))

    def _move(self, connection: Connection, top: BlockRef) -> None:
        """Set the cursor, and forget what was remembered of blocks that are deep enough."""
        floor = top.number - MEMORY
        connection.execute(delete(schema.undo).where(schema.undo.c.block_number <= floor))
        bare = delete(schema.block).where(schema.block.c.number <= floor, schema.block.c.has_logs == 0)
        connection.execute(bare)
        connection.execute(delete(schema.cursor))
        last = connection.execute(select(func.max(schema.record.c.id))).scalar() or 0
        connection.execute(insert(schema.cursor).values(cursor_row(self._ledger, top, last)))

    # ------------------------------------------------------------------------------------------------------ particulars
    def _is_ours(self, at: dict[str, Any]) -> bool:
        mine = (schema.PROJECTION_VERSION, str(self._ledger.chain_id), self._ledger.address)
        return mine == (at["version"], at["chain_id"], at["contract"])

    def _note_heard(self) -> None:
        now = to_milliseconds(self._clock.now())
        table = schema.edition
        with self._database.reading() as connection:
            noted = connection.execute(select(table.c.checked_at)).scalar()
        if noted is None or not 0 <= now - noted < HEARD.total_seconds() * 1000:
            with self._database.writing() as connection:
                changed = connection.execute(update(table).values(checked_at=now))
                if not changed.rowcount:
                    connection.execute(insert(table).values(id=1, number=0, checked_at=now))


def cursor_row(ledger: Ledger, top: BlockRef, last_record: int) -> dict[str, Any]:
    """Return the row of `cursor` when the tables are at a block and hold records up to a number."""
    return {
        "id": 1,
        "version": schema.PROJECTION_VERSION,
        "chain_id": str(ledger.chain_id),
        "contract": ledger.address,
        "height": top.number,
        "block_hash": top.hash.hex(),
        "block_time": top.timestamp,
        "last_record": last_record,
    }


def _cursor(connection: Connection) -> dict[str, Any] | None:
    row = connection.execute(select(schema.cursor).where(schema.cursor.c.id == 1)).mappings().one_or_none()
    return None if row is None else dict(row)


def _height(connection: Connection) -> int:
    height = connection.execute(select(schema.cursor.c.height)).scalar()
    if height is None:
        raise StorageError("The projection has no cursor. Run `ocop-trace rebuild`.")
    return int(height)


def block_row(number: int, block_hash: bytes, time: int, has_logs: int) -> dict[str, Any]:
    """Return the row of `block` for a block, with whether it holds logs of ours."""
    return {"number": number, "hash": block_hash.hex(), "time": time, "has_logs": has_logs}


def _rewind(connection: Connection, block: int) -> None:
    """Take the tables back to what they were after a block that `undo` still remembers."""
    first = schema.record_number(block + 1, 0)
    for table in schema.APPENDED:
        connection.execute(delete(table).where(schema.since(table, first)))
    later = schema.undo.c.block_number > block
    newest_first = select(schema.undo).where(later).order_by(schema.undo.c.block_number.desc())
    for row in connection.execute(newest_first).all():
        before = None if row.before is None else json.loads(row.before)
        restore(connection, row.name, tuple(json.loads(row.key)), before)
    connection.execute(delete(schema.undo).where(later))
    connection.execute(delete(schema.block).where(schema.block.c.number > block))
