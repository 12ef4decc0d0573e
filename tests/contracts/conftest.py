"""A ledger for every contract test, on py-evm and on a real node, and the same chain state at the start of each."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from bench import _sandbox
from bench._sandbox import Refusal


@pytest.fixture(scope="module", params=["eth-tester", pytest.param("anvil", marks=pytest.mark.node)])
def chain(request):
    """A chain with the ledger deployed and its participants admitted."""
    if request.param == "eth-tester":
        yield _sandbox.on_eth_tester()
    else:
        with _sandbox.on_anvil(request.getfixturevalue("anvil_path")) as sandbox:
            yield sandbox


@pytest.fixture
def sandbox(chain):
    """The chain, as it was when the ledger had just been deployed."""
    snapshot = chain.snapshot()
    yield chain
    chain.revert(snapshot)


@pytest.fixture
def operator(sandbox):
    """Key of participant 1."""
    return sandbox.accounts[0]


@pytest.fixture
def producer(sandbox):
    """Key of participant 2, a producer."""
    return sandbox.accounts[1]


@pytest.fixture
def buyer(sandbox):
    """Key of participant 3, another producer."""
    return sandbox.accounts[2]


@pytest.fixture
def inspector(sandbox):
    """Key of participant 4."""
    return sandbox.accounts[3]


@pytest.fixture
def stranger(sandbox):
    """An account that speaks for nobody."""
    return sandbox.accounts[4]


@pytest.fixture
def record(sandbox):
    """Send a submission by its own signer and return the receipt."""

    def record(sender, *touches, documents=b""):
        return sandbox.send(sandbox.submit(*touches, documents=documents), sender)

    return record


@pytest.fixture
def refusal(sandbox):
    """Return the custom error that a submission meets, or None where it would be recorded."""

    def refusal(sender, *touches, documents=b""):
        return sandbox.refusal(sandbox.submit(*touches, documents=documents), sender)

    return refusal


@pytest.fixture
def error():
    """Make the value that a refusal is compared with."""
    return lambda name, *arguments: Refusal(name, arguments)


@dataclass(frozen=True)
class Forge:
    """Where forge and the contracts are.

    Args:
        binary: forge itself, not npm's launcher.
        root: the folder of contracts.
        environment: with forge on the path, for tools that call it.
    """

    binary: Path
    root: Path
    environment: dict[str, str]


@pytest.fixture(scope="session")
def forge(node, project_root, tmp_path_factory):
    """Forge, with the contracts built; skips where npm has not installed it."""
    root = project_root / "contracts"
    binary = next((root / "node_modules" / "@foundry-rs").glob("forge-*/bin/forge*"), None)
    if binary is None:
        pytest.skip("forge is not installed (npm ci --prefix contracts)")
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    with FileLock(shared / "forge.lock"):  # one worker builds, the others find it built
        subprocess.run([binary, "build"], cwd=root, check=True, capture_output=True)
    environment = {**os.environ, "PATH": os.pathsep.join([str(binary.parent), os.environ["PATH"]])}
    return Forge(binary, root, environment)


@pytest.fixture(scope="session")
def analysis_python(project_root):
    """The interpreter that halmos and slither are installed for; skips where they are not."""
    python = project_root / ".venv-analysis" / "bin" / "python"
    if not (python.with_name("halmos").exists() and python.with_name("slither").exists()):
        pytest.skip("halmos and slither are not installed (see contracts/requirements-analysis.txt)")
    return python
