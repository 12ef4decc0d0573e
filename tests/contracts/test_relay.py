"""Submissions that somebody else sends: who signed, once, in time, on this chain."""

from pathlib import Path

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from bench._sandbox import NEVER, lot, register
from traceability.domain.ledger import Kind
from traceability.proofs.history import Touch

A = lot("a")
KEY = bytes(31) + b"\x2a"
SIGNER = Account.from_key(KEY).address
OTHER_KEY = bytes(31) + b"\x2b"
ACCOUNT = Path(__file__).with_name("ContractAccount.json")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
SEEN = Touch(A, Kind.OBSERVE)


@pytest.fixture
def signer(sandbox, operator, record, producer):
    """A second key of producer 2 that has no ether and never sends anything; lot A is registered."""
    sandbox.send(sandbox.ledger.functions.addKey(2, SIGNER, 0), operator)
    record(producer, register("a"))
    return SIGNER


@pytest.fixture
def is_used(sandbox):
    """Tell whether an operation of the signer has landed."""
    return lambda operation: sandbox.ledger.functions.isUsed(SIGNER, operation).call()


def test_anyone_may_carry_but_only_the_signer_authors(sandbox, signer, stranger, is_used):
    """A stranger pays for it; the log and the history name the signer and the operation."""
    receipt = sandbox.send(sandbox.relayed(KEY, 7, SEEN, documents=b"d"), stranger)
    (log,) = sandbox.ledger.events.Recorded().process_receipt(receipt)
    assert (log["args"]["signer"], log["args"]["operation"]) == (signer, 7)
    assert is_used(7)
    assert not is_used(6)


def test_the_digest_is_eip_712(sandbox, signer, stranger):
    """A wallet that knows nothing of us signs the same thing: eth_account's own typed data encoder is the slow twin."""
    domain = {
        "name": "ProvenanceLedger",
        "version": "1",
        "chainId": sandbox.web3.eth.chain_id,
        "verifyingContract": sandbox.ledger.address,
    }
    types = {
        "Submission": [
            {"name": "signer", "type": "address"},
            {"name": "operation", "type": "uint256"},
            {"name": "deadline", "type": "uint256"},
            {"name": "touches", "type": "Touch[]"},
            {"name": "documents", "type": "bytes"},
        ],
        "Touch": [{"name": "subject", "type": "bytes32"}, {"name": "terms", "type": "uint256"}],
    }
    touches = [SEEN, Touch(A, Kind.CONSUME, 5)]
    message = {
        "signer": signer,
        "operation": 1,
        "deadline": NEVER,
        "touches": [{"subject": touch.subject, "terms": touch.terms} for touch in touches],
        "documents": b"\x00documents",
    }
    signature = Account.sign_message(encode_typed_data(domain, types, message), KEY).signature
    call = sandbox.ledger.functions.relay(
        signer, 1, NEVER, [(touch.subject, touch.terms) for touch in touches], b"\x00documents", signature
    )
    sandbox.send(call, stranger)


def test_an_operation_lands_once(sandbox, signer, stranger, error):
    """The same submission again, and another one under the same number, are refused."""
    sandbox.send(sandbox.relayed(KEY, 7, SEEN), stranger)
    expected = error("OperationAlreadyUsed", signer, 7)
    assert sandbox.refusal(sandbox.relayed(KEY, 7, SEEN), stranger) == expected
    assert sandbox.refusal(sandbox.relayed(KEY, 7, SEEN, SEEN, documents=b"x"), stranger) == expected


def test_operations_come_in_any_order(sandbox, signer, stranger, is_used):
    """Numbers need no order, and neighbours in one word do not disturb each other."""
    numbers = [300, 1, 255, 256, (1 << 256) - 1, 2]
    for number in numbers:
        sandbox.send(sandbox.relayed(KEY, number, SEEN), stranger)
    assert all(is_used(number) for number in numbers)
    assert not any(is_used(number) for number in (3, 254, 257, 299, 301, (1 << 256) - 2))


def test_operation_zero_is_kept_for_own_submissions(sandbox, signer, stranger, error):
    """So that a log tells the two doors apart."""
    assert sandbox.refusal(sandbox.relayed(KEY, 0, SEEN), stranger) == error("InvalidOperation", 0)


def test_a_refused_submission_uses_up_no_operation(sandbox, signer, stranger, is_used, error):
    """After a refusal the same number serves for the mended submission."""
    refused = sandbox.refusal(sandbox.relayed(KEY, 7, Touch(A, Kind.CONSUME, 5000)), stranger)
    assert refused == error("InsufficientQuantity", A, 1000, 5000)
    assert not is_used(7)
    sandbox.send(sandbox.relayed(KEY, 7, Touch(A, Kind.CONSUME, 500)), stranger)


def test_a_deadline_is_the_last_second(sandbox, signer, stranger, error):
    """Later than the deadline nothing lands."""
    now = sandbox.web3.eth.get_block("latest")["timestamp"]
    late = sandbox.refusal(sandbox.relayed(KEY, 7, SEEN, deadline=now - 1), stranger)
    assert (late.name, late.arguments[0]) == ("SubmissionExpired", now - 1)
    assert late.arguments[1] >= now
    sandbox.send(sandbox.relayed(KEY, 7, SEEN, deadline=now + 3600), stranger)


@pytest.mark.parametrize(
    ("name", "index", "value"),
    [
        ("operation", 1, 8),
        ("deadline", 2, NEVER - 1),
        ("subject", 3, [(lot("b"), SEEN.terms)]),
        ("terms", 3, [(A, Touch(A, Kind.OBSERVE, document_count=1).terms)]),
        ("another touch", 3, [(A, SEEN.terms), (A, SEEN.terms)]),
        ("documents", 4, b"other"),
        ("no signature", 5, b""),
        ("short signature", 5, bytes(64)),
        ("zero signature", 5, bytes(65)),
    ],
)
def test_whatever_is_altered_after_signing_is_refused(sandbox, signer, stranger, error, name, index, value):
    """Every part of a submission is signed."""
    arguments = list(sandbox.relayed(KEY, 7, SEEN, documents=b"d").args)
    arguments[index] = value
    assert sandbox.refusal(sandbox.ledger.functions.relay(*arguments), stranger) == error("InvalidSignature", signer)


def test_nobody_signs_for_another(sandbox, signer, producer, stranger, error):
    """A valid signature of somebody else is none, even of another key of the same participant."""
    arguments = list(sandbox.relayed(OTHER_KEY, 7, SEEN).args)
    arguments[0] = producer
    assert sandbox.refusal(sandbox.ledger.functions.relay(*arguments), stranger) == error("InvalidSignature", producer)


def test_the_twin_of_a_signature_is_refused(sandbox, signer, stranger, error):
    """EIP-2: the signature with the other s, which anyone can compute, does not count."""
    arguments = list(sandbox.relayed(KEY, 7, SEEN).args)
    r, s, v = arguments[5][:32], int.from_bytes(arguments[5][32:64], "big"), arguments[5][64]
    arguments[5] = r + (ORDER - s).to_bytes(32, "big") + bytes([55 - v])
    assert sandbox.refusal(sandbox.ledger.functions.relay(*arguments), stranger) == error("InvalidSignature", signer)


def test_a_signature_counts_for_one_contract_only(sandbox, signer, operator, stranger, error):
    """Another deployment on the same chain refuses what was signed for this: the domain names chain and contract."""
    arguments = sandbox.relayed(KEY, 7, SEEN).args
    second = type(sandbox)(sandbox.web3)
    second.send(second.ledger.functions.addKey(2, SIGNER, 0), operator)
    refused = second.refusal(second.ledger.functions.relay(*arguments), stranger)
    assert refused == error("InvalidSignature", signer)


def test_a_key_that_speaks_for_nobody_relays_nothing(sandbox, stranger, error):
    """A perfect signature gives no right to write."""
    other = Account.from_key(OTHER_KEY).address
    assert sandbox.refusal(sandbox.relayed(OTHER_KEY, 7, register("z")), stranger) == error("NotParticipant", other)


def test_a_key_signs_no_more_once_revoked(sandbox, signer, operator, stranger):
    """What was signed in time and is sent too late is refused."""
    call = sandbox.relayed(KEY, 7, SEEN)
    sandbox.send(sandbox.ledger.functions.revokeKey(signer, 0), operator)
    assert sandbox.refusal(call, stranger).name == "KeyNotInEffect"


@pytest.fixture
def account(sandbox, signer, operator):
    """A contract account owned by KEY that is a key of producer 3."""
    contract = sandbox.deploy(ACCOUNT, SIGNER)
    sandbox.send(sandbox.ledger.functions.addKey(3, contract.address, 0), operator)
    return contract.address


def test_a_contract_account_signs_by_erc_1271(sandbox, account, stranger):
    """The ledger asks the account whether the signature is its own, and names the account as author."""
    call = sandbox.relayed(KEY, 7, register("z"), signer=account)
    receipt = sandbox.send(call, stranger)
    (log,) = sandbox.ledger.events.Recorded().process_receipt(receipt)
    assert log["args"]["signer"] == account
    assert sandbox.ledger.functions.subjectOf(lot("z")).call()[2] == 3
    assert sandbox.refusal(call, stranger).name == "OperationAlreadyUsed"


def test_a_contract_account_refuses_strangers(sandbox, account, stranger, error):
    """Its answer is what counts, also when it is a revert."""
    call = sandbox.relayed(OTHER_KEY, 7, register("z"), signer=account)
    assert sandbox.refusal(call, stranger) == error("InvalidSignature", account)
    arguments = [*call.args[:5], b"no signature"]
    assert sandbox.refusal(sandbox.ledger.functions.relay(*arguments), stranger) == error("InvalidSignature", account)
