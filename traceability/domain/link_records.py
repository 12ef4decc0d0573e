"""What is recorded about links: a product's custodian declares where more about the product can be found.

The record stands on the product's own history, signed by who declares it, and ends with a record that withdraws it.
Whoever reads it from the chain holds it to the same rules as the form does: an address that nobody should be sent to is
no link.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from traceability.domain.link_types import DECLARABLE
from traceability.domain.members import Commitments, get_text, read_commitments, said, write_commitments
from traceability.domain.web_links import web_address
from traceability.errors import InvalidInputError

MAX_LINKS: Final = 20
"""Most links of one product; later ones count only once an earlier one is withdrawn."""

LANGUAGES: Final = ("", "vi", "en")
"""Languages of what a link leads to; empty where it has none, or several."""

MEDIA_TYPES: Final = (
    "text/html",
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "text/plain",
    "application/json",
    "application/ld+json",
)
"""What a link may lead to (IANA media types)."""

_PREFIX: Final = "gs1:"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """A link from a product to a page elsewhere; members are named as in a link set (RFC 9264, 4.2.4)."""

    TYPE: ClassVar[str] = "ocop:Link"

    uri: str
    """Canonical URI of the product."""
    link_type: str
    """Name of the type in the GS1 Web Vocabulary."""
    href: str
    language: str = ""
    media_type: str = "text/html"

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values, without what is not said."""
        return said(
            {
                "type": self.TYPE,
                "id": self.uri,
                "ocop:linkType": _PREFIX + self.link_type,
                "ocop:href": self.href,
                "ocop:hreflang": self.language or None,
                "ocop:mediaType": self.media_type,
            }
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "LinkRecord":
        """Read it back. Raises InvalidInputError."""
        href = get_text(document, "ocop:href")
        if web_address(href, "ocop:href") != href:
            raise InvalidInputError("{name} is not in its canonical spelling.", field="ocop:href", name="ocop:href")
        return cls(
            uri=get_text(document, "id"),
            link_type=_one_of(document, "ocop:linkType", [_PREFIX + name for name in DECLARABLE])[len(_PREFIX) :],
            href=href,
            language=_one_of(document, "ocop:hreflang", LANGUAGES),
            media_type=_one_of(document, "ocop:mediaType", MEDIA_TYPES),
        )


@dataclass(frozen=True, slots=True)
class LinkWithdrawalRecord:
    """A link is no more; an inspector's reason is the commitment `note`."""

    TYPE: ClassVar[str] = "ocop:LinkWithdrawal"

    of: str
    """`ni:///sha-256;...` of the document that declared it."""
    commitments: Commitments = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values, without what is not said."""
        commitments = write_commitments(self.commitments) or None
        return said({"type": self.TYPE, "ocop:of": self.of, "ocop:commitments": commitments})

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "LinkWithdrawalRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(get_text(document, "ocop:of"), read_commitments(document))


def _one_of(document: Mapping[str, Any], name: str, allowed: tuple[str, ...] | list[str]) -> str:
    value = get_text(document, name)
    if value not in allowed:
        raise InvalidInputError(
            "{value} is not one of {allowed}.", field=name, value=value[:40] or "-", allowed=", ".join(allowed)
        )
    return value
