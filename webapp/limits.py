"""How often one address may try: log-ins, everything that writes, and pages that search or compute.

Scans of stamps that exist are never limited.

Many phones share one address in Viet Nam's mobile networks, and a scan costs next to nothing, so that a limit there
would only lock shoppers out. Whoever asks again and again for stamps that do not exist is slowed down elsewhere
(`traceability.services.guessing`).
"""

from math import ceil
from time import time

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from traceability.settings import Settings

POST_RATE = "120 per minute"
"""Forms from one address."""

limiter = Limiter(key_func=get_remote_address, storage_uri="memory://")


def page_rate() -> str:
    """Return the limit of public pages that search or compute, for `@limiter.limit(page_rate)`."""
    return current_app.config["PAGE_RATE"]


def seconds_to_wait() -> int:
    """Return after how many seconds the request at hand, which was one too many, may be made again."""
    exceeded = limiter.current_limit
    return seconds_until(exceeded.reset_at) if exceeded else 60


def seconds_until(moment: float) -> int:
    """Return how many whole seconds to wait for a moment, in seconds since 1970; at least one."""
    return max(1, ceil(moment - time()))


def _reading() -> bool:
    """Tell whether the request only reads."""
    return request.method in {"GET", "HEAD", "OPTIONS"}


def init_limits(app: Flask, settings: Settings) -> None:
    """Set the limits."""
    app.config.update(
        LOGIN_RATE=settings.login_rate,
        PAGE_RATE=settings.page_rate,
        RATELIMIT_DEFAULT=POST_RATE,
        RATELIMIT_DEFAULTS_EXEMPT_WHEN=_reading,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    limiter.init_app(app)
    look = app.before_request_funcs[None].pop()
    app.after_request_funcs[None].pop()  # puts limits into headers, which we do not send
    app.teardown_request_funcs[None].pop()  # clears what ends with the request anyway

    def look_when_writing() -> object:
        """Flask-Limiter would look at every request, which costs a scan a third of its time.

        Limited views look for themselves.
        """
        return None if _reading() else look()

    app.before_request(look_when_writing)
