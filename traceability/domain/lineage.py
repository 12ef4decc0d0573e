"""Which lot was made from which, both ways and any number of steps.

One step back, one step forward (TCVN 12850:2019) is a table; a recall needs the whole walk. The graph is built from
recorded transformations, splits and aggregations. A record from outside could claim a circle; every walk visits each
lot once, so a circle ends it instead of hanging it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """Some of one lot went into another.

    Args:
        source: URI of the lot that was used.
        target: URI of the lot that was made.
        quantity: base units of the source that went in, or None where the record gives only a sum.
        event_id: the event that says so.
    """

    source: str
    target: str
    quantity: int | None = None
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """A lot that a walk came to.

    Args:
        lot: its URI.
        depth: fewest steps from the start.
        through: the steps at that distance by which it was reached.
    """

    lot: str
    depth: int
    through: tuple[Step, ...]


@dataclass(slots=True)
class Lineage:
    """The graph of lots."""

    _back: dict[str, list[Step]] = field(default_factory=dict)
    _forward: dict[str, list[Step]] = field(default_factory=dict)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> "Lineage":
        """Return the graph of some steps."""
        graph = cls()
        for step in steps:
            graph.add(step)
        return graph

    def add(self, step: Step) -> None:
        """Take one more step into the graph."""
        self._back.setdefault(step.target, []).append(step)
        self._forward.setdefault(step.source, []).append(step)

    def inputs(self, lot: str) -> tuple[Step, ...]:
        """Return the steps that lead into a lot: one step back."""
        return tuple(self._back.get(lot, ()))

    def outputs(self, lot: str) -> tuple[Step, ...]:
        """Return the steps that lead out of a lot: one step forward."""
        return tuple(self._forward.get(lot, ()))

    def ancestors(self, lot: str, limit: int | None = None) -> list[Reached]:
        """Return every lot that this one was made from, nearest first, at most `limit` steps back."""
        return _walk(lot, self._back, limit, lambda step: step.source)

    def descendants(self, lot: str, limit: int | None = None) -> list[Reached]:
        """Return every lot that was made from this one, nearest first, at most `limit` steps forward."""
        return _walk(lot, self._forward, limit, lambda step: step.target)

    def affected_by_recall(self, lots: Iterable[str]) -> list[str]:
        """Return the recalled lots and everything made from them, each once, nearest first."""
        found: dict[str, int] = {}
        for lot in lots:
            found.setdefault(lot, 0)
            for reached in self.descendants(lot):
                found[reached.lot] = min(reached.depth, found.get(reached.lot, reached.depth))
        return sorted(found, key=lambda lot: (found[lot], lot))

    def recalled_sources(self, lot: str, recalled: Iterable[str]) -> list[str]:
        """Return which of the recalled lots this one is, or was made from."""
        reach = {lot} | {reached.lot for reached in self.ancestors(lot)}
        return sorted(reach & set(recalled))


def _walk(
    start: str, edges: Mapping[str, list[Step]], limit: int | None, other_end: Callable[[Step], str]
) -> list[Reached]:
    depths = {start: 0}
    through: dict[str, list[Step]] = {}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if limit is not None and depths[here] >= limit:
            continue
        for step in edges.get(here, ()):
            there = other_end(step)
            if there not in depths:
                depths[there] = depths[here] + 1
                queue.append(there)
            if depths[there] == depths[here] + 1:
                through.setdefault(there, []).append(step)
    return [Reached(lot, depth, tuple(through[lot])) for lot, depth in depths.items() if lot != start]
