"""Addresses of pages: on this site, and absolute as stamps and link previews carry them.

Absolute addresses come from `OCOP_BASE_URL`, never from the Host header, which anybody can forge.
"""

from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, current_app, request

from traceability.domain.uris import page_path
from traceability.domain.views import PartyView
from webapp.language import language


def site(path: str) -> str:
    """Return where this site shows what a path names, with the prefix below which it lives.

    `/01/{gtin}/10/{lot}` -> `/trace/p/{gtin}/l/{lot}`; any other path of this site -> `/trace` and that path.
    """
    return current_app.config["PREFIX"] + page_path(path)


def absolute(path: str) -> str:
    """Return the address of a path as the world reaches it: of a Digital Link, what a stamp carries."""
    return current_app.config["BASE_URL"] + path


def absolute_page(path: str) -> str:
    """Return the address of the page that shows what a path names, as the world reaches it."""
    return current_app.config["BASE_URL"] + page_path(path)


def party_path(party: PartyView) -> str:
    """Return where this site shows a participant."""
    return f"/party/{party.gln or party.code}"


def here(**changes: str) -> str:
    """Return the address of the page at hand with some of its query parameters changed: `here(page="2")`."""
    query = {**request.args.to_dict(), **changes}
    return quote(request.script_root + request.path) + ("?" + urlencode(query) if query else "")


def language_link(code: str) -> str:
    """Return the link that switches this site to another language and comes back here."""
    return site(f"/lang/{code}?") + urlencode({"next": here(lang=code) if "lang" in request.args else here()})


def is_here(path: str) -> bool:
    """Tell whether a path is the page at hand or the section it belongs to: for navigation."""
    return request.path == path or (path != "/" and request.path.startswith(urlsplit(path).path.rstrip("/") + "/"))


def init_links(app: Flask) -> None:
    """Give templates these functions."""
    app.jinja_env.globals.update(
        site=site,
        party_path=party_path,
        absolute=absolute,
        absolute_page=absolute_page,
        here=here,
        language_link=language_link,
        is_here=is_here,
        current_language=language,
    )
