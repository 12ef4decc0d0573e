"""Scans: what is counted, what pages and desks are told, and that nothing is lost or kept too long."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest

from tests.pace import slowness
from tests.services.sighted import ACTIVATED, LOT, NOW, PHONE, Clock, process, stamp, story, void
from traceability.domain.copies import Level, Seen
from traceability.domain.stamp_life import Span, StampState
from traceability.errors import InvalidInputError, NotFoundError, StorageError
from traceability.projection.observations.database import FILE, ObservationsDatabase
from traceability.services import counting, sightings
from traceability.services.scans import Scans, host_of
from traceability.services.visitors import ROBOT

TOKENS = [f"{number:016x}" for number in range(40)]
"""Tokens of visitors."""


@pytest.fixture
def clock():
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def scans(tmp_path, clock):
    """The scans of one process."""
    with closing(process(tmp_path, clock)) as found:
        yield found


def told(seen):
    """Return the numbers that a page tells."""
    return seen.scans, seen.visitors


def bytes_of(folder):
    """Return all that lies in the files of the observations."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith(FILE))


# ------------------------------------------------------------------------------------------------------------ counting
def test_a_look_is_told_at_once_and_stays_the_same_when_it_is_written(scans, clock):
    """The page of the next visitor knows of the one before, whether or not the database does."""
    assert scans.seen(stamp(), TOKENS[0]) == Seen()
    scans.note(stamp(), TOKENS[0], "")
    clock.wait(minutes=2)
    scans.note(stamp(), TOKENS[1], "")
    before = scans.seen(stamp(), TOKENS[1])
    assert (told(before), before.first_at, before.last_at) == ((2, 2), NOW, NOW + timedelta(minutes=2))
    assert scans.flush() == 2
    assert scans.seen(stamp(), TOKENS[1]) == before


def test_a_page_loaded_again_is_one_look(scans, clock):
    """Within a minute a visitor has looked once; after it he looks again, and is still one visitor."""
    for seconds in (0, 20, 39):
        clock.wait(seconds=seconds)
        scans.note(stamp(), TOKENS[0], "")
    assert told(scans.seen(stamp(), TOKENS[0])) == (1, 1)
    clock.wait(seconds=2)
    scans.note(stamp(), TOKENS[0], "")
    assert told(scans.seen(stamp(), TOKENS[0])) == (2, 1)
    scans.flush()
    assert told(scans.seen(stamp(), TOKENS[0])) == (2, 1)


def test_robots_and_nobody_are_not_counted(scans):
    """A preview of a link, a visitor without a token, and a stamp that does not exist leave nothing."""
    scans.note(stamp(), scans.visitor("203.0.113.1", "facebookexternalhit/1.1"), "")
    scans.note(stamp(), ROBOT + TOKENS[0], "")
    scans.note(stamp(), "", "")
    scans.note(stamp(trace=None), TOKENS[0], "")
    assert scans.flush() == 0
    assert scans.seen(stamp(), TOKENS[0]) == Seen()


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://www.Facebook.com/groups/1?x=y", "www.facebook.com"),
        ("https://trace.example.vn/01/0950/21/X", ""),
        ("android-app://com.zing.zalo/", "com.zing.zalo"),
        ("https://user:secret@shop.example/cart", "shop.example"),
        (f"https://{'a' * 300}.example/", "a" * 64),
        ("https://[broken", ""),
        ("nonsense", ""),
    ],
)
def test_of_a_referrer_only_the_host_is_kept(referrer, host):
    """Neither path nor question nor log-in of the page before is kept, and our own address is nobody's referrer."""
    assert host_of(referrer, "trace.example.vn") == host


def test_the_referrer_s_path_reaches_no_file(scans, tmp_path):
    """What stands behind the host could name a person; the file holds the host alone."""
    scans.note(stamp(), TOKENS[0], "https://shop.example/nguyen-thi-hoa?phone=0912")
    scans.flush()
    assert b"shop.example" in bytes_of(tmp_path)
    assert b"nguyen" not in bytes_of(tmp_path)


def test_a_process_that_starts_anew_goes_on_counting(tmp_path, clock):
    """Closing writes what waits; the next process knows it, and a reload across the restart is one look."""
    with closing(process(tmp_path, clock)) as first:
        first.note(stamp(), TOKENS[0], "")
    with closing(process(tmp_path, clock)) as second:
        clock.wait(seconds=30)
        assert told(second.seen(stamp(), TOKENS[0])) == (1, 1)
        second.note(stamp(), TOKENS[0], "")
        assert told(second.seen(stamp(), TOKENS[0])) == (1, 1)
        second.flush()
        assert told(second.seen(stamp(), TOKENS[1])) == (1, 1)


def test_who_notes_before_he_asks_is_told_the_truth_after_a_restart(tmp_path, clock):
    """Memory that knew nothing when a look was noted puts itself right as soon as it asks."""
    with closing(process(tmp_path, clock)) as first:
        first.note(stamp(), TOKENS[0], "")
    with closing(process(tmp_path, clock)) as second:
        clock.wait(seconds=30)
        second.note(stamp(), TOKENS[0], "")
        assert told(second.seen(stamp(), TOKENS[0])) == (1, 1)


def test_several_processes_agree_within_seconds(tmp_path, clock, monkeypatch):
    """Each sees its own looks at once, those of the others when it asks the database again."""
    seconds = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    with closing(process(tmp_path, clock)) as one, closing(process(tmp_path, clock)) as other:
        for scans, visitor in ((one, TOKENS[0]), (other, TOKENS[1])):
            scans.seen(stamp(), visitor)
            scans.note(stamp(), visitor, "")
            scans.flush()
        assert told(other.seen(stamp(), TOKENS[1])) == (2, 2)
        assert told(one.seen(stamp(), TOKENS[0])) == (1, 1)
        seconds[0] += 4
        assert told(one.seen(stamp(), TOKENS[0])) == (2, 2)


def test_threads_count_every_look(tmp_path, clock):
    """Eight threads that scan the same stamps while a loop writes lose nothing."""
    scans, stop, barrier = process(tmp_path, clock), Event(), Barrier(8)
    loop = Thread(target=scans.work, args=(stop,))
    loop.start()

    def scan(place):
        barrier.wait()
        for number in range(1, 51):
            scans.note(stamp(number), TOKENS[place], "")
            assert scans.seen(stamp(number), TOKENS[place]).scans >= 1

    threads = [Thread(target=scan, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    loop.join()
    assert {told(one) for one in scans.seen_of([stamp(n).serial for n in range(1, 51)]).values()} == {(8, 8)}
    assert scans.counts(LOT)[1].scans == 400
    scans.close()


# ------------------------------------------------------------------------------------------------- what goes wrong
def test_while_the_database_is_away_scans_wait(tmp_path, clock):
    """Nothing is lost and no page fails; the numbers of this process are told until the others are there again."""
    scans = process(tmp_path, clock)
    (tmp_path / FILE).mkdir()
    scans.note(stamp(), TOKENS[0], "")
    assert told(scans.seen(stamp(), TOKENS[0])) == (1, 1)
    with pytest.raises(StorageError):
        scans.flush()
    (tmp_path / FILE).rmdir()
    scans.note(stamp(), TOKENS[1], "")
    assert scans.flush() == 2
    assert told(scans.seen(stamp(), TOKENS[0])) == (2, 2)
    scans.close()


def test_the_queue_is_bounded(scans, monkeypatch, caplog):
    """Where the database stays away, memory does not grow for ever, and the log says how many were not counted."""
    monkeypatch.setattr(counting, "QUEUED", 3)
    for number in range(1, 6):
        scans.note(stamp(number), TOKENS[0], "")
    assert scans.flush() == 3
    assert "2 scans were not counted" in caplog.text


def test_memory_is_bounded(scans, monkeypatch, clock):
    """Only the stamps and visitors of late are remembered; what was forgotten comes back from the database."""
    monkeypatch.setattr(sightings, "ENTRIES", 5)
    monkeypatch.setattr(sightings, "LOOKERS", 3)
    for number in range(1, 9):
        for visitor in TOKENS[:6]:
            scans.note(stamp(number), visitor, "")
    scans.flush()
    assert len(scans._memory) == 5
    assert told(scans.seen(stamp(1), TOKENS[0])) == (6, 6)
    assert told(scans.seen(stamp(8), TOKENS[0])) == (6, 6)
    assert len(scans._memory.get(stamp(8).serial).visitors) <= 4


KILLED = """
import sys, time
from pathlib import Path
from tests.services.sighted import NOW, Clock, stamp
from traceability.projection.observations.database import ObservationsDatabase
from traceability.services.scans import Scans
scans = Scans(Clock(), ObservationsDatabase.at(Path(sys.argv[1])), base_url="http://localhost", scan_days=90)
for number in range(1, 101):
    scans.note(stamp(number), "a" * 16, "")
serials = [stamp(number).serial for number in range(1, 101)]
until = time.monotonic() + 60
while len(scans.seen_of(serials)) < 100 and time.monotonic() < until:
    time.sleep(0.05)
scans.note(stamp(101), "a" * 16, "")
print("ready", flush=True)
time.sleep(600)
"""


@pytest.mark.slow
def test_a_process_that_is_killed_loses_about_a_second(tmp_path, clock, project_root):
    """What was noted more than a moment ago is in the database although nobody said goodbye."""
    assert counting.FLUSH_SECONDS <= 1
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=project_root) as running:
        said = running.stdout.readline()
        os.kill(running.pid, signal.SIGKILL)
    assert said == b"ready\n"
    with closing(process(tmp_path, clock)) as scans:
        found = scans.seen_of([stamp(number).serial for number in range(1, 102)])
    assert len(found) in {100, 101}


def test_a_loop_begins_by_itself_where_none_was_started(tmp_path, clock):
    """In the workers of another web server the first scan starts what writes; closing ends it."""
    scans = Scans(clock, ObservationsDatabase.at(tmp_path), base_url="http://localhost", scan_days=90)
    scans.note(stamp(), TOKENS[0], "")
    deadline = time.monotonic() + 20
    while not scans.seen_of([stamp().serial]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert told(scans.seen_of([stamp().serial])[stamp().serial]) == (1, 1)
    scans.close()
    assert not scans._counting._loop.is_alive()


def test_noting_and_telling_take_microseconds(scans):
    """A scan of a stamp that was scanned before costs the page less than 40 microseconds of the processor."""
    view, visitor = stamp(), scans.visitor("203.0.113.9", PHONE)
    scans.seen(view, visitor)
    scans.note(view, visitor, "")
    rounds = []
    for _ in range(10):
        begin = time.thread_time()
        for _ in range(500):
            scans.note(view, visitor, "")
            scans.seen(view, visitor)
        rounds.append((time.thread_time() - begin) / 500)
    assert min(rounds) < 40e-6 * slowness()


# --------------------------------------------------------------------------------------------------------------- copies
def days_of_copies(scans, clock, view, days=8, visitors=5):
    """Let many strangers scan one stamp on many days, as a stamp that was copied is scanned."""
    for _ in range(days):
        for visitor in range(visitors):
            scans.note(view, scans.visitor(f"203.0.113.{visitor}", PHONE), "")
            clock.wait(minutes=3)
        scans.flush()
        clock.wait(days=1)


def test_a_copied_stamp_is_flagged_and_an_honest_one_is_not(scans, clock):
    """What the rules say is there with the next scan, for the page and for the desk of its lot."""
    scans.note(stamp(2), TOKENS[0], "")
    days_of_copies(scans, clock, stamp(1))
    assert scans.seen(stamp(1), TOKENS[0]).level is Level.WARNING
    assert scans.seen(stamp(2), TOKENS[0]).level is Level.NONE
    (flagged,) = scans.flagged([LOT])
    assert (flagged.serial, flagged.run, flagged.number, flagged.level) == (stamp(1).serial, 1, 1, Level.WARNING)
    assert (flagged.scans, flagged.visitors, flagged.path) == (40, 40, stamp(1).path)
    assert scans.flagged(["https://example.vn/other"]) == []
    assert (len(scans.flagged([LOT], run=1)), scans.flagged([LOT], run=2)) == (1, [])
    assert scans.count_flagged(least=Level.WARNING) == 1
    assert (scans.counts(LOT)[1].warned, scans.counts(LOT)[1].checked) == (1, 2)


def test_a_scan_of_a_void_stamp_is_judged_though_it_is_the_first(scans):
    """One look is enough where the stamp was cancelled."""
    scans.note(void(stamp()), TOKENS[0], "")
    scans.flush()
    assert [one.rule for one in scans.seen(void(stamp()), TOKENS[0]).signals] == ["void_scanned"]


def test_a_warning_outlives_the_looks_it_rests_on(tmp_path, clock):
    """When single looks are forgotten, what they said of the stamp is not."""
    with closing(process(tmp_path, clock, scan_days=10)) as scans:
        days_of_copies(scans, clock, stamp())
        clock.wait(days=20)
        assert scans.prune() == 40
        assert scans.looks(stamp().serial) == ()
        scans.note(stamp(), TOKENS[0], "")
        scans.flush()
        assert scans.seen(stamp(), TOKENS[0]).level is Level.WARNING
        assert told(scans.seen(stamp(), TOKENS[0])) == (41, 41)


def test_the_lot_s_own_communes_are_known_to_the_rules(scans, clock):
    """A place that the record names is no signal; one where the goods never went is."""
    for number, commune in ((1, "15286"), (2, "00004")):
        scans.note(stamp(number), TOKENS[number], "")
        scans.offer_place(stamp(number), TOKENS[number], commune)
    scans.flush()
    found = [scans.seen(stamp(number), "").signals for number in (1, 2)]
    assert [[one.rule for one in signals] for signals in found] == [[], ["never_went_there"]]


# --------------------------------------------------------------------------------------------------------------- places
def test_a_place_is_a_commune_and_is_kept_only_where_it_was_offered(scans):
    """The newest look of the visitor gets it, no other."""
    scans.note(stamp(), TOKENS[0], "")
    scans.note(stamp(), TOKENS[1], "")
    scans.offer_place(stamp(), TOKENS[0], " 15286 ")
    scans.offer_place(stamp(), ROBOT + TOKENS[1], "15520")
    scans.offer_place(stamp(trace=None), TOKENS[1], "15520")
    scans.flush()
    assert {(one.visitor, one.commune) for one in scans.looks(stamp().serial)} == {
        (TOKENS[0], "15286"),
        (TOKENS[1], ""),
    }


@pytest.mark.parametrize("commune", ["", "38", "99999", "20.1,105.3", "Xã Hoạt Giang"])
def test_what_is_no_commune_is_refused(scans, commune):
    """Neither coordinates nor words nor provinces are taken for a place."""
    scans.note(stamp(), TOKENS[0], "")
    with pytest.raises(InvalidInputError, match="no commune"):
        scans.offer_place(stamp(), TOKENS[0], commune)
    scans.flush()
    assert [one.commune for one in scans.looks(stamp().serial)] == [""]


# -------------------------------------------------------------------------------------------------------------- states
ORDERED, PRINTED = Span(1, 9), Span(1, 9, printed_at=NOW, printings=1)


@pytest.mark.parametrize(
    ("span", "scanned", "opened", "state"),
    [
        (ORDERED, False, False, StampState.ORDERED),
        (PRINTED, True, False, StampState.PRINTED),
        (ACTIVATED, False, False, StampState.ACTIVATED),
        (ACTIVATED, True, False, StampState.CHECKED),
        (ACTIVATED, True, True, StampState.OPENED),
        (ACTIVATED, False, True, StampState.OPENED),
        (replace(ACTIVATED, voided_at=NOW), True, True, StampState.VOID),
    ],
)
def test_a_state_is_the_chain_s_word_and_ours_together(scans, span, scanned, opened, state):
    """Checked and opened are seen here; printed, activated and void are said on the chain, and void is graver."""
    view = stamp(span=span)
    if scanned:
        scans.note(view, TOKENS[0], "")
    if opened:
        with scans._observations.begin() as work:
            work.openings.open(scans._entry(view).key, TOKENS[0], NOW)
    assert scans.state(view) is state
    scans.flush()
    assert scans.state(replace(view, trace=None)) is state


def test_nothing_has_no_state(scans):
    """A stamp that was never issued is not in any state."""
    with pytest.raises(NotFoundError):
        scans.state(stamp(span=None, trace=None))


# ---------------------------------------------------------------------------------------------------------- forgetting
def test_looks_older_than_the_setting_are_gone_from_the_files(tmp_path, clock):
    """Their tokens and hosts are nowhere in the file or its log; the sums of their stamps stay."""
    with closing(process(tmp_path, clock, scan_days=30)) as scans:
        old = scans.visitor("203.0.113.1", PHONE)
        for number in range(1, 200):
            scans.note(stamp(number), old, "https://an-old-host.example/x")
        scans.flush()
        clock.wait(days=29)
        new = scans.visitor("203.0.113.1", PHONE)
        scans.note(stamp(1), new, "https://a-new-host.example/x")
        scans.flush()
        assert scans.prune() == 0
        assert old.encode() in bytes_of(tmp_path)
        clock.wait(days=2)
        assert scans.prune() == 199
        left = bytes_of(tmp_path)
        assert old.encode() not in left
        assert b"an-old-host" not in left
        assert new.encode() in left
        assert told(scans.seen(stamp(1), "")) == (2, 2)
        assert scans.counts(LOT)[1].checked == 199


def test_the_loop_forgets_once_a_day(tmp_path, clock, monkeypatch):
    """Of several processes one forgets, on the first round of a day."""
    with closing(process(tmp_path, clock)) as one, closing(process(tmp_path, clock)) as other:
        pruned = []
        for scans in (one, other):
            monkeypatch.setattr(scans._counting, "prune", lambda: pruned.append(clock.now()))
        for _ in range(3):
            for scans in (one, other):
                scans._counting._round()
                scans._counting._round()
            clock.wait(days=1)
        assert pruned == [NOW + timedelta(days=days) for days in range(3)]


def test_a_shorter_time_of_keeping_counts_at_once(tmp_path, clock):
    """Who starts the server with fewer days on the same day finds that what is older is gone."""
    with closing(process(tmp_path, clock)) as scans:
        scans.note(stamp(), TOKENS[0], "")
        scans.flush()
        clock.wait(days=40)
        scans._counting._round()
        assert len(scans.looks(stamp().serial)) == 1
    with closing(process(tmp_path, clock, scan_days=30)) as scans:
        scans._counting._round()
        assert scans.looks(stamp().serial) == ()


def test_lots_are_apart(scans):
    """Counts of one lot hold nothing of another."""
    scans.note(stamp(1), TOKENS[0], "")
    scans.note(stamp(1, run=2, trace=story("https://example.vn/other")), TOKENS[0], "")
    scans.flush()
    assert set(scans.counts(LOT)) == {1}
    assert set(scans.counts("https://example.vn/other")) == {2}
