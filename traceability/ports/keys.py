"""Private keys and small secrets, encrypted at rest."""

from typing import Protocol


class KeyStore(Protocol):
    """Participants' private keys, encrypted at rest. Signing happens inside; a key never leaves."""

    def create(self) -> str:
        """Make a new secp256k1 key at random, keep it encrypted, and return its checksummed address."""
        ...

    def holds(self, address: str) -> bool:
        """Tell whether this store can sign for an address."""
        ...

    def sign(self, address: str, digest: bytes) -> bytes:
        """Sign a 32-byte digest (EIP-712) and return r||s||v, 65 bytes.

        Raises NotFoundError when the key lies elsewhere.
        """
        ...

    def seal(self, secret: bytes, *, purpose: str) -> bytes:
        """Encrypt a small secret, which opens for the same purpose only."""
        ...

    def unseal(self, sealed: bytes, *, purpose: str) -> bytes:
        """Return what was sealed. Raises StorageError when it was changed, or sealed for another purpose."""
        ...
