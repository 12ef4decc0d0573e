"""What a question to the EPCIS repository costs: filtered pages of 30 events, beside a scan of the documents.

The tables of SQLite, and of PostgreSQL where it is installed, are filled with the same events (`bench._repository`).
Then random questions are asked of either, in the same order: rare and common words together, criteria that never meet,
wide spans of time around rare things, patterns, measures, fields of somebody's own, and every order. A question is
timed from its parameters to the events with their places on chain; now and then the pages that follow are timed, too.
The peer reads the documents one by one until a page is full, as a repository without an index would.
"""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import quantiles

from sqlalchemy import text

from bench import Figures
from bench._postgres import cluster, postgres_programs
from bench._repository import (
    DEVICES,
    GOODS,
    KINDS,
    LOTS,
    PARTIES,
    PLACES,
    SECONDS,
    START,
    check,
    fill,
    goods,
    lot,
    party,
    place,
)
from traceability.domain.event_parameters import read_query
from traceability.projection.database import Database
from traceability.projection.queries import ProjectionReads

SIZE = 20_000
QUESTIONS = 400
PER_PAGE = 30
PROMISED = 100.0
"""Milliseconds within which 95 of 100 pages come."""

Parameters = dict[str, list[str]]


class Asker:
    """Makes questions."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def skewed(self, count: int) -> int:
        """Return a number below a count, small ones far more often, as the events have them."""
        return int(count * self.random.random() ** 3)

    def moment(self, share: float) -> str:
        """Return the time at a share of the two years."""
        return (START + timedelta(seconds=SECONDS * share)).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def span(self, name: str, width: float) -> Parameters:
        """Return a span of time."""
        begin = self.random.random() * (1 - width)
        return {f"GE_{name}": [self.moment(begin)], f"LT_{name}": [self.moment(begin + width)]}

    def step(self) -> Parameters:
        """Return a business step, common or rare."""
        return {"EQ_bizStep": [self.random.choice(KINDS)[2]]}

    def serial(self) -> str:
        """Return a piece that may or may not have been seen."""
        return f"{goods(self.skewed(GOODS))}/21/{self.random.randrange(20_000)}S0"

    def question(self) -> tuple[str, Parameters]:
        """Return a question of a random kind, with the kind's name."""
        kinds: dict[str, Callable[[], Parameters]] = {
            "step": self.step,
            "piece": lambda: {"MATCH_anyEPC": [self.serial()]},
            "lot": lambda: {"MATCH_anyEPCClass": [lot(self.skewed(LOTS))]},
            "lot_and_step": lambda: {"MATCH_epcClass": [lot(self.random.randrange(LOTS))], **self.step()},
            "rare_and_common": lambda: {
                "EQ_disposition": ["recalled"],
                "EQ_readPoint": [place(self.skewed(PLACES))],
            },
            "place_and_span": lambda: {"EQ_bizLocation": [place(self.skewed(PLACES))], **self.span("eventTime", 0.05)},
            "never_together": lambda: {"eventType": ["TransformationEvent"], "EQ_action": ["ADD"]},
            "words_apart": lambda: {**self.step(), "EQ_disposition": [self.random.choice(KINDS)[3] or "damaged"]},
            "two_places": lambda: {
                "EQ_readPoint": [place(self.skewed(60))],
                "EQ_bizLocation": [place(self.skewed(PLACES))],
            },
            "two_parties": lambda: {
                "EQ_source_owning_party": [party(self.skewed(10))],
                "EQ_destination_owning_party": [party(self.skewed(PARTIES))],
                "EQ_bizStep": ["shipping|receiving"],
            },
            "wide_span_rare": lambda: {"EQ_bizStep": ["destroying"], **self.span("eventTime", 0.9)},
            "narrow_span": lambda: self.span("eventTime", 0.001),
            "span_and_step": lambda: {**self.span("eventTime", 0.02), **self.step()},
            "recorded": lambda: {**self.span("recordTime", 0.01), **self.step()},
            "newest_step": lambda: {**self.step(), "orderBy": ["eventTime"]},
            "newest": lambda: {"orderBy": ["eventTime"]},
            "newest_place": lambda: {"WD_bizLocation": [place(self.skewed(200) // 10 * 10)], "orderBy": ["eventTime"]},
            "newest_party_and_words": lambda: {
                "EQ_destination_owning_party": [party(self.skewed(20))],
                "EQ_disposition": ["in_transit"],
                "orderBy": ["eventTime"],
            },
            "cold": lambda: {"GE_value_CEL": ["14"], "orderBy": ["eventTime"]},
            "cold_device": lambda: {
                "LT_value_CEL": [str(self.random.randrange(-4, 4))],
                "EQ_deviceID": [f"https://id.gs1.org/8004/9506D{self.random.randrange(DEVICES)}"],
            },
            "heavy": lambda: {"GT_quantity_KGM": ["900"], **self.step()},
            "own_text": lambda: {"EQ_https://ns.example/shelf": [f"B{self.skewed(5_000)}"], **self.step()},
            "own_number": lambda: {"GE_https://ns.example/score": ["990"], **self.step()},
            "own_order": lambda: {"orderBy": ["https://ns.example/score"], **self.step()},
            "own_order_rare": lambda: {
                "orderBy": ["https://ns.example/shelf"],
                "MATCH_epcClass": [lot(self.skewed(LOTS))],
            },
            "goods": lambda: {"MATCH_epc": [self.pattern()], **self.step()},
            "company": lambda: {"MATCH_epc": ["urn:epc:idpat:sgtin:9506000.*.*"], "EQ_bizStep": ["destroying"]},
            "paper": lambda: {
                "EQ_bizTransaction_po": [f"urn:epcglobal:cbv:bt:9506000000000:{self.random.randrange(20_000)}"]
            },
            "several": lambda: {
                "EQ_readPoint": ["|".join(place(self.skewed(PLACES)) for _ in range(8))],
                "EQ_bizStep": ["inspecting|storing"],
                "orderBy": ["recordTime"],
            },
            "nothing": dict,
        }
        name = self.random.choice(list(kinds))
        return name, kinds[name]()

    def pattern(self) -> str:
        """Return the pattern of all pieces of one kind of goods."""
        gtin = goods(self.skewed(GOODS)).rpartition("/")[2]
        return f"urn:epc:idpat:sgtin:{gtin[1:8]}.{gtin[0]}{gtin[8:13]}.*"


def run(size: int | None) -> Figures:
    """Fill, ask and count."""
    size = size or SIZE
    wrong = next(check(300), None)
    if wrong:
        raise AssertionError(wrong)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        databases = {"sqlite": stack.enter_context(closing(Database.at(folder / "repository.sqlite3")))}
        programs = postgres_programs()
        if programs is not None:
            url = stack.enter_context(cluster(programs, "shared_buffers=512MB", "max_wal_size=4GB"))
            databases["postgresql"] = stack.enter_context(closing(Database(url)))
        began = time.perf_counter()
        fill(list(databases.values()), size)
        figures = {"events": float(size), "fill_seconds": time.perf_counter() - began}
        if "postgresql" in databases:
            with databases["postgresql"].outside() as statement:
                statement("VACUUM ANALYZE")
        for name, database in databases.items():
            figures |= {f"{name}_{key}": value for key, value in _asked(database).items()}
        peers = {"scan.sqlite_p50_ms": _scanned(databases["sqlite"])}
    return Figures(figures, peers, at_most={f"{name}_p95_ms": PROMISED for name in databases})


def _asked(database: Database) -> dict[str, float]:
    """Ask a database and return how long its answers took."""
    reads = ProjectionReads(database, namespace="https://ocop-trace.example")
    asker = Asker(5)
    took: dict[str, list[float]] = defaultdict(list)
    for _ in range(QUESTIONS):
        name, parameters = asker.question()
        token = ""
        for _page in range(asker.random.choice((1, 1, 1, 3))):
            began = time.perf_counter()
            page = reads.events(read_query(parameters), per_page=PER_PAGE, token=token)
            took[name].append((time.perf_counter() - began) * 1000)
            token = page.next_token
            if not token:
                break
    every = [one for times in took.values() for one in times]
    cuts = quantiles(every, n=100)
    slowest = max(took, key=lambda name: sum(took[name]) / len(took[name]))
    return {
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "p99_ms": cuts[98],
        "max_ms": max(every),
        f"slowest_kind_{slowest}_mean_ms": sum(took[slowest]) / len(took[slowest]),
    }


def _scanned(database: Database) -> float:
    """Return how long a page takes that is found by reading the documents (median of three questions)."""
    statement = text(
        "SELECT body FROM document WHERE json_extract(body, '$.bizStep') = :step AND "
        "json_extract(body, '$.readPoint.id') = :place ORDER BY record_id, position LIMIT 30"
    )
    times = []
    for step, number in (("destroying", 3), ("inspecting", 900), ("storing", 1_700)):
        began = time.perf_counter()
        with database.reading() as connection:
            connection.execute(statement, {"step": step, "place": place(number)}).all()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[1]
