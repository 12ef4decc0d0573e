"""The inclusion proof of a stamp from the tables: one row for its block of 64, and one for each node above."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from traceability.errors import VerificationError
from traceability.projection import schema
from traceability.projection.queries.stamps import FoundStamp
from traceability.proofs.commitments import decode_base64url
from traceability.proofs.merkle import path_places
from traceability.proofs.serials import SERIAL_CHARACTERS
from traceability.proofs.stamp_proofs import RecordPlace, StampProof
from traceability.proofs.stamp_runs import BLOCK, BLOCK_LEVEL, block_path

MOST_NODES = 40
"""Most nodes of one proof that are kept, block included: a tree of 2^45 stamps."""

Nodes = Mapping[int, tuple[str, str]]
"""Number of a node to its hash in hexadecimal, and to the joined serials of a block."""

_KEPT = schema.stamp_tree.c

PATH = select(_KEPT.node, _KEPT.hash, _KEPT.serials).where(
    _KEPT.record_id == bindparam("record_id"),
    _KEPT.position == bindparam("position"),
    _KEPT.node.in_([bindparam(f"node{place}") for place in range(MOST_NODES)]),
)
"""Asks for the nodes of one proof, by their numbers; fewer are filled up with -1."""


def path_parameters(found: FoundStamp) -> dict[str, int]:
    """Return what `PATH` is asked with for a stamp."""
    numbers = [_block(found.number - 1), *_above(found.number - 1, found.count)][:MOST_NODES]
    numbers += [-1] * (MOST_NODES - len(numbers))
    place = {"record_id": found.record_id, "position": found.position}
    return place | {f"node{index}": number for index, number in enumerate(numbers)}


def load_nodes(connection: Connection, found: FoundStamp) -> Nodes:
    """Return the nodes of a stamp's proof."""
    return nodes_from(connection.execute(PATH, path_parameters(found)))


def nodes_from(rows: Iterable[Sequence[Any]]) -> Nodes:
    """Return what `PATH` found."""
    return {node: (digest, serials) for node, digest, serials in rows}


def path_of(found: FoundStamp, nodes: Nodes) -> tuple[bytes, ...]:
    """Return the hashes that lead from a stamp to the root of its run, as the tables have them.

    Raises VerificationError when a node is missing, or the stamp stands in another place of its block.
    """
    index = found.number - 1
    try:
        serials = nodes[_block(index)][1].encode()
        above = [bytes.fromhex(nodes[number][0]) for number in _above(index, found.count)]
    except (KeyError, ValueError) as error:
        raise VerificationError("The proof of stamp {serial} is not complete here.", serial=found.serial) from error
    place = index % BLOCK
    if serials[place * SERIAL_CHARACTERS : (place + 1) * SERIAL_CHARACTERS] != found.serial.encode():
        raise VerificationError("Stamp {serial} is not in the place that it claims.", serial=found.serial)
    return (*block_path(found.lot_uri, serials, place), *above)


def load_record(connection: Connection, found: FoundStamp) -> RecordPlace:
    """Return where the run of a stamp is on record. Raises VerificationError where the tables have lost it."""
    record, at = schema.record.c, schema.cursor.c
    place = (record.block_number, record.transaction_hash, record.log_index)
    wanted = select(at.chain_id, at.contract, *place).join(schema.cursor, at.id == 1)
    row = connection.execute(wanted.where(record.id == found.record_id)).one_or_none()
    if row is None or not row.chain_id.isdecimal():
        raise VerificationError("The record of stamp {serial} is not here.", serial=found.serial)
    return RecordPlace(
        chain_id=int(row.chain_id),
        contract=row.contract,
        block_number=row.block_number,
        transaction="0x" + row.transaction_hash,
        log_index=row.log_index,
    )


def proof_of(found: FoundStamp, nodes: Nodes, record: RecordPlace) -> StampProof:
    """Return a stamp's proof. Raises VerificationError like `path_of`, and for a root that is none."""
    return StampProof(
        lot=found.lot_uri,
        serial=found.serial,
        run=found.run,
        index=found.number - 1,
        size=found.count,
        path=path_of(found, nodes),
        root=decode_base64url(found.root),
        record=record,
    )


def _block(index: int) -> int:
    return schema.node_number(BLOCK_LEVEL, index // BLOCK)


def _above(index: int, count: int) -> list[int]:
    if not 0 <= index < count:
        return [-1]  # not a stamp of this run: no such node, and no proof
    return [schema.node_number(level, place) for level, place in path_places(index, count, BLOCK_LEVEL)]
