"""The two check digits that guard what people type: GS1's for numbers, and ours for stamp serials.

GS1's (General Specifications, 7.9) weighs digits by 3 and 1 from the right and fills up to ten. Ours is ISO/IEC
7064 MOD 37,36 over the 32 letters and digits of Crockford base32; it finds every single wrong character and every
swap of neighbours.
"""


def check_digit(digits: str) -> str:
    """Return the GS1 check digit that belongs after some digits, for keys of every length."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Tell whether the last of some digits is the check digit of the others."""
    return check_digit(digits[:-1]) == digits[-1]
