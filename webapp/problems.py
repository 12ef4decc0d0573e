"""What a reader sees when something goes wrong: what happened, and what to do now, in his language.

Our own errors (`OcopTraceError`) bring an English sentence as a template and the facts that fill it; the template is
the key under which it is translated. Everything else that Flask may raise gets a page with advice, too. Programs that
ask for JSON get JSON.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as WerkzeugResponse

from traceability.domain.quantities import UNITS
from traceability.domain.views import Bilingual
from traceability.errors import NotAuthenticatedError, OcopTraceError
from webapp.formatting import day, duration, moment, number
from webapp.language import language
from webapp.limits import seconds_to_wait
from webapp.words import VOCABULARIES

WORDED = {"noun", "what", "role", "roles"}
"""Facts of errors that are keys of ours."""

MEASURED = {"unit", "base", "expected", "found", "first", "second", "left_unit", "wanted_unit"}
"""Facts of errors that are units, by their English names."""

UNIT_NAMES = {unit.en: Bilingual(unit.vi, unit.en) for unit in UNITS.values()}
"""English name of a unit -> its name in both languages."""

ADVICE: dict[int, tuple[LazyString, LazyString]] = {
    400: (_l("The request could not be understood"), _l("Go back, load the page again and try once more.")),
    401: (_l("Please log in"), _l("Your session has ended or never began. Log in and open the page again.")),
    403: (_l("You may not do this"), _l("Log in with an account that may, or ask the operator of this service.")),
    404: (_l("Nothing found here"), _l("Check the address, or look for the goods from the start page.")),
    405: (_l("This address does not work that way"), _l("Go back to the page before and use its buttons.")),
    409: (_l("The rules do not allow this"), _l("Nothing was recorded. Change what is said below and try again.")),
    413: (
        _l("That was too large to send"),
        _l("Nothing was recorded. Send fewer or smaller pictures: this service takes at most %(limit)s at once."),
    ),
    422: (
        _l("Something is not filled in correctly"),
        _l("Nothing was recorded. Put right what is said below and send it again."),
    ),
    429: (_l("Too many attempts"), _l("Wait a minute, then try again.")),
    500: (
        _l("Something broke on our side"),
        _l("It was written to the log. Try again in a moment; what was confirmed before is safe."),
    ),
    503: (
        _l("The chain cannot be reached just now"),
        _l("Pages can still be read. Records that were accepted wait here and are sent later."),
    ),
}
"""Status code -> title and what to do."""


def shown(value: Any) -> Any:
    """Return a fact as a reader expects it.

    Days, times and numbers in his habit, and words for keys inside our vocabularies.
    """
    if isinstance(value, Bilingual):
        return value.in_language(language())
    if isinstance(value, date):
        return moment(value) if isinstance(value, datetime) else day(value)
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, Decimal) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return number(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(shown(one)) for one in value)
    return value


def _worded(name: str, value: Any) -> Any:
    """Return the reader's word for a fact that is one of our keys or units; anything else as it is."""
    if name in MEASURED and isinstance(value, str):
        return UNIT_NAMES.get(value, value)
    vocabulary = VOCABULARIES[{"what": "noun", "roles": "role"}.get(name, name)] if name in WORDED else {}
    if isinstance(value, list | tuple):
        return [_word(vocabulary, one) for one in value]
    return _word(vocabulary, value)


def _word(vocabulary: Mapping[str, Any], value: Any) -> Any:
    """Return the word for a key; values that programs sent may be anything, and need not even be hashable."""
    return vocabulary.get(value, value) if isinstance(value, str) else value


def sentence(error: OcopTraceError) -> str:
    """Return an error's sentence in the reader's language, with its gaps filled."""
    template = gettext(error.template)
    facts = {name: shown(_worded(name, value)) for name, value in error.facts.items()}
    try:
        return template.format(**facts)
    except (KeyError, IndexError, ValueError):
        return str(error)


def _wants_json() -> bool:
    """Tell whether a program is asking."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def page(status: int, what: str = "") -> Response:
    """Return the error page of a status code; `what` is a sentence that says more."""
    title, advice = ADVICE.get(status) or ADVICE[500 if status >= 500 else 400]  # noqa: PLR2004 - the families of RFC 9110
    if _wants_json():
        return make_response(jsonify(error=str(title), detail=what, advice=str(advice)), status)
    return make_response(render_template("problem.html", status=status, title=title, advice=advice, what=what), status)


def _programs_first(handler: Callable[[Any], WerkzeugResponse]) -> Callable[[Any], WerkzeugResponse]:
    """Return a handler that leaves errors of interfaces for programs to these (`ocop_problems`)."""

    def handle(error: Any) -> WerkzeugResponse:
        """Ask whose request it was."""
        for concerned, answered in current_app.extensions.get("ocop_problems", ()):
            if concerned():
                return answered(error)
        return handler(error)

    return handle


def init_problems(app: Flask) -> None:
    """Register the handlers."""
    megabytes = f"{app.config['MAX_CONTENT_LENGTH'] / 1024 / 1024:.0f} MB"
    sentence_413 = ADVICE[413]

    def ours(error: OcopTraceError) -> WerkzeugResponse:
        """Our own errors say everything themselves."""
        if isinstance(error, NotAuthenticatedError) and request.method == "GET" and not _wants_json():
            wanted = request.full_path.rstrip("?")
            return redirect(f"{app.config['PREFIX']}/login?next={quote(wanted)}")
        if error.status >= 500:  # noqa: PLR2004 - the families of RFC 9110
            app.logger.error("%s: %s", type(error).__name__, error)
        return page(error.status, sentence(error))

    def too_large(_: RequestEntityTooLarge) -> Response:
        """Say how much we take."""
        title, advice = sentence_413
        text = str(advice) % {"limit": megabytes}
        return make_response(render_template("problem.html", status=413, title=title, advice=text, what=""), 413)

    def forgery(_: CSRFError) -> Response:
        """A form without our token: the session ended, or another site sent it."""
        return page(400, gettext("The form had expired, so nothing was recorded."))

    def http(error: HTTPException) -> Response:
        """Flask's own errors; headers such as Allow and Retry-After stay."""
        response = page(error.code or 500)
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        if isinstance(error, RateLimitExceeded):
            response.headers["Retry-After"] = str(seconds_to_wait())
        return response

    app.register_error_handler(OcopTraceError, _programs_first(ours))
    app.register_error_handler(RequestEntityTooLarge, _programs_first(too_large))
    app.register_error_handler(CSRFError, _programs_first(forgery))
    app.register_error_handler(HTTPException, _programs_first(http))
