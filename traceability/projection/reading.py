"""Documents as the projection takes them from a submission: read where they can be read, kept as they are where not.

Anybody who is admitted may write to the contract with a program of his own. A blob that does not open or a document
that says nothing we know never stops the indexer: it is kept, marked *opaque* with the reason, and shown as such in a
full history.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from traceability.domain.epcis import EVENT_TYPES
from traceability.domain.event_records import read_event
from traceability.domain.naming import canonical, identifiers
from traceability.domain.records import Record
from traceability.domain.records import read as read_record
from traceability.errors import OcopTraceError
from traceability.proofs.canonical_json import parse
from traceability.proofs.documents import unpack_texts
from traceability.proofs.record_id import record_id

_TROUBLE = (OcopTraceError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)
"""Whatever a hostile document may bring a reader to raise."""

_REASON_LENGTH = 200

SHORT = 1024
"""Longest blob, in bytes, of which many are kept open."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document of a submission.

    Args:
        body: canonical JSON.
        record: what it says, or None where nobody here understands it.
        event_id: its CBV 2.0 event hash, or `ni:///sha-256;...` of the body where it is no EPCIS event.
        type: as it says itself.
        opaque: why it could not be read; empty where it could.
        members: the document as JSON values.
    """

    body: str
    record: Record | None
    event_id: str
    type: str
    opaque: str
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Blob:
    """A submission's documents, or the reason why the blob did not open."""

    documents: tuple[ReadDocument, ...]
    hash: bytes
    opaque: str

    @property
    def members(self) -> list[Mapping[str, Any]]:
        """The documents as JSON values."""
        return [document.members for document in self.documents]


def open_blob(blob: bytes) -> Blob:
    """Return the documents of a blob; never raises."""
    return _opened(blob) if len(blob) <= SHORT else _opened_long(blob)


def _open(blob: bytes) -> Blob:
    digest = sha256(blob).digest()
    try:
        return Blob(tuple(_read(document, text) for document, text in unpack_texts(blob)), digest, "")
    except _TROUBLE as error:
        return Blob((), digest, _reason(error))


_opened = lru_cache(maxsize=2048)(_open)
_opened_long = lru_cache(maxsize=16)(_open)
"""What was opened lately. A captured document of a thousand events takes megabytes of memory, a single one nothing."""


@lru_cache(maxsize=4096)
def read_body(body: str) -> Record | None:
    """Return what a stored document says, or None where nobody here understands it."""
    try:
        return _record(parse(body.encode()))
    except _TROUBLE:
        return None


def subjects_of(members: Mapping[str, Any]) -> Iterator[str]:
    """Yield the URIs that a document may be about: as they are written, and in their canonical form."""
    if isinstance(uri := members.get("id"), str):
        yield uri
    for uri in identifiers(members):
        yield uri
        yield canonical(uri)


def _record(members: Mapping[str, Any]) -> Record:
    return read_event(members) if members.get("type") in EVENT_TYPES else read_record(members)


def _read(members: dict[str, Any], body: bytes) -> ReadDocument:
    kind = members.get("type")
    record, opaque = None, ""
    identifier = f"ni:///sha-256;{sha256(body).hexdigest()}"  # RFC 6920, as `record_id` has it
    try:
        if kind in EVENT_TYPES:
            identifier = record_id(members)
        record = _record(members)
    except _TROUBLE as error:
        opaque = _reason(error)
    return ReadDocument(body.decode(), record, identifier, kind if isinstance(kind, str) else "", opaque, members)


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_REASON_LENGTH]
