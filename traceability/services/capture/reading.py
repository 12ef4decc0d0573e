"""Events of a document before the tables are asked: named, held against what may be public, cut to what is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from traceability.domain.capture_views import CaptureProblem
from traceability.domain.epcis import Event
from traceability.domain.epcis_documents import EpcisDocument, ReadEvent
from traceability.domain.private_values import require_impersonal
from traceability.errors import OcopTraceError
from traceability.proofs.canonical_json import canonical
from traceability.proofs.event_hash import event_hash
from traceability.services.capture.limits import require_count, require_size
from traceability.services.capture.problems import problem_of


@dataclass(frozen=True, slots=True)
class Named:
    """An event that can be read, with its names.

    Args:
        place: JSON pointer to it in the document that was sent.
        event: its typed value.
        document: as it is recorded.
        text: the same in canonical JSON.
        hash: its event hash.
        event_id: the identifier that its author gave, or the hash.
    """

    place: str
    event: Event
    document: Mapping[str, Any]
    text: bytes
    hash: str
    event_id: str

    @property
    def key(self) -> tuple[str, bool]:
        """Return what it is known by: an error declaration has the hash of the event that it withdraws."""
        return self.hash, self.event.error_declaration is not None


def named(read: ReadEvent) -> Named:
    """Return a read event with its names.

    Raises OcopTraceError: it cannot be hashed, or holds what looks personal; `field` is a JSON pointer within it.
    """
    digest = event_hash(read.document)
    document = dict(read.document)
    given = read.given_id if read.given_id != digest else None
    document.pop("eventID", None)
    if given is not None:
        document["eventID"] = given
    text = canonical(document)
    require_impersonal(document, text.decode())
    return Named(read.place, read.event, document, text, digest, given or digest)


def read_events(document: EpcisDocument) -> Sequence[Named | CaptureProblem]:
    """Return the events of a document in its order: each one named, or why it is refused.

    Raises TooLargeError: there are too many, or they are too long together.
    """
    require_count(len(document.events))
    found = [_read(one) for one in document.events]
    require_size([one.text for one in found if isinstance(one, Named)])
    return found


def _read(one: Any) -> Named | CaptureProblem:
    if not isinstance(one, ReadEvent):
        return problem_of(one.error, one.place)
    try:
        return named(one)
    except OcopTraceError as error:
        return problem_of(error, one.place)
