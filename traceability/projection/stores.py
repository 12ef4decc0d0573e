"""What is nowhere else: the outbox, erasable values, seeds of stamps and log-ins.

Each store works within one unit of work (`units`): a signed submission and the values behind its commitments are kept
together or not at all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from traceability.errors import AlreadyExistsError, NotFoundError
from traceability.ports import Account, Erasable, OutboxRow, SealedSeed, SignedSubmission
from traceability.projection import schema
from traceability.projection.encoding import pack_touches, unpack_touches

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

WAITING = ("queued", "sent")
"""States of an outbox row that the chain has not answered for."""


def to_milliseconds(moment: datetime) -> int:
    """Return an aware time as whole milliseconds since 1970, UTC."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(number: int) -> datetime:
    """Return the aware time of so many milliseconds since 1970, in UTC."""
    return EPOCH + timedelta(milliseconds=number)


class Store:
    """A store within one unit of work."""

    def __init__(self, connection: Connection, changed: Callable[[], None]) -> None:
        self._connection = connection
        self._changed = changed


class Outbox(Store):
    """Signed submissions between the decision and the chain (`ports.Outbox`)."""

    def next_operation(self, signer: str) -> int:
        """Reserve the next relayed nonce of a signer, from 1, without gaps."""
        table = schema.operation
        raised = update(table).where(table.c.signer == signer).values(last=table.c.last + 1).returning(table.c.last)
        number = self._connection.execute(raised).scalar()
        if number is None:
            self._connection.execute(insert(table).values(signer=signer, last=1))
            return 1
        return int(number)

    def find(self, key: str) -> OutboxRow | None:
        """Return the row of an idempotency key, if there is one."""
        row = self._connection.execute(select(schema.outbox).where(schema.outbox.c.key == key)).one_or_none()
        return None if row is None else _outbox_row(row)

    def add(self, key: str, submission: SignedSubmission, result: str) -> OutboxRow:
        """Keep a signed submission. Raises AlreadyExistsError for an idempotency key in use."""
        if self.find(key) is not None:
            raise AlreadyExistsError("The request {key} was made before.", field="key", key=key)
        values = {
            "key": key,
            "signer": submission.signer,
            "operation": str(submission.operation),
            "deadline": submission.deadline,
            "touches": pack_touches(submission.touches),
            "documents": submission.documents,
            "signature": submission.signature,
            "result": result,
            "state": "queued",
            "attempts": 0,
            "error": "",
        }
        number = self._connection.execute(
            insert(schema.outbox).values(values).returning(schema.outbox.c.id)
        ).scalar_one()
        subjects = sorted({touch.subject.hex() for touch in submission.touches})
        lines = [{"outbox_id": number, "subject": subject} for subject in subjects]
        self._connection.execute(insert(schema.outbox_subject), lines)
        self._changed()
        return OutboxRow(number, key, submission, "queued", None, 0, "", result)

    def pending(self) -> Sequence[OutboxRow]:
        """Return queued and sent rows, oldest first."""
        table = schema.outbox
        rows = self._connection.execute(select(table).where(table.c.state.in_(WAITING)).order_by(table.c.id))
        return [_outbox_row(row) for row in rows]

    def mark_sent(self, row_id: int, transaction_hash: bytes) -> None:
        """Remember the transaction that carries a row."""
        attempts = schema.outbox.c.attempts + 1
        self._mark(row_id, state="sent", transaction_hash=transaction_hash, attempts=attempts)

    def mark_landed(self, row_id: int, block_number: int) -> None:
        """The contract has it."""
        self._mark(row_id, state="landed", block_number=block_number, error="")

    def mark_refused(self, row_id: int, reason: str) -> None:
        """The contract will never have it."""
        self._mark(row_id, state="refused", error=reason)

    def replace(self, row_id: int, submission: SignedSubmission) -> None:
        """Put a newly signed submission in the place of one whose deadline has passed; the operation stays the same."""
        self._mark(
            row_id,
            deadline=submission.deadline,
            touches=pack_touches(submission.touches),
            documents=submission.documents,
            signature=submission.signature,
            state="queued",
        )

    def count(self) -> int:
        """Return how many rows are queued or sent."""
        table = schema.outbox
        counted = select(func.count()).select_from(table).where(table.c.state.in_(WAITING))
        return int(self._connection.execute(counted).scalar_one())

    def _mark(self, row_id: int, **values: Any) -> None:
        table = schema.outbox
        if not self._connection.execute(update(table).where(table.c.id == row_id).values(values)).rowcount:
            raise NotFoundError("There is no outbox row {number}.", number=row_id)
        self._changed()


class Erasables(Store):
    """The values behind commitments (`ports.Erasables`)."""

    def add(self, values: Sequence[Erasable]) -> None:
        """Keep values. The same commitment twice is kept once."""
        for value in values:
            if self.get(value.commitment) is None:
                self._connection.execute(insert(schema.erasable).values(asdict(value)))
                self._changed()

    def get(self, commitment: str) -> Erasable | None:
        """Return a value, or None when it was erased or never known here."""
        table = schema.erasable
        found = self._connection.execute(select(table).where(table.c.commitment == commitment)).mappings().one_or_none()
        return None if found is None else Erasable(**found)

    def erase(self, commitment: str) -> None:
        """Delete value and salt for good."""
        self._connection.execute(delete(schema.erasable).where(schema.erasable.c.commitment == commitment))
        self._changed()

    def all(self) -> Iterator[Erasable]:
        """Yield everything that is still there, by commitment."""
        everything = select(schema.erasable).order_by(schema.erasable.c.commitment)
        for found in self._connection.execute(everything).mappings():
            yield Erasable(**found)


class Seeds(Store):
    """Seeds of stamp runs, encrypted at rest (`ports.Seeds`)."""

    def add(self, seed: SealedSeed) -> None:
        """Keep a seed before its run is recorded. Raises AlreadyExistsError for a run that has one."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(schema.stamp_seed).values(asdict(seed)))
        except IntegrityError as error:
            template = "Run {run} of lot {lot} has a seed already."
            raise AlreadyExistsError(template, field="run", run=seed.run, lot=seed.lot) from error
        self._changed()

    def get(self, lot: str, run: int) -> SealedSeed:
        """Return one. Raises NotFoundError."""
        table = schema.stamp_seed
        wanted = select(table).where(table.c.lot == lot, table.c.run == run)
        found = self._connection.execute(wanted).mappings().one_or_none()
        if found is None:
            raise NotFoundError("The seed of run {run} of lot {lot} is not kept here.", run=run, lot=lot)
        return SealedSeed(**found)

    def remove(self, lot: str, run: int) -> None:
        """Delete the seed of a run that was never recorded."""
        table = schema.stamp_seed
        self._connection.execute(delete(table).where(table.c.lot == lot, table.c.run == run))
        self._changed()

    def all(self) -> Iterator[SealedSeed]:
        """Yield every seed."""
        for found in self._connection.execute(select(schema.stamp_seed).order_by("lot", "run")).mappings():
            yield SealedSeed(**found)


class Accounts(Store):
    """Log-ins (`ports.Accounts`)."""

    def add(self, name: str, role: str, participant: int, password_hash: str, language: str) -> Account:
        """Make an account. Raises AlreadyExistsError for a name in use, capitals aside."""
        if self.by_name(name) is not None:
            raise AlreadyExistsError("There is an account named {name} already.", field="name", name=name)
        account = Account(0, name, role, participant, password_hash, language, True, 0, None, 0)  # noqa: FBT003 - a row
        values = _account_values(account)
        added = insert(schema.account).values(values).returning(schema.account)
        self._changed()
        return _account(self._connection.execute(added).mappings().one())

    def by_name(self, name: str) -> Account | None:
        """Find by log-in name, ignoring case."""
        return self._one(schema.account.c.folded == name.casefold())

    def by_id(self, account_id: int) -> Account | None:
        """Find by number."""
        return self._one(schema.account.c.id == account_id)

    def all(self) -> Sequence[Account]:
        """Return every account by name."""
        everyone = select(schema.account).order_by(schema.account.c.folded)
        return [_account(found) for found in self._connection.execute(everyone).mappings()]

    def save(self, account: Account) -> None:
        """Store changed fields of an account. Raises NotFoundError."""
        values = _account_values(account)
        changed = update(schema.account).where(schema.account.c.id == account.id).values(values)
        if not self._connection.execute(changed).rowcount:
            raise NotFoundError("There is no account {number}.", number=account.id)

    def _one(self, condition: Any) -> Account | None:
        found = self._connection.execute(select(schema.account).where(condition)).mappings().one_or_none()
        return None if found is None else _account(found)


def _outbox_row(row: Row[Any]) -> OutboxRow:
    submission = SignedSubmission(
        row.signer, int(row.operation), row.deadline, unpack_touches(row.touches), row.documents, row.signature
    )
    return OutboxRow(row.id, row.key, submission, row.state, row.transaction_hash, row.attempts, row.error, row.result)


def _account_values(account: Account) -> dict[str, Any]:
    values = asdict(account) | {"folded": account.name.casefold()}
    del values["id"]
    if account.locked_until is not None:
        values["locked_until"] = to_milliseconds(account.locked_until)
    return values


def _account(found: RowMapping) -> Account:
    values: dict[str, Any] = {name: found[name] for name in found}
    del values["folded"]
    if values["locked_until"] is not None:
        values["locked_until"] = from_milliseconds(values["locked_until"])
    return Account(**values)
