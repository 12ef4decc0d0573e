"""What the commands about stamps have in common: who acts, which stamps are meant, and how a run stands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from traceability.cli.output import opened, print_json, print_table, read_settings
from traceability.domain.stamp_life import Span
from traceability.domain.stamp_ranges import Layout
from traceability.domain.views import StampRunView
from traceability.errors import InvalidInputError, NotFoundError
from traceability.services.commands import Actor

if TYPE_CHECKING:
    from traceability.bootstrap import Application

Function = TypeVar("Function", bound=Callable[..., Any])


def account_options(function: Function) -> Function:
    """Give a command the options that say in whose name it acts."""
    function = click.option(
        "--password-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File whose first line is the password; without it the password is asked for.",
    )(function)
    return click.option("--account", required=True, help="Name of the log-in that acts.")(function)


def range_options(function: Function) -> Function:
    """Give a command the options that name stamps of a run."""
    function = click.option(
        "--each",
        type=click.IntRange(min=1),
        help="Stamps on a sheet or roll: --from and --to then count sheets or rolls, from 1.",
    )(function)
    function = click.option("--to", "last", default="", help="Last stamp; default: the last of the run.")(function)
    return click.option("--from", "first", default="", help="First stamp; default: the first of the run.")(function)


@contextmanager
def acting(account: str, password_file: Path | None) -> Iterator[tuple["Application", Actor]]:
    """Open the application for writing, and say who acts. Raises NotAuthenticatedError for a wrong password."""
    if password_file is None:
        password = click.prompt(f"Password of {account}", hide_input=True, err=True)
    else:
        lines = password_file.read_text(encoding="utf-8").splitlines()
        password = lines[0] if lines else ""
    with opened(read_settings(), write=True) as application:
        yield application, application.accounts.authenticate(account, password)


def meant_range(
    application: "Application", lot: str, run: str, first: str, last: str, each: int | None
) -> tuple[str, str]:
    """Return the stamps that are meant; with `each`, first and last count sheets or rolls. Raises InvalidInputError."""
    if each is None:
        return first, last
    pieces = []
    layout = Layout(1, run_of(application, lot, run).count, each)
    for field, typed, otherwise in (("first", first, 1), ("last", last, layout.pieces)):
        if typed and not (typed.isascii() and typed.isdigit()):
            raise InvalidInputError(
                "There are sheets or rolls 1 to {count}, and no {number}.",
                field=field,
                count=layout.pieces,
                number=typed,
            )
        pieces.append(int(typed) if typed else otherwise)
    begin, end = layout.stamps(*pieces)
    return str(begin), str(end)


def run_of(application: "Application", lot: str, run: str) -> StampRunView:
    """Return a run of a lot. Raises NotFoundError."""
    for found in application.reads.runs(lot):
        if str(found.number) == run:
            return found
    raise NotFoundError("Lot {lot} has no stamp run {run}.", field="run", lot=lot, run=run)


def tell_run(run: StampRunView, *, as_json: bool) -> None:
    """Print how a run stands, range by range."""
    if as_json:
        print_json(plain_run(run) | {"spans": [_plain_span(span) for span in run.life.spans]})
        return
    rows = [(f"{span.first}-{span.last}", span.state.value, _since(span), span.void_reason) for span in run.life.spans]
    print_table(("Stamps", "State", "Since", "Why"), rows)


def _since(span: Span) -> str:
    when = span.voided_at or span.activated_at or span.printed_at
    return when.isoformat(timespec="seconds") if when else ""


def plain_run(run: StampRunView) -> dict[str, Any]:
    """Return how a run stands, for a program."""
    return {
        "run": run.number,
        "count": run.count,
        "ready": run.ready,
        "root": run.root,
        "issued_at": run.issued_at.isoformat(),
        "printed": run.life.printed,
        "activated": run.activated,
        "void": run.life.void,
    }


def _plain_span(span: Span) -> dict[str, Any]:
    return {
        "first": span.first,
        "last": span.last,
        "state": span.state.value,
        "printings": span.printings,
        "codes": span.codes,
        "since": _since(span),
        "reason": span.void_reason,
    }
