"""The GS1 Digital Link resolver: `/01/...`, `/414/...` and the other keys, its description file and its context.

Whoever scans a code is redirected to the page that fits; programs ask for one kind of link or for all of them
(GS1-Conformant Resolver Standard 1.2; Digital Link: URI Syntax 1.6; linksets by RFC 9264). docs/resolver.md explains
it to users.
"""

from flask import Blueprint, Flask
from werkzeug.routing import PathConverter

from webapp.resolver.resolving import Resolver

blueprint = Blueprint("resolver", __name__, template_folder="templates")

from webapp.resolver import views  # noqa: E402 - views register themselves on the blueprint


class RestConverter(PathConverter):
    """Whatever follows a key, also where it begins with a slash: what it says is for `DigitalLink.parse` to judge."""

    regex = "(?s:.*?)"
    part_isolating = False


def init_resolver(app: Flask) -> None:
    """Open the resolver; it must be there before the fast lane, which redirects stamps with it."""
    config = app.config
    app.extensions["resolver"] = Resolver(
        app.extensions["ocop"], config["BASE_URL"], config["PREFIX"], config["LANGUAGE"]
    )
    app.url_map.converters["rest"] = RestConverter
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(views.moved)
    app.after_request(views.open_to_all)
