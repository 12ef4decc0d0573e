"""Texts that look as if they were about a person: e-mail addresses, telephone numbers.

The chain never forgets, so nothing personal may get there. Whoever sends events from outside writes them without us
asking; what is unmistakable in form is refused with the place where it stands. Names of people have no form: the
documentation tells why they do not belong there.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from traceability.errors import RuleViolationError

_FORMS: Final = re.compile(
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
    r"|(?<![A-Za-z0-9])mailto:"
    r"|(?<![A-Za-z0-9])tel:[+0-9(]"
    r"|(?<![A-Za-z0-9])\+84[\s.\-]?(?:\(0\))?[0-9](?:[\s.\-]?[0-9]){7,9}(?![0-9])",
    re.IGNORECASE,
)


def texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value, names of members included, with the JSON pointer to it (RFC 6901)."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            inside = f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
            yield inside, name
            yield from texts(inner, inside)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{place}/{number}")


def looks_personal(text: str) -> bool:
    """Tell whether a text holds an e-mail address or a telephone number, or the link to one."""
    return _FORMS.search(text) is not None


def require_impersonal(document: Mapping[str, Any]) -> None:
    """Return quietly when no text of a document looks personal. Raises RuleViolationError that names the place."""
    for place, text in texts(document):
        if looks_personal(text):
            raise RuleViolationError(
                "This looks like an e-mail address or a telephone number. What is recorded can never be deleted; "
                "leave out what is about a person.",
                field=place,
            )
