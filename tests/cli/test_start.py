"""Starting the command line: help at once, and nothing on standard error that nobody asked for."""

import logging
import subprocess
import sys

from traceability.cli.output import read_settings

HEAVY = {"sqlalchemy", "alembic", "web3", "eth_account", "flask", "waitress", "reportlab"}


def test_help_loads_no_adapter():
    """`--help` on a slow machine answers without the chain, the database and the pages."""
    told = f"import sys, traceability.cli; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_steps_of_the_database_are_not_announced(monkeypatch):
    """Alembic says at every start that there is nothing to do; it says so only to who looks for trouble."""
    alembic = logging.getLogger("alembic")
    before = alembic.level
    try:
        for level, announced in (("INFO", False), ("DEBUG", True)):
            alembic.setLevel(logging.DEBUG)
            monkeypatch.setenv("OCOP_LOG_LEVEL", level)
            read_settings()
            assert alembic.isEnabledFor(logging.INFO) is announced
    finally:
        alembic.setLevel(before)
