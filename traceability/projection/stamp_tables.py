"""Whether the stamps in the tables are those on record: whole runs, streamed, however long they are.

The blocks of a run are read in order and hashed on the way up to the run's root; what the tables keep of the tree is
compared with what comes out, and each stamp with its place in its block. Memory holds a few blocks, and one hash for
every 64 stamps.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest
from typing import Any, Final

from sqlalchemy import Connection, func, select

from traceability.errors import OcopTraceError
from traceability.ports import SealedSeed
from traceability.projection import schema
from traceability.projection.bulk import find_rows
from traceability.projection.check import Closure, Difference
from traceability.projection.filler import Opener
from traceability.projection.pieces import make_pieces
from traceability.projection.rows import Row, Rows
from traceability.projection.stores import Seeds
from traceability.proofs.evidence import RunEvidence, Tally
from traceability.proofs.merkle import HASH_BYTES, tower
from traceability.proofs.serials import SERIAL_CHARACTERS
from traceability.proofs.stamp_runs import BLOCK, BLOCK_LEVEL, leaf_hashes, run_root

_TOGETHER: Final = 8
"""Blocks whose stamps are looked up with one statement."""

_AT_ONCE: Final = 256
"""Rows that are fetched at once."""

_FIRST: Final = schema.node_number(BLOCK_LEVEL, 0)
_ABOVE: Final = schema.node_number(BLOCK_LEVEL + 1, 0)

Place = tuple[int, int]
"""Record and position: where a run is issued."""


class StampTables:
    """Looks at the stamps of runs.

    Args:
        connection: the tables.
        open_seed: opens the seed of a run; None leaves seeds alone.
        closure: only the runs of these lots; None for all.
    """

    def __init__(self, connection: Connection, open_seed: Opener | None, closure: Closure | None = None) -> None:
        """Look which runs there are; stamps are read when they are asked for."""
        self._connection = connection
        self._open_seed = open_seed
        self.differences: list[Difference] = []
        """How stamps and trees differ from one another; the roots on record are compared by the verifier."""
        self._seeds = {(seed.lot, seed.run): seed for seed in Seeds(connection, lambda: None).all()}
        run, goods = schema.stamp_run.c, schema.lot.c
        wanted = select(schema.stamp_run, goods.uri).join(schema.lot, goods.subject == run.lot)
        if closure is not None:
            wanted = wanted.where(run.lot.in_(closure.subjects))
        found = connection.execute(wanted.order_by(run.record_id, run.position)).mappings()
        self._runs = [dict(row) for row in found]
        places = None if closure is None else {row["record_id"] for row in self._runs}
        self._stamps = _counts(connection, schema.stamp, places)
        self._nodes = _counts(connection, schema.stamp_tree, places)
        if closure is None:
            self._find_strays()

    def _find_strays(self) -> None:
        """Find stamps and nodes that belong to no run."""
        known = {(row["record_id"], row["position"]) for row in self._runs}
        for table, counts in ((schema.stamp, self._stamps), (schema.stamp_tree, self._nodes)):
            self.differences += [Difference(table.name, place, "surplus") for place in counts if place not in known]

    def runs(self, rows: Rows) -> list[RunEvidence]:
        """Return the evidence of every run; `rows` are what the logs say of lots."""
        uris = {key: row["uri"] for (key,), row in rows.rows(schema.lot).items()}
        return [self._run({**row, "uri": uris.get(row["lot"], row["uri"])}) for row in self._runs]

    def _run(self, row: Row) -> RunEvidence:
        place = row["record_id"], row["position"]
        seed, seeded, trouble = self._seeds.get((row["uri"], row["run"])), None, ""
        if self._open_seed is not None:
            if seed is None:
                trouble = "its seed is not kept here any more." if row["opened"] else ""
            else:
                seeded, trouble = self._from_seed(row, seed)
        stored = self._from_tables(row, place) if row["filled"] == row["count"] else None
        if row["opened"] != int(bool(row["filled"])):
            self.differences.append(Difference("stamp_run", (row["lot"], row["run"]), "altered: opened"))
        if not row["filled"] and seed is None and (place in self._stamps or place in self._nodes):
            self.differences.append(Difference("stamp", place, "surplus"))
        name = f"Run {row['run']} of {row['uri']}"
        return RunEvidence(name, row["count"], row["root"], row["filled"], stored, seeded, trouble)

    def _from_seed(self, row: Row, seed: SealedSeed) -> tuple[Tally | None, str]:
        if seed.count != row["count"]:
            return None, f"its seed was kept for {seed.count} stamps."
        try:
            assert self._open_seed is not None  # noqa: S101 - the caller has looked
            roots = b"".join(piece.root for piece in make_pieces(self._open_seed(seed), row["uri"], seed.count))
        except OcopTraceError as error:
            return None, str(error)
        return (Tally(seed.count, run_root(roots)), "") if roots else (None, "")

    # ------------------------------------------------------------------------------------------------------- the tables
    def _from_tables(self, row: Row, place: Place) -> Tally | None:
        """Return what the tables lead to, and note how they differ among themselves."""
        blocks = _BlockReader(row["uri"], place)
        read = blocks.read(self._connection)
        while some := list(islice(read, _TOGETHER)):
            self._compare_stamps(place, dict(pair for block in some for pair in block))
        self.differences += blocks.differences
        if self._stamps.get(place, 0) != blocks.count:
            what = f"altered: {self._stamps.get(place, 0)} stamps, {blocks.count} in the tree"
            self.differences.append(Difference("stamp", place, what))
        if not blocks.hashes:
            return None
        levels = tower(bytes(blocks.hashes))
        self._compare_nodes(place, levels)
        return Tally(blocks.count, levels[-1])

    def _compare_stamps(self, place: Place, numbers: Mapping[str, int]) -> None:
        stored = find_rows(self._connection, schema.stamp, list(numbers))
        for serial, number in numbers.items():
            if (row := stored.get(serial)) != (*place, number):
                what = "missing" if row is None else "altered: record_id, position, number"
                self.differences.append(Difference("stamp", (serial,), what))

    def _compare_nodes(self, place: Place, levels: list[bytes]) -> None:
        """Compare what is kept above the blocks with what the blocks lead to."""
        expected = [
            (schema.node_number(BLOCK_LEVEL + height, at // HASH_BYTES), level[at : at + HASH_BYTES].hex(), "")
            for height, level in enumerate(levels[1:], 1)
            for at in range(0, len(level), HASH_BYTES)
        ]
        for row, node in zip_longest(_nodes(self._connection, place, _ABOVE), expected):
            if row != node:
                number = node[0] if row is None else row[0]
                what = "missing" if row is None else "surplus" if node is None else "altered: hash, serials"
                self.differences.append(Difference("stamp_tree", (*place, number), what))
                return
        kept = len(levels[0]) // HASH_BYTES + len(expected)
        if self._nodes.get(place, 0) != kept:
            self.differences.append(Difference("stamp_tree", place, "surplus"))


class _BlockReader:
    """Reads the blocks of a run in order, and keeps the hash of each."""

    def __init__(self, lot: str, place: Place) -> None:
        self._lot = lot
        self._place = place
        self.hashes = bytearray()
        self.count = 0
        self.differences: list[Difference] = []

    def read(self, connection: Connection) -> Iterator[list[tuple[str, int]]]:
        """Yield the serials of each block with their numbers."""
        for at, (node, kept, serials) in enumerate(_nodes(connection, self._place, _FIRST, _ABOVE)):
            text = str(serials).encode(errors="replace")
            size = len(text) // SERIAL_CHARACTERS
            whole = len(text) == size * SERIAL_CHARACTERS and 0 < size <= BLOCK
            digest = tower(leaf_hashes(self._lot, text))[-1] if whole else b""
            if node != schema.node_number(BLOCK_LEVEL, at) or digest.hex() != kept or self.count % BLOCK:
                self.differences.append(Difference("stamp_tree", (*self._place, node), "altered: hash, serials"))
                return
            self.hashes += digest
            first, self.count = self.count, self.count + size
            width = SERIAL_CHARACTERS
            yield [(text[n * width : (n + 1) * width].decode(), first + n + 1) for n in range(size)]


def _nodes(
    connection: Connection, place: Place, first: int, end: int = (1 << 63) - 1
) -> Iterator[tuple[int, str, str]]:
    """Yield nodes of a run's tree by number: hash and serials."""
    table = schema.stamp_tree.c
    wanted = select(table.node, table.hash, table.serials).where(table.record_id == place[0])
    wanted = wanted.where(table.position == place[1], table.node >= first, table.node < end).order_by(table.node)
    for row in connection.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        yield row[0], row[1], row[2]


def _counts(connection: Connection, table: Any, records: set[int] | None) -> dict[Place, int]:
    """Return how many rows of a table belong to which run."""
    columns = table.c.record_id, table.c.position
    wanted = select(*columns, func.count()).group_by(*columns)
    if records is not None:
        wanted = wanted.where(table.c.record_id.in_(records))
    return {(row[0], row[1]): row[2] for row in connection.execute(wanted)}
