"""Bodies of requests that work: the examples of the document, which the tests send."""

from typing import Any, Final

from traceability.domain.epcis_context import EPCIS_CONTEXT

_OBSERVED: Final[dict[str, Any]] = {
    "type": "ObjectEvent",
    "eventTime": "2026-05-14T10:10:00.000+07:00",
    "eventTimeZoneOffset": "+07:00",
    "epcList": ["urn:epc:id:sscc:8938500.0123456789"],
    "action": "OBSERVE",
    "bizStep": "storing",
    "disposition": "in_progress",
    "readPoint": {"id": "https://id.gs1.org/414/8938500012341"},
    "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4.2, "uom": "CEL"}]}],
}

EVENT: Final[dict[str, Any]] = {"@context": EPCIS_CONTEXT, **_OBSERVED}
"""A pallet in a cold store, and how cold it was."""

DOCUMENT: Final[dict[str, Any]] = {
    "@context": EPCIS_CONTEXT,
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-05-14T10:15:00.000+07:00",
    "epcisBody": {
        "eventList": [
            _OBSERVED | {"eventTime": "2026-05-14T10:12:00.000+07:00"},
            _OBSERVED | {"eventTime": "2026-05-14T10:14:00.000+07:00", "bizStep": "loading", "action": "OBSERVE"},
        ]
    },
}
"""The same pallet, twice."""

QUERY: Final[dict[str, Any]] = {
    "name": "cold-store",
    "query": {"eventType": ["ObjectEvent"], "EQ_bizStep": ["storing", "loading"], "orderBy": "eventTime"},
}
"""What happened in stores."""
