"""The rules that tell copied stamps from honest ones, as data: thresholds, windows and levels, with their version.

They lie in `data/copy_signals.json` and are explained in docs/copy-signals.md. A wrong number there would either call
honest goods copied or let copies pass, so the file is read strictly: a key too many, one too few, or a number that
makes no sense is an error that names its place in the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from traceability.domain.data_files import read_values
from traceability.errors import ConfigurationError

FILE = "copy_signals.json"

_LONGEST = 366
"""Days; no window is longer, since scans are not kept that long."""


class Level(IntEnum):
    """How grave a signal is."""

    NONE = 0
    NOTE = 1
    """Worth saying, and harmless as far as one can tell."""
    WARNING = 2
    """Speaks for a copy: the page says so before anything else."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """When so many visitors are a signal.

    Args:
        level: how grave it is.
        after_hours: looks count from so long after the event that the rule speaks of (opened, made void).
        within_days: longest stretch of neighbouring days (UTC+7) over which visitors are added up.
        visitors: smallest sum that counts.
        on_days: on how many different days at least; a fair or a feast is over in a few.
        a_day_counts: a day adds at most so many, because one gathering explains any number of them.
    """

    level: Level
    after_hours: int
    within_days: int
    visitors: int
    on_days: int
    a_day_counts: int


@dataclass(frozen=True, slots=True)
class Spread:
    """When places are a signal.

    Args:
        level: how grave it is.
        provinces: from how many different provinces visitors offered their place, at least.
        apart_km: two of them are at least so far apart, from border to border.
        visitors: so many visitors at least looked meanwhile, whether they offered a place or not.
        within_days: all within so many days.
    """

    level: Level
    provinces: int
    apart_km: int
    visitors: int
    within_days: int


@dataclass(frozen=True, slots=True)
class Travel:
    """When a package cannot have gone from one place to another, or would not have come back.

    Args:
        speed_km_per_hour: faster than this nobody carries a package, flights included.
        apart_km: provinces nearer than this, from border to border, are never too far apart.
        visitors: so many visitors at least looked in the days of the window.
        within_days: a place counts for so long.
    """

    speed_km_per_hour: int
    apart_km: int
    visitors: int
    within_days: int


@dataclass(frozen=True, slots=True)
class Listing:
    """When a picture of the stamp on a web page explains visitors.

    Args:
        visitors: so many different ones came from one page's host ...
        within_days: ... within so many days.
        around_days: visitors with a camera count as looking at the picture from so long before the first who came
            from the page to so long after the last one.
        camera_percent: so many of those for each hundred who came from the page.
    """

    visitors: int
    within_days: int
    around_days: int
    camera_percent: int


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one version, each with its gravest step first."""

    version: str
    scanner_hosts: frozenset[str]
    """Hosts that a scanner's own browser names as referrer: such a visitor scanned with a camera."""
    opened_before: tuple[Crowd, ...]
    many_visitors: tuple[Crowd, ...]
    void_scanned: tuple[Crowd, ...]
    slip_against: int
    """So many visitors who name one province outweigh a single one who names another: people slip in a list."""
    travel: Travel
    far_apart: tuple[Spread, ...]
    never_went_there: tuple[Spread, ...]
    listing_picture: Listing


@cache
def default_rules() -> Rules:
    """Return the rules that come with the package."""
    return parse_rules(read_values(FILE))


def parse_rules(values: Any) -> Rules:
    """Return the rules that a JSON value states.

    Raises:
        ConfigurationError: a key is missing or unknown, or a value makes no sense; says which.
    """
    top = _members(values, "", {"version", "scanner_hosts", "rules"})
    rules = _members(
        top["rules"],
        "rules",
        {
            "opened_before",
            "many_visitors",
            "void_scanned",
            "slip_against",
            "travel",
            "far_apart",
            "never_went_there",
            "listing_picture",
        },
    )
    return Rules(
        version=_text(top["version"], "version"),
        scanner_hosts=frozenset(
            _text(host, f"scanner_hosts[{place}]") for place, host in enumerate(_list(top, "", "scanner_hosts"))
        ),
        opened_before=_crowds(rules, "opened_before"),
        many_visitors=_crowds(rules, "many_visitors"),
        void_scanned=_crowds(rules, "void_scanned"),
        slip_against=_whole(rules, "rules", "slip_against", 2, 1_000_000),
        travel=_travel(rules["travel"], "rules.travel"),
        far_apart=_spreads(rules, "far_apart"),
        never_went_there=_spreads(rules, "never_went_there"),
        listing_picture=_listing(rules["listing_picture"], "rules.listing_picture"),
    )


def _crowds(rules: Mapping[str, Any], name: str) -> tuple[Crowd, ...]:
    found = []
    for place, value in enumerate(_list(rules, "rules", name)):
        path = f"rules.{name}[{place}]"
        step = _members(value, path, {"level", "after_hours", "within_days", "visitors", "on_days", "a_day_counts"})
        crowd = Crowd(
            level=_level(step, path),
            after_hours=_whole(step, path, "after_hours", 0, _LONGEST * 24),
            within_days=_whole(step, path, "within_days", 1, _LONGEST),
            visitors=_whole(step, path, "visitors", 1, 1_000_000),
            on_days=_whole(step, path, "on_days", 1, _LONGEST),
            a_day_counts=_whole(step, path, "a_day_counts", 1, 1_000_000),
        )
        if crowd.on_days > crowd.within_days:
            raise _wrong(path, "on_days", crowd.on_days, f"a whole number up to within_days, {crowd.within_days}")
        if crowd.visitors > crowd.within_days * crowd.a_day_counts:
            most = crowd.within_days * crowd.a_day_counts
            raise _wrong(path, "visitors", crowd.visitors, f"a number that the window can reach, up to {most}")
        found.append(crowd)
    return tuple(sorted(found, key=lambda one: -one.level))


def _spreads(rules: Mapping[str, Any], name: str) -> tuple[Spread, ...]:
    found = []
    for place, value in enumerate(_list(rules, "rules", name)):
        path = f"rules.{name}[{place}]"
        step = _members(value, path, {"level", "provinces", "apart_km", "visitors", "within_days"})
        found.append(
            Spread(
                level=_level(step, path),
                provinces=_whole(step, path, "provinces", 1, 34),
                apart_km=_whole(step, path, "apart_km", 0, 2_000),
                visitors=_whole(step, path, "visitors", 1, 1_000_000),
                within_days=_whole(step, path, "within_days", 1, _LONGEST),
            )
        )
    return tuple(sorted(found, key=lambda one: -one.level))


def _travel(value: Any, path: str) -> Travel:
    found = _members(value, path, {"speed_km_per_hour", "apart_km", "visitors", "within_days"})
    return Travel(
        speed_km_per_hour=_whole(found, path, "speed_km_per_hour", 1, 2_000),
        apart_km=_whole(found, path, "apart_km", 0, 2_000),
        visitors=_whole(found, path, "visitors", 1, 1_000_000),
        within_days=_whole(found, path, "within_days", 1, _LONGEST),
    )


def _listing(value: Any, path: str) -> Listing:
    found = _members(value, path, {"visitors", "within_days", "around_days", "camera_percent"})
    return Listing(
        visitors=_whole(found, path, "visitors", 1, 1_000_000),
        within_days=_whole(found, path, "within_days", 1, _LONGEST),
        around_days=_whole(found, path, "around_days", 0, _LONGEST),
        camera_percent=_whole(found, path, "camera_percent", 0, 10_000),
    )


def _members(value: Any, path: str, wanted: set[str]) -> Mapping[str, Any]:
    """Return an object that has these members and no others."""
    if not isinstance(value, dict):
        raise _wrong("", path or "the whole file", value, "an object")
    for key in sorted(wanted - value.keys()):
        raise ConfigurationError("{file}: {place} is missing.", file=FILE, place=f"{path}.{key}".lstrip("."))
    for key in sorted(value.keys() - wanted):
        raise ConfigurationError(
            "{file}: {place} means nothing; known are {known}.",
            file=FILE,
            place=f"{path}.{key}".lstrip("."),
            known=", ".join(sorted(wanted)),
        )
    return value


def _list(values: Mapping[str, Any], path: str, key: str) -> list[Any]:
    found = values[key]
    if not isinstance(found, list):
        raise _wrong(path, key, found, "a list")
    return found


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value or value != value.strip().lower():
        raise _wrong("", path, value, "a text in lower case")
    return value


def _whole(values: Mapping[str, Any], path: str, key: str, least: int, most: int) -> int:
    value = values[key]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(path, key, value, f"a whole number from {least} to {most}")
    return value


def _level(values: Mapping[str, Any], path: str) -> Level:
    words = {"note": Level.NOTE, "warning": Level.WARNING}
    if not isinstance(values["level"], str) or values["level"] not in words:
        raise _wrong(path, "level", values["level"], "note or warning")
    return words[values["level"]]


def _wrong(path: str, key: str, value: Any, wanted: str) -> ConfigurationError:
    place = f"{path}.{key}".lstrip(".")
    return ConfigurationError(
        "{file}: {place} is {value}, and has to be {wanted}.", file=FILE, place=place, value=repr(value), wanted=wanted
    )
