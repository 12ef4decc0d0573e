"""OCOP, "each commune one product": sectors, stars, and how long a rating holds.

Decision 26/2026/QD-TTg (after Decision 148/2023): the province decides on 3 and 4 stars, the centre on 5, and a rating
is valid for 36 months. There is no published form of certificate numbers, so numbers are opaque text.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from traceability.domain.standing import Standing, standing_on
from traceability.errors import InvalidInputError

VALID_MONTHS: Final = 36
"""How long a rating is valid unless the decision says otherwise."""

STARS: Final = (3, 4, 5)


class Sector(Enum):
    """The six OCOP sectors, with what they are called in Vietnamese and English."""

    FOOD = ("food", "Thực phẩm", "Food")
    DRINKS = ("drinks", "Đồ uống", "Drinks")
    HERBS = ("herbs", "Dược liệu và sản phẩm từ dược liệu", "Herbs and herbal goods")
    HANDICRAFTS = ("handicrafts", "Thủ công mỹ nghệ", "Handicrafts")
    PLANTS = ("plants", "Sinh vật cảnh", "Ornamental plants")
    TOURISM = ("tourism", "Dịch vụ du lịch cộng đồng, du lịch sinh thái và điểm du lịch", "Rural tourism services")

    def __init__(self, key: str, vi: str, en: str) -> None:
        self.key = key
        self.vi = vi
        self.en = en

    @classmethod
    def of(cls, key: str) -> "Sector":
        """Return the sector of a key. Raises InvalidInputError when there is none."""
        for sector in cls:
            if sector.key == key:
                return sector
        raise InvalidInputError("{key} is not one of the six OCOP sectors.", field="sector", key=key)


@dataclass(frozen=True, slots=True)
class Rating:
    """A decision that gives a product its stars.

    Args:
        stars: 3, 4 or 5.
        issuer: who decided, such as "UBND tỉnh Thanh Hóa".
        decision_number: as printed, such as `715/QĐ-UBND`.
        decision_date: the day of the decision; the rating holds from then on.
        valid_until: the last day on which it holds.
        certificate_number: as printed, or empty.
        revoked: it was taken back.

    Raises:
        InvalidInputError: the stars are not 3 to 5, a name or number is missing, or it ends before it begins.
    """

    stars: int
    issuer: str
    decision_number: str
    decision_date: date
    valid_until: date
    certificate_number: str = ""
    revoked: bool = False

    def __post_init__(self) -> None:
        """Refuse what no decision says."""
        if self.stars not in STARS:
            template = "OCOP gives 3, 4 or 5 stars, not {stars}."
            raise InvalidInputError(template, field="stars", stars=self.stars)
        for name in ("issuer", "decision_number"):
            if not getattr(self, name).strip():
                raise InvalidInputError("Say who decided, and under which number.", field=name)
        if self.valid_until < self.decision_date:
            raise InvalidInputError("The rating would end before it begins.", field="valid_until")

    @classmethod
    def decided(
        cls, stars: int, issuer: str, decision_number: str, decision_date: date, *, certificate_number: str = ""
    ) -> "Rating":
        """Return a rating that holds for the usual 36 months."""
        until = add_months(decision_date, VALID_MONTHS)
        return cls(stars, issuer, decision_number, decision_date, until, certificate_number)

    def standing(self, on: date) -> Standing:
        """Return whether the rating counts on a day."""
        return standing_on(on, self.decision_date, self.valid_until, revoked=self.revoked)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def current_rating(ratings: Iterable[Rating], on: date) -> Rating | None:
    """Return the rating to show on a day: the newest that is valid, else the newest that has begun, else None."""
    begun = sorted((one for one in ratings if one.decision_date <= on), key=lambda one: one.decision_date)
    valid = [one for one in begun if one.standing(on) is Standing.VALID]
    best = valid or begun
    return best[-1] if best else None
