"""Reports of doubt: a shopper sends one without an account, and whoever holds its link reads what became of it.

A report is a conversation, not a record: nothing of it goes on chain. What is found out may become a record, a finding
or a recall, signed by an inspector. Contacts are kept to answer and for nothing else: the cooperative sees one only
where the sender agreed, and it is deleted when the matter is closed, after a while, or whenever its sender wants.
`report_desk` holds what the offices do.
"""

import hmac
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from traceability.domain.addresses import provinces
from traceability.domain.report_views import ReportPicture, SentReport, masked
from traceability.domain.reports import REASONS, ReportState
from traceability.domain.text import normal_phone
from traceability.domain.views import ProductView
from traceability.errors import InvalidInputError, NotFoundError, OcopTraceError
from traceability.ports.observations import Observations
from traceability.ports.reports import Reports as Rows
from traceability.ports.reports import StoredChange, StoredReport
from traceability.services.commands import Upload
from traceability.services.context import Context
from traceability.services.guessing import network
from traceability.services.inputs import choice, line, text
from traceability.services.report_desk import found_picture, told
from traceability.services.report_guard import Guard, Limits, digest, midnight
from traceability.services.report_subjects import Subjects

LONGEST_LINK: Final = 300
LONGEST_TEXT: Final = 500
LONGEST_CONTACT: Final = 254
"""In characters; the last is what an e-mail address may have (RFC 5321, section 4.5.3.1)."""

PRUNE_SECONDS: Final = 3600.0
"""How often what is old is looked for."""

_log = logging.getLogger(__name__)

_MAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """Tell the offices that something seems wrong. All values are as they were typed."""

    opened: str
    """What the form carries, from `Reports.open_form`."""
    ref: str
    reason: str
    text: str = ""
    province: str = ""
    contact: str = ""
    shared: bool = False
    """The cooperative may see the contact."""
    picture: Upload | None = None
    website: str = ""
    """A field that people do not see; programs fill it in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRules:
    """What an operator can set.

    Args:
        limits: how much is welcome.
        picture_bytes: largest picture as it is sent.
        contact_days: days after which a contact is deleted whatever became of the report.
        days: days after which everything is deleted.
    """

    limits: Limits = field(default_factory=Limits)
    picture_bytes: int = 6 * _MEGABYTE
    contact_days: int = 90
    days: int = 730


class Reports:
    """The use cases around reports of doubt.

    Args:
        context: the ports.
        observations: where reports are kept.
        subjects: looks up what is reported.
        tokens: makes the token of a visitor's address and browser, which means nothing after the day.
        rules: what the operator has set.
    """

    def __init__(
        self,
        context: Context,
        observations: Observations,
        subjects: Subjects,
        tokens: Callable[[str, str], str],
        rules: ReportRules | None = None,
    ) -> None:
        """Derive the secret of forms and links from the one of the data folder."""
        self._context = context
        self._observations = observations
        self._subjects = subjects
        self._tokens = tokens
        self.rules = rules or ReportRules()
        self._guard = Guard(hmac.digest(context.place_secret, b"reports of doubt", "sha256"), self.rules.limits)

    # --------------------------------------------------------------------------------------------- what senders do
    def open_form(self) -> str:
        """Return what a new form carries: when it was opened, and which one it is."""
        return self._guard.open_form(self._context.clock.now())

    def about(self, ref: str) -> ProductView | None:
        """Return the product that a link or path names, for a form to show, or None."""
        return self._subjects.product_named(ref.strip()[:LONGEST_LINK], self._context.today())

    def file(self, command: FileReport, visitor: str, address: str) -> str:
        """Take a report and return the link under which its sender follows it; the same form gives the same link.

        Args:
            command: what was typed.
            visitor: token of the visitor on this day.
            address: IP address, of which nothing is kept but a token of its network on this day.

        Raises:
            InvalidInputError: a field will not do, the picture is none, or the form was not filled in by a person.
            TooManyError: too many reports came from here, or of this stamp.
            AlreadyExistsError: the same visitor said the same today.
        """
        now = self._context.clock.now()
        if command.website:
            raise InvalidInputError(
                "A field that stays empty was filled in, as programs do. It is empty again: send it once more.",
                field="website",
            )
        link = self._guard.link_of(self._guard.form_of(command.opened, now))
        subscriber = self._tokens(network(address), "network")
        with self._observations.view() as work:
            if work.reports.by_token(digest(link)):
                return link
            self._guard.require_room(work.reports, visitor, subscriber, "", now)  # before a picture costs any work
        report = replace(self._read(command, now), token=digest(link), visitor=visitor, network=subscriber)
        picture = self._picture(command.picture)
        with self._observations.begin() as work:
            if work.reports.by_token(report.token):
                return link
            capped = report.link if report.kind in {"stamp", "other"} else ""
            self._guard.require_room(work.reports, visitor, subscriber, capped, now)
            self._guard.require_new(work.reports, report)
            work.reports.add(replace(report, picture=picture is not None), picture)
        return link

    def by_link(self, token: str) -> SentReport:
        """Return a report to whoever holds its link. Raises NotFoundError."""
        with self._observations.view() as work:
            found = self._held(work.reports, token)
            changes = work.reports.changes(found.number)
        product = self._subjects.product(found.product, self._context.today())
        return SentReport(
            state=ReportState(found.state),
            kind=found.kind,
            link=found.link,
            product_name=product.name if product else None,
            reason=found.reason,
            text=found.text,
            picture=found.picture,
            contact=masked(found.contact) if found.contact else "",
            shared=found.shared,
            sent_at=found.sent_at,
            contact_until=found.sent_at + timedelta(days=self.rules.contact_days),
            deleted_at=found.sent_at + timedelta(days=self.rules.days),
            changes=tuple(replace(one, account="") for one in told(changes, self._context.reads)),
        )

    def picture_by_link(self, token: str) -> ReportPicture:
        """Return the picture of a report to whoever holds its link. Raises NotFoundError."""
        with self._observations.view() as work:
            return found_picture(work.reports.picture(self._held(work.reports, token).number))

    def erase_contact(self, token: str) -> None:
        """Delete the contact of a report for whoever holds its link. Raises NotFoundError."""
        with self._observations.begin() as work:
            work.reports.erase(self._held(work.reports, token).number, contact=True)
        self._observations.wipe()

    def withdraw(self, token: str) -> None:
        """Take a report back: picture, contact and words are deleted, that there was one stays. Raises NotFoundError.

        What is withdrawn already stays so.
        """
        now = self._context.clock.now()
        with self._observations.begin() as work:
            found = self._held(work.reports, token)
            if found.state != ReportState.WITHDRAWN.value:
                work.reports.erase(found.number, contact=True, picture=True, words=True)
                work.reports.move(found.number, StoredChange(ReportState.WITHDRAWN.value, now, "", 0, "", ""))
        self._observations.wipe()

    # ------------------------------------------------------------------------------------------------- forgetting
    def prune(self) -> int:
        """Delete what is older than it may become, and return how many reports that touched."""
        now = self._context.clock.now()
        with self._observations.begin() as work:
            work.reports.forget_visitors(midnight(now))
            touched = work.reports.forget_contacts(now - timedelta(days=self.rules.contact_days))
            touched += work.reports.forget(now - timedelta(days=self.rules.days))
        if touched:
            self._observations.scrub()
        return touched

    def work(self, stop: Event) -> None:
        """Forget now, in case the server was off, and again and again until `stop` is set."""
        while not stop.is_set():
            try:
                self.prune()
            except OcopTraceError as error:  # the database may come back
                _log.warning("Old reports were not deleted: %s", error)
            stop.wait(PRUNE_SECONDS)

    # ------------------------------------------------------------------------------------------------ reading input
    def _read(self, command: FileReport, now: datetime) -> StoredReport:
        """Return what was typed as it is kept. Raises InvalidInputError."""
        typed = line(command.ref, "ref", limit=LONGEST_LINK, required=True)
        about = self._subjects.look_up(typed, self._context.today())
        contact = _contact(command.contact)
        return StoredReport(
            token="",
            kind=about.kind,
            link=about.link,
            path=about.link if about.kind != "other" and about.link.startswith("/") else "",
            known=about.known,
            product=about.product.uri if about.product else "",
            lot=about.lot.uri if about.lot else "",
            producer=about.product.producer.number if about.product else 0,
            custodian=about.lot.custodian.number if about.lot else 0,
            reason=choice(command.reason, REASONS, "reason"),
            text=text(command.text, "text", limit=LONGEST_TEXT),
            province=choice(command.province, ("", *provinces()), "province"),
            contact=contact,
            shared=bool(contact) and command.shared,
            picture=False,
            state=ReportState.RECEIVED.value,
            sent_at=now,
            visitor="",
            network="",
        )

    def _picture(self, sent: Upload | None) -> tuple[bytes, str] | None:
        """Return a picture encoded anew. Raises InvalidInputError."""
        if sent is None or not (sent.data or sent.filename):
            return None
        if len(sent.data) > self.rules.picture_bytes:
            raise InvalidInputError(
                "The picture has {size} MB; at most {most} MB are taken here. Send a smaller one.",
                field="picture",
                size=round(len(sent.data) / _MEGABYTE, 1),
                most=round(self.rules.picture_bytes / _MEGABYTE, 1),
            )
        try:
            return self._context.pictures(sent.data)
        except InvalidInputError as error:
            error.field = "picture"
            raise

    def _held(self, rows: Rows, token: str) -> StoredReport:
        if (found := rows.by_token(digest(token))) is None:
            raise NotFoundError("There is no report under this link, or no more. Reports are deleted after a time.")
        return found


def _contact(typed: str) -> str:
    """Return a telephone number in digits or an e-mail address, or nothing. Raises InvalidInputError."""
    plain = line(typed, "contact", limit=LONGEST_CONTACT)
    if not plain:
        return ""
    if _MAIL.fullmatch(plain):
        name, _, host = plain.rpartition("@")
        return f"{name}@{host.lower()}"
    try:
        return normal_phone(plain)
    except InvalidInputError:
        raise InvalidInputError(
            "{text} is neither a telephone number such as 0912 345 678 nor an e-mail address. Correct it, or leave it "
            "empty.",
            field="contact",
            text=plain,
        ) from None
