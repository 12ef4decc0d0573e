"""`/openapi.json`, the document, and `/docs/api`, the same to read; both are made once in each language."""

import json
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from webapp.access import application
from webapp.language import LANGUAGES, language
from webapp.links import absolute
from webapp.openapi.answers import refusal
from webapp.openapi.document import openapi
from webapp.openapi.operations import JSON, Answer, Header, Parameter, operation, ref
from webapp.openapi.reading import pretty, sections, shape

blueprint = Blueprint("openapi", __name__, template_folder="templates")

SECONDS = 300
"""The document changes only with the program."""

MADE = "openapi_documents"
"""Where an application keeps its documents."""


class Made(NamedTuple):
    """The document in one language."""

    document: dict[str, Any]
    text: bytes


def made(code: str) -> Made:
    """Return the document in one language; it is made anew when something was recorded, for it lists what is known."""
    kept = current_app.extensions.setdefault(MADE, {})
    state = application().reads.version()
    if code not in kept or kept[code][0] != state:
        with force_locale(code):
            document = openapi(current_app)  # type: ignore[arg-type] - stands for the application itself
        kept[code] = state, Made(document, json.dumps(document, ensure_ascii=False, indent=1).encode())
    found: Made = kept[code][1]
    return found


@blueprint.get("/openapi.json")
@operation(
    _l("This document"),
    about=_l("English unless another language is asked for."),
    tag="service",
    parameters=[
        Parameter(
            name="lang",
            schema={"enum": list(LANGUAGES)},
            about=_l("Language of the descriptions."),
            example="vi",
        )
    ],
    answers={
        200: Answer(
            _l("The document."),
            {JSON: ref("OpenApi")},
            [Header(name="ETag", schema={"type": "string"}, about=_l("Changes with the document."), always=True)],
        ),
        400: refusal(_l("There is no such language here.")),
    },
)
def document() -> Response:
    """Serve the OpenAPI document of the public API."""
    wish = request.args.get("lang", "en")
    if wish not in LANGUAGES:
        abort(400)
    response = Response(made(wish).text, content_type=JSON)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/docs/api")
def reference() -> Response:
    """Explain the public API: each address, what it takes and what it answers."""
    api = made(language()).document
    body = render_template(
        "openapi/reference.html", api=api, sections=list(sections(api, absolute(""))), shape=shape, pretty=pretty
    )
    response = Response(body, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
