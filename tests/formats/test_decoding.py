"""What was printed is read: every stock and every kind, at 150, 203 and 300 dpi, clean, blotted and blurred.

Sheets are drawn by PDFium, labels by a thermal printer of our own, and two readers that share no code read them. A
picture of a label in another resolution than its printer's is that label scanned. Each test reads stamp after stamp,
as a camera does; the last ones read a whole page of A4 at once.

*Blotted*: black drops with a radius of 1 to 3 modules (0.4 to 1.3 mm on a small stamp) fall on 5 % of the code's area,
but not on the three corner marks: error level Q brings back the words of a code, and nothing brings back the marks by
which a reader finds it (drops that may fall there, too, leave about 40 % to zxing-cpp and 65 % to zbar, whoever made
the code). *Blurred*: Gaussian blur with a standard deviation of a quarter of a module, which makes a point wider than
half a module at half its height. At twice that, zxing-cpp still reads all at 300 dpi, and zbar none at any resolution.
"""

import math
import random

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.formats.thermal_reader import printed_by
from traceability.formats.grids import PRESETS
from traceability.formats.layout import BOLD, REGULAR, Stock, make_plan
from traceability.formats.raster import DotFace, type_sizes
from traceability.formats.rolls import DOTS_PER_MM
from traceability.formats.sheets import DOT, TYPE_SIZES
from traceability.formats.symbols import Symbols
from traceability.formats.typography import face
from traceability.formats.wording import OWN_LETTERS, words_of

SAMPLES = 10
"""Stamps of each kind and resolution."""
KINDS = [
    (medium, stock, codes)
    for medium in ("pdf", "zpl203", "zpl300", "tspl203")
    for stock in PRESETS
    for codes in (False, True)
    if not (codes and stock == "20x20")
]
SIDE = 33
CORNERS = ((0, 0), (SIDE - 7, 0), (0, SIDE - 7))


class Seen:
    """One stamp as a picture, where its code lies on it, and what it should say."""

    def __init__(self, image, corner, module, text):
        self.image, self.corner, self.module, self.text = image, corner, module, text

    def blotted(self, seed):
        """Let drops fall on 5 % of the code."""
        image, drawn = self.image.copy(), random.Random(seed)
        draw, left = ImageDraw.Draw(image), 0.05 * SIDE * SIDE
        while left > 0.5:
            radius = min(drawn.uniform(1, 3), math.sqrt(left / math.pi))
            x, y = drawn.uniform(0, SIDE), drawn.uniform(0, SIDE)
            if any(_touches(x, y, radius, *corner) for corner in CORNERS):
                continue
            box = [(side - radius) * self.module for side in (x, y)] + [
                (side + radius) * self.module for side in (x, y)
            ]
            draw.ellipse([at + self.corner[index % 2] for index, at in enumerate(box)], fill=0)
            left -= math.pi * radius * radius
        return image

    def blurred(self):
        """Blur it."""
        return self.image.filter(ImageFilter.GaussianBlur(0.25 * self.module))


def _touches(x, y, radius, left, top):
    """Tell whether a drop reaches a corner mark or the white line around it."""
    dx = max(left - 1 - x, 0, x - left - 8)
    dy = max(top - 1 - y, 0, y - top - 8)
    return math.hypot(dx, dy) < radius


@pytest.fixture
def seen(written, job, stamps):
    """Return a maker of pictures of one kind in a resolution."""

    def look(kind, dpi):
        medium, stock, codes = kind
        rows = list(stamps(SAMPLES))
        if medium == "pdf":
            return _sheet(written, job(stock=stock, codes=codes), rows, stock, dpi)
        own = int(medium[-3:])
        return _labels(written, job(medium[:-3], stock, codes=codes, label={"dpi": str(own)}), rows, own, dpi)

    return look


def _sheet(written, job, rows, stock, dpi):
    """Cut a page into its stamps, a millimetre wider on each side."""
    grid, mm = PRESETS[stock], dpi / 25.4
    words = words_of(job)
    faces = {
        name: face(weight, [OWN_LETTERS, *words.said()]) for name, weight in ((REGULAR, "Regular"), (BOLD, "Bold"))
    }
    space = Stock(grid.stamp_width, grid.stamp_height, DOT, TYPE_SIZES, ("", ""))
    plan = make_plan(space, words, faces, SIDE, rows[0], codes=job.codes)
    page = pypdfium2.PdfDocument(written(job, rows)[0])[0].render(scale=dpi / 72).to_pil().convert("L")
    for place, stamp in enumerate(rows):
        left, top = grid.corner(place)
        box = [round(at * mm) for at in (left - 1, top - 1, left + grid.stamp_width + 1, top + grid.stamp_height + 1)]
        corner = ((left + plan.code_x) * mm - box[0], (top + plan.code_y) * mm - box[1])
        yield Seen(page.crop(box), corner, plan.module * mm, stamp.link.upper())


def _labels(written, job, rows, own, dpi):
    """Print labels and scan them."""
    width, height = (float(job.label[f"label_{side}"]) for side in ("width", "height"))
    space = Stock(width, height, 1 / DOTS_PER_MM[own], type_sizes(own), ("", ""))
    faces = {weight: DotFace(weight, own) for weight in (REGULAR, BOLD)}
    plan = make_plan(space, words_of(job), faces, Symbols(rows[0].link).side, rows[0], codes=job.codes)
    scale = dpi / own
    mm = DOTS_PER_MM[own] * scale
    for label, stamp in zip(printed_by(job.medium, written(job, rows)[0], own).labels, rows, strict=True):
        image = label.convert("L")
        if dpi != own:
            size = round(image.width * scale), round(image.height * scale)
            image = image.resize(size, Image.Resampling.BICUBIC)
        yield Seen(image, (plan.code_x * mm, plan.code_y * mm), plan.module * mm, stamp.link.upper())


TALLY = {}
"""What each reader read of the harmed stamps of this module, and how many there were."""


@pytest.mark.parametrize("dpi", [150, 203, 300])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(map(str, kind)))
def test_every_clean_code_reads_with_both_readers(seen, zxing, zbar, kind, dpi):
    """Clean 100 %: there is one code on a stamp, and both readers say what it says. Harmed ones are counted."""
    for index, stamp in enumerate(seen(kind, dpi)):
        assert zxing(stamp.image) == [stamp.text]
        assert zbar(stamp.image) == [stamp.text]
        images = {"blotted": stamp.blotted(f"{kind} {dpi} {index}"), "blurred": stamp.blurred()}
        for harm, image in images.items():
            for name, reader in (("zxing", zxing), ("zbar", zbar)):
                read, tried = TALLY.get((harm, name), (0, 0))
                TALLY[harm, name] = read + (reader(image) == [stamp.text]), tried + 1


@pytest.mark.parametrize(
    ("harm", "reader", "least"),
    [("blotted", "zxing", 0.99), ("blotted", "zbar", 0.95), ("blurred", "zxing", 0.99), ("blurred", "zbar", 0.80)],
)
def test_harmed_codes_read(harm, reader, least):
    """Of the stamps that the test above harmed, at least this part reads."""
    if (harm, reader) not in TALLY:
        pytest.skip("counts what the test above has read")
    read, tried = TALLY[harm, reader]
    assert read / tried >= least, f"{read} of {tried}"


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("stock", PRESETS)
def test_every_code_of_a_whole_page_reads_at_once(written, job, stamps, zxing, zbar, stock, codes):
    """The picture of a full A4 sheet: zxing-cpp finds all of its codes in one call at each resolution, zbar at 300 dpi.

    At 150 and 203 dpi zbar mixes up the corner marks of neighbours whose modules are not whole pixels, and reads stamp
    by stamp (above); where they are, as on 50 x 30 mm at 150 dpi, it reads the whole page.
    """
    if codes and stock == "20x20":
        return
    rows = list(stamps(PRESETS[stock].per_sheet))
    wanted = sorted(stamp.link.upper() for stamp in rows)
    page = pypdfium2.PdfDocument(written(job(stock=stock, codes=codes), rows)[0])[0]
    for dpi in (150, 203, 300):
        image = page.render(scale=dpi / 72).to_pil().convert("L")
        assert sorted(zxing(image)) == wanted
        if dpi == 300 or (stock, dpi) == ("50x30", 150):
            assert sorted(zbar(image)) == wanted
