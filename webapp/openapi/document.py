"""Gathers the descriptions of all routes into one OpenAPI 3.1 document.

Routes are the source of paths and methods, so that nothing is described that is not there. Sentences are translated
when the document is made, schemas come from `schemas` as far as an operation mentions them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask
from flask_babel import LazyString
from werkzeug.routing import Rule

from webapp.openapi import schemas, tables
from webapp.openapi.operations import Answer, Body, Header, Operation, Parameter, Schema, operations_of
from webapp.openapi.pages import NOT_OFFERED
from webapp.openapi.standing import filled, numbers
from webapp.openapi.tags import TAGS, about_api

VERSION = "3.1.0"
"""Of the OpenAPI Specification."""

IMPLIED = frozenset({"HEAD", "OPTIONS"})
"""Methods that Flask adds to every route; they are described only where a view says so."""

SCHEMA = "#/components/schemas/"
"""What a reference to a schema begins with."""

PLACEHOLDER = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
"""A parameter of a route."""


class Described(NamedTuple):
    """One operation, and where it is found."""

    rule: str
    path: str
    method: str
    operation: Operation


def described(app: Flask) -> Iterator[Described]:
    """Yield every operation of an application, in the order of the document."""
    seen = set()
    refused = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in NOT_OFFERED}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.rule in refused:
            continue
        for one in (*operations_of(app.view_functions[rule.endpoint]), *tables.of_endpoint(rule.endpoint)):
            path = one.path or PLACEHOLDER.sub(r"{\1}", rule.rule)
            for method in one.methods or sorted((rule.methods or set()) - IMPLIED):
                if (path, method) not in seen and method in (rule.methods or ()) and serves(rule, path):
                    seen.add((path, method))
                    yield Described(rule.rule, path, method, tables.with_path_parameters(one, path))


def serves(rule: Rule, path: str) -> bool:
    """Tell whether a route answers a path: its fixed beginning is the path's beginning."""
    return path.startswith(rule.rule.partition("<")[0])


def openapi(app: Flask) -> dict[str, Any]:
    """Return the document, in the language of the request at hand."""
    paths: dict[str, dict[str, Any]] = {}
    told = list(described(app))
    shared = _shared(told)
    for one in told:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, shared)
    tags = {one.operation.tag for one in told}
    whole = {
        "openapi": VERSION,
        "info": about_api(),
        "servers": [{"url": app.config["PREFIX"] or "/"}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items() if name in tags],
        "paths": paths,
        "components": {
            "schemas": {},
            "parameters": {name: _parameter(parameter) for name, parameter in shared.items()},
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer", "description": schemas.KEY}},
        },
    }
    if refused := _not_offered(app):
        whole["x-not-offered"] = refused
    whole["components"]["schemas"] = _mentioned(whole)
    return filled(worded(whole), numbers(app))


def _shared(told: list[Described]) -> dict[str, Parameter]:
    """Return the parameters that several operations have in common, by name, in the order in which they come."""
    count = Counter(id(one) for what in told for one in what.operation.parameters)
    shared: dict[str, Parameter] = {}
    for what in told:
        for one in what.operation.parameters:
            if count[id(one)] > 1:
                shared.setdefault(one.name, one)
    return shared


def _not_offered(app: Flask) -> list[dict[str, Any]]:
    """Return what is refused with 501, and why."""
    return [
        {"path": PLACEHOLDER.sub(r"{\1}", rule.rule), "reason": NOT_OFFERED[rule.endpoint]}
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if rule.endpoint in NOT_OFFERED
    ]


def worded(value: Any) -> Any:
    """Return a document with its sentences in the language of the request at hand."""
    if isinstance(value, dict):
        return {str(key): worded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [worded(one) for one in value]
    return str(value) if isinstance(value, LazyString) else value


def _mentioned(whole: dict[str, Any]) -> dict[str, Schema]:
    """Return the schemas that a document refers to, and those that they refer to."""
    wanted, found = list(_references(whole)), {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = schemas.SCHEMAS[name]
            wanted.extend(_references(found[name]))
    return dict(sorted(found.items()))


def _references(value: Any) -> Iterator[str]:
    """Yield the names of all schemas that a value refers to."""
    if isinstance(value, dict):
        target = value.get("$ref")
        if isinstance(target, str) and target.startswith(SCHEMA):
            yield target.removeprefix(SCHEMA)
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _references(one)


def _operation(one: Described, shared: dict[str, Parameter]) -> dict[str, Any]:
    """Return an operation object."""
    what = one.operation
    made: dict[str, Any] = {
        "operationId": what.name or _identifier(one),
        "tags": [what.tag],
        "summary": what.summary,
    }
    if what.about:
        made["description"] = what.about
    if what.parameters:
        made["parameters"] = [
            {"$ref": f"#/components/parameters/{parameter.name}"}
            if shared.get(parameter.name) is parameter
            else _parameter(parameter)
            for parameter in what.parameters
        ]
    if what.body:
        made["requestBody"] = _body(what.body)
    made["responses"] = {
        str(status): _answer(answer, what.links.get(status)) for status, answer in sorted(what.answers.items())
    }
    if what.key:
        made["security"] = [{"apiKey": []}]
    return made


def _identifier(one: Described) -> str:
    """Make an identifier of method and path: `get_events_eventID`."""
    return "_".join([one.method.lower(), *re.findall(r"\w+", one.path)])


def _parameter(what: Parameter) -> dict[str, Any]:
    """Return a parameter object."""
    made: dict[str, Any] = {"name": what.name, "in": what.place, "description": what.about}
    if what.required or what.place == "path":
        made["required"] = True
    if what.several:
        made |= {
            "style": "pipeDelimited",
            "explode": False,
            "schema": {"type": "array", "items": what.schema, "minItems": 1},
        }
    else:
        made["schema"] = what.schema
    if what.example is not None:
        made["example"] = [what.example] if what.several else what.example
    return made


def _body(what: Body) -> dict[str, Any]:
    """Return a request body object; every media type has the same examples."""
    examples = {name: {"value": value} for name, value in what.examples.items()}
    return {
        "description": what.about,
        "required": True,
        "content": {
            media: {"schema": schema} | ({"examples": examples} if examples else {})
            for media, schema in what.content.items()
        },
    }


def _answer(what: Answer, links: Any) -> dict[str, Any]:
    """Return a response object."""
    made: dict[str, Any] = {"description": what.about}
    if what.headers:
        made["headers"] = {header.name: _header(header) for header in what.headers}
    if what.content:
        made["content"] = {media: {"schema": schema} for media, schema in what.content.items()}
    if links:
        made["links"] = links
    return made


def _header(what: Header) -> dict[str, Any]:
    """Return a header object."""
    return {"description": what.about, "schema": what.schema} | ({"required": True} if what.always else {})
