"""Events captured from outside in the tables: read in every type and spelling, named whatever they are called."""

import json

import pytest
import sqlalchemy as sa

from tests.projection.fakes import NAMESPACE
from tests.projection.stories import PRODUCT
from traceability.domain.epcis import EVENT_TYPES
from traceability.domain.event_records import EventRecord, read_event
from traceability.domain.journal_records import JournalRecord, journal_uri
from traceability.domain.naming import canonical, identifiers, lot_named, named
from traceability.domain.records import read
from traceability.domain.uris import UnitRef
from traceability.errors import InvalidInputError
from traceability.projection import schema
from traceability.projection.names import JOURNAL, OTHER, read_uri
from traceability.projection.reading import subjects_of

LOT = f"{PRODUCT}/10/L7"
WHEN = {"eventTime": "2026-05-04T12:00:00.000+07:00", "eventTimeZoneOffset": "+07:00"}


def test_every_type_is_read():
    """What a lot's story is told with comes out of all five types."""
    lists = {"AggregationEvent": "childQuantityList", "AssociationEvent": "childQuantityList"}
    for kind in EVENT_TYPES:
        name = lists.get(kind, "quantityList" if kind != "TransformationEvent" else "inputQuantityList")
        event = read({"type": kind, **WHEN, name: [{"epcClass": LOT, "quantity": 2.5, "uom": "KGM"}]})
        assert isinstance(event, EventRecord)
        (line,) = event.lots + event.inputs
        assert (line.lot, str(line.amount), line.unit) == (LOT, "2.5", "KGM")


@pytest.mark.parametrize(
    ("member", "value", "field", "read_as"),
    [
        ("bizStep", "https://ref.gs1.org/cbv/BizStep-packing", "biz_step", "packing"),
        ("bizStep", "urn:epcglobal:cbv:bizstep:packing", "biz_step", "packing"),
        ("bizStep", "https://example.org/steps/blessing", "biz_step", "https://example.org/steps/blessing"),
        ("disposition", "cbv:Disp-in_transit", "disposition", "in_transit"),
        ("readPoint", {"id": "urn:epc:id:sgln:9506000.11042.0"}, "place", "https://id.gs1.org/414/9506000110424"),
        ("sourceList", [{"type": "possessing_party", "source": "urn:x:1"}], "sender", "urn:x:1"),
        (
            "destinationList",
            [
                {"type": "possessing_party", "destination": "urn:x:1"},
                {"type": "https://ref.gs1.org/cbv/SDT-owning_party", "destination": "urn:x:2"},
            ],
            "receiver",
            "urn:x:2",
        ),
    ],
)
def test_any_spelling_is_read(member, value, field, read_as):
    """Words of CBV in all their forms, parties of both kinds, places under older names."""
    assert getattr(read_event({"type": "ObjectEvent", **WHEN, member: value}), field) == read_as


@pytest.mark.parametrize(
    "odd",
    [
        {"ocop:values": {"a": 1}},
        {"ocop:commitments": {"note": 1}},
        {"ocop:stage": ["x"]},
        {"ilmd": {"cbvmda:itemExpirationDate": "soon", "cbvmda:lotNumber": ["7"]}},
        {"errorDeclaration": {"declarationTime": WHEN["eventTime"], "ocop:commitments": 7}},
        {"sensorElementList": [{"sensorReport": [{"type": "gs1:Temperature", "value": 4, "ocop:field": {}}]}]},
        {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "stringValue": "warm"}]}]},
    ],
)
def test_members_that_say_nothing_to_us_hide_nothing(odd):
    """An event whose extensions happen to look like ours is EPCIS's all the same."""
    event = read_event({"type": "ObjectEvent", **WHEN, "bizStep": "storing", **odd})
    assert (event.biz_step, event.error is not None) == ("storing", "errorDeclaration" in odd)


def test_what_is_no_event_stays_unread():
    """Without a time, or with lists that are none, there is no event to tell."""
    for broken in ({"eventTime": "noon"}, {"quantityList": {"epcClass": LOT}}, {"readPoint": "here"}):
        with pytest.raises(InvalidInputError):
            read_event({"type": "ObjectEvent", **WHEN, **broken})


def test_names_have_one_spelling():
    """A lot by link, by link of another domain, by URN, through an item: the same lot; what is foreign stays so."""
    spellings = (LOT, "https://a.example/b/01/09506000134352/10/L7?x=1", "urn:epc:class:lgtin:9506000.013435.L7")
    assert {canonical(one) for one in spellings} == {LOT}
    item = f"{LOT}/21/5"
    assert isinstance(named(item), UnitRef)
    assert lot_named(item).uri == LOT
    assert lot_named(f"{NAMESPACE}/p/SHR1MP0000/l/A").uri == f"{NAMESPACE}/p/SHR1MP0000/l/A"
    for foreign in ("https://other.example/p/SHR1MP0000/l/A", "urn:x:1", "x" * 5000, "https://id.gs1.org/00/1"):
        assert named(foreign) is None
        assert canonical(foreign) == foreign
    assert LOT in set(subjects_of({"type": "ObjectEvent", "quantityList": [{"epcClass": spellings[2]}]}))


def test_identifiers_of_hostile_documents():
    """Only texts in the places of identifiers are names."""
    odd = {"epcList": [1, None, "a"], "parentID": {"x": 1}, "quantityList": ["x", {"epcClass": 5}, {"epcClass": "b"}]}
    assert list(identifiers(odd)) == ["a", "b"]


def test_a_journal_has_a_name():
    """It is known as a journal of its participant, and read back as it was written."""
    uri = journal_uri(NAMESPACE, "C00P000000")
    assert (read_uri(uri, NAMESPACE).type, read_uri(uri, NAMESPACE).code) == (JOURNAL, "C00P000000")
    assert read_uri("https://elsewhere.example/journal/C00P000000", NAMESPACE).type == OTHER
    record = JournalRecord(uri)
    assert read(record.to_document()) == record


def test_captured_events_are_in_the_tables(told):
    """The story's event from outside is read, with its business step in its short form, and hides behind no fault."""
    table = schema.document.c
    with told.database.reading() as connection:
        rows = connection.execute(sa.select(table.body, table.biz_step, table.opaque, table.event_time)).all()
    (row,) = [row for row in rows if "ex:shelf" in json.loads(row.body)]
    assert (row.biz_step, row.opaque) == ("storing", "")
    assert row.event_time
