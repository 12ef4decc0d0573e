"""`ocop-trace stamps activate|void|restore|list|show`: what becomes of stamps that are printed."""

from pathlib import Path

import click

from traceability.cli.naming import named_lot
from traceability.cli.output import json_option, opened, print_json, print_table, read_settings
from traceability.cli.stamp_options import (
    account_options,
    acting,
    meant_range,
    plain_run,
    range_options,
    run_of,
    tell_run,
)
from traceability.domain.stamp_life import RESTORE_REASONS, VOID_REASONS
from traceability.services.commands import ActivateStamps, RestoreStamps, VoidStamps


@click.command
@click.argument("lot")
@click.argument("run")
@range_options
@account_options
@json_option
def activate(
    *,
    lot: str,
    run: str,
    first: str,
    last: str,
    each: int | None,
    account: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Say that stamps of a RUN are on the goods of a LOT: from now on they count as genuine.

    \b
    Examples:
      ocop-trace stamps activate MT-2611 1 --account mai
      ocop-trace stamps activate MT-2611 1 --from 1 --to 120 --account mai
      ocop-trace stamps activate MT-2611 1 --from 3 --to 5 --each 77 --account mai    (sheets 3 to 5)
    """
    with acting(account, password_file) as (application, actor):
        path = named_lot(application, lot)
        first, last = meant_range(application, path, run, first, last, each)
        application.stamps.activate(actor, ActivateStamps("", path, run, first, last))
        found = run_of(application, path, run)
    tell_run(found, as_json=as_json)


@click.command
@click.argument("lot")
@click.argument("run")
@range_options
@click.option("--reason", type=click.Choice(VOID_REASONS), required=True, help="Why they are void.")
@click.option("--note", default="", help="What happened; never goes on the chain.")
@account_options
@json_option
def void(
    *,
    lot: str,
    run: str,
    first: str,
    last: str,
    each: int | None,
    reason: str,
    note: str,
    account: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Make stamps of a RUN of a LOT void: who scans one is warned from now on.

    Custodians make their own stamps void, inspectors any.

    \b
    Examples:
      ocop-trace stamps void MT-2611 1 --from 2 --to 2 --each 1000 --reason stolen --account mai    (the second roll)
    """
    with acting(account, password_file) as (application, actor):
        path = named_lot(application, lot)
        first, last = meant_range(application, path, run, first, last, each)
        application.stamps.void(actor, VoidStamps("", path, run, reason, first, last, note))
        found = run_of(application, path, run)
    tell_run(found, as_json=as_json)


@click.command
@click.argument("lot")
@click.argument("run")
@range_options
@click.option("--reason", type=click.Choice(RESTORE_REASONS), required=True, help="Why they count again.")
@click.option("--note", default="", help="What happened; never goes on the chain.")
@account_options
@json_option
def restore(
    *,
    lot: str,
    run: str,
    first: str,
    last: str,
    each: int | None,
    reason: str,
    note: str,
    account: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Let void stamps of a RUN of a LOT count again. What an inspector made void only an inspector restores.

    \b
    Examples:
      ocop-trace stamps restore MT-2611 1 --from 2 --to 2 --each 1000 --reason found --account mai
    """
    with acting(account, password_file) as (application, actor):
        path = named_lot(application, lot)
        first, last = meant_range(application, path, run, first, last, each)
        application.stamps.restore(actor, RestoreStamps("", path, run, reason, first, last, note))
        found = run_of(application, path, run)
    tell_run(found, as_json=as_json)


@click.command("list")
@click.argument("lot")
@json_option
def list_runs(*, lot: str, as_json: bool) -> None:
    """List the runs of a LOT: how many stamps, and how far they are."""
    with opened(read_settings()) as application:
        rows = [plain_run(run) for run in application.reads.runs(named_lot(application, lot))]
    if as_json:
        print_json(rows)
        return
    names = ("run", "count", "ready", "printed", "activated", "void")
    print_table([name.capitalize() for name in names], [[str(row[name]) for name in names] for row in rows])


@click.command
@click.argument("lot")
@click.argument("run")
@json_option
def show(*, lot: str, run: str, as_json: bool) -> None:
    """Show a RUN of a LOT range by range: printed, activated or void, since when, and why."""
    with opened(read_settings()) as application:
        found = run_of(application, named_lot(application, lot), run)
    tell_run(found, as_json=as_json)
