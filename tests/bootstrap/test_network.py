"""The same program on a network: a real node over JSON-RPC, told that it has no money, going away and coming back."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from traceability.bootstrap import CONSOLE, build, init
from traceability.bootstrap.folder import make_keys
from traceability.errors import ChainError
from traceability.services.commands import Actor, AdmitParticipant, RegisterLot, RegisterProduct
from traceability.settings import Settings


@pytest.fixture
def anvil(project_root):
    """A running anvil as (address, process); skips where npm has not installed it."""
    binary = next((project_root / "contracts" / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil*"), None)
    if binary is None:
        pytest.skip("anvil is not installed (npm ci --prefix contracts)")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([binary, "--port", str(port), "--hardfork", "prague", "--silent"]) as process:
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                with closing(socket.socket()) as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()


def ask(address, method, *parameters):
    """Ask a node something that only a test asks."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_network_is_used_paused_and_used_again(anvil, tmp_path):
    """Init without money says whom to pay; records land; while the node hangs they wait, and pages are still served."""
    address, process = anvil
    settings = Settings(data_dir=tmp_path / "data", chain=address, chain_timeout=2)
    settings.data_dir.mkdir()
    keys = make_keys(settings)
    with pytest.raises(ChainError, match=keys.role("operator")):
        init(settings)
    for role in ("operator", "relayer"):
        ask(address, "anvil_setBalance", keys.role(role), hex(10**21))
    assert init(settings).created
    application = build(settings)
    try:
        admitted = application.participants.admit(
            CONSOLE, AdmitParticipant("a", "HTX", "cooperative", ("producer",), commune_code="15286")
        )
        coop = Actor(1, "coop", "cooperative", application.reads.party(admitted.uri).number)
        product = application.products.register(coop, RegisterProduct("p", "Tép", family="mam_tep"))
        assert product.state == "landed"
        when = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        os.kill(process.pid, signal.SIGSTOP)
        command = RegisterLot("l", product.path, "5", "KGM", when, lot_number="A")
        assert application.lots.register(coop, command).state == "pending"
        assert application.reads.product(product.path, application.context.today()).name.vi == "Tép"
        os.kill(process.pid, signal.SIGCONT)
        assert application.lots.register(coop, command).state == "landed"
        assert application.verifier.verify_all().ok
    finally:
        application.close()
