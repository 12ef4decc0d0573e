"""Whether a rating or certificate counts on a given day.

A paper is judged on the day a page is made, never on the day it was recorded: an expired or revoked one must not look
valid anywhere, whatever was printed on the label.
"""

from datetime import date
from enum import Enum


class Standing(Enum):
    """Whether a rating or certificate counts on a given day."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET = "not_yet"


def standing_on(day: date, valid_from: date, valid_to: date | None, *, revoked: bool = False) -> Standing:
    """Return the standing on a day of what is valid from one day to another, both included; None means without end."""
    if revoked:
        return Standing.REVOKED
    if day < valid_from:
        return Standing.NOT_YET
    if valid_to is not None and day > valid_to:
        return Standing.EXPIRED
    return Standing.VALID
