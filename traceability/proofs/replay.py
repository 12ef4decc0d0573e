"""The ledger contract's rules, said a second time, so that whoever has the logs can see whether they were allowed.

`Replay` takes the logs in the order of the chain. It folds each history, keeps custody, status and balances, and notes
whatever the contract would never have let through, sorted by what is wrong: the signer, the sequence, or the
quantities. What it arrives at must be what the contract stores.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from hashlib import sha256
from typing import Final, TypeAlias

from traceability.domain.ledger import CREATING, USING_UP, Balance, Capacity, Kind, Status
from traceability.proofs.history import UNKNOWN_SUBJECT, SubjectState, Touch, fold

FOREVER: Final = (1 << 64) - 1
"""`untilBlock` of a key that is not revoked."""

_AT_HAND: Final = frozenset({Kind.CONSUME, Kind.WITHDRAW, Kind.STAMP, Kind.SHIP})
"""Kinds that need the goods at hand: neither recalled, nor in transit, nor retired."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A participant was admitted."""

    block: int
    participant: int
    subject: bytes
    capacities: int


@dataclass(frozen=True, slots=True)
class CapacityChange:
    """A participant's capacities were changed."""

    block: int
    participant: int
    capacities: int


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """A key began to speak for a participant."""

    block: int
    participant: int
    key: str
    from_block: int


@dataclass(frozen=True, slots=True)
class KeyEnd:
    """A key ceased to speak for a participant."""

    block: int
    participant: int
    key: str
    from_block: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission, with the name by which a reader finds its log."""

    block: int
    name: str
    signer: str
    operation: int
    touches: tuple[Touch, ...]
    documents: bytes


Entry: TypeAlias = Admission | CapacityChange | KeyGrant | KeyEnd | Submitted


class Fault(Enum):
    """What can be wrong with a log."""

    SIGNER = "signer"
    SEQUENCE = "sequence"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Key:
    """For whom a key speaks, and when."""

    participant: int
    from_block: int
    until_block: int = FOREVER


@dataclass(slots=True)
class Replay:
    """The contract's state, played from logs.

    Args:
        scope: subjects whose whole history is in the logs; None where all is. Others are passed over.
    """

    scope: Collection[bytes] | None = None
    subjects: dict[bytes, SubjectState] = field(default_factory=dict)
    balances: dict[bytes, Balance] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    capacities: dict[int, int] = field(default_factory=dict)
    faults: dict[Fault, list[str]] = field(default_factory=lambda: {fault: [] for fault in Fault})
    submissions: int = 0
    touches: int = 0
    operations: set[tuple[str, int]] = field(default_factory=set)
    _place: str = ""

    def take(self, entry: Entry) -> None:
        """Play one log."""
        if isinstance(entry, Submitted):
            self._submit(entry)
        elif isinstance(entry, (Admission, CapacityChange)):
            self.capacities[entry.participant] = entry.capacities
        elif isinstance(entry, KeyGrant):
            if entry.key in self.keys:
                self._fault(Fault.SIGNER, f"key {entry.key} was added twice")
            self.keys[entry.key] = Key(entry.participant, entry.from_block)
        elif (known := self.keys.get(entry.key)) is None or known.participant != entry.participant:
            self._fault(
                Fault.SIGNER, f"key {entry.key} was revoked, yet never spoke for participant {entry.participant}"
            )
        else:
            self.keys[entry.key] = replace(known, until_block=entry.from_block)

    def _submit(self, entry: Submitted) -> None:
        self.submissions += 1
        self._place = entry.name
        participant = self._author(entry)
        digest = sha256(entry.documents).digest()
        if entry.operation:
            if (entry.signer, entry.operation) in self.operations:
                self._fault(Fault.SIGNER, f"operation {entry.operation} of {entry.signer} landed twice")
            self.operations.add((entry.signer, entry.operation))
        for touch in entry.touches:
            if self.scope is None or touch.subject in self.scope:
                self._touch(touch, participant, digest, entry.signer)
        self._weigh(entry.touches)

    def _author(self, entry: Submitted) -> int:
        key = self.keys.get(entry.signer)
        if key is None:
            self._fault(Fault.SIGNER, f"{entry.signer} speaks for nobody")
            return 0
        if not key.from_block <= entry.block < key.until_block:
            self._fault(Fault.SIGNER, f"{entry.signer} was not in effect in block {entry.block}")
        if not self.capacities.get(key.participant, 0):
            self._fault(Fault.SIGNER, f"participant {key.participant} might not write")
        return key.participant

    def _touch(self, touch: Touch, participant: int, digest: bytes, signer: str) -> None:
        self.touches += 1
        before = self.subjects.get(touch.subject, UNKNOWN_SUBJECT)
        balance = self.balances.get(touch.subject, Balance(0, 0, 0))
        sequence = before.sequence + 1
        if touch.sequence not in (0, sequence):
            self._fault(Fault.SEQUENCE, f"a touch claims place {touch.sequence} and takes place {sequence}")
        if (touch.kind in CREATING) != (before.sequence == 0):
            self._fault(Fault.SEQUENCE, f"{touch.kind.name} of {_short(touch)} at place {sequence}")
        if reason := self._refusal(touch, participant, before, balance):
            self._fault(Fault.SIGNER, f"{touch.kind.name} of {_short(touch)} by participant {participant}: {reason}")
        self.balances[touch.subject] = self._move(touch, balance)
        owner = participant if touch.kind in CREATING or touch.kind is Kind.RECEIVE else before.owner
        head = fold(before.head, touch, sequence, digest, signer)
        self.subjects[touch.subject] = SubjectState(head, sequence, owner, _status(touch.kind, before.status))

    def _refusal(self, touch: Touch, participant: int, subject: SubjectState, balance: Balance) -> str:
        """Return why the contract would not have let a touch through; empty where it would."""
        kind, owns = touch.kind, participant == subject.owner
        held = self.capacities.get(participant, 0)
        produces, inspects = bool(held & Capacity.PRODUCER), bool(held & Capacity.INSPECTOR)
        writes = produces or (touch.amount == 0 and bool(held & Capacity.OPERATOR))
        rules: Mapping[str, bool] = {}
        if kind in CREATING:
            rules = {"not a producer": writes}
        elif kind is Kind.OBSERVE:
            rules = {"neither custodian nor inspector": owns or inspects}
        elif kind is Kind.RECALL:
            rules = {
                "neither custodian nor inspector": owns or inspects,
                "recalled": not subject.status & Status.RECALLED,
            }
        elif kind is Kind.LIFT:
            rules = {"not an inspector": inspects, "not recalled": bool(subject.status & Status.RECALLED)}
        elif kind is Kind.RECEIVE:
            expected = participant in (balance.receiver, subject.owner)
            moving = bool(subject.status & Status.IN_TRANSIT)
            rules = {"not a producer": produces, "not in transit": moving, "not the receiver": expected}
        elif kind in _AT_HAND:
            rules = {"not the custodian": owns, "not a producer": produces, "not at hand": not subject.status}
            rules = {**rules, "shipped to its custodian": kind is not Kind.SHIP or touch.counterparty != subject.owner}
        else:
            closed = bool(subject.status & (Status.IN_TRANSIT | Status.RETIRED))
            rules = {"not the custodian": owns, "not a producer": writes, "in transit or retired": not closed}
        return next((reason for reason, holds in rules.items() if not holds), "")

    def _move(self, touch: Touch, balance: Balance) -> Balance:
        """Return what a lot holds after a touch, noting where it would give more than it holds."""
        if touch.kind in CREATING:
            return Balance(touch.amount, 0, 0)
        if touch.kind in USING_UP:
            if touch.amount > balance.left:
                self._fault(Fault.QUANTITY, f"{_short(touch)} gives {touch.amount} and holds {balance.left}")
            if touch.kind is Kind.STAMP:
                return replace(balance, stamped=balance.stamped + touch.amount)
            return replace(balance, consumed=balance.consumed + touch.amount)
        if touch.kind is Kind.CORRECT:
            if touch.amount < balance.consumed + balance.stamped:
                self._fault(Fault.QUANTITY, f"{_short(touch)} is corrected below what is used")
            return replace(balance, declared=touch.amount)
        if touch.kind is Kind.SHIP:
            return replace(balance, receiver=touch.counterparty)
        return replace(balance, receiver=0) if touch.kind is Kind.RECEIVE else balance

    def _weigh(self, touches: tuple[Touch, ...]) -> None:
        """Check that a submission gives out what it takes in."""
        sums = dict.fromkeys(Kind, 0)
        for touch in touches:
            sums[touch.kind] += touch.amount
        if sums[Kind.WITHDRAW] != sums[Kind.DEPOSIT]:
            self._fault(Fault.QUANTITY, f"withdraws {sums[Kind.WITHDRAW]} and deposits {sums[Kind.DEPOSIT]}")
        if sums[Kind.PRODUCE] and not sums[Kind.CONSUME]:
            self._fault(Fault.QUANTITY, "produces something from nothing")

    def _fault(self, fault: Fault, what: str) -> None:
        self.faults[fault].append(f"{self._place}: {what}" if self._place else what)


def _status(kind: Kind, before: Status) -> Status:
    if kind is Kind.RECALL:
        return before | Status.RECALLED
    if kind is Kind.LIFT:
        return before & ~Status.RECALLED
    if kind is Kind.SHIP:
        return before | Status.IN_TRANSIT
    if kind is Kind.RECEIVE:
        return before & ~Status.IN_TRANSIT
    return before | Status.RETIRED if kind is Kind.RETIRE else before


def _short(touch: Touch) -> str:
    return f"subject {touch.subject.hex()[:12]}"
