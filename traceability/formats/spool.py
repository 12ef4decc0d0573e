"""A file that is written in one go or in many: what was done before a crash is not done again.

The bytes go to `NAME.part`. Beside it lies `NAME.journal`, one JSON object a line: first what is being written, then a
line for each checkpoint with the stamps done, the length of the part and what the writer wants to remember. A line is
added only when everything before it is on the disk. Whoever opens the same job again cuts the part back to the last
whole line and goes on; a journal of another job, or of another version of this program, begins anew. The finished part
takes the name `NAME` in one step.
"""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from traceability.errors import StorageError


def beside(path: Path, ending: str) -> Path:
    """Return a file's name with something added."""
    return path.with_name(path.name + ending)


def open_private(path: Path, mode: str) -> IO[Any]:
    """Open a file that only its owner may read: who sees stamps can copy them. Raises OSError."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))


class Spool:
    """The part and its journal, as a context manager.

    Args:
        path: the name of the finished file.
        what: says which job it is; two jobs that would give different files never have the same.

    Raises:
        StorageError: the disk refuses; on use as well.
    """

    def __init__(self, path: Path, what: str) -> None:
        """Find out how far it is."""
        self._path, self._part, self._journal = path, beside(path, ".part"), beside(path, ".journal")
        self.done = 0
        """Stamps that are safe."""
        self.position = 0
        """Bytes that are safe."""
        self.notes: list[int] = []
        """What the writer wanted to remember, from the beginning."""
        self._what = json.dumps({"what": what})

    def __enter__(self) -> Self:
        """Open both files where they were left."""
        try:
            safe = self._read_journal() if self._part.exists() else 0
            self._bytes: IO[bytes] = open_private(self._part, "r+b" if safe else "w+b")
            self._lines: IO[bytes] = open_private(self._journal, "r+b" if safe else "w+b")
            self._bytes.truncate(self.position)
            self._bytes.seek(self.position)
            self._lines.truncate(safe)
            self._lines.seek(safe)
            if not safe:
                self._append(self._what)
        except OSError as error:
            raise self._trouble(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; what is not safe yet is cut off when somebody goes on."""
        with suppress(OSError):
            self._bytes.close()
        with suppress(OSError):
            self._lines.close()

    def _read_journal(self) -> int:
        """Take over the checkpoints of the same job; return the length of the journal that counts."""
        try:
            lines = self._journal.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return 0
        if not lines or lines[0] != f"{self._what}\n".encode():
            return 0
        safe = len(lines[0])
        size = self._part.stat().st_size
        for line in lines[1:]:
            try:
                entry = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                entry = None
            if entry is None or entry["size"] > size:
                break  # the last line of a machine that lost its power
            self.done, self.position = entry["done"], entry["size"]
            self.notes += entry["notes"]
            safe += len(line)
        return safe

    def write(self, data: bytes, /) -> None:
        """Add bytes to the part."""
        try:
            self._bytes.write(data)
        except OSError as error:
            raise self._trouble(error) from error

    def tell(self) -> int:
        """Return where the next byte goes, for writers that come back to fill something in."""
        return self._bytes.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go elsewhere in the part."""
        return self._bytes.seek(offset, whence)

    def flush(self) -> None:
        """Hand what is written to the system."""
        try:
            self._bytes.flush()
        except OSError as error:
            raise self._trouble(error) from error

    def checkpoint(self, done: int, notes: Sequence[int]) -> None:
        """Make sure that everything written so far outlives a crash."""
        try:
            self._bytes.flush()
            os.fsync(self._bytes.fileno())
            size = self._bytes.tell()
            self._append(json.dumps({"done": done, "size": size, "notes": list(notes)}))
        except OSError as error:
            raise self._trouble(error) from error
        self.done, self.position = done, size

    def finish(self) -> int:
        """Give the file its name; return its size in bytes."""
        try:
            self._bytes.flush()
            os.fsync(self._bytes.fileno())
            size = self._bytes.seek(0, os.SEEK_END)
            self._part.replace(self._path)
            self._journal.unlink(missing_ok=True)
        except OSError as error:
            raise self._trouble(error) from error
        return size

    def _append(self, line: str) -> None:
        """Add a line to the journal and wait until the disk has it."""
        self._lines.write(f"{line}\n".encode())
        self._lines.flush()
        os.fsync(self._lines.fileno())

    def _trouble(self, error: OSError) -> StorageError:
        """Say what the disk said."""
        return StorageError(
            "The file {name} cannot be written: {reason}. Make room on the disk, or check who may write there.",
            name=self._path.name,
            reason=error.strerror or str(error),
        )


def discard(path: Path) -> None:
    """Delete a file and all that lies beside it. Raises StorageError when the disk refuses."""
    try:
        with suppress(FileNotFoundError):
            shutil.rmtree(beside(path, ".rows"))
        for ending in ("", ".part", ".journal"):
            beside(path, ending).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            "The file {name} cannot be deleted: {reason}.", name=path.name, reason=error.strerror or str(error)
        ) from error
