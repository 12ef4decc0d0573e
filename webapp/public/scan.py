"""The page that a scan opens, and the pages of lots and products beside it.

A scan asks the projection two cheap questions at most: its version, and the stamp. Everything else comes from memory, because the page of a lot is
the same for all its stamps as long as nothing was recorded, the day has not changed, and the language and the verdict are the same. The chain is
never asked. An address that is not well formed gets the same page as a stamp that was never issued.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, render_template, request
from markupsafe import escape

from traceability.domain.uris import LotRef, PartyRef, ProductRef, UnitRef
from traceability.domain.verdicts import Verdict
from traceability.domain.views import StampView
from traceability.errors import InvalidIdentifierError, NotFoundError
from webapp.access import application, today
from webapp.formatting import moment
from webapp.language import language
from webapp.links import absolute, site
from webapp.public import blueprint
from webapp.public.addresses import looks_like_stamp, named, raw_path
from webapp.public.media import card
from webapp.public.printing_press import Page, Shelf, mark
from webapp.public.record import record_file

FRESH_SECONDS = 5.0
"""How long the time of the last look at the chain is kept in memory."""


class Ready(NamedTuple):
    """A page as it goes out, until the chain is looked at again."""

    checked: str
    tag: str
    slots: dict[str, bytes]
    packed: bytes


@dataclass(slots=True)
class Scan:
    """What an address turned out to be: a page on the shelf, its status, and the words that go into it."""

    page: Page
    status: int
    slots: dict[str, bytes]
    ready: Ready | None = None

    def at(self, checked: str, key: tuple[Any, ...]) -> Ready:
        """Return the page completed with the time of the last look at the chain."""
        ready = self.ready
        if ready is None or ready.checked != checked:
            slots = {**self.slots, "checked": checked.encode()}
            tag = hashlib.sha256(repr((key, checked, current_app.config["BUILD"])).encode()).hexdigest()[:24]
            ready = self.ready = Ready(checked, f'W/"{tag}"', slots, self.page.packed(slots))
        return ready


@dataclass
class Counter:
    """What one application keeps in memory for its readers."""

    pages: Shelf[Page]
    scans: Shelf[Scan]
    checked: str = ""
    checked_until: float = 0.0


def init_scans(app: Flask) -> None:
    """Open the counter: 200 lots' pages, and the last 2,000 addresses."""
    app.extensions["scans"] = Counter(Shelf(200), Shelf(2000))


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
    counter: Counter = current_app.extensions["scans"]
    moment_key = (application().reads.version(), today(), language())
    key = (path, *moment_key)
    scan = counter.scans.get(key) or counter.scans.put(key, _look_up(counter, path, moment_key))
    return _send(scan, key, _checked(counter))


def _look_up(counter: Counter, path: str, moment_key: tuple[str, date, str]) -> Scan:
    """Find out what an address names, and print its page unless it lies on the shelf."""
    reads, day = application().reads, moment_key[1]
    try:
        reference = named(path)
        if isinstance(reference, UnitRef):
            return _stamp(counter, reads.stamp(reference.path, day), moment_key)
        shown = _subject_page(counter, reference, moment_key)
    except (InvalidIdentifierError, NotFoundError):
        return _unknown(counter, path, moment_key)
    return Scan(shown, 200, _slots(reference.path))


def _stamp(counter: Counter, stamp: StampView, moment_key: tuple[str, date, str]) -> Scan:
    """Print the page of a stamp."""
    if stamp.trace is None:
        return _unknown(counter, stamp.path, moment_key)
    key = ("stamp", stamp.trace.lot.uri, stamp.verdict, stamp.activated_at is None, *moment_key)
    page = counter.pages.get(key)
    if page is None:
        text = render_template("public/trace.html", trace=stamp.trace, verdict=stamp.verdict, stamp=stamp, slot=mark)
        page = counter.pages.put(key, Page(text))
    slots = _slots(stamp.path)
    slots["serial"] = _grouped(stamp.serial).encode()
    slots["activated"] = moment(stamp.activated_at).encode()
    return Scan(page, 200, slots)


def _subject_page(
    counter: Counter, reference: ProductRef | LotRef | PartyRef, moment_key: tuple[str, date, str]
) -> Page:
    """Print the page of a lot, product or participant. Raises NotFoundError."""
    key = ("subject", reference.path, *moment_key)
    page = counter.pages.get(key)
    return page or counter.pages.put(key, Page(_render(reference, moment_key[1])))


def _render(reference: ProductRef | LotRef | PartyRef, day: date) -> str:
    """Lay out a page with open slots."""
    reads = application().reads
    if isinstance(reference, LotRef):
        trace = reads.trace(reference.path, day)
        return render_template("public/trace.html", trace=trace, verdict=trace.verdict, stamp=None, slot=mark)
    if isinstance(reference, PartyRef):
        party = reads.party(reference.uri)
        products = reads.products(day, owner=party.number)
        return render_template(
            "public/party.html", party=party, products=products, history=reads.history(reference.uri), slot=mark,
            freshness=reads.freshness(),
        )  # fmt: skip
    product = reads.product(reference.path, day)
    lots = reads.lots(product=product.uri, limit=12)
    return render_template("public/product.html", product=product, lots=lots, slot=mark, freshness=reads.freshness())


def _unknown(counter: Counter, path: str, moment_key: tuple[str, date, str]) -> Scan:
    """Print the page for what was never recorded here; it does not tell a malformed address from one that is merely unknown."""
    kind = "stamp" if looks_like_stamp(path) else "other"
    key = ("unknown", kind, *moment_key)
    page = counter.pages.get(key)
    if page is None:
        text = render_template("public/unknown.html", kind=kind, verdict=Verdict.UNKNOWN, slot=mark)
        page = counter.pages.put(key, Page(text))
    return Scan(page, 404, _slots(path))


def _grouped(serial: str) -> str:
    """Return a serial in groups of four, as people read it out."""
    return str(escape(" ".join(serial[start : start + 4] for start in range(0, len(serial), 4))))


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


def _send(scan: Scan, key: tuple[Any, ...], checked: str) -> Response:
    """Answer with the page, or with 304 when the phone has it already (RFC 9110, section 13)."""
    asked, ready = request.headers, scan.at(checked, key)
    headers = [("ETag", ready.tag), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding, Accept-Language, Cookie")]
    if scan.status == 200 and ready.tag in asked.get("If-None-Match", ""):  # noqa: PLR2004 - OK
        return Response(status=304, headers=headers)
    headers.append(("Content-Type", "text/html; charset=utf-8"))
    if "gzip" in asked.get("Accept-Encoding", ""):
        headers.append(("Content-Encoding", "gzip"))
        return Response(ready.packed, scan.status, headers)
    return Response(scan.page.plain(ready.slots), scan.status, headers)
