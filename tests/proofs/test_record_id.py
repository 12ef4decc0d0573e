"""A record's name follows from what it says."""

from datetime import UTC, datetime
from hashlib import sha256

from traceability.domain.event_records import OBJECT, ErrorDeclaration, EventRecord
from traceability.domain.records import StampRunRecord
from traceability.proofs.canonical_json import canonical
from traceability.proofs.event_hash import event_hash
from traceability.proofs.record_id import record_id

NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
EVENT = EventRecord(type=OBJECT, action="OBSERVE", biz_step="storing", event_time=NOON, stage="ferment")


def test_an_event_is_named_by_its_event_hash():
    """EPCIS readers elsewhere compute the same name."""
    assert record_id(EVENT.to_document()) == event_hash(EVENT.to_document())
    assert record_id(EVENT.to_document()).endswith("?ver=CBV2.0")


def test_an_error_declaration_has_the_name_of_the_event_that_it_withdraws():
    """The declaration says: this very event is in error."""
    error = ErrorDeclaration(NOON, "incorrect_data", {"note": ("x",)})
    declared = EventRecord(
        type=OBJECT, action="OBSERVE", biz_step="storing", event_time=NOON, stage="ferment", error=error
    )
    assert record_id(declared.to_document()) == record_id(EVENT.to_document())


def test_every_other_document_is_named_by_the_hash_of_its_canonical_text():
    """RFC 6920, with the hash in hexadecimal as the event hash has it."""
    document = StampRunRecord(1, 10, "root").to_document()
    assert record_id(document) == "ni:///sha-256;" + sha256(canonical(document)).hexdigest()
