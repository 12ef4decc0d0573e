"""What is shown before a job is ordered is what the job will print."""

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from tests.formats.thermal_reader import printed_by
from traceability.errors import InvalidInputError
from traceability.formats.grids import PRESETS
from traceability.formats.printer import Printer
from traceability.formats.rolls import ROLLS


@pytest.mark.parametrize("dpi", ["203", "300"])
@pytest.mark.parametrize("medium", ["zpl", "tspl"])
def test_the_picture_of_a_label_is_the_label(written, job, stamps, medium, dpi):
    """Dot for dot what comes out of the printer."""
    for stock in ROLLS:
        kind = job(medium, stock, label={"dpi": dpi}, codes=stock != "20x20")
        label = printed_by(medium, written(kind, stamps(1))[0], int(dpi)).labels[0]
        shown = Image.open(BytesIO(Printer().picture(kind, next(stamps(1)))))
        assert shown.convert("L").tobytes() == label.convert("L").tobytes()


@pytest.mark.parametrize("stock", PRESETS)
def test_the_picture_of_a_stamp_has_its_code_and_its_size(job, stamps, zxing, zbar, stock):
    """A stamp of a sheet is shown at 300 dpi, and its code reads off the screen."""
    stamp = next(stamps(1))
    shown = Image.open(BytesIO(Printer().picture(job(stock=stock), stamp))).convert("L")
    assert shown.size == tuple(round(int(side) * 300 / 25.4) for side in stock.split("x"))
    assert zxing(shown) == zbar(shown) == [stamp.link.upper()]


@pytest.mark.parametrize("medium", ["pdf", "zpl", "tspl"])
def test_the_test_page_comes_alone(job, stamps, medium):
    """One page or label of rulers, without a stamp that somebody could copy."""
    page = Printer().test_page(job(medium), next(stamps(1)))
    assert page.suffix == f".{medium}"
    assert next(stamps(1)).serial.encode() not in page.data
    if medium == "pdf":
        document = pypdfium2.PdfDocument(page.data)
        assert len(document) == 1
        assert "căn chỉnh" in document[0].get_textpage().get_text_bounded()
    else:
        assert len(printed_by(medium, page.data, 203).labels) == 1


@pytest.mark.parametrize("medium", ["csv", "xlsx"])
def test_a_table_has_nothing_to_look_at(job, stamps, medium):
    """The print house makes the layout, and the refusal says so."""
    for ask in (Printer().picture, Printer().test_page):
        with pytest.raises(InvalidInputError, match="lays the stamps out") as refusal:
            ask(job(medium), next(stamps(1)))
        assert refusal.value.field == "medium"
