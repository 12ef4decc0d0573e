"""Print stamps: on what, which ones, how they lie there; a look at them first, and then a job that makes the file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectField, StringField

from traceability.domain.job_views import JobView
from traceability.domain.stamp_life import StampState
from traceability.domain.views import LotSummary, StampRunView
from traceability.errors import InvalidInputError
from traceability.services.commands import PrintStamps
from webapp.access import actor, application
from webapp.cooperative import blueprint
from webapp.cooperative.fields import own_lot
from webapp.cooperative.jobs import printings
from webapp.cooperative.sheets import Sheet, sheet_of
from webapp.forms import options, perform, status_of
from webapp.outcomes import fill
from webapp.stamp_forms import Printing, RangeForm, chosen, offer
from webapp.stamps import run_of
from webapp.words import MEDIA

OWN = "own"
"""The choice that takes the numbers typed below it."""

GRID_FIELDS = ("columns", "rows", "stamp_width", "stamp_height", "margin_left", "margin_top", "gap_x", "gap_y")
LABEL_FIELDS = ("label_width", "label_height", "label_gap", "across", "label_gap_x")
COUNTED = ("columns", "rows", "across")
"""Of these the fields that are numbers of things, and not millimetres."""

STOCK = "25x25"
"""The label stock that most cooperatives buy."""

DPI = {"203": _l("203 dpi (8 dots a millimetre)"), "300": _l("300 dpi (12 dots a millimetre)")}
"""Resolutions of thermal printers."""

LOOKS = ("medium", "preset", *GRID_FIELDS, "start", "roll", *LABEL_FIELDS, "dpi", "codes")
"""Fields that decide what a stamp looks like."""


class PrintForm(RangeForm):
    """Which stamps, on which stock."""

    medium = RadioField(_l("On what"), choices=options(MEDIA.items()), default="pdf")
    codes = BooleanField(_l("With scratch codes"))
    preset = SelectField(_l("Label stock"), validate_choice=False, default=STOCK)
    columns = StringField(_l("Columns"))
    rows = StringField(_l("Rows"))
    stamp_width = StringField(_l("Width of a stamp"))
    stamp_height = StringField(_l("Height of a stamp"))
    margin_left = StringField(_l("Left margin"))
    margin_top = StringField(_l("Top margin"))
    gap_x = StringField(_l("Gap between columns"))
    gap_y = StringField(_l("Gap between rows"))
    start = StringField(_l("First free place on the first sheet"), default="1")
    crop_marks = BooleanField(_l("Crop marks at the page's edges"), default=True)
    roll = SelectField(_l("Labels on the roll"), validate_choice=False, default=STOCK)
    label_width = StringField(_l("Width of a label"))
    label_height = StringField(_l("Height of a label"))
    label_gap = StringField(_l("Gap between labels"))
    across = StringField(_l("Labels side by side"))
    label_gap_x = StringField(_l("Gap between labels side by side"))
    dpi = SelectField(_l("Printer"), validate_choice=False, default="203")
    calibration = BooleanField(_l("Begin with a test page to check size and position"))

    def __init__(self, *given: Any, **more: Any) -> None:
        """Offer the stock that the printer knows."""
        super().__init__(*given, **more)
        printer = application().printer
        own = (OWN, _("My own sizes"))
        self.preset.choices = options([*((name, _sheet(name, grid)) for name, grid in printer.presets.items()), own])
        self.roll.choices = options([*((name, _label(name)) for name in printer.rolls), own])
        self.dpi.choices = options(DPI.items())

    @property
    def grid(self) -> dict[str, str]:
        """Return the sheet as the printer wants it."""
        if self.preset.data != OWN:
            return {"preset": self.preset.data or ""}
        return {name: self[name].data or "" for name in GRID_FIELDS}

    @property
    def label(self) -> dict[str, str]:
        """Return the roll as the printer wants it. Raises InvalidInputError for one that nobody knows."""
        name = self.roll.data or ""
        known = application().printer.rolls.get(name)
        if known is None and name != OWN and self.medium.data in {"zpl", "tspl"}:
            raise InvalidInputError("There is no label stock {name}. Choose another.", field="roll", name=name[:40])
        typed = {name: self[name].data or "" for name in LABEL_FIELDS}
        return {**(typed if known is None else known), "dpi": self.dpi.data or ""}

    @property
    def own_grid_wrong(self) -> bool:
        """Tell whether one of the numbers of an own grid is refused."""
        return any(self[name].errors for name in GRID_FIELDS)


@dataclass(frozen=True, slots=True)
class Look:
    """What is shown of a printing before it is ordered."""

    first: int
    last: int
    picture: str
    """Address of the picture of one stamp, or nothing for a list."""
    sheet: Sheet | None
    """Of A4 sheets: how the stamps lie there."""

    @property
    def count(self) -> int:
        """Return how many stamps there are."""
        return self.last - self.first + 1


@blueprint.route("/lot/stamps/print", methods=["GET", "POST"])
def print_stamps() -> Response | str | tuple[str, int]:
    """Choose what to print on what; look at it, get the test page alone, or order the file."""
    lot = own_lot()
    run = run_of(lot)
    form, known = PrintForm(data=_defaults(run)), printings(lot, run)
    offer(form, known)
    found = perform(form, lambda: _as_pressed(form, lot, run, known))
    if isinstance(found, FlaskResponse):
        return found
    if isinstance(found, JobView):
        return redirect(url_for(".job", token=found.id))
    names = {"grid_fields": GRID_FIELDS, "label_fields": LABEL_FIELDS, "counted": COUNTED}
    page = render_template("cooperative/stamps_print.html", form=form, lot=lot, run=run, look=found, **names)
    return page, status_of(form)


def _as_pressed(
    form: PrintForm, lot: LotSummary, run: StampRunView, known: Mapping[str, Printing]
) -> Look | JobView | FlaskResponse:
    """Do what the button says: the test page, a look, or the job. Raises as the service does."""
    if "test" in request.form:
        return _test_page(lot, run, form)
    first, last = chosen(form, run, known)
    command = _command(form, lot, run, first, last)
    if "look" in request.form:
        return _look(form, command, first, last)
    job: JobView = application().stamps.print(actor(), command)
    return job


def _look(form: PrintForm, command: PrintStamps, first: int, last: int) -> Look:
    """Return what a printing would be, everything checked and nothing recorded."""
    application().stamps.plan(actor(), command)
    query = {name: form[name].data for name in LOOKS if form[name].data}
    picture = url_for(".picture", ref=command.lot, run=command.run, **query)
    on_sheets = command.medium == "pdf"
    sheet = sheet_of(command.grid, command.start, first, last) if on_sheets else None
    return Look(first, last, picture if on_sheets or command.medium in {"zpl", "tspl"} else "", sheet)


@blueprint.get("/lot/stamps/picture.png")
def picture() -> FlaskResponse:
    """Send the picture of a stamp as a printing would make it; its code leads nowhere."""
    lot = own_lot()
    run = run_of(lot)
    form = PrintForm(MultiDict(request.args), meta={"csrf": False})
    command = _command(form, lot, run, 1, run.count)
    response = FlaskResponse(application().stamps.look(actor(), command), mimetype="image/png")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _command(form: PrintForm, lot: LotSummary, run: StampRunView, first: int, last: int) -> PrintStamps:
    """Return what is to be printed."""
    bounds = {"lot": lot.path, "run": str(run.number), "first": str(first), "last": str(last)}
    start = (form.start.data or "").strip() or "1"
    return fill(PrintStamps, form, **bounds, grid=form.grid, label=form.label, start=start)


def _test_page(lot: LotSummary, run: StampRunView, form: PrintForm) -> FlaskResponse:
    """Send the page or label of rulers alone. Raises InvalidInputError naming what does not fit."""
    page = application().stamps.test_page(actor(), _command(form, lot, run, 1, run.count))
    name = re.sub(r"[^A-Za-z0-9]+", "-", form.preset.data if form.medium.data == "pdf" else form.roll.data or "")
    return send_file(
        BytesIO(page.data), mimetype=page.media_type, as_attachment=True, download_name=f"test-{name}{page.suffix}"
    )


def _defaults(run: StampRunView) -> dict[str, Any]:
    """Return what the form shows at first: what is not printed yet, on the stock that was asked for last."""
    printer = application().printer
    unprinted = [span for span in run.life.spans if span.state is StampState.ORDERED]
    first = unprinted[0] if unprinted else None
    whole = first is None or (first.first, first.last) == (1, run.count)
    bounds = {"by": "all"} if whole else {"by": "numbers", "first": str(first.first), "last": str(first.last)}
    sizes = {**printer.presets[STOCK], **printer.rolls[STOCK]}
    return {
        **{name: sizes[name].replace(".", ",") for name in (*GRID_FIELDS, *LABEL_FIELDS)},
        "codes": any(span.codes for span in run.life.spans),
        **bounds,
    }


def _sheet(name: str, grid: Any) -> str:
    """Return how a label stock on sheets is called."""
    width, height = name.split("x")
    count = int(grid["columns"]) * int(grid["rows"])
    return _("%(width)s × %(height)s mm, %(count)s on a sheet", width=width, height=height, count=count)


def _label(name: str) -> str:
    """Return how a label on a roll is called."""
    width, height = name.split("x")
    return _("%(width)s × %(height)s mm", width=width, height=height)
