"""Links that producers have declared for their products, as readers and the resolver are told of them."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from traceability.domain.link_records import MAX_LINKS, LinkRecord
from traceability.domain.link_types import title_of
from traceability.domain.links import DeclaredLink
from traceability.domain.uris import LotRef, ProductRef, UnitRef
from traceability.domain.views import Bilingual, FieldView
from traceability.projection import schema
from traceability.projection.names import key_of, read_reference
from traceability.projection.queries.session import Session

_TYPE: Final = Bilingual("Loại", "Kind")
_ADDRESS: Final = Bilingual("Địa chỉ", "Address")


def declared_links(session: Session, ref: str) -> tuple[DeclaredLink, ...]:
    """Return the links that count for a product, or for the product of a lot or item, oldest first.

    Only what its custodian of today declared counts, and no more than so many; nothing counts of what is not known.
    """
    named = read_reference(ref, session.settings.namespace)
    if isinstance(named, (LotRef, UnitRef)):
        named = named.product
    if not isinstance(named, ProductRef):
        return ()
    link, custody = schema.product_link, schema.subject
    wanted = select(link).join(custody, custody.c.key == link.c.subject)
    wanted = wanted.where(link.c.subject == key_of(named.uri), link.c.withdrawn_id.is_(None))
    wanted = wanted.where(link.c.participant == custody.c.owner)
    rows = session.many(wanted.order_by(link.c.record_id, link.c.event_id).limit(MAX_LINKS))
    times = session.times_of(row["record_id"] for row in rows)
    return tuple(_link(row, named.uri, times[row["record_id"]]) for row in rows)


def link_fields(record: LinkRecord) -> tuple[FieldView, ...]:
    """Return what a record that declares a link says, as labelled values for a story."""
    kind = FieldView("linkType", _TYPE, record.link_type, words=title_of(record.link_type))
    return kind, FieldView("href", _ADDRESS, record.href)


def _link(row: dict[str, Any], product: str, recorded_at: datetime) -> DeclaredLink:
    return DeclaredLink(
        id=row["event_id"],
        product=product,
        type=row["type"],
        href=row["href"],
        language=row["language"],
        media_type=row["media_type"],
        participant=row["participant"],
        recorded_at=recorded_at,
    )
