"""The schemas of the document say what the readers say: of good events, and of each bad one."""

import json
from copy import deepcopy

import pytest
from jsonschema import Draft202012Validator

from traceability.domain.epcis_documents import read_document, read_single
from traceability.domain.event_parameters import read_named, read_query
from traceability.errors import InvalidInputError
from webapp.openapi import samples
from webapp.openapi.document import worded
from webapp.openapi.parameters import EVENT_FILTERS
from webapp.openapi.schemas import SCHEMAS


@pytest.fixture
def fits(app):
    """Return a function that tells whether a value fits a schema of the document."""
    with app.test_request_context("/"):
        schemas = json.loads(json.dumps(worded(SCHEMAS)))

    def check(name, value):
        whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        return Draft202012Validator(whole).is_valid(value)

    return check


def reads(value):
    """Tell whether an event is read."""
    try:
        read_single(value)
    except InvalidInputError:
        return False
    return True


def test_examples_fit_and_are_read(fits):
    """What the document shows as an example fits its schema, and the readers take it."""
    assert fits("EpcisEvent", samples.EVENT)
    assert fits("EpcisDocument", samples.DOCUMENT)
    assert fits("NamedQuery", samples.QUERY)
    read_single(samples.EVENT)
    read_document(samples.DOCUMENT)
    read_named(samples.QUERY["query"])


CHANGES = {
    "a word of no list": ("bizStep", "store"),
    "a word as XML writes it": ("bizStep", "urn:epcglobal:cbv:bizstep:storing"),
    "no time": ("eventTime", "2026-05-14"),
    "a day that is not": ("eventTime", "2026-02-30T10:00:00Z"),
    "a leap day": ("eventTime", "2024-02-29T10:00:00Z"),
    "no leap day": ("eventTime", "2100-02-29T10:00:00Z"),
    "an offset too far": ("eventTimeZoneOffset", "+14:30"),
    "no URI": ("epcList", ["pallet 7"]),
    "brackets in a path": ("epcList", ["urn:a:[1]"]),
    "two fragments": ("epcList", ["https://ns.example/a#b#c"]),
    "a URI with a fragment": ("epcList", ["https://ns.example/a?b#c"]),
    "a hash": ("epcList", ["ni:///sha-256;ab12?ver=CBV2.0"]),
    "twice the same": ("epcList", ["urn:a:1", "urn:a:1"]),
    "another action": ("action", "LOOK"),
    "a name without meaning": ("colour", "red"),
    "a name in full": ("https://ns.example/colour", {"red": [1, True, None, "x"]}),
    "a prefix that nobody declared": ("ext:colour", "red"),
    "a number beyond": ("https://ns.example/n", 2**60),
    "ilmd while observing": ("ilmd", {}),
    "no place": ("readPoint", {}),
    "a place and more": ("readPoint", {"id": "urn:a:1", "https://ns.example/x": 1}),
    "no unit": ("quantityList", [{"epcClass": "urn:a:1", "quantity": 1, "uom": "kilo"}]),
    "a report of nothing": ("sensorElementList", [{"sensorReport": [{"value": 1}]}]),
    "no report": ("sensorElementList", [{"sensorReport": []}]),
    "no disposition": ("persistentDisposition", {}),
    "an own disposition": ("disposition", "https://ns.example/eaten"),
    "another context": ("@context", "https://ns.example/context.jsonld"),
    "a list of contexts": ("@context", [samples.EVENT["@context"]]),
    "a context twice": ("@context", [samples.EVENT["@context"]] * 2),
    "a name in full with a fragment": ("https://ns.example/v#colour", "red"),
    "a name with two fragments": ("https://ns.example/v#a#b", "red"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_schema_and_reader_agree(fits, change):
    """One thing is changed in a good event: the schema allows exactly what the reader takes."""
    name, value = CHANGES[change]
    event = {**deepcopy(samples.EVENT), name: value}
    assert fits("EpcisEvent", event) == reads(event)


@pytest.mark.parametrize(
    "name", sorted(set(samples.EVENT) - {"bizStep", "disposition", "readPoint", "sensorElementList"})
)
def test_what_is_missing_is_missed_by_both(fits, name):
    """Members that must be there are required by the schema as by the reader."""
    event = {key: value for key, value in samples.EVENT.items() if key != name}
    assert fits("EpcisEvent", event) == reads(event)


def test_all_parameters_may_be_asked_at_once():
    """One question with every parameter that the document tells is understood."""
    values = {"Time": "2026-01-01T00:00:00Z"}
    asked = {}
    for one in EVENT_FILTERS:
        schema = one.schema
        named = schema.get("$ref", "").rpartition("/")[2]
        word = SCHEMAS[named].get("examples", [None])[0] if named in SCHEMAS else None
        plain = "1" if schema.get("type") == "number" else "https://ns.example/a"
        asked[one.name] = [str(schema["enum"][-1]) if "enum" in schema else values.get(named) or word or plain]
    assert len(read_query(asked).criteria) > 40
