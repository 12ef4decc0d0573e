"""What a subject's URI says about it, and what a reader may call a subject.

Canonical URIs are the same everywhere: `https://id.gs1.org/01/{gtin}/10/{lot}` or, without a GTIN,
`{namespace}/p/{code}/l/{lot}`. Readers name the same things by path on this site, by a link to any site that carries
such a path, and in capitals, as stamps do.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from traceability.domain.journal_records import journal_uri
from traceability.domain.uris import LotRef, PartyRef, ProductRef, Ref, UnitRef, parse_path, parse_uri
from traceability.errors import InvalidIdentifierError
from traceability.proofs.history import subject_key

LOT, PRODUCT, PARTICIPANT, JOURNAL, OTHER = "lot", "product", "participant", "journal", "other"
"""What a subject can be."""

_PATH = re.compile(r"/(?:01|p|417|party)/.*", re.IGNORECASE)
"""Where the part of a link begins that names something."""


@dataclass(frozen=True, slots=True)
class Name:
    """A subject's URI taken apart."""

    type: str
    uri: str
    path: str = ""
    gtin: str = ""
    code: str = ""
    product_uri: str = ""
    product_path: str = ""
    lot_number: str = ""


@lru_cache(maxsize=4096)
def read_uri(uri: str, namespace: str) -> Name:
    """Return what a canonical URI names; type `OTHER` where it is none of ours or not in canonical form."""
    try:
        named = parse_uri(uri, namespace)
    except (InvalidIdentifierError, ValueError):
        code = uri.removeprefix(journal_uri(namespace, ""))
        return Name(OTHER, uri) if code == uri else Name(JOURNAL, uri, code=code)
    if named.uri != uri:
        return Name(OTHER, uri)
    if isinstance(named, LotRef):
        return _goods(LOT, named, named.product, named.lot)
    if isinstance(named, ProductRef):
        return _goods(PRODUCT, named, named)
    if isinstance(named, PartyRef):
        return Name(PARTICIPANT, uri, named.path, code=str(named.number))
    return Name(OTHER, uri)


def _goods(kind: str, named: Ref, product: ProductRef, lot: str = "") -> Name:
    gtin, code = str(product.gtin or ""), str(product.code or "")
    return Name(kind, named.uri, named.path, gtin, code, product.uri, product.path, str(lot))


def read_reference(reference: str, namespace: str) -> Ref | None:
    """Return what a reader's path, link or URI names, or None when it names nothing that has a history."""
    found = _PATH.search(reference.strip().partition("?")[0].partition("#")[0])
    if found is None:
        return None
    try:
        return parse_path(found.group(), namespace)
    except InvalidIdentifierError:
        return None


def lot_of(named: Ref | None) -> LotRef | None:
    """Return the lot that a reference names, as such or through a stamp's link."""
    if isinstance(named, UnitRef) and named.lot is not None:
        return LotRef(named.product, named.lot)
    return named if isinstance(named, LotRef) else None


def key_of(uri: str) -> str:
    """Return a subject's key in hexadecimal, as it lies in the tables."""
    return subject_key(uri).hex()
