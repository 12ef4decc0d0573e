"""Rolls of labels in ZPL II and TSPL come out of a printer of our own as they should, dot for dot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from tests.formats.thermal_reader import print_zpl, printed_by, unpack
from traceability.errors import InvalidInputError
from traceability.formats.printer import Printer
from traceability.formats.qr import qr_matrix
from traceability.formats.raster import Graphic
from traceability.formats.rolls import ROLLS
from traceability.formats.symbols import MASK
from traceability.formats.zpl import packed


def rolled(written, job, rows, dpi=203):
    """Print labels; return what came out."""
    data, said = written(job, rows)
    out = printed_by(job.medium, data, dpi)
    assert len(out.labels) == said.pages
    return out


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("stock", ROLLS)
def test_both_languages_print_the_same_dots(written, job, stamps, stock, dpi):
    """Whatever is stored in the printer or sent each time, the labels are the same, in the size of the stock."""
    width, height = (float(side) for side in stock.split("x"))
    per_mm = {203: 8, 300: 300 / 25.4}[dpi]
    for codes in (False, True):
        if codes and stock == "20x20":
            continue
        kinds = [
            rolled(written, job(medium, stock, label={"dpi": str(dpi)}, codes=codes), stamps(3), dpi).labels
            for medium in ("zpl", "tspl")
        ]
        assert [label.tobytes() for label in kinds[0]] == [label.tobytes() for label in kinds[1]]
        assert {label.size for label in kinds[0]} == {(round(width * per_mm), round(height * per_mm))}


def test_the_code_is_exactly_ours(written, job, stamps):
    """Every module of the code is a square of whole dots on the label, with white around it."""
    stamp = next(stamps(1))
    label = rolled(written, job("zpl", "20x20"), [stamp]).labels[0]
    matrix, module = qr_matrix(stamp.link, mask=MASK), 3
    whole = Image.new("1", (33, 33), 1)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            whole.putpixel((x, y), int(not dark))
    left, top = (160 - 41 * module) // 2 + 4 * module, 4 * module
    part = label.crop((left, top, left + 99, top + 99))
    assert part.tobytes() == whole.resize((99, 99), Image.Resampling.NEAREST).tobytes()
    around = label.crop((left - 12, top - 12, left + 111, top + 111))
    around.paste(1, (12, 12, 111, 111))
    assert around.getcolors() == [(123 * 123, 1)]


@pytest.mark.parametrize("medium", ["zpl", "tspl"])
def test_labels_side_by_side(written, job, stamps, medium, zxing):
    """Rows hold as many labels as the roll has; the last row may be short, and each label is where its gap puts it."""
    label = {"across": "3", "label_gap_x": "2,5"}
    rows = list(stamps(5))
    out = rolled(written, job(medium, "35x22", label=label), rows)
    assert {one.size for one in out.labels} == {(880, 176)}
    seen = []
    for one in out.labels:
        for place in range(3):
            left = round(place * 37.5 * 8)
            seen += zxing(one.crop((left, 0, left + 280, 176)).convert("L"))
            gap = one.crop((left + 280, 0, min(left + 300, one.width), 176))
            assert not gap.width or gap.getcolors() == [(gap.width * gap.height, 1)]
    assert seen == [stamp.link.upper() for stamp in rows]


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("medium", ["zpl", "tspl"])
def test_the_first_label_may_be_a_test(written, job, stamps, medium, dpi):
    """Its outline lies half a millimetre inside the label on all four sides."""
    out = rolled(written, job(medium, "50x30", label={"dpi": str(dpi)}, calibration=True), stamps(2), dpi)
    assert len(out.labels) == 3
    test = out.labels[0]
    left, top, right, foot = ImageChops.invert(test.convert("L")).getbbox()
    half = round(0.5 * dpi / 25.4)
    assert (left, top, test.width - right, test.height - foot) == (half, half, half, half)


def test_the_printer_is_told_the_stock_and_left_clean(written, job, stamps):
    """ZPL: width, length, kind of paper, and nothing stays stored. TSPL: size and gap in millimetres."""
    out = rolled(written, job("zpl", "50x30", label={"label_gap": "3"}), stamps(1))
    assert out.stock == {"MN": "Y", "PW": 400, "LL": 240, "LH": "0,0"}
    assert out.stored == {}
    assert rolled(written, job("zpl", label={"label_gap": "0"}), stamps(1)).stock["MN"] == "N"
    out = rolled(written, job("tspl", "50x30", label={"label_gap": "3", "across": "2"}), stamps(1))
    assert out.stock["size"] == (102, 30)
    assert out.stock["GAP"] == "3 mm,0 mm"


def test_shared_words_are_sent_once(written, job, stamps):
    """A label in ZPL costs its own code and lines, not the words that all of them share."""
    one, many = (len(written(job("zpl", "50x30"), stamps(count))[0]) for count in (1, 11))
    assert (many - one) / 10 < 0.55 * one


@given(st.integers(1, 60), st.integers(1, 12), st.data())
def test_zpl_s_compression_keeps_every_dot(row_bytes, height, data):
    """Runs of any length, rows all white or black, and rows like the one above."""
    row = st.one_of(
        st.just(b"\0" * row_bytes),
        st.just(b"\xff" * row_bytes),
        st.binary(min_size=row_bytes, max_size=row_bytes),
        st.integers(0, 8 * row_bytes).map(lambda ones: ((1 << ones) - 1).to_bytes(row_bytes, "big")),
    )
    rows = data.draw(st.lists(row, min_size=height, max_size=height))
    rows = [rows[index - 1] if index % 3 == 2 else one for index, one in enumerate(rows)]
    assert unpack(packed(Graphic(0, 0, row_bytes, rows)), row_bytes, row_bytes * height) == rows


def test_hostile_words_are_only_dots(written, job, stamps):
    """What looks like a command of the printer is drawn, never sent."""
    words = {"product": "^XZ~JR^XA ~DGR:X,1,1,FF", "lot": '"\r\nPRINT 9,9\r\n'}
    data, _ = written(job("zpl", "50x30", **words), stamps(1))
    assert b"~JR" not in data
    assert len(print_zpl(data).labels) == 1
    data, _ = written(job("tspl", "50x30", **words), stamps(1))
    assert b"PRINT 9" not in data


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"dpi": "600"}, "dpi", "600 dpi is unknown here. Choose 203 or 300"),
        ({"dpi": ""}, "dpi", "whole number"),
        ({"label_width": "9"}, "label_width", "too small .* at least 15 mm"),
        ({"label_height": "12,5"}, "label_height", "A label 12.5 mm"),
        ({"label_height": "400"}, "label_height", "at most 300 mm"),
        ({"label_width": "rộng"}, "label_width", "not a length"),
        ({"label_gap": "-1"}, "label_gap", "0 to 30 mm"),
        ({"label_gap": ""}, "label_gap", "not a length"),
        ({"across": "0"}, "across", "at least one"),
        ({"across": "9"}, "across", "9 labels side by side need 241 mm"),
        ({"label_width": "221"}, "label_width", "no print head is wider than 220 mm"),
    ],
)
def test_a_roll_that_cannot_be_printed_is_refused(tmp_path, job, stamps, change, field, said):
    """The refusal names the number, and nothing is written."""
    path = tmp_path / "file"
    with pytest.raises(InvalidInputError, match=said) as refusal:
        Printer().write(path, lambda k: stamps(1), job("zpl", label=change), 1, lambda _done: None)
    assert refusal.value.field == field
    assert list(tmp_path.iterdir()) == []
