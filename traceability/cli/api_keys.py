"""`ocop-trace api-keys create|list|revoke`: what programs speak with, for the operator."""

from typing import TYPE_CHECKING, Any

import click

from traceability.cli.output import Commands, json_option, opened, print_json, print_table, read_settings, say
from traceability.services.api_keys import in_effect

if TYPE_CHECKING:
    from datetime import datetime

    from traceability.domain.api_key_views import ApiKeyView
    from traceability.services.commands import Actor


def _console() -> "Actor":
    """Return whoever sits at the machine."""
    from traceability.bootstrap import CONSOLE

    return CONSOLE


@click.group("api-keys", cls=Commands)
def api_keys() -> None:
    """Make keys with which programs speak for a participant, list them, and end them.

    A program sends its key with each request: `Authorization: Bearer ocop_...`. Works beside a running server, which
    notices within seconds. Participants make keys of their own under /coop/keys and /inspect/keys.
    """


@api_keys.command
@click.argument("label")
@click.option("--participant", required=True, help="For whom it speaks: number, code or URI.")
@click.option("--days", type=int, default=None, help="After so many days it ends by itself; default: never.")
@json_option
def create(*, label: str, participant: str, days: int | None, as_json: bool) -> None:
    """Make a key; LABEL says which program it is for. Its token is printed once and kept nowhere.

    \b
    Examples:
      ocop-trace api-keys create "Packing line" --participant 2
      ocop-trace api-keys create "Web shop" --participant 2 --days 365
    """
    with opened(read_settings()) as application:
        view, token = application.api_keys.create(_console(), label, participant, days)
        row = _row(view, application.clock.now())
    if as_json:
        print_json(row | {"token": token})
    else:
        say(f"{view.label} speaks for participant {view.participant} with the token  {token}")


@api_keys.command("list")
@click.option("--participant", default="", help="Of one participant: number, code or URI; default: all of them.")
@json_option
def list_keys(*, participant: str, as_json: bool) -> None:
    """List keys, newest first: for whom they speak, when they were last used, whether they are in effect."""
    with opened(read_settings()) as application:
        now = application.clock.now()
        found = application.api_keys.list(_console(), participant or None)
        rows = [_row(one, now) for one in found]
    if as_json:
        print_json(rows)
        return
    names = ("id", "label", "participant", "state", "expires", "last_used")
    heads = ("Id", "Label", "Participant", "State", "Ends", "Last used")
    print_table(heads, [[str(row[name] or "-") for name in names] for row in rows])


@api_keys.command
@click.argument("key_id", metavar="ID")
def revoke(*, key_id: str) -> None:
    """End the key with an ID, the 16 digits after `ocop_`; what was recorded with it stays.

    \b
    Examples:
      ocop-trace api-keys revoke 5f3a90c2d417be68
    """
    with opened(read_settings()) as application:
        view = application.api_keys.revoke(_console(), key_id)
    say(f"{view.label} ({view.id}) speaks for participant {view.participant} no more.")


def _row(key: "ApiKeyView", now: "datetime") -> dict[str, Any]:
    ended = "revoked" if key.revoked_at else "run out"
    return {
        "id": key.id,
        "label": key.label,
        "participant": key.participant,
        "state": "in effect" if in_effect(key, now) else ended,
        "created_by": key.created_by,
        "created": _time(key.created_at),
        "expires": _time(key.expires_at),
        "last_used": _time(key.last_used_at),
        "revoked": _time(key.revoked_at),
    }


def _time(moment: "datetime | None") -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
