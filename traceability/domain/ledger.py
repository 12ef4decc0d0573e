"""The words that the ledger contract and the library share: what is done to a subject, who may, and what it holds.

A *subject* is whatever has a history (a lot, a product, a participant). A *touch* does one `Kind` of thing to one
subject. The numbers below are part of the on-chain format (docs/format.md) and never change their meaning.
"""

from dataclasses import dataclass
from enum import IntEnum, IntFlag


class Kind(IntEnum):
    """What a touch does to its subject."""

    REGISTER = 1
    """A new subject; a lot declares its quantity."""
    OBSERVE = 2
    """Something was seen or done that changes no quantity; also findings, ratings and certificates."""
    CONSUME = 3
    """Some of a lot goes into a transformation, or is disposed of."""
    PRODUCE = 4
    """A new lot that came out of the transformation in the same submission."""
    WITHDRAW = 5
    """Some of a lot leaves it for a split or an aggregation."""
    DEPOSIT = 6
    """A new lot that a split or an aggregation in the same submission fills."""
    STAMP = 7
    """A run of stamps is issued for a lot."""
    SHIP = 8
    """Custody is offered to another participant."""
    RECEIVE = 9
    """Custody is taken."""
    RECALL = 10
    """The subject is called back."""
    LIFT = 11
    """A recall is lifted."""
    CORRECT = 12
    """The declared quantity is set right, with an error declaration."""
    RETIRE = 13
    """The subject is closed for ever."""


CREATING = frozenset({Kind.REGISTER, Kind.PRODUCE, Kind.DEPOSIT})
"""Kinds that begin a history."""

USING_UP = frozenset({Kind.CONSUME, Kind.WITHDRAW, Kind.STAMP})
"""Kinds that take from what a lot holds."""


class Capacity(IntFlag):
    """What a participant may do, as a bit mask."""

    OPERATOR = 1
    PRODUCER = 2
    INSPECTOR = 4


class Status(IntFlag):
    """What has befallen a subject, as a bit mask; zero is the ordinary state."""

    RECALLED = 1
    IN_TRANSIT = 2
    RETIRED = 4


@dataclass(frozen=True, slots=True)
class Balance:
    """What a lot declared and what became of it, in its product's base unit.

    Args:
        declared: the quantity the lot began with, or was corrected to.
        consumed: used by transformation, disposal, splitting and aggregation.
        stamped: covered by stamps.
        receiver: number of the participant that a shipping record named and that has not received yet; 0 for none.
    """

    declared: int
    consumed: int
    stamped: int
    receiver: int = 0

    @property
    def left(self) -> int:
        """Return what is neither consumed nor stamped."""
        return self.declared - self.consumed - self.stamped
