"""Nothing gives more than it holds, and nothing happens before it can."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.ledger import Balance, Kind, Status
from traceability.domain.lots import apply, expiry, require_available, require_enough, require_order, require_same_sum
from traceability.domain.quantities import Quantity
from traceability.errors import InvalidInputError, MassBalanceError, RuleViolationError

NOW = datetime(2026, 5, 14, 3, tzinfo=UTC)
amounts = st.integers(0, 1_000)


@given(amounts, st.lists(st.tuples(st.sampled_from([Kind.CONSUME, Kind.WITHDRAW, Kind.STAMP, Kind.CORRECT]), amounts)))
def test_a_lot_never_gives_more_than_it_holds(declared, steps):
    """After any sequence of touches, allowed or refused, what is used stays within what was declared."""
    balance = apply(Balance(0, 0, 0), Kind.REGISTER, declared)
    for kind, amount in steps:
        try:
            balance = apply(balance, kind, amount)
        except MassBalanceError:
            continue
        assert balance.left >= 0
        assert balance.consumed + balance.stamped <= balance.declared


def test_shipping_names_a_receiver_until_it_receives():
    """The pending receiver comes and goes."""
    shipped = apply(Balance(5, 0, 0), Kind.SHIP, 0, 7)
    assert shipped.receiver == 7
    assert apply(shipped, Kind.OBSERVE, 0) == shipped
    assert apply(shipped, Kind.RECEIVE, 0).receiver == 0


def test_too_much_is_refused_with_what_is_left():
    """The sentence says how much is left, in a unit people use, and what to do."""
    with pytest.raises(MassBalanceError) as refusal:
        require_enough(Balance(60_000, 20_000, 0), 50_000, "GRM", lot="L7")
    said = "Lot L7 has 40 kg left; 50 kg cannot be taken from it. Check the number, or correct the lot first."
    assert str(refusal.value) == said
    require_enough(Balance(60_000, 20_000, 0), 40_000, "GRM", lot="L7")


@pytest.mark.parametrize(
    ("kind", "status", "allowed"),
    [
        (Kind.CONSUME, Status(0), True),
        (Kind.CONSUME, Status.RECALLED, False),
        (Kind.STAMP, Status.IN_TRANSIT, False),
        (Kind.SHIP, Status.RETIRED, False),
        (Kind.OBSERVE, Status.RECALLED | Status.RETIRED, True),
        (Kind.CORRECT, Status.RECALLED, True),
        (Kind.CORRECT, Status.RETIRED, False),
        (Kind.RECALL, Status.RECALLED, False),
        (Kind.RECALL, Status.RETIRED, True),
        (Kind.LIFT, Status(0), False),
        (Kind.LIFT, Status.RECALLED, True),
        (Kind.RECEIVE, Status(0), False),
        (Kind.RECEIVE, Status.IN_TRANSIT | Status.RECALLED, True),
    ],
)
def test_status_closes_a_lot_to_some_touches(kind, status, allowed):
    """The same rules as the contract's."""
    if allowed:
        require_available(kind, status, lot="L7")
    else:
        with pytest.raises(RuleViolationError):
            require_available(kind, status, lot="L7")


def test_events_keep_the_order_of_time():
    """Not in the future, and not before an input existed; a clock may be minutes fast."""
    require_order(NOW + timedelta(minutes=3), NOW, [("A", NOW)], field="event_time")
    for moment in (NOW + timedelta(hours=1), NOW - timedelta(days=2)):
        with pytest.raises(RuleViolationError) as refusal:
            require_order(moment, NOW, [("A", NOW - timedelta(days=1))], field="event_time")
        assert refusal.value.field == "event_time"


def test_splits_conserve():
    """What leaves is what arrives, in the same measure."""
    kilogram, half = Quantity.parse("1", "KGM"), Quantity.parse("500", "GRM")
    require_same_sum([kilogram], [half, half])
    require_same_sum([], [])
    with pytest.raises(MassBalanceError):
        require_same_sum([kilogram], [half])
    with pytest.raises(RuleViolationError):
        require_same_sum([kilogram], [Quantity.parse("1", "LTR")])


def test_expiry():
    """Seven days of shelf life; none for a mat."""
    assert expiry(date(2026, 5, 14), 7) == date(2026, 5, 21)
    assert expiry(date(2026, 5, 14), None) is None
    with pytest.raises(InvalidInputError):
        expiry(date(2026, 5, 14), 0)
