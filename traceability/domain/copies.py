"""Copy signals: what repeated scans of one stamp say, and what they need not say.

A stamp can be photographed and printed again; no code on paper prevents that. But copies betray themselves: one serial
turns up with more phones, in more places, or after its package was opened. `judge` looks at what was seen of one stamp
and returns signals, each with the rule it comes from, how grave it is and the facts for a sentence; the rules and their
thresholds are data (`copy_rules`, explained in docs/copy-signals.md). Visitors are known by tokens that mean nothing
after their day, so that nobody is followed: the same phone on two days counts as two visitors, and the thresholds know.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from traceability.domain.copy_places import Place, Whereabouts, province_of
from traceability.domain.copy_rules import Crowd, Level, Listing, Rules, default_rules
from traceability.domain.times import local_day

__all__ = ["Level", "Look", "Rules", "Seen", "Signal", "StampFacts", "default_rules", "judge"]

_OFFSET = 7 * 3_600
"""UTC+7 in seconds."""


@dataclass(frozen=True, slots=True)
class Look:
    """One scan of a stamp."""

    at: datetime
    visitor: str
    """Token of the visitor on that day (UTC+7); the same phone has another one on the next."""
    referrer: str = ""
    """Host of the page that the visitor came from, empty for a scan with a camera."""
    commune: str = ""
    """Code of the commune, only where the visitor offered it."""


@dataclass(frozen=True, slots=True)
class StampFacts:
    """What is known of a stamp besides its scans."""

    activated_at: datetime | None = None
    voided: bool = False
    voided_at: datetime | None = None
    """Since when it is void; where this is not known, every scan of a void stamp counts."""
    opened_at: datetime | None = None
    """When its second code was used."""
    opened_by: str = ""
    """Token of the visitor who used it: he is not foreign on that day."""
    communes: frozenset[str] = frozenset()
    """Codes of the communes where the record says that its goods have been."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What one rule found."""

    rule: str
    """Key of the rule: opened_before, many_visitors, far_apart, never_went_there, void_scanned or listing_picture."""
    level: Level
    facts: Mapping[str, str | int] = field(default_factory=dict)
    """What fills the gaps of its sentence."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one stamp so far, as pages tell it."""

    scans: int = 0
    visitors: int = 0
    """Sum over days of the different visitors of a day."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    opened_at: datetime | None = None
    signals: tuple[Signal, ...] = ()
    """Gravest first."""

    @property
    def level(self) -> Level:
        """Return the gravest level."""
        return max((signal.level for signal in self.signals), default=Level.NONE)


class Visit(NamedTuple):
    """A visitor on one day: several looks by the same token on the same day are one."""

    at: datetime
    """His first look."""
    day: int
    """Day in UTC+7, as a number."""
    visitor: str


def judge(looks: Iterable[Look], facts: StampFacts, rules: Rules | None = None) -> tuple[Signal, ...]:
    """Return what the looks at one stamp say, the gravest first.

    The order of the looks does not matter, and windows are the worst of any time, so that a signal stays as long as the
    looks are kept. Looks before the activation are the producer's own and the printer's, and do not count.

    Args:
        looks: all that is known of this stamp's scans.
        facts: what is known besides.
        rules: the rules to use, or None for those that come with the package.
    """
    rules = rules or default_rules()
    counted = sorted(
        (look for look in looks if facts.activated_at is None or look.at >= facts.activated_at),
        key=lambda look: (look.at, look.visitor, look.referrer, look.commune),
    )
    paper, listing = _without_listing(counted, rules)
    visits = _visits(paper)
    where = Whereabouts(_places(paper), [visit.at for visit in visits], rules.slip_against)
    found = [
        _opened(visits, facts, rules.opened_before),
        _void(visits, facts, rules.void_scanned),
        _far_apart(where, rules),
        _crowded("many_visitors", visits, rules.many_visitors),
        _never_there(where, facts, rules),
        listing,
    ]
    return tuple(sorted((signal for signal in found if signal), key=lambda signal: -signal.level))


# ------------------------------------------------------------------------------------------------------------- visitors
def _day(moment: datetime) -> int:
    """Return the day in UTC+7, counted from 1970; `local_day` in a fifth of the time."""
    return int(moment.timestamp() + _OFFSET) // 86_400


def _visits(looks: Iterable[Look]) -> list[Visit]:
    """Return each visitor of each day once, the earliest first; the looks come in order of time."""
    first: dict[tuple[int, str], Visit] = {}
    for look in looks:
        day = _day(look.at)
        first.setdefault((day, look.visitor), Visit(look.at, day, look.visitor))
    return list(first.values())


def _crowded(
    rule: str, visits: Sequence[Visit], steps: Iterable[Crowd], since: datetime | None = None, **facts: str | int
) -> Signal | None:
    """Return the gravest step that the visits fulfil."""
    for step in steps:
        begin = since + timedelta(hours=step.after_hours) if since else None
        among = [visit.day for visit in visits if begin is None or visit.at >= begin]
        if crowd := _crowd(among, step):
            visitors, days = crowd
            return Signal(rule, step.level, {**facts, "visitors": visitors, "days": days})
    return None


def _crowd(days: Iterable[int], step: Crowd) -> tuple[int, int] | None:
    """Return visitors and days of the window with the largest sum that fulfils a step; None where none does."""
    of_day: dict[int, int] = defaultdict(int)
    for day in days:
        of_day[day] += 1
    ordered = sorted(of_day)
    best: tuple[int, int, int] | None = None
    start = total = visitors = 0
    for place, day in enumerate(ordered):
        total += min(of_day[day], step.a_day_counts)
        visitors += of_day[day]
        while day - ordered[start] >= step.within_days:
            total -= min(of_day[ordered[start]], step.a_day_counts)
            visitors -= of_day[ordered[start]]
            start += 1
        reached = total >= step.visitors and place - start + 1 >= step.on_days
        if reached and (best is None or total > best[0]):
            best = (total, visitors, day - ordered[start] + 1)
    return best[1:] if best else None


def _opened(visits: Sequence[Visit], facts: StampFacts, steps: Iterable[Crowd]) -> Signal | None:
    """Judge who looks at a package that has been opened."""
    if facts.opened_at is None:
        return None
    others = [visit for visit in visits if (visit.day, visit.visitor) != (_day(facts.opened_at), facts.opened_by)]
    after = [visit for visit in others if visit.at >= facts.opened_at]
    return _crowded("opened_before", after, steps, facts.opened_at, opened_on=local_day(facts.opened_at).isoformat())


def _void(visits: Sequence[Visit], facts: StampFacts, steps: Iterable[Crowd]) -> Signal | None:
    """Judge who looks at a stamp that was cancelled."""
    return _crowded("void_scanned", visits, steps, facts.voided_at) if facts.voided else None


# --------------------------------------------------------------------------------------------------------------- places
def _places(looks: Iterable[Look]) -> list[Place]:
    """Return what each visitor said last of where he is, in order of time."""
    said: dict[str, Place] = {}
    for look in looks:
        if look.commune and (province := province_of(look.commune)):
            said[look.visitor] = Place(look.at, province, look.commune)
    return sorted(said.values())


def _far_apart(where: Whereabouts, rules: Rules) -> Signal | None:
    """Judge whether one package can have been in all these places."""
    found = where.travel(rules.travel) or where.spread(rules.far_apart)
    return Signal("far_apart", *found) if found else None


def _never_there(where: Whereabouts, facts: StampFacts, rules: Rules) -> Signal | None:
    """Judge places against the record, where the record names any."""
    recorded = {province_of(code) for code in facts.communes} - {""}
    found = where.spread(rules.never_went_there, recorded) if recorded else None
    return Signal("never_went_there", *found) if found else None


# -------------------------------------------------------------------------------------------------------------- listing
def _without_listing(looks: Sequence[Look], rules: Rules) -> tuple[list[Look], Signal | None]:
    """Leave out those who look at a picture of the stamp on a web page.

    Nobody who comes from a page holds the package. Where many come from one host, some look at the same picture with
    the camera of another phone and bring no referrer: as many of those as the rule allows, the earliest, go with them.
    """
    camera: list[Look] = []
    of_host: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        if look.referrer and look.referrer not in rules.scanner_hosts:
            of_host[look.referrer].append(look)
        else:
            camera.append(look)
    bursts = {host: found for host, came in of_host.items() if (found := _burst(came, rules.listing_picture))}
    if not bursts:
        return camera, None
    host = max(bursts, key=lambda one: (len(bursts[one]), one))
    signal = Signal("listing_picture", Level.NOTE, {"host": host, "visitors": len(bursts[host])})
    return _beyond(camera, list(bursts.values()), rules.listing_picture), signal


def _burst(looks: Sequence[Look], rule: Listing) -> list[Visit]:
    """Return the visits from one host, where they are many within a short time."""
    visits = _visits(looks)
    window = Crowd(Level.NOTE, 0, rule.within_days, rule.visitors, 1, rule.visitors)
    return visits if _crowd([visit.day for visit in visits], window) else []


def _beyond(camera: Sequence[Look], bursts: Sequence[Sequence[Visit]], rule: Listing) -> list[Look]:
    """Return the looks with a camera that pictures on web pages do not explain."""
    allowed = sum(map(len, bursts)) * rule.camera_percent // 100
    spans = [(visits[0].day - rule.around_days, visits[-1].day + rule.around_days) for visits in bursts]
    meant = [visit for visit in _visits(camera) if any(first <= visit.day <= last for first, last in spans)]
    explained = {(visit.day, visit.visitor) for visit in meant[:allowed]}
    return [look for look in camera if (_day(look.at), look.visitor) not in explained]
