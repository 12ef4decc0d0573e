"""All schemas of the document by name, in JSON Schema 2020-12: the service's own here, the standards' beside.

They are as strict as the code that reads: what a schema allows is not refused for its form, and what is answered fits.
"""

from flask_babel import lazy_gettext as _l

from webapp.openapi.operations import Schema, ref

KEY = _l("An API key of the form ocop_ID_SECRET, made by the operator for one participant.")

HEX_32: Schema = {"type": "string", "pattern": "^0x[0-9a-f]{64}$"}
HEX_20: Schema = {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$"}
COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}


def record(required: dict[str, Schema], optional: dict[str, Schema] | None = None, **more: object) -> Schema:
    """Return the schema of an object with some members that are always there and some that may be."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        **more,
    }


def several(schema: Schema, **more: object) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": schema, **more}


TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
NUMBER: Schema = {"type": "integer", "minimum": 0}
URI: Schema = {"type": "string", "format": "uri"}
DATE_TIME: Schema = {"type": "string", "format": "date-time"}

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
            "chain_height": COUNT,
            "projection_height": COUNT,
            "lag": COUNT,
            "outbox": COUNT,
            "problems": several(TEXT),
        },
        description=_l("How far the projection is behind the chain, and how many signed records wait."),
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

SCHEMAS: dict[str, Schema] = {**SERVICE}
"""Name -> schema."""

__all__ = ["COUNT", "DATE_TIME", "HEX_20", "HEX_32", "KEY", "NAME", "NUMBER", "SCHEMAS", "TEXT", "URI", "ref"]
