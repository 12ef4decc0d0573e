"""`ocop-trace verify`: whether histories, contract and tables agree, in numbered checks."""

from typing import TYPE_CHECKING, Any

import click

from traceability.cli.naming import named_lot
from traceability.cli.output import json_option, opened, print_json, progress, read_settings, say

if TYPE_CHECKING:
    from traceability.proofs.verifier import Check


@click.command
@click.argument("subject", metavar="[LOT|STAMP-LINK]", default="")
@click.option("--all", "everything", is_flag=True, help="Check every history there is.")
@json_option
@click.pass_context
def verify(context: click.Context, *, subject: str, everything: bool, as_json: bool) -> None:
    """Read histories from the chain again, fold them, and compare with the contract and with the tables.

    Prints numbered checks, and ends with status 1 naming the first difference. LOT is a lot's path, URI or number; a
    stamp's link is checked down to the Merkle root of its run. Works beside a running server and writes nothing.

    \b
    Examples:
      ocop-trace verify MT-2611
      ocop-trace verify /01/09506000134352/10/MT-2611
      ocop-trace verify https://trace.example.vn/01/09506000134352/21/7Q4X0M2K9TB1ZDE5R
      ocop-trace verify --all --json
    """
    if bool(subject) == everything:
        raise click.UsageError("Name a lot or a stamp's link, or say --all.")
    with opened(read_settings()) as application:
        if everything:
            with progress("Folding every history", quiet=as_json) as moved:
                report = application.verifier.verify_all(moved)
        else:
            report = application.verifier.verify(named_lot(application, subject))
    checks = [_plain(check) for check in report.checks]
    if as_json:
        print_json({"ok": report.ok, "checks": checks})
    else:
        _print(checks, ok=report.ok)
    context.exit(0 if report.ok else 1)


def _plain(check: "Check") -> dict[str, Any]:
    return {"number": check.number, "title": check.title, "ok": check.ok, "detail": check.detail}


def _print(checks: list[dict[str, Any]], *, ok: bool) -> None:
    for check in checks:
        mark = "ok " if check["ok"] else "NO "
        say(f"{check['number']:>3}. {mark} {check['title']}" + (f": {check['detail']}" if check["detail"] else ""))
    if ok:
        say("Everything agrees.")
        return
    first = next(check for check in checks if not check["ok"])
    said = f"It does not verify. First difference, check {first['number']}: {first['title']}. {first['detail']}"
    click.echo(said, err=True)
