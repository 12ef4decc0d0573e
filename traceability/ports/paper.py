"""What people hold in their hands or look at: printed stamps, pictures and files.

A printing job is a description (`PrintJob`) and a stream of stamps. It may be of any size: the printer writes it to a
file as it goes, notes now and then how far it is, and goes on from there when it is asked again after a crash.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

Medium = Literal["pdf", "zpl", "tspl", "csv", "xlsx"]
"""A4 sheets, the two languages of thermal printers, and the two kinds of table that a print house takes."""


@dataclass(frozen=True, slots=True)
class StampToPrint:
    """What differs from stamp to stamp. Whoever sees it can copy the stamp."""

    link: str
    """Absolute link that the QR code holds."""
    serial: str
    number: str
    """Place in the run as people say it, such as `1-0042`; of one length for all stamps of a job."""
    code: str = ""
    """The second code, for the field under the scratch layer; printed only where the job asks for codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """Which medium, which stock, and what all stamps of the job say; every text is finished for reading."""

    medium: Medium
    grid: Mapping[str, str] = field(default_factory=dict)
    """For `pdf`: `preset` (a name of `Printer.presets`), or columns, rows, stamp_width, stamp_height, margin_left,
    margin_top, gap_x and gap_y in millimetres, as typed."""
    label: Mapping[str, str] = field(default_factory=dict)
    """For `zpl` and `tspl`, as typed: label_width, label_height and label_gap (along the roll) in millimetres, dpi (203
    or 300), across (labels side by side, 1 if left out) and label_gap_x (between those, 0 if left out)."""
    product: str
    lot: str
    produced: str = ""
    expires: str = ""
    calibration: bool = False
    """Begin with a page or a label of rulers and outlines (sheets and rolls)."""
    crop_marks: bool = True
    """Lines at the page's edges to cut along (sheets)."""
    start: str = "1"
    """The first free place on the first sheet (sheets)."""
    codes: bool = False
    """Print the second codes, each in a field marked for the scratch layer."""


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """What a job became."""

    pages: int
    """Pages of a sheet file, rows of labels of a roll, one for a table; test page and test label included."""
    labels: int
    """Stamps in it."""
    bytes: int
    media_type: str
    suffix: str
    """Ending of the file's name, with its dot."""


@dataclass(frozen=True, slots=True)
class TestPage:
    """A page or label of rulers, to try stock and printer with."""

    data: bytes
    media_type: str
    suffix: str
    """Ending of the file's name, with its dot."""


class Printer(Protocol):
    """Puts links on paper."""

    @property
    def presets(self) -> Mapping[str, Mapping[str, str]]:
        """Grids of common label stock on A4, by name such as `25x25`."""
        ...

    @property
    def rolls(self) -> Mapping[str, Mapping[str, str]]:
        """Common labels on rolls, by the same names, with the keys of `PrintJob.label`."""
        ...

    def check(self, job: PrintJob, sample: StampToPrint) -> None:
        """Try a job on one of its stamps, without writing anything.

        Raises InvalidInputError naming the number of the grid, the label or the job to change.
        """
        ...

    def write(
        self,
        path: Path,
        stamps: Callable[[int], Iterator[StampToPrint]],
        job: PrintJob,
        total: int,
        progress: Callable[[int], None],
    ) -> PrintedFile:
        """Write a job's file, in memory that does not grow with it, readable by the owner only.

        Args:
            path: the finished file appears here; until then its parts lie beside it under the same name with an ending.
            stamps: yields the job's stamps from the k-th on, counted from 0.
            job: what to print on what.
            total: how many stamps the job has.
            progress: is told how many are done, now and then; what it raises stops the job, which can go on later.

        Asked again with the same job after a crash, it goes on from its last checkpoint; the file is the same to the
        byte. Raises InvalidInputError as `check` does, and StorageError when the disk refuses or stamps are missing.
        """
        ...

    def picture(self, job: PrintJob, sample: StampToPrint) -> bytes:
        """Return what one stamp or label of a job looks like, as a PNG.

        Raises InvalidInputError as `check` does, and for a medium that puts nothing on paper.
        """
        ...

    def test_page(self, job: PrintJob, sample: StampToPrint) -> TestPage:
        """Return the page or label of rulers that a job may begin with, alone.

        Raises InvalidInputError as `picture` does.
        """
        ...

    def discard(self, path: Path) -> None:
        """Delete a job's file, finished or not, and all that lies beside it."""
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
