"""The one way from a decision to the chain.

A use case writes down what is to be recorded as a `Draft`. The recorder signs it in its author's name, rehearses it
against the contract, commits the signed bytes together with everything that is kept off chain in one database
transaction, and only then lets the relayer send it and the indexer read it back. Whatever fails before that transaction
leaves no trace; whatever fails after it is finished by the next flush, in this process or another.
"""

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import RLock
from typing import Any, Final

from traceability.errors import (
    AlreadyExistsError,
    ChainError,
    NotAuthorisedError,
    RuleViolationError,
    VerificationError,
)
from traceability.ports import Erasable, Job, Outbox, OutboxRow, SealedSeed, SignedSubmission
from traceability.proofs.documents import pack
from traceability.proofs.history import Touch
from traceability.proofs.signatures import recover, submission_digest
from traceability.services.commands import Actor, Outcome
from traceability.services.context import Context
from traceability.services.keepsakes import Blob

REHEARSAL: Final = 1 << 255
"""Operations from here on are only ever rehearsed: the outbox counts from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a use case wants recorded.

    Args:
        touches: what is done to which subjects.
        documents: the documents that the touches refer to by index.
        uri: canonical URI of what is made or changed.
        path: its path on this site.
        event_id: identifier of the event or document.
        erasables: values behind the documents' commitments.
        blobs: bytes of pictures and files.
        seeds: sealed seeds of stamp runs.
        job: the long work that begins with the record.
    """

    touches: tuple[Touch, ...]
    documents: tuple[dict[str, Any], ...]
    uri: str
    path: str
    event_id: str = ""
    erasables: tuple[Erasable, ...] = ()
    blobs: tuple[Blob, ...] = ()
    seeds: tuple[SealedSeed, ...] = ()
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A command as the recorder knows it: who asked, under which idempotency key, for what.

    Args:
        actor: who asks.
        key: the idempotency key that the caller chose.
        about: the command itself; the same key with another command is refused.
    """

    actor: Actor
    key: str
    about: object

    @property
    def scoped_key(self) -> str:
        """Return the key under which the outbox knows it: two participants may choose the same one."""
        return f"{self.actor.participant}:{self.key}"

    @property
    def fingerprint(self) -> str:
        """Return a short digest of the command."""
        return sha256(repr(self.about).encode()).hexdigest()[:16]


class Recorder:
    """Records drafts, one at a time within this process. Safe for threads.

    Args:
        context: the ports.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = RLock()

    def record(self, order: Order, plan: Callable[[], Draft]) -> Outcome:
        """Record what `plan` decides, once for each idempotency key.

        Args:
            order: who asks for what.
            plan: checks the command and writes the draft; it is not called where the key has been used before.

        Raises:
            NotAuthorisedError: the actor may not, or its key lies elsewhere.
            RuleViolationError: the trade or the contract forbids it.
            AlreadyExistsError: the key was used for another command.
        """
        with self._lock:
            key, row = self._find(order)
            if row is None:
                draft = plan()
                signer = self._signer(order.actor)
                unsigned = self.unsigned(signer, REHEARSAL | secrets.randbits(250), draft)
                self._rehearse(self._sign(unsigned))
                row = self._keep(
                    key,
                    order,
                    draft,
                    lambda outbox: self._sign(replace(unsigned, operation=outbox.next_operation(signer))),
                )
                row = self._send(row)
        return self._told(order, row)

    def known(self, order: Order) -> Outcome | None:
        """Return what became of an order that was recorded before, or None. Raises AlreadyExistsError like `record`."""
        _, row = self._find(order)
        return None if row is None else self._told(order, row)

    def require_key(self, actor: Actor) -> None:
        """Return quietly when a key of the actor's participant lies here. Raises NotAuthorisedError."""
        self._signer(actor)

    def finish(self, order: Order, draft: Draft, signed: SignedSubmission) -> Outcome:
        """Record what was signed elsewhere, once for each idempotency key. Raises like `record`."""
        with self._lock:
            key, row = self._find(order)
            if row is None:
                if not self._rehearse(signed):
                    self._require_signature(signed)
                row = self._keep(key, order, draft, lambda _: signed)
                row = self._send(row)
        return self._told(order, row)

    def _told(self, order: Order, row: OutboxRow) -> Outcome:
        """Say what became of a row, after waiting a little for a chain that is slow."""
        if row.state != "landed":
            row = self._send(row, self._context.patience)
        told = json.loads(row.result)
        state = "landed" if row.state == "landed" else "pending"
        return Outcome(state, order.key, told["uri"], told["path"], told["event_id"], told.get("job", ""))

    def renew(self) -> None:
        """Sign again what has waited so long that its signature runs out; what others signed cannot be."""
        soon = int((self._context.clock.now() + self._context.signature_life / 4).timestamp())
        with self._context.database.begin() as work:
            for row in work.outbox.pending():
                submission = row.submission
                if submission.deadline < soon and self._context.keystore.holds(submission.signer):
                    deadline = int((self._context.clock.now() + self._context.signature_life).timestamp())
                    work.outbox.replace(row.id, self._sign(replace(submission, deadline=deadline)))

    # ------------------------------------------------------------------------------------------------------- signing
    def unsigned(self, signer: str, operation: int, draft: Draft) -> SignedSubmission:
        """Return a draft as a submission that lacks nothing but its signature."""
        deadline = int((self._context.clock.now() + self._context.signature_life).timestamp())
        return SignedSubmission(signer, operation, deadline, draft.touches, pack(draft.documents), b"")

    def digest(self, submission: SignedSubmission) -> bytes:
        """Return the 32 bytes that the author of a submission signs (EIP-712)."""
        ledger, s = self._context.ledger, submission
        return submission_digest(
            ledger.chain_id, ledger.address, s.signer, s.operation, s.deadline, s.touches, s.documents
        )

    def _sign(self, submission: SignedSubmission) -> SignedSubmission:
        return replace(submission, signature=self._context.keystore.sign(submission.signer, self.digest(submission)))

    def _signer(self, actor: Actor) -> str:
        for key in self._context.reads.keys(actor.participant):
            if key.until_block is None and self._context.keystore.holds(key.address):
                return key.address
        raise NotAuthorisedError(
            "No key of participant {participant} lies here. Sign with your own key, or ask the operator to add one.",
            participant=actor.participant,
        )

    def _rehearse(self, submission: SignedSubmission) -> bool:
        """Ask the contract beforehand. A node that is down cannot say: then the record waits in the outbox."""
        try:
            self._context.ledger.check(submission)
        except ChainError:
            return False
        return True

    def _require_signature(self, submission: SignedSubmission) -> None:
        """Check a plain key's signature without the chain, so that nobody fills the outbox in another's name."""
        try:
            signer = recover(self.digest(submission), submission.signature)
        except VerificationError:
            signer = ""
        if signer != submission.signer:
            raise NotAuthorisedError(
                "The signature is not that of {signer}. Sign the record that was shown with that key.",
                field="signature",
                signer=submission.signer,
            )

    # -------------------------------------------------------------------------------------------- keeping and sending
    def _find(self, order: Order) -> tuple[str, OutboxRow | None]:
        """Return the outbox key to use, and the row of an earlier call. What the chain refused blocks no new try."""
        with self._context.database.begin() as work:
            key, row = newest(work.outbox, order.scoped_key)
        if row is not None and json.loads(row.result)["about"] != order.fingerprint:
            raise AlreadyExistsError(
                "This form was sent before with other content. Open a new form for another record.", field="key"
            )
        return key, row

    def _keep(self, key: str, order: Order, draft: Draft, sign: Callable[[Outbox], SignedSubmission]) -> OutboxRow:
        """Commit the signed bytes together with what is kept off chain."""
        for blob in draft.blobs:
            self._context.blobs.put(blob.data, blob.media_type)
        told: dict[str, Any] = {
            "uri": draft.uri,
            "path": draft.path,
            "event_id": draft.event_id,
            "about": order.fingerprint,
        }
        told["kept"] = [value.commitment for value in draft.erasables]
        if draft.job is not None:
            told["job"] = draft.job.id
        with self._context.database.begin() as work:
            work.erasables.add(draft.erasables)
            for seed in draft.seeds:
                work.seeds.add(seed)
            if draft.job is not None:
                work.jobs.add(replace(draft.job, key=key, fingerprint=order.fingerprint))
            return work.outbox.add(key, sign(work.outbox), json.dumps(told))

    def _send(self, row: OutboxRow, wait: float = 0.0) -> OutboxRow:
        """Send what waits and read it back; return what became of this row. Raises what refuses it."""
        with suppress(ChainError):  # the node is down: the row is safe, and the relayer will come back to it
            self.renew()
            refused = self._context.relayer.flush(wait).refused
            if row.id in refused:
                self._forget(row)
                raise refused[row.id]
            self._context.indexer.advance()
        with self._context.database.begin() as work:
            row = work.outbox.find(row.key) or row
        if row.state == "refused":  # by another thread's flush
            self._forget(row)
            raise RuleViolationError("The chain refused this record: {reason}", reason=row.error)
        return row

    def _forget(self, row: OutboxRow) -> None:
        """Erase what was kept for a record that will never be: its own values, whatever its documents name."""
        told = json.loads(row.result)
        with self._context.database.begin() as work:
            if job := told.get("job"):
                work.jobs.remove(job)
            for commitment in told.get("kept", ()):
                work.erasables.erase(commitment)


def newest(outbox: Outbox, key: str) -> tuple[str, OutboxRow | None]:
    """Return under which key a record of an idempotency key is kept, or would be, and the row that there is.

    Rows that the chain refused keep their keys: the next try has one of its own.
    """
    tried = key
    while (row := outbox.find(tried)) is not None and row.state == "refused":
        tried = f"{key}~{row.id}"
    return tried, row


def is_on_its_way(outbox: Outbox, key: str) -> bool:
    """Tell whether a record of an idempotency key waits for the chain or is there."""
    return newest(outbox, key)[1] is not None
