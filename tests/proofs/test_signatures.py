"""A signature binds author, contract, chain, content and time, and nothing else will do."""

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.errors import VerificationError
from traceability.proofs.history import Kind, Touch, subject_key
from traceability.proofs.signatures import recover, submission_digest

CONTRACT = "0x" + "ab" * 20
ACCOUNT = Account.from_key(b"\x07" * 32)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

TYPES = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ],
    "Touch": [{"name": "subject", "type": "bytes32"}, {"name": "terms", "type": "uint256"}],
    "Submission": [
        {"name": "signer", "type": "address"},
        {"name": "operation", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
        {"name": "touches", "type": "Touch[]"},
        {"name": "documents", "type": "bytes"},
    ],
}


def wallet_signature(chain, operation, deadline, touches, documents):
    """Return what a wallet signs when it is shown the typed data."""
    message = {
        "signer": ACCOUNT.address,
        "operation": operation,
        "deadline": deadline,
        "touches": [{"subject": touch.subject, "terms": touch.terms} for touch in touches],
        "documents": documents,
    }
    domain = {"name": "ProvenanceLedger", "version": "1", "chainId": chain, "verifyingContract": CONTRACT}
    typed = {"types": TYPES, "primaryType": "Submission", "domain": domain, "message": message}
    return bytes(ACCOUNT.sign_message(encode_typed_data(full_message=typed)).signature)


@settings(max_examples=15)
@given(st.integers(1, 2**64), st.integers(0, 2**256 - 1), st.integers(0, 2**64), st.binary(max_size=40))
def test_wallets_sign_the_same_digest(chain, operation, deadline, documents):
    """What any EIP-712 wallet signs recovers its address from our digest."""
    touches = [Touch(subject_key("a"), Kind.OBSERVE, 1), Touch(subject_key("b"), Kind.SHIP, 0, 3)]
    signature = wallet_signature(chain, operation, deadline, touches, documents)
    digest = submission_digest(chain, CONTRACT, ACCOUNT.address, operation, deadline, touches, documents)
    assert recover(digest, signature) == ACCOUNT.address


def test_every_part_is_signed():
    """Changing anything changes the digest."""
    touches = [Touch(subject_key("a"), Kind.OBSERVE)]
    whole = (1, CONTRACT, ACCOUNT.address, 2, 3, touches, b"x")
    changes = [(0, 2), (1, "0x" + "cd" * 20), (2, CONTRACT), (3, 9), (4, 9), (5, []), (6, b"y")]
    changed = {submission_digest(*[value if place == n else whole[n] for n in range(7)]) for place, value in changes}
    assert len(changed | {submission_digest(*whole)}) == 8


def test_malformed_signatures_are_refused():
    """Wrong length, wrong v, and the malleable twin are nobody's."""
    good = wallet_signature(1, 1, 1, [], b"")
    digest = submission_digest(1, CONTRACT, ACCOUNT.address, 1, 1, [], b"")
    twin_s = (ORDER - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
    twin = good[:32] + twin_s + bytes([55 - good[64]])
    for signature in (good[:-1], good + b"\0", good[:64] + b"\0", twin, bytes(64) + b"\x1b", b"\xff" * 64 + b"\x1b"):
        with pytest.raises(VerificationError):
            recover(digest, signature)
