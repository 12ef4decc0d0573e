"""When the rules for copies are asked, and what of their answers stays."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.services.sighted import NOW, stamp
from traceability.domain.copies import Level, Look, Signal, StampFacts, judge
from traceability.ports.observations import StampKey, Tally
from traceability.services.counting import few_visitors, merge, says_nothing

KEY = StampKey(stamp().serial, stamp().path, "https://example.vn/lot", 1, 1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "facebook.com", "zalo.me"]),
            st.integers(-60, 60).map(lambda days: NOW + timedelta(days=days)),
        ),
        min_size=1,
        max_size=6,
    ),
    st.none() | st.just(NOW),
    st.sets(st.sampled_from(["15286", "00004", "27127"])),
    st.booleans(),
)
def test_the_rules_say_nothing_where_they_are_not_asked(rows, activated_at, communes, voided):
    """Few visitors of a stamp that is neither opened nor void give no signal, which saves asking of most stamps."""
    looks = [Look(at, f"{number % 2}{at:%j}", referrer) for number, (referrer, at) in enumerate(rows)]
    facts = StampFacts(activated_at=activated_at, voided=voided, communes=frozenset(communes))
    visitors = len({look.visitor for look in looks})
    if says_nothing(Tally(KEY, len(looks), visitors, NOW, NOW), facts):
        assert judge(looks, facts) == ()
    else:
        assert voided or visitors >= few_visitors()


def test_the_rules_are_asked_where_there_is_anything_to_say():
    """Several visitors, an opened package, a void stamp and an older signal are reasons to ask."""
    signal = Signal("far_apart", Level.NOTE)
    assert says_nothing(Tally(KEY, 9, few_visitors() - 1, NOW, NOW), StampFacts())
    assert not says_nothing(Tally(KEY, 9, few_visitors(), NOW, NOW), StampFacts())
    assert not says_nothing(Tally(KEY, 1, 1, NOW, NOW, opened_at=NOW), StampFacts())
    assert not says_nothing(Tally(KEY, 1, 1, NOW, NOW, signals=(signal,)), StampFacts())
    assert not says_nothing(Tally(KEY, 1, 1, NOW, NOW), StampFacts(voided=True))


def test_what_was_said_of_forgotten_looks_stays_said():
    """Of each rule the graver answer stays, the newer one where they are alike; gravest first."""
    old = (
        Signal("many_visitors", Level.WARNING, {"visitors": 30}),
        Signal("far_apart", Level.NOTE, {"count": 2}),
        Signal("listing_picture", Level.NOTE, {"visitors": 3}),
    )
    new = (
        Signal("far_apart", Level.WARNING, {"count": 4}),
        Signal("many_visitors", Level.NOTE, {"visitors": 4}),
        Signal("listing_picture", Level.NOTE, {"visitors": 9}),
    )
    assert merge(old, new) == (old[0], new[0], new[2])
    assert merge((), new) == tuple(sorted(new, key=lambda one: -one.level))
    assert merge(old, ()) == old
