"""Codes of our own for what has no GS1 number: random characters of Crockford base32 that say nothing about anybody.

A place keeps its code: the same words of the same participant always give the same one. It is derived with a secret of
this data folder, so that nobody else can try out addresses until one fits.
"""

import secrets
from hashlib import sha256
from hmac import new as hmac
from typing import Final

from traceability.domain.identifiers import Gln, LotNumber, PartyCode, PlaceCode, ProductCode
from traceability.domain.uris import PlaceRef

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32, without I, L, O and U."""

GLN_DIGITS: Final = 13


def random_code(length: int) -> str:
    """Return so many random characters, five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_product_code() -> ProductCode:
    """Return a code for a product that has no GTIN."""
    return ProductCode(random_code(ProductCode.length))


def new_party_code() -> PartyCode:
    """Return a code for a participant that has no GLN."""
    return PartyCode(random_code(PartyCode.length))


def new_lot_number() -> LotNumber:
    """Return a lot number without meaning, as TCVN 13274 asks."""
    return LotNumber(random_code(8))


def place_ref(words: str, participant: int, secret: bytes, namespace: str) -> PlaceRef:
    """Return the place that somebody's words name: by its GLN, by a code on this site, or by a code made for it.

    Raises:
        InvalidIdentifierError: the words are a GLN with a wrong check digit.
    """
    digits = words.replace(" ", "")
    if len(digits) == GLN_DIGITS and digits.isdigit():
        return PlaceRef(Gln(digits), namespace)
    name = f"{participant}\n{' '.join(words.casefold().split())}"
    number = int.from_bytes(hmac(secret, name.encode(), sha256).digest(), "big")
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in range(PlaceCode.length))
    return PlaceRef(PlaceCode(code), namespace)
