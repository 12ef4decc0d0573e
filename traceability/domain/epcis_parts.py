"""The parts of EPCIS 2.0 events: amounts, places, papers, parties, sensors, error declarations.

Each class lists its members: the JSON name, how the value is read and written, and whether it must be there
(EPCIS 2.0, section 7.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from traceability.domain.cbv import MEASUREMENT_TYPES_OF_EXAMPLES, Vocabulary
from traceability.domain.epcis_codec import (
    BOOLEAN,
    HEXADECIMAL,
    IDENTIFIER,
    NUMBER,
    TEXT,
    TIME,
    UNIT,
    URI,
    extensions,
    member,
    one_of,
    part,
    several,
    word,
)
from traceability.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityElement:
    """An amount of a class of goods, such as of one lot; no `uom` means a count of pieces."""

    epc_class: str = member("epcClass", IDENTIFIER, required=True)
    quantity: Decimal | None = member("quantity", NUMBER)
    uom: str | None = member("uom", UNIT)

    def __post_init__(self) -> None:
        """Refuse an amount that is none (EPCIS 2.0, 7.3.3.3). Raises InvalidInputError."""
        if self.quantity is None:
            if self.uom is not None:
                template = "A unit says nothing without a quantity: add quantity, or leave out uom."
                raise InvalidInputError(template, field="/uom")
        elif self.quantity <= 0:
            template = "The quantity is {value}; it must be more than 0. Leave it out where it is not known."
            raise InvalidInputError(template, field="/quantity", value=format(self.quantity, "f"))
        elif self.uom is None and self.quantity != self.quantity.to_integral_value():
            template = (
                "Without uom the quantity counts pieces, so {value} must be a whole number. Add the unit, such as KGM."
            )
            raise InvalidInputError(template, field="/quantity", value=format(self.quantity, "f"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A read point or business location."""

    id: str = member("id", IDENTIFIER, required=True)
    extensions: Mapping[str, Any] = extensions()


@dataclass(frozen=True, slots=True, kw_only=True)
class BizTransaction:
    """A business paper that the event belongs to."""

    type: str | None = member("type", word(Vocabulary.BUSINESS_TRANSACTION))
    biz_transaction: str = member("bizTransaction", IDENTIFIER, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """From whom or where the goods come."""

    type: str = member("type", word(Vocabulary.SOURCE_DESTINATION), required=True)
    source: str = member("source", IDENTIFIER, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """To whom or where the goods go."""

    type: str = member("type", word(Vocabulary.SOURCE_DESTINATION), required=True)
    destination: str = member("destination", IDENTIFIER, required=True)


_CONDITIONS = several(word(Vocabulary.DISPOSITION), least=1, distinct=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistentDisposition:
    """Conditions that hold until an event unsets them."""

    set: tuple[str, ...] = member("set", _CONDITIONS, default=())
    unset: tuple[str, ...] = member("unset", _CONDITIONS, default=())

    def __post_init__(self) -> None:
        """Refuse one that says nothing. Raises InvalidInputError."""
        if not self.set and not self.unset:
            raise InvalidInputError("{name} is missing.", field="/set", name="set")


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorMetadata:
    """When and with what device something was measured."""

    time: datetime | None = member("time", TIME)
    start_time: datetime | None = member("startTime", TIME)
    end_time: datetime | None = member("endTime", TIME)
    device_id: str | None = member("deviceID", IDENTIFIER)
    device_metadata: str | None = member("deviceMetadata", IDENTIFIER)
    raw_data: str | None = member("rawData", IDENTIFIER)
    data_processing_method: str | None = member("dataProcessingMethod", IDENTIFIER)
    biz_rules: str | None = member("bizRules", IDENTIFIER)
    extensions: Mapping[str, Any] = extensions()


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorReport:
    """One measurement: what, how much, in which unit (UN/CEFACT Recommendation 20)."""

    type: str | None = member("type", word(Vocabulary.MEASUREMENT, MEASUREMENT_TYPES_OF_EXAMPLES))
    exception: str | None = member("exception", word(Vocabulary.SENSOR_EXCEPTION))
    device_id: str | None = member("deviceID", IDENTIFIER)
    device_metadata: str | None = member("deviceMetadata", IDENTIFIER)
    raw_data: str | None = member("rawData", IDENTIFIER)
    data_processing_method: str | None = member("dataProcessingMethod", IDENTIFIER)
    biz_rules: str | None = member("bizRules", IDENTIFIER)
    time: datetime | None = member("time", TIME)
    microorganism: str | None = member("microorganism", URI)
    chemical_substance: str | None = member("chemicalSubstance", URI)
    value: Decimal | None = member("value", NUMBER)
    component: str | None = member("component", word(Vocabulary.COMPONENT))
    string_value: str | None = member("stringValue", TEXT)
    boolean_value: bool | None = member("booleanValue", BOOLEAN)
    hex_binary_value: str | None = member("hexBinaryValue", HEXADECIMAL)
    uri_value: str | None = member("uriValue", URI)
    min_value: Decimal | None = member("minValue", NUMBER)
    max_value: Decimal | None = member("maxValue", NUMBER)
    mean_value: Decimal | None = member("meanValue", NUMBER)
    s_dev: Decimal | None = member("sDev", NUMBER)
    perc_rank: Decimal | None = member("percRank", NUMBER)
    perc_value: Decimal | None = member("percValue", NUMBER)
    uom: str | None = member("uom", TEXT)
    coordinate_reference_system: str | None = member("coordinateReferenceSystem", URI)
    extensions: Mapping[str, Any] = extensions()

    def __post_init__(self) -> None:
        """Refuse a report that does not say what it reports. Raises InvalidInputError."""
        if self.type is None and self.exception is None:
            raise InvalidInputError("{name} is missing.", field="/type", name="type")


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorElement:
    """Measurements taken together."""

    type: str | None = member("type", one_of("epcis:SensorElement", "SensorElement"))
    sensor_metadata: SensorMetadata | None = member("sensorMetadata", part(SensorMetadata))
    sensor_report: tuple[SensorReport, ...] = member(
        "sensorReport", several(part(SensorReport), least=1), required=True
    )
    extensions: Mapping[str, Any] = extensions()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDeclaration:
    """That an earlier event, the same in all else, was recorded in error (EPCIS 2.0, 7.4.1.4)."""

    declaration_time: datetime = member("declarationTime", TIME, required=True)
    reason: str | None = member("reason", word(Vocabulary.ERROR_REASON))
    corrective_event_ids: tuple[str, ...] = member("correctiveEventIDs", several(URI), default=())
    extensions: Mapping[str, Any] = extensions()
