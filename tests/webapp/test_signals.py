"""Signals are told in words that fit the reader, in both languages, and never as a key or a bare code."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from traceability.domain.copies import Level, Look, Signal, StampFacts, default_rules, judge
from webapp.signals import SENTENCES, Audience, explain

START = datetime(2026, 5, 4, 3, tzinfo=UTC)
HA_NOI, THANH_HOA, CA_MAU = "00004", "14758", "31825"

SIGNALS = [
    Signal("opened_before", Level.NOTE, {"opened_on": "2026-05-14", "visitors": 1, "days": 1}),
    Signal("opened_before", Level.WARNING, {"opened_on": "2026-05-14", "visitors": 9, "days": 8}),
    Signal("many_visitors", Level.NOTE, {"visitors": 4, "days": 2}),
    Signal("many_visitors", Level.WARNING, {"visitors": 1240, "days": 30}),
    Signal("far_apart", Level.NOTE, {"provinces": "01,96", "count": 2}),
    Signal("far_apart", Level.WARNING, {"provinces": "01,38,96", "count": 3}),
    Signal("far_apart", Level.WARNING, {"one": HA_NOI, "other": CA_MAU, "kilometres": 1165, "minutes": 40}),
    Signal("far_apart", Level.WARNING, {"one": HA_NOI, "other": CA_MAU, "back": 1}),
    Signal("never_went_there", Level.NOTE, {"provinces": "96", "count": 1}),
    Signal("never_went_there", Level.WARNING, {"provinces": "01,96", "count": 2}),
    Signal("void_scanned", Level.NOTE, {"visitors": 1, "days": 1}),
    Signal("void_scanned", Level.WARNING, {"visitors": 2, "days": 4}),
    Signal("listing_picture", Level.NOTE, {"host": "postmart.vn", "visitors": 210}),
]


@pytest.fixture(params=["vi", "en"])
def lang(request, app):
    """A request in either language."""
    with app.test_request_context("/", query_string={"lang": request.param}):
        yield request.param


def name(signal):
    """Name a case by its rule and the facts it has."""
    return f"{signal.rule}-{signal.level.name}-{'-'.join(signal.facts)}"


@pytest.mark.parametrize("audience", get_args(Audience))
@pytest.mark.parametrize("signal", SIGNALS, ids=name)
def test_every_signal_is_told_to_everybody(lang, signal, audience):
    """A title and whole sentences with every gap filled, its level for its looks."""
    told = explain(signal, audience)
    assert (told.rule, told.level) == (signal.rule, signal.level.name.lower())
    assert told.title != signal.rule
    assert told.text[0].isupper() or told.text[0].isdigit()
    assert told.text.endswith(".")
    assert not re.search(r"%\(|[{}]|  |\b\d{5}\b|None", told.text)


def test_every_variant_has_a_signal_here():
    """A sentence that no signal leads to, or a signal without a sentence, is noticed."""
    assert len(SIGNALS) == len(SENTENCES)


def test_readers_are_told_different_things(lang):
    """Everybody learns what was seen; what it means differs."""
    for signal in SIGNALS:
        texts = {explain(signal, audience).text for audience in get_args(Audience)}
        assert len(texts) == 3, signal


def test_both_languages_have_words_of_their_own(app):
    """No English sentence stands on a Vietnamese page."""
    texts = {}
    for language in ("vi", "en"):
        with app.test_request_context("/", query_string={"lang": language}):
            texts[language] = {part for one in SIGNALS for part in explain(one, "cooperative")[2:4]}
    assert not texts["vi"] & texts["en"]


def test_places_and_numbers_are_told_as_people_say_them(app):
    """Communes and provinces by name, days as dd/mm/yyyy, numbers in the language's way."""
    with app.test_request_context("/", query_string={"lang": "vi"}):
        assert "phường Ba Đình, Thành phố Hà Nội" in explain(SIGNALS[6], "shopper").text
        assert "1.165 km" in explain(SIGNALS[6], "shopper").text
        assert "Thành phố Hà Nội; Tỉnh Thanh Hóa; Tỉnh Cà Mau" in explain(SIGNALS[5], "shopper").text
        assert "14/05/2026" in explain(SIGNALS[0], "shopper").text
    with app.test_request_context("/", query_string={"lang": "en"}):
        assert "1 phone looked" in explain(SIGNALS[0], "shopper").text
        assert "40 minutes" in explain(SIGNALS[6], "inspector").text


def test_a_shopper_is_asked_for_his_place_where_it_helps(app):
    """Places are what tells copies apart soonest, so a stamp that several people scanned asks for them."""
    with app.test_request_context("/", query_string={"lang": "en"}):
        assert "in which commune you found it" in explain(SIGNALS[2], "shopper").text
        assert "in which commune you found it" not in explain(SIGNALS[2], "inspector").text
        assert [explain(SIGNALS[2], audience).asks for audience in get_args(Audience)] == [True, False, False]


def test_what_a_newer_service_found_is_not_an_error(lang):
    """An unknown rule is told by its key."""
    assert explain(Signal("seen_on_the_moon", Level.NOTE), "shopper") == (
        "seen_on_the_moon",
        "note",
        "seen_on_the_moon",
        "",
        False,
    )


def test_what_the_rules_really_find_has_words(lang):
    """Signals of a copied stamp, as `judge` returns them, fill their sentences."""
    looks = [
        Look(START + timedelta(hours=7 * n), f"{n:016x}", "", [HA_NOI, CA_MAU, "14758"][n % 3]) for n in range(200)
    ]
    looks += [Look(START, f"web{n}", "voso.vn") for n in range(5)]
    facts = StampFacts(
        voided=True, voided_at=START, opened_at=START, communes=frozenset({THANH_HOA}), activated_at=START
    )
    signals = judge(looks, facts)
    assert {signal.rule for signal in signals} == {key.split(".")[0] for key in SENTENCES}
    for signal in signals:
        assert not re.search(r"%\(| 0 ", explain(signal, "shopper").text)


def test_the_documentation_says_the_same(app):
    """docs/copy-signals.md names the version and each rule, and quotes sentences that shoppers really read."""
    page = (Path(__file__).parents[2] / "docs" / "copy-signals.md").read_text(encoding="utf-8")
    assert f"version described here is `{default_rules().version}`" in page
    plain = re.sub(r"\n> |\s+", " ", page)
    with app.test_request_context("/", query_string={"lang": "en"}):
        for signal in SIGNALS:
            assert f"`{signal.rule}`" in page
        for quoted in (SIGNALS[6], SIGNALS[12]):
            told = explain(quoted, "shopper")
            for sentence in re.split(r"(?<=\.) (?=[A-Z])", told.text):
                assert sentence in plain
