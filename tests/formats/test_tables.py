"""Tables for a print house: every text as it stands on a stamp, and nothing for a spreadsheet to improve or to run."""

import csv
import re
import zipfile
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET

import pytest

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def csv_rows(data):
    """Read CSV as a spreadsheet does, by its mark."""
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def xlsx_rows(data):
    """Read a workbook's cells as (kind, text); constant memory leaves strings in the rows."""
    with zipfile.ZipFile(BytesIO(data)) as book:
        assert book.testzip() is None
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.find(f".//{SPACE}f") is None
    assert sheet.find(f".//{SPACE}hyperlink") is None
    rows = []
    for row in sheet.iter(f"{SPACE}row"):
        cells = []
        for cell in row.iter(f"{SPACE}c"):
            text = "".join(part.text or "" for part in cell.iter() if part.tag in {f"{SPACE}t", f"{SPACE}v"})
            assert cell.get("t", "n") in {"inlineStr", "n"}
            cells.append(text)
        rows.append(cells)
    return rows


READ = {"csv": csv_rows, "xlsx": xlsx_rows}


@pytest.mark.parametrize("medium", READ)
def test_a_table_holds_what_a_print_house_needs(written, job, stamps, medium):
    """Place, number, serial, what the code says, product, lot and dates; second codes only when they are asked for."""
    rows = READ[medium](written(job(medium), stamps(250))[0])
    stamp = list(stamps(250))[122]
    assert rows[0] == [
        "STT",
        "Số tem",
        "Số sê-ri",
        "Nội dung mã QR",
        "Sản phẩm",
        "Lô",
        "Ngày sản xuất",
        "Hạn sử dụng",
    ]
    assert len(rows) == 251
    serial = re.sub(r"(.{4})(?=.{4})", r"\1 ", stamp.serial)
    assert rows[123] == [
        "123",
        "Số 1-000123",
        serial,
        stamp.link.upper(),
        "Mắm tép Hà Yên ủ chượp truyền thống",
        "Lô MT-261103-01",
        "NSX 03/11/2026",
        "HSD 03/11/2027",
    ]
    coded = READ[medium](written(job(medium, codes=True), stamps(3))[0])
    assert coded[0][4] == "Mã dưới lớp phủ cào"
    assert [row[4] for row in coded[1:]] == [f"{one.code[:4]} {one.code[4:]}" for one in stamps(3)]


@pytest.mark.parametrize("medium", READ)
@pytest.mark.parametrize("start", ["=1+1", "+84", "-2", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_nothing_is_a_formula(written, job, stamps, medium, start):
    """A name that begins like one has an apostrophe in front; a workbook has no formulas at all."""
    rows = READ[medium](written(job(medium, product=start, lot=start), stamps(1))[0])
    assert rows[1][4] == f"'{start}"
    assert rows[1][5] == f"Lô {start}"


def test_no_cell_looks_like_a_number_or_a_date(written, job, stamps):
    """Excel would turn `0012`, `1-05`, `12345678` or `1234E567` into something else; none stands alone in a cell."""
    rows = list(stamps(1))
    odd = type(rows[0])(rows[0].link, "1234E567890123456", "1-05", "00123456")
    cells = csv_rows(written(job("csv", lot="0012", codes=True), [odd])[0])[1]
    assert not [cell for cell in cells[1:] if re.fullmatch(r"[\d./:-]+|\d+E\d+", cell)]
    assert "Số 1-05" in cells
    assert "0012 3456" in cells


def test_texts_that_need_quotes_come_back_whole(written, job, stamps):
    """Commas, quotes and line breaks in a name stay inside its cell, on one line."""
    rows = csv_rows(written(job("csv", product='Nem "chua", gói\n10'), stamps(2))[0])
    assert [len(row) for row in rows] == [8, 8, 8]
    assert rows[1][4] == 'Nem "chua", gói 10'
