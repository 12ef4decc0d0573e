"""How answers leave: JSON documents, collections of names, and the pages of either.

A page brings the address of the next one in a `Link` header (RFC 8288). It may be kept by anybody who asks again
whether it still holds: its ETag is made of the state of the record and of what was asked, so that the question can be
answered without looking a single event up. A page that was asked for with an API key is kept by nobody.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, g, request

from traceability.domain.epcis_context import EPCIS_CONTEXT
from webapp.access import application, now
from webapp.epcis.media import JSON
from webapp.epcis.paths import sent_path
from webapp.epcis.problems import EpcisError
from webapp.links import absolute

PER_PAGE: Final = 30
"""Entries of a page where nobody asks for a number: the standard's."""

MOST_PER_PAGE: Final = 1000
"""Most entries of a page; who asks for more gets these."""

TOKEN_LIFE: Final = timedelta(hours=24)
"""So long at least a token leads to the next page. It holds all that is needed, so nothing is kept here for it."""

LONGEST_TOKEN: Final = 2_000


def document(value: Any, *, status: int = 200) -> Response:
    """Return a JSON document."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text, status=status, content_type=g.get("media_type", JSON))


def moment(value: datetime) -> str:
    """Return a time as EPCIS writes it: `2026-11-20T03:30:00.000Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def collection(members: Sequence[str], context: Sequence[Any] = ()) -> dict[str, Any]:
    """Return a collection of names."""
    return {"@context": [EPCIS_CONTEXT, *context], "type": "Collection", "member": list(members)}


# ---------------------------------------------------------------------------------------------------------------- pages
def per_page() -> int:
    """Return how many entries a page may have. Raises EpcisError for what is no number from 1 up."""
    value = _single("perPage")
    if value is None:
        return PER_PAGE
    if not (value.isascii() and value.isdigit() and value.strip("0")):
        raise EpcisError(
            "perPage is a whole number from 1 up, not {value}.",
            exception="QueryParameterException",
            http=400,
            field="perPage",
            value=value[:40] or "-",
        )
    digits = value.lstrip("0")
    return MOST_PER_PAGE if len(digits) > len(str(MOST_PER_PAGE)) else min(int(digits), MOST_PER_PAGE)


def token() -> str:
    """Return the token of the page that is asked for, or an empty text. Raises EpcisError for an overlong one."""
    value = _single("nextPageToken") or ""
    if len(value) > LONGEST_TOKEN or not value.isprintable():
        raise bad_token()
    return value


def bad_token() -> EpcisError:
    """Return the refusal of a token that none of our pages gave."""
    return EpcisError(
        "This nextPageToken is of no page of this question. Ask for the first page again.",
        exception="QueryParameterException",
        http=400,
        field="nextPageToken",
    )


def name_token(name: str) -> str:
    """Return the token of the page after one that ends with a name."""
    return "n" + urlsafe_b64encode(name.encode()).decode().rstrip("=")


def read_name_token(value: str) -> str:
    """Return the name after which a page begins, empty for the first one. Raises EpcisError for a wrong token."""
    if not value:
        return ""
    try:
        name = urlsafe_b64decode(value[1:] + "=" * (-len(value[1:]) % 4)).decode()
    except ValueError:
        name = ""
    if not name or value != name_token(name):
        raise bad_token()
    return name


def _single(name: str) -> str | None:
    """Return a parameter that may stand once. Raises EpcisError where it stands several times."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise EpcisError(
            "{name} can be given once only.", exception="QueryParameterException", http=400, field=name, name=name
        )
    return values[0] if values else None


def with_next(response: Response, next_token: str) -> Response:
    """Say where the next page is, if there is one."""
    if next_token:
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "nextPageToken"]
        target = f"{absolute(sent_path())}?{urlencode([*kept, ('nextPageToken', next_token)])}"
        response.headers["Link"] = f'<{target}>; rel="next"'
        response.headers["GS1-Next-Page-Token-Expires"] = moment(now() + TOKEN_LIFE)
    return response


# -------------------------------------------------------------------------------------------------------------- caching
def kept(make: Callable[[], Response], varying: Sequence[str] = ()) -> Response:
    """Answer 304 where the client has the page as it stands, and otherwise make it.

    `If-None-Match: *` means any page that there is, so that it has to be made before that is known (RFC 9110, 13.1.2).

    Args:
        make: makes the page.
        varying: what the page depends on besides its address and the record, such as the form of identifiers.
    """
    asked_for = f"{sent_path()}?{request.query_string.hex()}"
    state = (application().reads.version(), asked_for, g.get("media_type", JSON), *varying)
    tag = sha256("\n".join(state).encode(errors="replace")).hexdigest()[:32]
    asked = request.if_none_match
    response = Response(status=304) if asked.contains_weak(tag) and not asked.star_tag else make()
    if asked.star_tag and response.status_code == 200:  # noqa: PLR2004 - RFC 9110
        response = Response(status=304)
    if response.status_code in {200, 304}:
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "public, no-cache"
    return response


def located(response: Response, path: str) -> Response:
    """Say where what was made is found."""
    response.headers["Location"] = absolute(path)
    return response


def parameters() -> Mapping[str, Sequence[str]]:
    """Return the parameters of the question, those of paging left out."""
    return {name: values for name, values in request.args.lists() if name not in {"perPage", "nextPageToken"}}
