"""The desks of reports of doubt: lists, one report, answers, deleting, and the way from a doubt to a record."""

import io
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PIL import Image

from traceability.services import report_guard
from traceability.services.commands import Actor, IssueStamps

NOBODYS = "/01/08938505974194/21/AAAAAAAAAAAAAAAA0"


@pytest.fixture(scope="module", autouse=True)
def _quick():
    """Nobody waits three seconds before each form of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_guard, "QUICKEST", timedelta(0))
        yield


@pytest.fixture(scope="module")
def goods(site, coop, help_with):
    """A product and a lot with stamps of the cooperative, and a product of the collector."""
    jar = help_with.register_product(coop, "Mắm tép Hà Yên", gtin="9506000100012", family="mam_tep", unit="H87")
    coop.open(f"/coop/lots/new?product={jar}").send(quantity="12", unit="H87", lot_number="MT-2611")
    lot = coop.url.partition("ref=")[2]
    clerk = Actor(1, "coop", "cooperative", site.parties["coop"].number)
    site.application.stamps.issue(clerk, IssueStamps("reports-desk", lot, "3"))
    stamp = next(iter(site.application.stamps.serials(clerk, lot, 1))).path
    collector = site.person("collector")
    shrimp = help_with.register_product(collector, "Tép riu", is_material="y", family="mam_tep", unit="GRM")
    return SimpleNamespace(jar=jar, lot=lot, stamp=stamp, shrimp=shrimp, collector=collector)


def photo():
    """A photograph of a label."""
    target = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(target, "JPEG")
    target.seek(0)
    return target, "nhan.jpg"


def doubt(site, ref, agent="", **values):
    """Send a report as a shopper and return his browser on the page of its link, and the link."""
    shopper = site.visitor()
    shopper.client.environ_base["HTTP_USER_AGENT"] = agent or f"Phone of {ref} {values}"
    shopper.open(f"/doubt/new?ref={ref}")
    shopper.send(**{"reason": "looks_different", **values})
    assert shopper.status == 200, shopper.text
    return shopper, shopper.url.partition("?")[0]


def number_at(person, area):
    """Return the number of the newest report on a desk."""
    found = re.findall(rf'href="/{area}/reports/(\d+)"', person.open(f"/{area}/reports?state=all").html)
    return int(found[0])


def test_from_doubt_to_answer(site, coop, inspector, goods):
    """A shopper doubts a stamp; both desks count one more; the cooperative answers; the shopper reads it."""
    before = coop.open("/coop/").text
    shopper, link = doubt(site, goods.stamp, text="Tem bong ra dễ dàng", contact="0912 345 678", shared="y")
    assert "Thank you" in shopper.text
    assert "Doubts: 1" not in before
    for person, area in ((coop, "coop"), (inspector, "inspect")):
        assert "Doubts: 1" in person.open(f"/{area}/").text.replace("\xa0", " "), person.text
        person.follow(f"/{area}/reports")
        assert "Mắm tép Hà Yên" in person.text
        assert "Lot MT-2611" in person.text
        person.follow(f"/{area}/reports/")
        assert "Tem bong ra dễ dàng" in person.text
        assert "0912345678" in person.text
    number = number_at(coop, "coop")
    coop.open(f"/coop/reports/{number}").send(press=("state", "looked_at"), text="")
    assert coop.status == 200, coop.text
    assert "Being looked at" in shopper.open(link).text
    coop.send(press=("state", "answered"), text="Mời bạn đến đổi.\nCảm ơn.")
    assert "Answered" in coop.text
    shopper.open(link)
    assert "Mời bạn đến đổi. Cảm ơn." in shopper.text
    assert "Hợp tác xã Mắm Hà Yên" in shopper.text
    assert "(coop)" not in shopper.text
    assert "(coop)" in inspector.open(f"/inspect/reports/{number}").text
    inspector.send(press=("state", "closed"), text="")
    assert "Closed" in shopper.open(link).text
    assert "0912345678" not in inspector.open(f"/inspect/reports/{number}").text
    assert "An inspector closed this report." in coop.open(f"/coop/reports/{number}").text
    assert "Doubts: 1" not in coop.open("/coop/").text.replace("\xa0", " ")


def test_an_inspector_makes_a_finding_or_a_recall_of_it(site, inspector, goods):
    """The forms there are open with the lot filled in; of a product alone only a finding can be made."""
    doubt(site, goods.lot, reason="quality")
    number = number_at(inspector, "inspect")
    inspector.open(f"/inspect/reports/{number}").follow("/inspect/recall")
    assert "Recall lot MT-2611" in inspector.text
    inspector.open(f"/inspect/reports/{number}").follow("/inspect/finding/lot")
    inspector.send(outcome="noted", note="Đã xem lô hàng sau một phản ánh.")
    assert "signed by you" in inspector.text
    doubt(site, goods.jar, reason="price")
    inspector.open(f"/inspect/reports/{number_at(inspector, 'inspect')}")
    assert inspector.links("/inspect/finding/product")
    assert not inspector.links("/inspect/recall")


def test_stamps_that_are_not_ours(site, coop, inspector, goods):
    """They stand on the inspector's list with what they are; the producer of the product sees its own fakes."""
    doubt(site, NOBODYS, reason="code_used")
    nobodys = number_at(inspector, "inspect")
    assert "Not one of ours" in inspector.text
    doubt(site, f"{goods.jar}/21/AAAAAAAAAAAAAAAA0")
    fake = number_at(inspector, "inspect")
    inspector.open("/inspect/reports?state=all&unknown=y")
    assert {int(one) for one in re.findall(r"/inspect/reports/(\d+)", inspector.html)} == {nobodys, fake}
    assert not inspector.open(f"/inspect/reports/{nobodys}").links("/inspect/recall")
    assert coop.open(f"/coop/reports/{fake}").status == 200
    assert coop.open(f"/coop/reports/{nobodys}").status == 403


def test_lists_are_narrowed_down(site, inspector, goods):
    """By state, product and place; what is none of the choices narrows nothing, and pages follow each other."""
    for place in ("38", "79"):
        doubt(site, goods.jar, province=place, text=f"Thấy ở {place}")
    inspector.open("/inspect/reports").send(state="received", place="79")
    assert "Thành phố Hồ Chí Minh" in inspector.text
    shown = re.search(r'(?s)<ul class="lots".*?</ul>', inspector.html)[0]
    assert "Thanh Hóa" not in shown
    assert "No report fits." in inspector.open("/inspect/reports?state=withdrawn&place=04").text
    product = site.reads.product(goods.jar, site.application.context.today()).uri
    everything = inspector.open("/inspect/reports?state=all").html.count('class="lot-name"')
    narrowed = inspector.open(f"/inspect/reports?state=all&product={product}").html.count('class="lot-name"')
    assert 0 < narrowed < everything
    assert inspector.open("/inspect/reports?state=all&product=%00x").html.count('class="lot-name"') == everything
    assert inspector.open(f"/inspect/reports/{10**30}").status == 404
    for odd in ("state=x", "state=all&place=&product=&page=0", "page=99999&unknown=y&product=%00"):
        assert inspector.open(f"/inspect/reports?{odd}").status == 200


def test_nobody_reads_what_is_not_his(site, coop, inspector, goods):
    """Another cooperative and the operator: no list entry, no page, no picture, no answer, no deleting."""
    doubt(site, goods.stamp, picture=photo(), contact="lan@example.vn")
    number = number_at(coop, "coop")
    collector = goods.collector
    assert f"/coop/reports/{number}" not in collector.open("/coop/reports?state=all").html
    for path in (f"/coop/reports/{number}", f"/coop/reports/{number}/picture"):
        assert collector.open(path).status == 403
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', collector.open("/coop/lots/new").html)[1]
    for path, data in (
        (f"/coop/reports/{number}", {"state": "looked_at", "text": ""}),
        (f"/coop/reports/{number}/erase", {"part": "picture"}),
    ):
        assert collector.client.post(path, data={**data, "csrf_token": token}).status_code == 403
    assert site.person("operator").open(f"/inspect/reports/{number}").status == 403
    kept = coop.client.get(f"/coop/reports/{number}/picture")
    assert (kept.status_code, kept.mimetype, kept.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert "inspectors only" in coop.open(f"/coop/reports/{number}").text
    assert "lan@example.vn" not in coop.html
    assert "lan@example.vn" in inspector.open(f"/inspect/reports/{number}").text


def test_the_desk_deletes_contact_and_picture(site, inspector, goods):
    """Each with its button; then it is gone from the page, and the picture's address answers 404."""
    doubt(site, goods.stamp, text="Nhãn in sai", picture=photo(), contact="0987654321")
    number = number_at(inspector, "inspect")
    inspector.open(f"/inspect/reports/{number}").send(at="/erase", part="contact")
    assert "deleted for good" in inspector.text
    assert "0987654321" not in inspector.text
    inspector.send(at="/erase", part="picture")
    assert inspector.open(f"/inspect/reports/{number}/picture").status == 404
    assert not inspector.open(f"/inspect/reports/{number}").links("/picture")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", ("Hãy viết vài lời cho người gửi phản ánh.", "Nội dung có 1.001 ký tự", "thẻ đánh dấu")),
        ("en", ("Write a word to the one who sent the report.", "1,001 characters", "markup")),
    ],
)
def test_bad_answers_in_both_languages(site, goods, language, said):
    """Without words, with too many, with markup: refused beside the field, and nothing has moved."""
    doubt(site, goods.stamp, text=f"Phản ánh {language}")
    person = site.person("coop", language=language)
    number = number_at(person, "coop")
    for typed, sentence in zip(("", "x" * 1001, "<script>x</script>"), said, strict=True):
        person.open(f"/coop/reports/{number}").send(press=("state", "answered"), text=typed)
        assert person.status == 422
        assert sentence in person.text, person.text
    assert ("Đã nhận" if language == "vi" else "Received") in person.open(f"/coop/reports/{number}").text


def test_withdrawn_meanwhile(site, coop, goods):
    """A report that its sender takes back while it is open on the desk cannot be answered any more."""
    shopper, link = doubt(site, goods.stamp, text="Rút lại sau")
    number = number_at(coop, "coop")
    coop.open(f"/coop/reports/{number}")
    shopper.client.post(link, data={"do": "withdraw"})
    coop.send(press=("state", "answered"), text="Xin chào.")
    assert coop.status == 409
    assert "withdrawn" in coop.text
    assert "Rút lại sau" not in coop.open(f"/coop/reports/{number}").text
