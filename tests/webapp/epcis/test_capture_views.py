"""Events come in over HTTP."""

import json

import pytest

DOCUMENT = {"type": "EPCISDocument", "epcisBody": {"eventList": []}}


def problem(response, status, exception):
    """Check a refusal, and return its body."""
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    body = response.json
    assert (body["type"], body["status"]) == ("epcisException:" + exception, status)
    assert body["title"]
    assert body["instance"].startswith("/")
    return body


def test_a_document_becomes_a_capture_job(program, application):
    """202, and where the job is; `rollback` where nobody chose."""
    response = program.post("/capture", json=DOCUMENT)
    assert response.status_code == 202
    assert response.headers["Location"] == "https://trace.example.vn/capture/j1"
    assert response.headers["GS1-EPCIS-Version"] == "2.0.0"
    ((actor, value, behaviour),) = application.capture.given
    assert (actor.name, actor.participant, value, behaviour) == ("api:scales", 2, DOCUMENT, "rollback")


@pytest.mark.parametrize(
    ("wish", "behaviour"), [("proceed", "proceed"), ("rollback", "rollback"), ("Proceed", "proceed")]
)
def test_the_client_chooses_what_an_error_does(program, application, wish, behaviour):
    """`GS1-Capture-Error-Behaviour`."""
    program.post("/capture", json=DOCUMENT, headers={"GS1-Capture-Error-Behaviour": wish})
    assert application.capture.given[0][2] == behaviour


@pytest.mark.parametrize("wish", ["all", "nothing"])
def test_no_other_behaviour_is_understood(program, application, wish):
    """`all` is what a server says of itself."""
    response = program.post("/capture", json=DOCUMENT, headers={"GS1-Capture-Error-Behaviour": wish})
    problem(response, 400, "ValidationException")
    assert application.capture.given == []


def test_a_document_that_is_wrong_as_a_whole_is_refused_with_the_place(program):
    """The pointer is that of RFC 6901, as a fragment."""
    body = problem(program.post("/capture", json={"refuse": 1}), 400, "ValidationException")
    assert body["pointer"] == "#/epcisBody/eventList/0"
    assert body["detail"] == "The place is wrong."


@pytest.mark.parametrize("path", ["/capture", "/events", "/queries"])
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/xml", 415),
        ("text/xml", 415),
        ("application/soap+xml", 415),
        ("", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json; charset=utf-16", 415),
        ("application/ld+json", 400),
        ("application/json; charset=UTF-8", 400),
    ],
)
def test_only_json_is_taken(program, path, kind, status):
    """XML and SOAP: 415 with a sentence; JSON that is none: 400."""
    response = program.post(path, data=b"<a/>", headers={"Content-Type": kind} if kind else {})
    problem(response, status, "UnsupportedMediaTypeException" if status == 415 else "ValidationException")


def test_a_packed_body_is_not_taken(program):
    """Nothing that grows when it is unpacked."""
    response = program.post(
        "/capture", data=b"{}", headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}
    )
    problem(response, 415, "UnsupportedMediaTypeException")


def test_a_large_body_is_refused_before_it_is_read(program):
    """413, and OPTIONS says how much is taken."""
    response = program.post("/capture", data=b" " * (4 * 1024 * 1024 + 1), content_type="application/json")
    assert "bytes" in problem(response, 413, "CaptureLimitExceededException")["detail"]
    assert int(response.headers["GS1-EPCIS-Capture-Limit"]) == 1000
    assert int(response.headers["GS1-EPCIS-Capture-File-Size-Limit"]) == 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/capture"),
        ("GET", "/capture"),
        ("GET", "/capture/j1"),
        ("POST", "/events"),
        ("POST", "/queries"),
        ("DELETE", "/queries/a"),
    ],
)
@pytest.mark.parametrize("key", [None, "Bearer ocop_x_y", "Basic YTpi", "Bearer", "nothing"])
def test_capturing_needs_a_key(client, method, path, key):
    """401 says how to log in, whatever else is wrong with the request."""
    response = client.open(path, method=method, headers={"Authorization": key} if key else {})
    problem(response, 401, "SecurityException")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_of_the_pages_is_no_key(app, application):
    """No cookie opens anything here, and no CSRF token is asked for."""
    browser = app.test_client()
    browser.environ_base["wsgi.url_scheme"] = "https"
    browser.post("/login", data={"name": "coop", "password": "right"}, base_url="https://trace.example.vn")
    assert browser.post("/capture", json=DOCUMENT, base_url="https://trace.example.vn").status_code == 401


def test_a_job_tells_how_far_it_is(program):
    """Each error is a problem with the place of the event."""
    response = program.get("/capture/j2")
    job = response.json
    assert response.headers["Cache-Control"] == "no-store"
    assert job == {
        "captureID": "j2",
        "createdAt": "2026-11-20T03:30:00.000Z",
        "finishedAt": "2026-11-20T03:30:01.000Z",
        "running": False,
        "success": False,
        "captureErrorBehaviour": "rollback",
        "errors": [
            {
                "type": "epcisException:ValidationException",
                "title": "This is not valid",
                "status": 400,
                "detail": "bizStep is wrong.",
                "pointer": "#/epcisBody/eventList/3/bizStep",
            }
        ],
    }
    problem(program.get("/capture/j9"), 404, "NoSuchNameException")
    problem(program.get("/capture/j%2F9"), 404, "NoSuchNameException")


def test_jobs_are_turned_page_by_page(program):
    """`Link` leads on; the last page has none."""
    first = program.get("/capture?perPage=1")
    assert [job["captureID"] for job in first.json] == ["j1"]
    link = first.headers["Link"]
    assert link == '<https://trace.example.vn/capture?perPage=1&nextPageToken=j1>; rel="next"'
    last = program.get(link.split(">")[0][1:])
    assert [job["captureID"] for job in last.json] == ["j2"]
    assert "Link" not in last.headers


def test_an_event_is_recorded_and_returned(program, repository):
    """201, where it is found, and the event with what it was given."""
    response = program.post("/events", json={"type": "ObjectEvent"})
    assert response.status_code == 201
    assert response.json["eventID"] == repository.GIVEN
    place = response.headers["Location"]
    assert place == "https://trace.example.vn/events/urn%3Auuid%3A831c0292-4de1-430a-8255-2aca821abaab"
    assert program.get(place).status_code == 200


def test_an_event_that_is_there_already_is_a_conflict(program, application, repository):
    """Known by its hash; that its identifier is another's is another exception."""
    application.capture.recorded = (repository.GIVEN, False)
    assert (
        repository.GIVEN in problem(program.post("/events", json={}), 409, "ResourceAlreadyExistsException")["detail"]
    )
    problem(program.post("/events", json={"mine": 1}), 409, "DuplicateNameException")


def test_an_event_that_the_chain_has_not_taken_yet_is_not_said_to_be_recorded(program, application):
    """503, and where to ask whether it is recorded by now."""
    application.capture.recorded = ("urn:uuid:not-yet", True)
    response = program.post("/events", json={"type": "ObjectEvent"})
    assert "/events/urn%3Auuid%3Anot-yet" in problem(response, 503, "ImplementationException")["detail"]
    assert "Retry-After" in response.headers


def test_an_event_that_is_wrong_is_refused_with_the_place(program):
    """As a document is."""
    assert problem(program.post("/events", json={"refuse": 1}), 400, "ValidationException")["pointer"] == "#/bizStep"


def test_refusals_are_told_in_the_language_of_the_program(program):
    """Vietnamese comes first; people read what programs log."""
    told = program.post("/capture", data=b"", headers={"Accept-Language": "vi"})
    assert told.headers["Content-Language"] == "vi"
    assert "Accept-Language" in told.vary
    assert json.loads(told.data)["title"] != program.post("/capture", data=b"").json["title"]
