"""From a log of the ledger to rows: the one place where the chain is turned into tables.

`Projector.project` takes the logs in chain order. It keeps each log, folds the histories of the subjects that a
submission touches, and hands what the documents say to `facts`. It depends on nothing but the logs and the namespace,
so that the same chain gives the same rows: now, after a rebuild, and in the verifier.
"""

from collections.abc import Iterable
from typing import Any

from traceability.domain.ledger import CREATING, Kind
from traceability.ports import (
    CapacitiesChanged,
    KeyAdded,
    KeyRevoked,
    LedgerLog,
    ParticipantAdmitted,
    Recorded,
)
from traceability.projection import epcis_facts, facts, schema, trade
from traceability.projection.histories import apply, unknown_subject
from traceability.projection.logs import record_row
from traceability.projection.names import read_uri
from traceability.projection.reading import ReadDocument, open_blob, subjects_of
from traceability.projection.rows import Rows
from traceability.projection.submissions import Author, Submission, Touched
from traceability.proofs.history import Touch, subject_key

NO_CHANGE_AHEAD = (1 << 63) - 1
"""Block numbers beyond this (the contract takes up to 2^64 - 1) are kept as this: no chain will get there."""


class Projector:
    """Turns logs into rows.

    Args:
        rows: where rows are read and put.
        namespace: URI space of products, lots and parties without a GS1 number.
        events: whether events are made ready to be found by questions to the EPCIS repository.
    """

    def __init__(self, rows: Rows, namespace: str, *, events: bool = True) -> None:
        """Remember where rows go."""
        self.rows = rows
        self._events = events
        self._namespace = namespace

    def project(self, log: LedgerLog) -> int:
        """Project one log and return its record's number. Logs come in the order of the chain, each once."""
        number = schema.record_number(log.position.block_number, log.position.log_index)
        self.rows.begin_block(log.position.block_number)
        if isinstance(log, Recorded):
            self._submission(number, log)
        else:
            self._registry(number, log)
        return number

    # ----------------------------------------------------------------------------------------------------- participants
    def _registry(self, number: int, log: ParticipantAdmitted | CapacitiesChanged | KeyAdded | KeyRevoked) -> None:
        rows = self.rows
        if isinstance(log, ParticipantAdmitted):
            self._admit(number, log)
        elif isinstance(log, CapacitiesChanged):
            if (known := rows.get(schema.participant, log.participant)) is not None:
                rows.put(schema.participant, {**known, "capacities": log.capacities})
        elif isinstance(log, KeyAdded):
            key = {"address": log.key, "participant": log.participant, "until_block": None, "added_id": number}
            rows.put(schema.participant_key, key | {"from_block": min(log.from_block, NO_CHANGE_AHEAD)})
        elif (known := rows.get(schema.participant_key, log.key)) is not None:
            until = min(log.from_block, NO_CHANGE_AHEAD)
            rows.put(schema.participant_key, {**known, "until_block": until})
        rows.add(schema.record, record_row(number, log))

    def _admit(self, number: int, log: ParticipantAdmitted) -> None:
        key = log.subject.hex()
        blank = {"uri": "", "code": "", "kind": "", "gln": "", "commitments": "{}"}
        numbers = {"number": log.participant, "capacities": log.capacities, "admitted_id": number}
        self.rows.put(schema.participant, {"subject": key, **blank, **numbers})
        known = self.rows.get(schema.subject, key) or unknown_subject(key)
        self.rows.put(schema.subject, {**known, "participant": log.participant})

    # ------------------------------------------------------------------------------------------------------ submissions
    def _submission(self, number: int, log: Recorded) -> None:
        rows, blob = self.rows, open_blob(log.documents)
        author = self._author(log.signer)
        told = {"participant": author.participant, "opaque": blob.opaque}
        rows.add(schema.record, record_row(number, log) | told)
        for position, document in enumerate(blob.documents):
            rows.add(schema.document, facts.document_row(number, position, document))
            if self._events:
                epcis_facts.tell(rows, number, position, document, log.position.block_time)
        submission = Submission(number, log.touches, blob.documents, author)
        touched = [
            self._touch(submission, position, touch, blob.hash, log.signer)
            for position, touch in enumerate(log.touches)
        ]
        trade.connect(rows, submission, touched)
        for one in touched:
            facts.tell(rows, submission, one)

    def _author(self, signer: str) -> Author:
        key = self.rows.get(schema.participant_key, signer)
        if key is None:
            return Author(0, 0)
        participant = self.rows.get(schema.participant, key["participant"])
        return Author(key["participant"], participant["capacities"] if participant else 0)

    def _touch(
        self, submission: Submission, position: int, touch: Touch, documents_hash: bytes, signer: str
    ) -> Touched:
        rows, author, key = self.rows, submission.author, touch.subject.hex()
        before = rows.get(schema.subject, key) or unknown_subject(key)
        after = apply(before, touch, documents_hash, signer, author.participant)
        documents = submission.documents_of(touch)
        name = read_uri(before["uri"] or _own_uri(touch.subject, documents), self._namespace)
        after |= {"uri": name.uri, "type": name.type if name.uri else "", "updated_id": submission.number}
        after["created_id"] = before["created_id"] or submission.number
        custodian = touch.kind in CREATING or author.participant == before["owner"]
        if touch.kind == Kind.RECALL:
            after["open_recall"] = after["sequence"]
        elif touch.kind == Kind.SHIP:
            after["open_shipment"] = after["sequence"]
        elif touch.kind == Kind.LIFT:
            after["open_recall"] = 0
        elif touch.kind == Kind.RECEIVE:
            after["open_shipment"] = 0
        rows.put(schema.subject, after)
        rows.add(schema.touch, _touch_row(submission, position, touch, after, custodian=custodian))
        return Touched(position, touch, name, before, after, custodian, documents)


def _own_uri(subject: bytes, documents: Iterable[ReadDocument]) -> str:
    """Return the URI whose key a subject is, as far as one of its documents names it."""
    uris = (uri for document in documents for uri in subjects_of(document.members))
    return next((uri for uri in uris if subject_key(uri) == subject), "")


def _touch_row(
    submission: Submission, position: int, touch: Touch, after: dict[str, Any], *, custodian: bool
) -> dict[str, Any]:
    return {
        "subject": after["key"],
        "sequence": after["sequence"],
        "record_id": submission.number,
        "position": position,
        "kind": int(touch.kind),
        "amount": str(touch.amount),
        "counterparty": touch.counterparty,
        "claimed": touch.sequence,
        "first_document": touch.first_document,
        "document_count": touch.document_count,
        "head": after["head"],
        "participant": submission.author.participant,
        "capacities": submission.author.capacities,
        "custodian": int(custodian),
    }
