"""Accounts: who may log in. A password made here is shown once and kept by nobody."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from traceability.errors import NotFoundError, OcopTraceError
from traceability.ports import Account
from traceability.services.commands import CreateAccount
from webapp.access import actor, application, now
from webapp.forms import RecordForm, options, perform, status_of
from webapp.operator import blueprint
from webapp.outcomes import fill
from webapp.problems import sentence
from webapp.words import ROLES


class AccountForm(RecordForm):
    """Who gets a log-in, for whom, in which role."""

    name = StringField(_l("Log-in name"))
    participant = SelectField(_l("Acts for"), validate_choice=False)
    role = SelectField(_l("Role"), choices=options(ROLES.items()))
    language = SelectField(_l("Language"), choices=options([("vi", "Tiếng Việt"), ("en", "English")]))
    password = StringField(_l("Password"))


@blueprint.get("/accounts")
def accounts() -> str:
    """List every log-in."""
    return _list()


@blueprint.route("/accounts/new", methods=["GET", "POST"])
def new_account() -> str | tuple[str, int]:
    """Make a log-in and show its password this once."""
    form = AccountForm()
    form.participant.choices = options((str(one.number), one.name or one.code) for one in application().reads.parties())
    if request.method == "GET" and request.args.get("participant", "").isdecimal():
        form.participant.data = request.args["participant"]
    made = perform(form, lambda: application().accounts.create(actor(), fill(CreateAccount, form)))
    if made is None:
        return render_template("operator/account_new.html", form=form), status_of(form)
    account, password = made
    return _password(account.name, password)


@blueprint.post("/accounts/<name>/<any(disable, enable, unlock, reset):change>")
def change_account(name: str, change: str) -> Response | str:
    """Close, open or unlock a log-in, or give it another password."""
    service = application().accounts
    try:
        if change == "reset":
            return _password(name, service.reset_password(actor(), name))
        getattr(service, change)(actor(), name)
    except NotFoundError:
        raise
    except OcopTraceError as error:
        if error.status in {401, 403}:
            raise
        flash(sentence(error), "error")
        return redirect(url_for(".accounts"))
    said: dict[str, Callable[[], str]] = {
        "disable": lambda: _("The account %(name)s is closed; its sessions have ended.", name=name),
        "enable": lambda: _("The account %(name)s is open again.", name=name),
        "unlock": lambda: _("The account %(name)s is unlocked.", name=name),
    }
    flash(said[change](), "success")
    return redirect(url_for(".accounts"))


def _password(name: str, password: str) -> str:
    """Show a password; the page is never kept by the browser."""
    return render_template("operator/password.html", name=name, password=password)


def _list() -> str:
    """Render the list."""
    parties = {one.number: one for one in application().reads.parties()}

    def locked(account: Account) -> bool:
        """Tell whether too many wrong passwords were tried."""
        return account.locked_until is not None and account.locked_until > now()

    return render_template(
        "operator/accounts.html", accounts=application().accounts.all(actor()), parties=parties, locked=locked
    )


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    """No page of the operator is kept by browsers or proxies."""
    response.headers["Cache-Control"] = "no-store"
    return response
