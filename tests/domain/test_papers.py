"""Ratings, certificates and profiles are judged on the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.certificates import Certificate, CertificateKind
from traceability.domain.ocop import Rating, Sector, add_months, current_rating
from traceability.domain.profiles import default_profile, missing, profile, profiles, profiles_on
from traceability.domain.standing import Standing
from traceability.errors import InvalidInputError

DECIDED = date(2023, 5, 14)
RATING = Rating.decided(4, "UBND tỉnh Thanh Hóa", "715/QĐ-UBND", DECIDED)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (DECIDED - timedelta(days=1), Standing.NOT_YET),
        (DECIDED, Standing.VALID),
        (date(2026, 5, 14), Standing.VALID),
        (date(2026, 5, 15), Standing.EXPIRED),
    ],
)
def test_a_rating_holds_for_36_months(day, standing):
    """From the day of the decision to the same day three years later."""
    assert RATING.standing(day) is standing


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_an_expired_or_revoked_rating_never_looks_valid(day):
    """Whatever the day, valid means begun, not ended and not taken back."""
    revoked = Rating(4, "UBND", "1", DECIDED, RATING.valid_until, revoked=True)
    assert revoked.standing(day) is Standing.REVOKED
    assert (RATING.standing(day) is Standing.VALID) == (DECIDED <= day <= RATING.valid_until)


@pytest.mark.parametrize(
    ("day", "months", "then"), [((2024, 2, 29), 12, (2025, 2, 28)), ((2023, 11, 30), 3, (2024, 2, 29))]
)
def test_months_end_where_the_calendar_does(day, months, then):
    """There is no 30 February."""
    assert add_months(date(*day), months) == date(*then)


def test_the_rating_to_show():
    """The newest valid one; if none is, the newest, so that a page can say it expired."""
    older = Rating.decided(3, "UBND", "1", date(2020, 1, 1))
    assert current_rating([older, RATING], date(2024, 1, 1)) is RATING
    assert current_rating([older, RATING], date(2022, 1, 1)) is older
    assert current_rating([RATING], date(2030, 1, 1)) is RATING
    assert current_rating([], date(2030, 1, 1)) is None


@pytest.mark.parametrize(
    "change", [{"stars": 2}, {"stars": 6}, {"issuer": " "}, {"decision_number": ""}, {"valid_until": date(2020, 1, 1)}]
)
def test_impossible_ratings(change):
    """No two stars, no nameless decision, no end before the beginning."""
    whole = {"stars": 4, "issuer": "a", "decision_number": "1", "decision_date": DECIDED, "valid_until": DECIDED}
    with pytest.raises(InvalidInputError):
        Rating(**whole | change)


def test_certificates():
    """A certificate without an end holds on; one with an end ends."""
    gi = Certificate(CertificateKind.GEOGRAPHICAL_INDICATION, "NOIP", "00123", "Nga Sơn", DECIDED)
    assert gi.standing(date(2100, 1, 1)) is Standing.VALID
    lab = Certificate(CertificateKind.of("laboratory_test"), "Lab", "7", "pH", DECIDED, DECIDED)
    assert lab.standing(DECIDED + timedelta(days=1)) is Standing.EXPIRED
    for wrong in ({"number": ""}, {"valid_to": date(2000, 1, 1)}):
        with pytest.raises(InvalidInputError):
            Certificate(**{"kind": lab.kind, "issuer": "a", "number": "1", "scope": "", "valid_from": DECIDED} | wrong)


def test_keys_are_looked_up_or_refused():
    """Sectors and kinds have keys; an unknown one is an error."""
    assert Sector.of("food") is Sector.FOOD
    for lookup in (Sector.of, CertificateKind.of, profile):
        with pytest.raises(InvalidInputError):
            lookup("nothing")


def test_the_law_is_chosen_by_date():
    """Each act counts from its day."""
    assert [one.key for one in profiles_on(date(2024, 5, 31))] == []
    assert default_profile(date(2024, 5, 31)).key == "tt02-2024"
    assert default_profile(date(2025, 7, 1)).key == "tt02-2024"
    assert default_profile(date(2026, 7, 1)).key == "nd37-2026"
    assert {one.key for one in profiles_on(date(2026, 7, 1))} == {"tt02-2024", "nd37-2026", "qd25-2026"}


@pytest.mark.parametrize("chosen", profiles(), ids=lambda one: one.key)
def test_missing_is_what_nobody_recorded(chosen):
    """Nothing recorded: all that is always asked for is missing; all recorded: nothing is."""
    always = [element for element in chosen.elements if not element.where_any]
    assert missing(chosen, set()) == always
    assert missing(chosen, {element.key for element in chosen.elements}) == []
    assert missing(chosen, {element.key for element in always[1:]}) == always[:1]
    assert all(element.label.vi and element.label.en for element in chosen.elements)
