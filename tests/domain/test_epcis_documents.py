"""EPCIS documents: all that is valid is read and loses nothing; all else is refused with the place of the fault."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proofs.random_events import CONTEXT, events
from traceability.domain.epcis import ObjectEvent
from traceability.domain.epcis_context import CHAIN_NAMESPACE, EPCIS_CONTEXT
from traceability.domain.epcis_documents import ReadEvent, RefusedEvent, read_document, read_single
from traceability.errors import InvalidInputError
from traceability.proofs.canonical_json import canonical
from traceability.proofs.event_hash import event_hash

LOT = "https://id.gs1.org/01/09506000134352/10/L7"
UNIT = "https://id.gs1.org/01/09506000134352/21/A1"
PLACE = "https://id.gs1.org/414/9506000134352"
TIME = "2026-05-14T10:10:00.000+07:00"
EVENT = {
    "type": "ObjectEvent",
    "eventTime": TIME,
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "bizStep": "inspecting",
    "epcList": [UNIT],
    "quantityList": [{"epcClass": LOT, "quantity": 60, "uom": "KGM"}],
    "readPoint": {"id": PLACE},
    "sensorElementList": [
        {"sensorMetadata": {"time": TIME}, "sensorReport": [{"type": "Temperature", "value": 4.5, "uom": "CEL"}]}
    ],
    "ex:note": {"ex:deep": ["x", 1, True, None]},
}


def document(*event_list, **members):
    """Return an EPCISDocument around events."""
    return {
        "@context": [EPCIS_CONTEXT, {"ex": "https://maker.example/voc/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-14T03:10:00Z",
        "epcisBody": {"eventList": list(event_list)},
    } | members


def query(*event_list, **members):
    """Return an EPCISQueryDocument around events."""
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": list(event_list)}}
    return document(type="EPCISQueryDocument", epcisBody={"queryResults": results}) | members


def refusal(value):
    """Return the place and the sentence of the first fault of a document, its events included."""
    try:
        for event in read_document(value).events:
            if isinstance(event, RefusedEvent):
                return event.error.field, str(event.error)
    except InvalidInputError as error:
        return error.field, str(error)
    return None, None


MASTER_DATA = {
    "epcisMasterData": {
        "vocabularyList": [
            {
                "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                "vocabularyElementList": [
                    {
                        "id": PLACE,
                        "attributes": [
                            {"id": "cbvmda:site", "attribute": "Nga Son"},
                            {"id": "ex:area", "attribute": 12.5},
                            {"id": "ex:owner", "attribute": {"ex:name": "Ba"}},
                        ],
                        "children": ["urn:epc:id:sgln:9506000.13435.1"],
                    }
                ],
            }
        ]
    },
    "ex:header": {"ex:a": 1},
}


@pytest.mark.parametrize(
    "value",
    [
        document(),
        document(EVENT),
        query(EVENT),
        query(),
        document(EVENT, id="_:document1", sender="a", receiver="b", instanceIdentifier="7"),
        document(EVENT, id="https://maker.example/document1", schemaVersion="2.0.1", **{"ex:about": {"ex:a": []}}),
        document(EVENT, epcisHeader=MASTER_DATA),
        document(EVENT, _remark=["to people"]),
        document(EVENT) | {"@context": [EPCIS_CONTEXT, "https://else.example/context.jsonld", {"ex": "https://a.b/"}]},
        {name: value for name, value in query(EVENT).items() if name not in ("schemaVersion", "creationDate")},
        query({**EVENT, "recordTime": TIME, "eventID": "urn:uuid:1"}, id="https://maker.example/answer"),
    ],
)
def test_valid_envelopes_are_read(value):
    """Documents and answers of the standard's form are read, whatever else they say about themselves."""
    assert refusal(value) == (None, None)


def deleted(value, *names):
    """Return a document without some members."""
    return {name: content for name, content in value.items() if name not in names}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ([], ""),
        ("EPCISDocument", ""),
        ({"type": "EPCISDocument"}, "/@context"),
        (document(type="ObjectEvent"), "/type"),
        (document(type=["EPCISDocument"]), "/type"),
        (deleted(document(), "@context"), "/@context"),
        (document() | {"@context": {"ex": "https://a.b/"}}, "/@context"),
        (document() | {"@context": None}, "/@context"),
        (document() | {"@context": [EPCIS_CONTEXT, None]}, "/@context/1"),
        (document() | {"@context": [EPCIS_CONTEXT, "context.jsonld"]}, "/@context/1"),
        (document() | {"@context": [EPCIS_CONTEXT, ["https://a.b/"]]}, "/@context/1"),
        (document() | {"@context": [EPCIS_CONTEXT, {"ex": "no uri"}]}, "/@context/1/ex"),
        (document() | {"@context": [EPCIS_CONTEXT, {"ex": None}]}, "/@context/1/ex"),
        (document() | {"@context": [EPCIS_CONTEXT, {"ex": {"@type": "@id"}}]}, "/@context/1/ex"),
        (document() | {"@context": [EPCIS_CONTEXT, {"ex": {"id": "https://a.b/"}}]}, "/@context/1/ex/id"),
        (document() | {"@context": [EPCIS_CONTEXT, {"bizStep": "https://a.b/"}]}, "/@context/1/bizStep"),
        (document() | {"@context": [EPCIS_CONTEXT, {"cbv": "https://a.b/"}]}, "/@context/1/cbv"),
        (document() | {"@context": [EPCIS_CONTEXT, {"ocopchain": "https://a.b/"}]}, "/@context/1/ocopchain"),
        (document() | {"@context": [EPCIS_CONTEXT, {"@import": "https://a.b/"}]}, "/@context/1/@import"),
        (deleted(document(), "schemaVersion"), "/schemaVersion"),
        (document(schemaVersion=2.0), "/schemaVersion"),
        (document(schemaVersion="1.2"), "/schemaVersion"),
        (deleted(document(), "creationDate"), "/creationDate"),
        (document(creationDate="2026-05-14"), "/creationDate"),
        (deleted(document(), "epcisBody"), "/epcisBody"),
        (document(epcisBody=[]), "/epcisBody"),
        (document(epcisBody={}), "/epcisBody/eventList"),
        (document(epcisBody={"event": EVENT}), "/epcisBody/event"),
        (document(epcisBody={"eventList": EVENT}), "/epcisBody/eventList"),
        (document(id="document 1"), "/id"),
        (document(sender=7), "/sender"),
        (document(colour="red"), "/colour"),
        (document(**{"un:declared": 1}), "/un:declared"),
        (document(**{"a/b~c": 1}), "/a~1b~0c"),
        (document(epcisHeader={"masterData": {}}), "/epcisHeader/masterData"),
        (
            document(epcisHeader={"epcisMasterData": {"vocabularyList": [{}]}}),
            "/epcisHeader/epcisMasterData/vocabularyList/0/type",
        ),
        (query(epcisBody={"queryResults": {"queryName": "a"}}), "/epcisBody/queryResults/resultsBody"),
        (query(epcisBody={"queryResults": {"resultsBody": {"eventList": []}}}), "/epcisBody/queryResults/queryName"),
        (query(epcisBody={"eventList": []}), "/epcisBody/eventList"),
        (query(sender="a"), "/sender"),
        (document(**{"ex:deep": json.loads("[" * 40 + "]" * 40)}), "/ex:deep" + "/0" * 28),
    ],
)
def test_what_is_wrong_with_the_envelope_is_raised_with_its_place(value, place):
    """Nothing of the document is read then."""
    with pytest.raises(InvalidInputError) as error:
        read_document(value)
    assert error.value.field == place


REPORT = "/sensorElementList/0/sensorReport/0"


def report(**members):
    """Return the change that puts one sensor report into an event."""
    return {"sensorElementList": [{"sensorReport": [members]}]}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"type": "QuantityEvent"}, "/type"),
        ({"type": "ex:Event"}, "/type"),
        ({"action": None}, "/action"),
        ({"action": "CREATE"}, "/action"),
        ({"eventTime": "22-07-2026"}, "/eventTime"),
        ({"eventTime": "2026-05-14 10:10:00+07:00"}, "/eventTime"),
        ({"eventTime": "2026-05-14t10:10:00z"}, "/eventTime"),
        ({"eventTime": "2026-05-14T24:00:00Z"}, "/eventTime"),
        ({"eventTime": "2026-02-30T10:00:00Z"}, "/eventTime"),
        ({"eventTime": "2026-05-14T10:10:00"}, "/eventTime"),
        ({"eventTime": "2026-05-14T10:10:00+14:30"}, "/eventTime"),
        ({"eventTime": " 2026-05-14T10:10:00Z"}, "/eventTime"),
        ({"eventTime": "0001-01-01T00:00:00+14:00"}, "/eventTime"),
        ({"eventTime": 1770000000}, "/eventTime"),
        ({"eventTimeZoneOffset": "Z"}, "/eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": "+15:00"}, "/eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": None}, "/eventTimeZoneOffset"),
        ({"recordTime": "today"}, "/recordTime"),
        ({"eventID": "17"}, "/eventID"),
        ({"bizStep": "transforming"}, "/bizStep"),
        ({"bizStep": "cbv:BizStep-transforming"}, "/bizStep"),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, "/bizStep"),
        ({"disposition": "in_transport"}, "/disposition"),
        ({"persistentDisposition": {}}, "/persistentDisposition/set"),
        ({"persistentDisposition": {"set": []}}, "/persistentDisposition/set"),
        ({"persistentDisposition": {"set": ["damaged", "damaged"]}}, "/persistentDisposition/set/1"),
        ({"persistentDisposition": {"set": ["broken"]}}, "/persistentDisposition/set/0"),
        ({"epcList": UNIT}, "/epcList"),
        ({"epcList": [UNIT, UNIT]}, "/epcList/1"),
        ({"epcList": ["unit 7"]}, "/epcList/0"),
        ({"epcList": ["urn:epc:id:sgtin:0614141.1073460.2018"]}, "/epcList/0"),
        ({"epcList": ["urn:epc:id:sgtin:0614141.107346"]}, "/epcList/0"),
        ({"epcList": ["https://id.gs1.org/01/09506000134353/21/A1"]}, "/epcList/0"),
        ({"epcList": ["https://shop.example/x/01/09506000134353/21/A1"]}, "/epcList/0"),
        ({"epcList": ["https://id.gs1.org/01/09506000134352/21/A1/10/L7"]}, "/epcList/0"),
        ({"epcList": [], "quantityList": [], "sensorElementList": []}, "/epcList"),
        ({"epcList": None, "quantityList": None, "readPoint": None}, "/readPoint"),
        ({"quantityList": [{"epcClass": LOT, "quantity": "twenty"}]}, "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": LOT, "quantity": True}]}, "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": LOT, "quantity": 2**60}]}, "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": LOT, "uom": "kilo"}]}, "/quantityList/0/uom"),
        ({"quantityList": [{"epcClass": LOT, "weight": 5}]}, "/quantityList/0/weight"),
        ({"quantityList": [{"epcClass": LOT, "ex:weight": 5}]}, "/quantityList/0/ex:weight"),
        ({"quantityList": [{"quantity": 5}]}, "/quantityList/0/epcClass"),
        ({"readPoint": PLACE}, "/readPoint"),
        ({"readPoint": {"id": "https://id.gs1.org/414/9506000134353"}}, "/readPoint/id"),
        ({"readPoint": {"id": PLACE, "name": "gate"}}, "/readPoint/name"),
        ({"bizTransactionList": [{"type": "order", "bizTransaction": "urn:a:b"}]}, "/bizTransactionList/0/type"),
        ({"bizTransactionList": [{"type": "po"}]}, "/bizTransactionList/0/bizTransaction"),
        ({"sourceList": [{"type": "place", "source": PLACE}]}, "/sourceList/0/type"),
        ({"sourceList": {"type": "location", "source": PLACE}}, "/sourceList"),
        ({"destinationList": [{"destination": PLACE}]}, "/destinationList/0/type"),
        ({"certificationInfo": [{"gs1:x": 1}]}, "/certificationInfo/0"),
        ({"certificationInfo": "certificate 7"}, "/certificationInfo"),
        ({"ilmd": {"ex:a": 1}}, "/ilmd"),
        ({"action": "ADD", "ilmd": {"materialType": "soil"}}, "/ilmd/materialType"),
        ({"action": "ADD", "ilmd": {"un:declared": "soil"}}, "/ilmd/un:declared"),
        ({"errorDeclaration": {"declarationTime": TIME, "reason": "typo"}}, "/errorDeclaration/reason"),
        ({"errorDeclaration": {}}, "/errorDeclaration/declarationTime"),
        (report(value=1), REPORT + "/type"),
        (report(type="Warmth", value=1), REPORT + "/type"),
        (report(type="Temperature", value="1"), REPORT + "/value"),
        (report(type="Temperature", exception="FIRE"), REPORT + "/exception"),
        (report(type="Temperature", component="left"), REPORT + "/component"),
        (report(type="Temperature", hexBinaryValue="xyz"), REPORT + "/hexBinaryValue"),
        (report(type="Temperature", booleanValue="true"), REPORT + "/booleanValue"),
        (report(type="Temperature", celsius=1), REPORT + "/celsius"),
        ({"sensorElementList": [{"sensorReport": []}]}, "/sensorElementList/0/sensorReport"),
        ({"sensorElementList": [{}]}, "/sensorElementList/0/sensorReport"),
        ({"parentID": UNIT}, "/parentID"),
        ({"colour": "red"}, "/colour"),
        ({"un:declared": "red"}, "/un:declared"),
        ({"ex:": "red"}, "/ex:"),
        ({"ex:a": {"un:declared": 1}}, "/ex:a/un:declared"),
        ({"ex:a": [{"@foo": 1}]}, "/ex:a/0/@foo"),
        ({"ex:a": 2**70}, "/ex:a"),
        ({"ex:a": float("inf")}, "/ex:a"),
        ({"ex:a": "\ud800"}, "/ex:a"),
        ({"@context": {"un": "no uri"}}, "/@context/un"),
        ({"@id": "urn:uuid:1"}, "/@id"),
    ],
)
def test_what_is_wrong_with_an_event_is_told_of_it_and_leaves_the_others(change, place):
    """The fault of one event has a JSON pointer; its neighbours are read."""
    wrong = {name: value for name, value in (EVENT | change).items() if value is not None}
    first, second, third = read_document(document(EVENT, wrong, EVENT)).events
    assert isinstance(first, ReadEvent)
    assert isinstance(third, ReadEvent)
    assert isinstance(second, RefusedEvent)
    assert second.place == "/epcisBody/eventList/1"
    assert second.error.field == second.place + place
    assert str(second.error)


AGGREGATION = {name: EVENT[name] for name in ("eventTime", "eventTimeZoneOffset", "action")} | {
    "type": "AggregationEvent",
    "parentID": UNIT,
    "childEPCs": [UNIT],
}
TRANSACTION = {name: EVENT[name] for name in ("eventTime", "eventTimeZoneOffset", "action")} | {
    "type": "TransactionEvent",
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506000134352:7"}],
    "epcList": [UNIT],
}
TRANSFORMATION = {name: EVENT[name] for name in ("eventTime", "eventTimeZoneOffset")} | {
    "type": "TransformationEvent",
    "inputQuantityList": [{"epcClass": LOT, "quantity": 1}],
    "outputEPCList": [UNIT],
}
ASSOCIATION = AGGREGATION | {"type": "AssociationEvent"}


@pytest.mark.parametrize(
    ("event", "change", "place"),
    [
        (AGGREGATION, {}, None),
        (AGGREGATION, {"parentID": None}, None),
        (AGGREGATION, {"parentID": None, "action": "ADD"}, "/parentID"),
        (AGGREGATION, {"childEPCs": None}, "/childEPCs"),
        (AGGREGATION, {"childEPCs": None, "action": "DELETE"}, None),
        (AGGREGATION, {"ilmd": {"ex:a": 1}}, "/ilmd"),
        (AGGREGATION, {"persistentDisposition": {"set": ["damaged"]}}, None),
        (TRANSACTION, {}, None),
        (TRANSACTION, {"bizTransactionList": []}, "/bizTransactionList"),
        (TRANSACTION, {"bizTransactionList": None}, "/bizTransactionList"),
        (TRANSACTION, {"epcList": None}, "/epcList"),
        (TRANSACTION, {"epcList": None, "action": "DELETE"}, None),
        (TRANSACTION, {"epcList": None, "parentID": UNIT}, "/epcList"),
        (TRANSACTION, {"epcList": [], "parentID": UNIT}, None),
        (EVENT, {"epcList": [], "quantityList": None, "readPoint": None}, None),
        (TRANSFORMATION, {}, None),
        (TRANSFORMATION, {"action": "ADD"}, "/action"),
        (TRANSFORMATION, {"outputEPCList": None}, "/inputQuantityList"),
        (TRANSFORMATION, {"outputEPCList": None, "transformationID": "urn:epc:id:gdti:0614141.06012.1234"}, None),
        (TRANSFORMATION, {"ilmd": {"cbvmda:lotNumber": "L7", "ex:a": {"b": 1}}}, None),
        (ASSOCIATION, {}, None),
        (ASSOCIATION, {"parentID": None}, "/parentID"),
        (ASSOCIATION, {"childEPCs": []}, "/childEPCs"),
        (EVENT, {"epcList": [], "quantityList": None}, None),
        (EVENT, {"certificationInfo": []}, None),
        (EVENT, {"eventTime": "2026-05-14T03:10:00Z", "eventTimeZoneOffset": "-06:00"}, None),
        (EVENT, {"bizStep": "ex:fermenting", "disposition": "cbv:Disp-active"}, None),
        (EVENT, {"epcList": ["urn:epc:id:gid:1.2.3", "https://shop.example/things/7", "urn:uuid:1"]}, None),
        (EVENT, {"readPoint": {"id": "geo:19.8,105.8", "ex:gate": 1}}, None),
        (EVENT, {"https://maker.example/voc/note": 1, "urn:maker:note": 2, "rdfs:comment": "a remark"}, None),
        (EVENT, report(exception="ERROR_CONDITION", uriValue="https://maker.example/errors/7"), None),
        (EVENT, report(type="ex:Smell", stringValue=""), None),
        (EVENT, report(type="gs1:Temperature", component="cbv:Comp-x", value=1), None),
    ],
)
def test_what_belongs_to_each_type(event, change, place):
    """The five types have their own fields and combinations of them."""
    changed = {name: value for name, value in (event | change).items() if value is not None}
    expected = None if place is None else f"/epcisBody/eventList/0{place}"
    assert refusal(document(changed))[0] == expected


def test_an_event_leaves_its_document_with_what_it_needs_of_its_context():
    """Prefixes that it uses come along, in names and values, and what these are built on; the others stay behind."""
    context = [
        EPCIS_CONTEXT,
        {"ex": "https://maker.example/voc/", "un": "https://unused.example/"},
        {"base": "https://base.example/", "v": {"@id": "base:v/"}, "steps": "https://steps.example/"},
    ]
    event = EVENT | {"v:a": 1, "bizStep": "steps:fermenting", "recordTime": TIME, "eventID": "urn:uuid:1"}
    (read,) = read_document(document(event) | {"@context": context}).events
    assert read.document["@context"] == {
        "ex": "https://maker.example/voc/",
        "base": "https://base.example/",
        "v": {"@id": "base:v/"},
        "steps": "https://steps.example/",
    }
    assert read.given_id == "urn:uuid:1"
    assert deleted(read.document, "@context") == deleted(event, "recordTime", "eventID")
    assert isinstance(read.event, ObjectEvent)
    (plain,) = read_document(document(deleted(EVENT, "ex:note"))).events
    assert "@context" not in plain.document


def test_an_events_own_context_stays_as_it_was_given():
    """It stands behind what the event needs of the document's, and wins over it."""
    own = [{"ex": "https://own.example/"}, {"two": "https://two.example/"}]
    above = [EPCIS_CONTEXT, {"ex": "https://maker.example/voc/", "three": "https://three.example/"}]
    event = EVENT | {"@context": own, "three:a": 1, "two:a": 2}
    (read,) = read_document(document(event) | {"@context": above}).events
    assert read.document["@context"] == [{"three": "https://three.example/"}, *own]
    (read,) = read_document(document(EVENT | {"@context": own[0]})).events
    assert read.document["@context"] == [{}, own[0]]


def test_names_that_a_context_defines_whole():
    """A bare name is the author's own when the context defines it; a context elsewhere is kept and never fetched."""
    named = {"colour": "https://maker.example/voc/colour", "note": {"@id": "ex:note", "@type": "xsd:string"}}
    context = [EPCIS_CONTEXT, {"ex": "https://maker.example/voc/"}, named]
    value = document(EVENT | {"colour": "red", "note": "x"}) | {"@context": context}
    (read,) = read_document(value).events
    assert read.document["@context"] == {"ex": "https://maker.example/voc/", **named}
    remote = [EPCIS_CONTEXT, {"ex": "https://maker.example/voc/"}, "https://else.example/context.jsonld"]
    place, sentence = refusal(document(EVENT | {"colour": "red"}) | {"@context": remote})
    assert place == "/epcisBody/eventList/0/colour"
    assert "never fetched" in sentence
    vocabulary = [EPCIS_CONTEXT, {"ex": "https://maker.example/voc/", "@vocab": "https://maker.example/voc/"}]
    (read,) = read_document(document(EVENT | {"colour": "red"}) | {"@context": vocabulary}).events
    assert read.document["@context"]["@vocab"] == "https://maker.example/voc/"


def test_an_event_that_stands_alone():
    """It brings its own context; what another repository said of the chain is left to that repository."""
    context = [EPCIS_CONTEXT, {"ex": "https://maker.example/voc/", "ocopchain": CHAIN_NAMESPACE}]
    value = {"@context": context, **EVENT, "ocopchain:anchor": {"ocopchain:block": 7}}
    read = read_single(value)
    assert read.place == ""
    assert read.document == {"@context": {"ex": "https://maker.example/voc/"}, **EVENT}
    assert event_hash(read.document) == event_hash(value, context=context)
    for wrong, place in (
        ([], ""),
        (EVENT, "/@context"),
        ({"@context": context, **EVENT, "action": 1}, "/action"),
        ({"@context": {"ex": "https://maker.example/voc/"}, **EVENT}, "/@context"),
        ({"@context": EPCIS_CONTEXT, **EVENT}, "/ex:note"),
        (document(EVENT), "/type"),
    ):
        with pytest.raises(InvalidInputError) as error:
            read_single(wrong)
        assert error.value.field == place


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(events, max_size=3))
def test_random_events_lose_nothing(event_list):
    """What was given stands in the self-contained event, and its hash is the one that it has in its document."""
    value = document(*event_list) | {"@context": CONTEXT}
    before = copy.deepcopy(value)
    found = read_document(value).events
    assert value == before
    assert [deleted(read.document, "@context") for read in found] == [deleted(e, "recordTime") for e in event_list]
    assert [event_hash(read.document) for read in found] == [event_hash(e, context=CONTEXT) for e in event_list]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(EPCIS_CONTEXT),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*EVENT, "@context", "a", ":", "ex:"]) | st.text(max_size=4), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def read_or_fault(read, value):
    """Return the events of a document, of which those that were read can be written and hashed, or what was raised."""
    try:
        result = read(value)
    except InvalidInputError as error:
        return error
    found = getattr(result, "events", (result,))
    for event in found:
        if isinstance(event, ReadEvent):
            canonical(event.document)
            event_hash(event.document)
    return found


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(anything, st.sampled_from(["value", "document", "event", "context"]))
def test_no_value_at_all_raises_another_error(value, where):
    """Arbitrary JSON is read or refused with a place, and an event that was read can be written down and hashed."""
    for read in (read_document, read_single):
        whole = {"value": value, "document": document(value), "event": document(EVENT | {"ex:a": value}) | EVENT}
        whole["context"] = document(EVENT) | EVENT | {"@context": [EPCIS_CONTEXT, value]}
        result = read_or_fault(read, whole[where])
        assert isinstance(result, tuple) or (isinstance(result.field, str) and str(result))


@st.composite
def damaged(draw):
    """Return a valid document in which one value at any depth is something else, or is gone."""
    whole = draw(st.sampled_from([document, query]))(draw(events), epcisHeader=MASTER_DATA)
    value = copy.deepcopy(whole | {"@context": [*CONTEXT, {"un": "https://unused.example/"}]})
    inside: object = value
    while True:
        steps = list(inside) if isinstance(inside, dict) else range(len(inside))
        if not steps:
            return value
        step = draw(st.sampled_from(list(steps)))
        if isinstance(inside[step], (dict, list)) and inside[step] and draw(st.integers(0, 4)):
            inside = inside[step]
            continue
        if draw(st.booleans()):
            inside[step] = draw(anything)
        else:
            del inside[step]
        return value


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_damaged_documents_raise_nothing_else(value):
    """One wrong value anywhere is refused with a place inside the document, or was harmless."""
    found = read_or_fault(read_document, value)
    if isinstance(found, InvalidInputError):
        assert isinstance(found.field, str)
        return
    for event in found:
        if isinstance(event, RefusedEvent):
            assert event.error.field is not None
            assert event.error.field.startswith(event.place)
