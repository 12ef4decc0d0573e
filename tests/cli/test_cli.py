"""The command line as a person and a program meet it, and the demo that it makes."""

import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import urllib.request
from contextlib import suppress
from http.client import HTTPConnection

import pytest
from click.testing import CliRunner

from tests.pace import slowness
from traceability.bootstrap import build
from traceability.cli import main
from traceability.cli.serving import listen
from traceability.demo.script import PICTURES
from traceability.errors import ConfigurationError
from traceability.settings import Settings


@pytest.fixture
def run(tmp_path, bare):
    """Return a function that runs a command in a fresh data folder and returns its result."""
    bare.setenv("OCOP_DATA_DIR", str(tmp_path / "var"))
    return lambda *words, **rest: CliRunner().invoke(main, words, **rest)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A data folder with the demo, and what `demo --json` printed when it was made."""
    folder = tmp_path_factory.mktemp("demo") / "var"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OCOP_")}
    environment |= {"OCOP_DATA_DIR": str(folder), "OCOP_BASE_URL": "https://trace.example.vn", "NO_COLOR": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "traceability.cli", "demo", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return folder, environment, json.loads(done.stdout), done.stderr, seconds


def in_demo(demo, *words, **changes):
    """Run a command in the demo's folder."""
    return subprocess.run(
        [sys.executable, "-m", "traceability.cli", *words],
        env=demo[1] | changes,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


# ---------------------------------------------------------------------------------------------------------- for people
def test_help_teaches(run):
    """Every command has a sentence, and the first steps stand at the top."""
    told = run("--help").output
    assert "ocop-trace demo, then ocop-trace serve" in told
    for name in ("init", "demo", "serve", "status", "rebuild", "verify", "participant", "account"):
        assert re.search(rf"^  {name}  +\w", told, re.MULTILINE), name


def test_an_error_is_one_sentence_and_a_status(run):
    """No traceback; the status tells settings and folder from the rest."""
    result = run("status")
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: There is no data folder at ")
    assert result.stderr.count("\n") == 1
    assert run("verify").exit_code == 2


def test_a_setting_that_is_wrong_is_named(run, monkeypatch):
    """Status 3, and the name of the setting."""
    monkeypatch.setenv("OCOP_PORT", "many")
    result = run("status")
    assert result.exit_code == 3
    assert "OCOP_PORT" in result.stderr


def test_the_first_steps_for_real(run):
    """Init, an account for the operator, a participant with its log-in: without one question."""
    made = json.loads(run("init", "--json").output)
    assert made["created"] is True
    assert "there already" in run("init").output
    told = run("account", "create", "boss", "--role", "operator")
    assert re.search(r"boss can log in with the password  \S+", told.output)
    admitted = json.loads(run("participant", "admit", "HTX Thử", "--commune", "15286", "--json").output)
    number = str(admitted["number"])
    made = run("account", "create", "mai", "--role", "cooperative", "--participant", number, "--json")
    assert json.loads(made.output)["participant"] == admitted["number"]
    listed = json.loads(run("account", "list", "--json").output)
    assert [one["name"] for one in listed] == ["boss", "mai"]
    assert "mai" in run("account", "list").output
    assert "closed" in run("account", "disable", "mai").output
    assert "open" in run("account", "enable", "mai").output
    assert "unlocked" in run("account", "unlock", "mai").output
    told = run("account", "password", "mai", "--stdin", "--json", input="a very long secret\n")
    assert json.loads(told.output)["password"] == "a very long secret"
    added = json.loads(run("participant", "add-key", number, "--json").output)["address"]
    assert added in run("participant", "list").output
    assert "speaks for" in run("participant", "revoke-key", added).output
    parties = json.loads(run("participant", "list", "--json").output)
    assert [one["name"] for one in parties][1:] == ["HTX Thử"]
    assert added not in parties[1]["keys"]
    refused = run("account", "create", "x", "--role", "inspector", "--participant", number)
    assert (refused.exit_code, refused.stderr.startswith("Error: ")) == (1, True)
    assert json.loads(run("verify", "--all", "--json").output)["ok"] is True
    refused = run("demo")
    assert refused.exit_code == 1
    assert "data folder of its own" in refused.stderr


# ----------------------------------------------------------------------------------------------------------- the demo
def test_the_demo_says_exactly_what_a_program_reads(demo):
    """Products, lots, stamps and log-ins, with absolute links, and nothing else on either stream."""
    _, _, told, errors, _ = demo
    assert errors == ""
    assert set(told) == {"products", "lots", "stamps", "logins"}
    keys = {"products": {"name", "link"}, "lots": {"lot", "link", "status"}, "stamps": {"link", "status"}}
    for name, wanted in keys.items():
        assert all(set(one) == wanted for one in told[name])
        assert all(one["link"].startswith("https://trace.example.vn/") for one in told[name])
    assert [one["name"] for one in told["products"]] == ["Mắm tép Hà Yên", "Nem chua Hạc Thành", "Chiếu cói Nga Sơn"]
    assert {one["status"] for one in told["stamps"]} == {"holds", "suspect", "recalled", "not_activated", "void"}
    assert {one["status"] for one in told["lots"]} == {"open", "recalled", "recalled_source", "retired"}
    assert {one["role"] for one in told["logins"]} == {"cooperative", "inspector", "operator"}
    assert any("/p/" in one["link"] for one in told["products"])


def test_all_that_was_printed_in_the_demo_could_be_printed(demo):
    """Files are made while the goods are at hand: a desk of the demo shows no work that failed."""
    jobs = json.loads(in_demo(demo, "stamps", "jobs", "--json").stdout)
    assert {job["kind"] for job in jobs} == {"issue", "print"}
    assert {job["state"] for job in jobs} == {"done"}


def test_the_demo_says_the_same_again(demo):
    """Also when it is there already; its log-ins lie in a file of its own that only the owner reads."""
    folder, _, told, _, _ = demo
    again = in_demo(demo, "demo", "--json")
    assert json.loads(again.stdout) == told
    assert stat.S_IMODE((folder / "demo.json").stat().st_mode) == 0o600
    assert told["logins"][0]["password"] in in_demo(demo, "demo").stdout


def test_the_demo_is_seeded_quickly(demo):
    """Counted in seconds of one processor, since other tests run beside it; alone, on two cores, it takes less."""
    assert demo[4] < 45 * slowness()


def test_the_demos_record_verifies_before_and_after_a_rebuild(demo):
    """Every history, quantity, stamp and kept value."""
    for words in (("verify", "--all", "--json"), ("rebuild", "--json"), ("verify", "--all", "--json")):
        done = in_demo(demo, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["ok"]
    assert all(check["ok"] for check in told["checks"])


def test_a_lot_and_a_stamp_can_be_verified_by_their_links(demo):
    """By what stands on the page and on the stamp."""
    told = demo[2]
    for link in (told["lots"][0]["link"], told["stamps"][0]["link"]):
        done = in_demo(demo, "verify", link)
        assert (done.returncode, "Everything agrees." in done.stdout) == (0, True), done.stdout


def test_a_lot_is_verified_by_its_bare_number(demo):
    """Who reads a number off a crate need not know the lot's path; an unknown number is one sentence."""
    done = in_demo(demo, "verify", "MT-290")
    assert done.returncode == 0, done.stderr
    assert "Everything agrees." in done.stdout
    unknown = in_demo(demo, "verify", "MT-999")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)


def test_verify_names_the_first_difference(demo, tmp_path):
    """A changed value in the database: status 1, the check and what differs."""
    folder = tmp_path / "altered"
    shutil.copytree(demo[0], folder)
    with sqlite3.connect(folder / "ocop.sqlite3") as database:
        database.execute("UPDATE product SET brand = 'Other'")
    database.close()
    done = in_demo(demo, "verify", "--all", "--json", OCOP_DATA_DIR=str(folder))
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["ok"] is False
    first = next(check for check in told["checks"] if not check["ok"])
    assert "product" in first["detail"]
    done = in_demo(demo, "verify", "--all", OCOP_DATA_DIR=str(folder))
    assert done.stderr.startswith(f"It does not verify. First difference, check {first['number']}")


def test_one_entry_stands_out_as_late_one_is_withdrawn(demo):
    """The story was recorded at the time it tells, but for what it tells otherwise."""
    application = build(Settings(data_dir=demo[0]), mode="read")
    try:
        late, withdrawn = set(), set()
        for lot in demo[2]["lots"]:
            for entry in application.reads.history(lot["link"]):
                late |= {entry.stage} if entry.late_by else set()
                withdrawn |= {entry.stage} if entry.corrected_by else set()
        assert late == {"tended"}
        assert withdrawn == {"tended"}
        standings = {
            rating.standing.value
            for product in demo[2]["products"]
            for rating in application.reads.product(product["link"], application.context.today()).ratings
        }
        assert standings == {"valid", "expired"}
    finally:
        application.close()


def test_every_drawing_is_small():
    """A page with a picture stays light."""
    pictures = list(PICTURES.glob("*.webp"))
    assert len(pictures) >= 8
    assert max(path.stat().st_size for path in pictures) < 30_000


# --------------------------------------------------------------------------------------------------------------- serve
@pytest.mark.slow
def test_serve_answers_on_both_families_beside_readers_and_stops_cleanly(demo):
    """IPv4 and IPv6, what to open, status and verify meanwhile, a writer refused, and a clean end on SIGTERM."""
    environment = demo[1] | {"OCOP_PORT": "0", "OCOP_BASE_URL": ""}
    command = [sys.executable, "-m", "traceability.cli", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            told = [server.stdout.readline()]
            port = re.search(r"port (\d+)", told[0])[1]
            while "Ctrl-C" not in told[-1]:
                told.append(server.stdout.readline())
            assert f"http://localhost:{port}/" in told[0]
            assert any(demo[2]["logins"][0]["password"] in line for line in told)
            for host in ("127.0.0.1", "[::1]"):
                with (
                    suppress(OSError if host == "[::1]" else ()),
                    urllib.request.urlopen(f"http://{host}:{port}/healthz") as answer,
                ):
                    assert json.load(answer)["lag"] == 0
            flood = HTTPConnection("127.0.0.1", int(port), timeout=60)
            flood.putrequest("POST", "/capture")
            flood.putheader("Content-Length", str(10**9))
            flood.endheaders()
            assert flood.getresponse().status == 413, "what is far too large is not taken in"
            flood.close()
            assert json.loads(in_demo(demo, "status", "--json").stdout)["lag"] == 0
            assert in_demo(demo, "verify", demo[2]["lots"][0]["link"]).returncode == 0
            refused = in_demo(demo, "participant", "add-key", "2")
            assert (refused.returncode, "in use" in refused.stderr) == (4, True)
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
        assert server.stdout.read().endswith("Stopped.\n")


def test_a_port_in_use_is_named():
    """The sentence says which port and which setting."""
    (first,) = listen(Settings(port=0, hosts=("127.0.0.1",)))
    try:
        port = first.getsockname()[1]
        first.listen()
        with pytest.raises(ConfigurationError, match=str(port)):
            listen(Settings(port=port, hosts=("127.0.0.1",)))
    finally:
        first.close()


def test_a_machine_without_ipv6_is_served_over_ipv4(monkeypatch):
    """`*` falls back without a word."""
    monkeypatch.setattr("socket.has_ipv6", False)
    (one,) = listen(Settings(port=0))
    try:
        assert one.getsockname()[0] == "0.0.0.0"
    finally:
        one.close()
