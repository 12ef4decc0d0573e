"""Reproducible benchmarks, each beside its peers: what one thing costs here, and what the same costs elsewhere.

A benchmark is a module of this package with a docstring and a function `run(size)` that returns `Figures`; `python -m
bench` finds it by its file name. Figures are plain numbers with their unit in the name (`requests_per_second`,
`page_bytes`), peers carry the same names behind their own (`one_line_flask.requests_per_second`), and bounds that we
promise to keep lie beside the figures, so that a run that breaks one fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Figures"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a benchmark measured.

    Args:
        figures: name with unit -> number, ours.
        peers: name with unit -> number, what others or the theoretical floor need.
        at_least: figure -> smallest value that we promise.
        at_most: figure -> largest value that we promise.
    """

    figures: Mapping[str, float]
    peers: Mapping[str, float] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)

    def broken(self) -> list[str]:
        """Say which promises the figures break, one sentence each."""
        low = [
            f"{name} is {self.figures[name]:,.6g}, promised is at least {bound:,.6g}"
            for name, bound in self.at_least.items()
            if self.figures[name] < bound
        ]
        high = [
            f"{name} is {self.figures[name]:,.6g}, promised is at most {bound:,.6g}"
            for name, bound in self.at_most.items()
            if self.figures[name] > bound
        ]
        return low + high
