"""Who asks too often: with no key, with a wrong one, and what is said of it. Which operations need one is described."""

import pytest

from webapp.epcis.paths import ROOTS
from webapp.openapi.document import described

NEEDS_KEY = {
    ("POST", "/capture"),
    ("GET", "/capture"),
    ("GET", "/capture/captureID"),
    ("POST", "/events"),
    ("POST", "/queries"),
    ("DELETE", "/queries/queryName"),
}
WRONG = {"Authorization": "Bearer ocop_x_y"}


@pytest.fixture(scope="module")
def operations(made):
    """The described operations below the addresses of EPCIS, by method and an address of each."""
    app, _ = made
    return {
        (one.method, one.path.replace("{", "").replace("}", "")): one.operation
        for one in described(app)
        if one.path.split("/")[1] in ROOTS
    }


@pytest.fixture
def tired(app, client):
    """A program without a key whose address has asked as often as it may."""
    app.config["PAGE_RATE"] = "1 per hour"
    assert [client.get("/bizSteps").status_code for _ in range(2)] == [200, 429]
    return client


def test_what_needs_a_key_is_described(client, operations):
    """What is refused without a key is what is described so, and the other way round: the limit relies on it."""
    assert {what for what, operation in operations.items() if operation.key} == NEEDS_KEY
    refused = {(method, path) for method, path in operations if client.open(path, method=method).status_code == 401}
    assert refused == NEEDS_KEY


def test_without_a_key_it_is_the_key_that_is_missing(tired, operations):
    """401 where one is needed, however often the address has asked; 429 with Retry-After everywhere else."""
    for (method, path), operation in operations.items():
        answer = tired.open(path, method=method)
        assert answer.content_type == "application/problem+json", (method, path)
        if operation.key:
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        else:
            assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True), (method, path)
    assert tired.head("/capture").status_code == 401


def test_a_missing_key_costs_the_address_nothing(app, client):
    """Whoever forgets his key reads as before."""
    app.config["PAGE_RATE"] = "1 per hour"
    assert {client.get("/capture").status_code for _ in range(5)} == {401}
    assert client.get("/bizSteps").status_code == 200


@pytest.mark.parametrize("key", ["Bearer ocop_x_y", "Bearer", "Basic YTpi", ""])
def test_a_wrong_key_is_limited_as_its_address(tired, key):
    """A key is looked up, and keys are not to be guessed."""
    for method, path in NEEDS_KEY:
        answer = tired.open(path, method=method, headers={"Authorization": key})
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)


def test_wrong_keys_use_up_what_the_address_has(app, client):
    """They are counted, also where a key is needed."""
    app.config["PAGE_RATE"] = "2 per hour"
    assert [client.get("/capture", headers=WRONG).status_code for _ in range(3)] == [401, 401, 429]
    assert client.get("/bizSteps").status_code == 429


def test_asking_too_often_is_described(operations):
    """Every operation says that it may answer 429, and that Retry-After says until when."""
    for what, operation in operations.items():
        assert [header.name for header in operation.answers[429].headers] == ["Retry-After"], what
        assert list(operation.answers[429].content) == ["application/problem+json"], what
