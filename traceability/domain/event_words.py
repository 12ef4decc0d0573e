"""One spelling for what events and questions say, so that equal things compare equal.

A business step may be written as a short word, a web URI, a URN or a compact URI; a place as a URN or as a Digital Link
on any domain; a number as 5 or 5.0; a time at any offset. The index of the repository and the parameters of a question
bring all of it into the forms of this module.
"""

import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from traceability.domain.cbv import Vocabulary
from traceability.domain.epcis_definitions import KNOWN_PREFIXES, expanded, parted
from traceability.domain.epcis_identifiers import canonical_identifier
from traceability.domain.times import parse_time
from traceability.errors import OcopTraceError

WORDS: Final[Mapping[str, Vocabulary]] = {
    "bizStep": Vocabulary.BIZ_STEP,
    "disposition": Vocabulary.DISPOSITION,
    "bizTransaction": Vocabulary.BUSINESS_TRANSACTION,
    "source": Vocabulary.SOURCE_DESTINATION,
    "destination": Vocabulary.SOURCE_DESTINATION,
    "errorReason": Vocabulary.ERROR_REASON,
    "type": Vocabulary.MEASUREMENT,
}
"""Which list of words a field draws on."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT")
_LINK: Final = re.compile(r"https?://|urn:epc:", re.IGNORECASE)
_GOODS: Final = ("https://id.gs1.org/01/", "https://id.gs1.org/8006/")
_BESIDE: Final = re.compile(r"^(https://id\.gs1\.org/\d+/[^/]+)(?:/22/[^/]+(?=/10/|/21/|/235/))?(?:/10/[^/]+(?=/21/))?")
_BRACED: Final = re.compile(r"\{([^{}]*)\}([^{}]*)")
_PARTED: Final = re.compile(r"[/:]")
_SIGN: Final = (1 << 63) - 1


def word(field: str, text: str, prefixes: Mapping[str, str] = KNOWN_PREFIXES) -> str:
    """Return a word of CBV in its short form, and a word of somebody's own as its URI.

    Args:
        field: whose word it is, a key of `WORDS`.
        text: as it is written.
        prefixes: prefixes in force.
    """
    words = WORDS[field]
    return text if text in words.words else words.shorten(expanded(text, prefixes))


@lru_cache(maxsize=1 << 16)
def identifier(text: str) -> str:
    """Return an identifier in its one spelling: GS1 keys as canonical Digital Links, other URIs as they are.

    A piece is known by its serial and goods by their lot, whatever else the link tells (CBV 2.0, 8.9.3).
    """
    link = canonical_identifier(text) if _LINK.match(text) else text
    return _BESIDE.sub(r"\1", link) if link.startswith(_GOODS) else link


def number_of(text: str) -> float | None:
    """Return the number that a text writes, None where it writes none."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) != float("inf") else None


def time_of(text: str) -> datetime | None:
    """Return the moment that a text writes with its offset, None where it writes none."""
    if not _TIME.match(text):
        return None
    try:
        return parse_time(text, field="").astimezone(UTC)
    except (OcopTraceError, OverflowError):
        return None


def ordered_number(value: float) -> int:
    """Return a number as a whole number of 64 bits: the greater number has the greater one (IEEE 754)."""
    bits: int = struct.unpack(">q", struct.pack(">d", value))[0]
    return bits if bits >= 0 else -(bits & _SIGN)


def ordered_time(moment: datetime) -> int:
    """Return a moment in microseconds since 1970 (UTC)."""
    return (moment - _EPOCH) // _MICROSECOND


def field_uri(text: str, prefixes: Mapping[str, str]) -> str:
    """Return the one URI of an extension field, and a name without a namespace as it is.

    JSON-LD joins a namespace and a name as they are; questions put `#` between them (EPCIS 2.0, 8.2.7.1), also where
    the namespace ends with a mark that parts them already, and namespaces of XML often end without any.

    Args:
        text: a compact URI, a URI, a namespace with `#` and the name, or `{namespace}name`.
        prefixes: prefixes in force.
    """
    if braced := _BRACED.fullmatch(text):
        return _joined(braced[1], braced[2])
    compact = parted(text)
    base = prefixes.get(compact[0]) if compact else None
    full = _joined(base, compact[1]) if compact and base is not None else text
    namespace, mark, name = full.rpartition("#")
    return _joined(namespace, name) if mark and not _PARTED.search(name) else full


def _joined(namespace: str, name: str) -> str:
    """Return namespace and name as one URI, with one mark between them: `:` in a URN, `#` elsewhere, if it has none."""
    bare = namespace.rstrip("#")
    if not bare or bare.endswith(("/", ":")):
        return bare + name
    return f"{bare}:{name}" if bare.lower().startswith("urn:") else f"{bare}#{name}"


def field_name(text: str, prefixes: Mapping[str, str]) -> str:
    """Return the name of an extension field with its full namespace, `{https://ns.example/}field`.

    Args:
        text: in any spelling that `field_uri` takes.
        prefixes: prefixes in force.
    """
    full = field_uri(text, prefixes).replace("{", "").replace("}", "")
    place = max(full.rfind(mark) for mark in "/#:") + 1
    return f"{{{full[:place]}}}{full[place:]}" if place else full
