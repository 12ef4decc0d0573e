"""GS1 Digital Links: web addresses that name things.

`https://example.com/some/stem/01/09506000134352/10/ABC?17=271231` names a lot: a primary key (01), its qualifiers in
their order (10) and, in the query, attributes (17). Any host, port and path stem will do; the canonical form lives
under `https://id.gs1.org` (GS1 Digital Link Standard: URI Syntax, release 1.6, and the GS1 General Specifications).
The verdict is that of GS1's own syntax engine, and each refusal names the AI and the reason.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote

from traceability.domain.ai_table import Ai, matches, table
from traceability.errors import InvalidIdentifierError

CANONICAL_STEM: Final = "https://id.gs1.org"

_SCHEMES: Final = ("https://", "http://", "HTTPS://", "HTTP://")
_URI_CHARACTERS: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_HOST_CHARACTERS: Final = re.compile(r"[A-Za-z0-9\-.:\[\]]+")
_LONGEST: Final = 8191
"""Characters of the longest link that GS1's engine reads."""
_MOST_ELEMENTS: Final = 64
"""AIs and other parameters that it takes from one link."""
_SIGNATURE: Final = "8030"
_SIGNED_SERIALS: Final = ("253", "255", "8003")
"""Keys whose serial may be left out, but not where a signature (AI 8030) speaks for one thing."""
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")

_OF_KNOWN_LENGTH: Final = frozenset(
    {"00", "01", "02", "03", "04", "41"} | {str(n) for n in (*range(11, 21), *range(31, 37))}
)
"""First two digits of AIs whose length is fixed in advance (General Specifications, 7.8.5); links put them first."""

Element = tuple[str, str]
"""An Application Identifier and its value, decoded."""


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A Digital Link taken apart; every value is valid.

    Args:
        key: the primary key.
        qualifiers: what follows it in the path, in order.
        attributes: AIs of the query, in the order of the link.
        stem: what stands before the key, such as `https://example.com/some/stem`.
    """

    key: Element
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()
    stem: str = CANONICAL_STEM

    @classmethod
    def parse(cls, uri: str) -> "DigitalLink":
        """Return the parts of a Digital Link.

        Raises InvalidIdentifierError, which names the AI where one is at fault, when the address is none.
        """
        stem, segments, query = _take_apart(uri)
        path, stem_segments = _elements_of_path(segments)
        attributes = _elements_of_query(query, _MOST_ELEMENTS - len(path))
        link = cls(path[0], tuple(path[1:]), tuple(attributes), "/".join([stem, *stem_segments]))
        _check(link)
        return link

    @classmethod
    def build(cls, elements: Iterable[Element], stem: str = CANONICAL_STEM) -> "DigitalLink":
        """Return the link that says some AIs and values.

        The first primary key among them becomes the key of the link, its qualifiers follow in the standard's order,
        and everything else goes into the query, AIs of a known length first.

        Raises InvalidIdentifierError when that is no valid link, or when nothing could read it under that stem.
        """
        given = list(elements)
        if len(given) > _MOST_ELEMENTS:
            raise _LinkError("The link says more than {most} things.", most=str(_MOST_ELEMENTS))
        found = list(dict.fromkeys(given))
        key = next((one for one in found if one[0] in table() and table()[one[0]].sequences is not None), None)
        if key is None:
            raise _LinkError("No AI here can be the primary key of a link.")
        rest = [one for one in found if one != key]
        sequence = _fullest_sequence(table()[key[0]], {ai for ai, _ in rest})
        qualifiers = [one for name in sequence for one in rest if one[0] == name]
        attributes = sorted(
            (one for one in rest if one not in qualifiers), key=lambda one: one[0][:2] not in _OF_KNOWN_LENGTH
        )
        link = cls(key, tuple(qualifiers), tuple(attributes), _stem(stem))
        _check(link)
        return link

    def __getitem__(self, ai: str) -> str:
        """Return the value of an AI. Raises KeyError when the link does not say it."""
        return dict(self.elements)[ai]

    def get(self, ai: str) -> str | None:
        """Return the value of an AI, or None."""
        return dict(self.elements).get(ai)

    @property
    def elements(self) -> tuple[Element, ...]:
        """Return all AIs with their values: key, qualifiers, attributes."""
        return (self.key, *self.qualifiers, *self.attributes)

    @property
    def path(self) -> str:
        """Return key and qualifiers as a path, percent-encoded."""
        return "".join(f"/{ai}/{_encode(value)}" for ai, value in (self.key, *self.qualifiers))

    @property
    def uri(self) -> str:
        """Return the link under its own stem."""
        return self.stem + self.path + _query(self.attributes)

    @property
    def canonical(self) -> str:
        """Return the link under `https://id.gs1.org`, attributes in the order of their AIs (Digital Link, 4.11)."""
        return CANONICAL_STEM + self.path + _query(sorted(self.attributes))


_LinkError = partial(InvalidIdentifierError, field="link")


def _take_apart(uri: str) -> tuple[str, list[str], str]:
    """Return scheme and host, the path's segments, and the query."""
    if len(uri) > _LONGEST:
        raise _LinkError("A Digital Link has at most {most} characters.", most=str(_LONGEST))
    scheme = next((one for one in _SCHEMES if uri.startswith(one)), None)
    if scheme is None:
        raise _LinkError("A Digital Link begins with https:// or http://.")
    if not _URI_CHARACTERS.fullmatch(uri):
        raise _LinkError("A link holds a character that no web address may: {link}", link=uri)
    host, slash, rest = uri[len(scheme) :].partition("/")
    if not slash or not host:
        raise _LinkError("A Digital Link has a host and a path.")
    if not _HOST_CHARACTERS.fullmatch(host):
        raise _LinkError("{host} is not the name of a host.", host=host)
    path, _, query = rest.partition("#")[0].partition("?")
    return scheme + host, path.split("/"), query


def _stem(stem: str) -> str:
    """Return what a link may begin with, without the slash at its end."""
    root, segments, _ = _take_apart(stem.removesuffix("/") + "/")
    if "?" in stem or "#" in stem:
        raise _LinkError("No ? and no # may stand before the GS1 key: {stem}", stem=stem)
    return "/".join([root, *segments[:-1]])


def _elements_of_path(segments: list[str]) -> tuple[list[Element], list[str]]:
    """Return the AIs of the path from the last primary key on, and the segments before it."""
    for start in range(len(segments) - 2, -1, -2):
        found = table().get(segments[start])
        if found is None:
            break
        if found.sequences is not None:
            pairs = list(zip(segments[start::2], segments[start + 1 :: 2], strict=True))
            return [(ai, _decode(ai, value, in_query=False)) for ai, value in pairs], segments[:start]
    raise _LinkError("The path names no GS1 key, such as /01/ and a GTIN.")


def _elements_of_query(query: str, most: int) -> list[Element]:
    found = []
    # GS1's engine reads over ampersands that stand together, but counts what is missing behind the last one.
    parameters = [*filter(None, query.split("&")), *([""] if query.endswith("&") else ())]
    for count, parameter in enumerate(parameters, 1):
        if count > most:
            raise _LinkError("The link says more than {most} things.", most=str(_MOST_ELEMENTS))
        name, equals, value = parameter.partition("=")
        if not equals or not (name == "" or (name.isascii() and name.isdigit())):
            continue
        if name not in table():
            raise _LinkError("AI ({ai}) of the query does not exist.", ai=name)
        found.append((name, _decode(name, value, in_query=True)))
    return found


def _decode(ai: str, value: str, *, in_query: bool) -> str:
    if not value:
        raise _LinkError("AI ({ai}): its value is empty.", ai=ai)
    text = value.replace("+", " ") if in_query else value
    decoded = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if "\0" in decoded:
        raise _LinkError("AI ({ai}): its value holds a null character.", ai=ai)
    return decoded


def _check(link: DigitalLink) -> None:
    """Check order of the path, attributes, values, and which AIs may and must stand together."""
    names = [ai for ai, _ in link.qualifiers]
    key = table()[link.key[0]]
    if not _is_sequence(key, names):
        path = ", ".join(f"({name})" for name in names)
        raise _LinkError("AI ({ai}): {path} may not follow it in this order.", ai=key.ai, path=path)
    for ai, _ in link.attributes:
        if ai not in table():
            raise _LinkError("AI ({ai}) of the query does not exist.", ai=ai)
        if not table()[ai].is_attribute:
            raise _LinkError("AI ({ai}) may not stand in the query of a link.", ai=ai)
        if _could_extend(key, names, ai):
            raise _LinkError("AI ({ai}) belongs in the path of this link, not in its query.", ai=ai)
    present: dict[str, str] = {}
    for ai, value in link.elements:
        if ai in present:
            raise _LinkError("AI ({ai}) stands twice.", ai=ai)
        present[ai] = value
        table()[ai].check(value)
    for ai in present:
        _check_company(table()[ai], present)
    _check_signed(present)


def _check_company(entry: Ai, present: Mapping[str, str]) -> None:
    """Check the AIs that one of them forbids or demands beside it."""
    for pattern in entry.excludes:
        for other in present:
            if other != entry.ai and matches(pattern, other):
                raise _LinkError("AI ({ai}) may not stand beside ({other}).", ai=entry.ai, other=other)
    for group in entry.requires:
        if not any(all(any(matches(one, other) for other in present) for one in wanted) for wanted in group):
            wanted_text = ", ".join("+".join(wanted) for wanted in group)
            raise _LinkError("AI ({ai}) needs one of these beside it: {wanted}.", ai=entry.ai, wanted=wanted_text)


def _check_signed(present: Mapping[str, str]) -> None:
    """Check that what is signed is one thing and not a class of things."""
    for ai in _SIGNED_SERIALS if _SIGNATURE in present else ():
        if ai in present and len(present[ai]) == table()[ai].least:
            raise _LinkError("AI ({ai}) needs a serial beside AI (8030).", ai=ai)


def _is_sequence(key: Ai, names: list[str]) -> bool:
    """Tell whether qualifiers stand in an order that a key allows; any may be left out."""
    for sequence in key.sequences or ():
        rest = iter(sequence)
        if all(name in rest for name in names):
            return True
    return False


def _could_extend(key: Ai, names: list[str], ai: str) -> bool:
    return any(_is_sequence(key, [*names[:place], ai, *names[place:]]) for place in range(len(names) + 1))


def _fullest_sequence(key: Ai, names: set[str]) -> tuple[str, ...]:
    """Return the order of qualifiers that takes most of the AIs at hand into the path."""
    return max(key.sequences or ((),), key=lambda sequence: sum(name in names for name in sequence))


def _encode(value: str) -> str:
    return quote(value, safe="")


def _query(attributes: Iterable[Element]) -> str:
    text = "&".join(f"{ai}={_encode(value)}" for ai, value in attributes)
    return f"?{text}" if text else ""
