"""Rules for the parts of Application Identifier values, beyond length and characters.

Each rule takes the part of a value that it guards and returns None when it is right, or the reason when it is not (GS1
General Specifications, section 3; the names are those used in the table of AIs).
"""

import re
import string
from collections.abc import Callable
from datetime import date
from functools import cache

from traceability.domain.check_digits import has_check_digit
from traceability.domain.coupons import coupon_fault, offer_fault
from traceability.domain.data_files import read_table

SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
SET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

CHARACTERS = {
    "N": frozenset(string.digits),
    "X": frozenset(SET_82),
    "Y": frozenset("#-/" + string.digits + string.ascii_uppercase),
    "Z": frozenset("-_" + string.digits + string.ascii_letters),
}
"""Which characters a component of each kind may hold (General Specifications, 7.11)."""

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_PREFIX_DIGITS = 4

Rule = Callable[[str], str | None]


def unpadded(value: str) -> str:
    """Return base64url text without its padding, or as it is where the padding is wrong (General Specs, 7.11)."""
    plain = value.rstrip("=")
    padding = len(value) - len(plain)
    return plain if padding <= _MOST_PADDING and len(value) % _PADDED_TO == 0 else value


_MOST_PADDING = 2
_PADDED_TO = 3
"""Padded values come in threes, says GS1's engine, whose verdict is ours; RFC 4648 would say fours."""


def _when(wrong: Callable[[str], object], reason: str) -> Rule:
    return lambda value: reason if wrong(value) else None


@cache
def _codes(name: str) -> frozenset[str]:
    return next(frozenset(row["codes"].split()) for row in read_table("codes.csv") if row["list"] == name)


def _day(value: str, *, zero: bool) -> str | None:
    """Check YYMMDD or YYYYMMDD; day 00 means the whole month where it is allowed."""
    year, month, day = int(value[:-4]), int(value[-4:-2]), int(value[-2:])
    if zero and day == 0:
        day = 1
    try:
        date(year + 2000 if len(value) == 6 else year, month, day)  # YYMMDD
    except ValueError:
        return "it is not a date"
    return None


def _check_pair(value: str) -> str | None:
    """Check the two check characters of a GMN (General Specifications, 7.9.5)."""
    data, pair = value[:-2], value[-2:]
    if len(value) <= 2:  # the pair itself
        return "it is too short to have check characters"
    total = sum(SET_82.index(one) * prime for one, prime in zip(reversed(data), _PRIMES, strict=False)) % 1021
    return None if pair == SET_32[total >> 5] + SET_32[total & 31] else "its check characters are wrong"


def _company_prefix(value: str) -> str | None:
    if len(value) < _PREFIX_DIGITS or not value[:_PREFIX_DIGITS].isdigit():
        return "it does not begin with a company prefix"
    return None


def _piece_of_total(value: str) -> str | None:
    piece, total = int(value[:2]), int(value[2:])
    return None if 0 < piece <= total else "the piece is not one of the total"


def _place_in_birth(value: str) -> str | None:
    match = re.fullmatch(r"([1-9])/([1-9])", value)
    return None if match and match[1] <= match[2] else "it is not a place in a sequence, such as 1/2"


def _iban(value: str) -> str | None:
    if not re.fullmatch(r"[A-Z]{2}\d{2}[0-9A-Z]{1,30}", value):
        return "it is not an IBAN"
    number = "".join(str(int(character, 36)) for character in value[4:] + value[:4])
    return None if int(number) % 97 == 1 else "its check digits are wrong"


RULES: dict[str, Rule] = {
    "csum": _when(lambda value: not has_check_digit(value), "its check digit is wrong"),
    "csumalpha": _check_pair,
    "gcppos1": _company_prefix,
    "gcppos2": lambda value: _company_prefix(value[1:]),
    "yymmdd": lambda value: _day(value, zero=False),
    "yymmd0": lambda value: _day(value, zero=True),
    "yyyymmdd": lambda value: _day(value, zero=False),
    "hhmi": _when(lambda value: int(value[:2]) > 23 or int(value[2:]) > 59, "it is not a time of day"),
    "hh": _when(lambda value: int(value) > 23, "it is not an hour"),
    "mi": _when(lambda value: int(value) > 59, "it is not a minute"),
    "ss": _when(lambda value: int(value) > 59, "it is not a second"),
    "iso3166": _when(lambda value: value not in _codes("iso3166"), "it is not a country"),
    "iso3166999": _when(lambda value: value != "999" and value not in _codes("iso3166"), "it is not a country"),
    "iso3166alpha2": _when(lambda value: value not in _codes("iso3166alpha2"), "it is not a country"),
    "iso4217": _when(lambda value: value not in _codes("iso4217"), "it is not a currency"),
    "iso5218": _when(lambda value: value not in "0129", "it is not one of 0, 1, 2, 9"),
    "latitude": _when(lambda value: int(value) > 1_800_000_000, "it is not a latitude"),
    "longitude": _when(lambda value: int(value) > 3_600_000_000, "it is not a longitude"),
    "pcenc": _when(lambda value: re.search(r"%(?![0-9A-Fa-f]{2})", value), "its percent-encoding is wrong"),
    "yesno": _when(lambda value: value not in "01", "it is neither 0 nor 1"),
    "hyphen": _when(lambda value: value != "-", "it is not a minus sign"),
    "importeridx": _when(lambda value: not re.fullmatch(r"[-0-9A-Z_a-z]", value), "it is not an importer index"),
    "mediatype": _when(lambda value: not (1 <= int(value) <= 10 or int(value) >= 80), "it is not a media type"),
    "nonzero": _when(lambda value: not value.strip("0"), "it is zero"),
    "zero": _when(lambda value: value.strip("0"), "it is not zero"),
    "winding": _when(lambda value: value not in "019", "it is not one of 0, 1, 9"),
    "pieceoftotal": _piece_of_total,
    "posinseqslash": _place_in_birth,
    "nozeroprefix": _when(lambda value: value[0] == "0", "it begins with zero"),
    "hasnondigit": _when(lambda value: value.isdigit(), "it has only digits"),
    "iban": _iban,
    "packagetype": _when(lambda value: value not in _codes("packagetype"), "it is not a package type"),
    "couponcode": lambda value: coupon_fault(value, lambda day: _day(day, zero=False) is None),
    "couponposoffer": offer_fault,
}
