"""Pictures, small enough for a phone, and the card that a chat application shows beside a link.

Pictures are served in a few widths as WebP, made once and kept on disk under the data folder's `cache`; an erased
picture leaves its variants with it. The card names product, producer and lot, but neither verdict nor stars: chat
applications keep a preview for weeks, and a recall or an expired rating must not look valid anywhere in the meantime.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Response, abort, request

from traceability.domain.uris import LotRef, PartyRef, UnitRef
from traceability.domain.views import PictureView
from traceability.errors import InvalidIdentifierError, InvalidInputError, NotFoundError
from webapp.access import application, today
from webapp.language import language
from webapp.limits import limiter, page_rate
from webapp.public import blueprint
from webapp.public.addresses import named

WIDTHS = (160, 480, 960)
"""The widths there are; any other asks for the next larger one."""

PICTURES = {"image/jpeg", "image/png", "image/webp"}
"""What is shown as a picture. Everything else is not served at all."""

DIGEST = re.compile(r"[0-9a-f]{64}")


@blueprint.get("/media/<digest>")
def media(digest: str) -> Response:
    """Send a picture, in the width asked for (`?w=480`)."""
    if not DIGEST.fullmatch(digest):
        abort(404)
    cache = _folder() / "media"
    try:
        data, media_type = application().blobs.get(digest)
    except NotFoundError:
        for width in WIDTHS:
            (cache / f"{digest}-{width}.webp").unlink(missing_ok=True)
        raise
    if media_type not in PICTURES:
        abort(404)
    wanted = request.args.get("w", type=int)
    if wanted:
        width = next((one for one in WIDTHS if one >= wanted), WIDTHS[-1])
        data = kept(cache / f"{digest}-{width}.webp", lambda: application().images.variant(data, width)[0])
        media_type = "image/webp"
    response = Response(data, content_type=media_type)
    response.headers["Cache-Control"] = "public, max-age=604800, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@limiter.limit(page_rate)
def card(path: str) -> Response:
    """Send the card of a product, lot or participant as PNG, 1200 by 630."""
    try:
        reference = named(path)
    except InvalidIdentifierError:
        abort(404)
    reads, day = application().reads, today()
    if isinstance(reference, UnitRef):
        abort(404)  # a serial belongs on the goods, not in pictures
    if isinstance(reference, PartyRef):
        party = reads.party(reference.uri)
        lines, picture = (party.name, party.address, ""), None
    else:
        trace = reads.trace(reference.path, day) if isinstance(reference, LotRef) else None
        product = trace.product if trace else reads.product(reference.path, day)
        lines = (product.name.in_language(language()), product.producer.name, trace.lot.lot_number if trace else "")
        picture = next((one for one in product.pictures if one.intact), None)
    made_of = hashlib.sha256(repr((lines, picture and picture.digest, language())).encode()).hexdigest()
    data = kept(
        _folder() / "cards" / f"{made_of}.png", lambda: application().images.card(*lines, _bytes(picture), language())
    )
    response = Response(data, content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _bytes(picture: PictureView | None) -> bytes | None:
    """Return a picture's bytes, or None when it was erased."""
    if picture is None:
        return None
    try:
        return application().blobs.get(picture.digest)[0]
    except NotFoundError:
        return None


def _folder() -> Path:
    """Return where made pictures are kept; the folder may be deleted at any time."""
    return Path(application().settings.data_dir) / "cache"


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return a file's bytes, making it first where it is missing. A reader never sees half a file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    try:
        data = make()
    except InvalidInputError:
        abort(404)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    Path(temporary).replace(path)
    return data
