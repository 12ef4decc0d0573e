"""Salted commitments: how a record vouches for a fact that must stay erasable.

Free text, pictures, files, names and addresses never go on chain. The record carries only the SHA-256 of a random
salt and the value. While salt and value are kept off chain, anyone who is shown them can check the record; once both
are erased, nothing can be learnt from it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from hmac import compare_digest

from traceability.errors import InvalidInputError, VerificationError

SALT_BYTES = 16
"""128 random bits for each value: guessing a value without its salt is hopeless."""


def commit(value: bytes | str, salt: bytes) -> str:
    """Return base64url(SHA-256(salt || value)) without padding; text is taken in UTF-8.

    Raises InvalidInputError when the salt is not 16 bytes long.
    """
    if len(salt) != SALT_BYTES:
        raise InvalidInputError("A salt is {expected} bytes long, not {length}.", expected=SALT_BYTES, length=len(salt))
    data = value.encode() if isinstance(value, str) else value
    return encode_base64url(sha256(salt + data).digest())


def check_commitment(commitment: str, value: bytes | str, salt: bytes) -> None:
    """Return quietly when a value and its salt open a commitment, raise VerificationError when they do not."""
    if not compare_digest(commit(value, salt).encode(), commitment.encode()):
        raise VerificationError("The value kept beside the record is not what was recorded.", commitment=commitment)


def encode_base64url(data: bytes) -> str:
    """Return base64url text without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """Return the bytes of an unpadded base64url text. Raises VerificationError when it is spelled otherwise."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:
        raise VerificationError("{text} is not base64url.", text=text) from error
    if encode_base64url(data) != text:
        raise VerificationError("{text} is not base64url.", text=text)
    return data
