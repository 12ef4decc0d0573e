"""EPCIS 2.0 documents: what surrounds the events, and events that can stand alone.

An EPCISDocument, an EPCISQueryDocument or a single event comes in as JSON values and leaves as `ReadEvent`s: each was
checked, and its `document` means without its surroundings what it meant within. What is wrong with one event is told of
that event and leaves the others readable; what is wrong with the envelope is raised (EPCIS 2.0, sections 9.3 and 10).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from traceability.domain.epcis import Event, event_from_json
from traceability.domain.epcis_context import STANDARD, Context, document_context
from traceability.domain.epcis_definitions import CHAIN_NAMESPACE, declarations, needed
from traceability.domain.epcis_values import (
    check_number,
    check_text,
    is_uri,
    pointer,
    read_list,
    read_text,
    read_time,
    read_uri,
    shown,
)
from traceability.errors import InvalidInputError

DOCUMENT: Final = "EPCISDocument"
QUERY_DOCUMENT: Final = "EPCISQueryDocument"

_VERSION: Final = re.compile(r"2(?:\.0(?:\.[0-9]+)?)?")
_SENT: Final = ("instanceIdentifier", "sender", "receiver")
_LEFT_OUT: Final = frozenset({"@context", "eventID", "recordTime"})


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event that was read and found in order.

    Args:
        place: JSON pointer to it in the document.
        document: the event as given and self-contained. `eventID`, `recordTime` and what a repository added about its
            place on chain are left out; its `@context` holds what it needs of the document's: one object where the
            event had no context of its own, otherwise a list of that object and the event's own parts. Definitions
            stand in it as absolute URIs, at any depth.
        event: its typed value.
        given_id: the `eventID` that it came with.
    """

    place: str
    document: Mapping[str, Any]
    event: Event
    given_id: str | None


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """An event that cannot be read.

    Args:
        place: JSON pointer to it in the document.
        error: what is wrong; its `field` points to where.
    """

    place: str
    error: InvalidInputError


@dataclass(frozen=True, slots=True)
class EpcisDocument:
    """The events of a document, in its order."""

    events: tuple[ReadEvent | RefusedEvent, ...]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What the `@context` around an event says."""

    context: Context
    declared: Mapping[str, Any]


def read_document(value: Any) -> EpcisDocument:
    """Return the events of an EPCISDocument or EPCISQueryDocument.

    Args:
        value: the document as JSON values; any value at all.

    Raises:
        InvalidInputError: the envelope is not one of EPCIS 2.0; `field` is a JSON pointer to the place.
    """
    kind = _object(value, "").get("type")
    if kind not in (DOCUMENT, QUERY_DOCUMENT):
        template = "A document is an {first} or an {second}, not {value}."
        raise InvalidInputError(template, field="/type", first=DOCUMENT, second=QUERY_DOCUMENT, value=shown(kind))
    around = _surroundings(value)
    readers = _DOCUMENT if kind == DOCUMENT else _QUERY_DOCUMENT
    _read_envelope(value, "", readers, around.context, comments=True)
    if kind == DOCUMENT:
        events, place = value["epcisBody"]["eventList"], "/epcisBody/eventList"
    else:
        events = value["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        place = "/epcisBody/queryResults/resultsBody/eventList"
    return EpcisDocument(
        tuple([_read_or_refuse(event, f"{place}/{index}", around) for index, event in enumerate(events)])
    )


def read_single(value: Any) -> ReadEvent:
    """Return one event that stands alone, with the `@context` that it must then have.

    Raises InvalidInputError; `field` is a JSON pointer to the place.
    """
    around = _surroundings(_object(value, ""))
    event = {name: content for name, content in value.items() if name != "@context"}
    return _read(event, "", around)


def _surroundings(value: Mapping[str, Any]) -> _Surroundings:
    if "@context" not in value:
        raise InvalidInputError("{name} is missing.", field="/@context", name="@context")
    context = document_context(value["@context"], "/@context")
    return _Surroundings(context, declarations(STANDARD.resolved(value["@context"])))


def _read_or_refuse(value: Any, place: str, around: _Surroundings) -> ReadEvent | RefusedEvent:
    try:
        return _read(value, place, around)
    except InvalidInputError as error:
        return RefusedEvent(place, error)


def _read(value: Any, place: str, around: _Surroundings) -> ReadEvent:
    event = event_from_json(value, place, around.context)
    context, own = around.context, None
    if "@context" in value:
        own = context.resolved(value["@context"])
        context = context.extended(own, "")
    document = {
        name: context.resolved_inside(content) if isinstance(content, (dict, list)) else content
        for name, content in value.items()
        if name not in _LEFT_OUT and not _is_about_chain(name, context)
    }
    contexts: Any = needed(document, around.declared)
    if own is not None:
        anew = declarations(own)
        outer = {name: term for name, term in contexts.items() if name not in anew}
        contexts = [outer, *(own if isinstance(own, list) else [own])]
    return ReadEvent(place, {"@context": contexts, **document} if contexts else document, event, event.event_id)


def _is_about_chain(name: str, context: Context) -> bool:
    """Tell whether a member is what a repository such as ours adds to an event, which no author says of their own."""
    return ":" in name and context.expanded(name).startswith(CHAIN_NAMESPACE)


def _object(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInputError("Here an object is expected, not {value}.", field=place, value=shown(value))
    return value


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What an object around the events may hold: a reader by name (value and place), and the names it must hold."""

    readers: Mapping[str, Any]
    required: tuple[str, ...] = ()
    is_closed: bool = False


def _read_envelope(value: Any, place: str, shape: _Envelope, context: Context, *, comments: bool = False) -> None:
    """Return quietly when an object holds what it must and nothing that is not the standard's or an extension.

    Names with a leading underscore are remarks to people: JSON-LD gives them no meaning, and nobody records them.
    """
    for name, content in _object(value, place).items():
        if not isinstance(name, str):
            raise InvalidInputError("The name {name} is not a text.", field=place, name=shown(name))
        where = pointer(place, name)
        if name in shape.readers:
            if (reader := shape.readers[name]) is not None:
                reader(content, where, context)
        elif not (comments and name.startswith("_")):
            if shape.is_closed or not context.accepts(name):
                raise context.refusal(name, place)
            context.check_extension(content, where)
    for name in shape.required:
        if name not in value:
            raise InvalidInputError("{name} is missing.", field=f"{place}/{name}", name=name)


def _inside(shape: _Envelope) -> Any:
    return lambda value, place, context: _read_envelope(value, place, shape, context)


def _list_of(read: Any) -> Any:
    def read_all(value: Any, place: str, context: Context) -> None:
        for index, item in enumerate(read_list(value, place)):
            read(item, f"{place}/{index}", context)

    return read_all


def _events(value: Any, place: str, _context: Context) -> None:
    read_list(value, place)


def _version(value: Any, place: str, _context: Context) -> None:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        template = "{value} is not a version of EPCIS that is read here; this is 2.0."
        raise InvalidInputError(template, field=place, value=shown(value))


def _time(value: Any, place: str, _context: Context) -> None:
    read_time(value, place)


def _text(value: Any, place: str, _context: Context) -> None:
    read_text(value, place)


def _any_text(value: Any, place: str, _context: Context) -> None:
    if not isinstance(value, str):
        read_text(value, place)
    check_text(value, place)


def _uri(value: Any, place: str, _context: Context) -> None:
    read_uri(value, place)


def _document_id(value: Any, place: str, _context: Context) -> None:
    if not (isinstance(value, str) and value.startswith("_:") and is_uri(value[1:].replace(":", "x:", 1))):
        read_uri(value, place)


def _master_data_value(value: Any, place: str, context: Context) -> None:
    if isinstance(value, str):
        check_text(value, place)
    elif isinstance(value, Mapping):
        context.check_extension(value, place, 10)
    else:
        check_number(value, place)


_ATTRIBUTE = _Envelope({"id": _uri, "attribute": _master_data_value}, ("id",))
_ELEMENT = _Envelope(
    {"id": _uri, "type": _uri, "attributes": _list_of(_inside(_ATTRIBUTE)), "children": _list_of(_uri)}, ("id",)
)
_VOCABULARY = _Envelope({"type": _uri, "vocabularyElementList": _list_of(_inside(_ELEMENT))}, ("type",))
_VOCABULARIES = _list_of(_inside(_VOCABULARY))
_HEADER = _Envelope({"epcisMasterData": _inside(_Envelope({"vocabularyList": _VOCABULARIES}))})
_BODY = _Envelope({"eventList": _events}, ("eventList",))
_RESULTS = _Envelope({"eventList": _events, "vocabularyList": _VOCABULARIES}, ("eventList",))
_QUERY_RESULTS = _Envelope(
    {"queryName": _any_text, "subscriptionID": _any_text, "resultsBody": _inside(_RESULTS)},
    ("queryName", "resultsBody"),
)
_QUERY_BODY = _Envelope({"queryResults": _inside(_QUERY_RESULTS)}, ("queryResults",))
_COMMON: Final[dict[str, Any]] = {
    "@context": None,
    "type": None,
    "id": _document_id,
    "schemaVersion": _version,
    "creationDate": _time,
}
_DOCUMENT = _Envelope(
    _COMMON | dict.fromkeys(_SENT, _text) | {"epcisHeader": _inside(_HEADER), "epcisBody": _inside(_BODY)},
    ("schemaVersion", "creationDate", "epcisBody"),
)
_QUERY_DOCUMENT = _Envelope(_COMMON | {"epcisBody": _inside(_QUERY_BODY)}, ("epcisBody",))
