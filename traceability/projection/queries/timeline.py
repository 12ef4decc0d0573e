"""The records of a subject as a story: what happened, who vouches for it, how late it was entered, and where it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, select

from traceability.domain.ledger import Capacity, Kind
from traceability.domain.records import EventRecord, LinkRecord, LotAmount, StampMarkRecord, StampRunRecord
from traceability.domain.stages import Stage
from traceability.domain.views import Anchor, Bilingual, FieldView, TimelineEntry, Vouch
from traceability.domain.vouching import LatePolicy, late_by, vouch_of
from traceability.errors import OcopTraceError
from traceability.ports import Erasable
from traceability.projection import schema
from traceability.projection.names import read_uri
from traceability.projection.queries.keepsakes import pictures_of, text_is_intact
from traceability.projection.queries.links import link_fields
from traceability.projection.queries.session import Session, chunks
from traceability.projection.queries.stamp_words import stamp_fields
from traceability.projection.queries.words import stage_of, title_of
from traceability.projection.reading import read_body


@dataclass(frozen=True, slots=True)
class _Told:
    """One touch with one of its documents, and what was read from it."""

    row: dict[str, Any]
    event: EventRecord | None
    stamps: StampRunRecord | StampMarkRecord | None
    link: LinkRecord | None
    commitments: Mapping[str, tuple[str, ...]]


def load_timelines(session: Session, keys: Iterable[str]) -> dict[str, tuple[TimelineEntry, ...]]:
    """Return every record of some subjects by key, oldest first."""
    told: dict[str, list[_Told]] = {}
    for part in chunks(keys):
        for row in session.many(_selected().where(schema.touch.c.subject.in_(part))):
            told.setdefault(row["subject"], []).append(_read(row))
    commitments = (
        one for items in told.values() for item in items for given in item.commitments.values() for one in given
    )
    values = session.erasables(commitments)
    return {key: _story(session, items, values) for key, items in told.items()}


def _selected() -> Any:
    touch, document, record = schema.touch, schema.document, schema.record
    told = and_(
        document.c.record_id == touch.c.record_id,
        document.c.position >= touch.c.first_document,
        document.c.position < touch.c.first_document + touch.c.document_count,
    )
    columns = (record.c.block_number, record.c.block_hash, record.c.block_time, record.c.transaction_hash)
    about = (document.c.event_id, document.c.type, document.c.declares_error, document.c.body)
    names = (schema.subject.c.uri, schema.product.c.family)
    wanted = select(touch, *columns, record.c.log_index, record.c.signer, *about, *names)
    wanted = wanted.join(record, record.c.id == touch.c.record_id).outerjoin(document, told)
    wanted = wanted.join(schema.subject, schema.subject.c.key == touch.c.subject)
    wanted = wanted.outerjoin(schema.lot, schema.lot.c.subject == touch.c.subject)
    wanted = wanted.outerjoin(schema.product, schema.product.c.subject == schema.lot.c.product)
    return wanted.order_by(touch.c.subject, touch.c.sequence, document.c.position)


def _read(row: dict[str, Any]) -> _Told:
    record = read_body(row["body"]) if row["body"] else None
    event = record if isinstance(record, EventRecord) else None
    commitments = dict(getattr(record, "commitments", {}))
    if event is not None and event.error is not None:
        commitments = dict(event.error.commitments) or commitments
    stamps = record if isinstance(record, StampRunRecord | StampMarkRecord) else None
    link = record if isinstance(record, LinkRecord) else None
    return _Told(row, event, stamps, link, commitments)


def _story(session: Session, items: list[_Told], values: Mapping[str, Erasable]) -> tuple[TimelineEntry, ...]:
    withdrawn = _withdrawn(items)
    return tuple(_entry(session, item, values, withdrawn) for item in items)


def _withdrawn(items: list[_Told]) -> dict[tuple[str, int], str]:
    """Return which records were declared to be in error, as (event, author), with the reason.

    An author withdraws its own records; an inspector may declare anybody's to be in error.
    """
    found: dict[tuple[str, int], str] = {}
    for item in items:
        if reason := item.row["declares_error"]:
            event = item.row["event_id"]
            inspected = bool(item.row["capacities"] & Capacity.INSPECTOR)
            authors = {one.row["participant"] for one in items} if inspected else {item.row["participant"]}
            found |= {(event, author): reason for author in authors}
    return found


def _entry(
    session: Session, item: _Told, values: Mapping[str, Erasable], withdrawn: Mapping[tuple[str, int], str]
) -> TimelineEntry:
    row, event = item.row, item.event
    name = read_uri(row["uri"], session.settings.namespace)
    kind, stage = Kind(row["kind"]), stage_of(row["family"] or "", event.stage if event else "")
    recorded_at = datetime.fromtimestamp(row["block_time"], UTC)
    declares = row["declares_error"] or ""
    reason = "" if declares else withdrawn.get((row["event_id"], row["participant"]), "")
    title = title_of(kind, stage, event.biz_step if event else "", row["type"] or "")
    note = next((values[one] for one in item.commitments.get("note", ()) if one in values), None)
    kept = (values[one] for one in item.commitments.get("place", ()) if one in values)
    places = (one.text for one in kept if text_is_intact(one))
    place_code = event.place.rpartition("/")[2] if event else ""
    return TimelineEntry(
        event_id=row["event_id"] or "",
        lot_uri=name.uri,
        lot_path=name.path,
        kind=kind.name.lower(),
        event_type=row["type"] or "",
        biz_step=event.biz_step if event else "",
        stage=event.stage if event else "",
        title=title,
        event_time=event.event_time if event else recorded_at,
        recorded_at=recorded_at,
        late_by=None if event is None or declares else _late(session, event, recorded_at, stage),
        vouch=Vouch.RECORDED if row["custodian"] else vouch_of(row["capacities"]),
        by=session.party(row["participant"]),
        place=next((text for text in places if text), place_code),
        fields=_said(item, stage),
        note=(note.text or "") if note else "",
        note_erased=bool(item.commitments.get("note")) and note is None,
        note_intact=note is None or text_is_intact(note),
        pictures=pictures_of(session, item.commitments.get("picture", ()), values, title),
        corrected_by=row["event_id"] if reason else "",
        error_reason=declares or reason,
        anchor=_anchor(row),
        inputs=_paths(session, event.inputs) if event else (),
        outputs=_paths(session, event.outputs) if event else (),
    )


def _said(item: _Told, stage: Stage | None) -> tuple[FieldView, ...]:
    if item.event is not None:
        return _fields(item.event, stage)
    if item.link is not None:
        return link_fields(item.link)
    return stamp_fields(item.stamps) if item.stamps else ()


def _late(session: Session, event: EventRecord, recorded_at: datetime, stage: Stage | None) -> Any:
    policy = stage.late if stage is not None else LatePolicy(session.settings.late_after)
    return late_by(event.event_time, recorded_at, policy)


def _fields(event: EventRecord, stage: Stage | None) -> tuple[FieldView, ...]:
    """Return stated and measured values in the order of the stage's form; what the form does not know comes last."""
    values = {reading.field or reading.type: (f"{reading.value:f}", reading.unit) for reading in event.readings}
    values |= {key: (text, "") for key, text in event.values.items()}
    order = [one.key for one in stage.fields] if stage else []
    keys = [key for key in order if key in values] + [key for key in values if key not in order]
    return tuple(_field(key, *values[key], stage) for key in keys)


def _field(key: str, value: str, unit: str, stage: Stage | None) -> FieldView:
    known = stage.field(key) if stage else None
    if known is None:
        return FieldView(key, Bilingual(key), value, unit)
    try:
        warning = known.warning_for(value)
    except OcopTraceError:  # recorded by another program, in a form that this field does not take
        warning = None
    words = known.shown(value) if known.options else None
    return FieldView(key, known.label, value, unit, warning, words)


def _anchor(row: dict[str, Any]) -> Anchor:
    return Anchor(
        block_number=row["block_number"],
        block_hash="0x" + row["block_hash"],
        transaction_hash="0x" + row["transaction_hash"],
        log_index=row["log_index"],
        sequence=row["sequence"],
        head=row["head"],
        signer=row["signer"],
    )


def _paths(session: Session, lines: Iterable[LotAmount]) -> tuple[str, ...]:
    names = (read_uri(line.lot, session.settings.namespace) for line in lines)
    return tuple(dict.fromkeys(name.path for name in names if name.path))
