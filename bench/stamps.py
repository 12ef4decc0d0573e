"""What a run of stamps costs: seconds from the order until every stamp can be scanned, peak memory, and gas.

A data folder of the default kind (embedded chain, SQLite) is made for each size, a lot is registered and its stamps are
ordered, by the same door that pages use. The clock runs from the order until the rows of all stamps are there, record
on the chain included; memory is the sum over this work's processes of what they hold for themselves at the highest
moment (`Pss`: what several share is divided among them). Then proofs are asked for, one stamp after the other and none
twice, and a long run is verified against its root.

Peers: `one_by_one` issues stamps the plain way, each serial by the readable function, one tree in one process and one
statement a row; `erc1155` and `origintrail` are the gas of a thousand stamps on registers that keep one entry a stamp.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import Figures
from bench.gas import PEERS

ROOT = Path(__file__).parent.parent
SIZES = (1_000, 100_000, 1_000_000)
PLAIN = 5_000
"""Stamps of the plain twin; it takes as long for each, however many there are."""

MOST_SECONDS, MOST_MEGABYTES = 30, 500
"""What the issue of a million may take."""


def run(size: int | None) -> Figures:
    """Measure; `size` takes the place of the three sizes."""
    figures: dict[str, float] = {}
    for count in (size,) if size else SIZES:
        figures |= {f"{count}.{name}": value for name, value in elsewhere("issue", count).items()}
    largest = size or SIZES[-1]
    plain = elsewhere("plain", min(PLAIN, largest))
    million = f"{SIZES[-1]}"
    return Figures(
        figures=figures,
        peers={
            "one_by_one.stamps_per_second": plain["stamps_per_second"],
            "origintrail.1000.gas": PEERS["stamp_run_1000.origintrail"],
            "erc1155.1000.gas": PEERS["stamp_run_1000.erc1155"],
        },
        at_most={
            f"{million}.seconds_until_ready": MOST_SECONDS,
            f"{million}.peak_megabytes": MOST_MEGABYTES,
            f"{million}.verify_megabytes": MOST_MEGABYTES,
            f"{million}.gas": 60_000,
        }
        if size is None
        else {},
    )


def elsewhere(what: str, count: int) -> dict[str, float]:
    """Run one measurement in a process of its own, with a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OCOP_")}
        environment |= {"OCOP_DATA_DIR": f"{folder}/data", "OCOP_NAMESPACE": "https://trace.example.vn"}
        made = subprocess.run(
            [sys.executable, "-c", "from bench import _stamps; _stamps.main()", what, str(count)],
            env=environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
        )
    values: dict[str, float] = json.loads(made.stdout)
    return values
