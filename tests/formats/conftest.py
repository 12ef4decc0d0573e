"""Stamps that look like real ones, jobs of every kind, and the two readers that see what was printed."""

import random

import pytest
import zxingcpp

from traceability.formats.printer import Printer
from traceability.ports import PrintJob, StampToPrint

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HOST = "trace.ocop-th.vn"
"""Sixteen characters, as the design promises version 4 for."""
WORDS = {
    "product": "Mắm tép Hà Yên ủ chượp truyền thống",
    "lot": "MT-261103-01",
    "produced": "03/11/2026",
    "expires": "03/11/2027",
}


def _stamps(count, first=1, link=f"https://{HOST}/01/09506000134352/21/"):
    """Yield stamps with serials and second codes as random as real ones, and always the same."""
    for index in range(first, first + count):
        drawn = random.Random(index)
        serial = "".join(drawn.choices(LETTERS, k=17))
        yield StampToPrint(link + serial, serial, f"1-{index:06d}", "".join(drawn.choices(LETTERS, k=8)))


@pytest.fixture
def stamps():
    """Return the maker of stamps."""
    return _stamps


@pytest.fixture
def job():
    """Return a maker of jobs: a medium, and what differs from an everyday one."""

    def make(medium="pdf", stock="25x25", **more):
        label = dict(Printer.rolls[stock]) | more.pop("label", {})
        return PrintJob(**{"medium": medium, "grid": {"preset": stock}, "label": label, **WORDS, **more})

    return make


@pytest.fixture
def written(tmp_path):
    """Return a writer of whole jobs: it gives the file's bytes and what the printer says about it."""

    def write(job, stamps):
        rows = list(stamps)
        path = tmp_path / "file"
        said = Printer().write(path, lambda k: iter(rows[k:]), job, len(rows), lambda _done: None)
        return path.read_bytes(), said

    return write


@pytest.fixture(scope="session")
def zbar():
    """Return the reader pyzbar, as a function from a picture to the texts on it."""
    library = pytest.importorskip(
        "pyzbar.pyzbar", reason="needs the library zbar: apt-get install libzbar0", exc_type=ImportError
    )
    symbols = [library.ZBarSymbol.QRCODE]
    return lambda image: [code.data.decode() for code in library.decode(image, symbols=symbols)]


@pytest.fixture(scope="session")
def zxing():
    """Return the reader zxing-cpp, as a function from a picture to the texts on it."""
    return lambda image: [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]
