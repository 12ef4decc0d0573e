"""Merkle trees of RFC 9162: one 32-byte root vouches for a whole run of stamps.

Leaves and inner nodes are hashed under different prefixes, so that a node can never be passed off as a leaf. The
root of a run goes on chain; the *inclusion proof* of one stamp, a handful of hashes, shows anyone that the stamp
belongs to the run. A tree is held as its *levels*, each of them the joined hashes of its nodes from left to right: the
leaves' first, the root's last. Levels of aligned parts of a tree can be made apart. Section numbers are RFC 9162's.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from traceability.errors import InvalidInputError, VerificationError

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"

HASH_BYTES: Final = 32
"""Length of every hash."""

EMPTY_ROOT = sha256().digest()
"""The root of the tree without leaves (section 2.1.1)."""

STAMP_SCHEME = "ocop-stamp:1"
"""Version of what a stamp's leaf says (docs/format.md, "Stamps")."""


def stamp_leaf(lot_uri: str, serial: str) -> bytes:
    """Return the leaf data of one stamp: the scheme, the lot's canonical URI and the stamp's serial, in UTF-8."""
    return f"{STAMP_SCHEME}:{lot_uri}:{serial}".encode()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf (section 2.1.1)."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (section 2.1.1)."""
    return sha256(_NODE + left + right).digest()


# ------------------------------------------------------------------------------------------------------------ levels
def join_hashes(leaves: Iterable[bytes]) -> bytes:
    """Return the lowest level of a tree: the hashes of leaf data, joined."""
    return b"".join([sha256(_LEAF + data).digest() for data in leaves])


def parents(level: bytes) -> bytes:
    """Return the level above one; a last node without a partner is taken up as it is (section 2.1.2)."""
    pairs = range(0, len(level) - HASH_BYTES, 2 * HASH_BYTES)
    above = [sha256(_NODE + level[at : at + 2 * HASH_BYTES]).digest() for at in pairs]
    if len(level) // HASH_BYTES % 2:
        above.append(level[-HASH_BYTES:])
    return b"".join(above)


def tower(level: bytes) -> list[bytes]:
    """Return a level and all above it, up to the single root. Raises InvalidInputError for a level without a node."""
    if not level:
        raise InvalidInputError("A tree without leaves has no levels.")
    found = [level]
    while len(found[-1]) > HASH_BYTES:
        found.append(parents(found[-1]))
    return found


def node_at(level: bytes, place: int) -> bytes:
    """Return one node of a level, by its place from 0."""
    return level[place * HASH_BYTES : (place + 1) * HASH_BYTES]


def width(size: int, level: int) -> int:
    """Return how many nodes a tree of `size` leaves has so many levels above them."""
    return -(-size >> level)


def path_places(index: int, size: int, lowest: int = 0) -> list[tuple[int, int]]:
    """Return the nodes of a leaf's inclusion proof, lowest first, each as level and place from 0 (section 2.1.3.1).

    Args:
        index: of the leaf, from 0.
        size: leaves in the tree.
        lowest: the level from which on nodes are wanted.
    """
    places, level = [], lowest
    while width(size, level) > 1:
        sibling = (index >> level) ^ 1
        if sibling < width(size, level):
            places.append((level, sibling))
        level += 1
    return places


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf data."""
    level = join_hashes(leaves)
    return tower(level)[-1] if level else EMPTY_ROOT


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from the leaf at `index` up to the root (section 2.1.3.1), lowest first.

    Raises InvalidInputError when there is no leaf at that index.
    """
    if not 0 <= index < len(leaves):
        raise InvalidInputError("There is no leaf {index} in a tree of {size}.", index=index, size=len(leaves))
    levels = tower(join_hashes(leaves))
    return [node_at(levels[level], place) for level, place in path_places(index, len(leaves))]


def check_inclusion(data: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Return quietly when the proof shows that leaf `index` of a tree of `size` holds `data`.

    Raises VerificationError like `check_path`.
    """
    check_path(leaf_hash(data), index, size, proof, expected)


def check_path(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Return quietly when the proof shows that leaf `index` of a tree of `size` hashes to `leaf` (section 2.1.3.2).

    Raises VerificationError when it does not, whatever is wrong: index, length of the proof, or one of its hashes.
    """
    if not 0 <= index < size:
        raise VerificationError("There is no leaf {index} in a tree of {size}.", index=index, size=size)
    if any(len(each) != HASH_BYTES for each in (leaf, *proof)):
        raise VerificationError("The inclusion proof holds what is no hash of {size} bytes.", size=HASH_BYTES)
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise VerificationError("The inclusion proof is {count} hashes long, which is too many.", count=len(proof))
        if place & 1 or place == last:
            node = node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise VerificationError("The inclusion proof is {count} hashes long, which is too few.", count=len(proof))
    if node != expected:
        found = node.hex()
        raise VerificationError("The proof leads to root {found}, not to {root}.", found=found, root=expected.hex())
