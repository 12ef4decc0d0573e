"""Stamps as the projection tells of them, without a chain behind them, and a clock to look at them by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from tests.clocks import StandingClock
from traceability.domain.stamp_life import Span
from traceability.domain.verdicts import Verdict
from traceability.domain.views import StampView
from traceability.projection.observations.database import ObservationsDatabase
from traceability.services.scans import Scans

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""10:00 in Viet Nam."""

LOT = "https://id.gs1.org/01/09506000134352/10/JARS"
ACTIVATED = Span(1, 1000, printed_at=NOW, printings=1, codes=True, activated_at=NOW - timedelta(days=1))
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A536E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Mobile "
    "Safari/537.36"
)


class Clock(StandingClock):
    """Stands still at `NOW` until it is moved."""

    def __init__(self, at=NOW):
        super().__init__(at)


def story(lot=LOT, commune="15286"):
    """Return as much of a lot's story as is asked for here: where its people are."""
    party = SimpleNamespace(commune_code=commune)
    product = SimpleNamespace(producer=party)
    goods = SimpleNamespace(uri=lot, custodian=party, receiver=None)
    return SimpleNamespace(lot=goods, product=product, producer=party, timeline=(SimpleNamespace(by=party),))


STORY = story()


def stamp(number=1, *, run=1, span=ACTIVATED, trace=STORY):
    """Return a stamp of a run."""
    serial = f"R{run}S{number:013}"
    return StampView(Verdict.HOLDS, serial, f"/01/09506000134352/21/{serial}", run, number, span, trace)


def void(view):
    """Return the same stamp, made void."""
    return replace(view, span=replace(view.span, voided_at=NOW, void_reason="stolen", voided_by=2))


def process(folder, clock, **rest):
    """Return what one process of a service has: several of them share a folder. Its loop is the test's business."""
    settings = {"base_url": "https://trace.example.vn", "scan_days": 90} | rest
    scans = Scans(clock, ObservationsDatabase.at(folder), **settings)
    scans._counting._working = True
    return scans
