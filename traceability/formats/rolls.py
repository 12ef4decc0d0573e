"""Labels on the roll of a thermal printer: their size in millimetres, and the printer's dots.

Thermal printers place whole dots, 203 or 300 to the inch. Everything on a label is drawn in these dots, so the QR code
comes out exactly as it was made. A roll may carry several labels side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from traceability.errors import InvalidInputError
from traceability.formats.grids import MIN_STAMP, read_count, read_length, written

DOTS_PER_MM = {203: 8.0, 300: 300 / 25.4}
"""What a printer of so many dots an inch places on a millimetre; "203" is 8 a millimetre in truth."""
MAX_WIDTH = 220.0
"""Widest print heads, millimetres (8.6 inches)."""
MAX_HEIGHT = 300.0
MAX_GAP = 30.0


@dataclass(frozen=True, slots=True)
class Roll:
    """Labels on a roll; all lengths in millimetres.

    Raises:
        InvalidInputError: a label is too small, the roll too wide, or the resolution unknown; `field` names the number.
    """

    label_width: float
    label_height: float
    label_gap: float
    """Between one row of labels and the next; 0 is paper without gaps."""
    dpi: int
    across: int = 1
    label_gap_x: float = 0.0
    """Between labels that lie side by side."""

    def __post_init__(self) -> None:
        """Refuse what cannot be printed."""
        if self.dpi not in DOTS_PER_MM:
            raise InvalidInputError(
                "A printer of {dpi} dpi is unknown here. Choose 203 or 300, as its label says.",
                field="dpi",
                dpi=self.dpi,
            )
        for name in ("label_width", "label_height"):
            if getattr(self, name) < MIN_STAMP:
                raise InvalidInputError(
                    "A label {size} mm wide or high is too small for a QR code that phones can read."
                    " Use at least {least} mm.",
                    field=name,
                    size=written(getattr(self, name)),
                    least=written(MIN_STAMP),
                )
        for name in ("label_gap", "label_gap_x"):
            if not 0 <= getattr(self, name) <= MAX_GAP:
                raise InvalidInputError("A gap between labels is 0 to {most} mm.", field=name, most=written(MAX_GAP))
        if self.across < 1:
            raise InvalidInputError("A roll has at least one label side by side.", field="across")
        if self.label_height > MAX_HEIGHT:
            raise InvalidInputError(
                "A label is at most {most} mm high, not {size}.",
                field="label_height",
                most=written(MAX_HEIGHT),
                size=written(self.label_height),
            )
        if self.width > MAX_WIDTH:
            raise InvalidInputError(
                "{across} labels side by side need {needed} mm, but no print head is wider than {most} mm."
                " Put fewer side by side, or take a narrower label.",
                field="across" if self.across > 1 else "label_width",
                across=self.across,
                needed=written(self.width),
                most=written(MAX_WIDTH),
            )

    @property
    def width(self) -> float:
        """Width of a row of labels, millimetres."""
        return self.across * self.label_width + (self.across - 1) * self.label_gap_x

    def dots(self, length: float) -> int:
        """Return a length in whole dots."""
        return round(length * DOTS_PER_MM[self.dpi])

    def left(self, place: int) -> int:
        """Return the dot at which a label of a row begins, counted from 0."""
        return self.dots(place * (self.label_width + self.label_gap_x))


def _roll(width: int, height: int) -> Mapping[str, str]:
    """Return a common roll, one label wide."""
    sizes = {"label_width": f"{width}", "label_height": f"{height}", "label_gap": "2"}
    return {**sizes, "dpi": "203", "across": "1", "label_gap_x": "2"}


ROLLS: Mapping[str, Mapping[str, str]] = {
    "20x20": _roll(20, 20),
    "25x25": _roll(25, 25),
    "30x20": _roll(30, 20),
    "35x22": _roll(35, 22),
    "50x30": _roll(50, 30),
}
"""Common labels, width x height in millimetres."""


def parse_roll(values: Mapping[str, str]) -> Roll:
    """Read a roll as typed: millimetres with a decimal comma or point, whole numbers for dpi and labels side by side.

    Raises:
        InvalidInputError: a number is missing or is none, or nothing can be printed on such a roll.
    """
    return Roll(
        label_width=read_length(values, "label_width"),
        label_height=read_length(values, "label_height"),
        label_gap=read_length(values, "label_gap"),
        dpi=read_count(values, "dpi"),
        across=read_count(values, "across", otherwise="1"),
        label_gap_x=read_length(values, "label_gap_x", otherwise="0"),
    )
