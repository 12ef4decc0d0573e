"""The chain that comes with the program: an EVM whose blocks lie in one file of the data folder.

eth-tester's py-evm backend keeps everything in memory and loses it at exit. `EmbeddedChain` gives the same backend a
`BlockStore`: a block is in the file, whole, before its transactions are acknowledged, and the next start goes on from
the head that is found there. Its genesis funds only addresses named at `create`, since the private keys of
eth-tester's own accounts are published; its chain id is drawn at random then, so that nothing signed for one data
folder can be replayed on another (EIP-155). One process writes, under a file lock; others may open the file read-only
and see the last whole block. One block is made for each call of `mine`, with as many transactions as fit.
"""

import itertools
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Final, cast

from eth.abc import BlockHeaderAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI, StateAPI
from eth.chains.base import MiningChain
from eth.exceptions import CanonicalHeadNotFound, HeaderNotFound, PyEVMError, TransactionNotFound
from eth.typing import AccountDetails
from eth.vm.base import VM
from eth.vm.forks.prague import PragueVM
from eth.vm.spoof import SpoofTransaction
from eth_tester.backends.pyevm import PyEVMBackend
from eth_tester.backends.pyevm.main import get_default_genesis_params
from eth_typing import Address, BlockNumber, Hash32
from eth_utils.address import to_canonical_address
from eth_utils.exceptions import ValidationError
from filelock import FileLock, Timeout
from rlp.exceptions import RLPException

from traceability.chain.store import BlockStore
from traceability.errors import ChainError, StorageError

BLOCK_GAS_LIMIT: Final = 30_000_000
"""Gas of a block, the same in every block."""

GENESIS_FUNDS: Final = 10**27
"""Wei that each funded address starts with: fees are of no account on a chain with one owner."""

CHAIN_ID_BITS: Final = 48
"""Random chain ids are this long: far from every public chain, and exact as a JavaScript number."""

_CHAIN_ID_KEY: Final = b"ocop-trace:chain-id"


class EmbeddedVM(PragueVM):
    """Prague's rules, but blocks made within one second share its timestamp.

    Mainnet wants every block later than its parent. Forty blocks a second would then run away from the clock by hours
    in a day's import, and both a deadline in a signature and "entered two days late" on a page would be measured
    against a wrong time.
    """

    @classmethod
    def validate_header(cls, header: BlockHeaderAPI, parent_header: BlockHeaderAPI) -> None:
        """Check a header against its parent, where the time may stand still but never run backwards."""
        if header.timestamp == parent_header.timestamp:
            parent_header = parent_header.copy(timestamp=header.timestamp - 1)
        super().validate_header(header, parent_header)


class _Chain(MiningChain):
    vm_configuration = ((BlockNumber(0), EmbeddedVM),)
    now: Callable[[], float] = staticmethod(time.time)

    def create_header_from_parent(self, parent_header: BlockHeaderAPI, **header_params: Any) -> BlockHeaderAPI:
        """Give the new block the clock's time, and its parent's gas limit."""
        header_params.setdefault("timestamp", max(parent_header.timestamp, int(self.now())))
        header_params.setdefault("gas_limit", parent_header.gas_limit)
        return super().create_header_from_parent(parent_header, **header_params)


@dataclass(frozen=True, slots=True)
class Execution:
    """What a dry run came to: whether it went through, what was returned, and the gas it used before refunds."""

    succeeded: bool
    output: bytes
    gas_used: int


class FailedExecutionError(ChainError):
    """A transaction would have failed, so that its block was not made; `execution` says how."""

    def __init__(self, execution: Execution) -> None:
        super().__init__("The transaction failed, and nothing of it was kept: 0x{data}.", data=execution.output.hex())
        self.execution = execution


@dataclass(frozen=True, slots=True)
class MinedBlock:
    """A block as it is in the file: its header, and transaction hashes and py-evm's receipts in the same order."""

    header: BlockHeaderAPI
    transaction_hashes: tuple[bytes, ...]
    receipts: tuple[ReceiptAPI, ...]


class EmbeddedChain(PyEVMBackend):  # type: ignore[misc]  # eth-tester publishes no types
    """A durable chain in one file; its own methods are safe for threads.

    Make it with `create`, later `open` it. It is also an eth-tester backend, so that `EthereumTester(chain)` and
    web3's `EthereumTesterProvider` work on top of it: what they send waits until `mine_blocks` writes the file. A
    durable chain cannot be reset or reverted.
    """

    def __init__(self, store: BlockStore, chain: _Chain, file_lock: FileLock | None) -> None:
        """Keep the parts; the constructor of eth-tester is left out on purpose, since it begins a chain in memory."""
        self.store = store
        self.chain = chain
        self.account_keys = ()
        self._file_lock = file_lock
        self._lock = RLock()

    # ------------------------------------------------------------------------------------------ opening and closing
    @classmethod
    def create(
        cls, path: Path, funded: Iterable[str], *, chain_id: int | None = None, now: Callable[[], float] = time.time
    ) -> "EmbeddedChain":
        """Make a new chain whose genesis block is on the disk when this returns.

        Args:
            path: the file to make.
            funded: addresses that can pay for transactions.
            chain_id: EIP-155 chain id; drawn at random when left out.
            now: seconds since 1970, UTC.

        Raises:
            ChainError: another process is writing this chain.
            StorageError: there is a chain already.
        """
        with ExitStack() as undo:
            file_lock = _hold(path)
            undo.callback(file_lock.release)
            store = BlockStore(path)
            undo.callback(store.close)
            if store.exists(_CHAIN_ID_KEY):
                raise StorageError("There is a chain at {path} already.", path=str(path))
            number = chain_id or (1 << (CHAIN_ID_BITS - 1)) + secrets.randbits(CHAIN_ID_BITS - 1)
            account: AccountDetails = {"balance": GENESIS_FUNDS, "nonce": 0, "code": b"", "storage": {}}
            state = {to_canonical_address(address): account for address in funded}
            genesis = get_default_genesis_params({"timestamp": int(now()), "gas_limit": BLOCK_GAS_LIMIT})
            chain = cast("_Chain", _chain_class(number, now).from_genesis(store, genesis, state))
            store[_CHAIN_ID_KEY] = number.to_bytes(8, "big")
            store.commit()
            undo.pop_all()
            return cls(store, chain, file_lock)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, now: Callable[[], float] = time.time) -> "EmbeddedChain":
        """Go on from the last whole block in the file.

        Args:
            path: a file that `create` made.
            read_only: take no lock and refuse to write; every question is answered as of the newest block on the disk.
            now: seconds since 1970, UTC.

        Raises:
            ChainError: another process is writing this chain.
            StorageError: there is no chain, or it has another format, or the file is damaged.
        """
        if not path.is_file():
            raise StorageError("There is no chain at {path}. Run `ocop-trace init` first.", path=str(path))
        with ExitStack() as undo:
            file_lock = None if read_only else _hold(path)
            if file_lock is not None:
                undo.callback(file_lock.release)
            store = BlockStore(path, read_only=read_only)
            undo.callback(store.close)
            try:
                number = int.from_bytes(store[_CHAIN_ID_KEY], "big")
                chain = _chain_class(number, now)(store)
            except (KeyError, CanonicalHeadNotFound, HeaderNotFound) as error:
                template = "The chain at {path} has no first block. Delete the file and run `ocop-trace init`."
                raise StorageError(template, path=str(path)) from error
            undo.pop_all()
            return cls(store, chain, file_lock)

    def close(self) -> None:
        """Let go of the file, so that another process can write it. Blocks are on the disk already."""
        with self._lock:
            self.store.close()
            if self._file_lock is not None:
                self._file_lock.release()

    # ------------------------------------------------------------------------------------------------------ writing
    def mine(self, raw_transactions: Sequence[bytes], *, keep_failures: bool = True) -> tuple[bytes, ...]:
        """Execute signed transactions in one new block and return their hashes when the block is on the disk.

        A transaction that is not valid (wrong number, unknown sender, no funds, another chain's id) refuses the whole
        block and nothing is written. One that reverts is in the block all the same, with a receipt that says so.

        Args:
            raw_transactions: as `eth_sendRawTransaction` takes them, in the order of the block.
            keep_failures: False refuses the whole block also for a transaction that reverts.

        Raises:
            FailedExecutionError: a transaction reverts and failures are not to be kept.
            ChainError: a transaction is not valid, the chain is open for reading only, or the disk is full.
        """
        with self._lock:
            if self.store.pending:
                raise ChainError("Transactions that were sent through eth-tester wait: call mine_blocks first.")
            transactions = [self._decode(raw) for raw in raw_transactions]
            try:
                self._begin_block()
                _, _, computations = self.chain.mine_all(transactions)
                for transaction, computation in zip(transactions, computations, strict=True):
                    if computation.is_error and not keep_failures:
                        raise FailedExecutionError(_execution(computation, transaction.gas))
                self.store.commit()
            except BaseException as error:
                self.store.discard()
                self._begin_block()
                if isinstance(error, (ValidationError, PyEVMError)):
                    raise ChainError("The chain did not take a transaction: {reason}", reason=str(error)) from error
                raise
            return tuple(transaction.hash for transaction in transactions)

    def _begin_block(self) -> None:
        self.chain.header = self.chain.create_header_from_parent(self.chain.get_canonical_head())

    def _decode(self, raw: bytes) -> SignedTransactionAPI:
        try:
            transaction = EmbeddedVM.get_transaction_builder().decode(raw)
            transaction.validate()
        except (RLPException, ValidationError, PyEVMError, TypeError, IndexError) as error:
            raise ChainError("That is no signed transaction: {reason}", reason=str(error)) from error
        if transaction.chain_id != self.chain_id:
            template = "The transaction is for chain {found}, and this is chain {expected}."
            raise ChainError(template, found=transaction.chain_id, expected=self.chain_id)
        return transaction

    def mine_blocks(self, num_blocks: int = 1, coinbase: bytes = bytes(20)) -> tuple[bytes, ...]:
        """Make blocks of what eth-tester sent (eth-tester's door), each on the disk before the next."""
        with self._lock:
            hashes: tuple[bytes, ...] = ()
            for _ in range(num_blocks):
                hashes += super().mine_blocks(1, coinbase)
                self.store.commit()
            return hashes

    def reset_to_genesis(self, *_arguments: Any, **_named: Any) -> None:
        """Refuse: what is on this chain stays. Raises ChainError."""
        raise ChainError("A durable chain cannot be reset.")

    def revert_to_snapshot(self, snapshot: bytes) -> None:
        """Refuse: what is on this chain stays. Raises ChainError."""
        raise ChainError("A durable chain cannot be reverted to block {snapshot}.", snapshot=snapshot.hex())

    # ------------------------------------------------------------------------------------------------------ reading
    @property
    def chain_id(self) -> int:
        """EIP-155 chain id, drawn when the chain was made."""
        return int(self.chain.chain_id)

    def head(self) -> BlockHeaderAPI:
        """Return the header of the newest block on the disk."""
        with self._lock:
            return self.chain.get_canonical_head()

    def header(self, number: int) -> BlockHeaderAPI:
        """Return a block's header. Raises ChainError when there is none of that number."""
        with self._lock:
            try:
                return self.chain.get_canonical_block_header_by_number(BlockNumber(number))
            except (HeaderNotFound, ValidationError) as error:
                raise ChainError("The chain has no block {number}.", number=number) from error

    def mined(self, number: int) -> MinedBlock:
        """Return a block with its receipts. Raises ChainError when there is none of that number."""
        return self.mined_under(self.header(number))

    def mined_under(self, header: BlockHeaderAPI) -> MinedBlock:
        """Return the block under a header of this chain with its receipts, straight from py-evm's database."""
        with self._lock:
            hashes = self.chain.chaindb.get_block_transaction_hashes(header)
            receipts = self.chain.chaindb.get_receipts(header, EmbeddedVM.get_receipt_builder()) if hashes else ()
            return MinedBlock(header, hashes, receipts)

    def place(self, transaction_hash: bytes) -> tuple[int, int] | None:
        """Return block number and index of a mined transaction, or None when it was not mined."""
        with self._lock:
            try:
                number, index = self.chain.get_canonical_transaction_index(Hash32(transaction_hash))
            except TransactionNotFound:
                return None
            return int(number), int(index)

    def transaction(self, number: int, index: int) -> SignedTransactionAPI:
        """Return a mined transaction by its place."""
        with self._lock:
            return self.chain.get_canonical_transaction_by_index(BlockNumber(number), index)

    def transaction_count(self, address: str) -> int:
        """Return how many transactions an account has sent, which is the number of its next one."""
        with self._lock:
            state = self.chain.get_vm(self.head()).state
            return int(state.get_nonce(to_canonical_address(address)))

    def next_base_fee(self) -> int:
        """Return the base fee of the next block, in wei a gas unit (EIP-1559)."""
        return self.chain.create_header_from_parent(self.head()).base_fee_per_gas or 0

    def execute(self, sender: str, to: str | None, data: bytes, gas: int) -> Execution:
        """Run a message on top of the newest block, free of charge and without a trace.

        Raises:
            ChainError: the message is not valid: its data alone costs more than `gas`.
        """
        with self._lock:
            with self._next_state() as state:
                origin = to_canonical_address(sender)
                unsigned = EmbeddedVM.create_unsigned_transaction(
                    nonce=state.get_nonce(origin),
                    gas_price=0,
                    gas=gas,
                    to=to_canonical_address(to) if to else Address(b""),
                    value=0,
                    data=data,
                )
                try:
                    spoofed = cast("SignedTransactionAPI", SpoofTransaction(unsigned, from_=origin))
                    computation = state.costless_execute_transaction(spoofed)
                except ValidationError as error:
                    raise ChainError("The chain cannot run this: {reason}", reason=str(error)) from error
            return _execution(computation, gas)

    @contextmanager
    def _next_state(self) -> Iterator[StateAPI]:
        """Yield the state in which the next block would begin, at this chain's time and free of charge.

        py-evm's own `in_costless_state` takes the computer's time instead, against which a deadline would be measured.
        """
        head = self.head()
        vm = cast("VM", self.chain.get_vm(head))
        header = self.chain.create_header_from_parent(head).copy(base_fee_per_gas=0)
        hashes = itertools.chain((head.hash,), vm.previous_hashes or ())
        state = vm.build_state(vm.chaindb.db, header, vm.chain_context, hashes)
        snapshot = state.snapshot()
        try:
            yield state
        finally:
            state.revert(snapshot)


def _execution(computation: ComputationAPI, gas: int) -> Execution:
    return Execution(not computation.is_error, bytes(computation.output), gas - computation.get_gas_remaining())


def _chain_class(chain_id: int, now: Callable[[], float]) -> type[_Chain]:
    """Return py-evm's chain with our id and clock; py-evm reads both from the class."""
    return type("EmbeddedMiningChain", (_Chain,), {"chain_id": chain_id, "now": staticmethod(now)})


def _hold(path: Path) -> FileLock:
    """Take the lock beside the chain's file. Raises ChainError when another process holds it."""
    lock = FileLock(f"{path}.lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
        return lock
    except Timeout as error:
        template = (
            "The chain at {path} is in use by another process. Stop that one first, or open the chain for reading only."
        )
        raise ChainError(template, path=str(path)) from error
