"""What the address of a public page names.

Pages of goods lie at `/p/{number}`, with `/l/{lot}` and `/s/{serial}` below; the number is a GTIN or a code of ours.
Stamps carry addresses in capitals (`HTTPS://HOST/P/7K2M9QX4TB/S/ABC`) so that their QR code stays small; scheme and
host do not mind, and our own path letters are read in either case. Lot numbers may hold a percent-encoded slash, so the
address is read before the web server decodes it. Digital Links (`/01/...`) are the resolver's.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from flask import current_app, request

from traceability.domain.uris import LotRef, PartyRef, ProductRef, UnitRef, parse_path
from traceability.errors import InvalidIdentifierError
from webapp.access import application

KEYS = ("00", "01", "253", "414", "417", "8004")
"""Primary keys of the Digital Links that the resolver answers for."""

_LINKS = tuple(f"/{key}/" for key in KEYS)

Shown = ProductRef | LotRef | UnitRef | PartyRef
"""What has a public page."""


def path_in(environ: Mapping[str, Any], prefix: str) -> str:
    """Return the path of a request as it was sent, still percent-encoded, below the site's prefix."""
    sent = environ.get("REQUEST_URI") or environ.get("RAW_URI") or quote(environ.get("PATH_INFO", ""))
    path = sent.split("?", 1)[0] if sent.startswith("/") else urlsplit(sent).path
    return path.removeprefix(prefix) if prefix and path.startswith(prefix + "/") else path


def raw_path() -> str:
    """Return the path of the request at hand."""
    return path_in(request.environ, current_app.config["PREFIX"])


def is_link(path: str) -> bool:
    """Tell whether a path is the resolver's."""
    return path.startswith(_LINKS)


def named(path: str) -> Shown:
    """Return what a path names. Raises InvalidIdentifierError for anything without a public page."""
    found = parse_path(path, application().settings.namespace)
    if not isinstance(found, Shown):
        raise InvalidIdentifierError("{path} is not the address of a product, lot, item or participant.", path=path)
    return found


@lru_cache(maxsize=4096)
def shown_at(path: str, namespace: str) -> Shown | None:
    """Return what a path names, or None. Remembered, since parsing takes longer than finding the stamp."""
    try:
        found = parse_path(path, namespace)
    except InvalidIdentifierError:
        return None
    return found if isinstance(found, Shown) else None


def looks_like_stamp(path: str) -> bool:
    """Tell whether a path was meant to be the page of a stamp, well formed or not."""
    parts = path.lower().split("/")
    long_enough = len(parts) > 3  # noqa: PLR2004 - '', 'p', number, 's', serial
    return long_enough and parts[1] == "p" and parts[-2] == "s"
