"""The life of a stamp: ordered, printed, activated, checked, opened, void.

What the custodian or an inspector says of stamps is said of ranges, one signed record for each: printed, activated,
void, restored. Folding these *marks* over a run cuts it into *spans* of neighbours that share one fate, so that a run
of a million takes no more memory than the few marks that were made on it. The last two states, checked and opened, are
seen by this service when a stamp is scanned; they are not on the chain, since each of them would tell a stranger what a
shop sells.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import cached_property
from itertools import pairwise

from traceability.errors import InvalidInputError


class MarkKind(Enum):
    """What a record says of a range of stamps."""

    PRINTED = "printed"
    ACTIVATED = "activated"
    VOIDED = "voided"
    RESTORED = "restored"


class StampState(Enum):
    """How far a stamp has come."""

    ORDERED = "ordered"
    PRINTED = "printed"
    ACTIVATED = "activated"
    CHECKED = "checked"
    OPENED = "opened"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Mark:
    """One record about stamps `first` to `last` of a run, from 1, inclusive."""

    kind: MarkKind
    first: int
    last: int
    at: datetime
    participant: int
    """Who signed it."""
    reason: str = ""
    """Why they are void or restored: a key of `VOID_REASONS` or `RESTORE_REASONS`."""
    codes: bool = False
    """Whether they were printed with a second code under a scratch layer."""
    inspected: bool = False
    """Whether an inspector signed it who does not have the goods; otherwise their custodian did."""


@dataclass(frozen=True, slots=True)
class Span:
    """Stamps `first` to `last` of a run, which share one fate."""

    first: int
    last: int
    printed_at: datetime | None = None
    """When they were printed first."""
    printings: int = 0
    """How often they were printed: more than once is worth a question."""
    codes: bool = False
    """Whether any printing carried second codes."""
    activated_at: datetime | None = None
    """When they were first said to be on goods."""
    voided_at: datetime | None = None
    """Since when they are void; None once restored."""
    void_reason: str = ""
    voided_by: int = 0
    """Participant that made them void, 0 while they are not."""
    void_inspected: bool = False
    """Whether an inspector made them void: only an inspector restores them."""

    @property
    def state(self) -> StampState:
        """Return how far the chain says they have come."""
        if self.voided_at is not None:
            return StampState.VOID
        if self.activated_at is not None:
            return StampState.ACTIVATED
        return StampState.PRINTED if self.printings else StampState.ORDERED

    def __len__(self) -> int:
        """Return how many stamps they are."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class StampLife:
    """The spans of one run, in order and without gaps; compare with `is` to see whether anything changed."""

    count: int
    marks: tuple[Mark, ...] = ()
    """Oldest first."""
    spans: tuple[Span, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Fold the marks."""
        object.__setattr__(self, "spans", fold(self.count, self.marks))

    @cached_property
    def _firsts(self) -> list[int]:
        return [span.first for span in self.spans]

    def at(self, number: int) -> Span:
        """Return the span of a stamp by its number from 1. Raises InvalidInputError for a number not of this run."""
        if not 1 <= number <= self.count:
            raise InvalidInputError(
                "This run has stamps 1 to {count}, and no {number}.", count=self.count, number=number
            )
        return self.spans[bisect_right(self._firsts, number) - 1]

    def within(self, first: int, last: int) -> tuple[Span, ...]:
        """Return the spans of a range, cut to it. Raises InvalidInputError where it is not of this run."""
        self.at(first), self.at(last)
        cut = (replace(span, first=max(span.first, first), last=min(span.last, last)) for span in self.spans)
        return tuple(span for span in cut if span.first <= span.last)

    def counted(self, state: StampState) -> int:
        """Return how many stamps are in a state, as far as the chain says."""
        return sum(len(span) for span in self.spans if span.state is state)

    @property
    def activated(self) -> int:
        """Return how many stamps count as genuine."""
        return self.counted(StampState.ACTIVATED)


def fold(count: int, marks: Iterable[Mark]) -> tuple[Span, ...]:
    """Return the spans of a run of `count` stamps under marks, oldest first. Marks that leave the run are cut to it."""
    known = [mark for mark in marks if mark.first <= mark.last and mark.last >= 1 and mark.first <= count]
    edges = {1, count + 1}
    for mark in known:
        edges |= {max(1, mark.first), min(count, mark.last) + 1}
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for place, mark in enumerate(known):
        begins.setdefault(max(1, mark.first), []).append(place)
        ends.setdefault(min(count, mark.last) + 1, []).append(place)
    spans: list[Span] = []
    over: set[int] = set()
    ordered = sorted(edges)
    for first, after in pairwise(ordered):
        over.update(begins.get(first, ()))
        over.difference_update(ends.get(first, ()))
        spans.append(_told(first, after - 1, [known[place] for place in sorted(over)]))
    return tuple(spans)


def _told(first: int, last: int, marks: Sequence[Mark]) -> Span:
    """Return the span that marks, oldest first, lead to."""
    span = Span(first, last)
    for mark in marks:
        if mark.kind is MarkKind.PRINTED:
            at = span.printed_at or mark.at
            span = replace(span, printed_at=at, printings=span.printings + 1, codes=span.codes or mark.codes)
        elif mark.kind is MarkKind.ACTIVATED:
            span = replace(span, activated_at=span.activated_at or mark.at)
        elif mark.kind is MarkKind.VOIDED:
            span = _void(span, mark)
        elif mark.inspected or not span.void_inspected:
            span = replace(span, voided_at=None, void_reason="", voided_by=0, void_inspected=False)
    return span


def _void(span: Span, mark: Mark) -> Span:
    """Return void stamps: void since they first were, for the reason of an inspector where one has spoken."""
    if span.voided_at is not None and (span.void_inspected or not mark.inspected):
        return span
    return replace(
        span,
        voided_at=span.voided_at or mark.at,
        void_reason=mark.reason,
        voided_by=mark.participant,
        void_inspected=mark.inspected,
    )


VOID_REASONS = ("stolen", "lost", "damaged", "misprinted", "copied", "other")
"""Why stamps are made void."""

RESTORE_REASONS = ("found", "mistake", "other")
"""Why void stamps count again."""
