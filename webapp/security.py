"""What protects readers and accounts at the edge: headers, cookies, proxies, and the secret that signs sessions.

The content security policy allows this site and nothing else: no inline script, no inline style, no other host, no
frame. Proxy headers count only as far as the operator says that proxies of his stand in front (`OCOP_TRUSTED_PROXIES`).
"""

import os
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from traceability.settings import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
    "'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
"""On every answer. No referrer leaves, since the address of a scan page holds a serial that is meant to be secret."""


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies; a reader without one costs nothing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of the cookie, or an empty one at once where there is no cookie."""
        if self.get_cookie_name(app) not in request.environ.get("HTTP_COOKIE", ""):
            return self.session_class()
        return super().open_session(app, request)


class PrefixMiddleware:
    """Lets the site live below a path (`https://example.vn/trace`), whether or not a proxy takes that path away."""

    def __init__(self, wsgi_app: Callable[..., Iterable[bytes]], prefix: str) -> None:
        """Keep the path, without a slash at its end."""
        self.wsgi_app = wsgi_app
        self.prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Move the path from PATH_INFO to SCRIPT_NAME."""
        path = environ.get("PATH_INFO", "")
        if path == self.prefix or path.startswith(self.prefix + "/"):
            environ["PATH_INFO"] = path[len(self.prefix) :] or "/"
        environ["SCRIPT_NAME"] = self.prefix
        return self.wsgi_app(environ, start_response)


def session_secret(settings: Settings) -> bytes:
    """Return the secret that signs sessions: the setting, or one made at random in the data folder (mode 0600)."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = Path(settings.data_dir) / "session.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    secret = secrets.token_hex(32).encode()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    return secret


def init_security(app: Flask, settings: Settings) -> None:
    """Set cookies, limits on requests and headers."""
    app.config.update(
        SECRET_KEY=session_secret(settings),
        PREFIX=urlsplit(settings.base_url).path.rstrip("/"),
        BASE_URL=settings.base_url,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_COOKIE_NAME="ocop_session",
        SESSION_COOKIE_PATH=urlsplit(settings.base_url).path.rstrip("/") or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.session_interface = Sessions()
    headers = (*HEADERS, ("Strict-Transport-Security", "max-age=31536000")) if settings.secure else HEADERS
    app.config["HEADERS"] = headers

    def protect(response: Response) -> Response:
        """Add the headers, unless the view set its own."""
        own = response.headers
        if "Content-Security-Policy" not in own:
            own.extend(headers)
        else:
            own.extend([(name, value) for name, value in headers if name not in own])
        return response

    app.after_request(protect)


def init_proxies(app: Flask, settings: Settings) -> None:
    """Read what proxies say of a request before anything else does, the fast lane of scans included."""
    if app.config["PREFIX"]:
        app.wsgi_app = PrefixMiddleware(app.wsgi_app, app.config["PREFIX"])  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
