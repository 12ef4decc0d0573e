"""From a scan to a signal, as the service goes: tokens of the day, the database, the rules, and what a page is told."""

from contextlib import closing
from datetime import timedelta

import pytest

from tests.services.sighted import PHONE, Clock, process, stamp, story, void
from traceability.domain.addresses import communes_of
from traceability.domain.copies import Level

HA_NOI, CA_MAU = communes_of("01")[0].code, communes_of("96")[0].code


@pytest.fixture
def clock():
    """A clock that is moved by hand."""
    return Clock()


@pytest.fixture
def scans(tmp_path, clock):
    """The scans of one process over an empty folder."""
    with closing(process(tmp_path, clock)) as found:
        yield found


def scan(scans, clock, view, address, *, referrer="", commune="", **after):
    """Let a phone scan after some time, name its place if it does, and be written; return what its owner is told."""
    clock.wait(**after)
    visitor = scans.visitor(address, PHONE)
    scans.note(view, visitor, referrer)
    if commune:
        scans.offer_place(view, visitor, commune)
    scans.flush()
    return scans.seen(view, visitor)


def rules(seen):
    """Return rule -> level."""
    return {signal.rule: signal.level for signal in seen.signals}


def test_a_family_gets_a_note_and_no_warning(scans, clock):
    """Six phones of one household on six days, each twice; tokens differ by day, so that nobody is followed."""
    view = stamp()
    for day in range(6):
        scan(scans, clock, view, f"192.0.2.{day}", hours=23)
        seen = scan(scans, clock, view, f"192.0.2.{day}", minutes=30)
    assert rules(seen) == {"many_visitors": Level.NOTE}
    assert (seen.scans, seen.visitors) == (12, 6)


def test_a_fair_is_a_note(scans, clock):
    """Forty phones within a morning, all in one commune of the record's province."""
    view = stamp(2)
    for phone in range(40):
        seen = scan(scans, clock, view, f"192.0.2.{phone}", commune="15286", minutes=5)
    assert rules(seen) == {"many_visitors": Level.NOTE}


def test_copies_in_two_places_are_found(scans, clock):
    """Buyers from both ends of the country within hours: the sixth reads a warning, and the desk finds the stamp."""
    view = stamp(3, trace=story(commune=communes_of("38")[0].code))
    for phone in range(4):
        assert scan(scans, clock, view, f"192.0.2.{phone}", hours=5).level <= Level.NOTE
    assert scan(scans, clock, view, "192.0.2.8", commune=HA_NOI, hours=2).level is Level.NOTE
    seen = scan(scans, clock, view, "192.0.2.9", commune=CA_MAU, hours=2)
    assert rules(seen)["far_apart"] is Level.WARNING
    assert seen.signals[0].facts["one"] == HA_NOI
    assert [one.serial for one in scans.flagged(least=Level.WARNING)] == [view.serial]


def test_a_listing_is_no_copy(scans, clock):
    """Visitors of a page and cameras on its picture, from everywhere: a note that names the page."""
    view = stamp(4)
    scan(scans, clock, view, "198.51.100.1", referrer="https://postmart.vn/p/mam-tep-1.html")
    for phone in range(60):
        page = "https://www.postmart.vn/p/mam-tep-1.html" if phone % 2 else ""
        commune = (HA_NOI, CA_MAU)[phone % 2] if phone > 5 else ""
        seen = scan(scans, clock, view, f"192.0.2.{phone}", referrer=page, commune=commune, hours=2)
        assert seen.level <= Level.NOTE, phone
    assert "listing_picture" in rules(seen)


def test_our_own_pages_are_no_listing(scans, clock):
    """Somebody who reloads or changes the language comes from us, and still holds the package."""
    view = stamp(5)
    for phone in range(3):
        seen = scan(scans, clock, view, f"192.0.2.{phone}", referrer="https://trace.example.vn/lang/en", minutes=9)
    assert rules(seen) == {"many_visitors": Level.NOTE}


def test_a_void_stamp_is_a_note_first_and_a_warning_later(scans, clock):
    """The cooperative looks at once; whoever scans after a day uses a stamp that was thrown away or stolen."""
    view = void(stamp(6))
    assert rules(scan(scans, clock, view, "192.0.2.1", hours=1)) == {"void_scanned": Level.NOTE}
    assert rules(scan(scans, clock, view, "192.0.2.2", hours=30)) == {"void_scanned": Level.WARNING}


def test_a_warning_outlives_the_looks_it_rests_on(tmp_path, clock):
    """When the retention has passed the page still says what was found."""
    view = stamp(7, trace=story(commune=communes_of("38")[0].code))
    with closing(process(tmp_path, clock, scan_days=10)) as scans:
        for phone in range(6):
            commune = {4: HA_NOI, 5: CA_MAU}.get(phone, "")
            seen = scan(scans, clock, view, f"192.0.2.{phone}", commune=commune, minutes=10)
        assert seen.level is Level.WARNING
        clock.at += timedelta(days=12)
        scans.prune()
        assert scan(scans, clock, view, "192.0.2.77", minutes=1).level is Level.WARNING
