"""Databases to project into, SQLite and PostgreSQL, and a told story."""

from contextlib import closing
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from bench._postgres import cluster
from tests.projection.fakes import NAMESPACE, Clock, World, open_seed
from tests.projection.stories import Cast, tell
from traceability.projection import schema
from traceability.projection.blobs import FileBlobs
from traceability.projection.database import Database
from traceability.projection.evidence import ChainEvidence
from traceability.projection.indexer import Indexer
from traceability.projection.queries import ProjectionReads
from traceability.proofs.verifier import Verifier


@pytest.fixture(scope="session")
def postgres_url(postgres_bin):
    """The address of a temporary PostgreSQL cluster that listens on a Unix socket only."""
    with cluster(postgres_bin, "autovacuum=off") as url:  # it would come when it likes, and hold up what a test does
        yield url


@pytest.fixture
def postgres(postgres_url):
    """A PostgreSQL database with nothing in it."""
    server = sa.create_engine(postgres_url)
    with server.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    server.dispose()
    with closing(Database(postgres_url)) as database:
        yield database


@pytest.fixture
def sqlite(tmp_path):
    """A fresh SQLite database."""
    with closing(Database.at(tmp_path / "ocop.sqlite3")) as database:
        yield database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request):
    """Both databases, one after the other."""
    return request.getfixturevalue(request.param)


@dataclass
class Told:
    """A story that was projected."""

    world: World
    cast: Cast
    database: Database
    blobs: FileBlobs
    indexer: Indexer
    reads: ProjectionReads
    verifier: Verifier
    seconds: list[float]

    def project(self):
        """Keep what is off the chain and bring the tables up to it."""
        self.world.keep(self.database, self.blobs)
        return self.indexer.advance()


def projected(database, folder, world=None, story=tell, **settings):
    """Tell a story on a ledger and project it."""
    world = world or World()
    blobs = FileBlobs(folder / "blobs")
    seconds = [0.0]
    indexer = Indexer(world.ledger, database, Clock(), namespace=NAMESPACE, open_seed=open_seed)
    reads = ProjectionReads(database, namespace=NAMESPACE, blobs=blobs, timer=lambda: seconds[0], **settings)
    evidence = ChainEvidence(world.ledger, database, namespace=NAMESPACE, blobs=blobs, open_seed=open_seed)
    told = Told(world, story(world), database, blobs, indexer, reads, Verifier(evidence), seconds)
    told.project()
    return told


@pytest.fixture
def told(database, tmp_path):
    """The whole story, projected into either database."""
    return projected(database, tmp_path)


@pytest.fixture
def told_sqlite(sqlite, tmp_path):
    """The whole story in SQLite."""
    return projected(sqlite, tmp_path)


def dump(database):
    """Return every derived row, by table, in the order of its key."""
    with database.reading() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in schema.DERIVED
        }
