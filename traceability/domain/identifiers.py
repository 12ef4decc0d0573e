"""Names of things as the trade writes them, checked once and then trusted.

Each class is a text that cannot exist in a wrong form: `Gtin("9506000134352")` either is a valid GTIN in its 14 digits
or raises. Numbers follow the GS1 General Specifications; codes are our own, random and without meaning, for those who
have no GS1 number.
"""

import re
from typing import ClassVar, Final, Self

from traceability.domain.check_digits import (
    check_character,
    check_digit,
    encode_base32,
    has_check_digit,
    is_base32,
    tidy_base32,
)
from traceability.errors import InvalidIdentifierError

__all__ = [
    "Gln",
    "GlnExtension",
    "Gtin",
    "Identifier",
    "LotNumber",
    "PartyCode",
    "PlaceCode",
    "ProductCode",
    "SerialNumber",
    "StampSerial",
    "check_digit",
]

_SET_82: Final = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
"""GS1 AI encodable character set 82 (General Specifications, figure 7.11-1)."""

_SEPARATORS = str.maketrans("", "", " -\u00a0")


class Identifier(str):
    """A text in the one form of its kind. Calling the class checks it; `field` names the form field it fills."""

    __slots__ = ()
    field: ClassVar[str]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the identifier that a text holds. Raises InvalidIdentifierError when it holds none."""
        return cls(text)


class Gtin(Identifier):
    """Global Trade Item Number, kept as 14 digits; accepts GTIN-8, GTIN-12, GTIN-13 and GTIN-14 with their check digit.

    Raises InvalidIdentifierError when the text is none of these.
    """

    __slots__ = ()
    field = "gtin"

    def __new__(cls, text: str) -> Self:
        """Check and pad the number; spaces and hyphens between the digits are passed over."""
        digits = text.translate(_SEPARATORS)
        _require_digits("GTIN", digits, cls.field)
        if len(digits) not in (8, 12, 13, 14):
            template = "A GTIN has 8, 12, 13 or 14 digits; {value} has {length}. Copy all digits below the bar code."
            raise InvalidIdentifierError(template, field=cls.field, value=digits, length=len(digits))
        _require_check_digit("GTIN", digits, cls.field)
        if not digits.strip("0"):
            raise InvalidIdentifierError("{value} is no GTIN: nobody was given it.", field=cls.field, value=digits)
        return super().__new__(cls, digits.zfill(14))

    @property
    def gtin13(self) -> str | None:
        """Return the 13 digits that stand below a retail bar code, or None for a GTIN-14 of a case or pallet."""
        return self[1:] if self[0] == "0" else None

    @property
    def printed(self) -> str:
        """Return the number as people know it: 13 digits where they suffice, otherwise 14."""
        return self.gtin13 or str(self)


class Gln(Identifier):
    """Global Location Number: 13 digits that name a party or a place.

    Raises InvalidIdentifierError when the text is none.
    """

    __slots__ = ()
    field = "gln"

    def __new__(cls, text: str) -> Self:
        """Check the number; spaces and hyphens between the digits are passed over."""
        digits = text.translate(_SEPARATORS)
        _require_digits("GLN", digits, cls.field)
        if len(digits) != 13:  # noqa: PLR2004 the length is the definition of a GLN
            template = "A GLN has 13 digits; {value} has {length}."
            raise InvalidIdentifierError(template, field=cls.field, value=digits, length=len(digits))
        _require_check_digit("GLN", digits, cls.field)
        return super().__new__(cls, digits)


def _require_digits(name: str, digits: str, field: str) -> None:
    if not (digits.isascii() and digits.isdigit()):
        template = "A {name} consists of digits only; {value} does not."
        raise InvalidIdentifierError(template, field=field, name=name, value=digits)


def _require_check_digit(name: str, digits: str, field: str) -> None:
    if not has_check_digit(digits):
        template = (
            "{value} is not a {name}: by its other digits it should end in {expected}. Look for a mistyped digit."
        )
        expected = check_digit(digits[:-1])
        raise InvalidIdentifierError(template, field=field, value=digits, name=name, expected=expected)


class _Text20(Identifier):
    """What lot numbers and serial numbers have in common: 1 to 20 characters of GS1's set 82."""

    __slots__ = ()
    noun: ClassVar[str]

    def __new__(cls, text: str) -> Self:
        value = text.strip()
        facts = {"noun": cls.noun, "value": value}
        if not 1 <= len(value) <= 20:  # noqa: PLR2004 the length that AI 10 and AI 21 allow
            template = "A {noun} has 1 to 20 characters; {value} has {length}."
            raise InvalidIdentifierError(template, field=cls.field, length=len(value), **facts)
        if not _SET_82.fullmatch(value):
            bad = next(character for character in value if not _SET_82.fullmatch(character))
            template = "A {noun} takes letters without accents, digits and signs such as - . / but not “{bad}”."
            raise InvalidIdentifierError(template, field=cls.field, bad=bad, **facts)
        if not value.strip("."):
            template = "A {noun} of nothing but dots cannot stand in a link. Add a letter or a digit."
            raise InvalidIdentifierError(template, field=cls.field, **facts)
        return super().__new__(cls, value)


class LotNumber(_Text20):
    """Batch or lot number (AI 10). Raises InvalidIdentifierError on a wrong length or character."""

    __slots__ = ()
    field = "lot"
    noun = "lot number"


class SerialNumber(_Text20):
    """Serial number of a single item (AI 21). Raises InvalidIdentifierError on a wrong length or character."""

    __slots__ = ()
    field = "serial"
    noun = "serial number"


class GlnExtension(_Text20):
    """GLN extension component (AI 254): a place within a place. Raises InvalidIdentifierError as a lot number does."""

    __slots__ = ()
    field = "place"
    noun = "place within a place"


class StampSerial(SerialNumber):
    """The serial on one of our stamps: 16 random base32 characters and one check character.

    Reads what people type: small letters, O for 0, I or L for 1, hyphens between groups. Raises InvalidIdentifierError
    when a character is wrong, missing or too many.
    """

    __slots__ = ()
    length: ClassVar[int] = 17

    def __new__(cls, text: str) -> Self:
        """Check the serial and write it in capitals."""
        value = tidy_base32(text.strip())
        template = "{value} is not the serial of a stamp: a character is wrong or missing. Scan the stamp again."
        if len(value) != cls.length or not is_base32(value) or check_character(value[:-1]) != value[-1]:
            raise InvalidIdentifierError(template, field=cls.field, value=text.strip(), length=cls.length)
        return super().__new__(cls, value)

    @classmethod
    def from_bits(cls, bits: bytes) -> Self:
        """Return the serial made of 80 bits, with its check character."""
        text = encode_base32(bits)
        return cls(text + check_character(text))


class _Code(Identifier):
    """A code of ours: ten random characters of Crockford base32, about 50 bits, that say nothing about anybody."""

    __slots__ = ()
    field = "code"
    noun: ClassVar[str]
    length: ClassVar[int] = 10

    def __new__(cls, text: str) -> Self:
        value = tidy_base32(text.strip())
        if len(value) != cls.length or not is_base32(value):
            template = "{value} is not a {noun}: it has {length} letters and digits, without I, L, O and U."
            raise InvalidIdentifierError(template, field=cls.field, value=text, noun=cls.noun, length=cls.length)
        return super().__new__(cls, value)


class ProductCode(_Code):
    """In-house code of a product that has no GTIN. Raises InvalidIdentifierError on a wrong form."""

    __slots__ = ()
    noun = "product code"


class PartyCode(_Code):
    """In-house code of a participant that has no GLN. Raises InvalidIdentifierError on a wrong form."""

    __slots__ = ()
    noun = "participant code"


class PlaceCode(_Code):
    """In-house code of a place that has no GLN. Raises InvalidIdentifierError on a wrong form."""

    __slots__ = ()
    noun = "place code"
