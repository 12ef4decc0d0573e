"""One root vouches for every stamp of a run, and for no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import InvalidInputError, VerificationError
from traceability.proofs.merkle import (
    EMPTY_ROOT,
    check_inclusion,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    stamp_leaf,
)

LEAVES = [
    bytes.fromhex(text)
    for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
"""The inputs of the tests that certificate-transparency programs share for RFC 6962 and RFC 9162."""

ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaf_lists = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def slow_root(leaves):
    """Return the root as RFC 9162 defines it, by splitting at the largest power of two."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(slow_root(leaves[:split]), slow_root(leaves[split:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size):
    """Trees of one to eight leaves have the roots that everybody computes."""
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree():
    """No leaves hash to the hash of nothing."""
    assert root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(leaf_lists)
def test_streaming_agrees_with_the_definition(leaves):
    """The fast root equals the slow one."""
    assert root(leaves) == slow_root(leaves)


@given(leaf_lists, st.data())
def test_every_leaf_has_a_proof(leaves, data):
    """A proof made from a tree leads to its root."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    check_inclusion(leaves[index], index, len(leaves), inclusion_proof(leaves, index), root(leaves))


@given(leaf_lists, st.data())
def test_a_proof_proves_nothing_else(leaves, data):
    """Another leaf, root, hash or length of the proof fails."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, expected = inclusion_proof(leaves, index), root(leaves)
    wrong = [
        (leaves[index] + b"x", index, len(leaves), proof, expected),
        (leaves[index], index, len(leaves), proof, bytes(32)),
        (leaves[index], index, len(leaves), [*proof, bytes(32)], expected),
        (leaves[index], len(leaves), len(leaves), proof, expected),
        (leaves[index], -1, len(leaves), proof, expected),
    ]
    if proof:
        wrong.append((leaves[index], index, len(leaves), proof[:-1], expected))
        wrong.append((leaves[index], index, len(leaves), [bytes(32), *proof[1:]], expected))
    for arguments in wrong:
        with pytest.raises(VerificationError):
            check_inclusion(*arguments)


def test_a_node_is_no_leaf():
    """The two hashes of a node cannot be passed off as the data of a leaf."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_no_proof_for_a_leaf_that_is_not_there():
    """Asking beyond the tree is refused."""
    with pytest.raises(InvalidInputError):
        inclusion_proof([b"a"], 1)


def test_stamp_leaf():
    """A stamp's leaf names scheme, lot and serial."""
    lot = "https://id.gs1.org/01/09506000134352/10/L7"
    assert stamp_leaf(lot, "ABC") == b"ocop-stamp:1:https://id.gs1.org/01/09506000134352/10/L7:ABC"
