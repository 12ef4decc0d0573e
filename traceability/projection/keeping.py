"""Values that are kept off the chain, for the verifier: what lies here, and which record names each of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from traceability.errors import NotFoundError
from traceability.ports import Blobs, Recorded
from traceability.projection import schema
from traceability.projection.reading import Blob, open_blob
from traceability.projection.rows import Rows
from traceability.proofs.verifier import KeptValue

Anchors = dict[str, list[tuple[str, Collection[str] | None]]]
"""Commitment to the label and the subjects' URIs under which documents name it; None as URIs allows any."""

Opened = Sequence[tuple[Recorded, Blob]]
"""Submissions with their blobs opened."""

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
"""How files of the types that we keep begin."""


def anchors_of(connection: Connection, opened: Opened, rows: Rows) -> Anchors:
    """Return every commitment that a document names, on the chain or still on its way there."""
    found: Anchors = {}
    uris = {key: row["uri"] for (key,), row in rows.rows(schema.subject).items()}
    for log, blob in opened:
        _collect(found, blob, frozenset(uris.get(touch.subject.hex(), "") for touch in log.touches))
    waiting = select(schema.outbox.c.documents).where(schema.outbox.c.state != "landed")
    for documents in connection.execute(waiting).scalars():
        _collect(found, open_blob(bytes(documents)), None)
    return found


def _collect(found: Anchors, blob: Blob, about: Collection[str] | None) -> None:
    for document in blob.documents:
        for label, commitment in commitments_in(document.members):
            found.setdefault(commitment, []).append((label, about))


def commitments_in(value: Any) -> Iterator[tuple[str, str]]:
    """Yield every label and commitment in a document, those of an error declaration included."""
    if not isinstance(value, Mapping):
        return
    for name, member in value.items():
        if name == "ocop:commitments" and isinstance(member, Mapping):
            for label, given in member.items():
                listed = given if isinstance(given, list) else [given]
                yield from ((label, one) for one in listed if isinstance(one, str))
        else:
            yield from commitments_in(member)


def kept_values(connection: Connection, blobs: Blobs | None, only: Collection[str] | None) -> list[KeptValue]:
    """Return the values that lie here: all of them, or those behind some commitments."""
    table = schema.erasable
    rows = connection.execute(select(table).order_by(table.c.commitment)).mappings()
    return [_kept(dict(row), blobs) for row in rows if only is None or row["commitment"] in only]


def _kept(row: dict[str, Any], blobs: Blobs | None) -> KeptValue:
    value, trouble, is_file = None, "", row["blob"] is not None
    if is_file == (row["text"] is not None):
        trouble = "it is kept neither as a text nor as a file"
    elif is_file:
        value, trouble = _file(row, blobs)
    else:
        value = str(row["text"]).encode(errors="surrogateescape")
        trouble = "" if row["media_type"] == "text/plain" else f"a text is not {row['media_type']}"
    return KeptValue(row["commitment"], bytes(row["salt"]), value, row["label"], row["subject"], is_file, trouble)


def _file(row: dict[str, Any], blobs: Blobs | None) -> tuple[bytes | None, str]:
    """Return the bytes of a file, and what is wrong with the way it is kept. Erasing it takes row and file away."""
    if blobs is None:
        return None, ""
    try:
        data, media_type = blobs.get(row["blob"])
    except NotFoundError:
        return None, "its file is gone, although it was not erased"
    begins = next((known for start, known in _SIGNATURES if data.startswith(start)), media_type)
    return data, "" if row["media_type"] == media_type == begins else f"a file of type {begins} is kept as another"
