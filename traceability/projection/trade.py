"""What touches do to lots, as rows: lineage, recalls, shipments and stamps."""

from typing import Final

from traceability.domain.ledger import Kind
from traceability.domain.records import EventRecord, StampMarkRecord, StampRunRecord
from traceability.domain.stamp_life import MarkKind
from traceability.projection import schema
from traceability.projection.names import LOT
from traceability.projection.rows import Row, Rows
from traceability.projection.submissions import Submission, Touched

_FILLS = {Kind.PRODUCE: Kind.CONSUME, Kind.DEPOSIT: Kind.WITHDRAW}
"""Which kind of touch brings a lot into being, and which kind feeds it."""


# -------------------------------------------------------------------------------------------------------------- lineage
def connect(rows: Rows, submission: Submission, touched: list[Touched]) -> None:
    """Put which lots went into which: those whose touches share a document, or all of the submission where none do."""
    for child in touched:
        feeding = _FILLS.get(child.touch.kind)
        if feeding is None:
            continue
        feeders = [one for one in touched if one.touch.kind == feeding and one.key != child.key]
        amounts: dict[str, int] = {}
        for parent in [one for one in feeders if _share(child, one)] or feeders:
            amounts[parent.key] = amounts.get(parent.key, 0) + parent.touch.amount
        for key, amount in amounts.items():
            row = {"child": child.key, "parent": key, "amount": str(amount), "record_id": submission.number}
            rows.add(schema.lineage, row)
            child.parents.append(key)


def _share(one: Touched, other: Touched) -> bool:
    """Whether two touches of a submission are about a common document."""
    a, b = one.touch, other.touch
    first = max(a.first_document, b.first_document)
    return first < min(a.first_document + a.document_count, b.first_document + b.document_count)


def parents_of(rows: Rows, touched: Touched) -> list[Row]:
    """Return the rows of the lots that a new lot was made from, those of them that are lots."""
    found = (rows.get(schema.lot, key) for key in touched.parents)
    return [row for row in found if row is not None]


# ------------------------------------------------------------------------------------------------ recalls and shipments
def tell(rows: Rows, submission: Submission, touched: Touched) -> None:
    """Put what a touch does by its kind."""
    kind, number, participant = touched.touch.kind, submission.number, submission.author.participant
    if kind == Kind.RECALL:
        _recall(rows, submission, touched)
    elif kind == Kind.LIFT:
        known = rows.get(schema.recall, touched.key, touched.before["open_recall"])
        if known is not None:
            rows.put(schema.recall, {**known, "lifted_id": number, "lifted_by": participant})
    elif kind == Kind.SHIP:
        row = {"subject": touched.key, "sequence": touched.sequence, "sender": participant, "record_id": number}
        rows.put(schema.shipment, row | {"receiver": touched.touch.counterparty, "ended_id": None, "ended_by": 0})
    elif kind == Kind.RECEIVE:
        known = rows.get(schema.shipment, touched.key, touched.before["open_shipment"])
        if known is not None:
            rows.put(schema.shipment, {**known, "ended_id": number, "ended_by": participant})
    elif kind == Kind.STAMP and touched.name.type == LOT:
        _issue(rows, submission, touched)


def _recall(rows: Rows, submission: Submission, touched: Touched) -> None:
    event = next((doc.record for doc in touched.documents if isinstance(doc.record, EventRecord)), None)
    row = {
        "subject": touched.key,
        "sequence": touched.sequence,
        "reason": event.reason if event else "",
        "note": next(iter(event.commitments.get("note", ())), "") if event else "",
        "participant": submission.author.participant,
        "record_id": submission.number,
        "lifted_id": None,
        "lifted_by": 0,
    }
    rows.put(schema.recall, row)


# --------------------------------------------------------------------------------------------------------------- stamps
def _issue(rows: Rows, submission: Submission, touched: Touched) -> None:
    """Put a run whose document agrees with its touch. Its stamps come from its seed: `filler`."""
    run = next((doc.record for doc in touched.documents if isinstance(doc.record, StampRunRecord)), None)
    if run is None or run.count != touched.touch.amount or rows.get(schema.stamp_run, touched.key, run.run):
        return
    row = {"lot": touched.key, "run": run.run, "count": run.count, "root": run.root, "opened": 0, "filled": 0}
    rows.put(schema.stamp_run, row | {"record_id": submission.number, "position": touched.position})


_INSPECTORS_MAY: Final = frozenset({MarkKind.VOIDED, MarkKind.RESTORED})
"""What an inspector may say of stamps on goods that others have."""


def mark(rows: Rows, submission: Submission, touched: Touched, record: StampMarkRecord, position: int) -> None:
    """Put what was said of stamps: by those whose word counts, about a run that there is."""
    run = rows.get(schema.stamp_run, touched.key, record.run)
    counts = touched.custodian or (submission.author.inspects and record.kind in _INSPECTORS_MAY)
    if run is None or not counts or not 1 <= record.first <= record.last <= run["count"]:
        return
    row = {
        "lot": touched.key,
        "sequence": touched.sequence,
        "position": position,
        "kind": record.kind.value,
        "run": record.run,
        "first": record.first,
        "last": record.last,
        "reason": record.reason,
        "medium": record.medium,
        "codes": int(record.codes),
        "participant": submission.author.participant,
        "custodian": int(touched.custodian),
        "record_id": submission.number,
    }
    rows.add(schema.stamp_mark, row)
