"""The store of reports of doubt, on SQLite and PostgreSQL: found again, narrowed down, erased, forgotten."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from traceability.errors import StorageError
from traceability.ports.reports import ReportQuery, StoredChange, StoredReport
from traceability.projection.observations.database import ObservationsDatabase
from traceability.projection.observations.report_tables import report, report_change, report_picture

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PICTURE = (bytes(range(256)) * 300, "image/jpeg")
SENT = StoredReport(
    token="0" * 64,
    kind="stamp",
    link="/p/TEA/s/1",
    path="/p/TEA/s/1",
    known=True,
    product="https://example.vn/p/TEA",
    lot="https://example.vn/p/TEA/l/1",
    producer=2,
    custodian=3,
    reason="quality",
    text="Mùi lạ 🦐",
    province="38",
    contact="0912345678",
    shared=True,
    picture=True,
    state="received",
    sent_at=NOW,
    visitor="a" * 16,
    network="b" * 16,
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request, tmp_path):
    """Both databases, one after the other."""
    if request.param == "sqlite":
        opened = ObservationsDatabase.at(tmp_path)
    else:
        request.getfixturevalue("postgres")
        opened = ObservationsDatabase(request.getfixturevalue("postgres_url"))
    with closing(opened) as found:
        yield found


def add(store, number=0, picture=None, **changes):
    """Keep a report and return its number."""
    with store.begin() as work:
        return work.reports.add(replace(SENT, **{"token": f"{number:064x}", **changes}), picture)


def numbers(store, **query):
    """Return the numbers of reports that fit a question."""
    with store.view() as work:
        found = [one.number for one in work.reports.find(ReportQuery(**query), 100, 0)]
        assert work.reports.count(ReportQuery(**query)) == len(found)
    return found


def rows(store):
    """Return how many rows the three tables hold."""
    with store.view() as work:
        count = [select(func.count()).select_from(table) for table in (report, report_picture, report_change)]
        return [work.connection.execute(one).scalar_one() for one in count]


def test_what_is_kept_comes_back(store):
    """Every field, the picture, and by link as by number."""
    number = add(store, 7, PICTURE)
    with store.view() as work:
        found = work.reports.by_number(number)
        assert found == replace(SENT, token=f"{7:064x}", number=number)
        assert work.reports.by_token(f"{7:064x}") == found
        assert work.reports.picture(number) == PICTURE
        assert work.reports.by_token("f" * 64) is work.reports.by_number(10**6) is work.reports.picture(10**6) is None


def test_a_link_is_kept_once(store):
    """Two reports under one link cannot be; nothing is left of the second."""
    add(store)
    with pytest.raises(StorageError):
        add(store)
    assert rows(store) == [1, 0, 0]


def test_questions(store):
    """Each part of a question narrows down, newest first, page by page."""
    first = add(store, 1)
    second = add(store, 2, producer=5, custodian=2, product="x", known=False, province="79")
    third = add(store, 3, producer=9, custodian=0, state="closed")
    assert numbers(store) == [third, second, first]
    assert numbers(store, participant=2) == [second, first]
    assert numbers(store, participant=3, states=("received",)) == [first]
    assert numbers(store, states=("closed", "answered")) == [third]
    assert numbers(store, product="x") == numbers(store, province="79") == numbers(store, unknown=True) == [second]
    with store.view() as work:
        assert [one.number for one in work.reports.find(ReportQuery(), 1, 1)] == [second]
        assert sorted(work.reports.products(None)) == [SENT.product, "x"]
        assert work.reports.products(9) == [SENT.product]


def test_who_sent_how_much(store):
    """Counted by visitor, by network and by link, from a moment on."""
    add(store, 1)
    add(store, 2, visitor="c" * 16, sent_at=NOW + timedelta(hours=1), state="answered")
    with store.view() as work:
        assert len(work.reports.sent_by(NOW, visitor="a" * 16)) == 1
        assert len(work.reports.sent_by(NOW, network="b" * 16)) == 2
        assert len(work.reports.sent_by(NOW + timedelta(minutes=1), network="b" * 16)) == 1
        assert work.reports.open_about(SENT.link, NOW) == 1
        assert work.reports.open_about("/p/TEA/s/2", NOW) == 0


def test_steps(store):
    """A step changes the state and is kept with its author, in order."""
    number = add(store)
    steps = [
        StoredChange("looked_at", NOW, "cooperative", 2, "coop", ""),
        StoredChange("answered", NOW, "inspector", 4, "thanh-tra", "Đã xem."),
    ]
    for one in steps:
        with store.begin() as work:
            work.reports.move(number, one)
    with store.view() as work:
        assert work.reports.changes(number) == steps
        assert work.reports.by_number(number).state == "answered"


def test_parts_are_erased(store):
    """Each part for itself; what is not named stays."""
    number = add(store, picture=PICTURE)
    for part, changed in (
        ("contact", {"contact": "", "shared": False}),
        ("picture", {"picture": False}),
        ("words", {"text": "", "province": ""}),
    ):
        with store.begin() as work:
            before = work.reports.by_number(number)
            work.reports.erase(number, **{part: True})
            assert work.reports.by_number(number) == replace(before, **changed)
    assert rows(store) == [1, 0, 0]
    with store.begin() as work:
        work.reports.erase(number)
    store.wipe()


def test_time_forgets(store):
    """Tokens, contacts and whole reports from before a moment, with all that belongs to them."""
    old, new = add(store, 1, PICTURE), add(store, 2, PICTURE, sent_at=NOW + timedelta(days=1))
    with store.begin() as work:
        work.reports.move(old, StoredChange("closed", NOW, "inspector", 4, "x", "Xong."))
    later = NOW + timedelta(hours=1)
    with store.begin() as work:
        assert [work.reports.forget_visitors(later), work.reports.forget_visitors(later)] == [1, 0]
        assert [work.reports.forget_contacts(later), work.reports.forget_contacts(later)] == [1, 0]
        kept = work.reports.by_number(old)
        assert (kept.visitor, kept.network, kept.contact, kept.shared) == ("", "", "", False)
        assert work.reports.by_number(new).contact
        assert [work.reports.forget(later), work.reports.forget(later)] == [1, 0]
    assert numbers(store) == [new]
    assert rows(store) == [1, 1, 0]
    store.scrub()


def test_a_number_is_never_given_again(store):
    """Offices have spoken of report number one; the next report has another number."""
    first = add(store, 1)
    with store.begin() as work:
        work.reports.forget(NOW + timedelta(days=1))
    assert add(store, 2) > first
