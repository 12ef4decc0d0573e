"""The REST binding of EPCIS 2.0: programs bring events in, and anybody asks for them (EPCIS 2.0, section 12).

A request passes the gate first (`gate`: address, versions, media types, how often, who). Then one small view answers:
of capturing (`capture`), of events (`events`), of the names that events use (`vocabularies`), of named queries
(`queries`), or of what an address can do (`discovery`). Views call the services and the projection only; documents come
in through `bodies` and leave through `answers`, page by page, and whatever goes wrong becomes problem details with the
standard's exception types in `problems`. What each view does is told to the OpenAPI document in `described`.
"""

from flask import Blueprint, Flask

from webapp.epcis.paths import EpcisPaths, UriConverter

blueprint = Blueprint("epcis", __name__)
"""The views of this package."""

from webapp.epcis import (  # noqa: E402 - they hang their views on the blueprint
    capture,
    discovery,
    events,
    gate,
    problems,
    queries,
    vocabularies,
)

__all__ = ["blueprint", "capture", "discovery", "events", "init_epcis", "queries", "vocabularies"]


def init_epcis(app: Flask) -> None:
    """Connect the binding: its addresses, its gate, and problem details instead of pages for whatever fails here."""
    app.url_map.converters["uri"] = UriConverter
    app.wsgi_app = EpcisPaths(app.wsgi_app)  # type: ignore[method-assign]
    app.extensions["csrf"].exempt(blueprint)
    gate.init_gate(app)
    problems.init_epcis_problems(app)
    app.register_blueprint(blueprint)
