"""Linksets as JSON (RFC 9264, section 4.2), in the profile of the GS1-Conformant Resolver Standard 1.2, section 6."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from traceability.domain.link_types import type_uri
from traceability.domain.links import Link, LinkContext

CONTEXT: Final[Mapping[str, Any]] = {
    "@context": {
        "@version": 1.1,
        "@vocab": "http://www.iana.org/assignments/relation/",
        "linkset": "@graph",
        "anchor": "@id",
        "href": "@id",
        "itemDescription": "http://www.w3.org/2000/01/rdf-schema#comment",
        "title": "http://purl.org/dc/terms/title",
        "hreflang": {"@id": "http://purl.org/dc/terms/language", "@container": "@set"},
        "type": "http://purl.org/dc/terms/format",
        "fwqs": {"@id": "https://ref.gs1.org/voc/fwqs", "@type": "http://www.w3.org/2001/XMLSchema#boolean"},
    }
}
"""What the members mean, for whoever reads a linkset as JSON-LD."""


def write(contexts: Sequence[LinkContext], language: str) -> bytes:
    """Return the linkset of some things; what has no language of its own is titled in `language`."""
    content = {"linkset": [_context(one, language) for one in contexts]}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def write_some(context: LinkContext, links: Sequence[Link], language: str) -> bytes:
    """Return the linkset of one thing with only some of its links."""
    return json.dumps({"linkset": [_shell(context, links, language)]}, ensure_ascii=False, indent=1).encode()


def _context(context: LinkContext, language: str) -> dict[str, Any]:
    """Return the links of one thing; its default link has nothing but address and title."""
    default = {"href": context.default.href, "title": context.default.title.in_language(language)}
    return _shell(context, context.links, language) | {type_uri("defaultLink"): [default]}


def _shell(context: LinkContext, links: Sequence[Link], language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "anchor": context.anchor,
        "itemDescription": context.description.in_language(language),
    }
    for link in links:
        found.setdefault(type_uri(link.type), []).append(_link(link, language))
    return found


def _link(link: Link, language: str) -> dict[str, Any]:
    own = link.languages[0] if len(link.languages) == 1 else language
    found: dict[str, Any] = {"href": link.href, "title": link.title.in_language(own)}
    if link.media_type:
        found["type"] = link.media_type
    if link.languages:
        found["hreflang"] = list(link.languages)
    if not link.forwards:
        found["fwqs"] = False
    return found
