"""Documentation is executed: what is undocumented fails, a link that leads nowhere fails, and examples are run.

Settings, commands, pages of the server and benchmarks each have their page. In Markdown, a block marked `python` is
run, and a block marked `console` is a session: each line after `$ ` is run in a fresh data folder, and what follows is
compared with what it prints, `...` standing for anything. A block marked `sh` is only looked at: its `make` targets and
`ocop-trace` commands must exist.
"""

import importlib
import importlib.util
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bench.__main__ import names as benchmarks
from traceability.settings import PREFIX

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "bench").glob("*.md")])
BLOCK = re.compile(r"^```(?P<kind>[\w-]+)[^\n]*\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


def text_of(path):
    """Return a page's text."""
    return path.read_text(encoding="utf-8")


def blocks(kind):
    """Return (page, number in the page, body) of every block of one kind, as parameters."""
    return [
        pytest.param(path, match["body"], id=f"{path.relative_to(ROOT)}-{number}")
        for path in PAGES
        for number, match in enumerate(BLOCK.finditer(text_of(path)), 1)
        if match["kind"] == kind
    ]


def commands(group, path=("ocop-trace",)):
    """Yield the words of every command of the command line, groups left out."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif not command.hidden:
            yield " ".join((*path, name)), command


def command_line():
    """Return the root of the command line."""
    return importlib.import_module("traceability.cli").main


# --------------------------------------------------------------------------------------------------- nothing is missing
@pytest.mark.parametrize("name", ["settings", "commands", "pages"])
def test_what_the_code_says_is_what_the_page_says(name):
    """Every setting, command and address of the server stands in its page, as `make docs` writes it."""
    spec = importlib.util.spec_from_file_location("reference", DOCS / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    assert text_of(DOCS / f"{name}.md") == getattr(reference, name)(), "run `make docs`"


def test_every_command_teaches():
    """`--help` of each command says more than its name, and so does each option."""
    for words, command in commands(command_line()):
        assert len((command.help or "").split()) >= 6, words
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{words} {option.opts}"


def test_every_page_says_what_it_is_for():
    """Each address of the server has a sentence in docs/pages.md."""
    assert re.findall(r"^\| `[^`]*` \| [A-Z ]* \|  \|$", text_of(DOCS / "pages.md"), re.MULTILINE) == []


def test_every_benchmark_is_documented():
    """bench/README.md has a line for each benchmark."""
    page = text_of(ROOT / "bench" / "README.md")
    assert [name for name in benchmarks() if f"`{name}`" not in page] == []
    for name in benchmarks():
        assert "size" in inspect.signature(importlib.import_module(f"bench.{name}").run).parameters


def test_every_page_of_the_documentation_can_be_found():
    """docs/index.md leads to each page; decisions are found by their folder, in order."""
    index = text_of(DOCS / "index.md")
    there = [path.relative_to(DOCS) for path in PAGES if path.is_relative_to(DOCS) and path.name != "index.md"]
    assert [
        str(path) for path in there if path.parent.name != "decisions" and f"({path.as_posix()})" not in index
    ] == []
    decisions = [path.stem for path in there if path.parent.name == "decisions"]
    assert [name for name in decisions if not re.fullmatch(r"\d{3}-[a-z0-9-]+", name)] == []
    told = {name: text_of(DOCS / "decisions" / f"{name}.md").partition("\n")[0] for name in decisions}
    assert [heading for name, heading in told.items() if not heading.startswith(f"# {name[:3]}: ")] == []


@pytest.mark.parametrize("page", [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in PAGES])
def test_links_lead_somewhere(page):
    """A link within the project names a file that is there, and a heading that is in it."""
    text = re.sub(BLOCK, "", text_of(page))
    for target in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{target} is not there"
        if fragment:
            assert fragment in {anchor(line) for line in text_of(path).splitlines() if line.startswith("#")}, target


def anchor(heading):
    """Return the fragment under which a heading is found."""
    return re.sub(r"[^\w\- ]", "", heading.lstrip("#").strip().lower()).replace(" ", "-")


# ----------------------------------------------------------------------------------------------------- examples are run
@pytest.fixture
def shell(tmp_path):
    """Return a function that runs one command line in a fresh data folder and returns what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "OCOP_DATA_DIR": str(tmp_path / "var"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }

    def run(line):
        done = subprocess.run(
            ["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240
        )
        return done.stdout + (done.stderr if done.returncode else "")  # what is logged is not what is told

    return run


def same(wanted, got):
    """Compare what a page shows with what was printed.

    `...` stands for anything, and space at line ends does not count.
    """
    tidy = ["\n".join(line.rstrip() for line in text.strip().splitlines()) for text in (wanted, got)]
    return re.fullmatch(re.escape(tidy[0]).replace(re.escape("..."), ".*"), tidy[1], re.DOTALL) is not None


@pytest.mark.slow
@pytest.mark.parametrize(("page", "body"), blocks("console"))
def test_sessions_print_what_the_page_shows(page, body, shell):
    """Each command of a `console` block prints what stands below it."""
    for session in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        line, _, wanted = session.partition("\n")
        got = shell(line)
        assert same(wanted, got), f"$ {line}\nwanted:\n{wanted}\ngot:\n{got}"


@pytest.mark.slow
@pytest.mark.parametrize(("page", "body"), blocks("python"))
def test_python_examples_run(page, body, shell, tmp_path):
    """Each `python` block runs as it stands."""
    script = tmp_path / "example.py"
    script.write_text(body, encoding="utf-8")
    told = shell(f"PYTHONPATH=. python -W error::DeprecationWarning:__main__ {script} && echo finished")
    assert told.rstrip().endswith("finished"), told


@pytest.mark.parametrize(("page", "body"), blocks("sh"))
def test_what_a_page_tells_to_type_exists(page, body):
    """`make` targets, `ocop-trace` commands and benchmarks that a page names are there."""
    makefile = text_of(ROOT / "Makefile")
    for target in re.findall(r"^(?:\w+=\S+ )*make ([a-z]+)", body, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    for name in re.findall(r"python -m bench ([a-z]+)", body):
        assert name in {*benchmarks(), "all"}, name
    for words in re.findall(r"(?:^|[ /])ocop-trace ((?:[a-z][a-z-]*(?: |$))+)", body, re.MULTILINE):
        known = {" ".join(name.split()[1:]) for name, _ in commands(command_line())}
        said = f"{words.strip()} "
        assert any(said.startswith(f"{name} ") or f"{name} ".startswith(said) for name in known), f"ocop-trace {words}"
