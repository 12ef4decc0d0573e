"""The OpenAPI document: it is one, it says what the routes do, and no route is left out."""

import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from webapp.openapi.document import described, openapi
from webapp.openapi.operations import operations_of
from webapp.openapi.pages import AREAS, NOT_OFFERED, PAGES, is_page
from webapp.openapi.reading import resolved
from webapp.openapi.tables import TABLES, table


@pytest.fixture
def document(app):
    """The document in English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        return openapi(app)


def test_every_route_is_described_or_a_page(app):
    """A route is an operation of the document, a page for people, or said to be not offered: nothing is left out."""
    told = {one.rule for one in described(app)}
    told |= {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in NOT_OFFERED}
    unknown = [
        (rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.rule not in told and not is_page(rule.endpoint) and rule.endpoint not in NOT_OFFERED
    ]
    assert unknown == []


def test_every_method_of_a_described_route_is_described(app):
    """A route that reads and writes says what both do."""
    told = {(one.rule, one.method) for one in described(app)}
    rules = {rule for rule, _ in told}
    missing = [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.rule in rules and not is_page(rule.endpoint) and rule.endpoint not in NOT_OFFERED
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if (rule.rule, method) not in told
    ]
    assert missing == []


def test_what_is_listed_as_a_page_is_there(app):
    """The list of pages names no endpoint that is gone."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert sorted((PAGES | set(NOT_OFFERED)) - endpoints) == []
    assert sorted(AREAS - {endpoint.partition(".")[0] for endpoint in endpoints}) == []


def test_every_description_is_reached(app):
    """An operation whose path no route of its view serves would be told nowhere."""
    reached = {one.operation.summary for one in described(app)}
    lost = [one.summary for view in app.view_functions.values() for one in operations_of(view)]
    for name in TABLES:
        for told in table(name).OPERATIONS.values():
            lost += [one.summary for one in (told if isinstance(told, tuple) else (told,))]
    lost = [summary for summary in lost if summary not in reached]
    assert lost == []


def test_document_is_valid(document):
    """The document is OpenAPI 3.1, by the schema of the specification, with every reference leading somewhere."""
    OpenAPIV31SpecValidator(json.loads(json.dumps(document))).validate()


def test_operations_have_names_of_their_own(document):
    """Programs made from the document call operations by `operationId`."""
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))


def test_path_parameters_are_described(document):
    """Each parameter in braces is described, and none that is not there."""
    for path, methods in document["paths"].items():
        wanted = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        for one in methods.values():
            parameters = [resolved(document, one) for one in one.get("parameters", [])]
            assert {p["name"] for p in parameters if p["in"] == "path"} == wanted, path


def test_the_root_is_described_for_programs(document):
    """What `/` lists, and what it says of itself."""
    told = document["paths"]["/"]
    assert set(told) == {"get", "options"}
    assert {"application/json", "text/html"} <= set(told["get"]["responses"]["200"]["content"])


def test_document_is_served(client, document):
    """The document comes as JSON, may be read from any site, and is not sent twice to whoever has it."""
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert response.json == json.loads(json.dumps(document))
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get("/openapi.json", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_document_speaks_vietnamese(client):
    """`lang=vi` asks for descriptions in Vietnamese; a language that is not there is refused."""
    english, vietnamese = client.get("/openapi.json").json, client.get("/openapi.json?lang=vi").json
    assert english["paths"].keys() == vietnamese["paths"].keys()
    assert client.get("/openapi.json?lang=xx").status_code == 400
