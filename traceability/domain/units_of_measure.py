"""Amounts in different units made comparable: 1000 grams are one kilogram, 50 degrees Fahrenheit are 10 Celsius.

A question names its unit, and events may tell theirs in any other of the same kind; so that both meet, an amount is
taken to the base unit of what it measures before it is indexed or asked for. The table has the units of UN/CEFACT
Recommendation 20 that belong to the measurement types of CBV 2.0 and to goods, with exact factors (one third stays one
third), so that what is equal stays equal. A unit that is not in it is compared with itself only.
"""

from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import inf, isfinite

from traceability.domain.data_files import read_table


def in_base_unit(value: float | Decimal, code: str, *, is_spread: bool = False) -> tuple[float, str]:
    """Return an amount in the base unit of what it measures, and that unit's code.

    Args:
        value: in the unit that the code names; a float means the shortest decimal that it is written as.
        code: of UN/CEFACT Recommendation 20; one that the table does not know is its own base unit.
        is_spread: the amount is a difference, such as a standard deviation, that no zero point counts for.

    Returns:
        The nearest float, infinite beyond its range; equal amounts give equal floats.
    """
    nearest, (base, factor, offset) = nearest_float(value), _units().get(code, (code, 1, 0))
    if base == code or not isfinite(nearest):
        return nearest, base
    exact = Fraction(value) if isinstance(value, (int, Decimal)) else Fraction(repr(value))
    return nearest_float(exact * factor + (0 if is_spread else offset)), base


@cache
def _units() -> dict[str, tuple[str, Fraction | int, Fraction | int]]:
    """Return base unit, factor and offset of every unit; the first unit of a kind is the base of those after it."""
    bases: dict[str, str] = {}
    return {
        row["code"]: (
            bases.setdefault(row["measures"], row["code"]),
            Fraction(row["factor"]),
            Fraction(row["offset"] or 0),
        )
        for row in read_table("units_of_measure.csv")
    }


def nearest_float(number: float | Decimal | Fraction) -> float:
    """Return the nearest float, infinite beyond its range."""
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf
