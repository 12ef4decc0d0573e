"""anvil, a real node from npm, started on a free port of this machine: for the benchmarks and for the tests."""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60
"""Seconds to wait for a node on a busy machine."""


def anvil_binary() -> Path | None:
    """Return the path of anvil, where npm has installed it."""
    return next((ROOT / "contracts" / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil*"), None)


@contextmanager
def running_anvil(binary: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run anvil for Prague; yield its address and process. Raises TimeoutError when it does not come up.

    It takes a port itself and says which: one that we looked for could be somebody else's by the time it starts.
    """
    command = [binary, "--port", "0", "--hardfork", "prague", *arguments]
    with tempfile.TemporaryFile() as told, subprocess.Popen(command, stdout=told) as node:
        try:
            yield f"http://{_listening(node, told.fileno())}", node
        finally:
            node.send_signal(signal.SIGCONT)  # a test may have stopped it
            node.terminate()


def _listening(node: subprocess.Popen[bytes], told: int) -> str:
    """Return host and port at which anvil says that it listens."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and node.poll() is None:
        if found := re.search(rb"^Listening on (127\.0\.0\.1:\d+)\r?$", os.pread(told, 1 << 16, 0), re.MULTILINE):
            return found[1].decode()
        time.sleep(0.05)
    message = f"anvil does not listen after {PATIENCE} s, or has ended: {node.poll()}"
    raise TimeoutError(message)
