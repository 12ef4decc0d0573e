"""Goods whose first record is still on its way to the chain, shown from the outbox as pending.

Nobody who has just recorded them should be told that there is no such thing. What waits is projected in memory behind
what the tables hold, by the projectors that will project it once it lands.
"""

from typing import Any

from sqlalchemy import select

from traceability.domain.views import LotSummary
from traceability.ports import LogPosition, Recorded
from traceability.projection import schema
from traceability.projection.check import NEVER
from traceability.projection.encoding import unpack_touches
from traceability.projection.projectors import Projector
from traceability.projection.queries.lots import summary
from traceability.projection.queries.session import Session
from traceability.projection.rows import Rows, loader
from traceability.projection.stores import WAITING


def pending_rows(session: Session, key: str) -> Rows | None:
    """Return what the tables will hold once all that waits has landed; None where nothing waits for a subject."""
    about, outbox = schema.outbox_subject.c, schema.outbox
    waiting = select(outbox).where(outbox.c.state.in_(WAITING)).order_by(outbox.c.id)
    asked = waiting.join(schema.outbox_subject, about.outbox_id == outbox.c.id).where(about.subject == key).limit(1)
    if not session.many(asked):
        return None
    rows = Rows(loader(session.connection), undo_from=NEVER)
    projector = Projector(rows, session.settings.namespace)
    for index, row in enumerate(session.many(waiting)):
        place = LogPosition(session.state.height + 1, b"", session.state.block_time, b"", index)
        touches = unpack_touches(row["touches"])
        projector.project(Recorded(place, row["signer"], int(row["operation"]), touches, row["documents"]))
    return rows


def pending_lot(session: Session, key: str) -> LotSummary | None:
    """Return the summary of a lot that is on its way, or None."""
    rows = pending_rows(session, key)
    lot = rows.get(schema.lot, key) if rows is not None else None
    if rows is None or lot is None:
        return None
    custody = rows.get(schema.subject, key) or {}
    master = rows.get(schema.product, lot["product"]) or {"name_vi": "", "name_en": ""}
    columns: dict[str, Any] = {**master, **custody, **lot}
    return summary(session, columns, is_waiting=True)


def pending_product(session: Session, key: str) -> dict[str, Any] | None:
    """Return the row of a product that is on its way, with its custody, or None."""
    rows = pending_rows(session, key)
    product = rows.get(schema.product, key) if rows is not None else None
    if rows is None or product is None:
        return None
    custody = rows.get(schema.subject, key) or {}
    return {**product, "owner": custody.get("owner", 0), "status": custody.get("status", 0)}
