"""Serials of stamps: one secret seed brings back a whole run, and nobody can guess one serial from another.

A serial is 80 bits of HMAC-SHA-256 over the stamp's place in the run, under the run's seed, written in 16 characters of
Crockford base32 with a check character behind. The seed is kept sealed; with it and the chain every stamp comes back.
"""

from collections.abc import Iterator
from hmac import digest
from typing import Final

from traceability.domain.identifiers import StampSerial

SEED_BYTES: Final = 32
"""Length of a run's seed."""

SECRET_BYTES: Final = 10
"""80 bits of each serial are secret."""


def stamp_serial(seed: bytes, index: int) -> StampSerial:
    """Return the serial at a place in the run, counted from 0 as in the run's Merkle tree."""
    return StampSerial.from_bits(digest(seed, index.to_bytes(8, "big"), "sha256")[:SECRET_BYTES])


def stamp_serials(seed: bytes, first: int, count: int) -> Iterator[StampSerial]:
    """Yield so many serials from a place in the run on."""
    return (stamp_serial(seed, index) for index in range(first, first + count))
