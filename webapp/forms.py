"""What every form that writes has in common.

A form carries a key made with the page (a UUID), so that sending it twice records once. Fields are plain text: services
parse and refuse, and `perform` puts their refusal beside the field to blame, in the reader's language.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField, HiddenField, SelectChoice, SelectField, StringField
from wtforms.form import BaseForm

from traceability.errors import ChainError, OcopTraceError
from webapp.access import UTC_PLUS_7, now
from webapp.problems import sentence
from webapp.words import CERTIFICATE_KINDS

Result = TypeVar("Result")


class FieldWords:
    """Says what WTForms itself finds wrong in our words; it has no Vietnamese ones, and tells nobody what to do."""

    def gettext(self, said: str) -> str:
        """Return our sentence for one of WTForms' own."""
        return _("This is not one of the choices. Choose again from the list.") if "choice" in said.lower() else said

    def ngettext(self, said: str, many: str, count: int) -> str:
        """Return the same for a sentence that counts."""
        return self.gettext(said if count == 1 else many)


class RecordForm(FlaskForm):
    """A form that records something. Subclasses name their fields like the fields of the command they fill."""

    class Meta(FlaskForm.Meta):
        """Settings that WTForms reads."""

        def get_translations(self, _form: BaseForm) -> FieldWords:
            """Return who words WTForms' own findings."""
            return FieldWords()

    key = HiddenField(default=lambda: str(uuid.uuid4()))


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Return what a list offers, from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]


class CertificateForm(RecordForm):
    """A certificate: one that its holder states, or one that an inspector has seen."""

    kind = SelectField(
        _l("Kind"), choices=options(pair for pair in CERTIFICATE_KINDS.items() if pair[0] != "ocop_rating")
    )
    issuer = StringField(_l("Issued by"))
    number = StringField(_l("Number"))
    scope = StringField(_l("What it covers"))
    valid_from = StringField(_l("Valid from"))
    valid_to = StringField(_l("Valid until"))


def now_local() -> str:
    """Return this minute in UTC+7, as a `datetime-local` field wants it."""
    return (now().astimezone(UTC_PLUS_7) - timedelta(0)).strftime("%Y-%m-%dT%H:%M")


def blame(form: FlaskForm, error: OcopTraceError) -> None:
    """Put an error's sentence beside the field to blame, or above the form."""
    path = re.sub(r"[.\[\]]+", "-", error.field or "").strip("-")  # inputs[0].unit -> inputs-0-unit
    fields = {field.name: field for field in _fields(form)}
    found = fields.get(path) or fields.get(path.split("-")[0])
    if found is None or found.name == "key" or isinstance(found, FieldList | FormField):
        form.form_errors.append(sentence(error))
        return
    found.errors = [*found.errors, sentence(error)]
    if found.name not in form:
        form.form_errors.append(sentence(error))  # the summary lists the outer fields only


def _fields(form: BaseForm) -> Iterator[Field]:
    """Yield a form's fields, those of its lines included."""
    for field in form:
        yield field
        if isinstance(field, FormField):
            yield from _fields(field.form)
        elif isinstance(field, FieldList):
            for line in field:
                yield line
                if isinstance(line, FormField):
                    yield from _fields(line.form)


def perform(form: FlaskForm, use_case: Callable[[], Result]) -> Result | None:
    """Run a use case when the form was sent and is well formed; a refusal lands in the form.

    None means: show the form (again). So does a chain that cannot be reached, lest what was typed be lost.

    The view answers a refusal with the status `refusal_status(form)`, so that programs notice, too.
    """
    if not form.validate_on_submit():
        form.status = 422 if form.is_submitted() else 200
        return None
    try:
        return use_case()
    except OcopTraceError as error:
        if isinstance(error, ChainError):
            current_app.logger.error("%s: %s", type(error).__name__, error)  # noqa: TRY400 - told, as on an error page
        elif error.status >= 500 or error.status in {401, 403, 404}:  # noqa: PLR2004 - the families of RFC 9110
            raise
        blame(form, error)
        form.status = error.status
        return None


def status_of(form: FlaskForm) -> int:
    """Return the status code to show a form with: 200 when it is fresh, the refusal's code otherwise."""
    return getattr(form, "status", 200)
