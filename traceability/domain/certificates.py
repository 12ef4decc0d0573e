"""Certificates of products, farms and laboratories: who issued what, for which scope, and until when.

Numbers are opaque text, since their issuers publish no form for them. A certificate says nothing by itself: who
recorded it (the producer or an inspector) is shown beside it.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from traceability.domain.standing import Standing, standing_on
from traceability.errors import InvalidInputError


class CertificateKind(Enum):
    """What is certified, with what it is called in Vietnamese and English."""

    VIETGAP = ("vietgap", "VietGAP", "VietGAP")
    GLOBALGAP = ("globalgap", "GlobalG.A.P.", "GlobalG.A.P.")
    ORGANIC = ("organic", "Hữu cơ", "Organic")
    GEOGRAPHICAL_INDICATION = ("gi", "Chỉ dẫn địa lý", "Geographical indication")
    TRADE_MARK = ("trade_mark", "Nhãn hiệu", "Trade mark")
    GROWING_AREA = ("growing_area", "Mã số vùng trồng", "Growing-area code")
    FOOD_SAFETY = ("food_safety", "Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", "Food-safety certificate")
    SELF_DECLARATION = ("self_declaration", "Bản tự công bố sản phẩm", "Product self-declaration")
    LABORATORY = ("laboratory_test", "Phiếu kết quả thử nghiệm", "Laboratory test")
    OTHER = ("other", "Chứng nhận khác", "Other certificate")

    def __init__(self, key: str, vi: str, en: str) -> None:
        self.key = key
        self.vi = vi
        self.en = en

    @classmethod
    def of(cls, key: str) -> "CertificateKind":
        """Return the kind of a key. Raises InvalidInputError when there is none."""
        for kind in cls:
            if kind.key == key:
                return kind
        raise InvalidInputError("{key} is not a kind of certificate known here.", field="kind", key=key)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as printed.

    Args:
        kind: what it certifies.
        issuer: who issued it.
        number: opaque text.
        scope: what it covers, such as products, an area or a test.
        valid_from: first day.
        valid_to: last day, or None where it has no end.
        revoked: it was taken back.

    Raises:
        InvalidInputError: issuer or number is missing, or it ends before it begins.
    """

    kind: CertificateKind
    issuer: str
    number: str
    scope: str
    valid_from: date
    valid_to: date | None = None
    revoked: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no certificate."""
        for name in ("issuer", "number"):
            if not getattr(self, name).strip():
                raise InvalidInputError("Say who issued the certificate, and its number.", field=name)
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise InvalidInputError("The certificate would end before it begins.", field="valid_to")

    def standing(self, on: date) -> Standing:
        """Return whether the certificate counts on a day."""
        return standing_on(on, self.valid_from, self.valid_to, revoked=self.revoked)
