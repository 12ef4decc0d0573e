"""Two chains behind one fixture, and the few things that every test of the chain adapter needs.

`node` runs a test twice, on the embedded chain and on anvil (a real node, from npm), so that no rule holds on one of
them only. Keys are made for each session; nothing here uses a published one.
"""

from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256

import pytest

from bench._anvil import running_anvil
from traceability.chain.connect import CHAIN_FILE, connect, create_embedded
from traceability.chain.embedded import EmbeddedChain
from traceability.chain.embedded_node import EmbeddedNode
from traceability.chain.keystore import FileKeyStore
from traceability.chain.ledger import LedgerClient, deploy
from traceability.chain.rpc import RpcNode
from traceability.domain.ledger import Capacity, Kind
from traceability.ports import SignedSubmission
from traceability.proofs.history import Touch
from traceability.proofs.signatures import submission_digest

FOREVER = 1 << 40
OPERATOR_SUBJECT = sha256(b"https://ocop-trace.example/party/OPERATOR00").digest()
WEI = 10**24


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """A key store with an operator, a relayer and nobody else yet."""
    store = FileKeyStore.initialise(tmp_path_factory.mktemp("keys") / "keys")
    store.create_role("operator")
    store.create_role("relayer")
    return store


@pytest.fixture(scope="session")
def anvil_url(anvil_path):
    """The address of a running anvil."""
    with running_anvil(anvil_path) as (address, _):
        yield address


@pytest.fixture
def embedded_node(tmp_path, keys):
    """The embedded chain, fresh."""
    create_embedded(tmp_path, keys.role("operator"), keys.role("relayer"))
    with closing(EmbeddedNode(EmbeddedChain.open(tmp_path / CHAIN_FILE))) as node:
        yield node


@pytest.fixture
def anvil_node(anvil_url, keys):
    """A real node over JSON-RPC that mines at once; put back to that afterwards."""
    node = RpcNode(anvil_url, timeout=60)
    for role in ("operator", "relayer"):
        node._ask("anvil_setBalance", keys.role(role), hex(WEI))
    yield node
    node._ask("anvil_dropAllTransactions")
    node._ask("evm_setAutomine", True)


@pytest.fixture(params=["embedded", "anvil"])
def node(request):
    """Both chains, one after the other."""
    return request.getfixturevalue(f"{request.param}_node")


@dataclass
class Stage:
    """A fresh ledger with a cooperative that may produce."""

    node: object
    keys: FileKeyStore
    ledger: LedgerClient = field(init=False)
    deployment: object = field(init=False)
    producer: str = field(init=False)
    participant: int = field(init=False)

    def __post_init__(self):
        self.deployment = deploy(self.node, self.keys, self.keys.role("operator"), OPERATOR_SUBJECT)
        self.ledger = self.client()
        self.producer = self.keys.create()
        self.participant = self.admit("cooperative", Capacity.PRODUCER, self.producer)

    def client(self):
        """Another client for the same ledger."""
        roles = {role: self.keys.role(role) for role in ("operator", "relayer")}
        return connect(self.node, self.deployment, self.keys, **roles)

    def admit(self, name, capacities, key):
        """Admit a participant with an empty first record."""
        touch = Touch(subject(name), Kind.REGISTER, document_count=1)
        return self.ledger.admit(subject(name), int(capacities), key, [touch], b"\0")

    def sign(self, operation, *touches, documents=b"\0", signer=None, deadline=FOREVER):
        """Return a submission with its author's signature."""
        signer = signer or self.producer
        ledger = self.ledger
        digest = submission_digest(ledger.chain_id, ledger.address, signer, operation, deadline, touches, documents)
        return SignedSubmission(signer, operation, deadline, touches, documents, self.keys.sign(signer, digest))


def subject(name):
    """The key of a made-up subject."""
    return sha256(f"https://ocop-trace.example/{name}".encode()).digest()


@pytest.fixture(name="subject")
def subject_fixture():
    """Makes keys of made-up subjects."""
    return subject


@pytest.fixture
def stage(node, keys):
    """A ledger on either chain."""
    return Stage(node, keys)


@pytest.fixture
def embedded_stage(embedded_node, keys):
    """A ledger on the embedded chain."""
    return Stage(embedded_node, keys)


@pytest.fixture
def anvil_stage(anvil_node, keys):
    """A ledger on anvil."""
    return Stage(anvil_node, keys)
