"""TSPL, the language of TSC's printers and of most of the cheap ones (TSPL/TSPL2 Programming Manual).

Each label clears the printer's picture, sends all of its graphics and prints, so that it depends on no other one: what
the cheap printers keep in memory between labels differs from model to model. The file is therefore larger than the
same job in ZPL, which has a compression besides.
"""

from collections.abc import Sequence

from traceability.formats.grids import written
from traceability.formats.raster import Graphic
from traceability.formats.rolls import Roll

_INVERTED = bytes(255 - byte for byte in range(256))


class Tspl:
    """Writes labels in TSPL."""

    media_type, suffix = "application/octet-stream", ".tspl"
    stores = False
    """Sends the shared part with each label."""

    def begin(self, roll: Roll, shared: Graphic | None) -> bytes:  # noqa: ARG002 - the other language stores it
        """Return what stands before the labels."""
        size = f"SIZE {written(roll.width)} mm,{written(roll.label_height)} mm"
        return f"{size}\r\nGAP {written(roll.label_gap)} mm,0 mm\r\nDIRECTION 1\r\nREFERENCE 0,0\r\n".encode("ascii")

    def label(
        self,
        roll: Roll,  # noqa: ARG002 - the printer knows the size already
        graphics: Sequence[Graphic],
        recalled: Sequence[tuple[int, int]],  # noqa: ARG002 - nothing is stored
    ) -> bytes:
        """Return one row of labels."""
        return b"CLS\r\n" + b"".join(self._graphic(graphic) for graphic in graphics) + b"PRINT 1,1\r\n"

    def end(self) -> bytes:
        """Return what stands after the labels."""
        return b""

    def _graphic(self, graphic: Graphic) -> bytes:
        """Return a `BITMAP` in mode 0 (overwrite); a printed dot is a 0 here."""
        head = f"BITMAP {graphic.x},{graphic.y},{graphic.row_bytes},{len(graphic.rows)},0,"
        return head.encode("ascii") + b"".join(graphic.rows).translate(_INVERTED) + b"\r\n"
