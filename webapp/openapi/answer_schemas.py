"""Schemas of what EPCIS operations answer: query documents with anchors, capture jobs, collections, named queries."""

from flask_babel import lazy_gettext as _l

from traceability.domain.epcis import EVENT_TYPES
from webapp.openapi.operations import Schema, ref
from webapp.openapi.shapes import COUNT, HEX_20, HEX_32, NAME, TEXT, record, several

ANY_CONTEXT: Schema = {"type": ["string", "array", "object"]}

EVENT_HASH = r"^ni:///sha-256;[0-9a-f]{64}\?ver=CBV2\.0$"

ANSWERED: dict[str, Schema] = {
    "Anchor": record(
        {
            "ocopchain:block": COUNT,
            "ocopchain:transaction": HEX_32,
            "ocopchain:logIndex": COUNT,
            "ocopchain:position": COUNT,
            "ocopchain:eventHash": {"type": "string", "pattern": EVENT_HASH},
            "ocopchain:signer": HEX_20,
            "ocopchain:histories": several(
                record({"ocopchain:subject": ref("Uri"), "ocopchain:sequence": {"type": "integer", "minimum": 1}})
            ),
        },
        description=_l(
            "Where an event stands on chain. Whoever drops this member recomputes the event hash with any tool for "
            "CBV 2.0."
        ),
    ),
    "StoredEvent": record(
        {
            "type": {"enum": sorted(EVENT_TYPES)},
            "eventTime": ref("Time"),
            "eventTimeZoneOffset": ref("Offset"),
            "eventID": ref("Uri"),
            "recordTime": ref("Time"),
            "ocopchain:anchor": ref("Anchor"),
        },
        description=_l("An event as it was captured, with eventID, recordTime and its place on chain."),
    ),
    "QueryDocument": record(
        {
            "@context": ANY_CONTEXT,
            "type": {"const": "EPCISQueryDocument"},
            "schemaVersion": {"const": "2.0"},
            "creationDate": ref("Time"),
            "epcisBody": record(
                {
                    "queryResults": record(
                        {"queryName": NAME, "resultsBody": record({"eventList": several(ref("StoredEvent"))})}
                    )
                }
            ),
        },
        description=_l("One page of events."),
    ),
    "CaptureJob": record(
        {
            "captureID": NAME,
            "createdAt": ref("Time"),
            "running": {"type": "boolean"},
            "success": {"type": "boolean"},
            "captureErrorBehaviour": {"enum": ["rollback", "proceed"]},
            "errors": several(ref("Problem")),
        },
        {"finishedAt": ref("Time")},
        description=_l("How far a capture job is; each error points to its event."),
    ),
    "CaptureJobs": several(ref("CaptureJob")),
    "Collection": record(
        {"@context": ANY_CONTEXT, "type": {"const": "Collection"}, "member": several(TEXT, uniqueItems=True)},
        description=_l("Names, such as business steps or EPCs."),
    ),
    "NamedQueryAnswer": record({"name": NAME, "query": {"type": "object"}}, description=_l("A question and its name.")),
    "NamedQueries": several(ref("NamedQueryAnswer")),
}
"""Name -> schema."""
