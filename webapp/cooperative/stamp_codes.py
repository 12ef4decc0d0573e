"""A single QR code as a picture: of a product, of a lot, or of one stamp of a run."""

import re

from flask import Response as FlaskResponse
from flask import request

from traceability.errors import InvalidInputError, NotFoundError
from webapp.access import actor, application, today
from webapp.cooperative import blueprint
from webapp.links import absolute
from webapp.outcomes import subject
from webapp.stamp_forms import LONGEST_NUMBER


@blueprint.get("/qr.<any(svg, png):kind>")
def qr(kind: str) -> FlaskResponse:
    """Send one QR code: of a product, a lot, or one stamp of a run."""
    path = _coded_path()
    link = absolute(path)
    printer = application().printer
    if kind == "svg":
        response = FlaskResponse(printer.qr_svg(link), mimetype="image/svg+xml")
    else:
        size = request.args.get("size", "8")
        if not (size.isascii() and size.isdecimal() and len(size) <= LONGEST_NUMBER):
            raise InvalidInputError("Choose 1 to 64 pixels a module, not {size}.", field="size", size=size[:20])
        response = FlaskResponse(printer.qr_png(link, int(size)), mimetype="image/png")
    name = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")
    response.headers["Content-Disposition"] = f'attachment; filename="qr-{name}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _coded_path() -> str:
    """Return the path that the code shall hold; a stamp's only for who holds the lot."""
    reads, ref = application().reads, subject()
    run, number = request.args.get("run", ""), request.args.get("number", "")
    if run:
        if not all(part.isascii() and part.isdecimal() and len(part) <= LONGEST_NUMBER for part in (run, number)):
            raise NotFoundError("There is no such stamp.")
        stamps = application().stamps.serials(actor(), ref, int(run), int(number), int(number))
        return str(next(stamps).path)
    try:
        return str(reads.lot(ref).path)
    except NotFoundError:
        return str(reads.product(ref, today()).path)
