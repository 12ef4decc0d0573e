"""Sheets of stamps for an office printer: an A4 PDF in vector.

The user says in millimetres how the labels lie on the sheet; the file prints at exactly that size. A first page can
carry rulers and the outlines of all labels, to hold against the stock before any is wasted, and a sheet that was
begun earlier can be used to its end. Stamps come in as a stream and pages go out as a stream, so memory does not grow
with the number of stamps.

Every QR code begins on a whole pixel of 150 dpi and its modules are whole pixels of 300 dpi, so that the edges are as
sharp as printer and screen can make them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil

from traceability.errors import InvalidInputError
from traceability.formats.grids import Grid
from traceability.formats.layout import BOLD, REGULAR, Line, Plan, Stock, make_plan
from traceability.formats.page_marks import CALIBRATION_LINES, PAGE_POINTS, PAGE_TOP, calibration, crop_marks
from traceability.formats.pdf import Output, PdfWriter
from traceability.formats.symbols import Symbols
from traceability.formats.typography import Face, face
from traceability.formats.wording import OWN_LETTERS, Words, filling, is_own
from traceability.ports import StampToPrint

DOT = 25.4 / 300
"""Raster of modules, millimetres."""
PLACE = 25.4 / 150
"""Raster of places, millimetres."""
TYPE_SIZES = (2.8, 2.5, 2.3, 2.1, 1.9, 1.7, 1.55, 1.4)
"""Heights of type that we try, millimetres; 1.4 mm is 4 points, the least that prints cleanly at 600 dpi."""
ALPHABET = f"{OWN_LETTERS}·… "
STATIC = "S"
"""Name of the drawing with all that the stamps of a job share."""
PIECE = 9
"""Modules of a row that are drawn, and remembered, together."""


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """How the sheets of a job are made, besides the grid.

    Args:
        calibration: put the page with rulers first.
        crop_marks: draw short lines at the page's edges for cutting.
        start: the first free place on the first page, from 1 along the rows.
        codes: print second codes in fields marked for a scratch layer.
    """

    calibration: bool = False
    crop_marks: bool = True
    start: int = 1
    codes: bool = False


class SheetWriter:
    """Writes stamps on as many A4 pages as they need.

    Args:
        grid: how they lie on the page.
        words: what all of them say.
        sample: the first stamp of the job.
        options: how the sheets are made.

    Raises:
        InvalidInputError: no such place on the page, or stamps too small for their codes.
    """

    media_type, suffix, resumable = "application/pdf", ".pdf", True

    def __init__(self, grid: Grid, words: Words, sample: StampToPrint, options: SheetOptions) -> None:
        """Choose the layout."""
        if not 1 <= options.start <= grid.per_sheet:
            raise InvalidInputError(
                "A sheet of this grid has places 1 to {places}; there is no place {start} to begin at.",
                field="start",
                places=grid.per_sheet,
                start=options.start,
            )
        self._grid, self._words, self._options = grid, words, options
        texts = [ALPHABET, *CALIBRATION_LINES, *words.said(), "mm"]
        self._faces = {REGULAR: face("Regular", texts), BOLD: face("Bold", texts)}
        self._symbols = Symbols(sample.link)
        stock = Stock(grid.stamp_width, grid.stamp_height, DOT, TYPE_SIZES, ("stamp_width", "stamp_height"))
        plan = make_plan(stock, words, self._faces, self._symbols.side, sample, codes=options.codes)
        self._painter = _Painter(plan, self._faces, self._symbols, grid)
        self._marks = crop_marks(grid) if options.crop_marks else ""

    def begin(self, target: Output, notes: Sequence[int], position: int) -> None:
        """Begin a file, or go on with one that was left at `position` with these notes."""
        title = " · ".join(text for text in (self._words.product, self._words.lot) if text)
        drawings = {STATIC: self._painter.static()}
        self._pdf = PdfWriter(target, PAGE_POINTS, title, self._faces, drawings, written=notes, position=position)
        if self._options.calibration and not position:
            self._pdf.page(calibration(self._grid, self._faces[REGULAR], self._faces[BOLD]) + self._marks)

    def run(self, stamps: Iterator[StampToPrint], done: int) -> Iterator[int]:
        """Write page after page; yield how many stamps of the job are done after each."""
        place = (self._options.start - 1 + done) % self._grid.per_sheet
        drawn: list[str] = []
        for stamp in stamps:
            drawn.append(self._painter.draw(stamp, place))
            place += 1
            if place == self._grid.per_sheet:
                self._pdf.page(self._marks + "".join(drawn))
                done += len(drawn)
                yield done
                drawn, place = [], 0
        if drawn:
            self._pdf.page(self._marks + "".join(drawn))
            yield done + len(drawn)

    def notes(self) -> list[int]:
        """Return what has to be remembered of the pages since the last call."""
        return self._pdf.offsets()

    def finish(self) -> int:
        """Write the end of the file; return its pages."""
        self._pdf.close()
        return self._pdf.pages


class _Bars(dict[tuple[int, int, str], str]):
    """The bars of every piece of a row that was seen: (row, column, modules as `0` and `1`) -> PDF operators."""

    def __missing__(self, key: tuple[int, int, str]) -> str:
        """Join dark modules along the piece (ISO 32000-1, 8.5.2.1: `re`)."""
        y, x, piece = key
        bars, at = [], x
        for dark, group in groupby(piece):
            length = len(list(group))
            if dark == "1":
                bars.append(f"{at} {y} {length} 1 re\n")
            at += length
        self[key] = drawn = "".join(bars)
        return drawn


class _Painter:
    """Turns a plan into the operators of one stamp after another."""

    def __init__(self, plan: Plan, faces: Mapping[str, Face], symbols: Symbols, grid: Grid) -> None:
        """Prepare everything that does not depend on the stamp."""
        self._plan, self._faces, self._symbols = plan, faces, symbols
        self._own = [line for line in plan.lines if is_own(line.text)]
        side = symbols.side
        pieces = ceil(side / PIECE)
        cuts = [side * index // pieces for index in range(pieces + 1)]
        self._cuts = [
            (y, left, y * side + left, y * side + right) for y in range(side) for left, right in pairwise(cuts)
        ]
        self._bars = _Bars()
        self._format = f"0{side * side}b"
        self._places = [self._place(*grid.corner(place)) for place in range(grid.per_sheet)]

    def _place(self, left: float, top: float) -> str:
        """Return the operators that go to a stamp, draw what it shares with the others, and go to its code."""
        plan = self._plan
        x, y = (round(at / PLACE) * PLACE for at in (left + plan.code_x, top + plan.code_y))
        corner = f"q 1 0 0 1 {left:.3f} {PAGE_TOP - top - plan.height:.3f} cm /{STATIC} Do\n"
        module = f"{plan.module:.6f}"
        code = f"q {module} 0 0 -{module} {x - left:.6f} {plan.height - (y - top):.6f} cm\n"
        return corner + code

    def static(self) -> str:
        """Return the operators of the words and outlines that all stamps share, from a stamp's lower left corner."""
        plan = self._plan
        drawn = [self._line(line, line.text) for line in plan.lines if not is_own(line.text)]
        if plan.field:
            box = plan.field
            outline = f"{box.x:.3f} {plan.height - box.y - box.height:.3f} {box.width:.3f} {box.height:.3f} re"
            drawn.append(f"q 0.12 w 0.35 G [0.8 0.5] 0 d {outline} S Q\n")
        return "".join(drawn)

    def draw(self, stamp: StampToPrint, place: int) -> str:
        """Return the operators of one stamp."""
        bits = format(self._symbols.symbol(stamp.link), self._format)
        bars = self._bars
        code = "".join([bars[y, x, bits[begin:end]] for y, x, begin, end in self._cuts])
        filled = filling(stamp)
        words = "".join([self._line(line, line.text.translate(filled)) for line in self._own])
        return f"{self._places[place]}{code}f Q\n{words}Q\n"

    def _line(self, line: Line, text: str) -> str:
        """Return the operators that set one line, condensed where it would run wider than its room."""
        cut = self._faces[line.weight]
        width = cut.width(text, line.size)
        narrow = line.room / width if width > line.room else 1.0
        x = line.x - width * narrow / 2 if line.centred else line.x
        scaled = f"{narrow * 100:.1f} Tz " if narrow < 1 else ""
        y = self._plan.height - line.baseline
        return f"BT {scaled}/{line.weight} {line.size:g} Tf {x:.3f} {y:.3f} Td {cut.encode(text)} Tj ET\n"
