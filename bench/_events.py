"""Events as a cooperative would record them, made up but diverse, and the same in every run.

The benchmarks of gas and of documents need many events that do not repeat each other: other times, stages, places,
quantities, readings and commitments. These follow a tank of mắm tép (shrimp paste) through its months; places and lots
carry numbers of GS1's example range 9506000.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from itertools import cycle, islice
from random import Random
from typing import Any

from traceability.domain.event_records import OBJECT, Commitments, EventRecord, LotAmount, Reading
from traceability.proofs.commitments import encode_base64url

LOT = "https://id.gs1.org/01/09506000134352/10/MT260119"
"""The lot that one-lot benchmarks speak of."""

_PLACES = tuple(f"https://id.gs1.org/414/950600000{number:04d}" for number in (1054, 1153, 1252, 1351, 1450))


@dataclass(frozen=True, slots=True)
class _Stage:
    """What may happen to the tank: the CBV words, and the range of each reading."""

    name: str
    biz_step: str
    disposition: str
    readings: tuple[tuple[str, str, str, float, float], ...] = ()
    """Field, GS1 measurement type, unit, lowest and highest value."""


_STAGES = (
    _Stage("stir", "holding", "in_progress", (("temperature", "Temperature", "CEL", 17, 36),)),
    _Stage("salinity", "sampling", "in_progress", (("salt", "Salinity", "P1", 18, 27),)),
    _Stage("acidity", "sampling", "in_progress", (("ph", "Dimensionless", "C62", 4.8, 6.4),)),
    _Stage("sun", "holding", "in_progress"),
    _Stage("weigh", "inspecting", "in_progress", (("mass", "Mass", "KGM", 148, 160),)),
    _Stage("move", "storing", "in_progress"),
    _Stage("clean", "holding", "in_progress"),
    _Stage(
        "climate",
        "sensor_reporting",
        "in_progress",
        (("temperature", "Temperature", "CEL", 15, 38), ("humidity", "RelativeHumidity", "A93", 55, 98)),
    ),
    _Stage("taste", "inspecting", "conformant"),
    _Stage("histamine", "inspecting", "conformant", (("histamine", "Concentration", "M1", 12, 180),)),
    _Stage("count", "cycle_counting", "in_progress"),
    _Stage("inspect", "inspecting", "conformant"),
)


def diverse_events(count: int, lots: tuple[str, ...] = (LOT,)) -> list[dict[str, Any]]:
    """Return documents of `count` events, the lots taking turns; the same ones at every call."""
    return list(islice(_story(lots), count))


def _story(lots: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    chance = Random(12850)  # after TCVN 12850, the standard for traceability
    moment = datetime(2026, 1, 19, 6, 40, tzinfo=timezone(timedelta(hours=7)))
    held = Decimal(160)
    for number, lot in enumerate(cycle(lots)):
        stage = chance.choice(_STAGES)
        moment += timedelta(minutes=chance.randrange(35, 2600))
        held -= Decimal(chance.randrange(4)) / 10
        yield EventRecord(
            type=OBJECT,
            action="OBSERVE",
            biz_step=stage.biz_step,
            disposition=stage.disposition,
            event_time=moment,
            lots=(LotAmount(lot, held, "KGM"),),
            place=chance.choice(_PLACES),
            stage=stage.name,
            readings=tuple(_reading(chance, *limits) for limits in stage.readings),
            commitments=_commitments(number),
        ).to_document()


def _reading(chance: Random, name: str, kind: str, unit: str, lowest: float, highest: float) -> Reading:
    return Reading(name, kind, Decimal(str(round(chance.uniform(lowest, highest), 1))), unit)


def _commitments(number: int) -> Commitments:
    """Return a note with every third event, and a picture with every seventh.

    32 bytes each that no compressor can shrink.
    """
    labels = (["note"] if number % 3 == 0 else []) + (["picture"] if number % 7 == 0 else [])
    return {label: (encode_base64url(sha256(f"{label} {number}".encode()).digest()),) for label in labels}
