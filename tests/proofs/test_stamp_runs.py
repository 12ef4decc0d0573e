"""The tree over a run, made in pieces: the root is that of the whole, and every stamp has its path."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.errors import InvalidInputError
from traceability.proofs.merkle import HASH_BYTES, check_inclusion, node_at, path_places, root, stamp_leaf, tower, width
from traceability.proofs.serials import stamp_serials
from traceability.proofs.stamp_runs import (
    BLOCK,
    BLOCK_LEVEL,
    PIECE,
    PIECE_LEVEL,
    block_path,
    make_piece,
    pieces,
    run_root,
    subtree_roots,
    top_level,
    upper_levels,
)

SEED = bytes(range(32))
LOT = "https://id.gs1.org/01/09506000134352/10/L7"
SIZES = (1, 2, 3, 63, 64, 65, 127, 128, 129, 4096, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 777)


def plain_root(count):
    """Return a run's root without pieces."""
    return root(stamp_leaf(LOT, serial) for serial in stamp_serials(SEED, 0, count))


@pytest.mark.parametrize("count", SIZES)
def test_pieces_lead_to_the_root_of_the_whole(count):
    """Apart or together, made one after the other or from the middle on."""
    expected = plain_root(count)
    apart = [subtree_roots(SEED, LOT, first, size) for first, size in pieces(count)]
    assert run_root(b"".join(apart)) == expected
    assert subtree_roots(SEED, LOT, 0, count) == b"".join(apart)
    done = len(apart) // 2
    resumed = b"".join(apart[:done]) + b"".join(subtree_roots(SEED, LOT, *piece) for piece in pieces(count, done))
    assert run_root(resumed) == expected


@pytest.mark.parametrize("count", SIZES)
def test_kept_levels_and_blocks_prove_every_stamp(count):
    """64 leaves and the nodes from level 6 on are all that a stamp's proof needs."""
    made = [make_piece(SEED, LOT, *piece) for piece in pieces(count)]
    levels = {
        height: b"".join(piece.levels[height - BLOCK_LEVEL] for piece in made)
        for height in range(BLOCK_LEVEL, PIECE_LEVEL + 1)
    }
    levels |= dict(enumerate(upper_levels(levels[PIECE_LEVEL]), PIECE_LEVEL))
    for height, level in levels.items():
        assert len(level) // HASH_BYTES == width(count, height)
    serials = list(stamp_serials(SEED, 0, count))
    text = "".join(serials).encode()
    expected = levels[top_level(count)]
    assert expected == plain_root(count)
    for index in {0, count // 3, count // 2, count - 1, max(0, count - 64)}:
        begin = index // BLOCK * BLOCK
        low = block_path(LOT, text[begin * 17 : (begin + BLOCK) * 17], index - begin)
        high = [node_at(levels[height], place) for height, place in path_places(index, count, BLOCK_LEVEL)]
        check_inclusion(stamp_leaf(LOT, serials[index]), index, count, low + high, expected)


@settings(max_examples=20)
@given(st.integers(1, BLOCK))
def test_a_block_of_any_size_has_its_paths(size):
    """The last block of a run may be short."""
    serials = list(stamp_serials(SEED, 0, size))
    top = tower(b"".join(root([stamp_leaf(LOT, serial)]) for serial in serials))[-1]
    for place in range(size):
        check_inclusion(
            stamp_leaf(LOT, serials[place]), place, size, block_path(LOT, "".join(serials).encode(), place), top
        )


@pytest.mark.parametrize(("first", "count"), [(1, 5), (0, 0), (0, PIECE + 1), (PIECE // 2, 5)])
def test_what_is_no_piece_is_refused(first, count):
    """A piece begins at a multiple of its size; anything else would be a root of nothing."""
    with pytest.raises(InvalidInputError):
        make_piece(SEED, LOT, first, count)


def test_no_path_beyond_a_block():
    """There is no 65th stamp in a block."""
    with pytest.raises(InvalidInputError):
        block_path(LOT, b"A" * 17, 1)


def test_a_piece_travels_between_processes():
    """What another process made is what is made here."""
    piece = make_piece(SEED, LOT, 0, 100)
    assert pickle.loads(pickle.dumps(piece)) == piece
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(subtree_roots, SEED, LOT, 0, 100).result() == piece.root
