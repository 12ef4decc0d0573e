"""What becomes of a run: its page, and the records about ranges of it. On the goods, void, restored."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from webapp.access import application
from webapp.cooperative import blueprint
from webapp.cooperative.fields import own_lot
from webapp.cooperative.jobs import jobs_of, printings
from webapp.forms import status_of
from webapp.outcomes import PAGE_LENGTH, done, page_number
from webapp.signals import explain
from webapp.stamp_forms import RECORDS, Tally, decide, offer, prefilled
from webapp.stamps import figures, run_of, told_marks, told_spans


@blueprint.get("/lot/stamps/run")
def stamp_run() -> str:
    """Show a run: how many are printed, on goods, void, opened and scanned; its ranges, its history, its files."""
    lot = own_lot()
    run = run_of(lot)
    page = page_number()
    spans = told_spans(run)
    begin = (page - 1) * PAGE_LENGTH
    scans = application().scans
    return render_template(
        "cooperative/stamps_run.html",
        lot=lot,
        run=run,
        figures=figures(run),
        seen=scans.counts(lot.uri).get(run.number),
        explain=explain,
        flagged=[one for one in scans.flagged([lot.uri], PAGE_LENGTH, 0) if one.run == run.number],
        spans=spans[begin : begin + PAGE_LENGTH],
        page=page,
        more=len(spans) > begin + PAGE_LENGTH,
        marks=told_marks(run, application().reads.history(lot.path)),
        jobs=jobs_of(lot, run),
    )


@blueprint.route("/lot/stamps/<any(activate, void, restore):kind>", methods=["GET", "POST"])
def mark_stamps(kind: str) -> Response | str | tuple[str, int]:
    """Say what became of a range: on goods (only these count as genuine), void, or as before."""
    lot = own_lot()
    run = run_of(lot)
    record, known = RECORDS[kind], printings(lot, run)
    form = record.form(data=prefilled())
    offer(form, known)
    found = decide(record, form, lot, run, known)
    back = url_for(".stamp_run", ref=lot.path, run=run.number)
    shown = {"kind": kind, "form": form, "lot": lot, "run": run, "back": back}
    shown["title"] = str(record.title) % {"run": run.number}
    if isinstance(found, Tally):
        opened = application().scans.opened_among(lot.uri, run.number, found.first, found.last)
        return render_template("cooperative/stamps_sure.html", **shown, tally=found, opened=opened)
    if found is not None:
        return done(found, str(record.said), back, public=False)
    return render_template("cooperative/stamps_range.html", **shown, figures=figures(run)), status_of(form)
