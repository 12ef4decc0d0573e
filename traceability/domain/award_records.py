"""What others say of a product or participant: OCOP ratings, certificates, their revocation, inspectors' findings.

They stand on the product's or participant's own history, signed by who grants them, so that a shopper is told the
author of each and can see that none was left out. Ratings and certificates are `gs1:CertificationDetails` of the
GS1 Web Vocabulary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

from traceability.domain.members import (
    Commitments,
    get_count,
    get_day,
    get_text,
    read_commitments,
    said,
    write_commitments,
)

CERTIFICATION: Final = "gs1:CertificationDetails"
"""GS1 Web Vocabulary class of ratings and certificates."""

OCOP_RATING: Final = "ocop_rating"
"""`ocop:kind` that tells a rating from a certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRecord:
    """An OCOP rating: a decision gives a product 3 to 5 stars from one day to another (both included)."""

    TYPE: ClassVar[str] = CERTIFICATION

    stars: int
    issuer: str
    decision_number: str
    decision_date: date
    valid_from: date
    valid_to: date
    certificate_number: str = ""

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values, without what is not said."""
        return said(
            {
                "type": self.TYPE,
                "ocop:kind": OCOP_RATING,
                "ocop:stars": self.stars,
                "gs1:certificationAgency": self.issuer,
                "ocop:decisionNumber": self.decision_number,
                "ocop:decisionDate": self.decision_date.isoformat(),
                "gs1:certificationIdentification": self.certificate_number or None,
                "gs1:certificationStartDate": self.valid_from.isoformat(),
                "gs1:certificationEndDate": self.valid_to.isoformat(),
            }
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "RatingRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(
            stars=get_count(document, "ocop:stars"),
            issuer=get_text(document, "gs1:certificationAgency"),
            decision_number=get_text(document, "ocop:decisionNumber"),
            decision_date=get_day(document, "ocop:decisionDate"),
            valid_from=get_day(document, "gs1:certificationStartDate"),
            valid_to=get_day(document, "gs1:certificationEndDate"),
            certificate_number=get_text(document, "gs1:certificationIdentification"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRecord:
    """A certificate of a product or participant; its number is opaque text."""

    TYPE: ClassVar[str] = CERTIFICATION

    kind: str
    """vietgap, globalgap, organic, gi, trade_mark, growing_area or laboratory_test."""
    issuer: str
    number: str
    scope: str
    valid_from: date
    valid_to: date | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values, without what is not said."""
        return said(
            {
                "type": self.TYPE,
                "ocop:kind": self.kind,
                "gs1:certificationAgency": self.issuer,
                "gs1:certificationIdentification": self.number,
                "ocop:scope": self.scope,
                "gs1:certificationStartDate": self.valid_from.isoformat(),
                "gs1:certificationEndDate": self.valid_to.isoformat() if self.valid_to else None,
            }
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "CertificateRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(
            kind=get_text(document, "ocop:kind"),
            issuer=get_text(document, "gs1:certificationAgency"),
            number=get_text(document, "gs1:certificationIdentification"),
            scope=get_text(document, "ocop:scope"),
            valid_from=get_day(document, "gs1:certificationStartDate"),
            valid_to=get_day(document, "gs1:certificationEndDate") if "gs1:certificationEndDate" in document else None,
        )


@dataclass(frozen=True, slots=True)
class RevocationRecord:
    """A rating or certificate ends before its time; the reason is the commitment `note`."""

    TYPE: ClassVar[str] = "ocop:Revocation"

    of: str
    """`ni:///sha-256;...` of the document that is revoked."""
    commitments: Commitments = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values."""
        return {"type": self.TYPE, "ocop:of": self.of, "ocop:commitments": write_commitments(self.commitments)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "RevocationRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(get_text(document, "ocop:of"), read_commitments(document))


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """What an inspector found about a product or a participant; the words are the commitment `note`."""

    TYPE: ClassVar[str] = "ocop:Finding"

    outcome: str
    """conforms, does_not_conform or noted."""
    commitments: Commitments = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values."""
        return {
            "type": self.TYPE,
            "ocop:outcome": self.outcome,
            "ocop:commitments": write_commitments(self.commitments),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "FindingRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(get_text(document, "ocop:outcome"), read_commitments(document))
