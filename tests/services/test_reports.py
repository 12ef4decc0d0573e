"""Reports of doubt: what may be sent, who sees it, what offices may do, and that deleting really deletes."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from itertools import count, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from traceability.domain.report_views import masked
from traceability.domain.reports import OPEN, REASONS, ReportState, next_states
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    NotAuthorisedError,
    NotFoundError,
    OcopTraceError,
    RuleViolationError,
    TooManyError,
)
from traceability.ports.reports import ReportQuery
from traceability.services.commands import ReceiveLot, Upload
from traceability.services.report_desk import AnswerReport
from traceability.services.report_guard import LONGEST, QUICKEST, Guard, Limits
from traceability.services.reports import FileReport, _contact

EVERYTHING = ReportQuery()
_phones = count(1)


def phone():
    """Return the token of a visitor who was never here, and an address of his own."""
    number = next(_phones)
    return f"{number:016x}", f"198.51.{number // 250}.{number % 250 + 1}"


def stamp_of(world, name="jars"):
    """Return the path of the first stamp of a lot."""
    return next(iter(world.app.stamps.serials(world.actors["coop"], world.paths[name], 1))).path


def draw(colour="saddlebrown", size=(640, 480), kind="JPEG", **options):
    """Return a picture file."""
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind, **options)
    return target.getvalue()


def send(world, ref, sender=None, *, wait=QUICKEST + timedelta(seconds=1), opened=None, **more):
    """Fill in a form as a person does and send it; return the link."""
    opened = opened or world.app.reports.open_form()
    world.clock.move_to(world.clock.now() + wait)
    command = FileReport(**{"opened": opened, "ref": ref, "reason": "looks_different", **more})
    return world.app.reports.file(command, *(sender or phone()))


def at_desk(world, who="inspector", **query):
    """Return what an office sees, newest first."""
    return world.app.report_desk.for_desk(world.actors[who], ReportQuery(**query), limit=100)


def newest(world):
    """Return the number of the newest report."""
    return at_desk(world)[0].number


def answer(world, who, number, state, text=""):
    """Move a report on."""
    world.app.report_desk.answer(world.actors[who], AnswerReport(number, state, text))


def everything_in(folder):
    """Return all bytes of the observations' files."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("observations.sqlite3*")))


# ----------------------------------------------------------------------------------------------------------- sending
def test_the_whole_way(fresh):
    """Sent, seen at both desks, taken up, answered, closed; its holder reads each step and nothing that betrays."""
    ref = stamp_of(fresh)
    link = send(fresh, ref, reason="package_opened", text="Nắp đã bị mở.", contact="+84 912 345 678", province="38")
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", link)
    held = fresh.app.reports.by_link(link)
    assert (held.state, held.kind, held.link, held.reason) == (ReportState.RECEIVED, "stamp", ref, "package_opened")
    assert (held.product_name.vi, held.contact, held.changes) == ("Mắm tép", "091•••••78", ())
    seen = at_desk(fresh)[0]
    assert (seen.known, seen.lot_path, seen.province) == (True, fresh.paths["jars"], "38")
    assert (seen.contact, seen.contact_hidden) == ("0912345678", False)
    own = at_desk(fresh, "coop")[0]
    assert (own.contact, own.contact_hidden) == ("", True)
    assert fresh.app.report_desk.waiting(fresh.actors["coop"]) == 1

    answer(fresh, "coop", own.number, "looked_at")
    fresh.clock.move_to(fresh.clock.now() + timedelta(hours=2))
    answer(fresh, "coop", own.number, "answered", "Chúng tôi sẽ đổi hũ khác.")
    answer(fresh, "inspector", own.number, "closed")
    held = fresh.app.reports.by_link(link)
    assert [(one.state.value, one.by.name, one.account, one.text) for one in held.changes] == [
        ("looked_at", "Bên coop", "", ""),
        ("answered", "Bên coop", "", "Chúng tôi sẽ đổi hũ khác."),
        ("closed", "Bên inspector", "", ""),
    ]
    told = fresh.app.report_desk.report(fresh.actors["inspector"], own.number).changes
    assert [one.account for one in told] == ["coop", "coop", "inspector"]
    assert held.changes[1].at - held.changes[0].at == timedelta(hours=2)
    assert held.contact == ""
    assert fresh.app.report_desk.waiting(fresh.actors["coop"]) == 0


def test_nothing_of_it_is_on_chain_or_in_the_record(fresh):
    """A report leaves chain, outbox, erasables and blobs as they were."""
    before = fresh.counts()
    send(fresh, stamp_of(fresh), text="Chữ in mờ.", picture=Upload("a.jpg", draw()))
    assert fresh.counts() == before


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_can_be_given(world, reason):
    """Each reason is kept as it is."""
    send(world, world.paths["jars"], reason=reason)
    assert at_desk(world)[0].reason == reason


@pytest.mark.parametrize(
    ("name", "kind", "known", "lot"),
    [("jars", "lot", True, "jars"), ("jar", "product", True, None), ("their lot", "lot", True, "their lot")],
)
def test_lots_and_products_can_be_reported(world, name, kind, known, lot):
    """By their path on this site."""
    send(world, world.paths[name])
    seen = at_desk(world)[0]
    assert (seen.kind, seen.known, seen.path) == (kind, known, world.paths[name])
    assert seen.lot_path == (world.paths[lot] if lot else "")


def test_fakes_are_the_point(world):
    """Unknown stamps, other sites, damaged codes and anything typed are taken, and told from what is known."""
    jar = world.paths["jar"]
    tried = {
        f"{jar}/21/0000000000000000": ("stamp", False, True),
        f"http://localhost:8080{jar}/21/0000000000000000": ("stamp", False, True),
        f"HTTPS://TRACE.FAKE.EXAMPLE{stamp_of(world).upper()}": ("stamp", False, True),
        "/01/09506000134352/10/NOSUCH": ("lot", False, True),
        "/01/08938505974194": ("product", False, False),
        "/p/NOSUCHTHNG/s/AAAAAAAAAAAAAAAAA": ("other", False, False),
        "https://ban-re.example/mam-tep-gia-re": ("other", False, False),
        "MT 2611 chữ mờ": ("other", False, False),
    }
    for typed, (kind, known, product_known) in tried.items():
        send(world, typed)
        seen = at_desk(world)[0]
        assert (seen.kind, seen.known, bool(seen.product_name)) == (kind, known, product_known), typed
    assert {one.known for one in at_desk(world, unknown=True)} == {False}
    foreign = next(one for one in at_desk(world) if "FAKE" in one.link)
    assert foreign.path == ""


def test_the_site_below_a_path_knows_its_own_links(world):
    """Where the service lives at /trace, a link with and without it names the same stamp."""
    subjects = replace(world.app.reports._subjects, base_url="https://example.vn/trace")
    ref = stamp_of(world)
    for typed in (ref, f"/trace{ref}", f"HTTPS://EXAMPLE.VN/TRACE{ref.upper()}", f"{ref}?lang=en"):
        found = subjects.look_up(typed, world.app.context.today())
        assert (found.link, found.known) == (ref, True), typed


def test_the_sender_learns_nothing_about_a_stamp(world):
    """Form and link say the same of a stamp that exists and of one that does not: no more than its product."""
    real, fake = stamp_of(world), world.paths["jar"] + "/21/0000000000000000"
    assert world.app.reports.about(real) == world.app.reports.about(fake)
    held = [world.app.reports.by_link(send(world, ref)) for ref in (real, fake)]
    same = [replace(one, link="", sent_at=None, contact_until=None, deleted_at=None) for one in held]
    assert same[0] == same[1]


# ---------------------------------------------------------------------------------------------------------- bad input
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ref": " "}, "ref"),
        ({"ref": "x" * 301}, "ref"),
        ({"ref": "<script>alert(1)</script>"}, "ref"),
        ({"reason": ""}, "reason"),
        ({"reason": "because"}, "reason"),
        ({"text": "x" * 501}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "<b>bold</b>"}, "text"),
        ({"province": "00"}, "province"),
        ({"contact": "12345"}, "contact"),
        ({"contact": "ai đó@"}, "contact"),
        ({"contact": "a@b"}, "contact"),
        ({"contact": "a" * 300 + "@example.vn"}, "contact"),
        ({"website": "https://spam.example"}, "website"),
        ({"opened": "nonsense"}, "opened"),
        ({"opened": "é" * 500}, "opened"),
        ({"opened": "A" * 54}, "opened"),
        ({"picture": Upload("a.txt", b"not a picture")}, "picture"),
        ({"picture": Upload("empty.jpg", b"")}, "picture"),
        ({"picture": Upload("half.jpg", draw(size=(800, 600))[:900])}, "picture"),
        ({"picture": Upload("tiny.png", draw(size=(8, 8), kind="PNG"))}, "picture"),
        ({"picture": Upload("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")}, "picture"),
        ({"picture": Upload("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40)}, "picture"),
        ({"picture": Upload("huge.jpg", b"\xff" * (6 * 1024 * 1024 + 1))}, "picture"),
        ({"picture": Upload("bomb.png", draw(size=(9000, 9000), kind="PNG"))}, "picture"),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(world, change, field):
    """Each is blamed on its field, in a whole sentence, and no report comes of it."""
    before = [one.number for one in at_desk(world)]
    ref = change.pop("ref", world.paths["jars"])
    with pytest.raises(InvalidInputError) as caught:
        send(world, ref, **change)
    assert caught.value.field == field
    assert str(caught.value).endswith("."), str(caught.value)
    assert "{" not in str(caught.value)
    assert [one.number for one in at_desk(world)] == before


@given(st.text(max_size=40))
def test_any_contact_is_normal_or_refused(typed):
    """Whatever is typed becomes digits, an address, nothing, or a refusal; never anything else."""
    try:
        kept = _contact(typed)
    except InvalidInputError:
        kept = ""
    assert kept == "" or re.fullmatch(r"0\d{9,10}|[^@\s]+@[^@\s]+\.[^@\s]+", kept)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("0912 345 678", "0912345678", "091•••••78"),
        ("+84912345678", "0912345678", "091•••••78"),
        ("84.912.345.678", "0912345678", "091•••••78"),
        ("Co.Lan@Example.VN", "Co.Lan@example.vn", "Co••an@example.vn"),
        ("ab@example.vn", "ab@example.vn", "•••@example.vn"),
    ],
)
def test_contacts_are_normalised_and_shown_masked(world, typed, kept, shown):
    """Telephone numbers in digits with a leading zero, hosts in small letters; the holder sees only the ends."""
    link = send(world, world.paths["jars"], contact=typed)
    assert at_desk(world)[0].contact == kept
    assert world.app.reports.by_link(link).contact == masked(kept) == shown


def test_a_picture_loses_its_metadata(world):
    """What is kept has another encoding, no Exif with its place, and is the size of a phone's screen at most."""
    exif = Image.Exif()
    exif[0x9286] = "chụp ở nhà cô Lan"
    exif[0x010F] = "SECRETPHONE"
    sent = draw(size=(2400, 1800), exif=exif.tobytes())
    assert b"SECRETPHONE" in sent
    link = send(world, world.paths["jars"], picture=Upload("IMG_0001.jpg", sent))
    kept = world.app.reports.picture_by_link(link)
    assert world.app.report_desk.picture(world.actors["inspector"], newest(world)) == kept
    opened = Image.open(io.BytesIO(kept.data))
    assert (kept.media_type, max(opened.size), len(opened.getexif())) == ("image/jpeg", 1600, 0)
    assert b"SECRETPHONE" not in kept.data


# ---------------------------------------------------------------------------------------------------------- anti-spam
def test_one_form_is_one_report(world):
    """Sent twice, a form gives the same link and one report, also when the second one says something else."""
    opened, sender = world.app.reports.open_form(), phone()
    first = send(world, world.paths["jars"], sender, opened=opened)
    number = newest(world)
    assert send(world, world.paths["jars"], sender, opened=opened, text="khác") == first
    assert newest(world) == number


def test_a_program_is_too_quick_and_a_form_grows_old(world):
    """Within three seconds nobody has read the form; after a day it is renewed. In between it holds."""
    for wait in (QUICKEST, LONGEST):
        send(world, world.paths["jars"], wait=wait)
    for wait in (QUICKEST / 2, LONGEST + QUICKEST):
        with pytest.raises(InvalidInputError) as caught:
            send(world, world.paths["jars"], wait=wait)
        assert caught.value.field == "opened"


def test_a_form_cannot_be_forged(world):
    """One bit changed anywhere in what the form carries, and it is none of ours."""
    opened = world.app.reports.open_form()
    world.clock.move_to(world.clock.now() + timedelta(minutes=1))
    guard = world.app.reports._guard
    assert guard.form_of(opened, world.clock.now())
    for place in range(0, len(opened) - 1, 5):
        other = opened[:place] + ("A" if opened[place] != "A" else "B") + opened[place + 1 :]
        with pytest.raises(InvalidInputError):
            guard.form_of(other, world.clock.now())
    with pytest.raises(InvalidInputError):
        Guard(b"another secret", Limits()).form_of(opened, world.clock.now())


def test_links_cannot_be_guessed(world):
    """A thousand forms give a thousand links of 128 bits, and the store holds none of them."""
    guard, now = world.app.reports._guard, world.clock.now()
    links = {guard.link_of(guard.form_of(guard.open_form(now - QUICKEST), now)) for _ in range(1000)}
    assert len(links) == 1000
    link = send(world, world.paths["jars"])
    assert link.encode() not in everything_in(world.app.settings.data_dir)
    with pytest.raises(NotFoundError):
        world.app.reports.by_link(link[:-1] + ("A" if link[-1] != "A" else "B"))


def test_a_phone_may_send_ten_a_day(fresh):
    """The eleventh is refused with when to go on; the next day there is room again, and others had room all along."""
    visitor, address = phone()
    for number in range(10):
        send(fresh, fresh.paths["jars"], (visitor, address), text=f"Hũ số {number}")
    with pytest.raises(TooManyError) as caught:
        send(fresh, fresh.paths["jars"], (visitor, address), text="Hũ nữa")
    assert (caught.value.status, caught.value.facts) == (429, {"count": 10})
    send(fresh, fresh.paths["jars"])
    fresh.clock.move_to(fresh.clock.now() + timedelta(days=1))
    send(fresh, fresh.paths["jars"], (visitor, address), text="Hũ hôm sau")


def test_a_market_behind_one_address_gets_through(fresh):
    """Sixty phones of one network report within the hour; the sixty-first waits, and an hour later goes on."""
    market = "203.0.113.7"
    for number in range(60):
        send(fresh, f"{fresh.paths['jar']}/21/{number:016d}0", (phone()[0], market))
    with pytest.raises(TooManyError):
        send(fresh, fresh.paths["jars"], (phone()[0], market))
    send(fresh, fresh.paths["jars"], (phone()[0], "203.0.113.8"))
    fresh.clock.move_to(fresh.clock.now() + timedelta(hours=1))
    send(fresh, fresh.paths["jars"], (phone()[0], market))


def test_a_whole_ipv6_network_is_one(fresh):
    """Whoever changes his address inside his own /64 stays within the limit of one."""
    fresh.app.reports._guard = replace(fresh.app.reports._guard, limits=Limits(network_hour=2))
    for host in ("1", "2"):
        send(fresh, fresh.paths["jars"], (phone()[0], f"2001:db8:1:2::{host}"))
    with pytest.raises(TooManyError):
        send(fresh, fresh.paths["jars"], (phone()[0], "2001:db8:1:2:ffff::3"))
    send(fresh, fresh.paths["jars"], (phone()[0], "2001:db8:1:3::1"))


def test_of_one_stamp_twenty_reports_wait_at_most(fresh):
    """After twenty the offices know; an answered one makes room. Lots and products have no such cap."""
    ref = stamp_of(fresh)
    for _ in range(20):
        send(fresh, ref)
    with pytest.raises(TooManyError, match="offices know"):
        send(fresh, f"http://localhost:8080{ref}")
    answer(fresh, "inspector", newest(fresh), "answered", "Tem này đã bị sao chép.")
    send(fresh, ref)
    for _ in range(21):
        send(fresh, fresh.paths["jars"])


def test_the_same_report_again_is_recognised(world):
    """The same visitor, thing, reason and words on one day: refused, without the other one's link."""
    sender = phone()
    link = send(world, world.paths["jars"], sender, text="Tem bị MỜ quá")
    with pytest.raises(AlreadyExistsError) as caught:
        send(world, world.paths["jars"], sender, text="tem bi mo  quá")
    assert link not in str(caught.value)
    send(world, world.paths["jars"], sender, text="Tem bị rách")
    send(world, world.paths["jars"], sender, text="Tem bị MỜ quá", reason="quality")
    send(world, world.paths["jars"], text="Tem bị MỜ quá")


def test_full_limits_cost_no_decoding(fresh, monkeypatch):
    """A picture is not looked at for somebody whose reports are not taken."""
    fresh.app.reports._guard = replace(fresh.app.reports._guard, limits=Limits(visitor_day=1))
    sender = phone()
    send(fresh, fresh.paths["jars"], sender)
    monkeypatch.setattr(fresh.app.reports, "_picture", lambda _: pytest.fail("a picture was decoded"))
    with pytest.raises(TooManyError):
        send(fresh, fresh.paths["jars"], sender, picture=Upload("a.jpg", draw()))


# ------------------------------------------------------------------------------------------------------ who may do what
@pytest.fixture(scope="module")
def filed(world):
    """A report of each kind of goods, by our name for them."""
    refs = {
        "coop": world.paths["jars"],
        "other": world.paths["their lot"],
        "nobody": "/01/08938505974194/21/AAAAAAAAAAAAAAAA0",
    }
    found = {}
    for name, ref in refs.items():
        send(world, ref, contact="0912345678", picture=Upload("a.jpg", draw()))
        found[name] = newest(world)
    return found


STRANGERS = ("coop", "other", "shop", "operator")

ACTS = {
    "report": lambda desk, actor, number: desk.report(actor, number),
    "picture": lambda desk, actor, number: desk.picture(actor, number),
    "answer": lambda desk, actor, number: desk.answer(actor, AnswerReport(number, "looked_at")),
    "erase contact": lambda desk, actor, number: desk.erase(actor, number, "contact"),
    "erase picture": lambda desk, actor, number: desk.erase(actor, number, "picture"),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "whose"), [pair for pair in product(STRANGERS, ("coop", "other", "nobody")) if pair[0] != pair[1]]
)
def test_nobody_touches_reports_of_others_goods(world, filed, who, whose, act):
    """Every role, against every other participant's reports: refused, and nothing has changed."""
    before = at_desk(world)
    with pytest.raises(NotAuthorisedError):
        ACTS[act](world.app.report_desk, world.actors[who], filed[whose])
    assert at_desk(world) == before


def test_lists_hold_ones_own_only(world, filed):
    """A cooperative's list, count and choice of products name its own goods; the operator has no list at all."""
    desk = world.app.report_desk
    for who, whose in (("coop", {"coop"}), ("other", {"other"}), ("shop", set())):
        numbers = {one.number for one in at_desk(world, who)}
        assert {name for name, number in filed.items() if number in numbers} == whose
        assert at_desk(world, who, participant=1) == at_desk(world, who)
    assert {one.name.vi for one in desk.products(world.actors["other"]).values()} == {"Thịt lợn"}
    assert {name for name in filed if filed[name] in {one.number for one in at_desk(world)}} == set(filed)
    for ask in (desk.waiting, desk.products, lambda actor: desk.for_desk(actor, EVERYTHING)):
        with pytest.raises(NotAuthorisedError):
            ask(world.actors["operator"])


def test_whoever_held_the_lot_sees_it_with_the_producer(fresh):
    """A shop that has received a lot sees reports of it from then on, as does the producer of the goods."""
    lot = fresh.paths["on its way"]
    when = fresh.clock.now().isoformat()
    fresh.app.lots.receive(fresh.actors["shop"], ReceiveLot("arrived", lot, when))
    send(fresh, lot)
    number = newest(fresh)
    for who in ("coop", "shop", "inspector"):
        assert fresh.app.report_desk.report(fresh.actors[who], number).lot_path == lot
    with pytest.raises(NotAuthorisedError):
        fresh.app.report_desk.report(fresh.actors["other"], number)


def test_a_contact_is_shown_as_its_sender_wants(world):
    """Inspectors see it; the cooperative only with the tick. What it may not see it may not delete."""
    hidden = send(world, world.paths["jars"], contact="0912345678")
    number = newest(world)
    desk, coop = world.app.report_desk, world.actors["coop"]
    assert desk.report(coop, number).contact == ""
    assert desk.report(world.actors["inspector"], number).contact == "0912345678"
    with pytest.raises(NotAuthorisedError):
        desk.erase(coop, number, "contact")
    assert world.app.reports.by_link(hidden).contact
    send(world, world.paths["jars"], contact="lan@example.vn", shared=True)
    assert desk.report(coop, newest(world)).contact == "lan@example.vn"
    desk.erase(coop, newest(world), "contact")
    assert desk.report(world.actors["inspector"], newest(world)).contact == ""
    send(world, world.paths["jars"], shared=True)
    assert not desk.report(coop, newest(world)).contact_hidden


def test_filters(world, filed):
    """By state, product and place, alone and together."""
    send(world, world.paths["jars"], province="79", text="lọc")
    number = newest(world)
    jar = world.app.reads.product(world.paths["jar"], world.app.context.today()).uri
    assert number in [one.number for one in at_desk(world, product=jar, province="79", states=("received",))]
    assert number not in [one.number for one in at_desk(world, states=("closed",))]
    assert {one.province for one in at_desk(world, province="79")} == {"79"}
    assert filed["other"] not in [one.number for one in at_desk(world, product=jar)]


# -------------------------------------------------------------------------------------------------------------- states
ROLES = {"coop": "cooperative", "inspector": "inspector"}


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("before", [one for one in ReportState if one is not ReportState.WITHDRAWN])
@pytest.mark.parametrize("after", list(ReportState))
def test_states_follow_each_other(world, who, before, after):
    """What the domain allows happens with author and time; anything else is refused and changes nothing."""
    send(world, world.paths["jars"])
    number = newest(world)
    if before is not ReportState.RECEIVED:
        answer(world, who, number, "answered", "Đã trả lời.")
    if before not in {ReportState.RECEIVED, ReportState.ANSWERED}:
        answer(world, who, number, before.value, "")
    allowed = next_states(before, ROLES[who], ROLES[who])
    seen = world.app.report_desk.report(world.actors[who], number)
    assert (seen.state, seen.next_states) == (before, allowed)
    if after in allowed:
        answer(world, who, number, after.value, "Lời nhắn.")
        last = world.app.report_desk.report(world.actors[who], number).changes[-1]
        assert (last.state, last.at, last.account) == (after, world.clock.now(), who)
    else:
        with pytest.raises(RuleViolationError):
            answer(world, who, number, after.value, "Lời nhắn.")
        assert world.app.report_desk.report(world.actors[who], number) == seen


def test_a_cooperative_ends_nothing_in_silence(world):
    """It closes what it has answered, and not what an inspector has closed."""
    send(world, world.paths["jars"])
    number = newest(world)
    with pytest.raises(RuleViolationError) as caught:
        answer(world, "coop", number, "closed", "Xong.")
    assert caught.value.field == "text"
    with pytest.raises(InvalidInputError):
        answer(world, "coop", number, "answered", " ")
    with pytest.raises(InvalidInputError):
        answer(world, "inspector", number, "closed", "")
    answer(world, "inspector", number, "closed", "Không phải hàng ở đây.")
    for state in ("looked_at", "answered"):
        with pytest.raises(NotAuthorisedError):
            answer(world, "coop", number, state, "Mở lại.")
    answer(world, "inspector", number, "looked_at")


@pytest.mark.parametrize("text", ["x" * 1001, "<i>markup</i>", "a\x07b"])
def test_bad_answers_are_refused(world, text):
    """Too long, with markup or control characters: blamed on the text."""
    send(world, world.paths["jars"])
    with pytest.raises(InvalidInputError) as caught:
        answer(world, "coop", newest(world), "answered", text)
    assert caught.value.field == "text"


def test_what_is_not_there(world):
    """A number, a link, a picture, a state and a part that nobody knows."""
    desk, inspector = world.app.report_desk, world.actors["inspector"]
    send(world, world.paths["jars"])
    for act in (
        lambda: desk.report(inspector, 10**9),
        lambda: desk.picture(inspector, newest(world)),
        lambda: world.app.reports.by_link("é" * 1000),
        lambda: world.app.reports.withdraw("AAAAAAAAAAAAAAAAAAAAAA"),
    ):
        with pytest.raises(NotFoundError):
            act()
    for act in (lambda: answer(world, "coop", newest(world), "lost"), lambda: desk.erase(inspector, 1, "everything")):
        with pytest.raises(InvalidInputError):
            act()


# ---------------------------------------------------------------------------------------------------------- forgetting
WORDS = "Nắp hũ phồng lên bất thường"


@pytest.fixture
def with_everything(fresh):
    """A report with words, contact and picture, and the bytes that must disappear with them."""
    link = send(fresh, fresh.paths["jars"], text=WORDS, contact="0987654321", picture=Upload("a.jpg", draw("teal")))
    picture = fresh.app.reports.picture_by_link(link).data
    marks = {"words": WORDS.encode(), "contact": b"0987654321", "picture": picture[200:264]}
    kept = everything_in(fresh.app.settings.data_dir)
    assert all(mark in kept for mark in marks.values())
    return fresh, link, marks


def gone(world, marks, *names):
    """Tell which of the named parts are nowhere in the files any more, and that the others are there."""
    kept = everything_in(world.app.settings.data_dir)
    return {name for name, mark in marks.items() if mark not in kept} == set(names)


def test_the_holder_deletes_the_contact(with_everything):
    """It is gone from the files at once; everything else stays. Deleting again is no error."""
    world, link, marks = with_everything
    for _ in range(2):
        world.app.reports.erase_contact(link)
        assert gone(world, marks, "contact")
        assert world.app.reports.by_link(link).contact == ""
    assert world.app.reports.by_link(link).text == WORDS


def test_the_holder_withdraws(with_everything):
    """Words, contact and picture are gone from the files; that there was a report, and when, stays for the offices."""
    world, link, marks = with_everything
    world.app.reports.withdraw(link)
    assert gone(world, marks, "words", "contact", "picture")
    held = world.app.reports.by_link(link)
    assert (held.state, held.text, held.contact, held.picture) == (ReportState.WITHDRAWN, "", "", False)
    with pytest.raises(NotFoundError):
        world.app.reports.picture_by_link(link)
    world.app.reports.withdraw(link)
    assert len(world.app.reports.by_link(link).changes) == 1
    for who in ("coop", "inspector"):
        assert at_desk(world, who)[0].state is ReportState.WITHDRAWN
        with pytest.raises(RuleViolationError):
            answer(world, who, newest(world), "answered", "Lời nhắn.")
    assert world.app.report_desk.waiting(world.actors["inspector"]) == 0


def test_the_desk_deletes(with_everything):
    """An inspector deletes contact and picture; both are gone from the files."""
    world, link, marks = with_everything
    world.app.report_desk.erase(world.actors["inspector"], newest(world), "picture")
    assert gone(world, marks, "picture")
    world.app.report_desk.erase(world.actors["inspector"], newest(world), "contact")
    assert gone(world, marks, "picture", "contact")
    assert world.app.reports.by_link(link).text == WORDS


def test_closing_deletes_the_contact(with_everything):
    """Who was answered need not be reached any more."""
    world, _, marks = with_everything
    answer(world, "inspector", newest(world), "closed", "Đã kiểm tra, lô hàng đạt.")
    assert gone(world, marks, "contact")


def test_time_deletes(with_everything):
    """Visitors' tokens go with the day, the contact after 90 days, everything after two years."""
    world, link, marks = with_everything
    sent = world.app.reports.by_link(link)
    world.app.reports.prune()
    with world.app.observations.view() as work:
        assert work.reports.by_number(newest(world)).visitor
    world.clock.move_to(world.clock.now() + timedelta(days=1))
    world.app.reports.prune()
    with world.app.observations.view() as work:
        kept = work.reports.by_number(newest(world))
    assert (kept.visitor, kept.network, kept.contact) == ("", "", "0987654321")
    world.clock.move_to(sent.contact_until + timedelta(minutes=1))
    assert world.app.reports.prune() == 1
    assert gone(world, marks, "contact")
    world.clock.move_to(sent.deleted_at + timedelta(minutes=1))
    assert world.app.reports.prune() == 1
    assert gone(world, marks, "words", "contact", "picture")
    with pytest.raises(NotFoundError):
        world.app.reports.by_link(link)
    assert at_desk(world) == []
    assert world.app.reports.prune() == 0


def test_open_states_are_those_that_wait():
    """The badge counts what nobody has answered."""
    assert OPEN == (ReportState.RECEIVED, ReportState.LOOKED_AT)
    assert all(issubclass(one, OcopTraceError) for one in (TooManyError, AlreadyExistsError))
