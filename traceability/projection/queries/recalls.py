"""Recalls: of a lot, of what it was made from, and all of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from traceability.domain.views import Bilingual, LotSummary, RecallView
from traceability.projection import schema
from traceability.projection.names import key_of
from traceability.projection.queries.keepsakes import note_text
from traceability.projection.queries.session import Session, chunks


def recalls_of(session: Session, key: str, lots: dict[str, LotSummary]) -> tuple[RecallView, ...]:
    """Return the recalls of a lot, of what it was made from, and of their products: open ones first, then newest.

    Args:
        session: the question.
        key: the lot's.
        lots: the lot and all that it was made from, by key.
    """
    products = {key_of(lot.product_uri) for lot in lots.values()}
    rows = _load(session, [*lots, *products])
    direct = {key, key_of(lots[key].product_uri)}
    views = _announced(session, {*lots, *products}, rows, direct) + _views(session, rows, direct)
    return tuple(sorted(views, key=lambda one: (one.lifted_at is not None, not one.direct, -one.at.timestamp())))


def list_recalls(session: Session, *, open_only: bool) -> list[RecallView]:
    """Return recalls, newest first: those that are on their way to the chain, then those it has."""
    table = schema.recall
    wanted = _selected().order_by(table.c.record_id.desc(), schema.subject.c.uri)
    if open_only:
        wanted = wanted.where(table.c.lifted_id.is_(None))
    rows = session.many(wanted)
    waiting = set(session.announced)
    return _announced(session, waiting, rows, waiting) + _views(session, rows, {row["subject"] for row in rows})


def _selected() -> Any:
    table, goods, master = schema.recall, schema.lot.c, schema.product.c
    columns = (schema.subject.c.uri, goods.path, master.name_vi, master.name_en, master.path.label("product_path"))
    wanted = select(table, *columns).join(schema.subject, schema.subject.c.key == table.c.subject)
    wanted = wanted.outerjoin(schema.lot, goods.subject == table.c.subject)
    same = (master.subject == goods.product) | (master.subject == table.c.subject)
    return wanted.outerjoin(schema.product, same)


def _load(session: Session, keys: Iterable[str]) -> list[dict[str, Any]]:
    found = []
    for part in chunks(keys):
        found += session.many(_selected().where(schema.recall.c.subject.in_(part)))
    return found


def _announced(session: Session, keys: set[str], rows: list[dict[str, Any]], direct: set[str]) -> list[RecallView]:
    """Return the recalls of subjects that are signed but on their way, unless the tables hold an open one already."""
    known = {row["subject"] for row in rows if row["lifted_id"] is None}
    waiting = keys & session.announced.keys() - known
    found = []
    for part in chunks(sorted(waiting)):
        found += session.many(_goods().where(schema.subject.c.key.in_(part)))
    return [_signed(session, row, is_direct=row["key"] in direct) for row in found]


def _goods() -> Any:
    goods, master = schema.lot.c, schema.product.c
    columns = (goods.path, master.name_vi, master.name_en, master.path.label("product_path"))
    wanted = select(schema.subject.c.key, schema.subject.c.uri, *columns)
    wanted = wanted.outerjoin(schema.lot, goods.subject == schema.subject.c.key)
    same = (master.subject == goods.product) | (master.subject == schema.subject.c.key)
    return wanted.outerjoin(schema.product, same)


def _signed(session: Session, row: dict[str, Any], *, is_direct: bool) -> RecallView:
    recall = session.announced[row["key"]]
    event, table = recall.event, schema.participant_key.c
    author = session.connection.execute(select(table.participant).where(table.address == recall.signer)).scalar()
    return RecallView(
        lot_uri=row["uri"],
        lot_path=row["path"] or row["product_path"] or "",
        product_name=Bilingual(row["name_vi"] or "", row["name_en"] or ""),
        reason=event.reason if event else "",
        note=note_text(session, next(iter(event.commitments.get("note", ())), "")) if event else "",
        by=session.party(author or 0),
        at=event.event_time if event else datetime.fromtimestamp(session.state.block_time, UTC),
        lifted_at=None,
        direct=is_direct,
        confirmed=False,
    )


def _views(session: Session, rows: list[dict[str, Any]], direct: set[str]) -> list[RecallView]:
    numbers = [row["record_id"] for row in rows] + [row["lifted_id"] for row in rows if row["lifted_id"] is not None]
    times = session.times_of(numbers)
    return [_view(session, row, times, is_direct=row["subject"] in direct) for row in rows]


def _view(session: Session, row: dict[str, Any], times: dict[int, datetime], *, is_direct: bool) -> RecallView:
    return RecallView(
        lot_uri=row["uri"],
        lot_path=row["path"] or row["product_path"] or "",
        product_name=Bilingual(row["name_vi"] or "", row["name_en"] or ""),
        reason=row["reason"],
        note=note_text(session, row["note"]),
        by=session.party(row["participant"]),
        at=times[row["record_id"]],
        lifted_at=None if row["lifted_id"] is None else times[row["lifted_id"]],
        direct=is_direct,
    )
