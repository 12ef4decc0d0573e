"""The committed bytecode is what the committed sources compile to."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from bench._sandbox import ARTIFACT, on_eth_tester
from traceability.chain.compiler import CONTRACTS, SETTINGS, compile_contract, write_artifact
from traceability.errors import ConfigurationError

ACCOUNT = Path(__file__).with_name("ContractAccount.json")


@pytest.mark.node
@pytest.mark.parametrize(
    ("source", "committed"), [("ProvenanceLedger.sol", ARTIFACT), ("test/ContractAccount.sol", ACCOUNT)]
)
def test_sources_compile_to_the_artifact(node, tmp_path, source, committed):
    """Compiling again gives the same file, byte for byte."""
    write_artifact(compile_contract(source, committed.stem), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == committed.read_bytes()


def test_the_contract_may_be_deployed():
    """Its code stays below the limit of EIP-170, with room to spare for no second thoughts."""
    sandbox = on_eth_tester()
    assert len(sandbox.web3.eth.get_code(sandbox.ledger.address)) < 24_576


def test_forge_reads_the_contracts_as_we_do():
    """foundry.toml and the compiler's settings say the same, so that what is tested is what is shipped."""
    profile = tomllib.loads((CONTRACTS / "foundry.toml").read_text())["profile"]["default"]
    assert profile["evm_version"] == SETTINGS["evmVersion"]
    assert profile["optimizer"] is SETTINGS["optimizer"]["enabled"]
    assert profile["optimizer_runs"] == SETTINGS["optimizer"]["runs"]
    assert profile["via_ir"] is SETTINGS["viaIR"]
    assert (profile["bytecode_hash"], profile["cbor_metadata"]) == ("none", False)


def test_one_compiler_version_is_pinned():
    """Every source, npm and the artifact name the same exact version."""
    (version,) = {
        re.search(r"^pragma solidity (\S+);", source.read_text(), re.MULTILINE)[1]
        for folder in (CONTRACTS, CONTRACTS / "interfaces", CONTRACTS / "test")
        for source in folder.glob("*.sol")
    }
    assert json.loads((CONTRACTS / "package.json").read_text())["devDependencies"]["solc"] == version
    assert json.loads(ARTIFACT.read_text())["compiler"] == version


def test_lock_files_name_no_registry():
    """Where packages come from is the business of the machine that installs them."""
    packages = json.loads((CONTRACTS / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert "://" not in (CONTRACTS / "requirements-analysis.txt").read_text()


def test_a_missing_source_says_what_to_do(tmp_path):
    """Compiling without a checkout, or without npm's packages, ends in one clear sentence."""
    with pytest.raises(ConfigurationError, match=r"Ledger\.sol is missing.*npm ci"):
        compile_contract("Ledger.sol", "Ledger", tmp_path)


def test_a_floating_compiler_is_refused(tmp_path):
    """An artifact is reproducible only under an exact version."""
    (tmp_path / "A.sol").write_text("pragma solidity ^0.8.0;\ncontract A {}\n")
    with pytest.raises(ConfigurationError, match="pins no exact compiler version"):
        compile_contract("A.sol", "A", tmp_path)


@pytest.mark.node
def test_a_source_that_does_not_compile_is_explained(node, tmp_path):
    """The compiler's first complaint is passed on, not its whole output."""
    broken = tmp_path / "Broken.sol"
    pragma = re.search(r"^pragma .*$", (CONTRACTS / "Terms.sol").read_text(), re.MULTILINE)[0]
    broken.write_text(f"{pragma}\ncontract Broken {{ nonsense }}\n")
    (tmp_path / "solc").symlink_to(CONTRACTS / "solc")
    with pytest.raises(ConfigurationError, match="ParserError") as caught:
        compile_contract("Broken.sol", "Broken", tmp_path)
    assert len(str(caught.value)) < 1000
