"""The hash chain: what the contract stores is what a reader folds from the logs."""

import json
import re
from hashlib import sha256
from random import Random

import pytest
from web3.logs import STRICT

from bench._sandbox import lot, register
from traceability.domain.ledger import Kind
from traceability.proofs.history import GENESIS_HEAD, Touch, fold, subject_key

A, B = lot("a"), lot("b")


@pytest.fixture
def head(sandbox):
    """Return a subject's head and sequence."""
    return lambda subject: tuple(sandbox.ledger.functions.subjectOf(subject).call()[:2])


def test_the_log_holds_the_submission_whole(sandbox, record, producer):
    """One log: signer, operation zero, touches in order, documents to the byte."""
    touches = [register("a", 7), Touch(A, Kind.OBSERVE, first_document=1, document_count=2)]
    receipt = record(producer, *touches, documents=b"\x01\x02\xff")
    (log,) = sandbox.ledger.events.Recorded().process_receipt(receipt, errors=STRICT)
    assert log["args"]["signer"] == producer
    assert log["args"]["operation"] == 0
    assert [(touch["subject"], touch["terms"]) for touch in log["args"]["touches"]] == [
        (t.subject, t.terms) for t in touches
    ]
    assert log["args"]["documents"] == b"\x01\x02\xff"


def test_heads_are_the_fold_of_the_logs(sandbox, record, head, producer, inspector):
    """Python's fold over random submissions arrives at the contract's heads, byte for byte."""
    chance = Random(9162)
    heads = {A: (GENESIS_HEAD, 0), B: (GENESIS_HEAD, 0)}
    touches = [register("a"), register("b")]
    for _ in range(12):
        documents = chance.randbytes(chance.randrange(90))
        signer = producer if touches[0].kind == Kind.REGISTER else chance.choice([producer, inspector])
        record(signer, *touches, documents=documents)
        for touch in touches:
            before, sequence = heads[touch.subject]
            after = fold(before, touch, sequence + 1, sha256(documents).digest(), signer)
            heads[touch.subject] = after, sequence + 1
        assert {subject: head(subject) for subject in heads} == heads
        numbers = [chance.randrange(1 << 16) for _ in range(2)]
        touches = [Touch(chance.choice([A, B]), Kind.OBSERVE, 0, 0, 0, *numbers) for _ in range(chance.randrange(1, 5))]


def test_a_claimed_place_is_held_to(record, refusal, producer, error):
    """A touch that claims another place than the next one is refused, whichever way it errs; zero claims none."""
    record(producer, Touch(A, Kind.REGISTER, sequence=1))
    for claimed in (1, 3, (1 << 24) - 1):
        refused = refusal(producer, Touch(A, Kind.OBSERVE, sequence=claimed))
        assert refused == error("SequenceMismatch", A, 2, claimed)
    record(producer, Touch(A, Kind.OBSERVE, sequence=2), Touch(A, Kind.OBSERVE), Touch(A, Kind.OBSERVE, sequence=4))


def test_the_same_record_twice_is_two_records(record, head, producer):
    """Repeating a touch moves the head on: nothing is ever overwritten."""
    record(producer, register("a"))
    seen = {head(A)[0]}
    for _ in range(3):
        record(producer, Touch(A, Kind.OBSERVE), documents=b"same")
        seen.add(head(A)[0])
    assert len(seen) == 4
    assert head(A)[1] == 4


def test_an_empty_submission_says_nothing(refusal, producer, error):
    """There is no submission without a touch."""
    assert refusal(producer, documents=b"words") == error("EmptySubmission")


_AMOUNT, _COUNTERPARTY, _UNUSED = 1 << 8, 1 << 80, 1 << 168
_NEEDS_AMOUNT = {Kind.CONSUME, Kind.PRODUCE, Kind.WITHDRAW, Kind.DEPOSIT, Kind.STAMP}
_MAY_HAVE_AMOUNT = _NEEDS_AMOUNT | {Kind.REGISTER, Kind.CORRECT}
MALFORMED = [
    *(kind for kind in (0, 14, 15, 128, 255)),
    *(kind | amount | bit for kind in Kind for amount in (0, _AMOUNT) for bit in (_UNUSED, 1 << 255)),
    *(kind | _COUNTERPARTY | _AMOUNT * (kind in _NEEDS_AMOUNT) for kind in Kind if kind != Kind.SHIP),
    *(kind | _AMOUNT for kind in Kind if kind not in _MAY_HAVE_AMOUNT),
    *(int(kind) for kind in _NEEDS_AMOUNT),
]


def test_terms_that_say_nothing_clear_are_refused(sandbox, record, producer, error):
    """Unknown kinds, unused bits, and amounts or counterparties where they mean nothing (or are wanted and missing)."""
    record(producer, register("a"))
    for terms in MALFORMED:
        call = sandbox.ledger.functions.submit([(A, int(terms))], b"")
        assert sandbox.refusal(call, producer) == error("MalformedTerms", A, int(terms)), hex(terms)


def test_the_documented_example_is_right(project_root):
    """A second reader that follows docs/format.md arrives at the heads that it prints."""
    example = json.loads(
        re.search(r"```json\n(\{.*?\n\})\n```", (project_root / "docs/format.md").read_text(), re.DOTALL)[1]
    )
    head = GENESIS_HEAD
    for sequence, step in enumerate(example["touches"], 1):
        touch = Touch.from_terms(subject_key(example["uri"]), int(step["terms"], 16))
        head = fold(head, touch, sequence, sha256(bytes.fromhex(step["documents"])).digest(), example["signer"])
        assert head.hex() == step["head"]
