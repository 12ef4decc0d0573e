"""A made-up market for the benchmark `clones`: who scans which stamp, when and where, honest and copied.

Everything is chance with a seed. What is assumed of people stands beside each number; docs/copy-signals.md repeats it.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from traceability.domain.addresses import communes_of, provinces
from traceability.domain.copies import Look

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
