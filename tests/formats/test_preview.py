"""What a stamp will look like: the picture is as large as the stock, its code reads, and refusals name their number."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from traceability.errors import InvalidInputError
from traceability.formats.printer import Printer
from traceability.ports import PrintJob, StampToPrint

SAMPLE = StampToPrint("https://trace.ocop-th.vn/01/09506000134352/21/" + "0" * 17, "0" * 17, "1-0500", "0" * 8)
WORDS = {"product": "Mắm tép Hà Yên", "lot": "MT-1", "produced": "01/05/2026", "expires": "01/11/2026"}


def picture(**more):
    """Return the picture of a job."""
    return Image.open(BytesIO(Printer().picture(PrintJob(**WORDS, **more), SAMPLE)))


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize(("preset", "width", "height"), [("25x25", 25, 25), ("35x22", 35, 22), ("50x30", 50, 30)])
def test_a_stamp_of_a_sheet(preset, width, height, codes):
    """In the dots of a 300 dpi printer, with a code that reads."""
    drawn = picture(medium="pdf", grid={"preset": preset}, codes=codes)
    assert drawn.size == (round(width * 300 / 25.4), round(height * 300 / 25.4))
    assert zxingcpp.read_barcodes(drawn.convert("L"))[0].text.lower() == SAMPLE.link


@pytest.mark.parametrize("medium", ["zpl", "tspl"])
@pytest.mark.parametrize(("dpi", "dots"), [("203", 8), ("300", 300 / 25.4)])
def test_a_label_of_a_roll(medium, dpi, dots):
    """Dot for dot as the printer gets it."""
    drawn = picture(medium=medium, label={**Printer.rolls["35x22"], "dpi": dpi})
    assert drawn.size == (round(35 * dots), round(22 * dots))
    assert zxingcpp.read_barcodes(drawn.convert("L"))[0].text.lower() == SAMPLE.link


@pytest.mark.parametrize("medium", ["csv", "xlsx"])
def test_a_list_has_no_picture_and_no_test_page(medium):
    """The print house lays the stamps out."""
    job = PrintJob(medium=medium, **WORDS)
    for ask in (Printer().picture, Printer().test_page):
        with pytest.raises(InvalidInputError) as refused:
            ask(job, SAMPLE)
        assert refused.value.field == "medium"


def test_what_does_not_fit_is_refused_before_it_is_drawn():
    """The number to change is named, as when the job is ordered."""
    with pytest.raises(InvalidInputError) as refused:
        picture(medium="pdf", grid={**Printer.presets["25x25"], "columns": "9"})
    assert refused.value.field == "columns"


@pytest.mark.parametrize(
    ("medium", "more", "begins"),
    [
        ("pdf", {"grid": {"preset": "25x25"}}, b"%PDF"),
        ("zpl", {"label": Printer.rolls["25x25"]}, b"^XA"),
        ("tspl", {"label": Printer.rolls["25x25"]}, b"SIZE"),
    ],
)
def test_the_test_page_alone(medium, more, begins):
    """It holds no stamp: nothing of the sample is in it."""
    page = Printer().test_page(PrintJob(medium=medium, **WORDS, **more), SAMPLE)
    assert begins in page.data[:200]
    assert SAMPLE.serial.encode() not in page.data
    assert page.suffix == "." + {"pdf": "pdf", "zpl": "zpl", "tspl": "tspl"}[medium]
