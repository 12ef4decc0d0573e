"""What a program may ask for in headers, and what every answer says in them."""

import pytest
from werkzeug.datastructures import MIMEAccept

from webapp.epcis.discovery import ALLOWED
from webapp.epcis.media import MEDIA_TYPES, quality

VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}


def rules(app):
    """Route -> methods that its views take."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("epcis.") or rule.rule == "/":
            found.setdefault(rule.rule, set()).update(rule.methods)
    return found


def test_allow_says_what_the_views_take(app):
    """Subscriptions are there to say that they are not offered, and nothing else is left out."""
    wanted = {route: set(allowed.split(", ")) for route, allowed in ALLOWED.items()}
    told = {route: methods if "subscription" not in route else {"OPTIONS"} for route, methods in rules(app).items()}
    assert told == wanted


@pytest.mark.parametrize("path", ["/queries/mine", "/queries/mine/events"])
def test_a_query_that_is_gone_can_do_nothing(client, path):
    """Whoever asks what a deleted query can do learns that there is none."""
    assert client.options(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/", "GET, HEAD, OPTIONS"),
        ("/capture", "GET, HEAD, OPTIONS, POST"),
        ("/capture/j1", "GET, HEAD, OPTIONS"),
        ("/events", "GET, HEAD, OPTIONS, POST"),
        ("/events/urn:x:y", "GET, HEAD, OPTIONS"),
        ("/eventTypes", "GET, HEAD, OPTIONS"),
        ("/epcs/https:%2F%2Fid.gs1.org%2F01%2F1/events", "GET, HEAD, OPTIONS"),
        ("/bizSteps/shipping", "GET, HEAD, OPTIONS"),
        ("/queries", "GET, HEAD, OPTIONS, POST"),
        ("/queries/mine", "DELETE, GET, HEAD, OPTIONS"),
        ("/queries/mine/events", "GET, HEAD, OPTIONS"),
        ("/queries/mine/subscriptions", "OPTIONS"),
        ("/nextPageToken/abc", "DELETE, OPTIONS"),
    ],
)
def test_options_tells_methods_versions_and_limits(client, program, path, allow):
    """No key is needed to learn what an address can do."""
    program.post("/queries", json={"name": "mine", "query": {"EQ_bizStep": ["shipping"]}})
    response = client.options(path)
    assert (response.status_code, response.data) == (204, b"")
    told = response.headers
    assert told["Allow"] == allow
    for name in ("GS1-EPCIS-Version", "GS1-EPCIS-Min", "GS1-EPCIS-Max"):
        assert told[name] == told[name.replace("EPCIS", "CBV")] == "2.0.0"
    assert told["GS1-EPC-Format"] == "Always_GS1_Digital_Link"
    assert told["GS1-Capture-Error-Behaviour"] == "all"
    assert int(told["GS1-EPCIS-Capture-Limit"]) == 1000
    assert int(told["GS1-EPCIS-Capture-File-Size-Limit"]) == 4 * 1024 * 1024
    assert "ocopchain=" in told["GS1-Extensions"]
    assert told["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "GS1-EPC-Format" in told["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", ["/events", "/bizSteps", "/events/nothing", "/queries/x/y", "/capture"])
def test_every_answer_tells_versions_and_may_be_read_by_other_sites(client, path):
    """Refusals, too; what protects readers stays."""
    told = client.get(path).headers
    assert {name: told[name] for name in VERSIONS} == VERSIONS
    assert told["Access-Control-Allow-Origin"] == "*"
    assert "Link" in told["Access-Control-Expose-Headers"]
    assert told["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in told


def test_no_credentials_of_a_browser_are_let_in(client):
    """A page of another site reads what anybody reads, and captures nothing."""
    told = client.options("/capture").headers
    assert "Access-Control-Allow-Credentials" not in told
    assert "Authorization" not in told["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("GS1-EPCIS-Version", "2.0.0", 200),
        ("GS1-EPCIS-Version", "2.0", 200),
        ("GS1-EPCIS-Version", "2.0.1", 200),
        ("GS1-EPCIS-Version", "1.2", 406),
        ("GS1-EPCIS-Min", "1.2.0", 200),
        ("GS1-EPCIS-Min", "2.0.0", 200),
        ("GS1-EPCIS-Min", "2.1", 406),
        ("GS1-EPCIS-Max", "2.0.0", 200),
        ("GS1-EPCIS-Max", "3", 200),
        ("GS1-EPCIS-Max", "1.2", 406),
        ("GS1-CBV-Min", "3.0.0", 406),
        ("GS1-CBV-Max", "1.0", 406),
        ("GS1-CBV-Version", "2.0.0", 200),
        ("GS1-CBV-Max", "two", 400),
        ("GS1-EPC-Format", "No_Preference", 200),
        ("GS1-EPC-Format", "Never_Translates", 200),
        ("GS1-EPC-Format", "Always_EPC_URN", 406),
        ("GS1-EPC-Format", "Sometimes", 400),
        ("GS1-CBV-XML-Format", "Always_URN", 200),
        ("GS1-Extensions", "what=ever", 200),
        ("GS1-Extensions", "=,;", 200),
    ],
)
def test_versions_and_formats_are_chosen_or_refused(client, name, value, status):
    """406 where what is wanted exists and is not offered, 400 where it is nothing."""
    response = client.get("/events", headers={name: value})
    assert response.status_code == status
    if status == 406:
        assert response.json["type"] == "epcisException:NotAcceptableException"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json;charset=utf-8", "application/json"),
        ("application/json;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ("application/xml, application/json;q=0.1", "application/json"),
        ("application/json;q=0, */*", "application/ld+json"),
        ("application/xml", None),
        ("text/html", None),
        ("application/json;q=0", None),
        ("nonsense", None),
    ],
)
def test_answers_are_json_or_refused(client, accept, kind):
    """XML and pages are not offered; a sentence says so, as JSON."""
    response = client.get("/events", headers={"Accept": accept})
    if kind:
        assert (response.status_code, response.content_type) == (200, kind)
    else:
        assert (response.status_code, response.content_type) == (406, "application/problem+json")
        assert "XML" in response.json["detail"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/json;q=0.5, text/html;q=0.5", "application/json"),
        ("application/json;q=0.4, text/html;q=0.5", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0", "text/html"),
        ("*/*", "text/html"),
        ("application/*", "text/html"),
        ("", "text/html"),
    ],
)
def test_the_root_lists_the_resources_for_programs(client, accept, kind):
    """Who names JSON gets the collection of the standard, everybody else the start page; caches keep them apart."""
    for response in (client.get("/", headers={"Accept": accept}), client.head("/", headers={"Accept": accept})):
        assert (response.status_code, response.mimetype) == (200, kind)
        assert "Accept" in response.vary
        assert ("GS1-EPCIS-Version" in response.headers) == (kind != "text/html")
        if kind != "text/html" and response.data:
            assert response.json["type"] == "Collection"
            assert sorted(response.json["member"]) == [
                "bizLocations", "bizSteps", "capture", "dispositions", "epcs", "eventTypes", "events", "queries",
                "readPoints",
            ]  # fmt: skip


def test_the_root_refuses_as_epcis_does(client):
    """Versions that are not spoken; a search remains a search, and other methods are the page's."""
    wanted = {"Accept": "application/json"}
    refused = client.get("/", headers={**wanted, "GS1-EPCIS-Min": "3.0"})
    assert (refused.status_code, refused.json["type"]) == (406, "epcisException:NotAcceptableException")
    assert client.get("/", headers={**wanted, "GS1-CBV-Max": "two"}).status_code == 400
    assert client.options("/", headers={"GS1-EPCIS-Version": "1.2"}).status_code == 406
    assert client.get("/?q=nothing-like-it", headers=wanted).mimetype == "text/html"
    assert client.get("/", headers={"GS1-EPCIS-Min": "3.0"}).mimetype == "text/html"
    assert client.post("/", headers=wanted).status_code == 405


@pytest.mark.parametrize("path", ["/epcs", "/bizLocations", "/readPoints"])
def test_lists_of_identifiers_refuse_forms_that_are_not_offered(client, path):
    """As pages of events do, although the names of a list have one form only."""
    for wanted, status in (("Always_EPC_URN", 406), ("Sometimes", 400), ("Never_Translates", 200)):
        assert client.get(path, headers={"GS1-EPC-Format": wanted}).status_code == status
    assert client.get("/bizSteps", headers={"GS1-EPC-Format": "Sometimes"}).status_code == 200


def test_the_most_exact_wish_counts():
    """RFC 9110, 12.5.1: `*/*` is worth what it says only where nothing more exact is said."""
    accepted = MIMEAccept([("*/*", 1), ("application/*", 0.5), ("application/json", 0.2)])
    assert [quality(one, accepted) for one in MEDIA_TYPES] == [0.2, 0.5]


def test_who_asks_too_often_waits(app, client, program):
    """Reading is limited for each address, a program by its key."""
    app.config["PAGE_RATE"] = "3 per minute"
    codes = [client.get("/bizSteps").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    refused = client.get("/events")
    assert refused.json["type"] == "epcisException:ImplementationException"
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert program.get("/events").status_code == 200


def test_what_a_key_asked_for_is_kept_by_nobody(client, program):
    """A cache keeps what anybody may have, and asks again whether it holds."""
    assert client.get("/events").headers["Cache-Control"] == "public, no-cache"
    assert program.get("/events").headers["Cache-Control"] == "no-store"
    assert program.get("/capture").headers["Cache-Control"] == "no-store"
