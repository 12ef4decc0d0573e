"""The command line: `ocop-trace COMMAND`. Each command reads the settings, asks the application, and prints the answer.

Nothing is decided here. A refusal is one sentence on standard error and an exit status that says what kind of trouble
it is; what a program reads is JSON on standard output, and nothing else stands there then.
"""

import gc
from typing import Final

import click

from traceability import __version__
from traceability.cli.api_keys import api_keys
from traceability.cli.folder import init, rebuild, status
from traceability.cli.links import links
from traceability.cli.output import Commands
from traceability.cli.people import account, participant
from traceability.cli.serving import serve
from traceability.cli.stamps import stamps
from traceability.cli.story import demo
from traceability.cli.verifying import verify

__all__ = ["main"]

GARBAGE: Final = 50_000
"""New objects after which Python looks for cycles. At its own 700 it does so all the time while the embedded chain
works, which costs an eighth of all that is recorded."""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ocop-trace", help="Print the version and exit.")
def main() -> None:
    """Record where OCOP goods come from on an EVM chain, and let anyone check their stamps.

    All state lies in one folder, OCOP_DATA_DIR (default: var). Settings are environment variables that begin with
    OCOP_; docs/settings.md lists them.

    \b
    To look around:      ocop-trace demo, then ocop-trace serve
    To begin for real:   ocop-trace init
                         ocop-trace account create THE-NAME --role operator
                         ocop-trace serve
    To check the record: ocop-trace verify --all

    \b
    Exit status: 0 done, 1 refused or something does not verify, 2 wrong usage, 3 settings or data folder, 4 chain.
    """
    gc.set_threshold(GARBAGE, 10, 10)


for command in (init, demo, serve, status, rebuild, verify, stamps, links, participant, account, api_keys):
    main.add_command(command)
