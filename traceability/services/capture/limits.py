"""How much one document may hold: what one transaction on the chain can carry (`GS1-EPCIS-Capture-Limit`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from traceability.errors import TooLargeError
from traceability.proofs.documents import MAX_INFLATED_BYTES


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one capture.

    Args:
        events: most events of one document.
        body_bytes: longest document as it is sent.
        recorded_bytes: longest text of all its events in canonical JSON.
    """

    events: int
    body_bytes: int
    recorded_bytes: int


LIMITS: Final = Limits(events=1_000, body_bytes=4 * 1024 * 1024, recorded_bytes=MAX_INFLATED_BYTES - 1024)
"""What is taken here; a kilobyte of a submission is left for the journal that may have to be begun."""


def require_count(count: int) -> None:
    """Return quietly unless a document has too many events. Raises TooLargeError."""
    if count > LIMITS.events:
        raise TooLargeError(
            "The document has {count} events; at most {most} are taken at once. Send it in parts.",
            field="/epcisBody/eventList",
            count=count,
            most=LIMITS.events,
        )


def require_size(texts: Sequence[bytes]) -> None:
    """Return quietly unless the canonical texts of events are too long together. Raises TooLargeError."""
    size = sum(len(text) + 1 for text in texts)
    if size > LIMITS.recorded_bytes:
        raise TooLargeError(
            "The events are {size} bytes long; at most {most} are recorded at once. Send them in parts.",
            field="/epcisBody/eventList",
            size=size,
            most=LIMITS.recorded_bytes,
        )
