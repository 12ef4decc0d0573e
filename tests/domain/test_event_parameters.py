"""Parameters of a query: every name of the standard, every spelling, and what is refused."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from traceability.domain.epc_patterns import read_pattern
from traceability.domain.event_parameters import MOST_PARAMETERS, MOST_VALUES, read_named, read_query
from traceability.domain.event_query import Comparison, Criterion, EventQuery
from traceability.domain.event_words import field_uri
from traceability.errors import InvalidInputError, TooLargeError

OWN = {"ex": "https://ns.example/"}

FIXED = {
    "eventType": "ObjectEvent|TransformationEvent",
    "GE_eventTime": "2026-05-01T10:00:00+07:00",
    "LT_eventTime": "2026-05-01T10:00:00Z",
    "GE_recordTime": "2026-05-01T10:00:00.123Z",
    "LT_recordTime": "2026-05-01T10:00:00Z",
    "EQ_action": "ADD|OBSERVE",
    "EQ_bizStep": "shipping",
    "EQ_disposition": "in_transit",
    "EQ_persistentDisposition_set": "recalled",
    "EQ_persistentDisposition_unset": "recalled",
    "EQ_readPoint": "https://id.gs1.org/414/4012345000016",
    "WD_readPoint": "https://id.gs1.org/414/4012345000016",
    "EQ_bizLocation": "https://id.gs1.org/414/4012345000016",
    "WD_bizLocation": "https://id.gs1.org/414/4012345000016",
    "EQ_transformationID": "urn:t:1",
    **dict.fromkeys(
        ("MATCH_epc", "MATCH_parentID", "MATCH_inputEPC", "MATCH_outputEPC", "MATCH_anyEPC"),
        "urn:epc:id:sgtin:4012345.011111.1",
    ),
    **dict.fromkeys(
        ("MATCH_epcClass", "MATCH_inputEPCClass", "MATCH_outputEPCClass", "MATCH_anyEPCClass"),
        "urn:epc:class:lgtin:4012345.011111.L1",
    ),
    **dict.fromkeys(("EQ_quantity", "GT_quantity", "GE_quantity", "LT_quantity", "LE_quantity"), "5"),
    "EQ_eventID": "urn:uuid:1",
    "EXISTS_errorDeclaration": "true",
    "GE_errorDeclarationTime": "2026-05-01T10:00:00Z",
    "LT_errorDeclarationTime": "2026-05-01T10:00:00Z",
    "EQ_errorReason": "incorrect_data",
    "EQ_correctiveEventID": "urn:uuid:1",
    "orderBy": "eventTime",
    "orderDirection": "ASC",
    "eventCountLimit": "5",
    "maxEventCount": "5",
    **dict.fromkeys(("GE_startTime", "LT_startTime", "GE_endTime", "LT_endTime"), "2026-05-01T10:00:00Z"),
    "EQ_type": "Temperature",
    "EQ_deviceID": "urn:epc:id:giai:4012345.7",
    **dict.fromkeys(
        ("EQ_dataProcessingMethod", "EQ_microorganism", "EQ_chemicalSubstance", "EQ_bizRules", "EQ_uriValue"),
        "https://rules.example/1",
    ),
    "EQ_stringValue": "x",
    "EQ_hexBinaryValue": "0AFF",
    "EQ_booleanValue": "true",
}
"""Every parameter with a fixed name, as the OpenAPI interface of the standard lists them, with a good value."""


def asked(name, *values, **more):
    """Return the one criterion that a parameter makes."""
    (criterion,) = read_query({name: values}, prefixes=OWN, **more).criteria
    return criterion


@pytest.mark.parametrize("name", FIXED)
def test_each_parameter_of_the_standard_is_known(name):
    """By its name, with a good value, and together with what it needs."""
    needed = {"orderBy": ["eventTime"]} if name in ("eventCountLimit", "orderDirection") else {}
    query = read_query({**needed, name: [FIXED[name]]})
    assert query != EventQuery() or name == "maxEventCount"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("shipping", "shipping"),
        ("https://ref.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("urn:epcglobal:cbv:bizstep:shipping", "shipping"),
        ("cbv:BizStep-shipping", "shipping"),
        ("ex:drying", "https://ns.example/drying"),
        ("https://own.example/step", "https://own.example/step"),
    ],
)
def test_words_may_be_spelled_in_any_way(text, word):
    """Short words, web URIs, URNs and compact URIs are one."""
    assert asked("EQ_bizStep", text) == Criterion(Comparison.EQ, "bizStep", (word,))


@pytest.mark.parametrize(
    "text",
    [
        "urn:epc:id:sgtin:4012345.011111.9876",
        "https://id.gs1.org/01/04012345111118/21/9876",
        "https://shop.example/some/stem/01/04012345111118/21/9876?17=270101",
        "https://id.gs1.org/01/04012345111118/10/L1/21/9876",
        "urn:epc:idpat:sgtin:4012345.011111.9876",
    ],
)
def test_identifiers_may_be_urns_or_links(text):
    """A piece is one piece, however it is written."""
    assert asked("MATCH_epc", text).values == ("https://id.gs1.org/01/04012345111118/21/9876",)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("urn:epc:idpat:lgtin:4012345.011111.L1", "https://id.gs1.org/01/04012345111118/10/L1"),
        ("urn:epc:idpat:sgtin:4012345.011111.7", "https://id.gs1.org/01/04012345111118/21/7"),
        ("urn:epc:idpat:giai:4012345.7", "https://id.gs1.org/8004/40123457"),
        ("urn:epc:idpat:nonsense:7", "urn:epc:id:nonsense:7"),
    ],
)
def test_a_pattern_without_a_star_is_one_thing_or_one_lot(pattern, found):
    """A lot's URN is that of a class."""
    for name in ("MATCH_epc", "MATCH_epcClass"):
        assert asked(name, pattern).values == (found,)


@pytest.mark.parametrize(
    ("name", "value", "example"),
    [
        ("GE_quantity", "many", "24.5"),
        ("GE_quantity", "1e999", "24.5"),
        ("GE_ex:field", "many", "2026-05-14T10:10:00.000+07:00"),
        ("EQ_readPoint", "shed", "https://id.gs1.org/414/4012345000016"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:*.1.*", "urn:epc:idpat:sgtin:4012345.011111.*"),
    ],
)
def test_what_is_refused_comes_with_an_example(name, value, example):
    """That would have been understood."""
    with pytest.raises(InvalidInputError) as refusal:
        asked(name, value)
    assert value in str(refusal.value)
    assert example in str(refusal.value)
    assert asked(name, example)


def test_lists_are_parted_by_bars_and_by_repetition():
    """Both ways of the standard's interface, and duplicates once."""
    assert asked("EQ_action", "ADD|DELETE", "ADD").values == ("ADD", "DELETE")


def test_open_names_are_read():
    """Kinds of papers, units, and fields of one's own in every part of an event."""
    assert asked("EQ_bizTransaction_po", "urn:x:1").name == "bizTransaction_po"
    assert asked("EQ_source_urn:epcglobal:cbv:sdt:owning_party", "urn:x:1").name == "source_owning_party"
    assert asked("EQ_destination_ex:aunt", "urn:x:1").name == "destination_https://ns.example/aunt"
    assert asked("GE_value_CEL", "-1.5") == Criterion(Comparison.GE, "value_KEL", (Decimal("271.65"),))
    assert asked("GE_sDev_CEL", "1.5") == Criterion(Comparison.GE, "sDev_KEL", (Decimal("1.5"),))
    assert asked("LT_value_XX9", "1.5") == Criterion(Comparison.LT, "value_XX9", (Decimal("1.5"),))
    assert asked("EQ_quantity_GRM", "1000|2").values == (Decimal(1), Decimal("0.002"))
    assert asked("EQ_quantity_KGM", "1|2").values == (Decimal(1), Decimal(2))
    for name in ("ex:field", "https://ns.example/field", "{https://ns.example/}field"):
        for place in ("", "INNER_", "ILMD_", "INNER_ILMD_", "ERROR_DECLARATION_", "SENSORREPORT_", "INNER_readPoint_"):
            criterion = asked(f"EQ_{place}{name}", "x")
            assert criterion == Criterion(Comparison.EQ, f"{place}{{https://ns.example/}}field", ("x",))
    assert asked("EQ_ILMD_lot", "x").name == "ILMD_lot"
    assert asked("GT_ex:field", "3").values == (Decimal(3),)
    assert asked("GT_ex:field", "2026-05-01T10:00:00+07:00").values == (datetime(2026, 5, 1, 3, tzinfo=UTC),)


@pytest.mark.parametrize(
    ("namespace", "spellings"),
    [
        ("https://ns.example/", ("https://ns.example/num", "https://ns.example/#num", "{https://ns.example/}num")),
        ("https://ns.example/#", ("https://ns.example/num", "https://ns.example/#num", "https://ns.example/##num")),
        ("https://ns.example/v#", ("https://ns.example/v#num", "https://ns.example/v##num", "{https://ns.example/v#}num")),
        ("https://ns.example/v", ("https://ns.example/v#num", "{https://ns.example/v}num")),
        ("urn:ns:mda:", ("urn:ns:mda:num", "urn:ns:mda#num", "urn:ns:mda:#num", "{urn:ns:mda}num")),
        ("urn:ns:mda", ("urn:ns:mda:num", "urn:ns:mda#num", "{urn:ns:mda:}num")),
    ],
)  # fmt: skip
def test_fields_of_ones_own_have_one_name(namespace, spellings):
    """With a prefix, joined as JSON-LD has it, or with the `#` of the standard's questions (EPCIS 2.0, 8.2.7.1)."""
    prefixes = {"ex": namespace}
    uri = field_uri("ex:num", prefixes)
    assert {field_uri(one, {}) for one in (*spellings, uri)} == {uri}
    for begin in ("EQ_", "GT_", "EXISTS_", "EQ_ILMD_", "EQ_INNER_ILMD_", "LE_SENSORREPORT_"):
        (wanted,) = read_query({begin + "ex:num": ["24.5"]}, prefixes=prefixes).criteria
        for one in spellings:
            assert read_query({begin + one: ["24.5"]}).criteria == (wanted,)
    assert {read_query({"orderBy": [one]}).order_by for one in spellings} == {
        read_query({"orderBy": ["ex:num"]}, prefixes=prefixes).order_by
    }


def test_fields_of_different_namespaces_stay_apart():
    """What differs in more than the mark between namespace and name is another field."""
    spellings = ("https://ns.example/a/b", "https://ns.example/a#b", "https://ns.example/ab", "https://ns.example/a:b")
    assert len({field_uri(one, {}) for one in spellings}) == len(spellings)


def test_existence_needs_no_value():
    """`EXISTS_` has none in the standard, and whatever is given is ignored."""
    for value in ("", "true", "1", "0", "false", "foo"):
        assert asked("EXISTS_ex:field", value).values == (True,)
        assert asked("EXISTS_sensorElementList", value).values == (True,)
    for value in (None, 0, 7, [], [1, 2], [[{}]], {}):
        query = read_named({"@context": OWN, "EXISTS_ex:field": value})
        assert query.criteria == (Criterion(Comparison.EXISTS, "{https://ns.example/}field", (True,)),)


def test_declarations_of_errors_may_not_be_asked_for():
    """`EXISTS_errorDeclaration` is given a value by some."""
    assert read_query({"EXISTS_errorDeclaration": ["false"]}) == EventQuery()
    assert read_query({"EXISTS_errorDeclaration": [""]}) == read_query({"EXISTS_errorDeclaration": ["true"]})


def test_the_time_of_a_declaration_has_two_names():
    """The standard's text and its interface differ."""
    for comparison in ("GE", "LT"):
        other = asked(f"{comparison}_errorDeclaration_Time", "2026-05-01T10:00:00Z")
        assert other == asked(f"{comparison}_errorDeclarationTime", "2026-05-01T10:00:00Z")
    with pytest.raises(InvalidInputError) as refusal:
        read_query({"GE_errorDeclaration_Time": ["yesterday"]})
    assert refusal.value.field == "GE_errorDeclaration_Time"


def test_the_order_is_descending_unless_said_otherwise():
    """As the standard has it, where an order is asked for at all."""
    assert read_query({"orderBy": ["eventTime"]}) == EventQuery(order_by="eventTime", descending=True)
    assert not read_query({"orderBy": ["ex:f"], "orderDirection": ["ASC"]}, prefixes=OWN).descending
    assert read_query({"orderBy": ["ex:f"]}, prefixes=OWN).order_by == "{https://ns.example/}f"
    assert not read_query({}).descending


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"EQ_unknown": ["x"]}, "EQ_unknown"),
        ({"bizStep": ["shipping"]}, "bizStep"),
        ({"GT_bizStep": ["shipping"]}, "GT_bizStep"),
        ({"EQ_nope:field": ["x"]}, "EQ_nope:field"),
        ({"eventType": ["Event"]}, "eventType"),
        ({"EQ_action": ["add"]}, "EQ_action"),
        ({"EQ_bizStep": ["schipping"]}, "EQ_bizStep"),
        ({"EQ_bizStep": ["shipping|"]}, "EQ_bizStep"),
        ({"EQ_bizStep": []}, "EQ_bizStep"),
        ({"EQ_readPoint": ["shed"]}, "EQ_readPoint"),
        ({"MATCH_epc": ["urn:epc:idpat:sgtin:4012345.*.1"]}, "MATCH_epc"),
        ({"MATCH_epc": ["urn:epc:idpat:nonsense:*"]}, "MATCH_epc"),
        ({"GE_eventTime": ["yesterday"]}, "GE_eventTime"),
        ({"GE_eventTime": ["2026-05-01T10:00:00"]}, "GE_eventTime"),
        ({"GE_eventTime": ["0001-01-01T00:00:00+14:00"]}, "GE_eventTime"),
        ({"GE_eventTime": ["2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z"]}, "GE_eventTime"),
        ({"GE_quantity": ["many"]}, "GE_quantity"),
        ({"GE_quantity": ["1e999"]}, "GE_quantity"),
        ({"GE_quantity": ["nan"]}, "GE_quantity"),
        ({"GE_value_celsius": ["1"]}, "GE_value_celsius"),
        ({"EQ_bizTransaction_nope": ["urn:x:1"]}, "EQ_bizTransaction_nope"),
        ({"EXISTS_errorDeclaration": ["maybe"]}, "EXISTS_errorDeclaration"),
        ({"EQ_booleanValue": ["yes"]}, "EQ_booleanValue"),
        ({"HASATTR_bizLocation": ["x"]}, "HASATTR_bizLocation"),
        ({"EQATTR_bizLocation_name": ["x"]}, "EQATTR_bizLocation_name"),
        ({"orderBy": ["action"]}, "orderBy"),
        ({"orderBy": [""]}, "orderBy"),
        ({"orderBy": ["eventTime"], "orderDirection": ["UP"]}, "orderDirection"),
        ({"eventCountLimit": ["5"]}, "eventCountLimit"),
        ({"orderBy": ["eventTime"], "eventCountLimit": ["0"]}, "eventCountLimit"),
        ({"orderBy": ["eventTime"], "eventCountLimit": ["5"], "maxEventCount": ["5"]}, "maxEventCount"),
        ({"maxEventCount": ["-1"]}, "maxEventCount"),
        ({"EQ_eventID": ["a\0b"]}, "EQ_eventID"),
        ({"EQ_eventID": ["a" * 5_000]}, "EQ_eventID"),
        ({"EQ_eventID": ["|".join(map(str, range(MOST_VALUES + 1)))]}, "EQ_eventID"),
    ],
)
def test_what_is_not_understood_is_refused_at_its_name(parameters, field):
    """A question that is half understood would be answered wrongly."""
    with pytest.raises(InvalidInputError) as refusal:
        read_query(parameters)
    assert refusal.value.field == field
    assert str(refusal.value)


def test_too_many_parameters_or_values_are_refused():
    """A question has an end."""
    with pytest.raises(TooLargeError):
        read_query({f"EQ_ILMD_f{number}": ["x"] for number in range(MOST_PARAMETERS + 1)})
    with pytest.raises(TooLargeError):
        read_query({"EQ_eventID": ["|".join(map(str, range(MOST_VALUES + 1)))]})


def test_a_plus_that_was_not_encoded_is_understood():
    """Many write +07:00 into an address as it stands, and it arrives as a blank."""
    assert asked("GE_eventTime", "2026-05-01T10:00:00 07:00").values == (datetime(2026, 5, 1, 3, tzinfo=UTC),)


def test_named_queries_are_json():
    """Values have their kinds, lists are lists, prefixes are declared in a context."""
    query = read_named(
        {
            "@context": [{"ex": "https://ns.example/"}],
            "eventType": ["ObjectEvent"],
            "EQ_ex:size": [4, "5", True],
            "GE_quantity": 2.5,
            "EXISTS_errorDeclaration": None,
            "maxEventCount": 7,
        }
    )
    own, quantity, error = query.criteria
    assert own.values == (Decimal(4), "5", True)
    assert quantity.values == (Decimal("2.5"),)
    assert error == Criterion(Comparison.EXISTS, "errorDeclaration", (True,))
    assert query.max_event_count == 7
    assert asked("EQ_stringValue", "a").values == ("a",)
    for bad in (
        {"EQ_bizStep": [3]},
        {"GE_quantity": [True]},
        {"EQ_bizStep": {"a": 1}},
        {"maxEventCount": True},
        {"orderBy": None},
    ):
        with pytest.raises(InvalidInputError):
            read_named(bad)


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("sgtin:4012345.011111.*", "01/04012345111118/21/7", "01/04012345111118"),
        ("sgtin:4012345.*.*", "01/14012345000012/21/7", "01/04012346111118/21/7"),
        ("sgtin:*.*.*", "01/14012345000012/21/7", "00/140123450000000018"),
        ("sscc:4012345.*", "00/140123450000000018", "00/140123460000000018"),
        ("sgln:4012345.00001.*", "414/4012345000016", "414/4012345000023"),
        ("sgln:4012345.00001.*", "414/4012345000016/254/7", "414/4012345000023/254/7"),
        ("grai:4012345.12345.*", "8003/04012345123456X", "8003/04012345123456"),
        ("giai:4012345.*", "8004/4012345A", "8004/4012346A"),
        ("itip:4012345.011111.01.*.*", "8006/040123451111180102/21/7", "8006/040123451111180202/21/7"),
        ("lgtin:4012345.011111.*", "01/04012345111118/10/L", "01/04012345111118/21/L"),
        ("gdti:4012345.*.*", "253/4012345000016A", "253/4012346000016A"),
        ("cpi:4012345.*.*", "8010/4012345XY/8011/1", "8010/4012345XY"),
    ],
)
def test_patterns_stand_for_what_they_say(pattern, inside, outside):
    """Of each kind of key, what belongs and what does not."""
    read = read_pattern(f"urn:epc:idpat:{pattern}")
    assert read.matches(f"https://id.gs1.org/{inside}")
    assert not read.matches(f"https://id.gs1.org/{outside}")
    assert any(f"https://id.gs1.org/{inside}".startswith(prefix) for prefix in read.prefixes)
