"""Copies are told apart from habits: each rule at its exact boundary, and what no amount of looks may change."""

import copy
import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pace import slowness
from traceability.domain.addresses import communes_of, provinces
from traceability.domain.copies import Level, Look, Seen, Signal, StampFacts, default_rules, judge
from traceability.domain.copy_places import apart_km, circles, distance_km, province_of
from traceability.domain.copy_rules import Crowd, parse_rules
from traceability.domain.data_files import read_table, read_values
from traceability.errors import ConfigurationError

START = datetime(2026, 5, 4, 3, tzinfo=UTC)
"""Ten in the morning of a Monday in Viet Nam."""
HOME = communes_of("38")[0].code
HA_NOI, SAI_GON, CA_MAU, HUE = (communes_of(code)[0].code for code in ("01", "79", "96", "46"))
FACTS = StampFacts(activated_at=START - timedelta(days=9), communes=frozenset({HOME}))


def looks(days, place="", referrer="", begin=0):
    """Return one look of another visitor for each day given."""
    return [
        Look(START + timedelta(days=day, minutes=n), f"{begin + n:016x}", referrer, place) for n, day in enumerate(days)
    ]


def level(seen, rule, facts=FACTS):
    """Return how grave a rule finds the looks."""
    return next((signal.level for signal in judge(seen, facts) if signal.rule == rule), Level.NONE)


def worst(seen, facts=FACTS):
    """Return the gravest level of all rules."""
    return Seen(signals=judge(seen, facts)).level


# ------------------------------------------------------------------------------------------------------- the boundaries
def test_nobody_and_one_buyer_are_no_signal():
    """A stamp that was never scanned, or twice by its buyer, is like most of them."""
    assert judge([], FACTS) == ()
    assert judge(looks([0, 3]), FACTS) == ()


def test_many_visitors_in_a_fortnight_are_a_note():
    """Three within fourteen days are worth saying; two, or three with a day more between, are not."""
    assert level(looks([0, 6, 13]), "many_visitors") is Level.NOTE
    assert level(looks([0, 6, 14]), "many_visitors") is Level.NONE
    assert level([*looks([0, 6]), *looks([0, 6])], "many_visitors") is Level.NONE


def test_more_than_a_shelf_explains_is_a_warning():
    """Thirty visitors, four a day at most, over eight days; not twenty-nine, and not on seven days."""
    assert level(looks([n // 4 for n in range(30)]), "many_visitors") is Level.WARNING
    assert level(looks([n // 4 for n in range(29)]), "many_visitors") is Level.NOTE
    assert level(looks([n % 7 for n in range(300)]), "many_visitors") is Level.NOTE
    assert level(looks(range(20)), "many_visitors") is Level.WARNING
    assert level(looks(range(19)), "many_visitors") is Level.NOTE
    assert level(looks([4 * n for n in range(16)]), "many_visitors") is Level.NOTE


def test_opened_before():
    """One look after the opening is a note; seven on six days, or five on five days a week later, are a warning."""
    opened = StampFacts(opened_at=START, opened_by="me", communes=frozenset({HOME}))
    me = Look(START + timedelta(hours=1), "me")
    assert level([Look(START - timedelta(seconds=1), "x"), me], "opened_before", opened) is Level.NONE
    assert level([Look(START, "x")], "opened_before", opened) is Level.NOTE
    assert level([Look(START + timedelta(days=1), "me")], "opened_before", opened) is Level.NOTE
    assert level(looks([0, 0, 1, 2, 3, 4, 5]), "opened_before", opened) is Level.WARNING
    assert level(looks([0, 0, 1, 2, 3, 4, 4]), "opened_before", opened) is Level.NOTE
    assert level(looks([7, 8, 9, 10, 11]), "opened_before", opened) is Level.WARNING
    assert level(looks([6, 8, 9, 10, 11]), "opened_before", opened) is Level.NOTE


def test_a_void_stamp_in_use():
    """On the day it is made void a look is a note, later a warning; before, and while it counts, nothing."""
    void = StampFacts(voided=True, voided_at=START)
    assert level([Look(START - timedelta(seconds=1), "x")], "void_scanned", void) is Level.NONE
    assert level([Look(START + timedelta(hours=23), "x")], "void_scanned", void) is Level.NOTE
    assert level([Look(START + timedelta(hours=24), "x")], "void_scanned", void) is Level.WARNING
    assert level([Look(START, "x")], "void_scanned", StampFacts(voided=True)) is Level.WARNING
    assert level([Look(START, "x")], "void_scanned", StampFacts(voided_at=START)) is Level.NONE


def two_places(minutes, one=HA_NOI, other=CA_MAU, others=3):
    """Return looks from two places, so long apart, and some others that say nothing of theirs."""
    seen = looks([-1] * others)
    seen.append(Look(START, "a", "", one))
    return [*seen, Look(START + timedelta(minutes=minutes), "b", "", other)]


def test_too_far_apart_to_travel():
    """At 250 km an hour from border to border; with fewer than five visitors it may be somebody's slip."""
    minutes = apart_km("01", "96") / 250 * 60
    assert level(two_places(minutes - 0.1), "far_apart") is Level.WARNING
    assert level(two_places(minutes + 0.1), "far_apart") is Level.NOTE
    assert level(two_places(1, others=2), "far_apart") is Level.NOTE
    assert level(two_places(0, HA_NOI, communes_of("25")[0].code), "far_apart") is Level.NONE


def test_there_and_back_is_not_how_a_package_travels():
    """A, B, A is a warning where A, B and A, A, B are not."""
    a, b = looks([1], HA_NOI, begin=10), looks([3], SAI_GON, begin=20)
    again, silent = looks([5], HA_NOI, begin=30), looks([0, 0])
    assert level([*a, *b, *again, *silent], "far_apart") is Level.WARNING
    assert level([*a, *b, *silent, *silent], "far_apart") is Level.NOTE
    assert level([*a, *looks([2], HA_NOI, begin=30), *b, *silent], "far_apart") is Level.NOTE


def test_several_provinces():
    """Three provinces, or two that the record does not mention, count once six visitors looked."""
    places = [*looks([1], HA_NOI, begin=10), *looks([9], SAI_GON, begin=20)]
    assert level([*places, *looks([0] * 4)], "never_went_there") is Level.WARNING
    assert level([*places, *looks([0] * 3)], "never_went_there") is Level.NOTE
    wider = StampFacts(communes=frozenset({HOME, HA_NOI, SAI_GON, HUE}))
    assert judge([*places, *looks([0])], wider)[-1].rule != "never_went_there"
    places += looks([18], HUE, begin=30)
    assert level([*places, *looks([0] * 3)], "far_apart", wider) is Level.WARNING
    assert level([*places, *looks([0] * 2)], "far_apart", wider) is Level.NOTE
    assert level([*looks([1], HA_NOI), *looks([62], SAI_GON, begin=9), *looks([0] * 4, begin=20)], "far_apart") is (
        Level.NONE
    )


def test_one_who_slips_in_the_list_accuses_nobody():
    """A province named once does not count against four voices for another, and not when it is named again later."""
    agreed, slip = looks([0] * 40, HA_NOI), looks([0.1], SAI_GON, begin=100)
    assert worst([*agreed, *slip]) is Level.NOTE
    home = looks([9, 10], SAI_GON, begin=200)
    assert worst([*agreed, *slip, *home]) is Level.NOTE
    assert level([*looks([0] * 3, HA_NOI), *slip, *looks([0] * 2, begin=200)], "far_apart") is Level.WARNING


def test_a_corrected_place_is_one_place():
    """What a visitor says last of where he is counts; a commune that does not exist is none."""
    seen = [*looks([0] * 6), Look(START, "a", "", HA_NOI), Look(START + timedelta(minutes=2), "a", "", HOME)]
    assert worst(seen) is Level.NOTE
    assert level(seen, "never_went_there") is Level.NONE
    assert judge([Look(START, "a", "", "99999")], FACTS) == ()


def test_without_a_recorded_place_nothing_is_outside():
    """Where the record names no commune, `never_went_there` is silent."""
    assert level(looks([1], HA_NOI), "never_went_there") is Level.NOTE
    assert level(looks([1], HA_NOI), "never_went_there", StampFacts()) is Level.NONE


def test_a_listing_is_told_apart():
    """Visitors of a page count for nothing else, nor do those with a camera beside them; the note names the page."""
    people = [n % 9 for n in range(500)]
    seen = [look for n in (0, 1) for look in looks(people, [HA_NOI, CA_MAU][n], ["postmart.vn", ""][n], begin=999 * n)]
    assert judge(seen, FACTS) == (Signal("listing_picture", Level.NOTE, {"host": "postmart.vn", "visitors": 500}),)
    assert level(looks([0, 2], "", "voso.vn"), "listing_picture") is Level.NOTE
    assert level(looks([0, 3], "", "voso.vn"), "listing_picture") is Level.NONE
    assert level(looks([0], "", "voso.vn") + looks([0], "", "shopee.vn", begin=5), "listing_picture") is Level.NONE


def test_a_listing_explains_only_so_many():
    """Three with a camera for each who came from the page, around those days; a copy beside a listing is found."""
    page = looks([0, 0], "", "postmart.vn", begin=1000)
    assert level([*page, *looks(range(-1, 5))], "many_visitors") is Level.NONE
    assert level([*page, *looks(range(-1, 40))], "many_visitors") is Level.WARNING
    assert level([*page, *looks([8, 9, 10])], "many_visitors") is Level.NOTE


def test_a_scanner_s_own_browser_is_a_camera():
    """Zalo's scanner names its host as referrer, and its users hold packages."""
    host = min(default_rules().scanner_hosts)
    assert level(looks(range(20), "", host), "many_visitors") is Level.WARNING
    assert level(looks(range(20), "", host), "listing_picture") is Level.NONE


def test_looks_before_activation_are_the_producer_s():
    """Trial scans at the printer and in the packing room do not count; without activation all do."""
    seen = looks([0] * 9)
    assert judge(seen, StampFacts(activated_at=START + timedelta(days=1))) == ()
    assert level(seen, "many_visitors", StampFacts()) is Level.NOTE


def test_a_day_is_a_day_in_viet_nam():
    """Two tokens either side of midnight there are two visitors; the same token on one day is one."""
    midnight = datetime(2026, 5, 4, 17, tzinfo=UTC)
    night = [Look(midnight + timedelta(minutes=n), "same") for n in (-2, -1, 0, 1)]
    assert judge(night, FACTS) == ()
    assert level([*night, Look(midnight, "other")], "many_visitors") is Level.NOTE


# ----------------------------------------------------------------------------------------------------------- the habits
HABITS = {
    "a family of six over a week, and again at Tet": [0, 1, 2, 3, 4, 5, *[70] * 3, *[71] * 3],
    "fifteen shoppers at a shelf in a fortnight": range(15),
    "and then the buyer's family": [*range(15), 15, 16, *[17] * 4],
    "a stall at a fair that shows one package to forty": [0] * 40,
    "a fair of three days": [n % 3 for n in range(150)],
    "an inspector's rounds": [0, 0, 0, 14, 14, 30],
    "a phone with another address each time": [0, 0, 0, 1, 1, 1, 2, 2],
}


@pytest.mark.parametrize("days", HABITS.values(), ids=HABITS)
def test_honest_habits_are_notes_at_most(days):
    """Wherever they are, and whether they say so or not."""
    for place in ("", HOME, HA_NOI):
        assert worst(looks(days, place)) is Level.NOTE


def test_an_opened_package_in_a_family():
    """Six people over a week, the first of whom uses the second code, and all of them again at Tet."""
    opened = StampFacts(opened_at=START, opened_by=f"{0:016x}")
    assert worst(looks([0, 1, 2, 3, 4, 5, *[40] * 3, *[41] * 3]), opened) is Level.NOTE


# ------------------------------------------------------------------------------------------------------- what must hold
PLACES = ["", "", HOME, HA_NOI, SAI_GON, CA_MAU, HUE]


@st.composite
def stories(draw):
    """Any looks and facts."""
    number = draw(st.integers(0, 40))
    seen = [
        Look(
            START + timedelta(minutes=draw(st.integers(0, 100_000))),
            f"{draw(st.integers(0, 60)):x}",
            draw(st.sampled_from(["", "", "", "postmart.vn", "zalo.me"])),
            draw(st.sampled_from(PLACES)),
        )
        for _ in range(number)
    ]
    moments = st.none() | st.integers(0, 100_000).map(lambda minutes: START + timedelta(minutes=minutes))
    facts = StampFacts(draw(moments), draw(st.booleans()), draw(moments), draw(moments), "1", frozenset({HOME}))
    return seen, facts


@given(stories(), st.randoms(use_true_random=False))
def test_order_does_not_matter(story, chance):
    """Looks may come from the database in any order."""
    seen, facts = story
    shuffled = list(seen)
    chance.shuffle(shuffled)
    assert judge(shuffled, facts) == judge(seen, facts)


@given(stories(), st.integers(0, 1000), st.sampled_from(PLACES))
def test_another_visitor_never_calms(story, minutes, place):
    """Whoever comes next with a camera, from wherever, leaves every signal as grave as it was or makes it graver."""
    seen, facts = story
    after = max((look.at for look in seen), default=START) + timedelta(minutes=minutes)
    more = judge([*seen, Look(after, "somebody new", "", place)], facts)
    found = {signal.rule: signal.level for signal in more}
    for signal in judge(seen, facts):
        assert found.get(signal.rule, Level.NONE) >= signal.level


@given(stories())
def test_signals_are_well_formed(story):
    """Gravest first, each rule once, facts that a row of JSON can hold."""
    signals = judge(*story)
    levels = [signal.level for signal in signals]
    assert levels == sorted(levels, reverse=True)
    assert Level.NONE not in levels
    assert len({signal.rule for signal in signals}) == len(signals)
    assert {type(value) for signal in signals for value in signal.facts.values()} <= {str, int}


@given(st.lists(st.integers(0, 90), max_size=60), st.integers(1, 40), st.integers(1, 30), st.integers(1, 9))
def test_windows_agree_with_a_slow_twin(days, within, visitors, most):
    """The sliding window finds exactly what trying every window finds."""
    rules = default_rules()
    step = Crowd(Level.NOTE, 0, within, visitors, 2, most)
    crowd = type(rules)(**{name: getattr(rules, name) for name in rules.__slots__} | {"many_visitors": (step,)})
    slow = any(
        sum(min(days.count(day), most) for day in range(first, first + within)) >= visitors
        and len({day for day in days if first <= day < first + within}) >= 2
        for first in range(91)
    )
    assert any(signal.rule == "many_visitors" for signal in judge(looks(days), StampFacts(), crowd)) is slow


@pytest.mark.parametrize("spread", [1, 60, 10_000], ids=lambda minutes: f"{minutes} minutes")
def test_ten_thousand_looks_are_judged_in_time(spread):
    """Within a second or so, however close together and from wherever they come."""
    chance = random.Random(5)
    seen = [
        Look(
            START + timedelta(minutes=n * spread / 10),
            f"{n:x}",
            chance.choice([""] * 9 + ["voso.vn"]),
            chance.choice(communes_of(chance.choice(list(provinces())))).code,
        )
        for n in range(10_000)
    ]
    took = []
    for _ in range(3):
        began = time.process_time()
        assert worst(seen, StampFacts(opened_at=START, communes=frozenset({HOME}))) is Level.WARNING
        took.append(time.process_time() - began)
    assert min(took) < 1.5 * slowness()


# ----------------------------------------------------------------------------------------------------------- the tables
def test_every_province_has_its_place():
    """The table covers today's provinces, and distances are plausible."""
    assert set(circles()) == set(provinces())
    assert len(read_table("province_places.csv")) == len(circles())
    assert distance_km(circles()["01"], circles()["79"]) == pytest.approx(1_140, abs=20)
    assert apart_km("01", "01") == apart_km("01", "25") == 0
    assert apart_km("01", "96") == apart_km("96", "01") > 1_100
    assert province_of(HOME) == "38"
    assert province_of("none") == ""
    assert all(
        8 < one.latitude < 24 and 102 < one.longitude < 110 and 50 < one.reach_km < 200 for one in circles().values()
    )


def edited(path, value=None):
    """Return the rules' file with one value changed, or taken out."""
    values = copy.deepcopy(read_values("copy_signals.json"))
    *above, last = path
    inner = values
    for key in above:
        inner = inner[key]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return values


def test_the_file_is_read():
    """The rules that come with the package are those of the file, gravest step first."""
    rules = default_rules()
    assert rules == parse_rules(read_values("copy_signals.json"))
    assert rules.version == "2026-11-01"
    for steps in (
        rules.opened_before,
        rules.many_visitors,
        rules.void_scanned,
        rules.far_apart,
        rules.never_went_there,
    ):
        assert [step.level for step in steps] == sorted((step.level for step in steps), reverse=True)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["version"], None, "version is missing"),
        (["version"], 7, "version is 7, and has to be a text in lower case"),
        (["colour"], "red", "colour means nothing; known are rules, scanner_hosts, version"),
        (["scanner_hosts"], "zalo.me", "scanner_hosts is 'zalo.me', and has to be a list"),
        (["scanner_hosts"], ["Zalo.me"], r"scanner_hosts\[0\] is 'Zalo.me', and has to be a text in lower case"),
        (["rules"], [], r"rules is \[\], and has to be an object"),
        (["rules", "travel", "apart_km"], None, "rules.travel.apart_km is missing"),
        (
            ["rules", "travel", "speed_km_per_hour"],
            0,
            "rules.travel.speed_km_per_hour is 0, and has to be a whole number",
        ),
        (["rules", "many_visitors", 0, "level"], "loud", r"rules.many_visitors\[0\].level is 'loud'.*note or warning"),
        (["rules", "many_visitors", 1, "visitors"], 241, r"many_visitors\[1\].visitors is 241.*up to 240"),
        (["rules", "many_visitors", 1, "on_days"], 61, r"many_visitors\[1\].on_days is 61.*within_days, 60"),
        (["rules", "many_visitors", 1, "visitors"], True, r"many_visitors\[1\].visitors is True"),
        (["rules", "far_apart", 0, "provinces"], 35, r"far_apart\[0\].provinces is 35.*from 1 to 34"),
        (["rules", "listing_picture", "camera_percent"], -1, "listing_picture.camera_percent is -1"),
        (["rules", "slip_against"], "4", "rules.slip_against is '4'"),
    ],
)
def test_a_wrong_file_says_where(path, value, sentence):
    """Each mistake names its place in the file, what stands there, and what may."""
    with pytest.raises(ConfigurationError) as raised:
        parse_rules(edited(path, value))
    assert raised.match(sentence)
    assert str(raised.value).startswith("copy_signals.json: ")


def test_a_file_of_another_kind_is_refused():
    """A list is no file of rules."""
    with pytest.raises(ConfigurationError, match="the whole file is"):
        parse_rules([1])
