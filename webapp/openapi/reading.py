"""The document as its page shows it: sections with operations, parameters told apart, and a command to try each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

METHODS = ("get", "post", "put", "delete", "options")
"""In the order in which a page shows them."""

EXAMPLE_KEY = "ocop_ID_SECRET"
"""Stands for an API key in examples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One operation as the page shows it."""

    anchor: str
    method: str
    path: str
    what: Mapping[str, Any]
    """The operation object."""
    own: tuple[Mapping[str, Any], ...]
    """Its own parameters."""
    shared: tuple[Mapping[str, Any], ...]
    """Parameters that other operations have, too."""
    command: str
    """For a shell."""


def sections(document: Mapping[str, Any], base: str) -> Iterator[tuple[Mapping[str, Any], list[Told]]]:
    """Yield each tag with its operations.

    Args:
        document: the OpenAPI document.
        base: where the API is reached, for the commands.
    """
    told = [
        _told(document, base, path, method, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]
    for tag in document["tags"]:
        yield tag, [one for one in told if tag["name"] in one.what["tags"]]


def resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a value is or refers to."""
    while "$ref" in value:
        target: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def _told(document: Mapping[str, Any], base: str, path: str, method: str, what: Mapping[str, Any]) -> Told:
    """Return one operation with its parameters resolved."""
    parameters = what.get("parameters", ())
    return Told(
        anchor=what["operationId"],
        method=method.upper(),
        path=path,
        what=what,
        own=tuple(one for one in parameters if "$ref" not in one),
        shared=tuple(resolved(document, one) for one in parameters if "$ref" in one),
        command=_command(document, base, path, method, what),
    )


def _command(document: Mapping[str, Any], base: str, path: str, method: str, what: Mapping[str, Any]) -> str:
    """Return a command for a shell that tries an operation with its examples."""
    parameters = [resolved(document, one) for one in what.get("parameters", ())]
    query = []
    parts = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(str(one.get("example", "")), safe="") or one["name"])
        elif "example" in one and one["in"] == "query":
            query.append(f"{one['name']}={quote(_plain(one['example']), safe=':/')}")
        elif "example" in one:
            parts += ["-H", f"'{one['name']}: {one['example']}'"]
    if "security" in what:
        parts += ["-H", f"'Authorization: Bearer {EXAMPLE_KEY}'"]
    if "requestBody" in what:
        media, content = next(iter(what["requestBody"]["content"].items()))
        parts += ["-H", f"'Content-Type: {media}'"]
        body = next(iter(content.get("examples", {"": {"value": {}}}).values()))["value"]
        parts += ["--data", "'" + json.dumps(body, ensure_ascii=False, indent=1).replace("'", r"'\''") + "'"]
    return " ".join([*parts, f"'{base}{path}{'?' + '&'.join(query) if query else ''}'"])


def _plain(value: Any) -> str:
    """Return a value of the query; several with `|` between them."""
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def shape(schema: Mapping[str, Any]) -> str:
    """Return in a few signs what a value may be: a name of a schema, a type, or its words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        words = [str(one) for one in schema["enum"]]
        return " | ".join(words) if len(words) <= 6 else " | ".join([*words[:5], "…"])  # noqa: PLR2004 - a line
    if schema.get("type") == "array":
        return f"[{shape(schema.get('items', {}))}, …]"
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(shape(one) for one in schema.get("anyOf", schema.get("oneOf", ()))))
    kinds = schema.get("type", "")
    kind = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def pretty(value: Any) -> str:
    """Return JSON to read."""
    return json.dumps(value, ensure_ascii=False, indent=2)
