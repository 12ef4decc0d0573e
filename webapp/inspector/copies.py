"""Copied stamps as an inspector meets them: what the rules found, newest and gravest first, and one stamp in full.

What was seen of a stamp is this service's own observation and not on the chain: visitors are tokens that mean nothing
after their day, and a place is the commune that somebody offered, nothing nearer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request

from traceability.domain.addresses import commune
from traceability.domain.copies import Level, Look
from traceability.domain.verdicts import with_sightings
from traceability.domain.views import LotSummary
from traceability.errors import InvalidInputError, NotFoundError, VerificationError
from traceability.proofs.stamp_proofs import StampProof
from webapp.access import application, day_of, today
from webapp.inspector import blueprint
from webapp.outcomes import PAGE_LENGTH, page_number, subject
from webapp.signals import explain

MOST_DAYS = 31
"""Days of which scans are listed one by one, the newest first."""


@dataclass(frozen=True, slots=True)
class Day:
    """What was seen of a stamp on one day (UTC+7)."""

    day: date
    scans: int
    visitors: int
    hosts: Sequence[str]
    """Pages that visitors came from."""
    places: Sequence[str]
    """Communes that they offered."""


@blueprint.get("/copies")
def copies() -> str:
    """List the stamps of which the rules have something to say, gravest and newest first."""
    page = page_number()
    least = Level.NOTE if request.args.get("all") else Level.WARNING
    scans = application().scans
    found = scans.flagged(None, PAGE_LENGTH + 1, (page - 1) * PAGE_LENGTH, least=least)
    shown = found[:PAGE_LENGTH]
    return render_template(
        "inspector/copies.html",
        flagged=shown,
        lots=_lots({one.lot_uri for one in shown}),
        days={serial: by_day(looks) for serial, looks in scans.looks_of([one.serial for one in shown]).items()},
        explain=explain,
        page=page,
        more=len(found) > PAGE_LENGTH,
        notes=least is Level.NOTE,
        harmless=scans.count_flagged() - scans.count_flagged(least=Level.WARNING),
    )


@blueprint.get("/stamp")
def stamp() -> str:
    """Show one stamp: what the chain says of it, how that is proved, and what was seen of it day by day."""
    one = application().reads.stamp(subject(), today())
    if one.trace is None or one.span is None:
        raise NotFoundError("There is no such stamp.")
    scans = application().scans
    seen = scans.seen(one, "")
    return render_template(
        "inspector/stamp.html",
        stamp=one,
        lot=one.trace.lot,
        span=one.span,
        state=scans.state(one),
        seen=seen,
        days=by_day(scans.looks(one.serial)),
        scan_days=application().settings.scan_days,
        verdict=with_sightings(one.verdict, suspect=seen.level is Level.WARNING),
        proof=_proof(one.path),
        explain=explain,
    )


def by_day(looks: Iterable[Look]) -> list[Day]:
    """Return what was seen, day by day, the newest first."""
    days: dict[date, list[Look]] = {}
    for look in looks:
        days.setdefault(day_of(look.at), []).append(look)
    return [
        Day(
            day=day,
            scans=len(seen),
            visitors=len({look.visitor for look in seen}),
            hosts=sorted({look.referrer for look in seen} - {""}),
            places=sorted({_place(look.commune) for look in seen if look.commune}),
        )
        for day, seen in sorted(days.items(), reverse=True)[:MOST_DAYS]
    ]


def _place(code: str) -> str:
    """Return a commune by name and province; a code of former days as it is."""
    try:
        return str(commune(code))
    except InvalidInputError:
        return code


def _lots(uris: Iterable[str]) -> Mapping[str, LotSummary]:
    """Return lots by URI; one that is not in the tables (any more) is left out."""
    found = {}
    for uri in uris:
        try:
            found[uri] = application().reads.lot(uri)
        except NotFoundError:
            continue
    return found


def _proof(path: str) -> Mapping[str, Any] | None:
    """Return how a stamp is proved to be issued: nothing where the tables have no proof that leads to its root.

    None while its run is still being brought in.
    """
    try:
        proof: StampProof = application().reads.stamp_proof(path)
    except NotFoundError:
        return None
    except VerificationError:  # the inspector needs the page now more than ever
        return {}
    return proof.to_json()
