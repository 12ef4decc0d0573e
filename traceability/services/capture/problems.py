"""Why something was not captured, in the words of the standard (EPCIS 2.0, section 8.2.6 and 12.3).

One table says it for whoever hands events in, be it as a document or one by one, so that the same refusal has the same
name and status at both doors.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from traceability.domain.capture_views import CaptureProblem
from traceability.errors import (
    AlreadyExistsError,
    ContractRefusedError,
    InvalidInputError,
    NotAuthenticatedError,
    NotAuthorisedError,
    NotFoundError,
    OcopTraceError,
    RuleViolationError,
    TooLargeError,
)

Family = tuple[type[OcopTraceError], str, int]
"""Family of errors, with name and status of the standard's exception."""

FAMILIES: Final[tuple[Family, ...]] = (
    (NotAuthenticatedError, "SecurityException", 401),
    (NotAuthorisedError, "SecurityException", 403),
    (TooLargeError, "CaptureLimitExceededException", 413),
    (InvalidInputError, "ValidationException", 400),
    (NotFoundError, "ValidationException", 400),  # something that an event names
    (RuleViolationError, "ValidationException", 400),
)
"""What each family is where events come in; the first that fits counts, and everything else is our fault."""

IDENTIFIER_IN_USE: Final = ("DuplicateNameException", 409)
"""What it is that an event's identifier is that of another event."""


def exception_of(error: OcopTraceError, first: Sequence[Family] = ()) -> tuple[str, int]:
    """Return name and status of the standard's exception that an error is.

    Args:
        error: why something was refused.
        first: families that are something else than in `FAMILIES` where the error arose.
    """
    if isinstance(error, AlreadyExistsError) and (error.field or "").endswith("/eventID"):
        return IDENTIFIER_IN_USE
    for family, name, status in (*first, *FAMILIES):
        if isinstance(error, family):
            return name, status
    return "ImplementationException", max(error.status, 500)


def as_told(error: OcopTraceError) -> OcopTraceError:
    """Return an error as whoever sent events understands it: that no gas was left says that they are too much."""
    if isinstance(error, ContractRefusedError) and ("gas" in error.facts or error.facts.get("data") == ""):
        return TooLargeError(  # the EVM gives no other reason for being out of gas
            "This does more to lots than one transaction on the chain can carry. Send fewer events at once, or events "
            "that name fewer lots."
        )
    return error


def problem_of(error: OcopTraceError, place: str) -> CaptureProblem:
    """Return a refusal as a capture job reports it.

    Args:
        error: why; its `field` may be a JSON pointer within the event.
        place: JSON pointer to the event in the document that was sent.
    """
    told = as_told(error)
    inside = told.field if told.field and told.field.startswith("/") else ""
    where = inside if inside.startswith(place) and place else place + inside
    facts = {key: _plain(value) for key, value in told.facts.items()}
    return CaptureProblem(where, *exception_of(told), told.template, facts)


def as_json(problem: CaptureProblem) -> dict[str, Any]:
    """Return a problem as JSON values."""
    return {
        "place": problem.place,
        "exception": problem.exception,
        "status": problem.status,
        "template": problem.template,
        "facts": dict(problem.facts),
    }


def from_json(values: dict[str, Any]) -> CaptureProblem:
    """Return the problem of what `as_json` gave."""
    return CaptureProblem(**values)


def at(problem: CaptureProblem, place: str) -> CaptureProblem:
    """Return the same problem at another place."""
    return replace(problem, place=place)


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
