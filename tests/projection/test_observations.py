"""The database of observations, on SQLite and PostgreSQL: what is counted, what is forgotten, and what is gone."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count as counter
from itertools import pairwise
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.copies import Level, Signal
from traceability.errors import StorageError
from traceability.ports.observations import Sighting, StampKey
from traceability.projection.observations import migrations, schema
from traceability.projection.observations.database import FILE, ObservationsDatabase

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
MARKER = "deadbeefcafe0123"
"""A visitor's token that is easy to find in a file."""


def key(number=1, lot="https://example.vn/lot", run=1):
    """Return a stamp's key."""
    return StampKey(f"SERIAL{run}N{number}", f"/p/TEA/s/{number}", lot, run, number)


def look(number=1, visitor="a" * 16, seconds=0, referrer=""):
    """Return a look at a stamp, so long after `NOW`."""
    return Sighting(key(number), NOW + timedelta(seconds=seconds), visitor, referrer)


def count(observations, *looks):
    """Write looks in one transaction and return the sums."""
    with observations.begin() as work:
        return work.scans.count(looks, apart=60)


@pytest.fixture
def sqlite_observations(tmp_path):
    """Observations in a folder."""
    with closing(ObservationsDatabase.at(tmp_path)) as found:
        yield found


@pytest.fixture
def postgres_observations(postgres, postgres_url):
    """Observations beside the projection's tables, in one PostgreSQL database."""
    with closing(ObservationsDatabase(postgres_url)) as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def observations(request):
    """Both databases, one after the other."""
    return request.getfixturevalue(f"{request.param}_observations")


# ------------------------------------------------------------------------------------------------------------ counting
def test_a_page_loaded_again_is_one_look(observations):
    """Within a minute a visitor looks once, whether the second look comes with the first or later."""
    count(observations, look(), look(seconds=20))
    found = count(observations, look(seconds=59.9))[key().serial]
    assert (found.scans, found.visitors) == (1, 1)
    found = count(observations, look(seconds=60))[key().serial]
    assert (found.scans, found.visitors) == (2, 1)
    assert (found.first_at, found.last_at) == (NOW, NOW + timedelta(seconds=60))


def test_looks_of_another_process_that_come_late_are_counted_once(observations):
    """Two processes that saw the same reload count one look, whoever writes first."""
    count(observations, look(seconds=30))
    assert count(observations, look(seconds=0))[key().serial].scans == 1


def test_visitors_are_told_apart(observations):
    """Two phones are two visitors, of one stamp and of two."""
    found = count(observations, look(), look(visitor="b" * 16), look(2, "b" * 16))
    assert [(found[key(n).serial].scans, found[key(n).serial].visitors) for n in (1, 2)] == [(2, 2), (1, 1)]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Observations that many examples write to, each of other stamps."""
    with closing(ObservationsDatabase.at(tmp_path_factory.mktemp("sums"))) as found:
        yield found


_fresh = counter(1)


def slow_count(looks):
    """Return scans and visitors of each stamp, one look after the other: the slow twin of `count`."""
    last, sums = {}, {}
    for one in sorted(looks, key=lambda one: one.at):
        pair = (one.stamp.serial, one.visitor)
        if pair in last and (one.at - last[pair]).total_seconds() < 60:
            continue
        scans, visitors = sums.get(one.stamp.serial, (0, 0))
        sums[one.stamp.serial] = (scans + 1, visitors + (pair not in last))
        last[pair] = one.at
    return sums


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["a" * 16, "b" * 16, "c" * 16]), st.integers(0, 400)), max_size=40
    ),
    st.lists(st.integers(1, 40), max_size=6),
)
def test_sums_are_those_of_the_slow_count(shared, rows, cuts):
    """However looks are bundled, they add up to what counting one after the other gives."""
    base = next(_fresh) * 10
    looks = sorted((look(base + number, *rest) for number, *rest in rows), key=lambda one: one.at)
    edges = [0, *sorted({min(cut, len(looks)) for cut in cuts}), len(looks)]
    for first, last in pairwise(edges):
        count(shared, *looks[first:last])
    with shared.view() as work:
        found = work.scans.tallies({one.stamp.serial for one in looks})
        kept = work.scans.looks({one.stamp.serial for one in looks}, 1000)
    assert {serial: (one.scans, one.visitors) for serial, one in found.items()} == slow_count(looks)
    assert {serial: len(one) for serial, one in kept.items()} == {serial: one.scans for serial, one in found.items()}


def test_many_stamps_in_one_bundle(observations):
    """A bundle larger than what one statement may ask for is counted whole."""
    found = count(observations, *(look(number) for number in range(1, 1001)))
    assert len(found) == 1000
    assert {one.scans for one in found.values()} == {1}


def test_processes_that_count_at_the_same_time(observations, request):
    """Looks written by several processes at once are neither lost nor counted twice."""
    others = [ObservationsDatabase(observations._url) for _ in range(4)]
    barrier = Barrier(len(others))

    def write(place):
        with closing(others[place]) as mine:
            barrier.wait()
            for number in range(10):
                count(mine, look(number, f"{place:016}"), look(number, "f" * 16))

    threads = [Thread(target=write, args=(place,)) for place in range(len(others))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with observations.view() as work:
        found = work.scans.tallies([key(number).serial for number in range(10)])
    assert {(one.scans, one.visitors) for one in found.values()} == {(5, 5)}


def test_a_crowd_is_added_up_but_not_kept_one_by_one(sqlite_observations, monkeypatch):
    """Of a stamp that is scanned under ever new names the sums go on, while rows stay bounded."""
    monkeypatch.setattr("traceability.projection.observations.scans.CROWD", 10)
    for bundle in range(3):
        looks = (look(visitor=f"{bundle:08}{n:08}", seconds=bundle) for n in range(8))
        found = count(sqlite_observations, *looks, look(2, seconds=bundle * 100))
    assert (found[key(1).serial].scans, found[key(1).serial].visitors) == (24, 24)
    assert found[key(2).serial].scans == 3
    with sqlite_observations.view() as work:
        kept = work.scans.looks([key(1).serial, key(2).serial], 99)
    assert (len(kept[key(1).serial]), len(kept[key(2).serial])) == (10, 3)


def test_a_glance_tells_what_the_tables_hold(observations):
    """The quick look-up of a scan and the slow one agree; a stamp that nobody saw is nothing."""
    found = count(observations, look(), look(seconds=90))[key().serial]
    assert observations.glance(key().serial, "a" * 16) == (found, NOW + timedelta(seconds=90))
    assert observations.glance(key().serial, "b" * 16) == (found, None)
    assert observations.glance("NOBODY", "a" * 16) == (None, None)


def test_looks_are_the_newest_and_in_order(observations):
    """Of a stamp that many look at, the newest looks are shown, oldest of them first."""
    count(observations, *(look(visitor=f"{n:016}", seconds=n, referrer="facebook.com") for n in range(10)))
    count(observations, look(2))
    with observations.view() as work:
        found = work.scans.looks([key(1).serial, key(2).serial], 3)
    assert [one.visitor for one in found[key(1).serial]] == [f"{n:016}" for n in (7, 8, 9)]
    assert found[key(1).serial][0].referrer == "facebook.com"
    assert [one.at for one in found[key(2).serial]] == [NOW]


def test_a_place_is_kept_at_the_newest_look_of_its_visitor(observations):
    """A commune goes to the look of the one who offered it, and nowhere where he never looked."""
    count(observations, look(), look(visitor="b" * 16, seconds=5), look(seconds=100))
    with observations.begin() as work:
        assert work.scans.locate(key().serial, "a" * 16, "15286")
        assert not work.scans.locate(key().serial, "c" * 16, "15286")
        assert [one.commune for one in work.scans.looks([key().serial], 9)[key().serial]] == ["", "", "15286"]


# --------------------------------------------------------------------------------------------------------------- desks
def test_flagged_stamps_come_gravest_and_newest_first(observations):
    """A desk sees warnings before notes, of its own lots only, page by page."""
    count(observations, *(look(number, seconds=number) for number in range(1, 6)))
    note, warning = Signal("many_visitors", Level.NOTE, {"visitors": 4}), Signal("far_apart", Level.WARNING, {"km": 9})
    with observations.begin() as work:
        for number, signals in ((1, (warning,)), (2, (note,)), (3, (warning, note)), (4, (note,))):
            work.scans.judge(key(number).serial, signals)
    with observations.view() as work:
        found = work.scans.flagged(None, Level.NOTE, 10, 0)
        assert [one.stamp.number for one in found] == [3, 1, 4, 2]
        assert found[0].signals == (warning, note)
        assert [one.stamp.number for one in work.scans.flagged(["https://example.vn/lot"], Level.WARNING, 1, 1)] == [1]
        assert work.scans.flagged(["https://example.vn/other"], Level.NOTE, 10, 0) == []
        assert [work.scans.count_flagged(None, level) for level in (Level.NOTE, Level.WARNING)] == [4, 2]


def test_a_run_is_told_in_sums(observations):
    """Counts of a run add up its stamps."""
    count(observations, look(1), look(1, "b" * 16), look(2, seconds=7))
    with observations.begin() as work:
        work.openings.open(key(2), "a" * 16, NOW)
        work.openings.open(key(3), "a" * 16, NOW)
        work.scans.judge(key(1).serial, [Signal("far_apart", Level.WARNING)])
    with observations.view() as work:
        (found,) = work.scans.runs("https://example.vn/lot")
    assert found[:7] == (1, 3, 3, 2, 2, 0, 1)
    assert found.last_at == NOW + timedelta(seconds=7)


# ------------------------------------------------------------------------------------------------------------ openings
def test_of_many_who_open_at_the_same_moment_one_is_first(observations):
    """Exactly one is told that he is the first, and all are told the same moment."""
    found, barrier = [], Barrier(6)

    def use(place):
        barrier.wait()
        with observations.begin() as work:
            found.append(work.openings.open(key(), f"{place:016}", NOW + timedelta(seconds=place)))

    threads = [Thread(target=use, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(first for first, _ in found) == [False] * 5 + [True]
    assert len({at for _, at in found}) == 1
    with observations.view() as work:
        kept = work.scans.tallies([key().serial])[key().serial]
    assert kept.opened_by == f"{(kept.opened_at - NOW).seconds:016}"


def test_wrong_codes_are_remembered_by_stamp_and_by_visitor(observations):
    """Only those within the time asked for, oldest first; older ones can be forgotten."""
    moments = [NOW - timedelta(hours=hours) for hours in (30, 3, 1)]
    with observations.begin() as work:
        for at in moments:
            work.openings.fail(key(1).serial, "a" * 16, at)
        work.openings.fail(key(2).serial, "b" * 16, NOW)
    with observations.begin() as work:
        assert work.openings.failures_of_stamp(key(1).serial, NOW - timedelta(days=1)) == moments[1:]
        assert work.openings.failures_of_visitor("a" * 16, NOW - timedelta(hours=2)) == moments[2:]
        assert work.openings.forget_failures(NOW - timedelta(days=1)) == 1
        assert work.openings.failures_of_stamp(key(1).serial, NOW - timedelta(days=9)) == moments[1:]


# ---------------------------------------------------------------------------------------------------------- forgetting
def test_processes_share_the_key_of_a_day(observations):
    """Whoever asks first makes it; every day has its own; a day that is over has none."""
    with closing(ObservationsDatabase(observations._url)) as other:
        with observations.begin() as work:
            mine = work.scans.day_key(TODAY)
        with other.begin() as work:
            assert work.scans.day_key(TODAY) == mine
            assert work.scans.day_key(date(2026, 11, 21)) != mine
            assert work.scans.forget_keys(date(2026, 11, 21)) == 1
    with observations.begin() as work:
        assert work.scans.day_key(TODAY) != mine, "a key that was deleted never comes back"


def test_one_process_does_a_daily_task(observations):
    """The first who asks on a day does it; the next day somebody does it again."""
    with observations.begin() as work:
        asked = [work.scans.begin_chore("prune", TODAY + timedelta(days=days)) for days in (0, 0, 1, 0, 1)]
    assert asked == [True, False, True, False, False]


def bytes_of(folder):
    """Return all that lies in the files of the observations."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith(FILE))


def test_what_is_deleted_is_gone_from_the_files(sqlite_observations, tmp_path):
    """After forgetting, neither tokens nor hosts nor keys are in the file or its log, while newer looks stay."""
    for bundle in range(20):  # enough to split pages and move rows about
        looks = (look(n, f"{MARKER[:8]}{bundle:02}{n:06}", bundle * 100, f"{MARKER}.example") for n in range(100))
        count(sqlite_observations, *looks)
    later = NOW + timedelta(days=100)
    count(sqlite_observations, Sighting(key(7), later, "c0ffee00c0ffee00", "kept.example"))
    with sqlite_observations.begin() as work:
        secret = work.scans.day_key(TODAY)
        work.openings.open(key(8), MARKER, NOW)
        work.openings.fail(key(9).serial, MARKER, NOW)
    before = bytes_of(tmp_path)
    assert MARKER.encode() in before
    assert MARKER[:8].encode() in before
    assert secret in before
    with sqlite_observations.begin() as work:
        assert work.scans.forget_looks(later - timedelta(days=90), 1500) == 1500
        assert work.scans.forget_looks(later - timedelta(days=90), 1500) == 500
        assert work.scans.forget_keys(later.date()) == 1
        assert work.openings.forget_openers(later) == 1
        assert work.openings.forget_failures(later) == 1
    sqlite_observations.scrub()
    after = bytes_of(tmp_path)
    assert MARKER[:8].encode() not in after
    assert secret not in after
    assert b"c0ffee00c0ffee00" in after
    with sqlite_observations.view() as work:
        kept = work.scans.tallies([key(7).serial, key(8).serial])
    assert (kept[key(7).serial].scans, kept[key(8).serial].scans) == (21, 20)
    assert (kept[key(8).serial].opened_at, kept[key(8).serial].opened_by) == (NOW, "")


@pytest.mark.postgres
def test_what_is_deleted_leaves_no_row_on_postgresql(postgres_observations, postgres):
    """Deleted rows are vacuumed, so that not even a dead one stays in the table."""
    count(postgres_observations, *(look(n) for n in range(500)))
    with postgres_observations.begin() as work:
        assert work.scans.forget_looks(NOW + timedelta(days=1), 1000) == 500
    postgres_observations.scrub()
    with postgres.reading() as connection:
        assert connection.execute(sa.text("SELECT pg_relation_size('scan')")).scalar_one() == 0


def test_scrubbing_waits_for_readers(sqlite_observations, tmp_path):
    """Somebody who is reading holds it up for a moment only; one who goes on reading is told of."""
    count(sqlite_observations, look())
    with sqlite_observations.view() as work:
        assert work.scans.tallies([key().serial])
        with pytest.raises(StorageError, match="still in the log: somebody"):
            sqlite_observations.scrub()
    sqlite_observations.scrub()
    assert (tmp_path / f"{FILE}-wal").stat().st_size == 0


# ------------------------------------------------------------------------------------------------------------- opening
def test_nothing_is_made_before_it_is_needed(tmp_path):
    """Commands that never ask for observations leave no file behind."""
    with closing(ObservationsDatabase.at(tmp_path)):
        assert list(tmp_path.iterdir()) == []


def test_tables_of_a_later_version_are_left_alone(observations):
    """A database that knows more than this program is refused with what to do."""
    count(observations, look())
    with observations.begin() as work:
        work.connection.execute(sa.update(schema.step).values(number=99))
    with closing(ObservationsDatabase(observations._url)) as other, pytest.raises(StorageError, match="later version"):
        count(other, look())


def test_an_older_database_takes_the_steps_it_has_not_seen(observations, monkeypatch):
    """Each step runs once; a new database runs none."""
    count(observations, look())
    ran = []
    monkeypatch.setattr(
        migrations, "STEPS", (*migrations.STEPS, lambda connection: ran.append(connection.dialect.name))
    )
    for _ in range(2):
        with closing(ObservationsDatabase(observations._url)) as other, other.view() as work:
            assert work.scans.tallies([key().serial])
    assert len(ran) == 1


def test_rows_hold_neither_address_nor_name():
    """No column of a look could hold who looked: a token, a host, a commune and a time are all there is."""
    assert schema.scan.c.keys() == ["id", "serial", "at", "visitor", "referrer", "commune"]
    assert schema.attempt.c.keys() == ["id", "serial", "visitor", "at"]
