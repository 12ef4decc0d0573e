"""Events go out: all that a question asks for, page by page, or the one of an identifier.

Pages hang together while others capture, since a token holds where the first one ended. Who asks for `/epcs/{epc}` or a
like resource asks the same question with one more condition.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from flask import Response, request

from traceability.domain.event_parameters import read_query
from traceability.domain.event_query import EventPage, EventQuery, StoredEvent
from traceability.errors import ChainError, NotFoundError
from webapp.access import application, now
from webapp.epcis import answers, blueprint
from webapp.epcis.headers import epc_format, prefixes
from webapp.epcis.paths import segment, sent_path

STEP: Final = 250
"""Events that are looked up at once."""

ENOUGH: Final = 4_000_000
"""Characters of events after which a page ends, however many are wanted: an event can be a megabyte long."""


@blueprint.get("/events", provide_automatic_options=False)
def events() -> Response:
    """Return the events that a question asks for, one page at a time."""
    return page_of(read_query(answers.parameters(), prefixes=prefixes()))


@blueprint.get("/events/<uri:eventID>", provide_automatic_options=False)
def event(eventID: str) -> Response:  # noqa: N803 - the standard's name
    """Return the event of an identifier, with the error declarations about it."""
    wanted = epc_format()

    def make() -> Response:
        """Look it up under each way in which its identifier may have been encoded."""
        for candidate in _candidates(eventID):
            found = application().reads.event(candidate)
            if found:
                return answers.document(_query_document(found, wanted))
        template = (
            "There is no event {event}. Ask GET /events for those there are, and encode an identifier in an address as "
            "a whole, / as %2F."
        )
        raise NotFoundError(template, event=eventID[:200])

    return answers.kept(make, (wanted,))


def _candidates(event_id: str) -> Sequence[str]:
    """Return what an identifier in an address may have meant: what follows a `?` may have been sent as a query."""
    query = request.query_string.decode(errors="replace")
    whole = f"{event_id}?{unquote(query)}" if query else event_id
    as_sent = sent_path().removeprefix("/events/")
    return list(dict.fromkeys((whole, event_id, unquote(event_id), as_sent)))


def page_of(query: EventQuery | None, *, name: str = "SimpleEventQuery", nothing: Any = None) -> Response:
    """Answer with one page of a question's events.

    Args:
        query: the question, or None where its conditions exclude each other.
        name: under which it is known.
        nothing: is called where the first page is empty, and raises where that means that a resource is unknown.
    """
    wanted, per_page, token = epc_format(), answers.per_page(), answers.token()

    def make() -> Response:
        """Ask the projection."""
        page = EventPage(()) if query is None else _gathered(query, per_page, token)
        if not page.events and not token and nothing is not None:
            nothing()
        response = answers.document(_query_document(page.events, wanted, name=name))
        return answers.with_next(response, page.next_token)

    return answers.kept(make, (wanted, repr(query)))  # a name may have been given to another question since


def _gathered(query: EventQuery, per_page: int, token: str) -> EventPage:
    """Return a page that is as long as wanted, or shorter where its events are large."""
    events: list[StoredEvent] = []
    size = 0
    while True:
        step: EventPage = application().reads.events(query, per_page=min(STEP, per_page - len(events)), token=token)
        events += step.events
        size += sum(len(repr(one.document)) for one in step.events)
        token = step.next_token
        if not token or len(events) >= per_page or size > ENOUGH:
            return EventPage(tuple(events), token)


def single(event_id: str, wanted: str) -> Response:
    """Return one event by itself, as `POST /events` answers. Raises ChainError where the chain has not taken it yet."""
    found = application().reads.event(event_id)
    if not found:
        raise ChainError(
            "The chain does not answer. The event is signed and kept, and is recorded once it does: ask for {event} "
            "before you send it again.",
            event=f"/events/{segment(event_id)}",
        )
    return answers.document(application().epcis_json.event(found[0], epc_format=wanted))


def narrowed(query: EventQuery, more: EventQuery) -> EventQuery | None:
    """Return the question whose answer both questions have in common, or None where they exclude each other."""
    types = query.event_types or more.event_types
    if query.event_types and more.event_types:
        types = tuple(one for one in query.event_types if one in more.event_types)
        if not types:
            return None
    return replace(query, event_types=types, criteria=(*query.criteria, *more.criteria))


def _query_document(found: Sequence[StoredEvent], wanted: str, *, name: str = "SimpleEventQuery") -> dict[str, Any]:
    """Return events as an EPCISQueryDocument."""
    made: dict[str, Any] = application().epcis_json.query_document(
        found, created=now(), query_name=name, epc_format=wanted
    )
    return made
