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
from itertools import combinations
from typing import NamedTuple

from traceability.domain.copy_places import apart_km, province_of
from traceability.domain.copy_rules import Crowd, Level, Listing, Rules, Spread, default_rules
from traceability.domain.times import local_day

__all__ = ["Level", "Look", "Rules", "Seen", "Signal", "StampFacts", "default_rules", "judge"]


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


class Place(NamedTuple):
    """Where a visitor says he found the stamp."""

    at: datetime
    province: str
    commune: str


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
    visits, places = _visits(paper), _places(paper)
    found = [
        _opened(visits, facts, rules.opened_before),
        _void(visits, facts, rules.void_scanned),
        _far_apart(places, rules),
        _crowded("many_visitors", visits, rules.many_visitors),
        _never_there(places, facts, rules.never_went_there),
        listing,
    ]
    return tuple(sorted((signal for signal in found if signal), key=lambda signal: -signal.level))


# ------------------------------------------------------------------------------------------------------------- visitors
def _visits(looks: Iterable[Look]) -> list[Visit]:
    """Return each visitor of each day once, the earliest first; the looks come in order of time."""
    first: dict[tuple[int, str], Visit] = {}
    for look in looks:
        day = local_day(look.at).toordinal()
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
    day = local_day(facts.opened_at)
    others = [visit for visit in visits if (visit.day, visit.visitor) != (day.toordinal(), facts.opened_by)]
    after = [visit for visit in others if visit.at >= facts.opened_at]
    return _crowded("opened_before", after, steps, facts.opened_at, opened_on=day.isoformat())


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


def _far_apart(places: Sequence[Place], rules: Rules) -> Signal | None:
    """Judge whether one package can have been in all these places."""
    if hurry := _too_fast(places, rules):
        return hurry
    return _spread_out("far_apart", places, rules.far_apart)


def _too_fast(places: Iterable[Place], rules: Rules) -> Signal | None:
    """Return the pair of places that is farthest beyond what anybody travels in the time between."""
    worst, last = 0.0, dict[str, Place]()
    found: Signal | None = None
    for place in places:
        for before in last.values():
            kilometres = apart_km(before.province, place.province)
            seconds = (place.at - before.at).total_seconds()
            beyond = kilometres - seconds / 3600 * rules.speed_km_per_hour
            if kilometres >= rules.least_km and beyond > worst:
                worst = beyond
                found = Signal(
                    "far_apart",
                    Level.WARNING,
                    {
                        "one": before.commune,
                        "other": place.commune,
                        "kilometres": round(kilometres),
                        "minutes": round(seconds / 60),
                    },
                )
        last[place.province] = place
    return found


def _spread_out(rule: str, places: Sequence[Place], steps: Iterable[Spread]) -> Signal | None:
    """Return the gravest step that the places fulfil."""
    for step in steps:
        last: dict[str, Place] = {}
        tried: set[frozenset[str]] = set()
        for place in places:
            last[place.province] = place
            oldest = place.at - timedelta(days=step.within_days)
            within = frozenset(province for province, known in last.items() if known.at > oldest)
            if len(within) < step.provinces or within in tried:
                continue
            tried.add(within)
            if max((apart_km(*pair) for pair in combinations(within, 2)), default=0.0) >= step.apart_km:
                return Signal(rule, step.level, {"provinces": ",".join(sorted(within)), "count": len(within)})
    return None


def _never_there(places: Iterable[Place], facts: StampFacts, steps: Iterable[Spread]) -> Signal | None:
    """Judge places against the record, where the record names any."""
    recorded = {province_of(code) for code in facts.communes} - {""}
    if not recorded:
        return None
    return _spread_out("never_went_there", [place for place in places if place.province not in recorded], steps)


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
    return [look for look in camera if (local_day(look.at).toordinal(), look.visitor) not in explained]
