"""Amounts of goods: exact decimals in a unit that people use, whole numbers in the unit that the ledger counts in.

Units carry their UN/CEFACT Recommendation 20 code, as EPCIS demands in `uom`. Each dimension has one base unit (gram,
millilitre, millimetre, piece) in which a lot's declared quantity is a whole number, so that nothing is ever rounded.
People write `65,5` or `65.5`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from traceability.errors import InvalidInputError, RuleViolationError


class Dimension(Enum):
    """What is measured, with the code of the base unit that the ledger counts in."""

    MASS = "GRM"
    VOLUME = "MLT"
    LENGTH = "MMT"
    PIECES = "H87"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Args:
        code: UN/CEFACT Recommendation 20 code.
        dimension: what it measures.
        per_base: how many base units make one of it.
        vi: what it is called in Vietnamese, short.
        en: the same in English.
    """

    code: str
    dimension: Dimension
    per_base: int
    vi: str
    en: str

    @property
    def base(self) -> "Unit":
        """Return the base unit of its dimension."""
        return UNITS[self.dimension.value]


UNITS: Final[dict[str, Unit]] = {
    unit.code: unit
    for unit in (
        Unit("GRM", Dimension.MASS, 1, "g", "g"),
        Unit("KGM", Dimension.MASS, 1_000, "kg", "kg"),
        Unit("DTN", Dimension.MASS, 100_000, "tạ", "quintal"),
        Unit("TNE", Dimension.MASS, 1_000_000, "tấn", "t"),
        Unit("MLT", Dimension.VOLUME, 1, "ml", "ml"),
        Unit("LTR", Dimension.VOLUME, 1_000, "lít", "l"),
        Unit("MMT", Dimension.LENGTH, 1, "mm", "mm"),
        Unit("CMT", Dimension.LENGTH, 10, "cm", "cm"),
        Unit("MTR", Dimension.LENGTH, 1_000, "m", "m"),
        Unit("H87", Dimension.PIECES, 1, "cái", "pcs"),
    )
}

BASE_UNITS: Final = tuple(dimension.value for dimension in Dimension)

_LONGEST = 2**72 - 1
"""The largest amount a touch can carry."""

_PLAIN: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:([.,\s'])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?")


def unit(code: str) -> Unit:
    """Return the unit of a code. Raises InvalidInputError for a code that is not in `UNITS`."""
    if (found := UNITS.get(code.strip().upper())) is None:
        template = "{code} is not a unit used here. Choose one of {known}."
        raise InvalidInputError(template, field="unit", code=code, known=", ".join(UNITS))
    return found


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number of base units together with the unit it was given in.

    Args:
        amount: base units (grams, millilitres, millimetres, pieces), never negative.
        unit: the unit for reading and writing.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Keep impossible amounts out."""
        if not 0 <= self.amount <= _LONGEST:
            raise InvalidInputError(
                "A quantity of {amount} cannot be recorded. Check the number.", field="quantity", amount=self.amount
            )

    @classmethod
    def parse(
        cls, text: str | Decimal | float, code: str, *, field: str = "quantity", language: str = ""
    ) -> "Quantity":
        """Return the quantity that was typed.

        Args:
            text: a number with decimal point or comma, see `parse_decimal`; a JSON number is taken as it is printed.
            code: UN/CEFACT Recommendation 20 code of the unit.
            field: the form field to blame.
            language: "vi" or "en" for what a person typed, empty for a document.

        Raises:
            InvalidInputError: no number, zero or less, a fraction of a piece, or finer than the base unit.
        """
        number = parse_decimal(text, field=field, language=language)
        measure = unit(code)
        if number <= 0:
            template = "The quantity must be more than nothing, not {text}. Check the number."
            raise InvalidInputError(template, field=field, text=str(text))
        amount = number * measure.per_base
        if amount != amount.to_integral_value():
            if measure.dimension is Dimension.PIECES:
                template = "Pieces are counted in whole numbers; {text} is not one."
                raise InvalidInputError(template, field=field, text=str(text))
            template = "{text} {unit} is finer than one {base}, the smallest amount recorded here."
            facts = {"text": str(text), "unit": measure.en, "base": measure.base.en}
            raise InvalidInputError(template, field=field, **facts)
        if amount > _LONGEST:
            template = "A quantity of {text} is more than can be recorded here. Check the number and the unit."
            raise InvalidInputError(template, field=field, text=str(text))
        return cls(int(amount), measure)

    @property
    def value(self) -> Decimal:
        """Return the number in its unit, without zeros at the end."""
        return tidy(Decimal(self.amount) / self.unit.per_base)

    @property
    def code(self) -> str:
        """Return the code of its unit."""
        return self.unit.code

    def readable(self) -> "Quantity":
        """Return the same amount in the unit people would choose: kilograms from 1,000 g on, and so on."""
        larger = {Dimension.MASS: "KGM", Dimension.VOLUME: "LTR", Dimension.LENGTH: "MTR"}.get(self.unit.dimension)
        chosen = UNITS[larger] if larger and self.amount >= UNITS[larger].per_base else self.unit.base
        return Quantity(self.amount, chosen)

    def same_unit(self, other: "Quantity") -> None:
        """Return quietly when two quantities measure the same. Raises RuleViolationError when they do not."""
        if self.unit.dimension is not other.unit.dimension:
            template = "{first} and {second} do not measure the same thing, so they cannot be added or split."
            raise RuleViolationError(template, field="unit", first=self.unit.en, second=other.unit.en)


def from_base(amount: int, base: str) -> Quantity:
    """Return a number of base units, as the ledger keeps it, in the unit people would choose."""
    return Quantity(amount, unit(base)).readable()


def tidy(number: Decimal) -> Decimal:
    """Return a number without zeros at the end and without an exponent."""
    return Decimal(f"{number.normalize():f}")


def parse_decimal(text: str | Decimal | float, *, field: str, language: str = "") -> Decimal:
    """Return the number that a person or a document wrote, exactly.

    A single comma or point is the decimal sign, and where groups of three are marked by one sign, the other is the
    decimal sign (`1.234,5`). Only the language can tell whether `1.234` is a group: in Vietnamese ("vi") the point
    groups, in English ("en") the comma does; without a language it is the decimal sign, as in documents.

    Raises InvalidInputError when it is no number.
    """
    if not isinstance(text, str):
        text = str(text)
    written = text.strip()
    grouping = {"vi": ".", "en": ","}.get(language, "")
    grouped = _GROUPED.fullmatch(written)
    if grouped is not None and (grouped[1] == grouping or not _PLAIN.fullmatch(written)):
        return Decimal(_ungroup(written, grouped[1]))
    if _PLAIN.fullmatch(written):
        return Decimal(written.replace(",", "."))
    raise InvalidInputError("{text} is not a number. Write it like 65.5 or 65,5.", field=field, text=text)


def _ungroup(written: str, mark: str) -> str:
    whole, sign, fraction = written, "", ""
    for candidate in {".", ","} - {mark}:
        whole, sign, fraction = written.partition(candidate)
        if sign:
            break
    return whole.replace(mark, "") + (f".{fraction}" if sign else "")
