"""The rooms of DESIGN.md and the doors between them: an import that runs the wrong way fails here.

`domain <- proofs <- ports <- services`; the adapters `chain`, `projection` and `formats` see those but not each other;
`bootstrap` is the one place that knows all of them; `cli` and `webapp` reach adapters only through it. Foreign
libraries have one room each, too: web3 lives in `chain`, SQLAlchemy in `projection`, Flask in `webapp`. The domain
performs no I/O, reads no clock and rolls no dice. All imports are read from the source with `ast`, those inside
functions included, so that a late import is no way around.
"""

import ast
import fnmatch
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent

CORE = {"traceability", "traceability.errors"}
"""Everybody may see these."""

MAY_IMPORT = {
    "traceability.errors": set(),
    "traceability.settings": CORE,
    "traceability.domain": CORE,
    "traceability.proofs": CORE | {"traceability.domain"},
    "traceability.ports": CORE | {"traceability.domain", "traceability.proofs"},
    "traceability.services": CORE | {"traceability.domain", "traceability.proofs", "traceability.ports"},
    "traceability.chain": CORE | {"traceability.domain", "traceability.proofs", "traceability.ports"},
    "traceability.projection": CORE | {"traceability.domain", "traceability.proofs", "traceability.ports"},
    "traceability.formats": CORE | {"traceability.domain", "traceability.proofs", "traceability.ports"},
    "traceability.bootstrap": {"traceability"},  # the composition root: all of them, the shells excepted
    "traceability.cli": CORE
    | {"webapp"}  # `serve` hands the application to the server, and that is all
    | {f"traceability.{room}" for room in ("settings", "domain", "proofs", "ports", "services", "bootstrap", "demo")},
    "traceability.demo": CORE
    | {f"traceability.{room}" for room in ("settings", "domain", "proofs", "ports", "services", "bootstrap")},
    "webapp": CORE
    | {"webapp"}
    | {f"traceability.{room}" for room in ("settings", "domain", "proofs", "ports", "services", "bootstrap")},
}
"""Room -> the rooms of ours that it may import, besides itself."""

HOME_OF = {
    "web3": {"traceability.chain"},
    "eth": {"traceability.chain"},
    "eth_tester": {"traceability.chain"},
    "rlp": {"traceability.chain"},
    "trie": {"traceability.chain"},
    "solcx": {"traceability.chain"},
    "eth_abi": {"traceability.chain", "traceability.proofs"},
    "eth_account": {"traceability.chain", "traceability.proofs"},
    "eth_keys": {"traceability.chain", "traceability.proofs"},
    "eth_utils": {"traceability.chain", "traceability.proofs"},
    "eth_typing": {"traceability.chain", "traceability.proofs"},
    "hexbytes": {"traceability.chain", "traceability.proofs"},
    "sqlalchemy": {"traceability.projection"},
    "alembic": {"traceability.projection"},
    "psycopg": {"traceability.projection"},
    "sqlite3": {"traceability.chain", "traceability.projection"},
    "qrcode": {"traceability.formats"},
    "reportlab": {"traceability.formats"},
    "xlsxwriter": {"traceability.formats"},
    "PIL": {"traceability.formats", "traceability.demo"},
    "flask*": {"webapp"},
    "werkzeug": {"webapp"},
    "jinja2": {"webapp"},
    "wtforms": {"webapp"},
    "waitress": {"webapp", "traceability.cli"},
    "gunicorn": {"webapp"},
    "click": {"traceability.cli"},
    "rich": {"traceability.cli"},
    "pydantic*": {"traceability.settings"},
}
"""Foreign library -> the rooms that may know it."""

IMPURE = {
    "os",
    "io",
    "sys",
    "random",
    "secrets",
    "time",
    "socket",
    "subprocess",
    "pathlib",
    "shutil",
    "tempfile",
    "urllib.request",
    "http",
    "threading",
    "asyncio",
    "logging",
    "sqlite3",
    "requests",
    "uuid",
}
"""Modules that a pure room has no use for."""

IMPURE_CALLS = {"now", "today", "utcnow", "open", "input", "print", "urandom", "getenv"}
"""Calls that a pure room may not make: the clock, the world, chance."""

PURE_ROOMS = ("traceability.domain", "traceability.proofs")


class Import(NamedTuple):
    """One import: from which module, of what, and where."""

    importer: str
    imported: str
    where: str


def module_name(path):
    """Return the dotted name of a source file."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module):
    """Return the room that a module of ours lies in: `webapp`, or the second part of `traceability.*`."""
    parts = module.split(".")
    return parts[0] if parts[0] == "webapp" else ".".join(parts[:2])


@cache
def sources():
    """Return (module name, path, syntax tree) of every source file of the product."""
    found = [path for room in ("traceability", "webapp") for path in sorted((ROOT / room).rglob("*.py"))]
    return [(module_name(path), path, ast.parse(path.read_text(encoding="utf-8"))) for path in found]


@cache
def imports():
    """Return every import of the product, those inside functions included."""
    modules = {name for name, _, _ in sources()}
    return [edge for name, path, tree in sources() for edge in imports_of(name, path, tree, modules)]


def imports_of(name, path, tree, modules):
    """Yield the imports of one source file; `from a import b` names the module `a.b` where there is one."""
    for node in ast.walk(tree):
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import):
            yield from (Import(name, alias.name, where) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(name, path, node)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield Import(name, whole if whole in modules else base, where)


def absolute(name, path, node):
    """Return the module that a `from` import names, with leading dots resolved."""
    if not node.level:
        return node.module
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for _ in range(node.level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{node.module}" if node.module else package


def wrong_doors(edges):
    """List the imports that lead through a door that is not there."""
    for edge in edges:
        room, target = room_of(edge.importer), room_of(edge.imported)
        if target.split(".")[0] not in {"traceability", "webapp"} or room in {target, "traceability"}:
            continue
        anywhere = room == "traceability.bootstrap" and target.startswith("traceability.")
        if not anywhere and target not in MAY_IMPORT[room]:
            yield f"{edge.where}: {room} may not import {edge.imported}"


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_run_one_way(room):
    """A room sees only the rooms on its way to the domain."""
    assert list(wrong_doors(edge for edge in imports() if room_of(edge.importer) == room)) == []


def test_every_module_lies_in_a_room():
    """A new package of the product gets its place in the table above before anything else."""
    unplaced = {room_of(name) for name, _, _ in sources()} - set(MAY_IMPORT) - {"traceability"}
    assert unplaced == set()


def test_foreign_libraries_have_one_home():
    """Web3 lives in `chain`, SQLAlchemy in `projection`, Flask in `webapp`, and so on."""
    strays = []
    for edge in imports():
        top = edge.imported.split(".")[0]
        homes = next((homes for library, homes in HOME_OF.items() if fnmatch.fnmatch(top, library)), None)
        if homes is not None and room_of(edge.importer) not in homes:
            strays.append(f"{edge.where}: {top} belongs in {', '.join(sorted(homes))}")
    assert strays == []


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_pure_rooms_import_nothing_of_the_world(room):
    """Domain and proofs know no file, no clock, no chance and no network."""
    strays = [
        f"{edge.where}: {edge.imported}"
        for edge in imports()
        if room_of(edge.importer) == room and (edge.imported in IMPURE or edge.imported.split(".")[0] in IMPURE)
    ]
    assert strays == []


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_pure_rooms_read_no_clock_and_do_no_io(room):
    """`datetime.now()`, `open()` and their like are handed in by the caller instead."""
    strays = []
    for name, path, tree in sources():
        if room_of(name) != room:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if called in IMPURE_CALLS:
                    strays.append(f"{path.relative_to(ROOT)}:{node.lineno}: {called}()")
    assert strays == []


def test_only_settings_read_the_environment():
    """A variable that some other module looked at would be a setting that nobody can find."""
    strays = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for name, path, tree in sources()
        if name not in {"traceability.settings", "traceability.chain.compiler"}  # the compiler is a developer's tool
        for node in ast.walk(tree)
        if ast.unparse(node) in {"os.environ", "os.getenv", "os.environb"}
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {"environ", "getenv"} & {a.name for a in node.names}
        )
    ]
    assert strays == []


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("traceability.domain.lots", "from traceability.services import register"),
        ("traceability.domain.lots", "def late():\n    import traceability.ports"),
        ("traceability.domain.lots", "from ..chain import store"),
        ("traceability.projection.queries", "from traceability.chain.store import Store"),
        ("traceability.services.scan", "from traceability import projection"),
        ("webapp.public.views", "from traceability.projection import queries"),
    ],
)
def test_the_watchman_is_awake(importer, line):
    """Each way of coming in by the wrong door is seen: late, relative, or through the package."""
    path = ROOT.joinpath(*importer.split(".")).with_suffix(".py")
    modules = {"traceability.projection", "traceability.chain.store"}
    assert len(list(wrong_doors(imports_of(importer, path, ast.parse(line), modules)))) == 1
