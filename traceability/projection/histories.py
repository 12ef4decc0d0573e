"""What a touch does to the two slots that the contract keeps of a subject, said once more in Python.

The contract has checked that the touch was allowed; here its effect is repeated, so that the tables hold what the
contract holds. The verifier compares both, slot by slot.
"""

from typing import Any

from traceability.domain.ledger import CREATING, Kind, Status
from traceability.projection.rows import Row
from traceability.proofs.history import GENESIS_HEAD, Touch, fold


def unknown_subject(key: str) -> dict[str, Any]:
    """Return the row of a subject that nothing has touched."""
    return {
        "key": key,
        "uri": "",
        "type": "",
        "head": GENESIS_HEAD.hex(),
        "sequence": 0,
        "owner": 0,
        "status": 0,
        "declared": "0",
        "consumed": "0",
        "stamped": "0",
        "receiver": 0,
        "created_id": 0,
        "updated_id": 0,
        "participant": 0,
        "open_recall": 0,
        "open_shipment": 0,
    }


def apply(before: Row, touch: Touch, documents_hash: bytes, signer: str, participant: int) -> dict[str, Any]:
    """Return a subject's row after a touch by a participant's key.

    Args:
        before: the subject's row.
        touch: as logged.
        documents_hash: SHA-256 of the submission's blob.
        signer: the key that authored the submission.
        participant: the number of the participant for which that key speaks.
    """
    sequence = before["sequence"] + 1
    head = fold(bytes.fromhex(before["head"]), touch, sequence, documents_hash, signer)
    after = {**before, "head": head.hex(), "sequence": sequence}
    _move_quantity(after, touch)
    _move_custody(after, touch, participant)
    _change_status(after, touch)
    return after


def _move_quantity(row: dict[str, Any], touch: Touch) -> None:
    if touch.kind in CREATING or touch.kind == Kind.CORRECT:
        row["declared"] = str(touch.amount)
    elif touch.kind in (Kind.CONSUME, Kind.WITHDRAW):
        row["consumed"] = str(int(row["consumed"]) + touch.amount)
    elif touch.kind == Kind.STAMP:
        row["stamped"] = str(int(row["stamped"]) + touch.amount)


def _move_custody(row: dict[str, Any], touch: Touch, participant: int) -> None:
    if touch.kind in CREATING:
        row["owner"] = participant
    elif touch.kind == Kind.SHIP:
        row["receiver"] = touch.counterparty
    elif touch.kind == Kind.RECEIVE:
        row["owner"], row["receiver"] = participant, 0


def _change_status(row: dict[str, Any], touch: Touch) -> None:
    sets = {Kind.RECALL: Status.RECALLED, Kind.SHIP: Status.IN_TRANSIT, Kind.RETIRE: Status.RETIRED}
    clears = {Kind.LIFT: Status.RECALLED, Kind.RECEIVE: Status.IN_TRANSIT}
    row["status"] = int((row["status"] | sets.get(touch.kind, 0)) & ~clears.get(touch.kind, 0))
