"""What the rules for copied stamps find, and whom they wrong: honest stamps and copied ones, judged scan by scan.

A made-up market is played through with a seed, and after each scan the real `judge` is asked, with the rules that come
with the package and with no more than it would know at that moment; scans older than 90 days are forgotten. Nothing of
this market is measured anywhere: what it assumes is written beside each number in `_market` and repeated in
docs/copy-signals.md, and figures for harder markets (no second codes, half as many places, few copies) stand beside
the promised ones.

Honest stamps are scanned by buyers, families, shoppers at a shelf, inspectors, visitors of a fair, people who see a
picture of them in a listing, and people to whom they were carried across the country. Copied stamps are one genuine
stamp printed 20 to 2,000 times and sold in several provinces over weeks. Beside our rules stand two that people use:
"scanned more than N times" with the best N for the same false alarms, and "scanned before". All figures are the worst
of several seeds.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from statistics import median, quantiles
from typing import NamedTuple

from bench import Figures
from bench._market import HABITS, START, Market, Stamp, World
from traceability.domain.copies import Level, Look, StampFacts, judge

HONEST = 10_000
"""Honest stamps a seed, where no size is given; a hundredth as many are copied besides."""
SEEDS = (1, 2, 3, 4, 5)
MORE_COPIES = 400
"""Copied stamps for each figure of a harder market."""
KEPT = timedelta(days=90)


class Fate(NamedTuple):
    """How a stamp fared."""

    habit: str
    warned_at: int
    """Foreign scans until the first warning, that one included; -1 where there was none. A visitor counts once."""
    rule: str
    foreign: int
    naive: tuple[int, ...]
    """For N = 0, 1, ...: foreign scans when the number of scans first exceeded N."""


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
