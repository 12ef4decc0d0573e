"""The inspector finds goods, follows them both ways, and puts findings, ratings and certificates on record."""

import json

import pytest


@pytest.fixture(scope="module")
def story(site, coop, help_with):
    """Shrimp that became paste, a part of which was handed to the collector."""
    shrimp = help_with.register_product(coop, "Tép riu", is_material="y", family="mam_tep", unit="GRM")
    jars = help_with.register_product(coop, "Mắm tép Hà Yên", gtin="9506000100012", family="mam_tep", unit="H87")
    coop.open("/coop/lots/new").follow(f"product={shrimp}").send(quantity="20", unit="KGM", lot_number="TEP-9")
    source = coop.url.partition("ref=")[2]
    coop.follow("stage=filled").send(
        inputs__0__quantity="10", outputs__0__quantity="40", outputs__0__unit="H87", outputs__0__lot_number="MT-9"
    )
    return {"shrimp": source, "jars": coop.url.partition("ref=")[2], "product": jars}


@pytest.mark.parametrize("words", ["mam tep", "MẮM TÉP", "MT-9", "9506000100012"])
def test_goods_are_found_without_tones_and_by_code(inspector, story, words):
    """Tones, case and the kind of code do not matter."""
    assert "Mắm tép Hà Yên" in inspector.open("/inspect/").send(q=words).text


def test_a_scanned_link_leads_to_its_lot(inspector, story, help_with):
    """A whole link, in capitals as scanners give it, opens the lot."""
    inspector.open("/inspect/").send(q=f"{help_with.base}{story['jars']}".upper())
    assert "Trace file" in inspector.text


def test_nothing_found_says_what_to_try(inspector):
    """The words come back escaped, with advice."""
    inspector.open("/inspect/").send(q="<b>không có</b>")
    assert "Nothing found" in inspector.text
    assert "<b>không" not in inspector.html


def test_a_lots_page_shows_every_proof(site, inspector, story):
    """Heads, signers, blocks and transactions of every record stand on the page."""
    page = inspector.open(f"/inspect/lot?ref={story['jars']}")
    for entry in site.reads.history(story["jars"]):
        for proof in (entry.anchor.head, entry.anchor.signer, entry.anchor.block_hash, entry.anchor.transaction_hash):
            assert proof in page.html
        assert entry.event_id in page.text


def test_lineage_goes_both_ways(inspector, story):
    """The paste leads back to the shrimp, and the shrimp forward to the paste, in words and as a drawing."""
    assert "TEP-9" in inspector.open(f"/inspect/lineage?ref={story['jars']}").text
    assert "<svg" in inspector.html
    assert "MT-9" in inspector.open(f"/inspect/lineage?ref={story['shrimp']}").text


def test_the_trace_file_holds_everything(inspector, story):
    """One JSON document with the trace, all histories and their proofs, to keep with a case."""
    inspector.open(f"/inspect/trace.json?ref={story['jars']}")
    document = json.loads(inspector.file)
    assert document["format"] == "ocop-trace-file/1"
    assert document["trace"]["head"] == document["history"][-1]["anchor"]["head"]
    assert [node["lot"]["lot_number"] for node in document["backward"]] == ["TEP-9"]
    assert document["trace"]["lot"]["declared"] == {"amount": "40", "unit": "H87"}
    assert "attachment" in inspector.response.headers["Content-Disposition"]


def test_a_rating_is_granted_shown_and_revoked(inspector, story):
    """The stars show on the product until they are revoked; what was decided in the future is refused."""
    inspector.open(f"/inspect/rate?ref={story['product']}")
    typed = {"stars": "4", "issuer": "UBND tỉnh", "decision_number": "715/QĐ-UBND", "decision_date": "12/03/2026"}
    inspector.send(**{**typed, "decision_date": "12/03/2099"})
    assert inspector.status in {409, 422}
    inspector.send(**typed)
    assert "4-star OCOP" in inspector.text
    assert "12/03/2029" in inspector.text
    inspector.follow("/inspect/revoke").send(reason="Không giữ điều kiện.")
    assert "Revoked" in inspector.text
    assert "Không giữ điều kiện." in inspector.text


def test_a_certificate_and_findings_are_put_on_record(site, inspector, story, help_with):
    """A certificate shows as inspected; findings reach lot, product and participant."""
    inspector.open(f"/inspect/certify/product?ref={story['product']}").send(
        kind="vietgap",
        issuer="Trung tâm",
        number="VG-12",
        scope="Xưởng",
        valid_from="01/02/2026",
        valid_to="01/02/2028",
    )
    assert "VG-12" in inspector.text
    assert "Inspected" in inspector.text
    inspector.open(f"/inspect/finding/lot?ref={story['jars']}").send(
        outcome="conforms", note="Nhãn đúng.", pictures=[help_with.picture()]
    )
    assert "Nhãn đúng." in inspector.text
    for kind, ref in (("product", story["product"]), ("participant", site.parties["coop"].uri)):
        inspector.open(f"/inspect/finding/{kind}?ref={ref}").send(outcome="noted", note=f"Đã xem {kind}.")
        assert inspector.status == 200, inspector.text


def test_a_recall_names_no_unknown_reason(inspector, story):
    """A reason that is not in the list is refused beside its field; nothing is recalled."""
    inspector.open(f"/inspect/recall?ref={story['jars']}").send(reason="because")
    assert inspector.status == 422
    assert "Open" in inspector.open(f"/inspect/lot?ref={story['jars']}").text


def test_verification_on_demand_shows_numbered_checks(inspector, story):
    """The chain is asked only when the button is pressed; then each check stands with its outcome."""
    assert "Verify now" in inspector.open(f"/inspect/verify?ref={story['jars']}").text
    inspector.send(at="/inspect/verify")
    assert "Everything agrees" in inspector.text
    assert inspector.html.count('class="passed"') > 3
