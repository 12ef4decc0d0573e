"""What a request to the resolver wants: a kind of link, a language, a media type.

Wishes stand in the query (`linkType`) and in the headers `Accept` and `Accept-Language` (GS1-Conformant
Resolver Standard 1.2, section 5). A link type is written as a CURIE (`gs1:pip`) or as a URI in one of the three
namespaces that GS1 has used for its vocabulary.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

LINKSET: Final = "linkset"
"""The wish for the whole list of links."""
LINKSET_TYPE: Final = "application/linkset+json"

_ALL: Final = {"linkset", "all"}
"""`all` is the older word for the same (standard 1.0)."""
_VOCABULARIES: Final = ("gs1:", "https://ref.gs1.org/voc/", "https://gs1.org/voc/", "https://www.gs1.org/voc/")
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
    kind = link_type(wanted) if wanted else LINKSET if _asks_for_linkset(media) else ""
    return Wish(kind, weighted(environ.get("HTTP_ACCEPT_LANGUAGE", "")), media)


def link_type(text: str) -> str:
    """Return the name of a link type of GS1's, `LINKSET`, or a name that no link has."""
    if text in _ALL:
        return LINKSET
    prefix = next((one for one in _VOCABULARIES if text.startswith(one)), None)
    return (text.removeprefix(prefix) if prefix else "") or _UNKNOWN


def wants_page(media: tuple[tuple[str, float], ...]) -> bool:
    """Tell whether a browser is asking, which is to get a page even where something is wrong."""
    return dict(media).get("text/html", 0) > 0


def _asks_for_linkset(media: tuple[tuple[str, float], ...]) -> bool:
    """Tell whether the linkset itself is asked for, and no page before it."""
    weights = dict(media)
    return 0 < weights.get(LINKSET_TYPE, 0) >= weights.get("text/html", 0)


@lru_cache(maxsize=512)
def weighted(header: str) -> tuple[tuple[str, float], ...]:
    """Return the ranges of an Accept or Accept-Language header with their weights (RFC 9110, 12.4.2), lower case.

    What is not well formed is passed over.
    """
    found = []
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        try:
            found.append((name, min(max(float(weight), 0.0), 1.0)))
        except ValueError:
            continue
    return tuple(one for one in found if one[0])
