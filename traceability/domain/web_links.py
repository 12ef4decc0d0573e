"""Web addresses that somebody declares for others to follow: https, a public host by name, and nothing hidden in them.

An address that passes is in one canonical spelling, in ASCII: the host in lower case and, where it has letters beyond
ASCII, in its `xn--` form; the rest percent-encoded (RFC 3986). What could make a reader go elsewhere than the address
seems to say is refused: names before an `@`, numbers instead of a host, letters that only look Latin, backslashes,
control characters also when they are encoded, and what stands after `#`. So is what looks like an e-mail address or a
mobile number of Viet Nam, since what is declared stays on the record for ever.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from traceability.domain.private_values import MOBILE
from traceability.errors import InvalidInputError

MAX_LENGTH: Final = 1000
"""Longest address, in characters of its canonical spelling."""

MAX_HOST: Final = 253
"""Longest name of a host, in characters (RFC 1035, 2.3.4)."""

PRIVATE_ENDS: Final = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "test", "invalid"}
    | {"onion", "arpa"}
)
"""Last labels of hosts that only some networks know, or none (RFC 6761, 6762, 7686, 9476)."""

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_END: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}")
_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
"""Unicode categories that stand in no address: controls, invisible characters, spaces."""

_PHONE: Final = re.compile(rf"(?<!\d){MOBILE}(?!\d)")
"""Wherever it stands: a link to a telephone has it after a slash or within a word."""

_MAIL: Final = re.compile(r"[^\s/?&=@]+@[^\s/?&=@]+\.[a-z]{2,}", re.IGNORECASE)
_SAFE: Final = "/-._~!$&'()*+,;=:@%"
"""Left as they are in a path; a query may hold `?` and `/`, too (RFC 3986, 3.3 and 3.4)."""


def web_address(text: str, field: str = "href") -> str:
    """Return an https address in its canonical spelling.

    Raises InvalidInputError that says what about it will not do.
    """
    given = unicodedata.normalize("NFC", text.strip())
    _require_plain(given, field)
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise InvalidInputError(
            "This is no web address. Copy it from the address line of the browser.", field=field
        ) from None
    if parts.scheme != "https" or not parts.netloc or not given.lower().startswith("https://"):
        raise InvalidInputError(
            "The address should begin with https://. Copy it from the address line of the browser.", field=field
        )
    if "@" in parts.netloc:
        raise InvalidInputError("The address names somebody before an @. Leave that out.", field=field)
    if port not in {None, 443} or parts.netloc.endswith(":"):
        raise InvalidInputError("The address names a port. Leave that out.", field=field)
    if "#" in given:
        raise InvalidInputError("Leave out # and what stands after it.", field=field)
    path = _encoded(parts.path or "/", _SAFE)
    query = f"?{_encoded(parts.query, _SAFE + '?')}" if parts.query else ""
    address = f"https://{host_name(parts.hostname or '', field)}{path}{query}"
    if any(part in {".", ".."} for part in unquote(path).split("/")):
        raise InvalidInputError("The address has . or .. as a part of its path. Leave them out.", field=field)
    if len(address) > MAX_LENGTH:
        raise InvalidInputError(
            "The address has {length} characters; at most {most} fit here.",
            field=field,
            length=len(address),
            most=MAX_LENGTH,
        )
    return address


def host_name(text: str, field: str = "href") -> str:
    """Return the name of a public host in lower case and ASCII.

    Raises InvalidInputError for a number, a name that only some networks know, or letters that only look Latin.
    """
    labels = [_label(label, field) for label in text.lower().split(".")]
    name, end = ".".join(labels), labels[-1]
    if "." not in name or len(name) > MAX_HOST or not _END.fullmatch(end) or end in PRIVATE_ENDS:
        raise InvalidInputError(
            "{host} is not a host that everybody can reach. Numbers and names of a local network will not do.",
            field=field,
            host=text[:80] or "-",
        )
    return name


def _label(label: str, field: str) -> str:
    """Return one label of a host in ASCII, and make sure that its `xn--` form says just what it seems to."""
    shown = label
    try:
        coded = label if label.isascii() else "xn--" + label.encode("punycode").decode()
        if coded.startswith("xn--"):
            shown = coded[4:].encode().decode("punycode")
            honest = "xn--" + shown.encode("punycode").decode() == coded and not shown.isascii()
            if not honest or shown != unicodedata.normalize("NFKC", shown).casefold() or not _is_latin(shown):
                raise ValueError(shown)
    except (UnicodeError, ValueError):
        raise InvalidInputError(
            "{label} is a name whose letters are not what they seem. Only Latin letters will do in a host.",
            field=field,
            label=label[:80],
        ) from None
    if not _LABEL.fullmatch(coded):
        raise InvalidInputError("{label} is no part of the name of a host.", field=field, label=label[:80] or "-")
    return coded


def _is_latin(text: str) -> bool:
    """Whether a name holds letters of Vietnamese and its neighbours only: an ASCII letter with marks, or đ."""
    return all(one == "đ" or unicodedata.normalize("NFD", one)[0].isascii() for one in text)


def _encoded(part: str, safe: str) -> str:
    return quote(part, safe=safe)


def _require_plain(given: str, field: str) -> None:
    """Refuse what no address holds, and what is nobody's business on a public record."""
    if not given:
        raise InvalidInputError("This must be filled in.", field=field)
    if len(given) > MAX_LENGTH:
        raise InvalidInputError(
            "The address has {length} characters; at most {most} fit here.",
            field=field,
            length=len(given),
            most=MAX_LENGTH,
        )
    if _ESCAPE.search(given):
        raise InvalidInputError(
            "The address has a % that begins no percent-encoding. Copy it from the browser.", field=field
        )
    read = unquote(given.replace("%20", "-").replace("+", "-"))
    if any(unicodedata.category(one) in _FORBIDDEN for one in given + read) or any(
        one in given for one in '\\"<>^`{|}'
    ):
        raise InvalidInputError(
            "The address holds a character that stands in no address. Copy it from the browser.", field=field
        )
    if _PHONE.search(read) or _PHONE.search(unquote(given)):
        raise InvalidInputError(
            "The address holds a telephone number. What is declared stays for ever: choose another.", field=field
        )
    if _MAIL.search(read.partition("://")[2].partition("/")[2]):
        raise InvalidInputError(
            "The address holds an e-mail address. What is declared stays for ever: choose another.", field=field
        )
