"""An inspector's view of a run of stamps: its life, what was seen of it, and any range of it made void or restored."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from webapp.access import application
from webapp.forms import status_of
from webapp.inspector import blueprint
from webapp.outcomes import PAGE_LENGTH, done, page_number, subject
from webapp.signals import explain
from webapp.stamp_forms import RECORDS, Tally, decide, marked_printings, offer, prefilled
from webapp.stamps import figures, run_of, told_marks, told_spans


@blueprint.get("/stamps")
def stamp_run() -> str:
    """Show a run: its life in figures and ranges, every record about it, and what was scanned and opened."""
    lot = application().reads.lot(subject())
    run = run_of(lot)
    page, spans = page_number(), told_spans(run)
    begin = (page - 1) * PAGE_LENGTH
    flagged = application().scans.flagged([lot.uri], PAGE_LENGTH, 0)
    return render_template(
        "inspector/stamp_run.html",
        lot=lot,
        run=run,
        figures=figures(run),
        seen=application().scans.counts(lot.uri).get(run.number),
        flagged=[one for one in flagged if one.run == run.number],
        explain=explain,
        spans=spans[begin : begin + PAGE_LENGTH],
        page=page,
        more=len(spans) > begin + PAGE_LENGTH,
        marks=told_marks(run, application().reads.history(lot.path)),
    )


@blueprint.route("/stamps/<any(void, restore):kind>", methods=["GET", "POST"])
def mark_stamps(kind: str) -> Response | str | tuple[str, int]:
    """Make a range void, or restore it, on anybody's lot, with a reason."""
    lot = application().reads.lot(subject())
    run = run_of(lot)
    record, known = RECORDS[kind], marked_printings(run)
    form = record.form(data=prefilled())
    offer(form, known)
    found = decide(record, form, lot, run, known)
    back = url_for(".stamp_run", ref=lot.path, run=run.number)
    shown = {"kind": kind, "form": form, "lot": lot, "run": run, "back": back}
    shown["title"] = str(record.title) % {"run": run.number}
    if isinstance(found, Tally):
        opened = application().scans.opened_among(lot.uri, run.number, found.first, found.last)
        return render_template("inspector/stamp_sure.html", **shown, tally=found, opened=opened)
    if found is not None:
        return done(found, str(record.said), back, public=False)
    return render_template("inspector/stamp_range.html", **shown, figures=figures(run)), status_of(form)
