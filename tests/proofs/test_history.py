"""A history is a hash chain that nobody can cut, reorder or edit."""

from hashlib import sha256

import pytest
from eth_abi import encode
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import InvalidInputError, VerificationError
from traceability.proofs.history import GENESIS_HEAD, Kind, Touch, fold, subject_key

SIGNER = "0x" + "12" * 20
subjects = st.binary(min_size=32, max_size=32)
touches = st.builds(
    Touch,
    subject=subjects,
    kind=st.sampled_from(Kind),
    amount=st.integers(0, 2**72 - 1),
    counterparty=st.integers(0, 2**32 - 1),
    sequence=st.integers(0, 2**24 - 1),
    first_document=st.integers(0, 2**16 - 1),
    document_count=st.integers(0, 2**16 - 1),
)


@given(touches)
def test_terms_round_trip(touch):
    """A touch survives its packing into one word."""
    assert Touch.from_terms(touch.subject, touch.terms) == touch


def test_terms_layout():
    """The fields stand where docs/format.md says, from the low end."""
    touch = Touch(bytes(32), Kind.SHIP, 5, 7, 9, 11, 13)
    assert touch.terms == 8 | 5 << 8 | 7 << 80 | 9 << 112 | 11 << 136 | 13 << 152


@given(touches, st.integers(1, 2**24 - 1), st.binary(min_size=32, max_size=32), st.binary(min_size=24, max_size=24))
def test_fold_is_what_solidity_hashes(touch, sequence, documents_hash, head):
    """Six words under abi.encode, the first 24 bytes of their SHA-256."""
    types = ["bytes32", "bytes32", "uint256", "uint256", "bytes32", "address"]
    words = encode(types, [head.ljust(32, b"\0"), touch.subject, touch.terms, sequence, documents_hash, SIGNER])
    assert fold(head, touch, sequence, documents_hash, SIGNER) == sha256(words).digest()[:24]


@given(st.lists(touches, min_size=2, max_size=6, unique_by=lambda touch: touch.terms), st.data())
def test_a_history_cannot_be_cut_or_reordered(history, data):
    """Leaving one touch out, or swapping two, leads to another head."""

    def head_of(steps):
        head = GENESIS_HEAD
        for sequence, touch in enumerate(steps, 1):
            head = fold(head, touch, sequence, bytes(32), SIGNER)
        return head

    place = data.draw(st.integers(0, len(history) - 2))
    swapped = [*history[:place], history[place + 1], history[place], *history[place + 2 :]]
    shortened = history[:place] + history[place + 1 :]
    assert len({head_of(history), head_of(swapped), head_of(shortened)}) == 3


@pytest.mark.parametrize("change", [{"amount": 2**72}, {"amount": -1}, {"sequence": 2**24}, {"subject": bytes(31)}])
def test_what_does_not_fit_is_refused(change):
    """A number is never cut silently."""
    with pytest.raises(InvalidInputError):
        Touch(**{"subject": bytes(32), "kind": Kind.OBSERVE} | change)


@pytest.mark.parametrize("terms", [0, 14, 255, 1 | 1 << 168, 1 << 255, -1])
def test_malformed_terms_are_refused(terms):
    """Unknown kinds and bits that must be zero fail."""
    with pytest.raises(VerificationError):
        Touch.from_terms(bytes(32), terms)


def test_subject_key():
    """A subject's key can be computed by anyone from its URI."""
    uri = "https://id.gs1.org/01/09506000134352/10/L7"
    assert subject_key(uri) == sha256(uri.encode()).digest()
