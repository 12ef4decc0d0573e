"""From what events do to lots to one submission: touches, and the documents that they refer to.

A touch names consecutive documents, and costs the chain far more than a document does. So events that only observe the
same lots stand together, as far as each lot's own order allows; an event that does more than observing, or that speaks
of other lots as well, ends what came before it. Each lot finds its events in the order of the document that was sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from traceability.domain.ledger import Kind
from traceability.proofs.history import Touch, subject_key
from traceability.services.capture.holdings import PlannedTouch


@dataclass(frozen=True, slots=True)
class Planned:
    """An event that is to be recorded.

    Args:
        place: JSON pointer to it in the document that was sent.
        document: as it is recorded.
        event_id: the identifier its author gave, or its event hash.
        touches: what it does to which subjects.
    """

    place: str
    document: Mapping[str, Any]
    event_id: str
    touches: tuple[PlannedTouch, ...]

    @property
    def observes(self) -> bool:
        """Return whether it does nothing but observe."""
        return all(touch.kind is Kind.OBSERVE for touch in self.touches)


@dataclass(slots=True)
class _Group:
    """Events that share their touches."""

    touches: tuple[PlannedTouch, ...]
    observes: bool
    events: list[Planned] = field(default_factory=list)

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset(touch.uri for touch in self.touches)


def arranged(events: Sequence[Planned]) -> tuple[tuple[Touch, ...], tuple[dict[str, Any], ...]]:
    """Return touches and documents of one submission that records some events."""
    touches: list[Touch] = []
    documents: list[dict[str, Any]] = []
    for group in _groups(events):
        first, count = len(documents), len(group.events)
        touches += (
            Touch(subject_key(one.uri), one.kind, one.amount, one.counterparty, 0, first, count)
            for one in group.touches
        )
        documents += (dict(event.document) for event in group.events)
    return tuple(touches), tuple(documents)


def _groups(events: Sequence[Planned]) -> list[_Group]:
    groups: list[_Group] = []
    newest: dict[str, _Group] = {}
    for event in events:
        subjects = frozenset(touch.uri for touch in event.touches)
        group = newest.get(event.touches[0].uri)
        joins = event.observes and group is not None and group.observes and group.subjects == subjects
        if group is None or not joins or any(newest.get(uri) is not group for uri in subjects):
            group = _Group(event.touches, event.observes)
            groups.append(group)
        group.events.append(event)
        newest |= dict.fromkeys(subjects, group)
    return groups
