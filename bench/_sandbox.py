"""A ledger on a throw-away chain, for measurements and for the contract's tests.

The same few verbs work on two chains: eth-tester (py-evm, in this process) and anvil (a real node, from npm). Keys
are published ones, so nothing of this may ever touch a chain that matters.
"""

import ast
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_abi.abi import decode
from eth_account import Account
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed
from eth_utils.abi import function_signature_to_4byte_selector
from eth_utils.address import to_checksum_address
from web3 import EthereumTesterProvider, HTTPProvider, Web3
from web3.contract import Contract
from web3.exceptions import ContractCustomError, ContractLogicError

from bench._anvil import running_anvil
from traceability.domain.ledger import Capacity, Kind
from traceability.proofs.history import Touch, subject_key
from traceability.proofs.signatures import submission_digest

ROOT = Path(__file__).parents[1]
ARTIFACT = ROOT / "traceability" / "chain" / "artifacts" / "ProvenanceLedger.json"
NOBODY = "0x" + "00" * 20
GAS = 1 << 24
"""The most that one transaction may use (EIP-7825)."""

_CHAIN_ID = 131277322940537
"""eth-tester's."""

_MNEMONIC = "test test test test test test test test test test test junk"
"""The same accounts on every chain, so that addresses, signatures and gas are the same too."""

NEVER = (1 << 64) - 1
"""A block, or a second, that does not come."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A custom error of the contract: its name and its arguments."""

    name: str
    arguments: tuple[Any, ...]


@dataclass
class Sandbox:
    """A chain with a freshly deployed ledger, and the accounts that play the parts.

    Account 0 is the operator (participant 1), 1 and 2 are the producers 2 and 3, 3 is the inspector 4; others speak
    for nobody.
    """

    web3: Web3
    accounts: Sequence[str] = ()
    ledger: Contract = field(init=False)

    def __post_init__(self) -> None:
        """Deploy the ledger and admit the participants."""
        self.accounts = self.accounts or self.web3.eth.accounts
        self.ledger = self.deploy(ARTIFACT, self.accounts[0], subject_key("urn:operator"), NOBODY)
        for number, capacity in ((1, Capacity.PRODUCER), (2, Capacity.PRODUCER), (3, Capacity.INSPECTOR)):
            subject = subject_key(f"urn:party:{number}")
            self.send(self.ledger.functions.admit(subject, int(capacity), self.accounts[number]), self.accounts[0])

    def deploy(self, artifact: Path, *arguments: Any) -> Contract:
        """Create a contract from its artifact."""
        compiled = json.loads(artifact.read_text())
        factory = self.web3.eth.contract(abi=compiled["abi"], bytecode=compiled["bytecode"])
        created = self.send(factory.constructor(*arguments), self.accounts[0])
        return self.web3.eth.contract(created["contractAddress"], abi=compiled["abi"])

    def send(self, call: Any, sender: str) -> Any:
        """Send a transaction and return its receipt; a transaction that fails raises."""
        receipt = self.web3.eth.wait_for_transaction_receipt(
            call.transact({"from": sender, "gas": GAS}), poll_latency=0.005
        )
        if receipt["status"] != 1:
            raise AssertionError(f"the transaction failed: {call.fn_name}")
        return receipt

    def refusal(self, call: Any, sender: str) -> Refusal | None:
        """Return the custom error that a call would meet, or None where it would succeed."""
        try:
            call.call({"from": sender, "gas": GAS})
        except TransactionFailed as error:  # eth-tester gives the text of a bytes literal
            return self._decode(ast.literal_eval(str(error.args[0]).removeprefix("execution reverted: ")))
        except (ContractCustomError, ContractLogicError) as error:
            return self._decode(bytes.fromhex(str(error.data).removeprefix("0x")))
        return None

    def submit(self, *touches: Touch, documents: bytes = b"") -> Any:
        """Return the call of `submit`, to be sent or refused."""
        return self.ledger.functions.submit(words(touches), documents)

    def relayed(
        self,
        key: bytes,
        operation: int,
        *touches: Touch,
        documents: bytes = b"",
        deadline: int = NEVER,
        signer: str = "",
    ) -> Any:
        """Return the call of `relay` signed with a private key, for its address or a contract account that it owns."""
        account = Account.from_key(key)
        author = signer or account.address
        digest = submission_digest(
            self.web3.eth.chain_id, self.ledger.address, author, operation, deadline, touches, documents
        )
        signature = bytes(account.unsafe_sign_hash(digest).signature)
        return self.ledger.functions.relay(author, operation, deadline, words(touches), documents, signature)

    def mine(self, blocks: int = 1) -> None:
        """Let empty blocks pass."""
        for _ in range(blocks):
            self._ask("evm_mine")

    def snapshot(self) -> Any:
        """Remember the chain as it is."""
        return self._ask("evm_snapshot")

    def revert(self, snapshot: Any) -> None:
        """Make the chain again what it was."""
        self._ask("evm_revert", snapshot)

    def _ask(self, method: str, *parameters: Any) -> Any:
        answer = self.web3.provider.make_request(method, list(parameters))
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def _decode(self, data: bytes) -> Refusal:
        for entry in self.ledger.abi:
            if entry["type"] == "error":
                types = [argument["type"] for argument in entry["inputs"]]
                if function_signature_to_4byte_selector(f"{entry['name']}({','.join(types)})") == data[:4]:
                    values = zip(types, decode(types, data[4:]), strict=True)
                    return Refusal(
                        entry["name"],
                        tuple(to_checksum_address(value) if kind == "address" else value for kind, value in values),
                    )
        return Refusal("", (data,))


def words(touches: Sequence[Touch]) -> list[tuple[bytes, int]]:
    """Return touches as the ABI takes them."""
    return [(touch.subject, touch.terms) for touch in touches]


def on_eth_tester() -> Sandbox:
    """Return a sandbox on py-evm in this process."""
    backend = PyEVMBackend.from_mnemonic(_MNEMONIC, hd_path="m/44'/60'/0'/0")
    return Sandbox(Web3(EthereumTesterProvider(EthereumTester(backend))))


@contextmanager
def on_anvil(binary: Path) -> Iterator[Sandbox]:
    """Run anvil, with a sandbox on it."""
    with running_anvil(binary, "--chain-id", str(_CHAIN_ID), "--mnemonic", _MNEMONIC) as (address, _):
        yield Sandbox(Web3(HTTPProvider(address, exception_retry_configuration=None)))


def lot(name: str) -> bytes:
    """Return the key of a made-up lot."""
    return subject_key(f"https://id.gs1.org/01/09506000134352/10/{name}")


def register(name: str, amount: int = 1000) -> Touch:
    """Return the touch that opens a made-up lot."""
    return Touch(lot(name), Kind.REGISTER, amount)
