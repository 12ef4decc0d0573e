"""Answers that many EPCIS operations share, with the headers of the standard (EPCIS 2.0, 12.5)."""

from dataclasses import replace
from typing import Final

from flask_babel import lazy_gettext as _l

from webapp.openapi import answers
from webapp.openapi.operations import JSON, Answer, Header, Text, ref

JSON_LD: Final = "application/ld+json"

SPOKEN: Final = tuple(
    Header(name=name, schema={"const": "2.0.0"}, about=about, always=True)
    for name, about in (
        ("GS1-EPCIS-Version", _l("Version of EPCIS that is spoken.")),
        ("GS1-CBV-Version", _l("Version of the Core Business Vocabulary that is spoken.")),
    )
)
"""Headers on every answer."""

NEXT: Final = (
    Header(
        name="Link",
        schema={"type": "string", "pattern": '^<[^>]+>; rel="next"$'},
        about=_l("Address of the next page; there is none on the last one."),
    ),
    Header(
        name="GS1-Next-Page-Token-Expires",
        schema=ref("Time"),
        about=_l("Until when the next page can be asked for."),
    ),
)
LOCATION: Final = Header(
    name="Location", schema={"type": "string", "format": "uri"}, about=_l("Address of what was made."), always=True
)
ETAG: Final = Header(name="ETag", schema={"type": "string"}, about=_l("Changes with what is answered."))


def told(about: Text, schema: str, *headers: Header) -> Answer:
    """Return an answer with a JSON document."""
    return Answer(about, {JSON: ref(schema), JSON_LD: ref(schema)}, (*SPOKEN, *headers))


READING: Final = {400: answers.BAD_REQUEST, 406: answers.NOT_ACCEPTABLE, 429: answers.SLOW_DOWN}
"""Refusals of whoever reads."""

KNOWN: Final = {**READING, 404: answers.NOT_FOUND}
"""Refusals where something is named."""

CAPTURE_LIMITS: Final = tuple(
    Header(name=name, schema={"type": "integer", "minimum": 1}, about=about)
    for name, about in (
        ("GS1-EPCIS-Capture-Limit", _l("Most events of one document.")),
        ("GS1-EPCIS-Capture-File-Size-Limit", _l("Most bytes of one document.")),
    )
)
"""How much is captured at once."""

LONG: Final = {414: answers.problem(_l("The address is too long; make a named query of it."))}

WRITING: Final = {
    **READING,
    401: answers.UNAUTHORISED,
    403: answers.FORBIDDEN,
    409: answers.problem(
        _l(
            "ResourceAlreadyExistsException: this very event, or the name of the query, is there already. "
            "DuplicateNameException: the eventID is that of another event, and this one was refused."
        )
    ),
    413: replace(answers.TOO_LARGE, headers=CAPTURE_LIMITS),
    415: answers.WRONG_MEDIA_TYPE,
    503: answers.problem(_l("The chain cannot be reached just now."), answers.RETRY),
}
"""Refusals of whoever captures."""

PAGE_OF_EVENTS: Final = {
    200: told(_l("One page of events."), "QueryDocument", *NEXT, ETAG),
    413: answers.TOO_LARGE,
    **LONG,
}

ALLOW: Final = Header(
    name="Allow", schema={"type": "string", "pattern": "OPTIONS"}, about=_l("Methods of this address."), always=True
)


def bounds() -> tuple[Header, ...]:
    """Return the headers on what is offered."""
    versions = (
        Header(
            name=f"GS1-{what}-{bound}",
            schema={"const": "2.0.0"},
            about=_l("Lowest and highest version that is spoken."),
        )
        for what in ("EPCIS", "CBV")
        for bound in ("Min", "Max")
    )
    return tuple(replace(one, always=True) for one in (*versions, *CAPTURE_LIMITS))
