"""The work that `bench.stamps` measures, in a process and a data folder of its own.

The processes that make stamps load the file of the program that started them once more, so the parent starts this one
with a line of its own instead of a file: what it needs to measure is no part of what is measured.
"""

import json
import os
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Self

from traceability import bootstrap
from traceability.bootstrap import CONSOLE, Application
from traceability.proofs.merkle import root, stamp_leaf
from traceability.proofs.serials import stamp_serial
from traceability.proofs.stamp_proofs import check
from traceability.services import commands
from traceability.settings import Settings

PROOFS = 1_000
"""Stamps whose proofs are timed."""


class Memory:
    """Watches how many bytes this process and its children hold."""

    def __init__(self) -> None:
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self.peak = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, sum(_held(process) for process in _family(os.getpid())))
            if self._over.wait(0.1):
                return


def _family(process: int) -> list[int]:
    """Return a process and all its descendants."""
    children = Path(f"/proc/{process}/task").glob("*/children")
    try:
        found = [int(child) for path in children for child in path.read_text().split()]
    except OSError:
        return []
    return [process, *(one for child in found for one in _family(child))]


def _held(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def issue(count: int) -> dict[str, float]:
    """Issue a run in this process's data folder and return what it cost."""
    settings = Settings()
    bootstrap.init(settings)
    with closing(bootstrap.build(settings)) as app:
        admitted = commands.AdmitParticipant("a", "Hợp tác xã", "cooperative", ("producer",), commune_code="15286")
        coop = app.reads.party(app.participants.admit(CONSOLE, admitted).uri)
        us = commands.Actor(1, "coop", "cooperative", coop.number)
        product = app.products.register(us, commands.RegisterProduct("b", "Mắm tép", unit="H87", gtin="9506000100012"))
        goods = commands.RegisterLot("c", product.path, str(count), "H87", "2026-11-20T08:00", lot_number="MT-1")
        lot = app.lots.register(us, goods).path
        with Memory() as memory:
            begun, worked = time.perf_counter(), processor_seconds()
            app.stamps.issue(us, commands.IssueStamps("d", lot, str(count)))
            ready, worked = time.perf_counter() - begun, processor_seconds() - worked
        if app.reads.runs(lot)[0].ready != count:
            message = "not all stamps are there"
            raise RuntimeError(message)
        app.stamps.activate(us, commands.ActivateStamps("e", lot, "1", "1", str(count)))
        figures = {"seconds_until_ready": ready, "stamps_per_second": count / ready, "processor_seconds": worked}
        figures["peak_megabytes"] = memory.peak / 1e6
        return figures | proofs(app, lot, count) | verified(app, lot, count) | {"gas": gas(app, lot)}


def processor_seconds() -> float:
    """Return for how long processors have worked for this process and its children that have ended."""
    return sum(os.times()[:4])


def gas(app: Application, lot: str) -> float:
    """Return what the record of the run cost on the chain."""
    record = next(entry for entry in app.reads.history(lot) if entry.event_type == "ocop:StampRun")
    receipt = app.ledger.receipt(bytes.fromhex(record.anchor.transaction_hash[2:]))
    return float(receipt.gas_used)


def proofs(app: Application, lot: str, count: int) -> dict[str, float]:
    """Time proofs of stamps all over the run: made, and checked."""
    step = max(1, count // PROOFS)
    paths = [app.reads.stamps(lot, 1, number, number)[0].path for number in range(1, count + 1, step)][:PROOFS]
    begun = time.perf_counter()
    made = [app.reads.stamp_proof(path) for path in paths]
    between = time.perf_counter()
    for proof in made:
        check(proof)
    over = time.perf_counter()
    return {
        "proof_milliseconds": (between - begun) / len(made) * 1e3,
        "proof_check_microseconds": (over - between) / len(made) * 1e6,
        "proof_hashes": max(len(proof.path) for proof in made),
    }


def verified(app: Application, lot: str, count: int) -> dict[str, float]:
    """Time the verification of one stamp and of the whole run."""
    path = app.reads.stamps(lot, 1, count, count)[0].path
    begun = time.perf_counter()
    one = app.verifier.verify(path)
    between = time.perf_counter()
    with Memory() as memory:
        whole = app.verifier.verify(lot)
    over = time.perf_counter()
    if not (one.ok and whole.ok):
        message = f"it does not verify: {one.first_difference or whole.first_difference}"
        raise RuntimeError(message)
    return {
        "verify_one_stamp_seconds": between - begun,
        "verify_whole_run_seconds": over - between,
        "verify_megabytes": memory.peak / 1e6,
    }


def plain(count: int) -> dict[str, float]:
    """Make stamps the plain way: one after the other, serial, leaf and row."""
    lot, seed = "https://id.gs1.org/01/09506000100012/10/MT-1", bytes(32)
    folder = Path(os.environ["OCOP_DATA_DIR"])
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE stamp (serial TEXT PRIMARY KEY, number INTEGER)")
        begun = time.perf_counter()
        serials = [stamp_serial(seed, place) for place in range(count)]
        root(stamp_leaf(lot, serial) for serial in serials)
        for number, serial in enumerate(serials, 1):
            database.execute("INSERT INTO stamp VALUES (?, ?)", (str(serial), number))
        seconds = time.perf_counter() - begun
    return {"stamps_per_second": count / seconds}


def main() -> None:
    """Run the measurement that the command line names, and print its figures."""
    print(json.dumps({"issue": issue, "plain": plain}[sys.argv[1]](int(sys.argv[2]))))
