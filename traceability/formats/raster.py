"""A stamp in black and white dots, for printers that know neither our typeface nor Vietnamese.

What all labels of a job share is drawn once. For each stamp only its QR code and the few lines with its own number,
serial and second code are made anew, each as a `Graphic`: a rectangle of dots and where it lies on the label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from traceability.formats.layout import BOLD, REGULAR, Box, Line, Plan
from traceability.formats.rolls import DOTS_PER_MM, Roll
from traceability.formats.symbols import Symbols
from traceability.formats.typography import Measured, font_file
from traceability.formats.wording import filling, is_own
from traceability.ports import StampToPrint

LEAST_TYPE = {203: 14, 300: 17}
"""Smallest type in dots at which Vietnamese marks stay apart."""
LARGEST_TYPE = 2.8
"""Millimetres."""
DASH = 6
"""Dots of an outline that are black, and then white."""
_INK = 1
"""Black, in pictures of one bit a dot: as printers have it, and against Pillow's habit."""


@cache
def _font(weight: str, pixels: int) -> ImageFont.FreeTypeFont:
    """Return the typeface in a height of so many dots."""
    name = {REGULAR: "Regular", BOLD: "Bold"}[weight]
    return ImageFont.truetype(BytesIO(font_file(name)), pixels, layout_engine=ImageFont.Layout.BASIC)


@cache
def _glyph(weight: str, pixels: int, letter: str) -> tuple[Image.Image | None, int, int, int]:
    """Return a letter's dots, where they lie from its place on the line, and how far the next letter is.

    FreeType takes a fifth of a millisecond for each letter that it shapes to the dots; a job has the same few.
    """
    font = _font(weight, pixels)
    left, top, right, foot = font.getbbox(letter, mode="1", anchor="ls")
    step = round(font.getlength(letter, mode="1"))
    if right <= left or foot <= top:
        return None, 0, 0, step
    dots = Image.new("1", (int(right - left), int(foot - top)), 0)
    ImageDraw.Draw(dots).text((-left, -top), letter, fill=_INK, font=font, anchor="ls")
    return dots, int(left), int(top), step


def _run_width(weight: str, pixels: int, text: str) -> int:
    """Return how many dots wide a text runs."""
    return sum([_glyph(weight, pixels, letter)[3] for letter in text])


@dataclass(frozen=True, slots=True)
class DotFace(Measured):
    """A weight of the typeface as a printer of some resolution draws it."""

    weight: str
    dpi: int

    def width(self, text: str, size: float) -> float:
        """Return how wide a text runs, in millimetres."""
        scale = DOTS_PER_MM[self.dpi]
        return _run_width(self.weight, round(size * scale), text) / scale


def type_sizes(dpi: int) -> tuple[float, ...]:
    """Return the type sizes that are whole dots, from the largest, in millimetres."""
    scale = DOTS_PER_MM[dpi]
    return tuple(pixels / scale for pixels in range(round(LARGEST_TYPE * scale), LEAST_TYPE[dpi] - 1, -1))


@dataclass(frozen=True, slots=True)
class Graphic:
    """A rectangle of dots: rows from the top, eight dots a byte, the left one highest, 1 for black."""

    x: int
    y: int
    row_bytes: int
    rows: Sequence[bytes]

    def moved(self, x: int) -> "Graphic":
        """Return it further right."""
        return Graphic(self.x + x, self.y, self.row_bytes, self.rows)


class LabelRaster:
    """Draws the labels of one job.

    Args:
        roll: the labels and the printer.
        plan: how a stamp looks.
        symbols: makes its QR codes.
    """

    def __init__(self, roll: Roll, plan: Plan, symbols: Symbols) -> None:
        """Draw what all labels share."""
        self._roll, self._plan, self._symbols = roll, plan, symbols
        self._size = roll.dots(roll.label_width), roll.dots(roll.label_height)
        self._module = roll.dots(plan.module)
        side = symbols.side * self._module
        self._code_x = min(roll.dots(plan.code_x), self._size[0] - side)
        self._code_y = min(roll.dots(plan.code_y), self._size[1] - side)
        self._shared = self._blank()
        for line in plan.lines:
            if not is_own(line.text):
                self._write(self._shared, line, line.text)
        if plan.field:
            self._outline(ImageDraw.Draw(self._shared), plan.field)
        self._own = [line for line in plan.lines if is_own(line.text)]
        self._own_box = self._around(self._own)

    def _blank(self) -> Image.Image:
        """Return an empty label."""
        return Image.new("1", self._size)

    def shared(self) -> Graphic:
        """Return the words and outlines of all labels."""
        return _graphic(self._shared, self._shared.getbbox() or (0, 0, 8, 1))

    def code(self, stamp: StampToPrint) -> Graphic:
        """Return a stamp's QR code, without its quiet zone."""
        side, module = self._symbols.side, self._module
        row_bytes = (side * module + 7) // 8
        spare = row_bytes * 8 - side * module
        rows: list[bytes] = []
        for row in self._symbols.rows(self._symbols.symbol(stamp.link)):
            bits = row.replace("1", "1" * module).replace("0", "0" * module)
            rows += [(int(bits, 2) << spare).to_bytes(row_bytes, "big")] * module
        return Graphic(self._code_x, self._code_y, row_bytes, rows)

    def own(self, stamp: StampToPrint) -> Graphic:
        """Return a stamp's own lines, and nothing else."""
        return self._lines(self._blank(), stamp, self._own_box)

    def words(self, stamp: StampToPrint) -> Graphic:
        """Return a stamp's own lines together with what all labels share."""
        image = self._shared.copy()
        box, ink = self._own_box, self._shared.getbbox() or self._own_box
        around = min(box[0], ink[0]), min(box[1], ink[1]), max(box[2], ink[2]), max(box[3], ink[3])
        return self._lines(image, stamp, around)

    def _lines(self, image: Image.Image, stamp: StampToPrint, box: tuple[int, int, int, int]) -> Graphic:
        """Write a stamp's own lines and cut out a part."""
        filled = filling(stamp)
        for line in self._own:
            self._write(image, line, line.text.translate(filled))
        return _graphic(image, box)

    def _write(self, image: Image.Image, line: Line, text: str) -> None:
        """Write one line, in smaller type where it would run wider than its room."""
        dots = self._roll.dots
        pixels, room = dots(line.size), dots(line.room)
        width = _run_width(line.weight, pixels, text)
        while width > room and pixels > LEAST_TYPE[self._roll.dpi] // 2:
            pixels -= 1
            width = _run_width(line.weight, pixels, text)
        x = dots(line.x) - (width // 2 if line.centred else 0)
        _set(image, line.weight, pixels, text, (x, dots(line.baseline)))

    def _outline(self, draw: ImageDraw.ImageDraw, box: Box) -> None:
        """Draw the dashed outline of the scratch layer."""
        dots = self._roll.dots
        left, top, right, foot = dots(box.x), dots(box.y), dots(box.x + box.width), dots(box.y + box.height)
        for x in range(left, right, 2 * DASH):
            end = min(x + DASH, right)
            draw.line([(x, top), (end, top)], fill=_INK)
            draw.line([(x, foot), (end, foot)], fill=_INK)
        for y in range(top, foot, 2 * DASH):
            end = min(y + DASH, foot)
            draw.line([(left, y), (left, end)], fill=_INK)
            draw.line([(right, y), (right, end)], fill=_INK)

    def _around(self, lines: Sequence[Line]) -> tuple[int, int, int, int]:
        """Return a rectangle that holds some lines whatever their letters."""
        dots, (width, height) = self._roll.dots, self._size
        lefts = [dots(line.x - line.room / 2 if line.centred else line.x) for line in lines]
        rights = [dots(line.x + line.room / (2 if line.centred else 1)) for line in lines]
        tops = [dots(line.baseline - line.size) for line in lines]
        feet = [dots(line.baseline + line.size * 0.3) for line in lines]
        # What runs below is white at most: letters of numbers, serials and codes end on the line.
        return max(min(lefts), 0), max(min(tops), 0), min(max(rights) + 1, width), min(max(feet) + 1, height)


def _set(image: Image.Image, weight: str, pixels: int, text: str, at: tuple[int, int]) -> None:
    """Write a text whose first letter has its place on the line at some dot."""
    x, y = at
    for letter in text:
        dots, left, top, step = _glyph(weight, pixels, letter)
        if dots is not None:
            image.paste(_INK, (x + left, y + top), dots)
        x += step


def calibration_label(roll: Roll) -> Graphic:
    """Return a label of rulers and an outline, half a millimetre in from the edge, to check size and position."""
    dots = roll.dots
    width, height = dots(roll.label_width), dots(roll.label_height)
    image = Image.new("1", (width, height))
    draw = ImageDraw.Draw(image)
    inset = dots(0.5)
    draw.rectangle((inset, inset, width - 1 - inset, height - 1 - inset), outline=_INK)
    for step in range(1, int(max(roll.label_width, roll.label_height))):
        long = dots(3.0 if step % 10 == 0 else 2.2 if step % 5 == 0 else 1.4)
        at = dots(step)
        draw.line([(at, inset), (at, long)], fill=_INK)
        draw.line([(inset, at), (long, at)], fill=_INK)
    size = f"{roll.label_width:g} × {roll.label_height:g} mm".replace(".", ",")
    for index, (weight, text) in enumerate(((BOLD, size), (REGULAR, f"{roll.dpi} dpi"), (REGULAR, "Nhãn căn chỉnh"))):
        pixels = dots(2.2)
        x = (width - _run_width(weight, pixels, text)) // 2 + dots(1)
        _set(image, weight, pixels, text, (x, height // 2 + round((index - 0.5) * dots(2.6))))
    return _graphic(image, (0, 0, width, height))


def _graphic(image: Image.Image, box: tuple[int, int, int, int]) -> Graphic:
    """Cut a rectangle out of a picture."""
    part = image.crop(box)
    row_bytes = (part.width + 7) // 8  # Pillow fills the last byte with white
    data = part.tobytes()
    rows = [data[start : start + row_bytes] for start in range(0, len(data), row_bytes)]
    return Graphic(box[0], box[1], row_bytes, rows)
