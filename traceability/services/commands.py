"""What callers may ask for: one frozen value for each use case that writes.

A command holds what was typed, as text: the service that takes it parses every field at the edge and refuses with an
error that names the field, before anything is signed or stored. `key` is the caller's idempotency key (a UUID made with
the form): the same key twice lands once. Lots, products and participants are named by canonical URI or by path on this
site. Times are ISO 8601; one without an offset is read as UTC+7.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from traceability.services.stamp_commands import (
    ActivateStamps,
    IssueStamps,
    PrintStamps,
    RestoreStamps,
    VoidStamps,
)

__all__ = [
    "ActivateStamps",
    "Actor",
    "AddKey",
    "AdmitParticipant",
    "AggregateLots",
    "CreateAccount",
    "DeclareError",
    "DeclareLink",
    "GrantCertificate",
    "GrantRating",
    "InputLine",
    "IssueStamps",
    "LiftRecall",
    "Outcome",
    "OutputLine",
    "PrintStamps",
    "Recall",
    "ReceiveLot",
    "RecordFinding",
    "RecordStage",
    "RegisterLot",
    "RegisterProduct",
    "RestoreStamps",
    "Retire",
    "ReviseProduct",
    "RevokeAward",
    "RevokeKey",
    "ShipLot",
    "SplitLot",
    "Transform",
    "Upload",
    "VoidStamps",
    "WithdrawLink",
]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent; nothing about it is trusted."""

    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class RegisterProduct:
    """Put a product's master data on record. Without a GTIN the product gets an in-house code."""

    key: str
    name_vi: str
    name_en: str = ""
    gtin: str = ""
    family: str = "generic"
    sector: str = "food"
    unit: str = "GRM"
    description_vi: str = ""
    description_en: str = ""
    shelf_life_days: str = ""
    brand: str = ""
    net_content: str = ""
    standard: str = ""
    is_material: bool = False
    pictures: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviseProduct:
    """Put newer master data on the same product's history; empty fields keep what is there."""

    key: str
    product: str
    name_vi: str = ""
    name_en: str = ""
    description_vi: str = ""
    description_en: str = ""
    shelf_life_days: str = ""
    brand: str = ""
    net_content: str = ""
    standard: str = ""
    pictures: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterLot:
    """Declare a lot that comes from nowhere in this system: a harvest, a catch, a purchase."""

    key: str
    product: str
    quantity: str
    unit: str
    event_time: str
    lot_number: str = ""
    stage: str = ""
    expires_on: str = ""
    place: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    pictures: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordStage:
    """Say that a stage of the making of a lot took place (EPCIS ObjectEvent, OBSERVE)."""

    key: str
    lot: str
    stage: str
    event_time: str
    place: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    pictures: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class InputLine:
    """So much of that lot."""

    lot: str
    quantity: str
    unit: str


@dataclass(frozen=True, slots=True)
class OutputLine:
    """A new lot that comes out."""

    product: str
    quantity: str
    unit: str
    lot_number: str = ""
    expires_on: str = ""


@dataclass(frozen=True, slots=True)
class Transform:
    """Use up some lots and make new ones (EPCIS TransformationEvent). Without outputs the inputs are destroyed."""

    key: str
    inputs: tuple[InputLine, ...]
    outputs: tuple[OutputLine, ...]
    event_time: str
    stage: str = ""
    place: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    pictures: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitLot:
    """Part one lot into new lots of the same product; what is not named stays."""

    key: str
    lot: str
    parts: tuple[OutputLine, ...]
    event_time: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AggregateLots:
    """Bring parts of several lots of one product together in a new lot."""

    key: str
    inputs: tuple[InputLine, ...]
    lot_number: str
    event_time: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShipLot:
    """Hand a whole lot over to another participant, who has to receive it."""

    key: str
    lot: str
    receiver: str
    event_time: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReceiveLot:
    """Take over a lot that was shipped to oneself, or take back one's own shipment."""

    key: str
    lot: str
    event_time: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeclareError:
    """Withdraw one's own earlier event (EPCIS errorDeclaration); the event stays visible.

    `declared` sets a lot's quantity right.
    """

    key: str
    lot: str
    event_id: str
    reason: str = "incorrect_data"
    note: str = ""
    declared: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """Call a lot back. Custodians recall their own, inspectors any."""

    key: str
    lot: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LiftRecall:
    """End a recall; inspectors only."""

    key: str
    lot: str
    note: str


@dataclass(frozen=True, slots=True)
class Retire:
    """Close a lot or a product for ever, with a reason."""

    key: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class GrantRating:
    """Record an OCOP rating on a product; inspectors only. Without `valid_until` it holds 36 months."""

    key: str
    product: str
    stars: str
    issuer: str
    decision_number: str
    decision_date: str
    certificate_number: str = ""
    valid_until: str = ""


@dataclass(frozen=True, slots=True)
class GrantCertificate:
    """Record a certificate on a product or participant: by an inspector (inspected) or by the holder (recorded)."""

    key: str
    subject: str
    kind: str
    issuer: str
    number: str
    scope: str
    valid_from: str
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class RevokeAward:
    """End a rating or certificate before its time; only who granted it, or an inspector."""

    key: str
    subject: str
    event_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeclareLink:
    """Declare where more about one's own product can be found."""

    key: str
    product: str
    link_type: str
    """Name of a link type of the GS1 Web Vocabulary, such as `hasRetailers`."""
    href: str
    language: str = ""
    """vi, en, or empty."""
    media_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class WithdrawLink:
    """End a link: by who declared it, or by an inspector with a reason."""

    key: str
    product: str
    link: str
    """Identifier of the record that declared it."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """Leave a signed finding on a lot, product or participant; inspectors only."""

    key: str
    subject: str
    outcome: str
    """conforms, does_not_conform or noted."""
    note: str
    pictures: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class AdmitParticipant:
    """Let a participant in. Name, address and phone stay off chain behind salted commitments."""

    key: str
    name: str
    kind: str
    capacities: tuple[str, ...]
    """Any of producer, inspector."""
    address: str = ""
    commune_code: str = ""
    printed_address: str = ""
    gln: str = ""
    phone: str = ""
    own_key: str = ""
    """Address of a key held elsewhere; empty lets this service make and hold one."""


@dataclass(frozen=True, slots=True)
class AddKey:
    """Let one more key speak for a participant; an empty address lets this service make and hold one."""

    participant: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class RevokeKey:
    """Silence a key from the next block on."""

    address: str


@dataclass(frozen=True, slots=True)
class CreateAccount:
    """Make a log-in. An empty password lets the service make one, shown once."""

    name: str
    role: str
    """cooperative, inspector or operator."""
    participant: str = ""
    password: str = ""
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a logged-in account."""

    account_id: int
    name: str
    role: str
    participant: int
    """Participant number that the account acts for."""
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command."""

    state: str
    """landed (on chain and projected) or pending (signed and safe in the outbox, not yet confirmed)."""
    operation: str
    """The idempotency key."""
    uri: str
    """Canonical URI of what was made or changed."""
    path: str
    event_id: str = ""
    job: str = ""
    """The job that the record began, where it began one."""
