"""One stamp: where its QR code, its few words and the field under the scratch layer go in the space it has.

The code comes first, since a stamp that cannot be scanned is waste: it keeps its quiet zone, and each of its modules is
a whole number of the medium's dots, so that no edge falls between two of them. The words take what is left, in the
richest wording and then the largest type that fit: product, lot, dates, the stamp's place in its run (so that a range
can be activated by looking at the roll) and its serial, shortened where there is no room. A wide stamp has its words
beside the code, a square one below it. The result is a plan in millimetres from the upper left corner, which the page
and the thermal printer draw each in their own way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from math import ceil, floor

from traceability.errors import InvalidInputError
from traceability.formats.qr import QUIET_ZONE
from traceability.formats.typography import Measured
from traceability.formats.wording import CODE, WORDINGS, Typical, Wording, Words, held, in_fours, items
from traceability.ports import StampToPrint

REGULAR, BOLD = "R", "B"
"""Names of the two weights of the typeface."""
LEADING = 1.2
CAPITAL = 0.74
"""Height of a capital letter in parts of the type size."""
PADDING = 0.8
"""White between words and the stamp's edge, millimetres."""
BESIDE = 7.0
"""Words go beside the code where the stamp is wider than high by this, millimetres."""
COMFORTABLE, GOOD, LEAST = 0.42, 0.37, 0.33
"""Module sizes in millimetres: what phones read at once, what a rich wording may push it to, and the limit."""
CODE_SIZES = (3.0, 2.6, 2.4)
"""Type sizes of the second code: 2.4 mm are 7 points, which people still read and type without a glass."""
FIELD_X, FIELD_Y = 0.7, 0.75
"""White around the code in its field, millimetres."""
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; places of the stamp's own letters may be in it (see `wording`)."""

    weight: str
    size: float
    x: float
    """Left end, or the middle of a centred line."""
    baseline: float
    text: str
    room: float
    """Width it may take; a line that runs wider is set smaller."""
    centred: bool = False

    def moved(self, x: float, y: float) -> "Line":
        """Return the line elsewhere."""
        return replace(self, x=self.x + x, baseline=self.baseline + y)


@dataclass(frozen=True, slots=True)
class Box:
    """The outline of the scratch layer."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How all stamps of a job look; lengths in millimetres from the upper left corner."""

    width: float
    height: float
    module: float
    code_x: float
    code_y: float
    """Upper left corner of the code's first module."""
    lines: tuple[Line, ...]
    field: Box | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """A stamp's space and what the medium can do.

    Args:
        width: millimetres.
        height: millimetres.
        dot: millimetres of the raster that modules keep to.
        sizes: type sizes to try, from the largest, millimetres.
        fields: what a refusal calls width and height.
    """

    width: float
    height: float
    dot: float
    sizes: tuple[float, ...]
    fields: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Field:
    """The marked field for one wording of the second code, from its own upper left corner."""

    width: float
    height: float
    box: Box
    lines: tuple[Line, ...]


def make_plan(
    stock: Stock, words: Words, faces: Mapping[str, Measured], modules: int, sample: StampToPrint, *, codes: bool
) -> Plan:
    """Lay out the stamps of a job.

    Args:
        stock: the space.
        words: what all stamps say.
        faces: the two weights of the typeface by name.
        modules: side of the QR code in modules, without its quiet zone.
        sample: any stamp of the job; all have numbers and serials of the same length.
        codes: give the second code its field.

    Raises:
        InvalidInputError: the stamp is too small for the code, or for the field.
    """
    planner = _Planner(stock, words, {name: Typical(face) for name, face in faces.items()}, modules, sample)
    fields: list[_Field | None] = list(planner.fields()) if codes else [None]
    for least, wordings in ((COMFORTABLE, WORDINGS[:-2]), (GOOD, WORDINGS), (LEAST, WORDINGS)):
        if codes and least == LEAST:
            break  # a code that must be typed, too, is no stamp for the finest print
        for wording in wordings:
            found = planner.arranged(wording, fields, ceil(least / stock.dot - _SLACK))
            if found:
                return max(found, key=lambda scored: scored[0])[1]
    raise planner.refusal(codes=codes)


class _Planner:
    """Tries one arrangement after another."""

    def __init__(
        self, stock: Stock, words: Words, faces: Mapping[str, Measured], modules: int, sample: StampToPrint
    ) -> None:
        """Keep what all arrangements share."""
        self._stock, self._words, self._faces, self._sample = stock, words, faces, sample
        self._step = (modules + 2 * QUIET_ZONE) * stock.dot
        self._modules = modules + 2 * QUIET_ZONE
        self._beside = stock.width - stock.height >= BESIDE
        self._broken: dict[tuple[Wording, float, float], list[tuple[str, str]] | None] = {}

    def refusal(self, *, codes: bool) -> InvalidInputError:
        """Say that the stamp is too small, and what would do."""
        stock = self._stock
        field = stock.fields[0] if stock.width <= stock.height else stock.fields[1]
        if codes:
            return InvalidInputError(
                "A stamp of {width} x {height} mm has no room for the code under a scratch layer beside its QR code."
                " Take a larger stamp, from 25 x 25 or 30 x 20 mm, or print without codes.",
                field=field,
                width=f"{stock.width:g}",
                height=f"{stock.height:g}",
            )
        least = self._step * ceil(LEAST / stock.dot - _SLACK) + (0 if self._beside else stock.sizes[-1] * LEADING)
        return InvalidInputError(
            "On a stamp of this size the QR code would be too fine for phones to read."
            " Make the stamp at least {least} mm wide and high.",
            field=field,
            least=ceil(least),
        )

    def arranged(self, wording: Wording, fields: Sequence[_Field | None], least: int) -> list[tuple[float, Plan]]:
        """Return all plans with one wording and at least so many dots a module, each with how well it reads.

        A module of 0.6 mm and type of 2.2 mm are as good as larger ones; below that, small type loses more than a
        small code does, and a lot number that says what it is gains.
        """
        draw = self._words_beside if self._beside else self._words_below
        most = floor(min(self._stock.width, self._stock.height) / self._step + _SLACK)
        found = []
        for dots, field, size in product(range(least, most + 1), fields, self._stock.sizes):
            plan = draw(wording, size, field, dots)
            if plan is not None:
                score = min(plan.module, 0.6) / 0.6 + 1.2 * min(size, 2.2) / 2.2
                score += field.lines[-1].size / 4 if field else 0.0
                score += 0.2 * any(line.text.startswith(f"{self._words.lot_word} ") for line in plan.lines)
                found.append((score, plan))
        return found

    def _words_beside(self, wording: Wording, size: float, field: _Field | None, dots: int) -> Plan | None:
        """Put the code at the left edge and a column of words at its right."""
        stock, side = self._stock, self._step * dots
        room = stock.width - side - PADDING
        if field is not None and field.width > room:
            return None
        texts = self._texts(wording, size, room)
        if texts is None:
            return None
        gap = size * 0.4 if field else 0.0
        needed = len(texts) * size * LEADING + (gap + field.height if field else 0)
        if room <= 0 or needed > stock.height - 2 * PADDING + _SLACK:
            return None
        top = (stock.height - needed) / 2
        lines = tuple(
            Line(name, size, side, top + (index + 0.8) * size * LEADING, text, room)
            for index, (name, text) in enumerate(texts)
        )
        return self._plan(dots, 0.0, (stock.height - side) / 2, lines, field, (side, stock.height - top))

    def _words_below(self, wording: Wording, size: float, field: _Field | None, dots: int) -> Plan | None:
        """Put the code at the upper edge and centred words below it; white that is left over goes between."""
        stock, side = self._stock, self._step * dots
        room = stock.width - 2 * PADDING
        if field is not None and field.width > room:
            return None
        texts = self._texts(wording, size, room)
        if texts is None:
            return None
        gap = size * 0.25 if field else 0.0
        needed = len(texts) * size * LEADING + (gap + field.height + PADDING / 2 if field else 0)
        spare = stock.height - side - needed
        if spare < -_SLACK:
            return None
        top = side + min(spare / 2, PADDING / 2)
        lines = tuple(
            Line(name, size, stock.width / 2, top + (index + 0.8) * size * LEADING, text, room, centred=True)
            for index, (name, text) in enumerate(texts)
        )
        left = (stock.width - field.width) / 2 if field else 0.0
        return self._plan(dots, (stock.width - side) / 2, 0.0, lines, field, (left, top + needed - PADDING / 2))

    def _plan(
        self,
        dots: int,
        left: float,
        top: float,
        lines: tuple[Line, ...],
        field: _Field | None,
        corner: tuple[float, float],
    ) -> Plan:
        """Put the parts together; `corner` is where the field's left and lower edge lie."""
        module = dots * self._stock.dot
        quiet = QUIET_ZONE * module
        code_x, code_y = left + quiet, top + quiet
        if field is None:
            return Plan(self._stock.width, self._stock.height, module, code_x, code_y, lines)
        x, y = corner[0], corner[1] - field.height
        box = replace(field.box, x=field.box.x + x, y=field.box.y + y)
        lines += tuple(line.moved(x, y) for line in field.lines)
        return Plan(self._stock.width, self._stock.height, module, code_x, code_y, lines, box)

    # --------------------------------------------------------------------------------------------------------- words
    def _texts(self, wording: Wording, size: float, room: float) -> list[tuple[str, str]] | None:
        """Break one wording into lines of (weight, text), or say that it does not fit; many arrangements ask."""
        key = wording, size, round(room, 3)
        if key not in self._broken:
            self._broken[key] = self._break(wording, size, room)
        return self._broken[key]

    def _break(self, wording: Wording, size: float, room: float) -> list[tuple[str, str]] | None:
        """Break one wording anew; only the product's name may lose its end."""
        bold, regular = self._faces[BOLD], self._faces[REGULAR]
        lines = [(BOLD, line) for line in bold.wrap(self._words.product, size, room, wording.product_lines)]
        flowed: list[str] = []
        fits = partial(self._fits, size=size, room=room)
        for item in items(self._words, wording, self._sample, fits):
            joined = f"{flowed[-1]} · {item.text}" if flowed else item.text
            broken = regular.wrap(item.text, size, room, item.lines)
            if "".join("".join(broken).split()) != "".join(item.text.split()):
                return None  # a date or a serial is there to the last letter, or not at all
            if flowed and not self._beside and fits(joined):
                flowed[-1] = joined
            else:
                flowed += broken
        return lines + [(REGULAR, line) for line in flowed]

    def _fits(self, text: str, size: float, room: float) -> bool:
        """Tell whether a text takes one line."""
        return self._faces[REGULAR].width(text, size) <= room

    def fields(self) -> Iterator[_Field]:
        """Yield the ways to set the second code, from the largest type; in one line before two."""
        groups = in_fours(held(CODE, len(self._sample.code)))
        small = min(max(self._stock.sizes[-1], 1.5), 2.0)
        for texts in ([" ".join(groups)], groups):
            for size in CODE_SIZES:
                if not self._beside and len(texts) == 1:
                    yield self._beside_caption(texts, size, small)
                yield self._below_caption(texts, size, small)

    def _box(self, texts: list[str], size: float) -> tuple[float, float]:
        """Return the size of the outline around a code."""
        width = max(self._faces[BOLD].width(text, size) for text in texts) + 2 * FIELD_X
        return width, (len(texts) - 1) * size * 1.1 + size * CAPITAL + 2 * FIELD_Y

    def _code(self, texts: list[str], size: float, box: Box) -> tuple[Line, ...]:
        """Set the code in its outline."""
        middle, first = box.x + box.width / 2, box.y + FIELD_Y + size * CAPITAL
        room = box.width - FIELD_X
        return tuple(
            Line(BOLD, size, middle, first + index * size * 1.1, text, room, centred=True)
            for index, text in enumerate(texts)
        )

    def _below_caption(self, texts: list[str], size: float, small: float) -> _Field:
        """Set what to do above the code."""
        width, height = self._box(texts, size)
        caption = self._words.scratch_word
        wide = max(width, self._faces[REGULAR].width(caption, small))
        box = Box(0.0 if self._beside else (wide - width) / 2, small * 1.3, width, height)
        at = 0.0 if self._beside else wide / 2
        said = Line(REGULAR, small, at, small * 0.85, caption, wide, centred=not self._beside)
        return _Field(wide, small * 1.3 + height, box, (said, *self._code(texts, size, box)))

    def _beside_caption(self, texts: list[str], size: float, small: float) -> _Field:
        """Set what to do at the left of the code, in two lines."""
        width, height = self._box(texts, size)
        first, _, rest = self._words.scratch_word.partition(" ")
        wide = max(self._faces[REGULAR].width(part, small) for part in (first, rest))
        box = Box(wide + 0.5, 0.0, width, height)
        top = height / 2 - small * 0.2
        said = tuple(
            Line(REGULAR, small, 0.0, top + index * small * 1.1, part, wide) for index, part in enumerate((first, rest))
        )
        return _Field(wide + 0.5 + width, height, box, (*said, *self._code(texts, size, box)))
