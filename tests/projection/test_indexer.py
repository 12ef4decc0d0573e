"""The indexer: the same rows whatever way the chain was read, and back when the chain changes its mind."""

import pytest
import sqlalchemy as sa

from tests.projection.conftest import dump, projected
from tests.projection.fakes import INSPECTOR, NAMESPACE, PRODUCER, START, Clock, World, open_seed, serials_of
from tests.projection.stories import PRODUCT, Cast, admit, jar, make_goods, raw, tell, trade, trouble
from traceability.domain.ledger import Kind
from traceability.errors import ChainError
from traceability.ports import Recorded
from traceability.projection import schema
from traceability.projection.indexer import MEMORY, Indexer
from traceability.proofs.history import Touch, subject_key


def indexer_of(world, database):
    """Return an indexer of its own."""
    return Indexer(world.ledger, database, Clock(), namespace=NAMESPACE, open_seed=open_seed)


def rebuilt(told):
    """Return what a rebuild brings."""
    told.indexer.rebuild()
    return dump(told.database)


def test_the_tables_hold_what_the_contract_holds(told):
    """Head, sequence, owner, status and balance of every subject are those of the ledger."""
    ledger = told.world.ledger
    with told.database.reading() as connection:
        rows = connection.execute(sa.select(schema.subject)).mappings().all()
    assert len(rows) == len(ledger.subjects) + 1  # the operator's own subject has no history
    for row in rows:
        key = bytes.fromhex(row["key"])
        state, balance = ledger.subject(key), ledger.balance(key)
        assert (row["head"], row["sequence"], row["owner"]) == (state.head.hex(), state.sequence, state.owner)
        assert row["status"] == int(state.status)
        assert int(row["declared"]) == balance.declared
        assert int(row["consumed"]) == balance.consumed
        assert int(row["stamped"]) == balance.stamped
        assert row["receiver"] == balance.receiver


def test_a_rebuild_brings_identical_rows_back(told):
    """Drop every derived table, project the chain again: the same rows, bookkeeping included."""
    before = dump(told.database)
    assert all(before.values())
    assert rebuilt(told) == before


def test_scans_go_on_through_a_rebuild(told_sqlite):
    """A reader in the midst of a rebuild sees the old rows, and afterwards the same connection sees the new ones."""
    told = told_sqlite
    stamp = f"/01/09506000134352/21/{serials_of(jar(1), 1, 40)[0]}"
    before = told.reads.stamp(stamp, START.date())
    read, seen = told.world.ledger.logs, []

    def logs(first, last):
        seen.append(told.reads.stamp(stamp, START.date()).verdict)
        return read(first, last)

    told.world.ledger.logs = logs
    told.indexer.rebuild()
    assert seen == [before.verdict]
    assert told.reads.stamp(stamp, START.date()).verdict is before.verdict


def test_base_tables_outlive_a_rebuild(told):
    """Erasable values, seeds and log-ins are nowhere else, so nothing touches them."""
    with told.database.begin() as work:
        work.accounts.add("An", "cooperative", 2, "hash", "vi")
        kept = list(work.erasables.all())
    told.indexer.rebuild()
    with told.database.begin() as work:
        assert list(work.erasables.all()) == kept
        assert len(list(work.seeds.all())) == 2
        assert work.accounts.by_name("an") is not None


def test_steps_do_not_matter(sqlite, tmp_path):
    """Read block by block or at once: the tables depend on the chain alone."""

    def step_by_step(world):
        indexer = indexer_of(world, sqlite)
        cast = admit(world)
        for part in (make_goods, trade, trouble):
            world.keep(sqlite)
            indexer.advance()
            part(world, cast)
            world.erasables = []
            indexer.advance()
            indexer.advance()
        world.ledger.mine(3)
        return cast

    told = projected(sqlite, tmp_path, story=step_by_step)
    with sqlite.reading() as connection:
        opened = connection.execute(sa.select(schema.stamp_run.c.opened)).scalars().all()
    assert opened == [1, 1]  # those seeds were kept after the runs were read: late, and still in time
    told.indexer.rebuild()
    before = dump(sqlite)
    told.world.ledger.mine(MEMORY * 2)
    told.indexer.advance()
    after = rebuilt(told)
    assert {name: rows for name, rows in after.items() if name not in ("cursor", "block", "undo")} == {
        name: rows for name, rows in before.items() if name not in ("cursor", "block", "undo")
    }


def test_following_in_small_steps_equals_a_rebuild(sqlite, tmp_path):
    """Each single block followed on its own leaves the very rows, notes for undoing included, that a rebuild makes."""
    told = projected(sqlite, tmp_path, story=admit)
    real = told.world.ledger.height

    def watch(story, *args):
        before = real()
        story(told.world, told.cast, *args)
        told.world.keep(sqlite)
        top = real()
        for height in range(before + 1, top + 1):
            told.world.ledger.height = lambda seen=height: seen
            told.indexer.advance()
        told.world.ledger.height = real

    for story in (make_goods, trade, trouble):
        watch(story)
    told.world.ledger.mine(MEMORY)
    told.indexer.advance()
    before = dump(sqlite)
    assert rebuilt(told) == before


@pytest.mark.parametrize("depth", [1, 3, 7, 20])
def test_a_reorganised_chain_is_followed(database, tmp_path, depth):
    """Blocks that the chain no longer has leave no row behind, and those that took their place are there."""
    told = projected(database, tmp_path)
    gone = told.world.ledger.drop(depth)
    told.world.ledger.mine(1)
    for log in gone:
        if isinstance(log, Recorded):
            told.world.ledger.again(log)
    told.world.ledger.mine(depth)
    assert told.indexer.advance() == told.world.ledger.height()
    before = dump(database)
    assert rebuilt(told) == before


def test_a_record_that_is_gone_for_good_is_gone(told_sqlite):
    """A recall that the chain took back no longer shows anywhere."""
    told = told_sqlite
    told.world.ledger.mine(2)
    told.world.recall(told.cast.inspector, jar(1))
    told.indexer.advance()
    assert told.reads.lot(jar(1)).status == "recalled"
    told.world.ledger.drop(1)
    told.world.ledger.mine(2)
    told.indexer.advance()
    assert told.reads.lot(jar(1)).status == "recalled_source"


def test_a_chain_that_shrank_is_read_anew(told_sqlite):
    """Fewer blocks than before: the tables are made again from the start."""
    told = told_sqlite
    told.world.ledger.drop(9)
    assert told.indexer.advance() == told.world.ledger.height()
    before = dump(told.database)
    assert rebuilt(told) == before


def test_a_change_deeper_than_memory_is_read_anew(told_sqlite):
    """Beyond what can be undone, nothing is patched."""
    told = told_sqlite
    gone = told.world.ledger.drop(5)
    told.world.ledger.mine(1)
    for log in gone:
        if isinstance(log, Recorded):
            told.world.ledger.again(log)
    told.world.ledger.mine(MEMORY * 2)
    told.indexer.advance()
    told.world.ledger.drop(MEMORY + 10)
    told.world.ledger.mine(MEMORY * 3)
    told.indexer.advance()
    before = dump(told.database)
    assert rebuilt(told) == before


def test_a_chain_that_changes_while_it_is_read_leaves_the_tables_alone(told_sqlite):
    """Half of one chain and half of another never get in; the next look reads again."""
    told = told_sqlite
    before = dump(told.database)
    ledger = told.world.ledger
    ledger.mine(2)
    read = ledger.logs

    def logs(first, last):
        yield from read(first, last)
        ledger.drop(1)
        ledger.mine(1)
        ledger.logs = read

    ledger.logs = logs
    with pytest.raises(ChainError):
        told.indexer.advance()
    assert dump(told.database) == before
    told.indexer.advance()
    assert dump(told.database)["cursor"] != before["cursor"]


def test_nothing_new_writes_nothing(told_sqlite):
    """Looking again and again is free: no version changes, no cache is lost."""
    told = told_sqlite
    version = told.reads.version()
    for _ in range(3):
        told.indexer.advance()
    assert told.reads.version() == version


def test_another_ledger_is_projected_from_the_start(told_sqlite):
    """A data folder that is pointed at another contract shows that contract's goods and nothing else."""
    other = World()
    tell(other)
    other.ledger.address = "0x" + "11" * 20
    indexer_of(other, told_sqlite.database).advance()
    contract = dump(told_sqlite.database)["cursor"][0][3]
    assert contract == other.ledger.address


def test_what_nobody_understands_stops_nothing(told):
    """Another writer's blobs and documents are kept and marked; the story goes on behind them."""
    with told.database.reading() as connection:
        opaque = connection.execute(sa.select(schema.record.c.opaque).where(schema.record.c.opaque != "")).all()
        documents = connection.execute(sa.select(schema.document.c.opaque).where(schema.document.c.opaque != "")).all()
    assert len(opaque) == 1
    assert len(documents) == 2
    entries = told.reads.history(jar(66))
    assert [entry.kind for entry in entries] == ["register", "observe", "observe", "observe"]


HOSTILE = [
    {"type": "ObjectEvent", "eventTime": "0001-01-01T00:00:00+14:00", "eventTimeZoneOffset": "+14:00"},
    {"type": "ObjectEvent", "eventTime": 5},
    {"type": "ObjectEvent", "eventTime": "2026-05-01T00:00:00Z", "quantityList": [{"epcClass": 7}]},
    {"type": "ObjectEvent", "eventTime": "2026-05-01T00:00:00Z", "quantityList": {"epcClass": PRODUCT}},
    {"type": "ObjectEvent", "eventTime": "2026-05-01T00:00:00Z", "ilmd": {"cbvmda:itemExpirationDate": "x"}},
    {"type": "TransformationEvent", "sensorElementList": [{"sensorReport": [{"value": None}]}]},
    {"type": "gs1:Product", "id": PRODUCT, "gs1:productName": "x", "ocop:shelfLifeDays": -1},
    {"type": "gs1:Product", "id": "https://ocop-trace.example/p/\0"},
    {"type": "gs1:CertificationDetails", "ocop:kind": "ocop_rating", "ocop:stars": 9007199254740991},
    {"type": "gs1:CertificationDetails", "gs1:certificationStartDate": "0000-00-00"},
    {"type": "ocop:StampRun", "count": 10**15, "run": 10**15, "root": "\0"},
    {"type": "ocop:StampActivation", "run": 1, "first": 0, "last": 10**15},
    {"type": "ocop:Revocation", "ocop:of": "\0" * 5000},
    {"type": "gs1:Organization", "id": f"{NAMESPACE}/party/C00P000000", "ocop:kind": "operator"},
    {"eventID": "x" * 5000, "type": "ObjectEvent", "eventTime": "2026-05-01T00:00:00Z", "bizStep": "\0" * 3000},
]


def test_hostile_documents_stop_nothing(database, tmp_path):
    """Whatever an admitted stranger writes, indexing goes on, pages open, and everything still verifies."""

    def story(world):
        cast = admit(world)
        make_goods(world, cast)
        world.lot(cast.shop, jar(77), 50)
        for number, document in enumerate(HOSTILE):
            for uri in (jar(77), f"{NAMESPACE}/other/thing{number}", "x" * (300 + number)):
                kind = Kind.OBSERVE if uri == jar(77) else Kind.REGISTER
                world.submit(cast.shop, [Touch(subject_key(uri), kind)], document | {"id": document.get("id", uri)})
                world.submit(cast.shop, [Touch(subject_key(uri), Kind.OBSERVE)], document)
        return cast

    told = projected(database, tmp_path, story=story)
    assert len(told.reads.history(jar(77))) == 1 + 2 * len(HOSTILE)
    assert told.reads.product(PRODUCT, Clock().now().date()).name.vi == "Mắm tép Hà Yên"
    report = told.verifier.verify_all()
    failed = [check for check in report.checks if not check.ok]
    assert [check.name for check in failed] == ["Documents"]  # one event calls itself by another name


def test_touches_beyond_the_documents_and_enormous_amounts_are_kept(told):
    """Document ranges that point nowhere and quantities up to 2^72 - 1 come through exactly."""
    world, cast = told.world, told.cast
    uri = f"{PRODUCT}/10/HUGE"
    touch = Touch(subject_key(uri), Kind.REGISTER, (1 << 72) - 1, first_document=65535, document_count=65535)
    world.ledger.submit(world.keys[cast.shop], [touch], b"")
    told.indexer.advance()
    with told.database.reading() as connection:
        declared = connection.execute(
            sa.select(schema.subject.c.declared).where(schema.subject.c.key == subject_key(uri).hex())
        )
        assert declared.scalar() == str((1 << 72) - 1)
    before = dump(told.database)
    assert rebuilt(told) == before


def test_a_key_far_in_the_future_is_kept(told):
    """The contract takes block numbers up to 2^64 - 1."""
    told.world.ledger.add_key(told.cast.shop, "0x" + "cd" * 20, (1 << 64) - 1)
    told.indexer.advance()
    keys = told.reads.keys(told.cast.shop)
    assert keys[-1].from_block == (1 << 63) - 1
    before = dump(told.database)
    assert rebuilt(told) == before


def test_capacities_count_as_they_were(sqlite, tmp_path):
    """What an inspector signed stays inspected after the capacity is gone; what it signs later is not."""

    def story(world):
        cast = admit(world)
        make_goods(world, cast)
        world.stage(cast.inspector, jar(1))
        world.ledger.set_capacities(cast.inspector, int(PRODUCER))
        world.ledger.set_capacities(cast.inspector, int(PRODUCER | INSPECTOR))
        world.ledger.set_capacities(cast.coop, int(PRODUCER | INSPECTOR))
        world.stage(cast.coop, jar(1))
        world.ledger.set_capacities(cast.inspector, 0)
        return Cast(cast.coop, cast.shop, cast.inspector)

    told = projected(sqlite, tmp_path, story=story)
    vouches = [entry.vouch.value for entry in told.reads.history(jar(1))]
    assert vouches == ["recorded", "recorded", "inspected", "recorded"]
    assert told.reads.history(raw(1))[0].vouch.value == "recorded"
