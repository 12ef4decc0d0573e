"""What a clerk may get wrong is answered beside the field, with what was typed still there and nothing recorded."""

import re
from io import BytesIO

import pytest
from flask import get_flashed_messages

from traceability.services.commands import Outcome
from webapp.outcomes import done


@pytest.fixture(scope="module")
def goods(site, coop, help_with):
    """A raw material with 10 kg, and 30 jars with a run of 20 stamps."""
    shrimp = help_with.register_product(coop, "Tép riu", is_material="y", family="mam_tep", unit="GRM")
    jars = help_with.register_product(coop, "Mắm tép Hà Yên", gtin="9506000100012", family="mam_tep", unit="H87")
    coop.open("/coop/lots/new").follow(f"product={shrimp}").send(quantity="10", unit="KGM", lot_number="TEP-1")
    source = coop.url.partition("ref=")[2]
    coop.open("/coop/lots/new").follow(f"product={jars}").send(quantity="30", unit="H87", lot_number="MT-1")
    made = coop.url.partition("ref=")[2]
    coop.follow("/coop/lot/stamps").send(count="20")
    return {"shrimp": shrimp, "jars": jars, "source": source, "made": made}


def records(site):
    """Return how many records the chain has of everything the cooperative holds."""
    return sum(len(site.reads.history(lot.path)) for lot in site.reads.lots(limit=500))


LOT = {"quantity": "5", "unit": "KGM"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quantity": "-5"}, "more than nothing"),
        ({"quantity": "năm"}, "not a number"),
        ({"quantity": ""}, "illed in"),
        ({"quantity": "0"}, "more than nothing"),
        ({"quantity": "1e30"}, "not a number"),
        ({"event_time": "2099-01-01T10:00"}, "future"),
        ({"event_time": "hôm qua"}, "not a date and time"),
        ({"lot_number": "TEP-1"}, "already"),
        ({"lot_number": "Lô số một"}, "lot"),
        ({"unit": "H87"}, "measures something else"),
        ({"place": "x" * 300}, "characters"),
    ],
)
def test_a_wrong_field_of_a_delivery(site, coop, goods, fields, said):
    """Status 4xx, the sentence beside its field, what was typed still there, nothing on the chain."""
    before = records(site)
    coop.open(f"/coop/lots/new?product={goods['shrimp']}").send(**{**LOT, "note": "Giữ lại", **fields})
    assert coop.status in {409, 422}, coop.text
    assert said in coop.text
    assert "Giữ lại" in coop.html
    assert 'aria-invalid="true"' in coop.html
    assert records(site) == before


def test_fractional_pieces_are_refused(coop, goods):
    """Jars are counted in whole numbers."""
    coop.open(f"/coop/lots/new?product={goods['jars']}").send(quantity="2,5", unit="H87")
    assert coop.status == 422


def test_a_decimal_comma_is_understood_in_vietnamese(site, goods):
    """65,5 is sixty-five and a half."""
    clerk = site.person("coop", language="vi")
    clerk.open(f"/coop/lots/new?product={goods['shrimp']}").send(quantity="65,5", unit="KGM", lot_number="TEP-VI")
    assert "Còn lại 65,5 kg" in clerk.text.replace("\xa0", " ")


@pytest.mark.parametrize(("language", "left"), [("vi", "Còn lại 1.234 kg"), ("en", "Left 1.234 kg")])
def test_the_language_of_the_page_decides_what_a_point_is(site, goods, language, left):
    """1.234 groups thousands on a Vietnamese page and is a decimal on an English one, whatever the account says."""
    clerk = site.person("coop", language=language)
    clerk.open(f"/coop/lots/new?product={goods['shrimp']}").send(quantity="1.234", unit="KGM")
    assert left in clerk.text.replace("\xa0", " ")
    base = {"vi": 1_234_000, "en": 1_234}[language]
    lot = site.reads.lot(clerk.url.partition("ref=")[2])
    assert lot.declared.amount * (1000 if lot.declared.unit == "KGM" else 1) == base


@pytest.mark.parametrize(("state", "said"), [("landed", "on record"), ("pending", "once the chain has confirmed it")])
def test_what_waits_for_the_chain_is_not_called_recorded(site, state, said):
    """A pending record is told as signed and safe, and never as on record, too."""
    with site.app.test_request_context("/coop/?lang=en"):
        done(Outcome(state, "key", "", ""), "The lot is on record.", "/coop/")
        told = str(get_flashed_messages()[0])
    assert said in told
    assert ("on record" in told) == (state == "landed")


def test_a_form_sent_twice_lands_once(site, coop, goods):
    """A double tap on a slow phone makes one lot: the form carries its own key."""
    coop.open(f"/coop/lots/new?product={goods['shrimp']}")
    form = coop.form("quantity")
    data = {**form.values.to_dict(), "quantity": "3", "unit": "KGM"}
    before = len(site.reads.lots(limit=500))
    answers = [coop.client.post(form.action, data=data) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(site.reads.lots(limit=500)) == before + 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.jpg", b"<script>alert(1)</script>", "not a picture"),
        ("a.jpg", b"", None),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(99), "HEIC"),
    ],
)
def test_a_picture_that_is_none(site, coop, goods, name, data, said):
    """What is no picture is refused with what to send instead; an empty choice is no picture at all."""
    before = records(site)
    coop.open(f"/coop/lot/stage?ref={goods['made']}&stage=stored").send(
        values__temperature="25", pictures=[(BytesIO(data), name if data else "")]
    )
    if said is None:
        assert coop.status == 200
    else:
        assert coop.status == 422
        assert said in coop.text
        assert records(site) == before


def test_a_form_of_ten_megabytes_is_refused(coop, goods):
    """413 with what this service takes; the connection is not left hanging."""
    coop.open(f"/coop/lot/stage?ref={goods['made']}&stage=stored").send(
        pictures=[(BytesIO(bytes(10_000_000)), "a.jpg")]
    )
    assert coop.status == 413
    assert "3 MB" in coop.text


def test_a_script_in_a_name_is_refused_with_what_to_do(site, coop, goods):
    """A product named like an attack gets a sentence beside its name, and is not on record."""
    typed = {"family": "mam_tep", "unit": "H87"}
    coop.open("/coop/products/new").send(name_vi="<script>alert('mắm')</script>", **typed)
    assert coop.status == 422
    assert "markup such as <script>. Write it in plain words" in coop.text
    assert "<script>alert" not in coop.html
    assert 'value="&lt;script&gt;alert(' in coop.html
    assert "alert(" not in coop.open("/coop/products").html


def test_an_angle_bracket_in_a_name_is_shown_as_text(site, coop, help_with):
    """What is no markup is kept as it was typed, and escaped on every page."""
    path = help_with.register_product(coop, "Mắm tép <5% muối & ớt", family="mam_tep", unit="H87")
    for page in (
        "/coop/products",
        f"/coop/product?ref={path}",
        "/coop/make",
        f"/coop/lots/new?product={path}",
        "/coop/",
    ):
        assert "&lt;5% muối &amp; ớt" in coop.open(page).html
        assert "<5%" not in coop.html
    assert "<5%" not in site.visitor().open(path).html


def test_a_stage_asks_what_its_template_asks(coop, goods):
    """Required fields are required, limits are told as a hint, and what crosses one is recorded with a warning."""
    page = coop.open(f"/coop/lot/stage?ref={goods['source']}&stage=sorted_washed")
    assert "Over 6 hours before salting" in page.text
    page.send(values__rinses="hai")
    assert page.status == 422
    assert 'id="values-rinses-error"' in page.html
    page.send(values__rinses="3", values__hours_since_catch="9")
    assert "Over 6 hours before salting" in page.text


def test_taking_more_than_is_left_is_blamed_on_its_line(site, coop, goods):
    """The second of two lines takes too much: the sentence stands at that line, though an empty one came before."""
    before = records(site)
    coop.open(f"/coop/make?product={goods['jars']}&stage=filled&input={goods['source']}")
    coop.send(press=("more", "inputs"), inputs__0__quantity="")
    coop.send(press=("more", "inputs"))
    coop.send(
        inputs__0__lot="",
        inputs__0__quantity="",
        inputs__1__lot=goods["source"],
        inputs__1__quantity="4",
        inputs__2__lot=goods["source"],
        inputs__2__quantity="7",
        outputs__0__quantity="10",
    )
    assert coop.status == 409
    assert "10 kg left; 11 kg" in coop.text
    assert 'id="inputs-2-quantity-error"' in coop.html
    assert records(site) == before


def test_making_nothing_is_refused(coop, goods):
    """Without an output the inputs would be destroyed, which has a page of its own."""
    coop.open(f"/coop/make?product={goods['jars']}&stage=filled&input={goods['source']}").send(inputs__0__quantity="1")
    assert coop.status == 422
    assert "how much came out" in coop.text


def test_disposing_splitting_and_collecting(site, coop, goods):
    """The balance follows each of them."""
    coop.open(f"/coop/lots/new?product={goods['shrimp']}").send(quantity="8", unit="KGM", lot_number="TEP-2")
    lot = coop.url.partition("ref=")[2]
    coop.open(f"/coop/dispose?ref={lot}").send(inputs__0__quantity="1", inputs__0__unit="KGM", values__cause="spoilt")
    if coop.status == 422:  # the template has other answers: take its first
        coop.send(
            inputs__0__quantity="1",
            inputs__0__unit="KGM",
            values__cause=coop.html.split('name="values-cause"')[1].split('value="')[2].split('"')[0],
        )
    assert "disposed of" in coop.text, coop.text
    coop.open(f"/coop/lot/split?ref={lot}").send(
        parts__0__quantity="3",
        parts__0__unit="KGM",
        parts__0__lot_number="TEP-2A",
        parts__1__quantity="2",
        parts__1__unit="KGM",
        parts__1__lot_number="TEP-2B",
    )
    assert "TEP-2A" in coop.text
    assert str(site.reads.lot(lot).left.amount) == "2"
    parts = [one.path for one in site.reads.lots(limit=500) if one.lot_number in {"TEP-2A", "TEP-2B"}]
    coop.open(f"/coop/collect?input={parts[0]}&input={parts[1]}").send(
        inputs__0__quantity="3", inputs__1__quantity="2", lot_number="TEP-2C"
    )
    assert "brought together" in coop.text or coop.status == 409, coop.text


def test_goods_change_hands(site, coop, goods):
    """Shipped, seen by the receiver, received; before that the receiver's pages say that it is not theirs."""
    collector = site.person("collector")
    coop.open(f"/coop/lots/new?product={goods['shrimp']}").send(quantity="6", unit="KGM", lot_number="TEP-3")
    lot = coop.url.partition("ref=")[2]
    assert "What is next?" not in collector.open(f"/coop/lot?ref={lot}").text
    token = collector.open("/password").form("csrf_token").values["csrf_token"]
    forged = {"csrf_token": token, "parts-0-quantity": "1", "parts-0-unit": "KGM"}
    assert collector.client.post(f"/coop/lot/split?ref={lot}", data=forged).status_code == 403
    coop.follow("/coop/lot/ship").send(receiver=site.parties["collector"].uri)
    assert "On its way" in coop.text
    assert coop.open(f"/coop/lot/split?ref={lot}").send(parts__0__quantity="1").status == 409
    collector.open("/coop/").follow("/coop/lot/receive").send(note="Đủ cân")
    assert "yours now" in collector.text
    assert site.reads.lot(lot).custodian.number == site.parties["collector"].number


def test_a_record_is_withdrawn_with_the_right_quantity(site, coop, goods):
    """An error declaration keeps the record, marked, and sets the quantity right."""
    coop.open(f"/coop/lots/new?product={goods['shrimp']}").send(quantity="60", unit="KGM", lot_number="TEP-4")
    lot = coop.url.partition("ref=")[2]
    coop.follow("/coop/lot/error").send(reason="incorrect_data", declared="6", unit="KGM", note="Gõ thừa số 0")
    assert "marked as withdrawn" in coop.text
    assert str(site.reads.lot(lot).declared.amount) == "6"


def test_lots_and_products_are_closed_with_a_reason(coop, goods, help_with):
    """Without a reason nothing is closed; with one it is for ever."""
    coop.open(f"/coop/lots/new?product={goods['shrimp']}").send(quantity="1", unit="KGM", lot_number="TEP-5")
    lot = coop.url.partition("ref=")[2]
    assert coop.follow("/coop/lot/close").send(reason="").status == 422
    assert "is closed" in coop.send(reason="Hỏng vì mất điện").text
    assert "Closed" in coop.open(f"/coop/lot?ref={lot}").text
    product = help_with.register_product(coop, "Thử nghiệm", family="generic", unit="H87")
    assert "is closed" in coop.open(f"/coop/product/close?ref={product}").send(reason="Ngừng làm").text


def test_a_product_is_revised_and_certified(coop, goods, help_with):
    """Newer facts and pictures show; a certificate of one's own says that only its holder vouches for it."""
    coop.open(f"/coop/product/revise?ref={goods['jars']}").send(net_content="500 g", pictures=[help_with.picture()])
    assert "500 g" in coop.text
    assert "/media/" in coop.html
    assert coop.open(f"/coop/product/revise?ref={goods['jars']}").send(net_content="").status == 422
    coop.open(f"/coop/product/certificate?ref={goods['jars']}").send(
        kind="vietgap", issuer="Trung tâm", number="VG-1", scope="Xưởng", valid_from="2026-01-01"
    )
    assert "VG-1" in coop.text
    assert "Recorded by the producer" in coop.text


def test_a_wrong_gtin_is_explained(coop):
    """The check digit that would be right is told; the name stays."""
    coop.open("/coop/products/new").send(name_vi="Mắm thử", gtin="9506000100011")
    assert coop.status == 422
    assert "should end in 2" in coop.text
    assert 'value="Mắm thử"' in coop.html


@pytest.mark.parametrize(
    ("count", "said"), [("0", "whole number"), ("11", "left"), ("1,5", "whole number"), ("", "illed in")]
)
def test_stamps_never_exceed_the_goods(site, coop, goods, count, said):
    """Thirty jars, twenty stamps: eleven more are refused."""
    before = records(site)
    coop.open(f"/coop/lot/stamps?ref={goods['made']}").send(count=count)
    assert coop.status in {409, 422}
    assert said in coop.text
    assert records(site) == before


def test_the_desk_says_what_to_do(coop, goods):
    """Stamps that wait, a product without a picture: each with a link to where it is done."""
    page = coop.open("/coop/")
    assert "20 stamps of lot MT-1 are not activated" in page.text
    coop.open("/coop/lots/new").follow(f"product={goods['jars']}").send(quantity="1", unit="H87", lot_number="MT-2")
    coop.open(f"/coop/lot/stamps?ref={coop.url.partition('ref=')[2]}").send(count="1")
    page = coop.open("/coop/")
    assert "1 stamp of lot MT-2 is not activated" in page.text
    assert page.links("/coop/lot?ref=")
    assert "Open" in coop.open("/coop/lots?status=open").text
    assert "TEP-1" not in coop.open("/coop/lots?status=in_transit").text


def next_steps(person):
    """Return which of the forms that take or move goods the lot's page offers."""
    forms = ("make", "lot/ship", "lot/split", "collect", "dispose", "lot/stamps")
    return {form for form in forms if re.search(rf'href="[^"]*/coop/{form}\?', person.html)}


def test_an_empty_lot_offers_nothing_that_takes_from_it(coop, goods):
    """What is used up is not handed over or parted; jars under stamps are there and can be handed over."""
    coop.open("/coop/lots/new").follow(f"product={goods['jars']}").send(quantity="5", unit="H87", lot_number="MT-0")
    lot = coop.url.partition("ref=")[2]
    assert {"lot/ship", "lot/split", "dispose", "lot/stamps"} <= next_steps(coop)
    coop.open(f"/coop/lot/stamps?ref={lot}").send(count="5")
    assert next_steps(coop.open(f"/coop/lot?ref={lot}")) == {"lot/ship"}

    coop.open("/coop/lots/new").follow(f"product={goods['shrimp']}").send(quantity="2", unit="KGM", lot_number="TEP-0")
    lot = coop.url.partition("ref=")[2]
    assert {"lot/ship", "lot/split", "dispose"} <= next_steps(coop)
    coop.follow("/coop/dispose").send(inputs__0__quantity="2", values__cause="spoiled")
    assert coop.status == 200, coop.text
    assert next_steps(coop.open(f"/coop/lot?ref={lot}")) == set()


@pytest.mark.parametrize("form", ["ship", "split", "close"])
def test_a_form_about_another_producers_lot_is_not_shown(site, goods, form):
    """403 with whose it is, before anything is filled in."""
    stranger = site.person("collector")
    stranger.open(f"/coop/lot/{form}?ref={goods['made']}")
    assert stranger.status == 403
    assert "Hợp tác xã Mắm Hà Yên" in stranger.text
