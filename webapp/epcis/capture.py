"""Events come in: documents of many through `/capture`, which makes a capture job, one by one through `/events`.

A document that cannot be read as a whole is refused at once, with the place. What is wrong with single events stands in
the capture job, which its participant can ask for; whether one bad event refuses the others is the client's choice
(`GS1-Capture-Error-Behaviour`).
"""

from typing import Any

from flask import Response, request

from traceability.domain.capture_views import CaptureJobView, ErrorBehaviour
from traceability.services.capture import LIMITS
from webapp.access import application
from webapp.epcis import answers, blueprint, bodies, events, problems
from webapp.epcis.gate import actor
from webapp.epcis.headers import epc_format
from webapp.epcis.paths import segment


@blueprint.post("/capture", provide_automatic_options=False)
def capture() -> Response:
    """Take a document with events, and say where its capture job is."""
    behaviour = _behaviour()
    speaker, value = bodies.sent(LIMITS.body_bytes)
    job = application().capture.submit(speaker, value, behaviour)
    response = answers.document(_job(job), status=202)
    response.headers["Cache-Control"] = "no-store"
    return answers.located(response, f"/capture/{segment(job.id)}")


@blueprint.get("/capture", provide_automatic_options=False)
def capture_jobs() -> Response:
    """List the capture jobs of the participant, newest first."""
    found, next_token = application().capture.jobs(actor(), per_page=answers.per_page(), token=answers.token())
    response = answers.with_next(answers.document([_job(job) for job in found]), next_token)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/capture/<uri:captureID>", provide_automatic_options=False)
def capture_job(captureID: str) -> Response:  # noqa: N803 - the standard's name
    """Tell how far a capture job is, and what is wrong with which event."""
    response = answers.document(_job(application().capture.job(actor(), captureID)))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/events", provide_automatic_options=False)
def capture_event() -> Response:
    """Record one event at once, and return it as it stands now."""
    wanted = epc_format()
    speaker, value = bodies.sent(LIMITS.body_bytes)
    event_id, created = application().capture.record_one(speaker, value)
    if not created:
        raise problems.EpcisError(
            "This event is recorded already, as {event}.",
            exception="ResourceAlreadyExistsException",
            http=409,
            event=event_id,
        )
    response = events.single(event_id, wanted)
    response.status_code = 201
    response.headers["Cache-Control"] = "no-store"
    return answers.located(response, f"/events/{segment(event_id)}")


def _behaviour() -> ErrorBehaviour:
    """Return what is to happen when an event is refused. Raises EpcisError for a wish that is none."""
    wanted = request.headers.get("GS1-Capture-Error-Behaviour", "").strip().lower() or ErrorBehaviour.ROLLBACK
    try:
        return ErrorBehaviour(wanted)
    except ValueError:
        raise problems.EpcisError(
            "GS1-Capture-Error-Behaviour is rollback or proceed, not {wanted}.",
            exception="ValidationException",
            http=400,
            wanted=wanted[:40],
        ) from None


def _job(job: CaptureJobView) -> dict[str, Any]:
    """Return a capture job as the standard writes it."""
    told: dict[str, Any] = {
        "captureID": job.id,
        "createdAt": answers.moment(job.created_at),
        "running": job.running,
        "success": job.success,
        "captureErrorBehaviour": job.behaviour.value,
        "errors": [problems.of_capture(problem) for problem in job.errors],
    }
    if job.finished_at is not None:
        told["finishedAt"] = answers.moment(job.finished_at)
    return told
