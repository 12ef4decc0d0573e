"""JSON from outside is bounded before it is believed; events are given back as they came, with their place on chain."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proofs.random_events import CONTEXT, PREFIX, events
from traceability.domain.epcis_context import EPCIS_CONTEXT
from traceability.domain.epcis_definitions import CHAIN_NAMESPACE
from traceability.domain.epcis_documents import read_document, read_single
from traceability.domain.event_query import Anchor, StoredEvent, SubjectPlace
from traceability.errors import InvalidInputError
from traceability.formats.epcis_json import (
    ANCHOR,
    AS_CAPTURED,
    DIGITAL_LINKS,
    EPC_URNS,
    NO_PREFERENCE,
    query_document,
    read_json,
    single_event,
)
from traceability.proofs.event_hash import event_hash

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LOT = "https://id.gs1.org/01/09506000134352/10/L7"
EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-05-14T10:10:00.000+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:0614141.107346.2018", "https://shop.example/01/09506000134352/21/A1"],
}


def stored(document, event_id=None, number=7):
    """Return an event as the repository keeps it."""
    name = event_hash(document)
    anchor = Anchor(
        block=3,
        transaction="0x" + "a" * 64,
        log_index=1,
        position=number,
        event_hash=name,
        signer="0x" + "b" * 40,
        histories=(SubjectPlace(LOT, 4),),
    )
    return StoredEvent(number=number, event_id=event_id or name, document=document, record_time=NOW, anchor=anchor)


def answer(*documents, epc_format=AS_CAPTURED):
    """Return a query document and its events."""
    value = query_document([stored(document) for document in documents], created=NOW, epc_format=epc_format)
    return value, value["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def without(event, *names):
    """Return an event without what the repository added and some further members."""
    return {name: value for name, value in event.items() if name not in ("eventID", "recordTime", ANCHOR, *names)}


@pytest.mark.parametrize("value", [None, True, 0, -1.5, "đặc sản", [], {"a": [{"b": None}]}, 1e300, "\U0001f600"])
def test_json_is_read(value):
    """What JSON says comes back."""
    for ascii_only in (True, False):
        assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode(), most_bytes=1000) == value


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[" * 33 + b"]" * 33, "32 levels"),
        (b"[" * 999, "32 levels"),
        (b"[" * 100_000, "1000 bytes"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "32 levels"),
        (b" " * 1001, "1000 bytes"),
        (b"", "not a JSON text"),
        (b"{", "not a JSON text"),
        (b"{'a': 1}", "not a JSON text"),
        (b"[1,]", "not a JSON text"),
        (b'"a\nb"', "not a JSON text"),
        (b"\xff\xfe", "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b"\xef\xbb\xbf{}", "not a JSON text"),
        (b'{"a": 1, "b": 2, "a": 3}', "'a' stands twice"),
        (b'[{"\\u0061": 1, "a": true}]', "'a' stands twice"),
        (b"NaN", "NaN is no number"),
        (b"[-Infinity]", "-Infinity is no number"),
        (b"1e999", "is no number"),
        (b'["\\ud800"]', "surrogate"),
        (b'{"\\udc00": 1}', "surrogate"),
        (b"1" * 900 + b"x", "not a JSON text"),
    ],
)
def test_what_is_no_json_or_too_much_of_it_is_refused(data, said):
    """The sentence says which of the bounds was broken."""
    with pytest.raises(InvalidInputError) as error:
        read_json(data, most_bytes=1000)
    assert said in str(error.value)
    assert error.value.field is not None


def test_what_is_repeated_word_for_word_is_read():
    """It says one thing to every reader, and public documents declare prefixes so."""
    data = b'{"@context": [{"a": "urn:a:", "a": "urn:a:"}], "b": [1, {"c": null}], "b": [1, {"c": null}]}'
    assert read_json(data, most_bytes=1000) == {"@context": [{"a": "urn:a:"}], "b": [1, {"c": None}]}


def test_brackets_in_texts_do_not_count():
    """Only objects and arrays are nested, not what a text happens to hold."""
    value = {"a": "[" * 100 + '"\\{' * 50}
    assert read_json(json.dumps(value).encode(), most_bytes=5000) == value


@given(st.binary(max_size=60))
def test_any_bytes(data):
    """Random bytes are JSON or refused."""
    try:
        value = read_json(data, most_bytes=50)
    except InvalidInputError:
        return
    assert len(data) <= 50
    json.dumps(value)


def test_an_answer_in_full():
    """Each event has its record time, its name and its place on chain; whoever drops that recomputes the hash."""
    value, (event,) = answer(EVENT, epc_format=NO_PREFERENCE)
    assert value["@context"] == [EPCIS_CONTEXT, {"ocopchain": CHAIN_NAMESPACE}]
    assert (value["type"], value["schemaVersion"]) == ("EPCISQueryDocument", "2.0")
    assert value["creationDate"] == "2026-11-20T03:00:00.000Z"
    assert value["epcisBody"]["queryResults"]["queryName"] == "SimpleEventQuery"
    assert event["recordTime"] == "2026-11-20T03:00:00.000Z"
    assert event["eventID"] == event_hash(EVENT)
    assert event[ANCHOR] == {
        "ocopchain:block": 3,
        "ocopchain:transaction": "0x" + "a" * 64,
        "ocopchain:logIndex": 1,
        "ocopchain:position": 7,
        "ocopchain:eventHash": event_hash(EVENT),
        "ocopchain:signer": "0x" + "b" * 40,
        "ocopchain:histories": [{"ocopchain:subject": LOT, "ocopchain:sequence": 4}],
    }
    assert event["epcList"] == ["https://id.gs1.org/01/10614141073464/21/2018", EVENT["epcList"][1]]
    assert event_hash(event, context=value["@context"]) == event_hash(EVENT)
    assert event_hash(without(event), context=value["@context"]) == event_hash(EVENT)


def test_formats_of_identifiers():
    """URNs become Digital Links unless the asker wants them as captured; nothing is written as URNs."""
    for epc_format, first in (
        (DIGITAL_LINKS, "https://id.gs1.org"),
        (AS_CAPTURED, "urn:epc:id"),
        ("No_Preference", "h"),
    ):
        assert answer(EVENT, epc_format=epc_format)[1][0]["epcList"][0].startswith(first)
        assert single_event(stored(EVENT), epc_format=epc_format)["epcList"][0].startswith(first)
    for wrong in (EPC_URNS, "digital", ""):
        with pytest.raises(InvalidInputError):
            answer(EVENT, epc_format=wrong)


def test_a_name_that_an_author_gave_is_kept():
    """The event hash stands in for it only where there was none."""
    assert single_event(stored(EVENT, "urn:uuid:1"))["eventID"] == "urn:uuid:1"


EX, OTHER = {"ex": "https://maker.example/voc/"}, {"ex": "https://other.example/voc/"}


def test_a_single_event_says_no_context_twice():
    """What its author repeated of the context around it is left out, since a context names nothing twice."""
    own = [EPCIS_CONTEXT, {"ocopchain": CHAIN_NAMESPACE}, {"ex": "https://maker.example/voc/"}]
    value = single_event(stored({**EVENT, "@context": [{}, *own], "ex:a": 1}))
    assert value["@context"] == [EPCIS_CONTEXT, *own[1:]]
    assert read_single(value).document["ex:a"] == 1


@pytest.mark.parametrize(
    ("documents", "above", "on_events"),
    [
        ([{**EVENT, "@context": EX, "ex:a": 1}, EVENT], EX, [None, None]),
        ([{**EVENT, "@context": EX, "ex:a": 1}, {**EVENT, "@context": OTHER, "ex:a": 1}], EX, [None, [OTHER]]),
        ([{**EVENT, "@context": EX, "ex:a": 1}, {**EVENT, "ocop:a": "ex:b"}], {"ocop": 1}, [[EX], None]),
        ([{**EVENT, "@context": [EX, OTHER], "ex:a": 1}], EX, [[OTHER]]),
        ([{**EVENT, "@context": [{}, [EX][0]], "ex:a": 1}], {}, [[EX]]),
        ([{**EVENT, "ocop:stage": "x"}], {"ocop": 1}, [None]),
        ([{**EVENT, "@context": {"ocop": "https://o.example/"}, "ocop:a": 1}], {"ocop": "https://o.example/"}, [None]),
        ([{**EVENT, "@context": {**EX, "@vocab": "https://v.example/"}, "ex:a": 1}], {}, [[{**EX, "@vocab": 1}]]),
    ],
)
def test_contexts_move_up_where_that_changes_no_meaning(documents, above, on_events):
    """A declaration stands above all events, or on the one event, whenever another would otherwise change."""
    value, found = answer(*documents)
    assert value["@context"][1].keys() == {"ocopchain"} | above.keys()
    assert [event.get("@context") and [set(part) for part in event["@context"]] for event in found] == [
        own and [set(part) for part in own] for own in on_events
    ]
    for document, event in zip(documents, found, strict=True):
        assert event_hash(event, context=value["@context"]) == event_hash(document)
        assert without(event, "@context") == {k: v for k, v in document.items() if k != "@context"}


prefixes = st.sampled_from([{"ex": PREFIX}, {"ex": "https://second.example/"}])


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(events, prefixes, st.booleans()), min_size=1, max_size=4),
    st.sampled_from([AS_CAPTURED, NO_PREFERENCE]),
)
def test_events_of_many_documents_come_back_in_one(parts, epc_format):
    """Whatever each event was captured under, the answer is a document that says the same, hash for hash."""
    captured = []
    for event, declared, is_own in parts:
        value = {"@context": [EPCIS_CONTEXT] if is_own else [EPCIS_CONTEXT, declared], "type": "EPCISDocument"}
        value |= {"schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z"}
        value["epcisBody"] = {"eventList": [{**event, **({"@context": [declared]} if is_own else {})}]}
        (read,) = read_document(value).events
        captured.append(read)
        assert event_hash(read.document) == event_hash(event, context=[CONTEXT[0], declared])
    value, found = answer(*[read.document for read in captured], epc_format=epc_format)
    for read, event, again in zip(captured, found, read_document(value).events, strict=True):
        assert event_hash(event, context=value["@context"]) == event_hash(read.document) == event_hash(again.document)
        if epc_format == AS_CAPTURED:
            assert without(event, "@context") == {k: v for k, v in read.document.items() if k != "@context"}
        alone = single_event(stored(read.document), epc_format=epc_format)
        assert event_hash(read_single(alone).document) == event_hash(alone, context=alone["@context"])
        assert event_hash(alone, context=alone["@context"]) == event_hash(read.document)
