"""Every kind of document that a submission carries, as typed values that can be written and read back.

The services build these values and write them with `to_document`; the projection and the verifier read the same
documents from the chain with `read`. Lots speak in EPCIS events (`EventRecord`); products and participants in the
GS1 Web Vocabulary; stamps, ratings' ends, findings and retirements in short documents of our own whose type begins
with `ocop:`. A document from the chain was written by anybody, so readers trust nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

from traceability.domain.award_records import (
    CERTIFICATION,
    OCOP_RATING,
    CertificateRecord,
    FindingRecord,
    RatingRecord,
    RevocationRecord,
)
from traceability.domain.epcis import EVENT_TYPES
from traceability.domain.event_records import (
    OBJECT,
    TRANSFORMATION,
    ErrorDeclaration,
    EventRecord,
    LotAmount,
    Reading,
)
from traceability.domain.journal_records import JournalRecord
from traceability.domain.link_records import LinkRecord, LinkWithdrawalRecord
from traceability.domain.members import (
    Commitments,
    get_count,
    get_optional,
    get_text,
    read_bilingual,
    read_commitments,
    said,
    write_bilingual,
    write_commitments,
)
from traceability.domain.stamp_records import StampMarkRecord, StampRunRecord
from traceability.domain.views import Bilingual
from traceability.errors import InvalidInputError

__all__ = [
    "OBJECT",
    "TRANSFORMATION",
    "CertificateRecord",
    "Commitments",
    "ErrorDeclaration",
    "EventRecord",
    "FindingRecord",
    "JournalRecord",
    "LinkRecord",
    "LinkWithdrawalRecord",
    "LotAmount",
    "ParticipantRecord",
    "ProductRecord",
    "RatingRecord",
    "Reading",
    "Record",
    "RetirementRecord",
    "RevocationRecord",
    "StampMarkRecord",
    "StampRunRecord",
    "read",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRecord:
    """Master data of a product. In a revision None means: as before."""

    TYPE: ClassVar[str] = "gs1:Product"

    uri: str
    gtin: str | None = None
    """14 digits, or None for a product with an in-house code."""
    name: Bilingual | None = None
    description: Bilingual | None = None
    family: str | None = None
    sector: str | None = None
    unit: str | None = None
    """Base unit of its lots: GRM, MLT or H87."""
    shelf_life_days: int | None = None
    brand: str | None = None
    net_content: str | None = None
    standard: str | None = None
    is_material: bool | None = None
    commitments: Commitments = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values, without what is not said."""
        return said(
            {
                "type": self.TYPE,
                "id": self.uri,
                "gs1:gtin": self.gtin,
                "gs1:productName": write_bilingual(self.name),
                "gs1:productDescription": write_bilingual(self.description),
                "ocop:family": self.family,
                "ocop:sector": self.sector,
                "ocop:unit": self.unit,
                "ocop:shelfLifeDays": self.shelf_life_days,
                "gs1:brandName": self.brand,
                "gs1:netContent": self.net_content,
                "ocop:standard": self.standard,
                "ocop:isMaterial": self.is_material,
                "ocop:commitments": write_commitments(self.commitments) or None,
            }
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ProductRecord":
        """Read it back. Raises InvalidInputError."""
        material = document.get("ocop:isMaterial")
        return cls(
            uri=get_text(document, "id"),
            gtin=get_optional(document, "gs1:gtin"),
            name=read_bilingual(document, "gs1:productName"),
            description=read_bilingual(document, "gs1:productDescription"),
            family=get_optional(document, "ocop:family"),
            sector=get_optional(document, "ocop:sector"),
            unit=get_optional(document, "ocop:unit"),
            shelf_life_days=get_count(document, "ocop:shelfLifeDays") if "ocop:shelfLifeDays" in document else None,
            brand=get_optional(document, "gs1:brandName"),
            net_content=get_optional(document, "gs1:netContent"),
            standard=get_optional(document, "ocop:standard"),
            is_material=material if isinstance(material, bool) else None,
            commitments=read_commitments(document),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRecord:
    """Admission of a participant. Everything that may be personal is a commitment.

    Labels: name, address, communeCode, printedAddress, phone.
    """

    TYPE: ClassVar[str] = "gs1:Organization"

    uri: str
    kind: str
    """cooperative, household, company, inspectorate or operator."""
    gln: str | None = None
    commitments: Commitments = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values, without what is not said."""
        return said(
            {
                "type": self.TYPE,
                "id": self.uri,
                "ocop:kind": self.kind,
                "gs1:globalLocationNumber": self.gln,
                "ocop:commitments": write_commitments(self.commitments) or None,
            }
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ParticipantRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(
            uri=get_text(document, "id"),
            kind=get_text(document, "ocop:kind"),
            gln=get_optional(document, "gs1:globalLocationNumber"),
            commitments=read_commitments(document),
        )


@dataclass(frozen=True, slots=True)
class RetirementRecord:
    """A subject is closed for ever; the reason is the commitment `note`."""

    TYPE: ClassVar[str] = "ocop:Retirement"

    commitments: Commitments = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values."""
        return {"type": self.TYPE, "ocop:commitments": write_commitments(self.commitments)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "RetirementRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(read_commitments(document))


Record = (
    EventRecord
    | ProductRecord
    | ParticipantRecord
    | StampRunRecord
    | StampMarkRecord
    | RatingRecord
    | CertificateRecord
    | RevocationRecord
    | LinkRecord
    | LinkWithdrawalRecord
    | JournalRecord
    | FindingRecord
    | RetirementRecord
)
"""Whatever a document says."""

_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Record]]] = MappingProxyType(
    {
        **dict.fromkeys(EVENT_TYPES, EventRecord.from_document),
        ProductRecord.TYPE: ProductRecord.from_document,
        ParticipantRecord.TYPE: ParticipantRecord.from_document,
        StampRunRecord.TYPE: StampRunRecord.from_document,
        **dict.fromkeys(StampMarkRecord.TYPES, StampMarkRecord.from_document),
        RevocationRecord.TYPE: RevocationRecord.from_document,
        LinkRecord.TYPE: LinkRecord.from_document,
        LinkWithdrawalRecord.TYPE: LinkWithdrawalRecord.from_document,
        JournalRecord.TYPE: JournalRecord.from_document,
        FindingRecord.TYPE: FindingRecord.from_document,
        RetirementRecord.TYPE: RetirementRecord.from_document,
    }
)


def read(document: Mapping[str, Any]) -> Record:
    """Return what a document from the chain says.

    Raises:
        InvalidInputError: its type is none of ours, or a member cannot be understood; `field` names it.
    """
    kind = get_text(document, "type")
    if kind == CERTIFICATION:
        rating = get_text(document, "ocop:kind") == OCOP_RATING
        return RatingRecord.from_document(document) if rating else CertificateRecord.from_document(document)
    reader = _READERS.get(kind)
    if reader is None:
        raise InvalidInputError("No document of type {kind} belongs here.", field="type", kind=kind or "-")
    return reader(document)
