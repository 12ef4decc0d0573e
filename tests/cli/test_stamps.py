"""`ocop-trace stamps` as a person and a program use it."""

import json
import stat
from functools import partial

import pytest


@pytest.fixture
def run(invoke):
    """Return a function that runs a command of `ocop-trace stamps`."""
    return partial(invoke, "stamps")


def test_help_teaches_the_way_from_the_order_to_the_goods(run):
    """The group shows the three steps, and each command an example."""
    told = run("--help").output
    assert "stamps order MT-2611 290 --account mai" in told
    for name in ("order", "print", "activate", "void", "restore", "list", "show", "jobs"):
        assert name in told
        assert run(name, "--help").exit_code == 0


def test_stamps_are_ordered_printed_put_into_force_and_made_void(run, folder):
    """The whole life by lot number, each step readable for a program."""
    made = json.loads(run("order", "JARS", "6", "--json", who="mai").output)
    assert (made["state"], made["run"], made["total"]) == ("done", 2, 6)
    target = folder / "tem.csv"
    printed = run("print", "JARS", "2", "--medium", "csv", "--codes", "--output", str(target), "--json", who="mai")
    assert json.loads(printed.output)["file"] == str(target), printed.output
    assert target.read_text(encoding="utf-8-sig").count("\n") >= 6
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert run("activate", "JARS", "2", who="mai").exit_code == 0
    told = json.loads(
        run(
            "void", "JARS", "2", "--each", "2", "--from", "2", "--to", "2", "--reason", "stolen", "--json", who="lan"
        ).output
    )
    assert [(one["first"], one["last"], one["state"]) for one in told["spans"]] == [
        (1, 2, "activated"),
        (3, 4, "void"),
        (5, 6, "activated"),
    ]
    refused = run("restore", "JARS", "2", "--reason", "found", who="mai")
    assert refused.exit_code == 1
    assert "Only an inspector restores them" in refused.stderr
    assert run("restore", "JARS", "2", "--reason", "found", who="lan").exit_code == 0
    assert "activated" in run("show", "JARS", "2").output
    listed = json.loads(run("list", "JARS", "--json").output)
    assert [(one["run"], one["count"], one["void"]) for one in listed] == [(1, 5, 0), (2, 6, 0)]
    assert listed[1]["printed"] == listed[1]["activated"] == 6
    assert "6/6" in run("jobs").output
    kinds = sorted(job["kind"] for job in json.loads(run("jobs", "--lot", "JARS", "--json").output))
    assert kinds == ["issue", "issue", "print"]


def test_a_sheet_of_a_stock_is_written(run, folder):
    """A preset by name, with a length of one's own and the test page in front."""
    target = folder / "tem.pdf"
    words = ("print", "JARS", "1", "--stock", "25x25", "--set", "margin_top=12", "--calibration")
    told = run(*words, "--output", str(target), who="mai")
    assert told.exit_code == 0, told.output
    assert "Stamps 1 to 5 of run 1 are in" in told.output
    assert target.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("order", "JARS", "100"), 1, "Lot JARS has"),
        (("order", "JARS", "0"), 1, "not a whole number"),
        (("order", "NO-SUCH", "1"), 1, "There is no lot NO-SUCH"),
        (("print", "JARS", "9"), 1, "no stamp run 9"),
        (("print", "JARS", "1", "--stock", "1x1"), 1, "is not one of"),
        (("print", "JARS", "1", "--set", "wide"), 1, "NAME=VALUE"),
        (("print", "JARS", "1", "--medium", "hologram"), 2, "hologram"),
        (("activate", "JARS", "1", "--each", "2", "--from", "4"), 1, "sheets or rolls 1 to 3"),
        (("activate", "JARS", "1", "--each", "2", "--from", "x"), 1, "sheets or rolls 1 to 3"),
        (("void", "JARS", "1"), 2, "--reason"),
    ],
)
def test_what_will_not_do_is_one_sentence(run, words, status, said):
    """The exit status says what kind of trouble it is."""
    result = run(*words, who="mai")
    assert result.exit_code == status
    assert said in result.stderr


def test_nobody_acts_without_the_right_password(run, folder):
    """Asked for where no file is given; a wrong one ends there."""
    asked = run("activate", "JARS", "1", "--account", "mai", input="wrong password\n")
    assert asked.exit_code == 1
    assert "Password of mai" in asked.stderr
    assert "do not match" in asked.stderr
    right = (folder / "mai.txt").read_text()
    assert run("activate", "JARS", "1", "--account", "mai", input=right).exit_code == 0


def test_what_was_cut_off_is_finished(run):
    """`jobs --finish` carries out whatever waits, and says nothing where nothing does."""
    assert run("jobs", "--finish").exit_code == 0
