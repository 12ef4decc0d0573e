"""Lineage is walked both ways, each lot once, also through a circle."""

from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.lineage import Lineage, Step

steps = st.lists(
    st.builds(Step, st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), st.integers(1, 9)), max_size=25
)


def reach(edges, start, limit=20):
    """Return what can be reached, the slow way."""
    found = {start}
    for _ in range(limit):
        found |= {step.target for step in edges if step.source in found}
    return found - {start}


@given(steps)
def test_walks_agree_with_the_slow_way(edges):
    """Descendants are what can be reached, ancestors the mirror image, nearest first."""
    graph = Lineage.of(edges)
    for lot in "abcdefgh":
        down = graph.descendants(lot)
        assert {one.lot for one in down} == reach(edges, lot)
        assert [one.depth for one in down] == sorted(one.depth for one in down)
        for other in down:
            assert other.through
            assert lot in {one.lot for one in graph.ancestors(other.lot)}


def test_one_step_and_quantities():
    """One step back and forward, with what went in."""
    graph = Lineage.of([Step("pork", "nem", 60_000, "e1"), Step("skin", "nem", 25_000, "e1"), Step("nem", "pack", 540)])
    assert [step.source for step in graph.inputs("nem")] == ["pork", "skin"]
    assert [step.quantity for step in graph.outputs("nem")] == [540]
    assert [one.lot for one in graph.ancestors("pack", limit=1)] == ["nem"]
    assert graph.inputs("pork") == ()


def test_recalls_spread_forward():
    """A bad delivery is followed to its jars, and a jar knows its bad delivery."""
    graph = Lineage.of([Step("d1", "tank"), Step("d2", "tank"), Step("tank", "jars"), Step("d3", "other")])
    assert graph.affected_by_recall(["d1"]) == ["d1", "tank", "jars"]
    assert graph.recalled_sources("jars", {"d1", "d3"}) == ["d1"]
    assert graph.recalled_sources("other", {"d1"}) == []
