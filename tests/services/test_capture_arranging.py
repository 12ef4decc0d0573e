"""Events put together into one submission: as few touches as may be, and every history in the order it was sent in."""

from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.ledger import Kind
from traceability.proofs.history import subject_key
from traceability.services.capture.arranging import Planned, arranged
from traceability.services.capture.holdings import PlannedTouch

LOTS = ("urn:lot:a", "urn:lot:b", "urn:lot:c")

one_event = st.lists(
    st.tuples(st.sampled_from(LOTS), st.sampled_from([Kind.OBSERVE, Kind.OBSERVE, Kind.OBSERVE, Kind.CONSUME])),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one[0],
)
documents = st.lists(one_event, max_size=25)


def planned(events):
    """Return events of a document as they come from the planner."""
    return [
        Planned(
            f"/{number}",
            {"type": "ObjectEvent", "number": number},
            "",
            tuple(PlannedTouch(uri, kind, int(kind is Kind.CONSUME)) for uri, kind in actions),
        )
        for number, actions in enumerate(events)
    ]


def histories(touches, told):
    """Return what each lot's history tells: kind of touch and number of the event, in order."""
    found = {subject_key(uri): [] for uri in LOTS}
    for touch in touches:
        part = told[touch.first_document : touch.first_document + touch.document_count]
        found[touch.subject] += [(touch.kind, one["number"]) for one in part]
    return found


def one_by_one(events):
    """Arrange events in the obvious way: each with touches of its own, in the order of the document."""
    found = {subject_key(uri): [] for uri in LOTS}
    for number, actions in enumerate(events):
        for uri, kind in actions:
            found[subject_key(uri)].append((kind, number))
    return found


@given(documents)
def test_every_history_is_in_its_order(events):
    """Each document stands there once, and each lot's history is that of the obvious arrangement."""
    touches, told = arranged(planned(events))
    assert sorted(one["number"] for one in told) == list(range(len(events)))
    assert histories(touches, told) == one_by_one(events)
    assert len(touches) <= sum(map(len, events))


def test_a_day_of_observations_costs_a_touch_for_each_lot():
    """Mixed as they may be, what only observes one lot stands together."""
    events = [[(LOTS[number % 3], Kind.OBSERVE)] for number in range(300)]
    touches, told = arranged(planned(events))
    assert [touch.document_count for touch in touches] == [100, 100, 100]
    assert len(told) == 300


def test_what_does_more_ends_what_came_before():
    """Seen, seen, used, seen: the second look stands before the use, the third behind it."""
    kinds = [Kind.OBSERVE, Kind.OBSERVE, Kind.CONSUME, Kind.OBSERVE]
    touches, _ = arranged(planned([[(LOTS[0], kind)] for kind in kinds]))
    assert [(touch.kind, touch.document_count) for touch in touches] == [
        (Kind.OBSERVE, 2),
        (Kind.CONSUME, 1),
        (Kind.OBSERVE, 1),
    ]
