"""A data folder is made in steps that may be cut off and repeated, and opened only as what it is."""

import json
import stat

import pytest

from traceability.bootstrap import build, init, is_initialised
from traceability.bootstrap import making as module
from traceability.errors import ChainError, ConfigurationError, StorageError
from traceability.settings import Settings


@pytest.fixture
def settings(tmp_path):
    """Settings of a folder that is not there yet."""
    return Settings(data_dir=tmp_path / "deep" / "data")


def test_everything_lies_in_one_folder_that_only_its_owner_reads(settings):
    """Keys, chain, database and the note that ties them together."""
    made = init(settings)
    assert made.created
    names = {path.name for path in settings.data_dir.iterdir()}
    assert {"keys", "chain", "ocop.sqlite3", "deployment.json"} <= names
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((settings.data_dir / "deployment.json").stat().st_mode) == 0o600
    application = build(settings)
    try:
        operator = application.reads.party(1)
        assert (operator.kind, bool(operator.name)) == ("operator", True)
        assert application.verifier.verify_all().ok
    finally:
        application.close()


def test_made_twice_is_made_once(settings):
    """What is there stays."""
    first = init(settings)
    second = init(settings)
    assert (second.created, second.contract, second.operator) == (False, first.contract, first.operator)


@pytest.mark.parametrize("step", ["create_embedded", "deploy", "write_deployment", "_record_operator"])
def test_a_run_that_was_cut_off_is_finished_by_the_next(settings, monkeypatch, step):
    """Keys are not made twice, and the operator is recorded once."""

    def die(*_arguments, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, step, die)
        with pytest.raises(KeyboardInterrupt):
            init(settings)
    assert is_initialised(settings) == (step == "_record_operator")
    init(settings)
    application = build(settings)
    try:
        assert len(application.reads.history(application.reads.party(1).uri)) == 1
        assert application.verifier.verify_all().ok
    finally:
        application.close()


def test_a_folder_that_is_not_there_says_what_to_do(settings):
    """The sentence names the commands."""
    with pytest.raises(StorageError, match="ocop-trace init"):
        build(settings)


def test_a_node_that_is_not_there_is_what_init_complains_of(settings):
    """The host and the setting are named; nobody is told to pay into accounts that nobody asked for."""
    away = settings.model_copy(update={"chain": "http://127.0.0.1:9/secret-key"})
    with pytest.raises(ChainError, match="OCOP_CHAIN") as refusal:
        init(away)
    assert "127.0.0.1 cannot be reached" in str(refusal.value)
    assert "currency" not in str(refusal.value)
    assert "secret-key" not in str(refusal.value)
    assert not is_initialised(away)


def test_a_damaged_note_is_named(settings):
    """A broken or foreign file is not guessed at."""
    settings.data_dir.mkdir(parents=True)
    note = settings.data_dir / "deployment.json"
    for text in ("{", json.dumps({"version": 99})):
        note.write_text(text, encoding="utf-8")
        with pytest.raises(StorageError, match="deployment"):
            build(settings)


def test_the_namespace_is_fixed_for_ever(settings):
    """Keys on the chain are made from it."""
    init(settings)
    with pytest.raises(ConfigurationError, match="OCOP_NAMESPACE"):
        build(Settings(data_dir=settings.data_dir, namespace="https://elsewhere.example"))


def test_one_process_writes_and_others_look_on(settings):
    """The second writer is told so; a reader sees the newest block."""
    init(settings)
    application = build(settings)
    try:
        with pytest.raises(ChainError, match="in use"):
            build(settings)
        reader = build(settings, mode="read")
        try:
            assert reader.ledger.height() == application.ledger.height()
            assert reader.verifier.verify_all().ok
        finally:
            reader.close()
    finally:
        application.close()


def test_pages_start_while_the_node_is_down(settings, monkeypatch):
    """On a network the ledger is connected at the first question, not at the start."""
    init(settings)
    network = Settings(data_dir=settings.data_dir, chain="http://127.0.0.1:9", chain_timeout=1)
    application = build(network)
    try:
        assert application.reads.party(1).kind == "operator"
        with pytest.raises(ChainError):
            application.ledger.height()
    finally:
        application.close()


def test_init_on_a_network_that_does_not_answer_says_so(tmp_path):
    """Nothing counts as made before the contract is there."""
    settings = Settings(data_dir=tmp_path / "data", chain="http://127.0.0.1:9", chain_timeout=1)
    with pytest.raises(ChainError):
        init(settings)
    assert not is_initialised(settings)
