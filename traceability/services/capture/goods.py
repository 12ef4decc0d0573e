"""What is known here of the goods and parties that a document of events names, asked all at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Self

from traceability.domain.ledger import Capacity
from traceability.domain.naming import canonical
from traceability.domain.uris import LotRef
from traceability.domain.views import PartyView, ProductView
from traceability.errors import NotFoundError
from traceability.services.capture.holdings import Holding, holding_of
from traceability.services.reads import Reads


class Goods:
    """Lots, products and parties of a document.

    Args:
        reads: the tables.
        namespace: URI space of what has no GS1 number.
        holdings: lots as they stand, by canonical URI.
        products: products by canonical URI.
    """

    def __init__(
        self, reads: Reads, namespace: str, holdings: dict[str, Holding], products: Mapping[str, ProductView]
    ) -> None:
        self._reads = reads
        self.namespace = namespace
        self.holdings = holdings
        self._products = products
        self._parties: dict[str, PartyView | None] = {}

    @classmethod
    def load(cls, reads: Reads, namespace: str, lots: Iterable[LotRef], today: date) -> Self:
        """Ask the tables about some lots and their products."""
        named = {lot.uri: lot for lot in lots}
        holdings = {uri: holding_of(lot) for uri, lot in reads.known_lots(named).items()}
        products = reads.known_products({lot.product.uri for lot in named.values()}, today)
        return cls(reads, namespace, holdings, products)

    def product(self, lot: LotRef) -> ProductView | None:
        """Return the product that a lot would be of, or None where nobody registered it."""
        return self._products.get(lot.product.uri)

    def producer_named(self, uri: str) -> PartyView | None:
        """Return the participant that an event names, if it is one that can hold goods, or None."""
        if uri not in self._parties:
            try:
                found: PartyView | None = self._reads.party(canonical(uri, self.namespace))
            except NotFoundError:
                found = None
            self._parties[uri] = found if found and found.capacities & Capacity.PRODUCER else None
        return self._parties[uri]
