"""Lots in short: how much is left, whose they are, and what has befallen them."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select

from traceability.domain.ledger import Status
from traceability.domain.quantities import UNITS, from_base
from traceability.domain.views import Bilingual, LotSummary, QuantityView
from traceability.projection import schema
from traceability.projection.names import key_of, lot_of, read_reference
from traceability.projection.queries.session import Session, chunks, unknown
from traceability.projection.stores import WAITING, from_milliseconds

OPEN, IN_TRANSIT, RECALLED, RECALLED_SOURCE = "open", "in_transit", "recalled", "recalled_source"
RETIRED, PENDING = "retired", "pending"


def recalled_lots(connection: Connection, announced: Collection[str] = ()) -> frozenset[str]:
    """Return the keys of all lots that are recalled, whose product is, or that were made from such lots.

    Args:
        connection: the tables.
        announced: keys of what is called back by recalls that the tables do not hold yet.
    """
    custody, goods = schema.subject.c, schema.lot.c
    recalled = custody.status.op("&")(int(Status.RECALLED)) != 0
    direct = select(custody.key.label("key")).where(
        or_((custody.open_recall > 0) & recalled, custody.key.in_(sorted(announced)))
    )
    through = select(goods.subject.label("key")).where(goods.product.in_(direct))
    start = direct.union(through).subquery()
    walk = select(start.c.key).cte("affected", recursive=True)
    walk = walk.union(select(schema.lineage.c.child).join(walk, schema.lineage.c.parent == walk.c.key))
    return frozenset(connection.execute(select(walk.c.key)).scalars()) | frozenset(announced)


def quantity(amount: int, base: str) -> QuantityView:
    """Return base units in the unit that people would choose; a unit that nobody knows stays as it is."""
    if base not in UNITS:
        return QuantityView(Decimal(amount), base)
    shown = from_base(max(amount, 0), base)
    return QuantityView(shown.value, shown.code)


def _selected() -> Select[Any]:
    custody, master = schema.subject.c, schema.product.c
    columns = (custody.owner, custody.status, custody.declared, custody.consumed, custody.stamped, custody.receiver)
    names = (master.name_vi, master.name_en)
    wanted = select(schema.lot, *columns, custody.updated_id, *names)
    wanted = wanted.join(schema.subject, custody.key == schema.lot.c.subject)
    return wanted.outerjoin(schema.product, master.subject == schema.lot.c.product)


def key_of_lot(session: Session, ref: str) -> str:
    """Return the key of the lot that a path, link or URI names. Raises NotFoundError when it names none."""
    named = lot_of(read_reference(ref, session.settings.namespace))
    if named is None:
        raise unknown("lot", ref)
    return key_of(named.uri)


def load_lots(session: Session, keys: Iterable[str]) -> dict[str, LotSummary]:
    """Return summaries by key."""
    found: dict[str, LotSummary] = {}
    for part in chunks(keys):
        rows = session.many(_selected().where(schema.lot.c.subject.in_(part)))
        waiting = _waiting(session, part)
        found |= {row["subject"]: summary(session, row, is_waiting=row["subject"] in waiting) for row in rows}
    return found


def list_lots(
    session: Session,
    *,
    custodian: int | None,
    receiver: int | None,
    product: str | None,
    status: str | None,
    limit: int,
    offset: int,
) -> list[LotSummary]:
    """Return lots, newest first."""
    custody, goods = schema.subject.c, schema.lot.c
    wanted = _selected().order_by(goods.registered_id.desc(), goods.uri)
    if custodian is not None:
        wanted = wanted.where(custody.owner == custodian)
    if receiver is not None:
        wanted = wanted.where(custody.receiver == receiver)
    if product is not None:
        named = read_reference(product, session.settings.namespace)
        wanted = wanted.where(goods.product == (key_of(named.uri) if named else product), goods.genuine == 1)
    if status is not None:
        wanted = wanted.where(_has_status(session, status))
    rows = session.many(wanted.limit(limit).offset(offset))
    waiting = _waiting(session, [row["subject"] for row in rows])
    return [summary(session, row, is_waiting=row["subject"] in waiting) for row in rows]


def _has_status(session: Session, status: str) -> ColumnElement[bool]:
    """Return the condition under which a lot has a status, in the order of `_status`."""
    bits, key = schema.subject.c.status, schema.lot.c.subject
    recalled = (bits.op("&")(int(Status.RECALLED)) != 0) | key.in_(sorted(session.announced))
    tainted = key.in_(sorted(session.recalled))
    retired = bits.op("&")(int(Status.RETIRED)) != 0
    newest = (session.state.height - session.settings.confirmations + 1) << schema.LOG_BITS
    waits = exists().where(
        schema.outbox_subject.c.subject == key,
        schema.outbox.c.id == schema.outbox_subject.c.outbox_id,
        schema.outbox.c.state.in_(WAITING),
    )
    pending = or_(schema.subject.c.updated_id >= newest, waits)
    moving = bits.op("&")(int(Status.IN_TRANSIT)) != 0
    order = (
        (RECALLED, recalled),
        (RECALLED_SOURCE, tainted),
        (RETIRED, retired),
        (PENDING, pending),
        (IN_TRANSIT, moving),
    )
    condition: ColumnElement[bool] = schema.lot.c.subject.is_not(None)
    for name, holds in order:
        if status == name:
            return condition & holds
        condition = condition & ~holds
    return condition


def summary(session: Session, row: dict[str, Any], *, is_waiting: bool = False) -> LotSummary:
    """Return the summary of a row of `_selected`."""
    declared, consumed, stamped = int(row["declared"]), int(row["consumed"]), int(row["stamped"])
    made = row["produced_at"]
    return LotSummary(
        uri=row["uri"],
        path=row["path"],
        lot_number=row["lot_number"],
        product_uri=row["product_uri"],
        product_path=row["product_path"],
        product_name=Bilingual(row["name_vi"] or "", row["name_en"] or ""),
        custodian=session.party(row["owner"]),
        status=_status(session, row, is_waiting=is_waiting),
        declared=quantity(declared, row["unit"]),
        left=quantity(declared - consumed - stamped, row["unit"]),
        stamped=stamped,
        produced_at=None if made is None else from_milliseconds(made),
        expires_on=date.fromisoformat(row["expires_on"]) if row["expires_on"] else None,
        receiver=session.party(row["receiver"]) if row["receiver"] else None,
        genuine=bool(row["genuine"]),
    )


def _status(session: Session, row: dict[str, Any], *, is_waiting: bool) -> str:
    """Return the gravest of what has befallen a lot."""
    bits = row["status"]
    if bits & Status.RECALLED or row["subject"] in session.announced:
        return RECALLED
    if row["subject"] in session.recalled:
        return RECALLED_SOURCE
    if bits & Status.RETIRED:
        return RETIRED
    if is_waiting or not session.is_confirmed(row["updated_id"]):
        return PENDING
    return IN_TRANSIT if bits & Status.IN_TRANSIT else OPEN


def _waiting(session: Session, keys: list[str]) -> frozenset[str]:
    """Return those subjects for which a record is on its way to the chain."""
    about, outbox = schema.outbox_subject.c, schema.outbox.c
    wanted = select(about.subject).join(schema.outbox, outbox.id == about.outbox_id)
    wanted = wanted.where(outbox.state.in_(WAITING), about.subject.in_(keys))
    return frozenset(session.connection.execute(wanted).scalars())
