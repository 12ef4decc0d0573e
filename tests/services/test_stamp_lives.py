"""Any sequence of records about stamps: services, projection and a slow oracle agree about every single stamp."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.conftest import ago, key
from tests.services.paper import printing_lines
from traceability.domain.stamp_life import StampState
from traceability.domain.verdicts import Verdict
from traceability.errors import NotAuthorisedError, RuleViolationError
from traceability.services.commands import (
    ActivateStamps,
    IssueStamps,
    PrintStamps,
    RegisterLot,
    RestoreStamps,
    VoidStamps,
)

COUNT = 6

ACTS = st.tuples(
    st.sampled_from(["print", "activate", "void", "restore", "void", "restore"]),
    st.sampled_from(["coop", "inspector"]),
    st.integers(1, COUNT),
    st.integers(1, COUNT),
    st.booleans(),
)
"""What, who, between which two stamps, and whether with second codes."""


@dataclass
class Told:
    """What the oracle knows of one stamp: plain facts, one stamp at a time, no ranges."""

    printings: int = 0
    codes: bool = False
    activated: bool = False
    void_by: str = ""

    @property
    def state(self):
        """How far it is."""
        if self.void_by:
            return StampState.VOID
        if self.activated:
            return StampState.ACTIVATED
        return StampState.PRINTED if self.printings else StampState.ORDERED

    @property
    def verdict(self):
        """What a page says of it, on a lot whose history holds."""
        if self.void_by:
            return Verdict.VOID
        return Verdict.HOLDS if self.activated else Verdict.NOT_ACTIVATED


REFUSED = {
    "print": lambda stamps, who: who != "coop" or any(one.void_by for one in stamps),
    "activate": lambda stamps, who: (
        who != "coop" or all(one.activated for one in stamps) or all(one.void_by for one in stamps)
    ),
    "void": lambda stamps, who: all(one.void_by == "inspector" or (who == "coop" and one.void_by) for one in stamps),
    "restore": lambda stamps, who: (
        not any(one.void_by for one in stamps) or (who == "coop" and any(one.void_by == "inspector" for one in stamps))
    ),
}
"""When something may not be done to some stamps."""


def oracle(stamps, what, who, codes):
    """Do it to each stamp by itself and return True, or change nothing and return False where it is to be refused."""
    if REFUSED[what](stamps, who):
        return False
    for one in stamps:
        if what == "print":
            one.printings, one.codes = one.printings + 1, one.codes or codes
        elif what == "activate":
            one.activated = True
        elif what == "void":
            one.void_by = "inspector" if who == "inspector" else one.void_by or "coop"
        else:
            one.void_by = ""
    return True


def act(world, lot, run, what, who, first, last, codes):
    """Do it for real; tell whether it was let through."""
    service, actor = world.app.stamps, world.actors[who]
    place = {"key": key(), "lot": lot, "run": str(run), "first": str(first), "last": str(last)}
    commands = {
        "print": lambda: service.print(actor, PrintStamps(**place, codes=codes)),
        "activate": lambda: service.activate(actor, ActivateStamps(**place)),
        "void": lambda: service.void(actor, VoidStamps(**place, reason="stolen")),
        "restore": lambda: service.restore(actor, RestoreStamps(**place, reason="found")),
    }
    try:
        commands[what]()
    except (RuleViolationError, NotAuthorisedError):
        return False
    return True


@pytest.fixture(scope="module")
def lot(world):
    """A lot with pieces for every example."""
    printing_lines(world)
    command = RegisterLot(key(), world.paths["jar"], "10000", "H87", ago(hours=1))
    return world.app.lots.register(world.actors["coop"], command).path


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(ACTS, min_size=1, max_size=8))
def test_services_projection_and_oracle_agree(world, lot, acts):
    """What is refused, and how each stamp stands: run by run, range by range, stamp by stamp, and on its page."""
    app = world.app
    app.stamps.issue(world.actors["coop"], IssueStamps(key(), lot, str(COUNT)))
    run = len(app.reads.runs(lot))
    stamps = [Told() for _ in range(COUNT)]
    for what, who, one, other, codes in acts:
        first, last = sorted((one, other))
        expected = oracle(stamps[first - 1 : last], what, who, codes)
        assert act(world, lot, run, what, who, first, last, codes) == expected, (what, who, first, last)
    life = app.reads.runs(lot)[run - 1].life
    for number, told in enumerate(stamps, 1):
        span = life.at(number)
        assert (span.state, span.printings, span.codes) == (told.state, told.printings, told.codes), number
        assert span.void_inspected == (told.void_by == "inspector")
        assert (span.activated_at is not None) == told.activated
    assert [view.verdict for view in app.reads.stamps(lot, run)] == [told.verdict for told in stamps]
    today = world.clock.now().date()
    for stamp, told in zip(app.stamps.serials(world.actors["coop"], lot, run), stamps, strict=True):
        assert app.reads.stamp(stamp.path, today).verdict is told.verdict


def test_a_rebuild_brings_the_same_lives_back(world, lot):
    """Lives are of the chain alone."""
    before = [run.life for run in world.app.reads.runs(lot)]
    world.app.indexer.rebuild()
    assert [run.life for run in world.app.reads.runs(lot)] == before
    assert world.app.verifier.verify_lot(lot).ok
