"""Serials and second codes come back from the seed, the same by the plain way and the fast way."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.identifiers import StampSerial
from traceability.proofs.serials import (
    CHUNK,
    SERIAL_CHARACTERS,
    is_second_code,
    second_code,
    second_codes,
    serial_text,
    stamp_serial,
    stamp_serials,
)

SEED = bytes(range(32))

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def slow_code(seed, index):
    """Return a second code, bit by bit as docs/format.md words it."""
    mac = hmac.new(seed, b"second code" + index.to_bytes(8, "big"), "sha256").digest()
    bits = "".join(f"{byte:08b}" for byte in mac)[:40]
    return "".join(CROCKFORD[int(bits[at : at + 5], 2)] for at in range(0, 40, 5))


@given(st.binary(min_size=32, max_size=32), st.integers(min_value=0, max_value=10**6))
def test_the_fast_way_is_the_plain_way(seed, first):
    """A slow, obvious twin checks columns and tables."""
    assert list(stamp_serials(seed, first, 5)) == [stamp_serial(seed, first + place) for place in range(5)]


@given(st.binary(min_size=1, max_size=100), st.integers(min_value=0, max_value=2**63 - 10))
def test_second_codes_are_as_the_format_says(seed, first):
    """One by one and in bulk, for seeds of any length and places of any size."""
    expected = [slow_code(seed, first + place) for place in range(3)]
    assert [second_code(seed, first + place) for place in range(3)] == expected
    assert list(second_codes(seed, first, 3)) == expected


def test_a_run_longer_than_a_chunk_has_no_seam():
    """What is made a chunk at a time is what is made at once."""
    count = CHUNK + 3
    text = serial_text(SEED, 7, count).decode()
    assert list(stamp_serials(SEED, 7, count)) == [
        text[at : at + SERIAL_CHARACTERS] for at in range(0, len(text), SERIAL_CHARACTERS)
    ]
    assert list(second_codes(SEED, 0, count))[-1] == second_code(SEED, count - 1)


def test_nothing_of_nothing():
    """No stamps, no serials."""
    assert (serial_text(SEED, 5, 0), list(stamp_serials(SEED, 5, 0)), list(second_codes(SEED, 5, 0))) == (b"", [], [])


def test_every_serial_is_one_that_a_scanner_accepts():
    """17 characters, the last of which checks the others."""
    for serial in stamp_serials(SEED, 0, 1000):
        assert StampSerial(serial) == serial


def test_no_serial_comes_twice():
    """80 random bits do not meet in a run of any size we print."""
    assert len(set(stamp_serials(SEED, 0, 20_000))) == 20_000


def test_the_format_is_fixed():
    """Printed stamps keep their serials and codes: a change here would make every stamp unknown."""
    assert stamp_serial(SEED, 0) == next(stamp_serials(SEED, 0, 1))
    assert list(stamp_serials(SEED, 0, 2)) == ["KW6DKEA0JZZ4JACHY", "RGSE0PE3F3QFFZHFZ"]
    assert list(second_codes(SEED, 0, 2)) == CODES


def test_a_code_says_nothing_of_its_serial():
    """The two come from digests over different texts, so that a picture of the QR does not give the code away."""
    assert not stamp_serial(SEED, 0).startswith(second_code(SEED, 0))


@pytest.mark.parametrize("change", [str.lower, lambda code: f" {code[:4]}-{code[4:]} ", lambda code: code])
def test_a_code_is_read_generously(change):
    """Case, spaces and dashes make no difference, nor what looks like a digit."""
    codes = list(second_codes(SEED, 0, 50))
    assert all(is_second_code(SEED, place, change(code)) for place, code in enumerate(codes))
    looks = [code.replace("0", "o").replace("1", "l") for code in codes]
    assert all(is_second_code(SEED, place, code) for place, code in enumerate(looks))


@pytest.mark.parametrize("typed", ["", "00000000", "7", "x" * 5000, "mã cào", "\ud800", slow_code(SEED, 1)])
def test_anything_else_is_no_code(typed):
    """Nonsense, another stamp's code and an empty field are all the same refusal."""
    assert not is_second_code(SEED, 0, typed)


CODES = ["6SQGPTCH", "KJRVJPRA"]
