"""A log as a row, and back: what was logged is kept whole, so that histories can be folded again without the chain."""

from typing import Any

from traceability.errors import StorageError
from traceability.ports import (
    CapacitiesChanged,
    KeyAdded,
    KeyRevoked,
    LedgerLog,
    LogPosition,
    ParticipantAdmitted,
    Recorded,
)
from traceability.projection.encoding import pack_touches, unpack_touches
from traceability.projection.rows import Row

RECORDED = "recorded"
ADMITTED = "admitted"
CAPACITIES = "capacities"
KEY_ADDED = "key_added"
KEY_REVOKED = "key_revoked"


def record_row(number: int, log: LedgerLog) -> dict[str, Any]:
    """Return the row of `record` that keeps a log; what a log does not have is empty."""
    blank = {"signer": "", "operation": "0", "touches": b"", "documents": b"", "participant": 0, "opaque": ""}
    blank |= {"subject": "", "capacities": 0, "address": "", "from_block": "0"}
    return {"id": number} | _place(log.position) | blank | _content(log)


def _content(log: LedgerLog) -> dict[str, Any]:
    if isinstance(log, Recorded):
        touches = pack_touches(log.touches)
        authored = {"type": RECORDED, "signer": log.signer, "operation": str(log.operation)}
        return authored | {"touches": touches, "documents": log.documents}
    fields: dict[str, Any] = {"participant": log.participant}
    if isinstance(log, ParticipantAdmitted):
        return fields | {"type": ADMITTED, "subject": log.subject.hex(), "capacities": log.capacities}
    if isinstance(log, CapacitiesChanged):
        return fields | {"type": CAPACITIES, "capacities": log.capacities}
    name = KEY_ADDED if isinstance(log, KeyAdded) else KEY_REVOKED
    return fields | {"type": name, "address": log.key, "from_block": str(log.from_block)}


def log_of(row: Row) -> LedgerLog:
    """Return the log that a row of `record` keeps.

    Raises:
        StorageError: the row keeps no log: it was altered.
        VerificationError: its touches are none.
    """
    try:
        position = _position(row)
        kind, number = row["type"], row["participant"]
        if kind == RECORDED:
            touches = unpack_touches(bytes(row["touches"]))
            return Recorded(position, row["signer"], int(row["operation"]), touches, bytes(row["documents"]))
        if kind == ADMITTED:
            return ParticipantAdmitted(position, number, bytes.fromhex(row["subject"]), row["capacities"])
        if kind == CAPACITIES:
            return CapacitiesChanged(position, number, row["capacities"])
        key, from_block = row["address"], int(row["from_block"])
        if kind == KEY_ADDED:
            return KeyAdded(position, number, key, from_block)
        if kind == KEY_REVOKED:
            return KeyRevoked(position, number, key, from_block)
    except (ValueError, TypeError) as error:
        raise _altered(row) from error
    raise _altered(row)


def _altered(row: Row) -> StorageError:
    return StorageError("Record {number} was altered: it keeps no log.", number=row["id"])


def _place(position: LogPosition) -> dict[str, Any]:
    return {
        "block_number": position.block_number,
        "block_hash": position.block_hash.hex(),
        "block_time": position.block_time,
        "transaction_hash": position.transaction_hash.hex(),
        "log_index": position.log_index,
    }


def _position(row: Row) -> LogPosition:
    return LogPosition(
        row["block_number"],
        bytes.fromhex(row["block_hash"]),
        row["block_time"],
        bytes.fromhex(row["transaction_hash"]),
        row["log_index"],
    )
