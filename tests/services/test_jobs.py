"""Long work: one worker for each job, progress, calling off, taking up again, and files that go away in time."""

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.conftest import CHEAP, NOW, ago, assert_refused, key
from tests.services.paper import LinePrinter, printing_lines
from traceability.bootstrap import CONSOLE, StoryClock, build
from traceability.errors import (
    ChainError,
    InvalidInputError,
    MassBalanceError,
    NotAuthorisedError,
    NotFoundError,
    RuleViolationError,
)
from traceability.services import stamp_orders
from traceability.services.commands import (
    CreateAccount,
    InputLine,
    IssueStamps,
    PrintStamps,
    Recall,
    RegisterLot,
    Transform,
)
from traceability.services.jobs import LEASE, Jobs
from traceability.settings import Settings


@pytest.fixture
def world(fresh):
    """A world whose printer writes lines."""
    return printing_lines(fresh)


@pytest.fixture
def slow_orders(monkeypatch):
    """Let no order be small enough to be made while the caller waits."""
    monkeypatch.setattr(stamp_orders, "INLINE", 0)


def jars(world, number):
    """Return the path of a lot of so many pieces."""
    command = RegisterLot(key(), world.paths["jar"], str(number), "H87", ago(hours=1))
    return world.app.lots.register(world.actors["coop"], command).path


def order(world, lot, number, **rest):
    """Order stamps for a lot and return the job."""
    return world.app.stamps.order(world.actors["coop"], IssueStamps(key(), lot, str(number)), **rest)


def print_all(world, lot=None, **rest):
    """Begin to print a run."""
    return world.app.stamps.print(world.actors["coop"], PrintStamps(key(), lot or world.paths["jars"], "1", **rest))


def look(world, job):
    """Return how a job stands."""
    return world.app.jobs.get(world.actors["coop"], job.id)


# ------------------------------------------------------------------------------------------------------------- orders
def test_a_small_order_is_done_when_the_answer_comes(world):
    """Nobody waits for a worker for a few jars; the run is on record, ready, and told step by step."""
    steps = []
    job = order(world, world.paths["jars"], 3, progress=lambda done, total: steps.append((done, total)))
    assert (job.state, job.kind, job.run, job.done, job.total) == ("done", "issue", 2, 3, 3)
    assert steps[-1][1] == 3
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    run = world.app.reads.runs(job.lot_path)[1]
    assert (run.count, run.ready) == (3, 3)


def test_a_large_order_waits_for_the_worker_and_holds_its_number(world, slow_orders):
    """From the moment of the order nobody else gets these pieces, though nothing is on the chain yet."""
    lot = jars(world, 100)
    job = order(world, lot, 60)
    assert (job.state, world.app.reads.lot(lot).stamped) == ("queued", 0)
    error = assert_refused(world, lambda: order(world, lot, 41), MassBalanceError, "count")
    assert "60 of them are ordered already" in str(error)
    other = order(world, lot, 40)
    assert other.run == 2
    assert world.app.jobs.run_pending() == 2
    assert [look(world, one).state for one in (job, other)] == ["done", "done"]
    assert world.app.reads.lot(lot).stamped == 100
    assert world.app.verifier.verify_lot(lot).ok


def test_what_was_called_off_is_free_again(world, slow_orders):
    """The number, the run and the seed: as if nobody had ordered. What is done can no longer be called off."""
    lot, coop = jars(world, 10), world.actors["coop"]
    command = IssueStamps("off", lot, "10")
    job = world.app.stamps.order(coop, command)
    assert world.app.jobs.cancel(coop, job.id).state == "cancelled"
    assert world.app.jobs.run_pending() == 0
    assert_refused(world, lambda: world.app.jobs.cancel(coop, job.id), RuleViolationError, "job")
    again = world.app.stamps.order(coop, command)
    assert (again.run, again.state) == (1, "queued")
    assert again.id != job.id
    world.app.jobs.run_pending()
    assert_refused(world, lambda: world.app.jobs.cancel(coop, again.id), RuleViolationError, "job")
    assert world.app.reads.lot(lot).stamped == 10


def test_an_order_that_became_impossible_fails_with_its_reason(world, slow_orders):
    """A recall came first: the job says so, and its number is free."""
    lot = jars(world, 10)
    job = order(world, lot, 10)
    world.app.recalls.recall(world.actors["inspector"], Recall(key(), lot, "microbial", "x"))
    world.app.jobs.run_pending()
    failed = look(world, job)
    assert failed.state == "failed"
    assert failed.error[0].format(**failed.error[1]).startswith(f"Lot {failed.lot_number} is recalled")
    assert world.app.reads.runs(lot) == ()
    with world.app.database.begin() as work, pytest.raises(NotFoundError):
        work.seeds.get(world.app.reads.lot(lot).uri, 1)


def test_goods_that_are_used_up_first_are_not_stamped(world, slow_orders):
    """Two hands in one jar: the contract's balance has the last word, and the order says why it failed."""
    lot, coop = jars(world, 10), world.actors["coop"]
    job = order(world, lot, 10)
    inputs = (InputLine(lot, "1", "H87"),)
    world.app.lots.transform(coop, Transform(key(), inputs, (), ago(minutes=5)))
    world.app.jobs.run_pending()
    assert look(world, job).state == "failed"
    assert "9" in look(world, job).error[0].format(**look(world, job).error[1])


def test_rights_are_asked_for_again_when_the_job_runs(world, slow_orders):
    """An account that was closed in between orders nothing any more."""
    command = CreateAccount("mai", "cooperative", str(world.actors["coop"].participant))
    account, password = world.app.accounts.create(CONSOLE, command)
    mai = world.app.accounts.authenticate("mai", password)
    lot = jars(world, 10)
    job = world.app.stamps.order(mai, IssueStamps(key(), lot, "10"))
    world.app.accounts.disable(CONSOLE, account.name)
    world.app.jobs.run_pending()
    failed = look(world, job)
    assert failed.state == "failed"
    assert "mai" in failed.error[0].format(**failed.error[1])


def test_a_node_that_is_down_holds_an_order_up_and_loses_nothing(world, slow_orders, monkeypatch):
    """The job goes back, and on once the chain answers."""
    job = order(world, jars(world, 10), 10)

    def down(*_):
        raise ChainError("The node is down.")

    with monkeypatch.context() as patched:
        for name in ("relay", "check", "height"):
            patched.setattr(type(world.app.ledger), name, down)
        world.app.jobs.run_pending()
        assert look(world, job).state == "running"
    world.clock.move_to(NOW + timedelta(seconds=10))
    world.app.jobs.run_pending()
    assert look(world, job).state == "done"


def test_two_people_who_order_at_the_same_moment_never_exceed_the_lot(world):
    """Twelve threads want ten each of a hundred: ten get them, whatever the order, large and small."""
    lot, coop = jars(world, 100), world.actors["coop"]
    gate = threading.Barrier(12)

    def try_it(_):
        gate.wait()
        try:
            return world.app.stamps.order(coop, IssueStamps(key(), lot, "10")).id
        except MassBalanceError:
            return None

    with ThreadPoolExecutor(12) as pool:
        got = [job for job in pool.map(try_it, range(12)) if job]
    assert len(set(got)) == len(got) == 10
    assert world.app.reads.lot(lot).stamped == 100
    assert sorted(run.number for run in world.app.reads.runs(lot)) == list(range(1, 11))


def order_in_a_process(folder, actor, lot, tries):
    """Order ten at a time in a process of its own, beside others; return its number."""
    child = os.fork()
    if child == 0:
        try:
            stamp_orders.INLINE = 0  # the worker makes them: this process only reserves
            app = build(Settings(data_dir=folder), mode="read", clock=StoryClock(NOW), hasher=CHEAP)
            for _ in range(tries):
                with suppress(MassBalanceError):
                    app.stamps.order(actor, IssueStamps("", lot, "10"))
        except BaseException:  # noqa: BLE001 - the parent is told by the status
            os._exit(1)
        os._exit(0)
    return child


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_two_processes_that_order_at_the_same_moment_never_exceed_the_lot(world, slow_orders):
    """Three processes want sixty each of a hundred; what they get together is a hundred, and all of it is made."""
    lot, coop = jars(world, 100), world.actors["coop"]
    children = [order_in_a_process(world.app.settings.data_dir, coop, lot, 6) for _ in range(3)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    jobs = world.app.jobs.list(coop, lot)
    assert sum(job.total for job in jobs) == 100
    assert sorted(job.run for job in jobs) == list(range(1, 11))
    world.app.jobs.run_pending()
    assert world.app.reads.lot(lot).stamped == 100
    assert {job.state for job in world.app.jobs.list(coop, lot)} == {"done"}


# ------------------------------------------------------------------------------------------------------------- printing
def test_a_printing_is_recorded_and_its_file_is_written_by_the_worker(world):
    """Record and job come together; the file is for its owner's eyes only, with every stamp and code in it."""
    job = print_all(world, codes=True, grid={"columns": "3"}, start="2")
    assert (job.state, job.total, job.first, job.last, job.medium) == ("queued", 5, 1, 5, "pdf")
    assert world.app.reads.runs(job.lot_path)[0].life.at(1).printings == 1
    with pytest.raises(NotFoundError):
        world.app.jobs.file(world.actors["coop"], job.id)
    world.app.jobs.run_pending()
    done = look(world, job)
    assert (done.state, done.done, done.file_until) == ("done", 5, NOW + timedelta(hours=72))
    path, media_type, name = world.app.jobs.file(world.actors["coop"], job.id)
    assert (media_type, name) == ("text/plain", "tem-JARS-1-1-5.txt")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    known = world.app.stamps.serials(world.actors["coop"], job.lot_path, 1, codes=True)
    wanted = [f"{stamp.serial} 1-{stamp.number} {stamp.code}" for stamp in known]
    assert path.read_text().splitlines() == wanted


def test_files_are_deleted_in_time(world):
    """Three days later the file is gone from the disk, and the job says so."""
    job = print_all(world)
    world.app.jobs.run_pending()
    path, _, _ = world.app.jobs.file(world.actors["coop"], job.id)
    world.clock.move_to(NOW + timedelta(hours=73))
    with pytest.raises(NotFoundError):
        world.app.jobs.file(world.actors["coop"], job.id)
    world.app.jobs.expire()
    assert not path.exists()
    assert look(world, job).file_until is None


def test_a_print_job_that_is_called_off_leaves_no_file(world):
    """Whether it had begun or not; the record of the printing stays, since it was signed."""
    job = print_all(world)
    world.app.jobs.cancel(world.actors["coop"], job.id)
    assert world.app.jobs.run_pending() == 0
    assert list((world.app.settings.data_dir / "prints").glob("*")) == []
    assert world.app.reads.runs(job.lot_path)[0].life.at(1).printings == 1


def test_calling_off_stops_a_job_under_way(world, monkeypatch):
    """The worker notices within its next note, stops, and clears up."""
    monkeypatch.setattr("traceability.services.trades.WRITE_DOWN", 0.0)
    lot = jars(world, 1000)
    order(world, lot, 1000)
    job = print_all(world, lot)

    class Interrupting(LinePrinter):
        def write(self, path, stamps, paper, total, progress):
            def told(done):
                if done == 300:
                    world.app.jobs.cancel(world.actors["coop"], job.id)
                progress(done)

            return super().write(path, stamps, paper, total, told)

    world.app.stamps._printer = Interrupting()
    world.app.jobs.run_pending()
    assert look(world, job).state == "cancelled"
    assert list((world.app.settings.data_dir / "prints").glob("*")) == []


def test_a_printer_that_gives_up_is_told(world):
    """An error of ours ends the job with its sentence; a fault of the program ends it, too, and not the worker."""

    class Broken(LinePrinter):
        def write(self, *_):
            raise self.error

    world.app.stamps._printer = Broken()
    for error, said in ((InvalidInputError("No {thing}.", thing="ink"), "No ink."), (ValueError("?"), "a fault")):
        world.app.stamps._printer.error = error
        job = print_all(world)
        world.app.jobs.run_pending()
        failed = look(world, job)
        assert failed.state == "failed"
        assert said in failed.error[0].format(**failed.error[1])


def test_lots_that_changed_hands_or_were_recalled_are_not_printed(world):
    """Between the order and the file custody is asked for again."""
    job = print_all(world)
    world.app.recalls.recall(world.actors["inspector"], Recall(key(), world.paths["jars"], "microbial", "x"))
    world.app.jobs.run_pending()
    assert look(world, job).state == "failed"


def test_jobs_are_their_owners_business(world):
    """Others find nothing, not even that there is such a job; the operator sees how it stands, and not the file."""
    job = print_all(world)
    world.app.jobs.run_pending()
    for who in ("other", "shop", "inspector"):
        for act in (world.app.jobs.get, world.app.jobs.cancel, world.app.jobs.file):
            with pytest.raises((NotFoundError, NotAuthorisedError)):
                act(world.actors[who], job.id)
        assert world.app.jobs.list(world.actors[who]) == ()
    operator = world.actors["operator"]
    assert world.app.jobs.get(operator, job.id).state == "done"
    with pytest.raises(NotAuthorisedError):
        world.app.jobs.file(operator, job.id)
    assert job.id in {one.id for one in world.app.jobs.list(operator)}
    kinds = {one.kind for one in world.app.jobs.list(world.actors["coop"], world.paths["jars"])}
    assert kinds == {"print", "issue"}
    assert world.app.jobs.list(world.actors["coop"], world.paths["raw"]) == ()
    with pytest.raises(NotFoundError):
        world.app.jobs.get(world.actors["coop"], "0" * 32)


# --------------------------------------------------------------------------------------------------------------- leases
def claim(world, owner, now, **rest):
    """Claim a job."""
    with world.app.database.begin() as work:
        return work.jobs.claim(owner, now, now + LEASE, kinds=("issue", "print"), **rest)


def test_a_job_is_one_workers_until_its_lease_ends(world, slow_orders):
    """Nobody else gets it before; a worker that prolongs keeps it; one that came too late has lost it."""
    job = order(world, jars(world, 10), 10)
    assert claim(world, "one", NOW).id == job.id
    assert claim(world, "two", NOW) is None
    with world.app.database.begin() as work:
        assert work.jobs.hold(job.id, "one", NOW + 2 * LEASE, done=4)
        assert not work.jobs.hold(job.id, "two", NOW + 2 * LEASE)
    assert claim(world, "two", NOW + 1.5 * LEASE) is None
    taken = claim(world, "two", NOW + 2 * LEASE)
    assert (taken.id, taken.done, taken.lease_owner) == (job.id, 4, "two")
    with world.app.database.begin() as work:
        assert not work.jobs.hold(job.id, "one", NOW + 4 * LEASE)
        assert not work.jobs.finish(replace(taken, lease_owner="one", state="done"))
        assert work.jobs.finish(replace(taken, state="done"))
    assert claim(world, "three", NOW + 9 * LEASE) is None


def test_who_is_alone_takes_over_at_once(world, slow_orders):
    """The embedded chain has one process: a lease of another one is a dead one's. Its own are left alone."""
    job = order(world, jars(world, 10), 10)
    claim(world, "dead", NOW)
    assert claim(world, "living", NOW, alone=True).id == job.id
    assert claim(world, "living", NOW, alone=True) is None


def test_many_workers_share_the_work_without_doubling_any(world, slow_orders):
    """Eight threads with an owner each: every job is given out once."""
    lot = jars(world, 100)
    wanted = {order(world, lot, 1).id for _ in range(30)}
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda number: claim(world, f"worker {number}", NOW), range(40)))
    taken = [job.id for job in got if job]
    assert sorted(taken) == sorted(wanted)


def test_the_worker_ends_when_it_is_told_and_gives_back_what_it_had(world, slow_orders):
    """`stop` interrupts a job between two words about progress; the next worker goes on with it."""
    lot = jars(world, 1000)
    order(world, lot, 1000)
    world.app.jobs.run_pending()
    job = print_all(world, lot)
    stop = threading.Event()

    class Stopping(LinePrinter):
        def write(self, path, stamps, paper, total, progress):
            def told(done):
                if done == 500:
                    stop.set()
                progress(done)

            return super().write(path, stamps, paper, total, told)

    world.app.stamps._printer = Stopping()
    worker = threading.Thread(target=world.app.jobs.work, args=(stop,))
    worker.start()
    worker.join(30)
    assert not worker.is_alive()
    assert look(world, job).state == "running"
    world.app.stamps._printer = LinePrinter()
    world.app.jobs.run_pending()
    assert look(world, job).state == "done"
    path, _, _ = world.app.jobs.file(world.actors["coop"], job.id)
    lines = path.read_text().splitlines()
    assert len(set(lines)) == len(lines) == 1000


def test_a_worker_of_another_process_is_left_to_its_work(world, slow_orders, tmp_path):
    """Without being alone, a second worker waits for the lease to end."""
    job = order(world, jars(world, 10), 10)
    claim(world, "elsewhere", NOW)
    beside = Jobs(world.app.context, tmp_path, keep=timedelta(hours=1))
    assert beside.run_pending() == 0
    assert look(world, job).state == "running"
