"""EPCIS events: what we write comes back exactly, and what does not belong is refused with its place."""

import json
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from tests.proofs.diverse_events import diverse_events
from tests.proofs.random_events import events
from traceability.domain.cbv import Action
from traceability.domain.epcis import AggregationEvent, Event, ObjectEvent, TransformationEvent, event_from_json
from traceability.domain.epcis_parts import ErrorDeclaration, Location, QuantityElement
from traceability.domain.times import VIETNAM
from traceability.errors import InvalidInputError

LOT = "https://id.gs1.org/01/09506000134352/10/L7"
MOMENT = datetime(2026, 5, 14, 10, 10, tzinfo=VIETNAM)
EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-05-14T10:10:00.000+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "bizStep": "inspecting",
    "quantityList": [{"epcClass": LOT, "quantity": 60, "uom": "KGM"}],
}


def test_writing():
    """A typed event is written as the standard shows it, `type` first."""
    event = ObjectEvent(
        **Event.when(MOMENT),
        action=Action.OBSERVE,
        biz_step="inspecting",
        quantities=(QuantityElement(epc_class=LOT, quantity=Decimal(60), uom="KGM"),),
    )
    assert event.to_json() == EVENT
    assert next(iter(event.to_json())) == "type"
    assert event.things == (LOT,)
    assert event_from_json(EVENT) == event


@pytest.mark.parametrize("document", diverse_events(30))
def test_our_own_events_come_back_equal(document):
    """Whatever the services write is read and written again unchanged."""
    assert event_from_json(document).to_json() == document


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(events)
def test_valid_events_of_all_types_are_read(document):
    """Random valid events are read, and reading what was written changes nothing."""
    event = event_from_json(document)
    assert event_from_json(json.loads(json.dumps(event.to_json()))) == event


def test_words_are_short_inside():
    """Web URIs and compact URIs of the vocabulary become its short words."""
    for name in ("cbv:BizStep-inspecting", "https://ref.gs1.org/cbv/BizStep-inspecting"):
        assert event_from_json({**EVENT, "bizStep": name}).biz_step == "inspecting"
    own = "https://maker.example/steps/fermenting"
    assert event_from_json({**EVENT, "bizStep": own}).to_json()["bizStep"] == own


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "QuantityEvent"}, "/e/type"),
        ({"eventTime": None}, "/e/eventTime"),
        ({"eventTime": "2026-05-14T10:10:00"}, "/e/eventTime"),
        ({"eventTime": "2026-13-14T10:10:00Z"}, "/e/eventTime"),
        ({"eventTimeZoneOffset": "7"}, "/e/eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": "+14:30"}, "/e/eventTimeZoneOffset"),
        ({"action": "observe"}, "/e/action"),
        ({"bizStep": "fermenting"}, "/e/bizStep"),
        ({"bizStep": "https://ref.gs1.org/cbv/BizStep-fermenting"}, "/e/bizStep"),
        ({"disposition": 7}, "/e/disposition"),
        ({"colour": "red"}, "/e/colour"),
        ({"quantityList": [{"epcClass": LOT, "weight": 1}]}, "/e/quantityList/0/weight"),
        ({"quantityList": [{"epcClass": "no uri"}]}, "/e/quantityList/0/epcClass"),
        ({"quantityList": [{"quantity": 1}]}, "/e/quantityList/0/epcClass"),
        ({"quantityList": [{"epcClass": LOT, "quantity": True}]}, "/e/quantityList/0/quantity"),
        ({"quantityList": {}}, "/e/quantityList"),
        ({"readPoint": "https://a.example/"}, "/e/readPoint"),
        ({"sourceList": [{"type": "seller", "source": LOT}]}, "/e/sourceList/0/type"),
        ({"certificationInfo": {"gs1:x": 1}}, "/e/certificationInfo"),
        ({"sensorElementList": [{"sensorReport": []}]}, "/e/sensorElementList/0/sensorReport"),
        ({"errorDeclaration": {"reason": "incorrect_data"}}, "/e/errorDeclaration/declarationTime"),
        ({"inputQuantityList": []}, "/e/inputQuantityList"),
        ({"ilmd": {"ocop:x": 1}}, "/e/ilmd"),
        ({"quantityList": []}, "/e/epcList"),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:inspecting"}, "/e/bizStep"),
    ],
)
def test_what_does_not_belong_is_refused_with_its_place(change, field):
    """The error points to the place in the document."""
    document = {key: value for key, value in (EVENT | change).items() if value is not None}
    with pytest.raises(InvalidInputError) as refusal:
        event_from_json(document, "/e")
    assert refusal.value.field == field


def test_no_object_no_event():
    """A list or a text is no event."""
    for document in ([], "x", None, 7):
        with pytest.raises(InvalidInputError):
            event_from_json(document)


def test_required_parts_of_other_types():
    """A transformation has two sides, an aggregation a parent."""
    with pytest.raises(InvalidInputError):
        TransformationEvent(**Event.when(MOMENT), input_epcs=(LOT,))
    with pytest.raises(InvalidInputError):
        AggregationEvent(**Event.when(MOMENT), action=Action.ADD, child_epcs=(LOT,))
    for kind in ("TransactionEvent", "AssociationEvent"):
        with pytest.raises(InvalidInputError):
            event_from_json({**{k: v for k, v in EVENT.items() if k != "quantityList"}, "type": kind})


def test_extensions_and_declarations_are_kept():
    """Members with a prefix and error declarations come back as they were."""
    document = EVENT | {
        "ocop:stage": "fermented",
        "readPoint": {"id": "https://id.gs1.org/414/9506000134352", "ocop:gate": 1},
        "errorDeclaration": {"declarationTime": "2026-05-15T00:00:00.000Z", "reason": "did_not_occur"},
    }
    event = event_from_json(document)
    assert event.to_json() == document
    assert isinstance(event.read_point, Location)
    assert isinstance(event.error_declaration, ErrorDeclaration)
