"""Schemas of EPCIS 2.0 events as they are sent (EPCIS 2.0, section 7), made from the code's own vocabulary.

They describe events whose own members have full URIs or prefixes of the standard as names. Prefixes and names that an
`@context` declares may be used as well, which JSON Schema has no way to say.
"""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from traceability.domain.cbv import Action
from traceability.domain.epcis_context import EPCIS_CONTEXT
from traceability.domain.epcis_values import MAX_SAFE_INTEGER
from webapp.openapi.operations import Schema, ref
from webapp.openapi.shapes import TEXT, record, several

_PART = "(?:[A-Za-z0-9._~/-]|%[0-9A-Fa-f]{2})"
OWN_NAME = rf"^https?://[A-Za-z0-9.-]+/(?:{_PART}+(?:#{_PART}*)?|#{_PART}+)$"
"""Names of members of the author's own: a URI in full."""

CONTEXTS = (EPCIS_CONTEXT, "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld")
"""Addresses under which the EPCIS context is known."""


NAME_TEXT: Schema = {"type": "string", "pattern": r"\S"}


def own_record(required: dict[str, Schema], optional: dict[str, Schema], **more: object) -> Schema:
    """Return the schema of an object that takes members of the author's own besides."""
    own = {OWN_NAME: ref("OwnValue")}
    return record(required, optional, patternProperties=own, additionalProperties=False, **more)


def strict_record(required: dict[str, Schema], optional: dict[str, Schema], **more: object) -> Schema:
    """Return the schema of an object that takes what it names, and nothing else."""
    return record(required, optional, additionalProperties=False, **more)


THINGS = several(ref("Uri"), uniqueItems=True)
AMOUNTS = several(ref("QuantityElement"))

COMMON: dict[str, Schema] = {
    "eventID": ref("Uri"),
    "recordTime": ref("Time"),
    "bizStep": ref("BizStep"),
    "disposition": ref("Disposition"),
    "persistentDisposition": ref("PersistentDisposition"),
    "readPoint": ref("Location"),
    "bizLocation": ref("Location"),
    "bizTransactionList": several(ref("BizTransaction")),
    "sourceList": several(ref("Source")),
    "destinationList": several(ref("Destination")),
    "sensorElementList": several(ref("SensorElement")),
    "certificationInfo": {"anyOf": [ref("Uri"), several(ref("Uri"))]},
    "errorDeclaration": ref("ErrorDeclaration"),
}
"""What every event may say."""

ACTION: Schema = {"enum": [one.value for one in Action]}

PARTS: dict[str, Schema] = {
    "Context": {
        "anyOf": [{"enum": list(CONTEXTS)}, several({"enum": list(CONTEXTS)}, minItems=1, uniqueItems=True)],
        "description": _l(
            "The EPCIS context. Objects beside it declare prefixes and names of one's own; other addresses are never "
            "fetched."
        ),
    },
    "OwnValue": {
        "anyOf": [
            {"type": ["string", "boolean", "null"]},
            ref("Number"),
            several(ref("OwnValue")),
            ref("OwnObject"),
        ],
        "description": _l("A value of one's own; the names of members have no prefix, or one that @context declares."),
    },
    "OwnObject": {
        "type": "object",
        "propertyNames": {"pattern": "^(?:[^:@][^:]*)?$"},
        "additionalProperties": ref("OwnValue"),
    },
    "QuantityElement": {
        "anyOf": [
            strict_record({"epcClass": ref("Uri")}, {}),
            strict_record({"epcClass": ref("Uri"), "quantity": ref("Count")}, {}),
            strict_record({"epcClass": ref("Uri"), "quantity": ref("Amount"), "uom": ref("Unit")}, {}),
        ],
        "description": _l("Goods of a class: how much of them, how many pieces, or not said."),
    },
    "Count": {"type": "integer", "minimum": 1, "maximum": MAX_SAFE_INTEGER},
    "Amount": {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_SAFE_INTEGER},
    "Location": own_record({"id": ref("Uri")}, {}),
    "BizTransaction": strict_record({"bizTransaction": ref("Uri")}, {"type": ref("BizTransactionType")}),
    "Source": strict_record({"type": ref("SourceDestinationType"), "source": ref("Uri")}, {}),
    "Destination": strict_record({"type": ref("SourceDestinationType"), "destination": ref("Uri")}, {}),
    "PersistentDisposition": strict_record(
        {},
        {name: several(ref("Disposition"), minItems=1, uniqueItems=True) for name in ("set", "unset")},
        minProperties=1,
    ),
    "SensorMetadata": own_record(
        {},
        {name: ref("Time") for name in ("time", "startTime", "endTime")}
        | {name: ref("Uri") for name in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")},
    ),
    "SensorReport": own_record(
        {},
        {
            "type": ref("MeasurementType"),
            "exception": ref("SensorException"),
            "time": ref("Time"),
            "component": ref("Component"),
            "stringValue": TEXT,
            "booleanValue": {"type": "boolean"},
            "hexBinaryValue": ref("Hexadecimal"),
            "uom": TEXT,
            **{name: ref("Uri") for name in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")},
            **{name: ref("Uri") for name in ("bizRules", "microorganism", "chemicalSubstance", "uriValue")},
            "coordinateReferenceSystem": ref("Uri"),
            **{name: ref("Number") for name in ("value", "minValue", "maxValue", "meanValue", "sDev")},
            **{name: ref("Number") for name in ("percRank", "percValue")},
        },
        anyOf=[{"required": ["type"]}, {"required": ["exception"]}],
    ),
    "SensorElement": own_record(
        {"sensorReport": several(ref("SensorReport"), minItems=1)}, {"sensorMetadata": ref("SensorMetadata")}
    ),
    "ErrorDeclaration": own_record(
        {"declarationTime": ref("Time")},
        {"reason": ref("ErrorReason"), "correctiveEventIDs": several(ref("Uri"))},
    ),
    "Ilmd": own_record({}, {}, description=_l("Master data of the things that begin.")),
}
"""Parts of events."""


def event(name: str, required: dict[str, Schema], optional: dict[str, Schema], **more: object) -> Schema:
    """Return the schema of one type of event, sent by itself."""
    when = {"eventTime": ref("Time"), "eventTimeZoneOffset": ref("Offset")}
    common = {key: value for key, value in COMMON.items() if key not in required}
    return own_record(
        {"@context": ref("Context"), "type": {"const": name}, **when, **required}, {**common, **optional}, **more
    )


def filled(names: Iterable[str]) -> Schema:
    """Return a condition: one of these members is there and not empty."""
    return {"anyOf": [{"required": [name], "properties": {name: {"minItems": 1}}} for name in names]}


LEAVES: Schema = {"properties": {"action": {"const": "DELETE"}}}
"""A condition: all that was there leaves, so that nothing need be named."""

INPUTS, OUTPUTS = ("inputEPCList", "inputQuantityList"), ("outputEPCList", "outputQuantityList")

EVENTS: dict[str, Schema] = {
    "ObjectEvent": event(
        "ObjectEvent",
        {"action": ACTION},
        {"epcList": THINGS, "quantityList": AMOUNTS, "ilmd": ref("Ilmd")},
        allOf=[
            {
                "anyOf": [
                    *filled(["epcList", "quantityList"])["anyOf"],
                    {"allOf": [filled(["sensorElementList"]), {"required": ["readPoint"]}]},
                ]
            },
            {"anyOf": [{"not": {"required": ["ilmd"]}}, {"properties": {"action": {"const": "ADD"}}}]},
        ],
        description=_l("Something happened to things that stay what they are."),
    ),
    "AggregationEvent": event(
        "AggregationEvent",
        {"action": ACTION},
        {"parentID": ref("Uri"), "childEPCs": several(ref("Uri")), "childQuantityList": AMOUNTS},
        allOf=[
            {"anyOf": [{"required": ["parentID"]}, {"properties": {"action": {"const": "OBSERVE"}}}]},
            {"anyOf": [*filled(["childEPCs", "childQuantityList"])["anyOf"], LEAVES]},
        ],
        description=_l("Things were put together or taken apart."),
    ),
    "TransactionEvent": event(
        "TransactionEvent",
        {"action": ACTION, "bizTransactionList": several(ref("BizTransaction"), minItems=1)},
        {"parentID": ref("Uri"), "epcList": several(ref("Uri")), "quantityList": AMOUNTS},
        anyOf=[*filled(["epcList", "quantityList"])["anyOf"], {"required": ["parentID", "epcList"]}, LEAVES],
        description=_l("Things became part of a business transaction, or left it."),
    ),
    "TransformationEvent": event(
        "TransformationEvent",
        {},
        {
            **dict.fromkeys(("inputEPCList", "outputEPCList"), THINGS),
            **dict.fromkeys(("inputQuantityList", "outputQuantityList"), AMOUNTS),
            "transformationID": ref("Uri"),
            "ilmd": ref("Ilmd"),
        },
        anyOf=[
            {"allOf": [filled(INPUTS), filled(OUTPUTS)]},
            {"allOf": [{"required": ["transformationID"]}, filled([*INPUTS, *OUTPUTS])]},
        ],
        description=_l("Things were used up and others came out of them."),
    ),
    "AssociationEvent": event(
        "AssociationEvent",
        {"action": ACTION, "parentID": ref("Uri")},
        {"childEPCs": several(ref("Uri")), "childQuantityList": AMOUNTS},
        anyOf=[*filled(["childEPCs", "childQuantityList"])["anyOf"], LEAVES],
        description=_l("Things were fixed to something, such as a sensor to a crate."),
    ),
}
"""The five types of events."""

ENVELOPE: dict[str, Schema] = {
    "EpcisDocument": own_record(
        {
            "@context": ref("Context"),
            "type": {"const": "EPCISDocument"},
            "schemaVersion": {"type": "string", "pattern": r"^2(?:\.0(?:\.[0-9]+)?)?$"},
            "creationDate": ref("Time"),
            "epcisBody": own_record({"eventList": several(ref("EventToCapture"))}, {}),
        },
        {
            "id": {"anyOf": [ref("Uri"), {"type": "string", "pattern": "^_:[A-Za-z0-9]+$"}]},
            **dict.fromkeys(("instanceIdentifier", "sender", "receiver"), NAME_TEXT),
            "epcisHeader": own_record(
                {}, {"epcisMasterData": own_record({}, {"vocabularyList": several(ref("Vocabulary"))})}
            ),
        },
        description=_l("Events to be captured, at most 1,000 of them."),
    ),
    "EventToCapture": {
        "description": _l(
            "An EpcisEvent, whose @context may be the document's. Anything else is refused by itself: the capture job "
            "says so."
        ),
    },
    "Vocabulary": own_record({"type": ref("Uri")}, {"vocabularyElementList": several(ref("VocabularyElement"))}),
    "VocabularyElement": own_record(
        {"id": ref("Uri")},
        {"type": ref("Uri"), "attributes": several(ref("Attribute")), "children": several(ref("Uri"))},
    ),
    "Attribute": own_record({"id": ref("Uri")}, {"attribute": {"anyOf": [TEXT, ref("Number"), ref("OwnObject")]}}),
}
"""What surrounds the events of a document."""

SENT: dict[str, Schema] = {
    **PARTS,
    **EVENTS,
    **ENVELOPE,
    "EpcisEvent": {"oneOf": [ref(name) for name in EVENTS], "description": _l("An event by itself.")},
}
"""All that is sent as an event."""
