"""Alter, drop, reorder or insert anything: the verifier finds all of it, and says where.

Every column of every derived table, every erasable value and seed, every file, and every log of the chain is fair game.
Nothing is exempt: bookkeeping (cursor, blocks, notes for undoing) is compared as well. Erasing a whole erasable row is
no tampering but a right of the person it is about.
"""

import random
import shutil
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.projection.conftest import projected
from traceability.errors import ChainError, StorageError
from traceability.ports import CapacitiesChanged, ParticipantAdmitted, Recorded
from traceability.projection import schema

ROUNDS = 700
"""Random tamperings with the database; those with each column in turn, with files and with logs come on top."""

KEPT = (schema.erasable, schema.stamp_seed)
"""Base tables that hold facts: their rows are bound to the chain by commitments and Merkle roots."""

TABLES = (*schema.DERIVED, *KEPT)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The whole story, projected once; every tampering is taken back."""
    folder = tmp_path_factory.mktemp("tampering")
    from traceability.projection.database import Database  # noqa: PLC0415 - one for the whole module

    database = Database.at(folder / "ocop.sqlite3")
    told = projected(database, folder)
    assert told.verifier.verify_all().ok
    yield told
    database.close()


class TakenBackError(Exception):
    """Ends a transaction without committing it."""


def finds(told, tamper):
    """Tamper within a transaction that is taken back, and return the first difference that verification names."""
    report = None
    evidence = told.verifier._source
    try:
        with told.database.writing() as connection:
            tamper(connection)
            evidence._database = _Within(connection)
            report = told.verifier.verify_all()
            raise TakenBackError
    except TakenBackError:
        pass
    finally:
        evidence._database = told.database
    return report.first_difference


def refused(error):
    """Tell whether the database itself would not have a tampering: then there was none."""
    return "UNIQUE constraint" in str(error) or "NOT NULL constraint" in str(error)


class _Within:
    """Stands in for the database: reads within the tampering transaction."""

    def __init__(self, connection):
        self._connection = connection

    def reading(self):
        return self

    def __enter__(self):
        return self._connection

    def __exit__(self, *exc):
        return None


# ------------------------------------------------------------------------------------------------- one field of one row
def another(value, column, rng):
    """Return some other value of the same kind."""
    if isinstance(value, bytes):
        place = rng.randrange(len(value) + 1)
        options = [value + b"x", value[:-1], value[:place] + bytes([rng.randrange(256)]) + value[place + 1 :]]
    elif isinstance(value, bool | int):
        options = [value + 1, value - 1, -value, value ^ (1 << rng.randrange(8)), 0]
    elif isinstance(value, str):
        place = rng.randrange(len(value) + 1)
        options = [
            value + "x",
            value[:-1],
            value.swapcase(),
            value[:place] + rng.choice("0a ") + value[place + 1 :],
            "",
        ]
    else:
        options = [1] if isinstance(column.type, sa.Integer) else ["x"]
    if column.nullable and value is not None:
        options.append(None)
    return rng.choice([option for option in options if option != value])


def rows_of(connection, table):
    """Return a table's rows in the order of their keys."""
    return connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings().all()


def where(table, row):
    """Return the condition that finds a row by its key."""
    return sa.and_(*(column == row[column.name] for column in table.primary_key.columns))


def alter(connection, table, rng, column=None):
    """Change one field; return what was done."""
    row = rng.choice(rows_of(connection, table))
    column = column if column is not None else rng.choice(list(table.columns))
    value = another(row[column.name], column, rng)
    connection.execute(sa.update(table).where(where(table, row)).values({column.name: value}))
    return f"alter {table.name}.{column.name}: {row[column.name]!r:.60} -> {value!r:.60}"


def drop(connection, table, rng):
    """Delete one row."""
    row = rng.choice(rows_of(connection, table))
    connection.execute(sa.delete(table).where(where(table, row)))
    return f"drop from {table.name}: {dict(row)!s:.100}"


def insert(connection, table, rng):
    """Add a row like one that is there, under another key."""
    row = dict(rng.choice(rows_of(connection, table)))
    for column in table.primary_key.columns:
        row[column.name] = another(row[column.name], column, rng)
    for names in (("record_id", "position", "number"), ("record_id", "position")):
        if table in (schema.stamp, schema.stamp_run) and set(names) <= row.keys():
            row["position"] += 1000
    connection.execute(sa.insert(table).values(row))
    return f"insert into {table.name}: {row!s:.100}"


def swap(connection, table, rng):
    """Exchange what two rows say, their keys aside: reordering."""
    rows = rows_of(connection, table)
    if len(rows) < 2:
        return alter(connection, table, rng)
    one, other = rng.sample(rows, 2)
    key = {column.name for column in table.primary_key.columns}
    content = [{name: row[name] for name in row if name not in key} for row in (one, other)]
    if not content[0] or content[0] == content[1]:
        return alter(connection, table, rng)
    if table in (schema.stamp, schema.stamp_run):  # what is unique is moved out of the way first
        connection.execute(sa.update(table).where(where(table, one)).values(position=99_999))
    connection.execute(sa.update(table).where(where(table, other)).values(content[0]))
    connection.execute(sa.update(table).where(where(table, one)).values(content[1]))
    return f"swap in {table.name}"


ACTIONS = (alter, alter, alter, drop, insert, swap)


def test_every_column_of_every_table_is_watched(told):
    """Not one column may say something else without being found."""
    missed = []
    for table in TABLES:
        for column in table.columns:
            rng = random.Random(f"{table.name}.{column.name}")
            done = []
            try:
                found = finds(told, lambda connection: done.append(alter(connection, table, rng, column)))  # noqa: B023 - called at once
            except StorageError as error:
                assert refused(error), (table.name, column.name)  # noqa: PT017 - anything else is a failure
                continue
            if found is None:
                missed += done
    assert missed == []


@pytest.mark.parametrize("part", range(5))
def test_random_tampering_with_the_database_is_found(told, part):
    """Alter, drop, insert and swap at random: all of it is found."""
    rng = random.Random(part)
    missed, kinds, count = [], Counter(), 0
    while count < ROUNDS // 5:
        table = rng.choice(TABLES)
        action = rng.choice(ACTIONS)
        if action is drop and table is schema.erasable:
            continue  # erasing is a right
        if action is insert and table is schema.stamp_seed:
            continue  # a seed of a run that is not recorded yet waits for its record
        done = []
        try:
            found = finds(told, lambda connection: done.append(action(connection, table, rng)))  # noqa: B023 - called at once
        except StorageError as error:
            assert refused(error), done  # noqa: PT017 - as above
            continue
        count += 1
        kinds[action.__name__] += 1
        if found is None:
            missed += done
    assert missed == []
    assert min(kinds[name] for name in ("alter", "drop", "insert", "swap")) >= 10


def test_altered_lost_and_exchanged_files_are_found(told, tmp_path):
    """A picture that says something else, or is no longer there although nobody erased it."""
    folder = told.blobs._folder
    shutil.copytree(folder, tmp_path / "copy")
    path = next(path for path in folder.rglob("*") if path.is_file() and not path.suffix)
    for tamper in (
        lambda: path.write_bytes(path.read_bytes() + b"x"),
        lambda: path.write_bytes(b""),
        path.unlink,
        lambda: path.with_suffix(".type").write_text("image/jpeg"),
    ):
        tamper()
        found = told.verifier.verify_all().first_difference
        assert found is not None
        assert found.name == "Files"
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "copy", folder)
    assert told.verifier.verify_all().ok


# ------------------------------------------------------------------------------------------------------------ the chain
def alter_log(log, rng):
    """Return a log that says something else."""
    position = log.position
    options = [
        replace(log, position=replace(position, block_time=position.block_time + 1)),
        replace(log, position=replace(position, transaction_hash=bytes(32))),
        replace(log, position=replace(position, block_hash=bytes(32))),
        replace(log, position=replace(position, log_index=position.log_index + 7)),
    ]
    if isinstance(log, Recorded):
        place = rng.randrange(len(log.documents)) if log.documents else 0
        byte = bytes([log.documents[place] ^ (1 << rng.randrange(8))]) if log.documents else b"\0"
        documents = log.documents[:place] + byte + log.documents[place + 1 :]
        touch = rng.choice(log.touches)
        more = replace(touch, amount=touch.amount + 1, first_document=touch.first_document ^ 1)
        options += [replace(log, documents=documents)] * 4
        options += [
            replace(log, documents=log.documents + b"\0"),
            replace(log, signer="0x" + "77" * 20),
            replace(log, operation=log.operation + 1),
            replace(log, touches=tuple(more if one is touch else one for one in log.touches)),
            replace(log, touches=(*log.touches, touch)),
            replace(log, touches=tuple(reversed(log.touches)) if len(log.touches) > 1 else ()),
        ]
    elif isinstance(log, ParticipantAdmitted | CapacitiesChanged):
        options += [replace(log, capacities=log.capacities ^ 1), replace(log, participant=log.participant + 1)]
    else:
        options += [replace(log, key="0x" + "66" * 20), replace(log, from_block=log.from_block + 1)]
    return rng.choice(options)


def tampered(logs, rng):
    """Return logs that were altered, dropped, doubled or exchanged."""
    logs = list(logs)
    place = rng.randrange(len(logs))
    action = rng.choice(("alter", "alter", "alter", "drop", "double", "swap"))
    if action == "alter":
        logs[place] = alter_log(logs[place], rng)
    elif action == "drop":
        del logs[place]
    elif action == "double":
        logs.insert(place, logs[place])
    else:
        other = rng.choice([index for index in range(len(logs)) if index != place])
        logs[place], logs[other] = logs[other], logs[place]
    return logs


def test_a_chain_that_says_something_else_is_found(told):
    """A node that alters, drops, doubles or reorders logs, document bytes included, is caught every time."""
    ledger = told.world.ledger
    honest = ledger._logs
    missed = []
    rng = random.Random("chain")
    try:
        for count in range(200):
            ledger._logs = tampered(honest, rng)
            if ledger._logs != honest and told.verifier.verify_all().ok:
                missed.append(count)
    finally:
        ledger._logs = honest
    assert missed == []


def test_tables_made_from_a_lying_node_are_found(told, tmp_path):
    """Altered submissions that were projected as they are still do not lead to the contract's heads."""
    ledger = told.world.ledger
    honest = ledger._logs
    rng = random.Random("projected")
    recorded = [index for index, log in enumerate(honest) if isinstance(log, Recorded)]
    missed = []
    try:
        for count in range(25):
            place = rng.choice(recorded)
            log = honest[place]
            if count % 3:
                byte = rng.randrange(len(log.documents)) if log.documents else 0
                lie = replace(log, documents=log.documents[:byte] + b"?" + log.documents[byte + 1 :])
            else:
                lie = None
            ledger._logs = [*honest[:place], *([lie] if lie else []), *honest[place + 1 :]]
            if ledger._logs == honest:
                continue
            told.indexer.rebuild()
            if told.verifier.verify_all().ok:
                missed.append(count)
    finally:
        ledger._logs = honest
        told.indexer.rebuild()
    assert missed == []
    assert told.verifier.verify_all().ok


def test_a_contract_that_stores_something_else_is_found(told):
    """Heads, custody and balances that do not follow from the logs are named."""
    ledger = told.world.ledger
    key, kept = next(iter(ledger.subjects.items()))
    lies = (
        {"head": bytes(24)},
        {"owner": 99},
        {"status": 4 ^ kept.status},
        {"sequence": kept.sequence + 1},
        {"declared": 5},
        {"receiver": 3},
    )
    for lie in lies:
        ledger.subjects[key] = replace(kept, **lie)
        assert told.verifier.verify_all().first_difference is not None
    ledger.subjects[key] = kept
    assert told.verifier.verify_all().ok


def test_a_node_that_loses_blocks_is_found(told):
    """Tables that are further than the chain do not verify."""
    ledger = told.world.ledger
    real = ledger.block

    def block(number):
        if number == ledger.height():
            raise ChainError("gone")
        return real(number)

    ledger.block = block
    try:
        assert told.verifier.verify_all().first_difference.name == "Blocks"
    finally:
        ledger.block = real
