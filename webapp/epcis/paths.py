"""Addresses that hold URIs: `/events/{eventID}` and `/epcs/{epc}/events`, however much of the URI is percent-encoded.

An eventID such as `ni:///sha-256;...?ver=CBV2.0` and an EPC such as `https://id.gs1.org/01/.../21/...` hold slashes and
question marks. A client should encode all of them, many encode some. So the address is read as it was sent, before any
web server has decoded it: what stands between the resource and a last `/events` is the URI, decoded once. For Flask's
routing it is encoded again as a whole, so that it is one segment of the path.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

from flask import request
from werkzeug.routing import BaseConverter

from webapp.epcis.media import prefers_json
from webapp.epcis.resources import RESOURCES
from webapp.public.addresses import path_in

WITH_EVENTS: Final = frozenset(one.name for one in RESOURCES)
"""Resources that are named by a value and have events of their own."""

ROOTS: Final = WITH_EVENTS | {"capture", "events", "queries", "nextPageToken"}
"""First parts of the addresses that are EPCIS."""

SENT: Final = "ocop.epcis.path"
"""Where the environment of a request holds its path as it was sent, still encoded, below the site's prefix."""

UNREADABLE: Final = "ocop.epcis.unreadable"
"""Is there where the path cannot be read: a broken escape, a control character, no value."""

_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EVENTS = re.compile(r"(?P<value>.*)(?P<below>/events)/?", re.DOTALL)
_OF_QUERIES = re.compile(r"(?P<value>.*)(?P<below>/events|/subscriptions(?:/[^/]+)?)/?", re.DOTALL)


class UriConverter(BaseConverter):
    """One segment of a path that holds a URI, encoded as a whole by `EpcisPaths`."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Return the URI."""
        return unquote_to_bytes(value).decode(errors="replace")

    def to_url(self, value: str) -> str:
        """Encode a URI as a whole."""
        return segment(value)


class EpcisPaths:
    """Gives Flask the addresses of EPCIS with every value as one segment; all others pass as they are."""

    def __init__(self, wsgi_app: Callable[..., Iterable[bytes]]) -> None:
        """Keep what comes next."""
        self._next = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Look at the path of a request."""
        path = environ.get("PATH_INFO", "")
        if path.split("/", 2)[1:2] and path.split("/", 2)[1] in ROOTS:
            sent = _as_sent(environ)
            environ[SENT] = sent
            environ["PATH_INFO"] = _routed(environ, sent)
            if "websocket" in environ.get("HTTP_UPGRADE", "").lower():
                environ.pop(
                    "HTTP_CONNECTION", None
                )  # or routing would look for sockets; the gate says why there are none
        return self._next(environ, start_response)


def is_epcis() -> bool:
    """Tell whether the request at hand is for EPCIS: below its roots, or for `/` as programs ask for it."""
    return request.path.split("/", 2)[1] in ROOTS or is_for_root()


def is_for_root() -> bool:
    """Tell whether the request at hand is for `/` as the root of EPCIS; for browsers, `/` is the start page."""
    if request.path != "/":
        return False
    asks = request.method in {"GET", "HEAD"} and "q" not in request.args and prefers_json()
    return asks or request.method == "OPTIONS"


def sent_path() -> str:
    """Return the path of the request at hand as it was sent, below the site's prefix."""
    sent: str = request.environ.get(SENT) or quote(request.path)
    return sent


def segment(value: str) -> str:
    """Return a value as one segment of a path."""
    return quote(value, safe="")


def _as_sent(environ: dict[str, Any]) -> str:
    """Return the path still encoded, or encoded again where a middleware has made another one of it."""
    decoded = environ["PATH_INFO"].encode("latin-1", "replace")
    try:
        sent = path_in(environ, environ.get("SCRIPT_NAME", ""))
    except ValueError:  # a whole URI that is none
        sent = ""
    return sent if unquote_to_bytes(sent) == decoded else quote(decoded, safe="/:;=@!$&'()*+,~")


def _routed(environ: dict[str, Any], sent: str) -> str:
    """Return the path for Flask: `/resource`, `/resource/{encoded}` or `/resource/{encoded}/rest`."""
    _, root, *_ = environ["PATH_INFO"].split("/", 2)
    _, _, rest = sent.removeprefix("/").partition("/")
    if not rest:
        return f"/{root}"
    value, below = _parted(root, rest)
    decoded = unquote_to_bytes(value)
    try:
        readable = not _BROKEN.search(sent) and not _CONTROL.search(decoded.decode()) and value != ""
    except UnicodeDecodeError:
        readable = False
    if not readable:
        environ[UNREADABLE] = True
    return f"/{root}/{quote(decoded, safe='') or '-'}{below}"


def _parted(root: str, rest: str) -> tuple[str, str]:
    """Return the value and what stands below it; a slash at the end belongs to the value only in a whole URI."""
    pattern = _EVENTS if root in WITH_EVENTS else _OF_QUERIES if root == "queries" else None
    if pattern and (found := pattern.fullmatch("/" + rest)):
        return found["value"].removeprefix("/"), found["below"]
    if rest.endswith("/") and b":" not in unquote_to_bytes(rest):
        rest = rest[:-1]
    return rest, ""
