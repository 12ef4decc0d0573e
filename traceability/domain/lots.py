"""What a lot may give, and when: mass balance, availability and the order of time.

The contract has the last word on quantities and status; the same rules stand here so that a form can say what is wrong
before anything is signed, and so that a reader can replay a history. Quantities are whole numbers of the product's
base unit.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from traceability.domain.ledger import USING_UP, Balance, Kind, Status
from traceability.domain.quantities import Quantity, from_base
from traceability.domain.times import require_past
from traceability.errors import InvalidInputError, MassBalanceError, RuleViolationError

_CLOSED_TO: Final = {
    Kind.CONSUME: Status.RECALLED | Status.IN_TRANSIT | Status.RETIRED,
    Kind.WITHDRAW: Status.RECALLED | Status.IN_TRANSIT | Status.RETIRED,
    Kind.STAMP: Status.RECALLED | Status.IN_TRANSIT | Status.RETIRED,
    Kind.SHIP: Status.RECALLED | Status.IN_TRANSIT | Status.RETIRED,
    Kind.CORRECT: Status.IN_TRANSIT | Status.RETIRED,
    Kind.RETIRE: Status.IN_TRANSIT | Status.RETIRED,
    Kind.RECALL: Status.RECALLED,
}
"""Which status forbids which kind of touch."""

_REASONS: Final = {
    Status.RECALLED: "Lot {lot} is recalled. Nothing may be taken from it until an inspector lifts the recall.",
    Status.IN_TRANSIT: "Lot {lot} is on its way to its receiver. Wait until it is received, or take it back.",
    Status.RETIRED: "Lot {lot} is closed for ever.",
}


def require_available(kind: Kind, status: Status, *, lot: str) -> None:
    """Return quietly when a lot's status allows a kind of touch. Raises RuleViolationError when it does not."""
    for bit, template in _REASONS.items():
        if status & bit & _CLOSED_TO.get(kind, Status(0)):
            raise RuleViolationError(template, field="lot", lot=lot)
    if kind is Kind.LIFT and not status & Status.RECALLED:
        raise RuleViolationError("Lot {lot} is not recalled.", field="lot", lot=lot)
    if kind is Kind.RECEIVE and not status & Status.IN_TRANSIT:
        raise RuleViolationError("Lot {lot} is not on its way to anybody.", field="lot", lot=lot)


def require_enough(balance: Balance, wanted: int, base: str, *, lot: str, field: str = "quantity") -> None:
    """Return quietly when a lot holds what is wanted. Raises MassBalanceError saying how much is left.

    Args:
        balance: what the lot holds.
        wanted: base units.
        base: code of the base unit, for the sentence.
        lot: the lot's number, for the sentence.
        field: the form field to blame.
    """
    if wanted > balance.left:
        left, asked = from_base(max(balance.left, 0), base), from_base(wanted, base)
        template = (
            "Lot {lot} has {left} {left_unit} left; {wanted} {wanted_unit} cannot be taken from it. Check the number, "
            "or correct the lot first."
        )
        facts = {"left": left.value, "left_unit": left.unit.en, "wanted": asked.value, "wanted_unit": asked.unit.en}
        raise MassBalanceError(template, field=field, lot=lot, **facts)


def apply(balance: Balance, kind: Kind, amount: int, counterparty: int = 0) -> Balance:
    """Return what a lot holds after a touch, by the contract's rules.

    Raises MassBalanceError when it would give more than it holds, or be corrected below what is used.
    """
    if kind in USING_UP:
        if amount > balance.left:
            template = "{left} is left; {wanted} cannot be taken. Check the number, or correct the lot first."
            raise MassBalanceError(template, field="quantity", left=balance.left, wanted=amount)
        used = "stamped" if kind is Kind.STAMP else "consumed"
        return replace(balance, **{used: getattr(balance, used) + amount})
    if kind is Kind.CORRECT:
        if amount < (used_up := balance.consumed + balance.stamped):
            template = "{used} is used already; the lot cannot have held only {amount}. Check the number."
            raise MassBalanceError(template, field="quantity", used=used_up, amount=amount)
        return replace(balance, declared=amount)
    if kind in (Kind.REGISTER, Kind.PRODUCE, Kind.DEPOSIT):
        return Balance(amount, 0, 0)
    if kind is Kind.SHIP:
        return replace(balance, receiver=counterparty)
    return replace(balance, receiver=0) if kind is Kind.RECEIVE else balance


def require_same_sum(taken: Iterable[Quantity], given: Iterable[Quantity]) -> None:
    """Return quietly when a split or an aggregation puts in what it takes out.

    Raises RuleViolationError when units differ, MassBalanceError when sums differ.
    """
    out, into = list(taken), list(given)
    for quantity in out + into:
        (out + into)[0].same_unit(quantity)
    taken_sum, given_sum = sum(one.amount for one in out), sum(one.amount for one in into)
    if taken_sum != given_sum:
        template = "{taken} {unit} leave the lots, but {given} {unit} arrive. Both must be the same."
        base = (out + into)[0].unit.base
        raise MassBalanceError(template, field="quantity", taken=taken_sum, given=given_sum, unit=base.en)


def require_order(event_time: datetime, now: datetime, inputs: Iterable[tuple[str, datetime]], *, field: str) -> None:
    """Return quietly when an event lies in the past and after its inputs came to be.

    Args:
        event_time: when it happened, aware.
        now: the present, aware.
        inputs: number and first event time of each lot that the event uses.
        field: the form field to blame.

    Raises:
        RuleViolationError: it lies in the future, or before one of its inputs existed.
    """
    require_past(event_time, now, field=field)
    for lot, began in inputs:
        if event_time < began:
            template = "{time} is before lot {lot} existed (it began {began}). Correct the time or choose another lot."
            facts = {"time": event_time, "began": began.astimezone(event_time.tzinfo)}
            raise RuleViolationError(template, field=field, lot=lot, **facts)


def expiry(made_on: date, shelf_life_days: int | None) -> date | None:
    """Return the last day of a lot's shelf life, None for goods without one. Raises InvalidInputError below a day."""
    if shelf_life_days is None:
        return None
    if shelf_life_days < 1:
        template = "A shelf life is at least one day, not {days}; leave it empty for goods that do not expire."
        raise InvalidInputError(template, field="shelf_life_days", days=shelf_life_days)
    return made_on + timedelta(days=shelf_life_days)
