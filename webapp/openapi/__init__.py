"""The OpenAPI 3.1 document of the public API: written beside each view, gathered from the routes, served with a page.

A single view says what it does with `@operation(...)` (`operations`); packages with many views have a table of
operations beside them, the module `described` (`tables`). Both use the shared parameters, answers and schemas of this
package. `document` walks the application's routes and puts the descriptions together; a route that is neither described
nor listed as a page for people (`pages`) fails a test. `/openapi.json` is the document, `/docs/api` the same to read.
"""

from flask import Flask

from webapp.openapi.operations import Answer, Body, Header, Operation, Parameter, operation, ref

__all__ = ["Answer", "Body", "Header", "Operation", "Parameter", "init_openapi", "operation", "ref"]


def init_openapi(app: Flask) -> None:
    """Serve the document and its page."""
    from webapp.openapi import views  # noqa: PLC0415 - described views import this package while theirs is being made

    app.register_blueprint(views.blueprint)
