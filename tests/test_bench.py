"""The frame of the benchmarks: what it prints for programs, and that a broken promise is an error."""

import json
import types

import pytest

from bench import Figures
from bench import __main__ as frame


@pytest.fixture
def made_up(monkeypatch):
    """Put one benchmark of known outcome in the place of all."""

    def put(**parts):
        module = types.SimpleNamespace(
            __doc__="Made up.", run=lambda size: Figures({"speed": float(size or 7)}, **parts)
        )
        monkeypatch.setattr(frame, "names", lambda: ["made_up"])
        monkeypatch.setattr(frame.importlib, "import_module", lambda name: module)

    return put


def test_json_has_the_promised_shape(made_up, capsys):
    """One object a line: `bench`, `figures` and `peers`, nothing else."""
    made_up(peers={"other.speed": 3.5})
    assert frame.main(["made_up", "--json", "--size", "9"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told == [{"bench": "made_up", "figures": {"speed": 9.0}, "peers": {"other.speed": 3.5}}]


def test_a_broken_promise_is_an_error(made_up, capsys):
    """A figure beyond its bound gives status 1 and a sentence; JSON stays JSON."""
    made_up(at_least={"speed": 8}, at_most={"speed": 6})
    assert frame.main(["all"]) == 1
    assert "BROKEN: speed is 7, promised is at least 8" in capsys.readouterr().out
    assert frame.main(["all", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["figures"] == {"speed": 7.0}
    assert "promised is at most 6" in told.err


@pytest.mark.parametrize("arguments", [["nothing_of_that_name"], ["made_up", "--size", "0"]])
def test_what_cannot_be_run_is_refused(made_up, arguments, capsys):
    """An unknown name or a size of nothing ends with status 2 and says why."""
    made_up()
    with pytest.raises(SystemExit, match="2"):
        frame.main(arguments)
    assert capsys.readouterr().err
