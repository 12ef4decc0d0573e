"""What the law asks a trace to show, as versioned data that is chosen by date.

Laws change faster than programs: each legal act is a file with the day from which it counts and the elements it lists.
A page compares the elements with what is recorded and says what is missing. That something is shown is all this
claims; whether it suffices is for an inspector to say.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from traceability.domain.data_files import read_folder
from traceability.domain.views import Bilingual
from traceability.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Element:
    """Something that a profile asks for.

    Args:
        key: name of the fact, the same in all profiles.
        label: what it is called.
        where_any: it need only be shown where it exists, such as a brand.
    """

    key: str
    label: Bilingual
    where_any: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A legal act as a list of elements.

    Args:
        key: its name in links and settings.
        name: how the act is cited.
        about: what it is about.
        valid_from: first day on which it counts.
        valid_to: last day, or None.
        goods: "any", or "farm" for farm produce only.
        rank: among acts in force, the highest is shown unless another is chosen.
        elements: what it asks for, in its order.
    """

    key: str
    name: Bilingual
    about: Bilingual
    valid_from: date
    valid_to: date | None
    goods: str
    rank: int
    elements: tuple[Element, ...]

    def in_force(self, on: date) -> bool:
        """Tell whether the act counts on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@cache
def profiles() -> tuple[Profile, ...]:
    """Return all profiles, the oldest first."""
    return tuple(sorted(map(_profile, read_folder("profiles")), key=lambda one: (one.valid_from, one.key)))


def profile(key: str) -> Profile:
    """Return the profile of a key. Raises InvalidInputError when there is none."""
    for found in profiles():
        if found.key == key:
            return found
    known = ", ".join(one.key for one in profiles())
    raise InvalidInputError(
        "{key} is not a trace profile; choose one of {known}.", field="profile", key=key, known=known
    )


def profiles_on(day: date) -> tuple[Profile, ...]:
    """Return the profiles in force on a day, the one to show first in front."""
    return tuple(sorted((one for one in profiles() if one.in_force(day)), key=lambda one: -one.rank))


def default_profile(day: date) -> Profile:
    """Return the profile to show on a day; before any was in force, the oldest."""
    return next(iter(profiles_on(day)), profiles()[0])


def missing(chosen: Profile, facts: Collection[str]) -> list[Element]:
    """Return what a profile asks for and nobody has recorded, in the profile's order.

    Args:
        chosen: the profile.
        facts: keys of the elements that are recorded.
    """
    return [element for element in chosen.elements if element.key not in facts and not element.where_any]


def _profile(found: dict[str, Any]) -> Profile:
    return Profile(
        key=found["key"],
        name=Bilingual(**found["name"]),
        about=Bilingual(**found["about"]),
        valid_from=date.fromisoformat(found["valid_from"]),
        valid_to=date.fromisoformat(found["valid_to"]) if "valid_to" in found else None,
        goods=found["goods"],
        rank=found["rank"],
        elements=tuple(
            Element(one["key"], Bilingual(**one["label"]), one.get("where_any", False)) for one in found["elements"]
        ),
    )
