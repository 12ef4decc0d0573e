"""Static analysis: slither finds nothing that is not explained beside the line that it is about."""

import re
import subprocess
from pathlib import Path

import pytest

from traceability.chain.compiler import CONTRACTS

SILENCED = re.compile(r"// (.+)\n\s*// slither-disable-next-line [\w-]+\n")


@pytest.mark.node
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_slither_finds_nothing(forge, analysis_python, tmp_path):
    """Every detector runs over our sources; its build goes to a folder of its own."""
    finished = subprocess.run(
        [Path(analysis_python).with_name("slither"), ".", "--config-file", "slither.config.json"],
        cwd=forge.root,
        env={**forge.environment, "FOUNDRY_OUT": str(tmp_path / "out"), "FOUNDRY_CACHE_PATH": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-4000:]
    assert ", 0 result(s) found" in finished.stderr


def test_what_is_silenced_is_explained():
    """Each silenced finding has its reason on the line above, and none is silenced wholesale."""
    for source in CONTRACTS.glob("*.sol"):
        text = source.read_text()
        assert text.count("slither-disable") == len(SILENCED.findall(text)), source.name
