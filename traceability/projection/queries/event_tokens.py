"""Tokens that lead to the next page: where the last one ended, bound to the question that was asked.

A token says up to which event the answer goes, so that events recorded meanwhile do not appear in it. It holds no
secret and opens nothing; the digest keeps it from being used for another question by mistake.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from traceability.errors import InvalidInputError, VerificationError
from traceability.proofs.commitments import decode_base64url, encode_base64url

FIELD: Final = "nextPageToken"

_DIGEST_BYTES: Final = 12
_LONGEST: Final = 4_000


def write_token(question: object, content: Sequence[Any]) -> str:
    """Return the token of a question (anything with a faithful `repr`) that holds plain values."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return encode_base64url(_digest(question, body) + body)


def read_token(question: object, token: str) -> list[Any]:
    """Return what a token holds. Raises InvalidInputError for one that is not of this question."""
    try:
        data = decode_base64url(token) if len(token) <= _LONGEST else b""
        body = data[_DIGEST_BYTES:]
        if data[:_DIGEST_BYTES] != _digest(question, body):
            raise ValueError(token)
        content = json.loads(body)
    except (ValueError, VerificationError) as error:
        template = "This token is not of this question. Ask again from the first page."
        raise InvalidInputError(template, field=FIELD) from error
    return list(content)


def _digest(question: object, body: bytes) -> bytes:
    return sha256(repr(question).encode() + b"\0" + body).digest()[:_DIGEST_BYTES]
