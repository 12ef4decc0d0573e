"""What one application keeps in memory for its readers, and how a page is made whole from it.

A stamp's page has three layers, each kept for as long as what it was printed from stays the same: the *page* of its lot
(the same for all its stamps that share a verdict), what is *told* of the stamp's life and of earlier scans (the same
for all stamps of that fate: nearly all of a run were scanned never or once), and the page *ready* to go out to one
address. Whoever finds all layers here needs neither templates nor Flask.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from flask import Flask
from markupsafe import escape

from webapp.public.printing_press import Page, Shelf

FRESH_SECONDS = 5.0
"""How long the time of the last look at the chain is kept in memory."""


class Asked(NamedTuple):
    """What a reader wants: a path, on a day (UTC+7), in a language."""

    path: str
    day: date
    language: str


class Printed(NamedTuple):
    """A page, and what it was printed from: it holds as long as the projection answers with the same."""

    source: object
    page: Page


class Told(NamedTuple):
    """What is told of one stamp besides its lot, as HTML in UTF-8."""

    sightings: bytes = b""
    """Earlier scans, what they may mean, and whether the package was opened."""
    life: bytes = b""
    """The steps of its life, and who vouches for each."""


class Words(NamedTuple):
    """The words of a page that the lot's page leaves open."""

    checked: str
    """When the projection last heard from the chain."""
    serial: str = ""
    told: Told = Told()
    token: str = ""
    """Of the form for the second code."""
    notice: bytes = b""
    """Above a product: that a lot somebody asked for is not registered, as HTML in UTF-8."""


class Ready(NamedTuple):
    """A page as it goes out to readers of one address, and what it rests on."""

    page: Page
    words: Words
    slots: dict[str, bytes]
    packed: bytes
    tag: str
    basis: tuple[object, ...] = ()
    """What a scan gave when the page was put together: where a scan gives the very same, so is the page."""

    def rests_on(self, basis: tuple[object, ...]) -> bool:
        """Tell whether all of this is at hand again; nearly always it is the very same objects."""
        return bool(basis) and basis == self.basis


@dataclass
class Counter:
    """The shelves of one application: pages of 300 lots, 4,000 fates of stamps, what 2,000 addresses got last."""

    prefix: str
    base_url: str
    pages: Shelf[Printed] = field(default_factory=lambda: Shelf(300))
    told: Shelf[Told] = field(default_factory=lambda: Shelf(4000))
    ready: Shelf[Ready] = field(default_factory=lambda: Shelf(2000))
    checked: str = ""
    checked_until: float = 0.0

    def page(self, key: tuple[Any, ...], source: object) -> Page | None:
        """Return the page printed from `source`, or None where it has to be printed (again)."""
        known = self.pages.get(key)
        if known is not None and (known.source is source or (isinstance(source, str) and known.source == source)):
            return known.page
        return None

    def keep(self, key: tuple[Any, ...], source: object, rendered: str) -> Page:
        """Put a page on the shelf."""
        return self.pages.put(key, Printed(source, Page(rendered))).page

    def complete(self, asked: Asked, page: Page, path: str, words: Words, basis: tuple[object, ...] = ()) -> Ready:
        """Return a page with its words filled in, for the page's own `path`."""
        key = (asked.path, asked.language)
        ready = self.ready.get(key)
        if ready is not None and ready.page is page and ready.words == words:
            return ready if ready.rests_on(basis) else self.ready.put(key, ready._replace(basis=basis))
        slots = self._slots(path, words)
        packed = page.packed(slots)
        tag = f'W/"{hashlib.sha256(packed).hexdigest()[:24]}"'
        return self.ready.put(key, Ready(page, words, slots, packed, tag, basis))

    def _slots(self, path: str, words: Words) -> dict[str, bytes]:
        """Return what fills each slot; addresses are the page's own, also in the other language."""
        address = str(escape(self.base_url + path))
        links = "".join(
            (
                f'<link rel="canonical" href="{address}"><meta property="og:url" content="{address}">',
                f'<link rel="alternate" hreflang="vi" href="{address}?lang=vi">',
                f'<link rel="alternate" hreflang="en" href="{address}?lang=en">',
                f'<link rel="alternate" hreflang="x-default" href="{address}">',
            )
        )
        return {
            "links": links.encode(),
            "path": str(escape(self.prefix + path)).encode(),
            "checked": words.checked.encode(),
            "serial": grouped(words.serial).encode(),
            "sightings": words.told.sightings,
            "life": words.told.life,
            "token": words.token.encode(),
            "notice": words.notice,
        }


def init_counter(app: Flask) -> Counter:
    """Open the counter of an application."""
    counter = Counter(app.config["PREFIX"], app.config["BASE_URL"])
    app.extensions["counter"] = counter
    return counter


def grouped(serial: str) -> str:
    """Return a serial in groups of four, the check character with the last of them, as people read it out."""
    pieces = [serial[start : start + 4] for start in range(0, len(serial), 4)]
    if len(pieces) > 1 and len(pieces[-1]) == 1:
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    return str(escape(" ".join(pieces)))


def answer(ready: Ready, status: int, known: str, encodings: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return status, headers and body for a reader who has the pages tagged `known` and unpacks `encodings`.

    A phone that has the page already gets 304 (RFC 9110, section 13).
    """
    headers = [("ETag", ready.tag), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding, Accept-Language, Cookie")]
    if status == 200 and ready.tag in known:  # noqa: PLR2004 - OK
        return 304, headers, b""
    headers.append(("Content-Type", "text/html; charset=utf-8"))
    if "gzip" not in encodings:
        return status, headers, ready.page.plain(ready.slots)
    headers.append(("Content-Encoding", "gzip"))
    return status, headers, ready.packed
