"""Capturing events from outside: whole documents of 1,000 events, from the JSON text to where a question finds them.

Each document is the work of a day: some dozen lots begin, are observed, measured, packed, used for others and shipped,
between events about goods, places and papers that nobody registered here. A document counts as done when it is on the
embedded chain, flushed to the disk, projected, and its last event is found by its hash. The peers: the same kind of
events sent one at a time, and what merely reading, hashing and writing the JSON would take.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from bench import Figures
from traceability import bootstrap
from traceability.bootstrap import CONSOLE, Application
from traceability.proofs.canonical_json import canonical
from traceability.proofs.event_hash import event_hash
from traceability.services import commands
from traceability.services.commands import Actor
from traceability.settings import Settings

SIZE: Final = 3
"""Documents captured where `--size` says nothing."""

EVENTS: Final = 1_000
"""Events of a document: the most that is taken at once."""

LOTS: Final = 24
"""Lots that begin in a document; each is observed some thirty times."""

SINGLES: Final = 40
"""Events sent one at a time, for comparison."""

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
GTIN: Final = "09506000100012"
FOREIGN: Final = "https://id.gs1.org/01/04012345123456"
PALLET: Final = "https://id.gs1.org/00/395060001343520001"
PLACES: Final = tuple(f"https://id.gs1.org/414/{number}" for number in ("9506000110424", "9506000134352"))
STEPS: Final = ("storing", "holding", "inspecting", "packing", "loading", "sampling", "staging_outbound")


def run(size: int | None = None) -> Figures:
    """Capture `size` documents of 1,000 events, and some events one at a time."""
    documents = size or SIZE
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data")
        bootstrap.init(settings)
        app = bootstrap.build(settings)
        try:
            actor = begin(app)
            figures, peers = measured(app, actor, documents)
        finally:
            app.close()
    return Figures(figures, peers, at_least={"events_per_second": 200.0})


def begin(app: Application) -> Actor:
    """Admit a producer with one product and return who sends events for it."""
    admitted = commands.AdmitParticipant("a", "Hợp tác xã", "cooperative", ("producer",), commune_code="15286")
    party = app.reads.party(app.participants.admit(CONSOLE, admitted).uri)
    actor = Actor(0, "api:bench", "cooperative", party.number)
    product = commands.RegisterProduct("b", "Mắm tép", unit="GRM", gtin=GTIN)
    app.products.register(actor, product)
    return actor


def measured(app: Application, actor: Actor, documents: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return our figures and those of the peers."""
    texts = [json.dumps(document(number)) for number in range(documents)]
    seconds = [timed(partial(capture, app, actor, text)) for text in texts]
    singles = [{"@context": CONTEXT, **event} for event in events(documents)][:SINGLES]
    alone = timed(lambda: [app.capture.record_one(actor, event) for event in singles])
    repeated = timed(lambda: capture(app, actor, texts[0]))
    total = documents * EVENTS
    figures = {
        "events_per_second": total / sum(seconds),
        "document_seconds_worst": max(seconds),
        "repeated_events_per_second": EVENTS / repeated,
        "chain_bytes_per_event": chain_bytes(app) / (total + SINGLES),
    }
    peers = {
        "one_at_a_time.events_per_second": SINGLES / alone,
        "json_and_hash.events_per_second": EVENTS / timed(lambda: plain(texts[0])),
    }
    return figures, peers


def timed(act: Callable[[], Any]) -> float:
    """Return the seconds that something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def capture(app: Application, actor: Actor, text: str) -> None:
    """Capture a document and see that its last event can be found."""
    value = json.loads(text)
    job = app.capture.submit(actor, value)
    if not job.success or job.captured != EVENTS:
        raise AssertionError(f"the document was not captured: {job.errors[:1]}")
    last = event_hash(value["epcisBody"]["eventList"][-1])
    if not app.reads.event(last):
        raise AssertionError("the last event is not found")


def plain(text: str) -> None:
    """Read a document, hash its events, write them in canonical form, and flush them to the disk."""
    found = json.loads(text)["epcisBody"]["eventList"]
    with tempfile.TemporaryFile() as file:
        for event in found:
            file.write(event_hash(event).encode() + canonical(event))
        file.flush()
        os.fsync(file.fileno())


def chain_bytes(app: Application) -> int:
    """Return how many bytes of documents lie on the chain."""
    logs = app.ledger.logs(0, app.ledger.height())
    return sum(len(getattr(log, "documents", b"")) for log in logs)


# ---------------------------------------------------------------------------------------------------- what is captured
def document(number: int) -> dict[str, Any]:
    """Return the document of a day; the same one at every call."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-01T03:00:00Z",
        "epcisBody": {"eventList": list(events(number))},
    }


def events(number: int) -> Iterator[dict[str, Any]]:
    """Yield the events of a day, in the order of their times."""
    chance = Random(12850 + number)
    moment = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=number)
    lots = [f"https://id.gs1.org/01/{GTIN}/10/D{number}-{lot}" for lot in range(LOTS)]
    for count in range(EVENTS):
        moment += timedelta(seconds=40)
        when = {"eventTime": moment.isoformat(timespec="milliseconds"), "eventTimeZoneOffset": "+07:00"}
        if count < LOTS:
            yield when | begun(lots[count])
        elif count >= EVENTS - LOTS // 2:
            yield when | used(lots[count - EVENTS], chance)
        else:
            kind = chance.choice((observed, observed, observed, measured_at, packed, foreign, ordered))
            yield when | kind(chance.choice(lots), chance)


def begun(lot: str) -> dict[str, Any]:
    """Return the beginning of a lot."""
    line = {"epcClass": lot, "quantity": 100, "uom": "KGM"}
    ilmd = {"cbvmda:lotNumber": lot.rpartition("/")[2]}
    return {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "quantityList": [line], "ilmd": ilmd}


def observed(lot: str, chance: Random) -> dict[str, Any]:
    """Return a look at a lot."""
    about = {"bizStep": chance.choice(STEPS), "disposition": "in_progress", "readPoint": {"id": chance.choice(PLACES)}}
    return {"type": "ObjectEvent", "action": "OBSERVE", "quantityList": [{"epcClass": lot}], **about}


def measured_at(lot: str, chance: Random) -> dict[str, Any]:
    """Return a measurement of a lot's temperature."""
    report = {"type": "Temperature", "value": round(chance.uniform(2, 36), 1), "uom": "CEL"}
    return observed(lot, chance) | {"sensorElementList": [{"sensorReport": [report]}]}


def packed(lot: str, chance: Random) -> dict[str, Any]:
    """Return the packing of some of a lot on a pallet."""
    line = {"epcClass": lot, "quantity": chance.randrange(1, 20), "uom": "KGM"}
    about = {"parentID": PALLET, "childQuantityList": [line], "bizStep": "packing"}
    return {"type": "AggregationEvent", "action": "ADD", **about}


def foreign(_lot: str, chance: Random) -> dict[str, Any]:
    """Return an event about an item that nobody registered here."""
    item = f"{FOREIGN}/21/{chance.randrange(10**9)}"
    return {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving", "epcList": [item]}


def ordered(_lot: str, chance: Random) -> dict[str, Any]:
    """Return an event about a purchase order."""
    paper = {"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:4012345000009:{chance.randrange(10**6)}"}
    item = f"{FOREIGN}/21/{chance.randrange(10**9)}"
    return {"type": "TransactionEvent", "action": "ADD", "bizTransactionList": [paper], "epcList": [item]}


def used(lot: str, chance: Random) -> dict[str, Any]:
    """Return a transformation of some of a lot into a new one."""
    taken = {"epcClass": lot, "quantity": chance.randrange(1, 50), "uom": "KGM"}
    made = {"epcClass": f"{lot}-X", "quantity": chance.randrange(1, 40), "uom": "KGM"}
    lists = {"inputQuantityList": [taken], "outputQuantityList": [made]}
    return {"type": "TransformationEvent", "bizStep": "creating_class_instance", **lists}
