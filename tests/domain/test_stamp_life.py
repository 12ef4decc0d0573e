"""The fold over ranges says of every stamp what a slow look at that one stamp says, and stays quick under any marks."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pace import slowness
from traceability.domain.stamp_life import Mark, MarkKind, Span, StampLife, StampState, fold
from traceability.errors import InvalidInputError

START = datetime(2026, 5, 4, tzinfo=UTC)
COUNT = 30


@st.composite
def histories(draw):
    """Any marks on a run of thirty, some of which leave it or cover nothing."""
    numbers = st.integers(-3, COUNT + 4)
    return tuple(
        Mark(
            draw(st.sampled_from(MarkKind)),
            draw(numbers),
            draw(numbers),
            START + timedelta(hours=place),
            draw(st.integers(1, 3)),
            draw(st.sampled_from(["", "stolen", "found"])),
            codes=draw(st.booleans()),
            inspected=draw(st.booleans()),
        )
        for place in range(draw(st.integers(0, 25)))
    )


def oracle(number, marks):
    """Walk through the marks for one stamp: the obvious twin of the fold."""
    life = Span(number, number)
    for mark in marks:
        if not mark.first <= number <= mark.last:
            continue
        if mark.kind is MarkKind.PRINTED:
            printed_at = life.printed_at or mark.at
            life = replace(life, printed_at=printed_at, printings=life.printings + 1, codes=life.codes or mark.codes)
        elif mark.kind is MarkKind.ACTIVATED:
            life = replace(life, activated_at=life.activated_at or mark.at)
        elif mark.kind is MarkKind.VOIDED:
            if life.voided_at is None or (mark.inspected and not life.void_inspected):
                life = replace(
                    life,
                    voided_at=life.voided_at or mark.at,
                    void_reason=mark.reason,
                    voided_by=mark.participant,
                    void_inspected=mark.inspected,
                )
        elif mark.inspected or not life.void_inspected:
            life = replace(life, voided_at=None, void_reason="", voided_by=0, void_inspected=False)
    return life


@given(histories())
def test_every_stamp_has_the_life_that_its_marks_lead_to(marks):
    """`at` agrees with the oracle for each stamp."""
    life = StampLife(COUNT, marks)
    for number in range(1, COUNT + 1):
        assert replace(life.at(number), first=number, last=number) == oracle(number, marks)


@given(histories())
def test_spans_cover_the_run_once(marks):
    """From the first stamp to the last, in order, without gap or overlap, and no more than the marks' edges allow."""
    spans = fold(COUNT, marks)
    numbers = [number for span in spans for number in range(span.first, span.last + 1)]
    assert numbers == list(range(1, COUNT + 1))
    assert len(spans) <= 2 * len(marks) + 1


@given(histories(), st.integers(1, COUNT), st.integers(1, COUNT))
def test_a_range_is_cut_out_of_the_spans(marks, one, other):
    """`within` says the same of each stamp of a range, and nothing of others."""
    life = StampLife(COUNT, marks)
    first, last = sorted((one, other))
    spans = life.within(first, last)
    assert sum(map(len, spans)) == last - first + 1
    for span in spans:
        assert replace(span, first=0, last=0) == replace(life.at(span.first), first=0, last=0)
        assert replace(span, first=0, last=0) == replace(life.at(span.last), first=0, last=0)


@given(histories())
def test_states_add_up_to_the_run(marks):
    """Each stamp is in exactly one of the states that the chain knows."""
    life = StampLife(COUNT, marks)
    counts = {state: life.counted(state) for state in StampState}
    assert sum(counts.values()) == COUNT
    assert counts[StampState.CHECKED] == counts[StampState.OPENED] == 0
    assert life.activated == sum(life.at(n).state is StampState.ACTIVATED for n in range(1, COUNT + 1))


@given(histories())
def test_later_records_take_nothing_back_but_void(marks):
    """Printed stays printed and activated stays activated, whatever is recorded later; void alone is lifted."""
    for mark in range(len(marks)):
        before, after = StampLife(COUNT, marks[:mark]), StampLife(COUNT, marks[: mark + 1])
        for number in range(1, COUNT + 1):
            was, now = before.at(number), after.at(number)
            assert now.printings >= was.printings
            assert was.activated_at in {None, now.activated_at}
            if was.void_inspected and not marks[mark].inspected:
                assert now.void_inspected


def test_what_an_inspector_made_void_only_an_inspector_restores():
    """The custodian's word lifts the custodian's, and an inspector's both."""
    void = Mark(MarkKind.VOIDED, 1, 9, START, 1, "lost")
    inspected = Mark(MarkKind.VOIDED, 5, 9, START + timedelta(1), 7, "copied", inspected=True)
    restored = Mark(MarkKind.RESTORED, 1, 9, START + timedelta(2), 1, "found")
    life = StampLife(10, (void, inspected, restored))
    assert [(span.first, span.last, span.void_reason) for span in life.spans] == [
        (1, 4, ""),
        (5, 9, "copied"),
        (10, 10, ""),
    ]
    assert life.at(7).voided_at == START
    assert life.at(7).voided_by == 7
    lifted = StampLife(10, (void, inspected, restored, replace(restored, inspected=True)))
    assert lifted.counted(StampState.VOID) == 0


@pytest.mark.parametrize("number", [0, -1, COUNT + 1])
def test_a_stamp_that_is_not_of_the_run_is_refused(number):
    """The sentence names the run's size and the number."""
    life = StampLife(COUNT)
    with pytest.raises(InvalidInputError, match=f"stamps 1 to {COUNT}, and no {number}"):
        life.at(number)
    with pytest.raises(InvalidInputError):
        life.within(1, number) if number > COUNT else life.within(number, COUNT)


NESTED = [(n + 1, 1_000_000 - n) for n in range(2_000)]
NEIGHBOURS = [(n * 500 + 1, n * 500 + 500) for n in range(2_000)]
ALL = [(1, 1_000_000)] * 2_000


@pytest.mark.parametrize("ranges", [NESTED, NEIGHBOURS, ALL], ids=["nested", "neighbours", "all over the run"])
def test_two_thousand_marks_on_a_million_stamps_are_quick(ranges):
    """A fifth of a second, also where all marks lie over each other."""
    kinds = list(MarkKind)
    marks = tuple(
        Mark(kinds[n % 4], first, last, START + timedelta(minutes=n), 1, inspected=n % 3 == 0)
        for n, (first, last) in enumerate(ranges)
    )
    took = min(timed(marks) for _ in range(3))
    assert took < 0.2 * slowness()


def timed(marks):
    """Return the processor's seconds that one fold and a thousand look-ups take."""
    began = time.process_time()
    life = StampLife(1_000_000, marks)
    for number in range(1, 1_000_000, 1_000):
        life.at(number)
    return time.process_time() - began
