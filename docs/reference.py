"""Writes the pages of the documentation that only repeat what the code says: `make docs` brings them up to date.

`commands.md` comes from the command line's own help, `pages.md` from the addresses that the server answers, and the
table in `settings.md` from the settings' descriptions. The texts are thus written once, where they are shown to users
as well; a test fails where a page has fallen behind.
"""

import inspect
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import click

from traceability.settings import PREFIX, Settings

DOCS = Path(__file__).parent

COMMANDS = """\
# Commands

`ocop-trace COMMAND --help` says the same in a terminal. State lies in the data folder, `OCOP_DATA_DIR` (default
`var/`); all [settings](settings.md) apply. A command that fails says why and exits with a status other than zero.
"""

PAGES = """\
# Pages

Every address that the server answers, relative to `OCOP_BASE_URL`. Public pages ask nothing of the chain, and no page
asks anything of another site.
"""

AREAS = {
    "": ("Public", "open to anybody"),
    "coop": ("Cooperative", "for accounts of producers"),
    "inspect": ("Inspector", "for accounts of inspectors"),
    "operate": ("Operator", "for accounts of the operator"),
}
"""First part of an address -> heading, and who comes in."""


def commands() -> str:
    """Return docs/commands.md."""
    from traceability.cli import main  # noqa: PLC0415 - the other pages can be written without it

    return "\n".join([COMMANDS, *sections(main, ("ocop-trace",))])


def sections(group: click.Group, path: tuple[str, ...]) -> Iterator[str]:
    """Yield one section for each command of a group; commands of a group inside stand under its own heading."""
    for name, command in sorted(group.commands.items(), key=lambda item: (isinstance(item[1], click.Group), item[0])):
        words = (*path, name)
        if isinstance(command, click.Group):
            yield f"## `{' '.join(words)}`\n\n{prose(command.help)}\n"
            yield from sections(command, words)
        elif not command.hidden:
            yield section(command, words)


def section(command: click.Command, words: tuple[str, ...]) -> str:
    """Return the section of one command: how it is called, what it does, its arguments and options."""
    context = click.Context(command, info_name=" ".join(words))
    usage = " ".join(command.collect_usage_pieces(context))
    rows = [
        f"| `{parameter_name(parameter)}` | {parameter_help(parameter)} |"
        for parameter in command.params
        if not getattr(parameter, "hidden", False)
    ]
    table = "\n".join(["| | |", "| --- | --- |", *rows]) + "\n" if rows else ""
    return f"### `{' '.join(words)}`\n\n```text\n{' '.join(words)} {usage}\n```\n\n{prose(command.help)}\n\n{table}"


def parameter_name(parameter: click.Parameter) -> str:
    """Return how a parameter is typed."""
    if isinstance(parameter, click.Option):
        return ", ".join([*parameter.opts, *parameter.secondary_opts])
    return parameter.human_readable_name


def parameter_help(parameter: click.Parameter) -> str:
    """Return what a parameter means; arguments are explained in the text above them."""
    return (getattr(parameter, "help", None) or "see above").replace("|", "\\|")


def prose(text: str | None) -> str:
    """Return help text as Markdown: click's mark for lines kept as they are becomes a block."""
    paragraphs = inspect.cleandoc(text or "").split("\f")[0].strip().split("\n\n")
    return "\n\n".join(f"```text\n{p[1:].strip(chr(10))}\n```" if p.startswith("\b") else p for p in paragraphs)


def pages() -> str:
    """Return docs/pages.md."""
    from webapp import create_app  # noqa: PLC0415 - the other pages can be written without it

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)), application=SimpleNamespace(ledger=None))
    rows: dict[str, list[str]] = {area: [] for area in AREAS}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        view = app.view_functions[rule.endpoint]
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        meaning = (getattr(view, "__doc__", None) or "").strip().split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        first = rule.rule.split("/")[1]
        rows[first if first in AREAS else ""].append(f"| `{rule.rule}` | {methods} | {re.sub(r'  +', ' ', meaning)} |")
    parts = [
        f"## {title}\n\nThese pages are {whose}.\n\n| address | methods | |\n| --- | --- | --- |\n"
        + "\n".join(rows[area])
        + "\n"
        for area, (title, whose) in AREAS.items()
        if rows[area]
    ]
    return "\n".join([PAGES, *parts])


def settings_rows() -> list[str]:
    """Return the lines of the table in docs/settings.md."""
    return [
        f"| `{PREFIX}{name.upper()}` | {shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]


def shown(default: object) -> str:
    """Return a default as the table writes it."""
    if default in {None, ""}:
        return "empty"
    return f"`{','.join(default) if isinstance(default, tuple) else default}`"


def settings() -> str:
    """Return docs/settings.md with its table brought up to date."""
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    table = "\n".join(settings_rows())
    return re.sub(r"^\| `OCOP_.*$(\n^\| `OCOP_.*$)*", lambda _: table, text, count=1, flags=re.MULTILINE)


def main() -> None:
    """Write all three."""
    for name, write in (("settings", settings), ("commands", commands), ("pages", pages)):
        (DOCS / f"{name}.md").write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
