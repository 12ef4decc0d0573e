"""ZPL II, the language of Zebra's printers and of many others (ZPL II Programming Guide).

Words and outlines that all labels share are sent once, kept in the printer's memory under one name, and recalled on
each label (`~DG`, `^XG`); the job's end deletes them. Everything is a graphic, so no font of the printer is needed.
Graphics are packed the way ZPL packs them: hexadecimal digits with run lengths, a comma for white up to the end of
the row, a colon for a row like the one above.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from traceability.formats.raster import Graphic
from traceability.formats.rolls import Roll

STORED = "R:OCOP.GRF"
"""Where the shared part lies: in memory that forgets when the printer is switched off."""
_RUN = re.compile(r"([0-9A-F])\1{2,}")
_TWENTIES = " ghijklmnopqrstuvwxyz"
_ONES = " GHIJKLMNOPQRSTUVWXY"


class Zpl:
    """Writes labels in ZPL II."""

    media_type, suffix = "application/vnd.zebra.zpl", ".zpl"
    stores = True
    """Keeps the shared part in the printer."""

    def begin(self, roll: Roll, shared: Graphic | None) -> bytes:
        """Return what stands before the labels."""
        paper = "^MNN" if roll.label_gap == 0 else "^MNY"
        setup = f"^XA{paper}^PW{roll.dots(roll.width)}^LL{roll.dots(roll.label_height)}^LH0,0^XZ\n"
        if shared is None:
            return setup.encode("ascii")
        size = shared.row_bytes * len(shared.rows)
        return f"{setup}~DG{STORED},{size},{shared.row_bytes},{packed(shared)}\n".encode("ascii")

    def label(self, roll: Roll, graphics: Sequence[Graphic], recalled: Sequence[tuple[int, int]]) -> bytes:
        """Return one row of labels: graphics, and where on it the shared part is wanted."""
        stored = "".join(f"^FO{x},{y}^XG{STORED},1,1^FS" for x, y in recalled)
        sent = "".join(self._graphic(graphic) for graphic in graphics)
        size = f"^PW{roll.dots(roll.width)}^LL{roll.dots(roll.label_height)}"
        return f"^XA{size}{stored}{sent}^XZ\n".encode("ascii")

    def end(self) -> bytes:
        """Return what stands after the labels."""
        return f"^XA^ID{STORED}^FS^XZ\n".encode("ascii")

    def _graphic(self, graphic: Graphic) -> str:
        size = graphic.row_bytes * len(graphic.rows)
        return f"^FO{graphic.x},{graphic.y}^GFA,{size},{size},{graphic.row_bytes},{packed(graphic)}^FS"


def packed(graphic: Graphic) -> str:
    """Return a graphic's rows in ZPL's own compression ("Alternative Data Compression Scheme")."""
    return "".join(_rows(graphic.rows))


def _rows(rows: Sequence[bytes]) -> Iterator[str]:
    """Pack one row after another."""
    before = None
    for row in rows:
        if row == before:
            yield ":"
            continue
        before = row
        digits = row.hex().upper()
        short = digits.rstrip("0")
        yield _RUN.sub(_run, short) + ("," if len(short) < len(digits) else "")


def _run(match: re.Match[str]) -> str:
    """Write a run of one digit."""
    return _counted(len(match.group()), match.group(1))


@lru_cache(maxsize=4096)
def _counted(length: int, digit: str) -> str:
    """Write a length and a digit: `z` is 400 of it, `g` to `y` are 20 to 380, `G` to `Y` are 1 to 19."""
    whole, rest = divmod(length, 400)
    twenties, ones = divmod(rest, 20)
    return "z" * whole + _TWENTIES[twenties].strip() + _ONES[ones].strip() + digit
