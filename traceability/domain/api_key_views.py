"""API keys as people and programs see them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyView:
    """A key with which a program speaks for a participant; the secret itself is shown once and kept nowhere."""

    id: str
    """Public part of the key."""
    label: str
    participant: int
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    """To the hour."""
    revoked_at: datetime | None
