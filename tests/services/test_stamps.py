"""A stamp's life as services let it happen: who may do what, what is refused, what the record says afterwards."""

import pytest

from tests.services.conftest import ago, assert_refused, key, open_world
from tests.services.paper import printing_lines
from traceability.domain.stamp_life import RESTORE_REASONS, VOID_REASONS, StampState
from traceability.domain.verdicts import Verdict
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    MassBalanceError,
    NotAuthorisedError,
    NotFoundError,
    RuleViolationError,
)
from traceability.services import stamp_marks
from traceability.services.commands import (
    ActivateStamps,
    IssueStamps,
    LiftRecall,
    PrintStamps,
    Recall,
    ReceiveLot,
    RestoreStamps,
    Retire,
    ShipLot,
    VoidStamps,
)

EVERYBODY = ("coop", "other", "shop", "inspector", "operator")


@pytest.fixture
def world(fresh):
    """A world whose printer writes lines."""
    return printing_lines(fresh)


def life(world, run=1, lot="jars"):
    """Return the life of a run."""
    return next(one.life for one in world.app.reads.runs(world.paths[lot]) if one.number == run)


def void(world, who="coop", first="", last="", reason="stolen", lot="jars", **rest):
    """Make stamps void."""
    command = VoidStamps(key(), world.paths[lot], "1", reason, first, last, **rest)
    return world.app.stamps.void(world.actors[who], command)


def restore(world, who="coop", first="", last="", reason="found", lot="jars", **rest):
    """Restore stamps."""
    command = RestoreStamps(key(), world.paths[lot], "1", reason, first, last, **rest)
    return world.app.stamps.restore(world.actors[who], command)


def activate(world, who="coop", first="", last="", lot="jars"):
    """Activate stamps."""
    return world.app.stamps.activate(world.actors[who], ActivateStamps(key(), world.paths[lot], "1", first, last))


def print_(world, who="coop", first="", last="", lot="jars", **rest):
    """Begin a print job."""
    return world.app.stamps.print(world.actors[who], PrintStamps(key(), world.paths[lot], "1", first, last, **rest))


# ------------------------------------------------------------------------------------------------------------- who may
MAY = {
    "order": ({"coop"}, lambda w, who: w.app.stamps.order(w.actors[who], IssueStamps(key(), w.paths["jars"], "1"))),
    "issue": ({"coop"}, lambda w, who: w.app.stamps.issue(w.actors[who], IssueStamps(key(), w.paths["jars"], "1"))),
    "serials": ({"coop"}, lambda w, who: list(w.app.stamps.serials(w.actors[who], w.paths["jars"], 1))),
    "second codes": (
        {"coop"},
        lambda w, who: list(w.app.stamps.serials(w.actors[who], w.paths["jars"], 1, codes=True)),
    ),
    "print": ({"coop"}, print_),
    "activate": ({"coop"}, activate),
    "void": ({"coop", "inspector"}, void),
    "restore": ({"coop", "inspector"}, restore),
}


@pytest.mark.parametrize("what", sorted(MAY))
def test_everybody_else_is_kept_from_the_stamps_of_a_lot(world, what):
    """Each role of each other participant is refused by name, and leaves no trace; who may, may."""
    allowed, act = MAY[what]
    if what == "restore":
        void(world)
    for who in EVERYBODY:
        if who not in allowed:
            assert_refused(world, lambda who=who: act(world, who), NotAuthorisedError)
    for who in sorted(allowed):
        act(world, who)
        if what == "void":
            restore(world, "inspector")
        if what == "restore":
            void(world)


@pytest.mark.parametrize("what", ["order", "issue", "serials", "print", "activate", "void", "restore"])
def test_a_custodian_has_no_say_about_the_lot_of_another(world, what):
    """The lot goes to the shop: from then on its stamps are the shop's business and no longer the cooperative's."""
    world.app.lots.ship(world.actors["coop"], ShipLot(key(), world.paths["jars"], world.paths["shop"], ago(hours=1)))
    world.app.lots.receive(world.actors["shop"], ReceiveLot(key(), world.paths["jars"], ago(minutes=30)))
    if what == "restore":
        void(world, "shop")
    act = MAY[what][1]
    for who in ("coop", "other"):
        assert_refused(world, lambda who=who: act(world, who), NotAuthorisedError)
    act(world, "shop")


# --------------------------------------------------------------------------------------------------- what is refused
REFUSALS = {
    "more stamps than the lot holds": (
        lambda w: w.app.stamps.order(w.actors["coop"], IssueStamps(key(), w.paths["jars"], "12")),
        MassBalanceError,
        "count",
    ),
    "none": (
        lambda w: w.app.stamps.order(w.actors["coop"], IssueStamps(key(), w.paths["jars"], "0")),
        InvalidInputError,
        "count",
    ),
    "more than a run may have": (
        lambda w: w.app.stamps.order(w.actors["coop"], IssueStamps(key(), w.paths["jars"], "1000001")),
        InvalidInputError,
        "count",
    ),
    "a lot that is weighed": (
        lambda w: w.app.stamps.order(w.actors["coop"], IssueStamps(key(), w.paths["raw"], "1")),
        RuleViolationError,
        "lot",
    ),
    "no lot": (
        lambda w: w.app.stamps.order(w.actors["coop"], IssueStamps(key(), "", "1")),
        InvalidInputError,
        "lot",
    ),
    "a lot made of a recalled one": (
        lambda w: w.app.stamps.order(w.actors["coop"], IssueStamps(key(), w.paths["made of recalled"], "1")),
        RuleViolationError,
        "lot",
    ),
    "print: a run that there is not": (
        lambda w: w.app.stamps.print(w.actors["coop"], PrintStamps(key(), w.paths["jars"], "7")),
        NotFoundError,
        "run",
    ),
    "print: a range beyond the run": (lambda w: print_(w, first="1", last="6"), InvalidInputError, "last"),
    "print: the wrong way round": (lambda w: print_(w, first="4", last="3"), InvalidInputError, "first"),
    "print: a medium of the future": (lambda w: print_(w, medium="hologram"), InvalidInputError, "medium"),
    "print: a grid that does not fit": (lambda w: print_(w, grid={"bad": "1"}), InvalidInputError, "bad"),
    "activate: a number that is none": (lambda w: activate(w, first="một"), InvalidInputError, "first"),
    "void: beyond the run": (lambda w: void(w, last="6"), InvalidInputError, "last"),
    "void: no reason": (lambda w: void(w, reason=""), InvalidInputError, "reason"),
    "void: a reason of one's own": (lambda w: void(w, reason="bored"), InvalidInputError, "reason"),
    "void: markup in the note": (lambda w: void(w, note="<script>"), InvalidInputError, "note"),
    "restore: what is not void": (restore, RuleViolationError, "first"),
    "restore: no reason": (lambda w: restore(w, reason=""), InvalidInputError, "reason"),
    "restore: with the reason of a void": (lambda w: restore(w, reason="stolen"), InvalidInputError, "reason"),
}


@pytest.fixture(scope="module")
def refusing(template, tmp_path_factory):
    """One world for all that is refused: nothing changes in it."""
    found = printing_lines(open_world(template, tmp_path_factory.mktemp("refusing") / "data"))
    yield found
    found.app.close()


@pytest.mark.parametrize("what", sorted(REFUSALS))
def test_bad_input_is_refused_by_field_and_changes_nothing(refusing, what):
    """A whole sentence that blames the right field; not a row, a job, a seed or a block more than before."""
    act, error, field = REFUSALS[what]
    assert_refused(refusing, lambda: act(refusing), error, field)


def test_what_is_void_already_is_not_made_void_again(world):
    """But a range of which a part is void may be, and an inspector may add weight to a custodian's word."""
    void(world, first="2", last="3")
    assert_refused(world, lambda: void(world, first="2", last="3"), RuleViolationError, "first")
    void(world, first="1", last="4")
    void(world, "inspector", first="2", last="3", reason="copied")
    assert_refused(world, lambda: void(world, "inspector", first="2", last="3"), RuleViolationError, "first")
    assert life(world).counted(StampState.VOID) == 4


def test_what_an_inspector_made_void_only_an_inspector_restores(world):
    """The custodian is told who it was, also where only a part of the range is concerned."""
    void(world, first="1", last="2")
    void(world, "inspector", first="4", last="4", reason="copied")
    error = assert_refused(world, lambda: restore(world), NotAuthorisedError, "first")
    assert "Bên inspector" in str(error)
    restore(world, first="1", last="3")
    assert life(world).counted(StampState.VOID) == 1
    restore(world, "inspector", reason="mistake")
    assert life(world).counted(StampState.VOID) == 0


def test_stamps_that_are_void_are_neither_printed_nor_activated(world):
    """A part of them in a range stands in the way of printing; of activating only when all of them are void."""
    void(world, first="5", last="5")
    assert_refused(world, lambda: print_(world), RuleViolationError, "first")
    assert_refused(world, lambda: activate(world, first="5"), RuleViolationError, "first")
    activate(world)
    assert life(world).activated == 4
    assert_refused(world, lambda: activate(world, first="2", last="3"), RuleViolationError, "first")
    assert_refused(world, lambda: activate(world), RuleViolationError, "run")


def test_a_stolen_roll_can_be_made_void_whatever_became_of_the_lot(world):
    """Recalled or closed for ever: who scans one of its stamps is to be warned all the same."""
    inspector = world.actors["inspector"]
    world.app.recalls.recall(inspector, Recall(key(), world.paths["jars"], "microbial", "x"))
    void(world, first="1", last="1")
    world.app.recalls.lift(inspector, LiftRecall(key(), world.paths["jars"], "x"))
    world.app.lots.retire(world.actors["coop"], Retire(key(), world.paths["jars"], "hết"))
    void(world, first="2", last="2")
    assert_refused(world, lambda: activate(world, first="3"), RuleViolationError, "lot")
    assert life(world).counted(StampState.VOID) == 2


def test_too_many_marks_are_refused(world, monkeypatch):
    """Each page of a stamp folds all records of its run: there is an end to them, and the sentence says what to do."""
    monkeypatch.setattr(stamp_marks, "MAX_MARKS", 2)
    void(world, first="1", last="1")
    void(world, first="2", last="2")
    assert_refused(world, lambda: void(world, first="3", last="3"), RuleViolationError, "run")


# ------------------------------------------------------------------------------------------------- what is on record
def test_a_life_is_told_by_signed_records(world):
    """Ordered, printed, activated, void, restored: each step is a record with its author, reason and erasable note."""
    coop = world.actors["coop"]
    states = [life(world).at(3).state]
    job = print_(world, first="2", last="4", codes=True, medium="csv")
    states.append(life(world).at(3).state)
    activate(world, first="3", last="3")
    states.append(life(world).at(3).state)
    void(world, first="3", last="3", note="rơi xuống sông")
    states.append(life(world).at(3).state)
    (stamp,) = world.app.stamps.serials(coop, world.paths["jars"], 1, 3, 3)
    assert world.app.reads.stamp(stamp.path, world.clock.now().date()).verdict is Verdict.VOID
    restore(world, first="3", last="3", reason="found")
    states.append(life(world).at(3).state)
    assert [one.name for one in states] == ["ORDERED", "PRINTED", "ACTIVATED", "VOID", "ACTIVATED"]
    assert world.app.reads.stamp(stamp.path, world.clock.now().date()).verdict is Verdict.HOLDS
    span = life(world).at(3)
    assert (span.codes, span.printings, job.medium) == (True, 1, "csv")
    marks = life(world).marks
    assert [mark.kind.value for mark in marks] == ["printed", "activated", "voided", "restored"]
    assert {mark.participant for mark in marks} == {coop.participant}
    with world.app.database.begin() as work:
        notes = [one.text for one in work.erasables.all() if one.label == "note"]
    assert "rơi xuống sông" in notes
    documents = b"".join(one.documents for one in world.app.reads.submissions(world.paths["jars"]))
    assert "sông".encode() not in documents
    assert world.app.verifier.verify_lot(world.paths["jars"]).ok


def test_the_reasons_are_those_of_the_domain(world):
    """Every reason that the lists offer is taken."""
    for reason in VOID_REASONS:
        void(world, reason=reason)
        restore(world, reason=RESTORE_REASONS[VOID_REASONS.index(reason) % len(RESTORE_REASONS)])
    assert len(life(world).marks) == 2 * len(VOID_REASONS)


def test_a_form_sent_twice_is_one_record_and_one_job(world):
    """The same key is the same wish; with other content it is refused."""
    coop = world.actors["coop"]
    command = PrintStamps("again", world.paths["jars"], "1")
    assert world.app.stamps.print(coop, command) == world.app.stamps.print(coop, command)
    assert life(world).at(1).printings == 1
    with pytest.raises(AlreadyExistsError):
        world.app.stamps.print(coop, PrintStamps("again", world.paths["jars"], "1", "2"))
    order = IssueStamps("order", world.paths["jars"], "2")
    assert world.app.stamps.order(coop, order).id == world.app.stamps.order(coop, order).id
    assert world.app.stamps.issue(coop, order).state == "landed"
    assert world.lot("jars").stamped == 7
    with pytest.raises(AlreadyExistsError):
        world.app.stamps.order(coop, IssueStamps("order", world.paths["jars"], "3"))
    with pytest.raises(AlreadyExistsError):
        world.app.stamps.order(coop, IssueStamps("again", world.paths["jars"], "3"))


def test_second_codes_come_back_as_they_were_derived(world):
    """Nothing is stored: seed and place bring the same code each time, another one for each stamp."""
    coop, lot = world.actors["coop"], world.paths["jars"]
    once, again = (list(world.app.stamps.serials(coop, lot, 1, codes=True)) for _ in range(2))
    assert once == again
    assert len({one.code for one in once}) == 5
    assert all(len(one.code) == 8 for one in once)
    assert [one.code for one in world.app.stamps.serials(coop, lot, 1, 3, 4, codes=True)] == [
        one.code for one in once[2:4]
    ]
    assert all(not one.code for one in world.app.stamps.serials(coop, lot, 1))
