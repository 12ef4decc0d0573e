"""GS1 Application Identifiers: what each two- to four-digit prefix means and what may stand behind it.

The table is data (`data/application_identifiers.csv`), from the GS1 General Specifications, section 3. A value is made
of components such as `N13:csum X<17?`: thirteen digits with a check digit, then perhaps up to seventeen characters.
"""

import re
from dataclasses import dataclass
from functools import cache

from traceability.domain.ai_rules import CHARACTERS, CHECKS, unpadded
from traceability.domain.data_files import read_table
from traceability.errors import InvalidIdentifierError


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a value.

    Args:
        kind: N digits, X set 82, Y set 39, Z base64url.
        least, most: how many characters.
        optional: it may be absent.
        rules: names of further rules.
    """

    kind: str
    least: int
    most: int
    optional: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ai:
    """One Application Identifier.

    Args:
        ai: its digits.
        components: what its value is made of.
        is_attribute: it may stand in the query of a Digital Link.
        requires: each group of alternatives must be met; an alternative is one or several AIs.
        excludes: patterns of AIs that may not stand beside it; `n` stands for any digit.
        sequences: for a primary key, the orders in which qualifiers may follow; None for other AIs.
    """

    ai: str
    components: tuple[Component, ...]
    is_attribute: bool
    requires: tuple[tuple[tuple[str, ...], ...], ...]
    excludes: tuple[str, ...]
    sequences: tuple[tuple[str, ...], ...] | None

    def check(self, value: str) -> None:
        """Return quietly when a value is right. Raises InvalidIdentifierError naming the AI and the reason."""
        rest, facts = value, {"field": "link", "ai": self.ai, "value": value}
        for component in self.components:
            if component.optional and not rest:
                continue
            part, rest = rest[: component.most], rest[component.most :]
            if len(part) < component.least:
                raise InvalidIdentifierError("AI ({ai}): its value is too short: {value}", **facts)
            text = unpadded(part) if component.kind == "Z" else part
            if any(character not in CHARACTERS[component.kind] for character in text):
                raise InvalidIdentifierError("AI ({ai}): its value holds a character that it may not: {value}", **facts)
            for check in (CHECKS[name] for name in component.rules):
                if not check.holds(part):
                    raise InvalidIdentifierError(check.sentence, **facts)
        if rest:
            raise InvalidIdentifierError("AI ({ai}): its value is too long: {value}", **facts)

    @property
    def least(self) -> int:
        """Return the length of the shortest value."""
        return sum(component.least for component in self.components if not component.optional)


_COMPONENT = re.compile(r"([NXYZ])(<?)(\d+)(\??)((?::\w+)*)")


@cache
def table() -> dict[str, Ai]:
    """Return all Application Identifiers by their digits."""
    found: dict[str, Ai] = {}
    for row in read_table("application_identifiers.csv"):
        first, _, last = row["ai"].partition("-")
        for number in range(int(first), int(last or first) + 1):
            ai = str(number).zfill(len(first))
            found[ai] = _entry(ai, row)
    return found


def _entry(ai: str, row: dict[str, str]) -> Ai:
    qualifiers = row["qualifiers"]
    sequences = None if not qualifiers else tuple(tuple(part.split()) for part in qualifiers.strip("-").split("|"))
    return Ai(
        ai=ai,
        components=tuple(_component(text) for text in row["value"].split()),
        is_attribute=row["attribute"] == "yes",
        requires=tuple(tuple(tuple(one.split("+")) for one in group.split("/")) for group in row["requires"].split()),
        excludes=tuple(row["excludes"].split()),
        sequences=sequences,
    )


def _component(text: str) -> Component:
    match = _COMPONENT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    kind, variable, size, optional, rules = match.groups()
    most = int(size)
    return Component(kind, 1 if variable else most, most, bool(optional), tuple(rules.split(":")[1:]))


def matches(pattern: str, ai: str) -> bool:
    """Tell whether an AI fits a pattern such as `310n`."""
    return len(pattern) == len(ai) and all(left in ("n", right) for left, right in zip(pattern, ai, strict=True))
