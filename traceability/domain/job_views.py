"""Long work as people see it: a run of stamps being made, a file being printed, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

OVER: Final = frozenset({"done", "failed", "cancelled"})
"""States after which nothing more comes of a job."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One job."""

    id: str
    """128 random bits in hexadecimal."""
    kind: str
    """issue (a run of stamps is made) or print (a file of stamps is written)."""
    state: str
    """queued, running, done, failed or cancelled."""
    done: int
    total: int
    """Stamps."""
    error: tuple[str, Mapping[str, Any]] | None
    """Why it failed: the template of the sentence, and what fills its gaps."""
    lot_path: str
    lot_number: str
    run: int
    first: int
    last: int
    medium: str
    """Of a print job: pdf, zpl, tspl, csv or xlsx."""
    created_at: datetime
    finished_at: datetime | None
    file_until: datetime | None
    """Until when the file of a print job can be fetched; None where there is none, or none any more."""
    grid: Mapping[str, str] = field(default_factory=dict)
    """How the stamps of a print job lie on a sheet, as it was ordered (`ports.PrintJob.grid`)."""
    start: str = "1"
    """The first place that was used on its first sheet."""

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will come of it."""
        return self.state in OVER
