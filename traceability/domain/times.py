"""Moments and days: aware, in the form that EPCIS writes, and never from the future.

A moment keeps the offset it was recorded with, because an event says both when it happened and what the clock on the
wall showed (EPCIS 2.0, 7.3.2: `eventTime`, `eventTimeZoneOffset`). Viet Nam is UTC+7 all year.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from traceability.errors import InvalidInputError, RuleViolationError

VIETNAM: Final = timezone(timedelta(hours=7))

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""A phone's clock may run ahead of ours by this much before an event counts as in the future."""

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_OFFSET: Final = re.compile(r"[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_time(text: object, *, field: str) -> datetime:
    """Return the moment of an `xsd:dateTimeStamp`, offset kept. Raises InvalidInputError when the text is none."""
    template = "{value} is not a time with its offset, such as 2026-05-14T10:10:00.000+07:00."
    if not isinstance(text, str) or (match := _TIME.fullmatch(text.strip())) is None:
        raise InvalidInputError(template, field=field, value=text)
    fraction = match[1] or ""
    trimmed = text.strip().replace(fraction, fraction[:7], 1) if fraction else text.strip()
    try:
        return datetime.fromisoformat(trimmed)
    except ValueError as error:
        raise InvalidInputError(template, field=field, value=text) from error


def format_time(moment: datetime) -> str:
    """Return a moment as `2026-05-14T10:10:00.000+07:00`, `Z` for UTC, in milliseconds or finer."""
    spec = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")


def offset_of(moment: datetime) -> str:
    """Return a moment's offset as `eventTimeZoneOffset` writes it, such as `+07:00`."""
    return moment.isoformat()[-6:]


def parse_offset(text: object, *, field: str) -> str:
    """Return an offset between -14:00 and +14:00. Raises InvalidInputError when the text is none."""
    if not isinstance(text, str) or not _OFFSET.fullmatch(text):
        raise InvalidInputError("{value} is not an offset such as +07:00.", field=field, value=text)
    return text


def parse_date(text: object, *, field: str) -> date:
    """Return the day written `2026-05-14`. Raises InvalidInputError when the text is none."""
    try:
        if not isinstance(text, str) or not _DATE.fullmatch(text.strip()):
            raise ValueError(text)
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInputError("{value} is not a date such as 2026-05-14.", field=field, value=text) from error


def local_day(moment: datetime) -> date:
    """Return the day it is in Viet Nam at a moment."""
    return moment.astimezone(VIETNAM).date()


def require_aware(moment: datetime, *, field: str) -> datetime:
    """Return a moment that knows its offset. Raises InvalidInputError for one that does not."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InvalidInputError("{value} does not say its offset from UTC.", field=field, value=str(moment))
    return moment


def require_past(moment: datetime, now: datetime, *, field: str) -> None:
    """Return quietly when something has happened by now. Raises RuleViolationError when it has not."""
    if require_aware(moment, field=field) > now + CLOCK_TOLERANCE:
        template = "{value} lies in the future. Record what has happened, when it has happened."
        raise RuleViolationError(template, field=field, value=moment)


def require_past_day(day: date, now: datetime, *, field: str) -> None:
    """Return quietly when a day has begun in Viet Nam. Raises RuleViolationError when it has not."""
    if day > local_day(now):
        template = "{value} lies in the future. Record what has happened, when it has happened."
        raise RuleViolationError(template, field=field, value=day)


def to_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, as it is stored."""
    return moment.astimezone(UTC)
