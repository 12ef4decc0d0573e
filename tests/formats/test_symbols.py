"""Codes of a whole job are, module for module, those that the library `qrcode` makes one at a time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.errors import InvalidInputError
from traceability.formats.qr import qr_matrix
from traceability.formats.symbols import MASK, Symbols

SERIALS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=17, max_size=17)
UNIT = "https://trace.ocop-th.vn/01/09506000134352/21/"


def plain(link):
    """Return what `qrcode` makes, as rows of 0 and 1."""
    return ["".join("01"[module] for module in row) for row in qr_matrix(link, mask=MASK)]


def fast(symbols, link):
    """Return what we make of it."""
    return symbols.rows(symbols.symbol(link))


@settings(max_examples=60, deadline=None)
@given(SERIALS, st.lists(SERIALS, min_size=1, max_size=3))
def test_random_serials_give_the_same_symbols(first, others):
    """The slow twin agrees, whichever stamp the job began with."""
    symbols = Symbols(UNIT + first)
    for serial in [first, *others]:
        assert fast(symbols, UNIT + serial) == plain(UNIT + serial)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["https://a.vn/p/K7/s/", "http://localhost:8080/01/09506000134352/21/", UNIT[:-1] + "X/"]),
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-.:", min_size=1, max_size=14),
    st.data(),
)
def test_every_letter_and_length_of_the_alphanumeric_mode(link, first, data):
    """Texts of odd and even length, in other versions, with any letter of the mode."""
    symbols = Symbols(link + first)
    second = data.draw(st.text("09AZ $%*+-.:", min_size=len(first), max_size=len(first)))
    assert fast(symbols, link + second) == plain(link + second)


@settings(max_examples=30, deadline=None)
@given(st.text("abcxyzABC019?=&", min_size=12, max_size=12), st.text("abcxyzABC019?=&", min_size=12, max_size=12))
def test_links_in_small_letters_take_the_plain_way(first, second):
    """Where the alphanumeric mode cannot be used, `qrcode` makes each symbol itself."""
    symbols = Symbols(f"https://trace.vn/x/{first}")
    for text in (first, second, first):
        assert fast(symbols, f"https://trace.vn/x/{text}") == plain(f"https://trace.vn/x/{text}")


def test_a_job_may_mix_links_of_both_kinds():
    """One link with a small letter among capitals is done the plain way where it has the same size."""
    symbols = Symbols("https://trace.ocop-th.vn/p/K7/s/ABCDEFGH")
    for link in ("https://trace.ocop-th.vn/p/K7/s/ABCDEFG1", "https://trace.vn/p/K7/s/abc"):
        assert fast(symbols, link) == plain(link)
    assert fast(Symbols("123456789012345678"), "876543210987654321") == plain("876543210987654321")


def test_a_link_that_needs_another_size_is_refused():
    """All codes of a job have one size, since the layout was made for it."""
    symbols = Symbols(UNIT + "7" * 17)
    with pytest.raises(InvalidInputError, match="another size"):
        symbols.symbol(UNIT + "7" * 90)


def test_a_host_of_sixteen_characters_fits_version_4():
    """33 modules a side at level Q (DESIGN.md, Links)."""
    assert Symbols(UNIT + "7" * 17).side == 33
    assert Symbols("https://trace.ocop-th.vn/p/7K2M4D9B1R/s/" + "7" * 17).side == 33
