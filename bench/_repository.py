"""A repository with as many EPCIS events as one likes: a market of farms, packers, hauliers and shops over two years.

The rows are put into the tables directly, a thousand events to a record. An event is put together from parts, and each
part brings its JSON and the facts by which the event is found, so that a million are made in minutes; `check` compares
some of them with what the projector makes of the same documents.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Any

from traceability.domain.check_digits import check_digit
from traceability.domain.epc_patterns import mark_of
from traceability.domain.event_facts import facts_of
from traceability.domain.event_fields import MARK, NUMBER, STEM, TIME
from traceability.domain.event_words import ordered_number, ordered_time
from traceability.domain.units_of_measure import in_base_unit
from traceability.projection import schema
from traceability.projection.bulk import insert_rows
from traceability.projection.database import Database
from traceability.projection.epcis_facts import fact_code, field_code, kind_code

A_RECORD = 1_000
BATCH = 50
"""Records that are written at once."""

START = datetime(2024, 6, 1, tzinfo=UTC)
SECONDS = 2 * 365 * 86_400
TOUCHES = 40
"""Lots that a record touches."""

PLACES, PARTIES, GOODS, LOTS, DEVICES = 2_000, 120, 400, 30_000, 50

KINDS = (
    ("ObjectEvent", "ADD", "commissioning", "active", 18),
    ("ObjectEvent", "OBSERVE", "shipping", "in_transit", 20),
    ("ObjectEvent", "OBSERVE", "receiving", "in_progress", 17),
    ("ObjectEvent", "OBSERVE", "storing", "sellable_not_accessible", 10),
    ("ObjectEvent", "OBSERVE", "inspecting", "conformant", 7),
    ("ObjectEvent", "OBSERVE", "inspecting", "recalled", 0.05),
    ("ObjectEvent", "OBSERVE", "sensor_reporting", "", 8),
    ("ObjectEvent", "DELETE", "retail_selling", "retail_sold", 6),
    ("ObjectEvent", "DELETE", "destroying", "destroyed", 0.2),
    ("AggregationEvent", "ADD", "packing", "in_progress", 6),
    ("AggregationEvent", "DELETE", "unpacking", "in_progress", 2),
    ("TransformationEvent", "", "creating_class_instance", "active", 5),
    ("TransactionEvent", "ADD", "accepting", "", 1),
    ("AssociationEvent", "ADD", "installing", "", 0.2),
)


@dataclass(slots=True)
class Part:
    """A piece of an event.

    Args:
        members: JSON members.
        facts: codes of facts.
        measures: codes of fields with numbers.
        names: what is listed.
    """

    members: dict[str, Any] = field(default_factory=dict)
    facts: list[int] = field(default_factory=list)
    measures: list[tuple[int, int]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)


@lru_cache(maxsize=1 << 17)
def code(name: str, value: str) -> int:
    """Return the code of a fact that many events have in common."""
    return fact_code(name, value)


def place(number: int) -> str:
    """Return a place."""
    gln = f"95060{number // 10:07d}"
    site = f"https://id.gs1.org/414/{gln}{check_digit(gln)}"
    return f"{site}/254/{number % 10}" if number % 10 else site


def party(number: int) -> str:
    """Return a participant."""
    return f"https://id.gs1.org/417/95060{number:07d}{check_digit(f'95060{number:07d}')}"


def goods(number: int) -> str:
    """Return a GTIN."""
    gtin = f"09506{number:08d}"
    return f"https://id.gs1.org/01/{gtin}{check_digit(gtin)}"


def lot(number: int) -> str:
    """Return a lot; its goods follow from its number."""
    return f"{goods(number % GOODS)}/10/L{number}"


class Market:
    """Makes events, the same in every run."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.random = Random(20260501)

    def skewed(self, count: int) -> int:
        """Return a number below a count, small ones far more often: a few places see most of the goods."""
        return int(count * self.random.random() ** 3)

    def event(self, index: int) -> tuple[tuple[str, str, str, str], datetime, Part]:
        """Return the kind, the time and the pieces of one event."""
        rng = self.random
        kind = rng.choices(KINDS, [one[4] for one in KINDS])[0]
        made = Part()
        late = timedelta(seconds=rng.expovariate(1 / 40_000))
        moment = START + timedelta(seconds=SECONDS * index / self.size) - late
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        event_type, action, step, disposition, _ = kind
        self._goods(made, event_type, step, index)
        self._places(made, step)
        if step in ("shipping", "receiving", "accepting"):
            self._trade(made)
        if step == "sensor_reporting" or rng.random() < 0.05:
            self._sensor(made, moment)
        if rng.random() < 0.3:
            self._own(made)
        return (event_type, action, step, disposition), moment, made

    def _goods(self, made: Part, event_type: str, step: str, index: int) -> None:
        rng = self.random
        number = self.skewed(LOTS)
        if event_type == "TransformationEvent":
            self._line(made, "inputQuantityList", "inputEPCClass", lot(self.skewed(LOTS)))
            self._line(made, "outputQuantityList", "outputEPCClass", lot(number))
        elif event_type in ("AggregationEvent", "AssociationEvent"):
            made.members["parentID"] = parent = (
                f"https://id.gs1.org/00/{self._sscc(rng.randrange(self.size // 10 + 1))}"
            )
            made.facts += [fact_code("parentID", parent), code("parentID" + MARK, mark_of(parent))]
            made.names.append(("epcs", parent))
            self._serials(made, "childEPCs", number, index, rng.randint(1, 4))
        elif step in ("retail_selling", "inspecting") or rng.random() < 0.2:
            self._serials(made, "epcList", number, index, rng.randint(1, 3))
        else:
            self._line(made, "quantityList", "epcClass", lot(number))

    @staticmethod
    def _sscc(number: int) -> str:
        digits = f"19506{number:012d}"
        return digits + check_digit(digits)

    def _serials(self, made: Part, name: str, number: int, index: int, count: int) -> None:
        stem = f"{goods(number % GOODS)}/21"
        made.members[name] = [f"{stem}/{index}S{place}" for place in range(count)]
        if index > 10 and self.random.random() < 0.5:  # seen before
            made.members[name] = [f"{stem}/{self.random.randrange(index)}S0"]
        made.facts += [fact_code("epc", epc) for epc in made.members[name]]
        made.facts += [code("epc" + STEM, stem), code("epc" + MARK, mark_of(stem))]
        made.names += [("epcs", epc) for epc in made.members[name]] + [("epcs" + STEM, stem)]

    def _line(self, made: Part, name: str, parameter: str, goods_class: str) -> None:
        amount = round(self.random.lognormvariate(3, 1.5), 1)
        made.members[name] = [{"epcClass": goods_class, "quantity": amount, "uom": "KGM"}]
        stem = goods_class.rpartition("/")[0]
        made.facts += [
            code(parameter, goods_class),
            code(parameter + STEM, stem),
            code(parameter + MARK, mark_of(stem)),
        ]
        value = ordered_number(amount)
        made.measures += [(field_code("quantity" + NUMBER), value), (field_code("quantity_KGM" + NUMBER), value)]
        made.names += [("classes", goods_class), ("classes" + STEM, stem)]

    def _places(self, made: Part, step: str) -> None:
        here = self.skewed(PLACES)
        wanted = {"readPoint": here} | ({"bizLocation": here // 10 * 10} if step != "shipping" else {})
        for name, number in wanted.items():
            uri = place(number)
            made.members[name] = {"id": uri}
            made.facts.append(code(name, uri))
            made.names.append((name + "s", uri))
            if number % 10:
                made.facts.append(code(name + STEM, uri.rpartition("/")[0]))

    def _trade(self, made: Part) -> None:
        order = f"urn:epcglobal:cbv:bt:9506000000000:{self.random.randrange(self.size // 5 + 1)}"
        made.members["bizTransactionList"] = [{"type": "po", "bizTransaction": order}]
        made.facts.append(fact_code("bizTransaction_po", order))
        for name in ("source", "destination"):
            uri = party(self.skewed(PARTIES))
            made.members[f"{name}List"] = [{"type": "owning_party", name: uri}]
            made.facts.append(code(f"{name}_owning_party", uri))

    def _sensor(self, made: Part, moment: datetime) -> None:
        value = round(self.random.gauss(6, 4), 1)
        device = f"https://id.gs1.org/8004/9506D{self.random.randrange(DEVICES)}"
        time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        made.members["sensorElementList"] = [
            {
                "sensorMetadata": {"time": time, "deviceID": device},
                "sensorReport": [{"type": "Temperature", "value": value, "uom": "CEL"}],
            }
        ]
        made.facts += [code("EXISTS", "sensorElementList"), code("deviceID", device), code("type", "Temperature")]
        warmth, base = in_base_unit(value, "CEL")
        made.measures.append((field_code(f"value_{base}" + NUMBER), ordered_number(warmth)))
        made.measures.append((field_code("time" + TIME), ordered_time(moment)))

    def _own(self, made: Part) -> None:
        shelf, score = f"B{self.skewed(5_000)}", self.random.randrange(1_000)
        made.members |= {"ex:shelf": shelf, "ex:score": score}
        own = "https://ns.example/"
        made.facts += [code("EXISTS", f"{own}shelf"), code(f"{own}shelf", shelf), code("EXISTS", f"{own}score")]
        value = ordered_number(float(score))
        made.facts.append(code(f"{own}score{NUMBER}", str(value)))
        made.measures.append((field_code(f"{own}score{NUMBER}"), value))


@dataclass(slots=True)
class _Rows:
    """Rows that wait to be written."""

    of: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, *row: Any) -> None:
        """Keep a row."""
        self.of.setdefault(table, []).append(row)


def fill(databases: list[Database], size: int) -> None:
    """Put a repository of so many events into databases."""
    market, rows, kinds = Market(size), _Rows(), set[int]()
    _subjects(rows)
    for record in range((size + A_RECORD - 1) // A_RECORD):
        _record(market, rows, record, min(A_RECORD, size - record * A_RECORD), kinds)
        if record % BATCH == BATCH - 1:
            _write(databases, rows)
    _write(databases, rows)


def _write(databases: list[Database], rows: _Rows) -> None:
    rows.of.get("epcis_fact", []).sort()
    for database in databases:
        with database.writing() as connection:
            for name, values in rows.of.items():
                table = schema.metadata.tables[name]
                insert_rows(connection, table, values, once=table in schema.NAMED_ONCE)
    rows.of.clear()


def _subjects(rows: _Rows) -> None:
    for number in range(LOTS // 10):
        uri = lot(number)
        key = sha256(uri.encode()).hexdigest()
        rows.add("subject", key, uri, "lot", "", 1, 1, 0, "0", "0", "0", 0, 1, 1, 0, 0, 0)


def _record(market: Market, rows: _Rows, record: int, count: int, kinds: set[int]) -> None:
    block = record + 1
    number = schema.record_number(block, 0)
    time = int((START + timedelta(seconds=SECONDS * (record + 1) * A_RECORD / market.size)).timestamp())
    digest = sha256(str(record).encode()).hexdigest()
    signer = "0x" + "ab" * 20
    rows.add("record", number, block, digest, time, digest, 0, "recorded", signer, "0", b"", b"", 1, "", 0, "", "0", "")
    for touch in range(TOUCHES):
        subject = sha256(lot((record * TOUCHES + touch) % (LOTS // 10)).encode()).hexdigest()
        part = A_RECORD // TOUCHES
        rows.add("touch", subject, block, number, touch, 1, "0", 0, block, touch * part, part, "", 1, 2, 1)
    for position in range(count):
        _event(market, rows, number, position, time, kinds)


def _event(market: Market, rows: _Rows, record: int, position: int, time: int, kinds: set[int]) -> None:
    number = schema.event_number(record, position)
    kind, moment, made = market.event((record >> schema.LOG_BITS) * A_RECORD + position)
    document = document_of(kind, moment, made)
    body = json.dumps(document, separators=(",", ":"), sort_keys=True)
    event_hash = f"ni:///sha-256;{sha256(body.encode()).hexdigest()}?ver=CBV2.0"
    happened, of_kind = ordered_time(moment), kind_code(*kind)
    rows.add("document", record, position, event_hash, kind[0], kind[2], happened // 1000, "", "", body)
    rows.add("epcis_event", number, happened, time * 1_000_000, of_kind)
    if of_kind not in kinds:
        kinds.add(of_kind)
        rows.add("epcis_kind", of_kind, *kind, number)
    own = {of_kind, *made.facts, fact_code("eventHash", event_hash), fact_code("eventID", event_hash)}
    for one in own:
        rows.add("epcis_fact", one, number)
    for measured, value in set(made.measures):
        rows.add("epcis_measure", number, measured, value)
    for resource, name in made.names:
        rows.add("epcis_name", resource, name, number)
    if "ex:score" in document:
        score = ordered_number(float(document["ex:score"]))
        rows.add("epcis_order", number, field_code("https://ns.example/score"), f"1{score + (1 << 63):016x}")
        rows.add("epcis_order", number, field_code("https://ns.example/shelf"), f"3{document['ex:shelf']}")


def document_of(kind: tuple[str, str, str, str], moment: datetime, made: Part) -> dict[str, Any]:
    """Return the document of an event."""
    time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = {"@context": {"ex": "https://ns.example/"}, "type": kind[0], "eventTime": time}
    words = {name: word for name, word in zip(("action", "bizStep", "disposition"), kind[1:], strict=True) if word}
    return head | {"eventTimeZoneOffset": "+00:00"} | words | made.members


def check(count: int) -> Iterator[str]:
    """Make some events and name those whose parts are not what the projector finds in the document."""
    market = Market(count)
    for index in range(count):
        kind, moment, made = market.event(index)
        found = facts_of(document_of(kind, moment, made), "hash")
        facts = {fact_code(*one) for one in found.facts if one[1] != "hash"} if found else set()
        measures = {(field_code(name), value) for name, value in found.measures} if found else set()
        if (
            found is None
            or facts != set(made.facts)
            or measures != set(made.measures)
            or found.names != set(made.names)
        ):
            yield f"event {index} is found by other facts than the benchmark puts"
