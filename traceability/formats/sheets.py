"""Sheets of stamps for an office printer: an A4 PDF in vector.

The user says in millimetres how the labels lie on the sheet; the file prints at exactly that size. A first page can
carry rulers and the outlines of all labels, to hold against the stock before any is wasted, and a sheet that was
begun earlier can be used to its end. Stamps come in as a stream and pages go out as a stream, so memory does not grow
with the number of stamps.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from traceability.errors import InvalidInputError
from traceability.formats.grids import PAGE_HEIGHT, PAGE_WIDTH, Grid
from traceability.formats.labels import BOLD, REGULAR, LabelPlan, SheetWords, StampLabel
from traceability.formats.pdf import PdfWriter
from traceability.formats.typography import Face, face

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-·… "
MARK = 3.0
"""Length of a crop mark, millimetres."""
MARK_CLEARANCE = 0.8
"""White between a crop mark and a stamp, millimetres."""
CALIBRATION_LINES = (
    "Trang căn chỉnh – in thử trên giấy thường",
    "1. Khi in, chọn tỉ lệ 100 % (Actual size), không chọn “Vừa trang”.",
    "2. Đo hai thước dưới đây: phải đúng 100 mm và 50 mm.",
    "3. Đặt chồng lên tờ tem và soi trước ánh sáng: các khung phải trùng tem.",
    "4. Nếu lệch, sửa lề trái và lề trên rồi in thử lại.",
)


def write_sheets(
    target: BinaryIO,
    stamps: Iterable[StampLabel],
    grid: Grid,
    words: SheetWords,
    *,
    calibration: bool = False,
    crop_marks: bool = True,
    start: int = 1,
) -> int:
    """Write stamps on as many A4 pages as they need.

    Args:
        target: a binary stream; it need not be seekable.
        stamps: the stamps in the order of the run.
        grid: how they lie on the page.
        words: what all of them say.
        calibration: put the page with rulers first.
        crop_marks: draw short lines at the page's edges for cutting.
        start: the first free place on the first page, from 1 along the rows.

    Returns:
        The number of pages written.

    Raises:
        InvalidInputError: no stamps, no such place on the page, or stamps too small for their codes.
    """
    if not 1 <= start <= grid.per_sheet:
        raise InvalidInputError(
            "A sheet of this grid has places 1 to {places}; there is no place {start} to begin at.",
            field="start",
            places=grid.per_sheet,
            start=start,
        )
    stream = iter(stamps)
    first = next(stream, None)
    if first is None:
        raise InvalidInputError("There are no stamps to print. Choose a range of the run.", field="first")
    words = words.composed()
    regular, bold = _faces(words)
    plan = LabelPlan(grid, words, (regular, bold), first)
    marks = _crop_marks(grid) if crop_marks else ""
    pages = 0
    faces = {REGULAR: regular, BOLD: bold}
    with PdfWriter(target, (PAGE_WIDTH, PAGE_HEIGHT), f"{words.product} · {words.lot}", faces) as pdf:
        if calibration:
            pdf.page(_calibration(grid, regular, bold) + marks)
            pages += 1
        for content in _pages(chain([first], stream), plan, grid, start - 1):
            pdf.page(marks + content)
            pages += 1
    return pages


def _faces(words: SheetWords) -> tuple[Face, Face]:
    """Cut the letters this job can need from the typeface."""
    texts = [ALPHABET, *CALIBRATION_LINES, *(getattr(words, name) for name in words.__slots__), "mm"]
    return face("Regular", texts), face("Bold", texts)


def _pages(stamps: Iterable[StampLabel], plan: LabelPlan, grid: Grid, place: int) -> Iterator[str]:
    """Yield the content of one page after another."""
    drawn: list[str] = []
    for stamp in stamps:
        left, top = grid.corner(place)
        drawn.append(plan.draw(stamp, left, PAGE_HEIGHT - top - grid.stamp_height))
        place += 1
        if place == grid.per_sheet:
            yield "".join(drawn)
            drawn, place = [], 0
    if drawn:
        yield "".join(drawn)


def _crop_marks(grid: Grid) -> str:
    """Draw lines in the page's margins in line with every edge of a stamp, as long as there is white for them."""
    right = grid.corner(grid.per_sheet - 1)[0] + grid.stamp_width
    foot = grid.corner(grid.per_sheet - 1)[1] + grid.stamp_height
    lines = []
    for column in range(grid.columns):
        edge = grid.corner(column)[0]
        for x in (edge, edge + grid.stamp_width):
            lines += [_mark(x, grid.margin_top, x, -1, vertical=True), _mark(x, foot, x, 1, vertical=True)]
    for row in range(grid.rows):
        edge = grid.corner(row * grid.columns)[1]
        for y in (edge, edge + grid.stamp_height):
            lines += [_mark(grid.margin_left, y, y, -1, vertical=False), _mark(right, y, y, 1, vertical=False)]
    drawn = sorted({line for line in lines if line})
    return "q 0.1 w 0.45 G " + " ".join(drawn) + " S Q\n" if drawn else ""


def _mark(x: float, y: float, along: float, direction: int, *, vertical: bool) -> str:
    """Return one crop mark leading from (x, y) to the page's edge, or nothing where there is no margin."""
    start = y if vertical else x
    room = start if direction < 0 else (PAGE_HEIGHT if vertical else PAGE_WIDTH) - start
    length = min(MARK, room - MARK_CLEARANCE)
    if length <= 0:
        return ""
    near, far = start + direction * MARK_CLEARANCE, start + direction * (MARK_CLEARANCE + length)
    if vertical:
        return f"{along:.3f} {PAGE_HEIGHT - near:.3f} m {along:.3f} {PAGE_HEIGHT - far:.3f} l"
    return f"{near:.3f} {PAGE_HEIGHT - along:.3f} m {far:.3f} {PAGE_HEIGHT - along:.3f} l"


def _calibration(grid: Grid, regular: Face, bold: Face) -> str:
    """Draw the outlines of all stamps, and on a white panel the rulers and what to do."""
    boxes = []
    for place in range(grid.per_sheet):
        left, top = grid.corner(place)
        bottom = PAGE_HEIGHT - top - grid.stamp_height
        boxes.append(f"{left:.3f} {bottom:.3f} {grid.stamp_width:.3f} {grid.stamp_height:.3f} re")
    rulers = f"{_ruler(55, 108, 100)} {_ruler(55, 108, 50, upright=True)}"
    panel = f"q 0.2 w 1 g 40 96 130 104 re B Q 0 g\nq 0.2 w {rulers} S Q\n"
    text = []
    for index, line in enumerate(CALIBRATION_LINES):
        cut, name, size = (bold, BOLD, 4.2) if index == 0 else (regular, REGULAR, 3.0)
        text.append(_line(cut, name, size, 46, 190 - index * 6.2 - (2 if index else 0), line))
    text.append(_line(bold, BOLD, 3.2, 98, 114, "100 mm"))
    text.append(_line(bold, BOLD, 3.2, 61, 150, "50 mm"))
    return f"q 0.15 w 0.6 G {' '.join(boxes)} S Q\n{panel}{''.join(text)}"


def _ruler(x: float, y: float, length: int, *, upright: bool = False) -> str:
    """Return a ruler with a tick each millimetre, longer at five and ten."""
    parts = [f"{x} {y} m {x} {y + length} l" if upright else f"{x} {y} m {x + length} {y} l"]
    for step in range(length + 1):
        tick = 4.0 if step % 10 == 0 else 2.8 if step % 5 == 0 else 1.6
        parts.append(
            f"{x} {y + step} m {x - tick} {y + step} l" if upright else f"{x + step} {y} m {x + step} {y - tick} l"
        )
    return " ".join(parts)


def _line(cut: Face, name: str, size: float, x: float, y: float, text: str) -> str:
    """Return the operators that set one line."""
    return f"BT /{name} {size} Tf {x:.2f} {y:.2f} Td {cut.encode(text)} Tj ET\n"
