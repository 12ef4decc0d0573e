"""How far two provinces are apart, as far as a shopper's own word tells it.

A visitor may offer the commune where he found a stamp, and of that only the province is used. Each province is a circle
around its seat that reaches to its farthest corner on the mainland (`data/province_places.csv`, rounded to the
kilometre or so that this needs): whoever is anywhere in one is at least as far from anyone in the other as the circles
are from one another. Islands far out lie beyond their circle; what that adds to a distance only makes a signal rarer.
"""

from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import Final

from traceability.domain.addresses import communes
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
