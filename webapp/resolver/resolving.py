"""The resolver: a request for a Digital Link in, a redirect or a list of links out.

It reads the environment of a request and asks nothing of Flask, so that the redirect of a stamp, which is most of what
it is asked, goes out before Flask wakes up (`public.fast_lane`); the views use the same code. What a link says is
judged by `DigitalLink.parse` alone.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from traceability.domain.digital_link import DigitalLink
from traceability.domain.links import Link, LinkContext
from traceability.domain.uris import page_path
from traceability.errors import InvalidIdentifierError, NotFoundError
from webapp.language import of_environ
from webapp.public.addresses import path_in
from webapp.resolver import choice, linkset
from webapp.resolver.offers import Level, Offers
from webapp.resolver.wish import LINKSET, LINKSET_TYPE, Wish, read

Headers = list[tuple[str, str]]

METHODS: Final = "GET, HEAD, OPTIONS"
CORS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", METHODS),
    ("Access-Control-Allow-Headers", "Accept, Accept-Language, If-None-Match"),
    ("Access-Control-Expose-Headers", "Link, Location, ETag"),
)
"""Programs on any site may ask; no answer depends on who is logged in."""
VARY: Final = ("Vary", "Accept, Accept-Language")
MOVED_CACHE: Final = ("Cache-Control", "public, max-age=60")
"""Where a link leads changes only when a participant changes its links; a recall is told behind the link."""
LIST_CACHE: Final = ("Cache-Control", "public, max-age=0, must-revalidate")
"""A list says whether goods are recalled, so that it is kept only to be asked for again with its ETag."""

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of the machine itself: an address that no operator has chosen for the world."""
_MOVED: Final = {
    "01": frozenset({"proof.json", "record.json", "card.png", "code", "place"}),
    "417": frozenset({"record.json", "card.png"}),
}
"""Key -> pages below the page of a thing, for which addresses below its Digital Link were in use before."""
_WITH_PAGES: Final = frozenset({"22", "10", "21"})
"""Qualifiers of things that had such pages."""


class Answer(NamedTuple):
    """An answer without an error."""

    status: int
    headers: Headers
    body: bytes = b""


class Choices(NamedTuple):
    """Several links that fit, for the client to choose from."""

    context: LinkContext
    links: Sequence[Link]
    targets: Sequence[str]
    """Where each of them leads, with the query of the request."""


class Asked(NamedTuple):
    """A request that is well formed."""

    link: DigitalLink
    path: str
    """As sent, below the site's prefix, without a slash at its end."""
    query: str


@lru_cache(maxsize=4096)
def parse(base: str, path: str, query: str) -> DigitalLink:
    """Return what a path of the resolver at a base address and a query say.

    Raises InvalidIdentifierError, which names the AI where one is at fault.
    """
    if "#" in path or "#" in query:  # stands in links, but in no request (RFC 9110, 7.1)
        raise InvalidIdentifierError("This link holds a # that is not percent-encoded.", field="link")
    link = DigitalLink.parse(f"{base}{path}?{query}" if query else base + path)
    if link.stem != base:
        raise InvalidIdentifierError("The path of this link names more than one GS1 key.", field="link")
    return link


class Resolver:
    """The resolver of one application.

    Args:
        application: what `bootstrap.build` gave.
        base_url: where the world reaches the site, with the path below which it lives.
        prefix: that path.
        language: of readers who say nothing.
    """

    def __init__(self, application: Any, base_url: str, prefix: str, language: str) -> None:
        """Remember whom to ask and what this is called."""
        self.offers = Offers(application, base_url)
        self._base = base_url
        self._prefix = prefix
        self._language = language
        parts = urlsplit(base_url)
        self._origin, self._host = f"{parts.scheme}://{parts.netloc}", parts.netloc.lower()
        self._is_local = parts.hostname in _LOCAL

    def asked(self, environ: Mapping[str, Any]) -> Asked:
        """Return what a request asks for. Raises InvalidIdentifierError for what is no Digital Link."""
        path, query = path_in(environ, self._prefix).removesuffix("/"), environ.get("QUERY_STRING", "")
        return Asked(parse(self._base, path, query), path, query)

    def quick(self, environ: Mapping[str, Any]) -> Answer | None:
        """Return the redirect of a request without a wish; None for anything else, and for every doubt."""
        wish = read(environ)
        if wish.type:
            return None
        try:
            asked = self.asked(environ)
        except InvalidIdentifierError:
            return None
        levels = self.offers.levels(asked.link, asked.path)
        return self._default(environ, asked, levels[0]) if levels else None

    def resolve(self, environ: Mapping[str, Any]) -> Answer | Choices:
        """Return the answer to a request.

        Raises:
            InvalidIdentifierError: it is no Digital Link.
            NotFoundError: nothing is known of what it names, or there is no link of the wanted type.
        """
        asked, wish = self.asked(environ), read(environ)
        levels = self.offers.levels(asked.link, asked.path)
        if not levels:
            template = "Nothing is known here about ({ai}) {value}."
            raise NotFoundError(template, ai=asked.link.key[0], value=asked.link.key[1])
        if wish.type in {"", "defaultLink"}:
            return self._default(environ, asked, levels[0])
        if wish.type == LINKSET:
            return self._linkset(asked, levels, self.language_of(environ))
        return self._typed(environ, asked, levels, wish)

    def language_of(self, environ: Mapping[str, Any]) -> str:
        """Return the language of titles; no cookie decides, so that caches may keep what they get."""
        said = {name: environ.get(name, "") for name in ("QUERY_STRING", "HTTP_ACCEPT_LANGUAGE")}
        return of_environ(said, self._language)

    def linkset_header(self, asked: Asked) -> tuple[str, str]:
        """Return the header that leads to the list of links of what was asked for."""
        return "Link", f'<{self._base}{asked.path}?linkType=linkset>; rel="linkset"; type="{LINKSET_TYPE}"'

    def context_header(self, asked: Asked) -> tuple[str, str]:
        """Return the same beside what a linkset's members mean."""
        context = f'<{self._base}/linkset-context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"'
        return "Link", f'{context}; type="application/ld+json", {self.linkset_header(asked)[1]}'

    def moved_page(self, environ: Mapping[str, Any]) -> str:
        """Return where a page below a Digital Link lies now (`.../proof.json`), or an empty text."""
        path, query = path_in(environ, self._prefix), environ.get("QUERY_STRING", "")
        head, _, last = path.rpartition("/")
        if not any(last in pages for pages in _MOVED.values()):
            return ""
        try:
            link = parse(self._base, head, "")
        except InvalidIdentifierError:
            return ""
        if last not in _MOVED.get(link.key[0], ()) or not _WITH_PAGES.issuperset(ai for ai, _ in link.qualifiers):
            return ""
        return self._as_seen(environ, forward(f"{self._base}{page_path(head)}/{last}", query))

    def _as_seen(self, environ: Mapping[str, Any], target: str) -> str:
        """Return an address of this site as whoever asks can reach it.

        A machine that has no address for the world yet is tried from phones under whatever address it has: they stay
        there (a relative reference, RFC 9110, 10.2.2) instead of being sent to `localhost`.
        """
        is_elsewhere = self._is_local and environ.get("HTTP_HOST", self._host).lower() != self._host
        return target.removeprefix(self._origin) if is_elsewhere and target.startswith(self._base + "/") else target

    def _default(self, environ: Mapping[str, Any], asked: Asked, level: Level) -> Answer:
        """Lead to the page of a thing."""
        return self._redirect(environ, asked, forward(self._base + level.page, asked.query))

    def _redirect(self, environ: Mapping[str, Any], asked: Asked, address: str) -> Answer:
        target = self._as_seen(environ, address)
        headers = [("Location", target), self.linkset_header(asked), VARY, MOVED_CACHE, tag(target.encode()), *CORS]
        return Answer(307, headers)

    def _linkset(self, asked: Asked, levels: Sequence[Level], language: str) -> Answer:
        body = linkset.write([self.offers.context(level) for level in levels], language)
        headers = [("Content-Type", LINKSET_TYPE), self.context_header(asked), VARY, LIST_CACHE, tag(body), *CORS]
        return Answer(200, headers, body)

    def _typed(self, environ: Mapping[str, Any], asked: Asked, levels: Sequence[Level], wish: Wish) -> Answer | Choices:
        """Lead to the link of a type, that of the finest level which has any."""
        for level in levels:
            context = self.offers.context(level)
            links = [one for one in context.links if one.type == wish.type]
            fitting = choice.best(links, wish) if links else []
            if len(fitting) > 1:
                return Choices(context, fitting, [self._as_seen(environ, _target(one, asked)) for one in fitting])
            if fitting:
                return self._redirect(environ, asked, _target(fitting[0], asked))
        ai, value = asked.link.key
        raise NotFoundError("There is no link of this type about ({ai}) {value}.", ai=ai, value=value)


def _target(link: Link, asked: Asked) -> str:
    """Return where a link leads whoever asked for it."""
    return forward(link.href, asked.query) if link.forwards else link.href


def forward(href: str, query: str) -> str:
    """Return an address with the pairs of a query added as they were sent, in their order and before a fragment."""
    if not query:
        return href
    address, mark, fragment = href.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{query}{mark}{fragment}"


def tag(content: bytes) -> tuple[str, str]:
    """Return the ETag header of some content."""
    return "ETag", f'"{hashlib.sha256(content).hexdigest()[:24]}"'
