"""Lots become other lots: transform, split, bring together, dispose; a button that posts the form adds a line."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import FieldList, FormField, StringField, TextAreaField

from traceability.domain.stages import Stage, StageEvent
from traceability.domain.views import ProductView
from traceability.errors import InvalidInputError, NotFoundError
from traceability.services.commands import AggregateLots, InputLine, Outcome, OutputLine, SplitLot, Transform
from webapp.access import actor, application, today
from webapp.cooperative import blueprint, steps
from webapp.cooperative.fields import (
    READING_UNITS,
    EventForm,
    InputForm,
    OutputForm,
    filled,
    lot_choices,
    more_wanted,
    my_lots,
    my_products,
    numbered,
    own_lot,
    product_choices,
    texts,
    unit_choices,
)
from webapp.forms import RecordForm, now_local, perform, status_of
from webapp.outcomes import done, fill, subject


class TransformForm(EventForm):
    """What went in and what came out."""

    inputs = FieldList(FormField(InputForm), min_entries=1, max_entries=100)
    outputs = FieldList(FormField(OutputForm), min_entries=1, max_entries=100)


class DisposeForm(EventForm):
    """What was thrown away or destroyed."""

    inputs = FieldList(FormField(InputForm), min_entries=1, max_entries=100)


class SplitForm(RecordForm):
    """Parts of a lot."""

    event_time = StringField(_l("When"), default=now_local)
    parts = FieldList(FormField(OutputForm), min_entries=2, max_entries=100)
    note = TextAreaField(_l("Note"))


class CollectForm(RecordForm):
    """Lots of one product that become one."""

    event_time = StringField(_l("When"), default=now_local)
    inputs = FieldList(FormField(InputForm), min_entries=2, max_entries=100)
    lot_number = StringField(_l("Lot number"))
    note = TextAreaField(_l("Note"))


@blueprint.route("/make", methods=["GET", "POST"])
def make() -> str | Response | tuple[str, int]:
    """Make something: first what, then from which lots and how much came out."""
    ref = request.args.get("product", "")
    if not ref:
        goods = [one for one in my_products() if steps.transforms_into(one)]
        return render_template(
            "cooperative/make_choose.html", products=[(one, steps.transforms_into(one)) for one in goods]
        )
    product = application().reads.product(ref, today())
    stage = _stage(steps.transforms_into(product))
    form = steps.form_for(TransformForm, stage)
    products = [product, *(one for one in my_products() if one.path != product.path)]
    _prepare_inputs(form.inputs)
    _prepare_outputs(form.outputs, products, product)
    values = steps.values_of(form, stage)

    def record() -> Outcome:
        """Hand the lines that were filled in to the service."""
        taken, made = filled(form.inputs, "lot", "quantity"), filled(form.outputs, "quantity", "lot_number")
        with numbered(inputs=taken, outputs=made or [0]):
            command = fill(
                Transform,
                form,
                stage=stage.key if stage else "",
                values=values,
                inputs=tuple(InputLine(**texts(form.inputs[place].form)) for place in taken),
                outputs=tuple(OutputLine(**texts(form.outputs[place].form)) for place in made),
            )
            return application().lots.transform(actor(), _with_output(command))

    if not _line_added(form, lambda: (_prepare_inputs(form.inputs), _prepare_outputs(form.outputs, products, product))):
        outcome = perform(form, record)
        if outcome is not None:
            return _made(outcome, _("What was made is on record."))
    page = render_template(
        "cooperative/make.html",
        form=form,
        product=product,
        stage=stage,
        stage_fields=steps.stage_fields(form, stage),
        suffix=steps.suffix,
    )
    return page, status_of(form)


@blueprint.route("/dispose", methods=["GET", "POST"])
def dispose() -> Response | tuple[str, int]:
    """Record that goods were thrown away or destroyed, so that the balance stays true."""
    lot = application().reads.lot(subject())
    product = application().reads.product(lot.product_path, today())
    stage = _stage(steps.stages_for(product, StageEvent.CONSUME))
    form = steps.form_for(DisposeForm, stage)
    _prepare_inputs(form.inputs, lot.path)
    values = steps.values_of(form, stage)

    def record() -> Outcome:
        """Hand the lines over; nothing comes out."""
        taken = filled(form.inputs, "lot", "quantity")
        with numbered(inputs=taken):
            lines = tuple(InputLine(**texts(form.inputs[place].form)) for place in taken)
            command = fill(Transform, form, stage=stage.key if stage else "", values=values, inputs=lines, outputs=())
            return application().lots.transform(actor(), command)

    if not _line_added(form, lambda: _prepare_inputs(form.inputs)):
        outcome = perform(form, record)
        if outcome is not None:
            return done(outcome, _("It is on record as disposed of."), url_for(".lot", ref=lot.path))
    page = render_template(
        "cooperative/dispose.html",
        form=form,
        lot=lot,
        stage=stage,
        stage_fields=steps.stage_fields(form, stage),
        suffix=steps.suffix,
    )
    return page, status_of(form)


@blueprint.route("/lot/split", methods=["GET", "POST"])
def split() -> Response | tuple[str, int]:
    """Part a lot; what is not named stays in it."""
    lot = own_lot()
    product = application().reads.product(lot.product_path, today())
    form = SplitForm()
    _prepare_outputs(form.parts, [product], product)

    def record() -> Outcome:
        """Hand the parts that were filled in to the service."""
        made = filled(form.parts, "quantity", "lot_number")
        with numbered(parts=made):
            parts = tuple(OutputLine(**texts(form.parts[place].form)) for place in made)
            return application().lots.split(actor(), fill(SplitLot, form, lot=lot.path, parts=parts))

    if not _line_added(form, lambda: _prepare_outputs(form.parts, [product], product)):
        outcome = perform(form, record)
        if outcome is not None:
            return done(outcome, _("The lot is parted."), url_for(".lots", product=lot.product_path))
    return render_template("cooperative/split.html", form=form, lot=lot), status_of(form)


@blueprint.route("/collect", methods=["GET", "POST"])
def collect() -> Response | tuple[str, int]:
    """Bring lots of one product together in a new one."""
    form = CollectForm()
    _prepare_inputs(form.inputs)

    def record() -> Outcome:
        """Hand the lines that were filled in to the service."""
        taken = filled(form.inputs, "lot", "quantity")
        with numbered(inputs=taken):
            lines = tuple(InputLine(**texts(form.inputs[place].form)) for place in taken)
            return application().lots.aggregate(actor(), fill(AggregateLots, form, inputs=lines))

    if not _line_added(form, lambda: _prepare_inputs(form.inputs)):
        outcome = perform(form, record)
        if outcome is not None:
            return _made(outcome, _("The lots are brought together."))
    return render_template("cooperative/collect.html", form=form), status_of(form)


def _stage(stages: tuple[Stage, ...]) -> Stage | None:
    """Return the stage that `?stage=` names; the first one where it names none."""
    named = request.args.get("stage", "")
    if not named:
        return stages[0] if stages else None
    found = next((stage for stage in stages if stage.key == named), None)
    if found is None:
        raise NotFoundError("These goods have no stage of that name. Choose one on the lot's page.")
    return found


def _prepare_inputs(lines: FieldList, named: str = "") -> None:
    """Give every line its lots and units; on a fresh form the lots that `?input=` names are filled in."""
    lots = my_lots()
    by_path = {one.path: one for one in lots}
    if request.method == "GET":
        wanted = [path for path in ([named] if named else request.args.getlist("input")) if path in by_path]
        while len(lines) < len(wanted):
            lines.append_entry()
        for line, path in zip(lines, wanted, strict=False):
            line.form.lot.data = path
            line.form.unit.data = by_path[path].left.unit
    choices = lot_choices(lots)
    for line in lines:
        line.form.lot.choices = choices
        line.form.unit.choices = unit_choices()
        if not line.form.unit.data:
            line.form.unit.data = "KGM"


def _prepare_outputs(lines: FieldList, products: list[ProductView], first: ProductView) -> None:
    """Give every line its products and units."""
    for line in lines:
        line.form.product.choices = product_choices(products)
        line.form.unit.choices = unit_choices(first.unit if len(products) == 1 else "")
        if not line.form.product.data:
            line.form.product.data = first.path
        if not line.form.unit.data:
            line.form.unit.data = READING_UNITS.get(first.unit, first.unit)


def _line_added(form: Any, prepare: Any) -> bool:
    """Add the line that was asked for and tell so; nothing is recorded then."""
    wanted = more_wanted()
    if wanted not in {"inputs", "outputs", "parts"} or wanted not in form:
        return False
    lines = form[wanted]
    if len(lines) < lines.max_entries:
        lines.append_entry()
    prepare()
    return True


def _with_output(command: Transform) -> Transform:
    """Return the command, refusing one without outputs: it would destroy what goes in, which has a page of its own."""
    if not command.outputs:
        raise InvalidInputError("Fill in how much came out.", field="outputs[0].quantity")
    return command


def _made(outcome: Outcome, said: str) -> Response:
    """Go on to what was made."""
    landed = outcome.state == "landed"
    return done(outcome, said, url_for(".lot", ref=outcome.path) if landed else url_for(".lots"))
