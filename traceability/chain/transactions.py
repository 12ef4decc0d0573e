"""Transactions as they go over the wire (EIP-1559), signed inside a key store that never gives the key away.

The library's own signers want the private key in their hands. Here the signing hash goes to the key store and the
signature comes back, which is all that a transaction needs.
"""

from dataclasses import dataclass

import rlp
from eth_hash.auto import keccak
from eth_utils.address import to_canonical_address

from traceability.ports import KeyStore

DYNAMIC_FEE_TYPE = b"\x02"
"""The transaction type of EIP-1559, in front of the RLP payload (EIP-2718)."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction without value and access list, before it is signed.

    Args:
        chain_id: EIP-155 chain id.
        nonce: its number among the transactions of its sender.
        tip: wei a gas unit for the block's maker.
        most: wei a gas unit at most, the tip included.
        gas: gas units at most.
        to: checksummed address, or None to create a contract.
        data: call data or creation code.
    """

    chain_id: int
    nonce: int
    tip: int
    most: int
    gas: int
    to: str | None
    data: bytes

    def sign(self, keys: KeyStore, sender: str) -> bytes:
        """Return the signed transaction as `eth_sendRawTransaction` takes it.

        Raises:
            NotFoundError: the sender's key lies elsewhere.
        """
        to = to_canonical_address(self.to) if self.to else b""
        fields: list[object] = [self.chain_id, self.nonce, self.tip, self.most, self.gas, to, 0, self.data, []]
        signature = keys.sign(sender, keccak(DYNAMIC_FEE_TYPE + rlp.encode(fields)))
        r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
        encoded: bytes = rlp.encode([*fields, v - 27, r, s])
        return DYNAMIC_FEE_TYPE + encoded
