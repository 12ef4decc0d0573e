"""Quantities are exact, in a unit people use and in the one the ledger counts in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.quantities import UNITS, Quantity, from_base, parse_decimal
from traceability.errors import InvalidInputError, RuleViolationError


@pytest.mark.parametrize(
    ("text", "language", "amount"),
    [
        ("60", "", 60_000),
        ("65,5", "", 65_500),
        ("65.5", "vi", 65_500),
        ("1.234", "vi", 1_234_000),
        ("1,234", "vi", 1_234),
        ("1,234", "en", 1_234_000),
        ("1.234", "en", 1_234),
        ("1.234,5", "", 1_234_500),
        ("1 234,5", "vi", 1_234_500),
        (" 0.001 ", "", 1),
        (0.1, "", 100),
        (25, "", 25_000),
    ],
)
def test_numbers_as_people_write_them(text, language, amount):
    """Kilograms with either decimal sign become whole grams."""
    assert Quantity.parse(text, "KGM", language=language).amount == amount


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *((text, "KGM") for text in ("-1", "0", "0,0001", "x", "", "1e3", "NaN", "٣", "1.2.3", "9" * 30)),
        ("1.5", "H87"),
        ("5", "LBR"),
    ],
)
def test_impossible_amounts_are_refused(text, unit):
    """Negative, fractional pieces, too fine, no number, an unknown unit: each is said at its field."""
    with pytest.raises(InvalidInputError) as refusal:
        Quantity.parse(text, unit)
    assert refusal.value.field in ("quantity", "unit")


@pytest.mark.parametrize("text", ["0", "-5", "9999999999999999999999999"])
def test_an_amount_that_cannot_be_recorded_says_what_to_do(text):
    """Nothing, less than nothing and too much: each names the number and asks to check it."""
    with pytest.raises(InvalidInputError, match="Check the number") as refusal:
        Quantity.parse(text, "KGM")
    assert text in str(refusal.value)


@given(st.integers(0, 2**72 - 1), st.sampled_from(sorted(UNITS)))
def test_reading_back_loses_nothing(amount, code):
    """Whatever unit an amount is shown in, it is the same amount."""
    shown = from_base(amount, UNITS[code].base.code)
    assert shown.value * shown.unit.per_base == amount
    assert "E" not in str(shown.value)


def test_readable_units():
    """A kilogram and more is read in kilograms, less in grams."""
    assert (from_base(1_500, "GRM").value, from_base(1_500, "GRM").code) == (Decimal("1.5"), "KGM")
    assert from_base(999, "GRM").code == "GRM"
    assert from_base(540, "H87").code == "H87"


def test_different_measures_do_not_mix():
    """Litres are not kilograms."""
    with pytest.raises(RuleViolationError):
        Quantity.parse("1", "KGM").same_unit(Quantity.parse("1", "LTR"))


@given(st.decimals(-(10**9), 10**9, places=3))
def test_decimals_round_trip(number):
    """A decimal number is read exactly, with point or comma."""
    assert (
        parse_decimal(f"{number:f}", field="x") == parse_decimal(f"{number:f}".replace(".", ","), field="x") == number
    )
