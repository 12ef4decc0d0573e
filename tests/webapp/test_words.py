"""Words, numbers and days as readers expect them; colours that can be read in the sun."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from traceability.domain.ocop import Sector
from traceability.domain.stamp_life import RESTORE_REASONS, VOID_REASONS, MarkKind, StampState
from traceability.domain.verdicts import Verdict
from traceability.domain.views import Bilingual, FieldView, QuantityView, Standing, Vouch
from traceability.errors import MassBalanceError
from traceability.ports.paper import Medium
from webapp import formatting, words
from webapp.problems import sentence


@pytest.fixture(params=["vi", "en"])
def lang(request, app):
    """A request in either language."""
    with app.test_request_context("/", query_string={"lang": request.param}):
        yield request.param


def test_every_key_has_a_word(lang):
    """No verdict, vouch or standing goes without its word, icon included."""
    icons = (words.__file__.rsplit("/", 1)[0]) + "/templates/macros/icons.html"
    with open(icons, encoding="utf-8") as file:  # noqa: PTH123 - a short look
        shapes = set(re.findall(r"^  '(\w+)':", file.read(), re.MULTILINE))
    assert set(words.STAMP_VERDICTS) == set(words.LOT_VERDICTS) == set(Verdict)
    assert set(words.VOUCHES) == set(Vouch)
    assert set(words.STANDINGS) == set(Standing)
    assert {one.icon for one in words.STAMP_VERDICTS.values()} | {one[2] for one in words.VOUCHES.values()} <= shapes
    assert len({one.icon for one in words.STAMP_VERDICTS.values()}) == len(Verdict)
    assert len({str(one.title) for one in words.STAMP_VERDICTS.values()}) == len(Verdict)


def test_forms_offer_the_sectors_that_the_record_knows():
    """A choice that the service would refuse is no choice."""
    assert set(words.SECTORS) == {sector.key for sector in Sector}


def test_every_key_of_a_stamps_life_has_a_word():
    """States, marks, reasons and media that the domain knows are told in words on every page."""
    assert set(words.STAMP_STATES) == set(StampState)
    assert set(words.MARK_KINDS) == set(MarkKind)
    assert set(words.STAMP_REASONS) == {*VOID_REASONS, *RESTORE_REASONS}
    assert set(words.MEDIA) == set(get_args(Medium))


def test_unknown_key_is_shown_as_it_is(lang):
    """A key that nobody foresaw is no crash."""
    assert words.word("brand_new", "recall_reason") == "brand_new"


def test_numbers_and_days(lang):
    """dd/mm/yyyy in UTC+7; decimal comma in Vietnamese."""
    vi = lang == "vi"
    late = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)
    assert formatting.day(late) == "01/01/2027"
    assert formatting.moment(late) == "01/01/2027 01:30"
    assert formatting.day(date(2026, 2, 1)) == "01/02/2026"
    assert (
        formatting.day(None) == formatting.moment(None) == formatting.time_tag(None) == formatting.quantity(None) == ""
    )
    assert formatting.number(Decimal("1234567.50")) == ("1.234.567,5" if vi else "1,234,567.5")
    assert formatting.number(Decimal("1E+3")) == ("1.000" if vi else "1,000")
    assert formatting.quantity(QuantityView(Decimal("8.5"), "KGM")) == (
        "8,5\N{NO-BREAK SPACE}kg" if vi else "8.5\N{NO-BREAK SPACE}kg"
    )
    assert formatting.decimal("4.6") == ("4,6" if vi else "4.6")
    assert formatting.decimal("v1.2.3") == "v1.2.3"
    assert formatting.stated(FieldView("ph", Bilingual("pH"), "4.6", "Q30")) == ("4,6" if vi else "4.6")
    choice = FieldView("leaf", Bilingual("Lá"), "bought", words=Bilingual("Mua", "Bought"))
    assert formatting.stated(choice) == ("Mua" if vi else "Bought")


@pytest.mark.parametrize(
    ("delay", "vi", "en"),
    [
        (timedelta(days=6, hours=3), "6 ngày", "6 days"),
        (timedelta(hours=25), "25 giờ", "25 hours"),
        (timedelta(minutes=61), "61 phút", "61 minutes"),
        (timedelta(seconds=2), "1 phút", "1 minute"),
    ],
)
def test_durations(lang, delay, vi, en):
    """Two days and more in days, two hours and more in hours."""
    assert formatting.duration(delay) == (vi if lang == "vi" else en)


def test_facts_in_errors_are_localised(lang):
    """Days and numbers inside an error's sentence follow the reader's habit."""
    error = MassBalanceError("On {day}, {left} were left.", day=date(2026, 2, 1), left=Decimal("2.5"))
    assert sentence(error) == f"On 01/02/2026, {'2,5' if lang == 'vi' else '2.5'} were left."
    assert sentence(MassBalanceError("A {gap} without fact.")) == "A {gap} without fact."


# ------------------------------------------------------------------------------------------------------------- contrast
def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Contrast ratio of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(scope="module")
def tokens(project_root):
    """The colours of the style sheet."""
    css = (project_root / "webapp" / "static" / "app.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))


def test_verdicts_can_be_read_in_the_sun(tokens):
    """White on every verdict's ground has at least 7:1."""
    names = ("holds", "pending", "recalled", "not-activated", "void", "unknown", "suspect", "broken")
    assert {
        name: round(contrast("#ffffff", tokens[name]), 1) for name in names if contrast("#ffffff", tokens[name]) < 7
    } == {}


def test_text_has_contrast(tokens):
    """Every pairing of text and ground has at least 4.5:1 (WCAG 2.2, 1.4.3); lines around fields 3:1 (1.4.11)."""
    pairs = [
        ("ink", "paper"),
        ("soft", "paper"),
        ("soft", "card"),
        ("link", "paper"),
        ("link", "card"),
        ("on-deep", "deep"),
    ]
    pairs += [(name, f"{name}-bg") for name in ("good", "warn", "bad", "calm", "dull")] + [
        ("soft", "dull-bg"),
        ("bad", "paper"),
        ("ink", "bad-bg"),
    ]
    assert {
        pair: contrast(*(tokens[one] for one in pair))
        for pair in pairs
        if contrast(*(tokens[one] for one in pair)) < 4.5
    } == {}
    assert contrast("#7d7a6c", "#ffffff") >= 3
