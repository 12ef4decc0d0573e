"""Proofs: what holds for every input, shown by halmos."""

import re
import subprocess

import pytest

pytestmark = [pytest.mark.node, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def prove(forge, analysis_python):
    """Run halmos over the functions of a prefix; return its verdict for each and all it printed.

    No solver is given up after a minute, as it would be by default: on a busy machine the minute might not do.
    """

    def prove(prefix):
        finished = subprocess.run(
            [analysis_python, "test/prove.py", "--function", prefix, "--solver-timeout-assertion", "0"],
            cwd=forge.root,
            env=forge.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        printed = re.sub(r"\x1b\[[0-9;]*m", "", finished.stdout + finished.stderr)
        return {name: verdict for verdict, name in re.findall(r"\[(\w+)\] (\w+)\(", printed)}, printed

    return prove


def test_proofs_hold(prove):
    """Without capacity nothing is changed, no replay, mass balance; every path is looked at to its end."""
    verdicts, printed = prove("check_")
    assert len(verdicts) >= 6, printed
    assert set(verdicts.values()) == {"PASS"}, printed
    assert "WARNING" not in printed
    assert "ERROR" not in printed


def test_canaries_fail(prove):
    """Claims that are false meet a counterexample: the proofs are not true for want of any path that lands."""
    verdicts, printed = prove("canary_")
    assert len(verdicts) >= 3, printed
    assert set(verdicts.values()) == {"FAIL"}, printed
