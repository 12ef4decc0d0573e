"""The parameters of a query, from the names and texts of an address or a named query to a typed question.

EPCIS 2.0, 8.2.7.1 and 12.7.1: a parameter's name tells the comparison and the field, its value what is compared with.
Values of a list are parted by `|`, as the OpenAPI interface of the standard has it. Words and identifiers may be
spelled in any way that events may spell them. A name that the standard does not know is refused: a question that is
understood in part would be answered wrongly.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from traceability.domain.cbv import Action
from traceability.domain.epc_patterns import PATTERN, read_pattern, urn_of
from traceability.domain.epcis import EVENT_TYPES
from traceability.domain.epcis_definitions import KNOWN_PREFIXES, declared_prefixes, expanded
from traceability.domain.event_fields import SECTIONS, SPREADS
from traceability.domain.event_query import Comparison, Criterion, EventQuery
from traceability.domain.event_words import WORDS, field_name, identifier, word
from traceability.domain.parameter_values import (
    no_value,
    read_flag,
    read_number,
    read_number_or_time,
    read_one_of,
    read_plain,
    read_text,
    read_time,
    read_whole,
    single_value,
)
from traceability.domain.units_of_measure import in_base_unit
from traceability.errors import InvalidInputError, TooLargeError

MOST_VALUES: Final = 200
"""Values of one parameter."""

MOST_PARAMETERS: Final = 64
"""Parameters of one question."""

_WORDS: Final = {
    "EQ_bizStep": "bizStep",
    "EQ_disposition": "disposition",
    "EQ_persistentDisposition_set": "disposition",
    "EQ_persistentDisposition_unset": "disposition",
    "EQ_errorReason": "errorReason",
    "EQ_type": "type",
}
_URIS: Final = frozenset(
    (
        *("EQ_readPoint", "WD_readPoint", "EQ_bizLocation", "WD_bizLocation", "EQ_deviceID", "EQ_bizRules"),
        *("EQ_dataProcessingMethod", "EQ_microorganism", "EQ_chemicalSubstance", "EQ_uriValue"),
    )
)
_PATTERNS: Final = frozenset(
    (
        *("MATCH_epc", "MATCH_parentID", "MATCH_inputEPC", "MATCH_outputEPC", "MATCH_anyEPC"),
        *("MATCH_epcClass", "MATCH_inputEPCClass", "MATCH_outputEPCClass", "MATCH_anyEPCClass"),
    )
)
_TEXTS: Final = frozenset(
    ("EQ_transformationID", "EQ_eventID", "EQ_correctiveEventID", "EQ_stringValue", "EQ_hexBinaryValue")
)
_SPELLED: Final = {
    f"{comparison}_errorDeclaration_Time": f"{comparison}_errorDeclarationTime" for comparison in ("GE", "LT")
}
"""Other spellings of the standard's text -> name."""
_TIMES: Final = _SPELLED.keys() | {
    f"{comparison}_{name}"
    for comparison in ("GE", "LT")
    for name in ("eventTime", "recordTime", "errorDeclarationTime", "time", "startTime", "endTime")
}
_PAIR: Final = re.compile(r"EQ_(bizTransaction|source|destination)_(.+)")
_MEASURE: Final = re.compile(
    r"(EQ|GT|GE|LT|LE)_(quantity|percRank|(?:quantity|value|minValue|maxValue|meanValue|sDev|percValue)_[A-Z0-9]{2,4})"
)
_FIELD: Final = re.compile(rf"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?({'|'.join(SECTIONS)})?(.+)")
_ATTRIBUTE: Final = re.compile(r"(HASATTR|EQATTR|EQ_ATTR)_.+")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f\x7f-\x9f]+")
_BARE: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_CONTROLS: Final = frozenset(("orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "eventType"))


def read_query(parameters: Mapping[str, Sequence[str]], *, prefixes: Mapping[str, str] | None = None) -> EventQuery:
    """Return the question that the parameters of an address ask.

    Args:
        parameters: names with their texts, percent-encoding undone; those that are about paging are not among them.
        prefixes: prefixes that the request declares for names and words of its own (header `GS1-Extensions`).

    Raises:
        TooLargeError: there are more parameters, or more values of one, than a question may have.
        InvalidInputError: a name is unknown, a value is not of its kind, or two parameters exclude each other; `field`
            is the parameter's name.
    """
    return _Reader({**KNOWN_PREFIXES, **(prefixes or {})}).query(
        {name: [part for text in texts for part in _parts(name, text)] for name, texts in parameters.items()}
    )


def read_named(query: Mapping[str, Any]) -> EventQuery:
    """Return the question that the JSON object of a named query asks. Raises InvalidInputError like `read_query`.

    Args:
        query: names with values or lists of values; `@context` declares prefixes.
    """
    given = {name: value if isinstance(value, list) else [value] for name, value in query.items() if name != "@context"}
    return _Reader({**KNOWN_PREFIXES, **declared_prefixes(query.get("@context"))}).query(given)


def _parts(name: str, text: str) -> list[str]:
    is_list = (
        name in _WORDS or name in _URIS or name in _PATTERNS or name in _TEXTS or name in ("eventType", "EQ_action")
    )
    return text.split("|") if is_list or name.startswith("EQ_") else [text]


class _Reader:
    """Reads one question under the prefixes in force."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes

    def query(self, given: Mapping[str, Sequence[Any]]) -> EventQuery:
        """Return the question."""
        if len(given) > MOST_PARAMETERS:
            raise TooLargeError("A question has at most {most} parameters.", most=MOST_PARAMETERS)
        for name, values in given.items():
            if not values and not _is_void(name):
                raise no_value(name)
            if len(values) > MOST_VALUES:
                raise TooLargeError("{name} takes at most {most} values.", field=name, name=name, most=MOST_VALUES)
        found = (self._criterion(name, values) for name, values in given.items() if name not in _CONTROLS)
        criteria = tuple(one for one in found if one is not None)
        order, descending = self._order(given)
        limit, most = read_whole(given, "eventCountLimit"), read_whole(given, "maxEventCount")
        if limit is not None and most is not None:
            raise InvalidInputError("eventCountLimit and maxEventCount exclude each other.", field="maxEventCount")
        if limit is not None and not order:
            template = "eventCountLimit needs orderBy, which says which events come first."
            raise InvalidInputError(template, field="eventCountLimit")
        return EventQuery(
            event_types=tuple(read_one_of("eventType", text, EVENT_TYPES) for text in given.get("eventType", ())),
            criteria=criteria,
            order_by=order,
            descending=descending,
            event_count_limit=limit,
            max_event_count=most,
        )

    def _order(self, given: Mapping[str, Sequence[Any]]) -> tuple[str, bool]:
        order = single_value("orderBy", given["orderBy"]) if "orderBy" in given else None
        if order == "":
            raise no_value("orderBy")
        if "orderBy" in given and order not in ("eventTime", "recordTime"):
            if not isinstance(order, str) or not self._is_known(order):
                template = "{value} is no field to order by: eventTime, recordTime, or an extension with its namespace."
                raise InvalidInputError(template, field="orderBy", value=order)
            order = field_name(order, self._prefixes)
        direction = single_value("orderDirection", given.get("orderDirection", ["DESC" if order else "ASC"]))
        return order or "", read_one_of("orderDirection", direction, ("ASC", "DESC")) == "DESC"

    # -------------------------------------------------------------------------------------------------------- criteria
    def _criterion(self, name: str, values: Sequence[Any]) -> Criterion | None:
        comparison, _, rest = _SPELLED.get(name, name).partition("_")
        if name == "EXISTS_errorDeclaration":
            return self._declared(name, values)
        if name == "EXISTS_sensorElementList":
            return _made(comparison, rest, [True])
        if name in _TIMES or name == "EQ_booleanValue":
            values = [single_value(name, values)]
        read = self._reader(name)
        return self._open(name, values) if read is None else _made(comparison, rest, [read(one) for one in values])

    def _reader(self, name: str) -> Callable[[Any], Any] | None:
        """Return what reads one value of a parameter that has a fixed name."""
        readers: tuple[tuple[Collection[str], Callable[[Any], Any]], ...] = (
            (_WORDS, lambda value: self._word(name, _WORDS[name], value)),
            (_URIS, lambda value: identifier(self._uri(name, value))),
            (_PATTERNS, lambda value: self._pattern(name, value)),
            (_TEXTS, lambda value: identifier(read_text(name, value))),
            (_TIMES, lambda value: read_time(name, value)),
            (("EQ_action",), lambda value: read_one_of(name, value, tuple(Action))),
            (("EQ_booleanValue",), lambda value: read_flag(name, value)),
        )
        return next((read for names, read in readers if name in names), None)

    def _open(self, name: str, values: Sequence[Any]) -> Criterion | None:
        """Read a parameter whose name the asker completes: a kind of paper, a unit, a field of somebody's own."""
        if match := _MEASURE.fullmatch(name):
            given = values if match[1] == "EQ" else [single_value(name, values)]
            return _measured(match[1], match[2], [read_number(name, value) for value in given])
        if (match := _PAIR.fullmatch(name)) and (kind := self._kind(match[1], match[2])):
            return _made("EQ", f"{match[1]}_{kind}", [identifier(read_text(name, value)) for value in values])
        if _ATTRIBUTE.fullmatch(name):
            template = "{name} asks for attributes of EPCIS master data, and this repository holds none: ask by values."
            raise InvalidInputError(template, field=name, name=name)
        match = _FIELD.fullmatch(name)
        if match is None or not self._is_known(match[4], inside=bool(match[2] or match[3])):
            template = "{name} is no parameter of this query. Write fields of your own with their whole namespace."
            raise InvalidInputError(template, field=name, name=name)
        field = f"{match[2] or ''}{match[3] or ''}{field_name(match[4], self._prefixes)}"
        if match[1] == "EXISTS":
            return _made("EXISTS", field, [True])
        if match[1] == "EQ":
            return _made("EQ", field, [read_plain(name, value) for value in values])
        return _made(match[1], field, [read_number_or_time(name, single_value(name, values))])

    def _kind(self, field: str, text: str) -> str:
        """Return the type of a paper, source or destination; "" where it is neither a word of CBV nor a URI."""
        kind = word(field, text, self._prefixes)
        return kind if kind in WORDS[field].words or _URI.fullmatch(kind) else ""

    def _is_known(self, text: str, *, inside: bool = False) -> bool:
        """Tell whether a field's name has a namespace: in full, or by a prefix in force."""
        full = expanded(text, self._prefixes)
        if full != text or full.startswith(("{", "urn:")) or "//" in full:
            return True
        return inside and _BARE.fullmatch(full) is not None

    @staticmethod
    def _declared(name: str, values: Sequence[Any]) -> Criterion | None:
        """Read `EXISTS_errorDeclaration`, which some give a value; false asks for nothing."""
        value = single_value(name, values)
        wanted = value in (None, "", 1, "1") or read_flag(name, value)
        return _made("EXISTS", "errorDeclaration", [True]) if wanted else None

    # ---------------------------------------------------------------------------------------------------------- values
    def _word(self, name: str, field: str, value: Any) -> str:
        found = word(field, read_text(name, value), self._prefixes)
        if found not in WORDS[field].words and not _URI.fullmatch(found):
            template = "{value} is neither a word of the Core Business Vocabulary nor a URI."
            raise InvalidInputError(template, field=name, value=value)
        return found

    def _uri(self, name: str, value: Any) -> str:
        found = expanded(read_text(name, value), self._prefixes)
        if not _URI.fullmatch(found):
            template = "{value} is no URI, such as https://id.gs1.org/414/4012345000016 or urn:epc:id:giai:4012345.7."
            raise InvalidInputError(template, field=name, value=value)
        return found

    def _pattern(self, name: str, value: Any) -> str:
        text = self._uri(name, value)
        if not text.startswith(PATTERN):
            return identifier(text)
        if "*" not in text:
            return identifier(urn_of(text))
        if read_pattern(text) is None:
            template = "{value} is no EPC pattern, such as urn:epc:idpat:sgtin:4012345.011111.*; stars stand last."
            raise InvalidInputError(template, field=name, value=value)
        return text


def _is_void(name: str) -> bool:
    """Tell whether the value of a parameter is ignored: it asks whether a field exists (EPCIS 2.0, 8.2.7.1)."""
    return name.startswith("EXISTS_") and name != "EXISTS_errorDeclaration"


def _measured(comparison: str, name: str, numbers: Sequence[Decimal]) -> Criterion:
    """Return a comparison of amounts, in the base unit where the name ends with a unit."""
    measured, _, unit = name.partition("_")
    if not unit:
        return _made(comparison, name, numbers)
    amounts = [in_base_unit(number, unit, is_spread=measured in SPREADS) for number in numbers]
    return _made(comparison, f"{measured}_{amounts[0][1]}", [Decimal(repr(amount)) for amount, _ in amounts])


def _made(comparison: str, name: str, values: Sequence[Any]) -> Criterion:
    return Criterion(Comparison(comparison), name, tuple(dict.fromkeys(values)))
