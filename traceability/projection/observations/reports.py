"""Reports of doubt as they are kept (`ports.reports.Reports`): found by link or number, moved on, and forgotten."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from traceability.ports.reports import ReportQuery, StoredChange, StoredReport
from traceability.projection.observations.report_tables import report, report_change, report_picture
from traceability.projection.stores import from_milliseconds, to_milliseconds


class Reports:
    """Reports inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take the transaction's connection."""
        self._connection = connection

    # --------------------------------------------------------------------------------------------------- one report
    def add(self, sent: StoredReport, picture: tuple[bytes, str] | None) -> int:
        """Keep a report, with its picture and media type, and return its number."""
        values = asdict(sent) | {"sent_at": to_milliseconds(sent.sent_at)}
        values |= {name: int(values[name]) for name in ("known", "shared", "picture")}
        del values["number"]
        number = int(self._connection.execute(insert(report).values(values).returning(report.c.number)).scalar_one())
        if picture is not None:
            data, media_type = picture
            kept = {"report": number, "data": data, "media_type": media_type}
            self._connection.execute(insert(report_picture).values(kept))
        return number

    def by_token(self, token: str) -> StoredReport | None:
        """Return the report whose link has this SHA-256, or None."""
        return self._one(report.c.token == token)

    def by_number(self, number: int) -> StoredReport | None:
        """Return a report, or None."""
        return self._one(report.c.number == number)

    def picture(self, number: int) -> tuple[bytes, str] | None:
        """Return a report's picture and its media type, or None."""
        wanted = select(report_picture.c.data, report_picture.c.media_type).where(report_picture.c.report == number)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else (bytes(row.data), row.media_type)

    def changes(self, number: int) -> Sequence[StoredChange]:
        """Return the steps of a report, oldest first."""
        table = report_change
        rows = self._connection.execute(select(table).where(table.c.report == number).order_by(table.c.id))
        return [
            StoredChange(row.state, from_milliseconds(row.at), row.role, row.participant, row.account, row.text)
            for row in rows
        ]

    def move(self, number: int, change: StoredChange) -> None:
        """Put a report into another state and keep who did it, when, and with what words."""
        self._connection.execute(update(report).where(report.c.number == number).values(state=change.state))
        values = asdict(change) | {"report": number, "at": to_milliseconds(change.at)}
        self._connection.execute(insert(report_change).values(values))

    def erase(self, number: int, *, contact: bool = False, picture: bool = False, words: bool = False) -> None:
        """Delete parts of a report: its contact, its picture, the sender's words with the place."""
        emptied: dict[str, Any] = {}
        if contact:
            emptied |= {"contact": "", "shared": 0}
        if words:
            emptied |= {"text": "", "province": ""}
        if picture:
            emptied |= {"picture": 0}
            self._connection.execute(delete(report_picture).where(report_picture.c.report == number))
        if emptied:
            self._connection.execute(update(report).where(report.c.number == number).values(emptied))

    # -------------------------------------------------------------------------------------------------- many reports
    def find(self, query: ReportQuery, limit: int, offset: int) -> Sequence[StoredReport]:
        """Return reports, newest first."""
        wanted = select(report).where(*_conditions(query)).order_by(report.c.number.desc()).limit(limit).offset(offset)
        return [_stored(row) for row in self._connection.execute(wanted)]

    def count(self, query: ReportQuery) -> int:
        """Return how many reports there are."""
        wanted = select(func.count()).select_from(report).where(*_conditions(query))
        return int(self._connection.execute(wanted).scalar_one())

    def products(self, participant: int | None) -> Sequence[str]:
        """Return the URIs of products that reports are about, those of one participant or all."""
        conditions = _conditions(ReportQuery(participant=participant))
        wanted = select(report.c.product).where(*conditions, report.c.product != "").distinct()
        return list(self._connection.execute(wanted).scalars())

    def sent_by(self, since: datetime, *, visitor: str = "", network: str = "") -> Sequence[StoredReport]:
        """Return what one visitor, or one network, has sent since a time, newest first."""
        sender = report.c.visitor == visitor if visitor else report.c.network == network
        wanted = select(report).where(sender, report.c.sent_at >= to_milliseconds(since))
        return [_stored(row) for row in self._connection.execute(wanted.order_by(report.c.number.desc()))]

    def open_about(self, link: str, since: datetime) -> int:
        """Return how many reports of an address have come since a time and wait for an answer."""
        waiting = report.c.state.in_(("received", "looked_at"))
        conditions = (report.c.link == link, report.c.sent_at >= to_milliseconds(since), waiting)
        return int(self._connection.execute(select(func.count()).select_from(report).where(*conditions)).scalar_one())

    # ---------------------------------------------------------------------------------------------------- forgetting
    def forget_visitors(self, before: datetime) -> int:
        """Delete the tokens of visitors and networks from reports sent before a time; return from how many."""
        old = (report.c.sent_at < to_milliseconds(before), or_(report.c.visitor != "", report.c.network != ""))
        return int(self._connection.execute(update(report).where(*old).values(visitor="", network="")).rowcount)

    def forget_contacts(self, before: datetime) -> int:
        """Delete the contacts of reports sent before a time; return how many."""
        old = (report.c.sent_at < to_milliseconds(before), report.c.contact != "")
        return int(self._connection.execute(update(report).where(*old).values(contact="", shared=0)).rowcount)

    def forget(self, before: datetime) -> int:
        """Delete reports sent before a time with all that belongs to them; return how many."""
        old = select(report.c.number).where(report.c.sent_at < to_milliseconds(before))
        for table in (report_picture, report_change):
            self._connection.execute(delete(table).where(table.c.report.in_(old)))
        return int(self._connection.execute(delete(report).where(report.c.number.in_(old))).rowcount)

    def _one(self, condition: ColumnElement[bool]) -> StoredReport | None:
        row = self._connection.execute(select(report).where(condition)).one_or_none()
        return None if row is None else _stored(row)


def _conditions(query: ReportQuery) -> list[ColumnElement[bool]]:
    """Return what a question asks for, as conditions."""
    found: list[ColumnElement[bool]] = []
    if query.participant is not None:
        found.append(or_(report.c.producer == query.participant, report.c.custodian == query.participant))
    if query.states:
        found.append(report.c.state.in_(query.states))
    if query.product:
        found.append(report.c.product == query.product)
    if query.province:
        found.append(report.c.province == query.province)
    if query.unknown:
        found.append(report.c.known == 0)
    return found


def _stored(row: Row[Any]) -> StoredReport:
    """Return a row as services know it."""
    values = row._asdict()
    flags = {name: bool(values[name]) for name in ("known", "shared", "picture")}
    return StoredReport(**values | flags | {"sent_at": from_milliseconds(values["sent_at"])})
