"""What every form that writes has in common.

A form carries a key made with the page (a UUID), so that sending it twice records once. Fields are plain text: services parse and refuse, and
`perform` puts their refusal beside the field to blame, in the reader's language.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask_wtf import FlaskForm
from wtforms import HiddenField

from traceability.errors import OcopTraceError
from webapp.access import UTC_PLUS_7, now
from webapp.problems import sentence

Result = TypeVar("Result")


class RecordForm(FlaskForm):
    """A form that records something. Subclasses name their fields like the fields of the command they fill."""

    key = HiddenField(default=lambda: str(uuid.uuid4()))


def now_local() -> str:
    """Return this minute in UTC+7, as a `datetime-local` field wants it."""
    return (now().astimezone(UTC_PLUS_7) - timedelta(0)).strftime("%Y-%m-%dT%H:%M")


def blame(form: FlaskForm, error: OcopTraceError) -> None:
    """Put an error's sentence beside the field to blame, or above the form."""
    name = (error.field or "").split(".")[0].split("[")[0]
    if name in form and name != "key":
        field = form[name]
        field.errors = [*field.errors, sentence(error)]
    else:
        form.form_errors.append(sentence(error))


def perform(form: FlaskForm, use_case: Callable[[], Result]) -> Result | None:
    """Run a use case when the form was sent and is well formed; a refusal lands in the form. None means: show the form (again).

    The view answers a refusal with the status `refusal_status(form)`, so that programs notice, too.
    """
    if not form.validate_on_submit():
        form.status = 422 if form.is_submitted() else 200
        return None
    try:
        return use_case()
    except OcopTraceError as error:
        if error.status >= 500 or error.status in {401, 403, 404}:
            raise
        blame(form, error)
        form.status = error.status
        return None


def status_of(form: FlaskForm) -> int:
    """Return the status code to show a form with: 200 when it is fresh, the refusal's code otherwise."""
    return getattr(form, "status", 200)
