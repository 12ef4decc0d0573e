"""The embedded chain: records a second on the disk and in memory, and how fast a whole history is read back.

Ours are relayed records, as the outbox sends them: rehearsal, signature, execution and one flush to the disk each. The
peer is eth-tester as it comes, in memory, doing the same transactions; its `get_logs` is the peer for reading.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_tester import EthereumTester, PyEVMBackend

from bench import Figures
from traceability.chain.connect import CHAIN_FILE, connect, create_embedded
from traceability.chain.contract import ledger_contract, touch_tuples
from traceability.chain.embedded import EmbeddedChain
from traceability.chain.embedded_node import EmbeddedNode
from traceability.chain.keystore import FileKeyStore
from traceability.chain.ledger import ZERO_ADDRESS, LedgerClient, deploy
from traceability.chain.node import TRANSACTION_GAS_CAP
from traceability.domain.ledger import Kind
from traceability.ports import Recorded
from traceability.proofs.history import GENESIS_HEAD, Touch, fold, subject_key

SIZE = 300
"""Records written where `--size` says nothing. Reading and folding is proportional to their number."""

PEER_LOG_BLOCKS = 60
"""eth-tester looks for each receipt from the newest block back; even so few blocks, the newest, show its pace."""

DOCUMENTS = b"\0" + b"{" + b"x" * 318 + b"}"
SUBJECT = subject_key("https://ocop-trace.example/party/0000000000")
FIRST = Touch(SUBJECT, Kind.REGISTER, document_count=1)
NEXT = Touch(SUBJECT, Kind.OBSERVE, document_count=1)


def run(size: int | None = None) -> Figures:
    """Write `size` records on our chain and on the peer, stop and start ours, and read everything back."""
    size = size or SIZE
    with tempfile.TemporaryDirectory() as folder:
        figures = ours(Path(folder), size)
    peers = eth_tester(size)
    figures["durable_to_in_memory_ratio"] = figures["records_per_second"] / peers["eth_tester.records_per_second"]
    figures["logs_to_eth_tester_ratio"] = figures["logs_per_second"] / peers["eth_tester.logs_per_second"]
    bounds = {"durable_to_in_memory_ratio": 0.6, "logs_to_eth_tester_ratio": 4.0}
    return Figures(figures, peers, at_least=bounds, at_most={"fold_10000_records_seconds": 60.0})


def ours(folder: Path, size: int) -> dict[str, float]:
    """Measure the embedded chain in a folder."""
    keys = FileKeyStore.initialise(folder / "keys")
    operator = keys.create_role("operator")
    create_embedded(folder, operator)
    with opened(folder) as node:
        deployment = deploy(node, keys, operator, SUBJECT)
        ledger = connect(node, deployment, keys, operator=operator)
        ledger.submit_as_operator([FIRST], DOCUMENTS)
        began = time.perf_counter()
        for _ in range(size):
            ledger.submit_as_operator([NEXT], DOCUMENTS)
        written = time.perf_counter() - began
    began = time.perf_counter()
    with opened(folder) as node:
        started = time.perf_counter() - began
        folded = fold_all(connect(node, deployment))
    return {
        "records_per_second": size / written,
        "start_milliseconds": 1000 * started,
        "logs_per_second": (size + 1) / folded,
        "fold_10000_records_seconds": 10_000 * folded / (size + 1),
        "file_bytes_per_record": (folder / CHAIN_FILE).stat().st_size / size,
    }


@contextmanager
def opened(folder: Path) -> Iterator[EmbeddedNode]:
    """Open the chain for a while."""
    node = EmbeddedNode(EmbeddedChain.open(folder / CHAIN_FILE))
    try:
        yield node
    finally:
        node.close()


def fold_all(ledger: LedgerClient) -> float:
    """Read all logs, fold the history and compare it with the contract's head; return the seconds it took."""
    began = time.perf_counter()
    head = GENESIS_HEAD
    recorded = [entry for entry in ledger.logs(0, ledger.height()) if isinstance(entry, Recorded)]
    for sequence, entry in enumerate(recorded, 1):
        head = fold(head, entry.touches[0], sequence, sha256(entry.documents).digest(), entry.signer)
    seconds = time.perf_counter() - began
    if head != ledger.subject(SUBJECT).head:
        raise AssertionError("the fold of the logs is not the contract's head")
    return seconds


def eth_tester(size: int) -> dict[str, float]:
    """Measure eth-tester in memory with the same transactions, each mined by itself."""
    tester = EthereumTester(PyEVMBackend())
    operator, contract = tester.get_accounts()[0], ledger_contract()

    def send(data: bytes, **to: str) -> Any:
        message = {"from": operator, "gas": TRANSACTION_GAS_CAP, "value": 0, "data": f"0x{data.hex()}", **to}
        return tester.send_transaction(message)

    def submit(touches: Sequence[Touch]) -> None:
        send(contract.call("submit", touch_tuples(touches), DOCUMENTS), to=address)

    created = send(contract.creation(operator, SUBJECT, ZERO_ADDRESS))
    address = tester.get_transaction_receipt(created)["contract_address"]
    submit([FIRST])
    began = time.perf_counter()
    for _ in range(size):
        submit([NEXT])
    written = time.perf_counter() - began
    head = tester.get_block_by_number("latest")["number"]
    blocks = min(PEER_LOG_BLOCKS, size)
    began = time.perf_counter()
    found = tester.get_logs(from_block=head - blocks + 1, to_block=head, address=address)
    read = time.perf_counter() - began
    return {
        "eth_tester.records_per_second": size / written,
        "eth_tester.logs_per_second": len(found) / read,
    }
