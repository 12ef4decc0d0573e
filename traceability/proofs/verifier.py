"""Is everything as it was recorded? Fifteen numbered checks, each of which returns quietly or raises.

The verifier believes neither the tables nor the pages. `Evidence` lays side by side what the chain logged, what the
contract stores, and what lies in the tables and files here; whoever can provide evidence (`Source`) can have it
verified. The checks, in this order:

     1. Ledger: the tables were made from this contract on this chain, by these projectors.
     2. Blocks: each block that the tables remember has the hash that the chain gives it.
     3. Logs: the tables keep every log of the chain, unaltered, in its place, and no other.
     4. Documents: each blob opens, in canonical form, and no event names itself other than by its hash.
     5. Signers: each key was in effect, its participant had the capacity and the custody, no operation landed twice.
     6. Sequences: each history runs from 1 without a gap, and each touch took the place it claimed.
     7. Quantities: nothing gave more than it held; what was split arrived; nothing was produced from nothing.
     8. Heads: each history, folded again, arrives at the head, sequence, owner and status that the contract stores.
     9. Balances: declared, consumed, stamped and pending receiver are those that the contract stores.
    10. Keys: the contract says the same of each key as the logs.
    11. Tables: each row is what the logs say.
    12. Values: each text that is still kept opens its commitment, under the label and subject it was recorded with.
    13. Files: so does each picture and file.
    14. Stamps: the stamps of each run lead to the Merkle root on record; the one that was asked for by its inclusion
        proof, without a look at the others.
    15. Seeds: each seed opens and brings back those same stamps.

What a check cannot see, another does: a log that was altered on the way breaks 8, one that is missing breaks 8 and 3.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from traceability.domain.epcis import EVENT_TYPES
from traceability.domain.ledger import Balance
from traceability.errors import OcopTraceError, VerificationError
from traceability.proofs import stamp_proofs
from traceability.proofs.commitments import check_commitment, decode_base64url
from traceability.proofs.evidence import Evidence, KeptValue, Progress, RunEvidence, Source, StampEvidence, Tally
from traceability.proofs.history import UNKNOWN_SUBJECT, SubjectState
from traceability.proofs.replay import FOREVER, Fault, Key, Replay

__all__ = [
    "CHECKS",
    "Check",
    "Evidence",
    "KeptValue",
    "Progress",
    "Report",
    "RunEvidence",
    "Source",
    "StampEvidence",
    "Tally",
    "Verifier",
    "judge",
]

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")

NO_BALANCE: Final = Balance(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check."""

    number: int
    title: str
    ok: bool
    detail: str
    """What was checked, or the first difference."""

    @property
    def name(self) -> str:
        """The title in one word."""
        return self.title.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of all checks, in their order."""

    ok: bool
    checks: tuple[Check, ...]

    @property
    def first_difference(self) -> Check | None:
        """The first check that failed."""
        return next((check for check in self.checks if not check.ok), None)


class Verifier:
    """Verifies lots, stamps, or everything.

    Args:
        source: where evidence comes from.
    """

    def __init__(self, source: Source) -> None:
        """Remember where evidence comes from."""
        self._source = source

    def verify(self, ref: str) -> Report:
        """Verify what a path, link or URI names: a stamp or a lot. Raises NotFoundError, ChainError or StorageError."""
        return self.verify_stamp(ref) if self._source.names_stamp(ref) else self.verify_lot(ref)

    def verify_lot(self, ref: str) -> Report:
        """Verify a lot, what it was made from, and what both rest on.

        Raises NotFoundError, ChainError, StorageError.
        """
        return judge(self._source.lot(ref))

    def verify_stamp(self, link: str) -> Report:
        """Verify a stamp down to the Merkle root of its run, and its lot. Raises like `verify_lot`."""
        return judge(self._source.stamp(link))

    def verify_all(self, progress: Progress | None = None) -> Report:
        """Verify everything there is. Raises ChainError or StorageError."""
        return judge(self._source.everything(progress))


def judge(evidence: Evidence) -> Report:
    """Return the outcome of every check on some evidence."""
    replay = Replay(evidence.scope)
    for entry in evidence.entries:
        replay.take(entry)
    case = _Case(evidence, replay)
    checks = tuple(_run(number, title, check, case) for number, (title, check) in enumerate(CHECKS, 1))
    return Report(all(check.ok for check in checks), checks)


@dataclass(frozen=True, slots=True)
class _Case:
    """Evidence, and what comes out when its logs are played again."""

    evidence: Evidence
    replay: Replay
    notes: dict[str, str] = field(default_factory=dict)


def _run(number: int, title: str, check: Callable[[_Case], str], case: _Case) -> Check:
    try:
        return Check(number, title, ok=True, detail=check(case))
    except OcopTraceError as error:
        return Check(number, title, ok=False, detail=str(error))


def _differ(template: str, **facts: Any) -> VerificationError:
    return VerificationError(template, **facts)


# 1.
def _ledger(case: _Case) -> str:
    for name, stored, real in case.evidence.ledger:
        if stored != real:
            raise _differ(
                "The tables were made for {name} {stored}; this is {real}.", name=name, stored=stored, real=real
            )
    return ", ".join(f"{name} {real}" for name, _, real in case.evidence.ledger)


# 2.
def _blocks(case: _Case) -> str:
    for number, (stored, real) in case.evidence.blocks.items():
        if stored != real:
            template = "Block {number} has hash {stored} in the tables and {real} on the chain."
            raise _differ(template, number=number, stored=stored or "none", real=real or "none")
    return f"{len(case.evidence.blocks)} blocks"


# 3.
def _logs(case: _Case) -> str:
    for difference in case.evidence.log_differences:
        raise _differ("{difference}.", difference=difference)
    return f"{len(case.evidence.entries)} logs"


# 4.
def _documents(case: _Case) -> str:
    count = opaque = 0
    for place, documents in case.evidence.documents:
        if documents is None:
            opaque += 1  # somebody recorded what nobody can read: it is anchored, and shown as such
            continue
        for document in documents:
            count += 1
            named = document.get("eventID")  # beside its hash, which follows from what it says
            if named is not None and document.get("type") in EVENT_TYPES and not _is_name(named):
                template = "{place}: the event calls itself {named}, which is no name of an event."
                raise _differ(template, place=place, named=str(named)[:120])
    return f"{count} documents" + (f"; {opaque} submissions cannot be read" if opaque else "")


def _is_name(value: object) -> bool:
    """Tell whether a value can be the identifier that an author gave to an event: a URI (EPCIS 2.0, section 7.4.1)."""
    return isinstance(value, str) and _URI.fullmatch(value) is not None


# 5.
def _signers(case: _Case) -> str:
    _no_fault(case, Fault.SIGNER)
    return f"{case.replay.submissions} submissions, {case.replay.touches} touches"


# 6.
def _sequences(case: _Case) -> str:
    _no_fault(case, Fault.SEQUENCE)
    return f"{len(case.replay.subjects)} histories"


# 7.
def _quantities(case: _Case) -> str:
    _no_fault(case, Fault.QUANTITY)
    return f"{sum(1 for balance in case.replay.balances.values() if balance.declared)} quantities"


def _no_fault(case: _Case, fault: Fault) -> None:
    for what in case.replay.faults[fault]:
        raise _differ("{what}.", what=what)


# 8.
def _heads(case: _Case) -> str:
    played, stored = case.replay.subjects, case.evidence.states
    for key in played.keys() | stored.keys():
        mine, theirs = played.get(key, UNKNOWN_SUBJECT), stored.get(key, UNKNOWN_SUBJECT)
        if mine != theirs:
            template = "Subject {key}: the logs lead to {mine}; the contract stores {theirs}."
            raise _differ(template, key=key.hex(), mine=_state(mine), theirs=_state(theirs))
    return f"{len(played)} heads"


def _state(state: SubjectState) -> str:
    return f"head {state.head.hex()} at {state.sequence}, owner {state.owner}, status {int(state.status)}"


# 9.
def _balances(case: _Case) -> str:
    played, stored = case.replay.balances, case.evidence.balances
    for key in played.keys() | stored.keys():
        mine, theirs = played.get(key, NO_BALANCE), stored.get(key, NO_BALANCE)
        if mine != theirs:
            template = "Subject {key}: the logs lead to {mine}; the contract stores {theirs}."
            raise _differ(template, key=key.hex(), mine=mine, theirs=theirs)
    return f"{len(played)} balances"


# 10.
def _keys(case: _Case) -> str:
    for address, (stored, capacities) in case.evidence.keys.items():
        mine = case.replay.keys.get(address, Key(0, 0, 0))
        may = case.replay.capacities.get(mine.participant, 0)
        if mine != stored or may != capacities:
            template = "Key {address}: the logs lead to {mine}, capacities {may}; the contract says {stored}, {held}."
            raise _differ(template, address=address, mine=_span(mine), may=may, stored=_span(stored), held=capacities)
    for address in case.replay.keys:
        if address not in case.evidence.keys:
            raise _differ("The contract was not asked about key {address}.", address=address)
    return f"{len(case.evidence.keys)} keys"


def _span(key: Key) -> str:
    until = "for ever" if key.until_block == FOREVER else f"until block {key.until_block}"
    return f"participant {key.participant} from block {key.from_block} {until}"


# 11.
def _tables(case: _Case) -> str:
    for difference in case.evidence.table_differences:
        raise _differ("{difference}.", difference=difference)
    return "every row agrees"


# 12.
def _values(case: _Case) -> str:
    return _kept(case, files=False)


# 13.
def _files(case: _Case) -> str:
    return _kept(case, files=True)


def _kept(case: _Case, *, files: bool) -> str:
    here = [value for value in case.evidence.values if value.is_file == files]
    for value in here:
        about: dict[str, Any] = {"label": value.label, "subject": value.subject, "commitment": value.commitment}
        if value.trouble:
            raise _differ("The {label} of {subject}: {trouble}.", trouble=value.trouble, **about)
        if value.value is not None:
            try:
                check_commitment(value.commitment, value.value, value.salt)
            except OcopTraceError as error:
                template = "The {label} of {subject} is not what was recorded ({commitment})."
                raise _differ(template, **about) from error
        anchors = case.evidence.anchors.get(value.commitment, ())
        if not any(label == value.label and (uris is None or value.subject in uris) for label, uris in anchors):
            raise _differ("No record names {commitment} as the {label} of {subject}.", **about)
    kept = {value.commitment for value in case.evidence.values}
    gone = sum(
        1
        for commitment, anchors in case.evidence.anchors.items()
        if commitment not in kept and any((label in _FILES) == files for label, _ in anchors)
    )
    return f"{len(here)} kept" + (f", {gone} erased" if gone else "")


_FILES: Final = frozenset({"picture", "file"})
"""Labels of what is kept as a file."""


# 14.
def _stamps(case: _Case) -> str:
    if case.evidence.stamp is not None:
        return _one_stamp(case.evidence.stamp)
    count = 0
    for run in case.evidence.runs:
        if run.filled < run.count and (run.filled or run.seeded is not None):
            template = "{run}: the tables hold {found} of its {count} stamps. Let a server or a rebuild bring the rest."
            raise _differ(template, run=run.name, found=run.filled, count=run.count)
        if run.filled and run.stored is None:
            raise _differ("{run} has no stamps in the tables.", run=run.name)
        if run.stored is not None:
            _check_root(run, run.stored, "the tables hold")
            count += run.stored.count
    return f"{count} stamps in {len(case.evidence.runs)} runs"


def _check_root(run: RunEvidence, found: Tally, whose: str) -> None:
    if found.count != run.count:
        template = "{run} counts {count} stamps, and {whose} {found}."
        raise _differ(template, run=run.name, count=run.count, whose=whose, found=found.count)
    if found.root != decode_base64url(run.root):
        raise _differ("{run}: the stamps that {whose} do not lead to the root on record.", run=run.name, whose=whose)


def _one_stamp(stamp: StampEvidence) -> str:
    """Check the inclusion proof of the stamp that was asked for (RFC 9162, section 2.1.3)."""
    if stamp.proof is None:
        raise _differ("{trouble}", trouble=stamp.trouble)
    stamp_proofs.check(stamp.proof)
    return f"one stamp of {stamp.proof.size}, by {len(stamp.proof.path)} hashes"


# 15.
def _seeds(case: _Case) -> str:
    if case.evidence.stamp is not None:
        return _one_seed(case.evidence.stamp)
    count = 0
    for run in case.evidence.runs:
        if run.trouble:
            raise _differ("{run}: {trouble}", run=run.name, trouble=run.trouble)
        if run.seeded is not None:
            _check_root(run, run.seeded, "the seed brings")
            count += 1
    return f"{count} seeds"


def _one_seed(stamp: StampEvidence) -> str:
    """Check that the seed has the very stamp in its place."""
    if stamp.trouble:
        raise _differ("{trouble}", trouble=stamp.trouble)
    if stamp.seeded is None:
        return "0 seeds"
    if stamp.proof is None or stamp.seeded != stamp.proof.serial:
        raise _differ("The seed of its run brings stamp {serial} in its place.", serial=stamp.seeded)
    return "1 seed"


CHECKS: Final[tuple[tuple[str, Callable[[_Case], str]], ...]] = (
    ("Ledger: the tables belong to this contract", _ledger),
    ("Blocks: the chain still has the blocks that were read", _blocks),
    ("Logs: none is missing, altered, moved or added", _logs),
    ("Documents: they open, and events are named by their hash", _documents),
    ("Signers: each was entitled to what it signed", _signers),
    ("Sequences: histories run without a gap", _sequences),
    ("Quantities: nothing gave more than it held", _quantities),
    ("Heads: folded histories are those of the contract", _heads),
    ("Balances: quantities are those of the contract", _balances),
    ("Keys: they are those of the contract", _keys),
    ("Tables: every row is what the logs say", _tables),
    ("Values: texts open their commitments", _values),
    ("Files: pictures and files open their commitments", _files),
    ("Stamps: they lead to the roots on record", _stamps),
    ("Seeds: they bring back the same stamps", _seeds),
)
"""Title and check, numbered from 1 as at the top of this module."""
