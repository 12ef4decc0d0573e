"""A small world on a real embedded chain: two cooperatives, a shop, an inspectorate, the operator, and some lots.

It is made once for each worker; each test module gets a copy of its own, and a test that breaks things asks for a fresh
one. The clock stands still unless a test moves it.
"""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from tests.clocks import GoingClock
from traceability.bootstrap import CONSOLE, StoryClock, build, init
from traceability.errors import OcopTraceError
from traceability.projection import schema
from traceability.services.commands import (
    Actor,
    AdmitParticipant,
    InputLine,
    IssueStamps,
    OutputLine,
    Recall,
    RegisterLot,
    RegisterProduct,
    ShipLot,
    Transform,
)
from traceability.settings import Settings

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""When every test begins: 10:00 in Viet Nam."""

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GTIN = "09506000134352"

_keys = count(1)


def key():
    """Return an idempotency key that nobody used before."""
    return f"test-{next(_keys)}"


def ago(**delta):
    """Return a time before `NOW` as a form sends it."""
    return (NOW - timedelta(**delta)).isoformat()


class TickingClock(GoingClock):
    """A clock that begins at `NOW` and goes on as real time does."""

    def __init__(self):
        super().__init__(NOW)


@dataclass
class World:
    """An application with names for what is in it."""

    app: object
    clock: StoryClock
    actors: dict = field(default_factory=dict)
    paths: dict = field(default_factory=dict)

    def lot(self, name):
        """Return a lot's summary by our name for it."""
        return self.app.reads.lot(self.paths[name])

    def height(self):
        """Return the chain's height."""
        return self.app.ledger.height()

    def counts(self):
        """Return how many rows each table has, and the chain's height."""
        with self.app.database.reading() as connection:
            rows = {
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in schema.metadata.tables.items()
            }
            rows["operations"] = tuple(connection.execute(select(schema.operation)).all())
        return rows | {"height": self.height()}

    def register_lot(self, product="shrimp", who="coop", quantity="10", unit="KGM", when=None, **rest):
        """Declare a lot and return its path."""
        command = RegisterLot(key(), self.paths[product], quantity, unit, when or ago(hours=5), **rest)
        return self.app.lots.register(self.actors[who], command).path

    def make_jars(self, number="16", who="coop", **rest):
        """Make jars out of a new lot of shrimp and return their path."""
        inputs = (InputLine(self.register_lot(), "10", "KGM"),)
        outputs = (OutputLine(self.paths["jar"], number, "H87", **rest),)
        return self.app.lots.transform(self.actors[who], Transform(key(), inputs, outputs, ago(hours=4))).path


def assert_refused(world, act, error, field=None):
    """Check that a use case refuses, says why in a whole sentence, blames the field, and leaves no trace anywhere."""
    before = world.counts()
    with pytest.raises(error) as caught:
        act()
    assert isinstance(caught.value, OcopTraceError)
    sentence = str(caught.value)
    assert sentence.endswith((".", "?")), sentence
    assert "{" not in sentence, sentence
    if field is not None:
        assert caught.value.field == field, (caught.value.field, sentence)
    assert world.counts() == before
    return caught.value


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """The folder that all worlds are copies of, and what is in it."""
    folder = tmp_path_factory.mktemp("template") / "data"
    settings = Settings(data_dir=folder, lockout_attempts=3)
    clock = StoryClock(NOW - timedelta(days=10))
    init(settings, clock)
    app = build(settings, clock=clock, hasher=CHEAP)
    clock.move_to(NOW)
    world = World(app, clock)
    try:
        _people(world)
        _goods(world)
    finally:
        app.close()
    return folder, world.actors, world.paths


def _people(world):
    for login, kind, capacity in (
        ("coop", "cooperative", "producer"),
        ("other", "household", "producer"),
        ("shop", "company", "producer"),
        ("inspector", "inspectorate", "inspector"),
    ):
        command = AdmitParticipant(f"admit-{login}", f"Bên {login}", kind, (capacity,), commune_code="15286")
        outcome = world.app.participants.admit(CONSOLE, command)
        world.paths[login] = outcome.uri
        role = "inspector" if capacity == "inspector" else "cooperative"
        world.actors[login] = Actor(100, login, role, world.app.reads.party(outcome.uri).number, "en")
    world.actors["operator"] = Actor(101, "operator", "operator", 1, "en")


def _goods(world):
    products = (
        ("jar", "coop", "Mắm tép", {"gtin": GTIN, "family": "mam_tep", "unit": "H87", "shelf_life_days": "365"}),
        ("shrimp", "coop", "Tép riu", {"family": "mam_tep", "unit": "GRM", "is_material": True}),
        ("theirs", "other", "Thịt lợn", {"family": "nem_chua", "unit": "GRM", "is_material": True}),
    )
    for name, who, vi, rest in products:
        command = RegisterProduct(key(), vi, **rest)
        world.paths[name] = world.app.products.register(world.actors[who], command).path
    world.paths["raw"] = world.register_lot(lot_number="RAW")
    world.paths["jars"] = world.make_jars(lot_number="JARS")
    world.paths["their lot"] = world.register_lot("theirs", "other", lot_number="PORK")
    world.app.stamps.issue(world.actors["coop"], IssueStamps(key(), world.paths["jars"], "5"))
    world.paths["recalled"] = world.register_lot(lot_number="BAD")
    inputs = (InputLine(world.paths["recalled"], "5", "KGM"),)
    outputs = (OutputLine(world.paths["jar"], "8", "H87", "BADJARS"),)
    made = world.app.lots.transform(world.actors["coop"], Transform(key(), inputs, outputs, ago(hours=3)))
    world.paths["made of recalled"] = made.path
    world.app.recalls.recall(world.actors["inspector"], Recall(key(), world.paths["recalled"], "microbial", "x"))
    world.paths["on its way"] = world.register_lot(lot_number="SENT")
    world.app.lots.ship(
        world.actors["coop"], ShipLot(key(), world.paths["on its way"], world.paths["shop"], ago(hours=2))
    )


def open_world(template, folder):
    """Return a copy of the world in a folder of its own."""
    source, actors, paths = template
    shutil.copytree(source, folder)
    clock = StoryClock(NOW)
    app = build(Settings(data_dir=folder, lockout_attempts=3), clock=clock, hasher=CHEAP)
    return World(app, clock, dict(actors), dict(paths))


@pytest.fixture(scope="module")
def world(template, tmp_path_factory):
    """The world of one test module; its tests may add to it."""
    found = open_world(template, tmp_path_factory.mktemp("world") / "data")
    yield found
    found.app.close()


@pytest.fixture
def fresh(template, tmp_path):
    """A world of its own for one test."""
    found = open_world(template, tmp_path / "data")
    yield found
    found.app.close()
