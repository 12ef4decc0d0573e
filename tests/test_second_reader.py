"""The format page is enough: a reader written from it alone comes to the heads and balances that the contract keeps.

The ledger below is small and real, and everything that the format knows happens on it. Each logged fact is then changed
in turn, to see that the second reader would not have believed it.
"""

import ast
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher

from tests import second_reader
from tests.second_reader import Kind, RefusedError
from traceability.bootstrap import CONSOLE, StoryClock, build, init
from traceability.proofs.record_id import record_id
from traceability.services.commands import (
    ActivateStamps,
    Actor,
    AddKey,
    AdmitParticipant,
    DeclareError,
    GrantCertificate,
    InputLine,
    IssueStamps,
    LiftRecall,
    OutputLine,
    Recall,
    ReceiveLot,
    RegisterLot,
    RegisterProduct,
    RestoreStamps,
    Retire,
    RevokeAward,
    RevokeKey,
    ShipLot,
    SplitLot,
    Transform,
    VoidStamps,
)
from traceability.settings import Settings

READER = Path(second_reader.__file__)
PAGE = second_reader.PAGE.read_text(encoding="utf-8")
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HOUR_AGO = (NOW - timedelta(hours=1)).isoformat()

_keys = map(str, count(1))


def tell_story(app, clock):
    """Let everything happen that the format knows of."""
    actors = {}
    for login, capacity in (("coop", "producer"), ("shop", "producer"), ("inspector", "inspector")):
        party = app.participants.admit(CONSOLE, AdmitParticipant(next(_keys), login, "company", (capacity,))).uri
        role = "inspector" if capacity == "inspector" else "cooperative"
        actors[login] = Actor(100, login, role, app.reads.party(party).number, "en")
    clock.move_to(NOW)
    coop, shop, inspector = actors.values()
    shop_uri = app.reads.party(shop.participant).uri
    operator = Actor(101, "operator", "operator", 1, "en")

    jar = app.products.register(coop, RegisterProduct(next(_keys), "Mắm tép", gtin="09506000134352", unit="H87")).path
    shrimp = app.products.register(coop, RegisterProduct(next(_keys), "Tép riu", is_material=True)).path
    raw = app.lots.register(coop, RegisterLot(next(_keys), shrimp, "10.5", "KGM", HOUR_AGO, "NO.1/A+B"))
    fix = DeclareError(next(_keys), raw.path, raw.event_id, declared="11", unit="KGM")
    app.lots.declare_error(coop, fix)
    made = (OutputLine(jar, "16", "H87", "JARS"),)
    jars = app.lots.transform(coop, Transform(next(_keys), (InputLine(raw.path, "10", "KGM"),), made, HOUR_AGO)).path
    app.stamps.issue(coop, IssueStamps(next(_keys), jars, "5"))
    mark_stamps(app, coop, inspector, jars)
    app.lots.split(coop, SplitLot(next(_keys), jars, (OutputLine(jar, "4", "H87", "SENT"),), HOUR_AGO))
    sent = jars.replace("JARS", "SENT")
    app.lots.ship(coop, ShipLot(next(_keys), sent, shop_uri, HOUR_AGO))
    app.lots.receive(shop, ReceiveLot(next(_keys), sent, HOUR_AGO))
    app.recalls.recall(inspector, Recall(next(_keys), sent, "microbial", "x"))
    app.recalls.lift(inspector, LiftRecall(next(_keys), sent, "x"))
    app.lots.retire(shop, Retire(next(_keys), sent, "x"))
    on_its_way = app.lots.register(coop, RegisterLot(next(_keys), shrimp, "1", "KGM", HOUR_AGO, "AWAY")).path
    app.lots.ship(coop, ShipLot(next(_keys), on_its_way, shop_uri, HOUR_AGO))
    paper = GrantCertificate(next(_keys), jar, "vietgap", "Sở", "7", "tép", "2026-01-01", "2027-01-01")
    award = app.awards.certify(inspector, paper)
    app.awards.revoke(inspector, RevokeAward(next(_keys), jar, award.event_id, "x"))
    capture(app, coop, inspector, on_its_way)
    another = app.participants.add_key(operator, AddKey(shop_uri)).event_id
    app.participants.revoke_key(operator, RevokeKey(another))
    app.participants.set_capacities(operator, shop.participant, ("producer", "inspector"))


def capture(app, coop, inspector, lot):
    """Let events come from outside: a new lot, one of ours, a journal, an author's own namespace and name."""
    when = {"eventTime": HOUR_AGO, "eventTimeZoneOffset": "+07:00"}
    seen = {"type": "ObjectEvent", "action": "OBSERVE", **when}
    uri = app.reads.lot(lot).uri
    new = {"epcClass": "https://shop.example/01/09506000134352/10/OUT", "quantity": 7}
    foreign = "https://example.org/things/1"
    own = {"ext:rack": {"ext:row": 3, "ext:colour": "ext:red"}, "eventID": "urn:x:1"}
    events = [
        {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "quantityList": [new], **when},
        {**seen, "bizStep": "holding", "quantityList": [{"epcClass": uri}]},
        {**seen, "bizStep": "https://ref.gs1.org/cbv/BizStep-storing", "quantityList": [{"epcClass": uri}]},
        {**seen, "bizStep": "departing", "epcList": [foreign], **own},
        {"type": "AggregationEvent", "action": "ADD", "parentID": foreign, "childEPCs": [foreign + "2"], **when},
    ]
    context = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"ext": "https://example.org/ns/"}]
    whole = {"@context": context, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": HOUR_AGO}
    assert app.capture.submit(coop, {**whole, "epcisBody": {"eventList": events}}).success
    assert app.capture.submit(inspector, {**whole, "epcisBody": {"eventList": events[3:]}}).captured == 2
    noted = {**seen, "bizStep": "sampling", "epcList": [foreign]}
    assert app.capture.submit(inspector, {**whole, "epcisBody": {"eventList": [noted]}}).success


def mark_stamps(app, coop, inspector, lot):
    """Let stamps be put on goods, be lost, be found again and be made void by two."""
    app.stamps.activate(coop, ActivateStamps(next(_keys), lot, "1", "1", "4"))
    app.stamps.void(coop, VoidStamps(next(_keys), lot, "1", "stolen", "2", "3", note="x"))
    app.stamps.void(inspector, VoidStamps(next(_keys), lot, "1", "copied", "3", "4"))
    app.stamps.restore(coop, RestoreStamps(next(_keys), lot, "1", "found", "2", "2"))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """The logs of a small ledger, and what the contract answers about it."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("second") / "data")
    clock = StoryClock(NOW - timedelta(days=10))
    init(settings, clock)
    app = build(settings, clock=clock, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    try:
        tell_story(app, clock)
        client = app.ledger
        logs = [
            {
                "block": log.position.block_number,
                "topics": [f"0x{topic.hex()}" for topic in log.topics],
                "data": f"0x{log.data.hex()}",
            }
            for log in client.node.logs(client.address, 0, client.height())
        ]
        keys = read(logs).subjects
        subjects = {key: (client.subject(key), client.balance(key)) for key in keys}
        life = app.reads.runs("/01/09506000134352/10/JARS")[0].life
    finally:
        app.close()
    return SimpleNamespace(logs=logs, subjects=subjects, life=life)


def read(logs):
    """Read logs with the second reader."""
    found = second_reader.Ledger()
    for log in logs:
        found.read(log)
    return found


def is_submission(log):
    """Tell whether a log is `Recorded`."""
    return second_reader.TOPICS[log["topics"][0]] == second_reader.RECORDED


def heads(found):
    """Return the head of every subject."""
    return {key: subject.head for key, subject in found.subjects.items()}


def test_it_shares_nothing_with_the_project():
    """The reader imports the standard library and nothing else."""
    tree = ast.parse(READER.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_it_comes_to_what_the_contract_keeps(ledger):
    """Heads, sequences, custody and balances of all subjects are those of `subjectOf` and `balanceOf`."""
    for key, subject in read(ledger.logs).subjects.items():
        state, balance = ledger.subjects[key]
        kept = (state.head, state.sequence, state.owner, state.status)
        assert (subject.head, subject.sequence, subject.owner, subject.status) == kept
        left = (balance.declared, balance.consumed, balance.stamped, balance.receiver)
        assert (subject.declared, subject.consumed, subject.stamped, subject.receiver) == left


def test_everything_that_the_format_knows_was_read(ledger):
    """The ledger holds all five logs and all kinds of touches, so that no line of the page went unread."""
    assert {second_reader.TOPICS[log["topics"][0]] for log in ledger.logs} == set(second_reader.TOPICS.values())
    assert read(ledger.logs).kinds == set(Kind)


def test_documents_name_every_subject(ledger):
    """Subject keys are computed again from the URIs in the documents, and none is left over."""
    found = read(ledger.logs)
    assert not found.complaints
    names = found.names()
    assert names.keys() == found.subjects.keys()
    assert "https://id.gs1.org/01/09506000134352/10/JARS" in names.values()


def test_stamps_live_alike(ledger):
    """What marks lead to, stamp by stamp, is what the project says: on the goods, void, and by whom."""
    found = read(ledger.logs)
    run = found.runs[sha256(b"https://id.gs1.org/01/09506000134352/10/JARS").digest(), 1]
    told = [run.state(number) for number in range(1, 6)]
    assert told == [(0, True, ""), (0, True, ""), (0, True, "inspector"), (0, True, "inspector"), (0, False, "")]
    spans = [ledger.life.at(number) for number in range(1, 6)]
    assert [(span.printings, bool(span.activated_at), span.void_inspected) for span in spans] == [
        (printed, activated, void == "inspector") for printed, activated, void in told
    ]
    assert [span.voided_at is not None for span in spans] == [bool(void) for _, _, void in told]


def test_records_are_named_alike(ledger):
    """Events and other documents get the names that the project gives them, and every name that one mentions exists."""
    found = read(ledger.logs)
    names = {second_reader.record_name(document) for document in found.documents}
    assert names == {record_id(document) for document in found.documents}
    mentioned = {text for text in second_reader.texts(found.documents) if text.startswith("ni:")}
    assert mentioned
    assert mentioned <= names


def test_a_missing_submission_is_noticed(ledger):
    """Without any one `Recorded` log the rest is refused, or some head is not the contract's."""
    submitted = [index for index, log in enumerate(ledger.logs) if is_submission(log)]
    assert len(submitted) == 26
    for index in submitted:
        assert_not_believed(ledger, ledger.logs[:index] + ledger.logs[index + 1 :])


@pytest.mark.parametrize("place", [0, 31, 32, 63, -1])
def test_a_changed_submission_is_noticed(ledger, place):
    """One bit of a touch's subject or terms, or of the documents' end, changes a head or is refused."""
    assert any(is_submission(log) for log in ledger.logs)
    for index, log in enumerate(ledger.logs):
        if not is_submission(log):
            continue
        data = bytearray.fromhex(log["data"][2:])
        length = int.from_bytes(data[32:64])
        documents_end = length + 32 + int.from_bytes(data[length : length + 32])
        data[96 + place if place >= 0 else documents_end - 1] ^= 1
        changed = log | {"data": f"0x{data.hex()}"}
        assert_not_believed(ledger, [*ledger.logs[:index], changed, *ledger.logs[index + 1 :]])


def assert_not_believed(ledger, logs):
    """Check that the reader refuses the logs, or that its heads give them away."""
    try:
        found = heads(read(logs))
    except RefusedError:
        return
    assert found != {key: state.head for key, (state, _) in ledger.subjects.items()}


def test_the_example_of_a_history(ledger):
    """The head of the worked example on the page comes out of the page's own words."""
    example = json.loads(PAGE.split("```json\n")[1].split("\n```")[0])
    subject = second_reader.Subject()
    key = sha256(example["uri"].encode()).digest()
    for step in example["touches"]:
        touch = second_reader.Touch(key, int(step["terms"], 16))
        second_reader.fold(touch, subject, bytes.fromhex(example["signer"][2:]), bytes.fromhex(step["documents"]))
        assert subject.head.hex() == step["head"]


def test_it_runs_by_itself(ledger, tmp_path):
    """As a script, without the project on the path, it prints every subject's name and head."""
    logs = tmp_path / "logs.json"
    logs.write_text(json.dumps(ledger.logs), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-I", READER, logs], capture_output=True, check=True, encoding="utf-8", cwd=tmp_path
    )
    assert "https://id.gs1.org/01/09506000134352/10/JARS\n" in run.stdout
    assert all(state.head.hex() in run.stdout for state, _ in ledger.subjects.values())
