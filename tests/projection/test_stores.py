"""Stores of what is nowhere else: one unit of work, all or nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from traceability.domain.ledger import Kind
from traceability.errors import AlreadyExistsError, NotFoundError, StorageError
from traceability.ports import Erasable, SealedSeed, SignedSubmission
from traceability.proofs.history import Touch

SUBMISSION = SignedSubmission("0xA", 1 << 200, 99, (Touch(b"s" * 32, Kind.REGISTER, (1 << 72) - 1),), b"\0d", b"sig")


def test_a_submission_comes_out_as_it_went_in(database):
    """Signed bytes survive exactly: a changed bit would break the signature."""
    with database.begin() as work:
        added = work.outbox.add("key", SUBMISSION, '{"uri": "x"}')
    with database.begin() as work:
        assert work.outbox.find("key") == added
        assert work.outbox.pending() == [added]
        assert added.submission == SUBMISSION
        assert added.result == '{"uri": "x"}'


def test_an_outbox_row_goes_its_way(database):
    """Queued, sent, renewed, landed: only what waits is pending."""
    with database.begin() as work:
        row = work.outbox.add("key", SUBMISSION, "")
        work.outbox.mark_sent(row.id, b"hash")
        work.outbox.replace(row.id, replace(SUBMISSION, deadline=100))
        assert [one.submission.deadline for one in work.outbox.pending()] == [100]
        assert work.outbox.count() == 1
        work.outbox.mark_landed(row.id, 7)
        assert work.outbox.count() == 0
        assert work.outbox.find("key").state == "landed"
        with pytest.raises(NotFoundError):
            work.outbox.mark_refused(99, "why")


def test_an_idempotency_key_is_used_once(database):
    """The same key twice is refused, so that nothing is signed twice."""
    with database.begin() as work:
        work.outbox.add("key", SUBMISSION, "")
        with pytest.raises(AlreadyExistsError):
            work.outbox.add("key", SUBMISSION, "")


def test_operations_are_dense_for_each_signer(database):
    """Nonces count from 1 without gaps, each signer's apart."""
    with database.begin() as work:
        assert [work.outbox.next_operation("0xA") for _ in range(3)] == [1, 2, 3]
        assert work.outbox.next_operation("0xB") == 1


def test_a_unit_that_fails_leaves_nothing(database):
    """Erasable values and the outbox row that anchors them are kept together or not at all."""

    def fail():
        with database.begin() as work:
            work.erasables.add([Erasable("c", b"s", "u", "note", "x")])
            work.outbox.add("key", SUBMISSION, "")
            work.outbox.next_operation("0xA")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.begin() as work:
        assert list(work.erasables.all()) == []
        assert work.outbox.find("key") is None
        assert work.outbox.next_operation("0xA") == 1


def test_an_erased_value_is_gone(database):
    """Value and salt disappear; adding the same commitment twice keeps one."""
    value = Erasable("c", b"s" * 16, "u", "picture", None, "digest", "image/png")
    with database.begin() as work:
        work.erasables.add([value, value])
        assert work.erasables.get("c") == value
        work.erasables.erase("c")
        assert work.erasables.get("c") is None


def test_seeds_are_kept_once(database):
    """A run has one seed; a second would bring other stamps."""
    seed = SealedSeed("lot", 1, 10, b"sealed")
    with database.begin() as work:
        work.seeds.add(seed)
        with pytest.raises(AlreadyExistsError):
            work.seeds.add(replace(seed, count=11))
        assert work.seeds.get("lot", 1) == seed
        assert list(work.seeds.all()) == [seed]
        with pytest.raises(NotFoundError):
            work.seeds.get("lot", 2)


def test_accounts_are_found_in_any_case(database):
    """Log-in names differ by more than capitals."""
    with database.begin() as work:
        account = work.accounts.add("Hợp Tác", "cooperative", 2, "hash", "vi")
        with pytest.raises(AlreadyExistsError):
            work.accounts.add("hợp tác", "inspector", 3, "hash", "vi")
        assert work.accounts.by_name("HỢP TÁC") == account
        locked = replace(account, locked_until=datetime(2026, 5, 1, 12, 0, 0, 5000, UTC), failed_attempts=3)
        work.accounts.save(locked)
        assert work.accounts.by_id(account.id) == locked
        assert work.accounts.all() == [locked]
        with pytest.raises(NotFoundError):
            work.accounts.save(replace(account, id=99))


def test_what_readers_see_raises_the_version(told):
    """Erasing a note or queueing a record changes answers, so the version changes; a log-in does not."""
    first = told.reads.version()
    with told.database.begin() as work:
        work.accounts.add("An", "cooperative", 2, "hash", "vi")
    with told.database.begin() as work:
        work.erasables.erase(next(iter(work.erasables.all())).commitment)
    assert told.reads.version() != first


def test_trouble_in_the_database_is_ours(sqlite):
    """No exception of SQLAlchemy's crosses the door."""
    with sqlite.writing() as connection:
        connection.exec_driver_sql("DROP TABLE outbox_subject")
        connection.exec_driver_sql("DROP TABLE outbox")
    with pytest.raises(StorageError), sqlite.begin() as work:
        work.outbox.pending()
