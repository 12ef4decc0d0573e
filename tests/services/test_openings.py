"""Second codes: right once, told to all who come later, and not to be found by trying."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest

from tests.services.conftest import NOW, key
from tests.services.sighted import stamp as imagined
from traceability.domain.stamp_life import Span, StampState
from traceability.errors import InvalidInputError, NotFoundError, RuleViolationError, TooManyError
from traceability.projection.observations.database import FILE
from traceability.services.openings import NETWORK_LIMIT, STAMP_LIMIT, VISITOR_LIMIT, read_code
from traceability.services.stamp_commands import ActivateStamps, IssueStamps, PrintStamps, VoidStamps

ADDRESS = "203.0.113.20"
SHOPPER, STRANGER = "a" * 16, "b" * 16
EACH, TESTS = 10, 40
"""Stamps for one test, and tests at most."""


class Shelf:
    """Stamps with second codes, on goods in a shop; the last one is not activated.

    Each test has ten of them, and comes two days after the one before, so that none meets the tries of another.
    """

    def __init__(self, world):
        self.world, self.app = world, world.app
        self.before = -EACH
        self.now = NOW
        self.lot = world.make_jars(str(EACH * TESTS + 1))
        coop = world.actors["coop"]
        self.app.stamps.issue(coop, IssueStamps(key(), self.lot, str(EACH * TESTS + 1)))
        self.app.stamps.print(coop, PrintStamps(key(), self.lot, "1", medium="csv", codes=True))
        self.app.stamps.activate(coop, ActivateStamps(key(), self.lot, "1", "1", str(EACH * TESTS)))
        self.printed = list(self.app.stamps.serials(coop, self.app.reads.lot(self.lot).uri, 1, codes=True))

    def begin(self):
        """Turn to the stamps of the next test."""
        self.before += EACH
        assert self.before < EACH * TESTS
        self.wait(days=2)
        self.now = self.world.clock.now()
        return self

    def wait(self, **delta):
        """Let time pass."""
        self.world.clock.move_to(self.world.clock.now() + timedelta(**delta))

    def item(self, number):
        """Return a stamp as it was printed; 0 is the one that is not activated."""
        return self.printed[self.before + number - 1 if number else -1]

    def stamp(self, number):
        """Return what a scan finds."""
        return self.app.reads.stamp(self.item(number).path, self.app.context.today())

    def code(self, number):
        """Return what is printed under the scratch layer."""
        return self.item(number).code

    def wrong(self, number):
        """Return a code that is not the stamp's."""
        code = self.code(number)
        return code[:-1] + ("0" if code[-1] != "0" else "1")

    def open(self, number, code=None, visitor=SHOPPER, address=ADDRESS):
        """Use a code."""
        return self.app.openings.open(self.stamp(number), code or self.code(number), visitor, address)


@pytest.fixture(scope="module")
def shop(world):
    """The shelf of all tests."""
    return Shelf(world)


@pytest.fixture
def shelf(shop):
    """The stamps of one test."""
    return shop.begin()


def refused(act, error, words):
    """Check that a code is refused with a whole sentence about the field, and return the error."""
    with pytest.raises(error, match=words) as caught:
        act()
    assert "{" not in str(caught.value)
    assert caught.value.field == "code"
    return caught.value


# ---------------------------------------------------------------------------------------------------------------- right
def test_the_first_is_told_so_and_everybody_after_him_on_which_day_it_was(shelf):
    """The code opens once; later the same code tells when that was, to its first user, too."""
    first = shelf.open(1)
    assert (first.first, first.at) == (True, shelf.now)
    shelf.wait(days=3)
    for visitor in (SHOPPER, STRANGER):
        again = shelf.open(1, visitor=visitor)
        assert (again.first, again.at) == (False, shelf.now)


def test_a_code_is_read_as_people_type_it(shelf):
    """Small letters, spaces, dashes, and O, I and L for what they are mistaken for."""
    code = shelf.code(1)
    typed = f" {code[:4].lower()}-{code[4:].lower()} ".replace("0", "o").replace("1", "l")
    assert shelf.open(1, typed).first


def test_opening_is_seen_at_once_by_everybody(shelf):
    """State, page and desk of the lot know of it, before and after the next scan is written."""
    scans, view = shelf.app.scans, shelf.stamp(1)
    opened = scans.opened_among(view.trace.lot.uri, 1, 1, EACH * TESTS)
    assert scans.state(view) is StampState.ACTIVATED
    scans.note(view, SHOPPER, "")
    assert scans.state(view) is StampState.CHECKED
    shelf.open(1)
    assert scans.seen(view, STRANGER).opened_at == shelf.now
    assert scans.state(view) is StampState.OPENED
    scans.flush()
    assert (scans.state(view), scans.seen(view, STRANGER).opened_at) == (StampState.OPENED, shelf.now)
    assert scans.counts(view.trace.lot.uri)[1].opened == opened + 1


def test_looks_after_the_opening_are_signals_but_not_those_of_its_user(shelf):
    """Who opened the package may look again; a stranger who does is worth a note."""
    scans, view = shelf.app.scans, shelf.stamp(1)
    scans.note(view, SHOPPER, "")
    shelf.open(1)
    shelf.wait(minutes=5)
    scans.note(view, SHOPPER, "")
    scans.flush()
    assert scans.seen(view, SHOPPER).signals == ()
    scans.note(view, STRANGER, "")
    scans.flush()
    assert [one.rule for one in scans.seen(view, SHOPPER).signals] == ["opened_before"]


def test_of_two_at_the_same_moment_one_is_first(shelf):
    """However many use the code at once, exactly one is told that nobody opened it before."""
    found, barrier = [], Barrier(6)

    def use(place):
        barrier.wait()
        found.append(shelf.open(1, visitor=f"{place:016}"))

    threads = [Thread(target=use, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.first for one in found) == [False] * 5 + [True]


# ---------------------------------------------------------------------------------------------------------------- wrong
def test_wrong_codes_are_limited_for_each_stamp(shelf):
    """Five a day over all visitors; then even the right code waits, and the sentence says until when."""
    for tried in range(STAMP_LIMIT):
        guess = partial(shelf.open, 1, shelf.wrong(1), f"{tried:016}")
        error = refused(guess, InvalidInputError, "not the code of this stamp")
        assert error.facts["left"] == STAMP_LIMIT - 1 - tried
    error = refused(lambda: shelf.open(1), TooManyError, "tried on this stamp")
    assert error.facts["until"] == shelf.now + timedelta(days=1)
    assert error.status == 429
    assert shelf.open(2).first, "other stamps go on"
    shelf.wait(days=1, seconds=1)
    assert shelf.open(1).first


def test_wrong_codes_are_limited_for_each_visitor(shelf):
    """Ten an hour over all stamps; another visitor goes on meanwhile."""
    for tried in range(VISITOR_LIMIT):
        with pytest.raises(InvalidInputError):
            shelf.open(1 + tried // 2, shelf.wrong(1 + tried // 2))
    error = refused(lambda: shelf.open(8), TooManyError, "You have tried")
    assert error.facts["until"] == shelf.now + timedelta(hours=1)
    assert shelf.open(8, visitor=STRANGER).first
    shelf.wait(hours=1, seconds=1)
    assert shelf.open(9).first


def test_wrong_codes_are_limited_for_each_network(shelf, monkeypatch):
    """A vandal who takes a new name for each try cannot use up the tries of all stamps in a shop."""
    monkeypatch.setattr("traceability.services.openings.NETWORK_LIMIT", 8)
    for tried in range(8):
        with pytest.raises(InvalidInputError):
            shelf.open(1 + tried // 2, shelf.wrong(1 + tried // 2), f"{tried:016}")
    error = refused(lambda: shelf.open(8, shelf.wrong(8), STRANGER), TooManyError, "from your network")
    assert error.facts["until"] > shelf.now
    assert shelf.open(8, visitor=STRANGER, address="203.0.113.21").first
    assert NETWORK_LIMIT >= 10 * VISITOR_LIMIT, "a market behind one address has room"


def test_tries_at_the_same_moment_are_all_counted(shelf):
    """Twenty wrong codes at once use up five tries and no more: the others are refused unread."""
    found, barrier = [], Barrier(20)

    def guess(place):
        barrier.wait()
        try:
            shelf.open(1, shelf.wrong(1), f"{place:016}", f"203.0.113.{place}")
        except (InvalidInputError, TooManyError) as error:
            found.append(type(error))

    threads = [Thread(target=guess, args=(place,)) for place in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count(InvalidInputError), found.count(TooManyError)) == (STAMP_LIMIT, 15)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "8 letters and digits, and this one has 0"),
        ("ABCD123", "has 7"),
        ("ABCD12345", "has 9"),
        ("ABCDUUUU", "never the letter U"),
        ("ABCD12?4", "only letters and digits"),
        ("mã số đó", "has 6"),
        ("1" * 10_000, "has 10000"),
    ],
)
def test_what_cannot_be_a_code_uses_up_no_try(shelf, typed, words):
    """Length and characters are looked at first, and the sentence says what is wrong."""
    for _ in range(STAMP_LIMIT + 1):
        refused(lambda: shelf.app.openings.open(shelf.stamp(1), typed, SHOPPER, ADDRESS), InvalidInputError, words)
    with shelf.app.observations.view() as work:
        assert work.openings.failures_of_visitor(SHOPPER, shelf.now - timedelta(days=9)) == []


def test_a_code_of_the_neighbour_opens_nothing(shelf):
    """Each stamp has its own code; the next one's is as wrong as any."""
    refused(lambda: shelf.open(1, shelf.code(2)), InvalidInputError, "not the code")


# --------------------------------------------------------------------------------------------------------- not openable
def test_what_is_not_on_goods_or_void_opens_nothing(shelf):
    """The right code of such a stamp is refused with why, and uses up no try."""
    refused(lambda: shelf.open(0), RuleViolationError, "not been put on goods")
    number = str(shelf.item(1).number)
    command = VoidStamps(key(), shelf.lot, "1", "stolen", number, number)
    shelf.app.stamps.void(shelf.world.actors["coop"], command)
    refused(lambda: shelf.open(1), RuleViolationError, "void")
    assert shelf.app.scans.state(shelf.stamp(1)) is StampState.VOID
    with shelf.app.observations.view() as work:
        assert work.openings.failures_of_visitor(SHOPPER, shelf.now - timedelta(days=1)) == []


def test_stamps_without_codes_and_unknown_ones_are_told_apart(shelf):
    """A stamp printed without a code has none to use; one that was never issued is not found."""
    openings, view = shelf.app.openings, shelf.stamp(1)
    plain = replace(view, span=Span(1, 9, printed_at=shelf.now, printings=1, codes=False, activated_at=shelf.now))
    with pytest.raises(RuleViolationError, match="without a code"):
        openings.open(plain, "ABCD1234", SHOPPER, ADDRESS)
    with pytest.raises(NotFoundError):
        openings.open(imagined(span=None, trace=None), "ABCD1234", SHOPPER, ADDRESS)


# -------------------------------------------------------------------------------------------------------------- keeping
def test_no_code_and_nothing_of_one_is_kept(shelf):
    """Neither right nor wrong codes are in any file of the data folder, in clear or as their letters packed."""
    codes = [shelf.code(1), shelf.wrong(2)]
    shelf.open(1)
    with pytest.raises(InvalidInputError):
        shelf.open(2, codes[1])
    shelf.app.scans.flush()
    folder = shelf.app.settings.data_dir
    files = [path for path in folder.rglob("*") if path.is_file() and "prints" not in path.parts]
    assert any(path.name == FILE for path in files)
    for path in files:
        data = path.read_bytes()
        for code in codes:
            assert code.encode() not in data, path
            assert read_code(code).lower().encode() not in data, path


def test_neither_scans_nor_openings_reach_the_chain_or_the_record(shelf):
    """Looking, offering a place and opening leave chain, outbox and every table of the projection as they were."""
    before = shelf.world.counts()
    scans, view = shelf.app.scans, shelf.stamp(1)
    scans.note(view, SHOPPER, "https://facebook.com/x")
    scans.offer_place(view, SHOPPER, "15286")
    shelf.open(1)
    with pytest.raises(InvalidInputError):
        shelf.open(2, shelf.wrong(2))
    scans.flush()
    shelf.app.recorder.renew()
    shelf.app.relayer.flush()
    shelf.app.indexer.advance()
    assert shelf.world.counts() == before


def test_an_opening_outlives_a_rebuild_of_the_record(shelf):
    """The database of observations is no projection: making the tables anew leaves it alone."""
    shelf.open(1)
    shelf.app.indexer.rebuild()
    assert not shelf.open(1).first
