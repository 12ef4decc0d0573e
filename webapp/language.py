"""Which language a page speaks: Vietnamese first, English second.

A reader's choice counts most (`?lang=en` on one page, the cookie that `/lang/en` sets on all of them), then what the
account says, then what the browser asks for, and in the end the setting `OCOP_LANGUAGE`. The answer is worked out
without Flask-Babel, because a scan page that is served from memory must not wait for it; Flask-Babel asks here, too.
"""

from functools import lru_cache

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = ("vi", "en")
"""What we speak, the first one first."""

COOKIE = "lang"
"""Name of the cookie that keeps a reader's choice; it holds nothing else."""

TIME_ZONE = "Asia/Ho_Chi_Minh"
"""Times are kept in UTC and shown in UTC+7."""


@lru_cache(maxsize=256)
def from_header(accepted: str, default: str) -> str:
    """Return the language that an Accept-Language header asks for (RFC 9110, section 12.5.4); Vietnamese wins a tie."""
    if not accepted:
        return default
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES, default=default) or default


def language() -> str:
    """Return "vi" or "en" for the request at hand; outside a request the setting decides."""
    if not has_request_context():
        return current_app.config["LANGUAGE"] if current_app else LANGUAGES[0]
    chosen = g.get("language")
    if chosen is None:
        chosen = g.language = _choose()
    return chosen


def _choose() -> str:
    """Look at address, cookie and browser, in this order; each is taken apart only where it is there."""
    environ = request.environ
    if "lang=" in environ.get("QUERY_STRING", "") and (wish := request.args.get("lang")) in LANGUAGES:
        return wish
    if COOKIE in environ.get("HTTP_COOKIE", "") and (wish := request.cookies.get(COOKIE)) in LANGUAGES:
        return wish
    return from_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""), current_app.config["LANGUAGE"])


def init_language(app: Flask) -> None:
    """Connect Flask-Babel to the choice made here."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = TIME_ZONE
    Babel(app, locale_selector=language)
    app.jinja_env.globals["language"] = language
    app.jinja_env.filters["text"] = lambda bilingual: bilingual.in_language(language())
