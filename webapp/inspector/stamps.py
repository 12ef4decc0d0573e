"""An inspector's view of a run of stamps: its life, what was seen of it, and any range of it made void or restored."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from webapp.access import application
from webapp.inspector import blueprint
from webapp.outcomes import subject
from webapp.stamp_forms import Templates, mark_range, marked_printings
from webapp.stamps import run_of, run_page


@blueprint.get("/stamps")
def stamp_run() -> str:
    """Show a run: its life in figures and ranges, every record about it, and what was scanned and opened."""
    lot = application().reads.lot(subject())
    run = run_of(lot)
    return render_template("inspector/stamp_run.html", **run_page(lot, run))


@blueprint.route("/stamps/<any(void, restore):kind>", methods=["GET", "POST"])
def mark_stamps(kind: str) -> Response | str | tuple[str, int]:
    """Make a range void, or restore it, on anybody's lot, with a reason."""
    lot = application().reads.lot(subject())
    run = run_of(lot)
    back = url_for(".stamp_run", ref=lot.path, run=run.number)
    return mark_range(
        kind,
        lot,
        run,
        marked_printings(run),
        back,
        Templates("inspector/stamp_range.html", "inspector/stamp_sure.html"),
    )
