"""`ocop-trace links add|list|remove`: where producers say that more about their products can be found."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from traceability.cli.output import Commands, json_option, opened, print_json, print_table, read_settings, say
from traceability.cli.stamp_options import account_options, acting
from traceability.domain.link_records import LANGUAGES, MEDIA_TYPES
from traceability.domain.link_types import DECLARABLE
from traceability.services.commands import DeclareLink, WithdrawLink

if TYPE_CHECKING:
    from traceability.domain.links import DeclaredLink


@click.group(cls=Commands)
def links() -> None:
    """Declare links of a product, list them, and withdraw them.

    Whoever scans the product is shown them, and the resolver leads to them. A PRODUCT is named by its GTIN, its path or
    its URI. These are records on the chain; on the embedded chain only one process writes: while a server runs, use
    its pages instead.
    """


@links.command
@click.argument("product")
@click.argument("kind", type=click.Choice(DECLARABLE), metavar="TYPE")
@click.argument("href", metavar="ADDRESS")
@click.option("--language", type=click.Choice(LANGUAGES), default="", help="Of what is found there; default: none.")
@click.option(
    "--media-type", type=click.Choice(MEDIA_TYPES), default="text/html", show_default=True, help="Of what is found."
)
@account_options
@json_option
def add(
    *,
    product: str,
    kind: str,
    href: str,
    language: str,
    media_type: str,
    account: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Declare that an ADDRESS holds more about a PRODUCT; TYPE is a link type of GS1, such as hasRetailers.

    \b
    Examples:
      ocop-trace links add 09506000110011 hasRetailers https://postmart.vn/mam-tep --language vi --account mai
      ocop-trace links add 09506000110011 recipeInfo https://hayen.example/recipes --language en --account mai
    """
    with acting(account, password_file) as (application, actor):
        command = DeclareLink("", _path(product), kind, href, language, media_type)
        outcome = application.product_links.declare(actor, command)
        found = application.reads.declared_links(outcome.uri)
    made = next((one for one in found if one.id == outcome.event_id), None)
    if as_json:
        print_json({"id": outcome.event_id, "state": outcome.state} | (_row(made) if made else {}))
    else:
        say(f"{made.href if made else href} is declared for {outcome.uri} as {outcome.event_id}.")


@links.command("list")
@click.argument("product")
@json_option
def list_links(*, product: str, as_json: bool) -> None:
    """List the links of a PRODUCT that count, oldest first."""
    with opened(read_settings()) as application:
        today = application.context.today()
        rows = [
            _row(one) for one in application.reads.declared_links(application.reads.product(_path(product), today).uri)
        ]
    if as_json:
        print_json(rows)
        return
    names = ("type", "language", "href", "id")
    print_table([name.capitalize() for name in names], [[row[name] or "-" for name in names] for row in rows])


@links.command
@click.argument("product")
@click.argument("link")
@click.option("--reason", default="", help="Why; asked of inspectors. Never goes on the chain.")
@account_options
@json_option
def remove(*, product: str, link: str, reason: str, account: str, password_file: Path | None, as_json: bool) -> None:
    """Withdraw a LINK of a PRODUCT, by the identifier that `links list` shows.

    Producers withdraw links of their own products, inspectors any.

    \b
    Examples:
      ocop-trace links remove 09506000110011 "ni:///sha-256;5bfc..." --account mai
    """
    with acting(account, password_file) as (application, actor):
        outcome = application.product_links.withdraw(actor, WithdrawLink("", _path(product), link, reason))
    if as_json:
        print_json({"product": outcome.uri, "link": link, "state": outcome.state})
    else:
        say(f"The link is withdrawn from {outcome.uri}.")


def _path(product: str) -> str:
    """Return what a bare GTIN stands for: the path of the product; all else as it is."""
    return f"/01/{product}" if product.isascii() and product.isdigit() else product


def _row(link: "DeclaredLink") -> dict[str, Any]:
    return {
        "id": link.id,
        "product": link.product,
        "type": link.type,
        "href": link.href,
        "language": link.language,
        "media_type": link.media_type,
        "participant": link.participant,
        "recorded": link.recorded_at.isoformat() if link.recorded_at else "",
    }
