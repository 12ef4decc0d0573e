"""Values of a query's parameters, read from texts or JSON; the field of each refusal is the parameter's name."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from traceability.domain.event_words import time_of
from traceability.domain.times import parse_time, to_utc
from traceability.errors import InvalidInputError

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_SPACED_ZONE: Final = re.compile(r" (\d\d:\d\d)$")
_TEXT_LENGTH: Final = 4_000


def no_value(name: str) -> InvalidInputError:
    """Return the error that says that a parameter has no value."""
    return InvalidInputError("{name} has no value.", field=name, name=name)


def single_value(name: str, values: Sequence[Any]) -> Any:
    """Return the one value of a parameter. Raises InvalidInputError for several."""
    if len(values) != 1:
        raise InvalidInputError("{name} takes one value.", field=name, name=name)
    return values[0]


def read_text(name: str, value: Any) -> str:
    """Return a text. Raises InvalidInputError for an empty or overlong one."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise no_value(name)
    if len(value) > _TEXT_LENGTH:
        raise InvalidInputError("A value of {name} is too long.", field=name, name=name)
    return value


def read_one_of(name: str, value: Any, known: Sequence[str]) -> str:
    """Return one of the values that there are. Raises InvalidInputError for any other."""
    if not isinstance(value, str) or value not in known:
        template = "{value} is no value of {name}: {known}."
        raise InvalidInputError(template, field=name, value=value, name=name, known=", ".join(known))
    return str(value)


def read_time(name: str, value: Any) -> datetime:
    """Return a moment in UTC. Raises InvalidInputError for what is none."""
    text = _SPACED_ZONE.sub(r"+\1", value) if isinstance(value, str) else value  # a + that was not encoded
    try:
        return to_utc(parse_time(text, field=name))
    except OverflowError as error:
        template = "{value} is not a time with its offset, such as 2026-05-14T10:10:00.000+07:00."
        raise InvalidInputError(template, field=name, value=value) from error


def read_number(name: str, value: Any) -> Decimal:
    """Return a number, from JSON or a text. Raises InvalidInputError for what is none."""
    text = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    try:
        if not isinstance(text, str) or not _NUMBER.fullmatch(text):
            raise InvalidOperation
        number = Decimal(text)
    except InvalidOperation:
        raise _no_number(name, value) from None
    if abs(float(number)) == float("inf"):
        raise _no_number(name, value)
    return number


def _no_number(name: str, value: Any) -> InvalidInputError:
    return InvalidInputError("{value} is no number, such as 24.5 or 3e-2.", field=name, value=value)


def read_number_or_time(name: str, value: Any) -> Decimal | datetime:
    """Return what a field is compared with by size. Raises InvalidInputError for what has none."""
    text = _SPACED_ZONE.sub(r"+\1", value) if isinstance(value, str) else value
    if isinstance(text, str) and (moment := time_of(text)) is not None:
        return moment
    try:
        return read_number(name, value)
    except InvalidInputError:
        template = (
            "{value} is neither a number, such as 24.5, nor a time with its offset, such as "
            "2026-05-14T10:10:00.000+07:00."
        )
        raise InvalidInputError(template, field=name, value=value) from None


def read_plain(name: str, value: Any) -> str | Decimal | bool:
    """Return a value that a field of somebody's own is compared with."""
    if isinstance(value, bool):
        return value
    return read_number(name, value) if isinstance(value, (int, float)) else read_text(name, value)


def read_flag(name: str, value: Any) -> bool:
    """Return true or false. Raises InvalidInputError for anything else."""
    if value is True or value is False:
        return bool(value)
    return read_one_of(name, value, ("true", "false")) == "true"


def read_whole(given: Mapping[str, Sequence[Any]], name: str) -> int | None:
    """Return a whole number from 1 on, None where it is not given. Raises InvalidInputError for another."""
    if name not in given:
        return None
    value = single_value(name, given[name])
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        template = "{name} is a whole number from 1 on, not {value}."
        raise InvalidInputError(template, field=name, name=name, value=value)
    return int(text)
