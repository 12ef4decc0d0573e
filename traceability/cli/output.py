"""What commands have in common: settings, errors as one sentence, tables for people, JSON for programs, progress."""

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from traceability.errors import ChainError, ConfigurationError, OcopTraceError, StorageError

if TYPE_CHECKING:
    from traceability.bootstrap import Application
    from traceability.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])

EXIT_STATUS: Final[tuple[tuple[type[OcopTraceError], int], ...]] = (
    (ConfigurationError, 3),
    (StorageError, 3),
    (ChainError, 4),
    (OcopTraceError, 1),
)
"""Family of errors -> exit status; the first that fits."""


class Commands(click.Group):
    """A group whose commands fail with one clear sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ours becomes a sentence and an exit status."""
        try:
            return super().invoke(ctx)
        except OcopTraceError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(next(status for family, status in EXIT_STATUS if isinstance(error, family)))


def read_settings() -> "Settings":
    """Return the settings, and log as they say. Raises ConfigurationError."""
    from traceability.settings import Settings

    settings = Settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if settings.log_level == "INFO":
        logging.getLogger("alembic").setLevel(logging.WARNING)  # it reports that nothing is to be done
    return settings


@contextmanager
def opened(settings: "Settings", *, write: bool = False) -> Iterator["Application"]:
    """Open the application, and close it afterwards.

    Args:
        settings: which data folder.
        write: own the embedded chain; otherwise look on beside a running server.
    """
    from traceability.bootstrap import build

    application = build(settings, mode="write" if write else "read")
    try:
        yield application
    finally:
        application.close()


def json_option(function: Function) -> Function:
    """Give a command the option `--json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program, and nothing else.")
    return option(function)


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def say(text: str = "") -> None:
    """Print a line for people on standard output."""
    click.echo(text)


WIDEST = 500
"""Columns that a table may take."""


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table for people on standard output; nothing in a cell is taken for markup.

    A narrow terminal wraps the lines itself: a link that was cut short could not be opened.
    """
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Console().render_str(cell, markup=False, highlight=False, emoji=False) for cell in row))
    Console(width=WIDEST).print(table)


def print_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one a line, the values below each other."""
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        say(f"  {name:<{width}}  {value}")


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how far long work is; yields a function that takes what is done and what there is.

    Args:
        what: the work in a few words.
        quiet: show nothing, as with `--json`; nothing is shown either where standard error is no terminal.
    """
    hidden = quiet or not sys.stderr.isatty()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden) as bars:
        task = bars.add_task(what, total=None)

        def moved(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total or None)

        yield moved
