"""Rules for the parts of Application Identifier values, beyond length and characters.

Each rule looks at the part of a value that it guards; what it has to say when the part is wrong stands beside it (GS1
General Specifications, section 3; the names are those used in the table of AIs).
"""

import re
import string
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from traceability.domain.check_digits import has_check_digit
from traceability.domain.coupons import check_coupon, check_offer
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
_CALENDAR = 400
"""Years after which leap years repeat."""
_IBAN_LENGTHS = range(11, 35)
"""Characters of an account number: room for its check digits, and the 34 that it has at most (ISO 13616)."""


class Check(NamedTuple):
    """A rule: `holds` tells whether a part is right; `sentence` says what is wrong when it is not."""

    holds: Callable[[str], object]
    sentence: str


def unpadded(value: str) -> str:
    """Return base64url text without its padding, or as it is where the padding is wrong (General Specs, 7.11)."""
    plain = value.rstrip("=")
    padding = len(value) - len(plain)
    return plain if padding <= _MOST_PADDING and len(value) % _PADDED_TO == 0 else value


_MOST_PADDING = 2
_PADDED_TO = 3
"""Padded values come in threes, says GS1's engine, whose verdict is ours; RFC 4648 would say fours."""


@cache
def _codes(name: str) -> frozenset[str]:
    return next(frozenset(row["codes"].split()) for row in read_table("codes.csv") if row["list"] == name)


def _is_listed(name: str) -> Callable[[str], bool]:
    return lambda value: value in _codes(name)


def _is_day(value: str, *, zero: bool = False) -> bool:
    """Tell whether YYMMDD or YYYYMMDD is a date, of any year from 0000; `zero` allows day 00, the whole month."""
    year, month, day = int(value[:-4]), int(value[-4:-2]), int(value[-2:])
    try:
        date(2000 + year % _CALENDAR, month, 1 if zero and day == 0 else day)
    except ValueError:
        return False
    return True


def _has_check_pair(value: str) -> bool:
    """Tell whether a GMN ends in its two check characters (General Specifications, 7.9.5)."""
    data, pair = value[:-2], value[-2:]
    total = sum(SET_82.index(one) * prime for one, prime in zip(reversed(data), _PRIMES, strict=False)) % 1021
    return pair == SET_32[total >> 5] + SET_32[total & 31]


def _has_company_prefix(value: str) -> bool:
    return len(value) >= _PREFIX_DIGITS and value[:_PREFIX_DIGITS].isdigit()


def _is_piece_of_total(value: str) -> bool:
    piece, total = int(value[:2]), int(value[2:])
    return 0 < piece <= total


def _is_place_in_birth(value: str) -> bool:
    match = re.fullmatch(r"([1-9])/([1-9])", value)
    return match is not None and match[1] <= match[2]


def _is_iban(value: str) -> bool:
    """Tell whether an account number is one; like GS1's engine, let letters stand where its check digits do."""
    if len(value) not in _IBAN_LENGTHS or not re.fullmatch(r"[0-9A-Z]+", value):
        return False
    number = "".join(str(int(character, 36)) for character in value[4:] + value[:4])
    return value[:2] in _codes("iso3166alpha2") and int(number) % 97 == 1


def _is_media_type(value: str) -> bool:
    return 1 <= int(value) <= 10 or int(value) >= 80


CHECKS: Final[dict[str, Check]] = {
    "csum": Check(has_check_digit, "AI ({ai}): its check digit is wrong: {value}"),
    "csumalpha": Check(_has_check_pair, "AI ({ai}): its check characters are wrong: {value}"),
    "gcppos1": Check(_has_company_prefix, "AI ({ai}): it does not begin with a company prefix: {value}"),
    "gcppos2": Check(
        lambda value: _has_company_prefix(value[1:]),
        "AI ({ai}): no company prefix follows its first digit: {value}",
    ),
    "yymmdd": Check(_is_day, "AI ({ai}): it is not a date: {value}"),
    "yymmd0": Check(lambda value: _is_day(value, zero=True), "AI ({ai}): it is not a date: {value}"),
    "yyyymmdd": Check(_is_day, "AI ({ai}): it is not a date: {value}"),
    "hhmi": Check(
        lambda value: int(value[:2]) <= 23 and int(value[2:]) <= 59,
        "AI ({ai}): it is not a time of day: {value}",
    ),
    "hh": Check(lambda value: value <= "23", "AI ({ai}): it is not an hour: {value}"),
    "mi": Check(lambda value: value <= "59", "AI ({ai}): it is not a minute: {value}"),
    "ss": Check(lambda value: value <= "59", "AI ({ai}): it is not a second: {value}"),
    "iso3166": Check(_is_listed("iso3166"), "AI ({ai}): it is not a country: {value}"),
    "iso3166999": Check(
        lambda value: value == "999" or value in _codes("iso3166"), "AI ({ai}): it is not a country: {value}"
    ),
    "iso3166alpha2": Check(_is_listed("iso3166alpha2"), "AI ({ai}): it is not a country: {value}"),
    "iso4217": Check(_is_listed("iso4217"), "AI ({ai}): it is not a currency: {value}"),
    "iso5218": Check(lambda value: value in "0129", "AI ({ai}): it is not one of 0, 1, 2, 9: {value}"),
    "latitude": Check(lambda value: int(value) <= 1_800_000_000, "AI ({ai}): it is not a latitude: {value}"),
    "longitude": Check(lambda value: int(value) <= 3_600_000_000, "AI ({ai}): it is not a longitude: {value}"),
    "pcenc": Check(
        lambda value: not re.search(r"%(?![0-9A-Fa-f]{2})", value),
        "AI ({ai}): its percent-encoding is wrong: {value}",
    ),
    "yesno": Check(lambda value: value in "01", "AI ({ai}): it is neither 0 nor 1: {value}"),
    "hyphen": Check(lambda value: value == "-", "AI ({ai}): it is not a minus sign: {value}"),
    "importeridx": Check(
        lambda value: re.fullmatch(r"[-0-9A-Z_a-z]", value), "AI ({ai}): it is not an importer index: {value}"
    ),
    "mediatype": Check(_is_media_type, "AI ({ai}): it is not a media type: {value}"),
    "nonzero": Check(lambda value: value.strip("0"), "AI ({ai}): it is zero: {value}"),
    "zero": Check(lambda value: not value.strip("0"), "AI ({ai}): it is not zero: {value}"),
    "winding": Check(lambda value: value in "019", "AI ({ai}): it is not one of 0, 1, 9: {value}"),
    "pieceoftotal": Check(_is_piece_of_total, "AI ({ai}): the piece is not one of the total: {value}"),
    "posinseqslash": Check(_is_place_in_birth, "AI ({ai}): it is not a place in a sequence, such as 1/2: {value}"),
    "nozeroprefix": Check(lambda value: value[0] != "0", "AI ({ai}): it begins with zero: {value}"),
    "hasnondigit": Check(lambda value: not value.isdigit(), "AI ({ai}): it has only digits: {value}"),
    "iban": Check(_is_iban, "AI ({ai}): it is not an account number (IBAN): {value}"),
    "packagetype": Check(_is_listed("packagetype"), "AI ({ai}): it is not a package type: {value}"),
    "couponcode": Check(lambda value: check_coupon(value, _is_day), "AI ({ai}): it is not a coupon code: {value}"),
    "couponposoffer": Check(check_offer, "AI ({ai}): it is not a coupon code: {value}"),
}
"""Every rule by the name that the table of AIs gives it."""
