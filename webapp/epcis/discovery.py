"""What there is and what an address can do: the resources at `/`, `OPTIONS` everywhere, giving a token back.

`/` is the start page for people and the root of EPCIS for programs. Who asks for JSON gets the resources, before the
page would be made; everybody else never comes here.
"""

from typing import Final

from flask import Response, request

from webapp.access import application
from webapp.epcis import answers, blueprint, gate, headers
from webapp.epcis.paths import is_for_root
from webapp.epcis.resources import RESOURCES

READ: Final = "GET, HEAD, OPTIONS"

ALLOWED: Final = {
    "/": READ,
    "/capture": "GET, HEAD, OPTIONS, POST",
    "/capture/<uri:captureID>": READ,
    "/events": "GET, HEAD, OPTIONS, POST",
    "/events/<uri:eventID>": READ,
    "/queries": "GET, HEAD, OPTIONS, POST",
    "/queries/<uri:queryName>": "DELETE, GET, HEAD, OPTIONS",
    "/queries/<uri:queryName>/events": READ,
    "/queries/<uri:queryName>/subscriptions": "OPTIONS",
    "/queries/<uri:queryName>/subscriptions/<uri:subscriptionID>": "OPTIONS",
    "/nextPageToken/<uri:token>": "DELETE, OPTIONS",
    **{route: READ for resource in RESOURCES for route in resource.routes},
}
"""Route -> methods that it takes."""

TOP: Final = ("capture", "events", *(resource.name for resource in RESOURCES), "queries")
"""What is found below `/`."""


@blueprint.before_app_request
def top_level() -> Response | None:
    """Answer programs that ask for `/` with the resources that there are; leave all other requests alone."""
    if request.method == "OPTIONS" or not is_for_root():
        return None
    gate.enter()
    response = answers.document(answers.collection(TOP))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def discover(**values: str) -> Response:
    """Say what an address can do: methods, versions, formats, limits.

    Raises NotFoundError for a named query that is gone.
    """
    rule = request.url_rule
    if "queryName" in values and rule and "subscriptions" not in rule.rule:
        application().named_queries.get(values["queryName"])
    response = Response(status=204)
    response.headers["Allow"] = ALLOWED[rule.rule] if rule else READ
    headers.put(response, headers.DISCOVERY)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


for _rule in ALLOWED:
    blueprint.add_url_rule(_rule, "discover", discover, methods=["OPTIONS"], provide_automatic_options=False)


@blueprint.delete("/nextPageToken/<uri:token>", provide_automatic_options=False)
def give_back_token(token: str) -> Response:
    """Take a token back. Tokens hold all that they need, so nothing has to be freed; an overlong one is refused."""
    if len(token) > answers.LONGEST_TOKEN:
        raise answers.bad_token()
    return Response(status=204)
