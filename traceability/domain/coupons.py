"""Coupon codes of North America (AIs 8110 and 8112): digits that say how long the fields behind them are.

A reader walks along the digits and takes fields, most of them behind a digit that gives their length (GS1 General
Specifications, 3.8.1 and 3.8.4; GS1 US Coupon Application Standard). Coupons have no place in our trade; they are here
because a link that carries one is a good or a bad link, and we say which.
"""

from collections.abc import Callable
from typing import TypeAlias

from traceability.errors import InvalidIdentifierError

IsDay: TypeAlias = Callable[[str], bool]
"""Tells whether six digits are a date (YYMMDD)."""

_PREFIX = 6
"""Digits of the shortest company prefix, and of the shortest serial number: a length digit counts from here."""


class _Digits:
    """Takes fields from the front of a text of digits; refusals say at which digit, counted from 1."""

    def __init__(self, ai: str, text: str) -> None:
        self._whole = self.rest = text
        self.facts = {"field": "link", "ai": ai, "value": text}
        if text and not (text.isascii() and text.isdigit()):
            raise InvalidIdentifierError(
                "AI ({ai}): the coupon code holds something other than digits: {value}", **self.facts
            )

    @property
    def place(self) -> int:
        """Return the place of the next digit."""
        return len(self._whole) - len(self.rest) + 1

    def take(self, count: int) -> str:
        """Return the next digits."""
        if len(self.rest) < count:
            raise InvalidIdentifierError(
                "AI ({ai}): the coupon code is cut off in the field from digit {place} on: {value}",
                place=self.place,
                **self.facts,
            )
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def one_of(self, allowed: str) -> int:
        """Return the next digit, which must be one of some."""
        place, digit = self.place, self.take(1)
        if digit not in allowed:
            raise InvalidIdentifierError(
                "AI ({ai}): digit {place} of the coupon code is {digit}, which it cannot be: {value}",
                place=place,
                digit=digit,
                **self.facts,
            )
        return int(digit)

    def sized(self, lengths: str, *, more: int = 0) -> str:
        """Return a field behind its length digit, which must be one of some and counts from `more`."""
        return self.take(self.one_of(lengths) + more)

    def begins(self, digit: str) -> bool:
        """Take the digit that opens an optional part, where it stands here."""
        if not self.rest.startswith(digit):
            return False
        self.rest = self.rest[1:]
        return True

    def end(self) -> bool:
        """Return True where nothing is left."""
        if self.rest:
            raise InvalidIdentifierError(
                "AI ({ai}): {rest} stands behind the end of the coupon code: {value}", rest=self.rest, **self.facts
            )
        return True


def check_coupon(value: str, is_day: IsDay) -> bool:
    """Return True for a value of AI 8110; `is_day` knows the calendar. Raises InvalidIdentifierError."""
    digits = _Digits("8110", value)
    digits.sized("0123456", more=_PREFIX)  # company prefix
    digits.take(6)  # offer code
    digits.sized("12345")  # save value
    _purchase(digits, company=False)
    if digits.begins("1"):
        digits.one_of("0123")  # rule for further purchases
        _purchase(digits)
    if digits.begins("2"):
        _purchase(digits)
    _dates(digits, is_day)
    if digits.begins("5"):
        digits.sized("0123456789", more=_PREFIX)  # serial number
    if digits.begins("6"):
        digits.sized("1234567", more=_PREFIX)  # retailer
    if digits.begins("9"):
        # save value code, item that it is for, store flag, flag against doubling
        for allowed in ("01256", "012", "0123456789", "01"):
            digits.one_of(allowed)
    return digits.end()


def check_offer(value: str) -> bool:
    """Return True for a value of AI 8112. Raises InvalidIdentifierError."""
    digits = _Digits("8112", value)
    digits.one_of("01")  # format
    digits.sized("0123456", more=_PREFIX)  # funder
    digits.take(6)  # offer code
    digits.sized("0123456789", more=_PREFIX)  # serial number
    return digits.end()


def _purchase(digits: _Digits, *, company: bool = True) -> None:
    """Take what has to be bought: how much, of which unit, from which family, and perhaps from which company."""
    digits.sized("12345")
    digits.one_of("012349")
    digits.take(3)
    if company:
        length = digits.one_of("01234569")
        digits.take(0 if length == _NO_COMPANY else length + _PREFIX)


_NO_COMPANY = 9
"""The length digit that says that the purchase is of the same company."""


def _dates(digits: _Digits, is_day: IsDay) -> None:
    """Take the last day and the first day; the first may not come after the last."""
    last = digits.take(6) if digits.begins("3") else None
    first = digits.take(6) if digits.begins("4") else None
    for day in (last, first):
        if day is not None and not is_day(day):
            raise InvalidIdentifierError(
                "AI ({ai}): {day} in the coupon code is not a date: {value}", day=day, **digits.facts
            )
    if last is not None and first is not None and first > last:
        raise InvalidIdentifierError(
            "AI ({ai}): the coupon begins on {first} and ends on {last}, before that: {value}",
            first=first,
            last=last,
            **digits.facts,
        )
