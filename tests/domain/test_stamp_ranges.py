"""Sheets and rolls name ranges of stamps: together all of them, each once, as they came out of the printer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.stamp_ranges import Layout
from traceability.errors import InvalidInputError


@st.composite
def layouts(draw):
    """Any layout that can be printed, small enough to walk through."""
    first = draw(st.integers(1, 50))
    each = draw(st.integers(1, 40))
    return Layout(first, first + draw(st.integers(0, 300)), each, draw(st.integers(0, each - 1)))


def slow(layout):
    """Lay stamps on sheets one by one: the obvious twin."""
    sheets, place = [[]], layout.taken
    for number in range(layout.first, layout.last + 1):
        if place == layout.each:
            sheets.append([])
            place = 0
        sheets[-1].append(number)
        place += 1
    return sheets


@given(layouts())
def test_sheets_hold_what_one_by_one_laying_gives(layout):
    """Every sheet's range is what a person would find on it, and each stamp knows its sheet."""
    sheets = slow(layout)
    assert layout.pieces == len(sheets)
    for place, sheet in enumerate(sheets, 1):
        assert layout.stamps(place, place) == (sheet[0], sheet[-1])
        assert {layout.piece_of(number) for number in sheet} == {place}


@given(layouts())
def test_all_sheets_are_the_whole_range(layout):
    """From the first sheet to the last lies everything that was printed."""
    assert layout.stamps(1, layout.pieces) == (layout.first, layout.last)


def test_a_sheet_that_was_begun_holds_fewer():
    """With ten of seventy places used, the first sheet holds sixty."""
    layout = Layout(1, 500, 70, taken=10)
    assert layout.stamps(1, 1) == (1, 60)
    assert layout.stamps(2, 3) == (61, 200)


@pytest.mark.parametrize(("begin", "end", "field"), [(0, 1, "first"), (1, 9, "last"), (3, 2, "first"), (9, 9, "first")])
def test_sheets_that_were_not_printed_are_refused(begin, end, field):
    """The field to change is named."""
    with pytest.raises(InvalidInputError) as refused:
        Layout(1, 500, 70).stamps(begin, end)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("first", "last", "each", "taken", "field"),
    [
        (5, 4, 10, 0, "first"),
        (0, 4, 10, 0, "first"),
        (1, 4, 0, 0, "each"),
        (1, 4, 10, 10, "start"),
        (1, 4, 9, -1, "start"),
    ],
)
def test_what_cannot_have_been_printed_is_refused(first, last, each, taken, field):
    """An empty range, a sheet of nothing, a start beyond the sheet."""
    with pytest.raises(InvalidInputError) as refused:
        Layout(first, last, each, taken)
    assert refused.value.field == field


def test_a_stamp_beside_the_range_lies_on_no_sheet():
    """Number 501 was not printed."""
    with pytest.raises(InvalidInputError):
        Layout(1, 500, 70).piece_of(501)
