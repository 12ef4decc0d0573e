"""What the verifier judges: the sayings of chain, contract and tables, side by side, as plain values.

Whoever can provide `Evidence` (a `Source`) can have it verified: our own tables through `projection.evidence`, or a
second reader's.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from traceability.domain.ledger import Balance
from traceability.proofs.history import SubjectState
from traceability.proofs.replay import Entry, Key
from traceability.proofs.stamp_proofs import StampProof

Progress = Callable[[int, int], None]
"""Told what is done and what there is."""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A value that is kept off the chain.

    Args:
        commitment: base64url, as it stands in a document.
        salt: 16 bytes.
        value: what it commits to; None where files are not looked at.
        label: what it is kept as.
        subject: URI of what it speaks of.
        is_file: a picture or file rather than a text.
        trouble: what is wrong with the way it is kept, or empty.
    """

    commitment: str
    salt: bytes
    value: bytes | None
    label: str
    subject: str
    is_file: bool
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Some stamps, as far as a Merkle tree tells: how many there are, and the root over them."""

    count: int
    root: bytes


@dataclass(frozen=True, slots=True)
class RunEvidence:
    """A run of stamps: the root on record, the stamps that lie in the tables, and those that the seed brings back.

    Args:
        name: the words by which a reader finds it.
        count: stamps on record.
        root: on record, base64url.
        filled: how many stamps the tables claim to hold.
        stored: the stamps in the tables; None where there are not all of them, or none is to be.
        seeded: the stamps that the seed brings back; None where no seed is kept here.
        trouble: why a seed does not open, or is not there although stamps are.
    """

    name: str
    count: int
    root: str
    filled: int
    stored: Tally | None
    seeded: Tally | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class StampEvidence:
    """One stamp: the proof that the tables give of it, and the serial that the seed has in its place.

    `seeded` is None where no seed is kept here; `trouble` says why a proof cannot be made or a seed not opened.
    """

    proof: StampProof | None
    seeded: str | None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the chain, the contract and the tables say, side by side.

    Args:
        ledger: what identifies ledger and projectors, as (name, in the tables, in truth).
        blocks: block number to (hash in the tables, hash on the chain).
        log_differences: how the logs in the tables differ from those of the chain.
        entries: the logs of the chain, in its order.
        documents: the documents of each submission with the name of its log; None where the blob does not open.
        scope: subjects that are verified; None for all.
        states: what the contract stores of each subject.
        balances: what the contract stores of each balance.
        keys: what the contract says of each key, and its participant's capacities.
        table_differences: how the other rows differ from what the logs say.
        values: what is kept off the chain.
        anchors: commitment to the (label, subject URIs) under which documents name it; None as URIs allows any.
        runs: runs of stamps; none where only one stamp is to be verified.
        stamp: the one stamp to verify, or None.
    """

    ledger: Sequence[tuple[str, str, str]]
    blocks: Mapping[int, tuple[str, str]]
    log_differences: Sequence[str]
    entries: Sequence[Entry]
    documents: Sequence[tuple[str, Sequence[Mapping[str, Any]] | None]]
    scope: Collection[bytes] | None
    states: Mapping[bytes, SubjectState]
    balances: Mapping[bytes, Balance]
    keys: Mapping[str, tuple[Key, int]]
    table_differences: Sequence[str]
    values: Sequence[KeptValue]
    anchors: Mapping[str, Sequence[tuple[str, Collection[str] | None]]]
    runs: Sequence[RunEvidence]
    stamp: StampEvidence | None = None


class Source(Protocol):
    """Provides evidence. Reads only."""

    def everything(self, progress: Progress | None = None) -> Evidence:
        """Return the evidence of everything. Raises ChainError or StorageError when it cannot be had."""
        ...

    def lot(self, ref: str) -> Evidence:
        """Return the evidence of a lot and all it rests on. Raises NotFoundError, too."""
        ...

    def stamp(self, link: str) -> Evidence:
        """Return the evidence of a stamp and its lot. Raises NotFoundError, too."""
        ...

    def names_stamp(self, ref: str) -> bool:
        """Tell whether a reference is that of a stamp rather than of a lot."""
        ...
