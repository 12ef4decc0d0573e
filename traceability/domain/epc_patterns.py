"""Patterns of EPCs: many identifiers in one URI, as `MATCH_` parameters take them.

`urn:epc:idpat:sgtin:4012345.011111.*` stands for every serial of one GTIN, `urn:epc:idpat:sgtin:4012345.*.*` for every
serial of a company's GTINs (EPC Tag Data Standard 2.0, section 8; EPCIS 2.0, 8.2.7.1.1). A star in one place means
stars in all that follow. What a pattern stands for is told in canonical Digital Links.
"""

import re
from dataclasses import dataclass
from typing import Final

from traceability.domain.epc_urns import to_digital_link

PATTERN: Final = "urn:epc:idpat:"

_ROOT: Final = "https://id.gs1.org/"
_DIGITS: Final = re.compile(r"\d{6,12}", re.ASCII)
_SERIAL: Final = re.compile(r"(https://id\.gs1\.org/(?:01|8006|414|8010)/[^/?]+/(?:21|10|235|254|8011))/[^/?]+")
_MARK: Final = re.compile(r"https://id\.gs1\.org/(?=(\d+)/)(?:(?:00|01|8006)/\d|8003/0|(?!00|01|8006|8003)\d+/)(\d{6})")


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How a kind of key is laid out.

    Args:
        ai: application identifier of the key.
        digits: of company prefix and reference together; 0 where the reference is text.
        leads: whether the first digit of the reference is written before the company prefix.
        zero: whether the key begins with a zero of its own.
        parts: fields of a pattern.
        serial: AI before the last part, where that is a qualifier.
        written_on: whether a serial follows the key without a mark between.
        pieces: whether number and count of pieces stand in the key.
    """

    ai: str
    digits: int
    parts: int
    leads: bool = False
    zero: bool = False
    serial: str = ""
    written_on: bool = False
    pieces: bool = False


_SCHEMES: Final = {
    "sgtin": _Scheme("01", 13, 3, leads=True, serial="21"),
    "upui": _Scheme("01", 13, 3, leads=True, serial="235"),
    "lgtin": _Scheme("01", 13, 3, leads=True, serial="10"),
    "sscc": _Scheme("00", 17, 2, leads=True),
    "sgln": _Scheme("414", 12, 3, serial="254"),
    "pgln": _Scheme("417", 12, 2),
    "grai": _Scheme("8003", 12, 3, zero=True, written_on=True),
    "giai": _Scheme("8004", 0, 2),
    "gsrn": _Scheme("8018", 17, 2),
    "gsrnp": _Scheme("8017", 17, 2),
    "gdti": _Scheme("253", 12, 3, written_on=True),
    "sgcn": _Scheme("255", 12, 3, written_on=True),
    "cpi": _Scheme("8010", 0, 3, serial="8011"),
    "ginc": _Scheme("401", 0, 2),
    "gsin": _Scheme("402", 16, 2),
    "itip": _Scheme("8006", 13, 5, leads=True, serial="21", pieces=True),
}


@dataclass(frozen=True, slots=True)
class EpcPattern:
    """What a pattern stands for.

    Args:
        prefixes: texts, one of which every canonical identifier begins with.
        stems: what its identifiers look like up to the serial (`stem_of`); None where they have none.
        wholes: what its identifiers look like that have no serial; None where all have one.
    """

    prefixes: tuple[str, ...]
    stems: "re.Pattern[str] | None"
    wholes: "re.Pattern[str] | None"

    def matches(self, identifier: str) -> bool:
        """Tell whether the pattern stands for a canonical identifier."""
        stem = stem_of(identifier)
        expression, text = (self.stems, stem) if stem else (self.wholes, identifier)
        return expression is not None and expression.fullmatch(text) is not None


def stem_of(identifier: str) -> str:
    """Return a canonical identifier up to its serial, such as `https://id.gs1.org/01/04012345111118/21`; "" for none.

    The serial of a piece is meant, the lot of goods, or the extension of a place.
    """
    match = _SERIAL.fullmatch(identifier)
    return match[1] if match else ""


def mark_of(identifier: str) -> str:
    """Return AI and first six digits of the company prefix of a canonical identifier or of its beginning; "" for none.

    Every company prefix has six digits at least, so that all identifiers of one company have one mark.
    """
    match = _MARK.match(identifier)
    return f"{match[1]}/{match[2]}" if match else ""


def urn_of(pattern: str) -> str:
    """Return the EPC URN of the one thing, or the one lot, that a pattern without a star stands for.

    A lot is a class of goods, and everything else a thing (EPC Tag Data Standard 2.0, sections 6 and 7).
    """
    tail = pattern.removeprefix(PATTERN)
    return f"urn:epc:{'class' if tail.startswith('lgtin:') else 'id'}:{tail}"


def read_pattern(text: str, *, classes: bool = False) -> EpcPattern | None:
    """Return the pattern that a URI writes; None for a URI that is no pattern of a known kind, or has no star.

    Args:
        text: the URI.
        classes: whether classes of goods are sought, which have no serial, and not single pieces.
    """
    name, _, tail = text.removeprefix(PATTERN).partition(":")
    scheme = _SCHEMES.get(name)
    parts = tail.split(".", scheme.parts - 1) if scheme else []
    if not text.startswith(PATTERN) or scheme is None or len(parts) != scheme.parts:
        return None
    known = [part for part in parts if part != "*"]
    stars = len(parts) - len(known)
    if not stars or parts[len(known) :] != ["*"] * stars or (known and not _DIGITS.fullmatch(known[0])):
        return None
    if len(known) < 2:  # noqa: PLR2004 - a company without one of its goods
        return _open(scheme, "".join(known), classes=classes)
    sample = [*["01"] * (stars - 1), "1"]
    link = to_digital_link(urn_of(f"{PATTERN}{name}:{'.'.join(known + sample)}"))
    return None if link is None else _of_one(scheme, link, "".join(known[2:]), classes=classes)


def _open(scheme: _Scheme, company: str, *, classes: bool) -> EpcPattern:
    """Every key of a company, or of all companies."""
    head = f"{_ROOT}{scheme.ai}/" + ("0" if scheme.zero else "")
    lead = r"\d" if scheme.leads else ""
    rest = rf"\d{{{scheme.digits + 1 - scheme.leads - len(company)}}}" if scheme.digits else "[^/?]+"
    leads = [str(digit) for digit in range(10)] if scheme.leads and company else [""]
    prefixes = tuple(head + digit + company for digit in leads)
    pieces = r"\d{4}" if scheme.pieces else ""
    return _made(scheme, prefixes, re.escape(head) + lead + company + rest + pieces, classes=classes)


def _of_one(scheme: _Scheme, link: str, pieces: str, *, classes: bool) -> EpcPattern:
    """Every serial of one class of goods, one site, or one kind of asset."""
    if not scheme.serial:
        return _made(scheme, (link[:-1],), re.escape(link[:-1]), classes=classes)
    key = link[: link.rindex(f"/{scheme.serial}/")]
    if not scheme.pieces:
        return _made(scheme, (key,), re.escape(key), classes=classes)
    key = key[:-4] + pieces
    return _made(scheme, (key,), re.escape(key) + rf"\d{{{4 - len(pieces)}}}", classes=classes)


def _made(scheme: _Scheme, prefixes: tuple[str, ...], key: str, *, classes: bool) -> EpcPattern:
    if not scheme.serial:
        serial = f"[^/?]{'*' if classes else '+'}" if scheme.written_on else ""
        return EpcPattern(prefixes, None, re.compile(key + serial))
    whole = re.compile(key) if classes or scheme.ai == "414" else None  # every place within a site, and the site
    return EpcPattern(prefixes, re.compile(f"{key}/{scheme.serial}"), whole)
