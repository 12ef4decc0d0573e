"""What a report of doubt is about, as far as this service can tell from what was scanned or typed.

Anything may be reported: a stamp that was never issued here, a code that is damaged, an address on somebody else's
site. The more is known, the more offices can be told; what nothing is known of goes to the inspectors.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from traceability.domain.uris import GS1, LotRef, ProductRef, UnitRef, parse_path, parse_uri
from traceability.domain.views import LotSummary, ProductView
from traceability.errors import InvalidIdentifierError, NotFoundError
from traceability.services.reads import Reads

Goods = UnitRef | LotRef | ProductRef
"""What can be reported by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was reported."""

    kind: str = "other"
    """stamp, lot, product or other."""
    link: str
    """Its path on this site, or what was typed where it has none."""
    known: bool = False
    product: ProductView | None = None
    lot: LotSummary | None = None


@dataclass(frozen=True, slots=True)
class Subjects:
    """Looks up what a link or code names.

    Args:
        reads: the projection's answers.
        namespace: URI space of what has no GS1 number.
        base_url: the address of this site, as stamps carry it.
    """

    reads: Reads
    namespace: str
    base_url: str

    def named(self, typed: str) -> tuple[Goods | None, bool]:
        """Return what a link or path names, or None, and whether the link leads to this site."""
        own = self._path(typed)
        try:
            found = parse_path(own, self.namespace) if own else parse_uri(typed, self.namespace)
        except InvalidIdentifierError:
            return None, bool(own)
        return (found if isinstance(found, Goods) else None), bool(own) or self._canonical(typed)

    def product_named(self, typed: str, today: date) -> ProductView | None:
        """Return the product that a link or path names, or None.

        A form shows no more than this before it is sent: whether a stamp or its lot is known stays untold.
        """
        found, _ = self.named(typed)
        return self._product_of(found, today) if found else None

    def product(self, uri: str, today: date) -> ProductView | None:
        """Return a product by its URI, or None where it is not on record (any more: a chain may be made anew)."""
        try:
            return self.reads.product(uri, today) if uri else None
        except NotFoundError:
            return None

    def lot(self, uri: str) -> LotSummary | None:
        """Return a lot by its URI, or None where it is not on record (any more)."""
        try:
            return self.reads.lot(uri) if uri else None
        except NotFoundError:
            return None

    def look_up(self, typed: str, today: date) -> Subject:
        """Return all that is known of what a link or code names."""
        found, here = self.named(typed)
        if found is None:
            return Subject(link=typed)
        link, product = (found.path if here else typed), self._product_of(found, today)
        if isinstance(found, UnitRef):
            return self._stamp(found, link, product, today, here=here)
        if isinstance(found, LotRef):
            lot = self.lot(found.uri)
            return Subject(kind="lot", link=link, known=lot is not None, product=product, lot=lot)
        return Subject(kind="product", link=link, known=product is not None, product=product)

    def _stamp(self, unit: UnitRef, link: str, product: ProductView | None, today: date, *, here: bool) -> Subject:
        """Look a stamp up. One whose link leads elsewhere is none of ours, whatever its number says."""
        trace = self.reads.stamp(unit.path, today).trace if here else None
        if trace is not None:
            return Subject(kind="stamp", link=link, known=True, product=trace.product, lot=trace.lot)
        lot = self.lot(LotRef(unit.product, unit.lot).uri) if unit.lot else None
        return Subject(kind="stamp", link=link, product=product, lot=lot)

    def _product_of(self, found: Goods, today: date) -> ProductView | None:
        return self.product((found if isinstance(found, ProductRef) else found.product).uri, today)

    def _path(self, typed: str) -> str:
        """Return the path on this site that a link or path leads to, or nothing."""
        text = typed.partition("?")[0].partition("#")[0]
        below = urlsplit(self.base_url).path  # where the site lives below a path of its host
        for begin in (self.base_url, below):
            if text.lower().startswith(begin.lower() + "/"):
                return text[len(begin) :]
        return text if text.startswith("/") else ""

    def _canonical(self, typed: str) -> bool:
        """Tell whether a link is a canonical URI, which belongs to nobody's site."""
        hosts = {urlsplit(GS1).netloc, urlsplit(self.namespace).netloc}
        return urlsplit(typed).netloc.lower() in hosts
