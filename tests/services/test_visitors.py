"""Tokens of visitors: recognised today, unknown tomorrow."""

from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from threading import Thread

import pytest

from tests.services.sighted import NOW, PHONE, Clock
from traceability.errors import StorageError
from traceability.projection.observations.database import FILE, ObservationsDatabase
from traceability.services.visitors import ROBOT, Visitors

ADDRESS = "203.0.113.7"


@pytest.fixture
def observations(tmp_path):
    """Observations in a folder."""
    with closing(ObservationsDatabase.at(tmp_path)) as found:
        yield found


def test_a_phone_is_the_same_visitor_all_day(observations):
    """Address and User-Agent make the token, until midnight in Viet Nam; it is 16 hexadecimal digits."""
    clock = Clock()
    visitors = Visitors(clock, observations)
    token = visitors.token(ADDRESS, PHONE)
    assert len(bytes.fromhex(token)) == 8
    clock.wait(hours=13, minutes=59)
    assert visitors.token(ADDRESS, PHONE) == token
    clock.wait(minutes=1)
    assert visitors.token(ADDRESS, PHONE) != token


def test_another_phone_or_address_is_another_visitor(observations):
    """Both count, and one cannot be passed off as the other by moving a character between them."""
    visitors = Visitors(Clock(), observations)
    tokens = {visitors.token(*of) for of in ((ADDRESS, PHONE), (ADDRESS, PHONE[:-1]), ("2001:db8::1", PHONE))}
    assert len(tokens) == 3


def test_processes_of_one_day_agree(observations, tmp_path):
    """The key lies in the database, so every process makes the same token, and so does one that starts anew."""
    with closing(ObservationsDatabase.at(tmp_path)) as other:
        clock = Clock()
        assert Visitors(clock, observations).token(ADDRESS, PHONE) == Visitors(clock, other).token(ADDRESS, PHONE)


def test_threads_of_one_process_agree(observations):
    """The first moment of a day, when all threads find the key old, makes one key."""
    visitors, found = Visitors(Clock(), observations), []
    threads = [Thread(target=lambda: found.append(visitors.token(ADDRESS, PHONE))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1


def test_the_key_of_a_day_that_is_over_is_deleted(observations, tmp_path):
    """The first visitor of a day ends the key of the day before; after scrubbing its bytes are nowhere."""
    clock = Clock()
    visitors = Visitors(clock, observations)
    visitors.token(ADDRESS, PHONE)
    with observations.begin() as work:
        key = work.scans.day_key(NOW.date())
    clock.wait(days=1)
    visitors.token(ADDRESS, PHONE)
    observations.scrub()
    assert key not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_neither_address_nor_browser_is_kept(observations, tmp_path):
    """Nothing of what makes a token is written, in clear or hashed without the key."""
    Visitors(Clock(), observations).token(ADDRESS, PHONE)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith(FILE))
    for told in (ADDRESS, PHONE):
        assert told.encode() not in kept
        assert sha256(told.encode()).digest() not in kept


def test_tomorrow_s_key_is_there_before_midnight(observations, tmp_path, monkeypatch):
    """At midnight no visitor waits for the database, and processes agree all the same."""
    clock = Clock()
    with closing(ObservationsDatabase.at(tmp_path)) as other:
        mine, theirs = Visitors(clock, observations), Visitors(clock, other)
        mine.token(ADDRESS, PHONE)
        mine.prepare()
        clock.wait(hours=13, minutes=45)
        mine.prepare()
        mine.prepare()
        clock.wait(minutes=15)
        with monkeypatch.context() as patch:
            patch.setattr(observations, "begin", lambda: pytest.fail("a visitor waited for the database"))
            token = mine.token(ADDRESS, PHONE)
        assert theirs.token(ADDRESS, PHONE) == token


def test_robots_are_told_apart(observations):
    """A robot has a token, too, by which guesses are counted, and it cannot be taken for a person's."""
    assert Visitors(Clock(), observations).token(ADDRESS, "Googlebot/2.1").startswith(ROBOT)


def test_a_clock_that_goes_back_takes_the_key_of_that_day(observations):
    """Whatever the clock does, the token belongs to the day that the clock shows."""
    clock = Clock()
    visitors = Visitors(clock, observations)
    visitors.token(ADDRESS, PHONE)
    clock.wait(days=1)
    tomorrow = visitors.token(ADDRESS, PHONE)
    clock.at = NOW
    assert visitors.token(ADDRESS, PHONE) != tomorrow


def test_without_the_database_a_visitor_still_has_a_token(tmp_path):
    """A scan goes on when the database is away: this process makes a key of its own for the day."""
    (tmp_path / FILE).mkdir()  # cannot be opened as a database
    observations = ObservationsDatabase.at(tmp_path)
    with pytest.raises(StorageError), observations.begin():
        pass
    clock = Clock()
    visitors = Visitors(clock, observations)
    token = visitors.token(ADDRESS, PHONE)
    clock.at += timedelta(hours=1)
    assert visitors.token(ADDRESS, PHONE) == token
