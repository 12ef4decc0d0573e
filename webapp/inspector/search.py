"""Find a lot, product or participant: by name without tones, by code, or by a stamp's link."""

from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from traceability.errors import NotFoundError
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
    if text and (lot := _lot_of(as_path(text))):
        return redirect(url_for(".lot", ref=lot))
    reads, page = application().reads, page_number()
    found = reads.search(as_path(text), today()) if text else None
    lots = reads.lots(limit=PAGE_LENGTH + 1, offset=(page - 1) * PAGE_LENGTH) if found is None else ()
    return render_template(
        "inspector/home.html",
        text=text,
        found=found,
        recalls=reads.recalls(),
        lots=lots[:PAGE_LENGTH],
        page=page,
        more=len(lots) > PAGE_LENGTH,
    )


def _lot_of(path: str) -> str:
    """Return the path of the lot that a lot's or stamp's path names, or nothing."""
    if not path.startswith("/"):
        return ""
    reads = application().reads
    try:
        lot: str = reads.lot(path).path
    except NotFoundError:
        stamp = reads.stamp(path, today())
        return stamp.trace.lot.path if stamp.trace else ""
    return lot
