"""An account that pays for transactions: the operator's and the relayer's.

It asks the node what a message costs, which is also a rehearsal that brings up the contract's refusal before anything
is paid; takes the next number; has the key store sign; and sends. The number is taken and used under one lock, so that
two threads never claim the same.
"""

import time
from threading import Lock
from typing import Final

from traceability.chain.node import TRANSACTION_GAS_CAP, Call, Node, NonceTakenError, RawReceipt, too_large
from traceability.chain.transactions import Transaction
from traceability.errors import ChainError
from traceability.ports import KeyStore

GAS_MARGIN: Final = 1.2
"""Other transactions may land first and make ours dearer: a bitmap word still empty, a balance no longer zero."""

NONCE_ATTEMPTS: Final = 5
"""How often a number that another process took is replaced by the next one."""

FIRST_POLL: Final = 0.05
LONGEST_POLL: Final = 1.0
"""Seconds between two looks for a receipt; they double from the first to the longest."""


class PayingAccount:
    """Signs and sends transactions from one address. Safe for threads.

    Args:
        node: the chain.
        keys: holds the private key.
        address: checksummed; must have funds where gas is not free.
    """

    def __init__(self, node: Node, keys: KeyStore, address: str) -> None:
        self._node = node
        self._keys = keys
        self.address = address
        self._lock = Lock()

    def send(self, to: str | None, data: bytes) -> bytes:
        """Send a message as a transaction and return its hash.

        Raises:
            RevertedError: the contract would refuse it; nothing was sent.
            ContractRefusedError: it needs more gas than a transaction may use.
            ChainError: the node is down or did not take it.
        """
        gas = self._gas(Call(self.address, to, data))
        fees = self._node.fees()
        with self._lock:
            for attempt in range(NONCE_ATTEMPTS):
                nonce = self._node.nonce(self.address)
                transaction = Transaction(self._node.chain_id, nonce, fees.tip, fees.most, gas, to, data)
                try:
                    return self._node.send(transaction.sign(self._keys, self.address))
                except NonceTakenError:
                    time.sleep(FIRST_POLL * attempt)
        template = (
            "The transaction number of {address} was taken {times} times in a row: does another program use this key?"
        )
        raise ChainError(template, address=self.address, times=NONCE_ATTEMPTS)

    def _gas(self, call: Call) -> int:
        needed = self._node.estimate(call)
        if needed > TRANSACTION_GAS_CAP:
            raise too_large(needed)
        return min(int(needed * GAS_MARGIN), TRANSACTION_GAS_CAP)

    def wait(self, transaction_hash: bytes, seconds: float) -> RawReceipt:
        """Return the receipt, waiting for it if need be. Raises ChainError when there is none in time."""
        deadline, pause = time.monotonic() + seconds, FIRST_POLL
        while (receipt := self._node.receipt(transaction_hash)) is None:
            if time.monotonic() > deadline:
                template = "The transaction 0x{hash} was not mined within {seconds} seconds; it may be later."
                raise ChainError(template, hash=transaction_hash.hex(), seconds=seconds)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_POLL)
        return receipt
