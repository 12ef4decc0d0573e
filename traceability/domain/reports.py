"""Reports of doubt: what a shopper can say is wrong, and how the report of it moves through the offices.

A report begins *received*. An office takes it up (*looked at*), writes an *answer*, and the matter is *closed*. Whoever
sent it may *withdraw* it, which erases what was said. A cooperative answers for its own goods, but does not end a
matter without a word, and does not touch what an inspector has closed; an inspector may do both.
"""

from enum import Enum
from typing import Final

from traceability.errors import InvalidInputError, NotAuthorisedError, RuleViolationError

REASONS: Final = (
    "looks_different",
    "package_opened",
    "quality",
    "price",
    "place_of_sale",
    "code_used",
    "other",
)
"""Why somebody doubts a product, the most frequent first."""


class ReportState(Enum):
    """How far a report is."""

    RECEIVED = "received"
    """Nobody has looked at it yet."""
    LOOKED_AT = "looked_at"
    """An office has taken it up."""
    ANSWERED = "answered"
    """An office has written an answer."""
    CLOSED = "closed"
    """The matter is at its end."""
    WITHDRAWN = "withdrawn"
    """Whoever sent it took it back; what was said is erased."""


OPEN: Final = (ReportState.RECEIVED, ReportState.LOOKED_AT)
"""States in which somebody waits for an answer."""

_AFTER: Final = {
    ReportState.RECEIVED: {ReportState.LOOKED_AT, ReportState.ANSWERED, ReportState.CLOSED},
    ReportState.LOOKED_AT: {ReportState.ANSWERED, ReportState.CLOSED},
    ReportState.ANSWERED: {ReportState.LOOKED_AT, ReportState.ANSWERED, ReportState.CLOSED},
    ReportState.CLOSED: {ReportState.LOOKED_AT, ReportState.ANSWERED},
    ReportState.WITHDRAWN: set(),
}
"""What may follow each state."""


def next_states(state: ReportState, role: str, closed_by: str = "") -> tuple[ReportState, ...]:
    """Return the states into which an office may move a report, in the order in which they follow each other.

    Args:
        state: where it is.
        role: "cooperative" or "inspector".
        closed_by: the role that closed it, where it is closed.
    """
    allowed = set(_AFTER[state])
    if role != "inspector":
        if state is ReportState.CLOSED and closed_by == "inspector":
            return ()
        if state in OPEN:
            allowed.discard(ReportState.CLOSED)  # not without a word
    return tuple(one for one in ReportState if one in allowed)


def require_step(state: ReportState, to: ReportState, role: str, *, closed_by: str, text: str) -> None:
    """Return quietly when an office may move a report like this.

    Raises:
        NotAuthorisedError: an inspector closed it, and this office is none.
        RuleViolationError: the one state does not follow the other.
        InvalidInputError: words are missing: an answer has some, and so has an end without an answer.
    """
    if to not in next_states(state, role, closed_by):
        if state is ReportState.WITHDRAWN:
            raise RuleViolationError("This report was withdrawn by the one who sent it. Nothing more can be done.")
        if state is ReportState.CLOSED and role != "inspector" and closed_by == "inspector":
            raise NotAuthorisedError("An inspector closed this report. Only an inspector can open it again.")
        if to is ReportState.CLOSED and role != "inspector":
            raise RuleViolationError("Write an answer first; then the report can be closed.", field="text")
        raise RuleViolationError("Somebody has moved this report on meanwhile. Look at it again.", field="state")
    if not text and (to is ReportState.ANSWERED or (to is ReportState.CLOSED and state in OPEN)):
        raise InvalidInputError("Write a word to the one who sent the report.", field="text")
