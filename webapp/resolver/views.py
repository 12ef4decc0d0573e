"""The resolver's addresses: redirects and lists of links, what is said when a link is wrong, and two files about it."""

import json
from typing import Any

from flask import Response, current_app, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import MethodNotAllowed

from traceability.domain.links import LINK_VOCABULARY
from traceability.errors import InvalidIdentifierError, NotFoundError, OcopTraceError
from webapp.problems import sentence
from webapp.public.addresses import KEYS, is_link, raw_path
from webapp.resolver import blueprint, linkset
from webapp.resolver.resolving import (
    CORS,
    LIST_CACHE,
    METHODS,
    VARY,
    Answer,
    Choices,
    Resolver,
    tag,
)
from webapp.resolver.wish import LINKSET_TYPE, wants_page, weighted

PROBLEM_TYPE = "application/problem+json"
DAY_CACHE = "public, max-age=3600"


def resolver() -> Resolver:
    """Return the resolver of the application at hand."""
    found: Resolver = current_app.extensions["resolver"]
    return found


def resolve(_rest: str) -> Response:
    """Answer for a Digital Link."""
    if request.method == "OPTIONS":
        return _options()
    if moved_to := resolver().moved_page(request.environ):
        return _send(Answer(308, [("Location", moved_to), *CORS]))
    try:
        found = resolver().resolve(request.environ)
    except InvalidIdentifierError as error:
        return _refused(400, _("This is no valid GS1 Digital Link"), error)
    except NotFoundError as error:
        return _refused(404, _("Nothing found here"), error)
    return _choices(found) if isinstance(found, Choices) else _send(found)


def empty(_rest: str = "") -> Response:
    """Answer for a key without a number."""
    return resolve(_rest)


@blueprint.post("/01/<rest:_rest>", provide_automatic_options=False, merge_slashes=False)
def moved(_rest: str) -> Response:
    """Send forms of pages that lay below Digital Links before to where those pages are now."""
    target = resolver().moved_page(request.environ)
    if not target:
        raise MethodNotAllowed(valid_methods=METHODS.split(", "))
    return _send(Answer(308, [("Location", target), *CORS]))


def _options() -> Response:
    """Say what may be done here and where the list of links is; nothing is looked up."""
    headers = [("Allow", METHODS), VARY, *CORS]
    try:
        headers.append(resolver().linkset_header(resolver().asked(request.environ)))
    except InvalidIdentifierError as error:
        return _refused(400, _("This is no valid GS1 Digital Link"), error)
    return _send(Answer(204, headers))


def _send(answer: Answer) -> Response:
    """Send an answer; a list that the client has already is not sent again (RFC 9110, section 13)."""
    response = Response(answer.body, answer.status, answer.headers)
    if not answer.body:
        del response.headers["Content-Type"]
    return response.make_conditional(request) if answer.status == 200 else response  # type: ignore[return-value]  # noqa: PLR2004 - OK


def _choices(found: Choices) -> Response:
    """List links of one type that fit equally well: for people as a page, for programs as a linkset."""
    if wants_page(weighted(request.headers.get("Accept", ""))):
        choices = list(zip(found.links, found.targets, strict=True))
        page = render_template("resolver/choices.html", context=found.context, choices=choices)
        response = make_response(page, 300)
    else:
        body = linkset.write_some(found.context, found.links, resolver().language_of(request.environ))
        response = Response(body, 300)
        response.headers["Content-Type"] = LINKSET_TYPE
    response.headers.extend([VARY, LIST_CACHE, resolver().context_header(resolver().asked(request.environ)), *CORS])
    return response


def _refused(status: int, title: str, error: OcopTraceError) -> Response:
    """Say what is wrong: to a browser as a page, to programs as problem details (RFC 9457)."""
    what = sentence(error)
    if wants_page(weighted(request.headers.get("Accept", ""))):
        advice = _("Check the address, or look for the goods from the start page.")
        page = render_template("problem.html", status=status, title=title, advice=advice, what=what)
        response = make_response(page, status)
    else:
        content = {"type": "about:blank", "title": title, "status": status, "detail": what, "instance": raw_path()}
        content |= {"ai": error.facts["ai"]} if "ai" in error.facts else {}
        response = make_response(json.dumps(content, ensure_ascii=False), status)
        response.headers["Content-Type"] = PROBLEM_TYPE
    response.headers.extend([VARY, ("Cache-Control", "no-cache"), *CORS])
    return response


def open_to_all(response: Response) -> Response:
    """Let programs on any site read what the resolver answers, also where no view was reached."""
    if is_link(request.path) and "Access-Control-Allow-Origin" not in response.headers:
        response.headers.extend(CORS)
    return response


# ------------------------------------------------------------------------------------------------------ files about it
@blueprint.route("/.well-known/gs1resolver", methods=["GET", "OPTIONS"], provide_automatic_options=False)
def description() -> Response:
    """Describe the resolver."""
    base = current_app.config["BASE_URL"]
    return _file(
        {
            "name": "OCOP Trace",
            "resolverRoot": base,
            "supportedPrimaryKeys": list(KEYS),
            "supportedLinkType": [{"namespace": LINK_VOCABULARY, "prefix": "gs1:"}],
            "linkTypeDefaultCanBeLinkset": False,
            "jsonLdContextLocation": f"{base}/linkset-context.jsonld",
        },
        "application/json",
    )


@blueprint.route("/linkset-context.jsonld", methods=["GET", "OPTIONS"], provide_automatic_options=False)
def context() -> Response:
    """Send the JSON-LD context of linksets."""
    return _file(linkset.CONTEXT, "application/ld+json")


def _file(content: Any, media_type: str) -> Response:
    """Send a file that seldom changes."""
    if request.method == "OPTIONS":
        return _send(Answer(204, [("Allow", METHODS), *CORS]))
    body = json.dumps(content, ensure_ascii=False, indent=1).encode()
    headers = [("Content-Type", media_type), ("Cache-Control", DAY_CACHE), tag(body), *CORS]
    return _send(Answer(200, headers, body))


_RULES: dict[str, Any] = {
    "methods": ["GET", "HEAD", "OPTIONS"],
    "provide_automatic_options": False,
    "merge_slashes": False,  # `/01//...` is no Digital Link, and not another way to write one
}
for _key in KEYS:
    blueprint.add_url_rule(f"/{_key}/<rest:_rest>", view_func=resolve, **_RULES)
    blueprint.add_url_rule(f"/{_key}/", view_func=empty, strict_slashes=False, **_RULES)
