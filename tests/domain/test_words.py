"""Text, times, addresses, verdicts and who vouches."""

import itertools
import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain import addresses, text, times
from traceability.domain.verdicts import Facts, Verdict, decide
from traceability.domain.vouching import Vouch, late_by, vouch_of
from traceability.errors import InvalidInputError, RuleViolationError

NOW = datetime(2026, 5, 14, 20, tzinfo=UTC)


def test_search_forgives_tones():
    """Hoà, Hòa and hoa find each other, Đ is d."""
    assert {text.fold(word) for word in ("Hoà", "Hòa", "HOA", unicodedata.normalize("NFD", "hoà"))} == {"hoa"}
    assert text.fold("  Đinh   Lăng ") == "dinh lang"


@given(st.text())
def test_folding_is_stable(words):
    """Folding twice changes nothing more."""
    assert text.fold(text.fold(words)) == text.fold(words)


def test_modern_spelling_of_tones():
    """The mark moves where today's spelling puts it, and stays after qu and before consonants."""
    assert text.modern_tones("Hoà THUỶ quý Hoàn khoẻ") == "Hòa THỦY quý Hoàn khỏe"


def test_vietnamese_order():
    """Letters by the alphabet, tones after letters."""
    assert sorted(["Đa", "Ấm", "Da", "Ăn", "An", "Ảm", "Am"], key=text.sort_key) == [
        "Am",
        "Ảm",
        "An",
        "Ăn",
        "Ấm",
        "Da",
        "Đa",
    ]


def test_cleaning():
    """NFC, one line, no control characters, and a limit that is said."""
    assert text.clean(" Mắm\u0000\t tép\u202e ", field="x", longest=10) == "Mắm tép"
    assert text.clean_lines("a \r\n\r\n b\r", field="x", longest=10) == "a\n\nb"
    with pytest.raises(InvalidInputError):
        text.clean("x" * 11, field="x", longest=10)
    with pytest.raises(InvalidInputError):
        text.clean(" \u200b ", field="x", longest=10, required=True)


@pytest.mark.parametrize(
    "typed", ["0912345678", "+84 912 345 678", "84912345678", "0084.912.345.678", "(091) 234-5678"]
)
def test_telephone_numbers(typed):
    """Ten digits with a leading zero, however they are typed."""
    assert text.normal_phone(typed) == "0912345678"


@pytest.mark.parametrize("typed", ["", "123", "+1 212 555 0100", "09123456789", "0912345abc"])
def test_no_telephone_numbers(typed):
    """Anything else is refused."""
    with pytest.raises(InvalidInputError):
        text.normal_phone(typed)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 zone follows
def test_times_round_trip(naive, offset):
    """A moment keeps its offset through text."""
    zone = times.timezone(timedelta(minutes=offset))
    moment = naive.replace(tzinfo=zone)
    back = times.parse_time(times.format_time(moment), field="x")
    assert (back, back.utcoffset()) == (moment, moment.utcoffset())
    assert times.parse_offset(times.offset_of(moment), field="x")


@pytest.mark.parametrize("value", ["", None, 7, "2026-05-14", "2026-02-30T00:00:00Z", "2026-05-14 10:00:00+07:00"])
def test_what_is_no_time(value):
    """A time has a day, a clock and an offset."""
    with pytest.raises(InvalidInputError):
        times.parse_time(value, field="x")


def test_the_future_is_refused():
    """Clocks may differ by minutes; the day is counted in Viet Nam."""
    times.require_past(NOW + timedelta(minutes=4), NOW, field="x")
    times.require_past_day(date(2026, 5, 15), NOW, field="x")
    with pytest.raises(RuleViolationError):
        times.require_past(NOW + timedelta(minutes=6), NOW, field="x")
    with pytest.raises(RuleViolationError):
        times.require_past_day(date(2026, 5, 16), NOW, field="x")
    with pytest.raises(InvalidInputError):
        times.require_past(NOW.replace(tzinfo=None), NOW, field="x")
    for wrong in ("2026-02-30", "14/05/2026", None):
        with pytest.raises(InvalidInputError):
            times.parse_date(wrong, field="x")
    assert times.parse_date("2026-05-14", field="x") == date(2026, 5, 14)


def test_units_of_viet_nam():
    """34 provinces, 3,321 communes, of which Thanh Hoa has 166."""
    assert len(addresses.provinces()) == 34
    assert len(addresses.communes()) == 3_321
    kinds = [one.kind for one in addresses.communes_of(addresses.THANH_HOA)]
    assert (kinds.count("xã"), kinds.count("phường")) == (147, 19)


@pytest.mark.parametrize(
    ("old", "code", "name"),
    [
        ("Yên Dương", "15286", "Hoạt Giang"),
        ("xã Thọ Diên", "15520", "Xuân Hòa"),
        ("Tho Xuong", "15544", "Lam Sơn"),
        ("Thăng Long", "16342", "Thăng Bình"),
    ],
)
def test_old_names_lead_to_todays_units(old, code, name):
    """A name from before July 2025 finds the unit that took its place."""
    assert [(one.code, one.name) for one in addresses.successors(old)] == [(code, name)]


def test_addresses():
    """A unit is found by code or by a few letters, and the printed address is kept beside today's."""
    commune = addresses.commune("15286")
    address = addresses.Address("Thôn 3", commune, "Yên Dương, Hà Trung, Thanh Hóa")
    assert str(address) == "Thôn 3, xã Hoạt Giang, Tỉnh Thanh Hóa"
    assert addresses.find_communes("hoat gi", "38")[0] == commune
    with pytest.raises(InvalidInputError):
        addresses.commune("99999")


def test_every_combination_has_the_gravest_verdict():
    """Unknown, altered, recalled, void, not activated, suspect, pending: the first that applies, else it holds."""
    order = [
        Verdict.UNKNOWN,
        Verdict.DOES_NOT_VERIFY,
        Verdict.RECALLED,
        Verdict.VOID,
        Verdict.NOT_ACTIVATED,
        Verdict.SUSPECT,
        Verdict.PENDING,
    ]
    for bad in itertools.product([False, True], repeat=7):
        unknown, altered, recalled, void, idle, suspect, pending = bad
        facts = Facts(not unknown, not altered, recalled, void, suspect, not idle, not pending)
        expected = next((verdict for verdict, applies in zip(order, bad, strict=True) if applies), Verdict.HOLDS)
        assert decide(facts) is expected


def test_who_vouches_and_how_late():
    """An inspector's signature counts as inspection; a record is late after a day."""
    assert (vouch_of(2), vouch_of(4), vouch_of(6)) == (Vouch.RECORDED, Vouch.INSPECTED, Vouch.INSPECTED)
    assert late_by(NOW, NOW + timedelta(hours=24)) is None
    assert late_by(NOW, NOW + timedelta(hours=25)) == timedelta(hours=25)
    assert late_by(NOW, NOW - timedelta(seconds=5)) is None
