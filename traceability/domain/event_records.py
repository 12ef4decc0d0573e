"""Events of lots as they stand in a submission: one frozen value each, written as a minimal EPCIS 2.0 event.

A lot's story is told in ObjectEvents (something was declared, done, seen, shipped, recalled) and
TransformationEvents (some lots were used up and others made). `EventRecord` is what both say, with our own fields
under the prefix `ocop:`; `to_document` and `from_document` are each other's inverse. On the chain a document
carries no `@context` (its version implies it) and no `eventID` where that is the event's own hash.

Events captured from outside are of any of the five types and say the same in other spellings. `from_document` reads of
them what a lot's story is told with; the document itself stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from traceability.domain.cbv import Vocabulary
from traceability.domain.members import (
    Commitments,
    get_object,
    get_objects,
    get_text,
    get_texts,
    read_commitments,
    read_day,
    read_instant,
    read_number,
    write_commitments,
    write_instant,
    write_number,
)
from traceability.domain.naming import canonical
from traceability.errors import InvalidInputError

OBJECT, TRANSFORMATION = "ObjectEvent", "TransformationEvent"
"""The two EPCIS event types that this program writes (EPCIS 2.0, section 7.4)."""

_PARTIES = ("owning_party", "possessing_party")
"""Kinds of sources and destinations that are participants, the one that counts first."""


@dataclass(frozen=True, slots=True)
class LotAmount:
    """So much of that lot, in the unit the user chose (UN/CEFACT Recommendation 20); without a unit, the whole lot."""

    lot: str
    """Canonical URI."""
    amount: Decimal = Decimal(0)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value of a stage's field, as an EPCIS sensor report (EPCIS 2.0, section 7.3.7)."""

    field: str
    """Key of the field in the stage template."""
    type: str
    """GS1 measurement type: Temperature, Mass, ..."""
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class ErrorDeclaration:
    """The author withdraws the event that carries this (EPCIS 2.0, section 7.4.1.3); the event's hash stays."""

    declared_at: datetime
    reason: str
    """did_not_occur or incorrect_data."""
    commitments: Commitments = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """One event. Which fields are filled depends on what happened; each use case in `services` fills its own.

    Args:
        type: `OBJECT` or `TRANSFORMATION`; any of `epcis.EVENT_TYPES`, where it was captured.
        biz_step: a CBV 2.0 business step by its short name.
        event_time: when it happened; written to the millisecond at UTC+7.
        action: ADD, OBSERVE or DELETE for an ObjectEvent, empty for a transformation.
        disposition: a CBV 2.0 disposition by its short name, or empty.
        lots: what an event speaks of (`quantityList`, `childQuantityList`), by canonical URI.
        inputs, outputs: what a TransformationEvent used up and made.
        lot_number: the number of the one lot that comes into being.
        expiries: date of expiry by lot URI, for lots that come into being.
        place: URI of the read point, or empty; its name is the commitment `place`, since it may be a home.
        sender, receiver: URIs of the participants that hand over and take over (owning_party), or empty.
        stage: key of the stage template, or empty.
        values: stated values of the template's fields, as text.
        readings: measured values of the template's fields.
        reason: key of a recall's reason.
        lifts: whether this ends a recall.
        outcome: what an inspection came to: conforms, does_not_conform or noted.
        commitments: what is kept off chain.
        error: set when this declares the event to be in error.
    """

    type: str
    biz_step: str
    event_time: datetime
    action: str = ""
    disposition: str = ""
    lots: tuple[LotAmount, ...] = ()
    inputs: tuple[LotAmount, ...] = ()
    outputs: tuple[LotAmount, ...] = ()
    lot_number: str = ""
    expiries: Mapping[str, date] = field(default_factory=dict)
    place: str = ""
    sender: str = ""
    receiver: str = ""
    stage: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    reason: str = ""
    lifts: bool = False
    outcome: str = ""
    commitments: Commitments = field(default_factory=dict)
    error: ErrorDeclaration | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the event as JSON values, with nothing in it that is empty."""
        document: dict[str, Any] = {
            "type": self.type,
            "eventTime": write_instant(self.event_time),
            "eventTimeZoneOffset": "+07:00",
            "action": self.action,
            "bizStep": self.biz_step,
            "disposition": self.disposition,
            "quantityList": [_write_amount(line) for line in self.lots],
            "inputQuantityList": [_write_amount(line) for line in self.inputs],
            "outputQuantityList": [_write_amount(line) for line in self.outputs],
            "readPoint": {"id": self.place} if self.place else None,
            "sourceList": _parties("source", self.sender),
            "destinationList": _parties("destination", self.receiver),
            "ilmd": self._master_data(),
            "sensorElementList": _sensors(self.readings),
            "ocop:stage": self.stage,
            "ocop:values": dict(self.values),
            "ocop:reason": self.reason,
            "ocop:lifts": self.lifts,
            "ocop:outcome": self.outcome,
            "ocop:commitments": write_commitments(self.commitments),
            "errorDeclaration": _write_error(self.error),
        }
        return {name: value for name, value in document.items() if value}

    def _master_data(self) -> dict[str, Any]:
        """Return what is said once of lots that come into being (EPCIS 2.0, section 7.3.8; CBV 2.0, section 9.2)."""
        data: dict[str, Any] = {"cbvmda:lotNumber": self.lot_number} if self.lot_number else {}
        made = self.outputs or self.lots
        if len(made) == 1 and made[0].lot in self.expiries:
            data["cbvmda:itemExpirationDate"] = self.expiries[made[0].lot].isoformat()
        elif self.expiries:
            data["ocop:expiry"] = {lot: day.isoformat() for lot, day in self.expiries.items()}
        return data

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "EventRecord":
        """Read an event that came from the chain. Raises InvalidInputError naming what cannot be understood."""
        event = cls.from_outside(document)
        declared = get_object(document, "errorDeclaration")
        return replace(
            event,
            error=event.error and replace(event.error, commitments=read_commitments(declared)),
            expiries=_expiries(get_object(document, "ilmd"), event.outputs or event.lots),
            stage=get_text(document, "ocop:stage"),
            values=get_texts(document, "ocop:values"),
            reason=get_text(document, "ocop:reason"),
            lifts=document.get("ocop:lifts") is True,
            outcome=get_text(document, "ocop:outcome"),
            commitments=read_commitments(document),
        )

    @classmethod
    def from_outside(cls, document: Mapping[str, Any]) -> "EventRecord":
        """Read what an event says in the words of EPCIS alone, whatever else its author put into it.

        Raises InvalidInputError naming what cannot be understood.
        """
        ilmd = document.get("ilmd")
        number = ilmd.get("cbvmda:lotNumber") if isinstance(ilmd, Mapping) else None
        error = get_object(document, "errorDeclaration")
        return cls(
            type=get_text(document, "type"),
            biz_step=Vocabulary.BIZ_STEP.shorten(get_text(document, "bizStep")),
            event_time=read_instant(get_text(document, "eventTime"), "eventTime"),
            action=get_text(document, "action"),
            disposition=Vocabulary.DISPOSITION.shorten(get_text(document, "disposition")),
            lots=_amounts(document, "quantityList") + _amounts(document, "childQuantityList"),
            inputs=_amounts(document, "inputQuantityList"),
            outputs=_amounts(document, "outputQuantityList"),
            lot_number=number if isinstance(number, str) else "",
            place=canonical(get_text(get_object(document, "readPoint"), "id")),
            sender=_party(document, "source"),
            receiver=_party(document, "destination"),
            readings=_readings(document),
            error=_read_error(error) if error else None,
        )


def read_event(document: Mapping[str, Any]) -> EventRecord:
    """Return what an event from the chain says; one whose members of ours say nothing to us is EPCIS's all the same.

    Raises InvalidInputError naming what cannot be understood.
    """
    try:
        return EventRecord.from_document(document)
    except InvalidInputError:
        return EventRecord.from_outside(document)


def _write_amount(line: LotAmount) -> dict[str, Any]:
    if not line.unit:
        return {"epcClass": line.lot}
    return {"epcClass": line.lot, "quantity": write_number(line.amount), "uom": line.unit}


def _amounts(document: Mapping[str, Any], name: str) -> tuple[LotAmount, ...]:
    return tuple(
        LotAmount(
            canonical(get_text(line, "epcClass")), read_number(line.get("quantity", 0), name), get_text(line, "uom")
        )
        for line in get_objects(document, name)
    )


def _parties(role: str, party: str) -> list[dict[str, str]]:
    return [{"type": "owning_party", role: party}] if party else []


def _party(document: Mapping[str, Any], role: str) -> str:
    found: dict[str, str] = {}
    for item in get_objects(document, f"{role}List"):
        found.setdefault(Vocabulary.SOURCE_DESTINATION.shorten(get_text(item, "type")), canonical(get_text(item, role)))
    return next((found[kind] for kind in _PARTIES if kind in found), "")


def _sensors(readings: tuple[Reading, ...]) -> list[dict[str, Any]]:
    reports = [
        {"type": item.type, "value": write_number(item.value), "uom": item.unit, "ocop:field": item.field}
        for item in readings
    ]
    return [{"sensorReport": [{k: v for k, v in report.items() if v != ""} for report in reports]}] if reports else []


def _readings(document: Mapping[str, Any]) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            report["ocop:field"] if isinstance(report.get("ocop:field"), str) else "",
            Vocabulary.MEASUREMENT.shorten(get_text(report, "type")),
            read_number(report["value"], "sensorReport"),
            get_text(report, "uom"),
        )
        for element in get_objects(document, "sensorElementList")
        for report in get_objects(element, "sensorReport")
        if "value" in report
    )


def _expiries(ilmd: Mapping[str, Any], made: tuple[LotAmount, ...]) -> dict[str, date]:
    found = {lot: read_day(day, "ocop:expiry") for lot, day in get_texts(ilmd, "ocop:expiry").items()}
    if (day := get_text(ilmd, "cbvmda:itemExpirationDate")) and made:
        found[made[0].lot] = read_day(day, "cbvmda:itemExpirationDate")
    return found


def _write_error(error: ErrorDeclaration | None) -> dict[str, Any]:
    if error is None:
        return {}
    document = {"declarationTime": write_instant(error.declared_at), "reason": error.reason}
    return document | ({"ocop:commitments": write_commitments(error.commitments)} if error.commitments else {})


def _read_error(error: Mapping[str, Any]) -> ErrorDeclaration:
    when = read_instant(get_text(error, "declarationTime"), "declarationTime")
    return ErrorDeclaration(when, Vocabulary.ERROR_REASON.shorten(get_text(error, "reason")))
