"""What documents say of links from a product to pages elsewhere, as rows.

A link counts where the product's custodian declared it, and ends by the word of who declared it, of whoever has the
product now, or of an inspector. Declared again after it has ended, it counts again.
"""

from traceability.domain.records import LinkRecord, LinkWithdrawalRecord
from traceability.projection import schema
from traceability.projection.names import PRODUCT
from traceability.projection.reading import ReadDocument
from traceability.projection.rows import Rows
from traceability.projection.submissions import Submission, Touched


def declare(rows: Rows, submission: Submission, touched: Touched, document: ReadDocument, record: LinkRecord) -> None:
    """Put a link that the product's custodian declares; stated again while it counts it changes nothing."""
    name = touched.name
    if name.type != PRODUCT or record.uri != name.uri or not touched.custodian:
        return
    known = rows.get(schema.product_link, touched.key, document.event_id)
    if known is not None and known["withdrawn_id"] is None:
        return
    row = {
        "subject": touched.key,
        "event_id": document.event_id,
        "type": record.link_type,
        "href": record.href,
        "language": record.language,
        "media_type": record.media_type,
        "participant": submission.author.participant,
        "record_id": submission.number,
        "withdrawn_id": None,
        "withdrawn_by": 0,
    }
    rows.put(schema.product_link, row)


def withdraw(rows: Rows, submission: Submission, touched: Touched, record: LinkWithdrawalRecord) -> None:
    """End a link, once."""
    known = rows.get(schema.product_link, touched.key, record.of)
    author = submission.author
    if known is None or known["withdrawn_id"] is not None:
        return
    if author.inspects or touched.custodian or author.participant == known["participant"]:
        ended = {"withdrawn_id": submission.number, "withdrawn_by": author.participant}
        rows.put(schema.product_link, {**known, **ended})
