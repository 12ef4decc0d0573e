"""The life of a stamp: ordered, printed, activated, checked, opened, void.

What the custodian or an inspector says of stamps is said of ranges, one signed record for each: printed, activated,
void, restored. Folding these *marks* over a run cuts it into *spans* of neighbours that share one fate, so that a run
of a million takes no more memory than the few marks that were made on it. The last two states, checked and opened, are
seen by this service when a stamp is scanned; they are not on the chain, since each of them would tell a stranger what a
shop sells.
"""

from bisect import bisect_left, bisect_right, insort
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
    def printed(self) -> int:
        """Return how many stamps were printed at least once, whatever became of them."""
        return sum(len(span) for span in self.spans if span.printings)

    @property
    def void(self) -> int:
        """Return how many stamps are void."""
        return self.counted(StampState.VOID)

    @property
    def activated(self) -> int:
        """Return how many stamps count as genuine."""
        return self.counted(StampState.ACTIVATED)


def fold(count: int, marks: Iterable[Mark]) -> tuple[Span, ...]:
    """Return the spans of a run of `count` stamps under marks, oldest first. Marks that leave the run are cut to it.

    One sweep from the first stamp to the last: at each edge marks begin or end, and what is in force between two edges
    is read off sorted lists, so that marks that lie all over each other cost no more than neighbours.
    """
    known = [mark for mark in marks if mark.first <= mark.last and mark.last >= 1 and mark.first <= count]
    begins: dict[int, list[int]] = {1: []}
    ends: dict[int, list[int]] = {count + 1: []}
    for place, mark in enumerate(known):
        begins.setdefault(max(1, mark.first), []).append(place)
        ends.setdefault(min(count, mark.last) + 1, []).append(place)
    over = _Over(known)
    spans: list[Span] = []
    for first, after in pairwise(sorted(begins.keys() | ends.keys())):
        for place in begins.get(first, ()):
            over.begin(place)
        for place in ends.get(first, ()):
            over.end(place)
        spans.append(over.span(first, after - 1))
    return tuple(spans)


class _Over:
    """The marks that lie over one stretch of stamps, by kind and by who signed them, each list oldest first."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._places: dict[tuple[MarkKind, bool], list[int]] = {
            (kind, inspected): [] for kind in MarkKind for inspected in (False, True)
        }
        self._codes = 0

    def _list(self, place: int) -> list[int]:
        """Return the list that a mark belongs to; only of void stamps it matters who signed."""
        mark = self._marks[place]
        matters = mark.kind in {MarkKind.VOIDED, MarkKind.RESTORED}
        return self._places[mark.kind, mark.inspected and matters]

    def begin(self, place: int) -> None:
        """Put a mark over the stamps from here on."""
        insort(self._list(place), place)
        self._codes += self._is_coded(place)

    def end(self, place: int) -> None:
        """Take a mark off the stamps from here on."""
        places = self._list(place)
        del places[bisect_left(places, place)]
        self._codes -= self._is_coded(place)

    def _is_coded(self, place: int) -> bool:
        return self._marks[place].codes and self._marks[place].kind is MarkKind.PRINTED

    def span(self, first: int, last: int) -> Span:
        """Return the span that the marks lead to."""
        printed, activated = self._places[MarkKind.PRINTED, False], self._places[MarkKind.ACTIVATED, False]
        since, by = self._void()
        return Span(
            first,
            last,
            printed_at=self._marks[printed[0]].at if printed else None,
            printings=len(printed),
            codes=self._codes > 0,
            activated_at=self._marks[activated[0]].at if activated else None,
            voided_at=since.at if since else None,
            void_reason=by.reason if by else "",
            voided_by=by.participant if by else 0,
            void_inspected=by is not None and by.inspected,
        )

    def _void(self) -> tuple[Mark | None, Mark | None]:
        """Return since which mark the stamps are void, and whose word counts; None for stamps that are not.

        An inspector's restoration lifts everything before it, the custodian's only what no inspector made void. What
        was made void first counts since then, but an inspector's reason goes before the custodian's.
        """
        voids, own = self._places[MarkKind.VOIDED, True], self._places[MarkKind.VOIDED, False]
        lifted = next(reversed(self._places[MarkKind.RESTORED, True]), -1)
        restored = self._places[MarkKind.RESTORED, False]
        inspected = _next(voids, lifted, len(self._marks))
        until = len(self._marks) if inspected is None else inspected
        before = bisect_left(restored, until)
        reset = max(lifted, restored[before - 1]) if before else lifted
        mine = _next(own, reset, until)
        since = inspected if mine is None else mine
        by = mine if inspected is None else inspected
        return (None if since is None else self._marks[since]), (None if by is None else self._marks[by])


def _next(places: Sequence[int], after: int, until: int) -> int | None:
    """Return the first place after one and before another."""
    found = bisect_right(places, after)
    return places[found] if found < len(places) and places[found] < until else None


VOID_REASONS = ("stolen", "lost", "damaged", "misprinted", "copied", "other")
"""Why stamps are made void."""

RESTORE_REASONS = ("found", "mistake", "other")
"""Why void stamps count again."""
