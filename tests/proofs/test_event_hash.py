"""The event hash names what happened, not how it was written down."""

import copy
import json
import re
from pathlib import Path

import pytest
from epcis_event_hash_generator import hash_generator, json_to_py
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from tests.proofs.random_events import CONTEXT, events
from traceability.domain.cbv import Vocabulary
from traceability.domain.epcis_definitions import CHAIN_NAMESPACE, STANDARD_PREFIXES
from traceability.errors import InvalidInputError
from traceability.proofs.canonical_json import canonical, parse
from traceability.proofs.event_hash import event_hash, pre_hash

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "event_hashes.json").read_text(encoding="utf-8"))

EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-05-14T10:10:00.000+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "bizStep": "inspecting",
    "quantityList": [{"epcClass": "https://id.gs1.org/01/09506000134352/10/L7", "quantity": 60, "uom": "KGM"}],
    "ocop:stage": "fermented",
}


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_vectors(vector):
    """Each event has the pre-hash string and the hash that stand beside it."""
    assert pre_hash(vector["event"], context=VECTORS["context"]) == vector["pre_hash"]
    assert event_hash(vector["event"], context=VECTORS["context"]) == vector["hash"]


def term(vocabulary, name):
    """Return a JSON-LD term whose values are the words of a list."""
    words = {word: vocabulary.expand(word) for word in sorted(vocabulary.words)}
    return {"@id": f"https://ref.gs1.org/epcis/{name}", "@type": "@vocab", "@context": words}


def inside(name, **terms):
    """Return a JSON-LD term with terms of its own inside."""
    return {"@id": f"https://ref.gs1.org/epcis/{name}", "@context": terms}


TERMS = {
    "@version": 1.1,
    "@vocab": "https://ref.gs1.org/epcis/",
    "type": "@type",
    "id": "@id",
    "bizStep": term(Vocabulary.BIZ_STEP, "bizStep"),
    "disposition": term(Vocabulary.DISPOSITION, "disposition"),
    "persistentDisposition": inside(
        "persistentDisposition",
        set=term(Vocabulary.DISPOSITION, "set"),
        unset=term(Vocabulary.DISPOSITION, "unset"),
    ),
    "bizTransactionList": inside("bizTransactionList", type=term(Vocabulary.BUSINESS_TRANSACTION, "kind")),
    "sourceList": inside("sourceList", type=term(Vocabulary.SOURCE_DESTINATION, "kind")),
    "destinationList": inside("destinationList", type=term(Vocabulary.SOURCE_DESTINATION, "kind")),
    "sensorReport": inside(
        "sensorReport",
        type=term(Vocabulary.MEASUREMENT, "kind"),
        component=term(Vocabulary.COMPONENT, "component"),
        exception=term(Vocabulary.SENSOR_EXCEPTION, "exception"),
    ),
}
"""What the reference needs of the EPCIS context: the words of the vocabulary, from our own tables."""


@pytest.fixture(autouse=True)
def no_network_for_contexts():
    """Hand the reference its context instead of letting it ask the network."""
    answer = {"contentType": "application/ld+json", "contextUrl": None, "document": {"@context": TERMS}}
    jsonld.set_document_loader(lambda url, options=None: {**answer, "documentUrl": url})


def spelled_out(value):
    """Return a value in which the standard's own compact URIs are whole and truth values are texts.

    The reference does both in XML only, and its own vectors are those of XML.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return {name: spelled_out(content) for name, content in value.items()}
    if isinstance(value, list):
        return [spelled_out(item) for item in value]
    prefix, _, word = value.partition(":") if isinstance(value, str) else ("", "", "")
    return STANDARD_PREFIXES[prefix] + word if prefix in ("cbv", "gs1") else value


def reference(event):
    """Return the pre-hash string of the reference implementation, or None where it drops the event."""
    json_to_py._namespaces.clear()
    event = spelled_out(event)
    document = {"@context": copy.deepcopy(CONTEXT), "epcisBody": {"eventList": [event]}, "type": "EPCISDocument"}
    parsed = json_to_py.event_list_from_epcis_document_json(json.loads(json.dumps(document)))
    return next(iter(hash_generator.derive_prehashes_from_events(parsed)), None)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(events)
def test_the_reference_implementation_says_the_same(event):
    """On random events of all types the pre-hash strings are equal, wherever the reference gives one."""
    expected = reference(event)
    assert expected is None or pre_hash(event, context=CONTEXT) == expected


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(events)
def test_the_order_of_members_does_not_matter(event):
    """An event read back from canonical JSON, its members sorted, has the same hash."""
    assert event_hash(parse(canonical(event)), context=CONTEXT) == event_hash(event, context=CONTEXT)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(events, st.sampled_from(["document", "event", "both"]))
def test_prefixes_may_be_declared_above_an_event_or_on_it(event, where):
    """A document's context and an event's own say the same, and the event's own wins."""
    own = {"document": {}, "event": {"@context": [CONTEXT[1]]}, "both": {"@context": CONTEXT[1]}}[where]
    above = {"document": CONTEXT, "event": CONTEXT[:1], "both": [CONTEXT[0], {"ex": "https://other.example/"}]}[where]
    assert event_hash({**own, **event}, context=above) == event_hash(event, context=CONTEXT)


def leaves(value, path=()):
    """Return the paths to all plain values of an event."""
    if isinstance(value, dict):
        return [leaf for name, content in value.items() for leaf in leaves(content, (*path, name))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path]


def changed(event, path):
    """Return an event in which the value at a path is another one of the same kind."""
    copied = copy.deepcopy(event)
    *outer, last = path
    inside = copied
    for step in outer:
        inside = inside[step]
    if isinstance(inside[last], bool):
        inside[last] = not inside[last]
    elif isinstance(inside[last], str):
        inside[last] = "2041-02-03T04:05:06Z" if str(last).lower().endswith("time") else "urn:changed"
    else:
        inside[last] = inside[last] + 1
    return copied


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(events)
def test_changing_any_one_value_changes_the_hash(event):
    """No value of an event can be altered unseen, wherever it stands; only those about its recording take no part."""
    event = {**event, "eventID": "urn:uuid:1", "errorDeclaration": {"declarationTime": "2026-06-01T00:00:00Z"}}
    event |= {"rdfs:comment": "a remark", f"{CHAIN_NAMESPACE}anchor": {"block": 7}}
    before = event_hash(event, context=CONTEXT)
    silent = {"recordTime", "eventID", "errorDeclaration", "rdfs:comment", f"{CHAIN_NAMESPACE}anchor"}
    for path in leaves(event):
        after = event_hash(changed(event, path), context=CONTEXT)
        assert (after == before) == (path[0] in silent), path


def test_where_an_event_stands_on_chain_takes_no_part():
    """What the repository adds at the top of an event is passed over, under any prefix, and nowhere else."""
    anchor = {"ocopchain:block": 7, "ocopchain:histories": []}
    for prefix in ("ocopchain", "c"):
        context = [CONTEXT[0], {prefix: CHAIN_NAMESPACE, "ocop": "https://ocop-trace.example/voc/"}]
        assert event_hash({**EVENT, f"{prefix}:anchor": anchor}, context=context) == event_hash(EVENT)
        inside = {**EVENT, "readPoint": {"id": "https://a.example/", f"{prefix}:anchor": 1}}
        without = {**EVENT, "readPoint": {"id": "https://a.example/"}}
        assert event_hash(inside, context=context) != event_hash(without)
    undeclared = {**EVENT, "ocopchain:anchor": anchor}
    assert event_hash(undeclared, context={"ocopchain": "https://else.example/"}) != event_hash(EVENT, context={})


def test_what_no_text_can_hold_is_refused():
    """Half a surrogate pair has no UTF-8 bytes, so nothing that holds one has a hash."""
    with pytest.raises(InvalidInputError):
        event_hash({**EVENT, "ocop:note": "\ud800"})


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_changed_amount_changes_the_hash(first, second):
    """Two amounts have two hashes."""
    one, other = ({**EVENT, "quantityList": [{**EVENT["quantityList"][0], "quantity": n}]} for n in (first, second))
    assert (event_hash(one) == event_hash(other)) == (first == second)


@pytest.mark.parametrize("name", sorted(set(EVENT) - {"type"}))
def test_leaving_any_field_out_changes_the_hash(name):
    """No field of what happened can be dropped unseen."""
    assert event_hash({key: value for key, value in EVENT.items() if key != name}) != event_hash(EVENT)


@pytest.mark.parametrize("name", ["recordTime", "eventID"])
def test_fields_about_the_recording_take_no_part(name):
    """When and under which name an event was recorded is not what happened."""
    assert event_hash({**EVENT, name: "2026-06-01T00:00:00Z"}) == event_hash(EVENT)


def test_an_error_declaration_keeps_the_hash():
    """The event that declares an error carries the hash of the one that it withdraws."""
    declared = {**EVENT, "errorDeclaration": {"declarationTime": "2026-06-01T00:00:00Z", "reason": "did_not_occur"}}
    assert event_hash(declared) == event_hash(EVENT)


def test_the_same_thing_under_another_host_has_the_same_hash():
    """The event hash ignores the domain of a Digital Link, also where a lot number is percent-encoded."""
    hosts = ("https://id.gs1.org", "https://shop.example/x", "HTTPS://SHOP.EXAMPLE")
    lots = [{"epcClass": f"{host}/01/09506000134352/10/A%2F1", "quantity": 1} for host in hosts]
    assert len({event_hash({**EVENT, "quantityList": [lot]}) for lot in lots}) == 1


def test_words_and_uris_are_one():
    """A short word, its web URI, its compact URI and its URN name the same step."""
    names = ("inspecting", "https://ref.gs1.org/cbv/BizStep-inspecting", "cbv:BizStep-inspecting")
    names += ("urn:epcglobal:cbv:bizstep:inspecting",)
    assert len({event_hash({**EVENT, "bizStep": name}) for name in names}) == 1


@pytest.mark.parametrize(
    ("context", "own"),
    [
        ([{"ex": "https://one.example/"}, {"q": "ex:q/"}], None),
        ([{"q": "ex:q/", "ex": "https://one.example/"}], None),
        ([{"q": {"@id": "r:q/"}, "r": "ex:", "ex": "https://one.example/"}], None),
        ([{"ex": "https://one.example/", "q": "ex:q/"}, {"ex": "https://other.example/"}], None),
        ([{"ex": "https://one.example/", "q": "ex:q/"}], {"ex": "https://other.example/"}),
        ([{"ex": "https://one.example/"}], {"q": "ex:q/"}),
        ([{"ex": "https://one.example/"}], [{"q": "ex:q/"}, {"ex": "https://other.example/"}]),
    ],
)
def test_prefixes_may_be_built_on_prefixes(context, own):
    """A prefix stands for what the one that it is built on stood for where it was declared."""
    event = {**EVENT, "q:a": {"q:b": "q:c"}}
    plain = event_hash(event, context=[{"q": "https://one.example/q/"}])
    assert event_hash(event if own is None else {**event, "@context": own}, context=context) == plain


def test_a_circle_of_prefixes_stands_for_nothing():
    """What no document that is read declares leaves names as they are."""
    event = {**EVENT, "q:a": 1}
    assert "q:q:a" not in pre_hash(event, context=[{"q": "q:"}])
    assert event_hash(event, context=[{"q": "r:", "r": "q:"}]) == event_hash(
        event, context=[{"q": "r:", "r": "q:"}, []]
    )


def test_long_numbers_keep_their_digits():
    """Two numbers that differ only where floating point would not tell them apart have two hashes."""
    pair = [{**EVENT, "ocop:serial": number} for number in ("12345678901234567890", "12345678901234567891")]
    assert event_hash(pair[0]) != event_hash(pair[1])
    assert "=12345678901234567890" in pre_hash(pair[0])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": ""}, "type"),
        ({"type": 7}, "type"),
        ({"eventTime": "yesterday"}, "eventTime"),
        ({"eventTime": "2026-05-14T10:10:00"}, "eventTime"),
        ({"eventTime": "0001-01-01T00:00:00+14:00"}, "eventTime"),
        ({"sourceList": ["a"]}, "sourceList"),
        ({"ocop:x": {1, 2}}, "ocop:x"),
    ],
)
def test_what_cannot_be_hashed_is_refused(change, field):
    """An event that cannot be understood raises an error that names the field; it is never dropped."""
    with pytest.raises(InvalidInputError) as refusal:
        event_hash({**EVENT, **change})
    assert refusal.value.field == field


def test_the_form_of_the_name():
    """The hash is a Named Information URI of RFC 6920 with the version of the vocabulary."""
    assert re.fullmatch(r"ni:///sha-256;[0-9a-f]{64}\?ver=CBV2\.0", event_hash(EVENT))
