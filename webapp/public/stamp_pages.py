"""What a stamp's page says: its lot's story, and in the places left open what is told of this one stamp.

The keys here decide which stamps share a page or a paragraph; whatever a template reads of a stamp has to be in its
key. Both lanes use them (`fast_lane`, and `scan` for what has to be printed first).
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from flask import Flask, current_app, render_template

from traceability.domain.copies import Level, Seen, Signal
from traceability.domain.ledger import Capacity
from traceability.domain.stamp_life import StampState
from traceability.domain.verdicts import Verdict
from traceability.domain.views import Vouch
from traceability.errors import NotFoundError
from webapp.access import application, day_of
from webapp.public.counter import Asked, Counter, Told, Words
from webapp.public.form_tokens import form_token
from webapp.public.printing_press import Page, mark
from webapp.public.scanning import Scan
from webapp.signals import explain

ON_SALE = (Verdict.HOLDS, Verdict.PENDING, Verdict.SUSPECT)
"""Verdicts of stamps that are on goods: their second code may be entered."""


class Step(NamedTuple):
    """One step of a stamp's life."""

    state: StampState
    at: datetime
    vouch: Vouch | None
    """Who signed it; None for what only this service has seen."""
    by: str = ""
    """Name of whoever signed it, where that is not the producer."""
    reason: str = ""
    times: int = 1


def secret_of(app: Flask) -> bytes:
    """Return the secret that signs forms."""
    secret = app.config["SECRET_KEY"]
    return secret if isinstance(secret, bytes) else secret.encode()


def secret() -> bytes:
    """Return the same of the application at hand."""
    return secret_of(current_app)


def offers_code(scan: Scan) -> bool:
    """Tell whether the page of a stamp takes its second code."""
    return scan.stamp.span is not None and scan.stamp.span.codes and scan.verdict in ON_SALE


def page_key(scan: Scan, asked: Asked) -> tuple[Any, ...]:
    """Return what all stamps that share a page have in common."""
    trace = scan.stamp.trace
    return (trace.lot.uri if trace else "", scan.verdict, offers_code(scan), asked.day, asked.language)


def told_key(scan: Scan, asked: Asked) -> tuple[Any, ...]:
    """Return what all stamps that share their paragraphs have in common."""
    stamp, seen = scan.stamp, scan.seen
    signals = tuple((one.rule, one.level, *sorted(one.facts.items())) for one in seen.signals)
    times = (_day(seen.first_at), _day(seen.last_at), seen.opened_at)
    lot = stamp.trace.lot.uri if stamp.trace else ""
    return (lot, stamp.run, stamp.span, bool(seen.scans), about(seen.visitors), times, signals, asked.language)


def words(counter: Counter, scan: Scan, told: Told, secret: bytes) -> Words:
    """Return what fills a stamp's page."""
    token = form_token(secret, scan.stamp.path, scan.day) if offers_code(scan) else ""
    return Words(counter.checked, scan.stamp.serial, told, token)


def print_page(counter: Counter, scan: Scan, asked: Asked) -> Page:
    """Return the page that a stamp shares with others of its lot, printing it where it has to be."""
    key, trace = page_key(scan, asked), scan.stamp.trace
    known = counter.page(key, trace)
    if known is not None:
        return known
    rendered = render_template(
        "public/trace.html", trace=trace, verdict=scan.verdict, stamp=scan.stamp, code=offers_code(scan), slot=mark
    )
    return counter.keep(key, trace, rendered)


def print_told(counter: Counter, scan: Scan, asked: Asked) -> Told:
    """Return what is told of a stamp besides its lot, printing it where it has to be."""
    key = told_key(scan, asked)
    known = counter.told.get(key)
    if known is not None:
        return known
    trace, steps = scan.stamp.trace, life(scan)
    sightings = render_template(
        "public/sightings.html",
        seen=scan.seen,
        phones=about(scan.seen.visitors),
        signals=[explain(one, "shopper") for one in scan.seen.signals if not _is_said(one)],
        suspicious=scan.seen.level is Level.WARNING,
        void=next((one for one in steps if one.state is StampState.VOID), None),
        product=trace.product if trace else None,
    )
    told = Told(sightings.encode(), render_template("public/life.html", steps=steps).encode())
    return counter.told.put(key, told)


def _is_said(signal: Signal) -> bool:
    """Tell whether the page says so anyway: that the package was opened, or that the stamp is void."""
    return signal.level is Level.NOTE and signal.rule in {"opened_before", "void_scanned"}


def about(phones: int) -> int:
    """Return a number of phones to two figures: more would claim to know who is who."""
    unit = 10 ** max(len(str(phones)) - 2, 0)
    return round(phones / unit) * unit


def life(scan: Scan) -> list[Step]:
    """Return the steps of a stamp's life as far as they are known, in the order in which stamps take them."""
    stamp, seen = scan.stamp, scan.seen
    run = next((one for one in stamp.trace.runs if one.number == stamp.run), None) if stamp.trace else None
    steps = [Step(StampState.ORDERED, run.issued_at, Vouch.RECORDED)] if run else []
    span = stamp.span
    if span is not None:
        if span.printed_at is not None:
            steps.append(Step(StampState.PRINTED, span.printed_at, Vouch.RECORDED, times=span.printings))
        if span.activated_at is not None:
            steps.append(Step(StampState.ACTIVATED, span.activated_at, Vouch.RECORDED))
    steps += _seen_steps(seen)
    if span is not None and span.voided_at is not None:
        vouch, name = _author(span.voided_by)
        steps.append(Step(StampState.VOID, span.voided_at, vouch, name, span.void_reason))
    return steps


def _seen_steps(seen: Seen) -> list[Step]:
    """Return the steps that only this service has seen."""
    known = ((StampState.CHECKED, seen.first_at), (StampState.OPENED, seen.opened_at))
    return [Step(state, at, None) for state, at in known if at is not None]


def _author(participant: int) -> tuple[Vouch, str]:
    """Return how far the word of whoever made a stamp void counts, and his name."""
    try:
        party = application().reads.party(participant)
    except NotFoundError:
        return Vouch.RECORDED, ""
    inspects = party.capacities & Capacity.INSPECTOR
    return Vouch.INSPECTED if inspects else Vouch.RECORDED, party.name or party.code


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else day_of(moment)


def counter() -> Counter:
    """Return the counter of the application at hand."""
    found: Counter = current_app.extensions["counter"]
    return found
