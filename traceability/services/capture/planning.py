"""What a document of events comes to: which are to be recorded, which are there already, which are refused and why."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from traceability.domain.capture_views import CaptureProblem
from traceability.domain.epcis_context import STANDARD
from traceability.domain.epcis_context import Context as Names
from traceability.domain.epcis_values import pointer
from traceability.domain.identifiers import StampSerial
from traceability.domain.journal_records import JournalRecord, journal_uri
from traceability.domain.ledger import Kind
from traceability.domain.naming import lot_named, named
from traceability.domain.private_values import texts
from traceability.domain.uris import LotRef, UnitRef
from traceability.errors import (
    AlreadyExistsError,
    InvalidIdentifierError,
    NotFoundError,
    OcopTraceError,
    RuleViolationError,
)
from traceability.services.capture.arranging import Planned
from traceability.services.capture.goods import Goods
from traceability.services.capture.holdings import PlannedTouch, Sheet
from traceability.services.capture.problems import problem_of
from traceability.services.capture.reading import Named
from traceability.services.capture.rules import Rules
from traceability.services.commands import Actor
from traceability.services.context import Context

_SERIAL: Final = re.compile(r"(?:/(?:21|s)/|:sgtin:\d+\.\d+\.)([0-9A-Z-]{17,25})(?![0-9A-Z])", re.IGNORECASE)
"""Where a text may hold the serial of one of our stamps."""

_LINK: Final = re.compile(r"(?:https?://|urn:epc:)[^\s\"'<>]+", re.IGNORECASE)


@dataclass(slots=True)
class Plan:
    """What becomes of some events.

    Args:
        events: those to be recorded, with what they do, in their order.
        opening: begins the journal that some of them go into.
        problems: why the others are refused.
        repeated: how many are recorded already.
    """

    events: list[Planned] = field(default_factory=list)
    opening: Planned | None = None
    problems: list[CaptureProblem] = field(default_factory=list)
    repeated: int = 0

    @property
    def openings(self) -> list[Planned]:
        """Return what stands before the events."""
        return [self.opening] if self.opening else []

    @property
    def captured(self) -> int:
        """Return how many will be on record."""
        return len(self.events) + self.repeated


class Planner:
    """Plans documents of one author.

    Args:
        context: the ports.
        actor: the author.
    """

    def __init__(self, context: Context, actor: Actor) -> None:
        self._context = context
        self._actor = actor

    def plan(self, events: Sequence[Named | CaptureProblem], *, strict: bool = False) -> Plan:
        """Return what becomes of some events, held against the tables as they are now.

        Args:
            events: read and named.
            strict: raise the error of the first event that is refused instead of keeping its problem.
        """
        found = Plan()
        readable = [one for one in events if isinstance(one, Named)]
        goods = self._goods(readable)
        known = set(self._context.reads.recorded_events([one.hash for one in readable]))
        given = [one.event_id for one in readable if one.event_id != one.hash and one.key not in known]
        ids = _Identifiers(self._context.reads.named_events(given), self._actor.participant, strict=strict)
        rules = Rules(self._actor, goods, self._context.clock.now())
        for one in events:
            if isinstance(one, CaptureProblem):
                found.problems.append(one)
            elif one.key in known:
                found.repeated += 1
            else:
                try:
                    found.events.append(self._planned(one, rules, goods, ids))
                    known.add(one.key)
                except OcopTraceError as error:
                    if strict:
                        raise
                    found.problems.append(problem_of(error, one.place))
        self._journalise(found)
        return found

    def _goods(self, events: Sequence[Named]) -> Goods:
        """Ask the tables about all that some events name."""
        namespace = self._context.namespace
        lots: list[LotRef] = []
        for one in events:
            found = (lot_named(uri, namespace) for uri in one.event.things)
            lots += [lot for lot in found if lot is not None]
        return Goods.load(self._context.reads, namespace, lots, self._context.today())

    def _planned(self, one: Named, rules: Rules, goods: Goods, ids: "_Identifiers") -> Planned:
        """Return what one event does, and put it on the sheets. Raises OcopTraceError."""
        self._refuse_serials(one)
        ids.require_free(one)
        sheet = Sheet(goods.holdings)
        rules.apply(one.event, sheet)
        goods.holdings |= sheet.settled()
        ids.take(one)
        return Planned(one.place, one.document, one.event_id, tuple(sheet.touches))

    def _refuse_serials(self, one: Named) -> None:
        """Return quietly unless an event names the serial of a stamp of goods that are registered here.

        Whether that stamp was ever issued is not looked up: the answer would help those who guess.
        """
        if b'"@context"' not in one.text and not any(_is_serial(text) for text in _SERIAL.findall(one.text.decode())):
            return
        for place, text in _texts_in_full(one.document, STANDARD):
            if any(_is_serial(found) for found in _SERIAL.findall(text)) and self._names_item_of_ours(text):
                raise RuleViolationError(
                    "This is the serial of a stamp, which stays secret until somebody scans it. Name the lot instead.",
                    field=place,
                )

    def _names_item_of_ours(self, text: str) -> bool:
        for uri in _LINK.findall(text):
            found = named(uri, self._context.namespace)
            if isinstance(found, UnitRef):
                try:
                    self._context.reads.product(found.product.uri, self._context.today())
                except NotFoundError:
                    continue
                return True
        return False

    # --------------------------------------------------------------------------------------------------------- journal
    def _journalise(self, plan: Plan) -> None:
        """Put events that name no lot known here into their author's journal; begin it with the first of them."""
        if all(one.touches for one in plan.events):
            return
        author = self._context.reads.party(self._actor.participant)
        if self._actor.role == "inspector":
            uri = author.uri
        else:
            code = author.code if not author.code.startswith("#") else str(author.number)
            uri = journal_uri(self._context.namespace, code)
        noted = (PlannedTouch(uri, Kind.OBSERVE),)
        plan.events = [one if one.touches else replace(one, touches=noted) for one in plan.events]
        if self._actor.role != "inspector" and not self._context.reads.has_history(uri):
            begun = (PlannedTouch(uri, Kind.REGISTER),)
            plan.opening = Planned("", JournalRecord(uri).to_document(), "", begun)


class _Identifiers:
    """The identifiers that authors have given to events: each names one event (EPCIS 2.0, 7.4.1).

    Error declarations carry the identifier of what they declare to be in error. A whole document from elsewhere may
    also use an identifier that its own author has used before, as many published documents do: nothing is lost, and
    each event keeps its hash. Nobody takes another's.

    Args:
        taken: events by identifiers that are in use, each by its hash and its author's number.
        author: number of the participant whose events these are.
        strict: nobody takes his own, either.
    """

    def __init__(self, taken: Mapping[str, frozenset[tuple[str, int]]], author: int, *, strict: bool) -> None:
        self._taken = {
            name: frozenset(digest for digest, owner in holders)
            for name, holders in taken.items()
            if strict or any(owner != author for _, owner in holders)
        }

    def require_free(self, one: Named) -> None:
        """Return quietly unless an event's given identifier is that of another. Raises AlreadyExistsError."""
        holders = self._taken.get(one.event_id, frozenset())
        declares = one.event.error_declaration is not None
        if one.event_id != one.hash and not declares and holders and one.hash not in holders:
            raise AlreadyExistsError(
                "The eventID {event_id} is that of another event. Give this one its own, or none.",
                field="/eventID",
                event_id=one.event_id[:200],
            )

    def take(self, one: Named) -> None:
        """Remember the identifier of an event that will be recorded."""
        if one.event.error_declaration is None:
            self._taken[one.event_id] = frozenset({one.hash})


def _texts_in_full(value: Any, context: Names, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a recorded event with its place, as it stands and in full where it is a compact URI."""
    if isinstance(value, str):
        yield place, value
        if (full := context.expanded(value)) != value:
            yield place, full
    elif isinstance(value, dict):
        inner = context.extended(value["@context"], "") if "@context" in value else context
        for name, content in value.items():
            where = pointer(place, name)
            if name == "@context":
                yield from texts(content, where)
            else:
                yield from _texts_in_full(name, inner, where)
                if inner.vocabulary and ":" not in name:
                    yield where, inner.vocabulary + name
                yield from _texts_in_full(content, inner, where)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts_in_full(item, context, f"{place}/{index}")


def _is_serial(text: str) -> bool:
    try:
        StampSerial(text.replace("-", ""))
    except InvalidIdentifierError:
        return False
    return True
