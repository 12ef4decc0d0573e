"""Products with their ratings and certificates as they stand on a day.

Only what an inspector signed is a rating here: stars that a producer states of its own goods stand among the
certificates, as *recorded*, so that no page can take them for a decision.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from traceability.domain.certificates import CertificateKind
from traceability.domain.ledger import Status
from traceability.domain.standing import Standing, standing_on
from traceability.domain.text import sort_key
from traceability.domain.uris import LotRef, ProductRef, UnitRef
from traceability.domain.views import (
    Bilingual,
    CertificateView,
    PictureView,
    ProductView,
    RatingView,
    Vouch,
)
from traceability.errors import InvalidInputError
from traceability.projection import schema
from traceability.projection.names import key_of, read_reference
from traceability.projection.queries.keepsakes import note_text, pictures_of
from traceability.projection.queries.pending import pending_product
from traceability.projection.queries.session import Session, chunks, unknown

RATING = "ocop_rating"
"""Kind of an award that is an OCOP rating."""

Awards = dict[str, list[dict[str, Any]]]
"""Subject key to rows of `award`, newest first."""


def find_product(session: Session, ref: str, today: date) -> ProductView:
    """Return a product that a path, link or URI names. Raises NotFoundError."""
    named = read_reference(ref, session.settings.namespace)
    if isinstance(named, (LotRef, UnitRef)):
        named = named.product
    if isinstance(named, ProductRef):
        key = key_of(named.uri)
        found = load_products(session, [key], today).get(key)
        if found is None and (row := pending_product(session, key)) is not None:
            found = _product(session, row, [], {}, _pictures(session, [row]), today)
        if found is not None:
            return found
    raise unknown("product", ref)


def list_products(
    session: Session, today: date, *, owner: int | None, materials: bool | None, retired: bool
) -> list[ProductView]:
    """Return products by name in Vietnamese order."""
    table, custody = schema.product.c, schema.subject.c
    wanted = select(table.subject).join(schema.subject, custody.key == table.subject)
    if owner is not None:
        wanted = wanted.where(custody.owner == owner)
    if materials is not None:
        wanted = wanted.where(table.is_material == int(materials))
    if not retired:
        wanted = wanted.where(custody.status.op("&")(int(Status.RETIRED)) == 0)
    found = load_products(session, session.connection.execute(wanted).scalars(), today)
    return sorted(found.values(), key=lambda product: (sort_key(product.name.vi), product.uri))


def load_products(session: Session, keys: Iterable[str], today: date) -> dict[str, ProductView]:
    """Return products by key, each with what is on record of it."""
    wanted = list(keys)
    joined = select(schema.product, schema.subject.c.owner, schema.subject.c.status)
    joined = joined.join(schema.subject, schema.subject.c.key == schema.product.c.subject)
    rows = [row for part in chunks(wanted) for row in session.many(joined.where(schema.product.c.subject.in_(part)))]
    awards = load_awards(session, [row["subject"] for row in rows])
    times = session.times_of(award["record_id"] for listed in awards.values() for award in listed)
    pictures = _pictures(session, rows)
    return {
        row["subject"]: _product(session, row, awards.get(row["subject"], []), times, pictures, today) for row in rows
    }


def load_awards(session: Session, keys: Iterable[str]) -> Awards:
    """Return ratings and certificates by subject, newest first."""
    table = schema.award
    found: Awards = {}
    for part in chunks(keys):
        wanted = select(table).where(table.c.subject.in_(part)).order_by(table.c.record_id.desc(), table.c.event_id)
        for row in session.many(wanted):
            found.setdefault(row["subject"], []).append(row)
    return found


def _pictures(session: Session, rows: list[dict[str, Any]]) -> dict[str, tuple[PictureView, ...]]:
    listed = {row["subject"]: json.loads(row["commitments"]).get("picture", []) for row in rows}
    values = session.erasables(commitment for given in listed.values() for commitment in given)
    return {
        row["subject"]: pictures_of(session, listed[row["subject"]], values, Bilingual(row["name_vi"], row["name_en"]))
        for row in rows
    }


def _product(
    session: Session,
    row: dict[str, Any],
    awards: list[dict[str, Any]],
    times: dict[int, datetime],
    pictures: dict[str, tuple[PictureView, ...]],
    today: date,
) -> ProductView:
    return ProductView(
        uri=row["uri"],
        path=row["path"],
        gtin=row["gtin"],
        code=row["code"],
        name=Bilingual(row["name_vi"], row["name_en"]),
        description=Bilingual(row["description_vi"], row["description_en"]),
        family=row["family"],
        sector=row["sector"],
        unit=row["unit"],
        shelf_life_days=row["shelf_life_days"],
        brand=row["brand"],
        net_content=row["net_content"],
        standard=row["standard"],
        is_material=bool(row["is_material"]),
        producer=session.party(row["owner"]),
        pictures=pictures[row["subject"]],
        retired=bool(row["status"] & Status.RETIRED),
        ratings=ratings_of(session, awards, times, today),
        certificates=certificates_of(session, awards, times, today),
    )


# --------------------------------------------------------------------------------------------------------------- awards
def ratings_of(
    session: Session, awards: list[dict[str, Any]], times: dict[int, datetime], today: date
) -> tuple[RatingView, ...]:
    """Return an inspector's ratings, the one that counts today first: the newest valid one, else the newest."""
    views = [
        _rating(session, row, times, today)
        for row in awards
        if row["kind"] == RATING and row["inspected"] and row["valid_to"]
    ]
    views.sort(key=lambda view: view.decision_date, reverse=True)
    return tuple(sorted(views, key=lambda view: _RANK[view.standing]))


_RANK = {Standing.VALID: 0, Standing.EXPIRED: 1, Standing.REVOKED: 1, Standing.NOT_YET: 2}
"""A decision for the future is nothing to show before one that was in force."""


def _rating(session: Session, row: dict[str, Any], times: dict[int, datetime], today: date) -> RatingView:
    revoked = row["revoked_id"] is not None
    decided, until = date.fromisoformat(row["decision_date"]), date.fromisoformat(row["valid_to"])
    begins = date.fromisoformat(row["valid_from"]) if row["valid_from"] else decided
    return RatingView(
        stars=row["stars"],
        standing=standing_on(today, begins, until, revoked=revoked),
        issuer=row["issuer"],
        decision_number=row["decision_number"],
        decision_date=decided,
        certificate_number=row["number"],
        valid_until=until,
        revoked_reason=note_text(session, row["revoked_note"]) if revoked else "",
        by=session.party(row["participant"]),
        recorded_at=times[row["record_id"]],
        event_id=row["event_id"],
    )


def certificates_of(
    session: Session, awards: list[dict[str, Any]], times: dict[int, datetime], today: date
) -> tuple[CertificateView, ...]:
    """Return certificates, newest first, and stars that a producer states without a decision on record."""
    return tuple(
        _certificate(session, row, times, today)
        for row in awards
        if row["valid_from"] and not (row["kind"] == RATING and row["inspected"])
    )


def _certificate(session: Session, row: dict[str, Any], times: dict[int, datetime], today: date) -> CertificateView:
    begins = date.fromisoformat(row["valid_from"])
    ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    return CertificateView(
        kind=row["kind"],
        title=_title(row),
        issuer=row["issuer"],
        number=row["number"] or row["decision_number"],
        scope=row["scope"],
        valid_from=begins,
        valid_to=ends,
        standing=standing_on(today, begins, ends, revoked=row["revoked_id"] is not None),
        vouch=Vouch.INSPECTED if row["inspected"] else Vouch.RECORDED,
        by=session.party(row["participant"]),
        recorded_at=times[row["record_id"]],
        event_id=row["event_id"],
    )


def _title(row: dict[str, Any]) -> Bilingual:
    if row["kind"] == RATING:
        stars = row["stars"]
        return Bilingual(f"OCOP {stars} sao do chủ thể tự khai", f"OCOP {stars} stars as stated by the producer")
    try:
        kind = CertificateKind.of(row["kind"])
    except InvalidInputError:
        return Bilingual(row["kind"])
    return Bilingual(kind.vi, kind.en)
