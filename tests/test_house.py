"""The house rules that no other tool checks.

What may not stand in a file, what a package must hold, and that lock files mean what they say.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

TEXT = {
    ".py",
    ".sol",
    ".md",
    ".html",
    ".js",
    ".css",
    ".po",
    ".toml",
    ".lock",
    ".txt",
    ".json",
    ".jsonld",
    ".sh",
    ".svg",
    ".xml",
    "",
}
"""Endings of files that people read."""

REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
    )
]
MACHINE_PATHS = [f"/{folder}/" for folder in ("work", "tmp", "root", "home")]
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


@cache
def files():
    """Return the files of the project, committed or about to be, that people read."""
    git = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(git, capture_output=True, check=True).stdout.decode().split("\0")
    paths = [ROOT / name for name in listed if name]
    return [path for path in paths if path.is_file() and path.suffix in TEXT]


@cache
def pyproject():
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lines_with(found):
    """List `file:line: text` for every line of the project in which `found` finds something."""
    hits = []
    for path in files():
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if found(line):
                hits.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    return hits


# --------------------------------------------------------------------------------------------- what may not stand there
def test_no_file_names_a_registry():
    """Packages come from wherever the user's own clients are told to look."""
    assert lines_with(lambda line: any(host in line for host in REGISTRY_HOSTS)) == []


def test_no_file_names_a_path_of_somebody_s_machine():
    """What runs on one machine only is not finished."""
    pattern = re.compile(r"(?<![\w.}/])(" + "|".join(map(re.escape, MACHINE_PATHS)) + ")")
    assert lines_with(pattern.search) == []


def test_nothing_is_left_for_later():
    """What is missing belongs in an issue, where somebody sees it."""
    assert lines_with(UNFINISHED.search) == []


def test_every_exception_from_a_rule_has_a_reason():
    """`noqa: CODE` is followed by why, and so is each rule that pyproject.toml leaves out."""
    bare = re.compile(r"# noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*\s*$")
    assert [hit for hit in lines_with(bare.search) if ".py:" in hit] == []
    house = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rules = re.findall(r'^\s+"[A-Z]+[0-9]*",.*$', house, re.MULTILINE)
    assert len(rules) > 10
    assert [line for line in rules if "# " not in line] == []


def test_a_module_says_what_it_is_about():
    """A newcomer reads a sentence or more at the top of each module of the product, not a title."""
    thin = []
    for path in files():
        inside = path.relative_to(ROOT).parts
        if path.suffix == ".py" and inside[0] in {"traceability", "webapp", "bench"} and "versions" not in inside:
            words = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split()
            if len(words) < 8:
                thin.append(str(path.relative_to(ROOT)))
    assert thin == []


# ---------------------------------------------------------------------------------------------------------------- locks
def pins(name):
    """Return canonical package name -> version of a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {canonicalize_name(m[1]): m[2] for m in re.finditer(r"^([\w.\-\[\]]+)==([\w.+!]+)", text, re.MULTILINE)}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_python_locks_hold_hashes_and_no_address(name):
    """Every pinned package carries a hash, and the file does not say where it came from."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--find-links" not in text
    entries = re.split(r"^(?=[\w.\-]+==)", text, flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_npm_lock_holds_hashes_and_no_address():
    """The same for the contracts' tools: `integrity` on each package, `resolved` on none."""
    lock = json.loads((ROOT / "contracts" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_locks_follow_pyproject():
    """What pyproject.toml asks for is what the lock files pin: `make lock` was run."""
    project = pyproject()
    runtime, everything = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: pin for name, pin in runtime.items() if everything.get(name) != pin} == {}

    groups = project["dependency-groups"]
    wanted = [(runtime, line) for line in project["project"]["dependencies"] + groups["build"]]
    extras = project["project"]["optional-dependencies"]["postgres"]
    wanted += [(everything, line) for line in [*extras, *groups["dev"]] if isinstance(line, str)]
    for lock, line in wanted:
        requirement = Requirement(line)
        pinned = lock.get(canonicalize_name(requirement.name))
        assert pinned is not None, f"{line}: not locked"
        assert requirement.specifier.contains(pinned, prereleases=True), f"{line}: locked at {pinned}"


# ---------------------------------------------------------------------------------------------------------- the package
def test_ci_script_runs_as_it_is():
    """The script of CI can be executed, is correct shell, and ends in the tests."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.read_text(encoding="utf-8").rstrip().endswith("make --no-print-directory test")


def test_translations_are_compiled():
    """Each .mo file says what its .po file says, so that nothing has to be compiled at set-up."""
    babel_po, babel_mo = pytest.importorskip("babel.messages.pofile"), pytest.importorskip("babel.messages.mofile")
    catalogues = sorted((ROOT / "webapp").rglob("*.po"))
    assert catalogues, "the pages speak Vietnamese: there must be a catalogue"
    for path in catalogues:
        with path.open("rb") as source, path.with_suffix(".mo").open("rb") as compiled:
            wanted, got = babel_po.read_po(source), babel_mo.read_mo(compiled)
        assert spoken(got) == spoken(wanted), path.name


def spoken(catalogue):
    """Return sentence -> translation, both as tuples: a sentence with a plural has several forms."""
    forms = [(as_tuple(message.id), as_tuple(message.string)) for message in catalogue if message.id]
    return {sentence: translation for sentence, translation in forms if all(translation)}


def as_tuple(text):
    """Return one form or several as a tuple."""
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the package as `pip install .` does, without fetching anything."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_package_holds_every_file(wheel):
    """Templates, pictures, translations, artifacts and data travel with the code."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "traceability", "webapp"]
    listed = set(subprocess.run(git, capture_output=True, check=True).stdout.decode().split("\0")) - {""}
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert {name for name in listed if (ROOT / name).exists()} - packed == set()


@pytest.mark.slow
def test_the_installed_package_gives_the_command(wheel, tmp_path):
    """`ocop-trace` runs from the installed files alone, in a folder that holds no checkout."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(tmp_path / "site"),
    ]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    script = tmp_path / "site" / "bin" / "ocop-trace"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path / "site"),
        "OCOP_DATA_DIR": str(tmp_path / "var"),
    }
    told = subprocess.run(
        [sys.executable, str(script), "--help"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    for word in ("init", "demo", "serve", "status", "rebuild", "verify", "participant", "account"):
        assert word in told.stdout


def test_the_version_is_said_once():
    """The package, the module and the changelog agree on the version."""
    module = re.search(r'__version__ = "(.+)"', (ROOT / "traceability" / "__init__.py").read_text(encoding="utf-8"))[1]
    assert f"## {module}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert installed_version("ocop-trace") == module


def test_make_lists_what_it_can_do():
    """Plain `make` tells a newcomer what there is, and each of the promised words is there."""
    if not shutil.which("make"):
        pytest.skip("make is not installed (Debian: apt-get install make)")
    told = subprocess.run(["make", "-C", str(ROOT)], check=True, capture_output=True, text=True).stdout
    for word in ("run", "test", "bench", "lint", "format", "lock", "docs", "screenshots", "clean"):
        assert f"make {word} " in told
