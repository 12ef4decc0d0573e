"""What guessing serials brings: a million guesses beside real stamps, and the time of each kind of wrong address.

Guesses are as good as they can be without a seed: well formed, with the right check character, 80 random bits. They are
looked for all at once, in one join with the table of a hundred thousand stamps (`hits`), and one after the other as a
scan looks (`lookups_per_second`). Then the pages: a real server is asked, over connections that stay open, for stamps
that were never issued (`unknown`), serials with a wrong check character (`malformed`), and addresses that no rule
allows (`not_well_formed`), in turn and at random, so that a busy moment of the machine meets all of them. `ratio` is
the slowest kind's time by the fastest one's. Each connection comes from an address of its own on the loopback
(127.0.0.0/8, as Linux has it) and stops before the limiter minds; at the end two guessers do not stop, and are counted
out.
"""

import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection
from statistics import median, quantiles
from urllib.parse import urlsplit

from bench import Figures
from bench.scan import Connection, environment_of, server, stocked
from traceability import bootstrap
from traceability.bootstrap.folder import DATABASE_FILE
from traceability.domain.uris import page_path
from traceability.proofs.serials import SERIAL_CHARACTERS, serial_text
from traceability.settings import Settings

GUESSES = 1_000_000
STAMPS = 100_000
IN_USE = 1_000_000_000
"""Stamps of a whole country, for the chance of a hit."""
LOOKUPS = 20_000
PAGES = 1_500
"""Pages of each kind."""
PATIENCE = 18
"""Requests from one address; twenty that find nothing are too many."""
WARM = 3
"""Requests of a connection that do not count: the first ones wait for its thread."""


class Guesser(Connection):
    """A connection from an address and a browser of its own."""

    def __init__(self, port: int, number: int, agent: str = "") -> None:
        source = f"127.{1 + number // 62_500}.{number // 250 % 250}.{2 + number % 250}"
        self.socket = create_connection(("127.0.0.1", port), timeout=30, source_address=(source, 0))
        self.socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self.headers = f"Host: 127.0.0.1\r\nAccept-Encoding: gzip\r\nUser-Agent: {agent or number}\r\n"

    def get(self, path: str) -> tuple[int, bytes, bytes]:
        """Return status, head and body."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{self.headers}\r\n".encode())
        return self.answer()


def run(size: int | None) -> Figures:
    """Measure; `size` is how many guesses there are, and a tenth of a percent of it how many pages of each kind."""
    guesses, pages = size or GUESSES, PAGES if size is None else max(size // 1_000, PATIENCE)
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(folder)
        path = urlsplit(stocked(environment, STAMPS, 1)[0]).path
        figures = in_the_table(folder, guesses) | looked_up(folder, path.rpartition("/")[0], min(LOOKUPS, guesses))
        real = page_path(path)
        product = real.rpartition("/")[0]
        with server("pages", environment) as port:
            figures |= asked_for(port, product, pages) | counted_out(port, product, real)
    figures["chance_of_a_hit"] = guesses * IN_USE / 2**80
    return Figures(
        figures=figures,
        at_most={
            "hits": 0,
            "median_ratio": 1.1,
            "p95_ratio": 1.25,
            "answers_to_one_visitor": 20,
            "answers_to_one_address": 300,
            "real_stamps_refused": 0,
        },
    )


def serials(count: int, chance: random.Random) -> list[str]:
    """Return guesses: the serials of a seed that nobody has."""
    text = serial_text(chance.randbytes(32), 0, count).decode()
    return [text[place : place + SERIAL_CHARACTERS] for place in range(0, len(text), SERIAL_CHARACTERS)]


def in_the_table(folder: str, count: int) -> dict[str, float]:
    """Look for all guesses at once among the stamps."""
    with closing(sqlite3.connect(Path(folder) / DATABASE_FILE)) as database:
        database.execute("CREATE TEMP TABLE guess (serial TEXT)")
        wanted = serials(count, random.Random(1))
        began = time.perf_counter()
        database.executemany("INSERT INTO guess VALUES (?)", ((serial,) for serial in wanted))
        stamps = database.execute("SELECT count(*) FROM stamp").fetchone()[0]
        hits = database.execute("SELECT count(*) FROM guess JOIN stamp USING (serial)").fetchone()[0]
        took = time.perf_counter() - began
    return {"stamps": stamps, "guesses": count, "hits": hits, "guesses_per_second": count / took}


def looked_up(folder: str, product: str, count: int) -> dict[str, float]:
    """Look for guesses one after the other, as a scan does."""
    application = bootstrap.build(Settings(data_dir=Path(folder)))
    try:
        wanted = [f"{product}/{serial}" for serial in serials(count, random.Random(2))]
        day = application.clock.now().date()
        began = time.perf_counter()
        hits = sum(application.reads.stamp(path, day).trace is not None for path in wanted)
        took = time.perf_counter() - began
    finally:
        application.close()
    if hits:
        sys.exit("a guess was right: look at the source of chance")
    return {"lookups_per_second": count / took}


def asked_for(port: int, product: str, count: int) -> dict[str, float]:
    """Ask a server for wrong addresses of each kind, at random; return milliseconds of each."""
    chance = random.Random(3)
    wrong = serials(count + PATIENCE, chance)
    times: dict[str, list[float]] = {"unknown": [], "malformed": [], "not_well_formed": []}
    turns = [kind for kind in times for _ in range(count)]
    chance.shuffle(turns)
    answers = set()
    for number in range(0, len(turns), PATIENCE - WARM):
        guesser = Guesser(port, number)
        for _ in range(WARM):
            guesser.get(f"{product}/{wrong[-1]}")
        for kind in turns[number : number + PATIENCE - WARM]:
            path = address(product, kind, chance.choice(wrong), chance)
            began = time.perf_counter()
            status, _, body = guesser.get(path)
            times[kind].append((time.perf_counter() - began) * 1_000)
            answers.add((status, body))
        guesser.socket.close()
    if len(answers) != 1 or next(iter(answers))[0] != 404:
        sys.exit(f"wrong addresses are told apart: {sorted((status, len(body)) for status, body in answers)}")
    middle = {kind: median(found) for kind, found in times.items()}
    slow = {kind: quantiles(found, n=20)[-1] for kind, found in times.items()}
    return {
        **{f"{kind}.median_ms": value for kind, value in middle.items()},
        **{f"{kind}.p95_ms": value for kind, value in slow.items()},
        "median_ratio": max(middle.values()) / min(middle.values()),
        "p95_ratio": max(slow.values()) / min(slow.values()),
    }


def address(product: str, kind: str, serial: str, chance: random.Random) -> str:
    """Return a wrong address of a kind, as long as any other."""
    if kind == "malformed":
        other = "0" if serial[-1] != "0" else "1"
        return f"{product}/{serial[:-1]}{other}"
    if kind == "not_well_formed":
        place = chance.randrange(len(serial))
        return f"{product}/{serial[:place]}!{serial[place + 1 :]}"
    return f"{product}/{serial}"


def counted_out(port: int, product: str, real: str) -> dict[str, float]:
    """Guess on until the limiter minds: as one visitor, and as an address with another browser each time."""
    wrong = serials(400, random.Random(4))
    visitor = Guesser(port, 700_000)
    answered = sum(visitor.get(f"{product}/{serial}")[0] == 404 for serial in wrong[:60])
    crowd, refused = 0, 0
    for place, serial in enumerate(wrong):
        guesser = Guesser(port, 700_001, f"browser {place}")
        crowd += guesser.get(f"{product}/{serial}")[0] == 404
        refused += place % 10 == 0 and guesser.get(real)[0] != 200
        guesser.socket.close()
    visitor.socket.close()
    return {"answers_to_one_visitor": answered, "answers_to_one_address": crowd, "real_stamps_refused": refused}
