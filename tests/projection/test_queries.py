"""What readers are told, on SQLite and PostgreSQL alike, without asking the chain."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tests.projection.conftest import projected
from tests.projection.fakes import INSPECTOR, NAMESPACE, PRODUCER, serials_of
from tests.projection.stories import MATERIAL, PRODUCT, admit, jar, make_goods, raw, tell
from traceability.domain.event_query import EventQuery
from traceability.domain.ledger import Kind
from traceability.domain.verdicts import Verdict
from traceability.domain.views import QuantityView, Standing, Vouch
from traceability.errors import InvalidInputError, NotFoundError
from traceability.ports import SignedSubmission
from traceability.projection import schema
from traceability.proofs.history import Touch, subject_key
from traceability.services.reads import Reads

TODAY = date(2026, 6, 1)


def path_of(uri):
    """Return where this site shows something."""
    return uri.removeprefix("https://id.gs1.org").removeprefix(NAMESPACE)


def stamp_path(number, run=1, count=40):
    """Return the path of a stamp of the first lot of jars."""
    return f"{path_of(PRODUCT)}/21/{serials_of(jar(1), run, count)[number - 1]}"


@pytest.fixture
def deaf(told):
    """The story, with a ledger that fails whatever it is asked: reading must not need it."""

    def fail(*_args):
        raise AssertionError("a reader asked the chain")

    for name in ("height", "block", "logs", "subject", "balance", "key"):
        setattr(told.world.ledger, name, fail)
    return told


def test_every_question_is_answered_without_the_chain(deaf):
    """With the node down, every page still opens: no question that pages can ask is left out here."""
    with pytest.raises(AssertionError, match="asked the chain"):
        deaf.world.ledger.height()
    questions = {
        "version": (),
        "freshness": (),
        "product": (PRODUCT, TODAY),
        "products": (TODAY,),
        "lot": (jar(1),),
        "lots": (),
        "trace": (jar(1), TODAY),
        "stamp": (stamp_path(1), TODAY),
        "stamp_proof": (stamp_path(1),),
        "history": (jar(1),),
        "submissions": (jar(1),),
        "backward": (jar(3),),
        "forward": (raw(1),),
        "runs": (jar(1),),
        "stamps": (jar(1), 1),
        "recalls": (),
        "party": (1,),
        "parties": (),
        "keys": (2,),
        "search": ("tep", TODAY),
        "known_lots": ([jar(1)],),
        "known_products": ([PRODUCT], TODAY),
        "has_history": (jar(1),),
        "recorded_events": ([deaf.reads.history(jar(1))[0].event_id],),
        "named_events": (["urn:x:1"],),
        "declared_links": (PRODUCT,),
        "places_within": ("https://id.gs1.org/414/9506000134352", 10),
        "event": (deaf.reads.history(jar(1))[0].event_id,),
    }
    paged = {"events": EventQuery(), "event_names": "bizSteps"}
    assert {*questions, *paged} == {name for name in vars(Reads) if not name.startswith("_")}
    answers = {name: getattr(deaf.reads, name)(*facts) for name, facts in questions.items()}
    answers["events"] = deaf.reads.events(paged["events"], per_page=3).events
    answers["event_names"] = deaf.reads.event_names(paged["event_names"], per_page=3).names
    silent = {"recalls", "named_events", "places_within"}
    assert [name for name, answer in answers.items() if not answer and name not in silent] == []


def test_a_product_is_found_by_every_name(told):
    """URI, path, a link on any host, a lot's link, thirteen digits: the same product."""
    names = (PRODUCT, path_of(PRODUCT), f"https://shop.example/x{path_of(PRODUCT)}?a=b", jar(1), "/01/9506000134352")
    views = [told.reads.product(name, TODAY) for name in names]
    assert all(view == views[0] for view in views)
    assert views[0].name.vi == "Mắm tép Hà Yên"
    assert views[0].producer.name == "Hợp tác xã Hà Yên"
    assert [picture.intact for picture in views[0].pictures] == [True]


def test_what_is_not_there_is_not_found(told):
    """An unknown or wrong name is an error that says so, and nothing else."""
    reads = told.reads
    for name in ("", "/", "/01/09506000134369", "/p/N0TH1NG000", "/01/1", "https://x.example/", "/party/X"):
        for question in (reads.lot, reads.runs, reads.history, reads.backward, reads.party):
            with pytest.raises(NotFoundError):
                question(name)
        for question in (reads.product, reads.trace):
            with pytest.raises(NotFoundError):
                question(name, TODAY)
    with pytest.raises(NotFoundError):
        reads.party(99)


def test_ratings_are_what_inspectors_decided(told):
    """Stars that a producer states are no rating: they stand among the certificates, as recorded."""
    product = told.reads.product(PRODUCT, TODAY)
    assert [(one.stars, one.standing, one.vouch) for one in product.ratings] == [
        (4, Standing.VALID, Vouch.INSPECTED),
        (3, Standing.REVOKED, Vouch.INSPECTED),
    ]
    assert product.ratings[1].revoked_reason == "rút"
    stated = [one for one in product.certificates if one.kind == "ocop_rating"]
    assert [(one.vouch, one.by.number) for one in stated] == [(Vouch.RECORDED, told.cast.coop)]
    assert [one.vouch for one in product.certificates if one.kind == "vietgap"] == [Vouch.RECORDED]
    later = told.reads.product(PRODUCT, date(2030, 1, 1))
    assert [one.standing for one in later.ratings] == [Standing.EXPIRED, Standing.REVOKED]
    assert told.reads.trace(jar(1), date(2030, 1, 1)).rating.standing is Standing.EXPIRED


def test_only_an_author_or_an_inspector_revokes(sqlite, tmp_path):
    """A producer cannot take back what an inspector decided, nor bring back what was revoked."""

    def story(world):
        cast = admit(world)
        make_goods(world, cast)
        world.rate(cast.inspector, PRODUCT, 4)
        found = projected_rating(world)
        world.revoke(cast.coop, PRODUCT, found)
        world.revoke(cast.inspector, PRODUCT, found)
        world.rate(cast.coop, PRODUCT, 4)
        return cast

    def projected_rating(world):
        from traceability.projection.reading import open_blob  # noqa: PLC0415 - one use

        return open_blob(world.ledger._logs[-1].documents).documents[0].event_id

    told = projected(sqlite, tmp_path, story=story)
    (rating,) = told.reads.product(PRODUCT, TODAY).ratings
    assert rating.standing is Standing.REVOKED


def test_products_are_listed_by_owner_and_kind(told):
    """Filters of the list, and Vietnamese order."""
    reads = told.reads
    assert [one.uri for one in reads.products(TODAY)] == [PRODUCT, MATERIAL]
    assert [one.uri for one in reads.products(TODAY, materials=True)] == [MATERIAL]
    assert reads.products(TODAY, owner=told.cast.shop) == []


def test_a_lot_in_short(told):
    """Exact quantities in a readable unit, custody and status."""
    lot = told.reads.lot(jar(1))
    assert lot.declared == QuantityView(Decimal(310), "GRM")
    assert lot.left == QuantityView(Decimal(310 - 120 - 45), "GRM")
    assert told.reads.lot(raw(1)).declared == QuantityView(Decimal(1), "KGM")
    assert (lot.stamped, lot.custodian.number, lot.genuine) == (45, told.cast.coop, True)
    assert told.reads.lot(jar(2)).receiver.number == told.cast.shop


STATUSES = {
    raw(1): "open",
    raw(2): "recalled",
    raw(3): "open",
    jar(1): "recalled_source",
    jar(2): "in_transit",
    jar(3): "recalled_source",
}


def test_status_and_its_filter_agree(told):
    """What a lot is called and where it is listed are the same, and every lot is listed once."""
    reads = told.reads
    assert {uri: reads.lot(uri).status for uri in STATUSES} == STATUSES
    listed = {}
    for status in ("open", "in_transit", "recalled", "recalled_source", "retired", "pending"):
        found = reads.lots(status=status)
        assert {one.status for one in found} <= {status}
        listed |= {one.uri: status for one in found}
    assert listed == STATUSES | {jar(66): "open"}


def test_lots_are_listed_newest_first_in_pages(told):
    """Limit and offset walk the whole list; filters narrow it."""
    reads = told.reads
    everything = [one.uri for one in reads.lots()]
    assert everything == [one.uri for start in range(0, 7, 2) for one in reads.lots(limit=2, offset=start)]
    assert everything[0] == jar(66)
    assert {one.uri for one in reads.lots(product=PRODUCT)} == {jar(1), jar(2), jar(3)}
    assert {one.uri for one in reads.lots(custodian=told.cast.shop)} == {jar(3), jar(66)}
    assert {one.uri for one in reads.lots(receiver=told.cast.shop)} == {jar(2)}


def test_a_recall_shows_at_once_on_everything_made_from_it(told):
    """Every descendant and every stamp on it, however far; lifting it takes it off again."""
    reads = told.reads
    for uri in (raw(2), jar(1), jar(3)):
        trace = reads.trace(uri, TODAY)
        assert trace.verdict is Verdict.RECALLED
        assert [(one.lot_uri, one.direct) for one in trace.recalls] == [(raw(2), uri == raw(2))]
        assert trace.recalls[0].note == "Nước bẩn"
    assert reads.stamp(stamp_path(1), TODAY).verdict is Verdict.RECALLED
    assert reads.trace(jar(2), TODAY).verdict is Verdict.HOLDS
    assert [one.lot_uri for one in reads.recalls()] == [raw(2)]
    assert [one.lot_uri for one in reads.recalls(open_only=False)] == [raw(3), raw(2)]
    told.world.lift(told.cast.inspector, raw(2))
    told.project()
    assert reads.stamp(stamp_path(1), TODAY).verdict is Verdict.HOLDS
    assert reads.lot(jar(1)).status == "open"


def test_a_recalled_product_recalls_its_lots(told):
    """A recall of the product itself stands on all of its lots."""
    told.world.recall(told.cast.inspector, PRODUCT)
    told.project()
    assert told.reads.trace(jar(2), TODAY).verdict is Verdict.RECALLED
    assert told.reads.lot(jar(2)).status == "recalled_source"


def test_a_stamp_tells_its_state(told):
    """Activated, not activated, unknown, of another product, of another lot."""
    told.world.lift(told.cast.inspector, raw(2))
    told.project()
    reads = told.reads
    assert reads.stamp(stamp_path(35), TODAY).verdict is Verdict.HOLDS
    assert reads.stamp(stamp_path(36), TODAY).verdict is Verdict.NOT_ACTIVATED
    assert reads.stamp(stamp_path(1, run=2, count=5), TODAY).verdict is Verdict.NOT_ACTIVATED
    serial = stamp_path(1).rpartition("/")[2]
    good = [f"/01/9506000134352/21/{serial}", f"{path_of(jar(1))}/21/{serial}", stamp_path(1).lower()]
    for path in (*good, f"HTTPS://X.VN/01/09506000134352/21/{serial}"):
        found = reads.stamp(path, TODAY)
        assert (found.verdict, found.run, found.index) == (Verdict.HOLDS, 1, 1)
        assert found.path == stamp_path(1)
        assert found.activated_at is not None
    wrong = [f"{path_of(jar(2))}/21/{serial}", f"{path_of(MATERIAL)}/s/{serial}", stamp_path(1)[:-1] + "-"]
    for path in (*wrong, "/nonsense", ""):
        found = reads.stamp(path, TODAY)
        assert (found.verdict, found.trace) == (Verdict.UNKNOWN, None)


def test_a_closed_lot_is_void(told):
    """Graver news goes before: a closed lot made from a recalled one is recalled, and void once that is lifted."""
    assert told.reads.trace(jar(3), TODAY).verdict is Verdict.RECALLED
    told.world.lift(told.cast.inspector, raw(2))
    told.project()
    assert told.reads.trace(jar(3), TODAY).verdict is Verdict.VOID


def test_a_forged_lot_is_nobody_s(told):
    """A lot of somebody else's product is flagged, never verifies, and is not listed as that product's."""
    trace = told.reads.trace(jar(66), TODAY)
    assert not trace.lot.genuine
    assert trace.verdict is Verdict.DOES_NOT_VERIFY
    assert jar(66) not in {one.uri for one in told.reads.search("J66", TODAY).lots}


def test_the_story_of_a_lot(told):
    """In order, with who vouches, how late, what was measured, and what was withdrawn."""
    entries = told.reads.history(raw(1))
    assert [entry.kind for entry in entries] == ["register", "observe", "consume"]
    assert entries[0].title.vi == "Bắt tép"
    assert entries[0].note == "Bắt ban đêm"
    field = entries[0].fields[0]
    assert (field.key, field.value, field.words.en) == ("gear", "hand_net", "Hand net")
    assert [entry.anchor.sequence for entry in entries] == [1, 2, 3]
    assert entries[-1].anchor.head == told.world.ledger.subject(subject_key(raw(1))).head.hex()
    late = told.reads.history(raw(2))[0]
    assert late.late_by == late.recorded_at - late.event_time
    assert late.late_by > timedelta(days=4)
    assert entries[0].late_by is None
    story = [entry for entry in told.reads.history(jar(1)) if entry.biz_step == "storing"]
    assert [bool(entry.corrected_by) for entry in story] == [True, False, False]
    assert {entry.error_reason for entry in story} == {"incorrect_data"}


def test_a_stranger_cannot_withdraw_a_record(sqlite, tmp_path):
    """An error declaration counts when its author, or an inspector, makes it."""

    def story(world):
        cast = admit(world)
        make_goods(world, cast)
        wrong = world.stage(cast.coop, jar(1))
        world.ship(cast.coop, jar(1), cast.shop)
        world.receive(cast.shop, jar(1))
        world.withdraw(cast.shop, jar(1), wrong)
        return replace(cast)

    told = projected(sqlite, tmp_path, story=story)
    entries = [entry for entry in told.reads.history(jar(1)) if entry.biz_step == "storing"]
    assert [entry.corrected_by for entry in entries] == ["", ""]


def test_erased_and_altered_values_are_told_apart(told):
    """An erased note leaves a trace of itself; an altered note or picture is flagged, not believed."""
    with told.database.begin() as work:
        note = next(value for value in work.erasables.all() if value.text == "Bắt ban đêm")
        other = next(value for value in work.erasables.all() if value.text == "Rửa hai lần")
        work.erasables.erase(note.commitment)
        work.erasables.erase(other.commitment)
        work.erasables.add([replace(other, text="Rửa mười lần")])
    first, second, _ = told.reads.history(raw(1))
    assert (first.note, first.note_erased) == ("", True)
    assert (second.note, second.note_intact) == ("Rửa mười lần", False)
    digest = told.reads.product(PRODUCT, TODAY).pictures[0].digest
    told.blobs._path(digest).write_bytes(b"\x89PNG another")
    assert [picture.intact for picture in told.reads.product(PRODUCT, TODAY).pictures] == [False]
    told.blobs.erase(digest)
    assert told.reads.product(PRODUCT, TODAY).pictures == ()


def test_lineage_both_ways(told):
    """To the root and to the last jar, nearest first, with what went in."""
    back = told.reads.backward(jar(3))
    assert [node.depth for node in back] == [1, 2, 2]
    assert {node.lot.uri: node.quantity.amount for node in back} == {jar(1): 120, raw(1): 900, raw(2): 800}
    assert {node.parents for node in back[1:]} == {(jar(1),)}
    ahead = [(node.lot.uri, node.depth, node.parents) for node in told.reads.forward(raw(2))]
    assert ahead == [(jar(1), 1, (raw(2),)), (jar(3), 2, (jar(1),))]
    assert told.reads.backward(raw(1)) == []


def test_ingredients_one_step_further(told):
    """A lot's page tells what it was made from, and what that was made from, each with its story."""
    trace = told.reads.trace(jar(3), TODAY)
    (one,) = trace.ingredients
    assert (one.lot.uri, one.quantity.amount) == (jar(1), 120)
    assert {each.lot.uri for each in one.ingredients} == {raw(1), raw(2)}
    assert all(each.entries for each in one.ingredients)


def test_parts_of_a_lot_are_as_old_as_the_lot(told):
    """Splitting makes nothing fresher."""
    assert told.reads.lot(jar(3)).produced_at == told.reads.lot(jar(1)).produced_at


def test_what_the_law_asks_and_nobody_recorded(told):
    """The profile in force on the day; another can be chosen; one that is not there is refused."""
    trace = told.reads.trace(jar(1), TODAY)
    assert trace.profile == "nd37-2026"
    assert "product_name" not in {one.key for one in trace.missing}
    assert "gtin" in {one.key for one in told.reads.trace(raw(1), TODAY).missing}
    before = told.reads.trace(jar(1), date(2025, 1, 1))
    assert before.profile == "tt02-2024"
    assert "stage_place_code" in {one.key for one in before.missing}
    with pytest.raises(InvalidInputError):
        told.reads.trace(jar(1), TODAY, profile="nothing")


def test_runs_and_their_stamps(told):
    """How many are activated, overlaps counted once; stamps by number."""
    runs = told.reads.runs(jar(1))
    assert [(run.number, run.count, run.activated) for run in runs] == [(1, 40, 35), (2, 5, 0)]
    stamps = told.reads.stamps(jar(1), 1, 34, 37)
    assert [stamp.index for stamp in stamps] == [34, 35, 36, 37]
    assert [stamp.serial for stamp in stamps] == serials_of(jar(1), 1, 40)[33:37]
    assert [bool(stamp.activated_at) for stamp in stamps] == [True, True, False, False]
    with pytest.raises(NotFoundError):
        told.reads.stamps(jar(1), 9)


def test_participants(told):
    """By number, code, path and URI; by what they may do; with their keys."""
    reads, cast = told.reads, told.cast
    uri = f"{NAMESPACE}/party/C00P000000"
    assert {reads.party(name).number for name in (cast.coop, "C00P000000", uri, "/party/c00p000000")} == {cast.coop}
    assert [one.number for one in reads.parties(capacity=int(INSPECTOR))] == [cast.inspector]
    assert {one.number for one in reads.parties(capacity=int(PRODUCER))} == {cast.coop, cast.shop}
    keys = reads.keys(cast.shop)
    assert [key.until_block is None for key in keys] == [True, False]
    assert [entry.kind for entry in reads.history("C00P000000")] == ["register"]


def test_names_can_be_erased(told):
    """A household's name goes; its code and its records stay."""
    with told.database.begin() as work:
        for value in list(work.erasables.all()):
            if value.label in ("name", "address") and "C00P000000" in value.subject:
                work.erasables.erase(value.commitment)
    party = told.reads.party(told.cast.coop)
    assert (party.name, party.address, party.code) == ("", "", "C00P000000")


def test_an_altered_name_is_not_shown(told):
    """Whoever writes another producer's name into the table is not believed: only the code is left, as if erased."""
    with told.database.begin() as work:
        for value in list(work.erasables.all()):
            if value.label in {"name", "place"}:
                work.erasables.erase(value.commitment)
                work.erasables.add([replace(value, text="Người khác")])
    assert {party.name for party in told.reads.parties()} == {""}
    assert all(entry.place != "Người khác" for entry in told.reads.history(jar(1)))


def test_search_forgives_tones_and_capitals(told):
    """A phone without Vietnamese letters finds the same goods."""
    for words in ("mắm tép", "MAM TEP", "mam  tép ha yen", "Hà Yên", "9506000134352"):
        found = told.reads.search(words, TODAY)
        assert PRODUCT in {one.uri for one in found.products}
        assert jar(1) in {one.uri for one in found.lots}


def test_search_finds_lots_links_stamps_and_people(told):
    """Lot numbers, links, a stamp's serial or path, a participant's name; wildcards mean themselves."""
    reads = told.reads
    assert [one.uri for one in reads.search("d2", TODAY).lots] == [raw(2)]
    assert [one.uri for one in reads.search(f"https://x.example{path_of(jar(2))}", TODAY).lots] == [jar(2)]
    assert [one.uri for one in reads.search(stamp_path(3), TODAY).lots] == [jar(1)]
    assert [one.uri for one in reads.search(stamp_path(3).rpartition("/")[2], TODAY).lots] == [jar(1)]
    assert [one.number for one in reads.search("cua hang", TODAY).parties] == [told.cast.shop]
    for words in ("%", "_", "", "   ", "không có gì"):
        assert reads.search(words, TODAY).lots == ()


def test_submissions_are_as_logged(told):
    """Anyone can refold a history from what is handed out."""
    key = subject_key(jar(1))
    logs = (log for log in told.world.ledger._logs if any(one.subject == key for one in getattr(log, "touches", ())))
    assert told.reads.submissions(jar(1)) == list(logs)


def test_pending_until_confirmed(sqlite, tmp_path):
    """A record counts once enough blocks follow it."""
    told = projected(sqlite, tmp_path, confirmations=3)
    told.world.stage(told.cast.shop, jar(66))
    told.project()
    assert told.reads.lot(jar(66)).status == "pending"
    told.world.stage(told.cast.coop, raw(3))
    told.project()
    assert told.reads.trace(raw(3), TODAY).verdict is Verdict.PENDING
    told.world.ledger.mine(3)
    told.project()
    assert told.reads.trace(raw(3), TODAY).verdict is Verdict.HOLDS


def test_pending_while_a_record_is_on_its_way(told):
    """What lies in the outbox is not on the chain yet, and pages say so until it is."""
    submission = SignedSubmission("0xA", 1, 9, (Touch(subject_key(raw(3)), Kind.OBSERVE),), b"", b"")
    with told.database.begin() as work:
        row = work.outbox.add("key", submission, "")
    assert told.reads.lot(raw(3)).status == "pending"
    assert told.reads.trace(raw(3), TODAY).verdict is Verdict.PENDING
    assert [one.uri for one in told.reads.lots(status="pending")] == [raw(3)]
    with told.database.begin() as work:
        work.outbox.mark_landed(row.id, 5)
    assert told.reads.trace(raw(3), TODAY).verdict is Verdict.HOLDS


def sign_recall(told, subject, number=1):
    """Put a recall by the inspector into the outbox, as the recorder does while the node is down."""
    world = told.world
    before = len(world.ledger._logs)
    world.recall(told.cast.inspector, subject, note="Có mùi lạ")
    (log,) = world.ledger._logs[before:]
    world.ledger.drop(1)
    world.keep(told.database)
    submission = SignedSubmission(log.signer, 1000 + number, 9, log.touches, log.documents, b"")
    with told.database.begin() as work:
        return work.outbox.add(str(number), submission, ""), log


@pytest.fixture
def lifted(told):
    """The story, with nothing recalled any more."""
    told.world.lift(told.cast.inspector, raw(2))
    told.project()
    return told


def test_a_signed_recall_counts_before_the_chain_has_it(lifted):
    """The node is down: the lot, what was made from it and every stamp on that are recalled at once, all the same."""
    reads = lifted.reads
    assert reads.stamp(stamp_path(1), TODAY).verdict is Verdict.HOLDS
    row, log = sign_recall(lifted, raw(2))
    for uri in (raw(2), jar(1), jar(3)):
        trace = reads.trace(uri, TODAY)
        assert trace.verdict is Verdict.RECALLED
        (shown,) = (one for one in trace.recalls if one.lifted_at is None)
        assert (shown.lot_uri, shown.direct, shown.confirmed) == (raw(2), uri == raw(2), False)
        assert (shown.reason, shown.note, shown.by.number) == ("microbial", "Có mùi lạ", lifted.cast.inspector)
    for number in (1, 36):
        assert reads.stamp(stamp_path(number), TODAY).verdict is Verdict.RECALLED
    assert {one.verdict for one in reads.stamps(jar(1), 1)} == {Verdict.RECALLED}
    assert reads.trace(jar(2), TODAY).verdict is Verdict.HOLDS
    assert [(one.lot_uri, one.confirmed) for one in reads.recalls()] == [(raw(2), False)]
    assert [one.uri for one in reads.lots(status="recalled")] == [raw(2)]
    assert {one.uri for one in reads.lots(status="recalled_source")} == {jar(1), jar(3)}
    assert {one.lot.status for one in reads.forward(raw(2))} == {"recalled_source"}
    lifted.world.ledger.again(log)
    with lifted.database.begin() as work:  # it lands, and the node is gone before the tables have read it back
        work.outbox.mark_landed(row.id, lifted.world.ledger.height())
    assert reads.stamp(stamp_path(1), TODAY).verdict is Verdict.RECALLED
    lifted.project()
    assert reads.stamp(stamp_path(1), TODAY).verdict is Verdict.RECALLED
    assert [(one.lot_uri, one.confirmed) for one in reads.recalls()] == [(raw(2), True)]


def test_a_refused_recall_counts_no_more(lifted):
    """What the chain will never have is taken off again."""
    row, _ = sign_recall(lifted, raw(2))
    assert lifted.reads.stamp(stamp_path(1), TODAY).verdict is Verdict.RECALLED
    with lifted.database.begin() as work:
        work.outbox.mark_refused(row.id, "no")
    assert lifted.reads.stamp(stamp_path(1), TODAY).verdict is Verdict.HOLDS
    assert lifted.reads.recalls() == []


def test_a_signed_recall_of_a_product_reaches_its_lots(lifted):
    """A recall of the product counts from its signature, too."""
    sign_recall(lifted, PRODUCT)
    trace = lifted.reads.trace(jar(2), TODAY)
    assert (trace.verdict, trace.lot.status) == (Verdict.RECALLED, "recalled_source")
    assert [(one.lot_path, one.confirmed) for one in trace.recalls if not one.lifted_at] == [(path_of(PRODUCT), False)]


def test_a_signed_lift_does_not_count_before_the_chain_has_it(told):
    """Safety first: a recall stands until its end is on the chain; unreadable rows of the outbox stop no reader."""
    lift = SignedSubmission("0xA", 1, 9, (Touch(subject_key(raw(2)), Kind.LIFT),), b"", b"")
    with told.database.begin() as work:
        work.outbox.add("lift", lift, "")
        work.outbox.add("odd", replace(lift, operation=2), "")
    with told.database.writing() as connection:
        connection.execute(sa.update(schema.outbox).where(schema.outbox.c.key == "odd").values(touches=b"cut"))
    assert told.reads.stamp(stamp_path(1), TODAY).verdict is Verdict.RECALLED


def test_goods_that_are_on_their_way_are_known(told):
    """A product and a lot that only the outbox holds are pending, not unknown; once they land they are as ever."""
    world, product = told.world, f"{NAMESPACE}/p/NEWNEWNEW0"
    lot = f"{product}/l/N1"
    before = len(world.ledger._logs)
    world.product(told.cast.coop, product, "Bánh gai")
    world.lot(told.cast.coop, lot, 2000)
    gone = world.ledger._logs[before:]
    world.ledger.drop(2)
    rows = []
    for number, log in enumerate(gone):
        submission = SignedSubmission(log.signer, 1000 + number, 9, log.touches, log.documents, b"")
        with told.database.begin() as work:
            rows.append(work.outbox.add(str(number), submission, ""))
    assert told.reads.product(product, TODAY).name.vi == "Bánh gai"
    found = told.reads.lot(lot)
    assert (found.status, found.left.amount, found.product_name.vi, found.genuine) == ("pending", 2, "Bánh gai", True)
    assert told.reads.trace(lot, TODAY).verdict is Verdict.PENDING
    for row, log in zip(rows, gone, strict=True):
        world.ledger.again(log)
        with told.database.begin() as work:
            work.outbox.mark_landed(row.id, 1)
    told.project()
    assert told.reads.trace(lot, TODAY).verdict is Verdict.HOLDS


def test_the_version_follows_the_chain(told):
    """Each new block may change an answer, so it changes the version."""
    versions = {told.reads.version()}
    for _ in range(3):
        told.world.ledger.mine()
        told.project()
        versions.add(told.reads.version())
    assert len(versions) == 4
    assert told.reads.freshness().projected_block == told.world.ledger.height()


def test_before_the_first_look_nothing_is_known(database, tmp_path):
    """A new data folder answers, too."""
    told = projected(database, tmp_path, story=lambda world: None)
    assert told.reads.lots() == []
    assert told.reads.stamp(stamp_path(1), TODAY).verdict is Verdict.UNKNOWN


def test_all_of_a_lot_is_told_alike(told):
    """The same object for all stamps of a lot while nothing changes: a scan costs one look at one stamp."""
    one, other = told.reads.stamp(stamp_path(1), TODAY), told.reads.stamp(stamp_path(2), TODAY)
    assert one.trace is other.trace
    assert told.reads.trace(jar(1), TODAY) is one.trace


def test_the_story_is_told_whole():
    """The story has every kind of record, so that these tests miss none."""
    from tests.projection.fakes import World  # noqa: PLC0415 - one use

    world = World()
    tell(world)
    kinds = {touch.kind for log in world.ledger._logs for touch in getattr(log, "touches", ())}
    assert kinds == set(Kind)
