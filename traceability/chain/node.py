"""What the ledger client needs from a chain, whichever it is: the `Node` protocol and the plain values that cross it.

`EmbeddedNode` answers from the chain in our own process and `RpcNode` asks a node over JSON-RPC. Nothing above this
protocol knows the difference, so every rule of the write path is tested on both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from traceability.errors import ChainError, ContractRefusedError
from traceability.ports import BlockRef, LogPosition

TRANSACTION_GAS_CAP: Final = 1 << 24
"""The most gas that a transaction may ask for (EIP-7825)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message to the chain, before it becomes a transaction.

    Args:
        sender: checksummed address it comes from.
        to: checksummed address of the contract, or None to create one.
        data: ABI-encoded function and arguments, or creation code.
    """

    sender: str
    to: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class RawLog:
    """A log as the chain keeps it: 32-byte topics and data, not decoded."""

    position: LogPosition
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class RawReceipt:
    """What became of a transaction, with its logs.

    Args:
        contract: checksummed address of the contract that it created, if it created one.
    """

    transaction_hash: bytes
    block_number: int
    succeeded: bool
    gas_used: int
    contract: str | None
    logs: tuple[RawLog, ...]


@dataclass(frozen=True, slots=True)
class Fees:
    """What a gas unit may cost at most, and what the block's maker gets of it, in wei (EIP-1559)."""

    most: int
    tip: int


class RevertedError(ContractRefusedError):
    """A call was reverted; `data` is what the contract returned, the ABI encoding of its error."""

    def __init__(self, data: bytes) -> None:
        super().__init__("The contract refused: 0x{data}.", data=data.hex())
        self.data = data


class NodeRefusedError(ChainError):
    """The node answered, and will not do this: other questions and other transactions may fare better."""


class NonceTakenError(NodeRefusedError):
    """Another transaction of the same account has the number already: sign anew with the next one."""


def too_large(gas: int) -> ContractRefusedError:
    """Return the error for a message that no single transaction may carry (EIP-7825)."""
    template = "This needs {gas} gas and a transaction may use {cap}: send it in smaller parts."
    return ContractRefusedError(template, gas=gas, cap=TRANSACTION_GAS_CAP)


class Node(Protocol):
    """A chain. Every method raises ChainError when it cannot be reached."""

    @property
    def chain_id(self) -> int:
        """EIP-155 chain id."""
        ...

    def height(self) -> int:
        """Return the number of the newest block."""
        ...

    def block(self, number: int) -> BlockRef:
        """Return one block. Raises ChainError when there is none of that number."""
        ...

    def logs(self, address: str, first: int, last: int, topics: Sequence[bytes | None] = ()) -> Iterator[RawLog]:
        """Yield a contract's logs of blocks `first` to `last` inclusive, in chain order; a topic None matches any."""
        ...

    def call(self, call: Call) -> bytes:
        """Execute without a trace, on top of the newest block. Raises RevertedError."""
        ...

    def estimate(self, call: Call) -> int:
        """Return a gas limit with which a transaction goes through.

        Raises:
            RevertedError: it would fail. A node that keeps no failures leaves that to `send`.
        """
        ...

    def nonce(self, address: str) -> int:
        """Return the number of the next transaction of an account, counting those that wait."""
        ...

    def fees(self) -> Fees:
        """Return fees with which a transaction is taken now and for some blocks to come."""
        ...

    def send(self, raw: bytes) -> bytes:
        """Hand in a signed transaction and return its hash.

        Raises:
            NonceTakenError: its number is used up.
            RevertedError: it would fail, on a node that keeps no failures.
        """
        ...

    def receipt(self, transaction_hash: bytes) -> RawReceipt | None:
        """Return the receipt, or None while there is none."""
        ...

    def knows(self, transaction_hash: bytes) -> bool:
        """Tell whether the transaction is mined or waits to be."""
        ...

    def close(self) -> None:
        """Let go of the file or the connection."""
        ...
