"""Who stands behind a fact, and how late it was entered.

Two questions that no trace service answers today: did anybody but the producer look, and was this written down when
it happened or typed in afterwards? The answers are computed from the signer's capacities and from two times, the
one the record claims and the one the chain gave it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from traceability.domain.ledger import Capacity


class Vouch(Enum):
    """Who stands behind a fact."""

    INSPECTED = "inspected"
    """Signed by an inspector."""
    RECORDED = "recorded"
    """Signed by the producer or holder of the goods."""
    COMPUTED = "computed"
    """Worked out by this service from signed records."""
    MISSING = "missing"
    """Nobody has said it."""


def vouch_of(capacities: int) -> Vouch:
    """Return how a record counts that was signed by a participant with these capacities (a `Capacity` mask)."""
    return Vouch.INSPECTED if capacities & Capacity.INSPECTOR else Vouch.RECORDED


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """From what delay on an entry counts as late; a stage may have a policy of its own.

    Args:
        allowed: a record entered within this time of the event is on time.
    """

    allowed: timedelta


DEFAULT_LATE_POLICY = LatePolicy(timedelta(hours=24))
"""Farms without a signal write up the day in the evening; a day later it is no longer the same record."""


def delay(event_time: datetime, recorded_at: datetime) -> timedelta:
    """Return how long after the event it was recorded; never less than nothing, since clocks differ by seconds."""
    return max(recorded_at - event_time, timedelta(0))


def late_by(event_time: datetime, recorded_at: datetime, policy: LatePolicy = DEFAULT_LATE_POLICY) -> timedelta | None:
    """Return the whole delay of an entry that came later than its policy allows, or None when it was on time."""
    waited = delay(event_time, recorded_at)
    return waited if waited > policy.allowed else None
