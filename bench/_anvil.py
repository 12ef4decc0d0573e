"""anvil, a real node from npm, started on a free port of this machine: for the benchmarks and for the tests."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30
"""Seconds to wait for a node on a busy machine."""


def anvil_binary() -> Path | None:
    """Return the path of anvil, where npm has installed it."""
    return next((ROOT / "contracts" / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil*"), None)


@contextmanager
def running_anvil(binary: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run anvil for Prague; yield its address and process. Raises TimeoutError when it does not come up."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [binary, "--port", str(port), "--hardfork", "prague", "--silent", *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as node:
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}", node
        finally:
            node.send_signal(signal.SIGCONT)  # a test may have stopped it
            node.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = f"anvil does not answer on port {port} after {PATIENCE} s"
    raise TimeoutError(message)
