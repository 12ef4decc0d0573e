"""Sheets print in their size and every code on them reads; what does not fit is refused with what to change."""

import tracemalloc
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import InvalidInputError
from traceability.formats.grids import PAGE_HEIGHT, PAGE_WIDTH, PRESETS, Grid, parse_grid
from traceability.formats.labels import LabelPlan, SheetWords, StampLabel
from traceability.formats.sheets import write_sheets
from traceability.formats.typography import face

zbar = pytest.importorskip(
    "pyzbar.pyzbar", reason="needs the library zbar: apt-get install libzbar0", exc_type=ImportError
)

WORDS = SheetWords("Mắm tép Hà Yên ủ chượp truyền thống", "MT-261103-01", "03/11/2026", "03/11/2027")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def labels(count):
    """Make stamps with serials that look like real ones."""
    for index in range(1, count + 1):
        state = index * 0x9E3779B97F4A7C15F39CC0605CEDC835
        serial = "".join(ALPHABET[state >> (5 * place) & 31] for place in range(17))
        yield StampLabel(f"https://trace.ocop-th.vn/01/09506000134352/21/{serial}", serial, f"1-{index:04d}")


def sheet(count, grid, words=WORDS, **options):
    """Return the document and how many pages the writer says it has."""
    target = BytesIO()
    pages = write_sheets(target, labels(count), grid, words, **options)
    return pypdfium2.PdfDocument(target.getvalue()), pages


def cells(page, grid, dpi):
    """Cut a rendered page into its stamps, a millimetre wider on each side."""
    image = page.render(scale=dpi / 72).to_pil().convert("L")
    scale = dpi / 25.4
    for place in range(grid.per_sheet):
        left, top = grid.corner(place)
        box = left - 1, top - 1, left + grid.stamp_width + 1, top + grid.stamp_height + 1
        yield image.crop(tuple(round(side * scale) for side in box))


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("name", PRESETS)
def test_every_code_of_every_preset_reads(name, dpi):
    """A full sheet of each stock, seen at 150 and 300 dots an inch, reads wholly with two independent readers."""
    grid = PRESETS[name]
    document, _ = sheet(grid.per_sheet, grid)
    wanted = [label.link.upper() for label in labels(grid.per_sheet)]
    images = list(cells(document[0], grid, dpi))
    assert [[code.text for code in zxingcpp.read_barcodes(image)] for image in images] == [[link] for link in wanted]
    seen = [[code.data.decode() for code in zbar.decode(image, symbols=[zbar.ZBarSymbol.QRCODE])] for image in images]
    assert seen == [[link] for link in wanted]


@pytest.mark.parametrize("name", PRESETS)
def test_the_page_is_a4_and_says_what_it_should(name):
    """The page measures 210 x 297 mm; its text can be searched: numbers on all, product and lot where there is room."""
    document, _ = sheet(3, PRESETS[name])
    assert document.get_page_size(0) == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=0.01)
    text = document[0].get_textpage().get_text_bounded().replace("\r\n", " ")
    assert "1-0003" in text
    if name != "20x20":
        assert "Mắm tép" in text
        assert "MT-261103" in text
    if name == "50x30":
        assert "NSX 03/11/2026" in text
        assert "HSD 03/11/2027" in text


def test_stamps_run_over_several_pages_and_begin_where_a_sheet_was_left():
    """Pages follow one another, the test page comes first, and used places of the first sheet stay empty."""
    grid = PRESETS["50x30"]
    document, pages = sheet(grid.per_sheet, grid, calibration=True, start=5)
    assert pages == len(document) == 3
    assert "căn chỉnh" in document[0].get_textpage().get_text_bounded()
    images = list(cells(document[1], grid, 150))
    assert [bool(zxingcpp.read_barcodes(image)) for image in images] == [False] * 4 + [True] * (grid.per_sheet - 4)
    assert "1-0036" in document[2].get_textpage().get_text_bounded()


def test_crop_marks_stay_out_of_the_stamps():
    """With marks or without, the space of the stamps is the same to the pixel."""
    grid = PRESETS["35x22"]
    with_marks, without = sheet(60, grid)[0], sheet(60, grid, crop_marks=False)[0]
    images = [document[0].render(scale=2).to_pil() for document in (with_marks, without)]
    box = (13.5 / 25.4 * 144, 5.5 / 25.4 * 144, 196.5 / 25.4 * 144, 291.5 / 25.4 * 144)
    inside = [image.crop(tuple(round(side) for side in box)) for image in images]
    assert inside[0].tobytes() == inside[1].tobytes()
    assert images[0].tobytes() != images[1].tobytes()


def test_the_same_job_gives_the_same_file():
    """A sheet that is printed again is the same file, byte for byte."""
    first, second = BytesIO(), BytesIO()
    for target in (first, second):
        write_sheets(target, labels(5), PRESETS["25x25"], WORDS)
    assert first.getvalue() == second.getvalue()


class Counter:
    """A target that forgets what it is given."""

    def __init__(self):
        self.size = 0

    def write(self, data):
        """Count."""
        self.size += len(data)
        return len(data)


def test_memory_does_not_grow_with_the_job():
    """Ten times the stamps take no more memory, because pages leave as they are made."""

    def peak(count):
        target = Counter()
        tracemalloc.start()
        write_sheets(target, labels(count), PRESETS["50x30"], WORDS)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest, target.size

    peak(40)
    small, large = peak(72), peak(360)
    assert large[1] > 2 * small[1]
    assert large[0] < small[0] * 1.3


def test_hostile_and_foreign_words_do_no_harm():
    """Brackets, backslashes, line breaks and letters outside the typeface neither break the file nor the layout."""
    words = SheetWords("(hi) \\ Tj\nET <</JS(x)>> 辣椒 " + "x" * 300, "LOT(1)\\" + "9" * 20, "01/01/2026", "")
    document, _ = sheet(2, PRESETS["30x20"], words)
    assert len(document) == 1
    assert zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"columns": "9"}, "columns", "at most 7 columns"),
        ({"rows": "40"}, "rows", "at most"),
        ({"columns": "0"}, "columns", "at least one"),
        ({"columns": "2,5"}, "columns", "whole numbers"),
        ({"stamp_width": "8"}, "stamp_width", "at least 15 mm"),
        ({"stamp_height": "1e9"}, "stamp_height", "not a length"),
        ({"stamp_width": "hai mươi"}, "stamp_width", "not a length"),
        ({"margin_left": "-3"}, "margin_left", "less than 0"),
        ({"margin_top": "NaN"}, "margin_top", "not a length"),
        ({"margin_top": ""}, "margin_top", "not a length"),
    ],
)
def test_a_grid_that_cannot_be_printed_is_refused(change, field, said):
    """The refusal names the number and what it may be."""
    typed = {
        "columns": "7",
        "rows": "10",
        "stamp_width": "25",
        "stamp_height": "25",
        "margin_left": "11,5",
        "margin_top": "14.5",
        "gap_x": "2",
    }
    with pytest.raises(InvalidInputError, match=said) as refusal:
        parse_grid({**typed, **change})
    assert refusal.value.field == field


def test_a_grid_is_read_as_typed():
    """Decimal comma and point both count; an empty gap is none."""
    typed = {"columns": "7", "rows": "10", "stamp_width": "25", "stamp_height": "25,0"}
    typed |= {"margin_left": "11,5", "margin_top": "14.5"}
    assert parse_grid(typed) == Grid(7, 10, 25, 25, 11.5, 14.5, 0, 0)


@given(
    st.integers(1, 12),
    st.integers(1, 18),
    st.floats(15, 60),
    st.floats(15, 60),
    st.floats(0, 20),
    st.floats(0, 20),
    st.floats(0, 5),
)
def test_every_grid_is_either_refused_or_on_the_page(columns, rows, width, height, left, top, gap):
    """No accepted grid has a place that leaves the page."""
    try:
        grid = Grid(columns, rows, width, height, left, top, gap, gap)
    except InvalidInputError:
        return
    x, y = grid.corner(grid.per_sheet - 1)
    assert x + width <= PAGE_WIDTH + 0.01
    assert y + height <= PAGE_HEIGHT + 0.01


def test_a_stamp_too_small_for_its_link_is_refused():
    """A long host needs a larger code; the refusal says how large a stamp it takes."""
    label = StampLabel("https://a-very-long-host-name.of-some-province.gov.vn/01/09506000134352/21/X", "X", "1-1")
    with pytest.raises(InvalidInputError, match="too fine"):
        write_sheets(BytesIO(), [label], Grid(1, 1, 15, 15, 10, 10), WORDS)


def test_nothing_to_print_and_a_wrong_place_are_refused():
    """An empty range and a place beyond the sheet are said, not printed as an empty page."""
    with pytest.raises(InvalidInputError, match="no stamps"):
        write_sheets(BytesIO(), [], PRESETS["20x20"], WORDS)
    with pytest.raises(InvalidInputError, match="places 1 to 117"):
        write_sheets(BytesIO(), labels(1), PRESETS["20x20"], WORDS, start=118)


def test_no_stamp_breaks_its_lines_differently():
    """Wide and narrow serials lie on the same lines, so that words never run into a code's quiet zone."""
    link = "https://trace.ocop-th.vn/01/09506000134352/21/"
    faces = tuple(
        face(weight, [*WORDS.lot, *WORDS.product, ALPHABET, "LôNSXHDố/·- "]) for weight in ("Regular", "Bold")
    )
    narrow, wide = (StampLabel(link + letter * 17, letter * 17, f"1-{letter}") for letter in "1W")
    for grid in PRESETS.values():
        plan = LabelPlan(grid, WORDS, faces, narrow)
        drawn = [plan.draw(label, 0, 0).count(" Tj ET") for label in (narrow, wide)]
        assert drawn[0] == drawn[1]
