"""Links of a resolver: what may be found about a thing, and of which kind each link is.

A `LinkContext` holds the links of one thing, such as a lot; a resolver's answer lists the contexts of every level from
the thing that was asked for up to its primary key (RFC 9264; GS1-Conformant Resolver Standard 1.2, section 4).
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from traceability.domain.views import Bilingual

LINK_VOCABULARY = "https://ref.gs1.org/voc/"
"""The GS1 Web Vocabulary by the address that resolvers give it; GS1's link types are of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link.

    Args:
        type: name of the link type in the GS1 Web Vocabulary, such as `pip` or `traceability`.
        href: absolute address of the target.
        title: for people, in both languages.
        languages: of the target, `vi` or `en`; empty where it has none or chooses by itself.
        media_type: of the target (IANA).
        forwards: whether the query of the request is handed on to the target; questions to the EPCIS repository and
            places within a page are complete as they are.
    """

    type: str
    href: str
    title: Bilingual
    languages: tuple[str, ...] = ()
    media_type: str = ""
    forwards: bool = True


@dataclass(frozen=True, slots=True)
class LinkContext:
    """The links of one thing."""

    anchor: str
    """Absolute address of the thing at this resolver."""
    description: Bilingual
    links: tuple[Link, ...]
    default: Link
    """Where a request without a wish is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredLink:
    """A link that a participant has declared for a product of its own.

    Args:
        id: identifier of the record that declared it.
        product: canonical URI.
        type: name of the link type.
        href: absolute https address.
        language: `vi`, `en` or empty.
        media_type: of the target.
        participant: who declared it.
        recorded_at: time of the record's block.
    """

    id: str
    product: str
    type: str
    href: str
    language: str
    media_type: str
    participant: int
    recorded_at: datetime | None = None

    @property
    def host(self) -> str:
        """Return the name of the host that it leads to, as browsers show it where letters may deceive."""
        return urlsplit(self.href).netloc
