"""Addresses of keys as people write them: 40 hexadecimal digits whose capitals carry a checksum (EIP-55)."""

import re
from typing import Final

from eth_hash.auto import keccak

from traceability.errors import InvalidInputError

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")


def checksummed(text: str, *, field: str = "address") -> str:
    """Return an address with its checksum in capitals and small letters.

    Raises:
        InvalidInputError: it is no address, is zero, or its capitals do not fit.
    """
    address = text.strip()
    if not _ADDRESS.fullmatch(address) or not int(address, 16):
        raise InvalidInputError(
            "{address} is not an address: it should be 0x and 40 hexadecimal digits.", field=field, address=text[:60]
        )
    digits = address[2:].lower()
    hashed = keccak(digits.encode()).hex()
    expected = "0x" + "".join(d.upper() if int(h, 16) > 7 else d for d, h in zip(digits, hashed, strict=False))  # noqa: PLR2004 - EIP-55
    if address[2:] not in {digits, digits.upper()} and address != expected:
        raise InvalidInputError(
            "The capitals of {address} do not fit (EIP-55): a digit is wrong. Copy it again.",
            field=field,
            address=address,
        )
    return expected
