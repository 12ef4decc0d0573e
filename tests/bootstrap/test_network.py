"""The same program on a network: a real node over JSON-RPC, told that it has no money, going away and coming back."""

import json
import os
import signal
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from bench._anvil import running_anvil
from traceability.bootstrap import CONSOLE, build, init
from traceability.bootstrap.folder import make_keys
from traceability.errors import ChainError
from traceability.services.commands import Actor, AdmitParticipant, RegisterLot, RegisterProduct
from traceability.settings import Settings


@pytest.fixture
def anvil(anvil_path):
    """A running anvil as (address, process)."""
    with running_anvil(anvil_path) as node:
        yield node


def ask(address, method, *parameters):
    """Ask a node something that only a test asks."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def wait_for(application, answer, block):
    """Set how many seconds the program waits for an answer of the node, and for a block."""
    application.ledger.node._provider._request_kwargs["timeout"] = answer
    object.__setattr__(application.context, "patience", block)


def test_a_network_is_used_paused_and_used_again(anvil, tmp_path):
    """Init without money says whom to pay; records land; while the node hangs they wait, and pages are still served.

    The program waits for as long as a busy machine may need, and is impatient only while the node is known to hang.
    """
    address, process = anvil
    settings = Settings(data_dir=tmp_path / "data", chain=address, chain_timeout=120)
    settings.data_dir.mkdir()
    keys = make_keys(settings)
    with pytest.raises(ChainError, match=keys.role("operator")):
        init(settings)
    for role in ("operator", "relayer"):
        ask(address, "anvil_setBalance", keys.role(role), hex(10**21))
    assert init(settings).created
    application = build(settings)
    wait_for(application, answer=120, block=120)
    try:
        admitted = application.participants.admit(
            CONSOLE, AdmitParticipant("a", "HTX", "cooperative", ("producer",), commune_code="15286")
        )
        coop = Actor(1, "coop", "cooperative", application.reads.party(admitted.uri).number)
        product = application.products.register(coop, RegisterProduct("p", "Tép", family="mam_tep"))
        assert product.state == "landed"
        when = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        os.kill(process.pid, signal.SIGSTOP)
        wait_for(application, answer=1, block=1)
        command = RegisterLot("l", product.path, "5", "KGM", when, lot_number="A")
        assert application.lots.register(coop, command).state == "pending"
        assert application.reads.product(product.path, application.context.today()).name.vi == "Tép"
        os.kill(process.pid, signal.SIGCONT)
        wait_for(application, answer=120, block=120)
        assert application.lots.register(coop, command).state == "landed"
        assert application.verifier.verify_all().ok
    finally:
        application.close()
