"""What a reader is told: the read models that the projection answers with and every page, command and export shows.

Each value here is finished for a reader: times are aware datetimes in UTC, quantities are exact decimals with a
UN/CEFACT Recommendation 20 unit, and each fact says who vouches for it and how late it was entered. Nothing in this
module computes; `projection.queries` fills these values in from derived tables, and pages only lay them out. Links are
paths on this site (`/01/...`, `/p/...`), URIs are canonical and the same everywhere.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from traceability.domain.stamp_life import Span, StampLife
from traceability.domain.standing import Standing
from traceability.domain.verdicts import Verdict
from traceability.domain.vouching import Vouch

__all__ = [
    "Anchor",
    "Bilingual",
    "CertificateView",
    "FieldView",
    "Freshness",
    "IngredientView",
    "KeyView",
    "LineageNode",
    "LotSummary",
    "LotTrace",
    "MissingView",
    "PartyView",
    "PictureView",
    "ProductView",
    "QuantityView",
    "RatingView",
    "RecallView",
    "SearchResults",
    "StampRunView",
    "StampView",
    "Standing",
    "TimelineEntry",
    "Verdict",
    "Vouch",
]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of the record in Vietnamese and, where somebody wrote it, English."""

    vi: str
    en: str = ""

    def in_language(self, language: str) -> str:
        """Return the text in `language` ("vi" or "en"), falling back to Vietnamese."""
        return self.en if language == "en" and self.en else self.vi

    def __str__(self) -> str:
        """Return the text as an English sentence would quote it."""
        return self.in_language("en")


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture: its bytes are served from `/media/{digest}`.

    `intact` is False when the bytes do not match the commitment on chain.
    """

    digest: str
    media_type: str
    alt: Bilingual
    intact: bool = True


@dataclass(frozen=True, slots=True)
class PartyView:
    """A participant as the public may see it. Erased names show as the code."""

    number: int
    uri: str
    code: str
    name: str
    kind: str
    """cooperative, household, company, inspectorate or operator."""
    address: str
    """Today's address: line, commune, province."""
    printed_address: str
    """The address as printed before July 2025, or empty."""
    commune_code: str
    gln: str
    capacities: int
    key_held_by_service: bool
    """True when this service holds the signing key (shown on pages)."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where on the chain a record stands, so that anyone can check it."""

    block_number: int
    block_hash: str
    transaction_hash: str
    log_index: int
    sequence: int
    """Place in the subject's history, from 1."""
    head: str
    """Head of the subject's history after this record, 48 hexadecimal digits."""
    signer: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One measured or stated value of a stage."""

    key: str
    label: Bilingual
    value: str
    unit: str = ""
    warning: Bilingual | None = None
    """Set when the value crosses a hazard limit of the stage template."""
    words: Bilingual | None = None
    """The value in words, for a choice: show this instead of `value`."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One record in the story of a lot, oldest first on pages."""

    event_id: str
    lot_uri: str
    lot_path: str
    kind: str
    """Name of the touch kind in lower case: register, observe, produce, ship, ..."""
    event_type: str
    biz_step: str
    stage: str
    """Key of the stage template, or empty."""
    title: Bilingual
    event_time: datetime
    recorded_at: datetime
    late_by: timedelta | None
    """Set when the record was entered later than the stage allows."""
    vouch: Vouch
    by: PartyView
    place: str
    fields: tuple[FieldView, ...]
    note: str
    """Free text kept off chain; empty when there is none or it was erased."""
    note_erased: bool
    note_intact: bool
    pictures: tuple[PictureView, ...]
    corrected_by: str
    """Event id of the error declaration that withdraws this record, or empty."""
    error_reason: str
    """Set on an error declaration: why."""
    anchor: Anchor
    inputs: tuple[str, ...] = ()
    """Paths of input lots of a transformation."""
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RatingView:
    """An OCOP rating, with its standing on the day the page was made."""

    stars: int
    standing: Standing
    issuer: str
    decision_number: str
    decision_date: date
    certificate_number: str
    valid_until: date
    revoked_reason: str
    by: PartyView
    recorded_at: datetime
    event_id: str
    vouch: Vouch = Vouch.INSPECTED
    """`RECORDED` where the producer stated it without an inspector: such stars are never shown as a rating."""


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate of a product or a participant."""

    kind: str
    title: Bilingual
    issuer: str
    number: str
    scope: str
    valid_from: date
    valid_to: date | None
    standing: Standing
    vouch: Vouch
    by: PartyView
    recorded_at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product's master data."""

    uri: str
    path: str
    gtin: str
    """14 digits, or empty."""
    code: str
    """In-house code, or empty."""
    name: Bilingual
    description: Bilingual
    family: str
    """Key of the stage family."""
    sector: str
    """One of the six OCOP sectors."""
    unit: str
    """Base unit of its lots: GRM, MLT or H87."""
    shelf_life_days: int | None
    brand: str
    net_content: str
    standard: str
    is_material: bool
    """A raw material rather than goods for sale."""
    producer: PartyView
    pictures: tuple[PictureView, ...]
    retired: bool
    ratings: tuple[RatingView, ...] = ()
    certificates: tuple[CertificateView, ...] = ()


@dataclass(frozen=True, slots=True)
class QuantityView:
    """An exact amount for reading."""

    amount: Decimal
    unit: str
    """UN/CEFACT Recommendation 20 code chosen for reading: KGM for 1,000 GRM and so on."""


@dataclass(frozen=True, slots=True)
class RecallView:
    """A recall of a lot, or of a lot it was made from."""

    lot_uri: str
    lot_path: str
    product_name: Bilingual
    reason: str
    """Key of the reason (chemical, microbial, foreign_body, label, counterfeit, other)."""
    note: str
    by: PartyView
    at: datetime
    lifted_at: datetime | None
    direct: bool
    """False when the recalled lot is an ancestor of the one shown."""
    confirmed: bool = True
    """False while the recall is signed but not on the chain yet; it counts from the moment it is signed."""


@dataclass(frozen=True, slots=True)
class LotSummary:
    """A lot in a list."""

    uri: str
    path: str
    lot_number: str
    product_uri: str
    product_path: str
    product_name: Bilingual
    custodian: PartyView
    status: str
    """open, in_transit, recalled, recalled_source (an ancestor is recalled), retired or pending."""
    declared: QuantityView
    left: QuantityView
    stamped: int
    produced_at: datetime | None
    expires_on: date | None
    receiver: PartyView | None
    genuine: bool = True
    """False where the product's custodian did not make it: it is not shown as a lot of that product."""


@dataclass(frozen=True, slots=True)
class IngredientView:
    """A lot this one was made from, one step back, with its own story in short."""

    lot: LotSummary
    quantity: QuantityView
    entries: tuple[TimelineEntry, ...] = ()
    ingredients: tuple["IngredientView", ...] = ()


@dataclass(frozen=True, slots=True)
class MissingView:
    """An element that the legal profile asks for and nobody has recorded."""

    key: str
    label: Bilingual
    profile: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a page's data is."""

    projected_block: int
    projected_at: datetime
    """Time of the newest block that the projection has read."""
    checked_at: datetime | None
    """When the indexer last heard from the chain."""


@dataclass(frozen=True, slots=True)
class LotTrace:
    """Everything a lot's page tells."""

    lot: LotSummary
    product: ProductView
    producer: PartyView
    verdict: Verdict
    recalls: tuple[RecallView, ...]
    rating: RatingView | None
    """The newest rating, whatever its standing."""
    certificates: tuple[CertificateView, ...]
    timeline: tuple[TimelineEntry, ...]
    ingredients: tuple[IngredientView, ...]
    missing: tuple[MissingView, ...]
    profile: str
    freshness: Freshness
    head: str
    sequence: int
    runs: tuple["StampRunView", ...] = ()


@dataclass(frozen=True, slots=True)
class StampRunView:
    """A run of stamps of one lot."""

    lot_uri: str
    number: int
    count: int
    root: str
    issued_at: datetime
    life: StampLife
    """What became of which stamps."""
    ready: int
    """How many stamps of the run can be scanned already: `count` once all serials have been brought back."""

    @property
    def activated(self) -> int:
        """Return how many stamps count as genuine."""
        return self.life.activated


@dataclass(frozen=True, slots=True)
class StampView:
    """One stamp as the scan page needs it; `trace` is None for an unknown stamp."""

    verdict: Verdict
    serial: str
    path: str
    run: int
    index: int
    span: Span | None
    """What the chain says of it and its neighbours; None for an unknown stamp."""
    trace: LotTrace | None

    @property
    def activated_at(self) -> datetime | None:
        """Return when it was said to be on goods."""
        return self.span.activated_at if self.span else None


@dataclass(frozen=True, slots=True)
class LineageNode:
    """A lot in a lineage, `depth` steps from where the walk began."""

    lot: LotSummary
    depth: int
    quantity: QuantityView | None
    parents: tuple[str, ...] = field(default_factory=tuple)
    """URIs of the lots that lead here, one step nearer to the start."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search found, best first."""

    lots: tuple[LotSummary, ...]
    products: tuple[ProductView, ...]
    parties: tuple[PartyView, ...]


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key that speaks, or spoke, for a participant."""

    address: str
    participant: int
    from_block: int
    until_block: int | None
    held_by_service: bool
