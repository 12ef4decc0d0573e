"""Amounts in different units meet in one."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.data_files import read_table
from traceability.domain.quantities import UNITS
from traceability.domain.units_of_measure import in_base_unit

TABLE = read_table("units_of_measure.csv")
CODES = [row["code"] for row in TABLE]
BASES = {row["measures"]: row["code"] for row in reversed(TABLE)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, "KGM"), (1000, "GRM")),
        ((0.1, "KGM"), (100, "GRM")),
        ((2.5, "TNE"), (25, "DTN")),
        ((1, "STN"), (2000, "LBR")),
        ((50, "FAH"), (10, "CEL")),
        ((-40, "FAH"), (-40, "CEL")),
        ((4.2, "CEL"), (277.35, "KEL")),
        ((0, "A48"), (0, "KEL")),
        ((36, "KMH"), (10, "MTS")),
        ((1, "INH"), (25.4, "MMT")),
        ((1, "NMI"), (1.852, "KMT")),
        ((1, "HAR"), (10_000, "MTK")),
        ((1, "DAA"), (1000, "MTK")),
        ((231, "INQ"), (1, "GLL")),
        ((8, "PTL"), (1, "GLL")),
        ((160, "OZI"), (4.54609, "LTR")),
        ((760, "UA"), (1, "ATM")),
        ((1, "BAR"), (1000, "MBR")),
        ((1, "KWH"), (3.6, "3B")),
        ((18, "P1"), (180_000, "59")),
        ((1, "GRO"), (12, "DZN")),
        ((12.1, "A93"), (0.0121, "GL")),
        ((55, "H61"), (5.5, "D10")),
        ((60, "RPM"), (1, "RPS")),
        ((180, "E96"), (30, "RPM")),
        ((3600, "P71"), (60, "P75")),
        ((1, "E63"), (1024, "E64")),
        ((1, "D60"), (1, "B56")),
    ],
    ids=str,
)
def test_equal_amounts_are_equal(one, other):
    """To the last bit, whichever unit they are told in."""
    assert in_base_unit(*one) == in_base_unit(*other)
    assert in_base_unit(Decimal(str(one[0])), one[1]) == in_base_unit(*other)


def test_differences_have_no_zero_point():
    """A standard deviation of 9 degrees Fahrenheit is one of 5 kelvin."""
    assert in_base_unit(9, "FAH", is_spread=True) == in_base_unit(5, "CEL", is_spread=True) == (5.0, "KEL")


def test_unknown_units_are_their_own():
    """What the table does not know stays as it is."""
    assert in_base_unit(1.5, "XBX") == (1.5, "XBX")
    assert in_base_unit(7, "Q30") == (7.0, "Q30")
    assert in_base_unit(7, "kgm") == (7.0, "kgm")


@pytest.mark.parametrize("code", ["TNE", "KGM", "XBX"])
def test_what_no_float_holds_is_infinite(code):
    """Whoever writes it on the chain: nothing fails."""
    assert in_base_unit(10**400, code)[0] == inf
    assert in_base_unit(-(10**400), code)[0] == -inf
    assert in_base_unit(Decimal("1e-700"), code)[0] == 0
    assert isnan(in_base_unit(nan, code)[0])


def test_a_number_may_become_too_large():
    """Then it is larger than all others."""
    assert in_base_unit(1e308, "TNE") == (inf, "KGM")
    assert in_base_unit(-1e308, "TNE") == (-inf, "KGM")


@given(st.sampled_from(CODES), st.lists(st.floats(allow_nan=False), min_size=2))
def test_order_is_kept(code, numbers):
    """Who measures more, measures more in the base unit."""
    found = [in_base_unit(number, code)[0] for number in sorted(numbers)]
    assert all(lower <= higher for lower, higher in pairwise(found))


@given(st.sampled_from(CODES), st.decimals(-(10**6), 10**6, places=3))
def test_the_base_unit_is_a_fixed_point(code, number):
    """Going there twice is going there once."""
    amount, base = in_base_unit(number, code)
    assert in_base_unit(amount, base) == (amount, base)


def test_the_table_is_sound():
    """Codes are named once, bases are bases, and factors are positive."""
    assert len(set(CODES)) == len(CODES)
    for row in TABLE:
        factor, offset = Fraction(row["factor"]), Fraction(row["offset"] or 0)
        assert factor > 0
        assert offset >= 0
        assert (BASES[row["measures"]] != row["code"]) or (factor, offset) == (1, 0)


@pytest.mark.parametrize("unit", UNITS.values(), ids=lambda unit: unit.code)
def test_units_of_lots_agree(unit):
    """The units that people choose for goods, which the ledger counts exactly, say the same."""
    assert in_base_unit(1, unit.code) == in_base_unit(unit.per_base, unit.base.code)
