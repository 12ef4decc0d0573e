"""Plain JSON values of EPCIS documents: texts, URIs, numbers and times, each checked and refused with its place."""

import re
from datetime import datetime
from ipaddress import IPv6Address
from math import isfinite
from typing import Any, Final

from traceability.errors import InvalidInputError

MAX_DEPTH: Final = 32
"""Deepest nesting of a document or a question that is read or written; EPCIS documents need about eight levels."""

MAX_SAFE_INTEGER: Final = 2**53 - 1
"""Beyond this an ECMAScript number is not exact (RFC 8785, section 3.2.2.3), so it must be written as a string."""

_LONGEST_SHOWN: Final = 60
_LONGEST_INTEGER: Final = 128
"""Bits of an integer that a sentence still shows."""

_NAME: Final = "A-Za-z0-9._~!$&'()*+,;=-"
_HEX: Final = "%[0-9A-Fa-f]{2}"
_URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?=.)"
    rf"(?:(?!//)|//(?:(?:[:{_NAME}]++|{_HEX})*+@)?"
    rf"(?:\[(?:([0-9A-Fa-f:.]+)|v[0-9A-Fa-f]+\.[:{_NAME}]+)\]|(?:[{_NAME}]++|{_HEX})*+)(?::[0-9]*)?(?=[/?#]|\Z))"
    rf"(?:[:@/{_NAME}]++|{_HEX})*+(?:\?(?:[:@/?{_NAME}]++|{_HEX})*+)?(?:#(?:[:@/?{_NAME}]++|{_HEX})*+)?"
)
"""A URI; its group is the IPv6 address that the host is, if it is one."""

_TOKENS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
"""Texts, so that brackets in them do not count, and brackets."""

_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
)


def is_uri(text: str) -> bool:
    """Tell whether a text is a URI with its scheme (RFC 3986, section 3)."""
    match = _URI.fullmatch(text)
    return match is not None and (match[1] is None or _is_ipv6(match[1]))


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def pointer(place: str, name: str) -> str:
    """Return the JSON pointer (RFC 6901) to a member of the object at a place."""
    return f"{place}/{name.replace('~', '~0').replace('/', '~1')}"


def shown(value: Any) -> str:
    """Return a value as a sentence shows it: short, and never a text that cannot be written."""
    text = repr(value) if not isinstance(value, int) or value.bit_length() < _LONGEST_INTEGER else "…"
    return text.encode(errors="replace").decode()[:_LONGEST_SHOWN]


def check_nesting(text: bytes) -> None:
    """Return quietly when a JSON text is not nested too deeply. Raises InvalidInputError when it is.

    Asked before parsing: a parser in C that recurses without end takes the whole process with it.
    """
    depth = 0
    for match in _TOKENS.finditer(text):
        depth += (match[0] in b"[{") - (match[0] in b"]}")
        if depth > MAX_DEPTH:
            raise _too_deep("")


def check_depth(depth: int, place: str) -> None:
    """Return quietly while a value is not nested too deeply. Raises InvalidInputError when it is."""
    if depth >= MAX_DEPTH:
        raise _too_deep(place)


def _too_deep(place: str) -> InvalidInputError:
    return InvalidInputError("The document is nested deeper than {limit} levels.", field=place, limit=MAX_DEPTH)


def check_text(text: str, place: str) -> None:
    """Return quietly when a text can be written as UTF-8. Raises InvalidInputError when it cannot."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            template = "A text holds half a surrogate pair, which no UTF-8 text can."
            raise InvalidInputError(template, field=place) from error


def check_number(value: Any, place: str) -> None:
    """Return quietly when a value is a number that every reader of JSON understands alike."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidInputError("Here a number is expected, not {value}.", field=place, value=shown(value))
    if not (isinstance(value, int) or isfinite(value)) or abs(value) > MAX_SAFE_INTEGER:
        template = "The number {number} is not exact in every reader; write it as a text."
        raise InvalidInputError(template, field=place, number=shown(value))


def read_text(value: Any, place: str) -> str:
    """Return a text that is not blank. Raises InvalidInputError."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidInputError("Here a text is expected, not {value}.", field=place, value=shown(value))
    check_text(value, place)
    return value


def read_uri(value: Any, place: str) -> str:
    """Return a URI. Raises InvalidInputError."""
    if not isinstance(value, str) or not is_uri(value):
        raise InvalidInputError("{value} is not a URI.", field=place, value=shown(value))
    return value


def read_time(value: Any, place: str) -> datetime:
    """Return the moment of an `xsd:dateTimeStamp`, offset kept. Raises InvalidInputError."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is None or value.startswith(("0000", "0001", "9999")):
            raise ValueError(value)
        return datetime.fromisoformat(match[1] + (match[2] or "")[:7] + match[3])
    except ValueError as error:
        template = "{value} is not a time with its offset, such as 2026-05-14T10:10:00.000+07:00."
        raise InvalidInputError(template, field=place, value=shown(value)) from error


def read_list(value: Any, place: str) -> list[Any]:
    """Return a list. Raises InvalidInputError."""
    if not isinstance(value, list):
        raise InvalidInputError("Here a list is expected, not {value}.", field=place, value=shown(value))
    return value
