"""EPCIS 2.0 events as typed values: what happened, to what, when, where and why.

The five event types of the standard (EPCIS 2.0, section 7.4); their parts are in `epcis_parts`. `event_from_json`
reads an event of a JSON or JSON-LD document and `Event.to_json` writes one; an event that we made comes back exactly.
Words of the Core Business Vocabulary are short inside (`shipping`), things and places are URIs. The event's own name,
the CBV event hash, is computed in `proofs.event_hash`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from traceability.domain.cbv import Action, Vocabulary
from traceability.domain.epcis_codec import (
    IDENTIFIER,
    OBJECT,
    OFFSET,
    TIME,
    URI,
    Codec,
    extensions,
    member,
    one_or_several,
    part,
    read_members,
    several,
    word,
    write_members,
)
from traceability.domain.epcis_context import UNDECLARED, Context
from traceability.domain.epcis_parts import (
    BizTransaction,
    Destination,
    ErrorDeclaration,
    Location,
    PersistentDisposition,
    QuantityElement,
    SensorElement,
    Source,
)
from traceability.domain.epcis_values import shown
from traceability.domain.times import offset_of
from traceability.errors import InvalidInputError


def _read_action(value: Any, place: str, _context: Context) -> Action:
    action = _ACTIONS.get(value) if isinstance(value, str) else None
    if action is None:
        template = "{value} is not an action; use ADD, OBSERVE or DELETE."
        raise InvalidInputError(template, field=place, value=shown(value))
    return action


_ACTIONS: dict[str, Action] = {action.value: action for action in Action}


_ACTION = Codec(_read_action, lambda action: action.value)


_THINGS = several(IDENTIFIER)
_DISTINCT_THINGS = several(IDENTIFIER, distinct=True)
_AMOUNTS = several(part(QuantityElement))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events say."""

    TYPE: ClassVar[str] = ""

    event_id: str | None = member("eventID", URI)
    event_time: datetime = member("eventTime", TIME, required=True)
    event_time_zone_offset: str = member("eventTimeZoneOffset", OFFSET, required=True)
    record_time: datetime | None = member("recordTime", TIME)
    biz_step: str | None = member("bizStep", word(Vocabulary.BIZ_STEP))
    disposition: str | None = member("disposition", word(Vocabulary.DISPOSITION))
    persistent_disposition: PersistentDisposition | None = member("persistentDisposition", part(PersistentDisposition))
    read_point: Location | None = member("readPoint", part(Location))
    biz_location: Location | None = member("bizLocation", part(Location))
    biz_transactions: tuple[BizTransaction, ...] = member(
        "bizTransactionList", several(part(BizTransaction)), default=()
    )
    sources: tuple[Source, ...] = member("sourceList", several(part(Source)), default=())
    destinations: tuple[Destination, ...] = member("destinationList", several(part(Destination)), default=())
    sensors: tuple[SensorElement, ...] = member("sensorElementList", several(part(SensorElement)), default=())
    certification_info: tuple[str, ...] = member("certificationInfo", one_or_several(URI), default=())
    error_declaration: ErrorDeclaration | None = member("errorDeclaration", part(ErrorDeclaration))
    extensions: Mapping[str, Any] = extensions()

    def __post_init__(self) -> None:
        """Refuse what the event's type does not allow. Raises InvalidInputError."""
        self.check()

    def check(self) -> None:
        """Return quietly when the parts make sense together."""

    def to_json(self) -> dict[str, Any]:
        """Return the event as EPCIS 2.0 JSON writes it, `type` first."""
        return {"type": self.TYPE} | write_members(self)

    @property
    def things(self) -> tuple[str, ...]:
        """Return the URIs of everything that the event is about, in the order in which it names them."""
        names: list[str] = []
        for attribute in ("parent_id", "epcs", "child_epcs", "input_epcs", "output_epcs"):
            value = getattr(self, attribute, None) or ()
            names += [value] if isinstance(value, str) else value
        for attribute in ("quantities", "child_quantities", "input_quantities", "output_quantities"):
            names += [element.epc_class for element in getattr(self, attribute, ())]
        return tuple(names)

    @staticmethod
    def when(moment: datetime) -> dict[str, Any]:
        """Return the two arguments that say when: `ObjectEvent(**Event.when(moment), ...)`."""
        return {"event_time": moment, "event_time_zone_offset": offset_of(moment)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectEvent(Event):
    """Something happened to things that stay what they are."""

    TYPE: ClassVar[str] = "ObjectEvent"

    action: Action = member("action", _ACTION, required=True)
    epcs: tuple[str, ...] = member("epcList", _DISTINCT_THINGS, default=())
    quantities: tuple[QuantityElement, ...] = member("quantityList", _AMOUNTS, default=())
    ilmd: Mapping[str, Any] | None = member("ilmd", OBJECT)

    def check(self) -> None:
        """Require something to talk about, and master data only where things begin."""
        if not self.epcs and not self.quantities and not self.sensors:
            raise InvalidInputError("An ObjectEvent names things in epcList or quantityList.", field="/epcList")
        if self.ilmd is not None and self.action is not Action.ADD:
            raise InvalidInputError("ilmd belongs to the event in which things begin (action ADD).", field="/ilmd")


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregationEvent(Event):
    """Things were put together or taken apart, each staying what it is."""

    TYPE: ClassVar[str] = "AggregationEvent"

    action: Action = member("action", _ACTION, required=True)
    parent_id: str | None = member("parentID", IDENTIFIER)
    child_epcs: tuple[str, ...] = member("childEPCs", _THINGS, default=())
    child_quantities: tuple[QuantityElement, ...] = member("childQuantityList", _AMOUNTS, default=())

    def check(self) -> None:
        """Require the parent unless things are only observed."""
        if self.parent_id is None and self.action is not Action.OBSERVE:
            raise InvalidInputError("{name} is missing.", field="/parentID", name="parentID")
        _require_children(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionEvent(Event):
    """Things became part of a business transaction, or left it."""

    TYPE: ClassVar[str] = "TransactionEvent"

    action: Action = member("action", _ACTION, required=True)
    parent_id: str | None = member("parentID", IDENTIFIER)
    epcs: tuple[str, ...] = member("epcList", _THINGS, default=())
    quantities: tuple[QuantityElement, ...] = member("quantityList", _AMOUNTS, default=())

    def check(self) -> None:
        """Require the transaction, and the things unless all of them leave it."""
        if not self.biz_transactions:
            raise InvalidInputError("{name} is missing.", field="/bizTransactionList", name="bizTransactionList")
        if self.action is not Action.DELETE and not (self.epcs or self.quantities or self.parent_id):
            template = "A TransactionEvent names things in epcList or quantityList."
            raise InvalidInputError(template, field="/epcList")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformationEvent(Event):
    """Things were used up and others came out of them."""

    TYPE: ClassVar[str] = "TransformationEvent"

    input_epcs: tuple[str, ...] = member("inputEPCList", _DISTINCT_THINGS, default=())
    input_quantities: tuple[QuantityElement, ...] = member("inputQuantityList", _AMOUNTS, default=())
    output_epcs: tuple[str, ...] = member("outputEPCList", _DISTINCT_THINGS, default=())
    output_quantities: tuple[QuantityElement, ...] = member("outputQuantityList", _AMOUNTS, default=())
    transformation_id: str | None = member("transformationID", IDENTIFIER)
    ilmd: Mapping[str, Any] | None = member("ilmd", OBJECT)

    def check(self) -> None:
        """Require inputs and outputs, unless a transformation in several events ties them together."""
        inputs = bool(self.input_epcs or self.input_quantities)
        outputs = bool(self.output_epcs or self.output_quantities)
        if not (inputs and outputs) and not (self.transformation_id and (inputs or outputs)):
            raise InvalidInputError("A transformation has inputs and outputs.", field="/inputQuantityList")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationEvent(Event):
    """Things were fixed to something that is no mere container, such as a sensor to a crate."""

    TYPE: ClassVar[str] = "AssociationEvent"

    action: Action = member("action", _ACTION, required=True)
    parent_id: str = member("parentID", IDENTIFIER, required=True)
    child_epcs: tuple[str, ...] = member("childEPCs", _THINGS, default=())
    child_quantities: tuple[QuantityElement, ...] = member("childQuantityList", _AMOUNTS, default=())

    def check(self) -> None:
        """Require what is fixed to the parent, unless everything is taken off."""
        _require_children(self)


def _require_children(event: AggregationEvent | AssociationEvent) -> None:
    if event.action is not Action.DELETE and not (event.child_epcs or event.child_quantities):
        template = "Name in childEPCs or childQuantityList what is put together; only DELETE may leave that out."
        raise InvalidInputError(template, field="/childEPCs")


_CLASSES: Final[dict[str, type[Event]]] = {
    kind.TYPE: kind for kind in (ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent, AssociationEvent)
}
"""Type of events -> its class."""

EVENT_TYPES: Final = tuple(_CLASSES)
"""Names of the five types of events (EPCIS 2.0, section 7.4)."""


def event_from_json(document: Any, place: str = "", context: Context = UNDECLARED) -> Event:
    """Return the typed value of one event.

    Args:
        document: the event as JSON gives it.
        place: JSON pointer to the event in its document, put before the places in errors.
        context: the names in force where the event stands; without it, any prefix will do.

    Raises:
        InvalidInputError: the type is unknown, something is missing, does not belong or cannot be read; `field` points
            to it.
    """
    if not isinstance(document, Mapping):
        raise InvalidInputError("Here an object is expected, not {value}.", field=place, value=shown(document))
    name = document.get("type")
    kind = _CLASSES.get(name) if isinstance(name, str) else None
    if kind is None:
        template = "An event is one of {known}."
        raise InvalidInputError(template, field=f"{place}/type", known=", ".join(EVENT_TYPES))
    event = read_members(kind, document, place, context, skip=_TYPE)
    if "epcList" not in document:
        _require_list(event, place)
    return event


_TYPE = frozenset({"type"})


def _require_list(event: Event, place: str) -> None:
    """Require what an event must say that leaves `epcList` out altogether; an empty list would do (JSON schema)."""
    if isinstance(event, ObjectEvent) and not event.quantities and event.read_point is None:
        template = "An ObjectEvent that only holds sensor data says where in readPoint."
        raise InvalidInputError(template, field=f"{place}/readPoint")
    if isinstance(event, TransactionEvent) and not event.quantities and event.action is not Action.DELETE:
        template = "A TransactionEvent names things in epcList or quantityList."
        raise InvalidInputError(template, field=f"{place}/epcList")
