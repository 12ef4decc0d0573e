"""Signing a submission in its author's name: the digest goes to the key store, the signature comes back.

This is the one place where a record gets its author. The server may relay what was signed anywhere; what is signed
here is signed with a key that lies here, and the pages say so.
"""

from collections.abc import Sequence

from traceability.ports import KeyStore, Ledger, SignedSubmission
from traceability.proofs.history import Touch
from traceability.proofs.signatures import submission_digest


def sign_submission(
    keys: KeyStore,
    ledger: Ledger,
    signer: str,
    operation: int,
    deadline: int,
    touches: Sequence[Touch],
    documents: bytes,
) -> SignedSubmission:
    """Return a submission signed by its author for one ledger (EIP-712).

    Args:
        keys: holds the author's key.
        ledger: gives chain id and contract address, without which a signature would be good elsewhere.
        signer: the author's checksummed address.
        operation: a number above zero that the author has not used, see `Outbox.next_operation`.
        deadline: Unix seconds after which the contract refuses.
        touches: what is done to which subjects.
        documents: the blob that says it in full.

    Raises:
        NotFoundError: the author's key lies elsewhere.
    """
    digest = submission_digest(ledger.chain_id, ledger.address, signer, operation, deadline, touches, documents)
    signature = keys.sign(signer, digest)
    return SignedSubmission(signer, operation, deadline, tuple(touches), documents, signature)
