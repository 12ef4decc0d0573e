"""The limiter of unknown stamps: a guesser waits, a market behind one address does not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.services.guessing import (
    ADDRESS_LIMIT,
    REMEMBERED,
    VISITOR_LIMIT,
    WINDOW,
    Counter,
    Guessing,
    network,
)

MARKET = "198.51.100.4"


class Seconds:
    """A clock in seconds."""

    def __init__(self):
        self.now = 1_000_000.0 - 1_000_000.0 % WINDOW

    def __call__(self):
        return self.now


class Site:
    """Answers as the pages do: what is noted, and what is told."""

    def __init__(self):
        self.seconds = Seconds()
        self.guessing = Guessing(self.seconds)

    def ask(self, visitor, address, *, real):
        """Return 200, 404 or 429."""
        if real:
            self.guessing.found(visitor, self.seconds())
            return 200
        self.guessing.missed(visitor, address)
        return 404 if self.guessing.may_answer(visitor, address) else 429


@pytest.fixture
def site():
    """A site that nobody has asked yet."""
    return Site()


def test_a_guesser_waits(site):
    """After twenty serials that do not exist a visitor is told to wait, and ten minutes later he is told again."""
    answers = [site.ask("guesser", MARKET, real=False) for _ in range(VISITOR_LIMIT + 5)]
    assert answers == [404] * VISITOR_LIMIT + [429] * 5
    site.seconds.now += 2 * WINDOW
    assert site.ask("guesser", MARKET, real=False) == 404


def test_a_shopper_with_the_guessers_phone_is_answered(site):
    """Phones of one model behind one address are one visitor: a real stamp is answered whatever another one did."""
    for _ in range(VISITOR_LIMIT * 5):
        site.ask("the same phone", MARKET, real=False)
    assert site.ask("the same phone", MARKET, real=True) == 200


def test_a_real_stamp_makes_up_for_mistakes(site):
    """Who scanned a real stamp within ten minutes, before or after, is no guesser."""
    site.ask("clumsy", MARKET, real=True)
    assert [site.ask("clumsy", MARKET, real=False) for _ in range(60)] == [404] * 60
    assert site.ask("clumsy", MARKET, real=True) == 200
    site.seconds.now += WINDOW - 1
    assert site.ask("clumsy", MARKET, real=True) == 200


def test_a_market_behind_one_address_goes_on_scanning(site):
    """Five hundred phones and a guesser share an address: every real stamp is answered, the guesser is not."""
    dice = random.Random(7)
    wrong = {}
    for second in range(1800):
        site.seconds.now += 1
        for _ in range(3):
            phone = f"phone {dice.randrange(500)}"
            assert site.ask(phone, MARKET, real=True) == 200
        if second % 10 == 0:  # a smudged code now and then
            assert site.ask(f"phone {dice.randrange(500)}", MARKET, real=False) in {404, 429}
        for _ in range(5):
            answer = site.ask("guesser", MARKET, real=False)
            wrong[answer] = wrong.get(answer, 0) + 1
    assert wrong[404] < 100
    assert wrong[429] > 8900
    assert site.ask("somebody new", MARKET, real=True) == 200


def test_a_guesser_with_many_names_is_stopped_by_his_address(site):
    """A new User-Agent for each guess gets three hundred answers in ten minutes; real stamps there are still told."""
    answers = [site.ask(f"name {number}", MARKET, real=False) for number in range(1000)]
    assert answers.count(404) == ADDRESS_LIMIT - 1
    assert set(answers[ADDRESS_LIMIT:]) == {429}
    assert site.ask("a shopper beside him", MARKET, real=True) == 200
    assert site.ask("a shopper elsewhere", "198.51.100.5", real=False) == 404


def test_memory_is_bounded(site):
    """However many names and addresses come, only so many are remembered."""
    for number in range(REMEMBERED + 500):
        site.ask(f"name {number}", f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", real=False)
        site.guessing.found(f"finder {number}", site.seconds())
    assert site.guessing.sizes() == (REMEMBERED, REMEMBERED, REMEMBERED)


def test_who_no_longer_counts_is_forgotten():
    """An address stays in memory for two windows at most, once anybody else comes."""
    counter = Counter(WINDOW)
    for address in ("a", "b", "c"):
        counter.add(address, 0)
    counter.add("d", WINDOW)
    assert len(counter) == 4
    counter.add("d", 2 * WINDOW)
    assert len(counter) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("198.51.100.4", "198.51.100.5", False),
        ("::ffff:198.51.100.4", "198.51.100.4", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("unix:", "unix:", True),
        ("", "x", False),
    ],
)
def test_a_customer_is_an_address_or_a_network(one, other, same):
    """IPv4 by address, however it is written; IPv6 by its /64; anything else as it stands."""
    assert (network(one) == network(other)) is same


@given(st.lists(st.integers(0, 4000), max_size=60))
def test_the_counter_is_never_far_from_a_count_of_every_moment(moments):
    """It forgets within two windows, never counts what is not there, and is exact for a burst in one window."""
    counter, start = Counter(WINDOW), 600_000.0
    for moment in sorted(moments):
        counter.add("key", start + moment)
    end = start + max(moments, default=0)
    windows = [int((start + moment) // WINDOW) for moment in moments]
    here, before = windows.count(int(end // WINDOW)), windows.count(int(end // WINDOW) - 1)
    assert here <= counter.of("key", end) <= here + before
    if moments and len(set(windows)) == 1:
        assert counter.of("key", end) == len(moments)
    assert counter.of("key", end + 2 * WINDOW) == 0
