"""One JSON text for one JSON value, so that equal documents have equal bytes and equal hashes.

This is the JSON Canonicalization Scheme (RFC 8785): members sorted by the UTF-16 code units of their names, no white
space, no escapes that are not needed, numbers as ECMAScript prints them. A browser produces the same bytes with a
ten-line function around `JSON.stringify`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

from traceability.domain.epcis_values import MAX_DEPTH, MAX_SAFE_INTEGER, check_nesting, pointer
from traceability.errors import InvalidInputError

_SMALLEST_PLAIN = -6
"""The decimal exponent below which ECMAScript prints an `e`; numbers large enough for the other bound are refused."""


def canonical(value: Any) -> bytes:
    """Return the canonical UTF-8 JSON text of a value made of mappings, sequences, strings, numbers, booleans and None.

    Raises:
        InvalidInputError: a number is not finite or not exact in every reader, a string holds a lone surrogate, a
            member's name is not a string, the nesting is deeper than `MAX_DEPTH`, or a type is not JSON's. `field` is
            a JSON pointer to the place (RFC 6901).
    """
    text = "".join(_pieces(value, "", 0))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInputError("A text holds half a surrogate pair, which no UTF-8 text can.", field="") from error


def _pieces(value: Any, place: str, depth: int) -> Iterator[str]:
    if value is None:
        yield "null"
    elif isinstance(value, str):
        yield encode_basestring(value)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, (int, float)):
        yield _number(value, place)
    elif depth >= MAX_DEPTH:
        raise InvalidInputError("The document is nested deeper than {limit} levels.", field=place, limit=MAX_DEPTH)
    elif isinstance(value, Mapping):
        yield from _object(value, place, depth)
    elif isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        yield from _array(value, place, depth)
    else:
        raise InvalidInputError("A {kind} cannot stand in a JSON document.", field=place, kind=type(value).__name__)


def _object(value: Mapping[Any, Any], place: str, depth: int) -> Iterator[str]:
    for name in value:
        if not isinstance(name, str):
            raise InvalidInputError("The name {name} is not a text.", field=place, name=name)
    separator = "{"
    for name in sorted(value, key=_utf16_order):
        yield separator
        yield encode_basestring(name)
        yield ":"
        yield from _pieces(value[name], pointer(place, name), depth + 1)
        separator = ","
    yield "{}" if separator == "{" else "}"


def _array(value: Sequence[Any], place: str, depth: int) -> Iterator[str]:
    separator = "["
    for index, item in enumerate(value):
        yield separator
        yield from _pieces(item, f"{place}/{index}", depth + 1)
        separator = ","
    yield "[]" if separator == "[" else "]"


def _utf16_order(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _number(value: float, place: str) -> str:
    """Print a number as ECMAScript does (ECMA-262, Number::toString)."""
    exact = abs(value) <= MAX_SAFE_INTEGER  # false for NaN, too
    if not exact:
        template = "The number {number} is not exact in every reader; write it as a text."
        raise InvalidInputError(template, field=place, number=value)
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    mantissa, _, exponent = f"{float(value)!r}".partition("e")
    sign = "-" if value < 0 else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).rstrip("0")
    significant = digits.lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(digits) - len(significant))
    return sign + _layout(significant, point)


def _layout(digits: str, point: int) -> str:
    """Place the decimal point `point` digits after the start of the significant digits of a number with a fraction."""
    if point > 0:
        return f"{digits[:point]}.{digits[point:]}"
    if point > _SMALLEST_PLAIN:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1}"


def parse(text: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        InvalidInputError: the text is not JSON, not UTF-8, names a member twice, or is nested beyond reason.
    """
    check_nesting(text)
    try:
        return json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("This is not a JSON text: {reason}.", reason=str(error)) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
