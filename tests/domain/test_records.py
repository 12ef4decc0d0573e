"""Documents are written one way and read back as the same values, and what is malformed is refused by name."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain import records
from traceability.domain.stamp_life import MarkKind
from traceability.domain.views import Bilingual
from traceability.errors import InvalidInputError

NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
LOT = "https://id.gs1.org/01/09506000134352/10/A1"

EVENT = records.EventRecord(
    type=records.OBJECT,
    action="ADD",
    biz_step="commissioning",
    disposition="active",
    event_time=NOON,
    lots=(records.LotAmount(LOT, Decimal("60.5"), "KGM"),),
    lot_number="A1",
    expiries={LOT: date(2026, 5, 11)},
    place="https://ocop-trace.example/place/AB",
    stage="mixing",
    values={"spices": "thính"},
    readings=(records.Reading("temperature", "Temperature", Decimal("4.5"), "CEL"),),
    commitments={"note": ("n",), "picture": ("p", "q")},
)

EXAMPLES = [
    EVENT,
    records.EventRecord(
        type=records.TRANSFORMATION,
        biz_step="commissioning",
        event_time=NOON,
        inputs=(records.LotAmount(LOT, Decimal(3), "KGM"),),
        outputs=(records.LotAmount("x", Decimal(1), "H87"), records.LotAmount("y", Decimal(2), "H87")),
        expiries={"x": date(2026, 5, 11), "y": date(2026, 5, 12)},
        error=records.ErrorDeclaration(NOON, "incorrect_data", {"note": ("k",)}),
    ),
    records.EventRecord(
        type=records.OBJECT,
        action="OBSERVE",
        biz_step="holding",
        disposition="recalled",
        event_time=NOON,
        lots=(records.LotAmount(LOT, Decimal(3), "KGM"),),
        sender="a",
        receiver="b",
        reason="chemical",
        lifts=True,
        outcome="conforms",
    ),
    records.ProductRecord(uri="u", name=Bilingual("Nem chua", "Fermented pork"), shelf_life_days=7, is_material=False),
    records.ProductRecord(uri="u", description=Bilingual("Ngon"), commitments={"picture": ("a",)}),
    records.ParticipantRecord(uri="u", kind="household", gln="9506000000004", commitments={"name": ("c",)}),
    records.StampRunRecord(1, 540, "root"),
    records.StampMarkRecord(MarkKind.ACTIVATED, 1, 1, 540),
    records.StampMarkRecord(MarkKind.PRINTED, 1, 1, 540, medium="pdf", codes=True),
    records.StampMarkRecord(MarkKind.VOIDED, 1, 1, 540, "stolen", commitments={"note": ("bm90ZQ",)}),
    records.StampMarkRecord(MarkKind.RESTORED, 1, 1, 540, "found"),
    records.RatingRecord(
        stars=4,
        issuer="UBND tỉnh Thanh Hóa",
        decision_number="715/QĐ-UBND",
        decision_date=date(2025, 3, 1),
        valid_from=date(2025, 3, 1),
        valid_to=date(2028, 2, 29),
    ),
    records.CertificateRecord(
        kind="gi", issuer="IP VIET NAM", number="00042", scope="Cói", valid_from=date(2020, 1, 1)
    ),
    records.RevocationRecord("ni:///sha-256;00", {"note": ("c",)}),
    records.FindingRecord("noted", {"note": ("c",), "picture": ("p",)}),
    records.RetirementRecord({"note": ("c",)}),
    records.LinkRecord(uri="u", link_type="hasRetailers", href="https://postmart.vn/a", language="vi"),
    records.LinkRecord(uri="u", link_type="pip", href="https://postmart.vn/a", media_type="application/pdf"),
    records.LinkWithdrawalRecord("ni:///sha-256;00", {"note": ("c",)}),
    records.LinkWithdrawalRecord("ni:///sha-256;00"),
]


@pytest.mark.parametrize("record", EXAMPLES, ids=lambda record: type(record).__name__)
def test_a_record_reads_back_as_it_was_written(record):
    """`read` is the inverse of `to_document` for every kind of record."""
    assert records.read(record.to_document()) == record


def test_event_times_carry_milliseconds_and_the_offset_of_viet_nam():
    """EPCIS wants an explicit offset; ours is the one that the reader's clock shows."""
    document = EVENT.to_document()
    assert document["eventTime"] == "2026-05-04T12:00:00.000+07:00"
    assert document["eventTimeZoneOffset"] == "+07:00"


def test_nothing_empty_is_written():
    """Every byte on the chain costs gas, so what is not said is left out."""
    document = records.EventRecord(
        type=records.OBJECT, action="OBSERVE", biz_step="storing", event_time=NOON
    ).to_document()
    assert set(document) == {"type", "action", "bizStep", "eventTime", "eventTimeZoneOffset"}


@given(st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False, allow_infinity=False))
def test_quantities_survive_json_exactly(amount):
    """A decimal of up to three places becomes a JSON number and the same decimal again."""
    line = records.LotAmount(LOT, amount, "KGM")
    event = records.EventRecord(type=records.OBJECT, biz_step="storing", event_time=NOON, lots=(line,))
    assert records.read(event.to_document()) == event


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "ocop:Unheard"}, "type"),
        ({"type": 7}, "type"),
        ({"eventTime": "noon"}, "eventTime"),
        ({"eventTime": "2026-05-04T12:00:00"}, "eventTime"),
        ({"quantityList": {"epcClass": LOT}}, "quantityList"),
        ({"quantityList": [{"epcClass": LOT, "quantity": True}]}, "quantityList"),
        ({"quantityList": [{"epcClass": LOT, "quantity": float("nan")}]}, "quantityList"),
        ({"readPoint": "here"}, "readPoint"),
        ({"ilmd": {"cbvmda:itemExpirationDate": "soon"}}, "cbvmda:itemExpirationDate"),
        ({"ocop:values": {"a": 1}}, "a"),
        ({"ocop:commitments": {"note": 1}}, "ocop:commitments"),
    ],
)
def test_a_malformed_event_is_refused_by_name(change, field):
    """A document from the chain may be anybody's; the reader says which member it does not understand."""
    with pytest.raises(InvalidInputError) as caught:
        records.read(EVENT.to_document() | change)
    assert caught.value.field == field


@pytest.mark.parametrize("count", [-1, 1.5, True, "3", None])
def test_a_run_that_counts_nonsense_is_refused(count):
    """Counts are whole and not negative."""
    with pytest.raises(InvalidInputError):
        records.read({"type": "ocop:StampRun", "run": 1, "count": count, "root": "r"})
