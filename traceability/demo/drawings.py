"""Draws the demo's pictures: flat illustrations in a few colours, made with Pillow at three times their size.

`python -m traceability.demo.drawings` writes them anew into `pictures/`. They are the project's own; nothing was
copied.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

SIZE: Final = 900
"""Side of a picture in pixels; listings want square ones."""

SCALE: Final = 3
"""Everything is drawn larger and then made smaller, which smooths every edge."""

PICTURES: Final = Path(__file__).parent / "pictures"

Point = tuple[float, float]

CREAM, SAND, CLAY, BRICK, DEEP = "#f6efe0", "#e3cfa4", "#b4713d", "#9c3f2a", "#5f2a1c"
LEAF, FOREST, MOSS, LIME = "#4f8a4b", "#24553a", "#7fa65a", "#b6cf7f"
SKY, WATER, RIVER, NIGHT = "#cfe4e6", "#7fb3bd", "#4c8794", "#2b5661"
INK, WHITE, RED, ROSE, GOLD = "#2a2420", "#fffdf7", "#c8452f", "#eaa78f", "#d9a441"


class Canvas:
    """A square in units from 0 to 100, whatever its pixels."""

    def __init__(self, ground: str) -> None:
        side = SIZE * SCALE
        self.image = Image.new("RGB", (side, side), ground)
        self.pen = ImageDraw.Draw(self.image)
        self._unit = side / 100

    def _at(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self._unit, y * self._unit) for x, y in points]

    def shape(self, points: Sequence[Point], colour: str) -> None:
        """Fill a polygon."""
        self.pen.polygon(self._at(points), fill=colour)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: str) -> None:
        """Fill an ellipse around a point."""
        (left, top), (right, bottom) = self._at([(x - rx, y - ry), (x + rx, y + ry)])
        self.pen.ellipse((left, top, right, bottom), fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        """Fill a rectangle, with round corners if wanted."""
        (left, top), (right, bottom) = self._at([(x, y), (x + width, y + height)])
        self.pen.rounded_rectangle((left, top, right, bottom), radius * self._unit, fill=colour)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """Draw a line with round joints."""
        self.pen.line(self._at(points), fill=colour, width=round(width * self._unit), joint="curve")
        for x, y in (points[0], points[-1]):
            self.oval(x, y, width / 2, width / 2, colour)

    def shadow(self, x: float, y: float, rx: float, ry: float) -> None:
        """Lay a soft shadow under a thing."""
        layer = Image.new("L", self.image.size, 0)
        (left, top), (right, bottom) = self._at([(x - rx, y - ry), (x + rx, y + ry)])
        ImageDraw.Draw(layer).ellipse((left, top, right, bottom), fill=90)
        layer = layer.filter(ImageFilter.GaussianBlur(1.6 * self._unit))
        self.image.paste(Image.new("RGB", self.image.size, INK), (0, 0), layer)
        self.pen = ImageDraw.Draw(self.image)


def _dice(seed: int) -> Random:
    """Return dice that always fall the same, so that a picture drawn anew is the same picture."""
    return Random(seed)  # noqa: S311 - nothing here is secret


def _wave(y: float, height: float, length: float, start: float = 0) -> list[Point]:
    """Return points of a wavy line from left to right."""
    return [(x, y + height * math.sin((x + start) / length * 2 * math.pi)) for x in range(-2, 103)]


def _table(canvas: Canvas, y: float = 68) -> None:
    canvas.box(-1, y, 102, 40, CLAY)
    canvas.box(-1, y, 102, 1.6, "#c98a55")
    for offset in (9, 19, 27):
        canvas.line(_wave(y + offset, 0.5, 60, offset * 7), "#a5642f", 0.5)


def mam_tep_jar() -> Image.Image:
    """A jar of shrimp paste on a wooden table, with a bowl and chillies."""
    c = Canvas("#f3e2c2")
    c.oval(50, 40, 40, 36, "#f8edd6")
    _table(c)
    c.shadow(50, 84, 25, 4)
    c.box(31, 30, 38, 54, "#dfe7e2", 7)
    c.box(33, 37, 34, 45, BRICK, 5.5)
    c.box(33, 37, 34, 9, "#b45137", 4)
    for seed in range(60):
        rng = _dice(seed)
        c.oval(rng.uniform(35, 65), rng.uniform(41, 80), 0.55, 0.4, rng.choice(("#c76a4a", "#7f2f20", "#d98c63")))
    c.box(33.5, 22, 33, 9, DEEP, 2)
    c.box(32, 20, 36, 5, "#7a3a26", 2)
    c.box(30.6, 50, 38.8, 20, CREAM, 1.5)
    c.box(30.6, 51.2, 38.8, 1, RED)
    c.box(30.6, 67.8, 38.8, 1, RED)
    _shrimp(c, 50, 59.5, 6.4, RED)
    c.box(36, 34, 2, 47, "#ffffff55", 1)
    c.shadow(81, 87, 14, 3)
    c.shape([(68, 77), (94, 77), (89, 89), (73, 89)], WHITE)
    c.oval(81, 77, 13, 3.2, "#e9e2d2")
    c.oval(81, 77, 11.4, 2.4, BRICK)
    _chilli(c, 12, 84, 13)
    _chilli(c, 17, 90, 11)
    return c.image


def _shrimp(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """Draw a shrimp that curls to the left."""
    for step in range(9):
        angle = math.radians(200 + step * 25)
        thick = size * (0.34 - step * 0.022)
        c.oval(x + size * 0.7 * math.cos(angle), y + size * 0.7 * math.sin(angle), thick, thick, colour)
    for lift in (0.5, 0.9):
        c.line([(x - size * 0.75, y - size * 0.2), (x - size * 1.5, y - size * lift)], colour, size * 0.06)
    tail = math.radians(400)
    tx, ty = x + size * 0.7 * math.cos(tail), y + size * 0.7 * math.sin(tail)
    c.shape([(tx, ty), (tx - size * 0.5, ty + size * 0.45), (tx + size * 0.15, ty + size * 0.5)], colour)
    c.oval(x - size * 0.78, y - size * 0.3, size * 0.07, size * 0.07, INK)


def _chilli(c: Canvas, x: float, y: float, length: float) -> None:
    c.line([(x, y), (x + length * 0.5, y + 1.2), (x + length, y - 1)], RED, 1.8)
    c.line([(x - 1.8, y - 1.2), (x, y)], LEAF, 1)


def earthen_jars() -> Image.Image:
    """Tall earthen jars with lids, in the sun of a yard."""
    c = Canvas(SKY)
    c.oval(80, 18, 9, 9, "#f7d98b")
    c.shape([(-2, 40), (20, 30), (48, 40), (75, 28), (102, 38), (102, 60), (-2, 60)], MOSS)
    c.box(-1, 52, 102, 50, SAND)
    for offset in (64, 76, 90):
        c.line(_wave(offset, 0.3, 50, offset * 3), "#d5bd8c", 0.6)
    for x, y, size in ((24, 50, 0.8), (76, 50, 0.8), (50, 60, 1.1)):
        _tall_jar(c, x, y, size)
    return c.image


def _tall_jar(c: Canvas, x: float, y: float, size: float) -> None:
    c.shadow(x, y + 27 * size, 20 * size, 3.4 * size)
    body = [(-11, -24), (-17, -10), (-16, 8), (-9, 26), (9, 26), (16, 8), (17, -10), (11, -24)]
    c.shape([(x + px * size, y + py * size) for px, py in body], CLAY)
    c.oval(x, y - 2 * size, 17.3 * size, 19 * size, CLAY)
    shade = [(4, -23), (11, -24), (17.2, -8), (16, 8), (9, 26), (3, 26), (9, 4)]
    c.shape([(x + px * size, y + py * size) for px, py in shade], "#9b5d30")
    for ring in (-14, 12):
        c.box(x - 15.5 * size, y + ring * size, 31 * size, 1.2 * size, "#8d5129", 0.5)
    c.oval(x, y - 24 * size, 12 * size, 3 * size, DEEP)
    c.shape([(x - 15 * size, y - 25 * size), (x, y - 37 * size), (x + 15 * size, y - 25 * size)], GOLD)
    for offset in (-9, -3, 3, 9):
        c.line([(x, y - 36 * size), (x + offset * size * 1.5, y - 25 * size)], "#b98730", 0.4 * size)
    c.oval(x, y - 37 * size, 1.6 * size, 1.2 * size, DEEP)


def river() -> Image.Image:
    """A boat with a hand net on a quiet river at dawn."""
    c = Canvas("#f4dcc0")
    c.oval(68, 34, 12, 12, "#f2b56b")
    c.shape([(-2, 44), (16, 30), (34, 42), (56, 33), (80, 44), (102, 36), (102, 52), (-2, 52)], "#8aa88a")
    c.shape([(-2, 48), (30, 43), (60, 49), (102, 44), (102, 54), (-2, 54)], LEAF)
    c.box(-1, 52, 102, 50, WATER)
    for y, colour in ((58, "#93c2c9"), (66, RIVER), (76, "#6aa3ae"), (88, RIVER)):
        c.line(_wave(y, 0.7, 26, y * 5), colour, 0.8)
    c.box(56, 56, 24, 0.9, "#f2c68d", 0.4)
    c.box(60, 60, 16, 0.9, "#f2c68d", 0.4)
    c.shape([(20, 66), (72, 66), (62, 76), (30, 76)], DEEP)
    c.shape([(18, 64), (74, 64), (71, 68), (21, 68)], CLAY)
    c.line([(44, 64), (44, 48)], NIGHT, 5)
    c.oval(44, 43, 3.6, 3.8, "#d9a27a")
    c.shape([(35, 42), (44, 34), (53, 42)], GOLD)
    c.line([(46, 52), (62, 44), (84, 60)], "#7a5a3a", 0.9)
    c.shape([(80, 56), (92, 64), (84, 74), (74, 66)], "#e9e2cc")
    for offset in range(0, 12, 3):
        c.line([(80 + offset, 56 + offset * 0.7), (74 + offset * 0.85, 66 + offset * 0.7)], "#b9b196", 0.25)
    return c.image


def shrimp_basket() -> Image.Image:
    """A bamboo basket full of river shrimp."""
    c = Canvas("#dfe9dc")
    _table(c, 70)
    c.shadow(50, 86, 36, 4)
    c.shape([(14, 46), (86, 46), (74, 85), (26, 85)], GOLD)
    for row in range(5):
        y = 50 + row * 7.5
        inset = 1.4 + row * 2.3
        for column in range(12):
            x = 15 + inset + column * (70 - 2 * inset) / 12
            if (row + column) % 2:
                c.box(x, y, (70 - 2 * inset) / 12 - 0.6, 6, "#c08c34", 0.6)
    c.oval(50, 46, 37, 8.5, "#a87a2e")
    c.oval(50, 46, 33.5, 7, ROSE)
    rng = _dice(7)
    for _ in range(26):
        _shrimp(
            c, rng.uniform(24, 78), rng.uniform(41, 48), rng.uniform(2.6, 3.8), rng.choice((RED, "#d9694d", "#e08a6b"))
        )
    return c.image


def nem_chua() -> Image.Image:
    """Rolls in banana leaf tied with bamboo strips, one of them open."""
    c = Canvas("#f2e6d0")
    c.oval(50, 58, 47, 33, "#e2cfa8")
    c.oval(50, 57, 43, 29, WHITE)
    for x, y, tilt in ((30, 38, 3), (52, 34, 3), (26, 54, 3), (48, 50, 3)):
        _roll(c, x, y, tilt)
    c.shadow(66, 74, 19, 3)
    c.shape([(44, 66), (84, 56), (92, 66), (90, 76), (52, 82)], LEAF)
    c.shape([(44, 66), (84, 56), (86, 59), (47, 70)], MOSS)
    c.shape([(52, 66), (80, 60), (84, 68), (56, 75)], "#e58f80")
    c.oval(54, 70.5, 3, 4.6, "#f0aca0")
    rng = _dice(3)
    for _ in range(40):
        share = rng.random()
        left, top = 55 + share * 26, 70 - share * 6 + rng.uniform(-3, 3)
        end = (left + rng.uniform(-2, 2), top + rng.uniform(-0.8, 0.8))
        c.line([(left, top), end], rng.choice((WHITE, "#f7d6cd")), 0.35)
    c.oval(70, 62.5, 3, 1.6, WHITE)
    _chilli(c, 60, 68, 6)
    return c.image


def _roll(c: Canvas, x: float, y: float, tilt: float) -> None:
    """Draw one roll of 22 by 11."""
    c.shadow(x + 11, y + 13, 13, 2)
    c.shape([(x, y + tilt), (x + 22, y - tilt), (x + 24, y + 10 - tilt), (x + 2, y + 11 + tilt)], FOREST)
    c.shape([(x, y + tilt), (x + 22, y - tilt), (x + 22.8, y + 3 - tilt), (x + 0.8, y + 4 + tilt)], LEAF)
    for share in (0.25, 0.72):
        left = x + 22 * share
        c.line([(left, y + tilt - 2 * tilt * share), (left + 2, y + 11 + tilt - 2 * tilt * share)], LIME, 1.1)
    c.line([(x + 16, y - 2.6), (x + 13.5, y - 5)], LIME, 0.8)
    c.line([(x + 16, y - 2.6), (x + 19, y - 5.4)], LIME, 0.8)


def banana_leaf() -> Image.Image:
    """Banana leaves against the light."""
    c = Canvas("#e9f0cf")
    c.oval(24, 22, 15, 15, "#f7e3a0")
    for x, y, length, lean in ((50, 98, 92, 0), (18, 102, 78, 18), (84, 102, 80, -16)):
        _big_leaf(c, x, y, length, lean)
    return c.image


def _big_leaf(c: Canvas, x: float, y: float, length: float, lean: float) -> None:
    def along(share: float, side: float) -> Point:
        width = length * 0.19 * math.sin(math.pi * min(share * 1.08, 1)) ** 0.7
        return x + lean * share + side * width, y - length * share

    steps = [number / 40 for number in range(41)]
    c.shape([along(s, -1) for s in steps] + [along(s, 1) for s in reversed(steps)], LEAF)
    c.shape([along(s, 0) for s in steps] + [along(s, 1) for s in reversed(steps)], "#437a42")
    for share in (number / 16 for number in range(2, 16)):
        for side in (-0.92, 0.92):
            c.line([along(share - 0.05, 0), along(min(share + 0.02, 1), side)], MOSS, 0.3)
    c.line([along(0, 0), along(1, 0)], LIME, 1)


def sedge_mat() -> Image.Image:
    """A rolled sedge mat beside an open one with a red pattern."""
    c = Canvas("#efe7d6")
    c.box(-1, 60, 102, 42, "#d9c7a2")
    c.shadow(52, 86, 44, 5)
    c.shape([(14, 46), (82, 46), (98, 86), (2, 86)], "#e8d596")
    for row in range(26):
        share = row / 26
        left, right, y = 14 - 12 * share, 82 + 16 * share, 46 + 40 * share
        c.line([(left, y), (right, y)], "#cdb66f" if row % 2 else "#f1e2ad", 0.5)
    for share in (0.1, 0.9):
        left, right, y = 14 - 12 * share, 82 + 16 * share, 46 + 40 * share
        c.line([(left + 2, y), (right - 2, y)], RED, 1.2)
    for column in range(5):
        middle = 50 + (column - 2) * 15
        c.shape([(middle, 58), (middle + 5, 65), (middle, 73), (middle - 5, 65)], RED)
        c.shape([(middle, 61.5), (middle + 2.6, 65), (middle, 69), (middle - 2.6, 65)], LEAF)
    c.shape([(14, 46), (82, 46), (82.8, 48), (13.4, 48)], BRICK)
    c.shadow(50, 43, 36, 3)
    c.box(14, 24, 70, 18, "#dcc67c", 8)
    for row in range(7):
        c.line([(19, 26.5 + row * 2.3), (80, 26.5 + row * 2.3)], "#c4ab60", 0.4)
    c.oval(84, 33, 5.4, 9, "#cbb469")
    for ring, colour in ((0.78, "#a88f48"), (0.55, "#a88f48"), (0.32, "#e8d596")):
        c.oval(84, 33, 5.4 * ring, 9 * ring, colour)
    for x in (30, 66):
        c.box(x, 23.6, 2.6, 18.8, BRICK, 0.6)
    return c.image


def sedge_field() -> Image.Image:
    """Sedge taller than a person by the sea, with cut sheaves drying."""
    c = Canvas(SKY)
    c.oval(20, 20, 9, 9, "#f7e3a0")
    c.shape([(-2, 40), (40, 34), (102, 42), (102, 60), (-2, 60)], "#a9c58b")
    c.box(-1, 50, 102, 52, MOSS)
    rng = _dice(11)
    for _ in range(210):
        x, y = rng.uniform(-2, 102), rng.uniform(52, 84)
        height, lean = rng.uniform(14, 26), rng.uniform(-3, 3)
        c.line([(x, y), (x + lean, y - height)], rng.choice((LEAF, FOREST, "#6d9a4c", LIME)), 0.5)
    c.box(-1, 82, 102, 20, SAND)
    for x in (16, 38, 60, 82):
        c.shadow(x, 92, 10, 2)
        for offset in range(-7, 8):
            c.line([(x + offset * 0.35, 92), (x + offset * 1.25, 74)], rng.choice((GOLD, "#c7b25a", MOSS)), 0.9)
        c.box(x - 3.4, 83, 6.8, 2, CLAY, 1)
    return c.image


def loom() -> Image.Image:
    """A wide loom with a half-woven mat."""
    c = Canvas("#efe3cf")
    c.box(-1, 78, 102, 24, "#b98f62")
    c.shadow(50, 88, 44, 4)
    for x in (10, 84):
        c.box(x, 16, 6, 72, DEEP, 1)
    c.box(6, 18, 88, 5, CLAY, 1.5)
    c.box(6, 78, 88, 6, CLAY, 1.5)
    for number in range(34):
        left = 19 + number * 1.9
        c.line([(left, 23), (left, 78)], "#d8cbb0", 0.35)
    for row in range(17):
        y = 77 - row * 1.75
        c.line([(18, y), (83, y)], (GOLD, "#e8d596", "#cdb66f")[row % 3], 1.5)
    for row in (4, 5, 11, 12):
        c.line([(18, 77 - row * 1.75), (83, 77 - row * 1.75)], RED, 1.5)
    c.box(13, 42, 74, 5, "#7a4a2a", 2)
    for number in range(34):
        c.oval(19 + number * 1.9, 44.5, 0.45, 0.8, CREAM)
    c.line([(20, 36), (96, 33)], LEAF, 0.9)
    return c.image


DRAWINGS: Final[dict[str, Callable[[], Image.Image]]] = {
    one.__name__: one
    for one in (mam_tep_jar, earthen_jars, river, shrimp_basket, nem_chua, banana_leaf, sedge_mat, sedge_field, loom)
}
"""Name of the file to what draws it."""


def main() -> None:
    """Draw everything anew."""
    PICTURES.mkdir(exist_ok=True)
    for name, draw in DRAWINGS.items():
        small = draw().resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        small.save(PICTURES / f"{name}.webp", "WEBP", quality=62, method=6)


if __name__ == "__main__":
    main()
