"""A PostgreSQL cluster of our own, for a benchmark or for tests: on a Unix socket, in a folder that is deleted."""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def postgres_programs() -> Path | None:
    """Return the folder with PostgreSQL's server programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).parent
    return found[-1].parent if found else None


@contextmanager
def cluster(programs: Path, *settings: str) -> Iterator[str]:
    """Start a cluster with server settings such as `shared_buffers=512MB` and yield the address of its database."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    prefix: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    user = "postgres" if prefix else getpass.getuser()
    data = folder / "data"

    def run(program: str, *arguments: str | Path) -> None:
        subprocess.run([*prefix, programs / program, *arguments], check=True, capture_output=True, cwd=folder)

    run("initdb", "-D", data, "-A", "trust", "-U", user, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    own = ("listen_addresses=''", f"unix_socket_directories={folder}", "fsync=off")
    options = " ".join(f"-c {one}" for one in (*own, *settings))
    run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://{user}@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
