"""What is said of ranges of stamps: whose word counts, what a scan says then, and how the story tells it."""

from datetime import date

import pytest

from tests.projection.conftest import projected
from tests.projection.fakes import NAMESPACE, PRODUCER, serials_of
from tests.projection.stories import PRODUCT, admit, jar, make_goods
from traceability.domain.stamp_life import MarkKind, StampState
from traceability.domain.verdicts import Verdict

TODAY = date(2026, 6, 1)


@pytest.fixture
def stamped(sqlite, tmp_path):
    """Goods with a run of 20 stamps that are printed and, but for the last five, on the goods."""

    def story(world):
        cast = admit(world)
        make_goods(world, cast)
        world.stamps(cast.coop, jar(1), 20)
        world.mark(cast.coop, jar(1), MarkKind.PRINTED, 1, 20, medium="zpl", codes=True)
        world.mark(cast.coop, jar(1), MarkKind.ACTIVATED, 1, 15)
        return cast

    return projected(sqlite, tmp_path, story=story)


def verdict(told, number):
    """Return the verdict of a scan of a stamp by its number."""
    serial = serials_of(jar(1), 1, 20)[number - 1]
    return told.reads.stamp(f"{PRODUCT.removeprefix('https://id.gs1.org')}/21/{serial}", TODAY).verdict


def say(told, author, kind, first, last, **more):
    """Record a mark and read it back."""
    told.world.mark(author, jar(1), kind, first, last, **more)
    told.project()


def test_a_void_stamp_never_looks_genuine(stamped):
    """Void beats activated, in whatever order they were said; restored, it is as it was before."""
    say(stamped, stamped.cast.coop, MarkKind.VOIDED, 14, 16, reason="stolen")
    assert [verdict(stamped, number) for number in (13, 14, 16)] == [Verdict.HOLDS, Verdict.VOID, Verdict.VOID]
    say(stamped, stamped.cast.coop, MarkKind.ACTIVATED, 16, 17)
    assert [verdict(stamped, number) for number in (16, 17, 18)] == [Verdict.VOID, Verdict.HOLDS, Verdict.NOT_ACTIVATED]
    say(stamped, stamped.cast.coop, MarkKind.RESTORED, 1, 20, reason="found")
    assert [verdict(stamped, number) for number in (14, 16, 18)] == [
        Verdict.HOLDS,
        Verdict.HOLDS,
        Verdict.NOT_ACTIVATED,
    ]


def test_what_an_inspector_made_void_only_an_inspector_restores(stamped):
    """Even where the custodian had made it void first; another custodian's word makes no difference either."""
    told, cast = stamped, stamped.cast
    say(told, cast.coop, MarkKind.VOIDED, 1, 2, reason="lost")
    say(told, cast.inspector, MarkKind.VOIDED, 2, 3, reason="copied")
    say(told, cast.coop, MarkKind.RESTORED, 1, 20, reason="mistake")
    assert [verdict(told, number) for number in (1, 2, 3)] == [Verdict.HOLDS, Verdict.VOID, Verdict.VOID]
    span = told.reads.runs(jar(1))[0].life.at(2)
    assert (span.void_reason, span.voided_by, span.void_inspected) == ("copied", cast.inspector, True)
    say(told, cast.inspector, MarkKind.RESTORED, 2, 2, reason="mistake")
    assert [verdict(told, number) for number in (1, 2, 3)] == [Verdict.HOLDS, Verdict.HOLDS, Verdict.VOID]


def test_an_inspector_neither_prints_nor_activates(stamped):
    """Only who has the goods can put stamps on them: an inspector's word on that changes nothing."""
    say(stamped, stamped.cast.inspector, MarkKind.ACTIVATED, 1, 20)
    say(stamped, stamped.cast.inspector, MarkKind.PRINTED, 1, 20, medium="pdf")
    assert verdict(stamped, 18) is Verdict.NOT_ACTIVATED
    assert stamped.reads.runs(jar(1))[0].life.at(18).printings == 1


def test_who_has_the_goods_now_speaks_for_their_stamps(stamped):
    """Goods were handed over: the new custodian activates and makes void, the old one may say nothing any more."""
    told, cast = stamped, stamped.cast
    told.world.ship(cast.coop, jar(1), cast.shop)
    told.world.receive(cast.shop, jar(1))
    say(told, cast.shop, MarkKind.VOIDED, 1, 1, reason="damaged")
    assert [verdict(told, number) for number in (1, 2)] == [Verdict.VOID, Verdict.HOLDS]
    told.world.ledger.set_capacities(cast.coop, int(PRODUCER | 4))
    say(told, cast.coop, MarkKind.ACTIVATED, 16, 16)
    assert verdict(told, 16) is Verdict.NOT_ACTIVATED


@pytest.mark.parametrize(("run", "first", "last"), [(1, 0, 3), (1, 3, 2), (1, 1, 21), (2, 1, 1)])
def test_a_mark_beyond_its_run_counts_for_nothing(stamped, run, first, last):
    """A range that is not of the run changes no stamp, and stays in the history as what was recorded."""
    say(stamped, stamped.cast.coop, MarkKind.VOIDED, first, last, run=run, reason="stolen")
    assert stamped.reads.runs(jar(1))[0].life.counted(StampState.VOID) == 0
    assert stamped.reads.history(jar(1))[-1].event_type == "ocop:StampVoid"


def test_the_story_tells_every_mark(stamped):
    """Each with its name, the stamps it is about, why, and the note that is kept off the chain."""
    say(stamped, stamped.cast.coop, MarkKind.VOIDED, 3, 7, reason="stolen", note="Mất ở chợ Bỉm Sơn")
    say(stamped, stamped.cast.coop, MarkKind.RESTORED, 3, 3, reason="other")
    run, printed, activated, void, restored = stamped.reads.history(jar(1))[-5:]
    titles = [one.title.en for one in (run, printed, activated, void, restored)]
    assert titles == ["Stamps issued", "Stamps printed", "Stamps activated", "Stamps made void", "Stamps restored"]
    assert [(one.key, one.value) for one in run.fields] == [("run", "1"), ("count", "20")]
    assert [(one.key, (one.words or one.label).en) for one in printed.fields][2:] == [
        ("medium", "Thermal roll (ZPL)"),
        ("codes", "Yes"),
    ]
    assert [(one.value, one.words and one.words.vi) for one in void.fields] == [
        ("1", None),
        ("3\N{EN DASH}7", None),
        ("stolen", "Bị mất cắp"),
    ]
    assert (void.note, void.note_intact, void.kind) == ("Mất ở chợ Bỉm Sơn", True, "observe")


def test_stamps_in_a_list_have_their_own_verdicts(stamped):
    """As a scan would say it, without the trace."""
    say(stamped, stamped.cast.inspector, MarkKind.VOIDED, 2, 2, reason="copied")
    listed = stamped.reads.stamps(jar(1), 1, 1, 3)
    assert [one.verdict for one in listed] == [Verdict.HOLDS, Verdict.VOID, Verdict.HOLDS]
    assert listed[0].path.startswith("/01/")
    assert NAMESPACE not in listed[0].path
