"""`ocop-trace stamps`: the life of stamps from the command line, signed in the name of an account."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from traceability.cli.naming import named_lot
from traceability.cli.output import Commands, json_option, opened, print_json, print_table, progress, read_settings, say
from traceability.cli.stamp_lives import activate, list_runs, restore, show, void
from traceability.cli.stamp_options import account_options, acting, meant_range, range_options
from traceability.errors import InvalidInputError
from traceability.services.commands import Actor, IssueStamps, PrintStamps

if TYPE_CHECKING:
    from traceability.bootstrap import Application
    from traceability.domain.job_views import JobView

MEDIA = ("pdf", "zpl", "tspl", "csv", "xlsx")


@click.group(cls=Commands)
def stamps() -> None:
    """Order stamps, print them, put them into force, make them void, and see how they stand.

    A LOT is named by its number, path or URI. A RUN is the stamps of one order, counted from 1 for each lot. Records
    are signed in the name of an account (--account); its password is asked for, or read from a file.

    On the embedded chain only one process writes: while a server runs, use its pages instead. `list`, `show` and `jobs`
    work beside it.

    \b
    From the order to the goods:
      ocop-trace stamps order MT-2611 290 --account mai
      ocop-trace stamps print MT-2611 1 --stock 25x25 --output tem.pdf --account mai
      ocop-trace stamps activate MT-2611 1 --account mai
    """


@stamps.command
@click.argument("lot")
@click.argument("count")
@account_options
@json_option
def order(*, lot: str, count: str, account: str, password_file: Path | None, as_json: bool) -> None:
    """Order a run of COUNT stamps for a LOT that is counted in pieces, and make it.

    One record on the chain, whatever the count; at most 1,000,000. When it is cut off, nothing is lost: `ocop-trace
    stamps jobs --finish`, or the server when it runs, goes on where it was.

    \b
    Examples:
      ocop-trace stamps order MT-2611 290 --account mai
      ocop-trace stamps order /01/09506000134352/10/MT-2611 100000 --account mai --password-file mai.txt --json
    """
    with acting(account, password_file) as (application, actor):
        command = IssueStamps("", named_lot(application, lot), count)
        with progress("Making stamps", quiet=as_json) as moved:
            job = application.stamps.order(actor, command, moved)
            job = _finished(application, actor, job, moved)
    _tell(job, as_json=as_json)


@stamps.command("print")
@click.argument("lot")
@click.argument("run")
@range_options
@click.option("--medium", type=click.Choice(MEDIA), default="pdf", show_default=True, help="What the file is for.")
@click.option("--stock", default="", help="Label stock, such as 25x25 or 50x30; default of sheets: 25x25.")
@click.option("--set", "own", multiple=True, metavar="NAME=VALUE", help="A length in mm of your own stock; repeat it.")
@click.option("--codes", is_flag=True, help="Print second codes, for stock with a scratch layer.")
@click.option("--calibration", is_flag=True, help="Begin with a test page of rulers.")
@click.option("--no-crop-marks", "no_crop_marks", is_flag=True, help="Leave the marks at the page's edges off.")
@click.option("--start", default="1", show_default=True, help="First free place on the first sheet.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to put the file.")
@account_options
@json_option
def print_stamps(
    *,
    lot: str,
    run: str,
    first: str,
    last: str,
    each: int | None,
    output: Path | None,
    account: str,
    password_file: Path | None,
    as_json: bool,
    **paper: Any,
) -> None:
    """Write a file of the stamps of a RUN of a LOT, and put on record that they are printed.

    pdf is for A4 sheets, zpl and tspl for thermal rolls, csv and xlsx for a print house. Whoever sees the file can copy
    the stamps: keep it as you would keep money.

    \b
    Examples:
      ocop-trace stamps print MT-2611 1 --stock 25x25 --calibration --account mai
      ocop-trace stamps print MT-2611 1 --from 1 --to 5000 --medium zpl --stock 30x20 --set dpi=300 --account mai
      ocop-trace stamps print MT-2611 1 --medium xlsx --codes --output to-the-printer.xlsx --account mai
    """
    with acting(account, password_file) as (application, actor):
        path = named_lot(application, lot)
        first, last = meant_range(application, path, run, first, last, each)
        command = _printing(application, paper, lot=path, run=run, first=first, last=last)
        with progress("Writing stamps", quiet=as_json) as moved:
            job = _finished(application, actor, application.stamps.print(actor, command), moved)
        written = _fetch(application, actor, job, output) if job.state == "done" else None
    _tell(job, as_json=as_json, file=written)


@stamps.command
@click.option("--lot", default="", help="Of this lot only.")
@click.option("--finish", is_flag=True, help="Carry out what waits, such as an order that was cut off.")
@json_option
def jobs(*, lot: str, finish: bool, as_json: bool) -> None:
    """List runs being made and files being printed, newest first, with how far they are.

    \b
    Examples:
      ocop-trace stamps jobs
      ocop-trace stamps jobs --finish
    """
    from traceability.bootstrap import CONSOLE

    with opened(read_settings(), write=finish) as application:
        if finish:
            with progress("Carrying out what waits", quiet=as_json) as moved:
                application.jobs.run_pending(moved)
        found = application.jobs.list(CONSOLE, named_lot(application, lot) if lot else None)
    if as_json:
        print_json([_plain_job(job) for job in found])
        return
    rows = [
        (
            job.id,
            job.kind,
            job.lot_number,
            f"{job.run}",
            f"{job.first}-{job.last}",
            job.state,
            f"{job.done}/{job.total}",
        )
        for job in found
    ]
    print_table(("Job", "Kind", "Lot", "Run", "Stamps", "State", "Done"), rows)


for command in (activate, void, restore, list_runs, show):
    stamps.add_command(command)


def _printing(application: "Application", paper: Mapping[str, Any], **stamps: str) -> PrintStamps:
    """Return what is to be printed on what. Raises InvalidInputError for an unknown stock."""
    medium = paper["medium"]
    stock = _stock(application, medium, paper["stock"], paper["own"])
    return PrintStamps(
        key="",
        **stamps,
        medium=medium,
        grid=stock if medium == "pdf" else {},
        label=stock if medium in {"zpl", "tspl"} else {},
        calibration=paper["calibration"],
        crop_marks=not paper["no_crop_marks"],
        start=paper["start"],
        codes=paper["codes"],
    )


def _stock(application: "Application", medium: str, name: str, own: Sequence[str]) -> Mapping[str, str]:
    """Return the lengths of a label stock, some of them one's own. Raises InvalidInputError for an unknown stock."""
    known = application.printer.presets if medium == "pdf" else application.printer.rolls
    name = name or ("" if own else "25x25")
    if name and name not in known:
        raise InvalidInputError("{value} is not one of {allowed}.", field="stock", value=name, allowed=", ".join(known))
    chosen = dict(known[name]) if name else {}
    for one in own:
        field, equals, value = one.partition("=")
        if not equals:
            raise InvalidInputError("{value} is not of the form NAME=VALUE.", field="set", value=one)
        chosen[field] = value
    return chosen


def _finished(application: "Application", actor: Actor, job: "JobView", moved: Callable[[int, int], None]) -> "JobView":
    """Carry a job out here and now, with what waited before it."""
    if not job.is_over:
        application.jobs.run_pending(moved)
    return application.jobs.get(actor, job.id)


def _fetch(application: "Application", actor: Actor, job: "JobView", output: Path | None) -> Path:
    """Copy the file of a job to where it is wanted, readable for its owner alone."""
    path, _, name = application.jobs.file(actor, job.id)
    target = output or Path(name)
    target.touch(mode=0o600)
    shutil.copyfile(path, target)
    return target


def _tell(job: "JobView", *, as_json: bool, file: Path | None = None) -> None:
    if as_json:
        print_json(_plain_job(job) | ({"file": str(file)} if file else {}))
    elif job.state == "failed" and job.error is not None:
        say(f"It failed: {job.error[0].format(**job.error[1])}")
    elif job.state != "done":
        say(
            f"Job {job.id} is {job.state}; it is gone on with when the chain answers (ocop-trace stamps jobs --finish)."
        )
    elif file is not None:
        say(f"Stamps {job.first} to {job.last} of run {job.run} are in {file}.")
    else:
        say(f"Run {job.run} of lot {job.lot_number} has {job.total} stamps, ready to be printed.")
    if job.state == "failed":
        click.get_current_context().exit(1)


def _plain_job(job: "JobView") -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "error": job.error[0].format(**job.error[1]) if job.error else "",
        "lot": job.lot_path,
        "run": job.run,
        "first": job.first,
        "last": job.last,
        "medium": job.medium,
    }
