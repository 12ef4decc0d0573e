"""The two check characters that guard what people type: GS1's for numbers, and ours for stamp serials.

GS1's (General Specifications, 7.9) weighs digits by 3 and 1 from the right and fills up to ten. Ours is the check
symbol of a Reed-Solomon code over the field of 32 elements, one element for each Crockford base32 character: it finds
every single wrong character and every swap of two.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford base32: no I, L, O or U, so that nothing is mistaken for something else."""

_LOOKALIKES = str.maketrans("OIL", "011")

_FIELD_POLYNOMIAL = 0b100101
"""x^5 + x^2 + 1, primitive over GF(2)."""


def check_digit(digits: str) -> str:
    """Return the GS1 check digit that belongs after some digits, for keys of every length."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Tell whether the last of some digits is the check digit of the others."""
    return check_digit(digits[:-1]) == digits[-1]


def encode_base32(data: bytes) -> str:
    """Return bytes as Crockford base32, highest bits first, zero bits filling up the last character."""
    count = -(-len(data) * 8 // 5)
    number = int.from_bytes(data, "big") << (count * 5 - len(data) * 8)
    return "".join(ALPHABET[number >> shift & 31] for shift in range((count - 1) * 5, -1, -5))


def tidy_base32(text: str) -> str:
    """Return typed base32 as it is written: capitals, no separators, O as 0, I and L as 1."""
    return text.upper().replace("-", "").replace(" ", "").translate(_LOOKALIKES)


def is_base32(text: str) -> bool:
    """Tell whether a text holds nothing but characters of the alphabet."""
    return bool(text) and all(character in ALPHABET for character in text)


def check_character(text: str) -> str:
    """Return the base32 character that belongs after others, at most 30 of them."""
    remainder = 0
    for character in text + ALPHABET[0]:
        remainder <<= 1
        if remainder >= len(ALPHABET):
            remainder ^= _FIELD_POLYNOMIAL
        remainder ^= ALPHABET.index(character)
    return ALPHABET[remainder]
