"""One form for each stage of the making, generated from the family's template."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from traceability.domain.stages import StageEvent
from traceability.errors import NotFoundError
from traceability.services.commands import RecordStage
from webapp.access import actor, application, today
from webapp.cooperative import blueprint, steps
from webapp.cooperative.fields import EventForm
from webapp.forms import perform, status_of
from webapp.language import language
from webapp.outcomes import done, fill, subject


@blueprint.route("/lot/stage", methods=["GET", "POST"])
def record_stage() -> Response | tuple[str, int]:
    """Say that a stage took place."""
    lot = application().reads.lot(subject())
    product = application().reads.product(lot.product_path, today())
    named = request.args.get("stage", "")
    stage = next((one for one in steps.stages_for(product, StageEvent.OBSERVE) if one.key == named), None)
    if stage is None:
        raise NotFoundError("These goods have no stage of that name. Choose one on the lot's page.")
    form = steps.form_for(EventForm, stage)
    values = steps.values_of(form, stage)
    outcome = perform(
        form,
        lambda: application().lots.record_stage(
            actor(), fill(RecordStage, form, lot=lot.path, stage=stage.key, values=values)
        ),
    )
    if outcome is not None:
        said = _("“%(stage)s” is on record.", stage=stage.name.in_language(language()))
        return done(outcome, said, url_for(".lot", ref=lot.path))
    page = render_template(
        "cooperative/stage.html",
        form=form,
        lot=lot,
        stage=stage,
        stage_fields=steps.stage_fields(form, stage),
        suffix=steps.suffix,
    )
    return page, status_of(form)
