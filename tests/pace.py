"""How fast this machine is, so that a bound in seconds means the same work on a slower one."""

import time

PLAIN_WORK = 0.013
"""Seconds of the processor that the loop below takes on the machine on which the bounds of the tests were set."""


def slowness():
    """Return how many times longer than there plain work takes here and now; never less than 1."""
    return max(1.0, min(_plain_work() for _ in range(5)) / PLAIN_WORK)


def _plain_work():
    began, found = time.process_time(), {}
    for number in range(100_000):
        found[number % 1_000] = found.get(number % 1_000, 0) + number
    return time.process_time() - began
