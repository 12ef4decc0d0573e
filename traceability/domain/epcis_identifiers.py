"""How EPCIS documents name things: EPC URNs, GS1 Digital Links, and any other URI.

All three may stand in a field that identifies something. An EPC URN must be a valid one, and so must a Digital Link
whose key is one that this program resolves; a GS1 key that cannot exist is a slip of the keyboard. `normalised` writes
URNs as Digital Links, `canonical_identifier` gives the one spelling under which things are looked up (EPCIS 2.0,
section 6.4; CBV 2.0, section 8).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from traceability.domain.check_digits import check_digit
from traceability.domain.digital_link import CANONICAL_STEM, DigitalLink
from traceability.domain.epc_urns import is_epc_urn, to_digital_link
from traceability.domain.named_links import named_link
from traceability.errors import InvalidIdentifierError, InvalidInputError

_EPC: Final = "urn:epc:"
_WEB: Final = ("http://", "https://", "HTTP://", "HTTPS://")
_KEY: Final = re.compile(r"/(?:00|01|253|255|401|402|41[457]|80(?:03|04|06|10|13|17|18))/")
_OWN_KEY: Final = re.compile(r"[^?#]*/(?:00/\d{18}|01/\d{14}|253/\d{13}|41[47]/\d{13})(?![0-9])", re.ASCII)
"""A key with a check digit that this program resolves, whole, wherever the link lives."""
_PLAIN_LINK: Final = re.compile(
    r"https://[A-Za-z0-9.-]+(?:/01/([0-9]{14})(?:/10/[A-Za-z0-9._-]{1,20})?(?:/21/[A-Za-z0-9._-]{1,20})?"
    r"|/(?:00/(?=[0-9]{18}$)|41[47]/(?=[0-9]{13}$))([0-9]+))"
)
_CANONICAL_HOST: Final = re.compile(r"https?://id\.gs1\.org/", re.IGNORECASE)

_OF_DEVICE: Final = ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "uriValue")


def check_identifier(uri: str, place: str) -> None:
    """Return quietly when a URI may identify something. Raises InvalidIdentifierError, `field` the place given."""
    fault = _fault(uri)
    if fault is not None:
        template, facts = fault
        raise InvalidIdentifierError(template, field=place, **facts)


def _is_plain_link(uri: str) -> bool:
    """Tell at a glance that a link of the usual kind is right; what it leaves open, the full reading settles."""
    match = _PLAIN_LINK.fullmatch(uri)
    if match is None:
        return False
    digits = match[1] or match[2]
    return check_digit(digits[:-1]) == digits[-1]


@lru_cache(maxsize=1 << 14)
def _fault(uri: str) -> tuple[str, dict[str, Any]] | None:
    """Return what is wrong with a URI as an identifier: the sentence and what fills its gaps."""
    if uri[:8].lower() == _EPC:
        template = "{value} is not a valid EPC URN."
        return None if is_epc_urn(uri) else (template, {"value": uri[:120]})
    if not uri.startswith(_WEB) or _is_plain_link(uri):
        return None
    is_canonical = _CANONICAL_HOST.match(uri) is not None
    if not is_canonical and not _KEY.search(uri):
        return None
    try:
        DigitalLink.parse(uri)
    except InvalidInputError as error:
        if "ai" in error.facts and (is_canonical or _OWN_KEY.match(uri)):
            return error.template, error.facts
    return None


@lru_cache(maxsize=1 << 14)
def canonical_identifier(uri: str) -> str:
    """Return the one spelling of an identifier: for a GS1 key, its Digital Link under `https://id.gs1.org`.

    A Digital Link under any domain loses its query, and one that is none by the letter is read as the event hash reads
    it; whatever names no valid GS1 key comes back unchanged.
    """
    if uri.startswith(_EPC):
        return to_digital_link(uri) or uri
    link = _path(uri) if _KEY.search(uri) else None
    if link is None and (found := named_link(uri)) is not None:
        link = _path(CANONICAL_STEM + found.path)
    return uri if link is None else CANONICAL_STEM + link


def _path(uri: str) -> str | None:
    try:
        return DigitalLink.parse(uri).path
    except InvalidInputError:
        return None


def normalised(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event in which EPC URNs that identify something are Digital Links; all else is as it was."""
    return {name: _NORMALISERS[name](value) if name in _NORMALISERS else value for name, value in document.items()}


def _each(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda items: [change(item) for item in items] if isinstance(items, list) else items


def _link(uri: Any) -> Any:
    return to_digital_link(uri) or uri if isinstance(uri, str) and uri.startswith(_EPC) else uri


def _things(uris: Any) -> Any:
    """Return a list of things with Digital Links for URNs, but for a thing that the list names in both ways.

    A list names nothing twice, and the event hash counts every member of it.
    """
    if not isinstance(uris, list):
        return uris
    links = [_link(uri) for uri in uris]
    times = Counter(links)
    return [uri if link != uri and times[link] > 1 else link for uri, link in zip(uris, links, strict=True)]


def _within(name: str) -> Callable[[Any], Any]:
    return lambda part: _with_links(part, (name,))


def _with_links(part: Any, names: tuple[str, ...]) -> Any:
    if not isinstance(part, Mapping) or not any(name in part for name in names):
        return part
    return {name: _link(value) if name in names else value for name, value in part.items()}


def _sensor(element: Any) -> Any:
    if not isinstance(element, Mapping):
        return element
    changed = dict(element)
    if "sensorMetadata" in changed:
        changed["sensorMetadata"] = _with_links(changed["sensorMetadata"], _OF_DEVICE)
    if isinstance(changed.get("sensorReport"), list):
        changed["sensorReport"] = [_with_links(report, _OF_DEVICE) for report in changed["sensorReport"]]
    return changed


_NORMALISERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _things),
    **dict.fromkeys(
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _each(_within("epcClass"))
    ),
    **dict.fromkeys(("parentID", "transformationID"), _link),
    **dict.fromkeys(("readPoint", "bizLocation"), _within("id")),
    "bizTransactionList": _each(_within("bizTransaction")),
    "sourceList": _each(_within("source")),
    "destinationList": _each(_within("destination")),
    "sensorElementList": _each(_sensor),
}
"""How a field that identifies something is brought to Digital Links."""
