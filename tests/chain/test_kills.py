"""A hundred times `kill -9` while it writes: the chain reopens at the last acknowledged block, every time."""

import os
import random
import signal
import sqlite3
import struct
import time
from hashlib import sha256

import pytest

from traceability.chain.connect import CHAIN_FILE, connect, create_embedded
from traceability.chain.embedded import EmbeddedChain
from traceability.chain.embedded_node import EmbeddedNode
from traceability.chain.ledger import deploy
from traceability.domain.ledger import Kind
from traceability.ports import Recorded
from traceability.proofs.history import GENESIS_HEAD, Touch, fold

KILLS = 100
MOST_BLOCKS = 6
"""That a child has told of when its time comes; its last moments begin there."""
LAST_MOMENTS = 0.04
"""Seconds at most; a child opens the chain in about 30 ms and then makes a block about every 20 ms."""

ACKNOWLEDGMENT = struct.Struct(">I32s")
"""What a child tells of each block when the chain has said that it is safe: number and transaction hash."""

SUBJECT = sha256(b"https://ocop-trace.example/party/OPERATOR00").digest()
PARTY = Touch(SUBJECT, Kind.REGISTER, document_count=1)
NOTE = Touch(SUBJECT, Kind.OBSERVE, document_count=1)


def write_until_killed(folder, keys, deployment, pipe):
    """Submit records as fast as the chain takes them, and acknowledge each through the pipe."""
    node = EmbeddedNode(EmbeddedChain.open(folder / CHAIN_FILE))
    ledger = connect(node, deployment, keys, operator=keys.role("operator"))
    while True:
        transaction = ledger.submit_as_operator([NOTE], os.urandom(200))
        os.write(pipe, ACKNOWLEDGMENT.pack(node.receipt(transaction).block_number, transaction))


def life_of_a_writer(folder, keys, deployment, blocks, seconds):
    """Start a writer, kill it so long after it told of so many blocks, and return all that it had acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            write_until_killed(folder, keys, deployment, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read(blocks * ACKNOWLEDGMENT.size)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the writer ended by itself"
        told += pipe.read()
    assert len(told) % ACKNOWLEDGMENT.size == 0
    return list(ACKNOWLEDGMENT.iter_unpack(told))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_hundred_kills_lose_no_acknowledged_block(tmp_path, keys):
    """Head, receipts, state and the contract's own hash chain are right after each kill and at the end."""
    dice = random.Random(2024)
    operator = keys.role("operator")
    create_embedded(tmp_path, operator)
    node = EmbeddedNode(EmbeddedChain.open(tmp_path / CHAIN_FILE))
    deployment = deploy(node, keys, operator, SUBJECT)
    connect(node, deployment, keys, operator=operator).submit_as_operator([PARTY], b"\0")
    node.close()

    acknowledged, height = {}, 2
    for _ in range(KILLS):
        told = life_of_a_writer(tmp_path, keys, deployment, dice.randrange(MOST_BLOCKS), dice.uniform(0, LAST_MOMENTS))
        acknowledged.update(told)
        node = EmbeddedNode(EmbeddedChain.open(tmp_path / CHAIN_FILE))
        head = node.height()
        assert head >= max(acknowledged, default=0)
        assert head >= height
        for number, transaction in told:
            assert node.receipt(transaction).block_number == number
        assert node.nonce(operator) == head, "each block holds one transaction of the operator"
        for number in range(height, head + 1):
            assert node.block(number).parent_hash == node.block(number - 1).hash
        ledger = connect(node, deployment)
        assert ledger.subject(SUBJECT).sequence == head - 1
        node.close()
        height = head

    assert len(acknowledged) > KILLS, "the writers lived too short to prove anything"
    verify_everything(tmp_path, deployment, acknowledged)


def verify_everything(folder, deployment, acknowledged):
    """Fold the whole history from the logs and compare with the contract's head; check the file itself."""
    node = EmbeddedNode(EmbeddedChain.open(folder / CHAIN_FILE))
    ledger = connect(node, deployment)
    recorded = [entry for entry in ledger.logs(0, node.height()) if isinstance(entry, Recorded)]
    head = GENESIS_HEAD
    for sequence, entry in enumerate(recorded, 1):
        head = fold(head, entry.touches[0], sequence, sha256(entry.documents).digest(), entry.signer)
    state = ledger.subject(SUBJECT)
    assert (state.head, state.sequence) == (head, len(recorded))
    assert {entry.position.block_number: entry.position.transaction_hash for entry in recorded}.items() >= (
        acknowledged.items()
    )
    node.close()
    with sqlite3.connect(folder / CHAIN_FILE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
