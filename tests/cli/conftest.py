"""Commands run in a data folder with goods, and with the log-ins of a cooperative and an inspector."""

import os

import pytest
from click.testing import CliRunner

from tests.services.conftest import TickingClock, open_world, template
from traceability.bootstrap import CONSOLE, application
from traceability.cli import main
from traceability.services.commands import CreateAccount

__all__ = ["template"]


@pytest.fixture
def bare(monkeypatch):
    """No setting comes from the environment, and nothing is coloured."""
    for name in list(os.environ):
        if name.startswith("OCOP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    return monkeypatch


@pytest.fixture(scope="module")
def folder(template, tmp_path_factory):
    """A data folder with goods, log-ins for a cooperative and an inspector, and their passwords in files."""
    found = tmp_path_factory.mktemp("cli")
    world = open_world(template, found / "var")
    for name, role, party in (("mai", "cooperative", "coop"), ("lan", "inspector", "inspector")):
        command = CreateAccount(name, role, str(world.actors[party].participant))
        _, password = world.app.accounts.create(CONSOLE, command)
        (found / f"{name}.txt").write_text(password + "\n")
    world.app.close()
    return found


@pytest.fixture
def invoke(folder, bare):
    """Return a function that runs a command in that folder, as one of the two or as nobody, and returns its result."""
    bare.setenv("OCOP_DATA_DIR", str(folder / "var"))
    bare.setattr(application, "SystemClock", TickingClock)  # the folder's chain is of a day of its own

    def run(*words, who="", **rest):
        login = ("--account", who, "--password-file", str(folder / f"{who}.txt")) if who else ()
        return CliRunner().invoke(main, (*words, *login), **rest)

    return run
