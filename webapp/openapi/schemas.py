"""All schemas of the document by name, in JSON Schema 2020-12: the service's own here, the standards' beside.

They are as strict as the code that reads: what a schema allows is not refused for its form, and what is answered fits.
"""

from flask_babel import lazy_gettext as _l

from webapp.openapi.answer_schemas import ANSWERED
from webapp.openapi.epcis_schemas import SENT
from webapp.openapi.operations import Schema
from webapp.openapi.parameters import ASKED
from webapp.openapi.primitives import PRIMITIVES
from webapp.openapi.shapes import COUNT, HEX_20, HEX_32, MAYBE_COUNT, NAME, TEXT, URI, record, several

KEY = _l("An API key of the form ocop_ID_SECRET, made by the operator for one participant.")

SERVICE: dict[str, Schema] = {
    "Problem": record(
        {"type": NAME, "title": NAME, "status": {"type": "integer", "minimum": 400, "maximum": 599}},
        {"detail": TEXT, "instance": {"type": "string", "format": "uri-reference"}},
        description=_l("What went wrong (RFC 9457); `type` is one of the exception types of EPCIS 2.0 or about:blank."),
    ),
    "Refusal": record(
        {"error": TEXT, "detail": TEXT, "advice": TEXT}, description=_l("What went wrong, for programs.")
    ),
    "Health": record(
        {
            "status": {"enum": ["ok", "degraded"]},
            "chain_height": MAYBE_COUNT,
            "projection_height": MAYBE_COUNT,
            "lag": MAYBE_COUNT,
            "outbox": MAYBE_COUNT,
            "problems": several(TEXT),
        },
        description=_l("How far the projection is behind the chain, and how many signed records wait."),
    ),
    "Linkset": record(
        {
            "linkset": several(
                {
                    "type": "object",
                    "properties": {"anchor": URI, "itemDescription": TEXT},
                    "required": ["anchor", "itemDescription"],
                    "additionalProperties": several(
                        record(
                            {"href": URI, "title": TEXT},
                            {"type": TEXT, "hreflang": several(TEXT, minItems=1), "fwqs": {"type": "boolean"}},
                        ),
                        minItems=1,
                    ),
                },
                minItems=1,
            )
        },
        description=_l("Links by their type, from the finest level up to the key (RFC 9264)."),
    ),
    "ResolverDescription": record(
        {
            "name": TEXT,
            "resolverRoot": URI,
            "supportedPrimaryKeys": several(TEXT, minItems=1),
            "supportedLinkType": several(record({"namespace": URI, "prefix": TEXT})),
        },
        description=_l("What the resolver can do."),
    ),
    "StampProof": record(
        {
            "scheme": NAME,
            "lot": URI,
            "serial": NAME,
            "run": COUNT,
            "index": COUNT,
            "size": COUNT,
            "path": several(TEXT),
            "root": TEXT,
            "record": record(
                {"chainId": COUNT, "contract": HEX_20, "blockNumber": COUNT, "transaction": HEX_32, "logIndex": COUNT}
            ),
        },
        description=_l("That a stamp is one of a run, and where the run is on record."),
    ),
    "Record": record(
        {
            "format": URI,
            "subject": URI,
            "key": HEX_32,
            "chain": {"type": "object"},
            "expected": record({"head": {"type": ["string", "null"]}, "sequence": COUNT}),
            "submissions": several({"type": "object"}),
        },
        description=_l("The record of one subject, with which anyone can check it."),
    ),
    "OpenApi": record(
        {
            "openapi": {"type": "string", "pattern": "^3\\.1\\."},
            "info": {"type": "object"},
            "paths": {"type": "object"},
            "components": {"type": "object"},
        },
        description=_l("This document (OpenAPI 3.1)."),
    ),
}
"""Schemas that are our own."""

SCHEMAS: dict[str, Schema] = {**SERVICE, **PRIMITIVES, **SENT, **ANSWERED, **ASKED}
"""Name -> schema."""
