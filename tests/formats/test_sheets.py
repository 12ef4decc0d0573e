"""Sheets come out in their size, with all that a stamp should say; what does not fit is refused with what to change."""

import re
import zlib

import pypdfium2
import pytest
import zxingcpp
from PIL import ImageChops

from traceability.errors import InvalidInputError
from traceability.formats.grids import PRESETS
from traceability.formats.printer import Printer


def document(written, job, rows):
    """Print and open."""
    data, said = written(job, rows)
    opened = pypdfium2.PdfDocument(data)
    assert len(opened) == said.pages
    return opened


def page_text(opened, page=0):
    """Return the words of a page on one line."""
    return opened[page].get_textpage().get_text_bounded().replace("\r\n", " ")


def cells(page, grid, dpi):
    """Cut a rendered page into its stamps, a millimetre wider on each side."""
    image = page.render(scale=dpi / 72).to_pil().convert("L")
    scale = dpi / 25.4
    for place in range(grid.per_sheet):
        left, top = grid.corner(place)
        box = left - 1, top - 1, left + grid.stamp_width + 1, top + grid.stamp_height + 1
        yield image.crop(tuple(round(side * scale) for side in box))


@pytest.mark.parametrize("name", PRESETS)
def test_the_page_is_a4_and_says_what_it_should(written, job, stamps, name):
    """The page is A4 to a tenth of a millimetre; its text can be searched: numbers always, the rest where it fits."""
    opened = document(written, job(stock=name), stamps(3))
    assert opened.get_page_size(0) == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=0.1 / 25.4 * 72)
    text = page_text(opened)
    assert "1-000003" in text
    assert next(stamps(1)).serial[-5:] in text.replace(" ", "")
    if name != "20x20":
        assert "Mắm tép" in text
        assert "MT-261103" in text
        assert "HSD 03/11/2027" in text
    if name in {"30x20", "35x22", "50x30"}:
        assert "NSX 03/11/2026" in text
        assert next(stamps(1)).serial in text.replace(" ", "")


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"20x20"}))
def test_second_codes_are_printed_in_a_marked_field(written, job, stamps, name):
    """Each stamp's own code stands there in groups of four with what to do; without codes there is no trace of them."""
    text = page_text(document(written, job(stock=name, codes=True), stamps(3)))
    for stamp in stamps(3):
        assert f"{stamp.code[:4]} {stamp.code[4:]}" in text
        assert stamp.number in text
    assert "Cào lớp phủ" in text
    plain = page_text(document(written, job(stock=name), stamps(3)))
    assert not any(stamp.code[:4] in plain for stamp in stamps(3))
    assert "Cào" not in plain


def test_a_stamp_too_small_for_a_scratch_field_says_so(job, stamps):
    """20 x 20 mm hold a code of good size or a scratch field; the refusal names what would do."""
    with pytest.raises(InvalidInputError, match=r"20 x 20 mm has no room .* from 25 x 25 or 30 x 20 mm") as refusal:
        Printer().check(job(stock="20x20", codes=True), next(stamps(1)))
    assert refusal.value.field == "stamp_width"


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("name", PRESETS)
def test_no_stamp_runs_over_its_edge(written, job, stamps, name, codes):
    """Whatever letters chance gives, nothing is drawn outside a stamp's own space, nor in a code's quiet zone."""
    if codes and name == "20x20":
        return
    rows = list(stamps(2))
    wide, narrow = (
        type(rows[0])(re.sub(r"[^/]+$", letter * 17, rows[0].link), letter * 17, rows[0].number, letter * 8)
        for letter in "W1"
    )
    grid = PRESETS[name]
    opened = document(written, job(stock=name, codes=codes, crop_marks=False), [wide, narrow])
    image = opened[0].render(scale=300 / 72).to_pil().convert("L")
    mm = 300 / 25.4
    left, top = grid.corner(0)
    right = grid.corner(1)[0] + grid.stamp_width
    ink = ImageChops.invert(image).getbbox()
    assert ink[0] >= left * mm - 1
    assert ink[1] >= top * mm - 1
    assert ink[2] <= right * mm + 1
    assert ink[3] <= (top + grid.stamp_height) * mm + 1
    # the same words stand on the same lines, and both codes read
    assert {code.text[-17:] for code in zxingcpp.read_barcodes(image)} == {"W" * 17, "1" * 17}


def test_stamps_run_over_several_pages_and_begin_where_a_sheet_was_left(written, job, stamps):
    """Pages follow one another, the test page comes first, and used places of the first sheet stay empty."""
    grid = PRESETS["50x30"]
    opened = document(written, job(stock="50x30", calibration=True, start="5"), stamps(grid.per_sheet))
    assert len(opened) == 3
    assert "căn chỉnh" in page_text(opened)
    images = list(cells(opened[1], grid, 150))
    assert [bool(zxingcpp.read_barcodes(image)) for image in images] == [False] * 4 + [True] * (grid.per_sheet - 4)
    assert "1-000036" in page_text(opened, 2)


def test_rulers_of_the_test_page_are_as_long_as_they_say(written, job, stamps):
    """From the first to the last tick of the long ruler are 100 mm on the page that a printer makes."""
    opened = document(written, job(calibration=True), stamps(1))
    image = opened[0].render(scale=600 / 72).to_pil().convert("L")
    mm = 600 / 25.4
    row = image.crop((round(41 * mm), round((297 - 107.05) * mm), round(169 * mm), round((297 - 106.95) * mm)))
    ink = ImageChops.invert(row).point(lambda value: 255 if value > 100 else 0).getbbox()
    assert (ink[2] - ink[0]) / mm == pytest.approx(100, abs=0.4)


def test_crop_marks_stay_out_of_the_stamps(written, job, stamps):
    """With marks or without, the space of the stamps is the same to the pixel."""
    images = [
        document(written, job(stock="35x22", crop_marks=marks), stamps(60))[0].render(scale=2).to_pil()
        for marks in (True, False)
    ]
    box = (13.5 / 25.4 * 144, 5.5 / 25.4 * 144, 196.5 / 25.4 * 144, 291.5 / 25.4 * 144)
    inside = [image.crop(tuple(round(side) for side in box)) for image in images]
    assert inside[0].tobytes() == inside[1].tobytes()
    assert images[0].tobytes() != images[1].tobytes()


def test_codes_begin_on_whole_pixels(written, job, stamps):
    """At 300 dpi each edge of a code falls between two pixels, so nothing on the sheet's codes is grey."""
    opened = document(written, job(stock="20x20", crop_marks=False), stamps(117))
    image = opened[0].render(scale=300 / 72).to_pil().convert("L")
    assert image.size == (2480, 3508)
    grid, mm = PRESETS["20x20"], 300 / 25.4
    for place in range(grid.per_sheet):
        left, top = grid.corner(place)
        code = image.crop([round(side * mm) for side in (left, top, left + 20, top + 17)])
        assert all(value < 8 or value > 247 for _, value in code.getcolors())


def test_the_code_is_vector(written, job, stamps):
    """There is no picture in the file: a sheet is as sharp as its printer."""
    data, _ = written(job(), stamps(1))
    assert b"/Image" not in data
    pages = [zlib.decompress(part) for part in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)]
    assert any(part.count(b" 1 re") > 100 for part in pages)


def test_hostile_and_foreign_words_do_no_harm(written, job, stamps):
    """Brackets, backslashes, line breaks and letters outside the typeface neither break the file nor the layout."""
    words = {"product": "(hi) \\ Tj\nET <</JS(x)>> 辣椒 " + "x" * 300, "lot": "LOT(1)\\" + "9" * 20}
    opened = document(written, job(stock="30x20", **words, produced="01/01/2026", expires=""), stamps(2))
    assert len(opened) == 1
    assert len(zxingcpp.read_barcodes(opened[0].render(scale=3).to_pil())) == 2


def test_a_stamp_too_small_for_its_link_is_refused(job, stamps):
    """A long host needs a larger code; the refusal says how large a stamp it takes."""
    grid = {"columns": "1", "rows": "1", "stamp_width": "15", "stamp_height": "15"}
    grid |= {"margin_left": "10", "margin_top": "10"}
    link = "https://a-very-long-host-name.of-some-province.gov.vn/01/09506000134352/21/"
    with pytest.raises(InvalidInputError, match=r"too fine .* at least 19 mm") as refusal:
        Printer().check(job(grid=grid), next(stamps(1, link=link)))
    assert refusal.value.field == "stamp_width"


@pytest.mark.parametrize(("start", "said"), [("118", "places 1 to 117"), ("0", "places 1 to 117"), ("đầu", "no place")])
def test_a_place_that_the_sheet_does_not_have_is_refused(job, stamps, start, said):
    """The field is named, and how many places there are."""
    with pytest.raises(InvalidInputError, match=said) as refusal:
        Printer().check(job(stock="20x20", start=start), next(stamps(1)))
    assert refusal.value.field == "start"
