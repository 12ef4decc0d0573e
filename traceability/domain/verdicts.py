"""The one sentence that a scan begins with, decided in one place.

Whatever a page, a command or an export says first about a stamp, a lot or a product, it says because of `decide`.
Graver news goes before better news: a stamp that was never activated on a lot that is recalled is *recalled*.
"""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What is to be thought of the thing that was scanned."""

    HOLDS = "holds"
    """It is known, confirmed on chain, and nothing speaks against it."""
    PENDING = "pending"
    """It was recorded, but the chain has not confirmed it yet."""
    RECALLED = "recalled"
    """It, or something it was made from, is called back."""
    NOT_ACTIVATED = "not_activated"
    """The stamp was printed, but nobody has said that it was put on goods."""
    SUSPECT = "suspect"
    """The record holds, but what was seen of this stamp speaks for a copy: it was opened before, or is scanned in many
    places at once."""
    VOID = "void"
    """The stamp was cancelled, or its lot or product closed for ever."""
    UNKNOWN = "unknown"
    """Nothing of this name was ever recorded here."""
    DOES_NOT_VERIFY = "does_not_verify"
    """What is shown does not agree with the chain: it was altered."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a verdict rests on.

    Args:
        known: something of this name was recorded, or is on its way to the chain.
        verifies: history and documents agree with the chain as far as was checked.
        recalled: the thing itself, its lot, its product, or any lot it was made from is called back.
        void: the stamp was cancelled, or its subject is retired.
        suspect: scans or the second code speak for a copy of the stamp.
        activated: whether the stamp was put on goods; True for what needs no activation.
        confirmed: the chain has confirmed all of it.
    """

    known: bool
    verifies: bool = True
    recalled: bool = False
    void: bool = False
    suspect: bool = False
    activated: bool = True
    confirmed: bool = True


def decide(facts: Facts) -> Verdict:
    """Return the gravest verdict that the facts allow, the first of these that applies."""
    grounds = (
        (not facts.known, Verdict.UNKNOWN),
        (not facts.verifies, Verdict.DOES_NOT_VERIFY),
        (facts.recalled, Verdict.RECALLED),
        (facts.void, Verdict.VOID),
        (not facts.activated, Verdict.NOT_ACTIVATED),
        (facts.suspect, Verdict.SUSPECT),
        (not facts.confirmed, Verdict.PENDING),
    )
    return next((verdict for applies, verdict in grounds if applies), Verdict.HOLDS)


def with_sightings(verdict: Verdict, *, suspect: bool) -> Verdict:
    """Return what is to be thought of a stamp once its scans are known, too: what the record says goes first."""
    milder = (Verdict.HOLDS, Verdict.PENDING)
    return decide(Facts(known=True, suspect=suspect)) if suspect and verdict in milder else verdict
