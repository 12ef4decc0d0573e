"""The relayer: kill it anywhere, take the node away, steal its numbers; every record lands once or is refused once."""

import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from traceability.chain.node import NodeRefusedError
from traceability.chain.relayer import MOST_ATTEMPTS, Flushed, Relayer
from traceability.domain.ledger import Kind
from traceability.errors import ChainError, MassBalanceError
from traceability.ports import OutboxRow, Recorded
from traceability.proofs.history import Touch

WAIT = 120.0


class Outbox:
    """An outbox in memory, which survives the relayer's death like the database does."""

    def __init__(self):
        self.rows, self.blocks = {}, {}

    @contextmanager
    def begin(self):
        """A unit of work over nothing but this."""
        self.outbox = self
        yield self

    def put(self, submission):
        """Commit a signed submission; return its id."""
        number = len(self.rows) + 1
        self.rows[number] = OutboxRow(
            id=number,
            key=str(number),
            submission=submission,
            state="queued",
            transaction_hash=None,
            attempts=0,
            error="",
            **{"result": ""} if "result" in OutboxRow.__slots__ else {},
        )
        return number

    def pending(self):
        """Queued and sent rows, oldest first."""
        return [row for row in self.rows.values() if row.state in {"queued", "sent"}]

    def count(self):
        """How many there are."""
        return len(self.pending())

    def mark_sent(self, number, transaction_hash):
        """As the database does it."""
        row = self.rows[number]
        self.rows[number] = replace(row, state="sent", transaction_hash=transaction_hash, attempts=row.attempts + 1)

    def mark_landed(self, number, block):
        """Once only."""
        assert self.rows[number].state in {"queued", "sent"}
        self.rows[number] = replace(self.rows[number], state="landed")
        self.blocks[number] = block

    def mark_refused(self, number, reason):
        """Once only."""
        assert self.rows[number].state in {"queued", "sent"}
        self.rows[number] = replace(self.rows[number], state="refused", error=reason)


class Killed(BaseException):
    """Stands for `kill -9`: nothing catches it."""


class Dying:
    """Calls through to another object, and dies before or after its n-th call in all."""

    def __init__(self, target, fuse):
        self._target, self._fuse = target, fuse

    def __getattr__(self, name):
        value = getattr(self._target, name)
        if not callable(value) or name == "begin":
            return value

        def call(*arguments):
            self._fuse.burn()
            result = value(*arguments)
            self._fuse.burn()
            return result

        return call


class Fuse:
    """Counts the moments at which the process could die; dies at one of them."""

    def __init__(self, length):
        self.left = length

    def burn(self):
        """Come one moment closer to the end."""
        self.left -= 1
        if self.left == 0:
            raise Killed


class DyingDatabase:
    """A database whose outbox dies."""

    def __init__(self, outbox, fuse):
        self._outbox, self._fuse = outbox, fuse

    @contextmanager
    def begin(self):
        """A unit of work whose outbox may be the last thing that is seen."""
        self.outbox = Dying(self._outbox, self._fuse)
        yield self


@pytest.fixture
def outbox():
    """An empty outbox."""
    return Outbox()


def register(stage, operation, subject_key, amount=100):
    """A signed registration."""
    return stage.sign(operation, Touch(subject_key, Kind.REGISTER, amount=amount))


def recorded(stage):
    """The operations that landed, in chain order."""
    logs = stage.ledger.logs(0, stage.ledger.height())
    return [log.operation for log in logs if isinstance(log, Recorded) and log.operation]


def test_what_waits_lands_in_order(stage, outbox, subject):
    """One flush sends everything, and the chain has it in the order of the outbox; each row knows its block.

    Records of different lots wait for none of each other, so a node that mines while it is asked may show the receipt
    of a later one first.
    """
    ids = [outbox.put(register(stage, number, subject(f"lot{number}"))) for number in (1, 2, 3)]
    relayer = Relayer(outbox, stage.ledger)
    assert sorted(relayer.flush(WAIT).landed) == ids
    assert recorded(stage) == [1, 2, 3]
    assert all(outbox.rows[number].state == "landed" for number in ids)
    assert [outbox.blocks[number] for number in ids] == [stage.ledger.landed_in(stage.producer, op) for op in (1, 2, 3)]
    assert relayer.flush() == Flushed()


@pytest.mark.parametrize("moment", range(1, 16))
def test_killed_at_any_moment_it_lands_once(stage, outbox, subject, moment):
    """Before and after each step on either side: a new process finds out where the record stands."""
    number = outbox.put(register(stage, 1, subject("lot")))
    fuse = Fuse(moment)
    died = False
    try:
        Relayer(DyingDatabase(outbox, fuse), Dying(stage.ledger, fuse)).flush(WAIT)
    except Killed:
        died = True
    assert died == (fuse.left == 0)
    Relayer(outbox, stage.ledger).flush(WAIT)
    assert outbox.rows[number].state == "landed"
    assert recorded(stage) == [1]
    assert outbox.blocks[number] == stage.ledger.landed_in(stage.producer, 1)


@pytest.mark.parametrize("moment", range(2, 40, 3))
def test_killed_again_and_again_among_many(embedded_stage, outbox, subject, moment):
    """A relayer that dies every few steps still brings all of them in, each once, and refuses the bad one once."""
    stage = embedded_stage
    for number in range(1, 5):
        outbox.put(register(stage, number, subject(f"lot{number}")))
    bad = outbox.put(stage.sign(5, Touch(subject("lot1"), Kind.STAMP, amount=101)))
    lives = 0
    while outbox.count():
        fuse = Fuse(moment + lives)
        lives += 1
        try:
            Relayer(DyingDatabase(outbox, fuse), Dying(stage.ledger, fuse)).flush()
        except Killed:
            continue
    assert recorded(stage) == [1, 2, 3, 4]
    assert outbox.rows[bad].state == "refused"
    assert stage.node.nonce(stage.keys.role("relayer")) == 4, "nothing was paid for twice"


def test_a_refusal_is_final_and_keeps_its_reason(stage, outbox, subject):
    """The contract said no: the row is done with, its transaction number is not used up, and others go on."""
    outbox.put(register(stage, 1, subject("lot"), amount=100))
    bad = outbox.put(stage.sign(2, Touch(subject("lot"), Kind.STAMP, amount=101)))
    good = outbox.put(stage.sign(3, Touch(subject("lot"), Kind.STAMP, amount=100)))
    done = Relayer(outbox, stage.ledger).flush(WAIT)
    assert outbox.rows[bad].state == "refused"
    assert "Only 100 is left" in outbox.rows[bad].error
    assert isinstance(done.refused[bad], MassBalanceError)
    assert outbox.rows[good].state == "landed"
    assert recorded(stage) == [1, 3]


def test_what_somebody_else_relayed_has_landed(stage, outbox, subject):
    """Anyone may relay a signed record: then it is there, and no refusal."""
    submission = register(stage, 1, subject("lot"))
    number = outbox.put(submission)
    stage.ledger._relayer.wait(stage.ledger.relay(submission), WAIT)
    Relayer(outbox, stage.ledger).flush(WAIT)
    assert outbox.rows[number].state == "landed"
    assert outbox.blocks[number] == stage.ledger.landed_in(stage.producer, 1)
    assert recorded(stage) == [1]


def test_landed_long_ago_is_not_refused_for_its_deadline(stage, outbox, subject):
    """Killed after sending, started again after the deadline: the chain has it, whatever a rehearsal says now."""
    submission = register(stage, 1, subject("lot"))
    stage.ledger._relayer.wait(stage.ledger.relay(submission), WAIT)
    number = outbox.put(replace(submission, deadline=1_000_000_000))
    Relayer(outbox, stage.ledger).flush(WAIT)
    assert outbox.rows[number].state == "landed"


def test_a_forgotten_transaction_is_sent_anew(stage, outbox, subject):
    """A hash that no node knows is no reason to wait for ever."""
    number = outbox.put(register(stage, 1, subject("lot")))
    outbox.mark_sent(number, bytes(32))
    Relayer(outbox, stage.ledger).flush(WAIT)
    assert outbox.rows[number].state == "landed"
    assert outbox.rows[number].attempts == 2


class Unreachable:
    """A ledger whose node is down for a number of calls."""

    def __init__(self, ledger, calls, error=ChainError):
        self._ledger, self.calls, self._error = ledger, calls, error

    def __getattr__(self, name):
        if self.calls > 0:
            self.calls -= 1
            raise self._error("The node is down.")
        return getattr(self._ledger, name)


def test_a_node_that_is_down_is_no_refusal(embedded_stage, outbox, subject):
    """The row waits, the caller is not bothered, and the next round brings it in."""
    number = outbox.put(register(embedded_stage, 1, subject("lot")))
    relayer = Relayer(outbox, Unreachable(embedded_stage.ledger, 1))
    done = relayer.flush(WAIT)
    assert isinstance(done.trouble, ChainError)
    assert (done.waiting, outbox.rows[number].state) == (1, "queued")
    assert relayer.flush().landed == [number]
    assert recorded(embedded_stage) == [1]


def test_one_record_that_no_node_takes_holds_up_no_other(embedded_stage, outbox, subject):
    """A node's refusal, say of its size, is not the contract's: the row and its lot wait, others pass."""
    stage = embedded_stage
    stuck = outbox.put(register(stage, 1, subject("lot1")))
    after = outbox.put(stage.sign(2, Touch(subject("lot1"), Kind.STAMP, amount=1)))
    other = outbox.put(register(stage, 3, subject("lot2")))
    relayer = Relayer(outbox, Unreachable(stage.ledger, 1, NodeRefusedError))
    done = relayer.flush()
    assert [outbox.rows[number].state for number in (stuck, after, other)] == ["queued", "queued", "landed"]
    assert (done.landed, done.waiting) == ([other], 2)
    relayer.flush()
    assert recorded(stage) == [3, 1, 2]


def test_it_runs_by_itself_and_waits_longer_while_the_node_is_down(embedded_stage, outbox, subject, monkeypatch):
    """In the background; trouble makes pauses longer, success makes them short again; `stop` ends it at once."""
    pauses = []
    stop = threading.Event()

    def wait(seconds):
        pauses.append(seconds)
        if len(pauses) == 9:
            stop.set()

    monkeypatch.setattr(stop, "wait", wait)
    outbox.put(register(embedded_stage, 1, subject("lot")))
    Relayer(outbox, Unreachable(embedded_stage.ledger, 7), poll=0.5).run(stop)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 0.5, 0.5]
    assert recorded(embedded_stage) == [1]


def test_threads_flush_together(embedded_stage, outbox, subject):
    """Waitress's threads may all ask for it: each record lands once, and only its first sender pays."""
    for number in range(1, 7):
        outbox.put(register(embedded_stage, number, subject(f"lot{number}")))
    relayer = Relayer(outbox, embedded_stage.ledger)
    threads = [threading.Thread(target=relayer.flush) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorded(embedded_stage) == [1, 2, 3, 4, 5, 6]
    assert embedded_stage.node.nonce(embedded_stage.keys.role("relayer")) == 6


# ------------------------------------------------------------------------------- a real node that takes its time
@pytest.fixture
def slow(anvil_stage):
    """Anvil that mines only when it is told to."""
    anvil_stage.node._ask("evm_setAutomine", False)
    return anvil_stage


def mine(stage):
    """Make a block of what waits."""
    stage.node._ask("evm_mine")


def test_a_transaction_that_waits_is_not_sent_again(slow, outbox, subject):
    """Nothing is mined yet: the row waits, and so does a later one of the same lot that would be refused now."""
    first = outbox.put(register(slow, 1, subject("lot")))
    second = outbox.put(slow.sign(2, Touch(subject("lot"), Kind.STAMP, amount=5, sequence=2)))
    relayer = Relayer(outbox, slow.ledger)
    for _ in range(3):
        assert not relayer.flush().landed
        assert (outbox.rows[first].state, outbox.rows[first].attempts) == ("sent", 1)
        assert outbox.rows[second].state == "queued"
    mine(slow)
    relayer.flush()
    assert (outbox.rows[first].state, outbox.rows[second].state) == ("landed", "sent")
    mine(slow)
    relayer.flush()
    assert outbox.rows[second].state == "landed"
    assert recorded(slow) == [1, 2]


def test_a_dropped_transaction_is_signed_anew(slow, outbox, subject):
    """A node that loses its waiting transactions in a restart loses nothing of ours."""
    number = outbox.put(register(slow, 1, subject("lot")))
    relayer = Relayer(outbox, slow.ledger)
    relayer.flush()
    slow.node._ask("anvil_dropTransaction", f"0x{outbox.rows[number].transaction_hash.hex()}")
    relayer.flush()
    assert outbox.rows[number].attempts == 2
    mine(slow)
    relayer.flush()
    assert outbox.rows[number].state == "landed"
    assert recorded(slow) == [1]


def test_two_transactions_for_one_record_land_one(slow, outbox, subject):
    """Killed between sending and remembering, while nothing is mined: both get in, one records, one fails."""
    submission = register(slow, 1, subject("lot"))
    number = outbox.put(submission)
    slow.ledger.relay(submission)  # the process died here
    relayer = Relayer(outbox, slow.ledger)
    relayer.flush()
    mine(slow)
    assert slow.ledger.receipt(outbox.rows[number].transaction_hash).succeeded is False
    relayer.flush()
    assert outbox.rows[number].state == "landed"
    assert recorded(slow) == [1]
    assert outbox.blocks[number] == slow.ledger.landed_in(slow.producer, 1)


def test_a_number_that_another_process_takes_is_replaced(slow, outbox, subject):
    """Two servers with one relayer key: whoever is too late takes the next number, and the record is still one."""
    other = slow.client()
    stale = slow.node.nonce(slow.keys.role("relayer"))
    other.relay(register(slow, 1, subject("lot1")))
    original, asked = slow.node.nonce, []

    def late(address):
        asked.append(address)
        return stale if len(asked) == 1 else original(address)

    slow.node.nonce = late
    outbox.put(register(slow, 2, subject("lot2")))
    relayer = Relayer(outbox, slow.ledger)
    relayer.flush()
    mine(slow)
    relayer.flush()
    assert len(asked) == 2
    assert sorted(recorded(slow)) == [1, 2]


def test_a_node_that_looks_ahead_is_no_refusal(embedded_stage, outbox, subject):
    """It says "used already" before there is a block that says so: the record waits and is not given up."""
    submission = register(embedded_stage, 1, subject("lot"))
    number = outbox.put(submission)
    ledger = embedded_stage.ledger
    ledger.relay(submission)
    landed_in, ledger.landed_in = ledger.landed_in, lambda *_: None
    relayer = Relayer(outbox, ledger)
    assert relayer.flush().waiting == 1
    ledger.landed_in = landed_in
    relayer.flush()
    assert outbox.rows[number].state == "landed"


def test_what_keeps_failing_on_the_chain_is_given_up(anvil_stage, outbox, subject):
    """A record whose transactions are mined and fail, again and again, is refused in the end."""
    submission = register(anvil_stage, 1, subject("lot"))
    number = outbox.put(submission)
    failed = failed_transaction(anvil_stage)
    for _ in range(MOST_ATTEMPTS):
        outbox.mark_sent(number, failed)
    Relayer(outbox, anvil_stage.ledger).flush()
    assert outbox.rows[number].state == "refused"
    assert recorded(anvil_stage) == [99], "the one that made it fail"


def failed_transaction(stage):
    """The hash of a transaction that was mined and failed."""
    stage.node._ask("evm_setAutomine", False)
    submission = register(stage, 99, bytes(31) + b"\1")
    foreign = stage.sign(99, Touch(bytes(31) + b"\2", Kind.REGISTER, amount=1))
    stage.ledger.relay(submission)
    second = stage.ledger.relay(foreign)
    mine(stage)
    stage.node._ask("evm_setAutomine", True)
    deadline = time.monotonic() + WAIT
    while stage.ledger.receipt(second) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not stage.ledger.receipt(second).succeeded
    return second
