"""Stamps come into the tables from their seed: in short steps that can end anywhere and go on from there."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import date

import pytest
import sqlalchemy as sa

from tests.projection.conftest import dump, projected
from tests.projection.fakes import NAMESPACE, Clock, World, open_seed, seed_of, serials_of
from tests.projection.stories import PRODUCT, admit, jar, make_goods
from traceability.domain.verdicts import Verdict
from traceability.errors import NotFoundError, StorageError, VerificationError
from traceability.ports import SealedSeed
from traceability.projection import filler, indexer, pieces, schema
from traceability.projection.database import Database
from traceability.projection.indexer import Indexer
from traceability.proofs.stamp_proofs import check
from traceability.proofs.stamp_runs import PIECE

TODAY = date(2026, 6, 1)
COUNT = 3 * PIECE + 777
"""A run of four pieces, the last of them short."""


def begin(world):
    """Tell of goods without stamps."""
    cast = admit(world)
    make_goods(world, cast)
    world.lot(cast.coop, jar(9), 10**6)
    return cast


def stamp_them(world, cast):
    """Tell of a long run of stamps on them."""
    world.stamps(cast.coop, jar(9), COUNT)
    world.activate(cast.coop, jar(9), 1, 1, COUNT)


def long_run(database, folder):
    """Project goods, and then the record of a long run on them."""
    told = projected(database, folder, story=begin)
    stamp_them(told.world, told.cast)
    told.project()
    return told


@pytest.fixture
def small_steps(monkeypatch):
    """Write a long run in many steps."""
    monkeypatch.setattr(filler, "STRETCH", 4096)
    monkeypatch.setattr(filler, "_PIECES", 1)


def stamp(number, count=COUNT):
    """Return the path of a stamp of the long run."""
    return f"{PRODUCT.removeprefix('https://id.gs1.org')}/21/{serials_of(jar(9), 1, count)[number - 1]}"


def run_row(database):
    """Return the row of the long run."""
    with database.reading() as connection:
        return connection.execute(sa.select(schema.stamp_run)).mappings().one()


def test_a_long_run_is_filled_when_it_is_its_turn(database, tmp_path, small_steps):
    """On both databases: recorded at once, brought in by `fill`, each stamp with its proof, and all of it verifies."""
    told = long_run(database, tmp_path)
    assert (run_row(database)["opened"], run_row(database)["filled"]) == (0, 0)
    assert told.reads.stamp(stamp(1), TODAY).verdict is Verdict.UNKNOWN
    assert told.reads.runs(jar(9))[0].ready == 0
    seen = []
    assert told.indexer.fill(lambda done, total: seen.append((done, total))) == COUNT
    assert seen == sorted(seen)
    assert seen[-1] == (COUNT, COUNT)
    assert len(seen) > 16
    assert told.reads.runs(jar(9))[0].ready == COUNT
    for number in (1, 64, 65, PIECE, PIECE + 1, COUNT):
        view = told.reads.stamp(stamp(number), TODAY)
        assert (view.verdict, view.index) == (Verdict.HOLDS, number)
        proof = told.reads.stamp_proof(view.path)
        check(proof)
        assert (proof.index, proof.size, proof.lot) == (number - 1, COUNT, jar(9))
    assert told.indexer.fill() == 0
    assert told.verifier.verify_all().ok
    assert told.verifier.verify(stamp(COUNT)).ok


def test_a_rebuild_brings_every_stamp_back(sqlite, tmp_path, small_steps):
    """Drop every derived table: the same rows come back from chain and seeds, with progress."""
    told = long_run(sqlite, tmp_path)
    told.indexer.fill()
    before = dump(sqlite)
    seen = []
    told.indexer.rebuild(lambda done, total: seen.append((done, total)))
    assert seen[-1] == (COUNT, COUNT)
    assert dump(sqlite) == before


@pytest.mark.parametrize("after", [1, 3, 5, 9])
def test_what_was_interrupted_goes_on(sqlite, tmp_path, small_steps, after):
    """Wherever it stops, what is there can be scanned and proved, and the rest follows: the rows are the same."""
    told = long_run(sqlite, tmp_path)
    told.indexer.fill()
    whole = dump(sqlite)
    told.indexer.rebuild()
    with sqlite.writing() as connection:
        connection.execute(sa.delete(schema.stamp))
        connection.execute(sa.delete(schema.stamp_tree))
        connection.execute(sa.update(schema.stamp_run).values(opened=0, filled=0))
    asked = []

    def stop():
        asked.append(None)
        return len(asked) > 4 + after  # four pieces are made first

    written = told.indexer.fill(stop=stop)
    assert run_row(sqlite)["filled"] == written < COUNT
    with sqlite.reading() as connection:
        here = connection.execute(sa.select(schema.stamp.c.serial).limit(3)).scalars().all()
    for serial in here:
        view = told.reads.stamp(f"{PRODUCT.removeprefix('https://id.gs1.org')}/21/{serial}", TODAY)
        assert view.verdict is Verdict.HOLDS
        check(told.reads.stamp_proof(view.path))
    report = told.verifier.verify(jar(9))
    assert report.first_difference.name in ("Stamps", "Tables")
    assert told.indexer.fill() == COUNT - written
    assert dump(sqlite) == whole
    assert told.verifier.verify_all().ok


def test_a_part_of_a_run_is_told_as_such(sqlite, tmp_path, small_steps):
    """Verification of a run that is still being filled says so, and what to do."""
    told = long_run(sqlite, tmp_path)
    found = told.verifier.verify(jar(9)).first_difference
    assert found.name == "Stamps"
    assert f"0 of its {COUNT} stamps" in found.detail


def test_another_process_fills_too(sqlite, tmp_path, small_steps, monkeypatch):
    """Two that fill at once do not write a row twice: who is behind stops, and finds all of it done."""
    told = long_run(sqlite, tmp_path)
    other = Indexer(told.world.ledger, sqlite, Clock(), namespace=NAMESPACE, open_seed=open_seed)
    real, done = filler.Filler._write_stretch, []

    def write(self, run, rows, before):
        if before and not done:
            done.append(0)
            done[0] = other.fill()
        real(self, run, rows, before)

    monkeypatch.setattr(filler.Filler, "_write_stretch", write)
    told.indexer.fill()
    assert done[0] > 0
    assert run_row(sqlite)["filled"] == COUNT
    assert told.verifier.verify_all().ok


def test_a_run_that_the_chain_takes_back_is_left(sqlite, tmp_path, small_steps, monkeypatch):
    """The chain changes its mind while stamps are written: none of them stays behind."""
    told = long_run(sqlite, tmp_path)
    real = filler.Filler._write_stretch

    def write(self, run, rows, before):
        if before:
            monkeypatch.setattr(filler.Filler, "_write_stretch", real)
            told.world.ledger.drop(2)
            told.indexer.advance()
        real(self, run, rows, before)

    monkeypatch.setattr(filler.Filler, "_write_stretch", write)
    told.indexer.fill()
    with sqlite.reading() as connection:
        for table in (schema.stamp_run, schema.stamp, schema.stamp_tree, schema.stamp_mark):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
    assert told.verifier.verify_all().ok


def short_run(world):
    """Tell of goods with a short run."""
    cast = admit(world)
    make_goods(world, cast)
    world.stamps(cast.coop, jar(2), 100)
    return cast


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        (lambda _: bytes(32), "brings other stamps"),
        (lambda _: (_ for _ in ()).throw(StorageError("The seed was changed.")), "cannot be brought back"),
    ],
)
def test_a_seed_that_is_another_brings_nothing(sqlite, tmp_path, monkeypatch, caplog, seed, said):
    """Not one row of stamps that do not lead to the root on record; the log says why, once."""
    monkeypatch.setattr("tests.projection.conftest.open_seed", seed)
    told = projected(sqlite, tmp_path, story=short_run)
    told.indexer.fill()
    told.indexer.advance()
    with sqlite.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.stamp)).scalar() == 0
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.stamp_tree)).scalar() == 0
    assert sum(said in line for line in caplog.messages) <= 3  # once for a rebuild, for short runs, and for all
    assert told.verifier.verify_all().first_difference.name in ("Stamps", "Seeds")


def test_a_seed_of_another_count_is_not_opened(sqlite, tmp_path):
    """A record that counts more stamps than were ordered is not ours: nothing is made for it."""

    def story(world):
        cast = short_run(world)
        world.seeds = [SealedSeed(seed.lot, seed.run, seed.count + 1, seed.sealed) for seed in world.seeds]
        return cast

    told = projected(sqlite, tmp_path, story=story)
    assert told.reads.runs(jar(2))[0].ready == 0
    assert "its seed was kept for 101 stamps" in told.verifier.verify_all().first_difference.detail


def test_a_proof_that_leads_elsewhere_is_not_given_out(sqlite, tmp_path):
    """A stamp proven before goes on holding, yet an altered hash in the tables reaches nobody as a proof."""
    told = projected(sqlite, tmp_path, story=short_run)
    path = f"{PRODUCT.removeprefix('https://id.gs1.org')}/21/{serials_of(jar(2), 1, 100)[69]}"
    check(told.reads.stamp_proof(path))
    before = told.reads.stamp(path, TODAY).verdict
    with sqlite.writing() as connection:
        connection.execute(sa.update(schema.stamp_tree).values(hash="00" * 32))
    assert told.reads.stamp(path, TODAY).verdict is before
    with pytest.raises(VerificationError):
        told.reads.stamp_proof(path)


def test_there_is_no_proof_of_what_nobody_issued(sqlite, tmp_path):
    """An unknown serial, a lot, and nonsense."""
    told = projected(sqlite, tmp_path, story=short_run)
    for ref in (stamp(1, 100)[:-1] + "-", "/01/09506000134352/10/J1", "nonsense"):
        with pytest.raises(NotFoundError):
            told.reads.stamp_proof(ref)


def test_several_processes_make_the_same_pieces(monkeypatch):
    """Spread or not, the pieces come in their order and are the same; a pool that breaks is made up for."""
    seed = seed_of(jar(1), 1)
    here = list(pieces.make_pieces(seed, jar(1), 2 * PIECE + 5))
    monkeypatch.setattr(pieces, "SPREAD_FROM", 1)
    monkeypatch.setattr(pieces.os, "cpu_count", lambda: 2)
    assert list(pieces.make_pieces(seed, jar(1), 2 * PIECE + 5)) == here

    def broken(*_):
        yield here[0]
        raise pieces.BrokenProcessPool("gone")

    monkeypatch.setattr(pieces, "_spread", broken)
    assert list(pieces.make_pieces(seed, jar(1), 2 * PIECE + 5)) == here


KILLED = """
import sys
from pathlib import Path
from tests.projection.test_filler import long_run
from traceability.projection import filler
from traceability.projection.database import Database

filler.STRETCH, filler._PIECES = 4096, 1
folder = Path(sys.argv[1])
told = long_run(Database.at(folder / "ocop.sqlite3"), folder)
print("begun", flush=True)
told.indexer.fill(lambda done, total: print(done, flush=True))
"""


@pytest.mark.parametrize("at", [COUNT // 4, COUNT // 2 + 1, COUNT * 3 // 4])
def test_a_killed_process_is_taken_up_again(tmp_path, at):
    """Kill -9 while pieces are made, while the tree is written and while stamps are: the next process ends the work."""
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "begun\n"
    for line in child.stdout:
        if int(line) >= at:
            time.sleep(0.01)
            os.kill(child.pid, signal.SIGKILL)
            break
    child.stdout.close()
    child.wait()
    with closing(Database.at(tmp_path / "ocop.sqlite3")) as database:
        world = World()
        stamp_them(world, begin(world))
        taken_up = Indexer(world.ledger, database, Clock(), namespace=NAMESPACE, open_seed=open_seed)
        taken_up.advance()
        before = run_row(database)["filled"]
        assert taken_up.fill() == COUNT - before
        whole = dump(database)
        taken_up.rebuild()
        assert dump(database) == whole


@pytest.mark.slow
def test_ten_runs_of_a_province(sqlite, tmp_path):
    """Long runs side by side do not slow one another down: the last takes no more than three times the first.

    On a quiet machine it takes 1.2 times as long. Whoever slows them down does so each time, what else a machine is
    busy with does not: the best of three times ten runs counts.
    """
    told = projected(sqlite, tmp_path, story=admit)  # the first look at a chain fills everything at once
    told.world.product(told.cast.coop, PRODUCT)
    tenth = (indexer.SHORT + PIECE) // 10

    def slowed(lots):
        for number in lots:
            told.world.lot(told.cast.coop, jar(number), 10**6)
            told.world.stamps(told.cast.coop, jar(number), indexer.SHORT + PIECE)
        told.project()
        times = []
        told.indexer.fill(lambda done, total: times.append((done, time.process_time())))
        first = next(at for done, at in times if done >= tenth * 10) - times[0][1]
        last = times[-1][1] - next(at for done, at in times if done >= tenth * 90)
        return last / first

    assert any(slowed(range(start, start + 10)) < 3 for start in (0, 10, 20))
