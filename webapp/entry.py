"""Logging in and out, one's own password, choosing a language, and the page of health for machines."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from traceability.errors import InvalidInputError, NotAuthenticatedError, OcopTraceError
from webapp.access import HOME_OF_ROLE, actor, application, log_in, log_out
from webapp.forms import blame
from webapp.language import LANGUAGES, follow_account, keep
from webapp.limits import limiter
from webapp.openapi import Answer, operation, ref

blueprint = Blueprint("entry", __name__)

HEALTHY_LAG = 50
"""Blocks that the projection may be behind before it counts as ill."""


class LoginForm(FlaskForm):
    """Name and password."""

    name = StringField(_l("Log-in name"), validators=[DataRequired(_l("Fill in your log-in name."))])
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Fill in your password."))])
    next = HiddenField()


class PasswordForm(FlaskForm):
    """The password that holds now, and the one that is to hold."""

    password = PasswordField(_l("Present password"), validators=[DataRequired(_l("Fill in your present password."))])
    new_password = PasswordField(_l("New password"), validators=[DataRequired(_l("Fill in the new password."))])


def own_path(target: str, otherwise: str) -> str:
    """Return `target` when it is a path on this site, else `otherwise`: nobody is sent elsewhere by a link to us."""
    parts = urlsplit(target)
    safe = target.startswith("/") and not target.startswith("//") and "\\" not in target and not parts.netloc
    prefix = current_app.config["PREFIX"]
    path = target if safe and target.isprintable() else otherwise
    return path if prefix and path.startswith(prefix + "/") else prefix + path


@blueprint.route("/login", methods=["GET", "POST"])
@limiter.limit(lambda: current_app.config["LOGIN_RATE"], methods=["POST"])
def login() -> Response | tuple[str, int]:
    """Open a session."""
    form = LoginForm(data={"next": request.args.get("next", "")})
    status = 200
    if form.validate_on_submit():
        try:
            actor = log_in(form.name.data.strip(), form.password.data)
        except NotAuthenticatedError as error:
            blame(form, error)
            status = error.status
        else:
            response = redirect(own_path(form.next.data or "", HOME_OF_ROLE.get(actor.role, "/")))
            follow_account(response, actor.language)
            return response
    elif form.is_submitted():
        status = 422
    return render_template("login.html", form=form), status


@blueprint.post("/logout")
def logout() -> Response:
    """Close the session."""
    log_out()
    return redirect(own_path("/", "/"))


@blueprint.route("/password", methods=["GET", "POST"])
@limiter.limit(lambda: current_app.config["LOGIN_RATE"], methods=["POST"])
def change_password() -> Response | tuple[str, int]:
    """Give oneself another password; every other session of the account ends."""
    asking = actor()
    form = PasswordForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            application().accounts.change_password(asking, form.password.data, form.new_password.data)
        except (NotAuthenticatedError, InvalidInputError) as error:
            blame(form, error)
            status = error.status
        else:
            log_in(asking.name, form.new_password.data)
            flash(_("Your password is changed. All other sessions of this account have ended."), "success")
            return redirect(own_path(HOME_OF_ROLE.get(asking.role, "/"), "/"))
    return render_template("password.html", form=form), status


@blueprint.get("/lang/<code>")
def choose_language(code: str) -> Response:
    """Keep a reader's choice for a year, and go back to the page he came from."""
    response = redirect(own_path(request.args.get("next", "/"), "/"))
    if code in LANGUAGES:
        keep(response, code, timedelta(days=365))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/healthz")
@operation(
    _l("How the service is"),
    tag="service",
    answers={
        200: Answer(_l("The chain answers and the projection is near its head."), {"application/json": ref("Health")}),
        503: Answer(
            _l("The chain cannot be reached, or the projection is behind."), {"application/json": ref("Health")}
        ),
    },
)
def health() -> tuple[Response, int]:
    """Tell machines how we are: 200 when the chain answers and the projection is near its head, 503 otherwise."""
    app = application()
    figures: dict[str, object] = {"chain_height": None, "projection_height": None, "lag": None, "outbox": None}
    problems = []
    for name, ask in (
        ("projection_height", lambda: app.reads.freshness().projected_block),
        ("chain_height", lambda: None if app.ledger is None else app.ledger.height()),
        ("outbox", lambda: _outbox_count(app)),
    ):
        try:
            figures[name] = ask()
        except OcopTraceError as error:
            problems.append(f"{name}: {error.code}")
    chain, projected = figures["chain_height"], figures["projection_height"]
    if isinstance(chain, int) and isinstance(projected, int):
        figures["lag"] = max(chain - projected, 0)
        if chain - projected > HEALTHY_LAG:
            problems.append("projection: behind")
    status = "ok" if not problems else "degraded"
    response = jsonify(status=status, **figures, problems=problems)
    response.headers["Cache-Control"] = "no-store"
    return response, 503 if problems else 200


def _outbox_count(app: object) -> int:
    """Return how many signed records wait for the chain."""
    with app.database.begin() as work:  # type: ignore[attr-defined]
        return work.outbox.count()
