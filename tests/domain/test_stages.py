"""Stages are data, and the data is sound."""

from datetime import timedelta
from decimal import Decimal

import pytest

from traceability.domain import cbv
from traceability.domain.event_records import Reading
from traceability.domain.ocop import Sector
from traceability.domain.stages import FieldType, StageEvent, families, family, find_stage
from traceability.errors import InvalidInputError

STAGES = [(group, stage) for group in families().values() for stage in group.stages]


@pytest.mark.parametrize(("group", "stage"), STAGES, ids=[f"{group.key}.{stage.key}" for group, stage in STAGES])
def test_every_stage_is_sound(group, stage):
    """Words of the vocabulary, both languages, limits in order, answers that exist, and no free text."""
    assert stage.biz_step in cbv.BIZ_STEPS
    assert stage.disposition in cbv.DISPOSITIONS
    assert stage.on in {"material", "goods", "any"}
    assert stage.name.vi
    assert stage.name.en
    assert stage.late.allowed >= timedelta(hours=1)
    for field in stage.fields:
        assert field.label.vi
        assert field.label.en
        if field.type is FieldType.NUMBER:
            assert field.measurement in cbv.MEASUREMENT_TYPES
            assert field.unit
        assert field.low is None or field.high is None or field.low < field.high
        assert field.unwanted <= {option.key for option in field.options}
    assert [one.key for one in group.stages].count(stage.key) == 1


def test_the_three_products_and_a_generic_family():
    """Each demo product has its making from raw material on."""
    assert set(families()) == {"nem_chua", "mam_tep", "chieu_coi", "generic"}
    for group in families().values():
        assert group.offered(StageEvent.REGISTER, material=True)
        assert group.offered(StageEvent.TRANSFORM, material=False)
        assert Sector.of(group.sector)


def test_a_form_is_read():
    """Numbers become readings, answers and codes values; empty fields are left out."""
    facts = family("nem_chua").stage("fermented").read({"temperature": "36,5", "hours": " 22 "}, "vi")
    assert facts.readings == (
        Reading("temperature", "Temperature", Decimal("36.5"), "CEL"),
        Reading("hours", "Time", Decimal(22), "HUR"),
    )
    caught = family("mam_tep").stage("shrimp_caught").read({"gear": "trap", "lunar_date": "15/11", "water": ""})
    assert caught.values == {"gear": "trap", "lunar_date": "15/11"}


@pytest.mark.parametrize(
    ("stage", "typed", "field"),
    [
        ("fermented", {"temperature": "hot", "hours": "22"}, "values.temperature"),
        ("fermented", {"temperature": "36"}, "values.hours"),
        ("fermented", {"temperature": "36", "hours": "22", "colour": "red"}, "values.colour"),
        ("wrapped", {"leaf_source": "stolen"}, "values.leaf_source"),
        ("pork_collected", {"veterinary_mark": "ông Nguyễn Văn A"}, "values.veterinary_mark"),
    ],
)
def test_a_form_is_refused(stage, typed, field):
    """No number, nothing where something must be, an unknown field or answer, and words where a code belongs."""
    with pytest.raises(InvalidInputError) as refusal:
        family("nem_chua").stage(stage).read(typed)
    assert refusal.value.field == field


def test_alarming_values_are_recorded_and_marked():
    """A pH above 4.6 and a machine-woven mat carry a warning; the right values do not."""
    ph = family("nem_chua").stage("released").field("ph")
    assert ph.warning_for("4.7").en == "pH above 4.6: not sour enough to be safe."
    assert ph.warning_for("4.4") is None
    loom = family("chieu_coi").stage("woven").field("loom")
    assert loom.warning_for("machine")
    assert loom.warning_for("hand") is None
    assert loom.shown("hand").vi == "Dệt tay"
    assert (ph.unit_name.vi, family("nem_chua").stage("fermented").field("hours").unit_name.vi) == ("", "giờ")


def test_unknown_names():
    """A form refuses them; a record from another version is only not explained."""
    with pytest.raises(InvalidInputError):
        family("pho")
    with pytest.raises(InvalidInputError):
        family("generic").stage("nothing")
    assert find_stage("pho", "x") is None
    assert find_stage("generic", "nothing") is None
    assert find_stage("generic", "made")
