"""What the services need from the world, as protocols.

A service never imports web3, SQLAlchemy or Flask: it is handed objects that keep these promises. The chain adapter
implements `Ledger`, the projection adapter implements the stores, and `bootstrap` puts them together. Values that cross
these doors are plain frozen dataclasses.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol, Self

from traceability.errors import OcopTraceError
from traceability.proofs.history import Balance, SubjectState, Touch


class Clock(Protocol):
    """The only place time comes from, so that a test can stand still."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


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


class KeyStore(Protocol):
    """Participants' private keys, encrypted at rest. Signing happens inside; a key never leaves."""

    def create(self) -> str:
        """Make a new secp256k1 key at random, keep it encrypted, and return its checksummed address."""
        ...

    def holds(self, address: str) -> bool:
        """Tell whether this store can sign for an address."""
        ...

    def sign(self, address: str, digest: bytes) -> bytes:
        """Sign a 32-byte digest (EIP-712) and return r||s||v, 65 bytes.

        Raises NotFoundError when the key lies elsewhere.
        """
        ...

    def seal(self, secret: bytes, *, purpose: str) -> bytes:
        """Encrypt a small secret, which opens for the same purpose only."""
        ...

    def unseal(self, sealed: bytes, *, purpose: str) -> bytes:
        """Return what was sealed. Raises StorageError when it was changed, or sealed for another purpose."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetJob:
    """Stamps to print on A4 sheets; every text is finished for reading."""

    grid: Mapping[str, str]
    """Either `preset` (a name of `Printer.presets`) or columns, rows and lengths in millimetres, as typed."""
    product: str
    lot: str
    produced: str = ""
    expires: str = ""
    calibration: bool = False
    """Begin with a page of rulers and outlines."""
    crop_marks: bool = True
    start: str = "1"
    """The first free place on the first sheet."""


class Printer(Protocol):
    """Puts links on paper."""

    @property
    def presets(self) -> Mapping[str, Mapping[str, str]]:
        """Grids of common label stock, by name such as `25x25`."""
        ...

    def sheets(self, target: BinaryIO, stamps: Iterable[tuple[str, str, str]], job: SheetJob) -> int:
        """Write a PDF of stamps given as (absolute link, serial, number in the run); return its pages.

        Raises InvalidInputError naming the number of the grid to change.
        """
        ...

    def qr_svg(self, link: str) -> str:
        """Return a link's QR code as an SVG drawing."""
        ...

    def qr_png(self, link: str, module_px: int = 8) -> bytes:
        """Return a link's QR code as a PNG. Raises InvalidInputError for a size out of reason."""
        ...


class Blobs(Protocol):
    """Content-addressed store for pictures and files: erasable, never on chain."""

    def put(self, data: bytes, media_type: str) -> str:
        """Keep bytes and return their SHA-256 in hexadecimal."""
        ...

    def get(self, digest: str) -> tuple[bytes, str]:
        """Return bytes and media type. Raises NotFoundError when erased or unknown."""
        ...

    def erase(self, digest: str) -> None:
        """Delete the bytes for good."""
        ...


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


class Pictures(Protocol):
    """Makes a picture that was sent safe to keep."""

    def __call__(self, data: bytes) -> tuple[bytes, str]:
        """Return the picture encoded anew, without metadata, and its media type.

        Raises InvalidInputError when it is none.
        """
        ...


class Indexer(Protocol):
    """Brings the projection up to the chain."""

    def advance(self) -> int:
        """Read new blocks, rewinding first where the chain disagrees; return the projected height. Thread-safe."""
        ...

    def rebuild(self) -> int:
        """Drop every derived row and project the whole chain again; return the number of records."""
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
