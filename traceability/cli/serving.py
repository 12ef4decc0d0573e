"""`ocop-trace serve`: the pages and the background work in one process."""

import logging
import signal
import socket
import sys
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

import click

from traceability.cli.output import read_settings, say
from traceability.cli.story import logins
from traceability.errors import ChainError, ConfigurationError, OcopTraceError

if TYPE_CHECKING:
    from traceability.bootstrap import Application
    from traceability.settings import Settings

EVERYWHERE: Final = "*"
"""The setting for every address of this machine."""

BACKLOG: Final = 1024
"""Connections that may wait to be taken."""

TAKEN_IN: Final = 8
"""How many times the largest body is taken in at all. Whoever sends a little too much is told by the application what
is too large and how much may come; whoever announces more is turned away before anything is kept on the disk."""

_log = logging.getLogger(__name__)


@click.command
def serve() -> None:
    """Serve the pages, carry the outbox to the chain and read the chain back, until stopped.

    Listens on IPv6 and IPv4 on OCOP_PORT (default 8080), and stops cleanly on Ctrl-C or SIGTERM. Behind a reverse
    proxy set OCOP_HOSTS=127.0.0.1, OCOP_TRUSTED_PROXIES=1 and OCOP_BASE_URL.

    \b
    Examples:
      ocop-trace serve
      OCOP_PORT=9000 OCOP_BASE_URL=https://trace.example.vn ocop-trace serve
    """
    from traceability.bootstrap import build

    settings = read_settings()
    sockets = listen(settings)
    port = sockets[0].getsockname()[1]
    if settings.port == 0 and settings.base_url.endswith(":0"):
        settings = settings.model_copy(update={"base_url": f"http://localhost:{port}"})
    application = build(settings)
    try:
        _catch_up(application)
        _serve(application, sockets, port)
    finally:
        application.close()
        for one in sockets:
            one.close()


def listen(settings: "Settings") -> list[socket.socket]:
    """Return sockets bound to every address that the settings name.

    `*` is one socket for IPv6 and IPv4 together, or for IPv4 alone on a machine without IPv6.

    Raises:
        ConfigurationError: an address is unknown or in use.
    """
    bound: list[socket.socket] = []
    port = settings.port
    for host in settings.hosts:
        try:
            for one in _everywhere(port) if host == EVERYWHERE else _at(host, port):
                bound.append(one)
                port = port or one.getsockname()[1]
        except OSError as error:
            for one in bound:
                one.close()
            raise ConfigurationError(
                "Cannot listen on {host} port {port}: {reason}. Stop the other program, or set OCOP_PORT.",
                field="OCOP_PORT",
                host=host,
                port=port,
                reason=error.strerror or str(error),
            ) from error
    return bound


def _everywhere(port: int) -> list[socket.socket]:
    with suppress(OSError):
        if socket.has_ipv6:
            return [_bind(socket.AF_INET6, ("::", port), both=True)]
    return [_bind(socket.AF_INET, ("0.0.0.0", port))]  # noqa: S104 - the setting says: every address


def _at(host: str, port: int) -> list[socket.socket]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return [_bind(family, address) for family, _, _, _, address in dict.fromkeys(found)]


def _bind(family: int, address: Any, *, both: bool = False) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if both else 1)
        made.bind(address)
    except BaseException:
        made.close()
        raise
    return made


def _catch_up(application: "Application") -> None:
    """Finish what an earlier run left, so that the first page is up to date; a node that is down is no obstacle."""
    try:
        application.recorder.renew()
        application.relayer.flush()
        application.indexer.advance()
    except ChainError as error:
        _log.warning("The chain cannot be reached; pages show what was read before. %s", error)


def _serve(application: "Application", sockets: list[socket.socket], port: int) -> None:
    import waitress

    from webapp import create_app

    settings = application.settings
    server = waitress.create_server(
        create_app(settings, application),
        sockets=sockets,
        threads=settings.threads,
        backlog=BACKLOG,
        max_request_body_size=TAKEN_IN * settings.max_upload_bytes,
        ident=None,
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    stop = Event()
    workers = [Thread(target=loop, args=(stop,), name=name, daemon=True) for name, loop in application.loops]
    signal.signal(signal.SIGTERM, _stop)
    for worker in workers:
        worker.start()
    _announce(application, port)
    try:
        server.run()  # returns on KeyboardInterrupt and SystemExit, after the requests under way
    finally:
        stop.set()
        for worker in workers:
            worker.join()
        say("Stopped.")


def _stop(_signal: int, _frame: object) -> None:
    sys.exit(0)


def _announce(application: "Application", port: int) -> None:
    """Say what to open and how to log in."""
    settings = application.settings
    say(f"Open {settings.base_url}/ in a browser (listening on {', '.join(settings.hosts)} port {port}).")
    with suppress(OcopTraceError):
        found = logins(settings)
        if found:
            say("Log-ins of the demo, at /login:")
            for login in found:
                say(f"  {login['role']:<12} {login['name']:<14} {login['password']}")
    say("Stop with Ctrl-C.")
    sys.stdout.flush()
