"""Serials and second codes of stamps: one secret seed brings back a whole run, and nobody can guess one from another.

A serial is 80 bits of HMAC-SHA-256 over the stamp's place in the run, under the run's seed, written in 16 characters of
Crockford base32 with a check character behind. The second code under a scratch layer is 40 bits of another such
digest, in 8 characters; it is never stored. The seed is kept sealed; with it and the chain every stamp comes back.

`stamp_serial` and `second_code` say how. `serial_text` and `second_codes` give the same texts some ten times faster,
for runs of a million: what depends on the seed alone is hashed once, and characters are made column by column, a whole
column at once. The check character is linear over GF(2), so it is the exclusive or of what each character alone would
have.
"""

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Final

from traceability.domain.check_digits import ALPHABET, check_character, encode_base32, tidy_base32
from traceability.domain.identifiers import StampSerial

SEED_BYTES: Final = 32
"""Length of a run's seed."""

SECRET_BYTES: Final = 10
"""80 bits of each serial are secret."""

SERIAL_CHARACTERS: Final = 17
"""Characters of a serial, its check character included."""

CODE_CHARACTERS: Final = 8
"""Characters of a second code: 40 bits."""

CHUNK: Final = 1 << 14
"""Serials that are made at once where they are wanted one after the other."""

_CODE_BYTES: Final = 5

_CODE: Final = b"second code"
"""Keeps second codes apart from serials under the same seed."""

_BLOCK: Final = 64
"""Bytes that SHA-256 takes at a time (FIPS 180-4); HMAC pads its key to as many (RFC 2104)."""


def stamp_serial(seed: bytes, index: int) -> StampSerial:
    """Return the serial at a place in the run, counted from 0 as in the run's Merkle tree."""
    return StampSerial.from_bits(digest(seed, _place(index), "sha256")[:SECRET_BYTES])


def stamp_serials(seed: bytes, first: int, count: int) -> Iterator[str]:
    """Yield so many serials from a place in the run on, each as `stamp_serial` gives it."""
    return _one_by_one(serial_text, SERIAL_CHARACTERS, seed, first, count)


def serial_text(seed: bytes, first: int, count: int) -> bytes:
    """Return so many serials from a place on, joined: 17 ASCII characters each."""
    secrets = _digests(seed, b"", first, count, SECRET_BYTES)
    text, check = bytearray(count * SERIAL_CHARACTERS), 0
    for place, checks in enumerate(_check_tables()):
        values = _column(secrets, SECRET_BYTES, place)
        check ^= int.from_bytes(values.translate(checks), "big")
        text[place::SERIAL_CHARACTERS] = values.translate(_LETTERS)
    text[SERIAL_CHARACTERS - 1 :: SERIAL_CHARACTERS] = check.to_bytes(count, "big").translate(_LETTERS)
    return bytes(text)


# --------------------------------------------------------------------------------------------------------- second codes
def second_code(seed: bytes, index: int) -> str:
    """Return the second code of the stamp at a place in the run, counted from 0: 8 Crockford base32 characters."""
    return encode_base32(digest(seed, _CODE + _place(index), "sha256")[:_CODE_BYTES])


def second_codes(seed: bytes, first: int, count: int) -> Iterator[str]:
    """Yield so many second codes from a place in the run on, each as `second_code` gives it."""
    return _one_by_one(_code_text, CODE_CHARACTERS, seed, first, count)


def is_second_code(seed: bytes, index: int, typed: str) -> bool:
    """Tell whether somebody typed the second code of a stamp.

    Case, spaces and dashes do not matter, nor O for 0, I or L for 1. Takes as long for a near miss as for nonsense.
    """
    return compare_digest(second_code(seed, index).encode(), tidy_base32(typed).encode(errors="replace"))


def _code_text(seed: bytes, first: int, count: int) -> bytes:
    secrets = _digests(seed, _CODE, first, count, _CODE_BYTES)
    text = bytearray(count * CODE_CHARACTERS)
    for place in range(CODE_CHARACTERS):
        text[place::CODE_CHARACTERS] = _column(secrets, _CODE_BYTES, place).translate(_LETTERS)
    return bytes(text)


# ------------------------------------------------------------------------------------------------------------- the work
def _place(index: int) -> bytes:
    return index.to_bytes(8, "big")


def _one_by_one(
    text_of: Callable[[bytes, int, int], bytes], width: int, seed: bytes, first: int, count: int
) -> Iterator[str]:
    """Yield texts of so many characters each, made a chunk at a time."""
    for start in range(first, first + count, CHUNK):
        text = text_of(seed, start, min(CHUNK, first + count - start)).decode("ascii")
        yield from (text[at : at + width] for at in range(0, len(text), width))


def _digests(seed: bytes, label: bytes, first: int, count: int, size: int) -> bytes:
    """Return the first bytes of HMAC-SHA-256 over a label and each place, joined (RFC 2104, section 2)."""
    key = (seed if len(seed) <= _BLOCK else sha256(seed).digest()).ljust(_BLOCK, b"\0")
    inner = sha256(bytes(byte ^ 0x36 for byte in key) + label)
    outer = sha256(bytes(byte ^ 0x5C for byte in key))
    found = []
    for index in range(first, first + count):
        inside, outside = inner.copy(), outer.copy()
        inside.update(index.to_bytes(8, "big"))
        outside.update(inside.digest())
        found.append(outside.digest()[:size])
    return b"".join(found)


def _column(data: bytes, width: int, place: int) -> bytes:
    """Return the value of one base32 character of each record of so many bytes: five bits, perhaps of two bytes."""
    byte, offset = divmod(place * 5, 8)
    high, low = _bit_tables()[offset]
    values = data[byte::width].translate(high)
    if offset <= 3:  # noqa: PLR2004 - five bits that begin here end in the same byte
        return values
    rest = data[byte + 1 :: width].translate(low)
    both = int.from_bytes(values, "big") | int.from_bytes(rest, "big")
    return both.to_bytes(len(values), "big")


_LETTERS: Final = ALPHABET.encode().ljust(256, b"?")
"""A value of five bits to its character."""


@cache
def _bit_tables() -> tuple[tuple[bytes, bytes], ...]:
    """For each bit of a byte: what that byte and the next one give to the five bits that begin there."""
    return tuple(
        (
            bytes((byte << 8 >> (11 - offset)) & 31 for byte in range(256)),
            bytes(byte >> (11 - offset) & 31 for byte in range(256)),
        )
        for offset in range(8)
    )


@cache
def _check_tables() -> tuple[bytes, ...]:
    """For each character of a serial: what each value there adds to the check character."""
    zero, length = ALPHABET[0], SERIAL_CHARACTERS - 1
    return tuple(
        bytes(
            ALPHABET.index(check_character(zero * place + ALPHABET[value & 31] + zero * (length - 1 - place)))
            for value in range(256)
        )
        for place in range(length)
    )
