"""Nothing below the addresses of EPCIS is ever answered with a page, and nothing breaks."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceability.errors import ChainError, RuleViolationError, StorageError
from webapp.epcis.paths import ROOTS


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/events", 405),
        ("DELETE", "/capture", 405),
        ("PATCH", "/queries/a", 405),
        ("POST", "/bizSteps", 405),
        ("BREW", "/epcs", 405),
        ("GET", "/nextPageToken/a", 405),
        ("GET", "/nextPageToken", 404),
        ("GET", "/queries/a/b/c", 404),
        ("GET", "/capture/a/b/c", 401),
        ("GET", "/epcs//events", 400),
        ("GET", "/events/%ZZ", 400),
        ("GET", "/events/a%00", 400),
        ("POST", "/bizSteps/%ZZ", 405),
        ("GET", "/events?%ZZ=%00", 400),
        ("GET", "/events?a=%FF", 400),
    ],
)
def test_what_routing_refuses_is_a_problem_too(client, method, path, status):
    """405 says which methods there are."""
    response = client.open(path, method=method)
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert response.json["status"] == status
    assert response.json["type"].startswith("epcisException:")
    assert response.json["instance"] == path.split("?")[0]
    assert ("Allow" in response.headers) == (status == 405)


def test_pages_of_the_site_keep_their_own_errors(client):
    """What is no EPCIS is a page."""
    for path in ("/nothing-here", "/eventsx", "/Events"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.content_type.startswith("text/html")


@pytest.mark.parametrize(
    ("error", "status", "exception"),
    [
        (ChainError("The chain is down."), 503, "ImplementationException"),
        (StorageError("The table is gone."), 500, "ImplementationException"),
        (RuleViolationError("Not so."), 400, "ValidationException"),
    ],
)
def test_errors_of_the_services_become_exceptions_of_the_standard(client, application, error, status, exception):
    """With a sentence, and without anything of the inside."""

    def broken(*_, **__):
        raise error

    application.reads.events = broken
    response = client.get("/events")
    assert (response.status_code, response.json["type"]) == (status, "epcisException:" + exception)
    assert response.json["detail"] == str(error)
    assert ("Retry-After" in response.headers) == (status == 503)


def test_what_nobody_foresaw_is_a_problem_without_a_trace(app, client, application, monkeypatch):
    """The log has it."""

    def broken(*_, **__):
        raise ZeroDivisionError("secret")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    application.reads.events = broken
    response = client.get("/events")
    assert (response.status_code, response.content_type) == (500, "application/problem+json")
    assert b"secret" not in response.data


WORDS = st.sampled_from(
    [
        "EQ_bizStep",
        "perPage",
        "nextPageToken",
        "GE_eventTime",
        "MATCH_epc",
        "eventType",
        "orderBy",
        "lang",
        "EQ_x:y",
        "EXISTS_",
        "EQ_ILMD_",
        "WD_readPoint",
        "maxEventCount",
        "GT_quantity",
    ]
)
ODD = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", "0", "9" * 30, "2026-01-01T00:00:00Z", "*", "|", "urn:epc:idpat:sgtin:*.*.*", "\x00", "%"]),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Accept",
            "Content-Type",
            "GS1-EPCIS-Min",
            "GS1-EPCIS-Version",
            "GS1-EPC-Format",
            "GS1-Extensions",
            "Authorization",
            "Upgrade",
            "GS1-Capture-Error-Behaviour",
            "If-None-Match",
            "Accept-Language",
        ]
    ),
    st.one_of(
        st.sampled_from(["application/json", "2.0.0", "*/*", "*", "rollback", "x=urn:y:", "Bearer x"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    ),
    max_size=4,
)
PART = st.one_of(
    st.sampled_from(
        [*sorted(ROOTS), "subscriptions", "%2F", "%zz", "%00", "..", "urn:x:y", "", "ObjectEvent", "shipping"]
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#"), max_size=8),
)
BODIES = st.one_of(
    st.binary(max_size=40), st.sampled_from([b"{}", b"[]", b"null", b'{"refuse":1}', b'{"name":"a","query":{}}'])
)
QUERIES = st.lists(st.tuples(st.one_of(WORDS, ODD), ODD), max_size=4)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_sent_gets_an_answer_of_the_standard(program, client, data):
    """Never a page, never a 500; JSON, or nothing at all."""
    method = data.draw(st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"]))
    target = "/" + "/".join([data.draw(st.sampled_from(sorted(ROOTS))), *data.draw(st.lists(PART, max_size=4))])
    response = data.draw(st.sampled_from([program, client])).open(
        target,
        method=method,
        query_string=dict(data.draw(QUERIES)),
        headers=data.draw(HEADERS),
        data=data.draw(BODIES),
    )
    assert response.status_code < 500 or response.status_code == 501
    if response.status_code >= 400 and method != "HEAD":
        assert response.content_type == "application/problem+json"
        assert response.json["type"].startswith("epcisException:")
    elif response.data:
        assert response.content_type in {"application/json", "application/ld+json"}
    assert response.headers["GS1-EPCIS-Version"] == "2.0.0"
