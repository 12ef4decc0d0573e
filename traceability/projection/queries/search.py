"""Search that forgives tones, capitals and đ; a link of a lot or of a stamp finds its goods."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from traceability.domain.text import fold
from traceability.domain.uris import LotRef, ProductRef, UnitRef
from traceability.domain.views import SearchResults
from traceability.projection import schema
from traceability.projection.names import key_of, read_reference
from traceability.projection.queries.lots import load_lots
from traceability.projection.queries.parties import search_parties
from traceability.projection.queries.products import load_products
from traceability.projection.queries.session import Session
from traceability.projection.queries.stamps import look_up

MOST = 50
"""Most results of each kind: whoever wants more types more."""


def search(session: Session, text: str, today: date) -> SearchResults:
    """Return what a text or link finds, best first."""
    named = read_reference(text, session.settings.namespace) if "/" in text else None
    if named is not None:
        return _by_link(session, named, today)
    words = fold(text)
    if not words:
        return SearchResults((), (), ())
    products = _products(session, words)
    parties = search_parties(session, words)[:MOST]
    lots = load_lots(session, _lots(session, words, products))
    loaded = load_products(session, products, today)
    return SearchResults(tuple(lots.values()), tuple(loaded[key] for key in products if key in loaded), parties)


def _by_link(session: Session, named: Any, today: date) -> SearchResults:
    keys: list[str] = []
    product = named.product if isinstance(named, (LotRef, UnitRef)) else named
    if isinstance(named, LotRef):
        keys = [key_of(named.uri)]
    elif isinstance(named, UnitRef):
        found = look_up(session.connection, named)
        keys = [found.lot] if found else []
    products = load_products(session, [key_of(product.uri)], today) if isinstance(product, ProductRef) else {}
    parties = tuple(party for party in session.parties.values() if party.uri == named.uri)
    return SearchResults(tuple(load_lots(session, keys).values()), tuple(products.values()), parties)


def _holds(column: Any, words: str) -> ColumnElement[bool]:
    """Return the condition that a folded column holds every word."""
    conditions = [column.contains(word, autoescape=True) for word in words.split()]
    first, *rest = conditions
    for condition in rest:
        first = first & condition
    return first  # type: ignore[no-any-return]  # what `contains` returns, joined


def _products(session: Session, words: str) -> list[str]:
    table = schema.product.c
    wanted = select(table.subject, table.folded).where(_holds(table.folded, words)).order_by(table.folded).limit(MOST)
    rows = session.connection.execute(wanted).all()
    return [row.subject for row in sorted(rows, key=lambda row: not row.folded.startswith(words))]


def _lots(session: Session, words: str, products: list[str]) -> list[str]:
    """Return lots of that number, newest first, and behind them the newest lots of the products that were found."""
    goods = schema.lot.c
    numbered = _holds(goods.folded, words)
    # The code of an in-house serial or lot may be typed whole: its serial finds the lot, too.
    stamped = select(schema.stamp_run.c.lot).join(
        schema.stamp,
        (schema.stamp.c.record_id == schema.stamp_run.c.record_id)
        & (schema.stamp.c.position == schema.stamp_run.c.position),
    )
    stamped = stamped.where(schema.stamp.c.serial == words.upper().replace(" ", "").replace("-", ""))
    wanted = select(goods.subject).where(goods.genuine == 1).order_by(goods.registered_id.desc()).limit(MOST)
    exact = session.connection.execute(wanted.where(or_(numbered, goods.subject.in_(stamped)))).scalars().all()
    others = session.connection.execute(wanted.where(goods.product.in_(products))).scalars().all() if products else []
    return list(dict.fromkeys([*exact, *others]))[:MOST]
