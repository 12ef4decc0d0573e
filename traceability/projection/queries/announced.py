"""Recalls that are signed but that the tables do not hold yet, since the node is down or slow.

Nobody should eat what was called back an hour ago because a node rests. A signed recall therefore counts from the
moment it lies in the outbox, for the lot and for everything made from it, until the tables hold it or the chain refuses
it. The lifting of a recall, on the other hand, counts only once the chain has it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection, func, or_, select

from traceability.domain.ledger import Kind
from traceability.domain.records import EventRecord
from traceability.errors import OcopTraceError
from traceability.projection import schema
from traceability.projection.encoding import unpack_touches
from traceability.projection.reading import open_blob
from traceability.projection.stores import WAITING
from traceability.proofs.history import Touch

NEWEST = 256
"""How many of the newest rows of the outbox may have landed in a block that the tables have not reached."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedRecall:
    """A recall on its way into the tables.

    Args:
        signer: address of the key that signed it.
        event: what its document says, or None where nobody here understands it.
    """

    signer: str
    event: EventRecord | None


Announced: TypeAlias = Mapping[str, SignedRecall]
"""Subject key to the newest recall of it that is on its way."""


def signed_recalls(connection: Connection, height: int) -> dict[str, SignedRecall]:
    """Return the recalls that are on their way: in the outbox, or in a block beyond `height`, where the tables are."""
    outbox = schema.outbox.c
    newest = select(func.max(outbox.id) - NEWEST).scalar_subquery()
    ahead = (outbox.id > newest) & (outbox.state == "landed") & (outbox.block_number > height)
    wanted = select(outbox.id, outbox.signer, outbox.touches, outbox.documents).order_by(outbox.id)
    found: dict[str, SignedRecall] = {}
    for row in connection.execute(wanted.where(or_(outbox.state.in_(WAITING), ahead))):
        try:
            touches = unpack_touches(row.touches)
        except OcopTraceError as error:
            _log.warning("Row %d of the outbox cannot be read: %s", row.id, error)
            continue
        for touch in touches:
            if touch.kind == Kind.RECALL:
                found[touch.subject.hex()] = SignedRecall(row.signer, _event(row.documents, touch))
    return found


def _event(documents: bytes, touch: Touch) -> EventRecord | None:
    first = touch.first_document
    told = open_blob(bytes(documents)).documents[first : first + touch.document_count]
    return next((one.record for one in told if isinstance(one.record, EventRecord)), None)
