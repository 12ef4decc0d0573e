"""QR codes are as small as the design promises, and two independent readers agree on what they say."""

from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from traceability.errors import InvalidInputError
from traceability.formats.qr import dark_runs, qr_matrix, qr_png, qr_svg, stamp_text

zbar = pytest.importorskip(
    "pyzbar.pyzbar", reason="needs the library zbar: apt-get install libzbar0", exc_type=ImportError
)

HOST16 = "trace.ocop-th.vn"
SERIAL = "7KQ2XM4DZ9B1RT6WC"
STAMP = f"https://{HOST16}/01/09506000134352/21/{SERIAL}"


def read(png):
    """Read a picture with both readers."""
    image = Image.open(BytesIO(png)).convert("L")
    return [code.text for code in zxingcpp.read_barcodes(image)], [
        code.data.decode() for code in zbar.decode(image, symbols=[zbar.ZBarSymbol.QRCODE])
    ]


def test_a_stamp_with_a_host_of_sixteen_characters_fits_version_4():
    """33 modules a side at error level Q (DESIGN.md, Links), with a GTIN or an in-house code."""
    assert len(HOST16) == 16
    assert len(qr_matrix(STAMP)) == 33
    assert len(qr_matrix(f"https://{HOST16}/p/7K2M4D9B1R/s/{SERIAL}")) == 33


@pytest.mark.parametrize(
    "link",
    [STAMP, f"https://{HOST16}/p/7K2M4D9B1R/s/{SERIAL}", "http://localhost:8080/01/09506000134352/10/MT-261103-01"],
)
def test_links_without_case_are_written_in_capitals(link):
    """Both readers give the link in capitals."""
    assert stamp_text(link) == link.upper()
    assert read(qr_png(link, 4)) == ([link.upper()], [link.upper()])


@pytest.mark.parametrize(
    "link",
    [
        f"https://{HOST16}/01/09506000134352/10/Lot-a",  # a lot number depends on case
        f"https://{HOST16}/trace/01/09506000134352/21/{SERIAL}",  # so may the path that a proxy serves
        f"https://{HOST16}/p/7K2M4D9B1R?x=1",
        "not a link",
    ],
)
def test_other_links_stay_as_they_are(link):
    """Where capitals could change the meaning, nothing is changed."""
    assert stamp_text(link) == link
    assert read(qr_png(link, 4)) == ([link], [link])


@pytest.mark.parametrize("mask", range(8))
def test_every_mask_is_readable(mask):
    """The mask that sheets fix is as good as the chosen one."""
    matrix = qr_matrix(STAMP, mask=mask)
    image = Image.new("L", (41, 41), 255)
    for x, y, length in dark_runs(matrix):
        image.paste(0, (x + 4, y + 4, x + 4 + length, y + 5))
    image = image.resize((164, 164), Image.Resampling.NEAREST)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [STAMP.upper()]


@given(st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=1, max_size=7))
def test_bars_cover_exactly_the_dark_modules(matrix):
    """Joining along rows loses and adds nothing: painting the bars gives the matrix back."""
    painted = [[False] * len(row) for row in matrix]
    for x, y, length in dark_runs(matrix):
        for step in range(length):
            assert not painted[y][x + step]
            painted[y][x + step] = True
    assert painted == matrix


def test_the_svg_is_the_same_code():
    """The drawing's bars are those of the matrix, four modules in from the edge."""
    drawing = qr_svg(STAMP)
    x, y, length = dark_runs(qr_matrix(STAMP))[0]
    assert f"M{x + 4} {y + 4}h{length}v1" in drawing
    assert 'viewBox="0 0 41 41"' in drawing


@pytest.mark.parametrize("size", [0, 65, -1])
def test_an_odd_size_is_refused(size):
    """Pixels a module stay within reason."""
    with pytest.raises(InvalidInputError):
        qr_png(STAMP, size)


def test_a_link_too_long_for_any_code_is_refused():
    """No exception of the library gets out."""
    with pytest.raises(InvalidInputError, match="too long"):
        qr_matrix("https://example.vn/" + "a" * 3000)
