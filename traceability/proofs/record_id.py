"""The name of a record: what pages link to, error declarations point at and revocations revoke.

Nobody chooses it. An EPCIS event is named by its CBV 2.0 event hash, every other document by the SHA-256 of its
canonical text as a `ni` URI (RFC 6920); so the name follows from the record and need not be kept on the chain.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from traceability.domain.epcis import EVENT_TYPES
from traceability.proofs.canonical_json import canonical
from traceability.proofs.event_hash import event_hash


def record_id(document: Mapping[str, Any]) -> str:
    """Return the identifier of a document as it stands on the chain.

    An event that declares another to be in error has the identifier of the event that it withdraws, since the event
    hash leaves out `errorDeclaration`.

    Raises:
        InvalidInputError: the document is no JSON that can be hashed.
    """
    if document.get("type") in EVENT_TYPES:
        return event_hash(document)
    return f"ni:///sha-256;{sha256(canonical(document)).hexdigest()}"
