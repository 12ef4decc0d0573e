"""Events go out over HTTP: pages, one by one, by the names they use, and by named queries."""

from urllib.parse import quote

import pytest

from traceability.domain.event_query import Comparison, EventPage


def problem(response, status, exception):
    """Check a refusal, and return its body."""
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert (response.json["type"], response.json["status"]) == ("epcisException:" + exception, status)
    return response.json


def numbers(response):
    """The eventIDs of a page."""
    body = response.json
    assert body["type"] == "EPCISQueryDocument"
    return [event["eventID"] for event in body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]


def ids(repository):
    """The eventIDs of all events."""
    return [one.event_id for one in repository.EVENTS]


# ---------------------------------------------------------------------------------------------------------------- pages
def test_pages_hang_together(client, repository):
    """Each leads to the next one with the same question; the last one leads nowhere."""
    path, found, pages = "/events?EQ_action=OBSERVE&perPage=3&GE_eventTime=2026-01-01T00:00:00%2B07:00", [], 0
    client.application.extensions["ocop"].reads.fits = lambda *_: True
    while path:
        response = client.get(path)
        found += numbers(response)
        pages += 1
        link = response.headers.get("Link")
        assert ("GS1-Next-Page-Token-Expires" in response.headers) == bool(link)
        path = link.split(">")[0].removeprefix("<https://trace.example.vn") if link else None
        if link:
            assert "perPage=3" in path
            assert "GE_eventTime=2026-01-01T00%3A00%3A00%2B07%3A00" in path
            assert link.endswith('; rel="next"')
    assert (found, pages) == (ids(repository), 2)


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("30", 30), ("007", 7), ("1000", 1000), ("1001", 1000), ("9" * 400, 1000)]
)
def test_a_page_is_as_long_as_wanted_and_no_longer_than_offered(client, application, repository, text, size):
    """Who asks for too many gets the most there are to a page; they are looked up in portions."""
    many = [repository.event(number, f"urn:x:{number}") for number in range(1, 1500)]
    application.reads.events = endless(many, asked := [])
    response = client.get(f"/events?perPage={text}")
    assert numbers(response) == [one.event_id for one in many[:size]]
    assert f"nextPageToken={size}>" in response.headers["Link"]
    assert max(asked) <= 250


def test_a_page_of_large_events_is_shorter(client, application, repository):
    """And leads on to the others."""
    many = [repository.event(number, f"urn:x:{number}", note="x" * 100_000) for number in range(1, 500)]
    application.reads.events = endless(many, [])
    response = client.get("/events?perPage=400")
    assert len(numbers(response)) == 250
    assert "nextPageToken=250>" in response.headers["Link"]


def endless(events, asked):
    """Return what gives pages of given events, and notes how long they are."""

    def page(query, *, per_page, token=""):
        asked.append(per_page)
        first = int(token or 0)
        last = first + per_page
        return EventPage(tuple(events[first:last]), str(last) if last < len(events) else "")

    return page


def test_a_page_has_thirty_events_unless_somebody_wants_more(client, application):
    """The standard's number."""
    client.get("/events")
    assert application.reads.queries[-1][1] == 30


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "", "00", "²", "1e3", "%00"])
@pytest.mark.parametrize("path", ["/events", "/epcs", "/bizSteps", "/queries"])
def test_a_page_of_no_length_is_refused(client, path, text):
    """With the name of the parameter."""
    body = problem(client.get(f"{path}?perPage={text}"), 400, "QueryParameterException")
    if text != "%00":
        assert body["parameter"] == "perPage"


@pytest.mark.parametrize(
    "query", ["perPage=1&perPage=2", "nextPageToken=a&nextPageToken=b", "nextPageToken=" + "x" * 3000]
)
@pytest.mark.parametrize("path", ["/events", "/epcs", "/bizSteps", "/queries", "/bizSteps/shipping/events"])
def test_paging_is_asked_for_once(client, path, query):
    """Two answers to one question are none."""
    problem(client.get(f"{path}?{query}"), 400, "QueryParameterException")


@pytest.mark.parametrize("path", ["/events", "/bizSteps", "/queries", "/eventTypes"])
def test_a_token_of_nobody_is_refused(client, path):
    """And not taken for the beginning."""
    assert (
        problem(client.get(f"{path}?nextPageToken=x%C3%A9"), 400, "QueryParameterException")["parameter"]
        == "nextPageToken"
    )


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("bizStep=shipping", "bizStep"),
        ("EQ_action=SHOUT", "EQ_action"),
        ("GE_eventTime=yesterday", "GE_eventTime"),
        ("eventCountLimit=1", "eventCountLimit"),
        ("eventType=CookingEvent", "eventType"),
    ],
)
def test_a_parameter_that_is_not_understood_is_named(client, query, name):
    """A question that is understood in part would be answered wrongly."""
    assert problem(client.get("/events?" + query), 400, "QueryParameterException")["parameter"] == name


def test_more_events_than_wanted_are_refused(client):
    """`maxEventCount` is the client's own limit."""
    problem(client.get("/events?maxEventCount=2"), 413, "QueryTooLargeException")


def test_an_address_may_be_too_long(client):
    """A named query holds what does not fit into an address."""
    response = client.get("/events?MATCH_epc=" + "x" * 60_001)
    assert "/queries" in problem(response, 414, "URITooLongException")["detail"]
    problem(client.get("/events/" + "x" * 60_001), 414, "URITooLongException")


def test_a_page_that_has_not_changed_is_not_sent_again(client, application):
    """The ETag depends on the record, the question and the form, and costs no look at any event."""
    first = client.get("/events?perPage=2")
    tag = first.headers["ETag"]
    looked = len(application.reads.queries)
    again = client.get("/events?perPage=2", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert len(application.reads.queries) == looked
    for path, told in (
        ("/events?perPage=1", {}),
        ("/events?perPage=2", {"GS1-EPC-Format": "Never_Translates"}),
        ("/events?perPage=2", {"Accept": "application/ld+json"}),
    ):
        assert client.get(path, headers={"If-None-Match": tag, **told}).status_code == 200
    application.reads.edition = "2"
    assert client.get("/events?perPage=2", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["/events/urn:uuid:nobody", "/epcs/urn:x:y", "/bizSteps/cooking/events"])
def test_what_is_not_there_is_not_kept_either(client, path):
    """`If-None-Match: *` means any answer there is; where there is none it says nothing."""
    problem(client.get(path, headers={"If-None-Match": "*"}), 404, "NoSuchNameException")
    there = client.get("/events", headers={"If-None-Match": "*"})
    assert (there.status_code, there.data) == (304, b"")
    assert there.headers["ETag"] == client.get("/events").headers["ETag"]


@pytest.mark.parametrize(
    "query", ["EQ_eventID=" + "%7C".join(map(str, range(201))), "&".join(f"EQ_ILMD_f{one}=x" for one in range(65))]
)
def test_a_question_too_complex_is_refused_as_that(client, program, query):
    """201 values, 65 parameters: by an address, or by a named query."""
    problem(client.get("/events?" + query), 413, "QueryTooComplexException")
    problem(client.get("/epcs/urn:x:y/events?" + query), 413, "QueryTooComplexException")
    named = {name: value.split("%7C") for name, value in (one.split("=") for one in query.split("&"))}
    body = problem(program.post("/queries", json={"name": "a", "query": named}), 413, "QueryTooComplexException")
    assert body["pointer"] == ("#/query/EQ_eventID" if len(named) == 1 else "#")


def test_a_long_question_can_be_named(program, client):
    """Whatever fits an address fits there; what fits nowhere is refused with the exception of questions."""
    values = [f"https://things.example/{number:0280d}" for number in range(190)]
    assert len(quote("|".join(values))) > 55_000
    assert client.get("/events", query_string={"EQ_eventID": "|".join(values)}).status_code == 200
    assert program.post("/queries", json={"name": "long", "query": {"EQ_eventID": values}}).status_code == 201
    refused = program.post("/queries", json={"name": "longer", "query": {"EQ_eventID": "x" * 262_144}})
    problem(refused, 413, "QueryTooComplexException")
    assert "GS1-EPCIS-Capture-Limit" not in refused.headers


def test_pages_of_long_questions_end_early(program, client):
    """However many are wanted."""
    values = [f"https://things.example/{number:0900d}" for number in range(190)]
    for number in range(9):
        program.post("/queries", json={"name": f"q{number}", "query": {"EQ_eventID": values}})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("webapp.epcis.queries.STEP", 2)
        found, path, pages = [], "/queries?perPage=8", 0
        while path:
            page = client.get(path)
            found += [one["name"] for one in page.json]
            path = page.headers["Link"].split(">")[0][1:] if "Link" in page.headers else ""
            pages += 1
    assert found == [f"q{number}" for number in range(9)]
    assert pages == 2


ODD = ([[{}]], [{}], {}, {"a": [{}]}, [["x"]], [None, [1]])


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize(
    "name",
    [
        *("eventType", "EQ_action", "EQ_booleanValue", "GE_eventTime", "EQ_quantity", "EQ_value_CEL", "EQ_bizStep"),
        *("GE_https://ns.example/%23f", "EXISTS_errorDeclaration", "orderBy", "orderDirection", "MATCH_epc"),
        *("eventCountLimit", "maxEventCount", "WD_readPoint", "EQ_eventID", "EQ_https://ns.example/%23f"),
    ],
)
def test_values_of_no_kind_are_refused_in_words(program, name, value):
    """Objects and lists within lists: the sentence repeats them, and nothing breaks."""
    definition = {"name": "z", "query": {name.replace("%23", "#"): value}}
    assert problem(program.post("/queries", json=definition), 400, "QueryValidationException")["detail"]


def test_head_is_get_without_a_body(client):
    """For whoever wants to know whether something is new."""
    head, whole = client.head("/events?perPage=3"), client.get("/events?perPage=3")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Link"].split("&")[0] == whole.headers["Link"].split("&")[0]


@pytest.mark.parametrize("wanted", ["No_Preference", "Always_GS1_Digital_Link", "Never_Translates"])
def test_the_form_of_identifiers_is_passed_on(client, wanted):
    """`GS1-EPC-Format`."""
    page = client.get("/events", headers={"GS1-EPC-Format": wanted})
    (first, *_) = page.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert first["format"] == wanted


def test_own_fields_are_asked_for_by_declared_prefixes(client, application):
    """`GS1-Extensions` declares them."""
    path, declared = "/events?EQ_ex:degree=salty", {"GS1-Extensions": "ex=https://ns.hayen.example/voc/"}
    problem(client.get(path), 400, "QueryParameterException")
    client.get(path, headers=declared)
    (criterion,) = application.reads.queries[-1][0].criteria
    assert criterion.name == "{https://ns.hayen.example/voc/}degree"


# ----------------------------------------------------------------------------------------------------------- one by one
@pytest.mark.parametrize(
    "encode",
    [
        lambda one: quote(one, safe=""),
        lambda one: quote(one, safe="/:;"),
        lambda one: one.replace("?", "%3F"),
        lambda one: one,
    ],
)
def test_an_event_is_found_however_its_identifier_is_encoded(client, repository, encode):
    """Slashes, semicolons and question marks, encoded or not."""
    for event_id in ids(repository):
        assert set(numbers(client.get("/events/" + encode(event_id)))) == {event_id}


def test_an_event_comes_with_its_error_declarations(client, repository):
    """All that is known under the identifier."""
    assert len(numbers(client.get("/events/" + repository.GIVEN))) == 2


@pytest.mark.parametrize("path", ["/events/urn:uuid:nobody", "/events/x", "/events/%2F%2F", "/events/.."])
def test_an_event_that_is_not_there(client, path):
    """404."""
    problem(client.get(path), 404, "NoSuchNameException")


# ------------------------------------------------------------------------------------------------------------ resources
def test_words_of_the_standard_and_own_ones_are_listed_together(client, repository):
    """By the alphabet, page by page, each once."""
    found, path = [], "/bizSteps?perPage=7"
    while path:
        response = client.get(path)
        assert response.json["type"] == "Collection"
        found += response.json["member"]
        path = response.headers["Link"].split(">")[0][1:] if "Link" in response.headers else None
    assert found == sorted(set(found))
    assert {"shipping", "commissioning", repository.STEP} <= set(found)
    assert client.get("/eventTypes").json["member"] == [
        "AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent",
    ]  # fmt: skip
    assert "recalled" in client.get("/dispositions?perPage=100").json["member"]


def test_names_are_shortened_with_declared_prefixes(client):
    """The context of the answer says what the prefix means."""
    body = client.get("/bizSteps?perPage=100", headers={"GS1-Extensions": "ex=https://ns.hayen.example/steps/"}).json
    assert "ex:salting" in body["member"]
    assert body["@context"][1] == {"ex": "https://ns.hayen.example/steps/"}


def test_epcs_are_listed(client, repository):
    """As events name them."""
    first = client.get("/epcs?perPage=1")
    assert first.json["member"] == [repository.EPC]
    assert client.get(first.headers["Link"].split(">")[0][1:]).json["member"][0].startswith("urn:epc")
    assert client.get("/readPoints").json["member"] == []


@pytest.mark.parametrize("encode", [lambda one: quote(one, safe=""), lambda one: one.replace("%", "%25")])
def test_the_events_of_an_epc(client, application, repository, encode):
    """The EPC is one more condition of the question."""
    path = "/epcs/" + encode(repository.EPC)
    assert client.get(path).json["member"] == ["events"]
    assert len(numbers(client.get(path + "/events?perPage=2"))) == 2
    client.get(path + "/events?EQ_bizStep=packing")
    asked = application.reads.queries[-1][0].criteria
    assert [(one.comparison, one.name) for one in asked] == [(Comparison.EQ, "bizStep"), (Comparison.MATCH, "anyEPC")]


def test_the_events_of_a_step_a_type_and_a_place(client, repository):
    """Each resource asks for its own field."""
    assert numbers(client.get("/bizSteps/packing/events")) == ["urn:x:y?a=b;c"]
    assert numbers(client.get("/bizSteps/https:%2F%2Fref.gs1.org%2Fcbv%2FBizStep-packing/events")) == ["urn:x:y?a=b;c"]
    assert len(numbers(client.get("/eventTypes/ObjectEvent/events"))) == 4
    assert numbers(client.get("/readPoints/https%3A%2F%2Fexample.com%2Fevents/events")) == [repository.GIVEN]
    assert client.get("/readPoints/https%3A%2F%2Fexample.com%2Fevents").json["member"] == ["events"]


def test_conditions_that_exclude_each_other_have_no_answer(client):
    """Nothing is of two types."""
    assert numbers(client.get("/eventTypes/ObjectEvent/events?eventType=TransactionEvent")) == []


def test_words_of_the_standard_are_known_before_anybody_uses_them(client):
    """An empty page is an answer, too."""
    assert client.get("/bizSteps/sampling").json["member"] == ["events"]
    assert client.get("/bizSteps/https:%2F%2Fref.gs1.org%2Fcbv%2FBizStep-sampling").status_code == 200
    assert numbers(client.get("/bizSteps/sampling/events")) == []
    assert numbers(client.get("/eventTypes/AssociationEvent/events")) == []
    assert numbers(client.get("/dispositions/recalled/events")) == []


@pytest.mark.parametrize(
    "path",
    [
        "/eventTypes/CookingEvent",
        "/epcs/urn:epc:id:sgtin:0614141.107346.9",
        "/bizSteps/cooking",
        "/readPoints/x",
        "/epcs/a%7Cb",
        "/dispositions/https:%2F%2Fx.example%2Fy",
    ],
)
@pytest.mark.parametrize("rest", ["", "/events"])
def test_what_no_event_names_is_not_found(client, path, rest):
    """404, as for any name that is not there."""
    problem(client.get(path + rest), 404, "NoSuchNameException")


# -------------------------------------------------------------------------------------------------------------- queries
def test_a_query_is_named_asked_listed_and_deleted(program, client, repository):
    """Anybody may ask it."""
    definition = {"name": "packed", "query": {"EQ_bizStep": ["packing"], "eventType": ["ObjectEvent"]}}
    made = program.post("/queries", json=definition)
    assert (made.status_code, made.headers["Location"]) == (201, "https://trace.example.vn/queries/packed")
    assert client.get("/queries/packed").json == definition
    assert client.get("/queries").json == [definition]
    page = client.get("/queries/packed/events")
    assert numbers(page) == ["urn:x:y?a=b;c"]
    assert page.json["epcisBody"]["queryResults"]["queryName"] == "packed"
    problem(program.post("/queries", json=definition), 409, "ResourceAlreadyExistsException")
    assert program.delete("/queries/packed").status_code == 204
    problem(client.get("/queries/packed"), 404, "NoSuchNameException")
    problem(client.get("/queries/packed/events"), 404, "NoSuchNameException")
    problem(program.delete("/queries/packed"), 404, "NoSuchNameException")


def test_another_question_of_the_same_name_has_another_answer(program, client):
    """Although nothing was recorded since."""
    program.post("/queries", json={"name": "mine", "query": {"EQ_bizStep": ["packing"]}})
    tag = client.get("/queries/mine/events").headers["ETag"]
    program.delete("/queries/mine")
    program.post("/queries", json={"name": "mine", "query": {"EQ_bizStep": ["shipping"]}})
    assert client.get("/queries/mine/events", headers={"If-None-Match": tag}).status_code == 200


def test_queries_are_turned_page_by_page(program, client):
    """By name."""
    for name in ("a", "b", "c"):
        program.post("/queries", json={"name": name, "query": {}})
    first = client.get("/queries?perPage=2")
    assert [one["name"] for one in first.json] == ["a", "b"]
    last = client.get(first.headers["Link"].split(">")[0][1:])
    assert [one["name"] for one in last.json] == ["c"]
    assert "Link" not in last.headers


@pytest.mark.parametrize(
    ("definition", "pointer"),
    [
        ({"name": "a"}, "#"),
        ({"query": {}}, "#"),
        ({"name": 1, "query": {}}, "#"),
        ({"name": "a", "query": []}, "#"),
        ({"name": "a", "query": {}, "x/y~": 1}, "#/x~1y~0"),
        ({"name": "a b", "query": {}}, "#/name"),
        ({"name": "a", "query": {"EQ_action": ["SHOUT"]}}, "#/query/EQ_action"),
        ({"name": "a", "query": {"what": 1}}, "#/query/what"),
    ],
)
def test_a_query_that_cannot_be_asked_gets_no_name(program, definition, pointer):
    """With the place."""
    assert problem(program.post("/queries", json=definition), 400, "QueryValidationException")["pointer"] == pointer


def test_a_query_is_an_object(program):
    """Not a list, not a number."""
    assert program.post("/queries", json=[1]).status_code == 400


def test_a_named_query_takes_no_more_conditions(program, client):
    """It is what it was when it was named."""
    program.post("/queries", json={"name": "all", "query": {}})
    body = problem(client.get("/queries/all/events?EQ_bizStep=packing"), 400, "QueryParameterException")
    assert body["parameter"] == "EQ_bizStep"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/queries/all/subscriptions"),
        ("POST", "/queries/all/subscriptions"),
        ("GET", "/queries/all/subscriptions/s1"),
        ("DELETE", "/queries/all/subscriptions/s1"),
        ("GET", "/queries/all/events?stream=true"),
        ("GET", "/queries/all/events?minute=5"),
    ],
)
def test_nothing_is_pushed(program, method, path):
    """501, with what to do instead."""
    program.post("/queries", json={"name": "all", "query": {}})
    body = problem(program.open(path, method=method), 501, "ImplementationException")
    assert "GE_recordTime" in body["detail"]


@pytest.mark.parametrize("path", ["/queries/all/events", "/events", "/capture"])
@pytest.mark.parametrize("connection", ["Upgrade", "keep-alive"])
def test_no_socket_is_opened(client, path, connection):
    """WebSocket is not offered."""
    response = client.get(path, headers={"Upgrade": "websocket", "Connection": connection})
    problem(response, 501, "ImplementationException")


def test_a_token_can_be_given_back(client):
    """Nothing is kept for it, so that is soon done."""
    assert client.delete("/nextPageToken/abc").status_code == 204
