"""A clerk does the whole work through the pages, without JavaScript: from delivery to a stamp that a shopper scans."""

import re
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp

from traceability.domain.uris import page_path


@pytest.fixture(scope="module")
def goods(coop, help_with):
    """Shrimp, salt and jars as products."""
    return {
        "shrimp": help_with.register_product(coop, "Tép riu", is_material="y", family="mam_tep", unit="GRM"),
        "salt": help_with.register_product(coop, "Muối hạt", is_material="y", family="generic", unit="GRM"),
        "jars": help_with.register_product(
            coop, "Mắm tép Hà Yên", gtin="9506000100012", family="mam_tep", unit="H87", shelf_life_days="365"
        ),
    }


def test_the_whole_path(site, coop, goods, help_with):
    """Delivery, stage, transformation, stamps, printing, activation: then the scan page of a printed stamp holds."""
    coop.open("/coop/").follow("/coop/lots/new").follow("product=" + goods["shrimp"])
    coop.send(quantity="65,5", unit="KGM", lot_number="TEP-01")
    assert coop.status == 200, coop.text
    assert "Left 65.5 kg" in coop.text.replace("\xa0", " ")
    shrimp = coop.url
    coop.follow("stage=sorted_washed").send(values__rinses="3", values__hours_since_catch="2,5")
    assert "on record" in coop.text
    assert "3" in coop.text

    coop.open("/coop/lots/new").follow("product=" + goods["salt"]).send(quantity="20", unit="KGM", lot_number="MUOI-1")
    coop.open(shrimp).follow("stage=filled")
    coop.send(press=("more", "inputs"), inputs__0__quantity="65,5")
    coop.send(
        inputs__1__lot=site.reads.search("MUOI-1", site.application.context.today()).lots[0].path,
        inputs__1__quantity="20",
        inputs__1__unit="KGM",
        outputs__0__quantity="12",
        outputs__0__unit="H87",
        outputs__0__lot_number="MT-2611",
    )
    assert coop.status == 200, coop.text
    assert "MT-2611" in coop.text

    coop.follow("/coop/lot/stamps").send(count="12")
    assert "issued" in coop.text, coop.text
    coop.follow("/coop/lot/stamps/print").send(press=("make", "1"), by="all", preset="35x22")
    help_with.work_off(site)
    coop.open(coop.url).follow("/file")
    assert coop.response.mimetype == "application/pdf"
    page = pypdfium2.PdfDocument(coop.file)[0].render(scale=300 / 72).to_pil()
    links = sorted(code.text for code in zxingcpp.read_barcodes(page))
    assert len(links) == 12
    assert all(re.fullmatch(r"HTTPS://TRACE\.OCOP-TH\.VN/01/09506000100012/21/[0-9A-Z]{17}", link) for link in links)

    shopper = site.visitor()
    assert "not activated" in shopper.open(page_path(urlsplit(links[0]).path)).text
    coop.open("/coop/lots").follow("MT-2611").follow("/coop/lot/stamps/activate").send(by="all")
    coop.send(press=("sure", "yes"))
    assert "activated" in coop.text
    for link in links:
        assert "The record holds" in shopper.open(page_path(urlsplit(link).path)).text
    assert "TEP-01" in shopper.text


def test_an_inspector_recalls_and_the_scan_page_says_so_at_once(site, coop, inspector, help_with):
    """A recall of the delivery shows on the stamp of the jars at the next scan; lifting it shows likewise."""
    jars = site.reads.search("MT-2611", site.application.context.today()).lots[0]
    shopper = site.visitor()
    clerk = site.application.accounts.authenticate("coop", help_with.password)
    stamp = next(site.application.stamps.serials(clerk, jars.path, 1))
    assert "The record holds" in shopper.open(page_path(stamp.path)).text
    inspector.open("/inspect/").send(q="tep-01")
    inspector.follow("/l/TEP-01").follow("/inspect/recall")
    assert "2 lots" in inspector.text
    assert "12 stamps" in inspector.text
    inspector.send(reason="chemical", note="Nước sông nhiễm bẩn.")
    assert "is recalled" in inspector.text
    assert "Recalled" in shopper.open(page_path(stamp.path)).text
    assert "Nước sông nhiễm bẩn." in shopper.text
    assert "recalled" in coop.open("/coop/").text
    inspector.follow("/inspect/lift").send(note="Mẫu lần hai đạt, phiếu 12/2026.")
    assert "is lifted" in inspector.text
    assert "The record holds" in shopper.open(page_path(stamp.path)).text
