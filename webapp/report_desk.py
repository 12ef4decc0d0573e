"""The desk of reports of doubt, which cooperatives and inspectors share: the list, one report, and the answer to it.

The two areas hang these on their own addresses and put their own frame around them. Who may see and do what is decided
in `traceability.services.report_desk`.
"""

from typing import Any

from flask import Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, SelectField, StringField, TextAreaField

from traceability.domain.addresses import provinces
from traceability.domain.report_views import ReportView
from traceability.domain.reports import OPEN, ReportState
from traceability.errors import OcopTraceError
from traceability.ports.reports import ReportQuery
from traceability.services.report_desk import AnswerReport
from webapp.access import actor, application
from webapp.forms import RecordForm, options, perform, status_of
from webapp.language import language
from webapp.links import site
from webapp.outcomes import PAGE_LENGTH, fill, page_number
from webapp.public.doubt import picture_response, province_choices
from webapp.words import REPORT_STATES

WAITING = "waiting"
"""What the list shows at first: reports that wait for an answer."""

MEANINGS = {
    ReportState.RECEIVED: _l("It has arrived. Nobody has looked at it yet."),
    ReportState.LOOKED_AT: _l("An office has taken it up and is looking into it."),
    ReportState.ANSWERED: _l("There is an answer below."),
    ReportState.CLOSED: _l("The matter is closed."),
    ReportState.WITHDRAWN: _l("You took it back. What you had sent is deleted."),
}
"""What each state means to the sender."""

ACTS = {
    ("received", "looked_at"): _l("Take it up"),
    ("received", "answered"): _l("Send the answer"),
    ("received", "closed"): _l("Answer and close"),
    ("looked_at", "answered"): _l("Send the answer"),
    ("looked_at", "closed"): _l("Answer and close"),
    ("answered", "looked_at"): _l("Look at it again"),
    ("answered", "answered"): _l("Send another answer"),
    ("answered", "closed"): _l("Close"),
    ("closed", "looked_at"): _l("Open it again"),
    ("closed", "answered"): _l("Send another answer"),
}
"""State now and state wanted -> what the button says."""


class FilterForm(Form):
    """Which reports are shown."""

    state = SelectField(_l("State"), validate_choice=False)
    product = SelectField(_l("Product"), validate_choice=False)


class WideFilterForm(FilterForm):
    """The same for those who see all of them."""

    place = SelectField(_l("Seen in"), validate_choice=False)
    unknown = BooleanField(_l("Only stamps and codes that are not ours"))


class AnswerForm(RecordForm):
    """What the sender is told."""

    text = TextAreaField(_l("Answer"))
    state = StringField()


def listed(template: str, form_class: type[FilterForm]) -> str:
    """Lay out the list of an office."""
    desk, me = application().report_desk, actor()
    form = form_class(request.args)
    products = desk.products(me)
    names = language()
    form.state.choices = options(
        [
            (WAITING, _("Waiting for an answer")),
            ("all", _("All")),
            *((one.value, word) for one, word in REPORT_STATES.items()),
        ]
    )
    form.product.choices = options(
        [("", _("All")), *((uri, one.name.in_language(names)) for uri, one in products.items())]
    )
    if "place" in form:
        form.place.choices = options([("", _("All")), *((one.value, one.label) for one in province_choices()[1:])])
    page = page_number()
    found = desk.for_desk(me, _query(form), limit=PAGE_LENGTH + 1, offset=(page - 1) * PAGE_LENGTH)
    return render_template(template, form=form, found=found[:PAGE_LENGTH], page=page, more=len(found) > PAGE_LENGTH)


def _query(form: FilterForm) -> ReportQuery:
    """Return what the list is to show; what is none of the choices narrows nothing down."""
    state = form.state.data or WAITING
    known = {one.value for one in ReportState}
    states = tuple(one.value for one in OPEN) if state == WAITING else (state,) if state in known else ()
    return ReportQuery(
        states=states,
        product=_chosen(form.product),
        province=_chosen(form.place) if "place" in form else "",
        unknown=bool(form.unknown.data) if "unknown" in form else False,
    )


def _chosen(field: SelectField) -> str:
    """Return what was chosen, or nothing for what is none of the choices."""
    return field.data if field.data in {value for value, *_ in field.iter_choices()} else ""


def shown(template: str, number: int) -> Response | tuple[str, int]:
    """Lay out one report and take the answer to it."""
    desk, me = application().report_desk, actor()
    report = desk.report(me, number)
    form = AnswerForm()
    answered = perform(form, lambda: desk.answer(me, fill(AnswerReport, form, number=number)) or True)
    here = url_for(request.endpoint, number=number)
    if answered:
        flash(_("The sender sees it under the link of the report."), "success")
        return redirect(here)
    sites = {"about": _about(report), "picture": here + "/picture", "erase": here + "/erase"}
    page = render_template(template, form=form, report=report, sites=sites)
    return page, status_of(form)


def _about(report: ReportView) -> str:
    """Return where an office looks at what was reported: never the page of a stamp, where looking is a scan."""
    if not (report.known and report.path):
        return ""
    if report.kind != "stamp":
        return site(report.path)
    return url_for("inspector.stamp", ref=report.path) if request.blueprint == "inspector" else ""


def picture(number: int) -> Response:
    """Send the picture of a report."""
    return picture_response(application().report_desk.picture(actor(), number))


def erased(number: int, back: str) -> Response:
    """Delete the contact or the picture of a report."""
    part = request.form.get("part", "")
    if part not in {"contact", "picture"}:
        abort(400)
    application().report_desk.erase(actor(), number, part)
    flash(_("It is deleted for good."), "success")
    return redirect(back)


def _waiting() -> int:
    """Return how many reports wait at the desk of whoever is logged in; a desk whose database is away shows none."""
    try:
        return application().report_desk.waiting(current_user.actor)
    except OcopTraceError:
        return 0


def init_reports(app: Flask) -> None:
    """Give templates what they say about reports."""
    words: dict[str, Any] = {"reports_waiting": _waiting, "report_meanings": MEANINGS, "report_acts": ACTS}
    words["province_name"] = lambda code: provinces()[code].name
    app.jinja_env.globals.update(words)
