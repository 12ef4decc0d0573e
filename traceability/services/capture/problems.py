"""Why something was not captured, in the words of the standard (EPCIS 2.0, section 8.2.6 and 12.3)."""

from dataclasses import replace
from typing import Any

from traceability.domain.capture_views import CaptureProblem
from traceability.errors import (
    AlreadyExistsError,
    ContractRefusedError,
    InvalidInputError,
    NotAuthorisedError,
    NotFoundError,
    OcopTraceError,
    RuleViolationError,
    TooLargeError,
)

_NAMES: tuple[tuple[tuple[type[OcopTraceError], ...], str, int], ...] = (
    ((TooLargeError,), "CaptureLimitExceededException", 413),
    ((NotAuthorisedError,), "SecurityException", 403),
    ((InvalidInputError, RuleViolationError, NotFoundError), "ValidationException", 400),
)
"""Families of errors, with the name and status of the standard's exception; everything else is our fault."""


def problem_of(error: OcopTraceError, place: str) -> CaptureProblem:
    """Return a refusal as a capture job reports it.

    Args:
        error: why; its `field` may be a JSON pointer within the event.
        place: JSON pointer to the event in the document that was sent.
    """
    inside = error.field if error.field and error.field.startswith("/") else ""
    where = inside if inside.startswith(place) and place else place + inside
    name, status = next(
        ((name, status) for families, name, status in _NAMES if isinstance(error, families)),
        ("ImplementationException", 500),
    )
    if isinstance(error, ContractRefusedError) and ("gas" in error.facts or error.facts.get("data") == ""):
        dear = TooLargeError(  # out of gas: the EVM gives no other reason
            "The events do more to lots than one transaction on the chain can carry. Send the document in parts."
        )
        return problem_of(dear, place)
    if isinstance(error, AlreadyExistsError) and where.endswith("/eventID"):
        name, status = "DuplicateNameException", 409
    facts = {key: _plain(value) for key, value in error.facts.items()}
    return CaptureProblem(where, name, status, error.template, facts)


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
