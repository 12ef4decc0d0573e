"""What becomes of a run: its page, and the records about ranges of it. On the goods, void, restored."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from webapp.cooperative import blueprint
from webapp.cooperative.fields import own_lot
from webapp.cooperative.jobs import jobs_of, printings
from webapp.stamp_forms import Templates, mark_range
from webapp.stamps import run_of, run_page


@blueprint.get("/lot/stamps/run")
def stamp_run() -> str:
    """Show a run: how many are printed, on goods, void, opened and scanned; its ranges, its history, its files."""
    lot = own_lot()
    run = run_of(lot)
    return render_template("cooperative/stamps_run.html", **run_page(lot, run), jobs=jobs_of(lot, run))


@blueprint.route("/lot/stamps/<any(activate, void, restore):kind>", methods=["GET", "POST"])
def mark_stamps(kind: str) -> Response | str | tuple[str, int]:
    """Say what became of a range: on goods (only these count as genuine), void, or as before."""
    lot = own_lot()
    run = run_of(lot)
    back = url_for(".stamp_run", ref=lot.path, run=run.number)
    return mark_range(
        kind,
        lot,
        run,
        printings(lot, run),
        back,
        Templates("cooperative/stamps_range.html", "cooperative/stamps_sure.html"),
    )
