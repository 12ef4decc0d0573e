"""The embedded chain: durable, of one owner, and readable beside its writer."""

import threading

import pytest
from eth_account import Account
from eth_tester import EthereumTester
from eth_tester.backends.pyevm.main import get_default_account_keys
from web3 import EthereumTesterProvider, Web3

from traceability.chain.embedded import GENESIS_FUNDS, EmbeddedChain
from traceability.chain.store import BlockStore
from traceability.errors import ChainError, StorageError

PAYER = Account.create()
COUNTER = bytes.fromhex("5f5460010180 5f55 5f52 60205fa0 00".replace(" ", ""))
"""Runtime code that adds one to its slot 0 and logs the result: SLOAD, ADD, SSTORE, LOG0."""


@pytest.fixture
def path(tmp_path):
    """Where the chain of this test lies."""
    return tmp_path / "chain.db"


@pytest.fixture
def chain(path):
    """A fresh chain that funds one address."""
    chain = EmbeddedChain.create(path, [PAYER.address])
    yield chain
    chain.close()


def signed(chain, number, *, to=PAYER.address, data=b"", gas=200_000, chain_id=None, sender=PAYER):
    """A raw transaction."""
    fields = {"chainId": chain_id or chain.chain_id, "nonce": number, "gas": gas, "maxPriorityFeePerGas": 0}
    fields |= {"maxFeePerGas": 10**10, "value": 0, "data": data}
    if to:
        fields["to"] = to
    return bytes(sender.sign_transaction(fields).raw_transaction)


def reopened(chain, path, **options):
    """The same chain after a stop."""
    chain.close()
    return EmbeddedChain.open(path, **options)


def test_it_goes_on_where_it_stopped(chain, path):
    """Head, chain id, state, receipts and transaction look-up are there again after a stop."""
    hashes = [chain.mine([signed(chain, number)])[0] for number in range(3)]
    head, chain_id = chain.head(), chain.chain_id
    chain = reopened(chain, path)
    assert (chain.head(), chain.chain_id) == (head, chain_id)
    assert chain.transaction_count(PAYER.address) == 3
    assert [chain.place(value) for value in hashes] == [(1, 0), (2, 0), (3, 0)]
    assert chain.mined(2).transaction_hashes == (hashes[1],)
    chain.mine([signed(chain, 3)])
    assert chain.head().parent_hash == head.hash
    chain.close()


def test_contract_storage_and_logs_survive(chain, path):
    """A contract's storage goes on counting, and its logs are read from the file by block."""
    creation = bytes([0x60, len(COUNTER), 0x80, 0x60, 9, 0x5F, 0x39, 0x5F, 0xF3]) + COUNTER  # returns what is behind it
    (created,) = chain.mine([signed(chain, 0, to=None, data=creation)])
    assert chain.transaction(*chain.place(created)).to == b""
    contract = contract_address(PAYER.address, 0)
    for number in (1, 2):
        chain.mine([signed(chain, number, to=contract)])
        chain = reopened(chain, path)
    chain.mine([signed(chain, 3, to=contract)])
    data = [chain.mined(block).receipts[0].logs[0].data for block in (2, 3, 4)]
    assert [int.from_bytes(value, "big") for value in data] == [1, 2, 3]
    chain.close()


def contract_address(sender, nonce):
    """Where CREATE puts a contract."""
    return Web3.to_checksum_address(
        Web3.keccak(bytes([0xD6, 0x94]) + bytes.fromhex(sender[2:]) + (bytes([nonce]) if nonce else b"\x80"))[12:]
    )


def test_only_the_named_addresses_have_funds(chain):
    """The private keys of eth-tester's accounts are published: nothing can be paid with them here."""
    state = chain.chain.get_vm(chain.head()).state
    for key in get_default_account_keys(10):
        assert state.get_balance(key.public_key.to_canonical_address()) == 0
    assert state.get_balance(bytes.fromhex(PAYER.address[2:])) == GENESIS_FUNDS
    assert chain.get_accounts() == ()
    published = Account.from_key(get_default_account_keys(1)[0].to_bytes())
    with pytest.raises(ChainError, match="did not take"):
        chain.mine([signed(chain, 0, sender=published)])


def test_chain_ids_are_drawn_at_random(tmp_path):
    """What was signed for one data folder is worth nothing on another (EIP-155)."""
    chains = [EmbeddedChain.create(tmp_path / name, [PAYER.address]) for name in ("a.db", "b.db")]
    first, second = chains
    assert first.chain_id != second.chain_id
    assert all(1 << 47 <= chain.chain_id < 1 << 48 for chain in chains)
    with pytest.raises(ChainError, match="is for chain"):
        second.mine([signed(first, 0)])
    for chain in chains:
        chain.close()


def test_a_second_writer_is_told_clearly(chain, path):
    """One process writes; the second gets an error that says what to do, and making a chain anew is refused too."""
    for attempt in (lambda: EmbeddedChain.open(path), lambda: EmbeddedChain.create(path, [])):
        with pytest.raises(ChainError, match="in use by another process"):
            attempt()
    chain.close()
    with pytest.raises(StorageError, match="already"):
        EmbeddedChain.create(path, [])
    EmbeddedChain.open(path).close()


def test_a_reader_sees_the_newest_block_and_writes_nothing(chain, path):
    """`verify` and `status` read while `serve` writes."""
    reader = EmbeddedChain.open(path, read_only=True)
    assert reader.head().block_number == 0
    for number in range(3):
        chain.mine([signed(chain, number)])
        assert reader.head() == chain.head()
        assert reader.transaction_count(PAYER.address) == number + 1
        assert reader.mined(number + 1) == chain.mined(number + 1)
        assert reader.execute(PAYER.address, PAYER.address, b"", 100_000).succeeded
    with pytest.raises(ChainError, match="reading only"):
        reader.mine([signed(chain, 3)])
    assert reader.head() == chain.head()
    reader.close()
    assert chain.head().block_number == 3


def test_a_reader_never_sees_half_a_block(chain, path):
    """What a reader finds under a head is whole, at whatever moment it looks."""
    raw = [signed(chain, number) for number in range(60)]
    looked, done = threading.Event(), threading.Event()

    def write():
        try:
            for number in range(0, 60, 3):
                looked.wait(60)  # so that each block is made beside a look, and looks miss a few at most
                looked.clear()
                chain.mine(raw[number : number + 3])
        finally:
            done.set()

    reader = EmbeddedChain.open(path, read_only=True)
    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        head = reader.head()
        seen.add(head.block_number)
        state = reader.chain.get_vm(head).state
        assert state.get_nonce(bytes.fromhex(PAYER.address[2:])) == 3 * head.block_number
        looked.set()
    writer.join()
    assert reader.head().block_number == 20
    reader.close()
    assert len(seen) > 5


def test_several_transactions_share_a_block(chain):
    """One block, one flush, for a whole batch; receipts in the same order."""
    hashes = chain.mine([signed(chain, number) for number in range(4)])
    assert chain.head().block_number == 1
    assert [chain.place(value) for value in hashes] == [(1, index) for index in range(4)]
    assert [receipt.gas_used for receipt in chain.mined(1).receipts] == [21_000, 42_000, 63_000, 84_000]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda chain: signed(chain, 7),
        lambda chain: signed(chain, 1, chain_id=1),
        lambda chain: signed(chain, 1, sender=Account.create()),
        lambda chain: signed(chain, 1, gas=40_000_000),
        lambda chain: signed(chain, 1, gas=20_000),
        lambda chain: signed(chain, 1)[:-3],
        lambda chain: b"",
        lambda chain: b"\x02\xc0",
        lambda chain: b"\x7f" * 50,
    ],
)
def test_a_transaction_that_is_not_valid_refuses_its_whole_block(chain, wrong):
    """Nothing of the block is kept, and the next one is made as if nothing had happened."""
    before = chain.head()
    with pytest.raises(ChainError):
        chain.mine([signed(chain, 0), wrong(chain)])
    assert chain.head() == before
    assert chain.store.pending == 0
    assert chain.transaction_count(PAYER.address) == 0
    chain.mine([signed(chain, 0), signed(chain, 1)])
    assert chain.transaction_count(PAYER.address) == 2


def test_a_full_disk_loses_no_block(chain, path):
    """The block that did not fit was never acknowledged; all others are there, and writing goes on later."""
    chain.mine([signed(chain, 0)])
    head = chain.head()
    pages = chain.store._connection.execute("PRAGMA page_count").fetchone()[0]
    chain.store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ChainError, match="could not be written"):
        chain.mine([signed(chain, 1, data=b"\1" * 20_000, gas=1_000_000)])
    assert chain.head() == head
    chain = reopened(chain, path)
    assert chain.head() == head
    chain.mine([signed(chain, 1)])
    chain.close()


def test_failures_are_kept_or_refused_as_asked(chain):
    """A transaction that reverts makes a block with a bad receipt, or none at all."""
    invalid = bytes.fromhex("60fe5f526001601ff3")  # creates a contract whose code is INVALID
    chain.mine([signed(chain, 0, to=None, data=invalid)])
    contract = contract_address(PAYER.address, 0)
    with pytest.raises(ChainError, match="failed"):
        chain.mine([signed(chain, 1, to=contract)], keep_failures=False)
    assert (chain.head().block_number, chain.transaction_count(PAYER.address)) == (1, 1)
    chain.mine([signed(chain, 1, to=contract)])
    assert chain.mined(2).receipts[0].state_root == b""


def test_time_follows_the_clock_and_never_runs_backwards(path):
    """Blocks of one second share it, so that deadlines are measured by the clock; a clock set back stands still."""
    current = [100.0]
    chain = EmbeddedChain.create(path, [PAYER.address], now=lambda: current[0])
    times = [chain.head().timestamp]
    for number, moment in enumerate((200.9, 200.9, 150.0, 300.0)):
        current[0] = moment
        chain.mine([signed(chain, number)])
        times.append(chain.head().timestamp)
    assert times == [100, 200, 200, 200, 300]
    chain.close()


def test_threads_may_share_it(chain):
    """Waitress's threads read while one writes; every answer is whole."""
    raw = [signed(chain, number) for number in range(20)]
    errors = []

    def read():
        try:
            for _ in range(40):
                head = chain.head()
                assert len(chain.mined(head.block_number).transaction_hashes) == min(1, head.block_number)
                assert chain.execute(PAYER.address, PAYER.address, b"", 50_000).succeeded
                assert chain.transaction_count(PAYER.address) >= head.block_number
        except Exception as error:  # noqa: BLE001  # handed to the main thread
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for transaction in raw:
        chain.mine([transaction])
    for thread in threads:
        thread.join()
    assert errors == []


def test_web3_works_on_it_through_eth_tester(chain, path):
    """eth-tester and web3 take it for an ordinary backend; what they mine is on the disk."""
    web3 = Web3(EthereumTesterProvider(EthereumTester(chain)))
    sent = web3.eth.send_raw_transaction(signed(chain, 0))
    assert web3.eth.get_transaction_receipt(sent)["status"] == 1
    head = chain.head()
    assert head.block_number == 1
    chain = reopened(chain, path)
    assert chain.head() == head
    for forbidden in (chain.reset_to_genesis, lambda: chain.revert_to_snapshot(head.parent_hash)):
        with pytest.raises(ChainError, match="cannot be re"):
            forbidden()
    chain.close()


def test_what_eth_tester_left_waiting_is_not_mixed_in(chain):
    """The two doors do not see each other's half-made blocks."""
    chain.send_raw_transaction(signed(chain, 0))
    with pytest.raises(ChainError, match="wait"):
        chain.mine([signed(chain, 0)])
    chain.mine_blocks()
    chain.mine([signed(chain, 1)])
    assert chain.transaction_count(PAYER.address) == 2


def test_an_init_that_was_cut_short_can_be_repeated(path):
    """A file without a first block is no chain: opening says so, and `create` fills it."""
    BlockStore(path).close()
    for read_only in (False, True):
        with pytest.raises(StorageError, match="no first block"):
            EmbeddedChain.open(path, read_only=read_only)
    EmbeddedChain.create(path, [PAYER.address]).close()
    EmbeddedChain.open(path).close()


def test_opening_what_is_not_there_makes_nothing(path):
    """A wrong data folder is an error, not an empty chain."""
    for read_only in (False, True):
        with pytest.raises(StorageError, match="init"):
            EmbeddedChain.open(path, read_only=read_only)
    assert not path.exists()


def test_unknown_blocks_and_transactions(chain):
    """A block that is not there is an error; a transaction that is not there is nowhere."""
    for number in (1, -1, 1 << 70):
        with pytest.raises(ChainError, match="no block"):
            chain.header(number)
    assert chain.place(bytes(32)) is None
