"""Long work on its way: how far it is, stopping it, and fetching the file it made.

A job belongs to the participant who ordered it; `application.jobs` refuses everybody else. Its page can be left at any
time, since the work goes on elsewhere and the desk lists what is not finished.
"""

from collections.abc import Sequence

from flask import Response as FlaskResponse
from flask import flash, jsonify, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from traceability.domain.job_views import JobView
from traceability.domain.views import LotSummary, StampRunView
from traceability.errors import NotFoundError, OcopTraceError
from webapp.access import actor, application
from webapp.cooperative import blueprint
from webapp.cooperative.sheets import layout_of
from webapp.formatting import number as told_number
from webapp.problems import sentence
from webapp.stamp_forms import MOST_PRINTINGS, Printing

MEGABYTE = 1_000_000


@blueprint.get("/job/<token>")
def job(token: str) -> str:
    """Show how far a job is, and what came of it; loads itself again while it is at work."""
    found = application().jobs.get(actor(), token)
    failure = sentence(OcopTraceError(found.error[0], **found.error[1])) if found.error else ""
    return render_template("cooperative/job.html", job=found, failure=failure, size=_size(found))


@blueprint.get("/job/<token>/state")
def job_state(token: str) -> FlaskResponse:
    """Tell the page's script how far the job is."""
    found = application().jobs.get(actor(), token)
    response = jsonify(done=found.done, told=told_number(found.done), over=found.is_over)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/job/<token>/cancel")
def cancel_job(token: str) -> Response:
    """Stop a job: nothing comes of it, and what it had reserved is free again."""
    try:
        application().jobs.cancel(actor(), token)
    except OcopTraceError as error:
        if error.status in {401, 403, 404}:
            raise
        flash(sentence(error), "error")
    return redirect(url_for(".job", token=token))


@blueprint.get("/job/<token>/file")
def job_file(token: str) -> FlaskResponse:
    """Send the file that a print job made. Whoever has it can copy the stamps, so nobody keeps it on the way."""
    path, media_type, name = application().jobs.file(actor(), token)
    response = send_file(path, mimetype=media_type, as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _size(found: JobView) -> str:
    """Return how large a job's file is, in words; nothing where there is none (any more)."""
    if found.kind != "print" or found.state != "done" or found.file_until is None:
        return ""
    try:
        path, _media_type, _name = application().jobs.file(actor(), found.id)
        size = path.stat().st_size
    except (NotFoundError, OSError):  # deleted in this very moment
        return ""
    megabytes = max(round(size / MEGABYTE, 1), 0.1)
    return f"{told_number(megabytes)} MB"


def at_work() -> Sequence[JobView]:
    """Return one's jobs that are not over, newest first."""
    return [one for one in application().jobs.list(actor()) if not one.is_over]


def jobs_of(lot: LotSummary, run: StampRunView) -> Sequence[JobView]:
    """Return the print jobs of a run that are at work or whose file can still be fetched, newest first."""
    found = application().jobs.list(actor(), lot=lot.path)
    mine = (one for one in found if one.kind == "print" and one.run == run.number)
    return [one for one in mine if not one.is_over or one.file_until is not None]


def printings(lot: LotSummary, run: StampRunView) -> dict[str, Printing]:
    """Return what was printed of a run, the newest first, so that its sheets can be counted."""
    found = application().jobs.list(actor(), lot=lot.path)
    printed = [one for one in found if _is_printed(one, run)][:MOST_PRINTINGS]
    return {one.id: Printing(one.first, one.last, one.created_at, one.medium, *layout_of(one)) for one in printed}


def _is_printed(one: JobView, run: StampRunView) -> bool:
    """Tell whether a job made a file of this run."""
    return one.kind == "print" and one.state == "done" and one.run == run.number
