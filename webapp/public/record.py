"""The whole record of a subject as one JSON file, with which anyone can check it without trusting us.

The file holds every submission that touched the subject, exactly as it was logged, and says what has to come out:
fold the touches in order (docs/format.md, "Histories") and compare the last head with what the contract answers to
`subjectOf(key)`.
"""

import base64
import json
from typing import Any

from flask import Flask, Response, abort, current_app

from traceability.domain.uris import UnitRef
from traceability.errors import InvalidIdentifierError, OcopTraceError
from traceability.ports import Recorded
from traceability.proofs.documents import unpack
from webapp.access import application
from webapp.limits import limiter, page_rate
from webapp.public.addresses import named


@limiter.limit(page_rate)
def record_file(path: str) -> Response:
    """Send the record of a product, lot or participant as a download."""
    try:
        reference = named(path)
    except InvalidIdentifierError:
        abort(404)
    if isinstance(reference, UnitRef):
        abort(404)
    reads = application().reads
    submissions = reads.submissions(reference.uri)
    history = reads.history(reference.uri)
    content = {
        "format": "https://ocop-trace.example/docs/format.md#histories",
        "subject": reference.uri,
        "key": "0x" + reference.key.hex(),
        "chain": chain_address(),
        "expected": {
            "head": history[-1].anchor.head if history else None,
            "sequence": history[-1].anchor.sequence if history else 0,
        },
        "submissions": [_submission(one) for one in submissions],
    }
    body = json.dumps(content, ensure_ascii=False, indent=1)
    response = Response(body, content_type="application/json; charset=utf-8")
    name = "-".join(part for part in path.split("/") if part.isascii() and part.replace(".", "").isalnum())
    response.headers["Content-Disposition"] = f'attachment; filename="record-{name}.json"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def chain_address() -> dict[str, Any]:
    """Return chain id and contract address, noted when the program started: the chain is not asked."""
    return current_app.config["CHAIN"]


def note_chain(app: Flask) -> None:
    """Note where the ledger is."""
    ledger = app.extensions["ocop"].ledger
    app.config["CHAIN"] = {"chain_id": getattr(ledger, "chain_id", None), "contract": getattr(ledger, "address", None)}


def _submission(one: Recorded) -> dict[str, Any]:
    """Return a submission as it was logged; documents also readable, where they can be read."""
    try:
        documents: Any = unpack(one.documents)
    except OcopTraceError as error:
        documents = {"unreadable": str(error)}
    return {
        "block": {"number": one.position.block_number, "hash": "0x" + one.position.block_hash.hex()},
        "transaction": "0x" + one.position.transaction_hash.hex(),
        "log_index": one.position.log_index,
        "time": one.position.block_time,
        "signer": one.signer,
        "operation": str(one.operation),
        "touches": [{"subject": "0x" + touch.subject.hex(), "terms": hex(touch.terms)} for touch in one.touches],
        "blob": base64.b64encode(one.documents).decode(),
        "documents": documents,
    }
