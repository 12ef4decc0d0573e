"""Answers of the EPCIS repository: pages of events, single events, and the names that events use."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from traceability.domain.event_query import EventPage, EventQuery, NamePage, StoredEvent


def read_page(connection: Connection, query: EventQuery, *, per_page: int, token: str) -> EventPage:
    """Return one page of the events that a question asks for. Raises InvalidInputError, TooManyError."""
    return EventPage(())


def find(connection: Connection, event_id: str) -> Sequence[StoredEvent]:
    """Return the event of an identifier or event hash, together with its error declarations, oldest first."""
    return ()


def recorded_hashes(connection: Connection, hashes: Sequence[str]) -> Mapping[str, Sequence[StoredEvent]]:
    """Return what is recorded already under some event hashes."""
    return {}


def read_names(connection: Connection, resource: str, *, per_page: int, token: str) -> NamePage:
    """Return the names that events use, sorted."""
    return NamePage(())
