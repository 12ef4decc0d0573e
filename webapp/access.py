"""Who is asking: log-in sessions, and the few names that every view needs.

The session cookie holds an account's number and its session epoch, nothing else. The epoch is compared on every
request, so that a change of password or a disabled account ends all sessions at once. What an account may do is
decided in the services, never here: `only` merely keeps a role's pages together and sends visitors without a session
to the log-in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from flask import Blueprint, Flask, current_app, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from traceability.errors import NotAuthenticatedError, NotAuthorisedError
from traceability.services.commands import Actor
from webapp.language import language

UTC_PLUS_7 = timezone(timedelta(hours=7))
"""The calendar day that pages go by."""

HOME_OF_ROLE = {"cooperative": "/coop/", "inspector": "/inspect/", "operator": "/operate/"}
"""Where a log-in leads."""


@dataclass(eq=False)
class User(UserMixin):
    """A logged-in account as Flask-Login sees it."""

    actor: Actor
    epoch: int

    def get_id(self) -> str:
        """Return account number and session epoch."""
        return f"{self.actor.account_id}.{self.epoch}"


def application() -> Any:
    """Return what `bootstrap.build` put together: reads, services, clock, settings."""
    return current_app.extensions["ocop"]


def now() -> datetime:
    """Return the present moment of the application's clock, in UTC."""
    return application().clock.now()


def today() -> date:
    """Return the calendar day in UTC+7, which decides whether ratings and dates of expiry still hold."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the calendar day of a moment, in UTC+7."""
    return moment.astimezone(UTC_PLUS_7).date()


def actor() -> Actor:
    """Return who is logged in, speaking the page's language: what is typed there is read as it is shown there.

    Raises NotAuthenticatedError.
    """
    if not current_user.is_authenticated:
        raise NotAuthenticatedError("Please log in to see this page.")
    return replace(current_user.actor, language=language())


def log_in(name: str, password: str) -> Actor:
    """Check name and password and open a session. Raises NotAuthenticatedError, also while the account is locked."""
    found = application().accounts.authenticate(name, password)
    session.clear()
    session.permanent = True
    login_user(User(found, _epoch(found.account_id)))
    return found


def log_out() -> None:
    """Close the session."""
    logout_user()
    session.clear()


def only(blueprint: Blueprint, *roles: str) -> None:
    """Keep a blueprint's pages for accounts of the named roles."""

    def check() -> None:
        """Refuse everybody else."""
        asking = actor()
        if asking.role not in roles:
            raise NotAuthorisedError(
                "This page is for {roles}. You are logged in as {role}.", roles=roles, role=asking.role
            )

    blueprint.before_request(check)


def _epoch(account_id: int) -> int:
    """Return the session epoch of an account."""
    with application().database.begin() as work:
        account = work.accounts.by_id(account_id)
    return account.session_epoch if account else -1


def _load(identity: str) -> User | None:
    """Bring a session's account back, or None when the session has ended meanwhile."""
    account_id, _, epoch = identity.partition(".")
    if not (account_id.isdecimal() and epoch.isdecimal()):
        return None
    found = application().accounts.actor(int(account_id), int(epoch))
    return User(found, int(epoch)) if found else None


def init_access(app: Flask) -> None:
    """Connect Flask-Login."""
    manager = LoginManager()
    manager.session_protection = None  # phones change their address all the time; the epoch ends sessions
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)
    app.after_request_funcs[
        None
    ].pop()  # writes "remember me" cookies, which we do not have, and opens the session of every reader
    globals_: dict[str, Callable[..., Any]] = {"today": today, "visitor": _visitor, "home_of_role": HOME_OF_ROLE.get}
    app.jinja_env.globals.update(globals_)


def _visitor() -> Actor | None:
    """Return who is logged in, for templates, or None."""
    return current_user.actor if current_user.is_authenticated else None
