"""Pages of places, and of single things that only events name: transport units, documents, assets.

Whoever scans a label on a pallet gets a page; programs are led to the events themselves by the resolver. A place says
its name and commune where it is a participant's, and nothing personal.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, make_response, render_template
from werkzeug.wrappers import Response

from traceability.domain.addresses import communes
from traceability.domain.cbv import Vocabulary
from traceability.domain.times import parse_time
from traceability.domain.uris import GS1, PlaceRef, encode_value, parse_path, parse_uri
from traceability.errors import InvalidIdentifierError, NotFoundError
from webapp.access import application
from webapp.limits import limiter, page_rate
from webapp.public import blueprint
from webapp.public.addresses import raw_path

_KEYS = {"00", "253", "8004"}


@blueprint.get("/place/<path:_rest>")
@limiter.limit(page_rate)
def place(_rest: str) -> Response:
    """Show what is known of a place: whose it is, what is within it, and the newest events there."""
    reference = parse_path(raw_path(), application().settings.namespace)
    if not isinstance(reference, PlaceRef):
        raise NotFoundError("There is no place {place} here.", place=raw_path())
    party, events = _offers().place(reference), _offers().events_at(reference)
    commune = communes().get(party.commune_code) if party and party.commune_code else None
    within = _offers().places_within(reference)
    return _page("public/location.html", place=reference, party=party, commune=commune, within=within, events=events)


@blueprint.get("/item/<ai>/<path:value>")
@limiter.limit(page_rate)
def item(ai: str, value: str) -> Response:
    """Show the newest events about a transport unit, a document or an asset."""
    if ai not in _KEYS:
        raise NotFoundError("Nothing is known here about ({ai}) {value}.", ai=ai, value=value)
    events = _offers().events_of(f"{GS1}/{ai}/{encode_value(value)}")
    return _page("public/item.html", ai=ai, value=value, events=events)


def _page(template: str, *, events: Sequence[Any], **more: Any) -> Response:
    response = make_response(render_template(template, events=[_told(one) for one in events], **more))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _told(event: Any) -> Mapping[str, Any]:
    """Return what a line about an event says."""
    document = event.document
    where = document.get("bizLocation") or document.get("readPoint")
    time = document.get("eventTime")
    return {
        "id": event.event_id,
        "time": parse_time(time, field="eventTime") if time else None,
        "type": str(document.get("type", "")),
        "step": Vocabulary.BIZ_STEP.shorten(str(document.get("bizStep", ""))),
        "place": _short(str(where.get("id", ""))) if isinstance(where, Mapping) else "",
    }


def _short(place: str) -> str:
    """Return how people call a place that an event names: by its numbers, where it has some."""
    try:
        reference = parse_uri(place, application().settings.namespace)
    except InvalidIdentifierError:
        return place
    if not isinstance(reference, PlaceRef):
        return place
    return f"{reference.number} · {reference.extension}" if reference.extension else str(reference.number)


def _offers() -> Any:
    """Return what knows of places and things: the offers of the resolver."""
    return current_app.extensions["resolver"].offers
