"""Stamps: one look at one stamp, and runs of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from traceability.domain.stamp_life import Mark, MarkKind, StampLife
from traceability.domain.uris import LotRef, ProductRef, Ref, UnitRef
from traceability.domain.verdicts import Facts, Verdict, decide
from traceability.domain.views import StampRunView, StampView
from traceability.projection import schema
from traceability.projection.names import read_reference
from traceability.projection.queries.lots import key_of_lot
from traceability.projection.queries.session import Session, State, unknown


@dataclass(frozen=True, slots=True)
class FoundStamp:
    """What one look at the tables tells of a stamp, and where the tables are."""

    state: State
    serial: str
    lot: str
    """Key of its lot."""
    run: int
    number: int
    lot_uri: str
    product_uri: str
    activated_at: datetime | None


def _look() -> Any:
    """Return the one statement of a scan: all of it by primary key."""
    stamp, run, goods, at = schema.stamp.c, schema.stamp_run.c, schema.lot.c, schema.cursor.c
    active, record = schema.activation.c, schema.record.c
    first = (
        select(func.min(record.block_time))
        .join(schema.activation, active.record_id == record.id)
        .where(active.lot == run.lot, active.run == run.run)
        .where(active.first <= stamp.number, active.last >= stamp.number)
        .correlate(schema.stamp, schema.stamp_run)
        .scalar_subquery()
    )
    place = (
        at.height,
        at.block_hash,
        at.block_time,
        at.last_record,
        schema.edition.c.number,
        schema.edition.c.checked_at,
    )
    issued = (run.record_id == stamp.record_id) & (run.position == stamp.position)
    joined = schema.stamp.join(schema.stamp_run, issued).join(schema.lot, goods.subject == run.lot)
    joined = joined.join(schema.cursor, at.id == 1).outerjoin(schema.edition, schema.edition.c.id == 1)
    wanted = select(*place, stamp.serial, run.lot, run.run, stamp.number, goods.uri, goods.product_uri, first)
    return wanted.select_from(joined).where(stamp.serial == bindparam("serial"))


LOOK = _look()


def read_look(row: Sequence[Any], named: UnitRef) -> FoundStamp | None:
    """Return what `LOOK` found, or None where it is the stamp of another product, or of another lot than named."""
    height, block_hash, block_time, last_record, edition, checked_at = row[:6]
    serial, lot, run, number, lot_uri, product_uri, since = row[6:]
    if product_uri != named.product.uri:
        return None
    if named.lot is not None and lot_uri != LotRef(named.product, named.lot).uri:
        return None
    state = State(height, block_hash, block_time, last_record, edition or 0, checked_at)
    activated = None if since is None else datetime.fromtimestamp(since, UTC)
    return FoundStamp(state, serial, lot, run, number, lot_uri, product_uri, activated)


def look_up(connection: Connection, named: UnitRef) -> FoundStamp | None:
    """Return a stamp, or None where there is none of that serial on that product."""
    row = connection.execute(LOOK, {"serial": named.serial.upper()}).one_or_none()
    return None if row is None else read_look(tuple(row), named)


def unknown_stamp(ref: str, named: Ref | None) -> StampView:
    """Return what is told of a stamp that nobody issued."""
    serial = str(named.serial) if isinstance(named, UnitRef) else ref.rstrip("/").rpartition("/")[2]
    return StampView(decide(Facts(known=False)), serial, ref, 0, 0, None, None)


def stamp_path(product_uri: str, serial: str, namespace: str) -> str:
    """Return where this site shows a stamp."""
    named = read_reference(product_uri, namespace)
    if not isinstance(named, ProductRef):
        return ""
    return f"{named.path}/{'21' if named.gtin else 's'}/{serial}"


# ----------------------------------------------------------------------------------------------------------------- runs
def load_runs(session: Session, lot: str) -> tuple[StampRunView, ...]:
    """Return the runs of a lot by its key."""
    table, goods = schema.stamp_run, schema.lot.c
    wanted = select(table, goods.uri).join(schema.lot, goods.subject == table.c.lot)
    rows = session.many(wanted.where(table.c.lot == lot).order_by(table.c.run))
    active = _activations(session, lot)
    times = session.times_of([row["record_id"] for row in rows] + [row[3] for row in active])
    return tuple(
        StampRunView(
            lot_uri=row["uri"],
            number=row["run"],
            count=row["count"],
            root=row["root"],
            issued_at=times[row["record_id"]],
            life=_life(row["run"], row["count"], active, times),
            ready=row["count"] if row["opened"] else 0,
        )
        for row in rows
    )


def _activations(session: Session, lot: str) -> list[tuple[int, int, int, int]]:
    table = schema.activation.c
    wanted = select(table.run, table.first, table.last, table.record_id).where(table.lot == lot)
    return [(row[0], row[1], row[2], row[3]) for row in session.connection.execute(wanted.order_by(table.sequence))]


def _life(run: int, count: int, active: list[tuple[int, int, int, int]], times: Mapping[int, datetime]) -> StampLife:
    """Return what became of a run's stamps."""
    marks = (Mark(MarkKind.ACTIVATED, row[1], row[2], times[row[3]], 0) for row in active if row[0] == run)
    return StampLife(count, tuple(marks))


def find_runs(session: Session, ref: str) -> tuple[StampRunView, ...]:
    """Return the runs of a lot. Raises NotFoundError for an unknown lot."""
    key = key_of_lot(session, ref)
    if session.one(select(schema.lot.c.uri).where(schema.lot.c.subject == key)) is None:
        raise unknown("lot", ref)
    return load_runs(session, key)


def list_stamps(
    session: Session, ref: str, run: int, first: int, last: int | None, verdict: Verdict
) -> list[StampView]:
    """Return stamps of a run by their number, without a trace.

    Args:
        session: the question.
        ref: the lot.
        run: number of the run.
        first: from 1.
        last: inclusive; None for the whole run.
        verdict: of the lot, for stamps that are activated.
    """
    key = key_of_lot(session, ref)
    table, stamp = schema.stamp_run.c, schema.stamp.c
    known = session.one(
        select(table.record_id, table.position, table.count, schema.lot.c.product_uri)
        .join(schema.lot, schema.lot.c.subject == table.lot)
        .where(table.lot == key, table.run == run)
    )
    if known is None:
        raise unknown("stamp run", f"{run} ({ref})")
    active = [row for row in _activations(session, key) if row[0] == run]
    life = _life(run, known["count"], active, session.times_of(row[3] for row in active))
    wanted = select(stamp.serial, stamp.number).order_by(stamp.number)
    wanted = wanted.where(stamp.record_id == known["record_id"], stamp.position == known["position"])
    wanted = wanted.where(stamp.number >= first) if last is None else wanted.where(stamp.number.between(first, last))
    views = []
    for serial, number in session.connection.execute(wanted):
        span = life.at(number)
        path = stamp_path(known["product_uri"], serial, session.settings.namespace)
        told = verdict if span.activated_at or verdict not in _GOOD else Verdict.NOT_ACTIVATED
        views.append(StampView(told, serial, path, run, number, span, None))
    return views


_GOOD = (Verdict.HOLDS, Verdict.PENDING)
"""Verdicts that a stamp which is not activated does not share; graver ones it does."""
