"""What a request to the resolver wants: a kind of link, a language, a media type.

Wishes stand in the query (`linkType`) and in the headers `Accept` and `Accept-Language` (GS1-Conformant
Resolver Standard 1.2, section 5). A link type is written as a CURIE (`gs1:pip`) or as a URI in one of the three
namespaces that GS1 has used for its vocabulary.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

LINKSET: Final = "linkset"
"""The wish for the whole list of links."""
LINKSET_TYPE: Final = "application/linkset+json"

_FOR_PROGRAMS: Final = (LINKSET_TYPE, "application/problem+json", "application/json", "application/ld+json")
_ALL: Final = {"linkset", "all"}
"""`all` is the older word for the same (standard 1.0)."""
_VOCABULARIES: Final = ("gs1:", "https://ref.gs1.org/voc/", "https://gs1.org/voc/", "https://www.gs1.org/voc/")
_WEIGHT: Final = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?", re.ASCII)
"""A weight (RFC 9110, 12.4.2)."""
_UNKNOWN: Final = "?"
"""Stands for a link type of another vocabulary, of which there are no links here."""


class Wish(NamedTuple):
    """What a request wants."""

    type: str = ""
    """Name of a link type of GS1's, `LINKSET`, or empty for the default link."""
    languages: tuple[tuple[str, float], ...] = ()
    """Language ranges with their weights."""
    media: tuple[tuple[str, float], ...] = ()
    """Media ranges with their weights."""


def read(environ: Mapping[str, Any]) -> Wish:
    """Return what a request wants."""
    query = environ.get("QUERY_STRING", "")
    media = weighted(environ.get("HTTP_ACCEPT", ""))
    asked = parse_qsl(query, keep_blank_values=True) if "linkType" in query else []
    wanted = next((value for name, value in asked if name == "linkType"), "")
    kind = LINKSET if _asks_for_linkset(media) else link_type(wanted) if wanted else ""
    return Wish(kind, weighted(environ.get("HTTP_ACCEPT_LANGUAGE", "")), media)


def link_type(text: str) -> str:
    """Return the name of a link type of GS1's, `LINKSET`, or a name that no link has."""
    if text in _ALL:
        return LINKSET
    prefix = next((one for one in _VOCABULARIES if text.startswith(one)), None)
    return (text.removeprefix(prefix) if prefix else "") or _UNKNOWN


def wants_page(media: tuple[tuple[str, float], ...]) -> bool:
    """Tell whether a browser is asking, which is to get a page even where something is wrong.

    Who takes anything (`*/*`) is a program.
    """
    weights = dict(media)
    page = weights.get("text/html", weights.get("text/*", 0))
    return page > 0 and page >= max(weights.get(one, 0) for one in _FOR_PROGRAMS)


def _asks_for_linkset(media: tuple[tuple[str, float], ...]) -> bool:
    """Tell whether the linkset itself is asked for, and nothing else before it."""
    weights = dict(media)
    return 0 < weights.get(LINKSET_TYPE, 0) >= max(weights.get(one, 0) for one in ("text/html", "*/*"))


@lru_cache(maxsize=512)
def weighted(header: str) -> tuple[tuple[str, float], ...]:
    """Return the ranges of an Accept or Accept-Language header with their weights (RFC 9110, 12.4.2), lower case.

    What is not well formed is passed over.
    """
    found = []
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        if name and _WEIGHT.fullmatch(weight):
            found.append((name, float(weight)))
    return tuple(found)
