"""Schemas of EPCIS 2.0 documents and events (EPCIS 2.0, section 7; CBV 2.0), made from the code's own vocabulary.

Request and answer differ in one thing: what is answered carries where it stands on chain.
"""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from traceability.domain.cbv import Action, Vocabulary
from traceability.domain.epcis import EVENT_TYPES
from webapp.openapi.operations import Schema, ref
from webapp.openapi.shapes import record, several

EXTENSION = r"^(?:@|[A-Za-z][A-Za-z0-9+.-]*:.)"
"""Names of members that EPCIS leaves to their author: with a prefix, or a keyword of JSON-LD."""

STAMP: Schema = {"$ref": "#/components/schemas/Time"}

OFFSET: Schema = {"type": "string", "pattern": r"^(?:[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)$"}

EVENT_TYPE: Schema = {"enum": sorted(EVENT_TYPES)}

FILTER_NUMBER: Schema = {"type": "number", "minimum": -1e15, "maximum": 1e15}

NUMBER: Schema = {"type": "number"}


def word(vocabulary: Vocabulary) -> Schema:
    """Return the schema of a word: one of the list, short or in full, or any URI of one's own."""
    words = sorted(vocabulary.words)
    prefixes = [vocabulary.uri_prefix, vocabulary.urn_prefix]
    starts = "|".join(prefix.replace(".", r"\.") for prefix in prefixes)
    return {
        "anyOf": [
            {"enum": words},
            {"enum": [prefix + one for prefix in prefixes for one in words]},
            {"allOf": [ref("Uri"), {"pattern": f"^(?!{starts})"}]},
        ]
    }


def open_record(required: dict[str, Schema], optional: dict[str, Schema], **more: object) -> Schema:
    """Return the schema of an object that takes extensions, and nothing else that it does not name."""
    return record(
        required,
        optional,
        patternProperties={EXTENSION: ref("Extension")},
        additionalProperties=False,
        **more,
    )


def closed_record(required: dict[str, Schema], optional: dict[str, Schema], **more: object) -> Schema:
    """Return the schema of an object that takes what it names."""
    return record(required, optional, additionalProperties=False, **more)


THINGS = several(ref("Uri"), uniqueItems=True)
AMOUNTS = several(ref("QuantityElement"))
SOME_THINGS = several(ref("Uri"), uniqueItems=True, minItems=1)
SOME_AMOUNTS = several(ref("QuantityElement"), minItems=1)

WHEN: dict[str, Schema] = {"eventTime": STAMP, "eventTimeZoneOffset": OFFSET}
"""What every event says."""

COMMON: dict[str, Schema] = {
    "@context": ref("Context"),
    "eventID": ref("Uri"),
    "recordTime": STAMP,
    "bizStep": ref("BizStep"),
    "disposition": ref("Disposition"),
    "persistentDisposition": ref("PersistentDisposition"),
    "readPoint": ref("Location"),
    "bizLocation": ref("Location"),
    "bizTransactionList": several(ref("BizTransaction")),
    "sourceList": several(ref("Source")),
    "destinationList": several(ref("Destination")),
    "sensorElementList": several(ref("SensorElement")),
    "certificationInfo": {"anyOf": [ref("Uri"), several(ref("Uri"), minItems=1)]},
    "errorDeclaration": ref("ErrorDeclaration"),
}
"""What every event may say."""

ACTION: Schema = {"enum": [one.value for one in Action]}


def event(name: str, required: dict[str, Schema], optional: dict[str, Schema], **more: object) -> Schema:
    """Return the schema of one type of event."""
    return open_record({"type": {"const": name}, **WHEN, **required}, {**COMMON, **optional}, **more)


def any_of(names: Iterable[str]) -> Schema:
    """Return a condition: one of these members is there and not empty."""
    return {"anyOf": [{"required": [name], "properties": {name: {"minItems": 1}}} for name in names]}


EVENTS: dict[str, Schema] = {
    "ObjectEvent": event(
        "ObjectEvent",
        {"action": ACTION},
        {"epcList": THINGS, "quantityList": AMOUNTS, "ilmd": ref("Ilmd")},
        allOf=[
            any_of(["epcList", "quantityList", "sensorElementList"]),
            {"if": {"required": ["ilmd"]}, "then": {"properties": {"action": {"const": "ADD"}}}},
        ],
        description=_l("Something happened to things that stay what they are."),
    ),
    "AggregationEvent": event(
        "AggregationEvent",
        {"action": ACTION},
        {"parentID": ref("Uri"), "childEPCs": THINGS, "childQuantityList": AMOUNTS},
        anyOf=[{"required": ["parentID"]}, {"properties": {"action": {"const": "OBSERVE"}}}],
        description=_l("Things were put together or taken apart."),
    ),
    "TransactionEvent": event(
        "TransactionEvent",
        {"action": ACTION, "bizTransactionList": several(ref("BizTransaction"), minItems=1)},
        {"parentID": ref("Uri"), "epcList": THINGS, "quantityList": AMOUNTS},
        description=_l("Things became part of a business transaction, or left it."),
    ),
    "TransformationEvent": event(
        "TransformationEvent",
        {},
        {
            "inputEPCList": THINGS,
            "inputQuantityList": AMOUNTS,
            "outputEPCList": THINGS,
            "outputQuantityList": AMOUNTS,
            "transformationID": ref("Uri"),
            "ilmd": ref("Ilmd"),
        },
        anyOf=[
            {"allOf": [any_of(["inputEPCList", "inputQuantityList"]), any_of(["outputEPCList", "outputQuantityList"])]},
            {
                "allOf": [
                    {"required": ["transformationID"]},
                    any_of(["inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList"]),
                ]
            },
        ],
        description=_l("Things were used up and others came out of them."),
    ),
    "AssociationEvent": event(
        "AssociationEvent",
        {"action": ACTION, "parentID": ref("Uri")},
        {"childEPCs": THINGS, "childQuantityList": AMOUNTS},
        description=_l("Things were fixed to something, such as a sensor to a crate."),
    ),
}
"""The five types of events."""
