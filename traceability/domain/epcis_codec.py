"""How typed EPCIS values are read from JSON and written to it, declared once for each field.

A value class lists its fields with `member("jsonName", CODEC)`; `read_members` and `write_members` do the rest, so
that a field cannot be written in one way and read in another. Whatever carries a prefix (`ocop:salt`) is an extension
and is kept as it is; anything else that a class does not list is refused with a JSON pointer (RFC 6901) to the place.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import urlsplit

from traceability.domain.cbv import Vocabulary
from traceability.domain.times import format_time, parse_offset, parse_time
from traceability.errors import InvalidInputError

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of value is read (JSON value and its place to typed value) and written."""

    read: Callable[[Any, str], Any]
    write: Callable[[Any], Any]


def member(name: str, codec: Codec, *, required: bool = False, default: Any = None) -> Any:
    """Declare a dataclass field that stands in JSON under `name`; a field that equals its default is not written."""
    metadata = {"json": name, "codec": codec, "required": required}
    return field(metadata=metadata) if required else field(default=default, metadata=metadata)


def extensions() -> Any:
    """Declare the dataclass field that keeps all members with a prefix."""
    return field(default_factory=dict, metadata={"extensions": True})


def read_members(kind: type[V], value: Any, place: str, skip: frozenset[str] = frozenset()) -> V:
    """Return the typed value of a JSON object.

    Raises InvalidInputError when a required member is missing, a member does not belong, or one cannot be read.
    """
    if not isinstance(value, Mapping):
        raise InvalidInputError("Here an object is expected, not {value}.", field=place, value=_short(value))
    known = {part.metadata["json"]: part for part in _members(kind)}
    arguments: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, content in value.items():
        inside = f"{place}/{name}"
        if (part := known.get(name)) is not None:
            arguments[part.name] = part.metadata["codec"].read(content, inside)
        elif is_extension(name) and _takes_extensions(kind):
            others[name] = content
        elif name not in skip:
            raise InvalidInputError("{name} does not belong here.", field=inside, name=name)
    for name, part in known.items():
        if part.metadata["required"] and part.name not in arguments:
            raise InvalidInputError("{name} is missing.", field=f"{place}/{name}", name=name)
    if others:
        arguments["extensions"] = others
    return kind(**arguments)


def write_members(value: Any) -> dict[str, Any]:
    """Return the JSON object of a typed value, members in the order of the class, extensions last."""
    document = {}
    for part in _members(type(value)):
        content = getattr(value, part.name)
        if content is not None and (part.default is MISSING or content != part.default):
            document[part.metadata["json"]] = part.metadata["codec"].write(content)
    return document | dict(getattr(value, "extensions", {}))


def is_extension(name: str) -> bool:
    """Tell whether a member's name carries a prefix or is a JSON-LD keyword, so that EPCIS leaves it to its author."""
    return ":" in name.strip(":") or name.startswith("@")


def _members(kind: type[Any]) -> list[Field[Any]]:
    return [part for part in fields(kind) if "json" in part.metadata]


def _takes_extensions(kind: type[Any]) -> bool:
    return any("extensions" in part.metadata for part in fields(kind))


def _short(value: Any) -> str:
    return repr(value)[:60]


def _read_text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInputError("Here a text is expected, not {value}.", field=place, value=_short(value))
    return value


def _read_uri(value: Any, place: str) -> str:
    text = _read_text(value, place)
    parts = urlsplit(text) if not text.startswith("[") else None
    if parts is None or not parts.scheme or any(character.isspace() for character in text):
        raise InvalidInputError("{value} is not a URI.", field=place, value=_short(text))
    return text


def _read_number(value: Any, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise InvalidInputError("Here a number is expected, not {value}.", field=place, value=_short(value))
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise InvalidInputError("{value} is not a number.", field=place, value=_short(value)) from error
    if not number.is_finite():
        raise InvalidInputError("{value} is not a number.", field=place, value=_short(value))
    return number


def _write_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _read_boolean(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInputError("Here true or false is expected, not {value}.", field=place, value=_short(value))
    return value


def _read_object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInputError("Here an object is expected, not {value}.", field=place, value=_short(value))
    return dict(value)


def _same(value: V) -> V:
    return value


def _read_time(value: Any, place: str) -> datetime:
    return parse_time(value, field=place)


TEXT = Codec(_read_text, _same)
URI = Codec(_read_uri, _same)
NUMBER = Codec(_read_number, _write_number)
BOOLEAN = Codec(_read_boolean, _same)
TIME = Codec(_read_time, format_time)
OFFSET = Codec(lambda value, place: parse_offset(value, field=place), _same)
OBJECT = Codec(_read_object, dict)


def word(vocabulary: Vocabulary) -> Codec:
    """Return the codec of a word of a CBV list: short words inside, any URI of one's own allowed."""

    def read(value: Any, place: str) -> str:
        name = vocabulary.shorten(_read_text(value, place))
        if name in vocabulary.words:
            return name
        if ":" not in name or name.startswith((vocabulary.uri_prefix, vocabulary.urn_prefix)):
            template = "{value} is not a word of the Core Business Vocabulary here; a word of one's own is a full URI."
            raise InvalidInputError(template, field=place, value=name)
        return _read_uri(name, place)

    return Codec(read, _same)


def part(kind: type[Any]) -> Codec:
    """Return the codec of a nested value class."""
    return Codec(lambda value, place: read_members(kind, value, place), write_members)


def several(codec: Codec, *, least: int = 0) -> Codec:
    """Return the codec of a list, as a tuple inside."""

    def read(value: Any, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise InvalidInputError("Here a list is expected, not {value}.", field=place, value=_short(value))
        return tuple(codec.read(item, f"{place}/{index}") for index, item in enumerate(value))

    return Codec(read, lambda items: [codec.write(item) for item in items])


def one_or_several(codec: Codec) -> Codec:
    """Return the codec of a member that may be one value or a list of them; written as it is shortest."""
    many = several(codec, least=1)

    def read(value: Any, place: str) -> tuple[Any, ...]:
        return many.read(value, place) if isinstance(value, list) else (codec.read(value, place),)

    return Codec(read, lambda items: codec.write(items[0]) if len(items) == 1 else many.write(items))
