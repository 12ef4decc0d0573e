"""Web addresses that name a GS1 key, read as widely as the event hash reads them.

The event hash of CBV 2.0 takes many a link for the same thing: with the short names of older Digital Links
(`/gtin/…/lot/…`), with a GTIN of 8, 12 or 13 digits, with a slash at its end, below any path. Whatever is one thing to
the hash must be one thing to those who check and look up events as well, or an event that they do not understand would
pass for one that they do. So this reading is theirs, too, where a link is none by the letter (`digital_link`).
"""

import re
from dataclasses import dataclass
from typing import Final

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

_TEXT = r"(?:%[0-9A-Fa-f]{2}|[!$&-.0-9:-?A-Z_a-z])"

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


@dataclass(frozen=True, slots=True)
class NamedLink:
    """What a link names.

    Args:
        key: AI of the key, and its value as it is written, a GTIN with 14 digits.
        qualifiers: AIs and values that follow, in their order.
    """

    key: tuple[str, str]
    qualifiers: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        """Return the path with all of it, `/01/09506000134352/10/L7/21/8`."""
        return "".join(f"/{ai}/{value}" for ai, value in (self.key, *self.qualifiers))

    @property
    def finest_path(self) -> str:
        """Return the path of the finest thing alone, `/01/09506000134352/21/8`."""
        finest = [pair for pair in self.qualifiers if pair[0] != "22"][-1:]
        return "".join(f"/{ai}/{value}" for ai, value in (self.key, *finest))


def named_link(uri: str) -> NamedLink | None:
    """Return what a web address names, None where it names no GS1 key; check digits are not looked at."""
    match = _LINK.fullmatch(uri)
    if match is None:
        return None
    parts = [_SHORT_NAMES.get(part, part) for part in match[1].strip("/").split("/")]
    for start in range(len(parts) - 2, -1, -1):
        if parts[start] in _KEYS and (found := _read(parts[start], parts[start + 1], parts[start + 2 :])):
            return found
    return None


def _read(ai: str, value: str, rest: list[str]) -> NamedLink | None:
    if ai == "01" and len(value) in (8, 12, 13):
        value = value.zfill(14)
    if len(rest) % 2 or not re.fullmatch(_KEYS[ai], value):
        return None
    allowed = iter(_QUALIFIERS.get(ai, ()))
    qualifiers = tuple(zip(rest[::2], rest[1::2], strict=True))
    for name, inner in qualifiers:
        longest = next((length for known, length in allowed if known == name), 0)
        if not longest or not re.fullmatch(rf"{_TEXT}{{1,{longest}}}", inner):
            return None
    return NamedLink((ai, value), qualifiers)
