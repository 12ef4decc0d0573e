"""Answers that many operations share: problem details (RFC 9457) and what stands in their headers."""

from flask_babel import lazy_gettext as _l

from webapp.openapi.operations import HTML, JSON, Answer, Header, Schema, Text, ref

PROBLEM = "application/problem+json"

RETRY = Header(
    name="Retry-After",
    schema={"type": "string", "pattern": "^[0-9]+$"},
    about=_l("After how many seconds it may be tried again."),
    always=True,
)

CHALLENGE = Header(
    name="WWW-Authenticate",
    schema={"type": "string", "pattern": "^Bearer"},
    about=_l("How to log in: with an API key."),
    always=True,
)


def problem(about: Text, *headers: Header) -> Answer:
    """Return an answer with problem details."""
    return Answer(about, {PROBLEM: ref("Problem")}, headers)


def refusal(about: Text, *headers: Header) -> Answer:
    """Return what the pages of this site answer: a page for people, JSON for whoever prefers it."""
    return Answer(about, {HTML: PAGE, JSON: ref("Refusal")}, headers)


PAGE: Schema = {"type": "string"}
"""A page is text."""

TOO_MANY = _l("Too many requests from one address; wait as long as Retry-After says.")
BAD_REQUEST = problem(_l("The request is not as this document describes it; the detail says what is wrong."))
UNAUTHORISED = problem(_l("An API key is missing, unknown, ended or revoked."), CHALLENGE)
FORBIDDEN = problem(_l("The participant of this API key may not do this."))
NOT_FOUND = problem(_l("There is no such thing here."))
NOT_ACCEPTABLE = problem(_l("None of the wanted versions, formats or media types is offered."))
TOO_LARGE = problem(_l("More was sent, or asked for, than one request may hold."))
WRONG_MEDIA_TYPE = problem(_l("The body is not JSON; XML and SOAP are not taken."))
SLOW_DOWN = problem(TOO_MANY, RETRY)
