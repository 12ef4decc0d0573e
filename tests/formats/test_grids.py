"""A grid is read as a person types it, and what does not fit the page is refused with the number to change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import InvalidInputError
from traceability.formats.grids import PAGE_HEIGHT, PAGE_WIDTH, PRESETS, Grid, parse_grid


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"columns": "9"}, "columns", "at most 7 columns"),
        ({"rows": "40"}, "rows", "at most"),
        ({"columns": "0"}, "columns", "at least one"),
        ({"columns": "2,5"}, "columns", "a whole number"),
        ({"stamp_width": "8"}, "stamp_width", "at least 15 mm"),
        ({"stamp_height": "1e9"}, "stamp_height", "not a length"),
        ({"stamp_width": "hai mươi"}, "stamp_width", "not a length"),
        ({"margin_left": "-3"}, "margin_left", "less than 0"),
        ({"margin_left": "205"}, "margin_left", "no stamp of 25 mm fits"),
        ({"margin_top": "290"}, "margin_top", "no stamp of 25 mm fits"),
        ({"margin_top": "NaN"}, "margin_top", "not a length"),
        ({"margin_top": ""}, "margin_top", "not a length"),
    ],
)
def test_a_grid_that_cannot_be_printed_is_refused(change, field, said):
    """The refusal names the number and what it may be."""
    typed = {
        "columns": "7",
        "rows": "10",
        "stamp_width": "25",
        "stamp_height": "25",
        "margin_left": "11,5",
        "margin_top": "14.5",
        "gap_x": "2",
    }
    with pytest.raises(InvalidInputError, match=said) as refusal:
        parse_grid({**typed, **change})
    assert refusal.value.field == field


def test_a_grid_is_read_as_typed():
    """Decimal comma and point both count; an empty gap is none."""
    typed = {"columns": "7", "rows": "10", "stamp_width": "25", "stamp_height": "25,0"}
    typed |= {"margin_left": "11,5", "margin_top": "14.5"}
    assert parse_grid(typed) == Grid(7, 10, 25, 25, 11.5, 14.5, 0, 0)


@given(
    st.integers(1, 12),
    st.integers(1, 18),
    st.floats(15, 60),
    st.floats(15, 60),
    st.floats(0, 20),
    st.floats(0, 20),
    st.floats(0, 5),
)
def test_every_grid_is_either_refused_or_on_the_page(columns, rows, width, height, left, top, gap):
    """No accepted grid has a place that leaves the page."""
    try:
        grid = Grid(columns, rows, width, height, left, top, gap, gap)
    except InvalidInputError:
        return
    x, y = grid.corner(grid.per_sheet - 1)
    assert x + width <= PAGE_WIDTH + 0.01
    assert y + height <= PAGE_HEIGHT + 0.01


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_leaves_a_printer_its_white_edge(name):
    """At least 5 mm stay white on all four sides, and stamps have the size that the name says."""
    grid = PRESETS[name]
    right, foot = (sum(pair) for pair in zip(grid.corner(grid.per_sheet - 1), _size(grid), strict=True))
    assert min(grid.margin_left, grid.margin_top, PAGE_WIDTH - right, PAGE_HEIGHT - foot) >= 5
    assert f"{grid.stamp_width}x{grid.stamp_height}" == name


def _size(grid):
    """Return width and height of a stamp."""
    return grid.stamp_width, grid.stamp_height
