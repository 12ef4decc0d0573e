"""Reading what was typed: each function takes one field as text and returns a value, or refuses it by name.

Whatever comes from outside passes here first. Text becomes NFC without control characters, times become aware, numbers
exact; nothing is guessed beyond what a Vietnamese reader would take for granted (UTC+7, a decimal comma, day before
month).
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

from traceability.domain.members import VIET_NAM
from traceability.domain.times import require_past
from traceability.errors import InvalidInputError
from traceability.ports import Pictures
from traceability.services.commands import Upload
from traceability.services.keepsakes import Keepsakes

MAX_LINE: Final = 200
"""Longest one-line text, in characters."""

MAX_TEXT: Final = 4000
"""Longest free text, in characters."""

MAX_PICTURES: Final = 8
"""Most pictures with one record."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No goods of today have a story older than this; a time before it is a slip of the pen."""

_FORBIDDEN: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that belong in no text of ours: controls, surrogates, private and unassigned characters."""

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Invisible characters that make a text read differently from what it says."""

_MARKUP: Final = re.compile(r"<[^\W\d_]|<[/!]")
"""How a tag, an end tag, a comment or a doctype begins (HTML, section 13.2.5.6); "< 5" and "<3" are none of these."""

_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:([.,\u00a0\u202f ])[0-9]{3})(?:\1[0-9]{3})*")
"""A whole number whose thousands are set apart, in any habit."""

_GROUP: Final = re.compile(r"[.,\u00a0\u202f ]")

_DMY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def line(value: str, field: str, *, limit: int = MAX_LINE, required: bool = False) -> str:
    """Return a one-line text in NFC, its white space collapsed. Raises InvalidInputError, also for markup."""
    return _clean(" ".join(value.split(" ")).strip(), field, limit, required=required, allowed="")


def text(value: str, field: str, *, limit: int = MAX_TEXT, required: bool = False) -> str:
    """Return a text of several lines in NFC. Raises InvalidInputError, also for markup."""
    return _clean(value.replace("\r\n", "\n").strip(), field, limit, required=required, allowed="\n\t")


def _clean(value: str, field: str, limit: int, *, required: bool, allowed: str) -> str:
    try:
        value = unicodedata.normalize("NFC", value)
    except UnicodeError:  # pragma: no cover - CPython normalises surrogates, other implementations may not
        value = "\ud800"
    if required and not value:
        raise InvalidInputError("This must be filled in.", field=field)
    if len(value) > limit:
        raise InvalidInputError(
            "The text has {length} characters; at most {limit} fit here. Shorten it.",
            field=field,
            length=len(value),
            limit=limit,
        )
    for place, character in enumerate(value, 1):
        if character not in allowed and (unicodedata.category(character) in _FORBIDDEN or character in _BIDI):
            raise InvalidInputError(
                "Character {place} of the text is a control character ({code}). Type the text again without it.",
                field=field,
                place=place,
                code=f"U+{ord(character):04X}",
            )
    if _MARKUP.search(value):
        raise InvalidInputError(
            "The text holds markup such as <script>. Write it in plain words, without angle brackets.", field=field
        )
    return value


def choice(value: str, allowed: Collection[str], field: str) -> str:
    """Return one of the allowed words. Raises InvalidInputError naming all of them."""
    if value not in allowed:
        raise InvalidInputError(
            "{value} is not one of {allowed}.", field=field, value=value[:40] or "-", allowed=", ".join(allowed)
        )
    return value


def count(value: str, field: str, *, most: int, least: int = 1) -> int:
    """Return a whole number between two bounds; thousands may be set apart, as in 1.000. Raises InvalidInputError."""
    plain = value.strip()
    if _GROUPED.fullmatch(plain):
        plain = _GROUP.sub("", plain)
    if not plain:
        raise InvalidInputError("This must be filled in.", field=field)
    if not (plain.isascii() and plain.isdigit() and len(plain) <= len(str(most)) + 3 and least <= int(plain) <= most):
        raise InvalidInputError(
            "{value} is not a whole number from {least} to {most}.",
            field=field,
            value=plain[:40],
            least=least,
            most=most,
        )
    return int(plain)


def moment(value: str, field: str, now: datetime) -> datetime:
    """Return a time that has come, in UTC to the millisecond; one without an offset is taken at UTC+7.

    Raises:
        InvalidInputError: it is no time, or too long ago.
        RuleViolationError: it lies in the future.
    """
    if not value.strip():
        raise InvalidInputError("This must be filled in.", field=field)
    try:
        parsed = datetime.fromisoformat(value.strip())
    except ValueError:
        raise InvalidInputError(
            "{value} is not a date and time like 2026-05-22T14:30.", field=field, value=value[:40]
        ) from None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=VIET_NAM)
    try:
        parsed = parsed.astimezone(UTC)
    except OverflowError:
        parsed = datetime.min.replace(tzinfo=UTC)
    require_past(parsed, now, field=field)
    if parsed < EARLIEST:
        raise InvalidInputError("{time} is too long ago. Check the year.", field=field, time=value[:40])
    return min(parsed, now).replace(microsecond=min(parsed, now).microsecond // 1000 * 1000)


def day(value: str, field: str) -> date | None:
    """Return a date, or None for an empty field: 2026-05-22 or 22/05/2026. Raises InvalidInputError."""
    plain = value.strip()
    if not plain:
        return None
    try:
        if found := _DMY.fullmatch(plain):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(plain)
    except ValueError:
        raise InvalidInputError("{value} is not a date like 22/05/2026.", field=field, value=plain[:40]) from None


def required_day(value: str, field: str) -> date:
    """Return a date. Raises InvalidInputError for an empty field too."""
    found = day(value, field)
    if found is None:
        raise InvalidInputError("This must be filled in.", field=field)
    return found


def local(when: datetime) -> str:
    """Return a time as a Vietnamese reader writes it."""
    return when.astimezone(VIET_NAM).strftime("%H:%M %d/%m/%Y")


def texts(values: Mapping[str, str], field: str) -> dict[str, str]:
    """Return the filled-in values of a form's fields. Raises InvalidInputError."""
    cleaned = {key: line(value, f"{field}.{key}", limit=500) for key, value in values.items()}
    return {key: value for key, value in cleaned.items() if value}


def pictures(uploads: Sequence[Upload], keepsakes: Keepsakes, normalise: Pictures) -> None:
    """Make each picture safe and keep it with the record. Raises InvalidInputError for a file that is none."""
    sent = [upload for upload in uploads if upload.data or upload.filename]
    if len(sent) > MAX_PICTURES:
        raise InvalidInputError(
            "{count} pictures are too many for one record; at most {most} fit.",
            field="pictures",
            count=len(sent),
            most=MAX_PICTURES,
        )
    for upload in sent:
        keepsakes.picture(*normalise(upload.data))
