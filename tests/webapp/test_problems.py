"""Refusals as a reader meets them: his language, his units and habits, and the way back after logging in."""

from datetime import UTC, datetime

import pytest

from traceability.domain.views import Bilingual
from traceability.errors import InvalidInputError, MassBalanceError, RuleViolationError
from webapp.access import actor
from webapp.problems import sentence


@pytest.fixture(params=["vi", "en"])
def lang(request, app):
    """A request in either language."""
    with app.test_request_context("/", query_string={"lang": request.param}):
        yield request.param


def test_units_in_sentences_are_the_readers_own(lang):
    """A piece is called what a reader calls it; other facts that happen to be spelled alike stay."""
    error = MassBalanceError("{lot}: {left} {left_unit}.", lot="pcs", left=3, left_unit="pcs")
    assert sentence(error) == ("pcs: 3 cái." if lang == "vi" else "pcs: 3 pcs.")


def test_texts_in_two_languages_are_told_in_one(lang):
    """The label of a field of a stage follows the page, whatever language the account is in."""
    error = InvalidInputError("{label}!", label=Bilingual("Kết quả", "Result"))
    assert sentence(error) == ("Kết quả!" if lang == "vi" else "Result!")
    assert str(error) == "Result!"


@pytest.mark.parametrize("value", [[{}], [["Nam"]], ({"a": [1]},), [None, {}], {}, [set()]])
def test_whatever_a_program_sent_can_be_repeated(lang, value):
    """Also what is no key of ours and could be none, such as an object inside a list."""
    for name in ("value", "roles", "noun", "unit"):
        error = InvalidInputError(f"{{{name}}} is no value.", **{name: value})
        assert sentence(error).endswith(" is no value."), lang


def test_moments_are_told_by_the_clock_on_the_wall(lang):
    """Nobody reads `2099-01-01T03:00:00.000Z`."""
    error = RuleViolationError("{value}?", value=datetime(2099, 1, 1, 3, tzinfo=UTC))
    assert sentence(error) == "01/01/2099 10:00?", lang


def test_the_log_in_leads_back_to_the_very_page(app, client):
    """What stands behind the question mark names the lot: without it the page would be of nothing."""
    app.add_url_rule("/private-lot", "private_lot", lambda: actor().name)
    response = client.get("/private-lot?ref=/p/AB/l/L-1&run=2")
    assert response.headers["Location"] == "/login?next=/private-lot%3Fref%3D/p/AB/l/L-1%26run%3D2"
