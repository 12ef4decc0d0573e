"""What each kind of touch does, who may do it, and what refuses it."""

import pytest

from bench._sandbox import lot, register
from traceability.domain.ledger import Kind
from traceability.proofs.history import Touch

A, B, C = lot("a"), lot("b"), lot("c")
RECALLED, IN_TRANSIT, RETIRED = 1, 2, 4
PRODUCER, BUYER, INSPECTOR = 2, 3, 4
OPENING = [Kind.REGISTER, Kind.PRODUCE, Kind.DEPOSIT]

AT_HAND = [
    Touch(A, Kind.CONSUME, 1),
    Touch(A, Kind.STAMP, 1),
    Touch(A, Kind.SHIP, counterparty=BUYER),
]
"""What a custodian does with goods that are at hand; Withdraw balances only with a Deposit, see test_mass_balance."""


@pytest.fixture
def state(sandbox):
    """Return sequence, owner and status of a subject."""
    return lambda subject: tuple(sandbox.ledger.functions.subjectOf(subject).call()[1:])


@pytest.fixture
def balance(sandbox):
    """Return declared, consumed and stamped quantity and receiver of a subject."""
    return lambda subject: tuple(sandbox.ledger.functions.balanceOf(subject).call())


# ------------------------------------------------------------------------------------------------------------ opening
def test_register_gives_custody_and_declares(record, state, balance, producer):
    """A registered lot is its author's and holds what was declared."""
    record(producer, register("a", 1000))
    assert state(A) == (1, PRODUCER, 0)
    assert balance(A) == (1000, 0, 0, 0)


def test_register_without_quantity(record, state, balance, producer, operator):
    """Products and participants have histories and no quantity; an operator may open them, too."""
    record(producer, Touch(A, Kind.REGISTER))
    record(operator, Touch(B, Kind.REGISTER))
    assert state(A) == (1, PRODUCER, 0)
    assert state(B) == (1, 1, 0)
    assert balance(A) == balance(B) == (0, 0, 0, 0)


@pytest.mark.parametrize("kind", OPENING)
def test_a_subject_is_opened_once(record, refusal, producer, buyer, error, kind):
    """Nobody opens a history that exists, in whatever way."""
    record(producer, register("a"))
    touches = [Touch(A, kind, 5)]
    assert refusal(buyer, *touches) == error("AlreadyRegistered", A, PRODUCER)
    assert refusal(producer, register("b"), register("b")) == error("AlreadyRegistered", B, PRODUCER)


@pytest.mark.parametrize("kind", OPENING)
def test_only_producers_open_lots(refusal, operator, inspector, stranger, error, kind):
    """Operators open nothing that has a quantity, inspectors nothing at all."""
    touch = Touch(A, kind, 5)
    assert refusal(operator, touch) == error("MissingCapacity", 1, 1, 2)
    assert refusal(inspector, touch) == error("MissingCapacity", INSPECTOR, 4, 2)
    assert refusal(stranger, touch) == error("NotParticipant", stranger)


def test_inspectors_register_nothing(refusal, inspector, error):
    """Not even without a quantity."""
    assert refusal(inspector, Touch(A, Kind.REGISTER)) == error("MissingCapacity", INSPECTOR, 4, 3)


@pytest.mark.parametrize("kind", sorted(set(Kind) - set(OPENING)))
def test_what_was_never_opened_is_unknown(refusal, producer, inspector, error, kind):
    """Every other kind needs a history to add to."""
    amount = 1 if kind in {Kind.CONSUME, Kind.WITHDRAW, Kind.STAMP, Kind.CORRECT} else 0
    touch = Touch(A, kind, amount, counterparty=BUYER if kind == Kind.SHIP else 0)
    assert refusal(producer, touch) == error("UnknownSubject", A)
    assert refusal(inspector, touch) == error("UnknownSubject", A)


# ---------------------------------------------------------------------------------------------------------- assessing
def test_custodians_and_inspectors_observe(record, refusal, state, producer, buyer, inspector, operator, error):
    """Observing adds to the history and changes nothing else; others have no voice."""
    record(producer, register("a"))
    record(producer, Touch(A, Kind.OBSERVE))
    record(inspector, Touch(A, Kind.OBSERVE))
    assert state(A) == (3, PRODUCER, 0)
    assert refusal(buyer, Touch(A, Kind.OBSERVE)) == error("NotCustodian", A, PRODUCER, BUYER)
    assert refusal(operator, Touch(A, Kind.OBSERVE)) == error("NotCustodian", A, PRODUCER, 1)


@pytest.mark.parametrize("caller", ["producer", "inspector"])
def test_recall_and_lift(record, refusal, state, producer, inspector, buyer, error, caller, request):
    """The custodian or an inspector recalls, nobody twice; only an inspector lifts, and only what is recalled."""
    record(producer, register("a"))
    assert refusal(inspector, Touch(A, Kind.LIFT)) == error("NotRecalled", A)
    record(request.getfixturevalue(caller), Touch(A, Kind.RECALL))
    assert state(A) == (2, PRODUCER, RECALLED)
    assert refusal(inspector, Touch(A, Kind.RECALL)) == error("SubjectNotAvailable", A, RECALLED)
    assert refusal(producer, Touch(A, Kind.LIFT)) == error("MissingCapacity", PRODUCER, 2, 4)
    assert refusal(buyer, Touch(A, Kind.LIFT)) == error("NotCustodian", A, PRODUCER, BUYER)
    record(inspector, Touch(A, Kind.LIFT))
    assert state(A) == (3, PRODUCER, 0)


def test_others_do_not_recall(record, refusal, producer, buyer, error):
    """A competitor cannot recall somebody else's lot."""
    record(producer, register("a"))
    assert refusal(buyer, Touch(A, Kind.RECALL)) == error("NotCustodian", A, PRODUCER, BUYER)


# ------------------------------------------------------------------------------------------------------ goods at hand
@pytest.mark.parametrize("touch", AT_HAND)
def test_only_the_custodian_uses_goods(record, refusal, producer, buyer, inspector, error, touch):
    """Neither another producer nor an inspector uses up, stamps or ships somebody else's goods."""
    record(producer, register("a"))
    assert refusal(buyer, touch) == error("NotCustodian", A, PRODUCER, BUYER)
    assert refusal(inspector, touch) == error("NotCustodian", A, PRODUCER, INSPECTOR)


@pytest.mark.parametrize("touch", AT_HAND)
def test_a_custodian_needs_to_be_producer(sandbox, record, refusal, operator, producer, error, touch):
    """Custody alone is not enough: a producer that has become an inspector uses nothing."""
    record(producer, register("a"))
    sandbox.send(sandbox.ledger.functions.setCapacities(PRODUCER, 4), operator)
    assert refusal(producer, touch) == error("MissingCapacity", PRODUCER, 4, 2)


@pytest.mark.parametrize("touch", AT_HAND)
@pytest.mark.parametrize(
    ("status", "before"),
    [
        (RECALLED, [Touch(A, Kind.RECALL)]),
        (IN_TRANSIT, [Touch(A, Kind.SHIP, counterparty=BUYER)]),
        (RETIRED, [Touch(A, Kind.RETIRE)]),
        (RECALLED | RETIRED, [Touch(A, Kind.RECALL), Touch(A, Kind.RETIRE)]),
    ],
)
def test_goods_that_are_not_available_stay_where_they_are(record, refusal, producer, error, touch, status, before):
    """Recalled, shipped and retired goods are not used; the error says which of it."""
    record(producer, register("a"), *before)
    assert refusal(producer, touch) == error("SubjectNotAvailable", A, status)


def test_stamps_and_consumption_share_what_is_left(record, balance, producer):
    """Both are counted, and the lot's record grows by one touch each."""
    record(producer, register("a", 1000))
    record(producer, Touch(A, Kind.STAMP, 600), Touch(A, Kind.CONSUME, 300))
    assert balance(A) == (1000, 300, 600, 0)


# ------------------------------------------------------------------------------------------------------------ custody
def test_ship_and_receive_move_custody(record, refusal, state, balance, producer, buyer, error):
    """In transit the sender still has custody; receiving moves it, and the sender's word counts no more."""
    record(producer, register("a"))
    record(producer, Touch(A, Kind.SHIP, counterparty=BUYER))
    assert state(A) == (2, PRODUCER, IN_TRANSIT)
    assert balance(A) == (1000, 0, 0, BUYER)
    record(buyer, Touch(A, Kind.RECEIVE))
    assert state(A) == (3, BUYER, 0)
    assert balance(A) == (1000, 0, 0, 0)
    assert refusal(producer, Touch(A, Kind.CONSUME, 1)) == error("NotCustodian", A, BUYER, PRODUCER)
    record(buyer, Touch(A, Kind.CONSUME, 1))


def test_the_sender_takes_back(record, refusal, state, producer, buyer, error):
    """Until the receiver has received, the sender may cancel; then there is nothing to receive."""
    record(producer, register("a"), Touch(A, Kind.SHIP, counterparty=BUYER), Touch(A, Kind.RECEIVE))
    assert state(A) == (3, PRODUCER, 0)
    assert refusal(buyer, Touch(A, Kind.RECEIVE)) == error("NotInTransit", A)


def test_only_the_named_receiver_receives(sandbox, record, refusal, operator, producer, inspector, stranger, error):
    """A third producer takes nothing, and an inspector does not handle goods."""
    sandbox.send(sandbox.ledger.functions.admit(C, 2, stranger), operator)
    record(producer, register("a"), Touch(A, Kind.SHIP, counterparty=BUYER))
    assert refusal(stranger, Touch(A, Kind.RECEIVE)) == error("NotReceiver", A, BUYER, 5)
    assert refusal(inspector, Touch(A, Kind.RECEIVE)) == error("MissingCapacity", INSPECTOR, 4, 2)


@pytest.mark.parametrize(
    ("receiver", "name", "arguments"),
    [
        (0, "UnknownParticipant", (0,)),
        (99, "UnknownParticipant", (99,)),
        (PRODUCER, "InvalidReceiver", (A, PRODUCER)),
        (INSPECTOR, "MissingCapacity", (INSPECTOR, 4, 2)),
    ],
)
def test_goods_go_to_another_producer(record, refusal, producer, error, receiver, name, arguments):
    """A receiver exists, is somebody else, and handles goods."""
    record(producer, register("a"))
    assert refusal(producer, Touch(A, Kind.SHIP, counterparty=receiver)) == error(name, *arguments)


def test_recalled_on_the_way(record, state, producer, buyer, inspector):
    """A recall reaches goods in transit, and they may still arrive."""
    record(producer, register("a"), Touch(A, Kind.SHIP, counterparty=BUYER))
    record(inspector, Touch(A, Kind.RECALL))
    assert state(A) == (3, PRODUCER, RECALLED | IN_TRANSIT)
    record(buyer, Touch(A, Kind.RECEIVE))
    assert state(A) == (4, BUYER, RECALLED)


# ----------------------------------------------------------------------------------------------- correcting, retiring
def test_correct_declares_anew(record, balance, producer):
    """A correction goes up and down, and keeps what was used; a recalled lot may be corrected."""
    record(producer, register("a", 1000), Touch(A, Kind.CONSUME, 300))
    record(producer, Touch(A, Kind.CORRECT, 300))
    assert balance(A) == (300, 300, 0, 0)
    record(producer, Touch(A, Kind.RECALL), Touch(A, Kind.CORRECT, 5000))
    assert balance(A) == (5000, 300, 0, 0)


def test_correct_to_nothing(record, balance, producer):
    """A lot that never was is corrected to zero."""
    record(producer, register("a", 1000), Touch(A, Kind.CORRECT, 0))
    assert balance(A) == (0, 0, 0, 0)


def test_retire_is_for_ever(record, refusal, state, producer, inspector, error):
    """A retired subject takes observations and recalls, and nothing that would bring it back."""
    record(producer, register("a"), Touch(A, Kind.RETIRE))
    assert state(A) == (2, PRODUCER, RETIRED)
    for kind in (Kind.RETIRE, Kind.CORRECT):
        assert refusal(producer, Touch(A, kind)) == error("SubjectNotAvailable", A, RETIRED)
    record(inspector, Touch(A, Kind.OBSERVE), Touch(A, Kind.RECALL), Touch(A, Kind.LIFT))
    assert state(A) == (5, PRODUCER, RETIRED)


def test_operators_amend_what_they_opened(record, refusal, state, operator, error):
    """An operator corrects and retires its own subjects, which have no quantity."""
    record(operator, Touch(A, Kind.REGISTER), Touch(A, Kind.CORRECT))
    assert refusal(operator, Touch(A, Kind.CORRECT, 5)) == error("MissingCapacity", 1, 1, 2)
    record(operator, Touch(A, Kind.RETIRE))
    assert state(A) == (3, 1, RETIRED)


@pytest.mark.parametrize("kind", [Kind.CORRECT, Kind.RETIRE])
def test_only_the_custodian_amends_and_not_on_the_way(record, refusal, producer, buyer, inspector, error, kind):
    """Nobody else amends the record, and nobody does while the goods are between two hands."""
    record(producer, register("a"))
    assert refusal(buyer, Touch(A, kind)) == error("NotCustodian", A, PRODUCER, BUYER)
    assert refusal(inspector, Touch(A, kind)) == error("NotCustodian", A, PRODUCER, INSPECTOR)
    record(producer, Touch(A, Kind.SHIP, counterparty=BUYER))
    assert refusal(producer, Touch(A, kind)) == error("SubjectNotAvailable", A, IN_TRANSIT)


def test_a_custodian_that_only_inspects_amends_nothing(sandbox, record, refusal, operator, producer, error):
    """Amending is for who produces or operates."""
    record(producer, register("a"))
    sandbox.send(sandbox.ledger.functions.setCapacities(PRODUCER, 4), operator)
    assert refusal(producer, Touch(A, Kind.RETIRE)) == error("MissingCapacity", PRODUCER, 4, 3)
