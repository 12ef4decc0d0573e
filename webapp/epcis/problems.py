"""Problem details (RFC 9457) with the exception types of EPCIS 2.0, for whatever goes wrong below its addresses.

An `EpcisError` names its exception itself. Errors of the services name a family, and which exception that is depends
on what was asked: an invalid value is a ValidationException where events came in, as it is in a capture job, and a
QueryParameterException where a question was asked. Sentences are in the reader's language; `pointer` leads to the place
in the document (RFC 6901), `parameter` names the parameter of a query.
"""

import json
from typing import Any, Final

from flask import Flask, Response, current_app, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing.exceptions import RequestRedirect

from traceability.domain.capture_views import CaptureProblem
from traceability.errors import (
    InvalidInputError,
    NotAuthenticatedError,
    NotAuthorisedError,
    NotFoundError,
    OcopTraceError,
    TooLargeError,
    TooManyError,
)
from traceability.services.capture import LIMITS
from traceability.services.capture import problems as captured
from webapp.epcis.paths import is_epcis, sent_path
from webapp.language import language
from webapp.problems import sentence

PROBLEM: Final = "application/problem+json"

NAMESPACE: Final = "epcisException:"
"""How the types of EPCIS begin."""

TITLES: Final = {
    "ValidationException": _l("This is not valid"),
    "QueryParameterException": _l("A parameter of the query is not valid"),
    "QueryValidationException": _l("The query is not valid"),
    "QueryTooLargeException": _l("The answer would be too large"),
    "QueryTooComplexException": _l("The query is too complex"),
    "SecurityException": _l("This needs permission"),
    "NoSuchNameException": _l("There is no such thing here"),
    "NotAcceptableException": _l("What you would accept is not offered"),
    "ResourceAlreadyExistsException": _l("This exists already"),
    "DuplicateNameException": _l("This identifier is in use"),
    "CaptureLimitExceededException": _l("That is more than can be captured at once"),
    "URITooLongException": _l("The address is too long"),
    "UnsupportedMediaTypeException": _l("What you sent is of a kind that is not taken"),
    "ImplementationException": _l("The service could not do this"),
}
"""Name of an exception -> title."""


CAPTURE_LIMITS: Final = {
    "GS1-EPCIS-Capture-Limit": str(LIMITS.events),
    "GS1-EPCIS-Capture-File-Size-Limit": str(LIMITS.body_bytes),
}
"""How much is captured at once, as headers say it."""


class EpcisError(OcopTraceError):
    """An exception of the standard.

    Args:
        template: an English sentence with `{named}` gaps, as for all our errors.
        exception: name of the standard's exception, one of `TITLES`.
        http: the status code to answer with.
        field: JSON pointer, or name of the parameter, at fault.
        facts: what fills the gaps.
    """

    code = "epcis"

    def __init__(self, template: str, *, exception: str, http: int, field: str | None = None, **facts: Any) -> None:
        """Keep name and status of the exception beside the sentence."""
        super().__init__(template, field=field, **facts)
        self.exception = exception
        self.http = http


def body_of(
    exception: str, status: int, detail: str = "", *, pointer: str | None = None, parameter: str = ""
) -> dict[str, Any]:
    """Return problem details as JSON has them.

    Args:
        exception: name of the standard's exception.
        status: the status code.
        detail: what is wrong here, and what to do.
        pointer: JSON pointer into what was sent, where a place in it is to blame.
        parameter: name of the query's parameter that is to blame.
    """
    body: dict[str, Any] = {
        "type": NAMESPACE + exception,
        "title": str(TITLES[exception]),
        "status": status,
        "detail": detail,
    }
    if pointer is not None:
        body["pointer"] = "#" + pointer
    if parameter:
        body["parameter"] = parameter
    return {name: value for name, value in body.items() if value != ""}


def answer(body: dict[str, Any]) -> Response:
    """Return a response with problem details about the request at hand."""
    whole = {**body, "instance": current_app.config["PREFIX"] + sent_path()[:2000]}
    response = Response(json.dumps(whole), status=body["status"], content_type=PROBLEM)
    response.headers["Content-Language"] = language()
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    if body["type"] == NAMESPACE + "CaptureLimitExceededException":
        response.headers.update(CAPTURE_LIMITS)
    return response


def exception_of(error: OcopTraceError) -> tuple[str, int]:
    """Return name and status code of the standard's exception that an error of ours is, in the request at hand."""
    if isinstance(error, EpcisError):
        return error.exception, error.http
    return captured.exception_of(error, () if request.method == "POST" else QUESTIONS)


QUESTIONS: Final[tuple[captured.Family, ...]] = (
    (NotFoundError, "NoSuchNameException", 404),
    (TooLargeError, "QueryTooComplexException", 413),
    (TooManyError, "QueryTooLargeException", 413),
    (InvalidInputError, "QueryParameterException", 400),
)
"""What families are where nothing is sent but a question; the others are what they are where events come in."""


def of_error(raised: OcopTraceError) -> Response:
    """Answer with an error of ours."""
    error = captured.as_told(raised)
    exception, status = exception_of(error)
    if status >= 500 and not isinstance(error, EpcisError):  # noqa: PLR2004 - the families of RFC 9110
        current_app.logger.error("%s: %s", type(error).__name__, error)
    response = answer(body_of(exception, status, sentence(error), **_place(error)))
    if status == 401:  # noqa: PLR2004 - RFC 9110, 15.5.2
        response.headers["WWW-Authenticate"] = 'Bearer realm="EPCIS"'
    if status == 503:  # noqa: PLR2004 - RFC 9110, 15.6.4
        response.headers["Retry-After"] = "10"
    return response


def _place(error: OcopTraceError) -> dict[str, str]:
    """Return what is to blame: a place in the document that came in, or a parameter of the question."""
    place = error.field
    if place is None:
        return {}
    if request.method == "POST":
        return {"pointer": place} if place.startswith("/") or not place else {}
    return {} if isinstance(error, NotFoundError | NotAuthenticatedError | NotAuthorisedError) else {"parameter": place}


def of_capture(problem: CaptureProblem) -> dict[str, Any]:
    """Return the problem details of one event of a capture job."""
    told = OcopTraceError(problem.template)
    told.facts = dict(problem.facts)
    exception = problem.exception if problem.exception in TITLES else "ImplementationException"
    return body_of(exception, problem.status, sentence(told), pointer=problem.place)


def of_http(error: HTTPException) -> Response:
    """Answer with what Flask and its routing refuse; headers such as Allow and Retry-After stay."""
    status = 404 if isinstance(error, RequestRedirect) else error.code or 500
    exception, detail = _OF_STATUS.get(status, ("ImplementationException", ""))
    response = answer(body_of(exception, status, str(detail)))
    if status != 404:  # noqa: PLR2004 - a redirect that routing would like brings headers, too
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
    return response


def no_subscriptions() -> EpcisError:
    """Return the refusal of whatever would have to be pushed."""
    return EpcisError(
        "Subscriptions and WebSocket are not offered. Ask GET /events again instead, with the last recordTime that you "
        "have seen as GE_recordTime.",
        exception="ImplementationException",
        http=501,
    )


_OF_STATUS = {
    400: ("ValidationException", _l("The request could not be read.")),
    404: ("NoSuchNameException", _l("There is nothing at this address.")),
    405: ("ImplementationException", _l("This address does not work that way; Allow says which methods it takes.")),
    413: ("CaptureLimitExceededException", _l("The body is too large; OPTIONS /capture says how much is taken.")),
    415: ("UnsupportedMediaTypeException", ""),
    429: ("ImplementationException", _l("Too many requests. Retry-After says how many seconds to wait.")),
    500: ("ImplementationException", _l("Something broke on our side. It was written to the log.")),
}
"""Status code -> exception and sentence, for what Flask raises."""


def init_epcis_problems(app: Flask) -> None:
    """Have everything that fails below these addresses answered here, errors of the routing included."""
    app.extensions["ocop_problems"] = [
        *app.extensions.get("ocop_problems", []),
        (is_epcis, _answered),
    ]


def _answered(error: Exception) -> Response:
    """Answer for any error."""
    if isinstance(error, OcopTraceError):
        return of_error(error)
    return of_http(error if isinstance(error, HTTPException) else InternalServerError())
