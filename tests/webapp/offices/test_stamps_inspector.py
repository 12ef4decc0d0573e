"""An inspector and stamps: runs on the lot's page, any range made void or restored, copies, and single stamps."""

import pytest

from traceability.domain.addresses import communes_of
from traceability.domain.copies import Level, Signal
from traceability.errors import VerificationError


@pytest.fixture(scope="module")
def lot(site, coop, help_with):
    """20 jars whose stamps are on them; the third stamp was looked at by forty phones."""
    jars = help_with.register_product(coop, "Mắm tép Hà Yên", gtin="9506000100012", family="mam_tep", unit="H87")
    coop.open("/coop/lots/new").follow(f"product={jars}").send(quantity="20", unit="H87", lot_number="MT-1")
    found = coop.url.partition("ref=")[2]
    coop.follow("/coop/lot/stamps").send(count="20")
    coop.follow("/coop/lot/stamps/activate").send(by="all")
    coop.send(press=("sure", "yes"))
    return found


@pytest.fixture(scope="module")
def copied(site, lot):
    """The third stamp, seen in two places at once, a thousand kilometres apart: its view."""
    application = site.application
    stamp = site.reads.stamps(lot, 1, 3, 3)[0]
    view = site.reads.stamp(stamp.path, application.clock.now().date())
    for phone in range(40):
        application.scans.note(view, f"{phone:016x}", "https://www.facebook.com/groups/1" if phone < 2 else "")
    application.scans.flush()
    for phone, commune in ((20, "15286"), (30, communes_of("96")[0].code)):
        application.scans.offer_place(view, f"{phone:016x}", commune)
        application.scans.flush()
    return view


def life(site, lot):
    """Return what the record says of the run."""
    return site.reads.runs(lot)[0].life


def test_the_lots_page_shows_its_runs(inspector, lot, copied):
    """How many are on goods, void, scanned, opened, and how many may be copied; the run's page says it in full."""
    inspector.open(f"/inspect/lot?ref={lot}")
    assert "20 of 20 on the goods" in inspector.text
    assert "40 scans" in inspector.text
    assert "1 may be copied" in inspector.text
    inspector.follow("/inspect/stamps?")
    assert "Put on the goods : 1 to 20" in inspector.text
    assert "Merkle root" in inspector.text
    assert inspector.links(copied.path)


def test_any_range_is_made_void_and_only_an_inspector_restores_it(site, coop, inspector, lot):
    """On another's lot, with a reason, signed by the authority."""
    inspector.open(f"/inspect/stamps/void?ref={lot}&run=1").send(
        by="numbers", first="11", last="15", reason="copied", note="Biên bản 12/BB"
    )
    assert "5 stamps will count no longer" in inspector.text
    assert life(site, lot).activated == 20
    inspector.send(press=("sure", "yes"))
    assert "Made void : 11 to 15 · Copied" in inspector.text
    assert "Chi cục Quản lý chất lượng" in inspector.text
    assert "Biên bản 12/BB" in inspector.text
    coop.open(f"/coop/lot/stamps/restore?ref={lot}&run=1").send(by="numbers", first="10", last="16", reason="found")
    assert coop.status == 403
    inspector.open(f"/inspect/stamps/restore?ref={lot}&run=1").send(
        by="numbers", first="11", last="15", reason="mistake"
    )
    inspector.send(press=("sure", "yes"))
    assert "are restored" in inspector.text
    assert life(site, lot).activated == 20


def test_copies_are_listed_with_what_to_do(inspector, lot, copied):
    """Gravest first, explained in words, with days, phones and the way to the lot, a finding, a recall."""
    inspector.open("/inspect/copies")
    assert "Stamp 1-3" in inspector.text
    assert copied.serial in inspector.text
    assert "40 scans" in inspector.text
    assert "xã Hoạt Giang" in inspector.text, "the commune that a visitor offered"
    assert "Mắm tép Hà Yên · MT-1" in inspector.text
    assert "far_apart" not in inspector.text, "a rule is told in words, not by its key"
    for part in ("/inspect/lot?", "/inspect/finding/lot", "/inspect/recall", "/inspect/stamps/void"):
        assert inspector.links(part), part
    inspector.follow("/inspect/stamps/void")
    assert 'value="3"' in inspector.html, "the form knows which stamp is meant"


def test_the_offices_begin_with_what_may_be_copied(site, coop, inspector, lot, copied):
    """The cooperative's desk names the stamp and leads to its run, the inspector's start page counts them."""
    coop.open("/coop/")
    assert "Stamp 1-3 of lot MT-1 may be copied" in coop.text
    assert coop.links("/coop/lot/stamps/run")
    inspector.open("/inspect/")
    assert "1 stamp may be copied" in inspector.text
    assert "1-3" not in site.person("collector").open("/coop/").text, "another's stamps are not told"


def test_harmless_notes_are_shown_when_asked_for(site, inspector, lot):
    """The list begins with warnings; notes are one step away."""
    view = site.reads.stamp(site.reads.stamps(lot, 1, 7, 7)[0].path, site.application.clock.now().date())
    site.application.scans.note(view, "f" * 16, "")
    site.application.scans.flush()
    with site.application.scans._observations.begin() as work:
        work.scans.judge(
            view.serial, (Signal("listing_picture", Level.NOTE, {"host": "www.facebook.com", "visitors": 9}),)
        )
    assert view.serial not in inspector.open("/inspect/copies").text
    assert view.serial in inspector.follow("all=1").text
    assert view.serial not in inspector.follow("/inspect/copies").text


def test_a_stamp_in_full(inspector, lot, copied):
    """Verdict with what was seen, fate, days with phones, pages and communes, and the proof of twenty hashes or so."""
    inspector.open(f"/inspect/stamp?ref={copied.path}")
    assert "may be copied" in inspector.text
    assert "40 scans · 40 phones" in inspector.text
    assert "xã Hoạt Giang" in inspector.text
    assert "www.facebook.com" in inspector.text
    assert "stamp 3 of 20 under the root" in inspector.text
    assert inspector.links("/proof.json")
    assert inspector.open("/inspect/stamp?ref=/01/09506000100012/21/" + "0" * 17).status == 404


def test_a_proof_that_was_altered_takes_no_page_away(site, inspector, copied, monkeypatch):
    """The inspector sees all else of the stamp, that its proof leads nowhere, and whom to ask."""

    def altered(_path):
        raise VerificationError("Stamp {serial} is not in the place that it claims.", serial=copied.serial)

    monkeypatch.setattr(site.reads, "stamp_proof", altered)
    page = inspector.open(f"/inspect/stamp?ref={copied.path}")
    assert page.status == 200
    assert "do not lead from this stamp to the root" in page.text
    assert not inspector.links("/proof.json")


@pytest.mark.parametrize("typed", ["{serial}", "{lower}", "{groups}", "{path}", "{link}"])
def test_a_serial_finds_its_stamp(inspector, help_with, copied, typed):
    """Typed from a label in capitals or not, in groups of four, or pasted as path or link."""
    serial = copied.serial
    groups = " ".join(serial[start : start + 4] for start in range(0, 17, 4))
    ways = {"serial": serial, "lower": serial.lower(), "groups": groups, "path": copied.path}
    inspector.open("/inspect/").send(q=typed.format(**ways, link=help_with.base + copied.path))
    assert inspector.url.startswith("/inspect/stamp?")
    assert serial in inspector.text


def test_a_serial_that_was_never_issued_finds_nothing(inspector, lot):
    """The search says so, and does not break."""
    inspector.open("/inspect/").send(q="0" * 17)
    assert inspector.status == 200
    assert "Nothing found" in inspector.text


@pytest.mark.parametrize("kind", ["void", "restore"])
def test_a_cooperative_does_not_use_the_inspectors_forms(coop, lot, kind):
    """403, whatever is sent."""
    assert coop.open(f"/inspect/stamps/{kind}?ref={lot}&run=1").status == 403
    token = coop.open("/password").form("csrf_token").values["csrf_token"]
    data = {"csrf_token": token, "by": "all", "reason": "other", "sure": "yes"}
    assert coop.client.post(f"/inspect/stamps/{kind}?ref={lot}&run=1", data=data).status_code == 403


def test_both_languages(site, lot, copied):
    """Nothing of the stamps' pages is left in the other language."""
    person = site.person("inspector", language="vi")
    for address, said in (
        (f"/inspect/stamps?ref={lot}&run=1", "Các khoảng tem"),
        ("/inspect/copies", "Tem có thể bị sao chép"),
        (f"/inspect/stamp?ref={copied.path}", "Gốc cây Merkle"),
        (f"/inspect/stamps/void?ref={lot}&run=1", "Những tem nào"),
    ):
        assert said in person.open(address).text
        assert "stamps" not in person.text.lower()
