"""The smallest schemas, and how larger ones are put together."""

from webapp.openapi.operations import Schema

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
URI: Schema = {"type": "string", "format": "uri"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MAYBE_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
HEX_20: Schema = {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$"}
HEX_32: Schema = {"type": "string", "pattern": "^0x[0-9a-f]{64}$"}


def record(required: dict[str, Schema], optional: dict[str, Schema] | None = None, **more: object) -> Schema:
    """Return the schema of an object with some members that are always there and some that may be."""
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required), **more}


def several(schema: Schema, **more: object) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": schema, **more}
