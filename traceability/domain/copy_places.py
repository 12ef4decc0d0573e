"""Where a stamp was found, as far as visitors tell it, and what a single package cannot do.

A visitor may offer the commune where he found a stamp, and of that only the province is used. Each province is a circle
around its seat that reaches to its farthest corner on the mainland (`data/province_places.csv`, rounded to the
kilometre or so that this needs): whoever is anywhere in one is at least as far from anyone in the other as the circles
are from one another. Islands far out lie beyond their circle; what that adds to a distance only makes a signal rarer.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations
from math import asin, cos, radians, sin, sqrt
from typing import Final, NamedTuple

from traceability.domain.addresses import communes
from traceability.domain.copy_rules import Level, Spread, Travel
from traceability.domain.data_files import read_table

EARTH_KM: Final = 6_371.0
"""Mean radius (IUGG)."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A province as a circle.

    Args:
        latitude: of its seat, degrees north.
        longitude: of its seat, degrees east.
        reach_km: from its seat to its farthest corner.
    """

    latitude: float
    longitude: float
    reach_km: float


@cache
def circles() -> dict[str, Circle]:
    """Return all provinces by code."""
    return {
        row["province"]: Circle(float(row["latitude"]), float(row["longitude"]), float(row["reach_km"]))
        for row in read_table("province_places.csv")
    }


def province_of(commune: str) -> str:
    """Return the code of a commune's province, or an empty text for a commune that is none."""
    found = communes().get(commune)
    return found.province.code if found else ""


def distance_km(one: Circle, other: Circle) -> float:
    """Return the great-circle distance of two seats, by the haversine formula."""
    north, south = radians(one.latitude), radians(other.latitude)
    half = sin((north - south) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(one.longitude - other.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


@cache
def apart_km(one: str, other: str) -> float:
    """Return how far at least anybody in one province is from anybody in the other; 0 for neighbours."""
    if one == other:
        return 0.0
    here, there = circles()[one], circles()[other]
    return max(0.0, distance_km(here, there) - here.reach_km - there.reach_km)


# -------------------------------------------------------------------------------------------------------------- judging
class Place(NamedTuple):
    """Where a visitor says that he found the stamp."""

    at: datetime
    province: str
    commune: str


class Moment(NamedTuple):
    """What was known when a place came in."""

    place: Place
    before: Place | None
    """The one before it from the same province, in the window."""
    believed: Mapping[str, Place]
    """The newest place of each province that counts, by province, this one's included."""


Finding = tuple[Level, dict[str, str | int]]
"""How grave, and the facts of the sentence."""


class Whereabouts:
    """The places of one stamp, judged as they stood when each of them came in.

    So a signal does not fade because more people look. Somebody who slips in a list of provinces must not accuse
    anybody: a province that one visitor alone named does not count against several who agree.

    Args:
        places: in order of time, one for each visitor.
        visits: when visitors looked, in order of time, whether they named a place or not.
        slip_against: voices for one province that outweigh a single one for another.
    """

    def __init__(self, places: Sequence[Place], visits: Sequence[datetime], slip_against: int) -> None:
        """Take what is known."""
        self._places, self._visits, self._slip_against = places, visits, slip_against

    def spread(self, steps: Iterable[Spread], leaving_out: Collection[str] = ()) -> Finding | None:
        """Return the first of the steps that the provinces fulfil, some left out."""
        for step in steps:
            tried: set[frozenset[str]] = set()
            for moment in self._moments(step.within_days):
                within = frozenset(moment.believed).difference(leaving_out)
                if len(within) < step.provinces or not self._many(moment.place.at, step) or within in tried:
                    continue
                tried.add(within)
                if max((apart_km(*pair) for pair in combinations(within, 2)), default=0.0) >= step.apart_km:
                    return step.level, {"provinces": ",".join(sorted(within)), "count": len(within)}
        return None

    def travel(self, rule: Travel) -> Finding | None:
        """Return the first two places between which no single package can have gone, or would have gone back."""
        for moment in self._moments(rule.within_days):
            here = moment.place
            if not self._many(here.at, rule):
                continue
            for there in sorted(moment.believed.values(), reverse=True):
                kilometres = apart_km(there.province, here.province)
                if there.province == here.province or kilometres < rule.apart_km:
                    continue
                hours = (here.at - there.at).total_seconds() / 3600
                facts: dict[str, str | int] = {"one": there.commune, "other": here.commune}
                if kilometres > hours * rule.speed_km_per_hour:
                    return Level.WARNING, facts | {"kilometres": round(kilometres), "minutes": round(hours * 60)}
                if moment.before and moment.before.at < there.at:
                    return Level.WARNING, facts | {"back": 1}
        return None

    def _many(self, until: datetime, step: Spread | Travel) -> bool:
        """Tell whether enough visitors looked in the days before a moment."""
        oldest = until - timedelta(days=step.within_days)
        return bisect_right(self._visits, until) - bisect_right(self._visits, oldest) >= step.visitors

    def _moments(self, days: int) -> Iterator[Moment]:
        """Yield each place that is no slip with what was known of the days before it."""
        start, window = 0, timedelta(days=days)
        counts: Counter[str] = Counter()
        newest: dict[str, Place] = {}
        for place in self._places:
            while self._places[start].at <= place.at - window:
                gone = self._places[start].province
                counts[gone] -= 1
                if not counts[gone]:
                    newest.pop(gone, None)
                start += 1
            counts[place.province] += 1
            most = max(counts.values())
            believed = {province for province, count in counts.items() if count * self._slip_against > most}
            before = newest.get(place.province)
            if place.province in believed:
                newest[place.province] = place
                within = {name: one for name, one in newest.items() if name in believed and one.at > place.at - window}
                yield Moment(place, before if before and before.at > place.at - window else None, within)
