"""What was typed is read as a Vietnamese or an English reader means it, and refused by name where it cannot be."""

import pytest

from traceability.errors import InvalidInputError
from traceability.services.inputs import count


@pytest.mark.parametrize(
    ("typed", "number"),
    [("77", 77), (" 1000 ", 1000), ("1.000", 1000), ("1,000", 1000), ("1\u00a0000", 1000), ("1.000.000", 10**6)],
)
def test_a_count_may_set_its_thousands_apart(typed, number):
    """Dots in Vietnamese, commas in English, spaces in both."""
    assert count(typed, "count", most=10**6) == number


@pytest.mark.parametrize("typed", ["", "0", "1.0", "10.00", "1.000,5", "1,000.000", "0.500", "١٢", "1000001", "-3"])
def test_what_is_no_whole_number_is_refused(typed):
    """A fraction is not rounded, and two habits in one number are none."""
    with pytest.raises(InvalidInputError) as refused:
        count(typed, "count", most=10**6)
    assert refused.value.field == "count"
