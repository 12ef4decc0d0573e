"""A hundred unlike events of one lot, as a busy producer records them: compression and gas are measured on them."""

from hashlib import sha256
from random import Random
from typing import Any

from traceability.proofs.commitments import commit

LOT = "https://id.gs1.org/01/09506000134352/10/MT2605-7"
PLACES = tuple(f"https://id.gs1.org/414/95060001{number}" for number in (11117, 22229, 33331, 44443, 55555))
STEPS = ("inspecting", "storing", "sampling", "stocking", "holding", "packing", "transporting", "cycle_counting")
DISPOSITIONS = ("in_progress", "active", "conformant", "container_open", "in_transit", "non_conformant")
SENSORS = (
    ("Temperature", "CEL", 240, 390),
    ("RelativeHumidity", "A93", 600, 950),
    ("AbsoluteHumidity", "A93", 100, 300),
    ("Mass", "KGM", 100, 1600),
    ("Illuminance", "LUX", 0, 9000),
)


def diverse_events(count: int = 100, seed: int = 1) -> list[dict[str, Any]]:
    """Return events that differ in step, place, time, quantity, sensors, papers, extensions and commitments."""
    random = Random(seed)
    return [_event(index, random) for index in range(count)]


def _event(index: int, random: Random) -> dict[str, Any]:
    day, hour, minute = 1 + index % 28, random.randrange(24), random.randrange(60)
    time = f"2026-{5 + index // 28:02}-{day:02}T{hour:02}:{minute:02}:00.000+07:00"
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": time,
        "eventTimeZoneOffset": "+07:00",
        "bizStep": random.choice(STEPS),
        "disposition": random.choice(DISPOSITIONS),
        "quantityList": [{"epcClass": LOT, "quantity": random.randrange(100, 1600) / 10, "uom": "KGM"}],
        "readPoint": {"id": random.choice(PLACES)},
        "bizLocation": {"id": random.choice(PLACES)},
    }
    if index % 2 == 0:
        event["sensorElementList"] = [_sensors(random, time)]
    if index % 5 == 0:
        paper = f"https://id.gs1.org/253/9506000134352{random.randrange(10**6)}"
        kind = random.choice(("po", "inv", "desadv", "cert"))
        event["bizTransactionList"] = [{"type": kind, "bizTransaction": paper}]
    if index % 10 == 0:
        event["ocop:commitments"] = {"note": commit("note", sha256(bytes([index])).digest()[:16])}
    if index % 7 == 0:
        event["ocop:salt"] = random.randrange(100, 300) / 10
    if index % 9 == 0:
        event["persistentDisposition"] = {"set": ["completeness_verified"], "unset": ["completeness_inferred"]}
    return event


def _sensors(random: Random, time: str) -> dict[str, Any]:
    reports = [
        {"type": name, "uom": unit, "value": random.randrange(low, high) / 10}
        for name, unit, low, high in random.sample(SENSORS, random.randrange(1, 4))
    ]
    return {"sensorMetadata": {"time": time}, "sensorReport": reports}
