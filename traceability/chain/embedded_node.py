"""The embedded chain seen as a `Node`.

The same questions that a JSON-RPC node answers are asked of the chain in this process, and each transaction that is
sent becomes a block of its own.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import rlp
from eth_bloom.bloom import BloomFilter
from eth_hash.auto import keccak
from eth_utils.address import to_canonical_address, to_checksum_address

from traceability.chain.embedded import EmbeddedChain, Execution, FailedExecutionError, MinedBlock
from traceability.chain.node import TRANSACTION_GAS_CAP, Call, Fees, RawLog, RawReceipt, RevertedError, too_large
from traceability.errors import ContractRefusedError
from traceability.ports import BlockRef, LogPosition

BASE_GAS: Final = 21_000
FLOOR_PER_TOKEN: Final = 10
TOKENS_PER_BYTE: Final = 4
"""Call data has a floor price (EIP-7623): 10 gas a token, a zero byte is one token and any other byte is four."""


class EmbeddedNode:
    """A `Node` over an `EmbeddedChain`; each transaction that is sent becomes a block. Safe for threads."""

    def __init__(self, chain: EmbeddedChain) -> None:
        self.chain = chain

    @property
    def chain_id(self) -> int:
        """EIP-155 chain id."""
        return self.chain.chain_id

    def height(self) -> int:
        """Return the number of the newest block on the disk."""
        return int(self.chain.head().block_number)

    def block(self, number: int) -> BlockRef:
        """Return one block. Raises ChainError when there is none of that number."""
        header = self.chain.header(number)
        return BlockRef(header.block_number, header.hash, header.parent_hash, header.timestamp)

    def logs(self, address: str, first: int, last: int, topics: Sequence[bytes | None] = ()) -> Iterator[RawLog]:
        """Yield a contract's logs block by block, each block under the chain's lock for a moment only."""
        wanted = to_canonical_address(address)
        for number in range(first, min(last, self.height()) + 1):
            header = self.chain.header(number)
            if wanted in BloomFilter(header.bloom):
                for log in _logs(self.chain.mined_under(header), wanted):
                    if all(topic is None or topic == found for topic, found in zip(topics, log.topics, strict=False)):
                        yield log

    def call(self, call: Call) -> bytes:
        """Execute on top of the newest block without a trace. Raises RevertedError."""
        execution = self.chain.execute(call.sender, call.to, call.data, TRANSACTION_GAS_CAP)
        if not execution.succeeded:
            raise _refusal(execution)
        return execution.output

    def estimate(self, call: Call) -> int:
        """Return the most that a transaction may use: it costs nobody anything here, and `send` is the rehearsal.

        Raises:
            ContractRefusedError: the call data alone would need more than a transaction may use.
        """
        zeros = call.data.count(0)
        floor = BASE_GAS + FLOOR_PER_TOKEN * (zeros + TOKENS_PER_BYTE * (len(call.data) - zeros))
        if floor > TRANSACTION_GAS_CAP:
            raise too_large(floor)
        return TRANSACTION_GAS_CAP

    def nonce(self, address: str) -> int:
        """Return the number of the next transaction of an account."""
        return self.chain.transaction_count(address)

    def fees(self) -> Fees:
        """Return twice the base fee, which covers six full blocks in a row, and no tip: nobody has to be bid for."""
        return Fees(most=2 * self.chain.next_base_fee(), tip=0)

    def send(self, raw: bytes) -> bytes:
        """Put a signed transaction in a block of its own and return its hash when that block is on the disk.

        Raises:
            RevertedError: it would have failed; no block was made and the transaction's number is still free.
            ContractRefusedError: it would have needed more gas than a transaction may use; likewise.
        """
        try:
            return self.chain.mine([raw], keep_failures=False)[0]
        except FailedExecutionError as failure:
            raise _refusal(failure.execution) from failure

    def receipt(self, transaction_hash: bytes) -> RawReceipt | None:
        """Return the receipt, or None when the transaction was not mined."""
        place = self.chain.place(transaction_hash)
        if place is None:
            return None
        number, index = place
        block = self.chain.mined(number)
        receipt = block.receipts[index]
        before = block.receipts[index - 1].gas_used if index else 0
        return RawReceipt(
            transaction_hash=transaction_hash,
            block_number=number,
            succeeded=receipt.state_root == b"\x01",
            gas_used=int(receipt.gas_used - before),
            contract=self._created(number, index),
            logs=tuple(log for log in _logs(block) if log.position.transaction_hash == transaction_hash),
        )

    def _created(self, number: int, index: int) -> str | None:
        transaction = self.chain.transaction(number, index)
        if transaction.to:
            return None
        encoded: bytes = rlp.encode([transaction.sender, transaction.nonce])
        return to_checksum_address(keccak(encoded)[12:])

    def knows(self, transaction_hash: bytes) -> bool:
        """Tell whether the transaction is mined: here nothing ever waits."""
        return self.chain.place(transaction_hash) is not None

    def close(self) -> None:
        """Let go of the chain's file."""
        self.chain.close()


def _refusal(execution: Execution) -> ContractRefusedError:
    """Return the error for a message that did not go through: its gas ran out, or the contract refused."""
    if execution.gas_used >= TRANSACTION_GAS_CAP:
        return too_large(execution.gas_used)
    return RevertedError(execution.output)


def _logs(block: MinedBlock, address: bytes | None = None) -> Iterator[RawLog]:
    """Yield the logs of a block, of one contract or of all, numbered through the block as JSON-RPC numbers them."""
    header, index = block.header, 0
    for transaction_hash, receipt in zip(block.transaction_hashes, block.receipts, strict=True):
        for log in receipt.logs:
            if address is None or log.address == address:
                position = LogPosition(header.block_number, header.hash, header.timestamp, transaction_hash, index)
                yield RawLog(position, tuple(topic.to_bytes(32, "big") for topic in log.topics), bytes(log.data))
            index += 1
