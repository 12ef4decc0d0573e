"""Everything a lot's page tells, with the verdict that a scan begins with."""

from datetime import date
from typing import Any

from sqlalchemy import select

from traceability.domain.ledger import Status
from traceability.domain.profiles import default_profile, missing, profile
from traceability.domain.quantities import UNITS
from traceability.domain.verdicts import Facts, Verdict, decide
from traceability.domain.views import (
    Bilingual,
    CertificateView,
    IngredientView,
    LotSummary,
    LotTrace,
    MissingView,
    ProductView,
    RecallView,
    StampRunView,
    TimelineEntry,
)
from traceability.projection import schema
from traceability.projection.check import check_lot
from traceability.projection.names import key_of
from traceability.projection.queries.lineages import Edges, backward_edges
from traceability.projection.queries.lots import PENDING, RECALLED, RECALLED_SOURCE, load_lots, quantity
from traceability.projection.queries.pending import pending_lot
from traceability.projection.queries.products import certificates_of, load_awards, load_products
from traceability.projection.queries.recalls import recalls_of
from traceability.projection.queries.session import NOBODY, Session, unknown
from traceability.projection.queries.stamps import load_runs
from traceability.projection.queries.timeline import load_timelines
from traceability.proofs.history import GENESIS_HEAD

STEPS_BACK = 2
"""How far an ingredient's own story is told on a lot's page; the lineage page goes to the root."""


def build_trace(session: Session, key: str, ref: str, today: date, profile_key: str | None) -> LotTrace:
    """Return everything a lot's page tells.

    Raises NotFoundError for an unknown lot, InvalidInputError for a profile.
    """
    edges = backward_edges(session, key)
    lots = load_lots(session, [key, *edges, *(parent for listed in edges.values() for parent, _ in listed)])
    if key not in lots:
        waiting = pending_lot(session, key)
        if waiting is None:
            raise unknown("lot", ref)
        lots[key] = waiting
    lot = lots[key]
    product_key = key_of(lot.product_uri)
    product = load_products(session, [product_key], today).get(product_key) or _unknown_product(lot)
    near = _near(key, edges)
    stories = load_timelines(session, [key, *near])
    timeline = stories.get(key, ())
    runs = load_runs(session, key)
    recalls = recalls_of(session, key, lots)
    certificates = product.certificates + _of_producer(session, product, today)
    chosen = profile(profile_key) if profile_key else default_profile(today)
    shown = _facts(lot, product, timeline, certificates, runs)
    lacking = tuple(MissingView(one.key, one.label, chosen.key) for one in missing(chosen, shown))
    head = session.one(select(schema.subject.c.head, schema.subject.c.sequence).where(schema.subject.c.key == key))
    return LotTrace(
        lot=lot,
        product=product,
        producer=product.producer,
        verdict=_verdict(session, key, lot, product, recalls),
        recalls=recalls,
        rating=product.ratings[0] if product.ratings else None,
        certificates=certificates,
        timeline=timeline,
        ingredients=_ingredients(session, key, edges, lots, stories, STEPS_BACK),
        missing=lacking,
        profile=chosen.key,
        freshness=session.state.freshness,
        head=head["head"] if head else GENESIS_HEAD.hex(),
        sequence=head["sequence"] if head else 0,
        runs=runs,
    )


def _verdict(
    session: Session, key: str, lot: LotSummary, product: ProductView, recalls: tuple[RecallView, ...]
) -> Verdict:
    wrong = check_lot(session.connection, key, session.settings.namespace)
    retired = select(schema.subject.c.status).where(schema.subject.c.key == key)
    status = session.connection.execute(retired).scalar() or 0
    recalled = lot.status in (RECALLED, RECALLED_SOURCE) or any(one.lifted_at is None for one in recalls)
    return decide(
        Facts(
            known=True,
            verifies=not wrong and lot.genuine,
            recalled=recalled,
            void=bool(status & Status.RETIRED) or product.retired,
            confirmed=lot.status != PENDING,
        )
    )


def _near(key: str, edges: Edges) -> list[str]:
    """Return the lots up to `STEPS_BACK` steps back."""
    found: list[str] = []
    level = [key]
    for _ in range(STEPS_BACK):
        level = list(dict.fromkeys(parent for one in level for parent, _ in edges.get(one, ())))
        found += level
    return found


def _ingredients(
    session: Session,
    key: str,
    edges: Edges,
    lots: dict[str, LotSummary],
    stories: dict[str, tuple[TimelineEntry, ...]],
    steps: int,
) -> tuple[IngredientView, ...]:
    if not steps:
        return ()
    units = {one: lot.declared.unit for one, lot in lots.items()}
    found = []
    for parent, amount in edges.get(key, ()):
        if parent in lots:
            further = _ingredients(session, parent, edges, lots, stories, steps - 1)
            shown = quantity(amount, _base(units[parent]))
            found.append(IngredientView(lots[parent], shown, stories.get(parent, ()), further))
    return tuple(found)


def _base(code: str) -> str:
    return UNITS[code].base.code if code in UNITS else code


def _of_producer(session: Session, product: ProductView, today: date) -> tuple[CertificateView, ...]:
    """Return the producer's own certificates, such as a growing-area code."""
    if not product.producer.uri:
        return ()
    awards = load_awards(session, [key_of(product.producer.uri)])
    listed = [row for rows in awards.values() for row in rows]
    times = session.times_of(row["record_id"] for row in listed)
    return certificates_of(session, listed, times, today)


def _facts(
    lot: LotSummary,
    product: ProductView,
    timeline: tuple[TimelineEntry, ...],
    certificates: tuple[CertificateView, ...],
    runs: tuple[StampRunView, ...],
) -> set[str]:
    """Return the keys of those elements of trace profiles that are on record."""
    producer = product.producer
    stages = [one for one in timeline if one.event_type.endswith("Event") and one.kind in _STAGES]
    facts: dict[str, Any] = {
        "product_name": product.name.vi,
        "product_image": product.pictures,
        "producer_name": producer.name,
        "farm": producer.name,
        "producer_address": producer.address,
        "producer_id": producer.gln or producer.uri,
        "gtin": product.gtin,
        "stages": stages,
        "stage_product_code": stages,
        "stage_time": stages,
        "stage_place_code": stages and all(one.place for one in stages),
        "origin": producer.address or any(one.place for one in stages),
        "production_time": lot.produced_at,
        "area_and_dates": lot.produced_at and any(one.kind == "growing_area" for one in certificates),
        "trace_code": lot.path,
        "unique_id": lot.uri,
        "portal_ready": lot.uri,
        "brand": product.brand,
        "model_or_serial": runs,
        "shelf_life": lot.expires_on or product.shelf_life_days,
        "standards": product.standard,
        "certificates": certificates,
    }
    return {key for key, value in facts.items() if value}


_STAGES = frozenset({"register", "produce", "deposit", "observe"})
"""Kinds of records that tell a stage of making."""


def _unknown_product(lot: LotSummary) -> ProductView:
    """Return what can be said of a product that nobody registered."""
    blank = Bilingual("")
    return ProductView(
        uri=lot.product_uri,
        path=lot.product_path,
        gtin="",
        code="",
        name=blank,
        description=blank,
        family="",
        sector="",
        unit="",
        shelf_life_days=None,
        brand="",
        net_content="",
        standard="",
        is_material=False,
        producer=NOBODY,
        pictures=(),
        retired=False,
    )
