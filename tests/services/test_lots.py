"""What can be done with a lot, and what readers are told of it afterwards."""

from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from tests.services.conftest import NOW, ago, key
from traceability.domain.views import QuantityView, Standing, Vouch
from traceability.proofs.documents import unpack
from traceability.services.commands import (
    ActivateStamps,
    AggregateLots,
    DeclareError,
    GrantCertificate,
    GrantRating,
    InputLine,
    IssueStamps,
    LiftRecall,
    OutputLine,
    Recall,
    ReceiveLot,
    RecordFinding,
    RecordStage,
    RegisterLot,
    Retire,
    ReviseProduct,
    RevokeAward,
    ShipLot,
    SplitLot,
    Transform,
    Upload,
)

TODAY = NOW.date()


def photo():
    """Return a picture as a phone sends it."""
    buffer = BytesIO()
    Image.new("RGB", (64, 64), "#aa3311").save(buffer, "PNG")
    return Upload("ảnh.png", buffer.getvalue())


def left(world, path):
    """Return what is left of a lot, in its base unit's reading unit."""
    view = world.app.reads.lot(path).left
    return view.amount, view.unit


def test_a_lot_is_told_with_stage_place_values_note_and_picture(fresh):
    """Everything that the form takes is there for the reader; what is personal is only committed to on the chain."""
    command = RegisterLot(
        key(),
        fresh.paths["shrimp"],
        "1.234,5",
        "KGM",
        "2026-11-20T08:30",
        stage="shrimp_caught",
        place="Bến Ngọc",
        values={"gear": "hand_net", "water": "clear"},
        note="Tép tươi",
        pictures=(photo(),),
    )
    actor = fresh.actors["coop"]
    vietnamese = type(actor)(actor.account_id, actor.name, actor.role, actor.participant, "vi")
    outcome = fresh.app.lots.register(vietnamese, command)
    (entry,) = fresh.app.reads.history(outcome.uri)
    assert entry.stage == "shrimp_caught"
    assert entry.place == "Bến Ngọc"
    assert entry.note == "Tép tươi"
    assert entry.note_intact
    assert [one.key for one in entry.fields] == ["gear", "water"]
    assert entry.pictures[0].intact
    assert entry.vouch is Vouch.RECORDED
    assert left(fresh, outcome.uri) == (Decimal("1234.5"), "KGM")
    (submission,) = fresh.app.reads.submissions(outcome.uri)
    assert "Ngọc".encode() not in submission.documents
    assert fresh.app.verifier.verify_lot(outcome.path).ok


def test_the_same_place_keeps_its_code_and_another_participants_does_not(fresh):
    """A place can be followed without its name; nobody can try out addresses."""
    codes = []
    for who, product in (("coop", "shrimp"), ("coop", "shrimp"), ("other", "theirs")):
        path = fresh.register_lot(product, who, place="Thôn  3" if codes else "thôn 3")
        (submission,) = fresh.app.reads.submissions(path)
        codes.append(unpack(submission.documents)[0]["readPoint"]["id"])
    assert codes[0] == codes[1] != codes[2]


def test_a_shelf_life_gives_the_date_of_expiry(fresh):
    """365 days from the day it was made in Viet Nam, unless the maker says less."""
    assert fresh.app.reads.lot(fresh.make_jars()).expires_on.isoformat() == "2027-11-20"
    assert fresh.app.reads.lot(fresh.make_jars(expires_on="01/06/2027")).expires_on.isoformat() == "2027-06-01"


def test_splitting_and_bringing_together_keep_quantity_age_and_expiry(fresh):
    """Parts are as old as the whole, and what comes together expires with the first."""
    coop, app = fresh.actors["coop"], fresh.app
    parts = (OutputLine("", "4", "KGM", "P1"), OutputLine("", "2500", "GRM", "P2"))
    app.lots.split(coop, SplitLot(key(), fresh.paths["raw"], parts, ago(hours=1)))
    assert left(fresh, fresh.paths["raw"]) == (Decimal("3.5"), "KGM")
    base = fresh.paths["raw"].removesuffix("RAW")
    inputs = (InputLine(base + "P1", "4", "KGM"), InputLine(base + "P2", "1", "KGM"))
    made = app.lots.aggregate(coop, AggregateLots(key(), inputs, "SUM", ago(minutes=50)))
    assert left(fresh, made.path) == (Decimal(5), "KGM")
    assert app.reads.lot(made.path).produced_at == app.reads.lot(fresh.paths["raw"]).produced_at
    assert [node.lot.lot_number for node in app.reads.backward(made.path)][-1] == "RAW"
    assert app.verifier.verify_lot(made.path).ok


def test_some_of_a_lot_is_destroyed(fresh):
    """Disposal uses up and makes nothing."""
    inputs = (InputLine(fresh.paths["raw"], "1", "KGM"),)
    command = Transform(key(), inputs, (), ago(hours=1), stage="disposed", values={"cause": "spoiled"})
    fresh.app.lots.transform(fresh.actors["coop"], command)
    assert left(fresh, fresh.paths["raw"]) == (Decimal(9), "KGM")
    assert fresh.app.reads.history(fresh.paths["raw"])[-1].biz_step == "destroying"


def test_custody_goes_to_the_receiver_or_comes_back(fresh):
    """The receiver takes over; what was sent by mistake is taken back."""
    app, coop = fresh.app, fresh.actors["coop"]
    app.lots.receive(fresh.actors["shop"], ReceiveLot(key(), fresh.paths["on its way"], ago(hours=1)))
    assert fresh.lot("on its way").custodian.number == fresh.actors["shop"].participant
    app.lots.ship(coop, ShipLot(key(), fresh.paths["raw"], fresh.paths["shop"], ago(hours=1)))
    assert fresh.lot("raw").status == "in_transit"
    app.lots.receive(coop, ReceiveLot(key(), fresh.paths["raw"], ago(minutes=30)))
    assert (fresh.lot("raw").status, fresh.lot("raw").custodian.number) == ("open", coop.participant)


def test_an_error_is_declared_and_the_quantity_set_right(fresh):
    """The wrong record stays, crossed out; the balance follows the right one."""
    app, coop = fresh.app, fresh.actors["coop"]
    wrong = app.reads.history(fresh.paths["raw"])[0]
    command = DeclareError(key(), fresh.paths["raw"], wrong.event_id, note="Cân nhầm", declared="12", unit="KGM")
    outcome = app.lots.declare_error(coop, command)
    assert outcome.event_id == wrong.event_id
    history = app.reads.history(fresh.paths["raw"])
    assert history[0].corrected_by
    assert history[1].error_reason == "incorrect_data"
    assert left(fresh, fresh.paths["raw"]) == (Decimal(12), "KGM")
    with pytest.raises(Exception, match="already"):
        app.lots.declare_error(coop, DeclareError(key(), fresh.paths["raw"], wrong.event_id))
    assert app.verifier.verify_lot(fresh.paths["raw"]).ok


def test_a_recall_reaches_what_was_made_and_ends_when_lifted(fresh):
    """Descendants show it at once, and are free again when an inspector says so."""
    app, inspector = fresh.app, fresh.actors["inspector"]
    app.recalls.recall(inspector, Recall(key(), fresh.paths["raw"], "chemical", "Dư lượng"))
    assert fresh.lot("raw").status == "recalled"
    assert fresh.lot("made of recalled").status == "recalled_source"
    app.recalls.lift(inspector, LiftRecall(key(), fresh.paths["recalled"], "Kết quả âm tính"))
    assert fresh.lot("made of recalled").status == "open"


def test_closing_is_for_ever(fresh):
    """A retired lot takes no more stages."""
    coop = fresh.actors["coop"]
    fresh.app.lots.retire(coop, Retire(key(), fresh.paths["raw"], "Hỏng"))
    assert fresh.lot("raw").status == "retired"
    with pytest.raises(Exception, match="closed for ever"):
        fresh.app.lots.record_stage(coop, RecordStage(key(), fresh.paths["raw"], "", ago(hours=1)))


def test_findings_ratings_and_certificates_say_who_vouches(fresh):
    """An inspector's word counts as inspected, a producer's as recorded, and a revocation ends either."""
    app, inspector, jar = fresh.app, fresh.actors["inspector"], fresh.paths["jar"]
    rating = app.awards.rate(inspector, GrantRating(key(), jar, "4", "UBND", "715/QĐ-UBND", "01/03/2025"))
    own = GrantCertificate(key(), jar, "trade_mark", "Cục SHTT", "4-1", "Mắm", "2020-01-01", "2021-01-01")
    app.awards.certify(fresh.actors["coop"], own)
    product = app.reads.product(jar, TODAY)
    assert (product.ratings[0].stars, product.ratings[0].standing) == (4, Standing.VALID)
    assert product.ratings[0].valid_until.isoformat() == "2028-03-01"
    assert (product.certificates[0].vouch, product.certificates[0].standing) == (Vouch.RECORDED, Standing.EXPIRED)
    app.awards.revoke(inspector, RevokeAward(key(), jar, rating.event_id, "Vi phạm"))
    assert app.reads.product(jar, TODAY).ratings[0].standing is Standing.REVOKED
    for subject in (jar, fresh.paths["raw"], fresh.paths["coop"]):
        outcome = app.findings.record(inspector, RecordFinding(key(), subject, "conforms", "Đạt", (photo(),)))
        entry = app.reads.history(outcome.uri)[-1]
        assert (entry.note, entry.vouch) == ("Đạt", Vouch.INSPECTED)


def test_master_data_is_revised_on_the_same_history(fresh):
    """What is not said stays; a closed product takes nothing more."""
    app, coop = fresh.app, fresh.actors["coop"]
    revision = ReviseProduct(key(), fresh.paths["jar"], name_en="Shrimp paste", brand="Hà Yên", pictures=(photo(),))
    app.products.revise(coop, revision)
    product = app.reads.product(fresh.paths["jar"], TODAY)
    assert (product.name.vi, product.name.en, product.brand) == ("Mắm tép", "Shrimp paste", "Hà Yên")
    assert product.shelf_life_days == 365
    assert product.pictures[0].intact
    app.products.retire(coop, Retire(key(), fresh.paths["jar"], "Ngừng sản xuất"))
    for act in (
        lambda: app.products.revise(coop, ReviseProduct(key(), fresh.paths["jar"], "x")),
        lambda: app.products.retire(coop, Retire(key(), fresh.paths["jar"], "x")),
        fresh.make_jars,
    ):
        with pytest.raises(Exception, match="closed for ever"):
            act()


@pytest.mark.slow
def test_a_run_of_a_hundred_thousand_stamps_is_one_record(fresh):
    """One touch; every serial comes back from the seed and the chain, and is judged."""
    app, coop = fresh.app, fresh.actors["coop"]
    path = fresh.make_jars("100000", lot_number="BIG")
    height = fresh.height()
    app.stamps.issue(coop, IssueStamps(key(), path, "100000"))
    assert fresh.height() == height + 1
    (first,) = app.stamps.serials(coop, path, 1, 1, 1)
    (last,) = app.stamps.serials(coop, path, 1, 100_000)
    assert (first.number, last.number) == (1, 100_000)
    assert app.reads.stamp(last.path, TODAY).verdict.value == "not_activated"
    app.stamps.activate(coop, ActivateStamps(key(), path, "1", "99999", "100000"))
    assert app.reads.stamp(last.path, TODAY).verdict.value == "holds"
    assert app.reads.stamp(first.path, TODAY).verdict.value == "not_activated"
    assert app.verifier.verify_stamp(last.path).ok
    assert app.reads.lot(path).left == QuantityView(Decimal(0), "H87")
