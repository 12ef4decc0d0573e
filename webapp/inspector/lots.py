"""One lot as an inspector sees it: the whole history with its proof, and its relations both ways."""

from flask import render_template, request
from flask_wtf import FlaskForm

from webapp.access import application, today
from webapp.inspector import blueprint
from webapp.inspector.drawing import drawing
from webapp.outcomes import subject
from webapp.stamps import figures


@blueprint.get("/lot")
def lot() -> str:
    """Show what the public is told, and beneath it everything that was signed."""
    trace = application().reads.trace(subject(), today())
    return render_template(
        "inspector/lot.html",
        trace=trace,
        lot=trace.lot,
        runs=[(run, figures(run)) for run in trace.runs],
        seen=application().scans.counts(trace.lot.uri),
        history=application().reads.history(trace.lot.path),
    )


@blueprint.get("/lineage")
def lineage() -> str:
    """Show what a lot was made from, and what was made from it."""
    reads = application().reads
    one = reads.lot(subject())
    backward, forward = reads.backward(one.path), reads.forward(one.path)
    return render_template(
        "inspector/lineage.html",
        lot=one,
        backward=backward,
        forward=forward,
        drawing=drawing(one, backward, forward),
    )


@blueprint.route("/verify", methods=["GET", "POST"])
def verify() -> str:
    """Ask the chain: fold the history again and compare. Only on demand, since it takes the chain's time."""
    one = application().reads.lot(subject())
    report = application().verifier.verify_lot(one.path) if request.method == "POST" else None
    return render_template("inspector/verify.html", lot=one, report=report, form=FlaskForm())
