"""Log-ins: made by the operator, guarded by Argon2id, locked for a growing while after wrong passwords.

A stranger learns nothing here: an unknown name takes as long as a known one, gets the same sentence, and locks in the
same way. Every attempt is counted before the password is looked at, so that many at once gain nothing.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from traceability.domain.ledger import Capacity
from traceability.errors import InvalidInputError, NotAuthenticatedError, NotFoundError, RuleViolationError
from traceability.ports import Account
from traceability.services.authority import require_role
from traceability.services.commands import Actor, CreateAccount
from traceability.services.context import Context
from traceability.services.inputs import choice, line

ROLES: Final = {
    "cooperative": Capacity.PRODUCER,
    "inspector": Capacity.INSPECTOR,
    "operator": Capacity.OPERATOR,
}
"""Role of an account and the capacity that its participant needs for it."""

LANGUAGES: Final = ("vi", "en")

MIN_PASSWORD: Final = 10
"""Shortest password in characters."""

MAX_PASSWORD: Final = 200
"""Longest password in characters; Argon2 would hash any length, and an attacker would send it."""

LONGEST_LOCK: Final = timedelta(hours=24)
"""The lock doubles each time, up to this."""

LONGEST_NUMBER: Final = 10
"""Digits of a participant's number at most; a GLN has more."""

REMEMBERED_STRANGERS: Final = 1000
"""How many unknown names are counted at the same time."""

_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz23456789"
"""Letters and digits that nobody mistakes for each other."""


def random_password() -> str:
    """Return four groups of four characters: 78 random bits that can be read out over the telephone."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


@dataclass(frozen=True, slots=True)
class _Tries:
    """Wrong passwords in a row, and until when no more are looked at."""

    count: int = 0
    locked_until: datetime | None = None


class Accounts:
    """The use cases around log-ins.

    Args:
        context: the ports.
        hasher: Argon2id with the parameters of RFC 9106's second choice.
    """

    def __init__(self, context: Context, hasher: PasswordHasher | None = None) -> None:
        """Hash a password that nobody has, for names that nobody has."""
        self._context = context
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex())
        self._strangers: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = Lock()

    # ---------------------------------------------------------------------------------------------- what operators do
    def create(self, actor: Actor, command: CreateAccount) -> tuple[Account, str]:
        """Make an account and return it with its password, which is not kept in the clear.

        Raises:
            NotAuthorisedError: the actor is no operator.
            InvalidInputError: name, role, language or password will not do.
            NotFoundError: there is no such participant.
            RuleViolationError: the participant may not do what the role is for.
            AlreadyExistsError: the name is taken.
        """
        require_role(actor, "operator")
        name = line(command.name, "name", limit=60, required=True)
        role = choice(command.role, ROLES, "role")
        language = choice(command.language, LANGUAGES, "language")
        party = self._context.reads.party(number_or_ref(command.participant or str(actor.participant)))
        if not party.capacities & ROLES[role]:
            raise RuleViolationError(
                "{participant} is not admitted as {role}. Choose another participant or another role.",
                field="participant",
                participant=party.name or party.code,
                role=role,
            )
        password = _chosen_or_made(command.password, name)
        with self._context.database.begin() as work:
            return work.accounts.add(name, role, party.number, self._hasher.hash(password), language), password

    def all(self, actor: Actor) -> Sequence[Account]:
        """Return every account by name. Raises NotAuthorisedError."""
        require_role(actor, "operator")
        with self._context.database.begin() as work:
            return work.accounts.all()

    def disable(self, actor: Actor, name: str) -> Account:
        """Close an account; its sessions end.

        Raises NotAuthorisedError, NotFoundError, or RuleViolationError for the account in use.
        """
        require_role(actor, "operator")
        if name.casefold() == actor.name.casefold():
            raise RuleViolationError("You cannot close the account that you are using.", field="name")
        return self._change(name, lambda a: replace(a, active=False, session_epoch=a.session_epoch + 1))

    def enable(self, actor: Actor, name: str) -> Account:
        """Open an account again. Raises NotAuthorisedError or NotFoundError."""
        require_role(actor, "operator")
        return self._change(name, lambda a: replace(a, active=True))

    def unlock(self, actor: Actor, name: str) -> Account:
        """Forget the wrong passwords of an account. Raises NotAuthorisedError or NotFoundError."""
        require_role(actor, "operator")
        return self._change(name, lambda a: replace(a, failed_attempts=0, locked_until=None))

    def reset_password(self, actor: Actor, name: str, password: str = "") -> str:
        """Give an account another password, made at random unless one is named, and return it; its sessions end.

        Raises NotAuthorisedError, NotFoundError, or InvalidInputError for a password that will not do.
        """
        require_role(actor, "operator")
        password = _chosen_or_made(password, name)
        hashed = self._hasher.hash(password)
        self._change(
            name,
            lambda a: replace(
                a, password_hash=hashed, session_epoch=a.session_epoch + 1, failed_attempts=0, locked_until=None
            ),
        )
        return password

    # -------------------------------------------------------------------------------------------- what everybody does
    def authenticate(self, name: str, password: str) -> Actor:
        """Return who logs in.

        Raises:
            NotAuthenticatedError: name and password do not match, or too many wrong ones came before.
        """
        account = self._count_attempt(name[:MAX_PASSWORD])
        if not self._matches(account.password_hash if account else self._nobody, password) or account is None:
            raise NotAuthenticatedError("Name and password do not match. Check both and try again.")
        if not account.active:
            raise NotAuthenticatedError("This account is closed. Ask the operator to open it again.")
        hashed = account.password_hash
        if self._hasher.check_needs_rehash(hashed):
            hashed = self._hasher.hash(password)
        account = self._change(
            account.name, lambda a: replace(a, failed_attempts=0, locked_until=None, password_hash=hashed)
        )
        return actor_of(account)

    def actor(self, account_id: int, epoch: int) -> Actor | None:
        """Return whom a session speaks for, or None when it has ended: account closed, or password changed since."""
        with self._context.database.begin() as work:
            account = work.accounts.by_id(account_id)
        if account is None or not account.active or account.session_epoch != epoch:
            return None
        return actor_of(account)

    def change_password(self, actor: Actor, old: str, new: str) -> int:
        """Give oneself another password; all other sessions end. Returns the epoch that this session goes on with.

        Raises:
            NotAuthenticatedError: the old password is wrong, or too many wrong ones came before.
            InvalidInputError: the new one will not do.
        """
        check_password(new, actor.name, field="new_password")
        account = self._count_attempt(actor.name)
        if account is None or not self._matches(account.password_hash, old):
            raise NotAuthenticatedError("The old password is wrong. Check it and try again.", field="password")
        hashed = self._hasher.hash(new)
        changed = self._change(
            account.name,
            lambda a: replace(
                a, password_hash=hashed, session_epoch=a.session_epoch + 1, failed_attempts=0, locked_until=None
            ),
        )
        return changed.session_epoch

    # ------------------------------------------------------------------------------------------------------- counting
    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[: MAX_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False

    def _count_attempt(self, name: str) -> Account | None:
        """Count one more attempt before it is looked at. Raises NotAuthenticatedError while the name is locked."""
        now = self._context.clock.now()
        with self._context.database.begin() as work:
            account = work.accounts.by_name(name)
            if account is not None:
                tries = self._next(_Tries(account.failed_attempts, account.locked_until), now)
                work.accounts.save(replace(account, failed_attempts=tries.count, locked_until=tries.locked_until))
                return account
        with self._lock:
            folded = name.casefold()
            self._strangers[folded] = self._next(self._strangers.pop(folded, _Tries()), now)
            if len(self._strangers) > REMEMBERED_STRANGERS:
                self._strangers.popitem(last=False)
        return None

    def _next(self, tries: _Tries, now: datetime) -> _Tries:
        if tries.locked_until is not None and now < tries.locked_until:
            minutes = max(1, round((tries.locked_until - now) / timedelta(minutes=1)))
            raise NotAuthenticatedError(
                "Too many wrong passwords. Wait {minutes} minutes, or ask the operator to unlock the account.",
                minutes=minutes,
            )
        count, allowed = tries.count + 1, self._context.lockout_attempts
        if count % allowed:
            return _Tries(count, None)
        doubled = min(count // allowed - 1, 20)
        return _Tries(count, now + min(self._context.lockout_time * 2**doubled, LONGEST_LOCK))

    def _change(self, name: str, change: Callable[[Account], Account]) -> Account:
        with self._context.database.begin() as work:
            account = work.accounts.by_name(name)
            if account is None:
                raise NotFoundError(
                    "There is no account named {name}. List them to see the names.", field="name", name=name
                )
            changed = change(account)
            work.accounts.save(changed)
            return changed


def actor_of(account: Account) -> Actor:
    """Return whom an account speaks for."""
    return Actor(account.id, account.name, account.role, account.participant, account.language)


def check_password(password: str, name: str, *, field: str = "password") -> None:
    """Return quietly when a password will do. Raises InvalidInputError when it is short, too long, or says the name."""
    if len(password) < MIN_PASSWORD:
        raise InvalidInputError(
            "The password has {length} characters; it needs at least {least}.",
            field=field,
            length=len(password),
            least=MIN_PASSWORD,
        )
    if len(password) > MAX_PASSWORD:
        raise InvalidInputError("The password is longer than {most} characters.", field=field, most=MAX_PASSWORD)
    if name and name.casefold() in password.casefold():
        raise InvalidInputError("The password contains the name. Choose another one.", field=field)
    if len(set(password)) < MIN_PASSWORD // 2:
        raise InvalidInputError("The password repeats few characters. Choose another one.", field=field)


def _chosen_or_made(password: str, name: str) -> str:
    """Return the password that somebody chose, or one made at random, of which no rule has anything to say.

    Raises InvalidInputError for a chosen one that will not do.
    """
    if password:
        check_password(password, name)
    return password or random_password()


def number_or_ref(ref: str) -> str | int:
    """Return what a participant is named by: its number, or a code or URI."""
    return int(ref) if ref.isascii() and ref.isdigit() and len(ref) <= LONGEST_NUMBER else ref
