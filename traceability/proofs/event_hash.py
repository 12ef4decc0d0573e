"""The CBV 2.0 event hash: one name for one event, whatever its spelling.

Whoever holds an event can compute its name and find out whether a single fact was changed. The event is first
brought into a *pre-hash string*: fields in a fixed order, list members sorted, times in UTC with milliseconds,
numbers without padding, short words and compact URIs spelled out, GS1 keys as canonical Digital Links. The SHA-256
of that string is the `eventID` (CBV 2.0, section 8.9; agrees with the reference implementation, whose order for
business transactions, sources and destinations it keeps: after the sensors, sorted among the extensions).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from traceability.domain.cbv import Vocabulary
from traceability.domain.epcis_definitions import (
    CHAIN_NAMESPACE,
    OWN_NAMESPACE,
    STANDARD_PREFIXES,
    declared_prefixes,
    parted,
)
from traceability.errors import InvalidInputError
from traceability.proofs.event_values import normal_time, normal_value

IMPLIED_CONTEXT: Mapping[str, str] = {"ocop": OWN_NAMESPACE}
"""Prefixes that events recorded here use without saying so; documents from outside bring their own `@context`."""

_SPELLED_OUT = {name: STANDARD_PREFIXES[name] for name in ("gs1", "epcis", "cbv")}
"""Those of the standard's prefixes that the hash spells out undeclared."""

_LEFT_OUT = frozenset({"recordTime", "eventID", "type", "errorDeclaration"})
"""Fields of an event that are about its recording, not about what happened."""

_ABOUT_CHAIN = (f"{{{CHAIN_NAMESPACE}}}", CHAIN_NAMESPACE)
"""How names begin that say where an event stands on chain: the repository adds them, so they take no part either."""

_COMMENTS = frozenset({"comment", "rdfs:comment"})

_QUANTITY = {"quantityElement": {"epcClass": None, "quantity": None, "uom": None}}

_DEVICE = ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")

_REPORTED = (
    *("microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue"),
    *("uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom"),
)

_SENSOR = {
    "sensorMetadata": dict.fromkeys(("time", "startTime", "endTime", *_DEVICE, "bizRules")),
    "sensorReport": dict.fromkeys(("type", "exception", *_DEVICE, "time", *_REPORTED, "coordinateReferenceSystem")),
}

_ORDER: dict[str, Any] = {
    "eventTime": None,
    "eventTimeZoneOffset": None,
    "certificationInfo": None,
    "parentID": None,
    "epcList": {"epc": None},
    "inputEPCList": {"epc": None},
    "childEPCs": {"epc": None},
    "quantityList": _QUANTITY,
    "childQuantityList": _QUANTITY,
    "inputQuantityList": _QUANTITY,
    "outputEPCList": {"epc": None},
    "outputQuantityList": _QUANTITY,
    "action": None,
    "transformationID": None,
    "bizStep": None,
    "disposition": None,
    "persistentDisposition": {"set": None, "unset": None},
    "readPoint": {"id": None},
    "bizLocation": {"id": None},
    "sensorElementList": {"sensorElement": _SENSOR},
}
"""The canonical property order: each name with the order of what is inside it, or None for a plain value."""

_PAIRED = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
"""Lists whose members are a type and a value, written in that order."""

_PAIR_VALUES = frozenset(_PAIRED.values())

_MEMBERS = {
    "epcList": "epc",
    "inputEPCList": "epc",
    "outputEPCList": "epc",
    "childEPCs": "epc",
    "quantityList": "quantityElement",
    "childQuantityList": "quantityElement",
    "inputQuantityList": "quantityElement",
    "outputQuantityList": "quantityElement",
    "sensorElementList": "sensorElement",
}
"""What a member of a list is called; in any other list it is the list's name without its last four letters."""

_WORDS: dict[tuple[str, str], Vocabulary] = {
    ("", "bizStep"): Vocabulary.BIZ_STEP,
    ("", "disposition"): Vocabulary.DISPOSITION,
    ("persistentDisposition", "set"): Vocabulary.DISPOSITION,
    ("persistentDisposition", "unset"): Vocabulary.DISPOSITION,
    ("bizTransactionList", "type"): Vocabulary.BUSINESS_TRANSACTION,
    ("sourceList", "type"): Vocabulary.SOURCE_DESTINATION,
    ("destinationList", "type"): Vocabulary.SOURCE_DESTINATION,
    ("sensorReport", "type"): Vocabulary.MEASUREMENT,
    ("sensorReport", "exception"): Vocabulary.SENSOR_EXCEPTION,
    ("sensorReport", "component"): Vocabulary.COMPONENT,
}
"""Which list of words a field draws on, by the name of what it stands in."""


class _Node(NamedTuple):
    """An element of the event: a name, and either a text or elements inside."""

    name: str
    text: str = ""
    children: tuple["_Node", ...] = ()


def event_hash(event: Mapping[str, Any], *, context: Any = None, ignore: Collection[str] = ()) -> str:
    """Return the CBV 2.0 event hash of an EPCIS 2.0 event in JSON, `ni:///sha-256;{64 hexadecimal digits}?ver=CBV2.0`.

    Args:
        event: one event, as an object.
        context: the `@context` of the document it stood in; `IMPLIED_CONTEXT` where it stood in none.
        ignore: names of fields of the event that take no part.

    Raises:
        InvalidInputError: the event has no type, a time is not a time, or a value is of a kind that no event holds.
    """
    return hash_of(pre_hash(event, context=context, ignore=ignore))


def hash_of(text: str) -> str:
    """Return the event hash that belongs to a pre-hash string. Raises InvalidInputError when no UTF-8 can hold it."""
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        template = "A text holds half a surrogate pair, which no UTF-8 text can."
        raise InvalidInputError(template, field="") from error
    return f"ni:///sha-256;{sha256(data).hexdigest()}?ver=CBV2.0"


def pre_hash(event: Mapping[str, Any], *, context: Any = None, ignore: Collection[str] = ()) -> str:
    """Return the pre-hash string of an event. Arguments and errors are those of `event_hash`."""
    kind = event.get("type")
    if not isinstance(kind, str) or not kind:
        raise InvalidInputError("An event needs a type, such as ObjectEvent.", field="type")
    names = _Reader({**_SPELLED_OUT, **declared_prefixes(IMPLIED_CONTEXT if context is None else context)})
    facts = {name: value for name, value in event.items() if name not in ignore}
    ordered, rest = _in_order(names.children(facts, ""), _ORDER, is_event=True)
    told = [node for node in rest if node.name not in _LEFT_OUT and not node.name.startswith(_ABOUT_CHAIN)]
    return f"eventType={kind}{ordered}{_sorted_text(told)}"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns JSON into elements with full names, under the prefixes in force."""

    namespaces: Mapping[str, str]

    def children(self, members: Mapping[str, Any], parent: str) -> tuple[_Node, ...]:
        """Return the elements of a JSON object that stands in `parent`."""
        reader = self
        if "@context" in members:
            own = declared_prefixes(members["@context"], self.namespaces)
            reader = _Reader({**self.namespaces, **own})
        facts = ((name, value) for name, value in members.items() if name not in _COMMENTS and name != "@context")
        return tuple(node for name, value in facts for node in reader.elements(name, value, parent))

    def elements(self, name: str, value: Any, parent: str) -> Iterable[_Node]:
        """Return the elements of one member of a JSON object: one for each item of a list, or one that holds them."""
        full = self.full_name(name)
        items = value if isinstance(value, list) else [value]
        if name in _PAIRED and not parent:
            return [_Node(full, children=tuple(self.pair(name, item) for item in items))] if items else []
        if name in _MEMBERS or name.endswith("List"):
            member = _MEMBERS.get(name, full[:-4])
            inside = tuple(self.element(member, name, item, member) for item in items)
            return [_Node(full, children=inside)] if inside else []
        return [self.element(full, name, item, parent) for item in items]

    def element(self, full: str, name: str, value: Any, parent: str) -> _Node:
        """Return the element of one value."""
        if isinstance(value, str):
            return _Node(full, self.text(value, name, parent))
        if isinstance(value, Mapping):
            return _Node(full, children=self.children(value, name if name not in _MEMBERS else full))
        if isinstance(value, list):
            return _Node(full, children=tuple(self.element("", name, item, parent) for item in value))
        return _Node(full, self.text(value, name, parent))

    def pair(self, list_name: str, item: Any) -> _Node:
        """Return a type and its value, in this order, and whatever else stands beside them."""
        if not isinstance(item, Mapping):
            raise InvalidInputError("A member of {name} holds a type and a value.", field=list_name, name=list_name)
        first = ("type", _PAIRED[list_name])
        order = [name for name in first if name in item] + sorted(name for name in item if name not in first)
        return _Node("", children=self.children({name: item[name] for name in order}, list_name))

    def full_name(self, name: str) -> str:
        """Return a member's name with its namespace in curly brackets instead of its prefix."""
        compact = self.compact(name)
        return f"{{{compact[0]}}}{compact[1]}" if compact else name

    def text(self, value: Any, name: str, parent: str) -> str:
        """Return a plain value as a text, its short words and compact URIs spelled out."""
        if isinstance(value, str):
            text = self.expanded(value)
            words = _WORDS.get((parent, name))
            return text if words is None else words.expand(text)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (int, float)):
            return str(value)
        if value is None:
            return ""
        raise InvalidInputError("{name} holds a value that is not JSON's.", field=name, name=name)

    def expanded(self, text: str) -> str:
        """Return a compact URI in full, and any other text as it is."""
        compact = self.compact(text)
        return "".join(compact) if compact else text

    def compact(self, text: str) -> tuple[str, str] | None:
        """Return namespace and local part of a compact URI, None for any other text."""
        found = parted(text)
        return (self.namespaces[found[0]], found[1]) if found and found[0] in self.namespaces else None


def _in_order(nodes: tuple[_Node, ...], order: Mapping[str, Any], *, is_event: bool = False) -> tuple[str, list[_Node]]:
    """Return the text of the elements that the order names, with extensions in place, and the elements left over."""
    has_extensions = not is_event and len(nodes) > 1
    extensions: list[_Node] = []
    left: list[_Node] = []
    known: dict[str, list[_Node]] = {}
    for node in nodes:
        if has_extensions and "/}" in node.name:
            extensions.append(node)
        elif node.name in order:
            known.setdefault(node.name, []).append(node)
        else:
            left.append(node)
    pieces: list[str] = []
    for name in order:
        if name in known:
            texts, kept = _values(known[name], order[name])
            pieces += texts
            left += kept
    return "".join(pieces) + _sorted_text(extensions), left


def _values(nodes: list[_Node], order: Mapping[str, Any] | None) -> tuple[list[str], list[_Node]]:
    """Return the texts of elements of one name, sorted, and what is left over of them."""
    texts: list[str] = []
    left: list[_Node] = []
    for node in nodes:
        inside, kept = _in_order(node.children, order) if order else ("", list(node.children))
        text = _ordered_value(node)
        if text or inside:
            texts.append(node.name + text + inside)
        if kept:
            left.append(_Node(node.name, node.text, tuple(kept)))
    texts.sort()
    return texts, left


def _ordered_value(node: _Node) -> str:
    text = node.text.strip()
    if not text:
        return ""
    is_time = "time" in node.name.lower() and "offset" not in node.name.lower()
    return "=" + (normal_time(text, node.name) if is_time else normal_value(text))


def _sorted_text(nodes: Iterable[_Node]) -> str:
    """Return the text of elements that have no order of their own: sorted, except a type and its value."""
    nodes = list(nodes)
    texts = [_free_text(node) for node in nodes]
    if len(texts) > 1 and not any(node.name in _PAIR_VALUES for node in nodes):
        texts.sort()
    return "".join(texts)


def _free_text(node: _Node) -> str:
    text = node.text.strip()
    return node.name + (f"={normal_value(text)}" if text else "") + _sorted_text(node.children)
