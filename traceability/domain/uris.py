"""What things are called in records: one canonical URI for each product, lot, item, participant and place, and back.

With a GS1 number the URI is the canonical Digital Link under `https://id.gs1.org`; without one it lies in a namespace
of our own, which is fixed when a data folder is made. The URI is what goes into events and what a subject's key is the
hash of. The *path* is the URI without what stands before it: what stamps carry, what tables know a thing by. The *page*
is where this site shows it: Digital Links answer as a resolver does, so that pages of goods with a GS1 number have
addresses of their own (`page_path`).
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias
from urllib.parse import quote, unquote, urlsplit

from traceability.domain.identifiers import (
    Gln,
    GlnExtension,
    Gtin,
    LotNumber,
    PartyCode,
    PlaceCode,
    ProductCode,
    SerialNumber,
)
from traceability.errors import InvalidIdentifierError

GS1: Final = "https://id.gs1.org"
"""Where canonical Digital Links live (GS1 Digital Link, section 4.11)."""

DEFAULT_NAMESPACE: Final = "https://ocop-trace.example"
"""Where our own codes live unless a data folder says otherwise (OCOP_NAMESPACE)."""


class _Named:
    """What every reference can tell from its path."""

    __slots__ = ()

    @property
    def path(self) -> str:
        """Return what names the thing below the start of its URI, percent-encoded."""
        raise NotImplementedError

    @property
    def page(self) -> str:
        """Return where this site shows the thing, percent-encoded."""
        return page_path(self.path)

    @property
    def uri(self) -> str:
        """Return the canonical URI."""
        raise NotImplementedError

    @property
    def key(self) -> bytes:
        """Return the key of the thing's history on chain: the SHA-256 of its canonical URI."""
        return sha256(self.uri.encode()).digest()

    def __str__(self) -> str:
        return self.uri


@dataclass(frozen=True, slots=True)
class ProductRef(_Named):
    """A kind of goods, by GTIN or by a code of ours."""

    number: Gtin | ProductCode
    namespace: str = DEFAULT_NAMESPACE

    @property
    def gtin(self) -> Gtin | None:
        """Return the GTIN, or None where the product has none."""
        return self.number if isinstance(self.number, Gtin) else None

    @property
    def code(self) -> ProductCode | None:
        """Return the in-house code, or None where the product has a GTIN."""
        return self.number if isinstance(self.number, ProductCode) else None

    @property
    def base(self) -> str:
        """Return what stands before the path in the canonical URI."""
        return GS1 if isinstance(self.number, Gtin) else self.namespace

    @property
    def path(self) -> str:
        """Return `/01/{gtin14}` or `/p/{code}`."""
        return f"/01/{self.number}" if isinstance(self.number, Gtin) else f"/p/{self.number}"

    @property
    def uri(self) -> str:
        """Return the canonical URI."""
        return self.base + self.path

    def lot(self, lot: LotNumber) -> "LotRef":
        """Return one lot of this product."""
        return LotRef(self, lot)

    def unit(self, serial: SerialNumber) -> "UnitRef":
        """Return one item of this product."""
        return UnitRef(self, serial)


@dataclass(frozen=True, slots=True)
class LotRef(_Named):
    """A lot of a product."""

    product: ProductRef
    lot: LotNumber

    @property
    def path(self) -> str:
        """Return `/01/{gtin14}/10/{lot}` or `/p/{code}/l/{lot}`."""
        return f"{self.product.path}/{'10' if self.product.gtin else 'l'}/{encode_value(self.lot)}"

    @property
    def uri(self) -> str:
        """Return the canonical URI."""
        return self.product.base + self.path


@dataclass(frozen=True, slots=True)
class UnitRef(_Named):
    """A single item, such as what a stamp is on. Its URI leaves the lot out, as the event hash does."""

    product: ProductRef
    serial: SerialNumber
    lot: LotNumber | None = None
    """The lot, where the link that was followed names it."""

    @property
    def path(self) -> str:
        """Return `/01/{gtin14}/21/{serial}` or `/p/{code}/s/{serial}`."""
        return f"{self.product.path}/{'21' if self.product.gtin else 's'}/{encode_value(self.serial)}"

    @property
    def uri(self) -> str:
        """Return the canonical URI."""
        return self.product.base + self.path


@dataclass(frozen=True, slots=True)
class PartyRef(_Named):
    """A participant, by GLN or by a code of ours."""

    number: Gln | PartyCode
    namespace: str = DEFAULT_NAMESPACE

    @property
    def path(self) -> str:
        """Return `/417/{gln}` or `/party/{code}`."""
        return f"/417/{self.number}" if isinstance(self.number, Gln) else f"/party/{self.number}"

    @property
    def uri(self) -> str:
        """Return the canonical URI."""
        return (GS1 if isinstance(self.number, Gln) else self.namespace) + self.path


@dataclass(frozen=True, slots=True)
class PlaceRef(_Named):
    """A place, by GLN or by a code of ours; a place within the place of a GLN by an extension of it (AI 254)."""

    number: Gln | PlaceCode
    namespace: str = DEFAULT_NAMESPACE
    extension: GlnExtension | None = None

    @property
    def path(self) -> str:
        """Return `/414/{gln}`, `/414/{gln}/254/{extension}` or `/place/{code}`."""
        if not isinstance(self.number, Gln):
            return f"/place/{self.number}"
        return f"/414/{self.number}" + (f"/254/{encode_value(self.extension)}" if self.extension else "")

    @property
    def uri(self) -> str:
        """Return the canonical URI."""
        return (GS1 if isinstance(self.number, Gln) else self.namespace) + self.path


Ref: TypeAlias = ProductRef | LotRef | UnitRef | PartyRef | PlaceRef


def encode_value(value: str) -> str:
    """Return a value percent-encoded for a path segment: everything but letters, digits and `-._~` (RFC 3986, 2.3)."""
    return quote(value, safe="")


_KEY_TO_PAGE: Final = {"01": "p", "417": "party", "414": "place"}
_QUALIFIER_TO_PAGE: Final = {"10": "l", "21": "s"}
"""AIs, and the words that stand for them in addresses of pages."""

_ROUTES: Final = (
    (re.compile(r"/01/([^/]+)(?:/22/[^/]+)?(?:/10/([^/]+))?(?:/21/([^/]+))?"), "gtin"),
    (re.compile(r"/[pP]/([^/]+)(?:/[lL]/([^/]+))?(?:/[sS]/([^/]+))?"), "code"),
    (re.compile(r"/417/([^/]+)"), "party gln"),
    (re.compile(r"/414/([^/]+)(?:/254/([^/]+))?"), "place gln"),
    (re.compile(r"/party/([^/]+)"), "party code"),
    (re.compile(r"/place/([^/]+)(?:/254/([^/]+))?"), "place code"),
)

_GTIN_DIGITS: Final = 14
_GLN_DIGITS: Final = 13
"""No code of ours is that long, so that a page's address may hold either."""


def _is_gln(text: str) -> bool:
    return len(text) == _GLN_DIGITS and text.isascii() and text.isdigit()


def page_path(path: str) -> str:
    """Return where this site shows what a path names; whatever else the path holds stays.

    `/01/{gtin}/10/{lot}/21/{serial}` -> `/p/{gtin}/l/{lot}/s/{serial}`, `/417/{gln}` -> `/party/{gln}`, `/414/{gln}` ->
    `/place/{gln}`, with `/254/...` below it. Every other path is its own page.
    """
    parts = path.split("/")
    word = _KEY_TO_PAGE.get(parts[1]) if len(parts) > 2 and not parts[0] else None  # noqa: PLR2004 - '', key, number
    if word is None:
        return path
    parts[1] = word
    if word != "p":
        return "/".join(parts)
    place = 3
    if parts[3:4] == ["22"]:
        del parts[3:5]
    for ai, short in _QUALIFIER_TO_PAGE.items():
        if parts[place : place + 1] == [ai] and len(parts) > place + 1:
            parts[place] = short
            place += 2
    return "/".join(parts)


def parse_path(path: str, namespace: str = DEFAULT_NAMESPACE) -> Ref:
    """Return what a path of this site names, a Digital Link's or a page's; one slash at the end is passed over.

    Raises InvalidIdentifierError when the path names nothing, or a number in it is wrong.
    """
    trimmed = path.removesuffix("/")
    for pattern, kind in _ROUTES:
        if (match := pattern.fullmatch(trimmed)) is not None:
            parts = [unquote(part) if part else None for part in match.groups()]
            if kind in {"gtin", "code"}:
                return _goods(kind, parts, namespace)
            return _who_or_where(kind, parts, namespace)
    raise InvalidIdentifierError("{path} is not the address of a product, lot, item, participant or place.", path=path)


def _who_or_where(kind: str, parts: list[str | None], namespace: str) -> PartyRef | PlaceRef:
    text = parts[0] or ""
    gln = Gln(text) if kind.endswith("gln") or _is_gln(text) else None
    if kind.startswith("party"):
        return PartyRef(gln or PartyCode(text), namespace)
    extension = GlnExtension(parts[1]) if parts[1] is not None else None
    if extension and gln is None:
        raise InvalidIdentifierError("Only a place with a GLN has places within it, not {place}.", place=text)
    return PlaceRef(gln or PlaceCode(text), namespace, extension)


def _goods(kind: str, parts: list[str | None], namespace: str) -> ProductRef | LotRef | UnitRef:
    number, lot, serial = parts
    is_gtin = kind == "gtin" or (len(number or "") == _GTIN_DIGITS and (number or "").isdecimal())
    product = ProductRef(Gtin(number or "") if is_gtin else ProductCode(number or ""), namespace)
    if serial is not None:
        return UnitRef(product, SerialNumber(serial), LotNumber(lot) if lot is not None else None)
    return LotRef(product, LotNumber(lot)) if lot is not None else product


def parse_uri(uri: str, namespace: str = DEFAULT_NAMESPACE) -> Ref:
    """Return what a URI names: a Digital Link on any host, or a URI in our own namespace.

    Raises InvalidIdentifierError when it names nothing that has a history or is a place here, or when a number in it
    is wrong.
    """
    host = urlsplit(namespace).netloc
    parts = urlsplit(uri.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        raise InvalidIdentifierError("{uri} is not the web address of anything traced here.", uri=uri)
    path = parts.path.removeprefix(urlsplit(namespace).path)
    reference = parse_path(path, namespace)
    number = reference.number if isinstance(reference, (ProductRef, PartyRef, PlaceRef)) else reference.product.number
    if not isinstance(number, (Gtin, Gln)) and parts.netloc.lower() != host.lower():
        template = "{uri} names a code of another service; codes of this one begin with {namespace}."
        raise InvalidIdentifierError(template, uri=uri, namespace=namespace)
    return reference
