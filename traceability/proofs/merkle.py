"""Merkle trees of RFC 9162: one 32-byte root vouches for a whole run of stamps.

Leaves and inner nodes are hashed under different prefixes, so that a node can never be passed off as a leaf. The
root of a run goes on chain; the *inclusion proof* of one stamp, a handful of hashes, shows anyone that the stamp
belongs to the run. Section numbers are RFC 9162's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from traceability.errors import InvalidInputError, VerificationError

_LEAF, _NODE = b"\x00", b"\x01"

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


@dataclass(slots=True)
class RootBuilder:
    """Takes leaves one at a time and keeps one hash for each set bit of their number: twenty for a million."""

    size: int = 0
    _peaks: list[bytes] = field(default_factory=list)

    def add(self, data: bytes) -> None:
        """Append one leaf."""
        node, size = leaf_hash(data), self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf data, read once, in memory that grows with the logarithm of their number."""
    builder = RootBuilder()
    for data in leaves:
        builder.add(data)
    return builder.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from the leaf at `index` up to the root (section 2.1.3.1), lowest first.

    Raises InvalidInputError when there is no leaf at that index.
    """
    if not 0 <= index < len(leaves):
        raise InvalidInputError("There is no leaf {index} in a tree of {size}.", index=index, size=len(leaves))
    level, path = [leaf_hash(data) for data in leaves], []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
        index >>= 1
    return path


def check_inclusion(data: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Return quietly when the proof shows that leaf `index` of a tree of `size` holds `data` (section 2.1.3.2).

    Raises VerificationError when it does not, whatever is wrong: index, length of the proof, or one of its hashes.
    """
    if not 0 <= index < size:
        raise VerificationError("There is no leaf {index} in a tree of {size}.", index=index, size=size)
    place, last, node = index, size - 1, leaf_hash(data)
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
