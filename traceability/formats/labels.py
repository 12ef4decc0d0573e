"""One stamp: where its QR code and its few words go in the space it has.

The code comes first, since a stamp that cannot be scanned is waste: it keeps its quiet zone and a module size that a
cheap phone and a 150 dpi printer manage. The words take what is left, in the richest wording and then the largest
type that fit: product, lot, dates, the stamp's place in its run (so that a range can be activated by looking at the
roll) and its serial, shortened where there is no room. A wide stamp has its words beside the code, a square one below
it.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from traceability.errors import InvalidInputError
from traceability.formats.grids import Grid
from traceability.formats.qr import QUIET_ZONE, dark_runs, qr_matrix
from traceability.formats.typography import Face

REGULAR, BOLD = "R", "B"
"""Names under which a page selects its typefaces."""
TYPE_SIZES = (2.3, 2.1, 1.9, 1.7, 1.55, 1.4)
"""Heights of type that we try, millimetres; 1.4 mm is 4 points, the least that prints cleanly at 600 dpi."""
LEADING = 1.2
PADDING = 0.8
"""White between words and the stamp's edge, millimetres."""
GOOD_MODULE = 0.44
"""Size of a module that words below the code may not go under, millimetres: 2.6 dots at 150 dpi."""
LEAST_MODULE = 0.33
"""Smallest module that phones read reliably, millimetres."""
BESIDE = 7.0
"""Words go beside the code where that leaves them this much width, millimetres."""
FIXED_MASK = 2
MOST_PLACES = 64
"""Longest number and serial that lines are measured for."""
NUMBER, SERIAL = 0xE000, 0xE100
"""Private-use letters (Unicode, 23.5) that stand for the places of number and serial while lines are broken."""
TAIL = 5
"""How many last characters stand for a serial where there is no room for all."""


@dataclass(frozen=True, slots=True)
class StampLabel:
    """What differs from stamp to stamp."""

    link: str
    serial: str
    number: str
    """Place in the run as people say it, such as `1-0042`."""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What all stamps of a sheet say, finished for reading: dates as dd/mm/yyyy. An empty field is left out."""

    product: str
    lot: str
    produced: str = ""
    expires: str = ""
    lot_word: str = "Lô"
    produced_word: str = "NSX"
    expires_word: str = "HSD"
    number_word: str = "Số"

    def composed(self) -> "SheetWords":
        """Return the same words in Unicode NFC, on one line each, as the typeface wants them."""
        clean = {name: " ".join(unicodedata.normalize("NFC", getattr(self, name)).split()) for name in self.__slots__}
        return replace(self, **clean)


@dataclass(frozen=True, slots=True)
class _Wording:
    """How much is said: lines the product name may take, how many dates, whether the serial is whole, and the lot."""

    product_lines: int
    dates: int
    whole_serial: bool
    lot: bool = True


WORDINGS = (
    _Wording(3, 2, whole_serial=True),
    _Wording(2, 2, whole_serial=True),
    _Wording(2, 2, whole_serial=False),
    _Wording(2, 1, whole_serial=False),
    _Wording(1, 1, whole_serial=False),
    _Wording(1, 0, whole_serial=False),
    _Wording(0, 0, whole_serial=False),
    _Wording(0, 0, whole_serial=False, lot=False),
)
"""From the richest to the least."""


class LabelPlan:
    """Draws the stamps of one job; wording and type size are chosen once, so that a sheet looks of one piece.

    Args:
        grid: the size of a stamp.
        words: what all stamps say.
        faces: the regular and the bold typeface.
        sample: any stamp of the job; all have numbers and serials of the same length.

    Raises:
        InvalidInputError: the stamp is too small for this link's code.
    """

    def __init__(self, grid: Grid, words: SheetWords, faces: tuple[Face, Face], sample: StampLabel) -> None:
        """Measure the code and choose."""
        self._width, self._height = grid.stamp_width, grid.stamp_height
        self._words = words
        self._regular, self._bold = faces
        self._modules = len(qr_matrix(sample.link, mask=FIXED_MASK)) + 2 * QUIET_ZONE
        self._beside = self._width - self._height >= BESIDE
        if self._beside:
            self._room = self._width - self._height - PADDING
            below = self._height - 2 * PADDING
        else:
            self._room = self._width - 2 * PADDING
            below = self._height - min(self._width, self._modules * GOOD_MODULE)
        widest = max(self._regular.widths[letter] for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
        held = [NUMBER + place for place in range(MOST_PLACES)] + [SERIAL + place for place in range(MOST_PLACES)]
        self._measure = replace(self._regular, widths={**self._regular.widths, **dict.fromkeys(map(chr, held), widest)})
        self._lines, self._size = self._choose(len(sample.number), len(sample.serial), below)
        self._side = min(self._width, self._height - (0 if self._beside else len(self._lines)) * self._size * LEADING)
        if self._side / self._modules < LEAST_MODULE:
            raise InvalidInputError(
                "On a stamp of this size the QR code would be too fine for phones to read."
                " Make the stamp at least {least} mm wide and high.",
                field="stamp_width" if self._width <= self._height else "stamp_height",
                least=f"{self._modules * LEAST_MODULE + TYPE_SIZES[-1] * LEADING:.0f}",
            )

    def _choose(self, number: int, serial: int, height: float) -> tuple[list[tuple[str, str]], float]:
        """Return the lines of the richest wording that fits, in the largest type; without room for any, the least."""
        places = "".join(chr(NUMBER + place) for place in range(number))
        letters = "".join(chr(SERIAL + place) for place in range(serial))
        for wording in WORDINGS:
            for size in TYPE_SIZES:
                lines = self._layout(places, letters, wording, size)
                if len(lines) * size * LEADING <= height:
                    return lines, size
        return self._layout(places, letters, WORDINGS[-1], TYPE_SIZES[-1]), TYPE_SIZES[-1]

    def _layout(self, number: str, serial: str, wording: _Wording, size: float) -> list[tuple[str, str]]:
        """Break one wording into lines of (typeface, text)."""
        words = self._words
        lines = [(BOLD, line) for line in self._bold.wrap(words.product, size, self._room, wording.product_lines)]
        items = []
        if wording.lot and words.lot:
            items.append(f"{words.lot_word} {words.lot}")
        if words.produced and (wording.dates > 1 or (wording.dates and not words.expires)):
            items.append(f"{words.produced_word} {words.produced}")
        if words.expires and wording.dates:
            items.append(f"{words.expires_word} {words.expires}")
        if wording.whole_serial:
            items += [f"{words.number_word} {number}", " ".join(_in_fours(serial))]
        else:
            items += [number, serial[-TAIL:]]
        return lines + [(REGULAR, line) for line in self._flow(items, size)]

    def _flow(self, items: Sequence[str], size: float) -> list[str]:
        """Put items on lines: below the code several to a line with a dot between, beside it each on its own."""
        lines: list[str] = []
        for item in items:
            joined = f"{lines[-1]} · {item}" if lines else item
            if lines and not self._beside and self._measure.width(joined, size) <= self._room:
                lines[-1] = joined
            else:
                lines += self._measure.wrap(item, size, self._room, 3)
        return lines

    def draw(self, label: StampLabel, left: float, bottom: float) -> str:
        """Return the PDF operators of one stamp whose lower left corner is given in millimetres on the page."""
        matrix = qr_matrix(label.link, mask=FIXED_MASK)
        module = self._side / self._modules
        code_left = 0.0 if self._beside else (self._width - self._side) / 2
        quiet = QUIET_ZONE * module
        bars = " ".join(f"{x} {y} {length} 1 re" for x, y, length in dark_runs(matrix))
        place = f"{module:.5f} 0 0 {-module:.5f} {code_left + quiet:.4f} {self._height - quiet:.4f} cm"
        places = {NUMBER + place: letter for place, letter in enumerate(label.number)}
        places |= {SERIAL + place: letter for place, letter in enumerate(label.serial)}
        lines = [(name, text.translate(places)) for name, text in self._lines]
        return f"q 1 0 0 1 {left:.3f} {bottom:.3f} cm\nq {place}\n{bars} f Q\n{self._text(lines)}Q\n"

    def _text(self, lines: Sequence[tuple[str, str]]) -> str:
        """Return the operators that set the lines."""
        step = self._size * LEADING
        if self._beside:
            top = (self._height + len(lines) * step) / 2
        else:
            top = len(lines) * step + min(PADDING / 2, max(0.0, self._height - self._side - len(lines) * step))
        operators = []
        for index, (name, text) in enumerate(lines):
            face = self._bold if name == BOLD else self._regular
            start = self._height if self._beside else (self._width - face.width(text, self._size)) / 2
            baseline = top - (index + 0.8) * step
            operators.append(f"BT /{name} {self._size} Tf {start:.3f} {baseline:.3f} Td {face.encode(text)} Tj ET\n")
        return "".join(operators)


def _in_fours(serial: str) -> list[str]:
    """Cut a serial into groups that people can read aloud; a check character left over joins the last group."""
    groups = [serial[start : start + 4] for start in range(0, len(serial), 4)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups
