"""The file behind the embedded chain: py-evm's key-value store, of which only whole blocks ever reach the disk.

py-evm writes state nodes, receipts, headers and indexes one by one while it executes a block. Here they gather in
memory and `commit` hands all of them to SQLite in a single transaction, so that a process killed at any moment leaves
the file at a block boundary. The journal is a write-ahead log flushed at every commit (`synchronous=FULL`): a block
that was acknowledged is on the disk and survives a power cut, not only a killed process. That costs one fsync a block,
about as long as it takes to execute one.

Almost every key is the hash of its value, and nothing is ever pruned; so whoever has read the hash of a head can read
the whole state below it while another process goes on writing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from eth.abc import AtomicWriteBatchAPI
from eth.db.atomic import AtomicDBWriteBatch
from eth.db.backends.base import BaseAtomicDB

from traceability.errors import ChainError, StorageError

APPLICATION_ID: Final = int.from_bytes(b"OCOP", "big")
"""What SQLite's `application_id` says of our files."""

FORMAT_VERSION: Final = 1
"""What SQLite's `user_version` says: a file of any other version is refused."""

BUSY_SECONDS: Final = 10.0
"""How long a reader waits for SQLite's own short locks (recovery after a crash, checkpoints)."""

_SCHEMA = "CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
_WRITE = "INSERT INTO entries (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class BlockStore(BaseAtomicDB):
    """A dictionary of bytes in one SQLite file; what is written shows at once here and reaches the file at `commit`.

    Not safe for threads by itself: `EmbeddedChain` holds the lock.

    Args:
        path: the file, made here unless it exists or `read_only` is set.
        read_only: see the last committed block of a file that another process may be writing; every write is refused.

    Raises:
        StorageError: the file is missing, is damaged, is none of ours, or has another format version.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._pending: dict[bytes, bytes | None] = {}
        if read_only and not path.is_file():
            raise StorageError("There is no chain at {path}. Run `ocop-trace init` first.", path=str(path))
        uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        try:
            self._connection = sqlite3.connect(
                uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise
        except sqlite3.Error as error:
            raise StorageError(
                "The chain at {path} cannot be opened: {reason}.", path=str(path), reason=str(error)
            ) from error

    def _prepare(self) -> None:
        """Make the schema in a new file, or make sure of what an old one is before anything in it is changed."""
        execute = self._connection.execute
        is_new = execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
        (application,) = execute("PRAGMA application_id").fetchone()
        (version,) = execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID and not (is_new and not self.read_only):
            raise StorageError("{path} is not a chain of ocop-trace.", path=str(self.path))
        if version != FORMAT_VERSION and not is_new:
            template = "The chain at {path} has format {found}, and this program reads format {expected}."
            raise StorageError(template, path=str(self.path), found=version, expected=FORMAT_VERSION)
        if self.read_only:
            return
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = FULL")
        if is_new:
            execute("BEGIN IMMEDIATE")
            execute(f"PRAGMA application_id = {APPLICATION_ID}")
            execute(f"PRAGMA user_version = {FORMAT_VERSION}")
            execute(_SCHEMA)
            execute("COMMIT")

    # ------------------------------------------------------------------------------- what py-evm asks of a database
    def __getitem__(self, key: bytes) -> bytes:
        """Return a value, pending or committed. Raises KeyError, as py-evm expects."""
        if key in self._pending:
            value = self._pending[key]
        else:
            try:
                row = self._connection.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone()
            except sqlite3.Error as error:
                template = "The chain at {path} cannot be read: {reason}."
                raise StorageError(template, path=str(self.path), reason=str(error)) from error
            value = row[0] if row else None
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        """Write into the block that is being made."""
        self._require_writable()
        self._pending[key] = value

    def __delitem__(self, key: bytes) -> None:
        """Delete from the block that is being made on. Raises KeyError when there is nothing to delete."""
        self._require_writable()
        self[key]
        self._pending[key] = None

    def _exists(self, key: bytes) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True

    @contextmanager
    def atomic_batch(self) -> Iterator[AtomicWriteBatchAPI]:
        """Gather writes and apply them to the pending block, or none of them when the body raises."""
        with AtomicDBWriteBatch._commit_unless_raises(self) as batch:  # noqa: SLF001  # as py-evm does
            yield batch

    # ------------------------------------------------------------------------------------------------- whole blocks
    @property
    def pending(self) -> int:
        """How many keys wait for `commit`."""
        return len(self._pending)

    def commit(self) -> None:
        """Write everything pending in one transaction and return when it is on the disk.

        Raises:
            ChainError: the file could not be written (a full disk); everything pending is forgotten and the file is as
                before.
        """
        self._require_writable()
        written = [(key, value) for key, value in self._pending.items() if value is not None]
        deleted = [(key,) for key, value in self._pending.items() if value is None]
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(_WRITE, written)
                self._connection.executemany("DELETE FROM entries WHERE key = ?", deleted)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            template = "The chain at {path} could not be written: {reason}. Nothing of this block was kept."
            raise ChainError(template, path=str(self.path), reason=str(error)) from error
        finally:
            self._pending.clear()

    def discard(self) -> None:
        """Forget everything pending: the block is not made."""
        self._pending.clear()

    def close(self) -> None:
        """Let go of the file; what is pending is lost."""
        self._pending.clear()
        self._connection.close()

    def _require_writable(self) -> None:
        if self.read_only:
            raise ChainError("The chain at {path} was opened for reading only.", path=str(self.path))
