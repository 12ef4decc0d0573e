"""The start page with its box for codes, and the page that explains how to check everything oneself."""

import json
from pathlib import Path

from flask import Response, redirect, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from traceability.domain.check_digits import is_base32, tidy_base32
from traceability.domain.identifiers import StampSerial
from traceability.domain.uris import LotRef, ProductRef, UnitRef, parse_uri
from traceability.domain.verdicts import Verdict
from traceability.errors import InvalidIdentifierError, NotFoundError
from webapp.access import application, today
from webapp.limits import limiter, page_rate
from webapp.links import site
from webapp.public import blueprint, scan, scanning
from webapp.public.addresses import Shown, named
from webapp.public.record import chain_address

LONGEST_CODE = 300
"""Nobody types more than this many characters into the box."""


@blueprint.get("/", provide_automatic_options=False)  # OPTIONS is of EPCIS
@limiter.limit(page_rate)
def home() -> str | WerkzeugResponse | tuple[str, int]:
    """Say what this is, and take a code: a stamp's link or serial, a path, a lot number, or a name."""
    text = request.args.get("q", "").strip()[:LONGEST_CODE]
    if not text:
        return render_template("public/home.html", text="", results=None, demo=_demo(), verdicts=list(Verdict))
    return _find(text)


def _find(text: str) -> WerkzeugResponse | tuple[str, int]:
    """Lead to the one thing that a text names, or list what it may mean."""
    reference = _reference(text)
    if isinstance(reference, UnitRef):
        return redirect(site(reference.path))
    if reference is not None and _exists(reference):
        return redirect(site(reference.path))
    serial = _serial(text)
    if serial and (found := _stamp_of(serial)) is not None:
        return found
    results = application().reads.search(text, today())
    only = [*results.lots, *results.products, *results.parties]
    if serial and not only:
        return _no_stamp()
    if len(only) == 1 and (results.lots or results.products):
        return redirect(site(only[0].path))
    status = 200 if only else 404
    return render_template(
        "public/home.html", text=text, results=results, demo={"products": []}, verdicts=list(Verdict)
    ), status


@blueprint.get("/verify")
def verify() -> str:
    """Explain how to check a record without trusting this service."""
    reads = application().reads
    return render_template(
        "public/verify.html",
        freshness=reads.freshness(),
        chain=chain_address(),
        days=application().settings.scan_days,
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Search engines may read products and lots; the areas of accounts and single stamps are not for them."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {site(path)}" for path in ("/coop/", "/inspect/", "/operate/", "/login", "/doubt/")),
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _serial(text: str) -> str:
    """Return the serial that a text may be, as people read it off a stamp, or nothing."""
    tidy = tidy_base32(text)
    is_serial = len(tidy) == StampSerial.length and is_base32(tidy) and any(map(str.isdigit, tidy))
    return tidy if is_serial else ""


def _stamp_of(serial: str) -> WerkzeugResponse | None:
    """Lead to the stamp of a serial, or return None where there is none."""
    for lot in application().reads.search(serial, today()).lots:
        path = f"{lot.product_path}/{'21' if lot.product_path.startswith('/01/') else 's'}/{serial}"
        if application().reads.stamp(path, today()).trace is not None:
            return redirect(site(path))
    return None


def _no_stamp() -> WerkzeugResponse:
    """Answer for a serial that was never issued, like a scan of it."""
    scans = application().scans
    reader = scanning.reader_of(request.environ, scans)
    scans.unknown(reader.visitor, reader.address)
    may = scans.may_answer_unknown(reader.visitor, reader.address)
    return scan.refusal(scanning.nothing(today(), refused=not may))


def _reference(text: str) -> Shown | None:
    """Return what a link or path names, or None for any other text."""
    namespace = application().settings.namespace
    try:
        if "://" in text:
            own = application().settings.base_url
            if text.lower().startswith(own.lower() + "/"):
                return named(text[len(own) :].partition("?")[0])
            found = parse_uri(text, namespace)
            return found if isinstance(found, Shown) else None
        return named(text if text.startswith("/") else "/" + text) if "/" in text else None
    except InvalidIdentifierError:
        return None


def _exists(reference: Shown) -> bool:
    """Tell whether a product's, lot's or participant's page would be found."""
    reads = application().reads
    try:
        if isinstance(reference, LotRef):
            reads.lot(reference.path)
        elif isinstance(reference, ProductRef):
            reads.product(reference.path, today())
        else:
            reads.party(reference.uri)
    except NotFoundError:
        return False
    return True


def _demo() -> dict[str, list[dict[str, str]]]:
    """Return links into the demo where the data folder has one; log-ins are never shown."""
    path = Path(application().settings.data_dir) / "demo.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {
            "products": [{"name": str(one["name"]), "link": str(one["link"])} for one in content.get("products", [])][
                :6
            ],
            "stamps": [
                {"link": str(one["link"]), "status": str(one.get("status", ""))} for one in content.get("stamps", [])
            ][:8],
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"products": [], "stamps": []}
