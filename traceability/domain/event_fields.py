"""The members of EPCIS events, by what the parameters of a query call them (EPCIS 2.0, 7.3 and 8.2.7)."""

from collections.abc import Mapping
from typing import Final

EPC_LISTS: Final[Mapping[str, str]] = {
    "epcList": "epc",
    "childEPCs": "epc",
    "inputEPCList": "inputEPC",
    "outputEPCList": "outputEPC",
}
"""Lists of identifiers, with the parameter that asks for their members."""

CLASS_LISTS: Final[Mapping[str, str]] = {
    "quantityList": "epcClass",
    "childQuantityList": "epcClass",
    "inputQuantityList": "inputEPCClass",
    "outputQuantityList": "outputEPCClass",
}
"""Lists of quantities, with the parameter that asks for their classes."""

ANY: Final[Mapping[str, tuple[str, ...]]] = {
    "anyEPC": ("epc", "parentID", "inputEPC", "outputEPC"),
    "anyEPCClass": ("epcClass", "inputEPCClass", "outputEPCClass"),
}
"""Parameters that ask for several kinds of identifiers at once."""

STEM: Final = "~"
"""Stands behind a name whose values are identifiers up to their serial: one for all pieces of one kind of goods."""

MARK: Final = "*"
"""Stands behind a name whose values are the beginnings of company prefixes (`mark_of`)."""

NUMBER, TIME = "#", "@"
"""Stand behind the names of fields that hold a number or a time."""

EXISTS: Final = "EXISTS"
"""The fact that an event has a field at all."""

SORTED_LENGTH: Final = 400
"""Characters of a text that count when events are sorted by it."""

PAIRS: Final[Mapping[str, str]] = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
"""Lists whose members are a type and a value."""

IDENTIFIERS: Final = (
    *("deviceID", "dataProcessingMethod", "microorganism", "chemicalSubstance", "bizRules", "uriValue"),
)
TEXTS: Final = ("stringValue", "hexBinaryValue")
VALUES: Final = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
SPREADS: Final = frozenset({"sDev"})
"""Those of `VALUES` that are differences: a zero point such as that of degrees Celsius does not count for them."""

TIMES: Final = ("time", "startTime", "endTime")

STANDARD: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(
        (
            *("@context", "id", "type", "eventID", "eventTime", "recordTime", "eventTimeZoneOffset", "action"),
            *("bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation", "transformationID"),
            *("parentID", "certificationInfo", "errorDeclaration", "ilmd", "sensorElementList", "ocopchain:anchor"),
            *(*EPC_LISTS, *CLASS_LISTS, *PAIRS),
        )
    ),
    "ILMD_": frozenset({"@context"}),
    "ERROR_DECLARATION_": frozenset({"@context", "declarationTime", "reason", "correctiveEventIDs"}),
    "readPoint_": frozenset({"@context", "id"}),
    "bizLocation_": frozenset({"@context", "id"}),
    "SENSORELEMENT_": frozenset({"@context", "type", "sensorMetadata", "sensorReport"}),
    "SENSORMETADATA_": frozenset({"@context", "deviceMetadata", "rawData", *TIMES, *IDENTIFIERS}),
    "SENSORREPORT_": frozenset(
        (
            *("@context", "type", "exception", "deviceMetadata", "rawData", "component", "booleanValue", "percRank"),
            *("uom", "coordinateReferenceSystem", *TIMES, *IDENTIFIERS, *TEXTS, *VALUES),
        )
    ),
}
"""Members that the standard defines, by the prefix that parameters give to extensions of that part of an event."""

SECTIONS: Final = tuple(section for section in STANDARD if section)
"""Parts of an event that may be extended, as parameters name them."""
