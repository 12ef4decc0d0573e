"""Texts that look as if they were about a person: e-mail addresses, telephone numbers.

The chain never forgets, so nothing personal may get there. Whoever sends events from outside writes them without us
asking; what is unmistakable in form is refused with the place where it stands. That is, in any text, an e-mail address,
a number that begins with `+84`, and a link that begins with `mailto:` or `tel:`. A mobile number of Viet Nam without
the plus, such as 0912 345 678, is refused as a word of its own in a free text: in identifiers, in `hexBinaryValue` and
in `lotNumber` the same digits mean something else. Names of people have no form, nor have fixed lines and numbers of
other countries one that codes of goods have not: the documentation tells why they do not belong there.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from traceability.domain.epcis_values import pointer
from traceability.errors import RuleViolationError

_GAP: Final = r"[\s.-]?"
MOBILE: Final = (
    rf"(?:(?:\+|00)?84{_GAP}(?:\(0\))?|0)[35789]"
    rf"(?:\d\d{_GAP}\d{{3}}{_GAP}\d{{3}}|\d{_GAP}\d{{3}}(?:{_GAP}\d\d){{2}}|\d{_GAP}\d{{4}}{_GAP}\d{{3}}|\d\d(?:{_GAP}\d\d){{3}})"
)
"""A mobile number of Viet Nam, in the groups in which people write one."""

_FORMS: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
    r"|(?<![A-Za-z0-9])mailto:"
    r"|(?<![A-Za-z0-9])tel:[+0-9(]"
    r"|(?<![A-Za-z0-9])\+84[\s.\-]?(?:\(0\))?[0-9](?:[\s.\-]?[0-9]){7,9}(?![0-9])",
    re.IGNORECASE,
)
_MOBILE: Final = re.compile(rf"(?<!\w)(?<!\w-)(?<!\d[.,+]){MOBILE}(?!\w|-\w|[.,]\d)")
"""As a word: neither a part of a code, nor digits of a longer number."""

_URI: Final = re.compile(r"(?<![A-Za-z0-9+.-])(?:[A-Za-z][A-Za-z0-9+.-]*://|(?:urn|ni|did):)\S+", re.IGNORECASE)
"""An identifier within a text."""

_WHOLE_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+._-]*:\S+")
"""A text that is an identifier, in full or with a prefix."""

_CODES: Final = ("/hexBinaryValue", "/lotNumber", ":lotNumber")
"""How the places end whose digits are no telephone number, whatever they look like."""


def texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value, names of members included, with the JSON pointer to it (RFC 6901)."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            inside = pointer(place, name)
            yield inside, name
            yield from texts(inner, inside)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{place}/{number}")


def looks_personal(text: str, place: str = "") -> bool:
    """Tell whether a text holds an e-mail address or a telephone number, or the link to one.

    Args:
        text: a value, or the name of a member.
        place: JSON pointer to it.
    """
    if _FORMS.search(text):
        return True
    if place.endswith(_CODES) or _WHOLE_URI.fullmatch(text):
        return False
    return _MOBILE.search(_URI.sub(" ", text)) is not None


def require_impersonal(document: Mapping[str, Any], written: str) -> None:
    """Return quietly when no text of a document looks personal. Raises RuleViolationError that names the place.

    Args:
        document: JSON values.
        written: the same as JSON text. Where nothing in it looks personal and no character of it is escaped, the
            texts are not looked at one by one.
    """
    if "\\" not in written and not _FORMS.search(written) and not _MOBILE.search(written):
        return
    for place, text in texts(document):
        if looks_personal(text, place):
            raise RuleViolationError(
                "This looks like an e-mail address or a telephone number. What is recorded can never be deleted; "
                "leave out what is about a person, and let a code that looks like a number begin with a letter.",
                field=place,
            )
