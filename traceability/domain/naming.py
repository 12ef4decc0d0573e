"""What an identifier in an event names here: a lot, a product, a participant, whatever its spelling.

Events from outside name goods by Digital Links of any domain or by EPC URNs, a lot as a class of goods and an item
together with its lot. Whether two spellings name the same thing is decided once, here, for those who check what may be
recorded and for those who read it back.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from traceability.domain.epcis_identifiers import canonical_identifier
from traceability.domain.uris import DEFAULT_NAMESPACE, LotRef, Ref, UnitRef, parse_uri
from traceability.errors import InvalidIdentifierError

ITEMS: Final = ("parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList")
"""Members of events that name single items."""

CLASSES: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
"""Members of events that name amounts of a class of goods, such as of a lot."""

LONGEST: Final = 2048
"""Characters beyond which nothing is a name; looking for one would only cost time."""


@lru_cache(maxsize=16_384)
def named(uri: str, namespace: str = DEFAULT_NAMESPACE) -> Ref | None:
    """Return what an identifier names that has a history here or could have, or None."""
    if len(uri) > LONGEST:
        return None
    for spelling in (uri, canonical_identifier(uri)):
        try:
            return parse_uri(spelling, namespace)
        except (InvalidIdentifierError, ValueError):
            continue
    return None


def lot_named(uri: str, namespace: str = DEFAULT_NAMESPACE) -> LotRef | None:
    """Return the lot that an identifier names, as such or as that of an item, or None."""
    found = named(uri, namespace)
    if isinstance(found, UnitRef) and found.lot is not None:
        return LotRef(found.product, found.lot)
    return found if isinstance(found, LotRef) else None


def canonical(uri: str, namespace: str = DEFAULT_NAMESPACE) -> str:
    """Return the canonical URI of what an identifier names; one that names nothing here stays as it is."""
    found = named(uri, namespace)
    return uri if found is None else found.uri


def identifiers(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the identifiers of goods in an event, as they are written, in its own order of members."""
    for name in ITEMS:
        value = document.get(name)
        items = value if isinstance(value, list) else [value]
        yield from (item for item in items if isinstance(item, str))
    for name in CLASSES:
        lines = document.get(name)
        for line in lines if isinstance(lines, list) else []:
            if isinstance(line, Mapping) and isinstance(uri := line.get("epcClass"), str):
                yield uri
