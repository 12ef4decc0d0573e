"""A commitment vouches for a value that can still be erased."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import InvalidInputError, VerificationError
from traceability.proofs.commitments import check_commitment, commit, decode_base64url, encode_base64url

salts = st.binary(min_size=16, max_size=16)


@given(st.text(st.characters(exclude_categories=["Cs"])), salts)
def test_the_value_and_its_salt_open_it(value, salt):
    """Text and its UTF-8 bytes have one commitment, which they open."""
    commitment = commit(value, salt)
    assert commitment == commit(value.encode(), salt)
    assert len(commitment) == 43
    check_commitment(commitment, value, salt)


@given(salts)
def test_nothing_else_opens_it(salt):
    """Another value or another salt fails."""
    for value, other in (
        ("b", salt),
        ("a", bytes(reversed(salt)) if salt != salt[::-1] else bytes([salt[0] ^ 1]) + salt[1:]),
    ):
        with pytest.raises(VerificationError):
            check_commitment(commit("a", salt), value, other)


def test_a_short_salt_is_refused():
    """A commitment without a real salt could be guessed."""
    with pytest.raises(InvalidInputError):
        commit("a", b"short")


@given(st.binary(max_size=40))
def test_base64url_has_one_spelling(data):
    """Bytes come back, and only their own spelling is read."""
    assert decode_base64url(encode_base64url(data)) == data


@pytest.mark.parametrize("text", ["a", "ab=", "a+b/", "AB", "é", "a b"])
def test_odd_base64url_is_refused(text):
    """Padding, other alphabets and stray bits are errors."""
    with pytest.raises(VerificationError):
        decode_base64url(text)
