"""What is recorded about stamps: that a run was issued, and what became of ranges of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from traceability.domain.members import (
    Commitments,
    get_count,
    get_text,
    read_commitments,
    write_commitments,
)
from traceability.domain.stamp_life import MarkKind


@dataclass(frozen=True, slots=True)
class StampRunRecord:
    """A run of stamps was issued: how many, and the Merkle root over them (RFC 9162), base64url."""

    TYPE: ClassVar[str] = "ocop:StampRun"

    run: int
    """From 1, counted for each lot."""
    count: int
    root: str

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values."""
        return {"type": self.TYPE, "run": self.run, "count": self.count, "root": self.root}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "StampRunRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(get_count(document, "run"), get_count(document, "count"), get_text(document, "root"))


@dataclass(frozen=True, slots=True)
class StampMarkRecord:
    """Stamps `first` to `last` of a run (from 1, inclusive) were printed, activated, made void or restored."""

    TYPES: ClassVar[Mapping[str, MarkKind]] = {
        "ocop:StampPrinting": MarkKind.PRINTED,
        "ocop:StampActivation": MarkKind.ACTIVATED,
        "ocop:StampVoid": MarkKind.VOIDED,
        "ocop:StampRestoration": MarkKind.RESTORED,
    }

    kind: MarkKind
    run: int
    first: int
    last: int
    reason: str = ""
    """Of a void or restored range."""
    medium: str = ""
    """Of a printing: pdf, zpl, tspl, csv or xlsx."""
    codes: bool = False
    """Whether a printing carries second codes."""
    commitments: Commitments = field(default_factory=dict)
    """A free `note`."""

    def to_document(self) -> dict[str, Any]:
        """Return the JSON values."""
        optional = {"ocop:reason": self.reason, "ocop:medium": self.medium, "ocop:codes": self.codes or None}
        return {
            "type": _NAMES[self.kind],
            "run": self.run,
            "first": self.first,
            "last": self.last,
            **{name: value for name, value in optional.items() if value},
            **({"ocop:commitments": write_commitments(self.commitments)} if self.commitments else {}),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "StampMarkRecord":
        """Read it back. Raises InvalidInputError."""
        return cls(
            kind=cls.TYPES[get_text(document, "type")],
            run=get_count(document, "run"),
            first=get_count(document, "first"),
            last=get_count(document, "last"),
            reason=get_text(document, "ocop:reason"),
            medium=get_text(document, "ocop:medium"),
            codes=document.get("ocop:codes") is True,
            commitments=read_commitments(document),
        )


_NAMES: Final[Mapping[MarkKind, str]] = {kind: name for name, kind in StampMarkRecord.TYPES.items()}
