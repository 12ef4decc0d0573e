"""What the resolver has to offer about a thing: its levels, from what was asked for up to the primary key, with links.

Answers come from the projection. A unit's links are the same whether its serial was issued or not, since the resolver
never looks one up: only the page behind a stamp tells, and counts who guesses (docs/decisions/060). A lot that is not
registered here leads to its product's page, which says so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final
from urllib.parse import quote, unquote

from traceability.domain.digital_link import DigitalLink
from traceability.domain.event_query import Comparison, Criterion, EventQuery
from traceability.domain.identifiers import Gln, GlnExtension, Gtin, LotNumber
from traceability.domain.link_types import title_of
from traceability.domain.links import DeclaredLink, Link, LinkContext
from traceability.domain.uris import GS1, LotRef, PartyRef, PlaceRef, ProductRef, Ref, encode_value, page_path
from traceability.domain.verdicts import Verdict
from traceability.domain.views import Bilingual
from traceability.errors import InvalidIdentifierError, NotFoundError
from webapp.access import day_of
from webapp.public.printing_press import Shelf

KNOWN_SECONDS = 60.0
"""How long it is remembered that there is such a product, lot or place; what is unknown is asked for anew each time."""

PLACES_WITHIN: Final = 50
"""Places within a place that are named on its page and asked for together with it."""

_AT: Final = ("bizLocation", "readPoint")
"""Fields of events that name a place."""
_LANGUAGES: Final = ("vi", "en")
_HTML, _JSON = "text/html", "application/json"
_NO_RECALL = Bilingual("Tình trạng thu hồi: không bị thu hồi", "Recall status: no recall")
_RECALLED = Bilingual("Tình trạng thu hồi: ĐÃ THU HỒI", "Recall status: RECALLED")
_STAMP = Bilingual("Kiểm tra tem này", "Check this stamp")
_NOT_HERE = Bilingual("Lô này không có trong hệ thống", "This lot is not registered here")


@dataclass(frozen=True, slots=True)
class Level:
    """One thing that a link names: a product, a lot of it, a unit of that.

    Args:
        kind: product, lot, missing_lot, unit, party, place or item.
        anchor: path of the thing at this resolver, as it was asked for.
        ref: what is known of it; the canonical URI of what has no page of its own kind.
        page: path of the page that a request without a wish is sent to.
    """

    kind: str
    anchor: str
    ref: Ref | str
    page: str

    @property
    def uri(self) -> str:
        """Return the canonical URI."""
        return str(self.ref)


class Offers:
    """The links of an application."""

    def __init__(self, application: Any, base_url: str) -> None:
        """Remember whom to ask."""
        self._application = application
        self._base = base_url
        self._known: Shelf[float] = Shelf(10_000)
        self._links: Mapping[str, Callable[[Level], tuple[Bilingual, list[Link]]]] = {
            "product": self._product,
            "lot": self._lot,
            "missing_lot": self._missing_lot,
            "unit": self._unit,
            "party": self._party,
            "place": self._place,
            "item": self._item,
        }

    # ------------------------------------------------------------------------------------------------------- the levels
    def levels(self, link: DigitalLink, path: str) -> list[Level]:
        """Return the levels of a link that something is known of, from the finest to the primary key.

        Args:
            link: what was asked for.
            path: the same as it was sent, still percent-encoded; anchors are cut from it.
        """
        parts = path.split("/")
        anchors = ["/".join(parts[:end]) for end in range(3, len(parts) + 1, 2)]
        if link.key[0] == "01":
            return self._goods_levels(link, anchors)
        if link.key[0] == "414":
            return self._place_levels(link, anchors)
        return self._other_levels(link, anchors[0])

    def _goods_levels(self, link: DigitalLink, anchors: Sequence[str]) -> list[Level]:
        product = ProductRef(Gtin(link.key[1]))
        if not self._knows(product.uri, lambda: self._application.reads.product(product.path, self._today())):
            return []
        found, named = [Level("product", anchors[0], product, product.page)], product.path
        for (ai, value), anchor in zip(link.qualifiers, anchors[1:], strict=True):
            if ai == "10":
                named += f"/10/{encode_value(value)}"
                found.append(self._lot_level(product, value, anchor))
            elif ai == "21":
                named += f"/21/{encode_value(value)}"
                found.append(Level("unit", anchor, GS1 + named, page_path(named)))
        return found[::-1]

    def _lot_level(self, product: ProductRef, number: str, anchor: str) -> Level:
        try:
            lot = LotRef(product, LotNumber(number))
        except InvalidIdentifierError:
            lot = None
        if lot is not None and self._knows(lot.uri, lambda: self._application.reads.lot(lot.path)):
            return Level("lot", anchor, lot, lot.page)
        return Level("missing_lot", anchor, number, f"{product.page}?lot={quote(number, safe='')}")

    def _place_levels(self, link: DigitalLink, anchors: Sequence[str]) -> list[Level]:
        """Return a place within a place that events name, and the place; what nobody names walks up the tree."""
        place, extension = PlaceRef(Gln(link.key[1])), dict(link.qualifiers).get("254")
        if not self._knows(place.uri, lambda: self.place(place)):
            return []
        found = [Level("place", anchors[0], place, place.page)]
        inner = _inner(place, encode_value(extension)) if extension else None
        if inner is not None and self._knows(inner.uri, lambda: self.place(inner)):
            found.append(Level("place", anchors[1], inner, inner.page))
        return found[::-1]

    def _other_levels(self, link: DigitalLink, anchor: str) -> list[Level]:
        key, value = link.key
        if key == "417":
            party = PartyRef(Gln(value))
            known = self._knows(party.uri, lambda: self._application.reads.party(party.uri))
            return [Level("party", anchor, party, party.page)] if known else []
        uri = f"{GS1}/{key}/{encode_value(value)}"
        page = f"/item/{key}/{encode_value(value)}"
        return [Level("item", anchor, uri, page)] if self._knows(uri, lambda: self.events_of(uri)) else []

    def _knows(self, uri: str, look: Callable[[], object]) -> bool:
        """Tell whether there is such a thing, as far as a look at most a minute ago told."""
        until = self._known.get(uri)
        if until is not None and monotonic() < until:
            return True
        try:
            look()
        except (NotFoundError, InvalidIdentifierError):
            return False
        self._known.put(uri, monotonic() + KNOWN_SECONDS)
        return True

    def place(self, place: PlaceRef) -> Any:
        """Return the participant whose number a place carries, or None for a place that only events name.

        Raises NotFoundError for a place of which nothing is known; for one within another, unless an event names it.
        """
        try:
            party = self._application.reads.party(f"{GS1}/417/{place.number}")
        except NotFoundError:
            party = None
        if (party is None or place.extension) and not self.events_at(place, 1):
            raise NotFoundError("There is no place {place} here.", place=place.extension or place.number)
        return party

    def places_within(self, place: PlaceRef) -> Sequence[PlaceRef]:
        """Return places that events name by an extension of a place's number."""
        if not isinstance(place.number, Gln) or place.extension:
            return ()
        found = self._application.reads.places_within(place.uri, PLACES_WITHIN)
        inner = (_inner(place, uri.removeprefix(f"{place.uri}/254/")) for uri in found)
        return [one for one in inner if one is not None]

    def events_at(self, place: PlaceRef, most: int = 30) -> Sequence[Any]:
        """Return the newest events at a place or a place within it, or else of those read there."""
        uris = self._uris_at(place)
        return next((found for name in _AT if (found := self._events(_is(name, uris), most))), ())

    def _uris_at(self, place: PlaceRef) -> tuple[str, ...]:
        return (place.uri, *(one.uri for one in self.places_within(place)))

    def events_of(self, uri: str) -> Sequence[Any]:
        """Return the newest events about a thing. Raises NotFoundError where there are none."""
        found = self._events(Criterion(Comparison.MATCH, "anyEPC", (uri,)), per_page=30)
        if not found:
            raise NotFoundError("There are no events about {thing} here.", thing=uri)
        return found

    def _events(self, criterion: Criterion, per_page: int = 1) -> Sequence[Any]:
        query = EventQuery(criteria=(criterion,), order_by="eventTime", descending=True)
        found: Sequence[Any] = self._application.reads.events(query, per_page=per_page).events
        return found

    def _today(self) -> Any:
        return day_of(self._application.clock.now())

    # -------------------------------------------------------------------------------------------------------- the links
    def context(self, level: Level) -> LinkContext:
        """Return all links of a level. Raises NotFoundError for what is gone since its level was found."""
        description, links = self._links[level.kind](level)
        default = Link(type="defaultLink", href=self._base + level.page, title=links[0].title)
        return LinkContext(self._base + level.anchor, description, tuple(links), default)

    def _pages(self, kind: str, page: str, title: Bilingual | None = None, *, fragment: str = "") -> Iterator[Link]:
        """Yield the links to a page of ours: one that chooses its language by itself, and one in each."""
        href, words = self._base + page, title or title_of(kind)
        mark = "&" if "?" in page else "?"
        forwards = not fragment  # whoever asks for a place within a page gets that very place
        yield Link(type=kind, href=href + fragment, title=words, media_type=_HTML, forwards=forwards)
        for language in _LANGUAGES:
            address = f"{href}{mark}lang={language}{fragment}"
            yield Link(type=kind, href=address, title=words, languages=(language,), media_type=_HTML, forwards=forwards)

    def _events_link(self, question: str) -> Link:
        href = f"{self._base}/events?{question}"
        return Link(type="epcis", href=href, title=title_of("epcis"), media_type=_JSON, forwards=False)

    def _product(self, level: Level) -> tuple[Bilingual, list[Link]]:
        product = self._application.reads.product(level.uri, self._today())
        links = [*self._pages("pip", level.page)]
        if product.certificates or product.ratings:
            links += self._pages("certificationInfo", level.page, fragment="#certificates")
        links += self._pages("recallStatus", level.page)
        links.append(self._events_link("MATCH_anyEPCClass=" + quote(_any_lot(product.gtin), safe="")))
        links += map(_declared, self._application.reads.declared_links(product.uri))
        return product.name, links

    def _lot(self, level: Level) -> tuple[Bilingual, list[Link]]:
        trace = self._application.reads.trace(level.ref.path, self._today())  # type: ignore[union-attr]
        status = _RECALLED if trace.verdict is Verdict.RECALLED else _NO_RECALL
        name, number = trace.product.name, trace.lot.lot_number
        links = [*self._pages("traceability", level.page), *self._pages("recallStatus", level.page, status)]
        links.append(self._events_link("MATCH_anyEPCClass=" + quote(level.uri, safe="")))
        return Bilingual(f"{name.vi}, lô {number}", f"{name.in_language('en')}, lot {number}"), links

    def _missing_lot(self, level: Level) -> tuple[Bilingual, list[Link]]:
        return _NOT_HERE, [*self._pages("pip", level.page, _NOT_HERE)]

    def _unit(self, level: Level) -> tuple[Bilingual, list[Link]]:
        links = [
            *self._pages("traceability", level.page),
            *self._pages("verificationService", level.page, _STAMP),
            *self._pages("recallStatus", level.page),
        ]
        return _STAMP, links

    def _party(self, level: Level) -> tuple[Bilingual, list[Link]]:
        party = self._application.reads.party(level.uri)
        return Bilingual(party.name or party.code), [*self._pages("homepage", level.page)]

    def _place(self, level: Level) -> tuple[Bilingual, list[Link]]:
        place: PlaceRef = level.ref  # type: ignore[assignment]
        party, uris = self.place(place), self._uris_at(place)
        links = [*self._pages("locationInfo", level.page)]
        field = next((name for name in _AT if self._events(_is(name, uris))), "")
        if field:
            links.append(self._events_link(f"EQ_{field}={quote('|'.join(uris), safe='')}"))
        name = party.name if party else str(place.number)
        return Bilingual(f"{name}, {place.extension}" if place.extension else name), links

    def _item(self, level: Level) -> tuple[Bilingual, list[Link]]:
        links = [*self._pages("traceability", level.page)]
        links.append(self._events_link("MATCH_anyEPC=" + quote(level.uri, safe="")))
        ai, _, value = level.uri.removeprefix(GS1 + "/").partition("/")
        return Bilingual(f"({ai}) {unquote(value)}"), links


def _declared(one: DeclaredLink) -> Link:
    """Return the link that a participant has declared."""
    languages = (one.language,) if one.language else ()
    return Link(type=one.type, href=one.href, title=title_of(one.type), languages=languages, media_type=one.media_type)


def _inner(place: PlaceRef, encoded: str) -> PlaceRef | None:
    """Return a place within a place, or None for an extension that cannot stand in an address of ours."""
    try:
        return replace(place, extension=GlnExtension(unquote(encoded)))
    except InvalidIdentifierError:
        return None


def _is(name: str, uris: tuple[str, ...]) -> Criterion:
    return Criterion(Comparison.EQ, name, uris)


def _any_lot(gtin: str) -> str:
    """Return the pattern of every lot of a GTIN; where its company prefix ends changes nothing for the repository."""
    return f"urn:epc:idpat:lgtin:{gtin[1:8]}.{gtin[0]}{gtin[8:13]}.*"
