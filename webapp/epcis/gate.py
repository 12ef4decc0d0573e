"""What every request passes before its view: can the address be read, is the version spoken, how often does he ask.

Reading needs no key, and is limited for each address like other public pages. A program with an API key is limited by
its key instead, since many programs may stand behind one address; whoever brings a wrong key counts as an address.
Where a key is needed and none is brought, nothing is counted: that is refused without a look-up, with 401 and no 429.
Session cookies count for nothing here, so no page of another site can make a browser capture anything.
"""

from dataclasses import replace
from typing import Final

from flask import Flask, Response, g, request
from flask_limiter.util import get_remote_address
from limits import parse_many
from werkzeug.exceptions import TooManyRequests

from traceability.errors import NotAuthenticatedError
from traceability.services.commands import Actor
from webapp.access import application
from webapp.epcis import blueprint, headers
from webapp.epcis.paths import UNREADABLE, is_epcis, is_for_root, sent_path
from webapp.epcis.problems import EpcisError, no_subscriptions
from webapp.language import language
from webapp.limits import limiter, page_rate, seconds_until
from webapp.openapi import tables

LONGEST: Final = 60_000
"""Longest address that is read, in bytes."""

KEY_RATE: Final = "12000 per minute"
"""Requests with one API key."""

limiter.exempt(blueprint)  # counted below


def init_gate(app: Flask) -> None:
    """Put the headers on all answers below these addresses, those of the routing's own included."""
    app.after_request(_leave)


@blueprint.before_request
def enter() -> None:
    """Check what can be checked before anything is read."""
    if len(sent_path()) + len(request.query_string) > LONGEST:
        raise EpcisError(
            "The address has more than {most} bytes. Make a named query of it (POST /queries) and ask that.",
            exception="URITooLongException",
            http=414,
            most=LONGEST,
        )
    if UNREADABLE in request.environ or b"%00" in request.query_string:
        raise EpcisError(
            "The address cannot be read. Encode what it names in UTF-8 with percent signs, without control characters.",
            exception="QueryParameterException" if request.method == "GET" else "ValidationException",
            http=400,
        )
    if "websocket" in request.headers.get("Upgrade", "").lower():
        raise no_subscriptions()
    _limit()
    headers.require_versions()
    if request.method in {"GET", "HEAD", "POST"}:
        g.media_type = headers.media_type()


def _limit() -> None:
    """Count this request. Raises TooManyRequests."""
    if not limiter.enabled or ("Authorization" not in request.headers and _needs_key()):
        return
    speaker = _speaker()
    key = f"key {speaker.participant} {speaker.name}" if speaker else get_remote_address()
    rate = KEY_RATE if speaker else page_rate()
    for item in parse_many(rate):
        if not limiter.limiter.hit(item, "epcis", key):
            until = limiter.limiter.get_window_stats(item, "epcis", key).reset_time
            raise TooManyRequests(retry_after=seconds_until(until))


def _needs_key() -> bool:
    """Tell whether the operation at hand is described as one for programs with an API key."""
    return any(one.key for one in tables.of_endpoint(request.endpoint or ""))


def actor() -> Actor:
    """Return for whom the API key of the request at hand speaks. Raises NotAuthenticatedError."""
    found = _speaker()
    if found is None:
        raise g.get("epcis_refusal") or NotAuthenticatedError(
            "This needs an API key. Send it as Authorization: Bearer ocop_..."
        )
    return found


def _speaker() -> Actor | None:
    """Return who speaks, or None; why a key was refused is kept for whoever needs one."""
    if "epcis_speaker" not in g:
        g.epcis_speaker = None
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            try:
                found = application().api_keys.authenticate(token.strip())
                g.epcis_speaker = replace(found, language=language())
            except NotAuthenticatedError as error:
                g.epcis_refusal = error
    speaker: Actor | None = g.epcis_speaker
    return speaker


def _leave(response: Response) -> Response:
    """Put on what every answer of EPCIS carries."""
    if request.path == "/" and not is_for_root():
        response.vary.add("Accept")  # programs find the root of EPCIS there
    if is_epcis():
        headers.put(response, headers.ALWAYS)
        response.vary.update(("Accept", "GS1-EPC-Format", "GS1-Extensions"))
        if "epcis_speaker" in g and g.epcis_speaker is not None:
            response.headers["Cache-Control"] = "no-store"  # nobody else's
    return response
