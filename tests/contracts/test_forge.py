"""Fuzz tests and invariants of the contracts, run by forge; in CI with its longer profile and always the same dice."""

import os
import re
import subprocess

import pytest

pytestmark = [pytest.mark.node, pytest.mark.slow, pytest.mark.timeout(900)]

PROFILE = "ci" if os.environ.get("CI", "").lower() in {"1", "true", "yes"} else "default"
SEED = ["--fuzz-seed", "2024"] if PROFILE == "ci" else []
"""As Hypothesis is derandomised in CI: what is tried there depends on the code alone, elsewhere each run tries more."""


@pytest.fixture(scope="module")
def report(forge):
    """What forge prints."""
    finished = subprocess.run(
        [forge.binary, "test", *SEED],
        cwd=forge.root,
        env={**os.environ, "FOUNDRY_PROFILE": PROFILE, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return finished.stdout + finished.stderr


def test_every_forge_test_passes(report):
    """No fuzz test and no invariant finds a counterexample."""
    assert re.search(r"\b0 failed, 0 skipped", report), report[-4000:]
    assert "[FAIL" not in report, report[-4000:]


def test_the_invariants_are_tried_often_enough(report):
    """In CI at least a hundred thousand calls, none of which the handler itself refuses."""
    calls, reverts = map(
        int, re.search(r"invariant_\w+\(\) \(runs: \d+, calls: (\d+), reverts: (\d+)\)", report).groups()
    )
    assert calls >= (100_000 if PROFILE == "ci" else 5_000)
    assert reverts == 0


def test_sources_are_laid_out_by_forge(forge):
    """`forge fmt` finds nothing to change."""
    finished = subprocess.run(
        [forge.binary, "fmt", "--check"], cwd=forge.root, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout
