"""The trace file: everything about a lot in one JSON document that can be kept with a case.

It holds what the pages show, with the proof of every record: block, transaction, head, signer. Whoever has it can
check it against the chain without this service; `docs/format.md` says how.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from flask import Response

from webapp.access import application, now, today
from webapp.inspector import blueprint
from webapp.links import absolute
from webapp.outcomes import subject

FORMAT = "ocop-trace-file/1"
"""Name and version of the document."""

WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),
    (date, lambda value: value.isoformat()),  # times are dates, too
    (timedelta, lambda value: value.total_seconds()),
    (Decimal, lambda value: f"{value:f}"),
)
"""How values are written that JSON does not know."""


def plain(value: Any) -> Any:
    """Return a read model as JSON values.

    Keys as in `traceability.domain.views`, times in ISO 8601, numbers as text.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return next((write(value) for kind, write in WRITERS if isinstance(value, kind)), value)


@blueprint.get("/trace.json")
def trace_file() -> Response:
    """Send the file."""
    reads, ref = application().reads, subject()
    trace = reads.trace(ref, today())
    path = trace.lot.path
    related = {node.lot.uri: node.lot for node in (*reads.backward(path), *reads.forward(path))}
    document = {
        "format": FORMAT,
        "made_at": now().isoformat(timespec="seconds"),
        "link": absolute(path),
        "trace": plain(trace),
        "history": plain(reads.history(path)),
        "backward": plain(reads.backward(path)),
        "forward": plain(reads.forward(path)),
        "related_histories": {uri: plain(reads.history(lot.path)) for uri, lot in related.items()},
    }
    response = Response(json.dumps(document, ensure_ascii=False, indent=1), mimetype="application/json")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", trace.lot.lot_number) or "lot"
    response.headers["Content-Disposition"] = f'attachment; filename="trace-{name}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response
