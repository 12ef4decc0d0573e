"""The `ProvenanceLedger` contract as services see it: `ports.Ledger` on any chain that is a `Node`.

Reads are calls on top of the newest block, logs come decoded, writes go through one of two accounts: the operator's
own for everything about participants, and the relayer's for what others signed. A refusal of the contract arrives as
an error of our own family, with its arguments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from traceability.chain.account import PayingAccount
from traceability.chain.contract import Contract, ledger_contract, touch_tuples
from traceability.chain.node import Call, Node, RawReceipt, RevertedError
from traceability.chain.reverts import translate
from traceability.errors import ChainError
from traceability.ports import (
    BlockRef,
    KeyState,
    KeyStore,
    LedgerLog,
    ParticipantAdmitted,
    Receipt,
    SignedSubmission,
)
from traceability.proofs.history import HEAD_BYTES, Balance, Status, SubjectState, Touch

ZERO_ADDRESS: Final = "0x" + "00" * 20
"""Names no predecessor, and asks questions for which it does not matter who asks."""

RECEIPT_SECONDS: Final = 120.0
"""How long an operator's transaction may take to be mined: ten blocks of the slowest network that we name."""

SEARCH_WINDOW: Final = 500
"""Blocks in which a landed operation is looked for at a time, from the newest back."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the ledger is. The caller keeps it; everything else follows.

    Args:
        chain_id: EIP-155 chain id.
        address: checksummed address of the contract.
        deployed_at: number of the block that holds it first.
    """

    chain_id: int
    address: str
    deployed_at: int


def deploy(
    node: Node, keys: KeyStore, operator: str, operator_subject: bytes, predecessor: str = ZERO_ADDRESS
) -> Deployment:
    """Create the ledger in a transaction of the operator, who becomes participant number 1.

    Args:
        node: the chain.
        keys: holds the operator's key.
        operator: the operator's checksummed address.
        operator_subject: key of the operator's own history.
        predecessor: the ledger that this one continues.

    Raises:
        ChainError: the node is down, or the contract was not created.
    """
    account = PayingAccount(node, keys, operator)
    creation = ledger_contract().creation(operator, operator_subject, predecessor)
    receipt = account.wait(account.send(None, creation), RECEIPT_SECONDS)
    if not receipt.succeeded or receipt.contract is None:
        raise ChainError("The ledger contract could not be created on chain {chain_id}.", chain_id=node.chain_id)
    return Deployment(node.chain_id, receipt.contract, receipt.block_number)


class LedgerClient:
    """The contract at one address. Implements `ports.Ledger`; safe for threads.

    Args:
        node: the chain.
        deployment: where the contract is.
        operator: pays for and authors the registry's transactions; None for a client that only reads.
        relayer: pays for what others signed; None for a client that only reads.

    Raises:
        ChainError: the node is on another chain than the deployment.
    """

    def __init__(
        self,
        node: Node,
        deployment: Deployment,
        *,
        operator: PayingAccount | None = None,
        relayer: PayingAccount | None = None,
        contract: Contract | None = None,
    ) -> None:
        if node.chain_id != deployment.chain_id:
            template = "The ledger is on chain {expected}, and the node is on chain {found}."
            raise ChainError(template, expected=deployment.chain_id, found=node.chain_id)
        self.node = node
        self._deployment = deployment
        self._operator = operator
        self._relayer = relayer
        self._contract = contract or ledger_contract()

    @property
    def chain_id(self) -> int:
        """EIP-155 chain id."""
        return self._deployment.chain_id

    @property
    def address(self) -> str:
        """The contract's checksummed address."""
        return self._deployment.address

    @property
    def deployed_at(self) -> int:
        """The block in which the contract was created."""
        return self._deployment.deployed_at

    # ------------------------------------------------------------------------------------------------------ reading
    def height(self) -> int:
        """Return the number of the newest block. Raises ChainError when the node is down."""
        return self.node.height()

    def block(self, number: int) -> BlockRef:
        """Return one block. Raises ChainError when there is none of that number."""
        return self.node.block(number)

    def logs(self, first: int, last: int) -> Iterator[LedgerLog]:
        """Yield the contract's logs of blocks `first` to `last` inclusive, in chain order."""
        for raw in self.node.logs(self.address, max(first, self.deployed_at), last):
            log = self._contract.log(raw)
            if log is not None:
                yield log

    def subject(self, key: bytes) -> SubjectState:
        """Return head, sequence, owner and status; sequence 0 where the subject is unknown."""
        head, sequence, owner, status = self._ask("subjectOf", key)
        return SubjectState(head[:HEAD_BYTES], sequence, owner, Status(status))

    def balance(self, key: bytes) -> Balance:
        """Return declared, consumed and stamped quantity and the pending receiver."""
        return Balance(*self._ask("balanceOf", key))

    def key(self, address: str) -> KeyState:
        """Return which participant a key speaks for."""
        return KeyState(*self._ask("keyOf", address))

    def participant(self, number: int) -> tuple[bytes, int]:
        """Return subject key and capacities of a participant; zeros where there is none of that number."""
        subject, capacities = self._ask("participantOf", number)
        return subject, capacities

    def is_used(self, signer: str, operation: int) -> bool:
        """Tell whether a relayed operation has landed."""
        return bool(self._ask("isUsed", signer, operation)[0])

    def landed_in(self, signer: str, operation: int) -> int | None:
        """Return the block in which a relayed operation landed, or None where it has not."""
        if not self.is_used(signer, operation):
            return None
        topics = (
            self._contract.topic("Recorded"),
            bytes.fromhex(signer[2:]).rjust(32, b"\0"),
            operation.to_bytes(32, "big"),
        )
        last = self.height()
        while last >= self.deployed_at:  # backwards: what is asked for landed shortly before a crash
            first = max(self.deployed_at, last - SEARCH_WINDOW + 1)
            for raw in self.node.logs(self.address, first, last, topics):
                return raw.position.block_number
            last = first - 1
        return None

    def receipt(self, transaction_hash: bytes) -> Receipt | None:
        """Return the receipt, or None while there is none."""
        raw = self.node.receipt(transaction_hash)
        if raw is None:
            return None
        return Receipt(raw.transaction_hash, raw.block_number, raw.succeeded, raw.gas_used)

    def knows(self, transaction_hash: bytes) -> bool:
        """Tell whether a transaction is mined or waits to be."""
        return self.node.knows(transaction_hash)

    def _ask(self, function: str, *arguments: Any) -> tuple[Any, ...]:
        data = self._contract.call(function, *arguments)
        return self._contract.result(function, self._rehearse(ZERO_ADDRESS, data))

    # -------------------------------------------------------------------------------------- what others have signed
    def check(self, submission: SignedSubmission) -> None:
        """Dry-run a submission.

        Raises:
            RuleViolationError: the contract forbids it; ContractRefusedError is one of these.
            NotAuthorisedError: its author may not do this.
        """
        sender = self._relayer.address if self._relayer else ZERO_ADDRESS
        self._rehearse(sender, self._relay_data(submission))

    def relay(self, submission: SignedSubmission) -> bytes:
        """Send a signed submission in a transaction that the relayer pays for, and return its hash.

        Raises:
            RuleViolationError: the contract forbids it; nothing was sent.
            NotAuthorisedError: its author may not do this; nothing was sent.
            ChainError: the node is down or did not take it.
        """
        return self._send(self._relayer, self._relay_data(submission))

    def _relay_data(self, submission: SignedSubmission) -> bytes:
        return self._contract.call(
            "relay",
            submission.signer,
            submission.operation,
            submission.deadline,
            touch_tuples(submission.touches),
            submission.documents,
            submission.signature,
        )

    # --------------------------------------------------------------------------------------- what the operator does
    def admit(self, subject: bytes, capacities: int, key: str, touches: Sequence[Touch], documents: bytes) -> int:
        """Admit a participant, submit its first record in the same operator transaction, and return its number."""
        data = self._contract.call("admit", subject, capacities, key)
        if touches:
            data = self._contract.call("multicall", [data, self._submit_data(touches, documents)])
        receipt = self._operate(data)
        for raw in receipt.logs:
            log = self._contract.log(raw)
            if isinstance(log, ParticipantAdmitted):
                return log.participant
        raise ChainError("The chain kept no log of the admission in block {block}.", block=receipt.block_number)

    def set_capacities(self, participant: int, capacities: int) -> None:
        """Change what a participant may do."""
        self._operate(self._contract.call("setCapacities", participant, capacities))

    def add_key(self, participant: int, key: str, from_block: int) -> None:
        """Let a key speak for a participant from a block on (0: at once)."""
        self._operate(self._contract.call("addKey", participant, key, from_block))

    def revoke_key(self, key: str, from_block: int) -> None:
        """Silence a key from a block on (0: at once); what it signed before stays valid."""
        self._operate(self._contract.call("revokeKey", key, from_block))

    def submit_as_operator(self, touches: Sequence[Touch], documents: bytes) -> bytes:
        """Submit a record in the operator's own transaction and return its hash."""
        return self._operate(self._submit_data(touches, documents)).transaction_hash

    def _submit_data(self, touches: Sequence[Touch], documents: bytes) -> bytes:
        return self._contract.call("submit", touch_tuples(touches), documents)

    def _operate(self, data: bytes) -> RawReceipt:
        """Send a transaction of the operator and wait until it is mined. Raises what the contract refuses it with."""
        transaction_hash = self._send(self._operator, data)
        receipt = self._payer(self._operator).wait(transaction_hash, RECEIPT_SECONDS)
        if not receipt.succeeded:
            self._rehearse(self._payer(self._operator).address, data)
            raise ChainError("Transaction 0x{hash} failed; try again.", hash=transaction_hash.hex())
        return receipt

    # ------------------------------------------------------------------------------------------------- both of them
    def _payer(self, account: PayingAccount | None) -> PayingAccount:
        if account is None:
            raise ChainError("The ledger was opened for reading only.")
        return account

    def _send(self, account: PayingAccount | None, data: bytes) -> bytes:
        try:
            return self._payer(account).send(self.address, data)
        except RevertedError as refusal:
            raise translate(self._contract, refusal.data) from refusal

    def _rehearse(self, sender: str, data: bytes) -> bytes:
        try:
            return self.node.call(Call(sender, self.address, data))
        except RevertedError as refusal:
            raise translate(self._contract, refusal.data) from refusal

    def close(self) -> None:
        """Let go of the node."""
        self.node.close()
