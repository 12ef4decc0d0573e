"""API keys: with one of them a program speaks for a participant, as an account does for a person.

A token is `ocop_{id}_{secret}`: a public part that names the key, and 256 random bits of which only the SHA-256 is
kept. A stranger learns nothing: an unknown key takes as long as a known one with a wrong secret and gets the same
sentence; only who knows the secret is told that a key has ended. What a token opens is remembered for seconds, so that
a program that asks often costs the database next to nothing; a key that is revoked here ends at once, and in other
processes when they next look.
"""

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from threading import Lock
from typing import Final

from traceability.domain.api_key_views import ApiKeyView
from traceability.domain.ledger import Capacity
from traceability.errors import (
    AlreadyExistsError,
    NotAuthenticatedError,
    NotAuthorisedError,
    NotFoundError,
    OcopTraceError,
    RuleViolationError,
)
from traceability.ports import ApiKey
from traceability.services.accounts import number_or_ref
from traceability.services.authority import require_role
from traceability.services.commands import Actor
from traceability.services.context import Context
from traceability.services.inputs import count, line

PROGRAM: Final = "api:"
"""How the name of an actor begins that is a program."""

ROLE_OF: Final = {Capacity.PRODUCER: "cooperative", Capacity.INSPECTOR: "inspector"}
"""What a key may do, by what its participant may do; for one that is both, a key records its own goods."""

MAX_LABEL: Final = 60
"""Longest label, in characters."""

MAX_DAYS: Final = 3650
"""Longest life that can be given to a key, in days."""

MAX_KEYS: Final = 50
"""Most keys of one participant that are in effect at the same time."""

TRUSTED: Final = 3.0
"""Seconds for which what a token opens is not looked up again; so late do other processes notice a revocation."""

REMEMBERED: Final = 1000
"""Tokens that are remembered at the same time, the least used forgotten first."""

_TOKEN: Final = re.compile(r"ocop_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_NOBODY: Final = "0" * 64
"""Compared with where there is no such key, so that it takes as long."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a token opens, as far as was known at a moment."""

    key_id: str
    actor: Actor
    expires_at: datetime | None
    until: float
    """Monotonic seconds from which on it is looked up again."""


class ApiKeys:
    """The use cases around API keys. Safe for threads.

    Args:
        context: the ports.
        timer: monotonic seconds, for the age of what is remembered.
    """

    def __init__(self, context: Context, timer: Callable[[], float] = time.monotonic) -> None:
        self._context = context
        self._timer = timer
        self._opened: OrderedDict[bytes, _Opened] = OrderedDict()
        self._generation = 0
        self._lock = Lock()

    # ----------------------------------------------------------------------------------------------- what people do
    def create(
        self, actor: Actor, label: str, participant: str | int | None = None, days: str | int | None = None
    ) -> tuple[ApiKeyView, str]:
        """Make a key and return it with its token, which is shown this once and kept nowhere.

        Args:
            actor: a log-in of the participant's, or the operator's.
            label: what the key is for; the program acts under the name `api:{label}`.
            participant: number, code or URI of whom it speaks for; the actor's own, where left out.
            days: after so many it ends by itself; never, where left out.

        Raises:
            NotAuthorisedError: it would speak for somebody else, or the actor is a program.
            NotFoundError: there is no such participant.
            RuleViolationError: the participant may record nothing, or has as many keys as it can have.
            AlreadyExistsError: a key in effect has this label.
            InvalidInputError: the label or the days will not do.
        """
        _require_person(actor)
        label = line(label, "label", limit=MAX_LABEL, required=True)
        number = self._participant(actor, participant)
        now = self._context.clock.now()
        typed = "" if days is None else str(days).strip()
        lives = timedelta(days=count(typed, "days", most=MAX_DAYS)) if typed else None
        self._require_role_of(number)
        secret = secrets.token_urlsafe(32)
        view = ApiKeyView(
            id=secrets.token_hex(8),
            label=label,
            participant=number,
            created_by=actor.name,
            created_at=now,
            expires_at=None if lives is None else now + lives,
            last_used_at=None,
            revoked_at=None,
        )
        with self._context.database.begin() as work:
            _require_room([one for one in work.api_keys.list(participant=number) if in_effect(one, now)], label)
            work.api_keys.add(ApiKey(view, _hashed(secret)))
        return view, f"ocop_{view.id}_{secret}"

    def list(self, actor: Actor, participant: str | int | None = None) -> Sequence[ApiKeyView]:
        """Return keys, newest first: an operator's question is about all of them unless one participant is named.

        Raises NotAuthorisedError for another participant's keys, or NotFoundError.
        """
        every = actor.role == "operator" and participant is None
        number = None if every else self._participant(actor, participant)
        with self._context.database.look() as work:
            return work.api_keys.list(participant=number)

    def revoke(self, actor: Actor, key_id: str) -> ApiKeyView:
        """End a key, at once in this process and within seconds in others; one that has ended stays as it is.

        Raises:
            NotAuthorisedError: the actor is a program.
            NotFoundError: there is no such key, or it is another participant's.
        """
        _require_person(actor)
        with self._context.database.begin() as work:
            found = work.api_keys.get(key_id.strip())
            if found is None or (actor.role != "operator" and found.view.participant != actor.participant):
                raise NotFoundError(
                    "There is no API key {id}. List them to see which there are.", field="id", id=key_id[:40] or "-"
                )
            now = found.view.revoked_at or self._context.clock.now()
            work.api_keys.revoke(found.view.id, now)
        with self._lock:
            self._generation += 1
            self._opened.clear()
        return replace(found.view, revoked_at=now)

    # --------------------------------------------------------------------------------------------- what programs do
    def authenticate(self, token: str) -> Actor:
        """Return for whom a token speaks: `Actor(0, "api:{label}", role, participant)`.

        Raises NotAuthenticatedError where no key answers to it, or the key or its participant may record no more.
        """
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        with self._lock:
            known = self._opened.get(digest)
            generation = self._generation
        if known is None or self._timer() >= known.until:
            known = self._look_up(token)
            with self._lock:
                if generation == self._generation:  # nothing was revoked while this was looked up
                    self._opened[digest] = known
                    self._opened.move_to_end(digest)
                    while len(self._opened) > REMEMBERED:
                        self._opened.popitem(last=False)
        self._require_time(known.expires_at)
        return known.actor

    def _look_up(self, token: str) -> _Opened:
        named = _TOKEN.fullmatch(token)
        key_id, secret = named.groups() if named else ("", "")
        with self._context.database.look() as work:
            kept = work.api_keys.secret_hash(key_id) or _NOBODY
            answers = compare_digest(kept, _hashed(secret))
            found = work.api_keys.get(key_id) if answers else None
        if found is None:
            raise NotAuthenticatedError("No API key answers to this token. Check it, or make another one.")
        view = found.view
        if view.revoked_at is not None:
            raise NotAuthenticatedError("The API key {label} was revoked. Make another one.", label=view.label)
        self._require_time(view.expires_at)
        role = self._role_of(view.participant)
        if role is None:
            raise NotAuthenticatedError(
                "The participant of the API key {label} may record nothing at present. Ask the operator.",
                label=view.label,
            )
        self._note_use(view)
        actor = Actor(0, PROGRAM + view.label, role, view.participant, "en")
        return _Opened(view.id, actor, view.expires_at, self._timer() + TRUSTED)

    def _require_time(self, expires_at: datetime | None) -> None:
        if expires_at is not None and self._context.clock.now() >= expires_at:
            raise NotAuthenticatedError("This API key has run out. Make another one.")

    def _note_use(self, view: ApiKeyView) -> None:
        """Note the hour of the last use: one write an hour, and none that a request could fail for."""
        hour = self._context.clock.now().replace(minute=0, second=0, microsecond=0)
        if view.last_used_at == hour:
            return
        try:
            with self._context.database.begin() as work:
                work.api_keys.used(view.id, hour)
        except OcopTraceError:  # another process writes for long: the next request notes it
            return

    # ----------------------------------------------------------------------------------------------------- for whom
    def _participant(self, actor: Actor, asked: str | int | None) -> int:
        """Return the number of the participant that is meant. Raises NotAuthorisedError for somebody else's."""
        if asked is None or not str(asked).strip():
            return actor.participant
        number = self._context.reads.party(number_or_ref(str(asked).strip())).number
        if number != actor.participant:
            require_role(actor, "operator")
        return number

    def _role_of(self, participant: int) -> str | None:
        try:
            capacities = self._context.reads.party(participant).capacities
        except NotFoundError:
            return None
        return next((role for capacity, role in ROLE_OF.items() if capacities & capacity), None)

    def _require_role_of(self, participant: int) -> None:
        if self._role_of(participant) is None:
            raise RuleViolationError(
                "This participant may record nothing, so a key would open nothing. Choose another one.",
                field="participant",
            )


def in_effect(key: ApiKeyView, now: datetime) -> bool:
    """Tell whether a key opens anything at a moment, as far as the key itself is concerned."""
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def _require_person(actor: Actor) -> None:
    if actor.account_id == 0 and actor.name.startswith(PROGRAM):
        raise NotAuthorisedError("A program neither makes nor revokes API keys. Log in to do so.")


def _require_room(living: Sequence[ApiKeyView], label: str) -> None:
    if len(living) >= MAX_KEYS:
        raise RuleViolationError(
            "There are {count} keys in effect already. Revoke those that nobody uses.", count=len(living)
        )
    if any(one.label.casefold() == label.casefold() for one in living):
        raise AlreadyExistsError(
            "There is a key labelled {label} already. Choose another label.", field="label", label=label
        )


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
