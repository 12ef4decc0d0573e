"""A real node changes its mind: anvil reorganises its chain, and goes back to a snapshot."""

import pytest

from bench._anvil import running_anvil
from tests.projection.conftest import dump, projected
from tests.projection.fakes import SignedWorld
from tests.projection.stories import PRODUCT, admit, jar, make_goods
from traceability.chain.connect import connect
from traceability.chain.keystore import FileKeyStore
from traceability.chain.ledger import deploy
from traceability.chain.rpc import RpcNode
from traceability.domain.verdicts import Verdict
from traceability.proofs.history import subject_key

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def anvil(anvil_path):
    """A client of a running anvil."""
    with running_anvil(anvil_path) as (address, _):
        yield RpcNode(address, timeout=60)


@pytest.fixture
def world(anvil, tmp_path):
    """The real contract on the real node, with keys made for the test."""
    keys = FileKeyStore.initialise(tmp_path / "keys")
    roles = {role: keys.create_role(role) for role in ("operator", "relayer")}
    for address in roles.values():
        anvil._ask("anvil_setBalance", address, hex(10**24))
    uri = "https://ocop-trace.example/party/0PERAT0R00"
    deployment = deploy(anvil, keys, roles["operator"], subject_key(uri))
    return SignedWorld(connect(anvil, deployment, keys, **roles), keys)


def story(world):
    """A few real records."""
    cast = admit(world)
    make_goods(world, cast)
    return cast


def test_a_real_reorganisation_is_followed(anvil, world, sqlite, tmp_path):
    """Anvil replaces its newest blocks by others: what stood there is gone, and all verifies."""
    told = projected(sqlite, tmp_path, world, story)
    anvil._ask("anvil_mine", hex(3))
    world.recall(told.cast.inspector, jar(1))
    told.project()
    assert told.reads.lot(jar(1)).status == "recalled"
    old = dump(sqlite)
    anvil._ask("anvil_reorg", 2, [])
    told.indexer.advance()
    assert told.reads.lot(jar(1)).status == "open"
    world.stage(told.cast.coop, jar(1), note="tiếp")
    told.project()
    assert dump(sqlite)["block"][-4:] != old["block"][-4:]
    before = dump(sqlite)
    told.indexer.rebuild()
    assert dump(sqlite) == before
    report = told.verifier.verify_all()
    assert report.ok, report.first_difference


def test_a_snapshot_that_is_taken_back_is_followed(anvil, world, sqlite, tmp_path):
    """The node goes back to an earlier state and on from there, with other records at the same heights."""
    told = projected(sqlite, tmp_path, world, story)
    snapshot = anvil._ask("evm_snapshot")
    world.recall(told.cast.inspector, jar(2))
    world.stage(told.cast.coop, jar(1))
    told.project()
    anvil._ask("evm_revert", snapshot)
    told.indexer.advance()
    assert told.reads.lot(jar(2)).status == "open"
    operations = world._operations
    world._operations = operations + 10
    world.stage(told.cast.coop, jar(2), note="lại")
    world.recall(told.cast.inspector, jar(1))
    told.project()
    today = world.now().date()
    assert told.reads.trace(jar(1), today).verdict is Verdict.RECALLED
    assert told.reads.trace(jar(2), today).verdict is Verdict.HOLDS
    assert len(told.reads.history(PRODUCT)) == 1
    assert told.verifier.verify_all().ok
