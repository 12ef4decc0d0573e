"""The filler: brings the stamps of a run into the tables, from its seed, so that each can be scanned.

A run is one record on the chain, however many stamps it has; its rows come from its seed, after the record, in
transactions so short that nobody waits for them. What holds whenever the work is interrupted:

1. All stamps of a run are made and lead to the root on record before a row of any of them is written.
2. The tree comes before the stamps, so that whoever finds a stamp can make its proof.
3. Stamps are written in the order of their serials, which are spread evenly: each transaction touches one stretch of
   the table, and `filled` says how many are there. Whoever goes on begins after them.
4. Each transaction looks first whether the run still is the one that the work began with, and is as far as expected:
   the chain may have changed its mind, or another process may be filling, too.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import accumulate, compress, pairwise
from typing import Any, Final

from sqlalchemy import Connection, and_, select, update

from traceability.domain.check_digits import ALPHABET
from traceability.errors import NotFoundError, OcopTraceError
from traceability.ports import SealedSeed
from traceability.projection import schema
from traceability.projection.bulk import insert_rows
from traceability.projection.pieces import make_pieces
from traceability.projection.stores import Seeds
from traceability.proofs.commitments import encode_base64url
from traceability.proofs.evidence import Progress
from traceability.proofs.merkle import HASH_BYTES
from traceability.proofs.serials import SERIAL_CHARACTERS
from traceability.proofs.stamp_runs import BLOCK, BLOCK_LEVEL, PIECE_LEVEL, Piece, top_level, upper_levels

Opener = Callable[[SealedSeed], bytes]
"""Turns a sealed seed into the seed. Raises OcopTraceError when it cannot be opened."""

Turn = Callable[[], AbstractContextManager[Connection]]
"""Opens a transaction."""

STRETCH: Final = 1 << 15
"""Stamps that are written in one transaction, about: a tenth of a second."""

_PIECES: Final = 8
"""Pieces whose part of the tree is written in one transaction; a part is there as a whole or not at all.

Another number here needs another PROJECTION_VERSION: what an older program has begun could not be gone on with.
"""

_log = logging.getLogger(__name__)


class _Moved(Exception):  # noqa: N818 - not an error
    """The run is not as it was: it is gone, or another process is filling it."""


class Stopped(Exception):  # noqa: N818 - not an error
    """The work was interrupted on request; it goes on from where it is."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run that is not filled yet."""

    lot: str
    """Key."""
    uri: str
    run: int
    count: int
    root: str
    record_id: int
    position: int
    filled: int

    def where(self) -> Any:
        """Return the condition that finds this very run."""
        table = schema.stamp_run.c
        place = and_(table.lot == self.lot, table.run == self.run, table.root == self.root)
        return and_(place, table.record_id == self.record_id, table.position == self.position)


@dataclass(slots=True)
class _Tally:
    """How far the work is, told in stamps: half for making them, half for writing them."""

    total: int
    tell: Progress | None
    done: int = 0
    written: int = 0

    def add(self, halves: int) -> None:
        self.done += halves
        if self.tell is not None:
            self.tell(self.done // 2, self.total)


@dataclass(slots=True)
class _Made:
    """All stamps of a run, 17 bytes each, and its tree from the level of blocks up."""

    serials: bytearray = field(default_factory=bytearray)
    levels: list[bytearray] = field(default_factory=lambda: [bytearray() for _ in range(BLOCK_LEVEL, PIECE_LEVEL + 1)])

    def take(self, piece: Piece) -> None:
        self.serials += piece.serials
        for level, more in zip(self.levels, piece.levels, strict=True):
            level.extend(more)

    def complete(self, count: int) -> bytes:
        """Add the levels above the pieces and return the root."""
        self.levels += [bytearray(level) for level in upper_levels(bytes(self.levels[-1]))[1:]]
        del self.levels[top_level(count) - BLOCK_LEVEL + 1 :]
        return bytes(self.levels[-1])


class Filler:
    """Fills runs. One thread at a time may use it.

    Args:
        reading: opens a transaction that reads.
        writing: opens a transaction that writes.
        open_seed: opens the seed of a run; without it nothing can be filled.
    """

    def __init__(self, reading: Turn, writing: Turn, open_seed: Opener | None) -> None:
        """Remember how to get at tables and seeds."""
        self._reading = reading
        self._writing = writing
        self._open_seed = open_seed
        self._hopeless: set[tuple[int, int, str]] = set()

    def fill(
        self, progress: Progress | None = None, *, most: int | None = None, stop: Callable[[], bool] = lambda: False
    ) -> int:
        """Fill what is not filled, oldest run first, and return how many stamps were written.

        Args:
            progress: is told how many stamps are done, and of how many.
            most: longer runs are left alone.
            stop: is asked now and then; once it says yes, the work ends, and goes on from there the next time.

        Raises StorageError for trouble in the database.
        """
        if self._open_seed is None:
            return 0
        waiting = self._waiting(most)
        tally = _Tally(sum(run.count for run, _ in waiting), progress)
        try:
            for run, seed in waiting:
                before = tally.done
                self._fill(run, seed, tally, stop)
                tally.add(before + 2 * run.count - tally.done)
        except Stopped:
            _log.info("Filling was interrupted; it goes on from where it is.")
        return tally.written

    def _waiting(self, most: int | None) -> list[tuple[_Run, SealedSeed]]:
        """Return the runs that have stamps to come, with their seeds."""
        table, goods = schema.stamp_run.c, schema.lot.c
        names = (table.run, table.count, table.root, table.record_id, table.position, table.filled)
        wanted = select(table.lot, goods.uri, *names).join(schema.lot, goods.subject == table.lot)
        wanted = wanted.where(table.filled < table.count).order_by(table.record_id, table.position)
        if most is not None:
            wanted = wanted.where(table.count <= most)
        found = []
        with self._reading() as connection:
            seeds = Seeds(connection, lambda: None)
            for row in connection.execute(wanted).all():
                run = _Run(*row)
                if (run.record_id, run.position, run.root) in self._hopeless:
                    continue
                try:
                    seed = seeds.get(run.uri, run.run)
                except NotFoundError:
                    continue
                if seed.count == run.count:
                    found.append((run, seed))
        return found

    def _fill(self, run: _Run, seed: SealedSeed, tally: _Tally, stop: Callable[[], bool]) -> None:
        made = self._make(run, seed, tally, stop)
        if made is None:
            self._hopeless.add((run.record_id, run.position, run.root))
            return
        try:
            if not run.filled:
                self._write_tree(run, made, stop)
            self._write_stamps(run, bytes(made.serials), tally, stop)
        except _Moved:
            _log.info("Run %d of %s is not as it was; it is looked at again.", run.run, run.uri)

    def _make(self, run: _Run, seed: SealedSeed, tally: _Tally, stop: Callable[[], bool]) -> _Made | None:
        """Return a run's stamps; None where the seed does not open, or brings other stamps than recorded."""
        made = _Made()
        try:
            assert self._open_seed is not None  # noqa: S101 - `fill` has looked
            for piece in make_pieces(self._open_seed(seed), run.uri, run.count):
                made.take(piece)
                tally.add(piece.count)
                _heed(stop)
        except OcopTraceError as error:
            _log.warning("The stamps of run %d of %s cannot be brought back: %s", run.run, run.uri, error)
            return None
        if encode_base64url(made.complete(run.count)) != run.root:
            _log.warning("The seed of run %d of %s brings other stamps than were recorded.", run.run, run.uri)
            return None
        return made

    # --------------------------------------------------------------------------------------------------------- the tree
    def _write_tree(self, run: _Run, made: _Made, stop: Callable[[], bool]) -> None:
        """Write the tree from left to right; parts that are there already are left as they are."""
        step = _PIECES << (PIECE_LEVEL - BLOCK_LEVEL)
        blocks = len(made.levels[0]) // HASH_BYTES
        for first in range(0, blocks, step):
            _heed(stop)
            rows = list(_tree_rows(run, made, first, min(first + step, blocks)))
            with self._writing() as connection:
                self._expect(connection, run, 0)
                if not _is_there(connection, run, rows[0][2]):
                    insert_rows(connection, schema.stamp_tree, rows)

    def _expect(self, connection: Connection, run: _Run, filled: int) -> None:
        found = connection.execute(select(schema.stamp_run.c.filled).where(run.where())).scalar()
        if found != filled:
            raise _Moved

    # ------------------------------------------------------------------------------------------------------- the stamps
    def _write_stamps(self, run: _Run, serials: bytes, tally: _Tally, stop: Callable[[], bool]) -> None:
        done = 0
        for rows in _stretches(run, serials):
            before, done = done, done + len(rows)
            if done > run.filled:
                _heed(stop)
                missing = rows[max(0, run.filled - before) :]
                self._write_stretch(run, missing, done - len(missing))
                tally.written += len(missing)
            tally.add(len(rows))

    def _write_stretch(self, run: _Run, rows: list[tuple[str, int, int, int]], before: int) -> None:
        table = schema.stamp_run
        with self._writing() as connection:
            further = update(table).where(run.where(), table.c.filled == before)
            if connection.execute(further.values(opened=1, filled=before + len(rows))).rowcount != 1:
                raise _Moved
            insert_rows(connection, schema.stamp, rows)


def _heed(stop: Callable[[], bool]) -> None:
    if stop():
        raise Stopped


def _is_there(connection: Connection, run: _Run, node: int) -> bool:
    table = schema.stamp_tree.c
    place = and_(table.record_id == run.record_id, table.position == run.position, table.node == node)
    return connection.execute(select(table.node).where(place)).scalar() is not None


def _tree_rows(run: _Run, made: _Made, first: int, end: int) -> Iterator[tuple[int, int, int, str, str]]:
    """Yield the rows of blocks `first` to `end`, and of the nodes above them; all upper ones with the last blocks."""
    last = end * HASH_BYTES >= len(made.levels[0])
    for height, level in enumerate(made.levels):
        from_place, to_place = first >> height, len(level) // HASH_BYTES if last else end >> height
        if height > PIECE_LEVEL - BLOCK_LEVEL:
            from_place = 0 if last else to_place
        for place in range(from_place, to_place):
            serials = "" if height else _block_text(made.serials, place)
            node = schema.node_number(BLOCK_LEVEL + height, place)
            digest = level[place * HASH_BYTES : (place + 1) * HASH_BYTES].hex()
            yield run.record_id, run.position, node, digest, serials


def _block_text(serials: bytearray, place: int) -> str:
    width = BLOCK * SERIAL_CHARACTERS
    return serials[place * width : (place + 1) * width].decode("ascii")


def _stretches(run: _Run, serials: bytes) -> Iterator[list[tuple[str, int, int, int]]]:
    """Yield the rows of all stamps of a run by their serials, in stretches of about as many as `STRETCH`."""
    parts = 1
    while parts < len(ALPHABET) and run.count > STRETCH * parts:
        parts *= 2
    width, text = SERIAL_CHARACTERS, serials.decode("ascii")
    begins, places = serials[::width], range(0, len(serials), width)
    edges = [0, *accumulate([len(ALPHABET) // parts] * parts)]
    for low, high in pairwise(edges):
        letters = ALPHABET[low:high].encode()
        chosen = compress(places, begins.translate(bytes(byte in letters for byte in range(256))))
        rows = [(text[at : at + width], run.record_id, run.position, at // width + 1) for at in chosen]
        rows.sort()
        yield rows
