"""What a record says but the chain must not hold: free text, names, pictures.

Each value gets 16 random bytes of salt. The document carries the commitment to salt and value; value and salt stay in
our own tables, where they can be erased. `Keepsakes` gathers the values of one record while its document is written.
"""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from traceability.domain.members import Commitments
from traceability.ports import Erasable
from traceability.proofs.commitments import SALT_BYTES, commit


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that go to the content-addressed store when the record is kept."""

    data: bytes
    media_type: str


@dataclass(slots=True)
class Keepsakes:
    """The erasable values of one record.

    Args:
        subject: canonical URI of the subject that they speak of.
    """

    subject: str
    erasables: list[Erasable] = field(default_factory=list)
    blobs: list[Blob] = field(default_factory=list)

    def text(self, label: str, value: str) -> "Keepsakes":
        """Keep a text; an empty one is nothing to keep."""
        if value:
            salt = secrets.token_bytes(SALT_BYTES)
            self.erasables.append(Erasable(commit(value, salt), salt, self.subject, label, text=value))
        return self

    def picture(self, data: bytes, media_type: str, label: str = "picture") -> "Keepsakes":
        """Keep a picture or another file."""
        salt = secrets.token_bytes(SALT_BYTES)
        digest = sha256(data).hexdigest()
        self.erasables.append(
            Erasable(commit(data, salt), salt, self.subject, label, blob=digest, media_type=media_type)
        )
        self.blobs.append(Blob(data, media_type))
        return self

    @property
    def commitments(self) -> Commitments:
        """Return what the document says of them: commitments by label, in the order in which they were kept."""
        found: dict[str, tuple[str, ...]] = {}
        for item in self.erasables:
            found[item.label] = (*found.get(item.label, ()), item.commitment)
        return found
