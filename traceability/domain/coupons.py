"""Coupon codes of North America (AIs 8110 and 8112): digits that say how long the fields behind them are.

A reader walks along the digits and takes fields, most of them behind a digit that gives their length (GS1 General
Specifications, 3.8.1 and 3.8.4; GS1 US Coupon Application Standard). Coupons have no place in our trade; they are here
because a link that carries one is a good or a bad link, and we say which.
"""

from collections.abc import Callable
from typing import TypeAlias

IsDay: TypeAlias = Callable[[str], bool]
"""Tells whether six digits are a date (YYMMDD)."""

_PREFIX = 6
"""Digits of the shortest company prefix, and of the shortest serial number: a length digit counts from here."""


class _FaultError(ValueError):
    """What is wrong, in words; it never leaves this module."""


class _Digits:
    """Takes fields from the front of a text of digits. Raises _FaultError."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def take(self, count: int, name: str) -> str:
        """Return the next digits."""
        if len(self.rest) < count:
            raise _FaultError(f"its {name} is cut off")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def one_of(self, allowed: str, name: str) -> int:
        """Return the next digit, which must be one of some."""
        digit = self.take(1, name)
        if digit not in allowed:
            raise _FaultError(f"its {name} is {digit}, which it cannot be")
        return int(digit)

    def sized(self, lengths: str, name: str, *, more: int = 0) -> str:
        """Return a field behind its length digit, which must be one of some and counts from `more`."""
        return self.take(self.one_of(lengths, f"length of the {name}") + more, name)

    def begins(self, digit: str) -> bool:
        """Take the digit that opens an optional part, where it stands here."""
        if not self.rest.startswith(digit):
            return False
        self.rest = self.rest[1:]
        return True


def coupon_fault(value: str, is_day: IsDay) -> str | None:
    """Return what is wrong with a value of AI 8110, or None. `is_day` knows the calendar."""
    return _fault(lambda: _coupon(_of_digits(value), is_day))


def offer_fault(value: str) -> str | None:
    """Return what is wrong with a value of AI 8112, or None."""
    return _fault(lambda: _offer(_of_digits(value)))


def _fault(read: Callable[[], None]) -> str | None:
    try:
        read()
    except _FaultError as fault:
        return str(fault)
    return None


def _coupon(digits: _Digits, is_day: IsDay) -> None:
    digits.sized("0123456", "company prefix", more=_PREFIX)
    digits.take(6, "offer code")
    digits.sized("12345", "save value")
    _purchase(digits, "first purchase", company=False)
    if digits.begins("1"):
        digits.one_of("0123", "rule for further purchases")
        _purchase(digits, "second purchase")
    if digits.begins("2"):
        _purchase(digits, "third purchase")
    _dates(digits, is_day)
    if digits.begins("5"):
        digits.sized("0123456789", "serial number", more=_PREFIX)
    if digits.begins("6"):
        digits.sized("1234567", "retailer", more=_PREFIX)
    if digits.begins("9"):
        for allowed, name in (("01256", "save value code"), ("012", "item"), ("0123456789", "store flag")):
            digits.one_of(allowed, name)
        digits.one_of("01", "flag against doubling")
    _end(digits)


def _offer(digits: _Digits) -> None:
    digits.one_of("01", "format")
    digits.sized("0123456", "funder", more=_PREFIX)
    digits.take(6, "offer code")
    digits.sized("0123456789", "serial number", more=_PREFIX)
    _end(digits)


def _of_digits(value: str) -> _Digits:
    if not (value.isascii() and value.isdigit()):
        raise _FaultError("it holds something other than digits")
    return _Digits(value)


def _purchase(digits: _Digits, name: str, *, company: bool = True) -> None:
    """Take what has to be bought: how much, of which unit, from which family, and perhaps from which company."""
    digits.sized("12345", name)
    digits.one_of("012349", f"unit of the {name}")
    digits.take(3, f"family of the {name}")
    if company:
        length = digits.one_of("01234569", f"length of the company prefix of the {name}")
        digits.take(0 if length == _NO_COMPANY else length + _PREFIX, f"company prefix of the {name}")


_NO_COMPANY = 9
"""The length digit that says that the purchase is of the same company."""


def _dates(digits: _Digits, is_day: IsDay) -> None:
    """Take the last day and the first day; the first may not come after the last."""
    last = digits.take(6, "last day") if digits.begins("3") else None
    first = digits.take(6, "first day") if digits.begins("4") else None
    for day in (last, first):
        if day is not None and not is_day(day):
            raise _FaultError(f"{day} is not a date")
    if last is not None and first is not None and first > last:
        raise _FaultError(f"it begins on {first} and ends on {last}, before that")


def _end(digits: _Digits) -> None:
    if digits.rest:
        raise _FaultError(f"{digits.rest} stands behind its end")
