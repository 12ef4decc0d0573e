"""The public pages over the real thing: chain, projection and services wrote the story; then the chain is closed."""

import base64
import csv
import io
import re
from hashlib import sha256
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.clocks import BEGAN
from traceability import bootstrap
from traceability.bootstrap import CONSOLE, StoryClock
from traceability.domain.uris import page_path
from traceability.proofs.history import GENESIS_HEAD, Touch, fold, subject_key
from traceability.services import commands, stamp_commands
from traceability.settings import Settings
from webapp import create_app

pytestmark = pytest.mark.slow


def picture():
    """A small photograph."""
    target = io.BytesIO()
    Image.radial_gradient("L").resize((800, 600)).convert("RGB").save(target, "JPEG")
    return target.getvalue()


def tell_story(app):
    """Shrimp, jars, forty activated stamps of fifty, a rating; return what tests ask for."""
    admit, fields = app.participants.admit, {"capacities": ("producer",), "commune_code": "15286"}
    coop = app.reads.party(
        admit(CONSOLE, commands.AdmitParticipant("a", "Hợp tác xã Hà Yên", "cooperative", **fields)).uri
    )
    office = commands.AdmitParticipant("b", "Chi cục Thanh Hóa", "inspectorate", ("inspector",))
    judge = app.reads.party(admit(CONSOLE, office).uri)
    us = commands.Actor(1, "coop", "cooperative", coop.number)
    them = commands.Actor(2, "inspector", "inspector", judge.number)
    name = "Mắm tép <3 & Hà Yên"
    upload = (commands.Upload("a.jpg", picture()),)
    jar = app.products.register(
        us, commands.RegisterProduct("c", name, unit="H87", gtin="9506000100012", pictures=upload)
    )
    raw = app.products.register(us, commands.RegisterProduct("d", "Tép riu", is_material=True))
    catch = commands.RegisterLot("e", raw.path, "20,5", "KGM", "2026-11-20T08:00", lot_number="TEP-1")
    catch = app.lots.register(us, catch)
    line, out = commands.InputLine(catch.path, "15", "KGM"), commands.OutputLine(jar.path, "100", "H87", "MT/1")
    app.lots.transform(us, commands.Transform("f", (line,), (out,), "2026-11-21T08:00", note="Ủ sáu tháng."))
    lot = app.reads.lots(product=jar.path)[0]
    app.stamps.issue(us, commands.IssueStamps("g", lot.path, "50"))
    app.stamps.activate(us, commands.ActivateStamps("h", lot.path, "1", "1", "40"))
    grant = commands.GrantRating("i", jar.path, "4", "UBND tỉnh Thanh Hóa", "715/QĐ-UBND", "2025-03-12")
    app.awards.rate(them, grant)
    return SimpleNamespace(
        app=app,
        us=us,
        them=them,
        jar=jar,
        catch=catch,
        lot=lot,
        stamps=app.reads.stamps(lot.path, 1),
        lot_root=lambda: app.reads.runs(lot.path)[0].root,
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """One story for the module; its last test ends the chain."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("real") / "var", base_url="https://trace.example.vn")
    clock = StoryClock(BEGAN)
    bootstrap.init(settings, clock)
    app = bootstrap.build(settings, clock=clock)
    yield tell_story(app)
    app.close()


@pytest.fixture(scope="module")
def client(story):
    """A browser before the real pages."""
    return create_app(story.app.settings, story.app).test_client()


def test_stamp_holds_or_is_not_activated(client, story):
    """What the services recorded is what a shopper reads; signs that HTML uses stay text."""
    good = client.get(page_path(story.stamps[0].path))
    assert good.status_code == 200
    assert "Hồ sơ hợp lệ" in good.text
    assert all(
        word in good.text
        for word in ("MT/1", "OCOP 4 sao", "Tép riu", "TEP-1", "15\N{NO-BREAK SPACE}kg", "Ủ sáu tháng.")
    )
    assert "&lt;3 &amp; Hà Yên" in good.text
    assert "Tem chưa kích hoạt" in client.get(page_path(story.stamps[45].path)).text
    path = page_path(story.stamps[0].path)
    wrong = path[:-1] + ("0" if path[-1] != "0" else "1")
    assert client.get(wrong).status_code == 404


def test_every_public_page_opens(client, story):
    """Lot, product, participant, record, card, picture, search, health."""
    party = story.app.reads.party(story.us.participant)
    product = story.app.reads.product(story.jar.path, story.app.context.today())
    paths = [
        page_path(story.lot.path),
        page_path(story.jar.path),
        page_path(story.catch.path),
        f"/party/{party.code}",
        "/verify",
        "/healthz",
        "/?q=MT/1",
    ]
    paths += [page_path(story.lot.path) + "/card.png", f"/media/{product.pictures[0].digest}?w=480"]
    answers = {path: client.get(path, follow_redirects=True).status_code for path in paths}
    assert set(answers.values()) == {200}, answers


def test_record_refolds_to_the_head_of_the_contract(client, story):
    """The file that a reader takes away is enough to repeat the arithmetic without us."""
    record = client.get(page_path(story.lot.path) + "/record.json").json
    key, head, sequence = subject_key(record["subject"]), GENESIS_HEAD, 0
    assert record["key"] == "0x" + key.hex()
    for one in record["submissions"]:
        digest = sha256(base64.b64decode(one["blob"])).digest()
        for touch in one["touches"]:
            if touch["subject"] == record["key"]:
                sequence += 1
                terms = Touch.from_terms(key, int(touch["terms"], 16))
                head = fold(head, terms, sequence, digest, one["signer"])
    state = story.app.ledger.subject(key)
    assert (head, sequence) == (state.head, state.sequence)
    assert record["expected"] == {"head": head.hex(), "sequence": sequence}
    assert record["chain"]["contract"] == story.app.ledger.address


def test_recall_of_the_raw_material_shows_at_once(client, story):
    """The stamp and the lot say so on the very next scan, and the stamp holds again when the recall is lifted."""
    assert "Hồ sơ hợp lệ" in client.get(page_path(story.stamps[1].path)).text
    story.app.recalls.recall(story.them, commands.Recall("r", story.catch.path, "chemical", "Nước nhiễm bẩn."))
    for path in (page_path(story.stamps[1].path), page_path(story.lot.path), page_path(story.stamps[45].path)):
        text = client.get(path).text
        assert "Đã thu hồi" in text
        assert "Nguy cơ hóa chất" in text
    story.app.recalls.lift(story.them, commands.LiftRecall("s", story.catch.path, "Mẫu đạt."))
    assert "Hồ sơ hợp lệ" in client.get(page_path(story.stamps[1].path)).text


def test_earlier_scans_of_others_are_told(client, story):
    """The first phone reads that it is the first, the next one that somebody was there; a robot is nobody."""
    path = page_path(story.stamps[10].path)
    told = [client.get(path, headers={"User-Agent": agent}).text for agent in ("Googlebot/2.1", "one", "two")]
    assert ["lần đầu tem này được quét" in text for text in told] == [True, True, False]
    assert "Trước đây một điện thoại đã quét" in told[2]
    assert story.app.scans.seen(story.app.reads.stamp(path, story.app.context.today()), "").visitors == 2


def test_proof_leads_to_the_root_on_the_chain(client, story):
    """Ten lines of hashing over the file at the stamp's address end at the root that the run's record names."""
    proof = client.get(page_path(story.stamps[6].path) + "/proof.json").json
    found = sha256(b"\0" + f"ocop-stamp:1:{proof['lot']}:{proof['serial']}".encode()).digest()
    place, last = proof["index"], proof["size"] - 1
    for step in proof["path"]:  # RFC 9162, section 2.1.3.2
        other = base64.urlsafe_b64decode(step + "=")
        if place & 1 or place == last:
            found = sha256(b"\1" + other + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + other).digest()
        place, last = place >> 1, last >> 1
    assert base64.urlsafe_b64encode(found).decode().rstrip("=") == proof["root"] == story.lot_root()
    assert proof["serial"] == story.stamps[6].serial


def test_second_code_opens_once(client, story):
    """From the print house's table to the shopper's phone: right once, then opened, and said so on the stamp."""
    order = stamp_commands.PrintStamps("p", story.lot.path, "1", "1", "20", medium="csv", codes=True)
    job = story.app.stamps.print(story.us, order)
    story.app.jobs.run_pending()
    table = story.app.jobs.file(story.us, job.id)[0].read_text(encoding="utf-8-sig")
    stamp = story.stamps[3]
    row = next(row for row in csv.reader(io.StringIO(table)) if any(stamp.serial in cell for cell in row))
    code = next(cell for cell in row if re.fullmatch(r"[0-9A-Z]{4}[ -]?[0-9A-Z]{4}", cell))

    def send(typed):
        token = re.search(r'name="token" value="([^"]+)"', client.get(page_path(stamp.path) + "/code").text).group(1)
        return client.post(page_path(stamp.path) + "/code", data={"token": token, "code": typed})

    wrong = send("0000 0000" if code[:4] != "0000" else "1111 1111")
    assert wrong.status_code == 422
    assert "Dùng lần đầu" in send(code.lower()).text
    assert "Đã mở trước đó" in send(code).text
    text = client.get(page_path(stamp.path)).text
    assert "Đã mở ngày" in text
    assert 'name="code"' not in client.get(page_path(story.stamps[30].path)).text


def test_void_roll_is_void_at_once(client, story):
    """An inspector makes a range void: its stamps say so with the reason, their neighbours hold."""
    story.app.stamps.void(story.them, stamp_commands.VoidStamps("v", story.lot.path, "1", "stolen", "33", "35"))
    void, neighbour = (client.get(page_path(story.stamps[place].path)).text for place in (33, 36))
    assert 'class="verdict void"' in void
    assert "Bị mất cắp" in void
    assert 'class="verdict holds"' in neighbour


def test_scans_work_with_the_chain_closed(client, story):
    """Nothing public needs the chain: its store is closed, and everything opens as before; health says so."""
    story.app.ledger.close()
    goods = (story.stamps[2], story.stamps[1], story.lot, story.jar)
    for path in (*(page_path(one.path) for one in goods), "/", "/verify"):
        assert client.get(path).status_code == 200
    assert client.get("/healthz").status_code in {200, 503}
