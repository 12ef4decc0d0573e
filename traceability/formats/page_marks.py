"""What stands on a sheet besides its stamps: crop marks at the page's edges, and the page to check size and position.

A printer that scales "to fit" spoils a sheet of labels, so the first page can be a test: two rulers to measure and the
outlines of all stamps, to hold against the stock before any of it is wasted.
"""

from traceability.formats.grids import PAGE_HEIGHT, PAGE_WIDTH, Grid
from traceability.formats.layout import BOLD, REGULAR
from traceability.formats.pdf import POINTS_PER_MM
from traceability.formats.typography import Face

PAGE_POINTS = (595.199, 841.919)
"""A4 to 0.03 mm, in points: a thousandth below whole pixels of 150, 300 and 600 dpi, since programs round up."""
PAGE_TOP = PAGE_POINTS[1] / POINTS_PER_MM
"""Upper edge of the page, millimetres from the lower one."""
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


def crop_marks(grid: Grid) -> str:
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
        return f"{along:.3f} {PAGE_TOP - near:.3f} m {along:.3f} {PAGE_TOP - far:.3f} l"
    return f"{near:.3f} {PAGE_TOP - along:.3f} m {far:.3f} {PAGE_TOP - along:.3f} l"


def calibration(grid: Grid, regular: Face, bold: Face) -> str:
    """Draw the outlines of all stamps, and on a white panel the rulers and what to do."""
    boxes = []
    for place in range(grid.per_sheet):
        left, top = grid.corner(place)
        bottom = PAGE_TOP - top - grid.stamp_height
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
