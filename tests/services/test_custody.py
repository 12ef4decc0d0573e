"""Handing goods over: a receiver who is none is a slip in one field, and not a page that is not there."""

import pytest

from tests.services.conftest import ago, key
from traceability.errors import InvalidInputError
from traceability.services.commands import ShipLot


def test_a_receiver_that_is_unknown_is_blamed_at_its_field(world):
    """The form comes back with what was typed, instead of "nothing found here"."""
    with pytest.raises(InvalidInputError) as caught:
        world.app.lots.ship(world.actors["coop"], ShipLot(key(), world.paths["raw"], "99999", ago(hours=1)))
    assert caught.value.field == "receiver"
