"""Lineage as a drawing: ancestors on the left, the lot in the middle, descendants on the right.

The drawing is an extra for the eye; the tables below it say the same for everybody. Lots of one depth stand in a
column; lines are drawn between a lot and those it came from or went into.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from traceability.domain.views import LineageNode, LotSummary

WIDTH, HEIGHT = 168, 46
"""Size of a box, in user units."""
ACROSS, DOWN = 216, 62
"""Distance between columns and between rows."""
MOST = 60
"""With more lots than this a drawing shows nothing any more; the tables do."""


@dataclass(frozen=True, slots=True)
class Box:
    """A lot's place in the drawing."""

    lot: LotSummary
    x: float
    y: float
    here: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes, lines between them as (x1, y1, x2, y2), and the size of it all."""

    boxes: tuple[Box, ...]
    lines: tuple[tuple[float, float, float, float], ...]
    width: float
    height: float


def drawing(lot: LotSummary, backward: Sequence[LineageNode], forward: Sequence[LineageNode]) -> Drawing | None:
    """Lay a lineage out, or return None where there is nothing to draw, or too much."""
    if not (backward or forward) or len(backward) + len(forward) > MOST:
        return None
    columns: dict[int, dict[str, LotSummary]] = defaultdict(dict)
    columns[0][lot.uri] = lot
    for sign, nodes in ((-1, backward), (1, forward)):
        for node in nodes:
            columns[sign * node.depth].setdefault(node.lot.uri, node.lot)
    tallest = max(len(column) for column in columns.values())
    height = tallest * DOWN
    first = min(columns)
    places: dict[tuple[int, str], Box] = {}
    for depth, column in columns.items():
        top = (height - len(column) * DOWN) / 2
        for row, (uri, one) in enumerate(column.items()):
            x, y = (depth - first) * ACROSS + 4, top + row * DOWN + (DOWN - HEIGHT) / 2
            places[depth, uri] = Box(one, x, y, depth == 0)
    lines = [
        line
        for sign, nodes in ((-1, backward), (1, forward))
        for node in nodes
        for parent in node.parents
        if (line := _line(places, sign, node, parent))
    ]
    width = (max(columns) - first) * ACROSS + WIDTH + 8
    return Drawing(tuple(places.values()), tuple(dict.fromkeys(lines)), width, height)


def _line(
    places: dict[tuple[int, str], Box], sign: int, node: LineageNode, parent: str
) -> tuple[float, float, float, float] | None:
    """Return the line from a lot to the one a step nearer to the middle."""
    far, near = places.get((sign * node.depth, node.lot.uri)), places.get((sign * (node.depth - 1), parent))
    if far is None or near is None:
        return None
    left, right = (far, near) if sign < 0 else (near, far)
    return left.x + WIDTH, left.y + HEIGHT / 2, right.x, right.y + HEIGHT / 2
