"""A run as pages tell it: bar, ranges and sums say the same as the life of the run, however it was lived."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.stamp_life import Mark, MarkKind, StampLife, StampState
from traceability.domain.views import StampRunView
from webapp.stamp_forms import weigh
from webapp.stamps import BAR_WIDTH, MOST_STRIPES, figures, stripes, told_spans

AT = datetime(2026, 11, 23, tzinfo=UTC)
COUNT = 60


@st.composite
def runs(draw):
    """A run with any history."""
    marks = []
    for _ in range(draw(st.integers(0, 8))):
        first = draw(st.integers(1, COUNT))
        last = draw(st.integers(first, COUNT))
        marks.append(Mark(draw(st.sampled_from(list(MarkKind))), first, last, AT, participant=2))
    return view(marks)


def view(marks, count=COUNT):
    """Return a run with these marks."""
    return StampRunView("lot", 1, count, "", AT, StampLife(count, tuple(marks)), count)


@given(runs())
def test_the_bar_covers_the_run(run):
    """Stripes follow each other without a gap, and together are as wide as their states are many."""
    found = stripes(run)
    left = 0.0
    for stripe in found:
        assert abs(stripe.left - left) < 1e-6
        left += stripe.width
    assert abs(left - BAR_WIDTH) < 1e-6
    for state in StampState:
        width = sum(stripe.width for stripe in found if stripe.state is state)
        assert abs(width - run.life.counted(state) * BAR_WIDTH / run.count) < 1e-6


@given(runs())
def test_ranges_are_whole_and_no_two_neighbours_are_alike(run):
    """Each stamp lies in one range that tells its fate."""
    spans = told_spans(run)
    assert [number for span in spans for number in range(span.first, span.last + 1)] == list(range(1, COUNT + 1))
    for span in spans:
        for number in range(span.first, span.last + 1):
            assert run.life.at(number).state is span.state


@given(runs(), st.integers(1, COUNT), st.integers(1, COUNT))
def test_what_is_weighed_is_what_one_by_one_counting_gives(run, one, other):
    """The sentence before a record is true of every stamp of the range."""
    first, last = sorted((one, other))
    spans = [run.life.at(number) for number in range(first, last + 1)]
    tally = weigh(run, first, last)
    assert tally.count == len(spans)
    assert tally.void == sum(span.state is StampState.VOID for span in spans)
    assert tally.activated == sum(span.state is StampState.ACTIVATED for span in spans)
    assert tally.unprinted == sum(not span.printings for span in spans)
    assert tally.to_activate == sum(span.activated_at is None and span.voided_at is None for span in spans)
    assert tally.to_void == sum(span.voided_at is None for span in spans)


def test_a_run_in_a_thousand_pieces_is_drawn_by_state():
    """More ranges than can be told apart become one stripe for each state."""
    marks = [Mark(MarkKind.ACTIVATED, number, number, AT, 2) for number in range(1, 2001, 2)]
    found = stripes(view(marks, 2000))
    assert len(found) == 2 <= MOST_STRIPES
    assert figures(view(marks, 2000)).activated == 1000
