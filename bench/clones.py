"""What the rules for copied stamps find, and whom they wrong: honest stamps and copied ones, judged scan by scan.

A made-up market is played through with a seed, and after each scan the real `judge` is asked, with the rules that come
with the package and with no more than it would know at that moment; scans older than 90 days are forgotten. Nothing of
this market is measured anywhere: what it assumes is written beside each number below and repeated in
docs/copy-signals.md, and figures for harder markets (no second codes, half as many places, few copies) stand beside
the promised ones.

Honest stamps are scanned by buyers, families, shoppers at a shelf, inspectors, visitors of a fair, people who see a
picture of them in a listing, and people to whom they were carried across the country. Copied stamps are one genuine
stamp printed 20 to 2,000 times and sold in several provinces over weeks. Beside our rules stand two that people use:
"scanned more than N times" with the best N for the same false alarms, and "scanned before". All figures are the worst
of several seeds.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from statistics import median, quantiles
from typing import NamedTuple

from bench import Figures
from traceability.domain.addresses import communes_of, provinces
from traceability.domain.copies import Level, Look, StampFacts, judge

HONEST = 10_000
"""Honest stamps a seed, where no size is given; a hundredth as many are copied besides."""
SEEDS = (1, 2, 3, 4, 5)
MORE_COPIES = 400
"""Copied stamps for each figure of a harder market."""
KEPT = timedelta(days=90)
START = datetime(2026, 3, 2, tzinfo=UTC)
HOME = "38"
"""Province of the producer."""

HABITS = {
    "nobody": 0.30,
    "buyer": 0.455,
    "family": 0.08,
    "shelf": 0.065,
    "front": 0.015,
    "inspected": 0.02,
    "fair": 0.005,
    "listing": 0.01,
    "carried": 0.03,
    "shared_network": 0.01,
    "spoilt": 0.01,
}
"""Habit -> share of the honest stamps."""


@dataclass(frozen=True)
class Market:
    """What is assumed of people.

    Args:
        offers: chance that a visitor names his commune unasked.
        asked: the same where the page says that others looked, too, and asks for it.
        mistakes: chance that he names one of a province where he is not.
        coded: share of stamps with a second code.
        opens: chance that the buyer of a coded package uses the code.
        renumbered: chance that a phone looks again on the same day under another address, and counts twice.
        copies: smallest and largest number of copies of a stamp.
        scanned: smallest and largest chance that the buyer of a copy scans it.
        same_code: share of coded copies that carry the genuine second code, too.
    """

    offers: float = 0.25
    asked: float = 0.5
    mistakes: float = 0.01
    coded: float = 0.5
    opens: float = 0.5
    renumbered: float = 0.15
    copies: tuple[int, int] = (20, 2_000)
    """Drawn on a logarithmic scale, most often in its middle (200): who makes copies prints sheets or a roll."""
    scanned: tuple[float, float] = (0.1, 0.5)
    """Seven in ten of the honest stamps are scanned at least once; copies are not scanned more often than those."""
    same_code: float = 0.3


class Scan(NamedTuple):
    """Somebody looks."""

    look: Look
    """Without a place."""
    foreign: bool
    """It is a copy that he holds."""
    commune: str
    """What he says when he says where he is."""
    reserve: float
    """How little he likes to, from 0 to 1."""


@dataclass
class Stamp:
    """One stamp's story."""

    habit: str
    scans: list[Scan] = field(default_factory=list)
    opened: tuple[datetime, str] | None = None
    voided_at: datetime | None = None
    recorded: frozenset[str] = frozenset()


class Fate(NamedTuple):
    """How a stamp fared."""

    habit: str
    warned_at: int
    """Foreign scans until the first warning, that one included; -1 where there was none. A visitor counts once."""
    rule: str
    foreign: int
    naive: tuple[int, ...]
    """For N = 0, 1, ...: foreign scans when the number of scans first exceeded N."""


class World:
    """People who scan, with chance of their own."""

    def __init__(self, seed: int, market: Market) -> None:
        self.chance = random.Random(seed)
        self.market = market
        self.people = 0

    # ------------------------------------------------------------------------------------------------ people and places
    def person(self) -> str:
        """Return the token of somebody on some day."""
        self.people += 1
        return f"{self.people:016x}"

    def province(self) -> str:
        """Return any province, the populous ones more often."""
        codes, weights = populations()
        return self.chance.choices(codes, weights)[0]

    def commune(self, province: str) -> str:
        """Return what a visitor says when he says where he is."""
        there = self.province() if self.chance.random() < self.market.mistakes else province
        return self.chance.choice(communes_of(there)).code

    def hour(self, day: float) -> datetime:
        """Return a time of day at which people shop and eat."""
        hours = self.chance.triangular(7, 22, 18)
        return START + timedelta(days=math.floor(day), hours=hours - 7)

    def looks(
        self, stamp: Stamp, day: float, province: str, *, foreign: bool = False, referrer: str = "", token: str = ""
    ) -> datetime:
        """Let somebody look on a day, sometimes twice; return when."""
        at, who = self.hour(day), token or self.person()
        where, reserve = self.commune(province), self.chance.random()
        stamp.scans.append(Scan(Look(at, who, referrer), foreign, where, reserve))
        if self.chance.random() < 0.3:
            again = self.person() if self.chance.random() < self.market.renumbered else who
            later = at + timedelta(minutes=self.chance.uniform(1, 90))
            stamp.scans.append(Scan(Look(later, again, referrer), foreign, where, reserve))
        return at

    def poisson(self, mean: float) -> int:
        """Return a Poisson number."""
        limit, product, count = math.exp(-mean), self.chance.random(), 0
        while product > limit:
            product *= self.chance.random()
            count += 1
        return count

    # ------------------------------------------------------------------------------------------------------ honest ones
    def honest(self) -> Stamp:
        """Return an honest stamp of some habit."""
        habit = self.chance.choices(list(HABITS), list(HABITS.values()))[0]
        shop = HOME if self.chance.random() < 0.5 else self.province()
        recorded = {HOME, shop} if self.chance.random() < 0.6 else {HOME}
        stamp = Stamp(habit, recorded=frozenset(communes_of(code)[0].code for code in recorded))
        bought = self.chance.uniform(3, 17)
        home = getattr(self, f"_{habit}")(stamp, bought, shop)
        if home is not None and self.chance.random() < self.market.coded * self.market.opens:
            stamp.opened = (self.hour(home + self.chance.uniform(0, 4)), "")
        return stamp

    def _nobody(self, stamp: Stamp, bought: float, shop: str) -> float | None:  # noqa: ARG002 - habits are called alike
        """Most packages are never looked up."""
        return None

    def _buyer(self, stamp: Stamp, bought: float, shop: str) -> float:
        """One or two people, in the shop and once more at home."""
        self.looks(stamp, bought, shop)
        for _ in range(self.chance.randint(0, 2)):
            self.looks(stamp, bought + self.chance.uniform(0, 10), shop)
        return bought

    def _family(self, stamp: Stamp, bought: float, shop: str) -> float:
        """Three to six at home within a week, each on a day of his own; one family in five again at Tet, together."""
        home = shop if self.chance.random() < 0.8 else self.province()
        size = self.chance.randint(2, 6)
        self.looks(stamp, bought, shop)
        for _ in range(size):
            self.looks(stamp, bought + self.chance.uniform(0, 7), home)
        if self.chance.random() < 0.2:
            feast = bought + self.chance.uniform(20, 70)
            for _ in range(size):
                self.looks(stamp, feast + self.chance.uniform(0, 3), home)
        return bought

    def _shelf(self, stamp: Stamp, bought: float, shop: str, mean: float = 0) -> float:  # noqa: ARG002 - habits are called alike
        """Shoppers of a fortnight look at the same package, then somebody buys it."""
        for _ in range(self.poisson(mean or self.chance.uniform(2, 12))):
            self.looks(stamp, self.chance.uniform(0, 14), shop)
        return self._buyer(stamp, self.chance.uniform(14, 18), shop)

    def _front(self, stamp: Stamp, bought: float, shop: str) -> float:
        """The package in front on the shelf: fifteen shoppers in a fortnight."""
        return self._shelf(stamp, bought, shop, 15)

    def _inspected(self, stamp: Stamp, bought: float, shop: str) -> float:
        """Officers look a few times on a round or two, and a buyer comes later."""
        for day in (1, 1, self.chance.uniform(1, 30), self.chance.uniform(1, 30)):
            self.looks(stamp, day, shop)
        return self._buyer(stamp, bought + 14, shop)

    def _fair(self, stamp: Stamp, bought: float, shop: str) -> float:
        """A stall shows one package to about forty people a day; one stall in four stands for three days."""
        where = self.province()
        for day in range(3 if self.chance.random() < 0.25 else 1):
            for _ in range(self.poisson(40)):
                self.looks(stamp, day, where)
        if self.chance.random() < 0.5:
            return self._buyer(stamp, bought, where)
        return self._shelf(stamp, bought, shop, 6)

    def _listing(self, stamp: Stamp, bought: float, shop: str) -> float:
        """A picture of the stamp in a listing: up to 500 people from everywhere, two in five with a camera."""
        people = round(math.exp(self.chance.uniform(math.log(20), math.log(500))))
        lasting = self.chance.uniform(2, 10)
        hosts = ["postmart.vn"] if self.chance.random() < 0.6 else ["facebook.com", "voso.vn"]
        for _ in range(people):
            host = "" if self.chance.random() < 0.4 else self.chance.choice(hosts)
            self.looks(stamp, min(60, self.chance.expovariate(1 / lasting)), self.province(), referrer=host)
        return self._buyer(stamp, bought, shop)

    def _carried(self, stamp: Stamp, bought: float, shop: str) -> float:
        """Bought on a journey, scanned there, at home in another province, and given on to a third now and then."""
        self.looks(stamp, bought, shop)
        for journey in range(1 if self.chance.random() < 0.8 else 2):
            home = self.province()
            for _ in range(self.chance.randint(1, 3)):
                self.looks(stamp, bought + 1 + journey * 5 + self.chance.uniform(0, 5), home)
        return bought

    def _shared_network(self, stamp: Stamp, bought: float, shop: str) -> float:
        """One phone on a mobile network that has another address at each look, three to eight times in three days."""
        for _ in range(self.chance.randint(3, 8)):
            self.looks(stamp, bought + self.chance.uniform(0, 3), shop)
        return bought

    def _spoilt(self, stamp: Stamp, bought: float, shop: str) -> float | None:  # noqa: ARG002 - habits are called alike
        """Printed badly and made void; somebody of the cooperative looks what the page says now."""
        stamp.voided_at = self.hour(bought)
        at = stamp.voided_at + timedelta(minutes=self.chance.uniform(1, 120))
        stamp.scans.append(Scan(Look(at, self.person()), foreign=False, commune="", reserve=1.0))
        return None

    # ------------------------------------------------------------------------------------------------------ copied ones
    def copied(self) -> Stamp:
        """Return a stamp that was photographed on a shelf or bought, printed many times, and sold with other goods."""
        stamp = Stamp("copied", recorded=frozenset({communes_of(HOME)[0].code}))
        self.chance.choice((self._nobody, self._buyer, self._buyer, self._family))(stamp, 3.0, HOME)
        few, many = self.market.copies
        copies = round(math.exp(self.chance.triangular(math.log(few), math.log(many))))
        scanned = self.chance.uniform(*self.market.scanned)
        lasting = self.chance.uniform(14, 70)
        markets = [self.province() for _ in range(self.chance.randint(3, 8))]
        weights = [1 / (place + 1) for place in range(len(markets))]
        coded = self.chance.random() < self.market.coded
        opened = (
            [self.hour(3 + self.chance.uniform(0, 4))] if coded and self.chance.random() < self.market.opens else []
        )
        repeated = coded and self.chance.random() < self.market.same_code
        for _ in range(copies):
            if self.chance.random() >= scanned:
                continue
            day, where = 5 + self.chance.uniform(0, lasting), self.chance.choices(markets, weights)[0]
            at = self.looks(stamp, day, where, foreign=True)
            if repeated and self.chance.random() < self.market.opens:
                opened.append(at + timedelta(minutes=2))
            if self.chance.random() < 0.2:
                self.looks(stamp, day + self.chance.uniform(0, 5), where, foreign=True)
        stamp.opened = (min(opened), "") if opened else None
        return stamp


@cache
def populations() -> tuple[list[str], list[int]]:
    """Return the provinces and how many communes each has, which follows how many people live there."""
    codes = list(provinces())
    return codes, [len(communes_of(code)) for code in codes]


def play(stamp: Stamp, market: Market) -> Fate:
    """Judge a stamp after each scan, as the service does, until the first warning."""
    scans = sorted(stamp.scans, key=lambda scan: scan.look.at)
    warned, rule, foreign, naive, level = -1, "", 0, [], Level.NONE
    looks: list[Look] = []
    visitors: set[str] = set()
    for scan in scans:
        foreign += scan.foreign and scan.look.visitor not in visitors
        visitors.add(scan.look.visitor)
        naive.append(foreign)
        if warned >= 0:
            continue
        now = scan.look.at
        said = scan.reserve < (market.asked if level else market.offers)
        looks.append(replace(scan.look, commune=scan.commune) if said else scan.look)
        while looks[0].at < now - KEPT:
            del looks[0]
        opened = stamp.opened if stamp.opened and stamp.opened[0] <= now else None
        void = stamp.voided_at is not None and stamp.voided_at <= now
        facts = StampFacts(
            activated_at=START,
            voided=void,
            voided_at=stamp.voided_at if void else None,
            opened_at=opened[0] if opened else None,
            opened_by=opened[1] if opened else "",
            communes=stamp.recorded,
        )
        signals = judge(looks, facts)
        level = signals[0].level if signals else Level.NONE
        if level is Level.WARNING:
            warned, rule = foreign, signals[0].rule
    return Fate(stamp.habit, warned, rule, foreign, tuple(naive))


def simulate(task: tuple[int, int, int, Market]) -> tuple[list[Fate], list[Fate]]:
    """Play one seed through: so many honest stamps and so many copied ones."""
    seed, honest, copied, market = task
    world = World(seed, market)
    return [play(world.honest(), market) for _ in range(honest)], [play(world.copied(), market) for _ in range(copied)]


def found(copied: Sequence[Fate]) -> list[int]:
    """Return after how many foreign scans copied stamps were warned of, those that were."""
    return [fate.warned_at for fate in copied if fate.warned_at >= 0]


def recall(copied: Sequence[Fate]) -> float:
    """Return the share of copied stamps that were found; one that nobody ever scanned is not found."""
    return len(found(copied)) / len(copied)


def wronged(honest: Sequence[Fate]) -> float:
    """Return the share of honest stamps that ever got a warning."""
    return sum(fate.warned_at >= 0 for fate in honest) / len(honest)


def naive(honest: Sequence[Fate], copied: Sequence[Fate], most: float) -> Mapping[str, float]:
    """Return what "scanned more than N times" finds, with the smallest N that wrongs at most so many."""
    counts = sorted((len(fate.naive) for fate in honest), reverse=True)
    limit = counts[int(most * len(counts))]
    caught = [fate.naive[limit] for fate in copied if len(fate.naive) > limit]
    return {
        "n": limit,
        "recall": len(caught) / len(copied),
        "false_alarms": sum(count > limit for count in counts) / len(counts),
        "median_foreign_scans": median(caught) if caught else math.inf,
    }


def run(size: int | None) -> Figures:
    """Simulate; `size` is how many honest stamps there are for each seed."""
    honest, copied = size or HONEST, max(20, (size or HONEST) // 100)
    usual = Market()
    harder = {
        "no_second_codes": replace(usual, coded=0.0),
        "half_as_many_places": replace(usual, offers=usual.offers / 2, asked=usual.asked / 2),
        "no_places": replace(usual, offers=0.0, asked=0.0),
        "20_to_60_copies": replace(usual, copies=(20, 60)),
        "half_as_many_scans": replace(usual, scanned=(usual.scanned[0] / 2, usual.scanned[1] / 2)),
    }
    tasks = [(seed, honest, copied, usual) for seed in SEEDS]
    tasks += [(SEEDS[0], 0, min(MORE_COPIES, copied * 4), market) for market in harder.values()]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(simulate, tasks))
    seeds, others = results[: len(SEEDS)], results[len(SEEDS) :]
    everybody = [fate for fates, _ in seeds for fate in fates]
    return Figures(
        figures={
            "recall": min(recall(fates) for _, fates in seeds),
            "false_alarms": max(wronged(fates) for fates, _ in seeds),
            "median_foreign_scans": max(median(found(fates)) for _, fates in seeds),
            "p90_foreign_scans": max(quantiles(found(fates), n=10)[-1] for _, fates in seeds),
            "all_seeds.recall": recall([fate for _, fates in seeds for fate in fates]),
            "all_seeds.false_alarms": wronged(everybody),
            "all_seeds.median_foreign_scans": median(found([fate for _, fates in seeds for fate in fates])),
            **{
                f"false_alarms_of.{habit}": wronged([one for one in everybody if one.habit == habit])
                for habit in HABITS
            },
            **{f"{name}.recall": recall(fates) for name, (_, fates) in zip(harder, others, strict=True)},
            **{
                f"{name}.median_foreign_scans": median(found(fates) or [math.inf])
                for name, (_, fates) in zip(harder, others, strict=True)
            },
        },
        peers=dict(peers(seeds)),
        at_least={"recall": 0.95},
        at_most={"false_alarms": 0.005, "median_foreign_scans": 6},
    )


def peers(seeds: Sequence[tuple[list[Fate], list[Fate]]]) -> Iterator[tuple[str, float]]:
    """Yield the same figures for two rules that people use, over all seeds."""
    honest = [fate for fates, _ in seeds for fate in fates]
    copied = [fate for _, fates in seeds for fate in fates]
    for key, value in naive(honest, copied, 0.005).items():
        yield f"more_than_n_scans.{key}", value
    yield "every_second_scan.recall", sum(len(fate.naive) > 1 for fate in copied) / len(copied)
    yield "every_second_scan.false_alarms", sum(len(fate.naive) > 1 for fate in honest) / len(honest)
    yield "every_second_scan.median_foreign_scans", median(fate.naive[1] for fate in copied if len(fate.naive) > 1)
