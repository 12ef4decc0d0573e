"""A server for the benchmark `scan`, in a process of its own.

`python -m bench._server pages` (or `one_line`) prints its port and serves until it is told to stop. Both kinds run
under the same server with the same number of threads and log nothing of each request, so that all that differs is the
application.
"""

import logging
import sys

from flask import Flask
from waitress.server import create_server

from traceability.settings import Settings


def one_line() -> Flask:
    """Return the smallest application that Flask allows."""
    app = Flask("one_line")
    app.add_url_rule("/", view_func=lambda: "hello", endpoint="hello")
    return app


def pages(settings: Settings) -> Flask:
    """Return the whole application, as `ocop-trace serve` runs it."""
    from webapp import create_app  # noqa: PLC0415 - the peer must not carry it

    return create_app(settings)


def main() -> None:
    """Serve."""
    settings = Settings()
    logging.basicConfig(level=settings.log_level)
    app = one_line() if sys.argv[1] == "one_line" else pages(settings)
    server = create_server(app, listen="127.0.0.1:0", threads=settings.threads)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
