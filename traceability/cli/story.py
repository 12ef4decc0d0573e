"""`ocop-trace demo`: a data folder with three products, from first delivery to stamped packages."""

from typing import TYPE_CHECKING, Any

import click

from traceability.cli.output import json_option, opened, print_json, print_table, progress, read_settings, say

if TYPE_CHECKING:
    from traceability.settings import Settings


@click.command
@json_option
def demo(*, as_json: bool) -> None:
    """Make a demo: three products from first delivery to stamped packages, with log-ins made at random.

    Asks nothing. Where the demo is there already, its links and log-ins are printed again. The log-ins exist only in
    this data folder. A data folder in which something else was recorded is left alone.

    \b
    Examples:
      ocop-trace demo && ocop-trace serve
      ocop-trace demo --json
    """
    from traceability import demo as story

    settings = read_settings()
    if not story.is_there(settings):
        with progress("Telling the story of three products", quiet=as_json) as moved:
            story.make(settings, moved)
    with opened(settings) as application:
        told = story.describe(settings, application)
    if as_json:
        print_json(told)
    else:
        _print(told)


def logins(settings: "Settings") -> list[dict[str, str]]:
    """Return the demo's log-ins, none where there is no demo. Raises StorageError."""
    from traceability import demo as story

    return story.logins(settings)


def _print(told: dict[str, Any]) -> None:
    say("Products")
    print_table(("  Name", "Link"), [(f"  {one['name']}", one["link"]) for one in told["products"]])
    say("\nLots")
    print_table(("  Lot", "Status", "Link"), [(f"  {one['lot']}", one["status"], one["link"]) for one in told["lots"]])
    say("\nStamps")
    print_table(("  Status", "Link"), [(f"  {one['status']}", one["link"]) for one in told["stamps"]])
    say("\nLog-ins, at /login")
    rows = [(f"  {one['role']}", one["name"], one["password"]) for one in told["logins"]]
    print_table(("  Role", "Name", "Password"), rows)
