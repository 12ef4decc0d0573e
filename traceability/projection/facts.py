"""What documents say of products, participants and lots, as rows.

Whose word counts is decided here, beyond what the contract decides: master data is the custodian's to write; anybody
entitled may state a rating, but it counts as inspected only under an inspector's signature on somebody else's product;
a lot belongs to a product only when the product's custodian made it, or when it was parted from such a lot.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from traceability.domain.ledger import CREATING, Kind
from traceability.domain.records import (
    CertificateRecord,
    EventRecord,
    LinkRecord,
    LinkWithdrawalRecord,
    ParticipantRecord,
    ProductRecord,
    RatingRecord,
    Record,
    RevocationRecord,
    StampMarkRecord,
)
from traceability.domain.text import fold
from traceability.projection import links, schema, trade
from traceability.projection.names import LOT, PARTICIPANT, PRODUCT, key_of
from traceability.projection.reading import ReadDocument
from traceability.projection.rows import Row, Rows
from traceability.projection.stores import to_milliseconds
from traceability.projection.submissions import Submission, Touched


def document_row(number: int, position: int, document: ReadDocument) -> dict[str, Any]:
    """Return the row of one document of a record."""
    event = document.record if isinstance(document.record, EventRecord) else None
    return {
        "record_id": number,
        "position": position,
        "event_id": document.event_id,
        "type": document.type,
        "biz_step": event.biz_step if event else "",
        "event_time": to_milliseconds(event.event_time) if event else None,
        "declares_error": (event.error.reason or "unstated") if event and event.error else "",
        "opaque": document.opaque,
        "body": document.body,
    }


def tell(rows: Rows, submission: Submission, touched: Touched) -> None:
    """Put what one touch and its documents say."""
    if touched.name.type == LOT and touched.touch.kind in CREATING:
        _open_lot(rows, submission, touched)
    trade.tell(rows, submission, touched)
    for position, document in enumerate(touched.documents):
        if document.record is not None:
            _tell(rows, submission, touched, document, document.record, position)


def _tell(
    rows: Rows, submission: Submission, touched: Touched, document: ReadDocument, record: Record, position: int
) -> None:
    if isinstance(record, ProductRecord):
        _product(rows, submission, touched, record)
    elif isinstance(record, ParticipantRecord):
        _participant(rows, touched, record)
    elif isinstance(record, (RatingRecord, CertificateRecord)):
        _award(rows, submission, touched, document, record)
    elif isinstance(record, RevocationRecord):
        _revoke(rows, submission, touched, record)
    elif isinstance(record, LinkRecord):
        links.declare(rows, submission, touched, document, record)
    elif isinstance(record, LinkWithdrawalRecord):
        links.withdraw(rows, submission, touched, record)
    elif isinstance(record, StampMarkRecord):
        trade.mark(rows, submission, touched, record, position)


# ------------------------------------------------------------------------------------------------------------- products
def _product(rows: Rows, submission: Submission, touched: Touched, record: ProductRecord) -> None:
    """Put master data: everything at first, and in a revision what it says anew."""
    name = touched.name
    if name.type != PRODUCT or record.uri != name.uri or not touched.custodian:
        return
    known = rows.get(schema.product, touched.key) or _unknown_product(submission, touched)
    said: dict[str, Any] = {
        "family": record.family,
        "sector": record.sector,
        "unit": record.unit,
        "shelf_life_days": record.shelf_life_days,
        "brand": record.brand,
        "net_content": record.net_content,
        "standard": record.standard,
        "is_material": None if record.is_material is None else int(record.is_material),
        "commitments": _commitments(record.commitments) if record.commitments else None,
    }
    if record.name is not None:
        said |= {"name_vi": record.name.vi, "name_en": record.name.en}
    if record.description is not None:
        said |= {"description_vi": record.description.vi, "description_en": record.description.en}
    row = {**known, **{column: value for column, value in said.items() if value is not None}}
    row["folded"] = fold(f"{row['name_vi']} {row['name_en']} {row['brand']} {name.gtin} {name.code}")
    rows.put(schema.product, row)


def _unknown_product(submission: Submission, touched: Touched) -> Row:
    name = touched.name
    texts = ("name_vi", "name_en", "description_vi", "description_en", "family", "sector", "unit", "brand")
    blank = dict.fromkeys((*texts, "net_content", "standard", "folded"), "")
    return {
        **blank,
        "subject": touched.key,
        "uri": name.uri,
        "path": name.path,
        "gtin": name.gtin,
        "code": name.code,
        "shelf_life_days": None,
        "is_material": 0,
        "commitments": "{}",
        "registered_id": submission.number,
    }


def _participant(rows: Rows, touched: Touched, record: ParticipantRecord) -> None:
    name, number = touched.name, touched.after["participant"]
    if not number or name.type != PARTICIPANT or record.uri != name.uri or not touched.custodian:
        return
    known = rows.get(schema.participant, number)
    if known is not None:
        told = {"uri": name.uri, "code": name.code, "kind": record.kind, "gln": record.gln or ""}
        told["commitments"] = _commitments(record.commitments)
        rows.put(schema.participant, {**known, **told})


def _commitments(commitments: Mapping[str, tuple[str, ...]]) -> str:
    listed = {label: list(values) for label, values in commitments.items()}
    return json.dumps(listed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


# ----------------------------------------------------------------------------------------------------------------- lots
def _open_lot(rows: Rows, submission: Submission, touched: Touched) -> None:
    name = touched.name
    event = next((doc.record for doc in touched.documents if isinstance(doc.record, EventRecord)), None)
    product = key_of(name.product_uri)
    parents = trade.parents_of(rows, touched) if touched.touch.kind == Kind.DEPOSIT else []
    produced_at = to_milliseconds(event.event_time) if event else None
    expires_on = _day(event.expiries.get(name.uri) if event else None)
    if parents:  # goods that are only parted or brought together are as old as they were
        days = (lot["produced_at"] for lot in parents)
        produced_at = min((day for day in days if day is not None), default=produced_at)
        expires_on = expires_on or min((lot["expires_on"] for lot in parents if lot["expires_on"]), default="")
    master = rows.get(schema.product, product)
    row = {
        "subject": touched.key,
        "uri": name.uri,
        "path": name.path,
        "lot_number": name.lot_number,
        "product": product,
        "product_uri": name.product_uri,
        "product_path": name.product_path,
        "genuine": int(_is_genuine(rows, submission, touched, product, parents)),
        "unit": master["unit"] if master else "",
        "produced_at": produced_at,
        "expires_on": expires_on,
        "origin": touched.touch.kind.name.lower(),
        "folded": fold(name.lot_number),
        "registered_id": submission.number,
    }
    rows.put(schema.lot, row)


def _is_genuine(rows: Rows, submission: Submission, touched: Touched, product: str, parents: list[Row]) -> bool:
    if touched.touch.kind == Kind.DEPOSIT:
        return bool(parents) and all(lot["genuine"] and lot["product"] == product for lot in parents)
    custody = rows.get(schema.subject, product)
    is_product = rows.get(schema.product, product) is not None
    return bool(custody and is_product and custody["owner"] == submission.author.participant)


# --------------------------------------------------------------------------------------------------------------- awards
def _award(
    rows: Rows,
    submission: Submission,
    touched: Touched,
    document: ReadDocument,
    record: RatingRecord | CertificateRecord,
) -> None:
    """Put a rating or certificate.

    Stated again it changes nothing, unless an inspector confirms what a producer stated.
    """
    inspected = submission.author.inspects and not touched.custodian
    known = rows.get(schema.award, touched.key, document.event_id)
    if known is not None and (known["revoked_id"] is not None or known["inspected"] or not inspected):
        return
    if isinstance(record, RatingRecord):
        said = {"kind": "ocop_rating", "stars": record.stars, "decision_number": record.decision_number}
        said |= {"decision_date": _day(record.decision_date), "number": record.certificate_number, "scope": ""}
    else:
        said = {"kind": record.kind, "stars": 0, "decision_number": "", "decision_date": ""}
        said |= {"number": record.number, "scope": record.scope}
    row = said | {
        "subject": touched.key,
        "event_id": document.event_id,
        "issuer": record.issuer,
        "valid_from": _day(record.valid_from),
        "valid_to": _day(record.valid_to),
        "participant": submission.author.participant,
        "inspected": int(inspected),
        "record_id": submission.number,
        "revoked_id": None,
        "revoked_by": 0,
        "revoked_note": "",
    }
    rows.put(schema.award, row)


def _revoke(rows: Rows, submission: Submission, touched: Touched, record: RevocationRecord) -> None:
    """End an award: its author's word or an inspector's, once."""
    known = rows.get(schema.award, touched.key, record.of)
    author = submission.author
    if known is None or known["revoked_id"] is not None:
        return
    if author.inspects or author.participant == known["participant"]:
        note = next(iter(record.commitments.get("note", ())), "")
        ended = {"revoked_id": submission.number, "revoked_by": author.participant, "revoked_note": note}
        rows.put(schema.award, {**known, **ended})


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
