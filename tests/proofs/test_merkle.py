"""One root vouches for every stamp of a run, and for no other."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import InvalidInputError, VerificationError
from traceability.proofs.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    check_inclusion,
    check_path,
    inclusion_proof,
    join_hashes,
    leaf_hash,
    node_at,
    node_hash,
    path_places,
    root,
    stamp_leaf,
    tower,
    width,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "rfc6962_inclusion.json").read_text())
"""The tests that certificate-transparency programs share for RFC 6962 and RFC 9162."""

LEAVES = [bytes.fromhex(text) for text in VECTORS["leaves"]]

ROOTS = VECTORS["roots"]

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


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=lambda case: case["name"])
def test_known_inclusion_proofs(case):
    """Audit paths that others made hold, those that others spoilt do not; ours are the same as theirs."""
    proof = [bytes.fromhex(step) for step in case["proof"]]
    about = (bytes.fromhex(case["leaf"]), case["index"], case["size"], proof, bytes.fromhex(case["root"]))
    if not case["ok"]:
        with pytest.raises(VerificationError):
            check_path(*about)
        return
    check_path(*about)
    if case["root"] in ROOTS:
        assert inclusion_proof(LEAVES[: case["size"]], case["index"]) == proof


def test_the_known_proofs_are_all_there():
    """The vectors hold good and bad cases, and trees of our own leaves among the good ones."""
    good = [case for case in VECTORS["inclusion"] if case["ok"]]
    assert (len(VECTORS["inclusion"]), len(good)) == (98, 6)
    assert sum(case["root"] in ROOTS for case in good) == 5


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


def slow_path(leaves, index):
    """Return an audit path as RFC 9162 defines it (section 2.1.3.1)."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*slow_path(leaves[:split], index), slow_root(leaves[split:])]
    return [*slow_path(leaves[split:], index - split), slow_root(leaves[:split])]


@given(leaf_lists, st.data())
def test_paths_are_as_the_definition_says(leaves, data):
    """What is read off the levels is what splitting at the largest power of two gives."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    assert inclusion_proof(leaves, index) == slow_path(leaves, index)


@given(leaf_lists)
def test_levels_have_the_widths_that_they_should(leaves):
    """Each level is half as wide as the one below, rounded up, and the last is the root."""
    levels = tower(join_hashes(leaves))
    assert [len(level) // HASH_BYTES for level in levels] == [
        width(len(leaves), height) for height in range(len(levels))
    ]
    assert node_at(levels[-1], 0) == slow_root(leaves)


@given(st.integers(1, 5000), st.data(), st.integers(0, 8))
def test_the_upper_part_of_a_path_can_be_asked_for(size, data, lowest):
    """From a level on, a path is what the whole path has from there on."""
    index = data.draw(st.integers(0, size - 1))
    assert path_places(index, size, lowest) == [place for place in path_places(index, size) if place[0] >= lowest]


def test_no_levels_without_leaves():
    """An empty tree has a root by definition, and no levels."""
    with pytest.raises(InvalidInputError):
        tower(b"")


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
