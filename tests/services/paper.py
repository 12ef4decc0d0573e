"""A printer that writes one line a stamp, for tests that are about jobs and not about paper.

It keeps the promises of the port: a file appears when it is whole, an interrupted one is gone on with, and it can be
sent to another process.
"""

import fcntl
import time
from dataclasses import dataclass

from traceability.errors import InvalidInputError
from traceability.ports import PrintedFile

EVERY = 100


@dataclass
class LinePrinter:
    """Writes serial, number and code of each stamp, a line each."""

    pause: float = 0.0
    """Seconds between two words about progress, so that a test can come in between."""

    def check(self, job, sample):
        """Refuse a job whose grid says so."""
        if "bad" in job.grid:
            raise InvalidInputError("The grid does not fit.", field="bad")
        assert len(sample.serial) == 17

    def write(self, path, stamps, job, total, progress):
        """Write a line for each stamp behind those that an earlier try has written."""
        part = path.with_name(path.name + ".part")
        done = part.read_text().count("\n") if part.exists() else 0
        with part.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            for number, stamp in enumerate(stamps(done), done + 1):
                file.write(f"{stamp.serial} {stamp.number} {stamp.code}\n")
                if number % EVERY == 0 or number == total:
                    file.flush()
                    time.sleep(self.pause)
                    progress(number)
        part.replace(path)
        return PrintedFile(1, total, path.stat().st_size, "text/plain", ".txt")

    def discard(self, path):
        """Delete the file and its part."""
        for one in (path, path.with_name(path.name + ".part")):
            one.unlink(missing_ok=True)


def is_locked(path):
    """Tell whether a `LinePrinter` is writing to a file."""
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def printing_lines(world, pause=0.0):
    """Let a world's stamps be printed by a `LinePrinter`."""
    world.app.stamps._printer = LinePrinter(pause)
    return world
