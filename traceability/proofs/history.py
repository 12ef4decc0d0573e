"""A subject's history as a hash chain: the arithmetic that the contract does and that every reader can repeat.

Each touch of a subject replaces its 24-byte *head* by a hash over the old head, the touch, its place in the history,
the documents it came with and its signer. Whoever folds all touches from the logs and arrives at the one head that
the contract stores knows that the history is complete, unaltered and in order. The layout is docs/format.md,
"Histories".
"""

from dataclasses import dataclass
from hashlib import sha256

from traceability.domain.ledger import CREATING, USING_UP, Balance, Capacity, Kind, Status
from traceability.errors import InvalidInputError, VerificationError

__all__ = [
    "CREATING",
    "GENESIS_HEAD",
    "HEAD_BYTES",
    "USING_UP",
    "Balance",
    "Capacity",
    "Kind",
    "Status",
    "SubjectState",
    "Touch",
    "fold",
    "subject_key",
]

HEAD_BYTES = 24
"""Heads are the first 192 bits of a SHA-256, so that a subject's state fits one storage slot."""

KEY_BYTES = 32
"""A subject's key is a whole SHA-256."""

GENESIS_HEAD = bytes(HEAD_BYTES)
"""The head of a subject that nothing has touched."""

_FIELDS = (
    ("kind", 8),
    ("amount", 72),
    ("counterparty", 32),
    ("sequence", 24),
    ("first_document", 16),
    ("document_count", 16),
)
"""The fields of `Terms` from the low end, with their widths in bits; the upper bits are zero."""

_USED_BITS = sum(width for _, width in _FIELDS)


@dataclass(frozen=True, slots=True)
class Touch:
    """One thing done to one subject.

    Args:
        subject: the subject's 32-byte key, see `subject_key`.
        kind: what is done.
        amount: a quantity in the product's base unit, or a number of stamps; below 2^72.
        counterparty: the number of the receiving participant, for SHIP; otherwise 0.
        sequence: the place in the subject's history that this touch claims, from 1; 0 claims none.
        first_document: index in the submission's documents of the first one that concerns this touch.
        document_count: how many documents concern it.

    Raises:
        InvalidInputError: a number does not fit its field, or the subject is not 32 bytes long.
    """

    subject: bytes
    kind: Kind
    amount: int = 0
    counterparty: int = 0
    sequence: int = 0
    first_document: int = 0
    document_count: int = 0

    def __post_init__(self) -> None:
        """Refuse what would not fit, before it is silently cut."""
        if (length := len(self.subject)) != KEY_BYTES:
            raise InvalidInputError("A subject's key is 32 bytes long, not {length}.", field="subject", length=length)
        for name, width in _FIELDS:
            number = int(getattr(self, name))
            if not 0 <= number < 1 << width:
                template = "{name} is {number}, which does not fit {width} bits."
                raise InvalidInputError(template, field=name, name=name, number=number, width=width)

    @property
    def terms(self) -> int:
        """Return the fields packed into one 256-bit word, as the contract takes them."""
        word = shift = 0
        for name, width in _FIELDS:
            word |= int(getattr(self, name)) << shift
            shift += width
        return word

    @classmethod
    def from_terms(cls, subject: bytes, terms: int) -> "Touch":
        """Read a packed word back. Raises VerificationError when it names no kind or uses bits that must be zero."""
        if terms < 0 or terms >> _USED_BITS:
            raise VerificationError("A touch uses bits that must be zero: {terms:#x}.", field="terms", terms=terms)
        values: dict[str, int] = {}
        for name, width in _FIELDS:
            values[name] = terms & ((1 << width) - 1)
            terms >>= width
        number = values.pop("kind")
        if number not in _KIND_NUMBERS:
            raise VerificationError("There is no kind of touch with number {number}.", field="kind", number=number)
        return cls(subject, Kind(number), **values)


_KIND_NUMBERS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class SubjectState:
    """What the contract stores of a subject in its first slot.

    Args:
        head: 24 bytes, the fold of its history.
        sequence: how many touches it has had; 0 where it is unknown.
        owner: number of the participant that has custody.
        status: recalled, in transit, retired.
    """

    head: bytes
    sequence: int
    owner: int
    status: Status


UNKNOWN_SUBJECT = SubjectState(GENESIS_HEAD, 0, 0, Status(0))
"""What the contract answers for a key that nothing has touched."""


def subject_key(uri: str) -> bytes:
    """Return the 32-byte key of a subject: the SHA-256 of its canonical URI in UTF-8."""
    return sha256(uri.encode()).digest()


def fold(head: bytes, touch: Touch, sequence: int, documents_hash: bytes, signer: str) -> bytes:
    """Return the head that a touch leaves behind.

    Args:
        head: the 24-byte head before, `GENESIS_HEAD` for the first touch.
        touch: as it was logged, the claimed sequence included.
        sequence: the place that this touch takes in the history, 1 for the first.
        documents_hash: SHA-256 of the submission's whole documents blob.
        signer: the address that authored the submission, `0x` and 40 hexadecimal digits.

    Six 32-byte words are hashed, exactly `abi.encode(bytes32(head), subject, terms, sequence, documentsHash, signer)`
    in Solidity.
    """
    words = (
        head.ljust(32, b"\0"),
        touch.subject,
        touch.terms.to_bytes(32, "big"),
        sequence.to_bytes(32, "big"),
        documents_hash,
        bytes.fromhex(signer.removeprefix("0x")).rjust(32, b"\0"),
    )
    return sha256(b"".join(words)).digest()[:HEAD_BYTES]
