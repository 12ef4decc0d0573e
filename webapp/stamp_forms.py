"""Records about ranges of stamps, as both desks ask for them: which stamps, why, and are you sure.

A range is chosen as people see it: the whole run, numbers as they stand on the stamps, or sheets and rolls as they came
out of the printer. Each record takes two steps. The first says which stamps and gets back what the record would change,
everything checked but nothing recorded; the second signs it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from flask import render_template, request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Form, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from traceability.domain.stamp_life import RESTORE_REASONS, VOID_REASONS, MarkKind, Span, StampState
from traceability.domain.stamp_ranges import Layout
from traceability.domain.views import LotSummary, StampRunView
from traceability.errors import InvalidInputError
from traceability.services.commands import Outcome
from traceability.services.stamp_commands import ActivateStamps, RestoreStamps, VoidStamps
from webapp.access import actor, application
from webapp.formatting import moment
from webapp.forms import RecordForm, options, perform, status_of
from webapp.outcomes import done, fill
from webapp.stamps import figures
from webapp.words import STAMP_REASONS

WAYS = {
    "all": _l("The whole run"),
    "numbers": _l("By number"),
    "sheets": _l("By sheet"),
    "rolls": _l("By roll"),
}
"""How a range can be named."""

MOST_PRINTINGS = 20
"""Printings that a list offers, the newest first."""

LONGEST_NUMBER = 7
"""Digits of a number at most: a run has no more than a million stamps."""

_NUMBER = re.compile(r"(?:(\d{1,5})\s*[-\N{EN DASH}]\s*)?(\d{1,7})", re.ASCII)
"""A number as it stands on a stamp, `1-000042`, or as people shorten it."""


class RangeForm(RecordForm):
    """Which stamps of a run."""

    by = RadioField(_l("Which stamps"), choices=options(WAYS.items()), default="all")
    first = StringField(_l("From"))
    last = StringField(_l("To"))
    printing = SelectField(_l("Which printing"), validate_choice=False)
    each = StringField(_l("Stamps on one sheet or roll"))


class ReasonForm(RangeForm):
    """Which stamps, and why."""

    reason = SelectField(_l("Reason"), validators=[DataRequired(_l("Choose a reason."))])
    note = TextAreaField(_l("What happened"))


class VoidForm(ReasonForm):
    """Why stamps count no longer."""

    def __init__(self, **given: Any) -> None:
        """Offer the reasons."""
        super().__init__(**given)
        self.reason.choices = _reasons(VOID_REASONS)


class RestoreForm(ReasonForm):
    """Why void stamps count again."""

    def __init__(self, **given: Any) -> None:
        """Offer the reasons."""
        super().__init__(**given)
        self.reason.choices = _reasons(RESTORE_REASONS)


def _reasons(keys: Iterable[str]) -> list[Any]:
    """Return reasons to choose from; none is chosen for anybody."""
    return options([("", _("– choose –")), *((key, STAMP_REASONS[key]) for key in keys)])


class Record(NamedTuple):
    """One kind of record about a range."""

    form: type[RangeForm]
    command: type
    use_case: str
    """Name of the method of `application.stamps`."""
    title: LazyString
    said: LazyString
    """What is said once it has landed."""


RECORDS = {
    "activate": Record(
        RangeForm,
        ActivateStamps,
        "activate",
        _l("Activate stamps of run %(run)s"),
        _l("The stamps are activated: who scans one sees that it counts."),
    ),
    "void": Record(
        VoidForm,
        VoidStamps,
        "void",
        _l("Make stamps of run %(run)s void"),
        _l("The stamps are void: who scans one is told not to rely on it."),
    ),
    "restore": Record(
        RestoreForm,
        RestoreStamps,
        "restore",
        _l("Restore stamps of run %(run)s"),
        _l("The stamps are restored: they are again what they were."),
    ),
}
"""Key in the address -> what it does."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What lies in a range, counted before anything is recorded of it."""

    first: int
    last: int
    unprinted: int
    """Never printed through this service."""
    activated: int
    """Said to be on goods, and not void."""
    void: int
    void_by_inspector: int

    @property
    def count(self) -> int:
        """Return how many stamps the range has."""
        return self.last - self.first + 1

    @property
    def to_activate(self) -> int:
        """Return how many would begin to count."""
        return self.count - self.activated - self.void

    @property
    def to_void(self) -> int:
        """Return how many would be made void."""
        return self.count - self.void


@dataclass(frozen=True, slots=True)
class Printing:
    """Stamps that came out of a printer together, so that their sheets or rolls can be counted."""

    first: int
    last: int
    at: datetime
    medium: str = ""
    each: int = 0
    """Stamps on one sheet; 0 where that is not known."""
    taken: int = 0
    """Places of the first sheet that had been used before."""


def prefilled() -> dict[str, str]:
    """Return what a link to a form has filled in already: a stamp's number, or a printing."""
    given = {name: request.args[name] for name in ("first", "last", "printing") if name in request.args}
    by = "sheets" if "printing" in given else "numbers" if given else "all"
    return {**given, "by": by}


def offer(form: RangeForm, printings: Mapping[str, Printing]) -> None:
    """Let a form offer printings, the newest first; the last choice is to count from the run's first stamp on."""
    choices = []
    for name, one in printings.items():
        told = " · ".join((f"{one.first}\N{EN DASH}{one.last}", moment(one.at)))
        choices.append(SelectChoice(name, told, render_kw={"class": "known"} if one.each else {}))
    form.printing.choices = [*choices, SelectChoice("", _("Count from the first stamp of the run"))]


def marked_printings(run: StampRunView) -> dict[str, Printing]:
    """Return the printings on record, the newest first: which stamps, but not how they lay on the sheet."""
    printed = [mark for mark in run.life.marks if mark.kind is MarkKind.PRINTED][-MOST_PRINTINGS:]
    return {f"mark-{place}": Printing(one.first, one.last, one.at) for place, one in reversed([*enumerate(printed)])}


def chosen(form: Form, run: StampRunView, printings: Mapping[str, Printing]) -> tuple[int, int]:
    """Return the first and last stamp that a `RangeForm` names.

    Args:
        form: as it was sent.
        run: whose stamps are meant.
        printings: what `printing` may name; anything else means "from the run's first stamp on".

    Raises:
        InvalidInputError: naming the field to change.
    """
    by = form["by"].data
    if by == "all":
        return 1, run.count
    if by == "numbers":
        first, last = _stamp_number(form, "first", run, 1), _stamp_number(form, "last", run, run.count)
        if first > last:
            raise InvalidInputError("The first number is larger than the last. Swap them.", field="first")
        return first, last
    printing = printings.get(form["printing"].data or "")
    layout = _layout(form, run, printing if by == "sheets" or printing is None else replace(printing, each=0))
    begin = _whole(form, "first")
    return layout.stamps(begin, _whole(form, "last", begin))


def _layout(form: Form, run: StampRunView, printing: Printing | None) -> Layout:
    """Return how stamps lie on sheets or rolls: as they were printed, or as typed. Raises InvalidInputError."""
    if printing is None:
        return Layout(1, run.count, _whole(form, "each"))
    each = printing.each or _whole(form, "each")
    return Layout(printing.first, printing.last, each, printing.taken if printing.each else 0)


def _stamp_number(form: Form, name: str, run: StampRunView, otherwise: int) -> int:
    """Read a stamp's number, with or without its run; left empty, `otherwise`. Raises InvalidInputError."""
    text = (form[name].data or "").strip()
    if not text:
        return otherwise
    found = _NUMBER.fullmatch(text)
    if found and int(found[1] or run.number) == run.number and 1 <= int(found[2]) <= run.count:
        return int(found[2])
    raise InvalidInputError(
        "This run has stamps 1 to {count}; “{text}” is none of them.", field=name, count=run.count, text=text[:20]
    )


def _whole(form: Form, name: str, otherwise: int | None = None) -> int:
    """Read a whole number from 1. Raises InvalidInputError."""
    text = (form[name].data or "").strip()
    if not text and otherwise is not None:
        return otherwise
    if not text:
        raise InvalidInputError("This must be filled in.", field=name)
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER and int(text)):
        raise InvalidInputError("“{text}” is not a whole number from 1.", field=name, text=text[:20])
    return int(text)


def weigh(run: StampRunView, first: int, last: int) -> Tally:
    """Count what lies in a range. Raises InvalidInputError where it is not of the run."""
    spans = run.life.within(first, last)

    def count(wanted: Iterable[Span]) -> int:
        return sum(len(span) for span in wanted)

    return Tally(
        first=first,
        last=last,
        unprinted=count(span for span in spans if not span.printings),
        activated=count(span for span in spans if span.state is StampState.ACTIVATED),
        void=count(span for span in spans if span.state is StampState.VOID),
        void_by_inspector=count(span for span in spans if span.void_inspected),
    )


def decide(
    record: Record, form: RangeForm, lot: LotSummary, run: StampRunView, printings: Mapping[str, Printing]
) -> Outcome | Tally | None:
    """Take a form one step further.

    Returns:
        What became of the record where the person was sure; else what it would change, everything being in order; None
        where the form is to be shown, fresh or with what is wrong.
    """

    def step() -> Outcome | Tally:
        """Do it, or say what it would do."""
        first, last = chosen(form, run, printings)
        bounds = {"lot": lot.path, "run": str(run.number), "first": str(first), "last": str(last)}
        command, stamps = fill(record.command, form, **bounds), application().stamps
        if "sure" in request.form:
            outcome: Outcome = getattr(stamps, record.use_case)(actor(), command)
            return outcome
        stamps.plan(actor(), command)
        return weigh(run, first, last)

    return perform(form, step)


class Templates(NamedTuple):
    """How a desk lays out the two steps of a record."""

    ask: str
    sure: str


def mark_range(
    kind: str, lot: LotSummary, run: StampRunView, known: Mapping[str, Printing], back: str, templates: Templates
) -> Response | str | tuple[str, int]:
    """Answer for a record about a range on either desk: the form, the question whether one is sure, or what it became.

    Args:
        kind: key of `RECORDS`.
        lot: whose stamps.
        run: of which run.
        known: printings that the form offers.
        back: address of the run's page.
        templates: of the desk.
    """
    record = RECORDS[kind]
    form = record.form(data=prefilled())
    offer(form, known)
    found = decide(record, form, lot, run, known)
    shown = {"kind": kind, "form": form, "lot": lot, "run": run, "back": back}
    shown["title"] = str(record.title) % {"run": run.number}
    if isinstance(found, Tally):
        opened = application().scans.opened_among(lot.uri, run.number, found.first, found.last)
        return render_template(templates.sure, **shown, tally=found, opened=opened)
    if found is not None:
        return done(found, str(record.said), back, public=False)
    return render_template(templates.ask, **shown, figures=figures(run)), status_of(form)
