"""What stands in the headers of EPCIS 2.0: versions, formats of identifiers, media types, limits (EPCIS 2.0, 12.5).

This repository speaks EPCIS 2.0 and CBV 2.0 in JSON, and nothing else. A client may say which versions it would take
and which form of identifiers it wants; where nothing of that is offered, the answer is 406 with a sentence that says
what is. Headers that only matter to XML are passed over.
"""

import re
from collections.abc import Mapping
from typing import Final

from flask import Response, request

from traceability.domain.epcis_definitions import CHAIN_NAMESPACE
from webapp.epcis.media import JSON, MEDIA_TYPES, quality
from webapp.epcis.problems import CAPTURE_LIMITS, EpcisError

VERSION: Final = "2.0.0"
"""Of EPCIS and of CBV, the one spoken here."""

EXTENSIONS: Final = f"ocopchain={CHAIN_NAMESPACE}"
"""Value of `GS1-Extensions`: what is said about an event's place on chain."""

FORMATS: Final = ("No_Preference", "Always_GS1_Digital_Link", "Never_Translates")
"""Forms of identifiers that are offered (`GS1-EPC-Format`); the standard knows `Always_EPC_URN` as well."""

VERSIONED: Final = {"GS1-EPCIS": "EPCIS", "GS1-CBV": "CBV"}
"""Beginning of the headers on versions -> name of the standard."""

EXPOSED: Final = (
    "Allow, Content-Language, ETag, GS1-CBV-Version, GS1-EPC-Format, GS1-EPCIS-Capture-File-Size-Limit, "
    "GS1-EPCIS-Capture-Limit, GS1-EPCIS-Version, GS1-Extensions, GS1-Next-Page-Token-Expires, Link, Location, "
    "Retry-After"
)
"""Headers that scripts of other sites may read."""

READABLE: Final = (
    "Accept, Accept-Language, GS1-CBV-Max, GS1-CBV-Min, GS1-CBV-Version, GS1-EPC-Format, GS1-EPCIS-Max, "
    "GS1-EPCIS-Min, GS1-EPCIS-Version, GS1-Extensions, If-None-Match"
)
"""Headers that scripts of other sites may send: those of reading."""

_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,3}")
_EXTENSION = re.compile(
    r"\s*([A-Za-z_][A-Za-z0-9_.-]{0,63})\s*=\s*([A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]{1,500})\s*"
)


# -------------------------------------------------------------------------------------------------------- what is asked
def require_versions() -> None:
    """Refuse a request that takes none of the versions spoken here.

    Raises EpcisError: 406 where nothing fits, 400 where a version is none.
    """
    ours = _numbers(VERSION)
    for prefix, standard in VERSIONED.items():
        exact, least, most = (_version(f"{prefix}-{end}") for end in ("Version", "Min", "Max"))
        if (exact and exact != ours) or (least and least > ours) or (most and most < ours):
            raise EpcisError(
                "This repository speaks {standard} {version} only. Ask for that version.",
                exception="NotAcceptableException",
                http=406,
                standard=standard,
                version=VERSION,
            )


def _version(name: str) -> tuple[int, ...] | None:
    """Return the version in a header, without its editions, or None where there is none."""
    value = request.headers.get(name, "").strip()
    if not value:
        return None
    if not _VERSION.fullmatch(value):
        raise EpcisError(
            "{header} holds no version. Write it like {version}.",
            exception="ValidationException",
            http=400,
            header=name,
            version=VERSION,
        )
    return _numbers(value)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the first two numbers of a version: 2.0.1 only corrected the text of 2.0.0."""
    numbers = [int(number) for number in version.split(".")]
    return tuple((*numbers, 0)[:2])


def epc_format() -> str:
    """Return the form of identifiers that a client wants. Raises EpcisError for one that is not offered."""
    wanted = request.headers.get("GS1-EPC-Format", "").strip() or FORMATS[0]
    if wanted in FORMATS:
        return wanted
    known = wanted == "Always_EPC_URN"
    raise EpcisError(
        "GS1-EPC-Format {wanted} is not offered. Choose one of these: {offered}.",
        exception="NotAcceptableException" if known else "ValidationException",
        http=406 if known else 400,
        wanted=wanted[:40],
        offered=FORMATS,
    )


def media_type() -> str:
    """Return the media type of JSON that a client likes best. Raises EpcisError where it takes none."""
    accepted = request.accept_mimetypes
    if not accepted.provided:
        return JSON
    worth = {offered: quality(offered, accepted) for offered in MEDIA_TYPES}
    best = max(MEDIA_TYPES, key=lambda offered: worth[offered])
    if worth[best] > 0:
        return best
    raise EpcisError(
        "Answers are JSON: application/json or application/ld+json. XML, SOAP and pages are not offered here.",
        exception="NotAcceptableException",
        http=406,
    )


def require_json() -> None:
    """Refuse a body that does not say that it is JSON. Raises EpcisError (415)."""
    kind = request.mimetype
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if kind not in MEDIA_TYPES or charset not in {"utf-8", "utf8", "us-ascii"}:
        raise EpcisError(
            "Send JSON in UTF-8, with the Content-Type application/json or application/ld+json. XML and SOAP are not "
            "taken.",
            exception="UnsupportedMediaTypeException",
            http=415,
        )
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
        raise EpcisError(
            "Send the body as it is, without Content-Encoding.", exception="UnsupportedMediaTypeException", http=415
        )


def prefixes() -> dict[str, str]:
    """Return the prefixes that a client has declared (`GS1-Extensions: prefix=namespace, ...`)."""
    found = (_EXTENSION.fullmatch(one) for one in request.headers.get("GS1-Extensions", "").split(","))
    return {one[1]: one[2] for one in found if one}


# ----------------------------------------------------------------------------------------------------- what is answered
def put(response: Response, headers: Mapping[str, str]) -> None:
    """Set headers that are not set yet."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)


ALWAYS: Final = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-Extensions": EXTENSIONS,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
}
"""On every answer."""


DISCOVERY: Final = {
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-EPC-Format": "Always_GS1_Digital_Link",
    "GS1-Capture-Error-Behaviour": "all",
    **CAPTURE_LIMITS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": READABLE,
    "Access-Control-Max-Age": "86400",
}
"""What an address tells about itself on OPTIONS."""
