"""EPCIS documents: all that is valid is read and loses nothing; all else is refused with the place of the fault."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proofs.random_events import CONTEXT, events
from traceability.domain.epcis import ObjectEvent
from traceability.domain.epcis_context import EPCIS_CONTEXT, EPCIS_NAMES, PROTECTED_NAMES, SCHEMES
from traceability.domain.epcis_definitions import CHAIN_NAMESPACE, STANDARD_PREFIXES, declared_prefixes
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
        (document() | {"@context": [EPCIS_CONTEXT, {"@vocab": 5}]}, "/@context/1/@vocab"),
        (document() | {"@context": [EPCIS_CONTEXT, {"@base": 5}]}, "/@context/1/@base"),
        (document() | {"@context": [EPCIS_CONTEXT, {"@version": 3}]}, "/@context/1/@version"),
        (document() | {"@context": [EPCIS_CONTEXT, {"@protected": "yes"}]}, "/@context/1/@protected"),
        (document() | {"@context": [EPCIS_CONTEXT, EPCIS_CONTEXT]}, "/@context/1"),
        (document() | {"@context": [EPCIS_CONTEXT, *[{"a": "https://a.b/", "c": "https://c.d/"}] * 2]}, "/@context/2"),
        (document() | {"@context": [EPCIS_CONTEXT, {"ex": "ex:a/"}]}, "/@context/1/ex"),
        (document() | {"@context": [EPCIS_CONTEXT, {"q": "r:a/", "r": {"@id": "q:b/"}}]}, "/@context/1/q"),
        (document() | {"@context": [EPCIS_CONTEXT, {"ex": "https://a.b/" + "c" * 500}]}, "/@context/1/ex"),
        *(
            (document() | {"@context": [EPCIS_CONTEXT, {name: "https://evil.example/"}]}, f"/@context/1/{name}")
            for name in (*sorted(SCHEMES), "URN", "Https")
        ),
        (document(**{"epcis:action": "ADD"}), "/epcis:action"),
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
        ({"bizStep": "https://ref.gs1.org/cbv/Disp-active"}, "/bizStep"),
        ({"bizStep": "cbv:Disp-active"}, "/bizStep"),
        ({"bizStep": "https://ref.gs1.org/cbv/Comp-x"}, "/bizStep"),
        ({"@context": {"c": "https://ref.gs1.org/"}, "bizStep": "c:cbv/BizStep-foo"}, "/bizStep"),
        ({"persistentDisposition": {}}, "/persistentDisposition/set"),
        ({"persistentDisposition": {"set": []}}, "/persistentDisposition/set"),
        ({"persistentDisposition": {"set": ["damaged", "damaged"]}}, "/persistentDisposition/set/1"),
        ({"persistentDisposition": {"set": ["broken"]}}, "/persistentDisposition/set/0"),
        ({"epcList": UNIT}, "/epcList"),
        ({"epcList": [UNIT, UNIT]}, "/epcList/1"),
        ({"epcList": ["unit 7"]}, "/epcList/0"),
        ({"epcList": ["https://a.example/#a#b"]}, "/epcList/0"),
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
        ({"quantityList": [{"epcClass": LOT, "quantity": 1, "uom": "kilo"}]}, "/quantityList/0/uom"),
        ({"quantityList": [{"epcClass": LOT, "uom": "KGM"}]}, "/quantityList/0/uom"),
        ({"quantityList": [{"epcClass": LOT, "quantity": 0, "uom": "KGM"}]}, "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": LOT, "quantity": -100, "uom": "KGM"}]}, "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": LOT, "quantity": -1e-300, "uom": "KGM"}]}, "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": LOT, "quantity": 1.5}]}, "/quantityList/0/quantity"),
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
        *(
            (report(**{member: f"{namespace}Warmth"}, **more), f"{REPORT}/{member}")
            for member, more in (("type", {}), ("exception", {"type": "Temperature"}))
            for namespace in (
                *("http://gs1.org/voc/", "https://gs1.org/voc/", "http://www.gs1.org/voc/"),
                *("https://www.gs1.org/voc/", "https://ref.gs1.org/voc/", "gs1:"),
            )
        ),
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
        ({"ex:a b": 1}, "/ex:a b"),
        ({'ex:a"b': 1}, '/ex:a"b'),
        ({"ex:a{b}": 1}, "/ex:a{b}"),
        ({"ex:é": 1}, "/ex:é"),
        ({"ex:a": {"ex:a b": 1}}, "/ex:a/ex:a b"),
        ({"epcis:action": "ADD"}, "/epcis:action"),
        ({"https://ref.gs1.org/epcis/epcList": [UNIT]}, "/https:~1~1ref.gs1.org~1epcis~1epcList"),
        ({"@context": {"r": "https://ref.gs1.org/"}, "r:epcis/epcList": [UNIT]}, "/r:epcis~1epcList"),
        ({"@context": {"@vocab": "https://ref.gs1.org/epcis/"}, "colour": 1}, "/colour"),
        ({"@context": {"colour": "https://ref.gs1.org/epcis/action"}, "colour": 1}, "/colour"),
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
        (EVENT, {"sourceList": [{"type": "cbv:my_own_party", "source": "urn:uuid:1"}]}, None),
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
    """Prefixes that it uses come along, in names and values, each as an absolute URI; the others stay behind."""
    context = [
        EPCIS_CONTEXT,
        {"ex": "https://maker.example/voc/", "un": "https://unused.example/"},
        {"base": "https://base.example/", "v": {"@id": "base:v/"}, "steps": "https://steps.example/"},
    ]
    event = EVENT | {"v:a": 1, "bizStep": "steps:fermenting", "recordTime": TIME, "eventID": "urn:uuid:1"}
    (read,) = read_document(document(event) | {"@context": context}).events
    assert read.document["@context"] == {
        "ex": "https://maker.example/voc/",
        "v": {"@id": "https://base.example/v/"},
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
    note = named["note"] | {"@id": "https://maker.example/voc/note"}
    assert read.document["@context"] == {"ex": "https://maker.example/voc/", **named, "note": note}
    remote = [EPCIS_CONTEXT, {"ex": "https://maker.example/voc/"}, "https://else.example/context.jsonld"]
    place, sentence = refusal(document(EVENT | {"colour": "red"}) | {"@context": remote})
    assert place == "/epcisBody/eventList/0/colour"
    assert "never fetched" in sentence
    vocabulary = [EPCIS_CONTEXT, {"ex": "https://maker.example/voc/", "@vocab": "https://maker.example/voc/"}]
    (read,) = read_document(document(EVENT | {"colour": "red"}) | {"@context": vocabulary}).events
    assert read.document["@context"]["@vocab"] == "https://maker.example/voc/"


def read_under(context, event, **members):
    """Return an event that was read in a document with this context behind that of EPCIS."""
    (read,) = read_document(document(event | members) | {"@context": [EPCIS_CONTEXT, *context]}).events
    assert isinstance(read, ReadEvent), read.error
    return read


PLAIN = deleted(EVENT, "ex:note")
ONE, OTHER = {"ex": "https://one.example/"}, {"ex": "https://other.example/"}
CHAINED = ONE | {"q": "ex:q/"}
WHOLE = {"q": "https://one.example/q/"}


@pytest.mark.parametrize(
    ("around", "own", "stored"),
    [
        ([ONE], {"q": "ex:q/"}, [{}, WHOLE]),
        ([ONE], [{"q": "ex:q/"}, OTHER], [{}, WHOLE, OTHER]),
        ([CHAINED], OTHER, [WHOLE, OTHER]),
        ([ONE], [{"q": "ex:q/"}, OTHER, WHOLE], [{}, OTHER, WHOLE]),
        ([CHAINED, OTHER], None, WHOLE),
        ([{"q": "ex:q/"} | ONE], None, WHOLE),
        ([ONE, {"q": "r:q/", "r": "s:", "s": "ex:"}], None, {"q": "https://one.example/q/"}),
        ([{"q": {"@id": "gs1:q/", "@prefix": True}}], None, {"q": {"@id": "https://gs1.org/voc/q/", "@prefix": True}}),
        ([CHAINED | {"@vocab": "https://v.example/"}], None, {**WHOLE, "@vocab": "https://v.example/"}),
    ],
)
def test_prefixes_that_are_built_on_prefixes_keep_their_meaning(around, own, stored):
    """What is recorded says in full what a prefix stood for, so that no later declaration changes it."""
    event = PLAIN | {"q:a": 1, "bizStep": "q:step"} | ({} if own is None else {"@context": own})
    read = read_under(around, event)
    assert read.document["@context"] == stored
    assert event_hash(read.document) == event_hash(event, context=[EPCIS_CONTEXT, *around])
    spelled = PLAIN | {
        "@context": {"w": {**STANDARD_PREFIXES, **declared_prefixes(stored)}["q"]},
        "w:a": 1,
        "bizStep": "w:step",
    }
    assert event_hash(read.document) == event_hash(spelled)


def test_contexts_inside_an_event_keep_their_meaning():
    """They may stand in extensions, sensors and declared errors, and are recorded in full as well."""
    inner = {"@context": {"q": "ex:q/"}, "q:a": 1}
    event = PLAIN | {
        "ex:deep": [inner],
        "sensorElementList": [{**inner, "sensorReport": [{"type": "Temperature", **inner}]}],
        "errorDeclaration": {"declarationTime": TIME, **inner},
    }
    before = copy.deepcopy(event)
    read = read_under([ONE], event)
    assert event == before
    whole = {"@context": WHOLE, "q:a": 1}
    assert read.document["ex:deep"] == [whole]
    assert read.document["sensorElementList"][0]["sensorReport"] == [{"type": "Temperature", **whole}]
    assert read.document["errorDeclaration"] == {"declarationTime": TIME, **whole}
    assert event_hash(read.document) == event_hash(event, context=[EPCIS_CONTEXT, ONE])


def test_identifiers_are_read_in_full():
    """Behind a prefix stands what the prefix stands for, checked like any identifier; the document stays as sent."""
    compact = PLAIN | {
        "epcList": ["c:01/09506000134352/21/A1"],
        "quantityList": [{"epcClass": "c:01/09506000134352/10/L7"}],
        "readPoint": {"id": "c:414/9506000134352"},
        "sourceList": [{"type": "owning_party", "source": "ocop:party"}],
    }
    context = [{"c": "https://id.gs1.org/"}]
    read = read_under(context, compact)
    assert read.event.things == (UNIT, LOT)
    assert read.event.read_point.id == PLACE
    assert read.event.sources[0].source == "https://ocop-trace.example/voc/party"
    assert read.document == {"@context": context[0], **compact}
    for change, place in (
        ({"epcList": ["c:01/09506000134353/21/A1"]}, "/epcList/0"),
        ({"epcList": ["c:01/09506000134352/21/A1", UNIT]}, "/epcList/1"),
        ({"readPoint": {"id": "c:414/9506000134353"}}, "/readPoint/id"),
        ({"readPoint": {"id": "c:a#b#c"}}, "/readPoint/id"),
    ):
        wrong = document(PLAIN | change) | {"@context": [EPCIS_CONTEXT, *context]}
        assert refusal(wrong)[0] == f"/epcisBody/eventList/0{place}"


@pytest.mark.parametrize("name", sorted(EPCIS_NAMES))
def test_no_vocabulary_gives_another_meaning_to_a_name_of_epcis(name):
    """A member of one type of event, or of a part of one, is nobody's own in another, whatever the context says."""
    contexts = [{"@vocab": "https://v.example/"}]
    contexts += [{name: f"https://v.example/{name}"}] if name not in PROTECTED_NAMES else []
    for context in contexts:
        event = TRANSFORMATION | {"ilmd": {name: "x"}}
        where, _ = refusal(document(event) | {"@context": [EPCIS_CONTEXT, context]})
        assert where == f"/epcisBody/eventList/0/ilmd/{name}"


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (PLAIN, "inputQuantityList"),
        (PLAIN, "parentID"),
        (PLAIN, "reason"),
        (AGGREGATION, "inputEPCList"),
        (AGGREGATION, "ilmd"),
        (TRANSFORMATION, "quantityList"),
    ],
)
def test_no_vocabulary_brings_in_a_member_of_another_type(event, name):
    """It would be found by queries as if it were the real one."""
    vocabulary = [EPCIS_CONTEXT, {"@vocab": "https://v.example/"}]
    assert refusal(document(event | {"colour": 1}) | {"@context": vocabulary}) == (None, None)
    place = refusal(document(event | {name: [UNIT]}) | {"@context": vocabulary})[0]
    assert place == f"/epcisBody/eventList/0/{name}"


def test_many_definitions_are_read_at_once():
    """However long the chain, a short context becomes neither a long one nor a long wait."""
    chain = {f"a{n}": f"a{n + 1}:" for n in range(20_000)}
    for last in ({"a20000": "https://a.example/"}, {"a20000": "a0:"}, {"a20000": "https://a.example/" + "b" * 10_000}):
        found = declared_prefixes({**chain, **last})
        assert sum(map(len, found.values())) < 1_000_000
    assert declared_prefixes({**chain, "a20000": "https://a.example/"})["a0"] == "https://a.example/"
    separate = [EPCIS_CONTEXT, *({f"a{n}": "https://a.example/"} for n in range(20_000))]
    assert refusal(document() | {"@context": separate}) == (None, None)


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
