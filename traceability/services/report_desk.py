"""The desks of reports of doubt: what offices see of them, what they answer, and what they may delete.

A cooperative sees the reports of its own products and of lots that it held when the report came; an inspector sees all
of them, those of stamps that were never issued here above all. Everything an office does carries its name and time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from traceability.domain.report_views import ReportChange, ReportPicture, ReportView
from traceability.domain.reports import OPEN, ReportState, next_states, require_step
from traceability.domain.views import LotSummary, ProductView
from traceability.errors import NotAuthorisedError, NotFoundError
from traceability.ports.observations import Observations
from traceability.ports.reports import ReportQuery, StoredChange, StoredReport
from traceability.ports.reports import Reports as Rows
from traceability.services.authority import require_role
from traceability.services.commands import Actor
from traceability.services.context import Context
from traceability.services.inputs import choice, text
from traceability.services.reads import Reads
from traceability.services.report_subjects import Subjects

LONGEST_ANSWER: Final = 1000
"""In characters."""

HIGHEST: Final = 2**63 - 1
"""Databases count no further."""


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """Move a report on, with or without words to whoever sent it."""

    number: int
    state: str
    text: str = ""


class ReportDesk:
    """The use cases of the offices.

    Args:
        context: the ports.
        observations: where reports are kept.
        subjects: looks up what they are about.
    """

    def __init__(self, context: Context, observations: Observations, subjects: Subjects) -> None:
        """Keep them."""
        self._context = context
        self._observations = observations
        self._subjects = subjects

    def for_desk(self, actor: Actor, query: ReportQuery, *, limit: int = 25, offset: int = 0) -> Sequence[ReportView]:
        """Return the reports that an office may see, newest first. Raises NotAuthorisedError."""
        with self._observations.view() as work:
            found = work.reports.find(self._narrowed(actor, query), limit, offset)
        product, lot = cache(self._product), cache(self._subjects.lot)  # many reports are about the same goods
        return [self._view(actor, one, product(one.product), lot(one.lot)) for one in found]

    def waiting(self, actor: Actor) -> int:
        """Return how many reports wait for this office or another one. Raises NotAuthorisedError."""
        with self._observations.view() as work:
            return work.reports.count(self._narrowed(actor, ReportQuery(states=tuple(one.value for one in OPEN))))

    def products(self, actor: Actor) -> Mapping[str, ProductView]:
        """Return the products that this office has reports of, by URI. Raises NotAuthorisedError."""
        query = self._narrowed(actor, ReportQuery())
        with self._observations.view() as work:
            uris = work.reports.products(query.participant)
        return {uri: product for uri in uris if (product := self._product(uri))}

    def report(self, actor: Actor, number: int) -> ReportView:
        """Return one report with its steps. Raises NotAuthorisedError or NotFoundError."""
        with self._observations.view() as work:
            found = self._seen(work.reports, actor, number)
            changes = work.reports.changes(number)
        following = next_states(ReportState(found.state), actor.role, _closed_by(changes))
        seen = self._view(actor, found, self._product(found.product), self._subjects.lot(found.lot))
        return replace(seen, changes=told(changes, self._context.reads), next_states=following)

    def picture(self, actor: Actor, number: int) -> ReportPicture:
        """Return the picture of a report. Raises NotAuthorisedError or NotFoundError."""
        with self._observations.view() as work:
            self._seen(work.reports, actor, number)
            return found_picture(work.reports.picture(number))

    def answer(self, actor: Actor, command: AnswerReport) -> None:
        """Move a report on, with words that its sender reads.

        Raises:
            NotFoundError: there is no such report.
            NotAuthorisedError: it is about goods of somebody else, or an inspector closed it.
            InvalidInputError: the state is none of ours, or words are missing or too long.
            RuleViolationError: the one state does not follow the other.
        """
        to = ReportState(choice(command.state, tuple(one.value for one in ReportState), "state"))
        words = text(command.text, "text", limit=LONGEST_ANSWER)
        now = self._context.clock.now()
        with self._observations.begin() as work:
            found = self._seen(work.reports, actor, command.number)
            closed_by = _closed_by(work.reports.changes(found.number))
            require_step(ReportState(found.state), to, actor.role, closed_by=closed_by, text=words)
            step = StoredChange(to.value, now, actor.role, actor.participant, actor.name, words)
            work.reports.move(found.number, step)
            if to is ReportState.CLOSED:
                work.reports.erase(found.number, contact=True)
        if to is ReportState.CLOSED and found.contact:
            self._observations.wipe()

    def erase(self, actor: Actor, number: int, part: str) -> None:
        """Delete the contact or the picture of a report at the office.

        Raises:
            NotFoundError: there is no such report.
            NotAuthorisedError: the office may not see what it would delete.
            InvalidInputError: the part is neither.
        """
        choice(part, ("contact", "picture"), "part")
        with self._observations.begin() as work:
            found = self._seen(work.reports, actor, number)
            if part == "contact" and found.contact and not _may_see_contact(actor, found):
                raise NotAuthorisedError("The sender shows this contact to inspectors only. It is theirs to delete.")
            work.reports.erase(number, contact=part == "contact", picture=part == "picture")
        self._observations.wipe()

    # ------------------------------------------------------------------------------------------------------- helpers
    def _narrowed(self, actor: Actor, query: ReportQuery) -> ReportQuery:
        """Return a question that asks for nothing that this office may not see."""
        require_role(actor, "cooperative", "inspector")
        return replace(query, participant=None if actor.role == "inspector" else actor.participant)

    def _seen(self, rows: Rows, actor: Actor, number: int) -> StoredReport:
        """Return a report that this office may see. Raises NotAuthorisedError or NotFoundError."""
        require_role(actor, "cooperative", "inspector")
        found = rows.by_number(number) if number <= HIGHEST else None
        if found is None:
            raise NotFoundError("There is no report {number} here, or no more.", number=number)
        if actor.role != "inspector" and actor.participant not in {found.producer, found.custodian}:
            raise NotAuthorisedError("Report {number} is about goods of somebody else.", number=number)
        return found

    def _view(self, actor: Actor, one: StoredReport, product: ProductView | None, lot: LotSummary | None) -> ReportView:
        open_to = _may_see_contact(actor, one)
        return ReportView(
            number=one.number,
            state=ReportState(one.state),
            kind=one.kind,
            link=one.link,
            path=one.path,
            known=one.known,
            product_path=product.path if product else "",
            product_name=product.name if product else None,
            lot_path=lot.path if lot else "",
            lot_number=lot.lot_number if lot else "",
            reason=one.reason,
            text=one.text,
            picture=one.picture,
            province=one.province,
            contact=one.contact if open_to else "",
            contact_hidden=bool(one.contact) and not open_to,
            sent_at=one.sent_at,
        )

    def _product(self, uri: str) -> ProductView | None:
        return self._subjects.product(uri, self._context.today())


def told(changes: Sequence[StoredChange], reads: Reads) -> tuple[ReportChange, ...]:
    """Return the steps of a report as they are told, with the offices by name."""
    return tuple(
        ReportChange(
            ReportState(one.state),
            one.at,
            reads.party(one.participant) if one.participant else None,
            one.account,
            one.text,
        )
        for one in changes
    )


def _may_see_contact(actor: Actor, one: StoredReport) -> bool:
    """Tell whether an office that may see a report may see its contact, too."""
    return actor.role == "inspector" or one.shared


def _closed_by(changes: Sequence[StoredChange]) -> str:
    """Return the role that closed a report last, or nothing."""
    return next((one.role for one in reversed(changes) if one.state == ReportState.CLOSED.value), "")


def found_picture(found: tuple[bytes, str] | None) -> ReportPicture:
    """Return a picture that is there. Raises NotFoundError."""
    if found is None:
        raise NotFoundError("This report has no picture, or no more.")
    return ReportPicture(*found)
