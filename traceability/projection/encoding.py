"""How touches lie in a column: 64 bytes each, the subject's key and the packed terms, as the contract takes them."""

from collections.abc import Iterable

from traceability.errors import StorageError
from traceability.proofs.history import Touch

TOUCH_BYTES = 64
"""A 32-byte key and a 32-byte word of terms."""


def pack_touches(touches: Iterable[Touch]) -> bytes:
    """Return touches one behind the other."""
    return b"".join(touch.subject + touch.terms.to_bytes(32, "big") for touch in touches)


def unpack_touches(data: bytes) -> tuple[Touch, ...]:
    """Return the touches of a column.

    Raises:
        StorageError: the column was cut.
        VerificationError: a word of terms is none.
    """
    if len(data) % TOUCH_BYTES:
        raise StorageError("A row of touches is {length} bytes long, which was never written.", length=len(data))
    pieces = (data[place : place + TOUCH_BYTES] for place in range(0, len(data), TOUCH_BYTES))
    return tuple(Touch.from_terms(piece[:32], int.from_bytes(piece[32:], "big")) for piece in pieces)
