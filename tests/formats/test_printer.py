"""A printing job of any kind is written once, whole and the same, whatever happens on the way."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
import tracemalloc
from pathlib import Path

import pytest

from traceability.errors import InvalidInputError, StorageError
from traceability.formats.printer import EVERY, Printer
from traceability.formats.spool import Spool, beside

MEDIA = ["pdf", "zpl", "tspl", "csv", "xlsx"]
SUFFIXES = {"pdf": ".pdf", "zpl": ".zpl", "tspl": ".tspl", "csv": ".csv", "xlsx": ".xlsx"}


def source(rows):
    """Return what the printer asks for stamps from the k-th on."""
    return lambda k: iter(rows[k:])


@pytest.mark.parametrize("medium", MEDIA)
def test_what_the_printer_says_about_a_file(tmp_path, job, stamps, medium):
    """Size, kind and number are true; nobody else may read it, and nothing is left beside it."""
    rows, told = list(stamps(EVERY + 140)), []
    said = Printer().write(tmp_path / "job", source(rows), job(medium), len(rows), told.append)
    assert said.labels == len(rows)
    assert said.pages == {"pdf": 10, "zpl": len(rows), "tspl": len(rows)}.get(medium, 1)
    assert said.bytes == (tmp_path / "job").stat().st_size
    assert said.suffix == SUFFIXES[medium]
    assert "/" in said.media_type
    assert [path.name for path in tmp_path.iterdir()] == ["job"]
    assert stat.S_IMODE((tmp_path / "job").stat().st_mode) == 0o600
    assert told[-1] == len(rows)
    assert told == sorted(told)
    assert len(told) >= 2


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("medium", MEDIA)
def test_a_job_that_was_stopped_goes_on_to_the_same_byte(tmp_path, job, stamps, medium, codes):
    """Stopped several times, at and between checkpoints, the file is that of an undisturbed run."""
    rows = list(stamps(2 * EVERY + 60))
    kind = job(medium, codes=codes, calibration=True, label={"across": "2"}, start="3")
    whole = Printer().write(tmp_path / "whole", source(rows), kind, len(rows), lambda _done: None)
    begun_at = []

    def failing(limit):
        def some(k):
            begun_at.append(k)
            for index in range(k, len(rows)):
                if index == limit:
                    raise InterruptedError
                yield rows[index]

        return some

    path = tmp_path / "again"
    for limit in (EVERY - 1, EVERY + 130, EVERY + 131, 2 * EVERY + 59):
        with pytest.raises(InterruptedError):
            Printer().write(path, failing(limit), kind, len(rows), lambda _done: None)
        assert not path.exists()
    again = Printer().write(path, failing(None), kind, len(rows), lambda _done: None)
    assert again == whole
    assert path.read_bytes() == (tmp_path / "whole").read_bytes()
    if medium != "xlsx":
        assert begun_at[-1] >= EVERY  # what was done is not done again
    assert sorted(one.name for one in tmp_path.iterdir()) == ["again", "whole"]


KILLED = """
    import signal
    import sys
    from pathlib import Path
    from traceability.formats.printer import Printer
    from traceability.ports import PrintJob, StampToPrint

    def stamps(k):
        for n in range(k, 20000):
            if n == pause:
                signal.pause()
            serial = f"{n * 0x9E3779B97F4A7C15F39C:017X}"[-17:]
            yield StampToPrint("https://trace.ocop-th.vn/01/09506000134352/21/" + serial, serial, f"1-{n:06d}")

    job = PrintJob(medium=sys.argv[2], grid={"preset": "25x25"}, label=Printer.rolls["25x25"], product="Nem", lot="7")
    total, pause = int(sys.argv[3]), int(sys.argv[4])
    print(Printer().write(Path(sys.argv[1]), stamps, job, total, lambda done: print(done, flush=True)), flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("medium", MEDIA)
def test_kill_9_costs_no_stamp(tmp_path, medium):
    """A process that is killed in the middle leaves a part; the next one ends with the file that one run gives.

    The first one waits for its end between two checkpoints, so that no pause of ours lets it come through.
    """
    total = 2 * EVERY + 200
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(KILLED), encoding="utf-8")

    def begin(name, pause=-1):
        command = [sys.executable, str(script), str(tmp_path / name), medium, str(total), str(pause)]
        root = Path(__file__).parent.parent.parent
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ, "PYTHONPATH": "."}
        )

    with begin("killed", pause=EVERY + 130) as process:
        assert int(process.stdout.readline()) >= EVERY
        process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "killed").exists()
    for name in ("killed", "whole"):
        with begin(name) as process:
            first = process.stdout.readline()
            process.communicate(timeout=120)
            assert process.returncode == 0
        if name == "killed" and medium != "xlsx":
            assert int(first) > EVERY
    assert (tmp_path / "killed").read_bytes() == (tmp_path / "whole").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed", "run.py", "whole"]


def test_a_part_of_another_job_is_not_gone_on_with(tmp_path, job, stamps):
    """Another lot, other stamps or another total begin anew under the same name."""
    rows = list(stamps(EVERY + 100))

    def stop(_done):
        raise InterruptedError

    for other in (job("csv", lot="another"), job("csv")):
        with pytest.raises(InterruptedError):
            Printer().write(tmp_path / "job", source(rows), other, len(rows), stop)
    fresh = rows[1:] + rows[:1]
    Printer().write(tmp_path / "job", source(fresh), job("csv"), len(fresh), lambda _done: None)
    Printer().write(tmp_path / "plain", source(fresh), job("csv"), len(fresh), lambda _done: None)
    assert (tmp_path / "job").read_bytes() == (tmp_path / "plain").read_bytes()


@pytest.mark.parametrize("harm", [b"", b"{", b'{"done": 900, "size": 99999999, "notes": []}\n'])
def test_a_journal_torn_by_a_power_cut_counts_to_its_last_whole_line(tmp_path, harm):
    """Half a line, or one whose bytes never reached the disk, is as if it were not there."""
    path = tmp_path / "file"
    with Spool(path, "job") as spool:
        spool.write(b"one")
        spool.checkpoint(1, [7])
        spool.write(b"two, not safe yet")
    with beside(path, ".journal").open("ab") as journal:
        journal.write(harm)
    with Spool(path, "job") as spool:
        assert (spool.done, spool.position, spool.notes) == (1, 3, [7])
        spool.write(b"!")
        spool.checkpoint(2, [8])
    with Spool(path, "job") as spool:
        assert (spool.done, spool.notes) == (2, [7, 8])
        assert spool.finish() == 4
    assert path.read_bytes() == b"one!"


def test_discarding_leaves_nothing(tmp_path, job, stamps):
    """Finished, half finished or never begun: whoever sees such a file can copy stamps."""

    def stop(_done):
        raise InterruptedError

    rows = list(stamps(EVERY + 100))
    for medium in MEDIA:
        with pytest.raises(InterruptedError):
            Printer().write(tmp_path / medium, source(rows), job(medium), len(rows), stop)
        assert list(tmp_path.iterdir())
        Printer().discard(tmp_path / medium)
    Printer().write(tmp_path / "done", source(rows[:3]), job("csv"), 3, lambda _done: None)
    Printer().discard(tmp_path / "done")
    Printer().discard(tmp_path / "never")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_said(tmp_path, job, stamps):
    """A folder that is not there, and one that cannot be written, are errors of ours."""
    with pytest.raises(StorageError, match="cannot be written"):
        Printer().write(tmp_path / "no" / "job", lambda k: stamps(3), job("csv"), 3, lambda _done: None)
    (tmp_path / "job.part").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        Printer().write(tmp_path / "job", lambda k: stamps(3), job("pdf"), 3, lambda _done: None)


def test_nothing_to_print_and_stamps_that_are_missing(tmp_path, job, stamps):
    """An empty range is said, and a run that ends early is never taken for a whole one."""
    with pytest.raises(InvalidInputError, match="no stamps"):
        Printer().write(tmp_path / "job", lambda k: iter(()), job("csv"), 0, lambda _done: None)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StorageError, match="2 of 5 stamps are missing"):
        Printer().write(tmp_path / "job", lambda k: stamps(3), job("csv"), 5, lambda _done: None)
    assert not (tmp_path / "job").exists()


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"medium": "docx"}, "medium", "no kind of file docx"),
        ({"grid": {"preset": "99x99"}}, "preset", "no label stock 99x99"),
        ({"grid": {"columns": "9", "rows": "10"}}, "stamp_width", "not a length"),
    ],
)
def test_a_choice_that_is_none_is_refused(job, stamps, change, field, said):
    """The field is named."""
    with pytest.raises(InvalidInputError, match=said) as refusal:
        Printer().check(job(**change), next(stamps(1)))
    assert refusal.value.field == field


def test_codes_that_are_not_there_cannot_be_printed(job, stamps):
    """A job with codes needs stamps with codes."""
    stamp = next(stamps(1))
    bare = type(stamp)(stamp.link, stamp.serial, stamp.number)
    with pytest.raises(InvalidInputError, match="no second codes") as refusal:
        Printer().check(job(codes=True), bare)
    assert refusal.value.field == "codes"


@pytest.mark.parametrize("medium", MEDIA)
def test_memory_does_not_grow_with_the_job(tmp_path, job, stamps, medium):
    """Four times the stamps take no more memory, because they leave as they are made.

    Their serials differ in two letters only: what is remembered of letters that were seen has its limit, but reaches
    it after thousands of stamps (`python -m bench print` measures those).
    """
    stamp, letters = next(stamps(1)), "0123456789ABCDEF"

    def some(count):
        for index in range(count):
            serial = stamp.serial[:-2] + letters[index % 16] + letters[index // 16 % 16]
            yield type(stamp)(stamp.link[:-17] + serial, serial, stamp.number)

    def peak(count):
        tracemalloc.start()
        Printer().write(tmp_path / "job", lambda k: some(count), job(medium), count, lambda _done: None)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(50)
    small = peak(150)
    assert peak(600) < small * 1.1 + 300_000
