"""The Merkle tree over a run of stamps, made in pieces: apart, in any order, in any process.

A run of a million stamps is a tree of a million leaves. It is cut into *pieces* of 16,384 stamps, each an aligned
subtree, so that a piece can be made from the seed alone; the roots of all pieces, joined, lead to the run's root
(RFC 9162, section 2.1.1). Whoever computes a root keeps 32 bytes a piece and can stop and go on at any piece. Functions
here are pure and take and return plain bytes, so that they may run in another process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from traceability.errors import InvalidInputError
from traceability.proofs.merkle import HASH_BYTES, node_at, parents, stamp_leaf, tower
from traceability.proofs.serials import SERIAL_CHARACTERS, serial_text

BLOCK_LEVEL: Final = 6
"""Nodes from this level on are kept; below them lie the 64 leaves of a *block*."""

BLOCK: Final = 1 << BLOCK_LEVEL
"""Stamps of a block."""

PIECE_LEVEL: Final = 14
"""The level at which the roots of pieces stand in a tree."""

PIECE: Final = 1 << PIECE_LEVEL
"""Stamps of a piece; the last piece of a run may have fewer."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some stamps of a run, with the nodes above them.

    Args:
        first: place of its first stamp, from 0; a multiple of `PIECE`.
        count: how many stamps there are.
        serials: theirs, joined, 17 ASCII characters each.
        levels: hashes of levels `BLOCK_LEVEL` to `PIECE_LEVEL`, each level joined; the last one is the piece's root.
    """

    first: int
    count: int
    serials: bytes
    levels: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """The hash over all of it."""
        return self.levels[-1]


def pieces(count: int, done: int = 0) -> Iterator[tuple[int, int]]:
    """Yield first place (from 0) and number of stamps of each piece of a run, but for so many that are done already."""
    for first in range(done * PIECE, count, PIECE):
        yield first, min(PIECE, count - first)


def make_piece(seed: bytes, lot: str, first: int, count: int) -> Piece:
    """Make one piece from the seed of its run; `lot` is the lot's canonical URI.

    Raises InvalidInputError for stamps that are no piece.
    """
    if first % PIECE or not 0 < count <= PIECE:
        raise InvalidInputError("Stamps {first} and {count} more are no piece of a run.", first=first, count=count)
    serials = serial_text(seed, first, count)
    level, levels = leaf_hashes(lot, serials), []
    for height in range(PIECE_LEVEL + 1):
        if height >= BLOCK_LEVEL:
            levels.append(level)
        level = parents(level)
    return Piece(first, count, serials, tuple(levels))


def leaf_hashes(lot: str, serials: bytes) -> bytes:
    """Return the hashes of stamps' leaves, joined, from their joined serials: `leaf_hash` of each `stamp_leaf`."""
    prefix, width = b"\x00" + stamp_leaf(lot, ""), SERIAL_CHARACTERS
    return b"".join([sha256(prefix + serials[at : at + width]).digest() for at in range(0, len(serials), width)])


def subtree_roots(seed: bytes, lot: str, first: int, count: int) -> bytes:
    """Return the roots of all pieces in a range of stamps, joined: 32 bytes each, for `run_root`.

    The range begins at a piece; where it does not end at one, that is the end of the run. Raises like `make_piece`.
    """
    ends = range(first, first + count, PIECE)
    return b"".join(make_piece(seed, lot, at, min(PIECE, first + count - at)).root for at in ends)


def upper_levels(roots: bytes) -> list[bytes]:
    """Return the levels from `PIECE_LEVEL` up to the run's root, from the joined roots of all its pieces, in order.

    Raises InvalidInputError where there are none.
    """
    return tower(roots)


def run_root(roots: bytes) -> bytes:
    """Return the root of a run from the joined roots of all its pieces, in order. Raises like `upper_levels`."""
    return upper_levels(roots)[-1]


def top_level(count: int) -> int:
    """Return the level of the root among those that are kept of a run: at least that of a block."""
    return max(BLOCK_LEVEL, (count - 1).bit_length())


def block_path(lot: str, serials: bytes, place: int) -> list[bytes]:
    """Return the hashes that lead from one stamp of a block up to the block's root, lowest first.

    Args:
        lot: the lot's canonical URI.
        serials: of the stamps of the block, in their order, joined; 64, or fewer at the end of a run.
        place: of the stamp in the block, from 0.

    Raises InvalidInputError when there is no such place.
    """
    size = len(serials) // SERIAL_CHARACTERS
    if not 0 <= place < size:
        raise InvalidInputError("There is no stamp {place} in a block of {size}.", place=place, size=size)
    level, path = leaf_hashes(lot, serials), []
    while len(level) > HASH_BYTES:
        if sibling := node_at(level, place ^ 1):
            path.append(sibling)
        level, place = parents(level), place >> 1
    return path
