"""Keeps nonsense away from the offices without keeping shoppers away: the anti-spam of reports of doubt.

Nobody logs in to send a report, so five plain things stand in for that. A form carries when it was opened, signed: what
comes back within three seconds was not typed by a person. A field that people do not see must stay empty. One form is
one report, however often it is sent. A phone may send so many reports a day, and a network so many an hour; the latter
is generous, since a whole market may stand behind one address. And of one stamp only so many reports wait at a time:
after twenty, one more says nothing new.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from traceability.domain.text import fold
from traceability.domain.times import local_day
from traceability.errors import AlreadyExistsError, InvalidInputError, TooManyError
from traceability.ports.reports import Reports as Rows
from traceability.ports.reports import StoredReport
from traceability.services.visitors import day_of

QUICKEST: Final = timedelta(seconds=3)
"""Nobody reads the form and chooses a reason in less."""

LONGEST: Final = timedelta(hours=24)
"""A form that was open longer is renewed before it is taken."""

NONCE_BYTES: Final = 16
LINK_BYTES: Final = 16
"""128 bits: nobody finds another one's report by trying."""

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is welcome.

    Args:
        visitor_day: reports of one visitor in a day.
        network_hour: reports of one network (IPv4 address, IPv6 /64) in an hour.
        stamp_day: reports of one stamp that came today and wait for an answer.
    """

    visitor_day: int = 10
    network_hour: int = 60
    stamp_day: int = 20


@dataclass(frozen=True, slots=True)
class Guard:
    """Makes forms and links, and decides what is let in.

    Args:
        secret: from which forms are signed and links derived.
        limits: how much is welcome.
    """

    secret: bytes
    limits: Limits

    # ----------------------------------------------------------------------------------------------------- one's form
    def open_form(self, now: datetime) -> str:
        """Return the words that a new form carries: when it was opened, and which one it is, signed."""
        opened = int(now.timestamp() * 1000).to_bytes(8, "big") + secrets.token_bytes(NONCE_BYTES)
        return _text(opened + self._mac(b"form", opened))

    def form_of(self, words: str, now: datetime) -> bytes:
        """Return which form was sent. Raises InvalidInputError when it is none of ours, too young, or too old."""
        content = _bytes(words)
        opened, mac = content[: 8 + NONCE_BYTES], content[8 + NONCE_BYTES :]
        expired = InvalidInputError("The form had expired and is renewed now. Send it once more.", field="opened")
        if len(opened) < 8 + NONCE_BYTES or not hmac.compare_digest(mac, self._mac(b"form", opened)):
            raise expired
        age = now - datetime.fromtimestamp(int.from_bytes(opened[:8], "big") / 1000, UTC)
        if age > LONGEST:
            raise expired
        if age < QUICKEST:
            raise InvalidInputError(
                "That was sent within seconds, as programs do. Wait a moment, then send it once more.", field="opened"
            )
        return opened[8:]

    def link_of(self, form: bytes) -> str:
        """Return the link that belongs to a form: the same whenever the form is sent again."""
        return _text(self._mac(b"link", form)[:LINK_BYTES])

    def _mac(self, purpose: bytes, content: bytes) -> bytes:
        return hmac.digest(self.secret, purpose + b":" + content, "sha256")

    # ---------------------------------------------------------------------------------------------- what is let in
    def require_room(self, rows: Rows, visitor: str, network: str, link: str, now: datetime) -> None:
        """Return quietly while there is room. Raises TooManyError that says for whom there is none, and until when."""
        day = midnight(now)
        if len(rows.sent_by(day, visitor=visitor)) >= self.limits.visitor_day:
            raise TooManyError(
                "{count} reports were sent from here today already, and that is all for one day. Go on tomorrow, or "
                "call the authority.",
                count=self.limits.visitor_day,
            )
        if len(rows.sent_by(max(day, now - _HOUR), network=network)) >= self.limits.network_hour:
            raise TooManyError(
                "{count} reports came from your network within the hour. Wait a while, or use another connection.",
                count=self.limits.network_hour,
            )
        if link and rows.open_about(link, day) >= self.limits.stamp_day:
            raise TooManyError(
                "This stamp was reported {count} times today, and the offices know of it. Thank you: no more reports "
                "of it are needed today.",
                count=self.limits.stamp_day,
            )

    def require_new(self, rows: Rows, report: StoredReport) -> None:
        """Return quietly unless the same visitor sent the same words about the same thing today.

        Raises AlreadyExistsError, without the link of the other report: two phones may look like one visitor.
        """
        for other in rows.sent_by(midnight(report.sent_at), visitor=report.visitor):
            same = (other.link, other.reason) == (report.link, report.reason)
            if same and fold(other.text) == fold(report.text):
                raise AlreadyExistsError(
                    "The same report came at {time} already. Open the link that was shown then to follow it.",
                    field="text",
                    time=other.sent_at,
                )


def digest(link: str) -> str:
    """Return what is kept of a report's link."""
    return sha256(link.encode()).hexdigest()


def midnight(now: datetime) -> datetime:
    """Return when the day began in Viet Nam."""
    return day_of(local_day(now))[0]


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(words: str) -> bytes:
    try:
        return urlsafe_b64decode(words[:200].encode() + b"==")
    except (NotBase64, ValueError):
        return b""
