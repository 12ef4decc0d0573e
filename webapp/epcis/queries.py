"""Named queries: questions kept under a name (EPCIS 2.0, 8.2.7 and 12.7). Asking again replaces subscriptions here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Response

from traceability.domain.epcis_values import pointer
from traceability.domain.event_query import NamedQuery
from traceability.errors import AlreadyExistsError, InvalidInputError, RuleViolationError, TooLargeError
from webapp.access import application
from webapp.epcis import answers, blueprint, bodies
from webapp.epcis.events import page_of
from webapp.epcis.gate import actor
from webapp.epcis.paths import segment
from webapp.epcis.problems import EpcisError, no_subscriptions

MOST_BYTES: Final = 262_144
"""Largest body that names a query, its escapes included; how long the question may be is said where it is kept."""

ENOUGH: Final = 1_000_000
"""Characters of questions after which a page ends, however many are wanted."""

STEP: Final = 25
"""Questions that are looked up at once."""

SCHEDULE: Final = frozenset(
    {"stream", "second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek", "reportIfEmpty", "initialRecordTime"}
)
"""Parameters with which a client would subscribe."""


@blueprint.get("/queries", provide_automatic_options=False)
def queries() -> Response:
    """List the named queries."""
    page, has_more = _gathered(answers.per_page(), answers.read_name_token(answers.token()))
    response = answers.document([_told(query) for query in page])
    response.headers["Cache-Control"] = "no-cache"
    return answers.with_next(response, answers.name_token(page[-1].name) if has_more else "")


def _gathered(limit: int, after: str) -> tuple[Sequence[NamedQuery], bool]:
    """Return a page that is as long as wanted, or shorter where its questions are long, and whether there are more."""
    found: list[NamedQuery] = []
    size = 0
    while True:
        wanted = min(STEP, limit - len(found))
        step = application().named_queries.list(after=found[-1].name if found else after, limit=wanted + 1)
        found += step[:wanted]
        size += sum(len(repr(one.query)) for one in step[:wanted])
        if len(step) <= wanted or len(found) >= limit or size > ENOUGH:
            return found, len(step) > wanted


@blueprint.post("/queries", provide_automatic_options=False)
def create_query() -> Response:
    """Give a question a name."""
    speaker, value = bodies.sent(MOST_BYTES, _too_long)
    name, query = _definition(value)
    try:
        named = application().named_queries.create(speaker, name, query)
    except InvalidInputError as error:
        raise _invalid(error, query) from error
    except AlreadyExistsError as error:
        raise EpcisError(
            error.template, exception="ResourceAlreadyExistsException", http=409, field="/name", **error.facts
        ) from error
    except RuleViolationError as error:  # as many names as fit
        raise EpcisError(error.template, exception="SecurityException", http=403, **error.facts) from error
    return answers.located(answers.document(_told(named), status=201), f"/queries/{segment(named.name)}")


@blueprint.get("/queries/<uri:queryName>", provide_automatic_options=False)
def query(queryName: str) -> Response:  # noqa: N803 - the standard's name
    """Return a named query."""
    response = answers.document(_told(application().named_queries.get(queryName)))
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.delete("/queries/<uri:queryName>", provide_automatic_options=False)
def delete_query(queryName: str) -> Response:  # noqa: N803 - the standard's name
    """Take a name away from its question."""
    application().named_queries.delete(actor(), queryName)
    return Response(status=204)


@blueprint.get("/queries/<uri:queryName>/events", provide_automatic_options=False)
def events_of_query(queryName: str) -> Response:  # noqa: N803 - the standard's name
    """Return the events that a named query asks for, one page at a time."""
    named = application().named_queries.get(queryName)
    more = answers.parameters()
    if SCHEDULE.intersection(more):
        raise no_subscriptions()
    if more:
        unknown = min(more)
        raise EpcisError(
            "A named query takes perPage and nextPageToken only, not {parameter}. Ask GET /events instead.",
            exception="QueryParameterException",
            http=400,
            field=unknown[:100],
            parameter=unknown[:100],
        )
    return page_of(application().named_queries.question(named), name=named.name)


@blueprint.route("/queries/<uri:queryName>/subscriptions", methods=["GET", "POST"], provide_automatic_options=False)
def subscriptions(queryName: str) -> Response:  # noqa: ARG001, N803 - the standard's name, of what is not offered
    """Say that subscriptions are not offered."""
    raise no_subscriptions()


@blueprint.route(
    "/queries/<uri:queryName>/subscriptions/<uri:subscriptionID>",
    methods=["GET", "DELETE"],
    provide_automatic_options=False,
)
def subscription(queryName: str, subscriptionID: str) -> Response:  # noqa: ARG001, N803 - as above
    """Say that subscriptions are not offered."""
    raise no_subscriptions()


def _definition(value: Any) -> tuple[str, Mapping[str, Any]]:
    """Return name and parameters of a query that came in. Raises EpcisError."""
    members = bodies.require_object(value)
    unknown = sorted(set(members) - {"name", "query"})
    if unknown or not isinstance(members.get("name"), str) or not isinstance(members.get("query"), dict):
        raise EpcisError(
            "A named query is an object with a text `name` and an object `query`, and nothing else.",
            exception="QueryValidationException",
            http=400,
            field=pointer("", unknown[0]) if unknown else "",
        )
    return members["name"], members["query"]


def _invalid(error: InvalidInputError, query: Mapping[str, Any]) -> EpcisError:
    """Return an error of the service with the place in the body."""
    place = error.field or ""
    inside = pointer("/query", place) if place in query else pointer("", place) if place else ""
    if isinstance(error, TooLargeError):
        return EpcisError(error.template, exception="QueryTooComplexException", http=413, field=inside, **error.facts)
    return EpcisError(error.template, exception="QueryValidationException", http=400, field=inside, **error.facts)


def _too_long(most_bytes: int) -> EpcisError:
    """Return the refusal of a body that is too large to hold a question."""
    return EpcisError(
        "The body has more than {most} bytes. Ask for less at once.",
        exception="QueryTooComplexException",
        http=413,
        most=most_bytes,
    )


def _told(named: NamedQuery) -> dict[str, Any]:
    """Return a named query as the standard writes it."""
    return {"name": named.name, "query": dict(named.query)}
