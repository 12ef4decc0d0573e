"""The page that a scan opens, and the pages of lots, products and participants beside it.

A scan asks the projection one thing: the stamp. The answer holds the story of its lot, which the projection keeps in
memory for as long as nothing was recorded and its check against the chain's hashes is recent; pages printed from that
very story are kept at the counter (`counter`). The chain is never asked. An address that is not well formed gets the
same page as a stamp that was never issued, byte for byte.
"""

from collections.abc import Callable
from datetime import date
from time import monotonic
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from traceability.domain.identifiers import LotNumber
from traceability.domain.uris import LotRef, PartyRef, ProductRef, UnitRef, page_path
from traceability.domain.verdicts import Verdict
from traceability.errors import InvalidIdentifierError, NotFoundError
from webapp.access import application, today
from webapp.formatting import moment
from webapp.language import language
from webapp.links import site
from webapp.public import blueprint, scanning, stamp_pages
from webapp.public.addresses import Shown, looks_like_stamp, raw_path, shown_at
from webapp.public.counter import FRESH_SECONDS, Asked, Words, answer, init_counter
from webapp.public.fast_lane import FastLane
from webapp.public.media import card
from webapp.public.printing_press import Page, mark
from webapp.public.record import record_file
from webapp.public.stamp_pages import counter

WAIT_SECONDS = 600
"""After so long whoever asked for too many stamps that do not exist may ask again."""


def init_scans(app: Flask) -> None:
    """Open the counter, and the fast lane before Flask."""
    app.wsgi_app = FastLane(app, init_counter(app))  # type: ignore[method-assign]


@blueprint.get("/p/<path:_rest>", defaults={"_letter": "p"}, provide_automatic_options=False)
@blueprint.get("/P/<path:_rest>", defaults={"_letter": "P"}, provide_automatic_options=False)
@blueprint.get("/party/<path:_rest>")
def goods(_rest: str, _letter: str = "") -> WerkzeugResponse:
    """Answer for whatever a link on goods names.

    Below it lie `record.json` and `card.png`, and below a stamp's link `proof.json`, `code` and `place`.
    """
    path = raw_path()
    head, _, last = path.rpartition("/")
    if last in STAMP_PAGES and looks_like_stamp(head):
        return STAMP_PAGES[last](head)
    reference = shown_at(path, application().settings.namespace)
    if last in FILES and reference is None:
        return FILES[last](head)
    asked = Asked(path, today(), language())
    if isinstance(reference, UnitRef) or looks_like_stamp(path):
        return _stamp(asked, reference)
    if isinstance(reference, ProductRef) and (number := request.args.get("lot", "")):
        return _product_of_lot(asked, reference, number)
    if reference is not None:
        try:
            return _send(asked, _subject(asked, reference), reference.page)
        except NotFoundError:
            pass
    return _unknown(asked, "other")


FILES: dict[str, Callable[[str], WerkzeugResponse]] = {"record.json": record_file, "card.png": card}
"""What lies below every page, by the last part of its address; each is given the path of the page."""

STAMP_PAGES: dict[str, Callable[[str], WerkzeugResponse]] = {}
"""Pages below a stamp's own, by the last part of their address; each is given the stamp's path."""


def _stamp(asked: Asked, reference: Shown | None) -> WerkzeugResponse:
    """Answer for a stamp, with the scan that the fast lane brought or one made here."""
    if "doubt" in request.args:
        return redirect(site("/doubt/new?ref=") + quote(asked.path))
    scan = request.environ.get(scanning.CARRIED) or look(reference, counts=True)
    if not scan.known:
        return refusal(scan)
    shelf = counter()
    checked = _checked()
    page, told = stamp_pages.print_page(shelf, scan, asked), stamp_pages.print_told(shelf, scan, asked)
    secret = stamp_pages.secret()
    words = stamp_pages.words(shelf, scan, told, secret)._replace(checked=checked)
    return _answer(asked, page, page_path(scan.stamp.path), words)


def look(reference: Shown | None, *, counts: bool = False) -> scanning.Scan:
    """Look at the stamp that the request at hand is about."""
    scans = application().scans
    return scanning.look(application(), reference, scanning.reader_of(request.environ, scans, counts=counts))


def refusal(scan: scanning.Scan) -> Response:
    """Answer whoever asked for a stamp that is unknown, or asked too often for such."""
    asked = Asked("", scan.day, language())
    if not scan.refused:
        return _unknown(asked, "stamp")
    page = _printed(("slow", asked.language), "", lambda: render_template("public/slow.html", slot=mark))
    response = _answer(asked, page, "", Words(""), 429)
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


def _subject(asked: Asked, reference: ProductRef | LotRef | PartyRef) -> Page:
    """Return the page of a lot, product or participant. Raises NotFoundError."""
    reads, day = application().reads, asked.day
    key = (reference.path, day, asked.language)
    if isinstance(reference, LotRef):
        trace = reads.trace(reference.path, day)
        return _printed(
            key,
            trace,
            lambda: render_template(
                "public/trace.html", trace=trace, verdict=trace.verdict, stamp=None, code=False, slot=mark
            ),
        )
    render = _party if isinstance(reference, PartyRef) else _product
    return _printed(key, reads.version(), lambda: render(reference, day))


def _product_of_lot(asked: Asked, reference: ProductRef, number: str) -> WerkzeugResponse:
    """Answer for a lot that the resolver did not find: with its page if it is there now, else with the product's."""
    try:
        lot = reference.lot(LotNumber(number))
        application().reads.lot(lot.path)
        return redirect(site(lot.path))
    except InvalidIdentifierError:
        notice = ""
    except NotFoundError:
        notice = render_template("public/no_such_lot.html", lot=number)
    try:
        page = _subject(asked, reference)
    except NotFoundError:
        return _unknown(asked, "other")
    return _answer(asked, page, reference.page, Words(_checked(), notice=notice.encode()))


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
    links = reads.declared_links(product.uri)
    return render_template(
        "public/product.html", product=product, lots=lots, links=links, freshness=reads.freshness(), slot=mark
    )


def _unknown(asked: Asked, kind: str) -> Response:
    """Answer for what was never recorded here; a malformed address is not told from one that is merely unknown."""
    page = _printed(
        ("unknown", kind, asked.language), "",
        lambda: render_template("public/unknown.html", kind=kind, verdict=Verdict.UNKNOWN, slot=mark),
    )  # fmt: skip
    return _answer(Asked("", asked.day, asked.language), page, "", Words(""), 404)


def _printed(key: tuple[Any, ...], source: object, render: Callable[[], str]) -> Page:
    """Return the page printed from `source`, printing it unless it lies on the shelf."""
    shelf = counter()
    return shelf.page(key, source) or shelf.keep(key, source, render())


def _checked() -> str:
    """Return when the projection last heard from the chain, looked up every few seconds only."""
    shelf, clock = counter(), monotonic()
    if clock > shelf.checked_until:
        freshness: Any = application().reads.freshness()
        shelf.checked = moment(freshness.checked_at or freshness.projected_at)
        shelf.checked_until = clock + FRESH_SECONDS
    return shelf.checked


def _send(asked: Asked, page: Page, path: str) -> Response:
    """Answer with the page of a lot, product or participant."""
    return _answer(asked, page, path, Words(_checked()))


def _answer(asked: Asked, page: Page, path: str, words: Words, status: int = 200) -> Response:
    """Answer with a page whose words are known."""
    ready = counter().complete(asked, page, path, words)
    known, encodings = request.headers.get("If-None-Match", ""), request.headers.get("Accept-Encoding", "")
    code, headers, body = answer(ready, status, known, encodings)
    return make_response(body, code, headers)
