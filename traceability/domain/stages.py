"""Stages of making, as data: what can be recorded of which goods, and what would be alarming.

Each product family (nem chua, mam tep, chieu coi, anything else) has a file of stages. A stage says which EPCIS event
it becomes, how late it may be entered, and which fields a form shows. Forms and the public timeline are made from
these files alone. A stage has numbers, choices, dates and codes but no free text: whatever people put in words may
name somebody, so it goes into the note, of which only a commitment is recorded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final

from traceability.domain.data_files import read_folder
from traceability.domain.event_records import Reading
from traceability.domain.quantities import UNITS, parse_decimal, tidy
from traceability.domain.times import parse_date
from traceability.domain.views import Bilingual
from traceability.domain.vouching import LatePolicy
from traceability.errors import InvalidInputError

GENERIC: Final = "generic"
"""The family of goods that have none of their own."""

_UNIT_NAMES: Final = {
    "CEL": Bilingual("°C", "°C"),
    "HUR": Bilingual("giờ", "h"),
    "MIN": Bilingual("phút", "min"),
    "DAY": Bilingual("ngày", "days"),
    "P1": Bilingual("%", "%"),
    "59": Bilingual("mg/kg", "mg/kg"),
    "Q30": Bilingual("", ""),
}
"""UN/CEFACT Recommendation 20 codes that sensors use, as people read them; units of goods are in `quantities`."""

_CODE: Final = re.compile(r"(?=.*\d)[0-9A-Za-zĐđ][0-9A-Za-zĐđ./-]{0,29}")


class StageEvent(StrEnum):
    """What recording a stage does to the lot."""

    REGISTER = "register"
    """A new lot comes from outside (ObjectEvent, ADD)."""
    OBSERVE = "observe"
    """Something is done with a lot that stays what it is (ObjectEvent, OBSERVE)."""
    TRANSFORM = "transform"
    """Lots are used up and others made (TransformationEvent)."""
    CONSUME = "consume"
    """Some of a lot is disposed of (ObjectEvent, DELETE)."""


class FieldType(StrEnum):
    """What a field takes."""

    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    CODE = "code"
    """A number or mark as printed on a paper or a tank: up to 30 letters, digits and . / -, with a digit in it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    key: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class StageField:
    """One field of a stage.

    Args:
        key: its name in forms and records.
        label: what the form says.
        type: what it takes.
        required: a form may not leave it empty.
        unit: UN/CEFACT Recommendation 20 code of a number.
        measurement: GS1 measurement type of a number.
        low, high: a number outside these is shown with the warning; it is recorded all the same.
        options: the answers of a choice.
        unwanted: answers that are shown with the warning.
        warning: what to tell a reader of an alarming value.
    """

    key: str
    label: Bilingual
    type: FieldType
    required: bool = False
    unit: str = ""
    measurement: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    options: tuple[Option, ...] = ()
    unwanted: frozenset[str] = frozenset()
    warning: Bilingual | None = None

    @property
    def unit_name(self) -> Bilingual:
        """Return the unit of a number as people read it."""
        if self.unit in UNITS:
            return Bilingual(UNITS[self.unit].vi, UNITS[self.unit].en)
        return _UNIT_NAMES.get(self.unit, Bilingual(self.unit))

    def read(self, text: str, language: str = "") -> str | None:
        """Return what was typed in the form in which it is recorded, or None when nothing was.

        Raises InvalidInputError, with `values.{key}` as its field, when it is missing though required, or not of the
        field's type.
        """
        written, place = text.strip(), f"values.{self.key}"
        if not written:
            if self.required:
                raise InvalidInputError("{label} must be filled in.", field=place, label=self.label)
            return None
        if self.type is FieldType.NUMBER:
            return str(tidy(parse_decimal(written, field=place, language=language)))
        if self.type is FieldType.DATE:
            return parse_date(written, field=place).isoformat()
        if self.type is FieldType.CHOICE and written not in {option.key for option in self.options}:
            raise InvalidInputError("{value} is not one of the answers.", field=place, value=written)
        if self.type is FieldType.CODE and not _CODE.fullmatch(written):
            template = (
                "{value} is not a code: letters, digits and . / - with at least one digit. Put words into the note."
            )
            raise InvalidInputError(template, field=place, value=written)
        return written

    def warning_for(self, value: str) -> Bilingual | None:
        """Return the warning that a recorded value deserves, or None when it is harmless."""
        if self.type is FieldType.NUMBER:
            number = parse_decimal(value, field=self.key)
            outside = (self.low is not None and number < self.low) or (self.high is not None and number > self.high)
            return (self.warning or _OUTSIDE) if outside else None
        return self.warning if value in self.unwanted else None

    def shown(self, value: str) -> Bilingual:
        """Return a recorded value as people read it: the label of an answer, anything else as it is."""
        return next((option.label for option in self.options if option.key == value), Bilingual(value, value))


_OUTSIDE: Final = Bilingual("Giá trị ngoài khoảng thông thường.", "Outside the usual range.")


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What was typed into a stage's form, ready to be recorded."""

    values: Mapping[str, str]
    """Choices, dates and codes by the key of their field."""
    readings: tuple[Reading, ...]
    """Numbers, as sensor readings."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of making.

    Args:
        key: its name in forms and records, unique in its family.
        name: what people call it.
        event: what recording it does.
        biz_step: CBV business step.
        disposition: CBV disposition of the lot afterwards.
        on: "material", "goods" or "any": of which lots a form offers it.
        late: from when on an entry counts as late.
        fields: in the order of the form.
        hint: a line of help, or None.
    """

    key: str
    name: Bilingual
    event: StageEvent
    biz_step: str
    disposition: str
    on: str
    late: LatePolicy
    fields: tuple[StageField, ...]
    hint: Bilingual | None = None

    def field(self, key: str) -> StageField | None:
        """Return the field of a key, or None."""
        return next((one for one in self.fields if one.key == key), None)

    def read(self, typed: Mapping[str, str], language: str = "") -> StageFacts:
        """Return what was typed into the form, in the order of the fields.

        Raises InvalidInputError when a field does not belong to the stage, is missing, or cannot be read.
        """
        for key in typed:
            if self.field(key) is None:
                raise InvalidInputError("{key} is not a field of this stage.", field=f"values.{key}", key=key)
        values: dict[str, str] = {}
        readings: list[Reading] = []
        for one in self.fields:
            if (value := one.read(typed.get(one.key, ""), language)) is None:
                continue
            if one.type is FieldType.NUMBER:
                readings.append(Reading(one.key, one.measurement, Decimal(value), one.unit))
            else:
                values[one.key] = value
        return StageFacts(values, tuple(readings))


@dataclass(frozen=True, slots=True)
class Family:
    """A family of goods and the stages of their making.

    Args:
        key: its name in records.
        version: of its file; a stage never changes its meaning, it gets a new key.
        name: what people call it.
        sector: key of the OCOP sector it usually belongs to.
        unit: code of the base unit in which its goods are usually counted.
        shelf_life_days: usual shelf life, None for goods that do not expire.
        stages: in their usual order.
    """

    key: str
    version: int
    name: Bilingual
    sector: str
    unit: str
    shelf_life_days: int | None
    stages: tuple[Stage, ...]

    def stage(self, key: str) -> Stage:
        """Return the stage of a key. Raises InvalidInputError when the family has none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise InvalidInputError("{key} is not a stage of these goods.", field="stage", key=key)

    def offered(self, event: StageEvent, *, material: bool) -> tuple[Stage, ...]:
        """Return the stages with an event that a form offers for a lot of raw material, or of goods."""
        on = {"any", "material" if material else "goods"}
        return tuple(stage for stage in self.stages if stage.event is event and stage.on in on)


@cache
def families() -> Mapping[str, Family]:
    """Return all families by key."""
    return {found["key"]: _family(found) for found in read_folder("stages")}


def family(key: str) -> Family:
    """Return the family of a key. Raises InvalidInputError when there is none."""
    if (found := families().get(key)) is None:
        raise InvalidInputError("{key} is not a family of goods known here.", field="family", key=key)
    return found


def find_stage(family_key: str, stage_key: str) -> Stage | None:
    """Return a stage, or None where a record names one that this version does not know: records outlive tables."""
    found = families().get(family_key)
    return next((stage for stage in found.stages if stage.key == stage_key), None) if found else None


def _family(found: Mapping[str, Any]) -> Family:
    return Family(
        key=found["key"],
        version=found["version"],
        name=Bilingual(**found["name"]),
        sector=found["sector"],
        unit=found["unit"],
        shelf_life_days=found["shelf_life_days"],
        stages=tuple(_stage(stage) for stage in found["stages"]),
    )


def _stage(found: Mapping[str, Any]) -> Stage:
    return Stage(
        key=found["key"],
        name=Bilingual(**found["name"]),
        event=StageEvent(found["event"]),
        biz_step=found["biz_step"],
        disposition=found["disposition"],
        on=found["on"],
        late=LatePolicy(timedelta(hours=found["late_after_hours"])),
        fields=tuple(_field(one) for one in found["fields"]),
        hint=Bilingual(**found["hint"]) if "hint" in found else None,
    )


def _field(found: Mapping[str, Any]) -> StageField:
    return StageField(
        key=found["key"],
        label=Bilingual(**found["label"]),
        type=FieldType(found["type"]),
        required=found.get("required", False),
        unit=found.get("unit", ""),
        measurement=found.get("measurement", ""),
        low=Decimal(found["low"]) if "low" in found else None,
        high=Decimal(found["high"]) if "high" in found else None,
        options=tuple(Option(one["key"], Bilingual(**one["label"])) for one in found.get("options", ())),
        unwanted=frozenset(found.get("unwanted", ())),
        warning=Bilingual(**found["warning"]) if "warning" in found else None,
    )
