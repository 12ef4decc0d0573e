"""Vietnamese text: one spelling inside, and search that forgives tones.

Text is kept in Unicode NFC. Search and comparison fold it: no tones, no hooks, `đ` as `d`, capitals as small letters,
so that `Hoà`, `Hòa` and `hoa` find each other. Sorting follows the Vietnamese alphabet.
"""

import re
import unicodedata
from typing import Final

from traceability.errors import InvalidInputError

_ALPHABET: Final = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
"""Grave, hook, tilde, acute, dot below: the order of Vietnamese dictionaries."""

_SPACE: Final = re.compile(r"\s+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_OLD_TONES: Final = dict(
    pair.split()
    for pair in (
        *("oà òa", "oá óa", "oả ỏa", "oã õa", "oạ ọa", "oè òe", "oé óe", "oẻ ỏe", "oẽ õe", "oẹ ọe"),
        *("uỳ ùy", "uý úy", "uỷ ủy", "uỹ ũy", "uỵ ụy"),
    )
)
"""Where tone marks used to stand, and where they stand today."""


def clean(text: str, *, field: str, longest: int, required: bool = False) -> str:
    """Return one line of text as it is kept: NFC, single spaces, no control characters.

    Raises InvalidInputError when it is too long, or empty though required.
    """
    line = _SPACE.sub(" ", _CONTROL.sub(" ", unicodedata.normalize("NFC", text))).strip()
    _check_length(line, field=field, longest=longest, required=required)
    return line


def clean_lines(text: str, *, field: str, longest: int, required: bool = False) -> str:
    """Return text of several lines as it is kept. Raises like `clean`."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [_SPACE.sub(" ", _CONTROL.sub(" ", line)).strip() for line in normal.split("\n")]
    whole = "\n".join(lines).strip("\n")
    _check_length(whole, field=field, longest=longest, required=required)
    return whole


def _check_length(text: str, *, field: str, longest: int, required: bool) -> None:
    if required and not text:
        raise InvalidInputError("This must be filled in.", field=field)
    if len(text) > longest:
        template = "The text has {length} characters; {longest} are allowed. Shorten it."
        raise InvalidInputError(template, field=field, length=len(text), longest=longest)


def fold(text: str) -> str:
    """Return a text as search compares it: small letters without marks, `đ` as `d`, single spaces."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return _SPACE.sub(
        " ", "".join(character for character in decomposed if not unicodedata.combining(character))
    ).strip()


def modern_tones(text: str) -> str:
    """Return a text with tone marks where today's spelling puts them: `Hoà` as `Hòa`, `Thuỷ` as `Thủy`; `quý` stays."""
    result = unicodedata.normalize("NFC", text)
    for old, new in _OLD_TONES.items():
        for before, after in ((old, new), (old.capitalize(), new.capitalize()), (old.upper(), new.upper())):
            result = re.sub(rf"(?<![qQ]){before}(?!\w)", after, result)
    return result


def sort_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts as Vietnamese dictionaries do: letters first by letter, then by tone."""
    letters = []
    for character in unicodedata.normalize("NFC", text.casefold()):
        decomposed = unicodedata.normalize("NFD", character)
        tone = next((_TONES.index(mark) + 1 for mark in decomposed if mark in _TONES), 0)
        base = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
        place = _ALPHABET.find(base)
        letters.append((place if place >= 0 else ord(base[0]) - 1_000, tone, base))
    return tuple((place, 0, base) for place, _, base in letters) + tuple((-2_000, tone, "") for _, tone, _ in letters)


_PHONE: Final = re.compile(r"0[235789]\d{8}|02\d{9}")


def normal_phone(text: str) -> str:
    """Return a Vietnamese telephone number with its leading 0, digits only; `+84` and `84` become `0`.

    Raises InvalidInputError when it is none: ten digits for a mobile, ten or eleven for a landline.
    """
    digits = re.sub(r"[\s.\-()]", "", text)
    digits = re.sub(r"^(?:\+?84|0084)(?=\d{9,10}$)", "0", digits)
    if not _PHONE.fullmatch(digits):
        template = "{text} is not a Vietnamese telephone number. Write ten digits, such as 0912 345 678."
        raise InvalidInputError(template, field="phone", text=text)
    return digits
