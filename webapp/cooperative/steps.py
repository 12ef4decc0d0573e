"""Stage templates as forms: which stages a lot can have next, and a field for each thing that a stage asks.

The templates are the domain's (`traceability.domain.stages`); here they only become fields: a list to choose from, a
number with its unit and the limits that the trade knows, or a line of text.
"""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, SelectField, StringField

from traceability.domain.stages import GENERIC, Family, FieldType, Stage, StageEvent, StageField, families
from traceability.domain.views import ProductView, TimelineEntry
from webapp.formatting import number
from webapp.forms import RecordForm, options
from webapp.language import language

PREFIX = "values-"
"""Fields of a stage are named as services blame them: `values.salt` is the field `values-salt`."""


def family_of(product: ProductView) -> Family:
    """Return the family of stages that a product belongs to; a family unknown to this version counts as generic."""
    return families().get(product.family) or families()[GENERIC]


def stages_for(product: ProductView, event: StageEvent) -> tuple[Stage, ...]:
    """Return the stages of one kind of event that goods or materials like these go through, in their order."""
    return family_of(product).offered(event, material=product.is_material)


def transforms_into(product: ProductView) -> tuple[Stage, ...]:
    """Return the stages by which goods like these are made; half-finished ones come into being like the finished."""
    return tuple(stage for stage in family_of(product).stages if stage.event is StageEvent.TRANSFORM)


def done_keys(history: Iterable[TimelineEntry]) -> set[str]:
    """Return the keys of stages that are on record and not withdrawn."""
    return {entry.stage for entry in history if entry.stage and not entry.corrected_by}


def next_stage(product: ProductView, done: set[str]) -> Stage | None:
    """Return the stage to propose: of those that are observed, the first one after the last that is on record."""
    order = family_of(product).stages
    last = max((place for place, stage in enumerate(order) if stage.key in done), default=-1)
    offered = stages_for(product, StageEvent.OBSERVE)
    return next((stage for stage in order[last + 1 :] if stage in offered and stage.key not in done), None)


def form_for(base: type[RecordForm], stage: Stage | None) -> Any:
    """Return a form of `base` with a field for each thing that the stage asks."""
    if stage is None:
        return base()
    fields = {PREFIX + field.key: _field(field) for field in stage.fields}
    return type(f"{base.__name__}Of{stage.key.title()}", (base,), fields)()


def stage_fields(form: Any, stage: Stage | None) -> list[tuple[Field, StageField, str]]:
    """Return the stage's fields for a template: field, template, hint."""
    return [(form[PREFIX + field.key], field, hint(field)) for field in stage.fields] if stage else []


def values_of(form: Any, stage: Stage | None) -> dict[str, str]:
    """Return what was filled in, by the template's keys."""
    return {field.key: form[PREFIX + field.key].data or "" for field in stage.fields} if stage else {}


def hint(field: StageField) -> str:
    """Return what helps filling in: the usual limits, and why they matter."""
    parts = []
    low, high = field.low, field.high
    if low is not None and high is not None:
        parts.append(_("Usual: %(low)s to %(high)s", low=number(low), high=number(high)))
    elif high is not None:
        parts.append(_("Usual: at most %(high)s", high=number(high)))
    elif low is not None:
        parts.append(_("Usual: at least %(low)s", low=number(low)))
    if field.warning:
        parts.append(field.warning.in_language(language()))
    return ". ".join(part.rstrip(".") for part in parts) + ("." if parts else "")


def suffix(field: StageField) -> str:
    """Return the unit's everyday name."""
    return field.unit_name.in_language(language()) if field.type is FieldType.NUMBER else ""


def _field(field: StageField) -> Any:
    """Return the form field for one thing that a stage asks."""
    label = field.label.in_language(language())
    if field.type is FieldType.CHOICE:
        answers = ((one.key, one.label.in_language(language())) for one in field.options)
        return SelectField(label, choices=options([("", _("– choose –")), *answers]), validate_choice=False)
    return StringField(label)
