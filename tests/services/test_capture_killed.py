"""`kill -9` at every point of a capture: the next process goes on, and of the document all is recorded once or nothing.

Each process is a fork of this one that kills itself at a chosen point; the next one takes up what it left.
"""

import pytest

from tests.services.captured import document, event, lot, some
from tests.services.conftest import CHEAP, TickingClock, ago, open_world
from tests.services.dying import kill_after, kill_before, live
from traceability.bootstrap import build
from traceability.chain.relayer import Relayer
from traceability.domain.capture_views import ErrorBehaviour
from traceability.projection.indexer import Indexer
from traceability.services.jobs import Jobs
from traceability.services.recording import Recorder
from traceability.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

POINTS = {
    "accepted": lambda: kill_before(Jobs, "run_kept"),
    "about to be planned": lambda: kill_before(Recorder, "record"),
    "planned and written down": lambda: kill_after(Jobs, "note"),
    "rehearsed": lambda: kill_after(Recorder, "_rehearse"),
    "signed and kept": lambda: kill_after(Recorder, "_keep"),
    "on the chain": lambda: kill_after(Relayer, "flush"),
    "projected": lambda: kill_after(Indexer, "advance"),
    "recorded": lambda: kill_after(Recorder, "record"),
    "all told": lambda: kill_before(Jobs, "_done"),
}
"""Where the process of a document dies, in the order of its life."""


@pytest.mark.parametrize("behaviour", ErrorBehaviour)
def test_a_document_survives_every_death(template, tmp_path, behaviour):
    """Killed at nine points one after the other, a document is recorded once, whole, and its job tells all of it."""
    world = open_world(template, tmp_path / "data")
    coop, data = world.actors["coop"], world.app.settings.data_dir
    world.app.close()
    known = set()
    for number, (point, doom) in enumerate(POINTS.items()):
        made = lot(f"K{number}")
        events = [
            event(action="ADD", bizStep="commissioning", quantityList=[some(made, 10)], when=ago(hours=9)),
            event(bizStep="departing", when=ago(hours=8)),
            *([event(quantityList=[some(lot("NOWHERE"))])] if behaviour is ErrorBehaviour.PROCEED else []),
            event(action="DELETE", bizStep="destroying", quantityList=[some(made, 4)], when=ago(hours=7)),
        ]
        whole = document(*events)
        assert live(data, lambda app, sent=whole: app.capture.submit(coop, sent, behaviour), doom), point
        assert not live(data, lambda _: None)
        app = build(Settings(data_dir=data), clock=TickingClock(), hasher=CHEAP)
        try:
            (job,) = (one for one in app.capture.jobs(coop, per_page=100)[0] if one.id not in known)
            refused = len(events) - 3
            assert (job.running, job.captured, len(job.errors)) == (False, 3, refused), point
            assert [entry.kind for entry in app.reads.history(made)] == ["register", "consume"], point
            assert app.reads.lot(made).left.amount == 6, point
            with app.database.begin() as work:
                assert not work.outbox.pending(), point
            again = app.capture.submit(coop, whole, behaviour)
            assert again.captured == 3, point
            known |= {job.id, again.id}
            assert [entry.kind for entry in app.reads.history(made)] == ["register", "consume"], point
        finally:
            app.close()
    app = build(Settings(data_dir=data), clock=TickingClock(), hasher=CHEAP)
    try:
        assert app.verifier.verify_all().ok
    finally:
        app.close()


def test_a_refused_document_leaves_nothing_behind(template, tmp_path):
    """Killed anywhere on the way, a document with one refused event leaves no event on record in rollback."""
    world = open_world(template, tmp_path / "data")
    coop, data = world.actors["coop"], world.app.settings.data_dir
    height = world.height()
    world.app.close()
    bad = document(
        event(), event(action="ADD", quantityList=[some(lot("HALF"), 5)]), event(quantityList=[some(lot("NO"))])
    )
    for point in ("accepted", "about to be planned", "all told"):
        assert live(data, lambda app: app.capture.submit(coop, bad), POINTS[point]), point
        assert not live(data, lambda _: None)
    app = build(Settings(data_dir=data), clock=TickingClock(), hasher=CHEAP)
    try:
        found, _ = app.capture.jobs(coop)
        assert [(job.running, job.captured, len(job.errors)) for job in found] == [(False, 0, 1)] * 3
        assert app.ledger.height() == height
    finally:
        app.close()
