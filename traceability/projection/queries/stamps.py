"""Stamps: one look at one stamp, and runs of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from traceability.domain.stamp_life import Mark, MarkKind, Span, StampLife
from traceability.domain.uris import LotRef, ProductRef, Ref, UnitRef
from traceability.domain.verdicts import Facts, Verdict, decide
from traceability.domain.views import StampRunView, StampView
from traceability.projection import schema
from traceability.projection.names import read_reference
from traceability.projection.queries.lots import key_of_lot
from traceability.projection.queries.session import Session, State, unknown
from traceability.proofs.serials import SERIAL_CHARACTERS
from traceability.proofs.stamp_runs import BLOCK, BLOCK_LEVEL


@dataclass(frozen=True, slots=True)
class FoundStamp:
    """What one look at the tables tells of a stamp, and where the tables are."""

    state: State
    serial: str
    lot: str
    """Key of its lot."""
    run: int
    number: int
    count: int
    """Stamps of its run."""
    root: str
    """Of its run, base64url."""
    record_id: int
    position: int
    lot_uri: str
    product_uri: str


def _look() -> Any:
    """Return the one statement of a scan: all of it by primary key."""
    stamp, run, goods, at = schema.stamp.c, schema.stamp_run.c, schema.lot.c, schema.cursor.c
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
    about = (run.lot, run.run, stamp.number, run.count, run.root, run.record_id, run.position)
    wanted = select(*place, stamp.serial, *about, goods.uri, goods.product_uri)
    return wanted.select_from(joined).where(stamp.serial == bindparam("serial"))


LOOK = _look()


def read_look(row: Sequence[Any], named: UnitRef) -> FoundStamp | None:
    """Return what `LOOK` found, or None where it is the stamp of another product, or of another lot than named."""
    height, block_hash, block_time, last_record, edition, checked_at = row[:6]
    lot_uri, product_uri = row[-2:]
    if product_uri != named.product.uri:
        return None
    if named.lot is not None and lot_uri != LotRef(named.product, named.lot).uri:
        return None
    state = State(height, block_hash, block_time, last_record, edition or 0, checked_at)
    return FoundStamp(state, *row[6:])


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
    marks = _marks(session, lot)
    times = session.times_of(row["record_id"] for row in rows)
    return tuple(
        StampRunView(
            lot_uri=row["uri"],
            number=row["run"],
            count=row["count"],
            root=row["root"],
            issued_at=times[row["record_id"]],
            life=StampLife(row["count"], tuple(marks.get(row["run"], ()))),
            ready=row["filled"],
        )
        for row in rows
    )


def _marks(session: Session, lot: str) -> dict[int, list[Mark]]:
    """Return what was said of the stamps of a lot, by run, oldest first."""
    table, found = schema.stamp_mark.c, dict[int, list[Mark]]()
    wanted = select(schema.stamp_mark, schema.record.c.block_time).join(
        schema.record, schema.record.c.id == table.record_id
    )
    for row in session.many(wanted.where(table.lot == lot).order_by(table.sequence, table.position)):
        if row["kind"] in _KINDS:  # an altered one is told by the check
            found.setdefault(row["run"], []).append(_mark(row))
    return found


_KINDS = frozenset(kind.value for kind in MarkKind)


def _mark(row: Mapping[str, Any]) -> Mark:
    return Mark(
        kind=MarkKind(row["kind"]),
        first=row["first"],
        last=row["last"],
        at=datetime.fromtimestamp(row["block_time"], UTC),
        participant=row["participant"],
        reason=row["reason"],
        codes=bool(row["codes"]),
        inspected=not row["custodian"],
    )


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
        verdict: of the lot.
    """
    key = key_of_lot(session, ref)
    table, tree = schema.stamp_run.c, schema.stamp_tree.c
    known = session.one(
        select(table.record_id, table.position, table.count, schema.lot.c.product_uri)
        .join(schema.lot, schema.lot.c.subject == table.lot)
        .where(table.lot == key, table.run == run)
    )
    if known is None:
        raise unknown("stamp run", f"{run} ({ref})")
    life = StampLife(known["count"], tuple(_marks(session, key).get(run, ())))
    last = known["count"] if last is None else min(last, known["count"])
    begin, end = (schema.node_number(BLOCK_LEVEL, (number - 1) // BLOCK) for number in (first, last))
    wanted = select(tree.node, tree.serials).where(tree.node.between(begin, end)).order_by(tree.node)
    wanted = wanted.where(tree.record_id == known["record_id"], tree.position == known["position"])
    views = []
    for number, serial in _numbered(session.connection.execute(wanted)):
        if not first <= number <= last:
            continue
        span = life.at(number)
        path = stamp_path(known["product_uri"], serial, session.settings.namespace)
        views.append(StampView(judged(verdict, span), serial, path, run, number, span, None))
    return views


def _numbered(blocks: Iterable[Sequence[Any]]) -> Iterator[tuple[int, str]]:
    """Yield the stamps of some blocks with their numbers."""
    for node, serials in blocks:
        begin = (node - schema.node_number(BLOCK_LEVEL, 0)) * BLOCK + 1
        for place in range(len(serials) // SERIAL_CHARACTERS):
            yield begin + place, serials[place * SERIAL_CHARACTERS : (place + 1) * SERIAL_CHARACTERS]


_GOOD = (Verdict.HOLDS, Verdict.PENDING)
"""Verdicts of a lot that a stamp on it need not share; graver ones it does."""


def judged(lot: Verdict, span: Span | None) -> Verdict:
    """Return the verdict on a stamp of a lot: one that is void or not activated never looks genuine."""
    if lot not in _GOOD:
        return lot
    void, activated = span is not None and span.voided_at is not None, span is not None and bool(span.activated_at)
    return decide(Facts(known=True, void=void, activated=activated, confirmed=lot is Verdict.HOLDS))
