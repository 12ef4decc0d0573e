"""Stamps: a run of any size is one record, the serials come from a sealed seed, and only activated stamps count.

The seed is drawn here, sealed, and kept before the run is on the chain. What goes on the chain is the number of stamps
and one Merkle root over all of them.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from traceability.domain.ledger import Kind
from traceability.domain.records import StampMarkRecord, StampRunRecord
from traceability.domain.stamp_life import MarkKind
from traceability.domain.uris import LotRef
from traceability.domain.views import LotSummary, StampRunView
from traceability.errors import NotFoundError, RuleViolationError
from traceability.ports import KeyStore, SealedSeed
from traceability.proofs.commitments import encode_base64url
from traceability.proofs.merkle import root, stamp_leaf
from traceability.proofs.record_id import record_id
from traceability.proofs.serials import SEED_BYTES, stamp_serials
from traceability.services.authority import require_custody, require_role
from traceability.services.commands import ActivateStamps, Actor, IssueStamps, Outcome
from traceability.services.goods import base_unit, require_left
from traceability.services.inputs import count
from traceability.services.recording import Draft
from traceability.services.usecases import UseCases, require_at_hand, touch

MAX_RUN: Final = 1_000_000
"""Most stamps of one run."""

MAX_RUNS: Final = 10_000
"""Most runs of one lot."""


@dataclass(frozen=True, slots=True)
class StampToPrint:
    """A stamp as a printer needs it. Whoever sees it can copy it."""

    path: str
    serial: str
    number: int
    """Place in the run, from 1."""


def seed_purpose(lot: str, run: int) -> str:
    """Return what the seed of a run is sealed for."""
    return f"stamps of {lot}, run {run}"


def open_seed(keystore: KeyStore, seed: SealedSeed, first: int = 1, last: int | None = None) -> Iterator[str]:
    """Yield the serials of a run, all of them or those from `first` to `last` (from 1, inclusive).

    Raises:
        StorageError: the seed was changed or sealed under another master key.
    """
    secret = keystore.unseal(seed.sealed, purpose=seed_purpose(seed.lot, seed.run))
    return stamp_serials(secret, first - 1, (last or seed.count) - first + 1)


class Stamps(UseCases):
    """Issue runs of stamps, bring their serials back for printing, and activate them."""

    plans: ClassVar[dict[type, str]] = {IssueStamps: "plan_issue", ActivateStamps: "plan_activate"}

    def issue(self, actor: Actor, command: IssueStamps) -> Outcome:
        """Order a run. Raises as `plan_issue` and the recorder do."""
        return self.perform(actor, command)

    def activate(self, actor: Actor, command: ActivateStamps) -> Outcome:
        """Say that stamps are on the goods. Raises as `plan_activate` and the recorder do."""
        return self.perform(actor, command)

    def serials(
        self, actor: Actor, lot: str, run: int, first: int = 1, last: int | None = None
    ) -> Iterator[StampToPrint]:
        """Yield stamps of a run in their order, for the lot's custodian only.

        Raises:
            NotFoundError: there is no such lot or run, or its seed is not kept here.
            NotAuthorisedError: the lot is in another's custody.
            InvalidInputError: the bounds lie outside the run.
        """
        summary = self.lot(lot)
        require_custody(actor, summary)
        known = self._run(summary, run)
        last = known.count if last is None else last
        count(str(last), "last", most=known.count)
        count(str(first), "first", most=last)
        with self._context.database.begin() as work:
            seed = work.seeds.get(summary.uri, run)
        ref = self.lot_ref(summary.uri)
        return self._to_print(ref, open_seed(self._context.keystore, seed, first, last), first)

    def plan_issue(self, actor: Actor, command: IssueStamps) -> Draft:
        """Plan a run of stamps.

        Raises:
            NotFoundError: there is no such lot.
            NotAuthorisedError: it is in another's custody.
            RuleViolationError: it is not counted in pieces, or is recalled, on its way or closed.
            MassBalanceError: more stamps than pieces are left.
            InvalidInputError: the count is none.
        """
        require_role(actor, "cooperative")
        lot = self.lot(command.lot)
        require_custody(actor, lot)
        require_at_hand(lot)
        if base_unit(lot) != "H87":
            raise RuleViolationError(
                "Lot {lot} is not counted in pieces. Pack it first: record a transformation into pieces.",
                field="lot",
                lot=lot.lot_number,
            )
        number = count(command.count, "count", most=MAX_RUN)
        require_left(lot, number, field="count")
        run = self._next_run(lot)
        secret = secrets.token_bytes(SEED_BYTES)
        leaves = (stamp_leaf(lot.uri, serial) for serial in stamp_serials(secret, 0, number))
        document = StampRunRecord(run, number, encode_base64url(root(leaves))).to_document()
        sealed = self._context.keystore.seal(secret, purpose=seed_purpose(lot.uri, run))
        return Draft(
            touches=(touch(lot.uri, Kind.STAMP, amount=number),),
            documents=(document,),
            uri=lot.uri,
            path=lot.path,
            event_id=record_id(document),
            seeds=(SealedSeed(lot.uri, run, number, sealed),),
        )

    def plan_activate(self, actor: Actor, command: ActivateStamps) -> Draft:
        """Plan the activation of stamps.

        Raises:
            NotFoundError: there is no such lot or run.
            NotAuthorisedError: the lot is in another's custody.
            RuleViolationError: the lot is recalled, on its way or closed, or the whole run is activated already.
            InvalidInputError: the range is not of the run.
        """
        require_role(actor, "cooperative")
        lot = self.lot(command.lot)
        require_custody(actor, lot)
        require_at_hand(lot)
        run = self._run(lot, count(command.run, "run", most=MAX_RUNS))
        if run.activated >= run.count:
            raise RuleViolationError(
                "All {count} stamps of run {run} are activated already.", field="run", count=run.count, run=run.number
            )
        last = count(command.last or str(run.count), "last", most=run.count)
        first = count(command.first or "1", "first", most=last)
        document = StampMarkRecord(MarkKind.ACTIVATED, run.number, first, last).to_document()
        return Draft(
            touches=(touch(lot.uri, Kind.OBSERVE),),
            documents=(document,),
            uri=lot.uri,
            path=lot.path,
            event_id=record_id(document),
        )

    # ---------------------------------------------------------------------------------------------------------- runs
    def _run(self, lot: LotSummary, number: int) -> StampRunView:
        for run in self._context.reads.runs(lot.uri):
            if run.number == number:
                return run
        raise NotFoundError("Lot {lot} has no stamp run {run}.", field="run", lot=lot.lot_number, run=number)

    def _next_run(self, lot: LotSummary) -> int:
        """Return the number of the next run: one whose record is still on its way counts, too."""
        number = max((run.number for run in self._context.reads.runs(lot.uri)), default=0) + 1
        with self._context.database.begin() as work:
            while number < MAX_RUNS:
                try:
                    work.seeds.get(lot.uri, number)
                except NotFoundError:
                    return number
                number += 1
        raise RuleViolationError("Lot {lot} has too many stamp runs.", field="lot", lot=lot.lot_number)

    def _to_print(self, lot: LotRef, serials: Iterator[str], first: int) -> Iterator[StampToPrint]:
        base = f"{lot.product.path}/{'21' if lot.product.gtin else 's'}"
        return (StampToPrint(f"{base}/{serial}", serial, number) for number, serial in enumerate(serials, first))
