"""Ordering stamps: a run of any size is one record, and the serials come from a sealed seed.

The seed is drawn here, sealed, and kept before the run is on the chain. What goes on the chain is the number of stamps
and one Merkle root over all of them. The root of a million takes some seconds, so an order is a job: it reserves its
number against the lot at once, together with its seed, is carried out piece by piece, and can be gone on with after a
crash at every piece. A run is done when every stamp of it can be scanned.
"""

import secrets
from collections.abc import Callable
from typing import ClassVar, Final

from traceability.domain.job_views import JobView
from traceability.domain.ledger import Kind
from traceability.domain.records import StampRunRecord
from traceability.domain.views import LotSummary
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    MassBalanceError,
    NotFoundError,
    RuleViolationError,
    StorageError,
)
from traceability.ports import Job, SealedSeed, UnitOfWork
from traceability.proofs.commitments import encode_base64url
from traceability.proofs.record_id import record_id
from traceability.proofs.serials import SEED_BYTES
from traceability.proofs.stamp_runs import PIECE, pieces, run_root, subtree_roots
from traceability.services.commands import Actor, IssueStamps, Outcome
from traceability.services.context import Context
from traceability.services.elsewhere import elsewhere
from traceability.services.goods import base_amount, base_unit, require_left
from traceability.services.inputs import count
from traceability.services.jobs import LEASE, Jobs, new_job
from traceability.services.recording import Draft, Order, Recorder, is_on_its_way
from traceability.services.stamp_marks import MAX_RUNS
from traceability.services.stamp_seeds import seed_purpose, unseal
from traceability.services.trades import Ending, Later, Progress, Task, Trade
from traceability.services.usecases import UseCases, touch

MAX_RUN: Final = 1_000_000
"""Most stamps of one run."""

INLINE: Final = 20_000
"""Up to so many stamps are made while the caller waits, and may be signed by a key that lies elsewhere."""

MAKING, RECORDING, FILLING = "", "recording", "filling"
"""The phases of an order: its root is computed, the run recorded, the stamps' rows written."""


class StampOrders(UseCases):
    """Order runs of stamps, and make them.

    Args:
        context: the ports.
        recorder: the way to the chain.
        jobs: carries orders out.
    """

    plans: ClassVar[dict[type, str]] = {IssueStamps: "plan_issue"}

    def __init__(self, context: Context, recorder: Recorder, jobs: Jobs) -> None:
        UseCases.__init__(self, context, recorder)
        self._jobs = jobs
        jobs.register("issue", Trade(self._carry_out, self._undo, cancellable=(MAKING,)))

    def order(self, actor: Actor, command: IssueStamps, progress: Progress | None = None) -> JobView:
        """Order a run and return its job. A small one is done when this returns.

        Args:
            actor: who orders.
            command: how many for which lot.
            progress: is told how far a small order is.

        Raises:
            NotFoundError: there is no such lot.
            NotAuthorisedError: it is in another's custody, or the key lies elsewhere.
            RuleViolationError: the lot is not counted in pieces, or is recalled, on its way or closed.
            MassBalanceError: more stamps than pieces are left, those that are ordered already taken off.
            InvalidInputError: the count is none.
            AlreadyExistsError: the idempotency key was used for another command.
        """
        order = self.order_of(actor, command)
        job, is_new = self._reserve(order, command, inline=INLINE)
        if job.lease_owner == self._jobs.owner and is_new:
            self._jobs.run_now(job, progress)
        else:
            self._jobs.wake()
        return self._jobs.get(actor, job.id)

    def issue(self, actor: Actor, command: IssueStamps, progress: Progress | None = None) -> Outcome:
        """Order a run of any size and make it while the caller waits. Raises as `order` does."""
        order = self.order_of(actor, command)
        known = self._recorder.known(order)
        if known is not None:
            return known
        job, is_new = self._reserve(order, command, inline=MAX_RUN)
        if is_new:
            self._jobs.run_now(job, progress)
        return self._recorder.known(order) or Outcome("pending", order.key, job.lot, job.lot_path, job=job.id)

    def plan_issue(self, actor: Actor, command: IssueStamps) -> Draft:
        """Plan a run whose record is signed elsewhere: its seed travels with the draft.

        Raises as `order` does, and InvalidInputError for more stamps than are made while somebody waits.
        """
        lot, number = self._wanted(actor, command)
        if number > INLINE:
            raise InvalidInputError(
                "A run that is signed with a key held elsewhere has at most {most} stamps. Order several runs.",
                field="count",
                most=INLINE,
            )
        with self._context.database.begin() as work:
            run = self._free_run(work, lot, number)
        secret = secrets.token_bytes(SEED_BYTES)
        seed = SealedSeed(lot.uri, run, number, self._seal(secret, lot.uri, run))
        return _draft(lot, run, number, encode_base64url(_root(secret, lot.uri, number)), seeds=(seed,))

    # ------------------------------------------------------------------------------------------------------ reserving
    def _wanted(self, actor: Actor, command: IssueStamps) -> tuple[LotSummary, int]:
        """Return lot and number, checked but for the balance."""
        lot = self.lot_at_hand(actor, command.lot)
        if base_unit(lot) != "H87":
            raise RuleViolationError(
                "Lot {lot} is not counted in pieces. Pack it first: record a transformation into pieces.",
                field="lot",
                lot=lot.lot_number,
            )
        return lot, count(command.count, "count", most=MAX_RUN)

    def _reserve(self, order: Order, command: IssueStamps, *, inline: int) -> tuple[Job, bool]:
        """Return the job of an order, and whether it is new; a small one is leased to this process from the start."""
        with self._context.database.begin() as work:
            if (known := _of_order(work, order)) is not None:
                return known, False
        lot, number = self._wanted(order.actor, command)
        self._recorder.require_key(order.actor)
        secret = secrets.token_bytes(SEED_BYTES)
        now = self._context.clock.now()
        lease = {"state": "running", "lease_owner": self._jobs.owner, "lease_until": now + LEASE}
        with self._context.database.begin() as work:
            work.jobs.queue_up(lot.uri)
            if (known := _of_order(work, order)) is not None:
                return known, False
            if is_on_its_way(work.outbox, order.scoped_key):
                raise _used()
            run = self._free_run(work, lot, number)
            job = new_job(
                order.actor,
                key=order.scoped_key,
                fingerprint=order.fingerprint,
                kind="issue",
                lot=lot.uri,
                lot_path=lot.path,
                lot_number=lot.lot_number,
                run=run,
                first=1,
                last=number,
                total=number,
                created_at=now,
                spec={"key": order.key, "command": {"key": command.key, "lot": command.lot, "count": command.count}},
                **(lease if number <= inline else {}),
            )
            work.seeds.add(SealedSeed(lot.uri, run, number, self._seal(secret, lot.uri, run)))
            work.jobs.add(job)
        return job, True

    def _free_run(self, work: UnitOfWork, lot: LotSummary, wanted: int) -> int:
        """Return the number of a new run of a lot that holds so many pieces more. Raises MassBalanceError.

        Orders that are being made count, too. Which of them the lot's balance shows already is asked before the
        balance: one that lands in between counts twice for a moment, never not at all.
        """
        recorded = {run.number for run in self._context.reads.runs(lot.uri)}
        ordered = sum(job.total for job in work.jobs.orders(lot.uri) if job.run not in recorded)
        lot = self.lot(lot.uri)
        require_left(lot, wanted, field="count")
        held = base_amount(lot.left)
        if wanted > held - ordered:
            raise MassBalanceError(
                "Lot {lot} has {left} pieces left without a stamp, and {ordered} of them are ordered already; {wanted} "
                "cannot be stamped. Check the number, or call the other order off.",
                field="count",
                lot=lot.lot_number,
                left=held,
                ordered=ordered,
                wanted=wanted,
            )
        run = max(recorded, default=0) + 1
        while run <= MAX_RUNS:
            try:
                work.seeds.get(lot.uri, run)
            except NotFoundError:
                return run
            run += 1
        raise RuleViolationError("Lot {lot} has too many stamp runs.", field="lot", lot=lot.lot_number)

    def _seal(self, secret: bytes, lot: str, run: int) -> bytes:
        return self._context.keystore.seal(secret, purpose=seed_purpose(lot, run))

    # --------------------------------------------------------------------------------------------------- carrying out
    def _carry_out(self, task: Task) -> Ending:
        """Make a run, or go on with it."""
        actor = self._jobs.actor(task.job)
        if task.job.phase == MAKING:
            root = self._compute(task)
            task.at(task.job.done, phase=RECORDING, checkpoint=root)
        try:
            self._record(task, actor)
            self._bring_in(task)
        except StorageError as error:  # the record may be on its way: it is not given up, but looked at again
            raise Later from error
        return Ending({})

    def _compute(self, task: Task) -> str:
        """Return the root of a run, base64url; pieces that are done are in the checkpoint."""
        job = task.job
        with self._context.database.begin() as work:
            seed = work.seeds.get(job.lot, job.run)
        secret, roots = unseal(self._context.keystore, seed), bytes.fromhex(job.checkpoint)

        def heard(piece: bytes) -> None:
            nonlocal roots
            roots += piece
            done = min(job.total, len(roots) // 32 * PIECE) // 2
            task.at(done, checkpoint=roots.hex())

        if job.total > INLINE:
            elsewhere(compute_pieces, secret, job.lot, job.total, len(roots) // 32, heard=heard)
        else:
            compute_pieces(heard, secret, job.lot, job.total, len(roots) // 32)
        return encode_base64url(run_root(roots))

    def _record(self, task: Task, actor: Actor) -> None:
        """Record a run whose root is known, once. Raises Later while the chain does not answer."""
        job = task.job
        order = Order(actor, job.spec["key"], IssueStamps(**job.spec["command"]))
        outcome = self._recorder.record(order, lambda: self._plan_recorded(actor, job))
        if outcome.state != "landed":
            raise Later

    def _plan_recorded(self, actor: Actor, job: Job) -> Draft:
        """Plan a run that was ordered: whether it may be is asked again."""
        lot, number = self._wanted(actor, IssueStamps(**job.spec["command"]))
        require_left(lot, number, field="count")
        return _draft(lot, job.run, number, job.checkpoint)

    def _bring_in(self, task: Task) -> None:
        """Bring the run's stamps into the tables. Raises Later where they are not all there yet."""
        job, half = task.job, task.job.total // 2
        task.at(half, phase=FILLING)
        self._context.indexer.advance()
        self._context.indexer.fill(lambda done, total: task.at(half + (job.total - half) * done // max(total, 1)))
        for run in self._context.reads.runs(job.lot):
            if run.number == job.run and run.ready >= run.count:
                return
        raise Later

    def _undo(self, work: UnitOfWork, job: Job) -> None:
        """Give a run's number free, unless its record is on its way."""
        order = Order(Actor(**job.actor), job.spec["key"], None)
        if not is_on_its_way(work.outbox, order.scoped_key):
            work.seeds.remove(job.lot, job.run)


def compute_pieces(tell: Callable[[bytes], None], secret: bytes, lot: str, count: int, done: int) -> None:
    """Tell the root of each piece of a run behind those that are done. Runs in another process, too."""
    for first, number in pieces(count, done):
        tell(subtree_roots(secret, lot, first, number))


def _root(secret: bytes, lot: str, count: int) -> bytes:
    return run_root(subtree_roots(secret, lot, 0, count))


def _draft(lot: LotSummary, run: int, count: int, root: str, *, seeds: tuple[SealedSeed, ...] = ()) -> Draft:
    document = StampRunRecord(run, count, root).to_document()
    return Draft(
        touches=(touch(lot.uri, Kind.STAMP, amount=count),),
        documents=(document,),
        uri=lot.uri,
        path=lot.path,
        event_id=record_id(document),
        seeds=seeds,
    )


def _of_order(work: UnitOfWork, order: Order) -> Job | None:
    """Return the job of an order that was made before. One that came to nothing blocks no new try."""
    job = work.jobs.find(order.scoped_key)
    if job is None or job.state in {"failed", "cancelled"}:
        if job is not None:
            work.jobs.drop_key(job.id)
        return None
    if job.fingerprint != order.fingerprint:
        raise _used()
    return job


def _used() -> AlreadyExistsError:
    return AlreadyExistsError(
        "This form was sent before with other content. Open a new form for another record.", field="key"
    )
