"""Who authored a submission: its EIP-712 digest, and the address that a signature recovers.

A producer's key signs the digest; anyone may then relay the submission, and the contract recovers the same address
from the same digest. The domain (chain id and contract) makes a signature worthless anywhere else; `operation` and
`deadline` make it worthless twice or too late.
"""

from collections.abc import Sequence

from eth_hash.auto import keccak
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError

from traceability.errors import VerificationError
from traceability.proofs.history import Touch

DOMAIN_NAME, DOMAIN_VERSION = "ProvenanceLedger", "1"

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
TOUCH_TYPE = "Touch(bytes32 subject,uint256 terms)"
SUBMISSION_TYPE = (
    "Submission(address signer,uint256 operation,uint256 deadline,Touch[] touches,bytes documents)" + TOUCH_TYPE
)

SIGNATURE_BYTES = 65
"""r || s || v."""

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
"""EIP-2: a signature with a larger s is a twin that anyone can make, so nobody accepts it."""


def domain_separator(chain_id: int, contract: str) -> bytes:
    """Return the hash of the EIP-712 domain of one deployed ledger."""
    hashes = (DOMAIN_TYPE, DOMAIN_NAME, DOMAIN_VERSION)
    return keccak(b"".join(_keccak_text(text) for text in hashes) + _word(chain_id) + _address(contract))


def submission_digest(
    chain_id: int,
    contract: str,
    signer: str,
    operation: int,
    deadline: int,
    touches: Sequence[Touch],
    documents: bytes,
) -> bytes:
    """Return the 32 bytes that the author of a submission signs (EIP-712, `hashStruct` under the ledger's domain).

    Args:
        chain_id: EIP-155 chain id.
        contract: address of the ledger.
        signer: the author's address.
        operation: the author's unordered nonce, below 2^256.
        deadline: Unix seconds after which the contract refuses.
        touches: in the order in which they are submitted.
        documents: the blob exactly as submitted.
    """
    type_hash = _keccak_text(TOUCH_TYPE)
    touched = b"".join(keccak(type_hash + touch.subject + _word(touch.terms)) for touch in touches)
    struct = (
        _keccak_text(SUBMISSION_TYPE),
        _address(signer),
        _word(operation),
        _word(deadline),
        keccak(touched),
        keccak(documents),
    )
    return keccak(b"\x19\x01" + domain_separator(chain_id, contract) + keccak(b"".join(struct)))


def recover(digest: bytes, signature: bytes) -> str:
    """Return the checksummed address (EIP-55) whose key signed a digest.

    Args:
        digest: 32 bytes.
        signature: r || s || v, 65 bytes, v 27 or 28, s in the lower half.

    Raises VerificationError when the signature is malformed or recovers nobody.
    """
    if len(signature) != SIGNATURE_BYTES or signature[64] not in (27, 28):
        raise VerificationError("A signature is 65 bytes long and ends in 27 or 28.", field="signature")
    if int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        raise VerificationError("The signature is not in its canonical form (EIP-2).", field="signature")
    try:
        parts = Signature(signature[:64] + bytes([signature[64] - 27]))
        return parts.recover_public_key_from_msg_hash(digest).to_checksum_address()
    except (BadSignature, ValidationError) as error:
        raise VerificationError("The signature recovers no address.", field="signature") from error


def _keccak_text(text: str) -> bytes:
    return keccak(text.encode())


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _address(address: str) -> bytes:
    return bytes.fromhex(address.removeprefix("0x")).rjust(32, b"\0")
