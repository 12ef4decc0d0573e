"""The pieces of a long run, made by several processes at once and handed over in their order.

Hashing a million stamps keeps one processor busy for seconds; two need half as long, and the threads that answer pages
keep theirs. Short runs are made right here: starting a process takes longer than they do.
"""

import logging
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from typing import Final

from traceability.proofs.stamp_runs import Piece, make_piece, pieces

SPREAD_FROM: Final = 300_000
"""Stamps of a run from which on several processes make it."""

MOST_PROCESSES: Final = 4
"""More would mostly wait for rows to be written."""

_AHEAD: Final = 4
"""Pieces for each process that are made before they are asked for: they wait in memory."""

_POLITENESS: Final = 5
"""How much these processes stand back for those that answer pages (nice)."""

_log = logging.getLogger(__name__)


def make_pieces(seed: bytes, lot: str, count: int) -> Iterator[Piece]:
    """Yield the pieces of a run in their order; `lot` is the lot's canonical URI."""
    processes = min(MOST_PROCESSES, os.cpu_count() or 1)
    if count < SPREAD_FROM or processes < 2:  # noqa: PLR2004 - one is what we are
        yield from (make_piece(seed, lot, first, size) for first, size in pieces(count))
        return
    done = 0
    try:
        for piece in _spread(seed, lot, count, processes):
            yield piece
            done += 1
    except (BrokenProcessPool, OSError) as error:
        _log.warning("Processes that make stamps ended (%s); the rest is made here.", error)
        yield from (make_piece(seed, lot, first, size) for first, size in pieces(count, done))


def _spread(seed: bytes, lot: str, count: int, processes: int) -> Iterator[Piece]:
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin)
    try:
        wanted = pieces(count)
        waiting: list[Future[Piece]] = []
        while True:
            missing = processes * _AHEAD - len(waiting)
            waiting += [pool.submit(make_piece, seed, lot, first, size) for first, size in islice(wanted, missing)]
            if not waiting:
                return
            yield waiting.pop(0).result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the parent, and stand back for others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError, AttributeError):
        os.nice(_POLITENESS)
