"""What printing costs: stamps a second and memory for sheets, rolls and tables, beside qrcode with reportlab.

Each kind of file is made in a process of its own, first with a few stamps and then with many, and counted is processor
time, so that a busy machine changes little: `*_stamps_per_second` is for one core. Serials are random like real ones,
which is the hard case for everything that is remembered between stamps. Memory is the most that the process held;
`*_memory_growth_mb` is by how much more it held for a hundred times the stamps. The peer draws the same sheet the plain
way: one symbol after another by `qrcode` with the same fixed mask, each dark module's bar and each line of text by
reportlab's canvas.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from bench import Figures
from traceability.ports import PrintJob, StampToPrint

STOCK = "25x25"
PRODUCT = "Mắm tép Hà Yên ủ chượp truyền thống"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEDIA = ("pdf", "zpl", "tspl", "csv", "xlsx")
SIZE = 100_000
"""Stamps of the large job, where no size is given; rolls take a tenth, since TSPL has no compression."""
FEWER = {"zpl": 10, "tspl": 10}
PEER = 350
"""Stamps of the peer: five sheets."""


def run(size: int | None) -> Figures:
    """Measure; `size` is how many stamps the large jobs have."""
    size = size or SIZE
    figures: dict[str, float] = {}
    for medium in MEDIA:
        large = max(size // FEWER.get(medium, 1), 1)
        small = max(large // 100, 1)
        few, many = _measured(medium, small), _measured(medium, large)
        figures[f"{medium}_stamps_per_second"] = large / many["seconds"]
        figures[f"{medium}_bytes_per_stamp"] = many["bytes"] / large
        figures[f"{medium}_peak_mb"] = many["peak_mb"]
        figures[f"{medium}_memory_growth_mb"] = many["peak_mb"] - few["peak_mb"]
    peer = _measured("peer", PEER)
    rate = PEER / peer["seconds"]
    figures["pdf_times_the_peer"] = figures["pdf_stamps_per_second"] / rate
    return Figures(
        figures=figures,
        peers={"qrcode_and_reportlab.stamps_per_second": rate},
        at_least={f"{medium}_stamps_per_second": 400 for medium in MEDIA} | {"pdf_times_the_peer": 2},
        at_most={f"{medium}_memory_growth_mb": 32 for medium in MEDIA},
    )


def _measured(what: str, count: int) -> dict[str, float]:
    """Run one job in a process of its own."""
    command = [sys.executable, "-m", "bench.print", what, str(count)]
    folder = Path(__file__).parent.parent
    made = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    measured: dict[str, float] = json.loads(made.stdout)
    return measured


def stamps(first: int, count: int) -> Iterator[StampToPrint]:
    """Yield stamps from the `first` on, counted from 0; ten random bytes each, as serials have."""
    for number in range(first, count):
        drawn = Random(number)  # always the same, also when a job is begun in the middle
        serial = "".join(drawn.choices(LETTERS, k=17))
        code = "".join(drawn.choices(LETTERS, k=8))
        link = f"https://trace.ocop-th.vn/01/09506000134352/21/{serial}"
        yield StampToPrint(link, serial, f"1-{number + 1:06d}", code)


def job(medium: str) -> PrintJob:
    """Return an everyday job with second codes."""
    from traceability.formats.printer import Printer  # noqa: PLC0415 - part of what the process holds

    return PrintJob(
        medium=medium,
        grid={"preset": STOCK},
        label=Printer.rolls[STOCK],
        product=PRODUCT,
        lot="MT-261103-01",
        produced="03/11/2026",
        expires="03/11/2027",
        codes=True,
    )


def ours(medium: str, count: int, path: Path) -> None:
    """Write a file of ours."""
    from traceability.formats.printer import Printer  # noqa: PLC0415 - part of what the process holds

    Printer().write(path, lambda first: stamps(first, count), job(medium), count, lambda _done: None)


def plain(count: int, path: Path) -> None:
    """Draw the same sheet with qrcode and reportlab, as a straightforward program does."""
    import qrcode  # noqa: PLC0415 - the peer's own
    from qrcode.constants import ERROR_CORRECT_Q  # noqa: PLC0415 - the peer's own
    from reportlab.lib.units import mm  # noqa: PLC0415 - the peer's own
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - the peer's own
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415 - the peer's own
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - the peer's own

    from traceability.formats.grids import PRESETS  # noqa: PLC0415 - the same sheet

    fonts = Path(__file__).parent.parent / "traceability" / "formats" / "fonts"
    pdfmetrics.registerFont(TTFont("Be", fonts / "BeVietnamPro-Regular.ttf"))
    grid = PRESETS[STOCK]
    canvas = Canvas(str(path), pagesize=(210 * mm, 297 * mm), pageCompression=1)
    for number, stamp in enumerate(stamps(0, count)):
        place = number % grid.per_sheet
        if number and not place:
            canvas.showPage()
        left, top = grid.corner(place)
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=2)
        code.add_data(stamp.link.upper(), optimize=0)
        code.make()
        module = 17.36 / 41
        for y, row in enumerate(code.modules):
            x = 0
            while x < len(row):
                length = 1
                while x + length < len(row) and row[x + length] == row[x]:
                    length += 1
                if row[x]:
                    at = (left + 3.8 + (x + 4) * module) * mm, (297 - top - (y + 5) * module) * mm
                    canvas.rect(*at, length * module * mm, module * mm, stroke=0, fill=1)
                x += length
        canvas.setFont("Be", 1.4 * mm)
        lines = ("Lô MT-261103-01", f"{stamp.number} · {stamp.serial[-5:]}", f"{stamp.code[:4]} {stamp.code[4:]}")
        for index, line in enumerate(lines):
            canvas.drawCentredString((left + 12.5) * mm, (297 - top - 19 - 2 * index) * mm, line)
    canvas.save()


def main() -> None:
    """Do one job and print what it cost."""
    what, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        began = time.process_time()
        if what == "peer":
            plain(count, path)
        else:
            ours(what, count, path)
        seconds = time.process_time() - began
        print(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "bytes": path.stat().st_size}))


def peak_mb() -> float:
    """Return the most memory that this process held."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux tells it of this program alone; the other figure begins with that of its parent
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
