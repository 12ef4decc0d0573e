"""A slow, obvious answer to every question to the EPCIS repository: go through all events and look at each.

It shares with the tables only how words, identifiers, names of fields, numbers and times are spelled in one way.
"""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from traceability.domain.epc_patterns import read_pattern
from traceability.domain.epcis_definitions import KNOWN_PREFIXES, declared_prefixes
from traceability.domain.event_query import Comparison
from traceability.domain.event_words import field_uri, identifier, number_of, time_of, word

EPCS = {"epc": ("epcList", "childEPCs"), "inputEPC": ("inputEPCList",), "outputEPC": ("outputEPCList",)}
CLASSES = {
    "epcClass": ("quantityList", "childQuantityList"),
    "inputEPCClass": ("inputQuantityList",),
    "outputEPCClass": ("outputQuantityList",),
}
SENSOR_WORDS = (
    *("deviceID", "dataProcessingMethod", "microorganism", "chemicalSubstance", "bizRules", "uriValue"),
    *("stringValue", "hexBinaryValue"),
)
VALUES = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
OWN_SECTIONS = {
    "ILMD_": lambda event: [event.get("ilmd")],
    "ERROR_DECLARATION_": lambda event: [event.get("errorDeclaration")],
    "readPoint_": lambda event: [event.get("readPoint")],
    "bizLocation_": lambda event: [event.get("bizLocation")],
    "SENSORELEMENT_": lambda event: event.get("sensorElementList", []),
    "SENSORMETADATA_": lambda event: [one.get("sensorMetadata") for one in event.get("sensorElementList", [])],
    "SENSORREPORT_": lambda event: [
        report for one in event.get("sensorElementList", []) for report in one.get("sensorReport", [])
    ],
}


def answer(query, events):
    """Return the numbers of the events that a question asks for, in their order."""
    found = [event for event in events if matches(query, event)]
    found.sort(key=lambda event: event.number, reverse=query.descending)
    if query.order_by == "eventTime":
        found.sort(key=lambda event: time_of(event.document["eventTime"]), reverse=query.descending)
    elif query.order_by not in ("", "recordTime"):
        keys = {event.number: sort_key(event.document, query.order_by) for event in found}
        having = [event for event in found if keys[event.number] is not None]
        having.sort(key=lambda event: keys[event.number], reverse=query.descending)
        found = having + [event for event in found if keys[event.number] is None]
    return [event.number for event in found][: query.event_count_limit]


def matches(query, event):
    """Tell whether one event is part of the answer."""
    document = event.document
    if query.event_types and document["type"] not in query.event_types:
        return False
    return all(holds(one, event, document) for one in query.criteria)


def holds(criterion, event, document):
    """Tell whether one criterion holds of an event."""
    name = criterion.name
    if name == "recordTime":
        return any(compare(criterion.comparison, event.record_time, value) for value in criterion.values)
    if name == "eventID":
        names = {identifier(event.event_id), event.anchor.event_hash}
        return any(value in names for value in criterion.values)
    if criterion.comparison is Comparison.EXISTS and name in ("errorDeclaration", "sensorElementList"):
        return is_filled(document.get(name))
    if "{" in name or name.startswith(("INNER_", *OWN_SECTIONS)):
        return own_holds(criterion, document)
    return any(fits(criterion, said, value) for said in said_by(name, document) for value in criterion.values)


def fits(criterion, said, value):
    """Compare one value of an event with one of the question."""
    if criterion.comparison is Comparison.MATCH:
        pattern = read_pattern(value, classes=criterion.name.lower().endswith("class"))
        return said == identifier(value) or (pattern is not None and pattern.matches(said))
    if criterion.comparison is Comparison.WD:
        return said == value or said.startswith(f"{value}/254/")
    return compare(criterion.comparison, said, value)


def compare(comparison, said, value):
    """Compare numbers, times or texts."""
    if isinstance(value, Decimal):
        value, said = float(value), float(said)
    return {
        Comparison.EQ: said == value,
        Comparison.GT: said != value and not isinstance(said, str) and said > value,
        Comparison.GE: not isinstance(said, str) and said >= value,
        Comparison.LT: not isinstance(said, str) and said < value,
        Comparison.LE: not isinstance(said, str) and said <= value,
    }[comparison]


# --------------------------------------------------------------------------------------------------- what an event says
def said_by(name, event):  # noqa: C901, PLR0911, PLR0912 - one branch for each field, as a slow twin may have
    """Return what an event says in a standard field, as the parameters name it."""
    prefixes = {**KNOWN_PREFIXES, **declared_prefixes(event.get("@context"))}
    reports = [
        part for section in ("SENSORMETADATA_", "SENSORREPORT_") for part in OWN_SECTIONS[section](event) if part
    ]
    error = event.get("errorDeclaration") or {}
    if name == "anyEPC":
        return [one for part in ("epc", "parentID", "inputEPC", "outputEPC") for one in said_by(part, event)]
    if name == "anyEPCClass":
        return [one for part in CLASSES for one in said_by(part, event)]
    if name in EPCS:
        return [identifier(one) for part in EPCS[name] for one in event.get(part, [])]
    if name in CLASSES:
        return [identifier(line["epcClass"]) for part in CLASSES[name] for line in event.get(part, [])]
    if name in ("parentID", "transformationID"):
        return [identifier(event[name])] if name in event else []
    if name in ("readPoint", "bizLocation"):
        return [identifier(event[name]["id"])] if name in event else []
    if name in ("bizStep", "disposition"):
        return [word(name, event[name], prefixes)] if name in event else []
    if name == "action":
        return [event["action"]] if "action" in event else []
    if name.startswith("persistentDisposition_"):
        lasting = event.get("persistentDisposition", {}).get(name.partition("_")[2], [])
        return [word("disposition", one, prefixes) for one in lasting]
    if name.startswith(("bizTransaction_", "source_", "destination_")):
        part, _, kind = name.partition("_")
        pairs = [pair for pair in event.get(f"{part}List", []) if word(part, pair["type"], prefixes) == kind]
        return [identifier(pair[part]) for pair in pairs]
    if name == "errorReason":
        return [word("errorReason", error["reason"], prefixes)] if "reason" in error else []
    if name == "correctiveEventID":
        return [identifier(one) for one in error.get("correctiveEventIDs", [])]
    if name == "errorDeclarationTime":
        return [time_of(error["declarationTime"])] if error else []
    if name == "eventTime":
        return [time_of(event["eventTime"])]
    if name == "type":
        return [word("type", report["type"], prefixes) for report in reports if "type" in report]
    if name in SENSOR_WORDS:
        return [identifier(report[name]) for report in reports if name in report]
    if name in ("time", "startTime", "endTime"):
        return [time_of(report[name]) for report in reports if name in report]
    if name == "booleanValue":
        return [report[name] for report in reports if name in report]
    if name == "percRank":
        return [report[name] for report in reports if name in report]
    lines = [line for parts in CLASSES.values() for part in parts for line in event.get(part, [])]
    measured, _, unit = name.partition("_")
    where = [one for one in (lines if measured == "quantity" else reports) if measured in one]
    if not unit:
        return [one[measured] for one in where]
    amounts = [amount(one[measured], one["uom"], measured == "sDev") for one in where if "uom" in one]
    return [number for number, base in amounts if base == unit]


def amount(number, unit, is_spread):
    """Return an exact number in the base unit that questions are asked in, and that unit."""
    exact = Fraction(str(number))
    if unit == "FAH":
        return ((exact if is_spread else exact - 32) * 5 / 9 + (0 if is_spread else Fraction("273.15")), "KEL")
    if unit == "CEL":
        return exact + (0 if is_spread else Fraction("273.15")), "KEL"
    to_base = {"GRM": (Fraction(1, 1000), "KGM"), "TNE": (1000, "KGM"), "A93": (Fraction(1, 1000), "KMQ")}
    factor, base = to_base.get(unit, (1, "KMQ" if unit == "GL" else unit))
    return exact * factor, base


# ------------------------------------------------------------------------------------------------- fields of one's own
def own_fields(event, section, *, inner):
    """Yield the full names and values of fields of somebody's own, those of a section or those inside of them."""
    prefixes = {**KNOWN_PREFIXES, **declared_prefixes(event.get("@context"))}
    parts = OWN_SECTIONS[section](event) if section else [event]
    for part in parts:
        if not part:
            continue
        own = {**prefixes, **declared_prefixes(part.get("@context"), prefixes)}
        for name, value in part.items():
            if ":" in name or (section == "ILMD_" and name != "@context"):
                if inner:
                    yield from inside(value, own)
                else:
                    yield field_uri(name, own), value


def inside(value, prefixes):
    """Yield the names and values of fields at any depth."""
    if isinstance(value, list):
        for one in value:
            yield from inside(one, prefixes)
    elif isinstance(value, dict):
        own = {**prefixes, **declared_prefixes(value.get("@context"), prefixes)}
        for name, content in value.items():
            if not name.startswith("@"):
                yield field_uri(name, own), content
                yield from inside(content, own)


def scalars(value):
    """Return the plain values of a field."""
    if isinstance(value, list):
        return [one for item in value for one in scalars(item)]
    if isinstance(value, dict):
        return [value[name] for name in ("@value", "@id") if name in value]
    return [value]


def is_filled(value):
    """Tell whether a field says anything: not null, an empty text or object, or a list of nothing else."""
    return any(map(is_filled, value)) if isinstance(value, list) else value not in (None, "", {})


def own_holds(criterion, event):
    """Tell whether a criterion about a field of somebody's own holds."""
    name = criterion.name
    inner = name.startswith("INNER_")
    rest = name.removeprefix("INNER_")
    section = next((one for one in OWN_SECTIONS if rest.startswith(one)), "")
    wanted = rest.removeprefix(section).replace("{", "").replace("}", "")
    values = [value for full, value in own_fields(event, section, inner=inner) if full == wanted]
    if criterion.comparison is Comparison.EXISTS:
        return any(map(is_filled, values))
    return any(
        own_fits(criterion.comparison, said, value)
        for one in values
        for said in scalars(one)
        for value in criterion.values
    )


def own_fits(comparison, said, value):
    """Compare a value of somebody's own: numbers with numbers, times with times, texts with texts."""
    if comparison is Comparison.EQ:
        if isinstance(value, bool) or isinstance(said, bool):
            return str(said).lower() == str(value).lower()
        if isinstance(said, (int, float)):
            number = float(value) if isinstance(value, Decimal) else number_of(value)
            return number is not None and float(said) == number
        if isinstance(value, Decimal):
            return False
        times = time_of(said), time_of(value)
        return identifier(said) == identifier(value) or (None not in times and times[0] == times[1])
    if isinstance(said, bool):
        return False
    number = float(said) if isinstance(said, (int, float)) else number_of(said)
    said = number if isinstance(value, Decimal) else time_of(said) if isinstance(said, str) else None
    return said is not None and compare(comparison, said, value if isinstance(value, datetime) else float(value))


def sort_key(event, name):
    """Return what an event is sorted by: numbers first, then times, then texts; None where it has no such field."""
    wanted = name.replace("{", "").replace("}", "")
    values = [one for full, value in own_fields(event, "", inner=False) if full == wanted for one in scalars(value)]
    if not values:
        return None
    first = values[0]
    if isinstance(first, bool):
        return 3, str(first).lower()
    if isinstance(first, (int, float)):
        return 1, float(first)
    moment = time_of(first)
    return (2, moment) if moment is not None else (3, first)
