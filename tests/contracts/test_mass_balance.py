"""Nothing gives more than it holds, lot by lot and submission by submission."""

import pytest

from bench._sandbox import lot, register
from traceability.domain.ledger import Kind
from traceability.proofs.history import Touch

A, B, C, D = lot("a"), lot("b"), lot("c"), lot("d")
MOST = (1 << 72) - 1


@pytest.fixture
def left(sandbox):
    """Return what a lot has left."""

    def left(subject):
        declared, consumed, stamped, _ = sandbox.ledger.functions.balanceOf(subject).call()
        return declared - consumed - stamped

    return left


@pytest.mark.parametrize("kind", [Kind.CONSUME, Kind.WITHDRAW, Kind.STAMP])
def test_no_more_than_is_left(record, refusal, producer, error, kind):
    """The error says what is left and what was wanted; stamps and consumption count together."""
    record(producer, register("a", 100), Touch(A, Kind.CONSUME, 30), Touch(A, Kind.STAMP, 50))
    assert refusal(producer, Touch(A, kind, 21)) == error("InsufficientQuantity", A, 20, 21)
    assert refusal(producer, Touch(A, kind, MOST)) == error("InsufficientQuantity", A, 20, MOST)


def test_everything_may_be_used(record, refusal, left, producer, error):
    """The last gram goes, and then nothing does."""
    record(producer, register("a", 100), Touch(A, Kind.CONSUME, 60), Touch(A, Kind.STAMP, 40))
    assert left(A) == 0
    assert refusal(producer, Touch(A, Kind.STAMP, 1)) == error("InsufficientQuantity", A, 0, 1)


def test_touches_of_one_submission_add_up(refusal, producer, error):
    """Splitting a theft into small touches of one submission does not help."""
    touches = [register("a", 100), *[Touch(A, Kind.CONSUME, 40)] * 3]
    assert refusal(producer, *touches) == error("InsufficientQuantity", A, 20, 40)


def test_the_largest_quantity_works(record, left, producer):
    """72 bits are usable to the last one, and no sum overflows into its neighbour."""
    record(producer, register("a", MOST), Touch(A, Kind.CONSUME, MOST - 1), Touch(A, Kind.STAMP, 1))
    assert left(A) == 0


def test_transformation_of_several_into_several(record, left, producer):
    """Inputs and outputs have units of their own, so that only inputs are bounded; the order of touches is free."""
    record(producer, register("a", 60_000), register("b", 25_000))
    record(
        producer,
        Touch(C, Kind.PRODUCE, 540),
        Touch(A, Kind.CONSUME, 60_000),
        Touch(B, Kind.CONSUME, 20_000),
        Touch(D, Kind.PRODUCE, 3),
    )
    assert (left(A), left(B), left(C), left(D)) == (0, 5_000, 540, 3)


def test_nothing_comes_from_nothing(record, refusal, producer, error):
    """An output needs an input in the same submission; withdrawing or stamping is none."""
    record(producer, register("a", 100))
    assert refusal(producer, Touch(B, Kind.PRODUCE, 5)) == error("ProducedFromNothing", B)
    stamped = refusal(producer, Touch(A, Kind.STAMP, 5), Touch(B, Kind.PRODUCE, 5), Touch(C, Kind.PRODUCE, 1))
    assert stamped == error("ProducedFromNothing", B)


def test_an_output_may_be_used_at_once(record, left, producer):
    """Two steps of one recipe may be recorded together."""
    record(producer, register("a", 100), Touch(A, Kind.CONSUME, 100), Touch(B, Kind.PRODUCE, 50))
    record(producer, Touch(B, Kind.CONSUME, 50), Touch(C, Kind.PRODUCE, 5), Touch(C, Kind.STAMP, 5))
    assert (left(A), left(B), left(C)) == (0, 0, 0)


def test_split_and_aggregate(record, left, producer):
    """What is withdrawn is deposited: one lot into two, two into one."""
    record(producer, register("a", 100))
    record(producer, Touch(A, Kind.WITHDRAW, 90), Touch(B, Kind.DEPOSIT, 50), Touch(C, Kind.DEPOSIT, 40))
    record(producer, Touch(B, Kind.WITHDRAW, 50), Touch(C, Kind.WITHDRAW, 10), Touch(D, Kind.DEPOSIT, 60))
    assert (left(A), left(B), left(C), left(D)) == (10, 0, 30, 60)


@pytest.mark.parametrize(("withdrawn", "deposited"), [(10, 11), (11, 10), (10, 0), (0, 10)])
def test_a_split_neither_gains_nor_loses(record, refusal, producer, error, withdrawn, deposited):
    """The error says both sums. A loss is recorded as consumption, openly."""
    record(producer, register("a", 100))
    touches = [Touch(A, Kind.WITHDRAW, withdrawn)] * bool(withdrawn) + [Touch(B, Kind.DEPOSIT, deposited)] * bool(
        deposited
    )
    assert refusal(producer, *touches) == error("UnbalancedSplit", withdrawn, deposited)


def test_correction_not_below_what_is_used(record, refusal, producer, error):
    """A correction cannot make history impossible."""
    record(producer, register("a", 100), Touch(A, Kind.CONSUME, 30), Touch(A, Kind.STAMP, 50))
    assert refusal(producer, Touch(A, Kind.CORRECT, 79)) == error("DeclaredBelowUsed", A, 80, 79)
    record(producer, Touch(A, Kind.CORRECT, 80))


def test_a_refused_touch_undoes_the_submission(sandbox, record, refusal, left, producer, error):
    """The first touches of a refused submission leave no trace."""
    record(producer, register("a", 100))
    with pytest.raises(AssertionError, match="the transaction failed"):
        record(producer, Touch(A, Kind.CONSUME, 60), Touch(B, Kind.OBSERVE))
    assert left(A) == 100
    assert sandbox.ledger.functions.subjectOf(A).call()[1] == 1
