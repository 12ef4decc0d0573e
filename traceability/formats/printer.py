"""The `Printer` port: stamps on paper and links on screen, for callers that know nothing of grids, dots and type.

Each medium has a writer of its own with the same five doors (`Writer`); this module chooses it, feeds it, and sees to
it that a long job survives a crash.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Protocol

import traceability
from traceability.errors import InvalidInputError, StorageError
from traceability.formats import qr
from traceability.formats.grids import PRESETS, Grid, parse_grid
from traceability.formats.pdf import Output
from traceability.formats.preview import picture_of_label, picture_of_stamp
from traceability.formats.rolls import ROLLS, parse_roll
from traceability.formats.sheets import SheetOptions, SheetWriter
from traceability.formats.spool import Spool, beside, discard
from traceability.formats.tables import CsvWriter
from traceability.formats.thermal import LabelWriter
from traceability.formats.tspl import Tspl
from traceability.formats.wording import words_of
from traceability.formats.workbook import WorkbookWriter
from traceability.formats.zpl import Zpl
from traceability.ports import PrintedFile, PrintJob, StampToPrint
from traceability.ports.paper import TestPage

EVERY = 500
"""Stamps between two checkpoints, at least: more than a second of work is never lost."""


class Writer(Protocol):
    """Writes one medium."""

    @property
    def media_type(self) -> str:
        """Media type of the file."""
        ...

    @property
    def suffix(self) -> str:
        """Ending of its name."""
        ...

    @property
    def resumable(self) -> bool:
        """Whether a file can be gone on with from the middle."""
        ...

    def begin(self, target: Output, notes: Sequence[int], position: int) -> None:
        """Begin a file, or go on with one that is complete up to `position` and of which `notes` is remembered."""
        ...

    def run(self, stamps: Iterator[StampToPrint], done: int) -> Iterator[int]:
        """Write stamps; yield how many are done wherever the file could be left."""
        ...

    def notes(self) -> Sequence[int]:
        """Return what is to be remembered since the last call."""
        ...

    def finish(self) -> int:
        """Write the end; return pages, rows of labels, or 1."""
        ...


class Printer:
    """Puts links on paper, with the typeface and the presets of this package."""

    presets: Mapping[str, Mapping[str, str]] = {
        name: {field: f"{value:g}" for field, value in asdict(grid).items()} for name, grid in PRESETS.items()
    }
    rolls: Mapping[str, Mapping[str, str]] = ROLLS

    def check(self, job: PrintJob, sample: StampToPrint) -> None:
        """Try a job on one of its stamps, without writing anything.

        Raises:
            InvalidInputError: a number of the grid or label does not fit, a stamp is too small, or a choice is none;
                `field` names it.
        """
        _writer(job, sample)

    def write(
        self,
        path: Path,
        stamps: Callable[[int], Iterator[StampToPrint]],
        job: PrintJob,
        total: int,
        progress: Callable[[int], None],
    ) -> PrintedFile:
        """Write a job's file, or go on with it (see the port).

        Raises:
            InvalidInputError: as `check`, or there is nothing to print.
            StorageError: the disk refuses, or there are fewer stamps than `total`.
        """
        sample = next(stamps(0), None) if total > 0 else None
        if sample is None:
            raise InvalidInputError("There are no stamps to print. Choose a range of the run.", field="first")
        writer = _writer(job, sample, beside(path, ".rows"))
        with Spool(path, _name(job, total, sample)) as spool:
            writer.begin(spool, spool.notes, spool.position)
            done = told = begun = spool.done
            for done in writer.run(islice(stamps(begun), total - begun), begun):
                if done - told >= EVERY:
                    if writer.resumable:
                        spool.checkpoint(done, writer.notes())
                    progress(done)
                    told = done
            if done != total:
                raise StorageError("{missing} of {total} stamps are missing.", missing=total - done, total=total)
            pages = writer.finish()
            size = spool.finish()
        progress(total)
        return PrintedFile(pages, total, size, writer.media_type, writer.suffix)

    def picture(self, job: PrintJob, sample: StampToPrint) -> bytes:
        """Return what one stamp or label looks like, as a PNG.

        Raises:
            InvalidInputError: as `check`, or the medium puts nothing on paper.
        """
        self.check(job, sample)
        if job.medium == "pdf":
            return picture_of_stamp(_grid(job.grid), words_of(job), sample, codes=job.codes)
        if job.medium in {"zpl", "tspl"}:
            return picture_of_label(parse_roll(job.label), words_of(job), sample, codes=job.codes)
        raise _nothing_to_see()

    def test_page(self, job: PrintJob, sample: StampToPrint) -> TestPage:
        """Return the page or label of rulers alone. Raises InvalidInputError as `picture`."""
        if job.medium not in {"pdf", "zpl", "tspl"}:
            raise _nothing_to_see()
        writer, target = _writer(replace(job, calibration=True), sample), BytesIO()
        writer.begin(target, (), 0)
        writer.finish()
        return TestPage(target.getvalue(), writer.media_type, writer.suffix)

    def discard(self, path: Path) -> None:
        """Delete a job's file, finished or not, and all that lies beside it. Raises StorageError."""
        discard(path)

    def qr_svg(self, link: str) -> str:
        """Return a link's QR code as an SVG drawing. Raises InvalidInputError for a link that is too long."""
        return qr.qr_svg(link)

    def qr_png(self, link: str, module_px: int = 8) -> bytes:
        """Return a link's QR code as a PNG. Raises InvalidInputError for a link or size out of reason."""
        return qr.qr_png(link, module_px)


def _writer(job: PrintJob, sample: StampToPrint, folder: Path | None = None) -> Writer:
    """Return the writer of a job's medium; `folder` is for what lies there meanwhile. Raises InvalidInputError."""
    if job.codes and not sample.code:
        raise InvalidInputError("These stamps have no second codes. Print them without.", field="codes")
    words = words_of(job)
    match job.medium:
        case "pdf":
            options = SheetOptions(job.calibration, job.crop_marks, _place(job.start), job.codes)
            return SheetWriter(_grid(job.grid), words, sample, options)
        case "zpl" | "tspl":
            language = Zpl() if job.medium == "zpl" else Tspl()
            return LabelWriter(
                parse_roll(job.label), words, sample, language, codes=job.codes, calibration=job.calibration
            )
        case "csv":
            return CsvWriter(words, codes=job.codes)
        case "xlsx":
            return WorkbookWriter(words, codes=job.codes, folder=folder)
    raise InvalidInputError(
        "There is no kind of file {medium}. Choose pdf, zpl, tspl, csv or xlsx.",
        field="medium",
        medium=str(job.medium)[:20],
    )


def _name(job: PrintJob, total: int, sample: StampToPrint) -> str:
    """Return what tells this job from every other that would give another file."""
    values = {name: getattr(job, name) for name in job.__slots__}
    values |= {name: sorted(values[name].items()) for name in ("grid", "label")}
    text = repr((traceability.__version__, sorted(values.items()), total, sample))
    return hashlib.sha256(text.encode()).hexdigest()


def _nothing_to_see() -> InvalidInputError:
    return InvalidInputError(
        "A list for a print house has no picture and no test page: the print house lays the stamps out.",
        field="medium",
    )


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
