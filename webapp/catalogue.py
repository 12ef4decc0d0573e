"""Keeps the two languages in step: every English sentence of the product and the Vietnamese one that belongs to it.

    python -m webapp.catalogue update     collect the sentences, keep the translations there are, and list what lacks
    one python -m webapp.catalogue compile    write messages.mo, which is what the pages read

English sentences stand in the source (`_("...")` in views and templates, sentences of error classes in `traceability/`)
and are the keys. Vietnamese stands in `translations/vi/LC_MESSAGES/messages.po`, edited by hand. A test fails where a
sentence has no translation, where a translation loses a gap, and where messages.mo is older than messages.po.
"""

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).resolve().parent / "translations" / "vi" / "LC_MESSAGES"
PO, MO = FOLDER / "messages.po", FOLDER / "messages.mo"

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands where gettext wants the hour of the work, so that the same sentences make the same file."""

NAMES = {"template", "sentence"}
"""Variables that hold an error's sentence on the way to it."""

PAIR = 2
"""An error's class and its sentence."""

KEYWORDS = {"_": None, "_l": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
JINJA = {"trimmed": "true", "silent": "false"}


def extract_errors(file: IO[bytes], *_: Any, **__: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """Extractor for Babel: yield the sentences of errors, wherever `traceability` writes them.

    They are the first argument of a class whose name ends in Error, or what is assigned to `template` or `sentence`
    on the way there, or stand beside such a class in a tuple; the titles of the Verifier's checks come along.
    """
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and node.args and _is_error(node.func):
            found = _sentences(node.args[0])
        elif isinstance(node, ast.Assign) and NAMES & {getattr(one, "id", "") for one in node.targets}:
            found = _sentences(node.value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == PAIR and _is_error(node.elts[0]):
            found = _sentences(node.elts[1])
        elif isinstance(node, ast.AnnAssign | ast.Assign) and "CHECKS" in ast.unparse(node).split(maxsplit=1)[0]:
            found = _sentences(node.value)
        else:
            continue
        yield from ((line, None, text, []) for line, text in found)


def _is_error(node: ast.expr) -> bool:
    """Tell whether an expression names an error, or what makes one."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.endswith("Error") or name == "_differ"


def _sentences(node: ast.expr | None) -> Iterator[tuple[int, str]]:
    """Yield the texts with a space in them that an expression may come to, with their lines."""
    for one in ast.walk(node) if node is not None and not isinstance(node, ast.Call | ast.JoinedStr) else ():
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value:
            yield one.lineno, one.value


def collect() -> Catalog:
    """Return a catalogue of every sentence in the source, without translations."""
    catalog = Catalog(project="ocop-trace", version="", charset="utf-8", fuzzy=False)
    for folder, methods in (
        (ROOT / "webapp", [("**.py", "python"), ("**/templates/**.html", "jinja2")]),
        (ROOT / "traceability", [("**.py", extract_errors)]),
        (ROOT / "webapp", [("**.py", extract_errors)]),
    ):
        options = {"**/templates/**.html": JINJA}
        for name, line, message, comments, context in extract_from_dir(
            folder, methods, options, KEYWORDS, strip_comment_tags=True
        ):
            place = f"{folder.name}/{name}"
            catalog.add(message, None, [(place, line)], auto_comments=comments, context=context)
    return catalog


def read() -> Catalog:
    """Return the Vietnamese catalogue as it stands in the file."""
    if not PO.is_file():
        return Catalog(locale="vi")
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def lacking(catalog: Catalog) -> list[Message]:
    """Return the sentences without a (sure) translation."""
    return [message for message in catalog if message.id and (message.fuzzy or not _complete(message.string))]


def _complete(string: Any) -> bool:
    """Tell whether a translation is there, in all its plural forms."""
    return all(string) if isinstance(string, list | tuple) else bool(string)


def update() -> Catalog:
    """Bring messages.po up to the source: new sentences are added, those that are gone leave, translations stay."""
    old, new = read(), Catalog(locale="vi", project="ocop-trace", version="", fuzzy=False)
    for message in collect():
        if message.id:
            known = old.get(message.id, message.context)
            places = [(place, None) for place in sorted({place for place, _ in message.locations})]
            new.add(message.id, known.string if known else None, places, context=message.context)
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(_po_bytes(new))
    return new


def _po_bytes(catalog: Catalog) -> bytes:
    """Return a catalogue as text, sorted and without anything that changes from run to run."""
    buffer = BytesIO()
    write_po(buffer, catalog, sort_output=True, omit_header=False, include_lineno=False, width=120)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Language-Team')
    kept = [
        line
        for line in lines
        if not line.startswith((*dated, "# Translations", "# Copyright", "# This file", "# FIRST"))
    ]
    return "".join(kept).encode()


def compiled() -> bytes:
    """Return what messages.mo has to hold."""
    buffer = BytesIO()
    catalog = read()
    catalog.creation_date = catalog.revision_date = EPOCH
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main(arguments: list[str]) -> int:
    """Run one of the two commands; the exit code of `update` tells whether a translation is lacking."""
    if arguments == ["update"]:
        missing = lacking(update())
        for message in missing:
            sys.stdout.write(f"{message.locations[0][0] if message.locations else '?'}: {message.id}\n")
        sys.stdout.write(f"{len(missing)} sentences lack a translation in {PO.relative_to(ROOT)}\n")
        return 1 if missing else 0
    if arguments == ["compile"]:
        MO.write_bytes(compiled())
        return 0
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
