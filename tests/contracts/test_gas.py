"""What each kind of work costs on chain stays what it is, below its ceiling, and the same on every chain."""

import json
from pathlib import Path

import pytest

from bench import gas
from bench._sandbox import on_anvil, on_eth_tester

KEPT = json.loads(Path(gas.__file__).with_suffix(".json").read_text())


@pytest.fixture(scope="module")
def measured():
    """The figures of today, on py-evm."""
    return gas.measure(on_eth_tester())


def test_every_kind_of_work_is_kept(measured):
    """A new figure is written down: `python -m bench.gas` does."""
    assert set(measured) == set(KEPT)


@pytest.mark.parametrize("name", KEPT)
def test_gas_is_within_one_per_cent_of_what_is_kept(measured, name):
    """A change of cost is a decision, in either direction: `python -m bench.gas` writes the new figures down."""
    assert measured[name] == pytest.approx(KEPT[name], rel=0.01)


@pytest.mark.parametrize("name", gas.CEILINGS)
def test_gas_stays_below_its_ceiling(measured, name):
    """The ceilings of the design hold for what is measured, not only for what is kept."""
    assert measured[name] <= gas.CEILINGS[name]
    assert KEPT[name] <= gas.CEILINGS[name]


@pytest.mark.node
def test_a_real_node_charges_the_same(measured, anvil_path):
    """py-evm and anvil agree to the last unit."""
    with on_anvil(anvil_path) as sandbox:
        assert gas.measure(sandbox) == measured


def test_the_size_of_a_stamp_run_costs_next_to_nothing(measured):
    """A million stamps cost what a thousand do, but for the digits."""
    assert measured["stamp_run_1000000"] - measured["stamp_run_1000"] < 100
