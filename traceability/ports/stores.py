"""Stores of what is nowhere else: the outbox, erasable values, seeds of stamps and log-ins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from traceability.ports.api import ApiKeys, NamedQueries
from traceability.ports.jobs import JobStore
from traceability.ports.ledger import SignedSubmission


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A signed submission that is on its way. The row is committed before anything is sent."""

    id: int
    key: str
    """The caller's idempotency key."""
    submission: SignedSubmission
    state: str
    """queued, sent, landed or refused."""
    transaction_hash: bytes | None
    attempts: int
    error: str
    result: str = ""
    """What the caller was told of, as `Outbox.add` took it."""


class Outbox(Protocol):
    """Signed submissions between the decision and the chain."""

    def next_operation(self, signer: str) -> int:
        """Reserve the next relayed nonce of a signer, densely, so that the contract's bitmap word is already in use."""
        ...

    def find(self, key: str) -> OutboxRow | None:
        """Return the row of an idempotency key, if there is one."""
        ...

    def add(self, key: str, submission: SignedSubmission, result: str) -> OutboxRow:
        """Commit a signed submission; `result` is kept as it is, for the caller to be told the same again.

        Raises AlreadyExistsError for a key in use.
        """
        ...

    def pending(self) -> Sequence[OutboxRow]:
        """Return queued and sent rows, oldest first."""
        ...

    def mark_sent(self, row_id: int, transaction_hash: bytes) -> None:
        """Remember the transaction that carries a row."""
        ...

    def mark_landed(self, row_id: int, block_number: int) -> None:
        """The contract has it."""
        ...

    def mark_refused(self, row_id: int, reason: str) -> None:
        """The contract will never have it."""
        ...

    def replace(self, row_id: int, submission: SignedSubmission) -> None:
        """Put a newly signed submission in the place of one whose deadline nears; the operation stays the same."""
        ...

    def count(self) -> int:
        """Return how many rows are queued or sent."""
        ...


@dataclass(frozen=True, slots=True)
class Erasable:
    """A value kept off chain behind a salted commitment: free text (`text`) or a blob (`blob` is its SHA-256)."""

    commitment: str
    """base64url of SHA-256(salt || value), as it stands in the document."""
    salt: bytes
    subject: str
    """Canonical URI of the subject it speaks of."""
    label: str
    """name, address, phone, note, picture ..."""
    text: str | None = None
    blob: str | None = None
    media_type: str = "text/plain"


class Erasables(Protocol):
    """The values behind commitments. `rebuild` leaves them alone; erasing deletes value and salt."""

    def add(self, values: Sequence[Erasable]) -> None:
        """Keep values; committed together with the outbox row that anchors them."""
        ...

    def get(self, commitment: str) -> Erasable | None:
        """Return a value, or None when it was erased or never known here."""
        ...

    def erase(self, commitment: str) -> None:
        """Delete value and salt for good."""
        ...

    def all(self) -> Iterator[Erasable]:
        """Yield everything that is still there."""
        ...


@dataclass(frozen=True, slots=True)
class SealedSeed:
    """The encrypted seed of a stamp run."""

    lot: str
    run: int
    count: int
    sealed: bytes


class Seeds(Protocol):
    """Seeds of stamp runs, encrypted at rest; with the chain they bring every serial back."""

    def add(self, seed: SealedSeed) -> None:
        """Keep a seed before its run is recorded."""
        ...

    def get(self, lot: str, run: int) -> SealedSeed:
        """Return one. Raises NotFoundError."""
        ...

    def remove(self, lot: str, run: int) -> None:
        """Delete the seed of a run that was never recorded."""
        ...

    def all(self) -> Iterator[SealedSeed]:
        """Yield every seed."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """A log-in. The password is kept as an Argon2id hash."""

    id: int
    name: str
    role: str
    """cooperative, inspector or operator."""
    participant: int
    password_hash: str
    language: str
    active: bool
    failed_attempts: int
    locked_until: datetime | None
    session_epoch: int
    """Raised by a password change or by disabling, so that old sessions end."""


class Accounts(Protocol):
    """Log-ins."""

    def add(self, name: str, role: str, participant: int, password_hash: str, language: str) -> Account:
        """Make an account. Raises AlreadyExistsError."""
        ...

    def by_name(self, name: str) -> Account | None:
        """Find by log-in name, ignoring case."""
        ...

    def by_id(self, account_id: int) -> Account | None:
        """Find by number."""
        ...

    def all(self) -> Sequence[Account]:
        """Return every account by name."""
        ...

    def save(self, account: Account) -> None:
        """Store changed fields of an account."""
        ...


class UnitOfWork(Protocol):
    """One database transaction over the stores that are not derived."""

    @property
    def outbox(self) -> Outbox:
        """Signed submissions on their way."""
        ...

    @property
    def erasables(self) -> Erasables:
        """The values behind commitments."""
        ...

    @property
    def seeds(self) -> Seeds:
        """Seeds of stamp runs."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Log-ins."""
        ...

    @property
    def jobs(self) -> JobStore:
        """Long work."""
        ...

    @property
    def api_keys(self) -> ApiKeys:
        """Keys of programs from outside."""
        ...

    @property
    def named_queries(self) -> NamedQueries:
        """Questions that have a name."""
        ...

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *exc: object) -> None:
        """Commit, or roll back when an exception passes."""
        ...


class Database(Protocol):
    """The projection's database as services see it."""

    def begin(self) -> UnitOfWork:
        """Open a unit of work: `with database.begin() as work: work.outbox.add(...)`."""
        ...

    def look(self) -> UnitOfWork:
        """Open a unit of work that changes nothing, and waits for no other."""
        ...
