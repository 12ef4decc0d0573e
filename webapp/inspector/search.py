"""Find a lot, product or participant: by name without tones, by code, or by a stamp's link."""

from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from traceability.domain.copies import Level
from traceability.domain.identifiers import StampSerial
from traceability.errors import InvalidIdentifierError, NotFoundError
from webapp.access import application, today
from webapp.inspector import blueprint
from webapp.outcomes import PAGE_LENGTH, page_number


def as_path(text: str) -> str:
    """Return the path of a link that was pasted or scanned, and anything else as it is."""
    parts = urlsplit(text.strip())
    return parts.path if parts.scheme.lower() in {"http", "https"} else text.strip()


@blueprint.get("/")
def home() -> str | Response:
    """Search, open recalls and the newest lots."""
    text = request.args.get("q", "").strip()[:200]
    if text and (found := _named(as_path(text))):
        return redirect(found)
    reads, page = application().reads, page_number()
    found = reads.search(as_path(text), today()) if text else None
    lots = reads.lots(limit=PAGE_LENGTH + 1, offset=(page - 1) * PAGE_LENGTH) if found is None else ()
    return render_template(
        "inspector/home.html",
        text=text,
        found=found,
        recalls=reads.recalls(),
        copies=application().scans.count_flagged(least=Level.WARNING),
        lots=lots[:PAGE_LENGTH],
        page=page,
        more=len(lots) > PAGE_LENGTH,
    )


def _named(text: str) -> str:
    """Return the page of the one lot or stamp that a path or a serial names, or nothing."""
    reads = application().reads
    if not text.startswith("/"):
        return _stamp_of(text)
    try:
        return url_for(".lot", ref=reads.lot(text).path)
    except NotFoundError:
        stamp = reads.stamp(text, today())
        return url_for(".stamp", ref=stamp.path) if stamp.trace else ""


def _stamp_of(text: str) -> str:
    """Return the page of the stamp that has a serial, typed in groups or as one, or nothing."""
    try:
        serial = StampSerial(text.replace(" ", ""))
    except InvalidIdentifierError:
        return ""
    reads = application().reads
    for lot in reads.search(serial, today()).lots:
        product = reads.product(lot.product_path, today())
        stamp = reads.stamp(f"{product.path}/{'21' if product.gtin else 's'}/{serial}", today())
        if stamp.trace:
            return url_for(".stamp", ref=stamp.path)
    return ""
