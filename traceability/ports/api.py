"""What programs from outside are known by, and the questions they have named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from traceability.domain.api_key_views import ApiKeyView
from traceability.domain.event_query import NamedQuery


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key as it is kept."""

    view: ApiKeyView
    secret_hash: str
    """SHA-256 of the secret part (256 random bits), in hexadecimal."""


class ApiKeys(Protocol):
    """API keys within one unit of work."""

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        ...

    def get(self, key_id: str) -> ApiKey | None:
        """Return one by its public part, or None."""
        ...

    def secret_hash(self, key_id: str) -> str | None:
        """Return the hash of one key's secret and nothing else, or None: both take the same time."""
        ...

    def list(self, *, participant: int | None = None) -> Sequence[ApiKeyView]:
        """Return the keys of one participant or of all, newest first."""
        ...

    def used(self, key_id: str, moment: datetime) -> None:
        """Note that a key was used."""
        ...

    def revoke(self, key_id: str, moment: datetime) -> None:
        """End a key, once."""
        ...


class NamedQueries(Protocol):
    """Named queries within one unit of work."""

    def add(self, query: NamedQuery) -> None:
        """Keep a query. Raises AlreadyExistsError for a name in use."""
        ...

    def get(self, name: str) -> NamedQuery | None:
        """Return one, or None."""
        ...

    def list(self, *, after: str = "", limit: int = 100) -> Sequence[NamedQuery]:
        """Return queries by name."""
        ...

    def count(self, participant: int) -> int:
        """Return how many queries a participant has named."""
        ...

    def remove(self, name: str) -> None:
        """Delete one."""
        ...
