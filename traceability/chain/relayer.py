"""The sending half of the outbox: what was signed and committed gets to the chain, once, whatever is killed in between.

A row is sent when the database has it already, so nothing is lost; and its operation number lands at most once,
because the contract says so, so nothing is done twice. In between the relayer may die anywhere. On the next round it
asks the chain, not its memory: a receipt, or the contract's word that the operation is used, means landed; a
transaction that the node still holds means wait; everything else means sign a new transaction around the same
submission and send it. A refusal by the contract is final and is kept with its reason; a node that is down is no
refusal.

Rows that touch the same subject keep their order: a later one is held back until the earlier one has landed, since it
may build on it.
"""

import logging
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Event, RLock
from typing import Final

from traceability.chain.node import NodeRefusedError
from traceability.errors import ChainError, ContractRefusedError, NotAuthorisedError, OcopTraceError, RuleViolationError
from traceability.ports import Database, Ledger, OutboxRow

log = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 10
"""Transactions of one row that were mined and failed although the rehearsal went well, before it is given up."""

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
"""Seconds between two attempts while the node is down; they double from the first to the longest."""

LOOK_AGAIN: Final = 0.1
"""Seconds between two looks for receipts while `flush` waits."""


class _Outcome(Enum):
    LANDED = auto()
    REFUSED = auto()
    WAITING = auto()


@dataclass(slots=True)
class Flushed:
    """What came of a flush.

    Args:
        landed: ids of the rows that the chain now has.
        refused: the contract's reason for each row that it will never have.
        waiting: how many rows are still on their way.
        trouble: why not everything could be sent: the node is down, or will not take a transaction.
    """

    landed: list[int] = field(default_factory=list)
    refused: dict[int, OcopTraceError] = field(default_factory=dict)
    waiting: int = 0
    trouble: ChainError | None = None


class Relayer:
    """Sends what is pending in the outbox. Safe for threads; several processes do no harm but pay twice.

    Args:
        database: holds the outbox; every step is committed by itself.
        ledger: the contract, with an account that pays.
        poll: seconds between two rounds of `run`.
    """

    def __init__(self, database: Database, ledger: Ledger, poll: float = 1.0) -> None:
        self._database = database
        self._ledger = ledger
        self._poll = poll
        self._lock = RLock()

    def flush(self, wait: float = 0.0) -> Flushed:
        """Send everything that is pending now and say what became of each row.

        A node that is down is no error here: `Flushed.trouble` names it, the rows are safe and will be sent.

        Args:
            wait: seconds for which to go on looking for receipts; on the embedded chain every row has landed, or is
                refused, without waiting.
        """
        total, deadline = Flushed(), time.monotonic() + wait
        while True:
            with self._lock:
                moved = self._round(total)
            if total.trouble or not total.waiting:
                return total
            if not moved:
                if time.monotonic() >= deadline:
                    return total
                time.sleep(LOOK_AGAIN)

    def run(self, stop: Event) -> None:
        """Flush again and again until `stop` is set; with longer and longer pauses while the node is down."""
        pause = self._poll
        while not stop.is_set():
            try:
                trouble: OcopTraceError | None = self.flush().trouble
            except OcopTraceError as error:  # the database: it may come back like the node
                trouble = error
            if trouble is None:
                pause = self._poll
            else:
                pause = min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)
                log.warning("Nothing can be relayed for now, next attempt in %.0f s: %s", pause, trouble)
            stop.wait(pause)

    def _round(self, total: Flushed) -> bool:
        """Take every pending row one step on, oldest first; tell whether any landed or was refused."""
        with self._database.begin() as work:
            rows = work.outbox.pending()
        held: set[bytes] = set()
        moved = False
        total.waiting = 0
        try:
            for row in rows:
                subjects = {touch.subject for touch in row.submission.touches}
                outcome = _Outcome.WAITING if subjects & held else self._advance(row, total)
                if outcome is _Outcome.WAITING:
                    held |= subjects
                    total.waiting += 1
                else:
                    moved = True
        except ChainError as error:
            total.trouble = error
            with self._database.begin() as work:
                total.waiting = work.outbox.count()
        return moved

    def _advance(self, row: OutboxRow, total: Flushed) -> _Outcome:
        """Find out where a row stands, and send it unless it is there or on its way."""
        if row.transaction_hash is not None:
            receipt = self._ledger.receipt(row.transaction_hash)
            if receipt is None and self._ledger.knows(row.transaction_hash):
                return _Outcome.WAITING
            if receipt is not None and receipt.succeeded:
                return self._landed(row, receipt.block_number, total)
            if receipt is not None and row.attempts >= MOST_ATTEMPTS:
                return self._refused(row, ContractRefusedError("It failed {times} times.", times=row.attempts), total)
        return self._send(row, total)

    def _send(self, row: OutboxRow, total: Flushed) -> _Outcome:
        """Send a row in a new transaction; on the embedded chain it has landed when this returns."""
        try:
            transaction_hash = self._ledger.relay(row.submission)
        except NodeRefusedError as trouble:
            total.trouble = trouble  # not a verdict of the contract, and no reason to hold up other rows
            return _Outcome.WAITING
        except (RuleViolationError, NotAuthorisedError) as refusal:
            return self._refused(row, refusal, total)
        with self._database.begin() as work:
            work.outbox.mark_sent(row.id, transaction_hash)
        receipt = self._ledger.receipt(transaction_hash)
        if receipt is not None and receipt.succeeded:
            return self._landed(row, receipt.block_number, total)
        return _Outcome.WAITING

    def _landed(self, row: OutboxRow, block: int, total: Flushed) -> _Outcome:
        with self._database.begin() as work:
            work.outbox.mark_landed(row.id, block)
        total.landed.append(row.id)
        return _Outcome.LANDED

    def _refused(self, row: OutboxRow, refusal: OcopTraceError, total: Flushed) -> _Outcome:
        """Believe a refusal unless the operation has landed, in a transaction that was forgotten or somebody else's."""
        block = self._ledger.landed_in(row.submission.signer, row.submission.operation)
        if block is not None:
            return self._landed(row, block, total)
        if refusal.facts.get("contract_error") == "OperationAlreadyUsed":
            return _Outcome.WAITING  # a node that looks ahead: the block is about to be made
        with self._database.begin() as work:
            work.outbox.mark_refused(row.id, str(refusal))
        total.refused[row.id] = refusal
        return _Outcome.REFUSED
