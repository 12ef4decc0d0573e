"""Style sheets, scripts and icons, read once at start and served under names that hold their own hash.

`asset("app.css")` gives `/static/app.3f2a9c1b04d7.css`: the content behind such a name never changes, so that browsers
may keep it for ever, and a new version of the product is a new name. Everything is compressed once, at start.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

FOREVER = "public, max-age=31536000, immutable"
"""RFC 8246: the content behind this name never changes."""

SMALL = 200
"""Below this many bytes compression costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file, ready to be sent."""

    name: str
    media_type: str
    body: bytes
    packed: bytes | None


def _load(folder: Path) -> dict[str, Asset]:
    """Read every file of a folder tree; keys are paths relative to it."""
    assets = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        body = path.read_bytes()
        relative = path.relative_to(folder)
        digest = hashlib.sha256(body).hexdigest()[:12]
        name = relative.with_name(f"{relative.stem}.{digest}{relative.suffix}").as_posix()
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        text = media_type.startswith("text/") or media_type in {"image/svg+xml", "application/javascript"}
        packed = gzip.compress(body, 9, mtime=0) if text and len(body) > SMALL else None
        assets[relative.as_posix()] = Asset(name, f"{media_type}; charset=utf-8" if text else media_type, body, packed)
    return assets


def init_assets(app: Flask) -> None:
    """Serve `webapp/static` under hashed names, and give templates the function `asset`."""
    assets = _load(Path(app.root_path) / "static")
    served = {asset.name: asset for asset in assets.values()}

    def asset_path(name: str) -> str:
        """Return the address of a static file on this site."""
        return f"{app.config['PREFIX']}/static/{assets[name].name}"

    def serve(name: str) -> Response:
        """Send one file from memory."""
        found = served.get(name) or abort(404)
        packed = found.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
        response = Response(packed or found.body, content_type=found.media_type)
        response.headers["Cache-Control"] = FOREVER
        if found.packed:
            response.headers["Vary"] = "Accept-Encoding"
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    def favicon() -> Response:
        """Browsers ask for this name whatever the page says."""
        return serve(assets["icon.svg"].name)

    app.jinja_env.globals["asset"] = asset_path
    app.add_url_rule("/static/<path:name>", "static", serve)
    app.add_url_rule("/favicon.ico", "favicon", favicon)
