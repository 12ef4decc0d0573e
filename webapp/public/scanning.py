"""One scan: who looks, whether he may, what the record says of the stamp, and what was seen of it before.

Everything that is asked about a stamp by its address comes through `look`, whoever answers afterwards, so that guessing
is paid for in one place: a malformed address costs the same look-up as a stamp that was never issued, and whoever asks
for stamps that do not exist again and again has to wait. A scan is counted here, too: a phone that is answered with
"nothing new" has scanned like any other, while programs that draw previews, browsers that load ahead and questions for
the head of a page alone have not.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from traceability.domain.copies import Level, Seen
from traceability.domain.identifiers import Gtin, StampSerial
from traceability.domain.uris import ProductRef, UnitRef
from traceability.domain.verdicts import Verdict, with_sightings
from traceability.domain.views import StampView
from webapp.access import day_of
from webapp.public.addresses import Shown

NOT_A_STAMP = UnitRef(ProductRef(Gtin("09506000134352")), StampSerial.from_bits(bytes(10))).path
"""What is looked up in place of a malformed address, so that it takes as long."""

NOT_ISSUED = StampView(Verdict.UNKNOWN, "", "", 0, 0, None, None)

CARRIED = "ocop.scan"
"""Where the request's environment carries a scan from the fast lane to the view."""


class Reader(NamedTuple):
    """Who asks, as far as this service wants to know."""

    visitor: str
    """Token that means nothing after this day."""
    address: str
    """For counting guesses; never kept."""
    referrer: str
    counts: bool
    """Whether looking is a scan."""


class Scan(NamedTuple):
    """What a look at a stamp gave."""

    stamp: StampView
    """Its trace is None where no such stamp was ever issued."""
    seen: Seen
    """What was seen of it before this scan."""
    verdict: Verdict
    """With what was seen."""
    day: date
    refused: bool = False
    """Nothing was looked up, or nothing is told: too many guesses came from there."""

    @property
    def known(self) -> bool:
        """Tell whether there is such a stamp and it may be shown."""
        return self.stamp.trace is not None

    @property
    def basis(self) -> tuple[object, ...]:
        """Return all that a page of the stamp rests on."""
        return (self.stamp.trace, self.stamp.span, self.seen, self.verdict, self.day)


def reader_of(environ: Mapping[str, Any], scans: Any, *, counts: bool = False) -> Reader:
    """Return who sent a request."""
    address, agent = environ.get("REMOTE_ADDR") or "", environ.get("HTTP_USER_AGENT", "")
    ahead = environ.get("HTTP_SEC_PURPOSE", "") + environ.get("HTTP_PURPOSE", "") + environ.get("HTTP_X_PURPOSE", "")
    real = environ["REQUEST_METHOD"] == "GET" and "prefetch" not in ahead and "preview" not in ahead
    return Reader(scans.visitor(address, agent), address, environ.get("HTTP_REFERER", ""), counts and real)


def look(application: Any, reference: Shown | None, reader: Reader) -> Scan:
    """Look at a stamp, counting it where the reader's look is a scan.

    Args:
        application: what `bootstrap.build` gave.
        reference: what the address names; anything but a stamp is looked up like a stamp that was never issued.
        reader: who asks.

    Raises:
        OcopTraceError: the tables cannot be asked.
    """
    scans, day = application.scans, day_of(application.clock.now())
    path = reference.path if isinstance(reference, UnitRef) else NOT_A_STAMP
    stamp: StampView = application.reads.stamp(path, day)
    if stamp.trace is None:
        scans.unknown(reader.visitor, reader.address)
        return nothing(day, refused=not scans.may_answer_unknown(reader.visitor, reader.address))
    seen: Seen = scans.seen(stamp, reader.visitor)
    if reader.counts:
        scans.note(stamp, reader.visitor, reader.referrer)
    return Scan(stamp, seen, with_sightings(stamp.verdict, suspect=seen.level is Level.WARNING), day)


def nothing(day: date, *, refused: bool) -> Scan:
    """Return the scan of a stamp that does not exist, or that was not looked up."""
    return Scan(NOT_ISSUED, Seen(), Verdict.UNKNOWN, day, refused)
