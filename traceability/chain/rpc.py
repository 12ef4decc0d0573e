"""A node somewhere else, asked over JSON-RPC: anvil in tests, Besu or Geth where several institutions run a network.

Timeouts and retries are set on purpose, since web3's own defaults try a dead node five times before saying so: a
reading question is asked twice when the connection breaks, a transaction is handed in once. Whatever goes wrong below
becomes a ChainError that names the host and never the rest of the address, where an access key may stand.
"""

import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from eth_hash.auto import keccak
from eth_utils.address import to_checksum_address
from web3 import HTTPProvider
from web3.exceptions import Web3Exception
from web3.providers.rpc.utils import ExceptionRetryConfiguration
from web3.types import RPCEndpoint

from traceability.chain.node import Call, Fees, NodeRefusedError, NonceTakenError, RawLog, RawReceipt, RevertedError
from traceability.chain.reverts import data_of_response
from traceability.errors import ChainError
from traceability.ports import BlockRef, LogPosition

READ_ATTEMPTS: Final = 2
"""How often a reading question is asked: once more than once, since nodes close idle connections."""

RETRY_PAUSE: Final = 0.1
"""Seconds before the second attempt."""

LOG_WINDOW: Final = 2_000
"""Blocks asked for in one `eth_getLogs`; halved where the node finds that too many."""

_READS: Final = (
    "eth_blockNumber",
    "eth_call",
    "eth_chainId",
    "eth_estimateGas",
    "eth_gasPrice",
    "eth_getBlockByHash",
    "eth_getBlockByNumber",
    "eth_getLogs",
    "eth_getTransactionByHash",
    "eth_getTransactionCount",
    "eth_getTransactionReceipt",
    "eth_maxPriorityFeePerGas",
)

_NUMBER_IS_TAKEN: Final = ("nonce too low", "nonce is too low", "underpriced", "same nonce", "nonce below")
_KNOWN_ALREADY: Final = ("already known", "already imported", "known transaction", "already exists")
"""How Geth, Besu, Nethermind and anvil say it; there is no code for it in the standard."""


class RpcError(NodeRefusedError):
    """The node answered with an error object."""

    def __init__(self, host: str, method: str, error: dict[str, Any]) -> None:
        message = str(error.get("message", error))
        super().__init__("The node {host} refused {method}: {message}", host=host, method=method, message=message)
        self.error = error
        self.message = message.lower()


class RpcNode:
    """A `Node` behind an http(s) address. Safe for threads.

    Args:
        url: address of the JSON-RPC endpoint.
        timeout: seconds to wait for each answer.
    """

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        self._host = urlsplit(url).hostname or "?"
        self._provider = HTTPProvider(
            url,
            request_kwargs={"timeout": timeout},
            exception_retry_configuration=ExceptionRetryConfiguration(
                errors=(requests.ConnectionError,),
                retries=READ_ATTEMPTS,
                backoff_factor=RETRY_PAUSE,
                method_allowlist=_READS,
            ),
        )

    def _ask(self, method: str, *parameters: Any) -> Any:
        """Return the `result` of a JSON-RPC call. Raises RpcError, or ChainError when there is no answer."""
        try:
            response: Any = self._provider.make_request(RPCEndpoint(method), list(parameters))
        except (requests.RequestException, Web3Exception, OSError, ValueError) as error:
            template = "The node {host} does not answer ({reason}). What is recorded waits until it does."
            raise ChainError(template, host=self._host, reason=type(error).__name__) from error
        if not isinstance(response, dict) or not response.keys() & {"result", "error"}:
            raise _nonsense(response)
        if "error" in response:
            found: Any = response["error"]
            raise RpcError(self._host, method, dict(found) if isinstance(found, dict) else {"message": str(found)})
        return response["result"]

    # ------------------------------------------------------------------------------------------------------- blocks
    @cached_property
    def chain_id(self) -> int:
        """EIP-155 chain id."""
        return _number(self._ask("eth_chainId"))

    def height(self) -> int:
        """Return the number of the newest block."""
        return _number(self._ask("eth_blockNumber"))

    def block(self, number: int) -> BlockRef:
        """Return one block. Raises ChainError when there is none of that number."""
        found = self._ask("eth_getBlockByNumber", hex(number), False)  # noqa: FBT003  # the standard's own
        if not found:
            raise ChainError("The chain has no block {number}.", number=number)
        return BlockRef(
            number, _bytes(found.get("hash")), _bytes(found.get("parentHash")), _number(found.get("timestamp"))
        )

    def _time(self, block_hash: str) -> int:
        found = self._ask("eth_getBlockByHash", block_hash, False)  # noqa: FBT003  # as above
        if not found:
            raise ChainError(
                "The node {host} no longer has block {hash}: the chain has changed.", host=self._host, hash=block_hash
            )
        return _number(found.get("timestamp"))

    # --------------------------------------------------------------------------------------------------------- logs
    def logs(self, address: str, first: int, last: int, topics: Sequence[bytes | None] = ()) -> Iterator[RawLog]:
        """Yield a contract's logs of blocks `first` to `last` inclusive, in chain order, a window at a time."""
        wanted = [None if topic is None else f"0x{topic.hex()}" for topic in topics]
        window = LOG_WINDOW
        while first <= last:
            end = min(first + window - 1, last)
            question = {"address": address, "fromBlock": hex(first), "toBlock": hex(end), "topics": wanted}
            try:
                found = self._ask("eth_getLogs", question)
            except RpcError:
                if window == 1:
                    raise
                window = max(1, window // 2)
                continue
            yield from self._read(found)
            first = end + 1

    def _read(self, found: Sequence[dict[str, Any]]) -> Iterator[RawLog]:
        """Turn JSON logs into ours; a node that gives no time with each log is asked once for each block."""
        kept = sorted(
            (log for log in found if not log.get("removed")),
            key=lambda log: (_number(log.get("blockNumber")), _number(log.get("logIndex"))),
        )
        for block_hash, logs in itertools.groupby(kept, key=lambda log: log.get("blockHash")):
            time = None
            for log in logs:
                if time is None:
                    stamped = log.get("blockTimestamp")
                    time = _number(stamped) if stamped else self._time(block_hash)
                position = LogPosition(
                    block_number=_number(log.get("blockNumber")),
                    block_hash=_bytes(block_hash),
                    block_time=time,
                    transaction_hash=_bytes(log.get("transactionHash")),
                    log_index=_number(log.get("logIndex")),
                )
                yield RawLog(position, tuple(_bytes(topic) for topic in log.get("topics", ())), _bytes(log.get("data")))

    # -------------------------------------------------------------------------------------------------------- calls
    def call(self, call: Call) -> bytes:
        """Execute on top of the newest block without a trace. Raises RevertedError."""
        return _bytes(self._run("eth_call", call, "latest"))

    def estimate(self, call: Call) -> int:
        """Return the gas that a transaction needs. Raises RevertedError when it would fail."""
        return _number(self._run("eth_estimateGas", call, "latest"))  # some nodes would count what waits

    def _run(self, method: str, call: Call, *more: str) -> Any:
        message = {"from": call.sender, "data": f"0x{call.data.hex()}"}
        if call.to:
            message["to"] = call.to
        try:
            return self._ask(method, message, *more)
        except RpcError as error:
            data = data_of_response(error.error)
            if data is None:
                raise
            raise RevertedError(data) from error

    # ------------------------------------------------------------------------------------------------- transactions
    def nonce(self, address: str) -> int:
        """Return the number of the next transaction of an account, counting those that wait."""
        return _number(self._ask("eth_getTransactionCount", address, "pending"))

    def fees(self) -> Fees:
        """Return the node's tip, above twice the newest base fee, which covers six full blocks in a row."""
        newest = self._ask("eth_getBlockByNumber", "latest", False)  # noqa: FBT003  # as above
        if not newest or "baseFeePerGas" not in newest:
            raise ChainError("The chain of node {host} has no base fee (EIP-1559).", host=self._host)
        base = _number(newest.get("baseFeePerGas"))
        try:
            tip = _number(self._ask("eth_maxPriorityFeePerGas"))
        except RpcError:
            tip = max(0, _number(self._ask("eth_gasPrice")) - base)
        return Fees(most=2 * base + tip, tip=tip)

    def send(self, raw: bytes) -> bytes:
        """Hand in a signed transaction and return its hash. Raises NonceTakenError where its number is used up."""
        try:
            return _bytes(self._ask("eth_sendRawTransaction", f"0x{raw.hex()}"))
        except RpcError as error:
            if any(words in error.message for words in _KNOWN_ALREADY):
                return keccak(raw)
            if any(words in error.message for words in _NUMBER_IS_TAKEN):
                raise NonceTakenError(error.template, **error.facts) from error
            raise

    def receipt(self, transaction_hash: bytes) -> RawReceipt | None:
        """Return the receipt, or None while there is none."""
        found = self._ask("eth_getTransactionReceipt", f"0x{transaction_hash.hex()}")
        if not found:
            return None
        created = found.get("contractAddress")
        return RawReceipt(
            transaction_hash=transaction_hash,
            block_number=_number(found.get("blockNumber")),
            succeeded=_number(found.get("status")) == 1,
            gas_used=_number(found.get("gasUsed")),
            contract=to_checksum_address(created) if created else None,
            logs=tuple(self._read(found.get("logs", ()))),
        )

    def knows(self, transaction_hash: bytes) -> bool:
        """Tell whether the transaction is mined or waits to be."""
        return bool(self._ask("eth_getTransactionByHash", f"0x{transaction_hash.hex()}"))

    def close(self) -> None:
        """Nothing is held open that would not close by itself."""


def _number(quantity: Any) -> int:
    """Read a JSON-RPC quantity: hexadecimal after `0x`."""
    try:
        return int(quantity, 16)
    except (TypeError, ValueError) as error:
        raise _nonsense(quantity) from error


def _bytes(data: Any) -> bytes:
    """Read JSON-RPC data: two hexadecimal digits a byte after `0x`."""
    try:
        return bytes.fromhex(data.removeprefix("0x"))
    except (AttributeError, ValueError) as error:
        raise _nonsense(data) from error


def _nonsense(answer: Any) -> ChainError:
    return ChainError("The node's answer cannot be understood: {answer}", answer=repr(answer)[:100])
