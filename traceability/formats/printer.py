"""The `Printer` port: links on paper and screen, for callers that know nothing of grids and type."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import BinaryIO

from traceability.errors import InvalidInputError
from traceability.formats import qr
from traceability.formats.grids import PRESETS, Grid, parse_grid
from traceability.formats.labels import SheetWords, StampLabel
from traceability.formats.sheets import write_sheets
from traceability.ports import SheetJob


class Printer:
    """Puts links on paper, with the typeface and the presets of this package."""

    presets: Mapping[str, Mapping[str, str]] = {
        name: {field: f"{value:g}" for field, value in asdict(grid).items()} for name, grid in PRESETS.items()
    }

    def sheets(self, target: BinaryIO, stamps: Iterable[tuple[str, str, str]], job: SheetJob) -> int:
        """Write a PDF of stamps given as (absolute link, serial, number in the run) and return its pages.

        Raises:
            InvalidInputError: the grid does not fit, a stamp is too small, or there is nothing to print.
        """
        return write_sheets(
            target,
            (StampLabel(*stamp) for stamp in stamps),
            _grid(job.grid),
            SheetWords(job.product, job.lot, job.produced, job.expires),
            calibration=job.calibration,
            crop_marks=job.crop_marks,
            start=_place(job.start),
        )

    def qr_svg(self, link: str) -> str:
        """Return a link's QR code as an SVG drawing. Raises InvalidInputError for a link that is too long."""
        return qr.qr_svg(link)

    def qr_png(self, link: str, module_px: int = 8) -> bytes:
        """Return a link's QR code as a PNG. Raises InvalidInputError for a link or size out of reason."""
        return qr.qr_png(link, module_px)


def _grid(typed: Mapping[str, str]) -> Grid:
    """Return the preset that is named, or read the numbers."""
    name = typed.get("preset", "")
    if not name:
        return parse_grid(typed)
    if name not in PRESETS:
        raise InvalidInputError("There is no label stock {name}. Choose another.", field="preset", name=name[:40])
    return PRESETS[name]


def _place(text: str) -> int:
    """Read the first free place. Raises InvalidInputError."""
    plain = text.strip() or "1"
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 6):  # noqa: PLR2004 - no sheet has 100,000 places
        raise InvalidInputError("“{text}” is no place on a sheet. Count from 1.", field="start", text=text[:40])
    return int(plain)
