"""Participants, what they may do, and the keys that speak for them."""

import pytest
from web3.logs import DISCARD

from bench._sandbox import NEVER, NOBODY, lot, register
from traceability.domain.ledger import Kind
from traceability.proofs.history import Touch, subject_key

SUBJECT = subject_key("urn:party:new")
OPERATOR, PRODUCER, INSPECTOR = 1, 2, 4


@pytest.fixture
def registry(sandbox):
    """The registry's functions."""
    return sandbox.ledger.functions


def test_the_operator_is_the_first_participant(sandbox, registry, operator):
    """The constructor admits the operator as number 1, with its key in effect."""
    assert registry.participantOf(1).call() == [subject_key("urn:operator"), OPERATOR]
    participant, capacities, _, until_block = registry.keyOf(operator).call()
    assert (participant, capacities, until_block) == (1, OPERATOR, NEVER)
    assert registry.predecessor().call() == NOBODY


def test_admit_numbers_the_participant_and_lets_its_key_speak(sandbox, registry, operator, stranger):
    """Admission gives the next number, says so in two events, and the key may write at once."""
    receipt = sandbox.send(registry.admit(SUBJECT, PRODUCER, stranger), operator)
    (admitted,) = sandbox.ledger.events.ParticipantAdmitted().process_receipt(receipt, errors=DISCARD)
    (added,) = sandbox.ledger.events.KeyAdded().process_receipt(receipt, errors=DISCARD)
    assert admitted["args"] == {"participant": 5, "subject": SUBJECT, "capacities": PRODUCER}
    assert added["args"] == {"participant": 5, "key": stranger, "fromBlock": receipt["blockNumber"]}
    assert registry.participantOf(5).call() == [SUBJECT, PRODUCER]
    assert registry.keyOf(stranger).call() == [5, PRODUCER, receipt["blockNumber"], NEVER]
    sandbox.send(sandbox.submit(register("a")), stranger)


def test_admission_and_first_record_happen_together_or_not_at_all(sandbox, registry, operator, stranger, error):
    """One multicall admits a participant and opens its history; when the second part is refused, so is the first."""
    ledger = sandbox.ledger
    admission = ledger.encode_abi("admit", [SUBJECT, PRODUCER, stranger])

    def opening(kind):
        return ledger.encode_abi("submit", [[(SUBJECT, Touch(SUBJECT, kind).terms)], b""])

    both = registry.multicall([admission, opening(Kind.OBSERVE)])
    assert sandbox.refusal(both, operator) == error("UnknownSubject", SUBJECT)
    assert registry.participantOf(5).call() == [bytes(32), 0]

    sandbox.send(registry.multicall([admission, opening(Kind.REGISTER)]), operator)
    assert registry.participantOf(5).call() == [SUBJECT, PRODUCER]
    assert registry.subjectOf(SUBJECT).call()[1:] == [1, 1, 0]


def test_what_nobody_knows_is_all_zero(registry, stranger):
    """Unknown keys, participants and subjects read as zeros."""
    assert registry.keyOf(stranger).call() == [0, 0, 0, 0]
    assert registry.participantOf(99).call() == [bytes(32), 0]
    assert registry.subjectOf(SUBJECT).call() == [bytes(24), 0, 0, 0]
    assert registry.balanceOf(SUBJECT).call() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("admit", (SUBJECT, PRODUCER, NOBODY)),
        ("setCapacities", (2, 0)),
        ("addKey", (2, NOBODY, 0)),
        ("revokeKey", (NOBODY, 0)),
    ],
)
def test_only_operators_administer(sandbox, registry, producer, inspector, stranger, error, function, arguments):
    """Producers and inspectors lack the capacity, and an account that speaks for nobody is told so."""
    call = registry[function](*arguments)
    assert sandbox.refusal(call, producer) == error("MissingCapacity", 2, PRODUCER, OPERATOR)
    assert sandbox.refusal(call, inspector) == error("MissingCapacity", 4, INSPECTOR, OPERATOR)
    assert sandbox.refusal(call, stranger) == error("NotParticipant", stranger)


def test_capacities_change_for_every_key_at_once(sandbox, registry, operator, producer, stranger, error):
    """A suspended participant writes with none of its keys, and writes again when its capacities come back."""
    sandbox.send(registry.addKey(2, stranger, 0), operator)
    receipt = sandbox.send(registry.setCapacities(2, 0), operator)
    (changed,) = sandbox.ledger.events.CapacitiesChanged().process_receipt(receipt, errors=DISCARD)
    assert changed["args"] == {"participant": 2, "capacities": 0}
    for key in (producer, stranger):
        assert registry.keyOf(key).call()[1] == 0
        assert sandbox.refusal(sandbox.submit(register("a")), key) == error("MissingCapacity", 2, 0, 7)
    sandbox.send(registry.setCapacities(2, PRODUCER | INSPECTOR), operator)
    assert registry.participantOf(2).call()[1] == PRODUCER | INSPECTOR
    sandbox.send(sandbox.submit(register("a")), stranger)


def test_a_suspended_custodian_cannot_even_observe(sandbox, registry, operator, producer, error):
    """Custody without any capacity gives no voice."""
    sandbox.send(sandbox.submit(register("a")), producer)
    sandbox.send(registry.setCapacities(2, 0), operator)
    assert sandbox.refusal(sandbox.submit(Touch(lot("a"), Kind.OBSERVE)), producer) == error("MissingCapacity", 2, 0, 7)


@pytest.mark.parametrize("capacities", [8, 255])
def test_undefined_capacities_are_refused(sandbox, registry, operator, stranger, error, capacities):
    """The mask has three bits."""
    expected = error("UndefinedCapacities", capacities)
    assert sandbox.refusal(registry.admit(SUBJECT, capacities, stranger), operator) == expected
    assert sandbox.refusal(registry.setCapacities(2, capacities), operator) == expected


@pytest.mark.parametrize("number", [0, 5])
def test_unknown_participants_are_refused(sandbox, registry, operator, stranger, error, number):
    """Numbers run from 1 without gaps."""
    assert sandbox.refusal(registry.setCapacities(number, 1), operator) == error("UnknownParticipant", number)
    assert sandbox.refusal(registry.addKey(number, stranger, 0), operator) == error("UnknownParticipant", number)


def test_a_key_is_added_once(sandbox, registry, operator, producer, stranger, error):
    """A key speaks for one participant for ever, even after it was revoked; the zero address never does."""
    assert sandbox.refusal(registry.addKey(3, producer, 0), operator) == error("KeyAlreadyAdded", producer, 2)
    sandbox.send(registry.revokeKey(producer, 0), operator)
    assert sandbox.refusal(registry.addKey(2, producer, 0), operator) == error("KeyAlreadyAdded", producer, 2)
    assert sandbox.refusal(registry.addKey(2, NOBODY, 0), operator) == error("InvalidKey", NOBODY)


def test_a_key_speaks_from_its_block_on(sandbox, registry, operator, stranger, error):
    """A key added for a later block is refused before it, and speaks from it on."""
    start = sandbox.web3.eth.block_number + 6
    sandbox.send(registry.addKey(2, stranger, start), operator)
    assert registry.keyOf(stranger).call() == [2, PRODUCER, start, NEVER]
    early = sandbox.refusal(sandbox.submit(register("a")), stranger)
    assert early == error("KeyNotInEffect", stranger, start, NEVER)
    sandbox.mine(start - 1 - sandbox.web3.eth.block_number)
    receipt = sandbox.send(sandbox.submit(register("a")), stranger)
    assert receipt["blockNumber"] == start


def test_a_key_falls_silent_from_its_block_on(sandbox, registry, operator, producer, error):
    """Revocation names a block: the last record lands in the block before it, and stays."""
    end = sandbox.web3.eth.block_number + 6
    receipt = sandbox.send(registry.revokeKey(producer, end), operator)
    (revoked,) = sandbox.ledger.events.KeyRevoked().process_receipt(receipt, errors=DISCARD)
    assert revoked["args"] == {"participant": 2, "key": producer, "fromBlock": end}
    sandbox.mine(end - 2 - sandbox.web3.eth.block_number)
    assert sandbox.send(sandbox.submit(register("a")), producer)["blockNumber"] == end - 1
    sandbox.mine(2)
    late = sandbox.refusal(sandbox.submit(register("b")), producer)
    assert (late.name, late.arguments[0], late.arguments[2]) == ("KeyNotInEffect", producer, end)
    assert registry.subjectOf(lot("a")).call()[1] == 1


def test_effects_are_never_retroactive(sandbox, registry, operator, producer, stranger):
    """A block that is past means the present one, for adding and for revoking."""
    sandbox.mine(3)
    added = sandbox.send(registry.addKey(2, stranger, 1), operator)
    assert registry.keyOf(stranger).call()[2] == added["blockNumber"]
    revoked = sandbox.send(registry.revokeKey(producer, 1), operator)
    assert registry.keyOf(producer).call()[3] == revoked["blockNumber"]


def test_a_revocation_may_be_brought_forward_only(sandbox, registry, operator, producer, stranger, error):
    """Nobody puts a revocation off, repeats it, or revokes a key that was never added."""
    later = sandbox.web3.eth.block_number + 100
    sandbox.send(registry.revokeKey(producer, later), operator)
    for block in (later, later + 1):
        refused = sandbox.refusal(registry.revokeKey(producer, block), operator)
        assert refused == error("KeyAlreadyRevoked", producer, later)
    sandbox.send(registry.revokeKey(producer, later - 50), operator)
    assert registry.keyOf(producer).call()[3] == later - 50
    assert sandbox.refusal(registry.revokeKey(stranger, 0), operator) == error("NotParticipant", stranger)


def test_the_acting_operator_cannot_lock_itself_out(sandbox, registry, operator, stranger, error):
    """An operator leaves only through another operator's hand."""
    expected = error("OperatorLockedOut", operator)
    assert sandbox.refusal(registry.revokeKey(operator, 0), operator) == expected
    assert sandbox.refusal(registry.setCapacities(1, PRODUCER), operator) == expected
    sandbox.send(registry.addKey(1, stranger, 0), operator)
    sandbox.send(registry.revokeKey(operator, 0), stranger)
    assert sandbox.refusal(registry.admit(SUBJECT, PRODUCER, operator), operator).name == "KeyNotInEffect"
