"""Media types: which of those offered a client likes best, and whether it asks `/` for JSON or for the start page."""

from collections.abc import Iterable
from typing import Final

from flask import request

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
MEDIA_TYPES: Final = (JSON, JSON_LD)
"""What is taken and given."""

PAGE: Final = "text/html"


def quality(offered: str, accepted: Iterable[tuple[str, float]]) -> float:
    """Return how much a client likes a media type; the most exact of its wishes counts (RFC 9110, 12.5.1)."""
    ranks = {offered: 2, offered.split("/", maxsplit=1)[0] + "/*": 1, "*/*": 0}
    found = [(ranks[name], worth) for one, worth in accepted if (name := _bare(one)) in ranks]
    if not found:
        return 0
    exact = max(rank for rank, _ in found)
    return max(worth for rank, worth in found if rank == exact)


def prefers_json() -> bool:
    """Tell whether a client names JSON among what it accepts, and likes it no less than a page."""
    accepted = request.accept_mimetypes
    named = [quality(_bare(one), accepted) for one, _ in accepted if _bare(one) in MEDIA_TYPES]
    return bool(named) and max(named) > 0 and max(named) >= quality(PAGE, accepted)


def _bare(accepted: str) -> str:
    """Return a media type without its parameters."""
    return accepted.split(";", maxsplit=1)[0].strip().lower()
