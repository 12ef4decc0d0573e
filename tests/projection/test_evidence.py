"""The verifier over a real ledger and real tables: everything, one lot, one stamp."""

import time
from datetime import date

import pytest
import sqlalchemy as sa

from tests.pace import slowness
from tests.projection.conftest import projected
from tests.projection.fakes import World, serials_of
from tests.projection.stories import MATERIAL, PRODUCT, admit, jar, raw
from traceability.domain.ledger import Kind
from traceability.errors import ChainError, NotFoundError
from traceability.projection import schema
from traceability.projection.names import key_of
from traceability.proofs.history import Touch, subject_key

STAMP = f"/01/09506000134352/21/{serials_of(jar(1), 1, 40)[6]}"


def test_the_whole_story_verifies(told):
    """On both databases, everything, with progress."""
    seen = []
    report = told.verifier.verify_all(lambda done, total: seen.append((done, total)))
    assert report.ok, report.first_difference
    assert seen
    assert all(0 <= done <= total for done, total in seen)


def test_each_lot_verifies_on_its_own(told):
    """Only the blocks that it rests on are read."""
    read = []
    logs = told.world.ledger.logs

    def watched(first, last):
        read.append((first, last))
        return logs(first, last)

    told.world.ledger.logs = watched
    for uri in (raw(1), jar(1), jar(3), jar(66)):
        report = told.verifier.verify(uri)
        assert report.ok, (uri, report.first_difference)
    assert all(first == last for first, last in read)
    assert told.verifier.verify(STAMP).ok


def test_an_unknown_lot_or_stamp_is_not_found(told):
    """Nothing to verify is an error, not a success."""
    for name in ("/01/09506000134352/10/NONE", "/01/09506000134352", "/01/09506000134352/21/ABC", "nonsense"):
        with pytest.raises(NotFoundError):
            told.verifier.verify(name)


def test_verification_works_while_the_tables_lag_behind(told):
    """The chain may be ahead of the tables: that is no difference."""
    told.world.stage(told.cast.coop, raw(3))
    assert told.verifier.verify_all().ok
    assert told.verifier.verify(raw(3)).ok


def test_verification_writes_nothing(told_sqlite):
    """It works beside a running server: not one byte of the database changes."""
    database = told_sqlite.database
    with database.reading() as connection:
        before = connection.exec_driver_sql("PRAGMA data_version").scalar()
        told_sqlite.verifier.verify_all()
        told_sqlite.verifier.verify(jar(1))
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() == before


def test_an_altered_lot_is_found_in_its_own_verification(told):
    """And in that of everything made from it, but not in that of others."""
    with told.database.writing() as connection:
        wrong = sa.update(schema.lot).where(schema.lot.c.subject == key_of(raw(1))).values(unit="H87")
        connection.execute(wrong)
    assert told.verifier.verify(raw(1)).first_difference.name == "Tables"
    assert told.verifier.verify(jar(1)).first_difference.name == "Tables"
    assert told.verifier.verify(raw(3)).ok


def test_tables_that_were_never_filled_do_not_verify(sqlite, tmp_path):
    """An empty projection is not a true one."""
    told = projected(sqlite, tmp_path)
    with sqlite.writing() as connection:
        for table in schema.DERIVED:
            connection.execute(sa.delete(table))
    assert told.verifier.verify_all().first_difference.number == 1


def test_a_value_on_its_way_to_the_chain_is_no_difference(told):
    """Values are kept before their record lands; once the chain has refused it they belong to nothing."""
    from traceability.ports import Erasable, SignedSubmission  # noqa: PLC0415 - one use
    from traceability.proofs.commitments import commit  # noqa: PLC0415 - one use
    from traceability.proofs.documents import pack  # noqa: PLC0415 - one use

    commitment = commit("later", bytes(16))
    blob = pack([{"type": "ocop:Finding", "ocop:commitments": {"note": commitment}}])
    touch = Touch(subject_key(raw(3)), Kind.OBSERVE, document_count=1)
    with told.database.begin() as work:
        work.erasables.add([Erasable(commitment, bytes(16), raw(3), "note", "later")])
    assert told.verifier.verify_all().first_difference.name == "Values"
    with told.database.begin() as work:
        work.outbox.add("key", SignedSubmission("0xA", 9, 9, (touch,), blob, b""), "")
    assert told.verifier.verify_all().ok


def test_a_chain_that_does_not_hold_still_is_an_error(told_sqlite):
    """Better no answer than one from two different moments."""
    ledger = told_sqlite.world.ledger
    real = ledger.subject

    def subject(key):
        ledger.mine()
        return real(key)

    ledger.subject = subject
    with pytest.raises(ChainError):
        told_sqlite.verifier.verify_all()


@pytest.mark.slow
def test_ten_thousand_records_take_seconds(sqlite, tmp_path):
    """Project and verify 10,000 records, and read among them."""

    def story(world):
        cast = admit(world)
        world.product(cast.coop, MATERIAL, is_material=True)
        world.product(cast.coop, PRODUCT)
        for number in range(1000):
            shrimp, jars = f"{MATERIAL}/l/R{number}", f"{PRODUCT}/10/R{number}"
            world.lot(cast.coop, shrimp, 1000)
            for _ in range(6):
                world.stage(cast.coop, shrimp, "sorted_washed")
            world.transform(cast.coop, {shrimp: 1000}, {jars: 500})
            world.stamps(cast.coop, jars, 10)
            world.activate(cast.coop, jars, 1, 1, 10)
        return cast

    world = World()
    cast = story(world)
    world.keep(sqlite)
    start = time.process_time()
    told = projected(sqlite, tmp_path, world, lambda _world: cast)
    project = time.process_time() - start
    assert told.verifier.verify_all().ok
    verify = time.process_time() - start - project
    pace = slowness()
    assert project < 30 * pace  # 5 s on a quiet machine
    assert verify < 45 * pace  # 7 s
    assert told.reads.trace(f"{PRODUCT}/10/R500", date(2026, 6, 1)).timeline


def test_every_part_of_a_long_run_is_watched(sqlite, tmp_path):
    """A tree of several levels: each node, block and stamp altered, dropped or doubled in turn, and each is found."""

    def story(world):
        cast = admit(world)
        world.product(cast.coop, PRODUCT)
        world.lot(cast.coop, jar(1), 1000)
        world.stamps(cast.coop, jar(1), 300)
        return cast

    told = projected(sqlite, tmp_path, story=story)
    assert told.verifier.verify_all().ok
    tree, stamps = schema.stamp_tree, schema.stamp
    with sqlite.reading() as connection:
        nodes = connection.execute(sa.select(tree.c.node).order_by(tree.c.node)).scalars().all()
        some = connection.execute(sa.select(stamps.c.serial).limit(20)).scalars().all()
    assert len(nodes) == 5 + 3 + 2 + 1
    tamperings = [sa.update(schema.stamp_run).values(filled=299), sa.update(schema.stamp_run).values(opened=0)]
    for node in nodes:
        here = tree.c.node == node
        tamperings += [sa.delete(tree).where(here), sa.update(tree).where(here).values(hash="00" * 32)]
        tamperings += [sa.update(tree).where(here).values(serials="x"), sa.update(tree).where(here).values(position=5)]
        tamperings.append(sa.update(tree).where(here).values(node=node + 99))
    for serial in some:
        here = stamps.c.serial == serial
        tamperings += [sa.delete(stamps).where(here), sa.update(stamps).where(here).values(number=stamps.c.number + 1)]
        tamperings.append(sa.update(stamps).where(here).values(serial="0" * 17))
    columns = (stamps.c.record_id, stamps.c.position, stamps.c.number)
    made_up = sa.select(sa.literal("0" * 17), *columns).limit(1)
    tamperings.append(sa.insert(stamps).from_select([column.name for column in stamps.columns], made_up))
    for tampering in tamperings:
        with sqlite.writing() as connection:
            kept = {
                table: connection.execute(sa.select(table)).mappings().all()
                for table in (tree, stamps, schema.stamp_run)
            }
            connection.execute(tampering)
        assert not told.verifier.verify_all().ok, str(tampering)
        assert not told.verifier.verify(jar(1)).ok, str(tampering)
        with sqlite.writing() as connection:
            for table, rows in kept.items():
                connection.execute(sa.delete(table))
                connection.execute(sa.insert(table), [dict(row) for row in rows])
    assert told.verifier.verify_all().ok
