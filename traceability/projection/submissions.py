"""A submission while it is projected: who wrote it, and what it touched."""

from dataclasses import dataclass, field
from typing import Any

from traceability.domain.ledger import Capacity
from traceability.projection.names import Name
from traceability.projection.reading import ReadDocument
from traceability.projection.rows import Row
from traceability.proofs.history import Touch


@dataclass(frozen=True, slots=True)
class Author:
    """For whom the signing key spoke, and what that participant might do then; zeros for a key nobody knows."""

    participant: int
    capacities: int

    @property
    def inspects(self) -> bool:
        """Whether the author is an inspector."""
        return bool(self.capacities & Capacity.INSPECTOR)


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission.

    Args:
        number: of its record.
        touches: as logged.
        documents: of the whole submission.
        author: who signed it.
    """

    number: int
    touches: tuple[Touch, ...]
    documents: tuple[ReadDocument, ...]
    author: Author

    def documents_of(self, touch: Touch) -> tuple[ReadDocument, ...]:
        """Return the documents that concern a touch; what it names beyond the end is not there."""
        return self.documents[touch.first_document : touch.first_document + touch.document_count]


@dataclass(frozen=True, slots=True)
class Touched:
    """One touch of a submission with the subject's row before and after."""

    position: int
    touch: Touch
    name: Name
    before: Row
    after: dict[str, Any]
    custodian: bool
    documents: tuple[ReadDocument, ...]
    parents: list[str] = field(default_factory=list)
    """Keys of the lots that a new lot was made from; found once the whole submission is seen."""

    @property
    def key(self) -> str:
        """The subject's key in hexadecimal."""
        return str(self.after["key"])

    @property
    def sequence(self) -> int:
        """The touch's place in the subject's history."""
        return int(self.after["sequence"])
