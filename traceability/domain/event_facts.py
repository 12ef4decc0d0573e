"""What an EPCIS event can be found by: every fact that a parameter of a query may ask for.

The names are those of the parameters (EPCIS 2.0, 8.2.7) without their comparison: a fact `bizLocation` with a place, a
measure `value_KEL` with a number. The document is read as it stands, whoever wrote it: what cannot be understood is
passed over, so that nothing on the chain stops the index.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from traceability.domain.epc_patterns import mark_of, stem_of
from traceability.domain.epcis_definitions import KNOWN_PREFIXES, declared_prefixes, expanded
from traceability.domain.event_fields import (
    CLASS_LISTS,
    EPC_LISTS,
    EXISTS,
    IDENTIFIERS,
    MARK,
    NUMBER,
    PAIRS,
    SORTED_LENGTH,
    SPREADS,
    STANDARD,
    STEM,
    TEXTS,
    TIME,
    TIMES,
    VALUES,
)
from traceability.domain.event_words import (
    field_uri,
    identifier,
    number_of,
    ordered_number,
    ordered_time,
    time_of,
    word,
)
from traceability.domain.units_of_measure import in_base_unit, nearest_float


@dataclass(slots=True)
class EventFacts:
    """What one event can be found by.

    Args:
        type: such as ObjectEvent.
        event_time: when it happened, in microseconds since 1970 (UTC).
        action: ADD, OBSERVE, DELETE or empty.
        biz_step: as a short word or a URI; empty for none.
        disposition: likewise.
        facts: names with values.
        measures: names with numbers or times, as whole numbers of the same order.
        orders: extension fields of the event itself with the text it is sorted by.
        names: identifiers by the list that they are told in.
    """

    type: str
    event_time: int
    action: str = ""
    biz_step: str = ""
    disposition: str = ""
    facts: set[tuple[str, str]] = field(default_factory=set)
    measures: set[tuple[str, int]] = field(default_factory=set)
    orders: dict[str, str] = field(default_factory=dict)
    names: set[tuple[str, str]] = field(default_factory=set)


def facts_of(event: Mapping[str, Any], event_hash: str) -> EventFacts | None:
    """Return what an event can be found by, None where it does not say its type or time.

    Args:
        event: JSON values.
        event_hash: its CBV 2.0 event hash; it is the identifier of an event that has no other.
    """
    kind, time = event.get("type"), event.get("eventTime")
    moment = time_of(time) if isinstance(time, str) else None
    if not isinstance(kind, str) or moment is None:
        return None
    found = EventFacts(kind, ordered_time(moment))
    given = event.get("eventID")
    found.facts |= {("eventHash", event_hash), ("eventID", identifier(given if isinstance(given, str) else event_hash))}
    _Reader(found, {**KNOWN_PREFIXES, **declared_prefixes(event.get("@context"))}).read(event)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Goes through one event, with the prefixes in force."""

    found: EventFacts
    prefixes: Mapping[str, str]

    # ------------------------------------------------------------------------------------------------------- the event
    def read(self, event: Mapping[str, Any]) -> None:
        """Read everything."""
        self._words(event)
        self._goods(event)
        self._places(event)
        self._papers(event)
        self._error(event.get("errorDeclaration"))
        self._sensors(event.get("sensorElementList"))
        self.extensions(event, "")
        self.extensions(event.get("ilmd"), "ILMD_")

    def _words(self, event: Mapping[str, Any]) -> None:
        found = self.found
        found.action = _text(event.get("action"))
        found.biz_step = self.short_word("bizStep", event.get("bizStep"))
        found.disposition = self.short_word("disposition", event.get("disposition"))
        lasting = event.get("persistentDisposition")
        if isinstance(lasting, dict):
            for name in ("set", "unset"):
                for text in _items(lasting.get(name)):
                    self._fact(f"persistentDisposition_{name}", self.short_word("disposition", text))
        self._fact("transformationID", self.full_identifier(event.get("transformationID")))

    def _goods(self, event: Mapping[str, Any]) -> None:
        self._goods_of("parentID", "epcs", event.get("parentID"))
        for name, parameter in EPC_LISTS.items():
            for item in _items(event.get(name)):
                self._goods_of(parameter, "epcs", item)
        for name, parameter in CLASS_LISTS.items():
            for line in _items(event.get(name)):
                if isinstance(line, dict):
                    self._goods_of(parameter, "classes", line.get("epcClass"))
                    self._measure("quantity", line.get("quantity"))
                    self._measured("quantity", line)

    def _goods_of(self, parameter: str, resource: str, value: Any) -> None:
        if name := self.full_identifier(value):
            self.found.facts.add((parameter, name))
            self.found.names.add((resource, name))
            self._fact(parameter + MARK, mark_of(name))
            if stem := stem_of(name):
                self.found.facts.add((parameter + STEM, stem))
                self.found.names.add((resource + STEM, stem))

    def _places(self, event: Mapping[str, Any]) -> None:
        for field_name in ("readPoint", "bizLocation"):
            place = event.get(field_name)
            if isinstance(place, dict) and (name := self._inside(place).full_identifier(place.get("id"))):
                self._fact(field_name, name)
                self._fact(field_name + STEM, stem_of(name))
                self.found.names.add((field_name + "s", name))
            self.extensions(place, f"{field_name}_")

    def _papers(self, event: Mapping[str, Any]) -> None:
        for list_name, name in PAIRS.items():
            for pair in _items(event.get(list_name)):
                if isinstance(pair, dict):
                    kind = self.short_word(name, pair.get("type"))
                    self._fact(f"{name}_{kind}", self.full_identifier(pair.get(name)))

    def _error(self, error: Any) -> None:
        if not isinstance(error, dict):
            return
        self._exists("errorDeclaration", error)
        self._time("errorDeclarationTime", error.get("declarationTime"))
        self._fact("errorReason", self._inside(error).short_word("errorReason", error.get("reason")))
        for text in _items(error.get("correctiveEventIDs")):
            self._fact("correctiveEventID", identifier(_text(text)))
        self.extensions(error, "ERROR_DECLARATION_")

    # --------------------------------------------------------------------------------------------------------- sensors
    def _sensors(self, elements: Any) -> None:
        for element in _items(elements):
            if isinstance(element, dict):
                reader = self._inside(element)
                self._exists("sensorElementList", element)
                self.extensions(element, "SENSORELEMENT_")
                reader.report(element.get("sensorMetadata"), "SENSORMETADATA_")
                for report in _items(element.get("sensorReport")):
                    reader.report(report, "SENSORREPORT_")

    def report(self, report: Any, section: str) -> None:
        """Read what a device says of itself or of what it measured."""
        if not isinstance(report, dict):
            return
        reader = self._inside(report)
        self._fact("type", reader.short_word("type", report.get("type")))
        for name in IDENTIFIERS:
            self._fact(name, reader.full_identifier(report.get(name)))
        for name in TEXTS:
            self._fact(name, identifier(_text(report.get(name))))
        if isinstance(flag := report.get("booleanValue"), bool):
            self._fact("booleanValue", _flag(flag))
        for name in TIMES:
            self._time(name, report.get(name))
        for name in VALUES:
            self._measured(name, report)
        self._measure("percRank", report.get("percRank"))
        self.extensions(report, section)

    # ------------------------------------------------------------------------------------------------------ extensions
    def extensions(self, members: Any, section: str) -> None:
        """Read the members that the standard does not define."""
        if not isinstance(members, dict):
            return
        standard = STANDARD[section]
        if members.keys() <= standard:
            return
        reader = self._inside(members)
        for name, value in members.items():
            if name not in standard:
                reader.extension(section, name, value, top=True)

    def extension(self, section: str, name: str, value: Any, *, top: bool) -> None:
        """Read one field of somebody's own, and the fields inside it at any depth.

        A name without a prefix is kept under the URI that `@context` gives it. Beside the fields of the event itself
        one that no definition explains would pass for one of theirs, and is not kept.
        """
        uri = self.prefixes.get(name) or field_uri(name, self.prefixes)
        if top and not section and ":" not in uri:
            return
        full = f"{'' if top else 'INNER_'}{section}{uri}"
        self._exists(full, value)
        for item in _items(value):
            if isinstance(item, dict):
                reader = self._inside(item)
                for inner, content in item.items():
                    if not inner.startswith("@"):
                        reader.extension(section, inner, content, top=False)
                    elif inner in ("@value", "@id"):
                        self._scalar(full, content, is_sorted=top and not section)
            else:
                self._scalar(full, item, is_sorted=top and not section)

    def _scalar(self, name: str, value: Any, *, is_sorted: bool) -> None:
        """Keep a plain value under every reading that a question may have."""
        found = self.found
        if isinstance(value, bool):
            found.facts.add((name, _flag(value)))
            key = f"3{_flag(value)}"
        elif isinstance(value, (int, float)):
            number = ordered_number(nearest_float(value))
            found.facts.add((name + NUMBER, str(number)))
            found.measures.add((name + NUMBER, number))
            key = f"1{number + (1 << 63):016x}"
        elif isinstance(value, str):
            key = self._said(name, value)
        else:
            return
        if is_sorted:
            found.orders.setdefault(name, key)

    def _said(self, name: str, text: str) -> str:
        found = self.found
        found.facts.add((name, identifier(text)))
        if (number := number_of(text)) is not None:
            found.measures.add((name + NUMBER, ordered_number(number)))
        elif (moment := time_of(text)) is not None:
            time = ordered_time(moment)
            found.facts.add((name + TIME, str(time)))
            found.measures.add((name + TIME, time))
            return f"2{time + (1 << 62):016x}"
        return f"3{text[:SORTED_LENGTH]}"

    def _inside(self, members: Mapping[str, Any]) -> "_Reader":
        if "@context" not in members:
            return self
        return _Reader(self.found, {**self.prefixes, **declared_prefixes(members["@context"], self.prefixes)})

    # ---------------------------------------------------------------------------------------------------- plain values
    def _fact(self, name: str, value: str) -> None:
        if value:
            self.found.facts.add((name, value))

    def _exists(self, name: str, value: Any) -> None:
        """Keep that an event has a field, unless the field is empty (EPCIS 2.0, 8.2.7.1: `EXISTS_`)."""
        if any(item not in ("", {}) for item in _items(value)):
            self.found.facts.add((EXISTS, name))

    def _measure(self, name: str, value: Any) -> None:
        if _is_number(value):
            self.found.measures.add((name + NUMBER, ordered_number(nearest_float(value))))

    def _measured(self, name: str, line: Mapping[str, Any]) -> None:
        """Keep a number under its name and the base unit of what it measures."""
        value, unit = line.get(name), _text(line.get("uom"))
        if unit and _is_number(value):
            amount, base = in_base_unit(value, unit, is_spread=name in SPREADS)
            self._measure(f"{name}_{base}", amount)

    def _time(self, name: str, value: Any) -> None:
        if isinstance(value, str) and (moment := time_of(value)) is not None:
            self.found.measures.add((name + TIME, ordered_time(moment)))

    def short_word(self, field_name: str, value: Any) -> str:
        """Return a word of a list in its short form, one of somebody's own in full; empty for what is none."""
        return word(field_name, value, self.prefixes) if isinstance(value, str) else ""

    def full_identifier(self, value: Any) -> str:
        """Return an identifier in its canonical form; empty for what is none."""
        return identifier(expanded(value, self.prefixes)) if isinstance(value, str) else ""


def _items(value: Any) -> Iterator[Any]:
    """Yield the members of a list, of lists inside it too, or the one value that stands in its place."""
    if isinstance(value, list):
        for item in value:
            yield from _items(item)
    elif value is not None:
        yield value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _flag(value: bool) -> str:  # noqa: FBT001 - a JSON value
    return "true" if value else "false"
