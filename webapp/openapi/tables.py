"""Where packages with many views keep their descriptions: a table beside them instead of a mark above each view.

A table is a module `described` with `OPERATIONS`, view -> operation, and `PATH_PARAMETERS`, name -> parameter.
"""

from dataclasses import replace
from functools import cache
from importlib import import_module
from types import ModuleType

from webapp.openapi.operations import Operation
from webapp.openapi.primitives import ANYTHING

TABLES = {name: f"webapp.{name}.described" for name in ("epcis", "public", "resolver")}
"""Blueprint -> module with its table."""


@cache
def table(blueprint: str) -> ModuleType:
    """Return the table of a blueprint; it is read when the document is made, for it needs all of this package."""
    return import_module(TABLES[blueprint])


def of_endpoint(endpoint: str) -> tuple[Operation, ...]:
    """Return the operations that a table tells of an endpoint."""
    blueprint, _, view = endpoint.partition(".")
    found = table(blueprint).OPERATIONS.get(view) if blueprint in TABLES else None
    if found is None:
        return ()
    return found if isinstance(found, tuple) else (found,)


def with_path_parameters(operation: Operation, path: str) -> Operation:
    """Return an operation with the parameters of its path that it does not describe itself."""
    told = {one.name for one in operation.parameters if one.place == "path"}
    names = [part[1:-1] for part in path.split("/") if part.startswith("{") and part[1:-1] not in told]
    known = {name: one for blueprint in TABLES for name, one in table(blueprint).PATH_PARAMETERS.items()}
    added = tuple(known[name] for name in names if name in known)
    if "OPTIONS" in operation.methods:
        added = tuple(replace(one, schema=ANYTHING) for one in added)
    return replace(operation, parameters=(*added, *operation.parameters)) if added else operation
