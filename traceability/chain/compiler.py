"""Compiles the contracts, for those who change them: users need no compiler, since ABI and bytecode are committed.

`python -m traceability.chain.compiler` writes `artifacts/ProvenanceLedger.json` from the sources under `contracts/`; a
test does the same and compares byte for byte. py-solc-x drives a native compiler where it has one of the right version,
and otherwise the one that npm installs (`npm ci --prefix contracts`) behind the small script `contracts/solc`. All
sources travel inside the compiler's standard JSON, under names that hold no path of this machine, and no metadata is
appended: the same sources give the same bytes everywhere.
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import solcx
from solcx.exceptions import SolcError

from traceability.errors import ConfigurationError

__all__ = ["ARTIFACTS", "CONTRACTS", "SETTINGS", "compile_contract", "write_artifact"]

CONTRACTS = Path(__file__).parents[2] / "contracts"
"""The sources, in a checkout; an installed package has none."""

ARTIFACTS = Path(__file__).parent / "artifacts"
"""Where compiled contracts are committed."""

SETTINGS: dict[str, Any] = {
    "evmVersion": "prague",  # the newest that py-evm runs
    "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
    "optimizer": {"enabled": True, "runs": 1000},
    "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
    "viaIR": True,
}
"""Standard JSON settings; `contracts/foundry.toml` says the same to forge."""

_IMPORT = re.compile(r"""^import\s[^;]*?["']([^"']+)["'];""", re.MULTILINE)
_PRAGMA = re.compile(r"^pragma solidity (\d+\.\d+\.\d+);", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Compiler:
    """A `solc` of the version that the sources pin: installed natively (`binary` is None) or behind our script."""

    version: str
    binary: Path | None

    @classmethod
    def of(cls, version: str, contracts: Path) -> "_Compiler":
        """Choose the native compiler where py-solc-x has one."""
        native = version in {str(found) for found in solcx.get_installed_solc_versions()}
        return cls(version, None if native else contracts / "solc")

    def compile(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run the compiler over standard JSON. Raises ConfigurationError when it is missing or refuses the sources."""
        try:
            if self.binary is None:
                answer = solcx.compile_standard(request, solc_version=self.version)
            else:
                answer = solcx.compile_standard(request, solc_binary=self.binary)
        except (OSError, SolcError) as error:
            template = (
                "The Solidity compiler {version} failed: {reason}. "
                "Run `npm ci --prefix contracts` if it is not installed."
            )
            reason = _first_complaint(error) if isinstance(error, SolcError) else str(error)
            raise ConfigurationError(template, version=self.version, reason=reason) from error
        return dict(answer)


def _first_complaint(error: SolcError) -> str:
    """Return the first thing that the compiler said, without the whole output that py-solc-x adds."""
    complaints = error.error_dict or [{"formattedMessage": error.message}]
    return str(complaints[0]["formattedMessage"]).strip()


def compile_contract(source: str, name: str, contracts: Path = CONTRACTS) -> dict[str, Any]:
    """Compile one contract and return its artifact.

    Args:
        source: path of the source file below `contracts`, such as `ProvenanceLedger.sol`.
        name: the contract in it.
        contracts: the folder of sources, with `node_modules` installed.

    Returns:
        `abi` (list of ABI entries), `bytecode` (creation code, `0x` and hexadecimal digits), `compiler` (version),
        `contract` (name), `settings` (standard JSON settings) and `sources` (SHA-256 of each source by name).

    Raises:
        ConfigurationError: a source or the compiler is missing, or the sources do not compile.
    """
    sources = dict(_closure(source, contracts))
    pinned = _PRAGMA.search(sources[source])
    if pinned is None:
        raise ConfigurationError("{source} pins no exact compiler version.", source=source)
    compiler = _Compiler.of(pinned[1], contracts)
    request = {
        "language": "Solidity",
        "settings": SETTINGS,
        "sources": {unit: {"content": text} for unit, text in sources.items()},
    }
    output = compiler.compile(request)["contracts"][source][name]
    return {
        "abi": output["abi"],
        "bytecode": "0x" + output["evm"]["bytecode"]["object"],
        "compiler": compiler.version,
        "contract": name,
        "settings": SETTINGS,
        "sources": {unit: sha256(text.encode()).hexdigest() for unit, text in sources.items()},
    }


def write_artifact(artifact: dict[str, Any], path: Path) -> None:
    """Write an artifact so that equal artifacts are equal files."""
    path.write_text(json.dumps(artifact, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _closure(source: str, contracts: Path) -> Iterator[tuple[str, str]]:
    """Yield a source and all it imports, by the names that imports resolve to.

    Raises ConfigurationError when one is missing.
    """
    waiting, seen = [source], {source}
    while waiting:
        unit = waiting.pop()
        text = _read(unit, contracts)
        yield unit, text
        for imported in _IMPORT.findall(text):
            resolved = _resolve(unit, imported)
            if resolved not in seen:
                seen.add(resolved)
                waiting.append(resolved)


def _read(unit: str, contracts: Path) -> str:
    """Return the text of a source: packages lie in `node_modules`, everything else below the folder itself."""
    path = (contracts / "node_modules" if unit.startswith("@") else contracts) / unit
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        template = (
            "The Solidity source {unit} is missing. Work in a checkout, and run `npm ci --prefix contracts` first."
        )
        raise ConfigurationError(template, unit=unit) from error


def _resolve(importing: str, imported: str) -> str:
    """Return the source name that an import means: relative to the importing file when it begins with a dot."""
    if not imported.startswith("."):
        return imported
    parts: list[str] = []
    for part in (PurePosixPath(importing).parent / imported).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def main() -> None:
    """Compile a contract and write its artifact: by default the ledger's, to where the product reads it."""
    parser = argparse.ArgumentParser(prog="python -m traceability.chain.compiler", description=main.__doc__)
    parser.add_argument("--source", default="ProvenanceLedger.sol", help="source file below contracts/")
    parser.add_argument("--output", type=Path, help="artifact to write (default: beside the ledger's)")
    arguments = parser.parse_args()
    name = PurePosixPath(arguments.source).stem
    ARTIFACTS.mkdir(exist_ok=True)
    write_artifact(compile_contract(arguments.source, name), arguments.output or ARTIFACTS / f"{name}.json")


if __name__ == "__main__":
    main()
