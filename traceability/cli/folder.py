"""Commands around the data folder: make it, look at it, make its tables anew."""

from typing import TYPE_CHECKING, Any

import click

from traceability.cli.output import json_option, opened, print_facts, print_json, progress, read_settings, say
from traceability.errors import ChainError

if TYPE_CHECKING:
    from traceability.bootstrap import Application


@click.command
@json_option
def init(*, as_json: bool) -> None:
    """Make the data folder: keys, chain, contract and database.

    Asks nothing, and may be run again at any time: what is there stays, and what an interrupted run left undone is
    finished. With OCOP_CHAIN=https://... the contract is created on that network instead of an embedded chain.

    \b
    Examples:
      ocop-trace init
      OCOP_DATA_DIR=/srv/trace OCOP_NAMESPACE=https://trace.example.vn ocop-trace init
    """
    from traceability import bootstrap

    settings = read_settings()
    with progress("Making the data folder", quiet=as_json):
        made = bootstrap.init(settings)
    facts = {
        "data_folder": str(made.folder),
        "created": made.created,
        "chain": settings.chain,
        "chain_id": made.chain_id,
        "contract": made.contract,
        "operator": made.operator,
        "relayer": made.relayer,
    }
    if as_json:
        print_json(facts)
        return
    say("The data folder is made." if made.created else "The data folder was there already; nothing is changed.")
    print_facts([(name.replace("_", " "), str(value)) for name, value in facts.items() if name != "created"])
    if made.created:
        say("Next: ocop-trace account create NAME --role operator, then ocop-trace serve.")


@click.command
@json_option
def status(*, as_json: bool) -> None:
    """Say how the record stands: chain, projection, outbox, and what is in it.

    Works beside a running server, and while the chain cannot be reached.

    \b
    Examples:
      ocop-trace status
      ocop-trace status --json
    """
    settings = read_settings()
    with opened(settings) as application:
        facts = _status(application)
    if as_json:
        print_json(facts)
        return
    unknown = "unknown"
    print_facts([(name.replace("_", " "), unknown if value is None else str(value)) for name, value in facts.items()])


def _status(application: "Application") -> dict[str, Any]:
    reads, ledger = application.reads, application.ledger
    fresh = reads.freshness()
    height, trouble = None, ""
    try:
        height = ledger.height()
    except ChainError as error:
        trouble = str(error)
    with application.database.begin() as work:
        waiting = work.outbox.count()
    facts: dict[str, Any] = {
        "data_folder": str(application.settings.data_dir),
        "chain": application.settings.chain,
        "chain_id": ledger.chain_id,
        "contract": ledger.address,
        "chain_height": height,
        "projection_height": fresh.projected_block,
        "lag": None if height is None else max(height - fresh.projected_block, 0),
        "waiting_in_outbox": waiting,
        "participants": len(reads.parties()),
        "products": len(reads.products(application.context.today())),
        "open_recalls": len(reads.recalls()),
    }
    return facts | ({"trouble": trouble} if trouble else {})


@click.command
@json_option
def rebuild(*, as_json: bool) -> None:
    """Drop every derived table and project the whole chain again.

    The chain is the record and the database its projection, so this loses nothing: accounts, the outbox, seeds of
    stamps and what is kept off the chain are left alone. The seeds bring every stamp back. Readers see the old tables
    until the new ones are complete, and a server may go on running; whoever records something waits for the end.

    \b
    Examples:
      ocop-trace rebuild && ocop-trace verify --all
    """
    with opened(read_settings()) as application:
        with progress("Projecting the chain", quiet=as_json) as moved:
            records = application.indexer.rebuild(moved)
        height = application.reads.freshness().projected_block
    if as_json:
        print_json({"records": records, "height": height})
    else:
        say(f"{records} records up to block {height} are projected anew.")
