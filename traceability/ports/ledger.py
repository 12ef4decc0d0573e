"""The chain as services see it: the contract, its logs as typed values, and what carries records there and back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from traceability.errors import OcopTraceError
from traceability.proofs.history import Balance, SubjectState, Touch


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block as the indexer needs it: enough to notice that the chain has changed its mind."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class LogPosition:
    """Where a log stands on the chain; `(block_hash, log_index)` is its identity."""

    block_number: int
    block_hash: bytes
    block_time: int
    transaction_hash: bytes
    log_index: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """One submission as it was logged: `Recorded(address,uint256,Touch[],bytes)`."""

    position: LogPosition
    signer: str
    """Checksummed address (EIP-55)."""
    operation: int
    """The relayed nonce, zero for a submission sent by its own signer."""
    touches: tuple[Touch, ...]
    documents: bytes
    """The blob exactly as logged: version byte and raw DEFLATE."""


@dataclass(frozen=True, slots=True)
class ParticipantAdmitted:
    """A participant was admitted by the operator."""

    position: LogPosition
    participant: int
    subject: bytes
    capacities: int


@dataclass(frozen=True, slots=True)
class CapacitiesChanged:
    """What a participant may do was changed by the operator."""

    position: LogPosition
    participant: int
    capacities: int


@dataclass(frozen=True, slots=True)
class KeyAdded:
    """A key speaks for a participant from a block on."""

    position: LogPosition
    participant: int
    key: str
    from_block: int


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """A key speaks for its participant no more, from a block on."""

    position: LogPosition
    participant: int
    key: str
    from_block: int


LedgerLog = Recorded | ParticipantAdmitted | CapacitiesChanged | KeyAdded | KeyRevoked


@dataclass(frozen=True, slots=True)
class KeyState:
    """What the contract says of a key: participant 0 means that it speaks for nobody."""

    participant: int
    capacities: int
    from_block: int
    until_block: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction."""

    transaction_hash: bytes
    block_number: int
    succeeded: bool
    gas_used: int


@dataclass(frozen=True, slots=True)
class SignedSubmission:
    """A submission with its author's EIP-712 signature, ready to be relayed by anyone."""

    signer: str
    operation: int
    deadline: int
    """Unix seconds after which the contract refuses it."""
    touches: tuple[Touch, ...]
    documents: bytes
    signature: bytes


class Ledger(Protocol):
    """The `ProvenanceLedger` contract on some chain.

    Only the write path and the indexer talk to it; a scan never does.
    """

    @property
    def chain_id(self) -> int:
        """EIP-155 chain id."""
        ...

    @property
    def address(self) -> str:
        """The contract's checksummed address."""
        ...

    @property
    def deployed_at(self) -> int:
        """The block in which the contract was created: logs are read from here."""
        ...

    def height(self) -> int:
        """Return the number of the newest block. Raises ChainError when the node is down."""
        ...

    def block(self, number: int) -> BlockRef:
        """Return one block. Raises ChainError when there is none of that number."""
        ...

    def logs(self, first: int, last: int) -> Iterator[LedgerLog]:
        """Yield the contract's logs of blocks `first` to `last` inclusive, in chain order."""
        ...

    def subject(self, key: bytes) -> SubjectState:
        """Return head, sequence, owner and status; sequence 0 where the subject is unknown."""
        ...

    def balance(self, key: bytes) -> Balance:
        """Return declared, consumed and stamped quantity and the pending receiver."""
        ...

    def key(self, address: str) -> KeyState:
        """Return which participant a key speaks for."""
        ...

    def is_used(self, signer: str, operation: int) -> bool:
        """Tell whether a relayed operation has landed."""
        ...

    def landed_in(self, signer: str, operation: int) -> int | None:
        """Return the block in which a relayed operation landed, whoever sent it, or None where it has not."""
        ...

    def check(self, submission: SignedSubmission) -> None:
        """Dry-run a submission (eth_call).

        Raises RuleViolationError, NotAuthorisedError or ContractRefusedError, with the contract's arguments.
        """
        ...

    def relay(self, submission: SignedSubmission) -> bytes:
        """Send a signed submission in a transaction paid by the relayer and return its hash.

        Raises like `check`, or ChainError.
        """
        ...

    def receipt(self, transaction_hash: bytes) -> Receipt | None:
        """Return the receipt, or None while there is none."""
        ...

    def knows(self, transaction_hash: bytes) -> bool:
        """Tell whether a transaction is mined or waits to be: one that a node has lost must be sent again."""
        ...

    def admit(self, subject: bytes, capacities: int, key: str, touches: Sequence[Touch], documents: bytes) -> int:
        """Admit a participant and submit its first record in one operator transaction.

        Return the participant's number.
        """
        ...

    def set_capacities(self, participant: int, capacities: int) -> None:
        """Change what a participant may do."""
        ...

    def add_key(self, participant: int, key: str, from_block: int) -> None:
        """Let a key speak for a participant from a block on (0: at once)."""
        ...

    def revoke_key(self, key: str, from_block: int) -> None:
        """Silence a key from a block on (0: at once); what it signed before stays valid."""
        ...

    def submit_as_operator(self, touches: Sequence[Touch], documents: bytes) -> bytes:
        """Submit a record in the operator's own transaction and return its hash."""
        ...


class Flushed(Protocol):
    """What came of a flush."""

    @property
    def refused(self) -> Mapping[int, OcopTraceError]:
        """The contract's reason for each outbox row that it will never have."""
        ...


class Relayer(Protocol):
    """Carries signed submissions from the outbox to the chain."""

    def flush(self, wait: float = 0.0) -> Flushed:
        """Send what is queued and settle what landed or was refused; look for receipts for `wait` seconds.

        A node that is down is no error here: the rows wait.
        """
        ...


class Indexer(Protocol):
    """Brings the projection up to the chain."""

    def advance(self) -> int:
        """Read new blocks, rewinding first where the chain disagrees; return the projected height. Thread-safe."""
        ...

    def fill(
        self, progress: Callable[[int, int], None] | None = None, *, stop: Callable[[], bool] = lambda: False
    ) -> int:
        """Bring in the stamps of long runs whose record is projected; return how many were written.

        `progress` is told how many stamps are done, and of how many; the work ends once `stop` says yes, and goes on
        from there the next time. `advance` brings in short runs by itself. Thread-safe, and works beside `advance`.
        """
        ...

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Drop every derived row and project the whole chain again with all stamps; return the number of records.

        `progress` is told how many stamps are done, and of how many.
        """
        ...
