"""A job for a thermal printer: row after row of labels, in whichever of the two languages."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from traceability.formats.layout import BOLD, REGULAR, Stock, make_plan
from traceability.formats.pdf import Output
from traceability.formats.raster import DotFace, Graphic, LabelRaster, calibration_label, type_sizes
from traceability.formats.rolls import DOTS_PER_MM, Roll
from traceability.formats.symbols import Symbols
from traceability.formats.wording import Words
from traceability.ports import StampToPrint


class Language(Protocol):
    """Says in a printer's language what it shall print."""

    @property
    def media_type(self) -> str:
        """Media type of a file."""
        ...

    @property
    def suffix(self) -> str:
        """Ending of its name."""
        ...

    @property
    def stores(self) -> bool:
        """Whether the printer keeps what all labels share."""
        ...

    def begin(self, roll: Roll, shared: Graphic | None) -> bytes:
        """Return what stands before the labels."""
        ...

    def label(self, roll: Roll, graphics: Sequence[Graphic], recalled: Sequence[tuple[int, int]]) -> bytes:
        """Return one row of labels."""
        ...

    def end(self) -> bytes:
        """Return what stands after the labels."""
        ...


class LabelWriter:
    """Writes stamps on rolls.

    Args:
        roll: the labels and the printer.
        words: what all of them say.
        sample: the first stamp of the job.
        language: what the printer understands.
        codes: print second codes in fields marked for a scratch layer.
        calibration: begin with a row of test labels.

    Raises:
        InvalidInputError: the labels are too small for their codes.
    """

    resumable = True

    def __init__(
        self, roll: Roll, words: Words, sample: StampToPrint, language: Language, *, codes: bool, calibration: bool
    ) -> None:
        """Choose the layout."""
        self._roll, self._language, self._calibration = roll, language, calibration
        symbols = Symbols(sample.link)
        dot = 1 / DOTS_PER_MM[roll.dpi]
        fields = ("label_width", "label_height")
        stock = Stock(roll.label_width, roll.label_height, dot, type_sizes(roll.dpi), fields)
        faces = {weight: DotFace(weight, roll.dpi) for weight in (REGULAR, BOLD)}
        self._raster = LabelRaster(roll, make_plan(stock, words, faces, symbols.side, sample, codes=codes), symbols)
        self._rows = 0

    @property
    def media_type(self) -> str:
        """Media type of the file."""
        return self._language.media_type

    @property
    def suffix(self) -> str:
        """Ending of its name."""
        return self._language.suffix

    def begin(self, target: Output, notes: Sequence[int], position: int) -> None:
        """Begin a file, or go on with one that is complete up to `position`."""
        self._target = target
        self._shared = self._raster.shared()
        self._rows = int(self._calibration) + sum(notes)
        self._told = sum(notes)
        if position:
            return
        target.write(self._language.begin(self._roll, self._shared if self._language.stores else None))
        if self._calibration:
            test = calibration_label(self._roll)
            places = [test.moved(self._roll.left(place)) for place in range(self._roll.across)]
            target.write(self._language.label(self._roll, places, ()))

    def run(self, stamps: Iterator[StampToPrint], done: int) -> Iterator[int]:
        """Write row after row; yield how many stamps of the job are done after each."""
        row: list[StampToPrint] = []
        for stamp in stamps:
            row.append(stamp)
            if len(row) == self._roll.across:
                done += len(row)
                self._write(row)
                yield done
                row = []
        if row:
            self._write(row)
            yield done + len(row)

    def _write(self, row: list[StampToPrint]) -> None:
        """Write one row of labels."""
        stores = self._language.stores
        graphics, recalled = [], []
        for place, stamp in enumerate(row):
            left = self._roll.left(place)
            words = self._raster.own(stamp) if stores else self._raster.words(stamp)
            graphics += [self._raster.code(stamp).moved(left), words.moved(left)]
            if stores:
                recalled.append((self._shared.x + left, self._shared.y))
        self._target.write(self._language.label(self._roll, graphics, recalled))
        self._rows += 1

    def notes(self) -> list[int]:
        """Return how many rows there are since the last call."""
        rows = self._rows - int(self._calibration)
        new, self._told = rows - self._told, rows
        return [new]

    def finish(self) -> int:
        """Write the end of the file; return its rows of labels."""
        self._target.write(self._language.end())
        return self._rows
