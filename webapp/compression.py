"""Pages go over the wire compressed (gzip, RFC 1952), since phones in the fields wait for every kilobyte.

Only whole texts of this site's own pages are compressed; what is compressed already (pictures, static files, scan pages
from memory) is left alone. Pages with a form carry a CSRF token that Flask-WTF masks anew for every page, which is what
keeps compression from giving it away (BREACH).
"""

import gzip

from flask import Flask, Response, request

SMALL = 600
"""Below this many bytes compression costs more than it saves."""

COMPRESSIBLE = ("text/", "application/json", "application/ld+json", "image/svg+xml")


def _pack(response: Response) -> Response:
    """Compress a response where the browser understands it."""
    if (
        "Content-Encoding" in response.headers
        or response.direct_passthrough
        or not (response.content_type or "").startswith(COMPRESSIBLE)
    ):
        return response
    response.vary.add("Accept-Encoding")
    if "gzip" not in request.headers.get("Accept-Encoding", "") or response.status_code in {204, 304}:
        return response
    body = response.get_data()
    if len(body) < SMALL:
        return response
    response.set_data(gzip.compress(body, 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, weak = response.get_etag()
    if etag and not weak:
        response.set_etag(etag, weak=True)
    return response


def init_compression(app: Flask) -> None:
    """Compress what goes out."""
    app.after_request(_pack)
