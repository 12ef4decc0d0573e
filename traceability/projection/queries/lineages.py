"""Which lots went into which, both ways and to the end."""

from collections import deque
from typing import Any

from sqlalchemy import select

from traceability.domain.views import LineageNode
from traceability.projection import schema
from traceability.projection.queries.lots import key_of_lot, load_lots, quantity
from traceability.projection.queries.session import Session, unknown

Edges = dict[str, list[tuple[str, int]]]
"""Key of a lot to the keys of its neighbours, each with how many base units of the source went along."""


def backward_edges(session: Session, key: str) -> Edges:
    """Return, for a lot and everything it was made from, the lots one step back."""
    return _edges(session, key, "child", "parent")


def forward_edges(session: Session, key: str) -> Edges:
    """Return, for a lot and everything made from it, the lots one step forward."""
    return _edges(session, key, "parent", "child")


def _edges(session: Session, key: str, near: str, far: str) -> Edges:
    table = schema.lineage.c
    walk = select(table[far].label("key")).where(table[near] == key).cte("walk", recursive=True)
    walk = walk.union(select(table[far]).join(walk, table[near] == walk.c.key))
    reached = select(walk.c.key)
    wanted = select(table[near], table[far], table.amount).where((table[near] == key) | table[near].in_(reached))
    found: Edges = {}
    for start, end, amount in session.connection.execute(wanted.order_by(table.record_id, table[far])):
        found.setdefault(start, []).append((end, int(amount)))
    return found


def backward(session: Session, ref: str) -> list[LineageNode]:
    """Return the lots this one was made from, nearest first, to the root. Raises NotFoundError."""
    key = key_of_lot(session, ref)
    return _nodes(session, ref, key, backward_edges(session, key), forwards=False)


def forward(session: Session, ref: str) -> list[LineageNode]:
    """Return every lot made from this one, nearest first. Raises NotFoundError."""
    key = key_of_lot(session, ref)
    return _nodes(session, ref, key, forward_edges(session, key), forwards=True)


def _nodes(session: Session, ref: str, start: str, edges: Edges, *, forwards: bool) -> list[LineageNode]:
    depths, parents, amounts = _walk(start, edges)
    lots = load_lots(session, [start, *depths])
    if start not in lots:
        raise unknown("lot", ref)
    units = _units(session, [start, *depths])
    nodes = []
    for key, depth in depths.items():
        if key not in lots:
            continue
        source = next(iter(parents[key])) if forwards else key
        shown = quantity(amounts[key], units.get(source, ""))
        led = tuple(lots[one].uri for one in parents[key] if one in lots)
        nodes.append(LineageNode(lots[key], depth, shown, led))
    return nodes


def _walk(start: str, edges: Edges) -> tuple[dict[str, int], dict[str, list[str]], dict[str, int]]:
    """Walk a graph breadth first; each lot once, so that a circle that somebody recorded ends the walk."""
    depths = {start: 0}
    parents: dict[str, list[str]] = {}
    amounts: dict[str, int] = {}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there, amount in edges.get(here, ()):
            if there not in depths:
                depths[there] = depths[here] + 1
                queue.append(there)
            if depths[there] == depths[here] + 1:
                parents.setdefault(there, []).append(here)
                amounts[there] = amounts.get(there, 0) + amount
    del depths[start]
    return depths, parents, amounts


def _units(session: Session, keys: list[str]) -> dict[str, Any]:
    table = schema.lot.c
    wanted = select(table.subject, table.unit).where(table.subject.in_(keys))
    return {key: unit for key, unit in session.connection.execute(wanted)}  # noqa: C416 - rows are no pairs to mypy
