"""What a stamp will look like, as a picture for the screen, before a job is ordered.

A label is drawn by the very code that draws it for the thermal printer, dot by dot. A stamp on a sheet follows the same
plan as the PDF, drawn in the dots of a 300 dpi printer, which is how finely its code is laid out there.
"""

from io import BytesIO

from PIL import Image

from traceability.formats.grids import Grid
from traceability.formats.layout import BOLD, REGULAR, Stock, make_plan
from traceability.formats.raster import DotFace, Graphic, LabelRaster, type_sizes
from traceability.formats.rolls import DOTS_PER_MM, Roll
from traceability.formats.symbols import Symbols
from traceability.formats.wording import Words
from traceability.ports import StampToPrint

SHEET_DPI = 300
"""Resolution of the picture of a stamp on a sheet."""


def picture_of_stamp(grid: Grid, words: Words, sample: StampToPrint, *, codes: bool) -> bytes:
    """Return one stamp of a sheet as a PNG. Raises InvalidInputError when it is too small for its codes."""
    roll = Roll(grid.stamp_width, grid.stamp_height, 0.0, SHEET_DPI)
    return _picture(roll, words, sample, ("stamp_width", "stamp_height"), codes=codes)


def picture_of_label(roll: Roll, words: Words, sample: StampToPrint, *, codes: bool) -> bytes:
    """Return one label of a roll as a PNG, dot for dot. Raises InvalidInputError when it is too small for its codes."""
    return _picture(roll, words, sample, ("label_width", "label_height"), codes=codes)


def _picture(roll: Roll, words: Words, sample: StampToPrint, fields: tuple[str, str], *, codes: bool) -> bytes:
    """Draw a label."""
    symbols = Symbols(sample.link)
    stock = Stock(roll.label_width, roll.label_height, 1 / DOTS_PER_MM[roll.dpi], type_sizes(roll.dpi), fields)
    faces = {weight: DotFace(weight, roll.dpi) for weight in (REGULAR, BOLD)}
    raster = LabelRaster(roll, make_plan(stock, words, faces, symbols.side, sample, codes=codes), symbols)
    image = Image.new("1", (roll.dots(roll.label_width), roll.dots(roll.label_height)), 1)
    for graphic in (raster.words(sample), raster.code(sample)):
        _lay(image, graphic)
    target = BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def _lay(image: Image.Image, graphic: Graphic) -> None:
    """Print the black dots of a graphic on a picture."""
    ink = Image.frombytes("1", (graphic.row_bytes * 8, len(graphic.rows)), b"".join(graphic.rows))
    image.paste(0, (graphic.x, graphic.y), ink)
