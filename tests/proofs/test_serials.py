"""Serials come back from the seed, the same by the plain way and the fast way."""

from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.identifiers import StampSerial
from traceability.proofs.serials import stamp_serial, stamp_serials

SEED = bytes(range(32))


@given(st.binary(min_size=32, max_size=32), st.integers(min_value=0, max_value=10**6))
def test_the_fast_way_is_the_plain_way(seed, first):
    """A slow, obvious twin checks the tables."""
    assert list(stamp_serials(seed, first, 5)) == [stamp_serial(seed, first + place) for place in range(5)]


def test_every_serial_is_one_that_a_scanner_accepts():
    """17 characters, the last of which checks the others."""
    for serial in stamp_serials(SEED, 0, 1000):
        assert StampSerial(serial) == serial


def test_no_serial_comes_twice():
    """80 random bits do not meet in a run of any size we print."""
    assert len(set(stamp_serials(SEED, 0, 20_000))) == 20_000


def test_the_format_is_fixed():
    """Printed stamps keep their serials: a change here would make every stamp unknown."""
    assert stamp_serial(SEED, 0) == next(stamp_serials(SEED, 0, 1))
    assert list(stamp_serials(SEED, 0, 2)) == VECTOR


VECTOR = ["KW6DKEA0JZZ4JACHY", "RGSE0PE3F3QFFZHFZ"]
