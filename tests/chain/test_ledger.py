"""The ledger client keeps the promises of `ports.Ledger` on the embedded chain and on a real node alike."""

from dataclasses import replace
from hashlib import sha256

import pytest

from traceability.chain.connect import connect
from traceability.chain.ledger import Deployment
from traceability.domain.ledger import Balance, Capacity, Kind, Status
from traceability.errors import (
    AlreadyExistsError,
    ChainError,
    ContractRefusedError,
    MassBalanceError,
    NotAuthorisedError,
    RuleViolationError,
)
from traceability.ports import CapacitiesChanged, KeyAdded, KeyRevoked, KeyState, ParticipantAdmitted, Recorded
from traceability.proofs.history import GENESIS_HEAD, SubjectState, Touch, fold

NEVER = (1 << 64) - 1


def landed(stage, submission):
    """Relay, and return the receipt; anvil takes a moment to mine."""
    transaction = stage.ledger.relay(submission)
    stage.ledger._relayer.wait(transaction, 120)
    receipt = stage.ledger.receipt(transaction)
    assert receipt.transaction_hash == transaction
    return receipt


def test_a_relayed_record_is_on_chain_with_its_author(stage, subject):
    """State, balance, log and receipt agree, and the head is the fold of the log."""
    lot, documents = subject("lot"), b"\0documents"
    touch = Touch(lot, Kind.REGISTER, amount=60_000, sequence=1, document_count=1)
    receipt = landed(stage, stage.sign(7, touch, documents=documents))
    assert receipt.succeeded
    assert receipt.gas_used > 21_000
    (recorded,) = stage.ledger.logs(receipt.block_number, receipt.block_number)
    head = fold(GENESIS_HEAD, touch, 1, sha256(documents).digest(), stage.producer)
    assert stage.ledger.subject(lot) == SubjectState(head, 1, stage.participant, Status(0))
    assert stage.ledger.balance(lot) == Balance(60_000, 0, 0, 0)
    assert recorded == Recorded(recorded.position, stage.producer, 7, (touch,), documents)
    block = stage.ledger.block(receipt.block_number)
    position = recorded.position
    assert (position.block_hash, position.block_time, position.transaction_hash, position.log_index) == (
        block.hash,
        block.timestamp,
        receipt.transaction_hash,
        0,
    )
    assert block.parent_hash == stage.ledger.block(block.number - 1).hash
    assert stage.ledger.height() == block.number


def test_what_is_unknown_is_all_zero(stage, subject):
    """Unknown subjects, keys, participants, operations and transactions are no errors."""
    ledger = stage.ledger
    assert ledger.subject(subject("nothing")) == SubjectState(GENESIS_HEAD, 0, 0, Status(0))
    assert ledger.balance(subject("nothing")) == Balance(0, 0, 0, 0)
    assert ledger.key(stage.keys.create()) == KeyState(0, 0, 0, 0)
    assert ledger.participant(99) == (bytes(32), 0)
    assert not ledger.is_used(stage.producer, 5)
    assert ledger.landed_in(stage.producer, 5) is None
    assert ledger.receipt(bytes(32)) is None
    assert not ledger.knows(bytes(32))
    with pytest.raises(ChainError, match="no block"):
        ledger.block(ledger.height() + 1)


def test_participants_and_keys_are_the_operators_business(stage, subject):
    """Admission with a first record is one transaction; capacities and keys follow; every step is in the logs."""
    ledger, key, spare = stage.ledger, stage.keys.create(), stage.keys.create()
    before = ledger.height()
    touch = Touch(subject("inspector"), Kind.REGISTER, document_count=1)
    number = ledger.admit(subject("inspector"), int(Capacity.INSPECTOR), key, [touch], b"\0first")
    assert ledger.height() == before + 1
    admitted = ledger.height()
    assert ledger.key(key) == KeyState(number, int(Capacity.INSPECTOR), admitted, NEVER)
    assert ledger.participant(number) == (subject("inspector"), int(Capacity.INSPECTOR))
    ledger.set_capacities(number, int(Capacity.INSPECTOR | Capacity.PRODUCER))
    ledger.add_key(number, spare, 0)
    ledger.revoke_key(key, ledger.height() + 10)
    until = ledger.height() + 9
    logs = list(ledger.logs(before + 1, ledger.height()))
    first = logs[0].position
    assert logs == [
        ParticipantAdmitted(first, number, subject("inspector"), int(Capacity.INSPECTOR)),
        KeyAdded(logs[1].position, number, key, admitted),
        Recorded(logs[2].position, stage.keys.role("operator"), 0, (touch,), b"\0first"),
        CapacitiesChanged(logs[3].position, number, int(Capacity.INSPECTOR | Capacity.PRODUCER)),
        KeyAdded(logs[4].position, number, spare, admitted + 2),
        KeyRevoked(logs[5].position, number, key, until),
    ]
    assert [log.position.log_index for log in logs] == [0, 1, 2, 0, 0, 0]
    assert len({log.position.transaction_hash for log in logs[:3]}) == 1
    assert ledger.key(key).until_block == until


def test_an_admission_that_cannot_be_recorded_admits_nobody(stage, subject):
    """Both or neither: a participant without a history would be nobody's doing."""
    taken = Touch(subject("cooperative"), Kind.REGISTER)
    key = stage.keys.create()
    with pytest.raises(AlreadyExistsError):
        stage.ledger.admit(subject("other"), int(Capacity.PRODUCER), key, [taken], b"\0")
    assert stage.ledger.key(key).participant == 0


def test_the_operator_may_submit_by_itself(stage, subject):
    """The operator authors its own records in its own transactions."""
    transaction = stage.ledger.submit_as_operator([Touch(subject("product"), Kind.REGISTER)], b"\0")
    assert stage.ledger.receipt(transaction).succeeded
    assert stage.ledger.subject(subject("product")).owner == 1


def test_more_than_is_left_is_refused_with_how_much_is_left(stage, subject):
    """The contract's arguments arrive as facts, and nothing was sent."""
    landed(stage, stage.sign(1, Touch(subject("lot"), Kind.REGISTER, amount=500)))
    height = stage.ledger.height()
    submission = stage.sign(2, Touch(subject("lot"), Kind.STAMP, amount=501, document_count=1))
    for attempt in (stage.ledger.check, stage.ledger.relay):
        with pytest.raises(MassBalanceError, match="Only 500 is left") as caught:
            attempt(submission)
        facts = {"contract_error": "InsufficientQuantity", "subject": f"0x{subject('lot').hex()}", "left": 500}
        assert caught.value.facts == facts | {"wanted": 501}
    assert stage.ledger.height() == height
    assert not stage.ledger.is_used(stage.producer, 2)


def test_a_refused_transaction_leaves_the_next_one_free(stage, subject):
    """A refusal uses no transaction number up: what follows goes through."""
    with pytest.raises(RuleViolationError, match="Nothing is recorded"):
        stage.ledger.relay(stage.sign(1, Touch(subject("lot"), Kind.OBSERVE)))
    assert landed(stage, stage.sign(2, Touch(subject("lot"), Kind.REGISTER, amount=1))).succeeded


def test_who_may_not_is_told_so(stage, subject):
    """A stranger's key, a forged signature and a foreign custodian are refused as not authorised."""
    stranger = stage.keys.create()
    touch = Touch(subject("lot"), Kind.REGISTER, amount=1)
    with pytest.raises(NotAuthorisedError, match="speaks for no participant") as caught:
        stage.ledger.check(stage.sign(1, touch, signer=stranger))
    assert caught.value.facts["key"] == stranger
    forged = replace(stage.sign(1, touch, signer=stranger), signer=stage.producer)
    with pytest.raises(NotAuthorisedError, match="signature"):
        stage.ledger.check(forged)
    altered = replace(stage.sign(1, touch), documents=b"\0other")
    with pytest.raises(NotAuthorisedError, match="signature"):
        stage.ledger.relay(altered)
    other = stage.keys.create()
    stage.admit("other", Capacity.PRODUCER, other)
    landed(stage, stage.sign(1, touch))
    with pytest.raises(NotAuthorisedError, match="custody") as caught:
        stage.ledger.check(stage.sign(1, Touch(subject("lot"), Kind.STAMP, amount=1), signer=other))
    assert caught.value.facts["owner"] == stage.participant


def test_nothing_lands_twice_or_too_late(stage, subject):
    """A replay, a passed deadline and an overtaken sequence are refused, each by its name."""
    submission = stage.sign(1, Touch(subject("lot"), Kind.REGISTER, amount=1))
    block = landed(stage, submission).block_number
    with pytest.raises(AlreadyExistsError, match="recorded already"):
        stage.ledger.relay(submission)
    assert stage.ledger.is_used(stage.producer, 1)
    assert stage.ledger.landed_in(stage.producer, 1) == block
    with pytest.raises(RuleViolationError, match="Sign it again"):
        stage.ledger.check(stage.sign(2, Touch(subject("late"), Kind.REGISTER, amount=1), deadline=1_000_000_000))
    with pytest.raises(RuleViolationError, match="recorded first") as caught:
        stage.ledger.check(stage.sign(2, Touch(subject("lot"), Kind.OBSERVE, sequence=1)))
    assert (caught.value.facts["next"], caught.value.facts["claimed"]) == (2, 1)


def test_a_signature_is_worth_nothing_on_another_ledger(stage, subject):
    """The EIP-712 domain names chain and contract."""
    elsewhere = type(stage)(stage.node, stage.keys)
    elsewhere.admit("same", Capacity.PRODUCER, stage.producer)
    with pytest.raises(NotAuthorisedError, match="signature"):
        elsewhere.ledger.check(stage.sign(1, Touch(subject("lot"), Kind.REGISTER, amount=1)))


def test_what_no_transaction_can_hold_is_said_to_be_too_large(stage, subject):
    """More gas than EIP-7825 allows: by its call data alone, or by what it does."""
    huge = stage.sign(1, Touch(subject("lot"), Kind.REGISTER, amount=1), documents=b"\1" * 420_000)
    with pytest.raises((ContractRefusedError, ChainError), match=r"smaller parts|gas|large"):
        stage.ledger.relay(huge)
    many = [Touch(subject(f"lot{number}"), Kind.REGISTER, amount=1) for number in range(450)]
    with pytest.raises(ContractRefusedError, match="smaller parts"):
        stage.ledger.relay(stage.sign(1, *many))


def test_logs_of_a_range_come_in_order_and_only_ours(stage, subject):
    """Several logs a block, several ledgers a chain, ranges beyond the head: nothing foreign, nothing twice."""
    elsewhere = type(stage)(stage.node, stage.keys)
    elsewhere.admit("foreign", Capacity.PRODUCER, stage.keys.create())
    for number in range(1, 6):
        landed(stage, stage.sign(number, Touch(subject(f"lot{number}"), Kind.REGISTER, amount=number)))
    logs = list(stage.ledger.logs(0, stage.ledger.height() + 100))
    positions = [(log.position.block_number, log.position.log_index) for log in logs]
    assert positions == sorted(set(positions))
    assert [log.operation for log in logs if isinstance(log, Recorded)] == [0, 1, 2, 3, 4, 5]
    middle = positions[-3][0]
    assert [log.operation for log in stage.ledger.logs(middle, middle)] == [3]
    assert list(stage.ledger.logs(middle, middle - 1)) == []


def test_a_second_client_sees_the_same(stage, subject):
    """The deployment is all that a caller must remember; without keys a client reads and refuses to write."""
    landed(stage, stage.sign(1, Touch(subject("lot"), Kind.REGISTER, amount=9)))
    reader = connect(stage.node, stage.deployment)
    assert reader.balance(subject("lot")).declared == 9
    assert (reader.chain_id, reader.address, reader.deployed_at) == (
        stage.deployment.chain_id,
        stage.deployment.address,
        stage.deployment.deployed_at,
    )
    reader.check(stage.sign(2, Touch(subject("new"), Kind.REGISTER, amount=9)))
    with pytest.raises(ChainError, match="reading only"):
        reader.relay(stage.sign(2, Touch(subject("new"), Kind.REGISTER, amount=9)))
    with pytest.raises(ChainError, match="reading only"):
        reader.set_capacities(1, 1)


def test_another_chain_or_no_contract_is_noticed(stage):
    """A deployment of another chain, or an address without a ledger, is an error and not an empty ledger."""
    with pytest.raises(ChainError, match="is on chain 5"):
        connect(stage.node, Deployment(5, stage.ledger.address, 0))
    nowhere = connect(stage.node, Deployment(stage.ledger.chain_id, stage.producer, 0))
    with pytest.raises(ChainError, match="no ledger at this address"):
        nowhere.subject(bytes(32))
