"""A cooperative's stamps through the pages: ordered, looked at, printed, put on goods, made void, restored."""

import re
from html import unescape
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from traceability.domain.uris import page_path

RUN = "/coop/lot/stamps/run?ref={}&run=1"


@pytest.fixture(scope="module")
def lot(coop, help_with):
    """30,000 jars with a run of 500 stamps."""
    jars = help_with.register_product(coop, "Mắm tép Hà Yên", gtin="9506000100012", family="mam_tep", unit="H87")
    coop.open("/coop/lots/new").follow(f"product={jars}").send(quantity="30000", unit="H87", lot_number="MT-1")
    found = coop.url.partition("ref=")[2]
    coop.follow("/coop/lot/stamps").send(count="500")
    assert coop.url == RUN.format(found)
    return found


def page(person, name, lot, run=1):
    """Open one of a run's pages."""
    return person.open(f"/coop/lot/stamps/{name}?ref={lot}&run={run}")


def printed(site, coop, help_with, lot, **fields):
    """Order a file, have it made, and return what was downloaded; the job's page stays open."""
    page(coop, "print", lot).send(press=("make", "1"), **fields)
    assert coop.url.startswith("/coop/job/"), coop.text
    at = coop.url
    help_with.work_off(site)
    data = coop.open(at).follow("/file").file
    coop.open(at)
    return data


def life(site, lot, run=1):
    """Return what the record says of a run's stamps."""
    return next(one for one in site.reads.runs(lot) if one.number == run).life


def test_a_small_order_is_there_at_once(coop, lot):
    """The clerk lands on the run's page, which says how many there are and what can be done."""
    text = page(coop, "run", lot).text
    assert "500 Ordered" in text
    assert "0 Printed" in text
    assert coop.links("/coop/lot/stamps/print")
    assert coop.links("/coop/lot/stamps/activate")
    assert not coop.links("/coop/lot/stamps/restore")


def test_a_large_order_tells_how_far_it_is(site, coop, lot, help_with):
    """Its page loads itself again without JavaScript, stands on the desk meanwhile, and ends with what to do next."""
    coop.open(f"/coop/lot/stamps?ref={lot}").send(count="21000")
    at = coop.url
    assert at.startswith("/coop/job/")
    assert '<noscript><meta http-equiv="refresh"' in coop.html
    assert "/ 21,000" in coop.text
    state = coop.client.get(f"{at}/state")
    assert state.json == {"done": 0, "told": "0", "over": False}
    assert state.headers["Cache-Control"] == "no-store"
    assert coop.open("/coop/").links(at)
    assert coop.open(f"/coop/lot/stamps?ref={lot}").links(at)
    help_with.work_off(site)
    assert not coop.open("/coop/").links(at)
    assert coop.client.get(f"{at}/state").json["over"]
    coop.open(at)
    assert "http-equiv" not in coop.html
    assert "Print them next" in coop.text
    coop.follow("/coop/lot/stamps/run")
    assert "21,000 Ordered" in coop.text


def test_an_order_is_stopped(site, coop, lot):
    """What was reserved is free again, and the page says that nothing came of it."""
    coop.open(f"/coop/lot/stamps?ref={lot}").send(count="8000")
    before = site.reads.lot(lot).left
    coop.open(f"/coop/lot/stamps?ref={lot}").send(count="20500")
    assert coop.status == 409, "21,000 and 500 and 8,000 of 30,000 are spoken for"
    coop.open(f"/coop/lot/stamps?ref={lot}").send(count="400")
    assert coop.url.startswith("/coop/lot/stamps/run")
    assert site.reads.lot(lot).left.amount == before.amount - 400


def test_a_large_order_can_be_called_off(site, coop, help_with):
    """Stopped before it is on record: nothing is issued, and stopping again changes nothing."""
    mats = help_with.register_product(coop, "Chiếu cói", family="generic", unit="H87")
    coop.open("/coop/lots/new").follow(f"product={mats}").send(quantity="50000", unit="H87", lot_number="CC-1")
    mats_lot = coop.url.partition("ref=")[2]
    coop.open(f"/coop/lot/stamps?ref={mats_lot}").send(count="30000")
    at = coop.url
    assert "You stopped it" in coop.send(at="/cancel").text
    help_with.work_off(site)
    assert not site.reads.runs(mats_lot)
    token = coop.open("/password").form("csrf_token").values["csrf_token"]
    coop.client.post(f"{at}/cancel", data={"csrf_token": token})
    assert "You stopped it" in coop.open(at).text
    coop.open(f"/coop/lot/stamps?ref={mats_lot}").send(count="50000")
    assert coop.url.startswith("/coop/job/")
    coop.send(at="/cancel")


def test_stamps_are_looked_at_before_they_are_printed(site, coop, lot):
    """A picture of one stamp whose code leads to nothing real, the first sheet, and how many sheets; no record."""
    marks = len(life(site, lot).marks)
    page(coop, "print", lot).send(press=("look", "1"), by="numbers", first="1", last="100", start="11")
    assert "100 stamps, 1 to 100, on 2 sheets" in coop.text
    assert coop.html.count('class="used"') == 60
    assert 'value="100"' in coop.html, "what was typed stays"
    picture = coop.open(unescape(re.search(r'src="([^"]+picture[^"]+)"', coop.html)[1]))
    assert picture.response.mimetype == "image/png"
    code = zxingcpp.read_barcodes(Image.open(BytesIO(picture.file)).convert("L"))[0].text
    assert code.endswith("0" * 17)
    assert len(life(site, lot).marks) == marks


def test_the_test_page_comes_alone(site, coop, lot):
    """Rulers for sheet or label, before any stamp is spent; nothing is recorded."""
    marks = len(life(site, lot).marks)
    page(coop, "print", lot).send(press=("test", "1"), preset="30x20")
    assert coop.response.mimetype == "application/pdf"
    sheet = pypdfium2.PdfDocument(coop.file)
    assert len(sheet) == 1
    assert not zxingcpp.read_barcodes(sheet[0].render(scale=2).to_pil())
    page(coop, "print", lot).send(press=("test", "1"), medium="zpl", roll="30x20", dpi="300")
    assert coop.file.startswith(b"^XA") or b"^XA" in coop.file
    assert len(life(site, lot).marks) == marks


def test_sheets_are_printed_and_put_on_goods_by_sheet(site, coop, lot, help_with):
    """The file decodes, says how long it is kept and what it is worth; its second sheet is activated as such."""
    data = printed(site, coop, help_with, lot, by="numbers", first="1", last="150", start="11", codes="y")
    assert "Whoever sees this file can copy the stamps" in coop.text
    assert re.search(r"Kept here until \d\d/\d\d/\d{4}", coop.text)
    assert " MB" in coop.text
    sheets = pypdfium2.PdfDocument(data)
    assert [len(zxingcpp.read_barcodes(one.render(scale=300 / 72).to_pil())) for one in sheets] == [60, 70, 20]
    assert life(site, lot).at(1).codes
    coop.follow("/coop/lot/stamps/activate").send(by="sheets", first="2", last="2")
    assert "70 stamps will count as genuine. Run 1, numbers 61 to 130" in coop.text
    assert life(site, lot).activated == 0, "nothing is recorded before the second page"
    coop.send(press=("sure", "yes"))
    assert "are activated" in coop.text
    assert "70 On the goods" in coop.text
    assert [(span.first, span.last) for span in life(site, lot).spans if span.activated_at] == [(61, 130)]


@pytest.mark.parametrize(
    ("fields", "media_type", "begins"),
    [
        ({"medium": "zpl", "roll": "50x30", "dpi": "203"}, None, b"^XA"),
        ({"medium": "tspl", "roll": "own", "label_width": "35,5", "label_height": "22", "dpi": "300"}, None, b"SIZE"),
        ({"medium": "csv"}, "text/csv", b"\xef\xbb\xbf"),
        ({"medium": "xlsx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)
def test_rolls_and_lists(site, coop, lot, fields, media_type, begins, help_with):
    """Thermal printers and print houses get their own files; a label of one's own size is taken in millimetres."""
    data = printed(site, coop, help_with, lot, by="numbers", first="401", last="402", **fields)
    assert begins in data[:2000]
    assert media_type is None or coop.follow("/file").response.mimetype == media_type


def test_activation_says_what_counts_already_and_what_was_never_printed(coop, lot):
    """The sentence before the button names each of them."""
    page(coop, "activate", lot).send(by="numbers", first="1-0120", last="300")
    assert "170 stamps will count as genuine" in coop.text
    assert "On the goods already: 11" in coop.text
    assert "Never printed here: 150" in coop.text


def test_a_roll_is_counted_from_the_first_stamp(coop, lot):
    """Rolls of 200 labels: the second one is 201 to 400."""
    page(coop, "activate", lot).send(by="rolls", printing="", each="200", first="2")
    assert "numbers 201 to 400" in coop.text


def test_a_stolen_sheet_is_made_void_and_restored(site, coop, lot):
    """Each with a reason and two steps; the run's history says who and why, and keeps both."""
    stamp = site.reads.stamps(lot, 1, 100, 100)[0]
    shopper = site.visitor()
    assert "The record holds" in shopper.open(page_path(stamp.path)).text
    page(coop, "void", lot).send(by="numbers", first="91", last="110", reason="stolen", note="Mất ở chợ Vinh")
    assert "20 stamps will count no longer" in coop.text
    assert "On the goods now: 20" in coop.text
    assert "Packages opened: 0" in coop.text
    coop.send(press=("sure", "yes"))
    assert "20 Void" in coop.text
    assert "Made void : 91 to 110 · Stolen" in coop.text
    assert "Mất ở chợ Vinh" in coop.text
    assert "No longer valid" in shopper.open(page_path(stamp.path)).text
    page(coop, "restore", lot).send(by="numbers", first="91", last="110", reason="found")
    assert "20 stamps will be again what they were" in coop.text
    coop.send(press=("sure", "yes"))
    assert "Restored : 91 to 110 · Found again" in coop.text
    assert "The record holds" in shopper.open(page_path(stamp.path)).text


def test_an_opened_package_is_counted_before_stamps_are_made_void(site, coop, lot, help_with):
    """The second code of stamp 62 was used: the confirmation says so, and the run's page, too."""
    clerk = site.application.accounts.authenticate("coop", help_with.password)
    stamp = next(site.application.stamps.serials(clerk, lot, 1, 62, 62, codes=True))
    view = site.reads.stamp(stamp.path, site.application.clock.now().date())
    site.application.openings.open(view, stamp.code, site.application.scans.visitor("192.0.2.1", "phone"), "192.0.2.1")
    page(coop, "void", lot).send(by="numbers", first="61", last="63", reason="copied")
    assert "Packages opened: 1" in coop.text
    assert "1 Opened" in page(coop, "run", lot).text


def test_sent_twice_lands_once(site, coop, lot):
    """A double tap on a slow phone is one record and one job."""
    for name, fields in (
        ("print", {"make": "1", "by": "numbers", "first": "300", "last": "301", "medium": "csv"}),
        ("activate", {"sure": "yes", "by": "numbers", "first": "300", "last": "301"}),
        ("void", {"sure": "yes", "by": "numbers", "first": "300", "last": "301", "reason": "lost"}),
    ):
        form = page(coop, name, lot).form("by")
        before = len(life(site, lot).marks)
        answers = [coop.client.post(form.action, data={**form.values.to_dict(), **fields}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302], name
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        assert len(life(site, lot).marks) == before + 1, name


def test_single_codes_as_svg_and_png(coop, lot, help_with):
    """Of a product, a lot and one stamp."""
    product = lot.partition("/10/")[0]
    coop.open(f"/coop/qr.png?ref={product}&size=6")
    code = zxingcpp.read_barcodes(Image.open(BytesIO(coop.file)).convert("L"))[0].text
    assert code == f"{help_with.base}{product}".upper()
    assert b"<svg" in coop.open(f"/coop/qr.svg?ref={lot}").file
    assert coop.open(f"/coop/qr.png?ref={lot}&run=1&number=20").response.mimetype == "image/png"
    assert coop.open(f"/coop/qr.png?ref={lot}&run=1&number=501").status == 422
    assert coop.open(f"/coop/qr.png?ref={lot}&size=99").status == 422


def test_the_file_is_gone_after_its_time(site, coop, lot, help_with):
    """The job's page says so, and the address answers that it is gone."""
    printed(site, coop, help_with, lot, medium="csv", by="numbers", first="400", last="400")
    at = coop.url
    job = at.rpartition("/")[2]
    with site.application.database.begin() as work:
        work.jobs.forget_file(job)
    assert "The file was deleted, as it should be" in coop.open(at).text
    assert coop.open(f"{at}/file").status == 404
