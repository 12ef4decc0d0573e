"""One way from a decision to the chain: once for each key, safe wherever the process dies, patient with the node."""

import dataclasses
import threading
from datetime import timedelta

import pytest

from tests.services.conftest import NOW, ago, key
from traceability.errors import AlreadyExistsError, ChainError, RuleViolationError, StorageError
from traceability.services.commands import RecordStage, RegisterLot, Retire


class BrokenError(Exception):
    """The plug was pulled."""


class Without:
    """A part that passes everything on but the calls that are to fail."""

    def __init__(self, part, **failing):
        self._part = part
        self._failing = failing

    def __getattr__(self, name):
        if name in self._failing:
            return self._failing[name]
        return getattr(self._part, name)


def failing(error):
    """Return a function that fails."""

    def fail(*_arguments, **_named):
        raise error

    return fail


def swap(world, **parts):
    """Put other parts into the recorder's context."""
    context = dataclasses.replace(world.app.context, **parts)
    for service in (world.app.recorder, world.app.lots):
        service._context = context
    return context


def lot_command(world, number, **changes):
    """Return a command that declares a lot."""
    command = RegisterLot(f"key-{number}", world.paths["shrimp"], "10", "KGM", ago(hours=1), lot_number=number)
    return dataclasses.replace(command, **changes)


def count_of(world, path):
    """Return how many records a subject has."""
    return len(world.app.reads.history(path))


def test_the_same_key_twice_lands_once_and_is_told_the_same(fresh):
    """A form that is sent twice records once."""
    command = lot_command(fresh, "TWICE", note="một lần")
    first = fresh.app.lots.register(fresh.actors["coop"], command)
    before = fresh.counts()
    assert fresh.app.lots.register(fresh.actors["coop"], command) == first
    assert first.state == "landed"
    assert first.operation == "key-TWICE"
    assert fresh.counts() == before
    assert fresh.app.reads.history(first.uri)[0].note == "một lần"


def test_a_key_used_for_something_else_is_refused(fresh):
    """Going back, changing the form and sending it again is a new record, not a silent nothing."""
    fresh.app.lots.register(fresh.actors["coop"], lot_command(fresh, "ONE"))
    with pytest.raises(AlreadyExistsError):
        fresh.app.lots.register(fresh.actors["coop"], lot_command(fresh, "ONE", quantity="11"))


def test_two_participants_may_choose_the_same_key(fresh):
    """Keys are the callers' own; one cannot learn or block another's."""
    fresh.app.lots.register(fresh.actors["coop"], lot_command(fresh, "MINE"))
    command = dataclasses.replace(lot_command(fresh, "MINE"), product=fresh.paths["theirs"], lot_number="YOURS")
    assert fresh.app.lots.register(fresh.actors["other"], command).state == "landed"


def test_many_threads_with_one_key_record_once(fresh):
    """An impatient thumb on a slow phone does no harm."""
    outcomes = []

    def send():
        outcomes.append(fresh.app.lots.register(fresh.actors["coop"], lot_command(fresh, "THUMB")))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 6
    assert len({outcome.uri for outcome in outcomes}) == 1
    assert count_of(fresh, outcomes[0].uri) == 1


@pytest.mark.parametrize("step", ["rehearsal", "blob", "commit"])
def test_a_death_before_the_commit_leaves_no_trace(fresh, step):
    """What was not promised did not happen; the same form can be sent again."""
    app, before = fresh.app, fresh.counts()
    parts = {
        "rehearsal": {"ledger": Without(app.ledger, check=failing(BrokenError()))},
        "blob": {"reads": Without(app.reads, keys=failing(BrokenError()))},
        "commit": {"database": Without(app.database, begin=_half_way(app.database))},
    }[step]
    swap(fresh, **parts)
    with pytest.raises(BrokenError):
        app.lots.register(fresh.actors["coop"], lot_command(fresh, "AGAIN", note="x"))
    assert fresh.counts() == before
    swap(fresh, ledger=app.context.ledger, reads=app.context.reads, database=app.context.database)
    assert app.lots.register(fresh.actors["coop"], lot_command(fresh, "AGAIN", note="x")).state == "landed"


def _half_way(database):
    """Return a `begin` whose transaction dies after everything is written and before it is committed."""
    calls = []

    def begin():
        calls.append(1)
        work = database.begin()
        if len(calls) == 1:
            return work
        leave = work.__exit__

        class Dying:
            def __enter__(self):
                work.__enter__()
                return work

            def __exit__(self, *exc):
                error = BrokenError()
                leave(BrokenError, error, None)
                raise error

        return Dying()

    return begin


@pytest.mark.parametrize("step", ["before it is sent", "after it is sent", "before it is read"])
def test_a_death_after_the_commit_is_finished_by_the_next_flush(fresh, step):
    """Signed bytes are safe; whoever starts next sends them, and they land once."""
    app = fresh.app
    relayer = Without(app.relayer, flush=failing(BrokenError()))
    if step == "after it is sent":
        relayer = Without(app.relayer, flush=lambda wait=0.0: (app.relayer.flush(wait), failing(BrokenError())())[1])
    if step == "before it is read":
        swap(fresh, indexer=Without(app.indexer, advance=failing(BrokenError())))
    else:
        swap(fresh, relayer=relayer)
    command = lot_command(fresh, "CRASH", note="còn đây")
    with pytest.raises(BrokenError):
        app.lots.register(fresh.actors["coop"], command)
    swap(fresh, relayer=app.context.relayer, indexer=app.context.indexer)
    app.relayer.flush()
    app.indexer.advance()
    outcome = app.lots.register(fresh.actors["coop"], command)
    assert outcome.state == "landed"
    assert [entry.note for entry in app.reads.history(outcome.uri)] == ["còn đây"]


def down(world):
    """Return the parts of a world whose node does not answer."""
    error = ChainError("The node does not answer.")
    ledger = Without(world.app.ledger, check=failing(error), relay=failing(error), height=failing(error))
    idle = type("Idle", (), {"refused": {}})()
    return {
        "ledger": ledger,
        "relayer": Without(world.app.relayer, flush=lambda wait=0.0: idle),
        "indexer": Without(world.app.indexer, advance=failing(error)),
    }


def test_with_the_node_down_a_record_waits_and_says_so(fresh):
    """The signed bytes lie in the outbox; when the node comes back they land under the same key."""
    app, height = fresh.app, fresh.height()
    swap(fresh, **down(fresh))
    command = lot_command(fresh, "WAITS")
    outcome = app.lots.register(fresh.actors["coop"], command)
    assert outcome.state == "pending"
    with app.database.begin() as work:
        assert work.outbox.count() == 1
    assert fresh.height() == height
    swap(fresh, **{name: getattr(app.context, name) for name in ("ledger", "relayer", "indexer")})
    assert app.lots.register(fresh.actors["coop"], command).state == "landed"
    assert count_of(fresh, outcome.uri) == 1


def test_a_signature_is_renewed_before_it_runs_out(fresh):
    """A node that is down for longer than a signature holds costs nothing but time."""
    app = fresh.app
    swap(fresh, **down(fresh))
    command = lot_command(fresh, "PATIENT")
    app.lots.register(fresh.actors["coop"], command)
    fresh.clock.move_to(NOW + timedelta(days=2))
    swap(fresh, **{name: getattr(app.context, name) for name in ("ledger", "relayer", "indexer")})
    assert app.lots.register(fresh.actors["coop"], command).state == "landed"


def test_what_the_chain_refuses_late_is_forgotten_and_may_be_tried_again(fresh):
    """Two records that exclude each other are promised while the node is down: the second is refused, and says why."""
    app, coop = fresh.app, fresh.actors["coop"]
    swap(fresh, **down(fresh))
    closing = Retire("key-close", fresh.paths["raw"], "hết")
    app.lots.retire(coop, closing)
    correction = Retire("key-close-2", fresh.paths["raw"], "hết thật")
    assert app.lots.retire(coop, correction).state == "pending"
    swap(fresh, **{name: getattr(app.context, name) for name in ("ledger", "relayer", "indexer")})
    with pytest.raises(RuleViolationError):
        app.lots.retire(coop, correction)
    with app.database.begin() as work:
        assert [one.text for one in work.erasables.all() if one.text == "hết thật"] == []
        assert work.outbox.count() == 0
    stage = RecordStage("key-close-2", fresh.paths["jars"], "stored", ago(minutes=5))
    assert app.lots.record_stage(coop, stage).state == "landed"


def test_a_database_that_refuses_is_no_success(fresh):
    """Nothing is sent that was not kept first."""
    height = fresh.height()
    swap(fresh, database=Without(fresh.app.database, begin=failing(StorageError("The disk is full."))))
    with pytest.raises(StorageError):
        fresh.app.lots.register(fresh.actors["coop"], lot_command(fresh, "FULL"))
    assert fresh.height() == height


def test_a_key_is_chosen_where_the_caller_has_none(fresh):
    """An empty key means: once."""
    assert fresh.app.lots.register(fresh.actors["coop"], lot_command(fresh, "NOKEY", key="")).operation != ""
    assert key() != key()
