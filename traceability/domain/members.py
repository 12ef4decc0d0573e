"""Members of JSON documents: written one way, and read without trusting who wrote them.

A document that comes from the chain may have been written by any program. Each getter returns a value of one type,
an empty one where the member is missing, and raises InvalidInputError with the member's name where it is something
else.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from traceability.domain.views import Bilingual
from traceability.errors import InvalidInputError

VIET_NAM: Final = timezone(timedelta(hours=7))
"""UTC+7, the offset that every event is written with."""

_LISTS: Final = frozenset({"picture", "file"})
"""Commitments of which a record may hold several; they stand as arrays."""

Commitments = Mapping[str, tuple[str, ...]]
"""Label (note, picture, name ...) to one or more base64url commitments."""


def write_instant(moment: datetime) -> str:
    """Return an aware time as ISO 8601 at UTC+7 with milliseconds, as EPCIS wants it."""
    return moment.astimezone(VIET_NAM).isoformat(timespec="milliseconds")


def read_instant(text: str, name: str) -> datetime:
    """Return an ISO 8601 time with an offset, in UTC. Raises InvalidInputError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - it has no offset, which is refused below
    if moment.tzinfo is None:
        raise InvalidInputError("{text} is not a time with an offset from UTC.", field=name, text=text)
    return moment.astimezone(UTC)


def read_day(text: str, name: str) -> date:
    """Return an ISO 8601 date. Raises InvalidInputError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError("{text} is not a date like 2026-05-22.", field=name, text=text) from None


def write_number(amount: Decimal) -> int | float:
    """Return a JSON number that reads back as the same decimal: an integer where it is one."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def read_number(value: Any, name: str) -> Decimal:
    """Return a JSON number as an exact decimal. Raises InvalidInputError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidInputError("{value} is not a number.", field=name, value=repr(value))
    number = Decimal(str(value))
    if not number.is_finite():
        raise InvalidInputError("{value} is not a number.", field=name, value=repr(value))
    return number


def get_text(document: Mapping[str, Any], name: str) -> str:
    """Return a text member, empty where it is missing. Raises InvalidInputError where it is something else."""
    value = document.get(name, "")
    if not isinstance(value, str):
        raise InvalidInputError("{name} should be a text.", field=name, name=name)
    return value


def get_object(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a member that is an object, empty where it is missing. Raises InvalidInputError if it is none."""
    value = document.get(name, {})
    if not isinstance(value, Mapping):
        raise InvalidInputError("{name} should be an object.", field=name, name=name)
    return value


def get_texts(document: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return a member that maps texts to texts. Raises InvalidInputError where it is something else."""
    values = get_object(document, name)
    return {key: get_text(values, key) for key in values}


def get_objects(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return a member that is an array of objects. Raises InvalidInputError where it is something else."""
    value = document.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise InvalidInputError("{name} should be an array of objects.", field=name, name=name)
    return value


def write_commitments(commitments: Commitments) -> dict[str, Any]:
    """Return commitments as they stand in a document: a text, or an array where a record may hold several."""
    return {label: list(values) if label in _LISTS else values[0] for label, values in commitments.items() if values}


def read_commitments(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the commitments of a document. Raises InvalidInputError."""
    found: dict[str, tuple[str, ...]] = {}
    for label, value in get_object(document, "ocop:commitments").items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in values):
            raise InvalidInputError("A commitment should be a text.", field="ocop:commitments")
        found[label] = tuple(values)
    return found


def said(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without the members that are None: what is not said is left out."""
    return {name: value for name, value in document.items() if value is not None}


def get_optional(document: Mapping[str, Any], name: str) -> str | None:
    """Return a text member, or None where it is missing. Raises InvalidInputError where it is something else."""
    return get_text(document, name) if name in document else None


def get_count(document: Mapping[str, Any], name: str) -> int:
    """Return a whole number of zero or more. Raises InvalidInputError where it is something else."""
    value = document.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidInputError("{name} should be a whole number.", field=name, name=name)
    return value


def get_day(document: Mapping[str, Any], name: str) -> date:
    """Return a member that is an ISO 8601 date. Raises InvalidInputError."""
    return read_day(get_text(document, name), name)


def write_bilingual(text: Bilingual | None) -> dict[str, str] | None:
    """Return a text in two languages as an object of `vi` and `en`."""
    if text is None:
        return None
    return {"vi": text.vi} | ({"en": text.en} if text.en else {})


def read_bilingual(document: Mapping[str, Any], name: str) -> Bilingual | None:
    """Return a text in two languages, or None where it is missing. Raises InvalidInputError."""
    if name not in document:
        return None
    text = get_object(document, name)
    return Bilingual(get_text(text, "vi"), get_text(text, "en"))
