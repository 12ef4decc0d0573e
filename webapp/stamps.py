"""A run of stamps as the desks of cooperatives and inspectors show it: in figures, as a bar, by ranges, by records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from flask import request

from traceability.domain.stamp_life import MarkKind, Span, StampState
from traceability.domain.stamp_records import StampMarkRecord
from traceability.domain.views import LotSummary, StampRunView, TimelineEntry
from traceability.errors import NotFoundError
from webapp.access import application
from webapp.outcomes import PAGE_LENGTH, page_number
from webapp.signals import explain

MOST_STRIPES = 400
"""Ranges that can be told apart on a bar; more are drawn as one stripe for each state."""

BAR_WIDTH = 1000
"""Units across the bar."""


class Stripe(NamedTuple):
    """A piece of the bar that shows a run."""

    left: float
    width: float
    state: StampState


class Figures(NamedTuple):
    """A run at a glance."""

    printed: int
    """Printed at least once, whatever became of them."""
    activated: int
    """On goods, and not void."""
    void: int
    stripes: Sequence[Stripe]


@dataclass(frozen=True, slots=True)
class ToldMark:
    """One record about a range, as pages tell it."""

    kind: MarkKind
    first: int
    last: int
    at: datetime
    who: str
    reason: str
    note: str
    codes: bool


def run_page(lot: LotSummary, run: StampRunView) -> dict[str, Any]:
    """Return what the page of a run shows on either desk: figures, ranges, records, and what was seen of its stamps."""
    scans, spans, page = application().scans, told_spans(run), page_number()
    begin = (page - 1) * PAGE_LENGTH
    return {
        "lot": lot,
        "run": run,
        "figures": figures(run),
        "seen": scans.counts(lot.uri).get(run.number),
        "explain": explain,
        "flagged": scans.flagged([lot.uri], PAGE_LENGTH, run=run.number),
        "spans": spans[begin : begin + PAGE_LENGTH],
        "page": page,
        "more": len(spans) > begin + PAGE_LENGTH,
        "marks": told_marks(run, application().reads.history(lot.path)),
    }


def run_of(lot: LotSummary) -> StampRunView:
    """Return the run that `?run=` names. Raises NotFoundError."""
    number = request.args.get("run", "")
    for run in application().reads.runs(lot.path):
        if str(run.number) == number:
            return run
    raise NotFoundError("This lot has no such run of stamps. Choose one on the lot's page.")


def figures(run: StampRunView) -> Figures:
    """Return a run in figures."""
    return Figures(run.life.printed, run.activated, run.life.void, stripes(run))


def stripes(run: StampRunView) -> list[Stripe]:
    """Return a run as a bar: neighbours in one state are one stripe."""
    lengths = [(state, sum(map(len, spans))) for state, spans in groupby(run.life.spans, key=lambda span: span.state)]
    if len(lengths) > MOST_STRIPES:
        lengths = [(state, run.life.counted(state)) for state in StampState if run.life.counted(state)]
    found, left = [], 0
    for state, length in lengths:
        found.append(Stripe(left * BAR_WIDTH / run.count, length * BAR_WIDTH / run.count, state))
        left += length
    return found


def told_spans(run: StampRunView) -> list[Span]:
    """Return the ranges of a run that share one fate, neighbours that differ in nothing joined."""
    found: list[Span] = []
    for span in run.life.spans:
        if found and replace(found[-1], first=span.first, last=span.last) == span:
            found[-1] = replace(found[-1], last=span.last)
        else:
            found.append(span)
    return found


def told_marks(run: StampRunView, history: Sequence[TimelineEntry]) -> list[ToldMark]:
    """Return what was recorded of a run's ranges, newest first, with who said it and the note that goes with it."""
    types = {kind: name for name, kind in StampMarkRecord.TYPES.items()}
    entries = {_about(entry): entry for entry in history}
    told = []
    for mark in reversed(run.life.marks):
        place = (types[mark.kind], mark.at, mark.participant, str(run.number), f"{mark.first}\N{EN DASH}{mark.last}")
        entry = entries.get(place)
        told.append(
            ToldMark(
                kind=mark.kind,
                first=mark.first,
                last=mark.last,
                at=mark.at,
                who=(entry.by.name or entry.by.code) if entry else str(mark.participant),
                reason=mark.reason,
                note=entry.note if entry else "",
                codes=mark.codes,
            )
        )
    return told


def _about(entry: TimelineEntry) -> tuple[str, datetime, int, str, str]:
    """Return what an entry of a lot's history is about, as far as marks go."""
    values = {field.key: field.value for field in entry.fields}
    stamps = values.get("stamps", "")
    return entry.event_type, entry.recorded_at, entry.by.number, values.get("run", ""), stamps
