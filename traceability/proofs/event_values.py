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

from traceability.domain.digital_link import CANONICAL_STEM
from traceability.domain.epc_urns import to_digital_link
from traceability.domain.named_links import named_link
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
    """Return the canonical Digital Link of the finest thing that a link names, or None when it names no GS1 key."""
    found = named_link(uri)
    return None if found is None else CANONICAL_STEM + found.finest_path
