"""“I doubt this product”: the form that a shopper sends without an account, and the page behind its link.

The form says no more about a stamp than the stamp's own page: not whether it is known, nor which lot it belongs to.
Neither page reads or sets a cookie, so they work in browsers inside other programs; the form carries a signed mark of
its own, and whoever holds the link of a report may do with it what its sender may. That is why the token of CSRF,
which lies in a session, is not asked for here.
"""

import re

from flask import Response, make_response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from traceability.domain.addresses import provinces
from traceability.domain.report_views import ReportPicture
from traceability.domain.text import sort_key
from traceability.errors import InvalidInputError
from traceability.services.reports import LONGEST_LINK, FileReport
from webapp.access import application
from webapp.forms import RecordForm, options, perform, status_of
from webapp.limits import limiter, page_rate
from webapp.links import absolute, site
from webapp.outcomes import fill, uploads
from webapp.public import blueprint
from webapp.public.scanning import reader_of
from webapp.words import REPORT_REASONS


class DoubtForm(RecordForm):
    """What seems wrong, and with what."""

    class Meta(RecordForm.Meta):
        """Settings that WTForms reads."""

        csrf = False

    key = None
    """The mark of `opened` stands in for it."""
    opened = HiddenField()
    ref = StringField(_l("Link or code on the stamp"))
    reason = RadioField(
        _l("What seems wrong?"),
        choices=options(REPORT_REASONS.items()),
        validators=[DataRequired(_l("Choose what seems wrong."))],
    )
    text = TextAreaField(_l("What did you see?"))
    picture = FileField(_l("Picture"))
    province = SelectField(_l("Where did you see it?"), default="")
    contact = StringField(_l("Telephone or e-mail"))
    shared = BooleanField(_l("The producer may see my contact, too"))
    website = StringField(_l("Leave this empty"))


@blueprint.record
def _without_session(state: BlueprintSetupState) -> None:
    """Exempt the two pages from the token that lies in a session."""
    for view in (doubt, report):
        state.app.extensions["csrf"].exempt(f"{view.__module__}.{view.__name__}")


@blueprint.route("/doubt/new", methods=["GET", "POST"])
@limiter.limit(page_rate, override_defaults=False)
def doubt() -> Response:
    """Tell the producer and the inspectors that something seems wrong; no account is needed."""
    reports = application().reports
    form = DoubtForm()
    form.province.choices = province_choices()
    if request.method == "GET":
        form.ref.data = request.args.get("ref", "")[:LONGEST_LINK]
        form.opened.data = reports.open_form()
    token = perform(form, lambda: _file(form))
    if token is not None:
        return _kept_nowhere(redirect(site(f"/doubt/{token}?new=1")), 303)
    if form.opened.errors:
        form.opened.data = reports.open_form()
    form.website.data = ""
    given = request.args.get("ref", "")[:LONGEST_LINK]
    page = render_template(
        "public/doubt.html",
        form=form,
        given=given,
        product=reports.about(given) if given else None,
        rules=reports.rules,
        lost=bool(request.files.get("picture")),
    )
    return _kept_nowhere(page, status_of(form))


def _file(form: DoubtForm) -> str:
    """Send what was typed. Raises InvalidInputError for a form that another site has the browser send."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise InvalidInputError("This form was sent from another site. Send it from this page.", field="opened")
    sent = uploads([form.picture.data])
    command = fill(FileReport, form, picture=sent[0] if sent else None)
    reader = reader_of(request.environ, application().scans)
    return application().reports.file(command, reader.visitor, reader.address)


@blueprint.route("/doubt/<token>", methods=["GET", "POST"])
def report(token: str) -> Response:
    """Show how far a report is to whoever holds its link, and let him delete his contact or take it back."""
    reports = application().reports
    if request.method == "POST":
        wanted = request.form.get("do")
        if wanted not in {"contact", "withdraw"}:
            raise InvalidInputError("This button does nothing any more. Load the page again.")
        (reports.erase_contact if wanted == "contact" else reports.withdraw)(token)
        return _kept_nowhere(redirect(site(f"/doubt/{token}")), 303)
    sent = reports.by_link(token)
    address = absolute(f"/doubt/{token}")
    page = render_template(
        "public/doubt_report.html", report=sent, token=token, link=address, new="new" in request.args
    )
    return _kept_nowhere(page)


@blueprint.get("/doubt/<token>/picture")
def report_picture(token: str) -> Response:
    """Send the picture of a report to whoever holds its link."""
    return picture_response(application().reports.picture_by_link(token))


def _kept_nowhere(page: str | WerkzeugResponse, status: int = 200) -> Response:
    """Return a page of which no copy stays in caches, and which search engines leave out."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def picture_response(picture: ReportPicture) -> Response:
    """Return a picture as an answer that nothing can run in and nobody keeps."""
    response = Response(picture.data, content_type=picture.media_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def province_choices() -> list[SelectChoice]:
    """Return the provinces to choose from, in Vietnamese order, after one for those who would not say."""
    known = sorted(provinces().values(), key=lambda one: sort_key(re.sub("^(Tỉnh|Thành phố) ", "", one.name)))
    return options([("", _("– not said –")), *((one.code, one.name) for one in known)])
