"""Values as the event hash spells them: times in UTC, numbers without padding, GS1 keys as canonical Digital Links.

CBV 2.0, section 8.9.3. Where the reference implementation would lose digits of a long number, or stop at a value,
this one keeps the value.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Final

from traceability.domain.epc_urns import to_digital_link
from traceability.errors import InvalidInputError

_URNS = {
    "urn:epcglobal:cbv:bizstep:": "https://ref.gs1.org/cbv/BizStep-",
    "urn:epcglobal:cbv:disp:": "https://ref.gs1.org/cbv/Disp-",
    "urn:epcglobal:cbv:btt:": "https://ref.gs1.org/cbv/BTT-",
    "urn:epcglobal:cbv:sdt:": "https://ref.gs1.org/cbv/SDT-",
    "urn:epcglobal:cbv:er:": "https://ref.gs1.org/cbv/ER-",
}

_NUMBER_BEGINS: Final = frozenset("+-.0123456789")

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})"
)

_SHORT_NAMES = {
    "sscc": "00",
    "gtin": "01",
    "gdti": "253",
    "gcn": "255",
    "ginc": "401",
    "gsin": "402",
    "gln": "414",
    "party": "417",
    "grai": "8003",
    "giai": "8004",
    "itip": "8006",
    "cpid": "8010",
    "gsrnp": "8017",
    "gsrn": "8018",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
}
"""Names that Digital Links used before version 1.2 in place of numbers."""

_TEXT = r"(?:%[0-9A-Fa-f]{2}|[!-$&-.0-9:-?A-Z_a-z])"

_KEYS: Final = {
    "00": r"[0-9]{18}",
    "01": r"[0-9]{14}",
    "253": rf"[0-9]{{13}}{_TEXT}{{0,17}}",
    "255": r"[0-9]{13,25}",
    "401": rf"{_TEXT}{{1,30}}",
    "402": r"[0-9]{17}",
    "414": r"[0-9]{13}",
    "417": r"[0-9]{13}",
    "8003": rf"[0-9]{{14}}{_TEXT}{{0,16}}",
    "8004": rf"{_TEXT}{{1,30}}",
    "8006": r"[0-9]{18}",
    "8010": r"(?:%2[3F]|[#0-9A-Z-]){1,30}",
    "8017": r"[0-9]{18}",
    "8018": r"[0-9]{18}",
}

_QUALIFIERS: Final = {
    "01": (("22", 20), ("10", 20), ("21", 20), ("235", 28)),
    "8006": (("22", 20), ("10", 20), ("21", 20)),
    "414": (("254", 20),),
    "8010": (("8011", 12),),
}
"""What may follow a key, in this order, with the longest value; the last one names the thing, `22` never does."""

_LINK: Final = re.compile(r"(?:https?://[^/?#]+)((?:/[^?#]*)?)(\?[^#]*)?", re.IGNORECASE)


@lru_cache(maxsize=1 << 14)
def normal_value(text: str) -> str:
    """Return a value in its one spelling: web URIs for CBV URNs, plain numbers, canonical Digital Links."""
    if "urn:epcglobal:cbv:" in text:
        for urn, uri in _URNS.items():
            text = text.replace(urn, uri)
    if text[:1] in _NUMBER_BEGINS and _NUMBER.fullmatch(text):
        return _normal_number(text)
    if ":" not in text:
        return text
    return to_digital_link(text) or _normal_link(text) or text


def normal_time(text: str, name: str) -> str:
    """Return a time in UTC, rounded half up to milliseconds, such as `2026-05-14T03:10:00.000Z`.

    Raises InvalidInputError when it is no `xsd:dateTimeStamp`.
    """
    match = _TIME.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        whole, fraction, zone = match.groups()
        moment = datetime.fromisoformat(whole + zone).astimezone(UTC)
        digits = (fraction or "").ljust(4, "0")
        moment += timedelta(milliseconds=int(digits[:3]) + (digits[3] >= "5"))
    except (ValueError, OverflowError) as error:
        template = "{name} is {value}; a time is written like 2026-05-14T10:10:00.000+07:00."
        raise InvalidInputError(template, field=name, name=name, value=text) from error
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _normal_number(text: str) -> str:
    number = float(text)
    if not isfinite(number):
        return text
    plain = str(int(number)) if number.is_integer() else repr(number)
    exact = Decimal(text)
    return plain if Decimal(plain) == exact else f"{exact.normalize():f}"


def _normal_link(uri: str) -> str | None:
    """Return the canonical Digital Link of the finest thing that a link names, or None when it is no Digital Link."""
    match = _LINK.fullmatch(uri)
    if match is None:
        return None
    parts = [_SHORT_NAMES.get(part, part) for part in match[1].strip("/").split("/")]
    for start in range(len(parts) - 2, -1, -1):
        if parts[start] in _KEYS and (found := _finest(parts[start], parts[start + 1], parts[start + 2 :])):
            return found
    return None


def _finest(ai: str, value: str, rest: list[str]) -> str | None:
    if ai == "01" and len(value) in (8, 12, 13):
        value = value.zfill(14)
    if len(rest) % 2 or not re.fullmatch(_KEYS[ai], value):
        return None
    allowed = iter(_QUALIFIERS.get(ai, ()))
    finest = ""
    for name, inner in zip(rest[::2], rest[1::2], strict=True):
        longest = next((length for known, length in allowed if known == name), 0)
        if not longest or not re.fullmatch(rf"{_TEXT}{{1,{longest}}}", inner):
            return None
        if name != "22":
            finest = f"/{name}/{inner}"
    return f"https://id.gs1.org/{ai}/{value}{finest}"
