"""What comes in: a body of JSON, no larger than is taken, from somebody with an API key."""

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from traceability.errors import InvalidInputError
from traceability.services.commands import Actor
from webapp.access import application
from webapp.epcis import headers
from webapp.epcis.gate import actor
from webapp.epcis.problems import EpcisError


def too_large(most_bytes: int) -> EpcisError:
    """Return the refusal of a document that is too large."""
    return EpcisError(
        "The body has more than {most} bytes. Send the events in several documents.",
        exception="CaptureLimitExceededException",
        http=413,
        most=most_bytes,
    )


def sent(most_bytes: int, refusal: Callable[[int], EpcisError] = too_large) -> tuple[Actor, Any]:
    """Return who sends something, and what, as JSON values.

    Args:
        most_bytes: largest body that is read.
        refusal: makes the error about a larger one.

    Raises:
        NotAuthenticatedError: there is no API key (401), before anything is read.
        EpcisError: the body is of another kind (415), or too large (413).
        InvalidInputError: it is no JSON as it should be; `field` points to the place.
    """
    speaker = actor()
    headers.require_json()
    request.max_content_length = most_bytes
    try:
        data = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise refusal(most_bytes) from error
    return speaker, application().epcis_json.read(data, most_bytes=most_bytes)


def require_object(value: Any) -> dict[str, Any]:
    """Return a JSON object. Raises InvalidInputError for any other value."""
    if not isinstance(value, dict):
        raise InvalidInputError("Send a JSON object.", field="")
    return value
