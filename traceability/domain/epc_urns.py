"""EPC URNs, the older way to write GS1 keys, and the Digital Links that say the same.

`urn:epc:id:sgtin:4012345.011111.9876` splits the key after the company prefix and leaves the check digit out; the
Digital Link `https://id.gs1.org/01/04012345111118/21/9876` does neither (EPC Tag Data Standard 2.0, sections 6 to
8; CBV 2.0, section 8.9).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from traceability.domain.check_digits import check_digit
from traceability.domain.digital_link import DigitalLink
from traceability.errors import InvalidIdentifierError

_ROOT = "https://id.gs1.org/"
_CHARACTER = r"(?:%[0-9A-Fa-f]{2}|[!')(*+,.0-9:;=A-Za-z_-])"
_ESCAPES = str.maketrans({character: f"%{ord(character):02X}" for character in "!()*+,:"})
_PREFIX_DIGITS = range(6, 13)


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How a kind of URN is spelled: digits of prefix and reference, what may follow, and how the key is built."""

    digits: int
    rest: str
    build: Callable[[str, str, list[str]], str]


def to_digital_link(urn: str) -> str | None:
    """Return the canonical Digital Link of an EPC URN (`urn:epc:id:`, `:class:`, `:idpat:`), None for anything else."""
    for kind, schemes in _SCHEMES.items():
        head, _, tail = urn.removeprefix(kind).partition(":")
        if urn.startswith(kind) and (scheme := schemes.get(head)) is not None:
            return _convert(scheme, tail)
    return None


def is_epc_urn(urn: str) -> bool:
    """Tell whether a text is a valid EPC URN: of one thing, of a class of things, or a pattern (Tag Data, 6 and 7)."""
    link = to_digital_link(urn)
    if link is not None:
        if "%" not in urn and urn.startswith(_OF_FIXED_LENGTH):
            return True
        try:
            DigitalLink.parse(link)
        except InvalidIdentifierError:
            return False
        return True
    kind, _, tail = urn.rpartition(":")
    if kind in _OTHER_SCHEMES:
        return re.fullmatch(_OTHER_SCHEMES[kind], tail) is not None
    components = tail.split(".")
    name = kind.removeprefix("urn:epc:idpat:")
    return name != kind and len(components) == _COMPONENTS.get(name) and _is_pattern(components)


def _is_pattern(components: list[str]) -> bool:
    """Tell whether a pattern leaves out the finer parts of a key and none before them."""
    first = next((place for place, part in enumerate(components) if part == "*"), len(components))
    if first == len(components) or any(part != "*" for part in components[first:]):
        return False
    prefix, rest = components[0], components[1:first]
    return first == 0 or (
        _is_digits(prefix) and len(prefix) in _PREFIX_DIGITS and all(re.fullmatch(_PART, part) for part in rest)
    )


def _convert(scheme: _Scheme, tail: str) -> str | None:
    prefix, dot, rest = tail.partition(".")
    if not dot or len(prefix) not in _PREFIX_DIGITS or not _is_digits(prefix):
        return None
    if not scheme.digits:
        match = re.fullmatch(scheme.rest, rest)
        return _ROOT + scheme.build(prefix, match[1], list(match.groups()[1:])) if match else None
    width = scheme.digits - len(prefix)
    reference = rest[:width]
    match = re.fullmatch(scheme.rest, rest[width:])
    if width < 0 or len(reference) != width or (reference and not _is_digits(reference)) or match is None:
        return None
    return _ROOT + scheme.build(prefix, reference, list(match.groups()))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _with_check(digits: str) -> str:
    return digits + check_digit(digits)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _leading(prefix: str, reference: str) -> str:
    """Put the indicator or extension digit, written first in the reference, where the key has it."""
    return _with_check(reference[:1] + prefix + reference[1:])


def _gtin(suffix: str) -> Callable[[str, str, list[str]], str]:
    def build(prefix: str, reference: str, rest: list[str]) -> str:
        return f"01/{_leading(prefix, reference)}" + (f"/{suffix}/{_escape(rest[0])}" if suffix else "")

    return build


def _plain(ai: str, lead: str = "") -> Callable[[str, str, list[str]], str]:
    """Build keys that are the digits, a check digit, and perhaps a serial that follows at once."""

    def build(prefix: str, reference: str, rest: list[str]) -> str:
        return f"{ai}/{_with_check(lead + prefix + reference)}" + "".join(_escape(part) for part in rest)

    return build


def _place(prefix: str, reference: str, rest: list[str]) -> str:
    extension = "" if rest[0] == "0" else f"/254/{_escape(rest[0])}"
    return f"414/{_with_check(prefix + reference)}{extension}"


def _joined(ai: str) -> Callable[[str, str, list[str]], str]:
    def build(prefix: str, reference: str, rest: list[str]) -> str:
        serial = f"/8011/{rest[0]}" if rest else ""
        return f"{ai}/{prefix}{_escape(reference)}{serial}"

    return build


def _piece(prefix: str, reference: str, rest: list[str]) -> str:
    serial = f"/21/{_escape(rest[2])}" if rest[2:] else ""
    return f"8006/{_leading(prefix, reference)}{rest[0]}{rest[1]}{serial}"


def _serial(longest: int) -> str:
    return rf"\.({_CHARACTER}{{1,{longest}}})"


_COMPONENT = r"((?:%[0-9A-Fa-f]{2}|[0-9A-Z-]){1,24})"
_ANY = r"\.\*"

_SCHEMES: dict[str, dict[str, _Scheme]] = {
    "urn:epc:id:": {
        "sgtin": _Scheme(13, _serial(20), _gtin("21")),
        "sscc": _Scheme(17, "", lambda prefix, reference, _: f"00/{_leading(prefix, reference)}"),
        "sgln": _Scheme(12, _serial(20), _place),
        "grai": _Scheme(12, _serial(16), _plain("8003", "0")),
        "giai": _Scheme(0, rf"({_CHARACTER}{{1,24}})", _joined("8004")),
        "gsrn": _Scheme(17, "", _plain("8018")),
        "gsrnp": _Scheme(17, "", _plain("8017")),
        "gdti": _Scheme(12, _serial(17), _plain("253")),
        "sgcn": _Scheme(12, r"\.(\d{1,12})", _plain("255")),
        "cpi": _Scheme(0, _COMPONENT + r"\.(\d{1,12})", _joined("8010")),
        "ginc": _Scheme(0, rf"({_CHARACTER}{{1,24}})", _joined("401")),
        "gsin": _Scheme(16, "", _plain("402")),
        "itip": _Scheme(13, r"\.(\d{2})\.(\d{2})" + _serial(20), _piece),
        "upui": _Scheme(13, _serial(28), _gtin("235")),
        "pgln": _Scheme(12, "", _plain("417")),
    },
    "urn:epc:class:": {"lgtin": _Scheme(13, _serial(20), _gtin("10"))},
    "urn:epc:idpat:": {
        "sgtin": _Scheme(13, _ANY, _gtin("")),
        "grai": _Scheme(12, _ANY, _plain("8003", "0")),
        "gdti": _Scheme(12, _ANY, _plain("253")),
        "sgcn": _Scheme(12, _ANY, _plain("255")),
        "cpi": _Scheme(0, _COMPONENT + _ANY, _joined("8010")),
        "itip": _Scheme(13, r"\.(\d{2})\.(\d{2})" + _ANY, _piece),
        "upui": _Scheme(13, _ANY, _gtin("")),
    },
}

_OF_FIXED_LENGTH: Final = tuple(
    f"urn:epc:{name}:" for name in ("id:sgtin", "class:lgtin", "id:sscc", "id:sgln", "id:pgln", "id:gdti")
)
"""Kinds whose key is right whenever its parts are, since the check digit is made here and nothing in it may grow."""

_PART: Final = r"(?:%[0-9A-Fa-f]{2}|[0-9A-Z-])*"

_OTHER_SCHEMES: Final = {
    "urn:epc:id:gid": r"[0-9]{1,9}\.[0-9]{1,8}\.[0-9]{1,11}",
    "urn:epc:id:usdod": r"[0-9A-HJ-NP-Z]{5,6}\.(?:0|[1-9][0-9]{0,10})",
    "urn:epc:id:adi": r"[0-9A-HJ-NP-Z]{5,6}\.(?:%23|%2F|[0-9A-Z-]){0,32}\.(?:%23)?(?:%2F|[0-9A-Z-]){1,30}",
    "urn:epc:id:bic": r"[A-Z]{3}[JUZ][0-9]{7}",
    "urn:epc:id:imovn": r"[0-9]{7}",
}
"""Kinds of URN that name things without a GS1 key."""

_COMPONENTS: Final = {
    **dict.fromkeys(("sscc", "gsrn", "gsrnp", "giai", "pgln", "ginc", "gsin"), 2),
    **dict.fromkeys(("sgtin", "sgln", "grai", "gdti", "sgcn", "cpi", "upui", "gid"), 3),
    "itip": 5,
}
"""How many parts a pattern has, by its scheme."""
