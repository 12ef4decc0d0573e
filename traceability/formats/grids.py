"""How stamps lie on an A4 sheet, in millimetres.

Cooperatives print on whatever label stock the next town sells, so a grid is either one of the common sizes or the
user's own numbers. A grid is checked against the page before anything is drawn, and what does not fit is refused with
the number to change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import floor

from traceability.errors import InvalidInputError

PAGE_WIDTH = 210.0
"""A4 (ISO 216), millimetres."""
PAGE_HEIGHT = 297.0
MIN_STAMP = 15.0
"""Shortest side of a stamp that still holds a readable QR code with its quiet zone, millimetres."""
_SLACK = 0.005
"""Rounding that we forgive, millimetres."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns and rows of stamps; all lengths in millimetres, margins measured from the page's left and top edge.

    Raises:
        InvalidInputError: the grid does not fit the page, or a stamp is too small; `field` names the number to change.
    """

    columns: int
    rows: int
    stamp_width: float
    stamp_height: float
    margin_left: float
    margin_top: float
    gap_x: float = 0.0
    gap_y: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be printed."""
        for name in ("columns", "rows"):
            if getattr(self, name) < 1:
                raise InvalidInputError("A sheet needs at least one column and one row.", field=name)
        for name in ("stamp_width", "stamp_height"):
            if getattr(self, name) < MIN_STAMP:
                raise InvalidInputError(
                    "A stamp {size} mm wide or high is too small for a QR code that phones can read."
                    " Use at least {least} mm.",
                    field=name,
                    size=written(getattr(self, name)),
                    least=written(MIN_STAMP),
                )
        for name in ("margin_left", "margin_top", "gap_x", "gap_y"):
            if getattr(self, name) < 0:
                raise InvalidInputError("A margin or gap cannot be less than 0 mm.", field=name)
        _fits("columns", self.columns, self.stamp_width, self.gap_x, self.margin_left, PAGE_WIDTH)
        _fits("rows", self.rows, self.stamp_height, self.gap_y, self.margin_top, PAGE_HEIGHT)

    @property
    def per_sheet(self) -> int:
        """How many stamps a sheet holds."""
        return self.columns * self.rows

    def corner(self, position: int) -> tuple[float, float]:
        """Return the left and top edge in millimetres of a place on the sheet, counted from 0 along the rows."""
        row, column = divmod(position, self.columns)
        return (
            self.margin_left + column * (self.stamp_width + self.gap_x),
            self.margin_top + row * (self.stamp_height + self.gap_y),
        )


def _fits(field: str, number: int, size: float, gap: float, margin: float, page: float) -> None:
    """Refuse a row or column of stamps that runs over the edge, and say how many would not."""
    needed = margin + number * size + (number - 1) * gap
    if needed <= page + _SLACK:
        return
    most = floor((page - margin + gap + _SLACK) / (size + gap))
    if most < 1:
        sentence = (
            "Beside a margin of {margin} mm no stamp of {size} mm fits on a page of {page} mm."
            " Make the margin or the stamp smaller."
        )
        edge = {"columns": "margin_left", "rows": "margin_top"}[field]
        raise InvalidInputError(sentence, field=edge, margin=written(margin), size=written(size), page=written(page))
    if field == "columns":
        sentence = (
            "The stamps need {needed} mm across, but the page is {page} mm wide."
            " Use at most {most} columns, or make stamps, gap or margin smaller."
        )
    else:
        sentence = (
            "The stamps need {needed} mm from top to bottom, but the page is {page} mm high."
            " Use at most {most} rows, or make stamps, gap or margin smaller."
        )
    raise InvalidInputError(sentence, field=field, needed=written(needed), page=written(page), most=most)


def written(length: float) -> str:
    """Write a length with at most two decimals."""
    return f"{length:.2f}".rstrip("0").rstrip(".")


def centred(columns: int, rows: int, width: float, height: float, gap_x: float, gap_y: float) -> Grid:
    """Return a grid in the middle of the page."""
    return Grid(
        columns,
        rows,
        width,
        height,
        round((PAGE_WIDTH - columns * width - (columns - 1) * gap_x) / 2, 2),
        round((PAGE_HEIGHT - rows * height - (rows - 1) * gap_y) / 2, 2),
        gap_x,
        gap_y,
    )


PRESETS: Mapping[str, Grid] = {
    "20x20": centred(9, 13, 20, 20, 2.5, 2),
    "25x25": centred(7, 10, 25, 25, 2, 2),
    "30x20": centred(6, 13, 30, 20, 2, 2),
    "35x22": centred(5, 12, 35, 22, 2, 2),
    "50x30": centred(4, 9, 50, 30, 0, 2),
}
"""Common label stock, width x height in millimetres; at least 5 mm stay white at each edge, as most printers need."""


def parse_grid(values: Mapping[str, str]) -> Grid:
    """Read a grid as typed: whole numbers for columns and rows, millimetres with a decimal comma or point for the rest.

    Raises:
        InvalidInputError: a number is missing or is none, or the grid does not fit.
    """
    return Grid(
        columns=read_count(values, "columns"),
        rows=read_count(values, "rows"),
        stamp_width=read_length(values, "stamp_width"),
        stamp_height=read_length(values, "stamp_height"),
        margin_left=read_length(values, "margin_left"),
        margin_top=read_length(values, "margin_top"),
        gap_x=read_length(values, "gap_x", otherwise="0"),
        gap_y=read_length(values, "gap_y", otherwise="0"),
    )


def read_length(values: Mapping[str, str], name: str, *, otherwise: str = "") -> float:
    """Read millimetres as typed, with a decimal comma or point, to a hundredth. Raises InvalidInputError."""
    return round(float(_number(name, values.get(name, "").strip() or otherwise)), 2)


def read_count(values: Mapping[str, str], name: str, *, otherwise: str = "") -> int:
    """Read a whole number as typed. Raises InvalidInputError."""
    text = values.get(name, "").strip() or otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 7):  # noqa: PLR2004 - a million is beyond any stock
        raise InvalidInputError("This takes a whole number, such as 2; “{text}” is none.", field=name, text=text[:40])
    return int(text)


def _number(name: str, text: str) -> Decimal:
    """Read one number of a grid. Raises InvalidInputError."""
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > 1000:  # noqa: PLR2004 - a metre is beyond any sheet
        raise InvalidInputError(
            "“{text}” is not a length in millimetres, such as 25 or 2,5.", field=name, text=text[:40]
        )
    return number
