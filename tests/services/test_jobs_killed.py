"""`kill -9` in every phase of a large order and of a print job: the next process goes on, and nothing is done twice.

Each process is a fork of this one that kills itself at a chosen point; the next one takes up what it left.
"""

import shutil
import time

import pytest

from tests.services import dying
from tests.services.conftest import CHEAP, TickingClock, ago, key, open_world
from tests.services.dying import kill_after, kill_before
from tests.services.paper import LinePrinter, is_locked
from traceability.bootstrap import build
from traceability.chain.relayer import Relayer
from traceability.projection.indexer import Indexer
from traceability.services import trades
from traceability.services.commands import IssueStamps, PrintStamps, RegisterLot
from traceability.services.jobs import Jobs
from traceability.services.recording import Recorder
from traceability.services.stamp_orders import StampOrders
from traceability.settings import Settings

COUNT = 100_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


ORDER = {
    "reserved": lambda: kill_after(StampOrders, "_reserve"),
    "three pieces done": lambda: kill_after(Jobs, "note", times=3),
    "root known": lambda: kill_after(Jobs, "note", when=lambda job: job.phase == "recording"),
    "signed and kept": lambda: kill_after(Recorder, "_keep"),
    "on the chain": lambda: kill_after(Relayer, "flush"),
    "projected": lambda: kill_after(Indexer, "advance"),
    "half filled": lambda: kill_after(
        Jobs, "note", when=lambda job: job.phase == "filling" and job.done > 0.85 * COUNT
    ),
    "all there": lambda: kill_before(Jobs, "_done"),
}
"""Where a process of an order dies, in the order of its life."""

PRINT = {
    "recorded": lambda: kill_after(Recorder, "_keep"),
    "a part written": lambda: kill_after(Jobs, "note", times=3),
    "another part written": lambda: kill_after(Jobs, "note", times=3),
    "all written": lambda: kill_before(Jobs, "_done"),
}


def live(folder, act, doom=None):
    """Run `act` in a process of its own that prints slowly; one that is to die writes every step down, however fast."""

    def acted(app):
        if doom is not None:
            trades.WRITE_DOWN = 0.0
        app.stamps._printer = LinePrinter(pause=0.001)
        act(app)

    return dying.live(folder, acted, doom)


@pytest.fixture(scope="module")
def folder(template, tmp_path_factory):
    """A data folder with a lot of many pieces; the actors, and the lot's path."""
    world = open_world(template, tmp_path_factory.mktemp("killed") / "data")
    command = RegisterLot(key(), world.paths["jar"], str(COUNT), "H87", ago(hours=1))
    lot = world.app.lots.register(world.actors["coop"], command).path
    world.app.close()
    return world.app.settings.data_dir, world.actors["coop"], lot


def looked_at(folder, look):
    """Return what a look at the data folder shows."""
    app = build(Settings(data_dir=folder), clock=TickingClock(), hasher=CHEAP)
    try:
        return look(app)
    finally:
        app.close()


def test_an_order_survives_every_death(folder):
    """Killed at eight points one after the other, a run of 100,000 is made once, complete, and verifies."""
    data, coop, lot = folder
    wish = IssueStamps("large", lot, str(COUNT))
    for point, doom in ORDER.items():
        assert live(data, lambda app: app.stamps.order(coop, wish), doom), f"it was to die where it is {point}"
    assert not live(data, lambda app: app.stamps.order(coop, wish))

    def check(app):
        (run,) = app.reads.runs(lot)
        (job,) = app.jobs.list(coop, lot)
        assert (run.count, run.ready, run.number) == (COUNT, COUNT, 1)
        assert (job.state, job.done) == ("done", COUNT)
        assert app.reads.lot(lot).stamped == COUNT
        with app.database.begin() as work:
            assert len([seed for seed in work.seeds.all() if seed.lot == run.lot_uri]) == 1
        assert app.verifier.verify_lot(lot).ok

    looked_at(data, check)


def falls_silent(folder, seconds=60.0):
    """Whether nobody writes to the files of a folder any more, soon after the one who had them made died.

    A `LinePrinter` holds a lock while it writes, which the system lifts when its process is gone.
    """
    until = time.monotonic() + seconds
    while any(is_locked(path) for path in folder.glob("*")):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_print_job_survives_every_death(folder, tmp_path):
    """Killed when it is recorded, while its file is written, when it is whole: one record, one file, every stamp."""
    data, coop, lot = folder
    wish = PrintStamps("sheets", lot, "1", codes=True)
    if not looked_at(data, lambda app: app.reads.runs(lot)):  # run by itself
        live(data, lambda app: app.stamps.issue(coop, IssueStamps("large", lot, str(COUNT))))
    for point, doom in PRINT.items():
        assert live(data, lambda app: app.stamps.print(coop, wish), doom), f"it was to die where it is {point}"
        assert falls_silent(data / "prints"), "somebody still writes"
    assert not live(data, lambda app: app.stamps.print(coop, wish))

    def check(app):
        (job,) = (one for one in app.jobs.list(coop, lot) if one.kind == "print")
        path, _, _ = app.jobs.file(coop, job.id)
        shutil.copyfile(path, tmp_path / "file")
        (run,) = app.reads.runs(lot)
        assert [mark.kind.value for mark in run.life.marks] == ["printed"]
        return [f"{one.serial} 1-{one.number:06d} {one.code}" for one in app.stamps.serials(coop, lot, 1, codes=True)]

    wanted = looked_at(data, check)
    assert (tmp_path / "file").read_text().splitlines() == wanted
