"""Addresses since 1 July 2025: 34 provinces, 3,321 communes, wards and special zones, no districts.

A unit is known by its five-digit code, because 245 names repeat. The address as it was printed on labels before the
reform is kept beside today's, and old names in Thanh Hoa lead to the units that took their place. The tables carry
over facts from the list of the General Statistics Office.
"""

from dataclasses import dataclass
from functools import cache

from traceability.domain.data_files import read_table
from traceability.domain.text import fold, sort_key
from traceability.errors import InvalidInputError

THANH_HOA = "38"


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 34 provinces and cities."""

    code: str
    name: str
    """With its kind, such as "Tỉnh Thanh Hóa"."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune (xã), ward (phường) or special zone (đặc khu)."""

    code: str
    """Five digits."""
    name: str
    """Without its kind."""
    kind: str
    """xã, phường or đặc khu."""
    province: Province

    def __str__(self) -> str:
        return f"{self.kind} {self.name}, {self.province.name}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is.

    Args:
        line: house, street or hamlet; never on chain.
        commune: today's unit.
        printed: the address as printed before the reform, or empty.
    """

    line: str
    commune: Commune
    printed: str = ""

    def __str__(self) -> str:
        return f"{self.line}, {self.commune}" if self.line else str(self.commune)


@cache
def provinces() -> dict[str, Province]:
    """Return all provinces by code."""
    return {row["code"]: Province(row["code"], row["name"]) for row in read_table("provinces.csv")}


@cache
def communes() -> dict[str, Commune]:
    """Return all communes by code."""
    return {
        row["code"]: Commune(row["code"], row["name"], row["kind"], provinces()[row["province"]])
        for row in read_table("communes.csv")
    }


def commune(code: str) -> Commune:
    """Return the commune of a code. Raises InvalidInputError when there is none."""
    if (found := communes().get(code.strip())) is None:
        template = "There is no commune with code {code}. Choose one from the list."
        raise InvalidInputError(template, field="commune_code", code=code)
    return found


@cache
def communes_of(province: str) -> tuple[Commune, ...]:
    """Return the communes of a province in Vietnamese order."""
    found = (one for one in communes().values() if one.province.code == province)
    return tuple(sorted(found, key=lambda one: sort_key(one.name)))


def find_communes(words: str, province: str = "", limit: int = 20) -> tuple[Commune, ...]:
    """Return communes whose name holds the words, tones or none; those that begin with them stand first."""
    wanted = fold(words)
    among = communes_of(province) if province else tuple(communes().values())
    found = [one for one in among if wanted in fold(f"{one.kind} {one.name}")]
    return tuple(sorted(found, key=lambda one: (not fold(one.name).startswith(wanted), sort_key(one.name)))[:limit])


def successors(commune_name: str, district: str = "") -> tuple[Commune, ...]:
    """Return today's units of a former commune of Thanh Hoa; several where it was divided, or where its name repeated.

    Args:
        commune_name: the old name, with or without its kind.
        district: the old district, to tell namesakes apart.
    """
    wanted, within = _bare(commune_name), _bare(district)
    codes = [
        row["code"]
        for row in read_table("former_communes.csv")
        if _bare(row["commune"]) == wanted and (not within or _bare(row["district"]) == within)
    ]
    return tuple(communes()[code] for code in dict.fromkeys(codes))


def _bare(name: str) -> str:
    folded = fold(name)
    for kind in ("thi tran ", "thi xa ", "thanh pho ", "phuong ", "xa ", "huyen "):
        if folded.startswith(kind):
            return folded.removeprefix(kind)
    return folded
