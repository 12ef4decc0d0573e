"""Stamps: order a run, print it on A4 sheets of any label stock, activate what was put on goods; single QR codes."""

import re
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, SelectField, StringField

from traceability.domain.views import LotSummary, StampRunView
from traceability.errors import InvalidInputError, NotFoundError, OcopTraceError
from traceability.ports import SheetJob
from traceability.services.commands import ActivateStamps, IssueStamps
from webapp.access import actor, application, today
from webapp.cooperative import blueprint
from webapp.formatting import day
from webapp.forms import RecordForm, blame, options, perform, status_of
from webapp.links import absolute
from webapp.outcomes import done, fill, subject

OWN_GRID = "own"
GRID_FIELDS = ("columns", "rows", "stamp_width", "stamp_height", "margin_left", "margin_top", "gap_x", "gap_y")
MOST_AT_ONCE = 5_000
"""Stamps in one file: about ten seconds of work, and more sheets than an office printer holds."""
LONGEST_NUMBER = 7
"""Digits of a stamp's number at most: a run has no more than a million stamps."""
IN_MEMORY = 4 * 1024 * 1024
"""A file larger than this many bytes waits on the disk while it is sent."""


class OrderForm(RecordForm):
    """How many."""

    count = StringField(_l("How many stamps"))


class ActivateForm(RecordForm):
    """Which of a run are on the goods."""

    first = StringField(_l("From number"))
    last = StringField(_l("To number"))


class PrintForm(Form):
    """Which stamps, on which stock. Nothing is recorded, so it is sent with GET and can be bookmarked."""

    first = StringField(_l("From number"))
    last = StringField(_l("To number"))
    preset = SelectField(_l("Label stock"), validate_choice=False)
    columns = StringField(_l("Columns"))
    rows = StringField(_l("Rows"))
    stamp_width = StringField(_l("Width of a stamp"))
    stamp_height = StringField(_l("Height of a stamp"))
    margin_left = StringField(_l("Left margin"))
    margin_top = StringField(_l("Top margin"))
    gap_x = StringField(_l("Gap between columns"))
    gap_y = StringField(_l("Gap between rows"))
    start = StringField(_l("First free place on the first sheet"))
    calibration = BooleanField(_l("Begin with a test page to check size and position"))
    crop_marks = BooleanField(_l("Crop marks at the page's edges"))


@blueprint.route("/lot/stamps", methods=["GET", "POST"])
def order_stamps() -> Response | tuple[str, int]:
    """Order a run: one record on the chain, whatever its size."""
    lot = application().reads.lot(subject())
    form = OrderForm()
    outcome = perform(form, lambda: application().stamps.issue(actor(), fill(IssueStamps, form, lot=lot.path)))
    if outcome is not None:
        return done(outcome, _("The stamps are issued. Print them next."), url_for(".lot", ref=lot.path), public=False)
    return render_template("cooperative/stamps_order.html", form=form, lot=lot), status_of(form)


@blueprint.route("/lot/stamps/activate", methods=["GET", "POST"])
def activate_stamps() -> Response | tuple[str, int]:
    """Say which stamps are on goods: only these count as genuine."""
    lot = application().reads.lot(subject())
    run = _run(lot)
    form = ActivateForm()
    outcome = perform(
        form,
        lambda: application().stamps.activate(actor(), fill(ActivateStamps, form, lot=lot.path, run=str(run.number))),
    )
    if outcome is not None:
        said = _("The stamps are activated: who scans one sees that it counts.")
        return done(outcome, said, url_for(".lot", ref=lot.path), public=False)
    return render_template("cooperative/stamps_activate.html", form=form, lot=lot, run=run), status_of(form)


@blueprint.get("/lot/stamps/print")
def print_stamps() -> FlaskResponse | tuple[str, int]:
    """Choose the sheet, or get the file."""
    lot = application().reads.lot(subject())
    run = _run(lot)
    sent = "make" in request.args
    form = PrintForm(request.args if sent else None, data=_defaults(run))
    presets = application().printer.presets
    stocks = ((name, _stock(name, grid)) for name, grid in presets.items())
    form.preset.choices = options([*stocks, (OWN_GRID, _("My own grid"))])
    status = 200
    if sent:
        try:
            return _file(lot, run, form)
        except OcopTraceError as error:
            if error.status in {401, 403}:
                raise
            form.validate()
            blame(form, error)
            status = error.status
    page = render_template(
        "cooperative/stamps_print.html",
        form=form,
        lot=lot,
        run=run,
        grid_fields=GRID_FIELDS,
        own_wrong=any(form[name].errors for name in GRID_FIELDS),
    )
    return page, status


@blueprint.get("/qr.<any(svg, png):kind>")
def qr(kind: str) -> FlaskResponse:
    """Send one QR code: of a product, a lot, or one stamp of a run."""
    path = _coded_path()
    link = absolute(path)
    printer = application().printer
    if kind == "svg":
        response = FlaskResponse(printer.qr_svg(link), mimetype="image/svg+xml")
    else:
        size = request.args.get("size", "8")
        if not (size.isascii() and size.isdecimal() and len(size) <= LONGEST_NUMBER):
            raise InvalidInputError("Choose 1 to 64 pixels a module, not {size}.", field="size", size=size[:20])
        response = FlaskResponse(printer.qr_png(link, int(size)), mimetype="image/png")
    name = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")
    response.headers["Content-Disposition"] = f'attachment; filename="qr-{name}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _coded_path() -> str:
    """Return the path that the code shall hold; a stamp's only for who holds the lot."""
    reads, ref = application().reads, subject()
    run, number = request.args.get("run", ""), request.args.get("number", "")
    if run:
        if not all(part.isascii() and part.isdecimal() and len(part) <= LONGEST_NUMBER for part in (run, number)):
            raise NotFoundError("There is no such stamp.")
        stamps = application().stamps.serials(actor(), ref, int(run), int(number), int(number))
        return str(next(stamps).path)
    try:
        return str(reads.lot(ref).path)
    except NotFoundError:
        return str(reads.product(ref, today()).path)


def _run(lot: LotSummary) -> StampRunView:
    """Return the run that `?run=` names. Raises NotFoundError."""
    number = request.args.get("run", "")
    for run in application().reads.runs(lot.path):
        if str(run.number) == number:
            return run
    raise NotFoundError("This lot has no such run of stamps. Choose one on the lot's page.")


def _defaults(run: StampRunView) -> dict[str, Any]:
    """Return what the form shows at first."""
    grid = application().printer.presets["25x25"]
    return {
        "first": "1",
        "last": str(min(run.count, MOST_AT_ONCE)),
        "preset": "25x25",
        "start": "1",
        "crop_marks": True,
        **{name: grid[name].replace(".", ",") for name in GRID_FIELDS},
    }


def _stock(name: str, grid: Any) -> str:
    """Return how a label stock is called."""
    width, height = name.split("x")
    return _(
        "%(width)s × %(height)s mm, %(count)s on a sheet",
        width=width,
        height=height,
        count=int(grid["columns"]) * int(grid["rows"]),
    )


def _file(lot: LotSummary, run: StampRunView, form: PrintForm) -> FlaskResponse:
    """Make the PDF. Raises InvalidInputError naming what does not fit."""
    first, last = _bounds(run, form)
    own = form.preset.data == OWN_GRID
    grid = {name: form[name].data or "" for name in GRID_FIELDS} if own else {"preset": form.preset.data or ""}
    job = SheetJob(
        grid=grid,
        product=lot.product_name.vi,
        lot=lot.lot_number,
        produced=day(lot.produced_at),
        expires=day(lot.expires_on),
        calibration=bool(form.calibration.data),
        crop_marks=bool(form.crop_marks.data),
        start=form.start.data or "1",
    )
    target = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it when it is sent
    try:
        application().printer.sheets(target, _labels(lot, run, first, last), job)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    name = re.sub(r"[^A-Za-z0-9]+", "-", lot.lot_number).strip("-")
    response = send_file(
        target,  # type: ignore[arg-type]  # a spooled file is one to Werkzeug
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"tem-{name}-{run.number}-{first}-{last}.pdf",
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _bounds(run: StampRunView, form: PrintForm) -> tuple[int, int]:
    """Return the first and last number to print. Raises InvalidInputError."""
    numbers = []
    for name, otherwise in (("first", "1"), ("last", str(run.count))):
        text = (form[name].data or "").strip() or otherwise
        if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER and 1 <= int(text) <= run.count):
            raise InvalidInputError(
                "This run has stamps 1 to {count}; “{text}” is none of them.",
                field=name,
                count=run.count,
                text=text[:20],
            )
        numbers.append(int(text))
    first, last = numbers
    if first > last:
        raise InvalidInputError("The first number is larger than the last. Swap them.", field="first")
    if last - first >= MOST_AT_ONCE:
        raise InvalidInputError(
            "One file holds at most {most} stamps. Print them in several parts.", field="last", most=MOST_AT_ONCE
        )
    return first, last


def _labels(lot: LotSummary, run: StampRunView, first: int, last: int) -> Iterator[tuple[str, str, str]]:
    """Yield link, serial and number of each stamp; the service checks that one holds the lot."""
    digits = len(str(run.count))
    for stamp in application().stamps.serials(actor(), lot.path, run.number, first, last):
        yield absolute(stamp.path), stamp.serial, f"{run.number}-{stamp.number:0{digits}d}"
