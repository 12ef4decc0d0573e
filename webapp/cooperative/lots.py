"""Lots: list them, declare a delivery or harvest, and see what one of them needs next."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from traceability.domain.stages import Stage, StageEvent
from traceability.domain.stamp_life import StampState
from traceability.domain.views import LotTrace, ProductView, TimelineEntry
from traceability.services.commands import RegisterLot
from webapp.access import actor, application, today
from webapp.cooperative import blueprint, steps
from webapp.cooperative.fields import READING_UNITS, EventForm, my_products, unit_choices
from webapp.forms import perform, status_of
from webapp.outcomes import PAGE_LENGTH, done, fill, page_number, subject
from webapp.stamps import figures
from webapp.words import LOT_STATUSES


class LotForm(EventForm):
    """A lot that comes from nowhere in this system."""

    quantity = StringField(_l("Quantity"))
    unit = SelectField(_l("Unit"), validate_choice=False)
    lot_number = StringField(_l("Lot number"))
    expires_on = StringField(_l("Best before"))


@blueprint.get("/lots")
def lots() -> str:
    """List the lots one holds, by product and state."""
    page = page_number()
    product, status = request.args.get("product", ""), request.args.get("status", "")
    found = application().reads.lots(
        custodian=actor().participant,
        product=product or None,
        status=status if status in LOT_STATUSES else None,
        limit=PAGE_LENGTH + 1,
        offset=(page - 1) * PAGE_LENGTH,
    )
    return render_template(
        "cooperative/lots.html",
        lots=found[:PAGE_LENGTH],
        more=len(found) > PAGE_LENGTH,
        page=page,
        products=my_products(),
        product=product,
        status=status,
        statuses=LOT_STATUSES,
    )


@blueprint.route("/lots/new", methods=["GET", "POST"])
def new_lot() -> str | Response | tuple[str, int]:
    """Declare a lot: first which product, then how much, when and from where."""
    ref = request.args.get("product", "")
    if not ref:
        return render_template("cooperative/lot_choose.html", products=my_products())
    product = application().reads.product(ref, today())
    stage = _chosen(steps.stages_for(product, StageEvent.REGISTER))
    form = steps.form_for(LotForm, stage)
    form.unit.choices = unit_choices(product.unit)
    if request.method == "GET":
        form.unit.data = READING_UNITS.get(product.unit, product.unit)
    outcome = perform(
        form,
        lambda: application().lots.register(
            actor(),
            fill(
                RegisterLot,
                form,
                product=product.path,
                stage=stage.key if stage else "",
                values=steps.values_of(form, stage),
            ),
        ),
    )
    if outcome is not None:
        landed = outcome.state == "landed"
        return done(
            outcome, _("The lot is on record."), url_for(".lot", ref=outcome.path) if landed else url_for(".lots")
        )
    page = render_template(
        "cooperative/lot_new.html",
        form=form,
        product=product,
        stage=stage,
        stage_fields=steps.stage_fields(form, stage),
        suffix=steps.suffix,
    )
    return page, status_of(form)


def _chosen(stages: tuple[Stage, ...]) -> Stage | None:
    """Return the stage that `?stage=` names, or the first one."""
    named = request.args.get("stage", "")
    return next((stage for stage in stages if stage.key == named), stages[0] if stages else None)


@blueprint.get("/lot")
def lot() -> str:
    """Show one lot: what can be done next, what is on record, what is missing."""
    reads = application().reads
    trace = reads.trace(subject(), today())
    history = reads.history(trace.lot.path)
    one = trace.lot
    me = actor().participant
    mine = one.custodian.number == me
    return render_template(
        "cooperative/lot.html",
        trace=trace,
        lot=one,
        history=history,
        mine=mine,
        me=me,
        runs=[(run, figures(run)) for run in trace.runs],
        seen=application().scans.counts(one.uri) if trace.runs and mine else {},
        incoming=one.receiver is not None and one.receiver.number == me,
        **(_possible(trace, history) if mine else _nothing()),
    )


def _possible(trace: LotTrace, history: list[TimelineEntry]) -> dict[str, object]:
    """Return what can be done with a lot that one holds. The services decide; this hides what they would refuse."""
    lot, product = trace.lot, trace.product
    observed = steps.stages_for(product, StageEvent.OBSERVE)
    done = steps.done_keys(history)
    at_hand = lot.status == "open"
    remains = at_hand and lot.left.amount > 0
    there = remains or (at_hand and lot.stamped > 0)  # stamped goods are spoken for, yet still in one's hands
    return {
        "stages": observed if lot.status in {"open", "recalled_source", "recalled"} else [],
        "done_stages": done,
        "next_stage": steps.next_stage(product, done) if there else None,
        "makings": _makings(product) if remains else [],
        "at_hand": there,
        "remains": remains,
        "countable": lot.declared.unit == "H87",
        "resting": [run for run in trace.runs if run.life.counted(StampState.VOID) + run.activated < run.count],
    }


def _nothing() -> dict[str, object]:
    """Return that nothing can be done with another's lot."""
    return {
        "stages": [],
        "done_stages": set(),
        "next_stage": None,
        "makings": [],
        "at_hand": False,
        "remains": False,
        "countable": False,
        "resting": [],
    }


def _makings(product: ProductView) -> list[tuple[ProductView, Stage]]:
    """Return what could be made from goods like these: one's own products, those of the same family first, by stage."""
    found = [(one, stage) for one in my_products() for stage in steps.transforms_into(one) if one.path != product.path]
    return sorted(found, key=lambda pair: pair[0].family != product.family)
