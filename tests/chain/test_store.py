"""The block store behaves like a dictionary that forgets what was not committed."""

import shutil
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from traceability.chain.store import APPLICATION_ID, FORMAT_VERSION, BlockStore
from traceability.errors import ChainError, StorageError

KEYS = strategies.binary(min_size=1, max_size=2)
VALUES = strategies.binary(max_size=300)


class AgainstDictionaries(RuleBasedStateMachine):
    """A store beside two dictionaries: what is on the disk, and what is seen before the commit."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = BlockStore(self.folder / "chain.db")
        self.committed, self.seen = {}, {}

    def teardown(self):
        """Throw the file away."""
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(key=KEYS, value=VALUES)
    def write(self, key, value):
        """Write a key."""
        self.store[key] = value
        self.seen[key] = value

    @rule(key=KEYS)
    def delete(self, key):
        """Delete a key, there or not."""
        self.store.delete(key)
        self.seen.pop(key, None)

    @rule(values=strategies.dictionaries(KEYS, VALUES, max_size=5))
    def write_a_batch(self, values):
        """Write several keys in a batch."""
        with self.store.atomic_batch() as batch:
            for key, value in values.items():
                batch[key] = value
        self.seen.update(values)

    @rule(key=KEYS, value=VALUES)
    def break_a_batch_off(self, key, value):
        """Nothing of a batch that breaks off is seen."""
        with suppress(ZeroDivisionError), self.store.atomic_batch() as batch:
            batch[key] = value
            raise ZeroDivisionError

    @rule()
    def commit(self):
        """Put what is seen on the disk."""
        self.store.commit()
        self.committed = dict(self.seen)

    @rule()
    def discard(self):
        """Forget what was not committed."""
        self.store.discard()
        self.seen = dict(self.committed)

    @rule()
    def reopen(self):
        """Stop and start: what was not committed is gone."""
        self.store.close()
        self.store = BlockStore(self.folder / "chain.db")
        self.seen = dict(self.committed)

    @precondition(lambda self: self.committed)
    @rule(data=strategies.data())
    def fail_to_commit(self, data):
        """A full disk in the middle of a commit leaves the file as it was."""
        pages = self.store._connection.execute("PRAGMA page_count").fetchone()[0]
        self.store._connection.execute(f"PRAGMA max_page_count = {pages}")
        self.store[b"large"] = bytes(100_000)
        with pytest.raises(ChainError, match="could not be written"):
            self.store.commit()
        self.store._connection.execute("PRAGMA max_page_count = 1073741823")
        self.seen = dict(self.committed)

    @rule(key=KEYS)
    def read(self, key):
        """Ask for a key, there or not."""
        assert self.store.exists(key) == (key in self.seen)
        if key in self.seen:
            assert self.store[key] == self.seen[key]
        else:
            with pytest.raises(KeyError):
                self.store[key]
            with pytest.raises(KeyError):
                del self.store[key]

    @invariant()
    def others_see_what_is_committed(self):
        """A reader finds in the file what was committed, and nothing else."""
        reader = BlockStore(self.folder / "chain.db", read_only=True)
        rows = dict(reader._connection.execute("SELECT key, value FROM entries"))
        reader.close()
        assert rows == self.committed


TestAgainstDictionaries = AgainstDictionaries.TestCase
TestAgainstDictionaries.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_a_commit_is_flushed_to_the_disk(tmp_path):
    """An acknowledged block must survive a power cut: write-ahead log, flushed at every commit."""
    store = BlockStore(tmp_path / "chain.db")
    assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()


def test_another_format_version_is_refused(tmp_path):
    """A file of a later release is not touched."""
    path = tmp_path / "chain.db"
    BlockStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION + 1}")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(StorageError) as caught:
            BlockStore(path, read_only=read_only)
        assert caught.value.facts["found"] == FORMAT_VERSION + 1


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_none_of_ours_is_refused(tmp_path, read_only):
    """Somebody else's database, or no database at all, is not written into."""
    database, text = tmp_path / "other.db", tmp_path / "text.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE entries (key, value)")
    connection.close()
    text.write_text("This is no database, and long enough to show it." * 30)
    for path in (database, text):
        before = path.read_bytes()
        with pytest.raises(StorageError):
            BlockStore(path, read_only=read_only)
        assert path.read_bytes() == before


def test_reading_only_makes_no_file_and_writes_nothing(tmp_path):
    """A reader neither makes a chain nor changes one."""
    path = tmp_path / "chain.db"
    with pytest.raises(StorageError, match="no chain"):
        BlockStore(path, read_only=True)
    assert not path.exists()
    BlockStore(path).close()
    reader = BlockStore(path, read_only=True)
    for write in (
        lambda: reader.set(b"k", b"v"),
        lambda: reader.__delitem__(b"k"),
        reader.commit,
    ):
        with pytest.raises(ChainError, match="reading only"):
            write()
    reader.close()


def test_a_damaged_file_is_named(tmp_path):
    """Pages overwritten by a failing disk give a StorageError, never an exception of SQLite."""
    path = tmp_path / "chain.db"
    store = BlockStore(path)
    for number in range(500):
        store[number.to_bytes(4, "big")] = bytes(200)
    store.commit()
    store.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)
    store = BlockStore(path)
    with pytest.raises(StorageError, match="cannot be read"):
        [store[number.to_bytes(4, "big")] for number in range(500)]
    store.close()


def test_the_file_says_whose_it_is(tmp_path):
    """`file chain.db` and other tools can tell it by its application id."""
    BlockStore(tmp_path / "chain.db").close()
    assert (tmp_path / "chain.db").read_bytes()[68:72] == APPLICATION_ID.to_bytes(4, "big")
