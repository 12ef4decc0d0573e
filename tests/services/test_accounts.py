"""Log-ins: nobody learns which names exist, guessing gets slower and slower, and a session ends when it should."""

from datetime import timedelta

import pytest

from tests.services.conftest import CHEAP, NOW, assert_refused
from traceability.bootstrap import CONSOLE
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    RuleViolationError,
)
from traceability.services.accounts import Accounts, random_password
from traceability.services.commands import CreateAccount

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(fresh):
    """The use cases, with one account named mai."""
    command = CreateAccount("mai", "cooperative", fresh.paths["coop"], PASSWORD)
    fresh.app.accounts.create(CONSOLE, command)
    return fresh.app.accounts


def test_a_password_lets_its_owner_in_whatever_the_case_of_the_name(fresh, accounts):
    """Phones like to begin names with a capital."""
    actor = accounts.authenticate("Mai", PASSWORD)
    assert (actor.name, actor.role, actor.participant) == ("mai", "cooperative", fresh.actors["coop"].participant)


def test_passwords_are_kept_as_argon2id(accounts):
    """The clear password is nowhere; the hash says how it was made (RFC 9106)."""
    (account,) = accounts.all(CONSOLE)
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in repr(account)


def test_a_made_password_is_long_and_random(fresh, accounts):
    """Where nobody chose one, there are 78 bits of chance."""
    _, password = accounts.create(CONSOLE, CreateAccount("lan", "inspector", fresh.paths["inspector"]))
    assert len(password) == 19
    assert accounts.authenticate("lan", password).role == "inspector"
    assert len({random_password() for _ in range(100)}) == 100


@pytest.mark.parametrize("name", ["-", "an"])
def test_a_made_password_may_hold_a_short_name(fresh, monkeypatch, name):
    """Chance put it there, and nobody guesses it from that; one that somebody chose is refused for it."""
    monkeypatch.setattr("traceability.services.accounts.random_password", lambda: "khan-9w3e-7pqr-cd45")
    accounts = fresh.app.accounts
    _, made = accounts.create(CONSOLE, CreateAccount(name, "inspector", fresh.paths["inspector"]))
    assert accounts.authenticate(name, made).name == name
    assert accounts.reset_password(CONSOLE, name) == made
    with pytest.raises(InvalidInputError, match="contains the name"):
        accounts.reset_password(CONSOLE, name, made)


@pytest.mark.parametrize("name", ["mai", "nobody"])
def test_names_that_exist_and_names_that_do_not_are_treated_alike(accounts, name):
    """The same sentence, the same lock after as many attempts."""
    said = []
    for _ in range(4):
        with pytest.raises(NotAuthenticatedError) as caught:
            accounts.authenticate(name, "wrong password")
        said.append(str(caught.value))
    assert said[0] == said[1] == said[2] == "Name and password do not match. Check both and try again."
    assert said[3].startswith("Too many wrong passwords. Wait 15 minutes")


def test_an_unknown_name_costs_as_much_work_as_a_known_one(fresh, monkeypatch):
    """A stop-watch tells a stranger nothing: one hash is verified either way."""
    verified = []
    accounts = Accounts(fresh.app.context, CHEAP)
    monkeypatch.setattr(accounts, "_matches", lambda hashed, _password: verified.append(hashed) or False)
    with pytest.raises(NotAuthenticatedError):
        accounts.authenticate("nobody", "wrong password")
    assert len(verified) == 1
    assert verified[0].startswith("$argon2id$")


def test_the_lock_doubles_and_even_the_right_password_waits(fresh, accounts):
    """After three wrong ones 15 minutes, after three more 30; then the right one resets the count."""
    for minutes in (15, 30):
        for _ in range(3):
            with pytest.raises(NotAuthenticatedError):
                accounts.authenticate("mai", "wrong password")
        with pytest.raises(NotAuthenticatedError, match=r".*"):
            accounts.authenticate("mai", PASSWORD)
        fresh.clock.move_to(fresh.clock.now() + timedelta(minutes=minutes - 1))
        with pytest.raises(NotAuthenticatedError):
            accounts.authenticate("mai", PASSWORD)
        fresh.clock.move_to(fresh.clock.now() + timedelta(minutes=1))
    assert accounts.authenticate("mai", PASSWORD).name == "mai"
    assert accounts.all(CONSOLE)[0].failed_attempts == 0


def test_the_operator_unlocks(accounts):
    """Whoever locked himself out calls, and comes in at once."""
    for _ in range(3):
        with pytest.raises(NotAuthenticatedError):
            accounts.authenticate("mai", "wrong password")
    accounts.unlock(CONSOLE, "mai")
    assert accounts.authenticate("mai", PASSWORD).name == "mai"


def test_closing_an_account_ends_its_sessions(accounts):
    """A closed account is nobody, at the next request."""
    actor = accounts.authenticate("mai", PASSWORD)
    assert accounts.actor(actor.account_id, 0) == actor
    accounts.disable(CONSOLE, "mai")
    assert accounts.actor(actor.account_id, 0) is None
    with pytest.raises(NotAuthenticatedError):
        accounts.authenticate("mai", PASSWORD)
    epoch = accounts.enable(CONSOLE, "mai").session_epoch
    assert accounts.actor(actor.account_id, 0) is None
    assert accounts.actor(actor.account_id, epoch) == actor


def test_a_new_password_ends_all_other_sessions(accounts):
    """Changing it oneself returns the epoch that this session goes on with."""
    actor = accounts.authenticate("mai", PASSWORD)
    epoch = accounts.change_password(actor, PASSWORD, "a much better one")
    assert accounts.actor(actor.account_id, 0) is None
    assert accounts.actor(actor.account_id, epoch) == actor
    with pytest.raises(NotAuthenticatedError):
        accounts.change_password(actor, PASSWORD, "a third one here")
    made = accounts.reset_password(CONSOLE, "mai")
    assert accounts.actor(actor.account_id, epoch) is None
    assert accounts.authenticate("mai", made).name == "mai"


@pytest.mark.parametrize("password", ["short", "mai-and-more", "x" * 201, "aaaaaaaaaaaa"])
def test_a_bad_password_is_refused(accounts, fresh, password):
    """Too short, the name itself, endless, or one letter over and over."""
    actor = accounts.authenticate("mai", PASSWORD)
    assert_refused(
        fresh, lambda: accounts.change_password(actor, PASSWORD, password), InvalidInputError, "new_password"
    )


@pytest.mark.parametrize(
    ("command", "error", "field"),
    [
        (CreateAccount("MAI", "cooperative", "2", PASSWORD), AlreadyExistsError, "name"),
        (CreateAccount("", "cooperative", "2"), InvalidInputError, "name"),
        (CreateAccount("a", "king", "2"), InvalidInputError, "role"),
        (CreateAccount("a", "inspector", "2"), RuleViolationError, "participant"),
        (CreateAccount("a", "cooperative", "99"), NotFoundError, None),
        (CreateAccount("a", "cooperative", "2", language="fr"), InvalidInputError, "language"),
        (CreateAccount("a", "cooperative", "2", "short"), InvalidInputError, "password"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(accounts, fresh, command, error, field):
    """The name is taken, the role is none, or the participant may not do what the role is for."""
    assert_refused(fresh, lambda: accounts.create(CONSOLE, command), error, field)


def test_the_operator_does_not_close_the_account_in_use(fresh, accounts):
    """Nobody saws off the branch."""
    accounts.create(CONSOLE, CreateAccount("boss", "operator", "1", PASSWORD))
    boss = accounts.authenticate("boss", PASSWORD)
    assert_refused(fresh, lambda: accounts.disable(boss, "Boss"), RuleViolationError, "name")
    assert fresh.clock.now() == NOW
