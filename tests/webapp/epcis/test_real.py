"""The repository over the real thing: documents go onto a chain, come back equal, and their hashes are recomputed."""

import importlib.util
from copy import deepcopy
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.clocks import BEGAN
from traceability.bootstrap import CONSOLE, StoryClock, build, init
from traceability.proofs.event_hash import event_hash
from traceability.services.commands import AdmitParticipant
from traceability.settings import Settings
from webapp import create_app

pytestmark = pytest.mark.slow

ANCHOR = "ocopchain:anchor"
GIVEN = {"recordTime", "eventID", ANCHOR, "@context"}
"""Members that the repository adds to an event."""


@pytest.fixture(scope="module")
def documents():
    """The module with our documents."""
    spec = importlib.util.spec_from_file_location("epcis_documents", Path(__file__).with_name("documents.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A fresh data folder below a path, with a producer, and a program that speaks for it."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("site"), base_url="https://trace.example.vn/ocop")
    clock = StoryClock(BEGAN)
    init(settings, clock)
    app = build(settings, clock=clock, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    fields = {"capacities": ("producer",), "commune_code": "15286"}
    made = app.participants.admit(CONSOLE, AdmitParticipant("a", "Hợp tác xã muối biển", "cooperative", **fields))
    _, token = app.api_keys.create(CONSOLE, "scales", participant=app.reads.party(made.uri).number)
    client = create_app(settings, app).test_client(use_cookies=False)
    client.environ_base |= {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_ACCEPT_LANGUAGE": "en"}
    yield client
    app.close()


def captured(site, document, **headers):
    """Capture a document; return its finished job."""
    taken = site.post("/ocop/capture", json=document, headers=headers)
    assert taken.status_code == 202, taken.data
    job = site.get(taken.headers["Location"].removeprefix("https://trace.example.vn"))
    assert job.status_code == 200
    return job.json


def asked(site, path, **headers):
    """Return the document of a question, and its events."""
    response = site.get(path, headers=headers)
    assert response.status_code == 200, response.data
    return response.json, response.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


@pytest.fixture(scope="module")
def filled(site, documents):
    """The five types of events, captured as one document."""
    job = captured(site, documents.document(*documents.EVENTS))
    assert (job["success"], job["running"], job["errors"]) == (True, False, [])
    return site


def test_what_was_captured_is_given_back_equal(filled, documents):
    """In the order of the document; the repository adds three members and takes nothing away."""
    _, events = asked(filled, "/ocop/events", **{"GS1-EPC-Format": "Never_Translates"})
    assert len(events) == len(documents.EVENTS)
    for sent, told in zip(documents.EVENTS, events, strict=True):
        assert {k: v for k, v in told.items() if k not in GIVEN} == {k: v for k, v in sent.items() if k not in GIVEN}
        assert told["eventID"] == sent.get("eventID", told[ANCHOR]["ocopchain:eventHash"])
        assert told["recordTime"].endswith("Z")


def test_identifiers_become_digital_links_unless_somebody_wants_them_as_they_were(filled):
    """And the extension fields stay what they were."""
    _, (event, *_) = asked(filled, "/ocop/events?perPage=1")
    assert event["epcList"][1] == "https://id.gs1.org/01/09506000177106/21/KHO-8"
    assert event["readPoint"]["id"] == "https://id.gs1.org/414/9506000017716/254/kho"
    assert event["salt:note"] == "mưa rào & nắng <sớm>"


def test_each_anchored_hash_can_be_recomputed_from_the_answer(filled, documents):
    """With the contexts of the answer, in either form of identifiers; and a changed field breaks it."""
    for form in ("Always_GS1_Digital_Link", "Never_Translates"):
        page, events = asked(filled, "/ocop/events", **{"GS1-EPC-Format": form})
        for event in events:
            anchored = event.pop(ANCHOR)
            assert event_hash(event, context=page["@context"]) == anchored["ocopchain:eventHash"]
            assert anchored["ocopchain:transaction"].startswith("0x")
            changed = {**deepcopy(event), "eventTimeZoneOffset": "+08:00"}
            assert event_hash(changed, context=page["@context"]) != anchored["ocopchain:eventHash"]


def test_a_repeated_document_records_nothing(filled, documents):
    """Each event is recognised by its hash."""
    height = filled.application.extensions["ocop"].ledger.height()
    assert captured(filled, documents.document(*documents.EVENTS))["success"]
    assert filled.application.extensions["ocop"].ledger.height() == height
    single = filled.post(
        "/ocop/events", json={"@context": [documents.CONTEXT], **documents.TRANSFORMATION, "ilmd": None}
    )
    assert single.status_code == 400
    context = {"@context": [documents.CONTEXT, documents.OWN]}
    assert filled.post("/ocop/events", json=context | documents.TRANSFORMATION).status_code == 409


def test_an_event_is_found_by_identifier_epc_step_place_and_named_query(filled, documents):
    """Every way leads to the same events."""
    _, events = asked(filled, "/ocop/events")
    for event in events:
        _, (found,) = asked(filled, "/ocop/events/" + event["eventID"].replace("/", "%2F").replace("?", "%3F"))
        assert found == event
    piece = documents.PIECE.replace("/", "%2F")
    _, of_piece = asked(filled, f"/ocop/epcs/{piece}/events")
    assert [one["type"] for one in of_piece] == [
        "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent",
    ]  # fmt: skip
    _, of_lot = asked(filled, "/ocop/epcs/https:%2F%2Fid.gs1.org%2F01%2F09506000177106%2F10%2FME-1/events")
    assert len(of_lot) == 3
    _, (own,) = asked(
        filled, "/ocop/bizSteps/salt:weighing/events", **{"GS1-Extensions": f"salt={documents.OWN['salt']}"}
    )
    assert own["type"] == "TransactionEvent"
    _, (there,) = asked(filled, f"/ocop/readPoints/{documents.PLACE}/events")
    assert there["type"] == "ObjectEvent"
    made = filled.post("/ocop/queries", json={"name": "packed", "query": {"EQ_bizStep": ["packing"]}})
    assert made.headers["Location"] == "https://trace.example.vn/ocop/queries/packed"
    _, (packed,) = asked(filled, "/ocop/queries/packed/events")
    assert packed["eventID"] == documents.AGGREGATION["eventID"]


def test_pages_go_on_while_others_capture(filled, documents):
    """What came after the first page was asked for is not on the later ones, and none comes twice."""
    first = filled.get("/ocop/events?perPage=2")
    before = asked(filled, "/ocop/events?perPage=1000")[1]
    assert captured(filled, documents.document({**documents.OBJECT, "salt:note": "later"}))["success"]
    found, response = [], first
    while True:
        found += [one["eventID"] for one in response.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]
        if "Link" not in response.headers:
            break
        response = filled.get(response.headers["Link"].split(">")[0].removeprefix("<https://trace.example.vn"))
    assert found == [one["eventID"] for one in before]


def test_one_bad_event_refuses_the_document_or_is_left_out(filled, documents):
    """As the client wants it, with the place of what is wrong."""
    good, bad = ({**documents.TRANSFORMATION, "salt:run": run} for run in (1, 2))
    bad = {**bad, "bizStep": "cooking"}
    job = captured(filled, documents.document(good, bad))
    assert not job["success"]
    assert [(one["type"], one["pointer"]) for one in job["errors"]] == [
        ("epcisException:ValidationException", "#/epcisBody/eventList/1/bizStep")
    ]
    query = "/ocop/events?EXISTS_salt:run"
    declared = {"GS1-Extensions": f"salt={documents.OWN['salt']}"}
    assert asked(filled, query, **declared)[1] == []
    assert not captured(filled, documents.document(good, bad), **{"GS1-Capture-Error-Behaviour": "proceed"})["success"]
    (event,) = asked(filled, query, **declared)[1]
    assert event["salt:run"] == 1


def test_an_event_declared_in_error_comes_with_its_declaration(filled, documents):
    """Under the identifier of the event."""
    made = filled.post("/ocop/events", json={"@context": [documents.CONTEXT], **documents.ERROR})
    assert made.status_code == 201, made.data
    _, events = asked(filled, "/ocop/events/" + documents.ERROR["eventID"])
    assert ["errorDeclaration" in one for one in events] == [False, True]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", "#"),
        (b"{", "#"),
        (b"[1]", "#"),
        (b'{"a":1,"a":2}', "#"),
        (b"\xff", "#"),
        (b"[" * 100_000, "#"),
        (b'{"type":"EPCISDocument"}', "#/@context"),
    ],
)
def test_what_is_no_document_is_refused_at_once(site, body, pointer):
    """400 with the place, however deep or broken."""
    response = site.post("/ocop/capture", data=body, content_type="application/ld+json")
    assert (response.status_code, response.json["type"]) == (400, "epcisException:ValidationException")
    assert response.json["pointer"] == pointer
