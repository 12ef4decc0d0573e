"""What a shopper may tell of one stamp: that he opens the package (its second code), and where he is.

Both are forms without an account, a cookie or JavaScript (`form_tokens` says what guards them), and both concern a
stamp that is known: whatever names no stamp gets the answer that a scan of it would get. Answers are never kept by
browsers or proxies, since the next one may be another.
"""

import re
from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as WerkzeugResponse

from traceability.domain.addresses import Commune, Province, communes, communes_of, provinces
from traceability.domain.text import sort_key
from traceability.errors import InvalidInputError, RuleViolationError
from webapp.access import application
from webapp.links import site
from webapp.problems import sentence
from webapp.public import blueprint, scan, scanning, stamp_pages
from webapp.public.addresses import looks_like_stamp, raw_path, shown_at
from webapp.public.form_tokens import form_token, is_ours

_KIND = re.compile("^(Tỉnh|Thành phố) ")

LONGEST_CODE = 40
"""Nobody types more than this into the field for the second code; what is longer is cut."""


@blueprint.post("/p/<path:_rest>", defaults={"_letter": "p"}, provide_automatic_options=False)
@blueprint.post("/P/<path:_rest>", defaults={"_letter": "P"}, provide_automatic_options=False)
def tell(_rest: str, _letter: str = "") -> WerkzeugResponse:
    """Take a stamp's second code (`.../code`), or where a shopper is (`.../place`)."""
    path = raw_path()
    allowed = methods_of(path)
    if "POST" not in allowed:
        raise MethodNotAllowed(valid_methods=allowed)
    head, _slash, last = path.rpartition("/")
    found = look(head)
    if not found.known:
        return scan.refusal(found)
    if last == "code" and not stamp_pages.offers_code(found):
        return redirect(site(found.stamp.path), 303)
    sent = request.form.get("token", "")
    if not is_ours(request.environ, sent, stamp_pages.secret(), found.stamp.path, found.day):
        return _FORMS[last](found, _("The form had expired, so nothing was recorded. Please send it again."), 400)
    return _TOLD[last](found)


@blueprint.route("/p/<path:_rest>", methods=["OPTIONS"], defaults={"_letter": "p"}, provide_automatic_options=False)
@blueprint.route("/P/<path:_rest>", methods=["OPTIONS"], defaults={"_letter": "P"}, provide_automatic_options=False)
def methods(_rest: str, _letter: str = "") -> Response:
    """Say which methods an address below a page of goods takes."""
    response = make_response("", 204)
    response.headers["Allow"] = ", ".join(methods_of(raw_path()))
    return response


@blueprint.before_app_request
def narrow_refusal() -> None:
    """Have the routing, which knows the methods of all these addresses together, refuse with those of this one."""
    error = request.routing_exception
    if isinstance(error, MethodNotAllowed) and request.path.startswith(("/p/", "/P/")):
        error.valid_methods = methods_of(raw_path())


def methods_of(path: str) -> list[str]:
    """Return the methods that an address below a page of goods takes: all are read, forms of stamps are also sent."""
    head, _slash, last = path.rpartition("/")
    is_form = last in _TOLD and looks_like_stamp(head)
    return ["GET", "HEAD", "OPTIONS", *(["POST"] if is_form else [])]


def look(path: str) -> scanning.Scan:
    """Look at a stamp without counting it as a scan."""
    return scan.look(shown_at(path, application().settings.namespace))


# ---------------------------------------------------------------------------------------------------------- second code
def code_page(path: str) -> WerkzeugResponse:
    """Show the form for a stamp's second code on a page of its own."""
    found = look(path)
    if not found.known:
        return scan.refusal(found)
    return _code_form(found) if stamp_pages.offers_code(found) else redirect(site(found.stamp.path))


def _code_form(found: scanning.Scan, problem: str = "", status: int = 200) -> Response:
    return _page("public/code.html", found, status, problem=problem, typed=request.form.get("code", "")[:LONGEST_CODE])


def _open(found: scanning.Scan) -> WerkzeugResponse:
    """Try the second code, and say whether the package was opened before."""
    reader = scanning.reader_of(request.environ, application().scans)
    typed = request.form.get("code", "")[:LONGEST_CODE]
    try:
        opened = application().openings.open(found.stamp, typed, reader.visitor, reader.address)
    except (InvalidInputError, RuleViolationError) as error:
        return _code_form(found, sentence(error), error.status)
    return _page("public/opened.html", found, opened=opened, now=application().clock.now())


# ---------------------------------------------------------------------------------------------------------------- place
def place_page(path: str) -> WerkzeugResponse:
    """Ask for the province, then for the commune."""
    found = look(path)
    return _place_form(found) if found.known else scan.refusal(found)


def _place_form(found: scanning.Scan, problem: str = "", status: int = 200) -> Response:
    code = request.values.get("province", "")
    if code and code not in provinces():
        problem, status, code = problem or _("This is not one of the choices. Choose again from the list."), 422, ""
    return _page(
        "public/place.html",
        found,
        status,
        problem=problem,
        province=provinces().get(code),
        provinces=_in_order(),
        communes=communes_of(code) if code else (),
    )


def _place(found: scanning.Scan) -> WerkzeugResponse:
    """Keep the commune that a shopper offers, and nothing else."""
    code = request.form.get("commune", "")
    reader = scanning.reader_of(request.environ, application().scans)
    try:
        application().scans.offer_place(found.stamp, reader.visitor, code)
    except InvalidInputError as error:
        return _place_form(found, sentence(error), error.status)
    commune: Commune = communes()[code.strip()]
    return _page("public/place_kept.html", found, commune=commune)


def _in_order() -> list[Province]:
    """Return the provinces as people look for them: by name, without what kind of province each is."""
    return sorted(provinces().values(), key=lambda one: sort_key(_KIND.sub("", one.name)))


# ---------------------------------------------------------------------------------------------------------------- pages
def _page(template: str, found: scanning.Scan, status: int = 200, **more: Any) -> Response:
    """Return one of these pages; `slot` stands in for what scan pages leave open."""
    slots = {
        "path": site(found.stamp.path),
        "token": form_token(stamp_pages.secret(), found.stamp.path, found.day),
    }
    days = application().settings.scan_days
    body = render_template(template, scan=found, trace=found.stamp.trace, slot=slots.__getitem__, days=days, **more)
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


_FORMS = {"code": _code_form, "place": _place_form}
"""Last part of an address -> the form that is shown there, with what was wrong."""

_TOLD = {"code": _open, "place": _place}
"""Last part of an address -> what is done with a form that is ours."""


scan.STAMP_PAGES.update({"code": code_page, "place": place_page})


def init_stamp_forms(app: Flask) -> None:
    """Let these forms be sent without a session."""
    app.extensions["csrf"].exempt(tell)
