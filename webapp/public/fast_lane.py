"""The short way for scans, which is nearly all that this service is asked: answered without waking up Flask.

The link on a stamp is redirected here, as the resolver would (`resolver.resolving`); nothing about the stamp is looked
up for that. The scan itself takes place on the page that it leads to, for every address that looks like a stamp's
(`scanning.look`): the projection is asked, guesses are limited, the look is counted. Where every layer of the page is
at hand (`counter`) it goes out at once; everything else, and every doubt, is for the view, which finds the scan in the
request's environment and prints what is missing. A test compares the answers of both ways.
"""

from collections.abc import Iterable
from time import monotonic
from typing import Any

from flask import Flask

from traceability.domain.uris import page_path
from traceability.errors import OcopTraceError
from webapp.language import of_environ
from webapp.public import scanning, stamp_pages
from webapp.public.addresses import is_link, looks_like_stamp, path_in, shown_at
from webapp.public.counter import Asked, Counter, Ready, answer


class FastLane:
    """Stands before Flask; what proxies in front say of a request must have been read before."""

    def __init__(self, app: Flask, counter: Counter) -> None:
        """Stand before the application."""
        self._next = app.wsgi_app
        self._counter = counter
        self._application = app.extensions["ocop"]
        self._config = app.config
        self._secret = stamp_pages.secret_of(app)
        self._resolver = app.extensions["resolver"]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, or pass on."""
        path, method = path_in(environ, self._config["PREFIX"]), environ["REQUEST_METHOD"]
        if is_link(path) and method in {"GET", "HEAD"}:
            return self._resolved(environ, start_response)
        ready = self._ready(environ, path) if method == "GET" and looks_like_stamp(path) else None
        if ready is None:
            return self._next(environ, start_response)
        known, encodings = environ.get("HTTP_IF_NONE_MATCH", ""), environ.get("HTTP_ACCEPT_ENCODING", "")
        _, headers, body = answer(ready, 200, known, encodings)
        if body:
            headers.append(("Content-Length", str(len(body))))
        start_response("200 OK" if body else "304 NOT MODIFIED", [*headers, *self._config["HEADERS"]])
        return [body]

    def _resolved(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Redirect a Digital Link, or pass on where more than the usual redirect is wanted."""
        try:
            found = self._resolver.quick(environ)
        except OcopTraceError:
            found = None
        if found is None:
            return self._next(environ, start_response)
        start_response("307 TEMPORARY REDIRECT", [*found.headers, ("Content-Length", "0"), *self._config["HEADERS"]])
        return []

    def _ready(self, environ: dict[str, Any], path: str) -> Ready | None:
        """Return the page of a stamp to send, or None where there is none or any doubt."""
        reference = shown_at(path, self._application.settings.namespace)
        try:
            reader = scanning.reader_of(environ, self._application.scans, counts=True)
            scan = environ[scanning.CARRIED] = scanning.look(self._application, reference, reader)
        except OcopTraceError:
            return None
        counter = self._counter
        if not scan.known or monotonic() > counter.checked_until:
            return None
        asked = Asked(path, scan.day, of_environ(environ, self._config["LANGUAGE"]))
        basis = (*scan.basis, counter.checked)
        ready = counter.ready.get((path, asked.language))
        if ready is not None and ready.rests_on(basis):
            return ready
        page = counter.page(stamp_pages.page_key(scan, asked), scan.stamp.trace)
        told = counter.told.get(stamp_pages.told_key(scan, asked))
        if page is None or told is None:
            return None
        words = stamp_pages.words(counter, scan, told, self._secret)
        return counter.complete(asked, page, page_path(scan.stamp.path), words, basis)
