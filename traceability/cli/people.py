"""Commands for the operator: participants and their keys, accounts and their passwords."""

import sys
from typing import Any

import click

from traceability.cli.output import Commands, json_option, opened, print_json, print_table, read_settings, say
from traceability.domain.ledger import Capacity
from traceability.services.accounts import ROLES
from traceability.services.commands import Actor, AddKey, AdmitParticipant, CreateAccount, RevokeKey
from traceability.services.participants import KINDS


def _console() -> Actor:
    """Return whoever sits at the machine."""
    from traceability.bootstrap import CONSOLE

    return CONSOLE


@click.group(cls=Commands)
def participant() -> None:
    """Admit participants, list them, and lend or silence their keys.

    These are records on the chain, signed with the operator's own key. On the embedded chain only one process writes:
    while a server runs, use its pages under /operate instead.
    """


@participant.command
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), default="cooperative", show_default=True, help="What it is.")
@click.option(
    "--may",
    "capacities",
    type=click.Choice(["producer", "inspector"]),
    multiple=True,
    default=("producer",),
    show_default=True,
    help="What it may do; may be given twice.",
)
@click.option("--gln", default="", help="Its GLN, where it has one; otherwise it gets a code.")
@click.option("--address", default="", help="House, street or hamlet; never goes on the chain.")
@click.option("--commune", default="", help="Code of its commune, five digits.")
@click.option("--phone", default="", help="Telephone number; never goes on the chain.")
@click.option(
    "--key", "own_key", default="", help="Address of a key held elsewhere; otherwise one is made and kept here."
)
@json_option
def admit(
    *,
    name: str,
    kind: str,
    capacities: tuple[str, ...],
    gln: str,
    address: str,
    commune: str,
    phone: str,
    own_key: str,
    as_json: bool,
) -> None:
    """Let a participant in under its NAME, so that it can record.

    \b
    Examples:
      ocop-trace participant admit "HTX Mắm Hà Yên" --commune 15286
      ocop-trace participant admit "Sở NN&MT Thanh Hóa" --kind inspectorate --may inspector
    """
    command = AdmitParticipant(
        "", name, kind, capacities, address=address, commune_code=commune, gln=gln, phone=phone, own_key=own_key
    )
    with opened(read_settings(), write=True) as application:
        outcome = application.participants.admit(_console(), command)
        party = application.reads.party(outcome.uri)
    if as_json:
        print_json({"number": party.number, "uri": party.uri, "name": party.name})
    else:
        say(f"{party.name} is participant {party.number}, {party.uri}.")


@participant.command("list")
@json_option
def list_participants(*, as_json: bool) -> None:
    """List participants with number, name, what they may do, and their keys."""
    with opened(read_settings()) as application:
        rows: list[dict[str, Any]] = [
            {
                "number": party.number,
                "name": party.name,
                "kind": party.kind,
                "may": [one.name.lower() for one in Capacity if one & party.capacities and one.name],
                "uri": party.uri,
                "keys": [key.address for key in application.reads.keys(party.number) if key.until_block is None],
            }
            for party in sorted(application.reads.parties(), key=lambda one: one.number)
        ]
    if as_json:
        print_json(rows)
        return
    cells = [[str(r["number"]), r["name"], r["kind"], ", ".join(r["may"]), ", ".join(r["keys"])] for r in rows]
    print_table(("No.", "Name", "Kind", "May", "Keys in effect"), cells)


@participant.command("add-key")
@click.argument("participant_number", metavar="PARTICIPANT")
@click.argument("address", default="")
@json_option
def add_key(*, participant_number: str, address: str, as_json: bool) -> None:
    """Let one more key speak for a PARTICIPANT (number, code or URI).

    ADDRESS names a key that is held elsewhere; without one, a key is made and kept here.

    \b
    Examples:
      ocop-trace participant add-key 3
      ocop-trace participant add-key 3 0x52908400098527886E0F7030069857D2E4169EE7
    """
    with opened(read_settings(), write=True) as application:
        outcome = application.participants.add_key(_console(), AddKey(participant_number, address))
    if as_json:
        print_json({"participant": outcome.uri, "address": outcome.event_id})
    else:
        say(f"{outcome.event_id} speaks for {outcome.uri} from now on.")


@participant.command("revoke-key")
@click.argument("address")
@json_option
def revoke_key(*, address: str, as_json: bool) -> None:
    """Silence the key with an ADDRESS from the next block on; what it signed before stays valid.

    \b
    Examples:
      ocop-trace participant revoke-key 0x52908400098527886E0F7030069857D2E4169EE7
    """
    with opened(read_settings(), write=True) as application:
        outcome = application.participants.revoke_key(_console(), RevokeKey(address))
    if as_json:
        print_json({"participant": outcome.uri, "address": outcome.event_id})
    else:
        say(f"{outcome.event_id} speaks for {outcome.uri} no more.")


@click.group(cls=Commands)
def account() -> None:
    """Make log-ins, close and open them, and give new passwords.

    Works beside a running server.
    """


@account.command
@click.argument("name")
@click.option("--role", type=click.Choice(list(ROLES)), required=True, help="What the account is for.")
@click.option("--participant", "participant_number", default="", help="Number, code or URI; default: the operator.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Of its pages.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; otherwise one is made.")
@json_option
def create(
    *, name: str, role: str, participant_number: str, language: str, password_stdin: bool, as_json: bool
) -> None:
    """Make a log-in under a NAME; its password is printed once and kept nowhere in the clear.

    \b
    Examples:
      ocop-trace account create operator --role operator
      ocop-trace account create mai --role cooperative --participant 3
    """
    password = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    with opened(read_settings()) as application:
        command = CreateAccount(name, role, participant_number, password, language)
        made, password = application.accounts.create(_console(), command)
    if as_json:
        print_json({"name": made.name, "role": made.role, "participant": made.participant, "password": password})
    else:
        say(f"{made.name} can log in with the password  {password}")


@account.command("list")
@json_option
def list_accounts(*, as_json: bool) -> None:
    """List log-ins with role and participant, and whether they are closed or locked."""
    with opened(read_settings()) as application:
        now = application.clock.now()
        rows = [
            {
                "name": one.name,
                "role": one.role,
                "participant": one.participant,
                "state": _state(active=one.active, locked=one.locked_until is not None and one.locked_until > now),
            }
            for one in application.accounts.all(_console())
        ]
    if as_json:
        print_json(rows)
        return
    cells = [[str(row[name]) for name in ("name", "role", "participant", "state")] for row in rows]
    print_table(("Name", "Role", "Participant", "State"), cells)


def _state(*, active: bool, locked: bool) -> str:
    if not active:
        return "closed"
    return "locked" if locked else "open"


@account.command
@click.argument("name")
def disable(*, name: str) -> None:
    """Close the log-in with a NAME; whoever uses it is logged out at once."""
    with opened(read_settings()) as application:
        say(f"{application.accounts.disable(_console(), name).name} is closed.")


@account.command
@click.argument("name")
def enable(*, name: str) -> None:
    """Open the log-in with a NAME again, with the password it had."""
    with opened(read_settings()) as application:
        say(f"{application.accounts.enable(_console(), name).name} is open.")


@account.command
@click.argument("name")
def unlock(*, name: str) -> None:
    """Forget the wrong passwords of a NAME, so that it can log in at once."""
    with opened(read_settings()) as application:
        say(f"{application.accounts.unlock(_console(), name).name} is unlocked.")


@account.command
@click.argument("name")
@click.option(
    "--stdin", "from_stdin", is_flag=True, help="Read the password from standard input; otherwise one is made."
)
@json_option
def password(*, name: str, from_stdin: bool, as_json: bool) -> None:
    """Give the log-in with a NAME another password; its sessions end.

    \b
    Examples:
      ocop-trace account password mai
      pass show ocop/mai | ocop-trace account password mai --stdin
    """
    wanted = sys.stdin.readline().rstrip("\n") if from_stdin else ""
    with opened(read_settings()) as application:
        made = application.accounts.reset_password(_console(), name, wanted)
    if as_json:
        print_json({"name": name, "password": made})
    else:
        say(f"{name} can log in with the password  {made}")
