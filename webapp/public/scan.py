"""The page that a scan opens, and the pages of lots, products and participants beside it.

A scan asks the projection one thing: the stamp. The answer holds the story of its lot, which the projection keeps in
memory for as long as nothing was recorded and its check against the chain's hashes is recent; the page printed from
that very story is kept here, and only a few words of it depend on the stamp. The chain is never asked. An address
that is not well formed gets the same page as a stamp that was never issued.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from time import monotonic
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, render_template, request
from markupsafe import escape

from traceability.domain.uris import LotRef, PartyRef, ProductRef, UnitRef
from traceability.domain.verdicts import Verdict
from traceability.domain.views import StampView
from traceability.errors import InvalidIdentifierError, NotFoundError, OcopTraceError
from webapp.access import application, day_of, today
from webapp.formatting import moment
from webapp.language import language, of_environ
from webapp.links import absolute, site
from webapp.public import blueprint
from webapp.public.addresses import Shown, looks_like_stamp, named, path_in, raw_path
from webapp.public.media import card
from webapp.public.printing_press import Page, Shelf, mark
from webapp.public.record import record_file

FRESH_SECONDS = 5.0
"""How long the time of the last look at the chain is kept in memory."""


class Printed(NamedTuple):
    """A page, and what it was printed from: it holds as long as the projection answers with the same."""

    source: object
    page: Page


class Ready(NamedTuple):
    """A page as it goes out to readers of one address, and what it rests on."""

    page: Page
    words: tuple[str, datetime | None]
    slots: dict[str, bytes]
    packed: bytes
    tag: str
    stamp: StampView | None
    """What the projection said of the stamp; None for any other page."""
    day: date


@dataclass
class Counter:
    """What one application keeps in memory for its readers."""

    pages: Shelf[Printed]
    ready: Shelf[Ready]
    checked: str = ""
    checked_until: float = 0.0


class Asked(NamedTuple):
    """What a reader wants: a path, on a day, in a language."""

    path: str
    day: date
    language: str


def init_scans(app: Flask) -> None:
    """Open the counter: the pages of 300 lots, and what went out to the last 2,000 addresses."""
    counter = app.extensions["scans"] = Counter(Shelf(300), Shelf(2000))
    app.wsgi_app = FastLane(app, counter)  # type: ignore[method-assign]


class FastLane:
    """Answers the scan of a stamp that was scanned before without waking up Flask.

    The projection is asked for the stamp just the same. Only when it says exactly what the page at hand was printed
    from does that page go out; everything else, and every doubt, is for the view below, whose answers a test compares
    with these.
    """

    def __init__(self, app: Flask, counter: Counter) -> None:
        """Stand before the application."""
        self._next = app.wsgi_app
        self._counter = counter
        self._application = app.extensions["ocop"]
        self._config = app.config

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, or pass on."""
        ready = self._ready(environ) if environ["REQUEST_METHOD"] == "GET" else None
        if ready is None:
            return self._next(environ, start_response)
        known, encodings = environ.get("HTTP_IF_NONE_MATCH", ""), environ.get("HTTP_ACCEPT_ENCODING", "")
        _, headers, body = answer(ready, 200, known, encodings)
        if body:
            headers.append(("Content-Length", str(len(body))))
        start_response("200 OK" if body else "304 NOT MODIFIED", [*headers, *self._config["HEADERS"]])
        return [body]

    def _ready(self, environ: dict[str, Any]) -> Ready | None:
        """Return the page to send, or None where there is none or any doubt."""
        config, counter = self._config, self._counter
        path = path_in(environ, config["PREFIX"])
        ready = counter.ready.get((path, of_environ(environ, config["LANGUAGE"])))
        if ready is None or ready.stamp is None or monotonic() > counter.checked_until:
            return None
        day, before = day_of(self._application.clock.now()), ready.stamp
        try:
            stamp = self._application.reads.stamp(before.path, day)
        except OcopTraceError:
            return None
        same = (
            stamp.trace is before.trace
            and stamp.verdict is before.verdict
            and stamp.activated_at == before.activated_at
        )
        return ready if same and day == ready.day and ready.words[0] == counter.checked else None


@blueprint.get("/01/<path:_rest>")
@blueprint.get("/p/<path:_rest>", defaults={"_letter": "p"})
@blueprint.get("/P/<path:_rest>", defaults={"_letter": "P"})
@blueprint.get("/417/<path:_rest>")
@blueprint.get("/party/<path:_rest>")
def goods(_rest: str, _letter: str = "") -> Response:
    """Answer for whatever a link on goods names."""
    path = raw_path()
    head, _, last = path.rpartition("/")
    if last == "record.json":
        return record_file(head)
    if last == "card.png":
        return card(head)
    asked = Asked(path, today(), language())
    reference = _named(path, application().settings.namespace)
    try:
        if isinstance(reference, UnitRef):
            return _stamp(asked, reference)
        if reference is not None:
            return _send(asked, _subject(asked, reference), reference.path)
    except NotFoundError:
        pass
    return _unknown(asked)


@lru_cache(maxsize=4096)
def _named(path: str, _namespace: str) -> Shown | None:
    """Return what a path names, or None. Remembered, since parsing takes longer than finding the stamp."""
    try:
        return named(path)
    except InvalidIdentifierError:
        return None


def _stamp(asked: Asked, reference: UnitRef) -> Response:
    """Answer for a stamp."""
    stamp: StampView = application().reads.stamp(reference.path, asked.day)
    trace = stamp.trace
    if trace is None:
        return _unknown(asked)
    key = (trace.lot.uri, stamp.verdict, stamp.activated_at is None, asked.day, asked.language)
    page = _printed(
        key,
        trace,
        lambda: render_template("public/trace.html", trace=trace, verdict=stamp.verdict, stamp=stamp, slot=mark),
    )
    return _send(asked, page, reference.path, stamp=stamp)


def _subject(asked: Asked, reference: ProductRef | LotRef | PartyRef) -> Page:
    """Return the page of a lot, product or participant. Raises NotFoundError."""
    reads, day = application().reads, asked.day
    key = (reference.path, day, asked.language)
    if isinstance(reference, LotRef):
        trace = reads.trace(reference.path, day)
        return _printed(
            key,
            trace,
            lambda: render_template("public/trace.html", trace=trace, verdict=trace.verdict, stamp=None, slot=mark),
        )
    render = _party if isinstance(reference, PartyRef) else _product
    return _printed(key, reads.version(), lambda: render(reference, day))


def _party(reference: PartyRef, day: date) -> str:
    """Lay out a participant's page."""
    reads = application().reads
    party = reads.party(reference.uri)
    products, history = reads.products(day, owner=party.number), reads.history(reference.uri)
    return render_template(
        "public/party.html", party=party, products=products, history=history, freshness=reads.freshness(), slot=mark
    )


def _product(reference: ProductRef, day: date) -> str:
    """Lay out a product's page."""
    reads = application().reads
    product = reads.product(reference.path, day)
    lots = reads.lots(product=product.uri, limit=12)
    return render_template("public/product.html", product=product, lots=lots, freshness=reads.freshness(), slot=mark)


def _unknown(asked: Asked) -> Response:
    """Answer for what was never recorded here; a malformed address is not told from one that is merely unknown."""
    kind = "stamp" if looks_like_stamp(asked.path) else "other"
    page = _printed(
        ("unknown", kind, asked.language), "",
        lambda: render_template("public/unknown.html", kind=kind, verdict=Verdict.UNKNOWN, slot=mark),
    )  # fmt: skip
    return _send(asked, page, asked.path, status=404)


def _printed(key: tuple[Any, ...], source: object, render: Callable[[], str]) -> Page:
    """Return the page printed from `source`, printing it unless it lies on the shelf."""
    pages: Shelf[Printed] = current_app.extensions["scans"].pages
    known = pages.get(key)
    if known is not None and (known.source is source or (isinstance(source, str) and known.source == source)):
        return known.page
    return pages.put(key, Printed(source, Page(render()))).page


def _grouped(serial: str) -> str:
    """Return a serial in groups of four, the check character with the last of them, as people read it out."""
    pieces = [serial[start : start + 4] for start in range(0, len(serial), 4)]
    if len(pieces) > 1 and len(pieces[-1]) == 1:
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    return str(escape(" ".join(pieces)))


def _slots(path: str) -> dict[str, bytes]:
    """Return the words of a page that depend on its address: itself, and the same page in the other language."""
    address = str(escape(absolute(path)))
    links = "".join(
        (
            f'<link rel="canonical" href="{address}"><meta property="og:url" content="{address}">',
            f'<link rel="alternate" hreflang="vi" href="{address}?lang=vi">',
            f'<link rel="alternate" hreflang="en" href="{address}?lang=en">',
            f'<link rel="alternate" hreflang="x-default" href="{address}">',
        )
    )
    return {"links": links.encode(), "path": str(escape(site(path))).encode()}


def _checked(counter: Counter) -> str:
    """Return when the projection last heard from the chain, looked up every few seconds only."""
    clock = monotonic()
    if clock > counter.checked_until:
        freshness: Any = application().reads.freshness()
        counter.checked = moment(freshness.checked_at or freshness.projected_at)
        counter.checked_until = clock + FRESH_SECONDS
    return counter.checked


def _send(asked: Asked, page: Page, path: str, *, stamp: StampView | None = None, status: int = 200) -> Response:
    """Answer with the page, or with 304 when the phone has it already (RFC 9110, section 13)."""
    counter: Counter = current_app.extensions["scans"]
    words, key = (_checked(counter), stamp.activated_at if stamp else None), (asked.path, asked.language)
    ready = counter.ready.get(key)
    if ready is None or ready.page is not page or ready.words != words:
        slots = {**_slots(path), "checked": words[0].encode(), "activated": moment(words[1]).encode()}
        slots["serial"] = _grouped(stamp.serial if stamp else "").encode()
        packed = page.packed(slots)
        tag = f'W/"{hashlib.sha256(packed).hexdigest()[:24]}"'
        ready = counter.ready.put(key, Ready(page, words, slots, packed, tag, stamp, asked.day))
    code, headers, body = answer(
        ready, status, request.headers.get("If-None-Match", ""), request.headers.get("Accept-Encoding", "")
    )
    return Response(body, code, headers)


def answer(ready: Ready, status: int, known: str, encodings: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return status, headers and body for a reader who has the pages tagged `known` and unpacks `encodings`."""
    headers = [("ETag", ready.tag), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding, Accept-Language, Cookie")]
    if status == 200 and ready.tag in known:  # noqa: PLR2004 - OK
        return 304, headers, b""
    headers.append(("Content-Type", "text/html; charset=utf-8"))
    if "gzip" not in encodings:
        return status, headers, ready.page.plain(ready.slots)
    headers.append(("Content-Encoding", "gzip"))
    return status, headers, ready.packed
