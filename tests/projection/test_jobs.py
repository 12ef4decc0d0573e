"""Jobs as rows, on SQLite and PostgreSQL alike: kept whole, leased to one, listed, ended once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from traceability.errors import AlreadyExistsError, NotFoundError
from traceability.ports import Job
from traceability.projection.queries.session import read_state

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)
KINDS = ("issue", "print")
LOT = "https://id.gs1.org/01/09506000134352/10/A"


def job(number, **changes):
    """Return a job with something in every field."""
    values = {
        "id": f"{number:032x}",
        "key": f"2:{number}",
        "fingerprint": "f",
        "kind": "issue",
        "participant": 2,
        "actor": {"name": "mai"},
        "lot": LOT,
        "lot_path": "/01/09506000134352/10/A",
        "lot_number": "A",
        "run": number,
        "first": 1,
        "last": 10,
        "total": 10,
        "spec": {"mắm": ["tép"]},
        "created_at": NOW + timedelta(seconds=number),
        **changes,
    }
    return Job(**values)


@pytest.fixture
def jobs(database):
    """Three jobs in a database."""
    with database.begin() as work:
        for number in (1, 2, 3):
            work.jobs.add(job(number))
    return database


def test_a_job_is_kept_as_it_was(jobs):
    """Times, texts and JSON come back the same; an unknown one is not found, a key is taken once."""
    whole = job(4, result={"pages": 2}, error={"template": "?"}, finished_at=NOW, file_until=LATER, lease_until=LATER)
    with jobs.begin() as work:
        work.jobs.add(whole)
        assert work.jobs.get(whole.id) == whole == work.jobs.find(whole.key)
        assert work.jobs.find("2:9") is None
        with pytest.raises(AlreadyExistsError):
            work.jobs.add(replace(whole, id="f" * 32))
        with pytest.raises(NotFoundError):
            work.jobs.get("f" * 32)


def test_jobs_are_listed_newest_first(jobs):
    """By participant and by lot; orders are those that are not over."""
    with jobs.begin() as work:
        work.jobs.queue_up(LOT)
        work.jobs.add(job(4, participant=3, lot="elsewhere", kind="print"))
        assert [one.run for one in work.jobs.list(kinds=KINDS)] == [4, 3, 2, 1]
        assert [one.run for one in work.jobs.list(kinds=KINDS, participant=2, limit=2)] == [3, 2]
        assert [one.run for one in work.jobs.list(kinds=KINDS, lot="elsewhere")] == [4]
        assert work.jobs.cancel(job(1).id, ("",), NOW)
        assert not work.jobs.cancel(job(1).id, ("",), NOW)
        assert not work.jobs.cancel(job(2).id, ("recording",), NOW)
        assert sorted(one.run for one in work.jobs.orders(LOT)) == [2, 3]


def test_pages_of_jobs_hang_together(jobs):
    """A page goes on behind the last job of the one before, also where many are as old; other kinds are not there."""
    with jobs.begin() as work:
        for number in (5, 6, 7):
            work.jobs.add(job(number, created_at=NOW, kind="capture", lot=""))
        found, last = [], None
        while page := work.jobs.list(kinds=("capture", "print"), after=last, limit=2):
            found += [one.run for one in page]
            last = page[-1]
        assert found == [5, 6, 7]
        assert work.jobs.claim("one", LATER, LATER, kinds=("capture",)).run == 5
        assert work.jobs.claim("one", LATER, LATER, kinds=("print",)) is None


def test_leases_go_to_one_and_come_back(jobs):
    """The oldest first; prolonged, put back, taken from the dead; what is over is never given out."""
    with jobs.begin() as work:
        first = work.jobs.claim("one", NOW, LATER, kinds=KINDS)
        assert (first.run, first.state, first.lease_owner, first.lease_until) == (1, "running", "one", LATER)
        assert [work.jobs.claim(owner, NOW, LATER, kinds=KINDS).run for owner in ("two", "three")] == [2, 3]
        assert work.jobs.claim("four", NOW, LATER, kinds=KINDS) is None
        assert work.jobs.claim("one", NOW, LATER, alone=True, kinds=KINDS).run == 2
        work.jobs.put_back(first.id, "one", NOW)
        assert work.jobs.hold(first.id, "one", LATER) is False
        assert work.jobs.claim("four", NOW, LATER, kinds=KINDS).run == 1
        assert work.jobs.hold(first.id, "four", LATER, done=7, phase="filling", checkpoint="00")
        held = work.jobs.get(first.id)
        assert (held.done, held.phase, held.checkpoint) == (7, "filling", "00")
        assert work.jobs.finish(replace(held, state="done", file_until=NOW))
        assert not work.jobs.finish(replace(held, state="failed"))
        assert [one.run for one in work.jobs.outdated(LATER)] == [1]
        work.jobs.forget_file(first.id)
        assert not work.jobs.outdated(LATER)
        assert work.jobs.claim("five", LATER + timedelta(days=1), LATER, kinds=KINDS).run in {2, 3}


def test_a_key_can_be_used_again_after_a_failure(jobs):
    """The job that failed keeps its row under another key; one that came to nothing leaves none."""
    with jobs.begin() as work:
        work.jobs.drop_key(job(1).id)
        work.jobs.add(job(7, key="2:1"))
        assert work.jobs.find("2:1").run == 7
        work.jobs.remove(job(7).id)
        assert work.jobs.find("2:1") is None
        assert work.jobs.get(job(1).id).run == 1


def test_how_far_a_job_is_concerns_no_cache(jobs):
    """Progress is written every few seconds: pages of the public are not made anew for it."""
    with jobs.reading() as connection:
        before = read_state(connection).edition
    with jobs.begin() as work:
        taken = work.jobs.claim("one", NOW, LATER, kinds=KINDS)
        work.jobs.hold(taken.id, "one", LATER, done=3)
    with jobs.reading() as connection:
        assert read_state(connection).edition == before
