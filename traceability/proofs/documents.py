"""Documents as they go on chain: a JSON array in canonical form, compressed together.

A blob is one version byte and a raw DEFLATE stream (RFC 1951). Version 0 uses no dictionary, version 1 the preset
dictionary no. 1. No documents at all are the empty blob. A reader trusts nothing: it bounds what it inflates, wants
the stream to end where the blob ends, and wants the text to be the one canonical spelling of its value.
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from traceability.errors import InvalidInputError, VerificationError
from traceability.proofs.canonical_json import canonical, parse
from traceability.proofs.dictionary import DICTIONARY_1

__all__ = ["MAX_BLOB_BYTES", "MAX_INFLATED_BYTES", "canonical", "pack", "unpack", "unpack_texts"]

MAX_INFLATED_BYTES: Final = 1 << 20
"""No blob may unpack to more than 1 MiB, so that a hostile one cannot fill a reader's memory."""

MAX_BLOB_BYTES: Final = 419_430
"""More calldata than 2^24 gas (EIP-7825) can pay for at 40 gas a byte (EIP-7623)."""

_PLAIN, _DICTIONARY_1 = 0, 1


def pack(documents: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the blob of some documents, in their order.

    Raises InvalidInputError when a value is not JSON's (see `canonical`) or the documents are too large for one
    submission.
    """
    if not documents:
        return b""
    text = canonical(documents)
    if len(text) > MAX_INFLATED_BYTES:
        template = "The documents are {size} bytes long; one submission takes {limit}. Record them in parts."
        raise InvalidInputError(template, size=len(text), limit=MAX_INFLATED_BYTES)
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_DEFAULT_STRATEGY, DICTIONARY_1)
    blob = bytes([_DICTIONARY_1]) + compressor.compress(text) + compressor.flush()
    if len(blob) > MAX_BLOB_BYTES:
        template = "The documents are {size} bytes long packed; one transaction takes {limit}. Record them in parts."
        raise InvalidInputError(template, size=len(blob), limit=MAX_BLOB_BYTES)
    return blob


def unpack(blob: bytes) -> list[dict[str, Any]]:
    """Return the documents of a blob.

    Raises VerificationError when the blob is of an unknown version, too large, cut short, followed by anything, or
    when its text is not the canonical JSON of an array of objects.
    """
    return [document for document, _ in unpack_texts(blob)]


def unpack_texts(blob: bytes) -> list[tuple[dict[str, Any], bytes]]:
    """Return the documents of a blob, each with its canonical text. Raises like `unpack`."""
    if not blob:
        return []
    text = _inflate(blob)
    try:
        documents = parse(text)
        if not isinstance(documents, list) or not documents or not all(isinstance(item, dict) for item in documents):
            raise VerificationError("A documents blob holds an array of objects.")
        texts = [canonical(document) for document in documents]
    except InvalidInputError as error:
        raise VerificationError("The documents are not JSON that we read: {reason}", reason=str(error)) from error
    if b"[%b]" % b",".join(texts) != text:
        raise VerificationError("The documents are not in canonical JSON.")
    return list(zip(documents, texts, strict=True))


def _inflate(blob: bytes) -> bytes:
    if (size := len(blob)) > MAX_BLOB_BYTES:
        raise VerificationError("The blob is {size} bytes long; the limit is {limit}.", size=size, limit=MAX_BLOB_BYTES)
    version = blob[0]
    if version not in (_PLAIN, _DICTIONARY_1):
        raise VerificationError("This reader does not know documents of version {version}.", version=version)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS, DICTIONARY_1 if version == _DICTIONARY_1 else b"")
    try:
        text = inflater.decompress(blob[1:], MAX_INFLATED_BYTES + 1)
    except zlib.error as error:
        raise VerificationError("The blob does not inflate: {reason}.", reason=str(error)) from error
    if len(text) > MAX_INFLATED_BYTES:
        raise VerificationError("The documents are larger than {limit} bytes.", limit=MAX_INFLATED_BYTES)
    if not inflater.eof or inflater.unused_data:
        reason = "is followed by something" if inflater.eof else "is cut short"
        raise VerificationError("The blob {reason}.", reason=reason)
    return text
