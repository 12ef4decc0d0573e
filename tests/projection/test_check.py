"""Before anything about a lot is shown it is checked against its stored history; a scan stays fast all the same."""

import time
from datetime import date

import pytest
import sqlalchemy as sa

from tests.projection.fakes import NAMESPACE, serials_of
from tests.projection.stories import PRODUCT, jar, raw
from traceability.domain.verdicts import Verdict
from traceability.projection import schema
from traceability.projection.check import check_lot
from traceability.projection.names import key_of
from traceability.projection.queries import traces
from traceability.projection.queries.reads import FRESH, TRUSTED

TODAY = date(2026, 6, 1)
STAMP = f"/01/09506000134352/21/{serials_of(jar(1), 1, 40)[0]}"

ALTERATIONS = {
    "a lot's date": sa.update(schema.lot).where(schema.lot.c.subject == key_of(jar(1))).values(expires_on="2030-01-01"),
    "an ancestor's document": sa.update(schema.document).values(body=schema.document.c.body + " "),
    "a product's name": sa.update(schema.product).values(name_vi="Khác"),
    "a touch": sa.delete(schema.touch).where(schema.touch.c.subject == key_of(jar(1)), schema.touch.c.sequence == 2),
    "a logged blob": sa.update(schema.record).values(documents=b"\0"),
    "a logged signer": sa.update(schema.record)
    .where(schema.record.c.type == "recorded")
    .values(signer="0x" + "9" * 40),
    "who signed": sa.update(schema.touch).values(participant=1),
    "lineage": sa.delete(schema.lineage),
    "the head": sa.update(schema.subject).where(schema.subject.c.key == key_of(jar(1))).values(head="00" * 24),
    "what was stamped": sa.update(schema.subject).where(schema.subject.c.stamped != "0").values(stamped="9"),
    "a rating": sa.update(schema.award).values(stars=5),
    "a recall that is made up": sa.delete(schema.recall),
    "an activation": sa.update(schema.stamp_mark).values(last=40),
    "what a mark says": sa.update(schema.stamp_mark).values(kind="nonsense"),
    "a void mark less": sa.delete(schema.stamp_mark).where(schema.stamp_mark.c.kind == "voided"),
    "a mark of nobody": sa.update(schema.stamp_mark).values(custodian=0),
    "a participant": sa.update(schema.participant).values(capacities=7),
    "a key": sa.update(schema.participant_key).values(from_block=1),
    "when it was entered": sa.update(schema.record).values(block_time=schema.record.c.block_time - 86_400),
    "when a block was made": sa.update(schema.block).values(time=schema.block.c.time - 86_400),
    "the block of a record": sa.update(schema.record).values(block_hash="00" * 32),
    "a block less": sa.delete(schema.block).where(schema.block.c.has_logs == 1),
    "who made it": sa.update(schema.erasable).where(schema.erasable.c.label == "name").values(text="Người khác"),
    "where they live": sa.update(schema.erasable).where(schema.erasable.c.label == "address").values(salt=b"\0" * 16),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_an_altered_history_does_not_verify(told_sqlite, what):
    """Whatever was altered in the tables, the next scan says that the history does not verify."""
    told = told_sqlite
    assert told.reads.stamp(STAMP, TODAY).verdict is Verdict.RECALLED
    with told.database.writing() as connection:
        connection.execute(ALTERATIONS[what])
    told.seconds[0] += FRESH
    assert told.reads.stamp(STAMP, TODAY).verdict is Verdict.DOES_NOT_VERIFY


def test_an_erased_name_still_verifies(told_sqlite):
    """Names and addresses may go for good, and an altered note has a flag of its own: neither speaks against a lot."""
    told, kept = told_sqlite, schema.erasable
    with told.database.writing() as connection:
        connection.execute(sa.delete(kept).where(kept.c.label.in_(("name", "address"))))
        connection.execute(sa.update(kept).where(kept.c.label == "note").values(text="Khác"))
    with told.database.reading() as connection:
        assert check_lot(connection, key_of(jar(1)), NAMESPACE) == []


def test_an_untouched_history_agrees(told):
    """No lot of the whole story differs from its own logs, on either database."""
    with told.database.reading() as connection:
        for uri in (raw(1), raw(2), raw(3), jar(1), jar(2), jar(3), jar(66)):
            assert check_lot(connection, key_of(uri), NAMESPACE) == []


def test_an_alteration_is_noticed_without_being_told(told_sqlite):
    """Another hand on the file is noticed at the next scan that is more than a moment later, without any new block."""
    told = told_sqlite
    told.reads.stamp(STAMP, TODAY)
    version = told.reads.version()
    with told.database.writing() as connection:
        connection.execute(ALTERATIONS["a lot's date"])
    assert told.reads.version() == version
    assert told.reads.stamp(STAMP, TODAY).verdict is Verdict.RECALLED  # within the same second
    told.seconds[0] += FRESH
    assert told.reads.stamp(STAMP, TODAY).verdict is Verdict.DOES_NOT_VERIFY


def test_what_is_remembered_is_checked_again_in_time(told, monkeypatch):
    """Also where nothing tells of other hands (PostgreSQL), a remembered page is checked again after a while."""
    told.reads.stamp(STAMP, TODAY)
    calls = []
    monkeypatch.setattr(traces, "check_lot", lambda *args, **more: calls.append(args) or [])
    told.reads.stamp(STAMP, TODAY)
    assert calls == []
    told.seconds[0] += TRUSTED
    told.reads.stamp(STAMP, TODAY)
    assert len(calls) == 1


STAMPS = {
    "another serial in its place": sa.update(schema.stamp_tree).values(
        serials=sa.func.replace(schema.stamp_tree.c.serials, STAMP[-17:], "0" * 17)
    ),
    "a neighbour's serial": sa.update(schema.stamp_tree).values(
        serials=sa.func.replace(schema.stamp_tree.c.serials, serials_of(jar(1), 1, 40)[8], "0" * 17)
    ),
    "another number": sa.update(schema.stamp).where(schema.stamp.c.serial == STAMP[-17:]).values(number=2),
    "a number beyond its run": sa.update(schema.stamp).where(schema.stamp.c.serial == STAMP[-17:]).values(number=41),
    "another run": sa.update(schema.stamp)
    .where(schema.stamp.c.serial == STAMP[-17:])
    .values(record_id=sa.select(sa.func.max(schema.stamp_run.c.record_id)).scalar_subquery()),
    "no tree": sa.delete(schema.stamp_tree),
    "serials that are none": sa.update(schema.stamp_tree).values(serials="x"),
}


@pytest.mark.parametrize("what", STAMPS)
def test_each_scan_proves_its_own_stamp(told_sqlite, what):
    """A stamp that does not lead to the root on record never looks genuine, whatever else was made to fit."""
    with told_sqlite.database.writing() as connection:
        connection.execute(STAMPS[what])
    assert told_sqlite.reads.stamp(STAMP, TODAY).verdict is Verdict.DOES_NOT_VERIFY


def test_a_made_up_stamp_does_not_verify(told_sqlite):
    """A row beside those of the run is no stamp of it."""
    with told_sqlite.database.writing() as connection:
        row = dict(connection.execute(sa.select(schema.stamp).limit(1)).mappings().one())
        connection.execute(sa.insert(schema.stamp).values(row | {"serial": "0" * 17}))
    assert told_sqlite.reads.stamp(STAMP[:-17] + "0" * 17, TODAY).verdict is Verdict.DOES_NOT_VERIFY


def test_a_proof_is_made_once(told_sqlite, monkeypatch):
    """That a stamp leads to a root is a fact for ever: the next scan of it reads no tree."""
    told = told_sqlite
    first = told.reads.stamp(STAMP, TODAY)
    monkeypatch.setattr(told.reads._path, "all", lambda **_: pytest.fail("the tree was read again"))
    assert told.reads.stamp(STAMP, TODAY) == first


def test_a_repeated_scan_is_one_small_look(told_sqlite):
    """A scan of a lot that was scanned before asks one statement and takes a fraction of a millisecond."""
    reads = told_sqlite.reads
    reads.stamp(STAMP, TODAY)
    asked = []
    sa.event.listen(told_sqlite.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    times = []
    for _ in range(300):
        start = time.thread_time()
        reads.stamp(STAMP, TODAY)
        times.append(time.thread_time() - start)
    assert asked == []  # straight to the thread's own connection, past SQLAlchemy
    assert min(times) < 0.001  # 0.1 ms; the other looks were disturbed by what else the machine does
    assert PRODUCT in reads.stamp(STAMP, TODAY).trace.product.uri
