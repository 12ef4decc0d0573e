"""Journals: where a participant's events stand that are about nothing known here.

Every record needs a subject with a history. Events about goods that were never registered, places or business papers
go, in their author's order, into the author's *journal*: a subject of its own that comes into being with the first
such event. An inspector, who registers nothing, observes its own participant's history instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from traceability.domain.members import get_text


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """A participant's journal begins."""

    TYPE: ClassVar[str] = "ocop:Journal"

    uri: str

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values."""
        return {"type": self.TYPE, "id": self.uri}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "JournalRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(get_text(document, "id"))


def journal_uri(namespace: str, code: str) -> str:
    """Return the canonical URI of the journal of the participant with this code, or this GLN."""
    return f"{namespace}/journal/{code}"
