"""How stamps lie on A4 sheets, as far as pages tell it: how many sheets, and a drawing of the first."""

from collections.abc import Mapping
from dataclasses import dataclass

from traceability.domain.job_views import JobView
from traceability.domain.stamp_ranges import Layout
from webapp.access import application


@dataclass(frozen=True, slots=True)
class Place:
    """One place on a sheet, in millimetres."""

    x: float
    y: float
    used: bool
    """Whether a stamp is printed there."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a printing."""

    count: int
    """Sheets in all."""
    width: float
    height: float
    """Of one stamp."""
    places: tuple[Place, ...]


def sheet_of(grid: Mapping[str, str], start: str, first: int, last: int) -> Sheet:
    """Return how a printing lies on sheets; grid and start have been checked by the printer."""
    numbers = _numbers(grid)
    columns, rows = int(numbers["columns"]), int(numbers["rows"])
    layout = Layout(first, last, columns * rows, int(start) - 1)
    across, down = (numbers[f"stamp_{side}"] + numbers[f"gap_{way}"] for side, way in (("width", "x"), ("height", "y")))
    used = range(layout.taken, min(layout.taken + last - first + 1, layout.each))
    places = tuple(
        Place(
            numbers["margin_left"] + place % columns * across,
            numbers["margin_top"] + place // columns * down,
            place in used,
        )
        for place in range(layout.each)
    )
    return Sheet(layout.pieces, numbers["stamp_width"], numbers["stamp_height"], places)


def layout_of(job: JobView) -> tuple[int, int]:
    """Return how many stamps a sheet of a print job holds, and how many places of the first were used before.

    Zero and zero for a job that is not on sheets.
    """
    if job.medium != "pdf" or not job.grid:
        return 0, 0
    numbers = _numbers(job.grid)
    return int(numbers["columns"]) * int(numbers["rows"]), int(job.start) - 1


def _numbers(grid: Mapping[str, str]) -> dict[str, float]:
    """Return a grid's numbers: of a preset, or as typed."""
    known = application().printer.presets.get(grid.get("preset", ""), grid)
    return {name: float((text.strip() or "0").replace(",", ".")) for name, text in known.items()}
