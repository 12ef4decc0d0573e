"""Tries the public API with what its OpenAPI document allows and forbids: schemathesis over a real data folder.

The suite runs it with one seed and few examples. Whoever changed something runs it with others:

    .venv/bin/python tests/webapp/openapi/fuzzing.py --seed 7 --examples 50
    .venv/bin/python tests/webapp/openapi/fuzzing.py --runs 10 --only /events
    .venv/bin/python tests/webapp/openapi/fuzzing.py --limited --without-key --phases examples,coverage --only queries
"""

import argparse
import random
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import schemathesis
from argon2 import PasswordHasher
from schemathesis import engine
from schemathesis.config import (
    GenerationConfig,
    HealthCheck,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.clocks import GoingClock
from traceability.bootstrap import CONSOLE, build, init
from traceability.domain.epcis_context import EPCIS_CONTEXT
from traceability.services import commands, stamp_commands
from traceability.settings import Settings
from webapp import create_app

PHASES = ("examples", "coverage", "fuzzing", "stateful")

UNLIMITED = {"page_rate": "1000000 per minute"}

PATIENCE = 120
"""Seconds within which an answer has begun: what is tried is what is answered, not how busy the machine is."""


def make_site(folder: Path, *, limited: bool = False) -> SimpleNamespace:
    """Return an application over a fresh data folder with goods, stamps, events and an API key.

    Args:
        folder: where it is made.
        limited: whether an address may ask only as often as is set by default.
    """
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(data_dir=folder / "var", base_url=address, **({} if limited else UNLIMITED))
    clock = GoingClock()
    init(settings, clock)
    application = build(settings, clock=clock, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    fields = {"capacities": ("producer",), "commune_code": "15286"}
    made = application.participants.admit(
        CONSOLE, commands.AdmitParticipant("a", "Hợp tác xã Hà Yên", "cooperative", gln="8938500012341", **fields)
    )
    coop = application.reads.party(made.uri)
    us = commands.Actor(1, "coop", "cooperative", coop.number)
    jar = application.products.register(us, commands.RegisterProduct("c", "Mắm tép", unit="H87", gtin="09506000134352"))
    made = application.lots.register(us, commands.RegisterLot("e", jar.path, "100", "H87", "2026-11-20T08:00", "MT-1"))
    lot = application.reads.lot(made.path)
    application.stamps.issue(us, stamp_commands.IssueStamps("g", lot.path, "5"))
    _, token = application.api_keys.create(CONSOLE, "schemathesis", participant=coop.number)
    app = create_app(settings, application)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent, fd=listening.fileno())
    Thread(target=server.serve_forever, daemon=True).start()
    site = SimpleNamespace(
        application=application,
        app=app,
        address=address,
        listening=listening,
        server=server,
        token=token,
        product=jar,
        lot=lot,
        stamps=application.reads.stamps(lot.path, 1),
    )
    _capture(site)
    return site


class _Silent(WSGIRequestHandler):
    """Keeps quiet about each request."""

    def log(self, *_):
        """Say nothing."""


def close(site: SimpleNamespace) -> None:
    """End the server and close the data folder."""
    site.server.shutdown()
    site.server.server_close()
    site.listening.close()
    site.application.close()


def _capture(site: SimpleNamespace) -> None:
    """Record some events through the front door, and name a query."""
    client = site.app.test_client(use_cookies=False)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {site.token}"
    events = [
        {
            "type": "ObjectEvent",
            "eventTime": f"2026-11-2{day}T10:00:00.000+07:00",
            "eventTimeZoneOffset": "+07:00",
            "quantityList": [{"epcClass": "https://id.gs1.org/01/09506000134352/10/MT-1"}],
            "action": "OBSERVE",
            "bizStep": step,
            "disposition": "in_progress",
            "readPoint": {"id": "https://id.gs1.org/414/8938500012341"},
        }
        for day, step in enumerate(("storing", "inspecting", "loading"))
    ]
    document = {
        "@context": EPCIS_CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-22T10:15:00.000+07:00",
        "epcisBody": {"eventList": events},
    }
    job = client.post("/capture", json=document)
    assert job.status_code == 202, job.data
    assert (job.json["running"], job.json["success"]) == (False, True), job.json
    named = client.post("/queries", json={"name": "stored", "query": {"EQ_bizStep": ["storing"]}})
    assert named.status_code == 201, named.data


def schema_of(site: SimpleNamespace, *, seed: int, examples: int, phases: tuple[str, ...], key: bool = True):
    """Return the document of a site as schemathesis reads it, ready to be tried."""
    headers = {"Authorization": f"Bearer {site.token}"} if key else {}
    chosen = PhasesConfig()
    for name in PHASES:
        chosen.get_by_name(name=name).enabled = name in phases
    project = ProjectConfig(
        headers=headers,
        phases=chosen,
        generation=GenerationConfig(max_examples=examples, no_shrink=True, database="none"),
        continue_on_failure=True,
        request_timeout=PATIENCE,
    )
    config = SchemathesisConfig(
        projects=ProjectsConfig(default=project), seed=seed, suppress_health_check=[HealthCheck.too_slow]
    )
    return schemathesis.openapi.from_url(f"{site.address}/openapi.json", config=config)


def try_all(schema) -> Iterator[tuple[str, str]]:
    """Yield what was found, as (operation, report), once each."""
    seen = set()
    for event in engine.from_schema(schema).execute():
        if type(event).__name__ in {"NonFatalError", "FatalError"}:
            value = getattr(event, "value", None) or getattr(event, "exception", None)
            yield getattr(event, "label", "engine"), f"{type(value).__name__}: {value}"
        for case_id, nodes in getattr(getattr(event, "recorder", None), "checks", {}).items():
            for node in nodes:
                if node.failure_info is not None:
                    report = report_of(event.recorder, case_id, node)
                    key = (event.recorder.label, node.name, str(node.failure_info.failure)[:200])
                    if key not in seen:
                        seen.add(key)
                        yield event.recorder.label, report


def bodies_of(operation) -> Iterator[tuple[str, object]]:
    """Yield the examples of an operation's body, by name."""
    body = operation.definition.raw.get("requestBody", {})
    for content in body.get("content", {}).values():
        for name, example in content.get("examples", {}).items():
            yield name, example["value"]


def report_of(recorder, case_id: str, node) -> str:
    """Return what was sent, what came back, and what is wrong with it."""
    interaction = recorder.interactions.get(case_id)
    request = interaction.request if interaction else None
    answer = interaction.response if interaction else None
    lines = [f"{node.name}: {node.failure_info.failure.title}", str(node.failure_info.failure.message)[:700]]
    if request is not None:
        body = (request.body or b"")[:400]
        lines += [f"{request.method} {request.uri}", _brief(request.headers), body.decode(errors="replace")]
    if answer is not None:
        lines += [f"-> {answer.status_code} {answer.content[:600].decode(errors='replace')}"]
    return "\n".join(lines)


def _brief(headers) -> str:
    """Return the headers that matter."""
    usual = {"user-agent", "accept-encoding", "accept", "connection", "authorization", "content-length"}
    return str({name: value for name, value in headers.items() if name.lower() not in usual})[:500]


def main(arguments: list[str]) -> int:
    """Try the API with one seed or several random ones, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="the first seed; random without it")
    parser.add_argument("--runs", type=int, default=1, help="with how many seeds")
    parser.add_argument("--examples", type=int, default=20, help="requests for each operation in the phase of chance")
    parser.add_argument("--phases", default=",".join(PHASES))
    parser.add_argument("--only", default="", help="part of the paths to be tried")
    parser.add_argument("--without-key", action="store_true")
    parser.add_argument("--limited", action="store_true", help="with the default limit of requests from one address")
    chosen = parser.parse_args(arguments)
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        site = make_site(Path(folder), limited=chosen.limited)
        seed = chosen.seed if chosen.seed is not None else random.randrange(2**32)
        for run in range(chosen.runs):
            began = time.monotonic()
            phases = tuple(chosen.phases.split(","))
            schema = schema_of(
                site, seed=seed + run, examples=chosen.examples, phases=phases, key=not chosen.without_key
            )
            if chosen.only:
                schema = schema.include(path_regex=chosen.only)
            reports = list(try_all(schema))
            for label, report in reports:
                sys.stdout.write(f"\n=== {label}\n{report}\n")
            found += len(reports)
            sys.stdout.write(f"seed {seed + run}: {len(reports)} found in {time.monotonic() - began:.0f} s\n")
            sys.stdout.flush()
        close(site)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
