"""The public API does what its document says, whatever is sent: schemathesis with one seed and few examples.

`fuzzing.py` beside this file tries it with any seed and as many examples as one likes.
"""

import importlib.util
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis

from tests.clocks import BEGAN

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # what the tool's own libraries warn of is not ours
]

SEED = 20261123

CHEAP = (
    r"^/(?:healthz|openapi|queries/|capture/|events/|eventTypes$|bizSteps$"
    r"|linkset|\.well-known|01/\{gtin\}$|414|p/|party/)"
)
"""Addresses where trying every boundary of every parameter takes seconds, not minutes."""


@pytest.fixture(scope="module")
def fuzzing():
    """The module that tries the API."""
    if "openapi_fuzzing" not in sys.modules:
        path = Path(__file__).with_name("fuzzing.py")
        spec = importlib.util.spec_from_file_location("openapi_fuzzing", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["openapi_fuzzing"] = module
        spec.loader.exec_module(module)
    return sys.modules["openapi_fuzzing"]


@pytest.fixture(scope="module")
def site(fuzzing, tmp_path_factory):
    """A site with goods, events and an API key, on a port of the loopback."""
    made = fuzzing.make_site(tmp_path_factory.mktemp("site"))
    yield made
    fuzzing.close(made)


def found(fuzzing, schema):
    """Return all that schemathesis finds, and require that it has tried something."""
    reports = [f"{label}\n{report}" for label, report in fuzzing.try_all(schema)]
    return "\n\n".join(reports)


def test_chance_finds_nothing(fuzzing, site):
    """Examples, random requests and chains of requests: each operation answers as described."""
    schema = fuzzing.schema_of(site, seed=SEED, examples=3, phases=("examples", "fuzzing", "stateful"))
    assert found(fuzzing, schema) == ""


def test_boundaries_find_nothing(fuzzing, site):
    """Each parameter at and beyond its bounds, methods that are not there, bodies of other kinds."""
    schema = fuzzing.schema_of(site, seed=SEED, examples=1, phases=("coverage",)).include(path_regex=CHEAP)
    assert found(fuzzing, schema) == ""


def test_without_a_key_nothing_is_written(fuzzing, site):
    """Whoever has no key reads as before, and is told 401 where one is needed."""
    before = site.application.reads.version()
    schema = fuzzing.schema_of(site, seed=SEED, examples=5, phases=("examples", "fuzzing"), key=False)
    assert found(fuzzing, schema.include(method=["POST", "DELETE"])) == ""
    assert site.application.reads.version() == before


def test_examples_work(fuzzing, site):
    """Every example of the document is sent, and none is refused."""
    schema = schemathesis.openapi.from_url(f"{site.address}/openapi.json")
    sent = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        for name, body in fuzzing.bodies_of(operation):
            response = operation.Case(body=body, media_type="application/json").call(
                headers={"Authorization": f"Bearer {site.token}"}
            )
            sent.add(name)
            assert response.status_code in {201, 202, 409}, response.text
    assert sent == {"document", "event", "query"}


def test_as_many_queries_as_fit(site):
    """Whoever has named as many questions as fit may not name another: 403, not the fault of what is sent."""
    client = site.app.test_client(use_cookies=False)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {site.token}"
    query = {"EQ_bizStep": ["storing"]}
    names = [f"q{n}" for n in range(101)]
    told = {}
    try:
        for name in names:
            told[name] = client.post("/queries", json={"name": name, "query": query}).status_code
        assert told[names[-1]] == 403
        assert set(told.values()) == {201, 403}
    finally:  # the site is shared, and other tests name some, too
        for name, status in told.items():
            if status == 201:
                client.delete(f"/queries/{name}")
    left = {query["name"] for query in client.get("/queries?perPage=200").json}
    assert left.isdisjoint(names)


def test_the_site_has_a_clock_of_its_own(site):
    """What is recorded there lies in the past, whatever the machine's clock says."""
    passed = site.application.clock.now() - BEGAN
    assert timedelta() <= passed < timedelta(hours=1)


def test_the_watchman_is_awake(fuzzing, site, monkeypatch):
    """An answer that does not fit its description is found."""
    monkeypatch.setitem(site.app.view_functions, "entry.health", lambda: ({"status": "well"}, 200))
    schema = fuzzing.schema_of(site, seed=SEED, examples=1, phases=("fuzzing",)).include(path_regex="^/healthz")
    assert "response_schema_conformance" in found(fuzzing, schema)
