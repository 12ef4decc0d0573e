"""The pages: what shoppers, cooperatives, inspectors and the operator see in a browser. Flask lives here only.

`create_app` puts the parts together. Public pages (`public/`) need no account and ask nothing of the chain; the areas
of the three roles (`cooperative/`, `inspector/`, `operator/`) call the services with the logged-in actor, and the
services decide what he may do. Views and their templates lie together in one folder for each area; what all areas
share lies here: layout and macros in `templates/`, styles in `static/`, words in `words.py`, both languages in
`translations/`.
"""

from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from traceability.settings import Settings
from webapp import cooperative, entry, epcis, inspector, operator, public, resolver
from webapp.access import init_access
from webapp.assets import init_assets
from webapp.compression import init_compression
from webapp.formatting import init_formatting
from webapp.language import init_language
from webapp.limits import init_limits
from webapp.links import init_links
from webapp.openapi import init_openapi
from webapp.problems import init_problems
from webapp.public import record, scan, stamp_forms
from webapp.report_desk import init_reports
from webapp.security import init_proxies, init_security
from webapp.words import init_words


def create_app(settings: Settings | None = None, application: Any = None) -> Flask:
    """Make the WSGI application.

    Args:
        settings: what the operator has set; read from the environment when left out.
        application: what `bootstrap.build` gave; built here for writing when left out.

    Returns:
        The Flask application; its `extensions["ocop"]` is the application behind it.

    Raises:
        OcopTraceError: a setting is wrong, or the data folder cannot be used.
    """
    settings = settings or Settings()
    if application is None:
        from traceability import bootstrap  # noqa: PLC0415 - tests bring their own application and need no adapter

        application = bootstrap.build(settings, mode="write")
    app = Flask(__name__, static_folder=None)
    app.extensions["ocop"] = application
    app.config["LANGUAGE"] = settings.language
    app.config["WTF_CSRF_TIME_LIMIT"] = settings.session_hours * 3600
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_security(app, settings)
    init_compression(app)
    init_limits(app, settings)
    CSRFProtect(app)
    for prepare in (
        init_language,
        init_access,
        init_links,
        init_assets,
        init_formatting,
        init_words,
        init_reports,
        init_problems,
    ):
        prepare(app)
    _register_areas(app)
    init_proxies(app, settings)
    return app


def _register_areas(app: Flask) -> None:
    """Connect the areas."""
    app.register_blueprint(entry.blueprint)
    app.register_blueprint(public.blueprint)
    resolver.init_resolver(app)
    stamp_forms.init_stamp_forms(app)
    record.note_chain(app)
    epcis.init_epcis(app)
    scan.init_scans(app)
    app.register_blueprint(cooperative.blueprint, url_prefix="/coop")
    app.register_blueprint(inspector.blueprint, url_prefix="/inspect")
    app.register_blueprint(operator.blueprint, url_prefix="/operate")
    init_openapi(app)
