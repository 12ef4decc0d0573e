"""Participants and their keys: what the chain says of them, and the name and address that are kept off it."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from traceability.domain.addresses import commune
from traceability.domain.text import fold, sort_key
from traceability.domain.views import KeyView, PartyView
from traceability.errors import InvalidInputError
from traceability.ports import Erasable
from traceability.projection import schema
from traceability.projection.queries.keepsakes import text_is_intact
from traceability.projection.queries.session import Session, Settings, chunks, unknown


def load_parties(connection: Connection, settings: Settings) -> dict[int, PartyView]:
    """Return every participant by number: a few hundred, read once for each version of the tables.

    A name or address that does not open its commitment was altered and is left out, as if it had been erased.
    """
    keys = _held(connection, settings.holds)
    rows = [dict(row) for row in connection.execute(select(schema.participant)).mappings()]
    labels = {row["number"]: {label: given[0] for label, given in _commitments(row).items() if given} for row in rows}
    wanted = [commitment for told in labels.values() for commitment in told.values()]
    values: dict[str, Erasable] = {}
    for part in chunks(wanted):
        kept = select(schema.erasable).where(schema.erasable.c.commitment.in_(part))
        values |= {row["commitment"]: Erasable(**row) for row in connection.execute(kept).mappings()}
    return {row["number"]: _party(row, labels[row["number"]], values, keys) for row in rows}


def _commitments(row: dict[str, Any]) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = json.loads(row["commitments"])
    return loaded


def _held(connection: Connection, holds: Callable[[str], bool]) -> frozenset[int]:
    """Return the participants for which this service can sign."""
    table = schema.participant_key.c
    current = select(table.participant, table.address).where(table.until_block.is_(None))
    return frozenset(number for number, address in connection.execute(current) if holds(address))


def _party(row: dict[str, Any], told: dict[str, str], values: dict[str, Erasable], held: frozenset[int]) -> PartyView:
    def value(label: str) -> str:
        kept = values.get(told.get(label, ""))
        return (kept.text or "") if kept and text_is_intact(kept) else ""

    code = value("communeCode")
    return PartyView(
        number=row["number"],
        uri=row["uri"],
        code=row["code"] or f"#{row['number']}",
        name=value("name"),
        kind=row["kind"],
        address=_whole_address(value("address"), code),
        printed_address=value("printedAddress"),
        commune_code=code,
        gln=row["gln"],
        capacities=row["capacities"],
        key_held_by_service=row["number"] in held,
    )


def _whole_address(line: str, code: str) -> str:
    """Return an address with its commune and province, where the code is one of today's."""
    if not code:
        return line
    try:
        place = str(commune(code))
    except InvalidInputError:
        return line
    return ", ".join(part for part in (line, place) if part)


def find_party(session: Session, ref: str | int) -> PartyView:
    """Return a participant by number, code or URI. Raises NotFoundError."""
    if isinstance(ref, int):
        if (party := session.parties.get(ref)) is not None:
            return party
    else:
        wanted = ref.strip().rstrip("/").rpartition("/")[2].upper()
        for party in session.parties.values():
            if wanted and wanted in (party.code.upper(), party.gln):
                return party
    raise unknown("participant", str(ref))


def list_parties(session: Session, capacity: int | None) -> list[PartyView]:
    """Return participants by name in Vietnamese order."""
    found = [party for party in session.parties.values() if capacity is None or party.capacities & capacity]
    return sorted(found, key=lambda party: (sort_key(party.name or party.code), party.number))


def search_parties(session: Session, words: str) -> tuple[PartyView, ...]:
    """Return participants whose name, code or number holds folded words."""
    found = (party for party in session.parties.values() if words in fold(f"{party.name} {party.code} {party.gln}"))
    return tuple(sorted(found, key=lambda party: sort_key(party.name or party.code)))


def keys_of(session: Session, participant: int) -> list[KeyView]:
    """Return a participant's keys, oldest first."""
    table = schema.participant_key
    wanted = select(table).where(table.c.participant == participant).order_by(table.c.added_id)
    return [
        KeyView(
            row["address"],
            row["participant"],
            row["from_block"],
            row["until_block"],
            session.settings.holds(row["address"]),
        )
        for row in session.many(wanted)
    ]
