"""What people hold in their hands or look at: printed stamps, pictures and files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetJob:
    """Stamps to print on A4 sheets; every text is finished for reading."""

    grid: Mapping[str, str]
    """Either `preset` (a name of `Printer.presets`) or columns, rows and lengths in millimetres, as typed."""
    product: str
    lot: str
    produced: str = ""
    expires: str = ""
    calibration: bool = False
    """Begin with a page of rulers and outlines."""
    crop_marks: bool = True
    start: str = "1"
    """The first free place on the first sheet."""


class Printer(Protocol):
    """Puts links on paper."""

    @property
    def presets(self) -> Mapping[str, Mapping[str, str]]:
        """Grids of common label stock, by name such as `25x25`."""
        ...

    def sheets(self, target: BinaryIO, stamps: Iterable[tuple[str, str, str]], job: SheetJob) -> int:
        """Write a PDF of stamps given as (absolute link, serial, number in the run); return its pages.

        Raises InvalidInputError naming the number of the grid to change.
        """
        ...

    def qr_svg(self, link: str) -> str:
        """Return a link's QR code as an SVG drawing."""
        ...

    def qr_png(self, link: str, module_px: int = 8) -> bytes:
        """Return a link's QR code as a PNG. Raises InvalidInputError for a size out of reason."""
        ...


class Pictures(Protocol):
    """Makes a picture that was sent safe to keep."""

    def __call__(self, data: bytes) -> tuple[bytes, str]:
        """Return the picture encoded anew, without metadata, and its media type.

        Raises InvalidInputError when it is none.
        """
        ...


class Blobs(Protocol):
    """Content-addressed store for pictures and files: erasable, never on chain."""

    def put(self, data: bytes, media_type: str) -> str:
        """Keep bytes and return their SHA-256 in hexadecimal."""
        ...

    def get(self, digest: str) -> tuple[bytes, str]:
        """Return bytes and media type. Raises NotFoundError when erased or unknown."""
        ...

    def erase(self, digest: str) -> None:
        """Delete the bytes for good."""
        ...
