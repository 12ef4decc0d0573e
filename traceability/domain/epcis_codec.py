"""How typed EPCIS values are read from JSON and written to it, declared once for each field.

A value class lists its fields with `member("jsonName", CODEC)`; `read_members` and `write_members` do the rest, so
that a field cannot be written in one way and read in another. Whatever the `@context` explains (`ocop:salt`) is an
extension and is kept as it is; anything else that a class does not list is refused with a JSON pointer (RFC 6901) to
the place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from decimal import Decimal
from typing import Any, Final, TypeVar

from traceability.domain.cbv import Vocabulary
from traceability.domain.epcis_context import Context
from traceability.domain.epcis_identifiers import check_identifier
from traceability.domain.epcis_values import (
    check_number,
    check_text,
    is_uri,
    pointer,
    read_list,
    read_time,
    read_uri,
    shown,
)
from traceability.domain.times import format_time, parse_offset
from traceability.errors import InvalidInputError

V = TypeVar("V")

_CBV_URN: Final = "urn:epcglobal:cbv:"
_UNIT: Final = re.compile(r"[A-Z0-9]{2,3}")
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of value is read (JSON value, its place and the names in force there) and written."""

    read: Callable[[Any, str, Context], Any]
    write: Callable[[Any], Any]


def member(name: str, codec: Codec, *, required: bool = False, default: Any = None) -> Any:
    """Declare a dataclass field that stands in JSON under `name`; a field that equals its default is not written."""
    metadata = {"json": name, "codec": codec, "required": required}
    return field(metadata=metadata) if required else field(default=default, metadata=metadata)


def extensions() -> Any:
    """Declare the dataclass field that keeps all members of the author's own."""
    return field(default_factory=dict, metadata={"extensions": True})


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a class reads: attribute and reader by JSON name, the names that must be there, whether it takes others."""

    readers: Mapping[str, tuple[str, Callable[[Any, str, Context], Any]]]
    required: tuple[tuple[str, str], ...]
    is_open: bool


def read_members(kind: type[V], value: Any, place: str, context: Context, skip: frozenset[str] = frozenset()) -> V:
    """Return the typed value of a JSON object.

    Raises InvalidInputError when a required member is missing, a member does not belong, one cannot be read, or they
    make no sense together.
    """
    if not isinstance(value, Mapping):
        raise InvalidInputError("Here an object is expected, not {value}.", field=place, value=shown(value))
    shape = _shape(kind)
    if "@context" in value and shape.is_open:
        context = context.extended(value["@context"], f"{place}/@context")
    arguments: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, content in value.items():
        found = shape.readers.get(name)
        if found is not None:
            arguments[found[0]] = found[1](content, f"{place}/{name}", context)
        elif name not in skip:
            others[name] = _own(name, content, place, context if shape.is_open else None)
    for attribute, name in shape.required:
        if attribute not in arguments:
            raise InvalidInputError("{name} is missing.", field=f"{place}/{name}", name=name)
    if others:
        arguments["extensions"] = others
    try:
        return kind(**arguments)
    except InvalidInputError as error:
        error.field = f"{place}{error.field}"
        raise


def _own(name: Any, content: Any, place: str, context: Context | None) -> Any:
    """Return a member of the author's own as it is. Raises InvalidInputError where none may stand, or none so named."""
    if not isinstance(name, str):
        raise InvalidInputError("The name {name} is not a text.", field=place, name=shown(name))
    if context is None:
        raise InvalidInputError("{name} does not belong here.", field=pointer(place, name), name=name)
    if name != "@context":
        if not context.accepts(name):
            raise context.refusal(name, place)
        check_text(name, place)
        context.check_extension(content, pointer(place, name))
    return content


def write_members(value: Any) -> dict[str, Any]:
    """Return the JSON object of a typed value, members in the order of the class, extensions last."""
    document = {}
    for part in _members(type(value)):
        content = getattr(value, part.name)
        if content is not None and (part.default is MISSING or content != part.default):
            document[part.metadata["json"]] = part.metadata["codec"].write(content)
    return document | dict(getattr(value, "extensions", {}))


def _members(kind: type[Any]) -> tuple[Field[Any], ...]:
    return tuple(part for part in fields(kind) if "json" in part.metadata)


def _shape(kind: type[Any]) -> _Shape:
    """Return what a class reads, looked up once for each class."""
    found = _SHAPES.get(kind)
    if found is None:
        members = _members(kind)
        found = _SHAPES[kind] = _Shape(
            {part.metadata["json"]: (part.name, part.metadata["codec"].read) for part in members},
            tuple((part.name, part.metadata["json"]) for part in members if part.metadata["required"]),
            any("extensions" in part.metadata for part in fields(kind)),
        )
    return found


_SHAPES: dict[type[Any], _Shape] = {}


def _read_identifier(value: Any, place: str, context: Context) -> str:
    """Return a URI in full, so that what a prefix stands for is held against the same rules as a URI written out."""
    if not isinstance(value, str) or not is_uri(value):
        raise InvalidInputError("{value} is not a URI.", field=place, value=shown(value))
    uri = context.expanded(value)
    if uri != value and not is_uri(uri):
        raise InvalidInputError("{value} is not a URI.", field=place, value=shown(uri))
    check_identifier(uri, place)
    return uri


def _read_number(value: Any, place: str, _context: Context) -> Decimal:
    check_number(value, place)
    return Decimal(str(value))


def _write_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _read_boolean(value: Any, place: str, _context: Context) -> bool:
    if not isinstance(value, bool):
        raise InvalidInputError("Here true or false is expected, not {value}.", field=place, value=shown(value))
    return value


def _read_own_object(value: Any, place: str, context: Context) -> dict[str, Any]:
    """Return an object whose members are all the author's own, such as `ilmd`."""
    if not isinstance(value, Mapping):
        raise InvalidInputError("Here an object is expected, not {value}.", field=place, value=shown(value))
    if "@context" in value:
        context = context.extended(value["@context"], f"{place}/@context")
    return {name: _own(name, content, place, context) for name, content in value.items()}


def _read_unit(value: Any, place: str, _context: Context) -> str:
    if not isinstance(value, str) or not _UNIT.fullmatch(value):
        template = "{value} is no unit of UN/CEFACT Recommendation 20, such as KGM."
        raise InvalidInputError(template, field=place, value=shown(value))
    return value


def _read_hexadecimal(value: Any, place: str, _context: Context) -> str:
    if not isinstance(value, str) or not _HEXADECIMAL.fullmatch(value):
        raise InvalidInputError("{value} is not hexadecimal.", field=place, value=shown(value))
    return value


def _read_any_text(value: Any, place: str, _context: Context) -> str:
    if not isinstance(value, str):
        raise InvalidInputError("Here a text is expected, not {value}.", field=place, value=shown(value))
    check_text(value, place)
    return value


def _same(value: V) -> V:
    return value


TEXT = Codec(_read_any_text, _same)
UNIT = Codec(_read_unit, _same)
HEXADECIMAL = Codec(_read_hexadecimal, _same)
URI = Codec(lambda value, place, _context: read_uri(value, place), _same)
IDENTIFIER = Codec(_read_identifier, _same)
"""A URI that names a thing, class, place, party or paper, in full inside; a GS1 key in it must be a valid one."""
NUMBER = Codec(_read_number, _write_number)
BOOLEAN = Codec(_read_boolean, _same)
TIME = Codec(lambda value, place, _context: read_time(value, place), format_time)
OFFSET = Codec(lambda value, place, _context: parse_offset(value, field=place), _same)
OBJECT = Codec(_read_own_object, dict)


def word(vocabulary: Vocabulary, tolerated: frozenset[str] = frozenset()) -> Codec:
    """Return the codec of a word of a CBV list: short words inside, any URI of one's own allowed."""
    words = vocabulary.words
    known = words | tolerated

    def read(value: Any, place: str, context: Context) -> str:
        if not isinstance(value, str):
            raise InvalidInputError("Here a text is expected, not {value}.", field=place, value=shown(value))
        if value in known:
            return value
        if value.startswith(_CBV_URN):
            template = "{value} is how XML writes a word; in JSON it is short, such as {example}."
            raise InvalidInputError(template, field=place, value=shown(value), example=min(words))
        name = vocabulary.shorten(context.expanded(value))
        if name in words:
            return name
        if not is_uri(value) or vocabulary.reserves(name):
            template = "{value} is not a word of the Core Business Vocabulary here; a word of one's own is a full URI."
            raise InvalidInputError(template, field=place, value=shown(value))
        return value

    return Codec(read, _same)


def part(kind: type[Any]) -> Codec:
    """Return the codec of a nested value class."""
    return Codec(lambda value, place, context: read_members(kind, value, place, context), write_members)


def several(codec: Codec, *, least: int = 0, distinct: bool = False) -> Codec:
    """Return the codec of a list, as a tuple inside; `distinct` when no member may stand twice."""
    read_one = codec.read

    def read(value: Any, place: str, context: Context) -> tuple[Any, ...]:
        items = read_list(value, place)
        if len(items) < least:
            raise InvalidInputError("Here a list is expected, not {value}.", field=place, value=shown(value))
        found = tuple([read_one(item, f"{place}/{index}", context) for index, item in enumerate(items)])
        if distinct and len(set(found)) != len(found):
            raise _repeated(found, place)
        return found

    return Codec(read, lambda items: [codec.write(item) for item in items])


def one_of(*values: str) -> Codec:
    """Return the codec of a member that can only say one of these."""

    def read(value: Any, place: str, _context: Context) -> str:
        if not isinstance(value, str) or value not in values:
            template = "Here {value} cannot stand; use {known}."
            raise InvalidInputError(template, field=place, value=shown(value), known=", ".join(values))
        return value

    return Codec(read, _same)


def _repeated(items: tuple[Any, ...], place: str) -> InvalidInputError:
    seen = set()
    for index, item in enumerate(items):
        if item in seen:
            return InvalidInputError("{value} stands twice.", field=f"{place}/{index}", value=shown(item))
        seen.add(item)
    return InvalidInputError("{value} stands twice.", field=place, value=shown(items))


def one_or_several(codec: Codec) -> Codec:
    """Return the codec of a member that may be one value or a list of them; written as it is shortest."""
    many = several(codec)

    def read(value: Any, place: str, context: Context) -> tuple[Any, ...]:
        return many.read(value, place, context) if isinstance(value, list) else (codec.read(value, place, context),)

    return Codec(read, lambda items: codec.write(items[0]) if len(items) == 1 else many.write(items))
