"""Numbers of GS1 that work here: what the document offers where no pattern can say which numbers are valid.

A check digit is beyond any readable regular expression. So the parameters of the resolver list numbers that are known
here, the first ones by name; others of their form work as well where they name something, and get 404 otherwise.
"""

from typing import Any, Final

from flask import Flask

from traceability.domain.check_digits import check_digit
from traceability.errors import OcopTraceError
from webapp.access import today
from webapp.openapi.operations import Schema

MOST: Final = 20
"""Numbers of one kind."""

KNOWN: Final = "x-known-here"
"""Stands in a schema for the numbers of a kind until the document is made."""


def _checked(digits: str) -> str:
    return digits + check_digit(digits)


EXAMPLES: Final = {
    "gtin": _checked("0950600013435"),
    "gln": _checked("950600013435"),
    "sscc": _checked("09506000134352789"),
    "gdti": _checked("950600013435") + "A1",
}
"""Kind -> a number of GS1's own for examples."""


def known(kind: str) -> Schema:
    """Return the schema of a number of a kind."""
    return {"type": "string", KNOWN: kind}


def numbers(app: Flask) -> dict[str, list[str]]:
    """Return the numbers known here, by their kind."""
    reads = app.extensions["ocop"].reads
    found: dict[str, list[str]] = {}
    try:
        paths = [product.path for product in reads.products(today())]
        found["gtin"] = [path.removeprefix("/01/") for path in paths if path.startswith("/01/")][:MOST]
        found["gln"] = [party.gln for party in reads.parties() if party.gln][:MOST]
    except OcopTraceError:
        pass  # the document is there also when the tables are not
    return {kind: found.get(kind) or [example] for kind, example in EXAMPLES.items()}


def filled(value: Any, of_kind: dict[str, list[str]]) -> Any:
    """Return a document with the numbers in place of their kinds."""
    if isinstance(value, dict):
        if KNOWN in value:
            return {"type": "string", "enum": of_kind[value[KNOWN]]}
        return {name: filled(one, of_kind) for name, one in value.items()}
    return [filled(one, of_kind) for one in value] if isinstance(value, list) else value
