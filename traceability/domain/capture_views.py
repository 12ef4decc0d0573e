"""Capture jobs as people and programs see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ErrorBehaviour(StrEnum):
    """What a capture job does when an event is refused (`GS1-Capture-Error-Behaviour`)."""

    ROLLBACK = "rollback"
    PROCEED = "proceed"


@dataclass(frozen=True, slots=True)
class CaptureProblem:
    """Why one event, or the whole document, was not captured."""

    place: str
    """JSON pointer into the document that was sent (RFC 6901)."""
    exception: str
    """Name of the standard's exception, such as ValidationException, SecurityException or DuplicateNameException."""
    status: int
    template: str
    """English sentence with gaps, also the key of its translation."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureJobView:
    """How far a capture job is (EPCIS 2.0, 12.6.1)."""

    id: str
    created_at: datetime
    finished_at: datetime | None
    running: bool
    success: bool
    """No error so far."""
    behaviour: ErrorBehaviour
    errors: tuple[CaptureProblem, ...]
    total: int
    """Events in the document."""
    captured: int
    """Events that are recorded, or were already before."""
