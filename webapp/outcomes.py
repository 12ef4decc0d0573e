"""What the areas behind a log-in share when they record: commands from forms, and the words after a record.

A view reads its form, fills a command, hands it to a service, and ends here: `done` says what became of the record
and sends the browser on (Post, Redirect, Get), so that reloading the page records nothing again.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from flask import flash, redirect, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, Form, MultipleFileField, SelectMultipleField

from traceability.errors import NotFoundError
from traceability.services.commands import Outcome, Upload
from webapp.links import site

Command = TypeVar("Command")

PAGE_LENGTH = 25
"""Rows on one page of a list."""
LONGEST_PAGE = 4
"""Digits of a page's number at most."""


def uploads(files: Iterable[FileStorage | str | None] | None) -> tuple[Upload, ...]:
    """Return the files that were really sent; an empty file field sends one without a name."""
    return tuple(
        Upload(file.filename, file.read()) for file in files or () if isinstance(file, FileStorage) and file.filename
    )


def fill(kind: type[Command], form: Form, **more: Any) -> Command:
    """Make a command from the form's fields that are named like its own; `more` adds what no field holds."""
    names = {item.name for item in fields(kind)} - set(more)  # type: ignore[arg-type]  # commands are dataclasses
    return kind(**{field.name: _plain(field) for field in form if field.name in names}, **more)


def _plain(field: Field) -> Any:
    """Return what was typed, as commands want it: text, and never None."""
    if isinstance(field, MultipleFileField):
        return uploads(field.data)
    if isinstance(field, BooleanField):
        return bool(field.data)
    if isinstance(field, SelectMultipleField):
        return tuple(field.data or ())
    return field.data or ""


def subject() -> str:
    """Return the path that `?ref=` names. Raises NotFoundError when the address names none."""
    named = request.args.get("ref", "")
    if not named:
        raise NotFoundError("The address names nothing. Choose from a list.")
    return named


def page_number() -> int:
    """Return the page of a list that `?page=` asks for, from 1."""
    asked = request.args.get("page", "1")
    sound = asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST_PAGE
    return max(1, int(asked)) if sound else 1


def done(outcome: Outcome, what: str, target: str, *, public: bool = True) -> Response:
    """Say what became of a record and go on to `target`; `public` adds a link to the page that everybody sees.

    `what` says what is now on record, so it is said only of what has landed.
    """
    if outcome.state == "landed":
        told = what
    else:
        told = _("Your record is signed and kept safe here. It counts, and is shown, once the chain has confirmed it.")
    link: Any = ""
    if public and outcome.path:
        link = Markup(' <a href="{}">{}</a>').format(site(outcome.path), _("See the public page"))
    flash(Markup("{}{}").format(told, link), "success" if outcome.state == "landed" else "info")
    return redirect(target)
