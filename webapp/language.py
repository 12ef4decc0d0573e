"""Which language a page speaks: Vietnamese first, English second.

A reader's choice counts most (`?lang=en` on one page, the cookie that `/lang/en` sets on all of them), then what the
browser asks for, and in the end the setting `OCOP_LANGUAGE`. Whoever logs in without having chosen gets the cookie in
his account's language, until he closes the browser. The answer is worked out without Flask-Babel, because a scan page
that is served from memory must not wait for it; Flask-Babel asks here, too.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie
from werkzeug.wrappers import Response

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
        chosen = g.language = of_environ(request.environ, current_app.config["LANGUAGE"])
    return chosen


def of_environ(environ: Mapping[str, Any], default: str) -> str:
    """Look at address, cookie and browser, in this order; each is taken apart only where it is there."""
    if "lang=" in environ.get("QUERY_STRING", ""):
        wish = parse_qs(environ["QUERY_STRING"]).get("lang", [""])[0]
        if wish in LANGUAGES:
            return wish
    if (
        COOKIE in environ.get("HTTP_COOKIE", "")
        and (wish := parse_cookie(environ["HTTP_COOKIE"]).get(COOKIE)) in LANGUAGES
    ):
        return wish
    return from_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""), default)


def keep(response: Response, code: str, lasting: timedelta | None = None) -> None:
    """Have the browser keep a language for a time, or until it is closed."""
    response.set_cookie(
        COOKIE,
        code,
        max_age=lasting,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path=current_app.config["PREFIX"] or "/",
    )


def follow_account(response: Response, code: str) -> None:
    """Speak the account's language from now on, unless this reader has chosen one before."""
    if code in LANGUAGES and request.cookies.get(COOKIE) not in LANGUAGES:
        keep(response, code)


def init_language(app: Flask) -> None:
    """Connect Flask-Babel to the choice made here."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = TIME_ZONE
    Babel(app, locale_selector=language)
    app.jinja_env.globals["language"] = language
    app.jinja_env.filters["text"] = lambda bilingual: bilingual.in_language(language())
