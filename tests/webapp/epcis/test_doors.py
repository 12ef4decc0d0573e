"""Two doors for events, `POST /capture` and `POST /events`: what is refused is told alike at both, as the page says."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from traceability import errors
from traceability.bootstrap import CONSOLE, StoryClock, build, init
from traceability.chain.node import too_large
from traceability.domain.epcis_context import EPCIS_CONTEXT
from traceability.services import commands
from traceability.services.capture.problems import FAMILIES, IDENTIFIER_IN_USE, exception_of, problem_of
from traceability.settings import Settings
from webapp import create_app
from webapp.epcis import problems

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
OURS, THEIRS = "09506000134352", "09506000134369"
IN_USE = "urn:uuid:0b0e7c3a-5d2b-4f4e-9a52-0c2f0c9d8b11"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A program of a cooperative that has one lot and has used one identifier; another has a product."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("doors"), base_url="https://trace.example.vn")
    clock = StoryClock(NOW)
    init(settings, clock)
    app = build(settings, clock=clock, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    fields = {"capacities": ("producer",), "commune_code": "15286"}
    for name, gtin in (("them", THEIRS), ("us", OURS)):
        made = app.participants.admit(CONSOLE, commands.AdmitParticipant(name, name, "cooperative", **fields))
        number = app.reads.party(made.uri).number
        actor = commands.Actor(1, name, "cooperative", number)
        app.products.register(actor, commands.RegisterProduct(name, "Mắm tép", unit="H87", gtin=gtin))
    _, token = app.api_keys.create(CONSOLE, "scales", participant=number)
    client = create_app(settings, app).test_client(use_cookies=False)
    client.environ_base |= {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_ACCEPT_LANGUAGE": "en"}
    for one in (beginning(OURS, "L1"), event(eventID=IN_USE, bizStep="loading")):
        assert client.post("/events", json=one).status_code == 201
    yield client
    app.close()


def event(**members):
    """An event about nothing known here unless `members` say more."""
    about = {} if "quantityList" in members else {"epcList": ["https://id.gs1.org/01/04012345123456/21/X1"]}
    moment = {"eventTime": "2026-11-20T02:00:00Z", "eventTimeZoneOffset": "+07:00"}
    return {"@context": EPCIS_CONTEXT, "type": "ObjectEvent", "action": "OBSERVE", **moment, **about, **members}


def beginning(gtin, number, quantity=5):
    """An event that brings a lot into being."""
    line = {"epcClass": f"https://id.gs1.org/01/{gtin}/10/{number}", "quantity": quantity}
    return event(action="ADD", bizStep="commissioning", quantityList=[line])


LINE = "/quantityList/0/epcClass"
PERSONAL = {"bizStep": "loading", "rdfs:comment": "0912 345 678"}
REFUSED = {
    "a word that is none": (event(bizStep="flying"), 400, "ValidationException", "/bizStep"),
    "what looks personal": (event(**PERSONAL), 400, "ValidationException", "/rdfs:comment"),
    "a lot that exists": (beginning(OURS, "L1", 6), 400, "ValidationException", LINE),
    "a lot of nobody": (event(quantityList=beginning(OURS, "L9")["quantityList"]), 400, "ValidationException", LINE),
    "a lot of another's goods": (beginning(THEIRS, "L2"), 403, "SecurityException", LINE),
    "an identifier in use": (event(eventID=IN_USE, bizStep="packing"), 409, "DuplicateNameException", "/eventID"),
}  # fmt: skip
"""What is wrong -> an event, and how it is refused."""


def by_itself(site, sent):
    """Return the problem of an event that is sent alone."""
    response = site.post("/events", json=sent)
    assert response.status_code == response.json["status"]
    return {name: value for name, value in response.json.items() if name != "instance"}


def in_document(site, *sent):
    """Return the problem of the last event of a document, its pointer cut to the event."""
    inner = [{name: value for name, value in one.items() if name != "@context"} for one in sent]
    whole = {
        "@context": EPCIS_CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T03:00:00Z",
        "epcisBody": {"eventList": inner},
    }
    (problem,) = site.post("/capture", json=whole).json["errors"]
    return problem | {"pointer": problem["pointer"].replace(f"/epcisBody/eventList/{len(sent) - 1}", "", 1)}


@pytest.mark.parametrize("case", REFUSED)
def test_both_doors_tell_the_same(site, case):
    """Exception, status, title, sentence and place."""
    sent, status, exception, place = REFUSED[case]
    first = [event(eventID=IN_USE, bizStep="loading", action="ADD")] if case == "an identifier in use" else []
    told = by_itself(site, sent)
    assert (told["status"], told["type"]) == (status, "epcisException:" + exception)
    assert told["pointer"] == "#" + place
    assert in_document(site, *first, sent) == told


def test_only_an_event_that_is_recorded_exists_already(site):
    """Whoever sends it again learns that nothing is left to do; in a document it counts as captured."""
    sent = event(bizStep="storing")
    assert site.post("/events", json=sent).status_code == 201
    again = site.post("/events", json=sent)
    assert (again.status_code, again.json["type"]) == (409, "epcisException:ResourceAlreadyExistsException")


def test_what_no_transaction_carries_is_told_at_both_doors(site, monkeypatch):
    """Not as a rule of the trade: less can be sent at once."""

    def check(*_):
        raise too_large(1 << 25)

    monkeypatch.setattr(type(site.application.extensions["ocop"].ledger), "check", check)
    told = by_itself(site, event(bizStep="arriving"))
    assert (told["status"], told["type"]) == (413, "epcisException:CaptureLimitExceededException")
    assert "fewer" in told["detail"]
    assert in_document(site, event(bizStep="arriving")) == told | {"pointer": "#"}


KINDS = sorted(
    (one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.OcopTraceError)),
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", [None, "/bizStep", "/eventID", "name"])
def test_every_error_is_the_same_at_both_doors(app, kind, field):
    """No family is told in two ways, and none of ours says 409 but an identifier in use."""
    error = kind("So it is.", field=field)
    kept = problem_of(error, "")
    with app.test_request_context("/events", method="POST"):
        assert problems.exception_of(error) == (kept.exception, kept.status)
    assert (kept.status == 409) == (issubclass(kind, errors.AlreadyExistsError) and field == "/eventID")
    assert kept.exception != "ResourceAlreadyExistsException"


def test_the_page_lists_every_exception_with_each_status():
    """The table of refusals and the code have the same exceptions; each status of the code stands on the page."""
    page = (ROOT / "docs" / "epcis.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d, ]+) \| `epcisException:(\w+)` \|", page, re.MULTILINE)
    told = {(name, int(status)) for statuses, name in rows for status in statuses.split(",")}
    families = [(name, status) for _, name, status in (*FAMILIES, *problems.QUESTIONS)]
    ours = {IDENTIFIER_IN_USE, *families, exception_of(errors.ChainError("")), exception_of(errors.StorageError(""))}
    http = {(exception, status) for status, (exception, _) in problems._OF_STATUS.items()}
    assert told == ours | http | named_in_source()
    assert {name for name, _ in told} == set(problems.TITLES)


def named_in_source():
    """Return the exceptions that views raise by name, with their status."""
    found = set()
    for path in (ROOT / "webapp" / "epcis").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) == "EpcisError":
                given = {one.arg: constants(one.value) for one in call.keywords if one.arg in {"exception", "http"}}
                most = max(len(given["exception"]), len(given["http"]))
                names, statuses = (given[name] * (most // len(given[name])) for name in ("exception", "http"))
                found |= set(zip(names, statuses, strict=True))
    return found


def constants(node):
    """Return the value that is written, or the two of a choice."""
    return [node.body.value, node.orelse.value] if isinstance(node, ast.IfExp) else [node.value]
