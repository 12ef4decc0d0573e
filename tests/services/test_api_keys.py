"""API keys: who makes them for whom, what they open, and how soon they end."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from tests.services.conftest import assert_refused
from traceability.bootstrap import CONSOLE
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    NotAuthenticatedError,
    NotAuthorisedError,
    NotFoundError,
    RuleViolationError,
    StorageError,
)
from traceability.projection import schema
from traceability.services.api_keys import MAX_KEYS, TRUSTED, ApiKeys
from traceability.services.commands import Actor


class Timer:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def timer():
    """Seconds that stand still."""
    return Timer()


@pytest.fixture
def keys(fresh, timer):
    """The use cases."""
    return ApiKeys(fresh.app.context, timer)


def rows(world):
    """Return what is kept of keys."""
    with world.app.database.reading() as connection:
        return [dict(row) for row in connection.execute(select(schema.api_key)).mappings()]


@pytest.mark.parametrize(
    ("who", "role"), [("coop", "cooperative"), ("shop", "cooperative"), ("inspector", "inspector")]
)
def test_a_participant_makes_a_key_that_speaks_for_it(fresh, keys, who, role):
    """With the role that its capacities give, under the name of the key."""
    view, token = keys.create(fresh.actors[who], "Kho")
    assert keys.authenticate(token) == Actor(0, "api:Kho", role, fresh.actors[who].participant, "en")
    assert (view.label, view.created_by, view.participant) == ("Kho", who, fresh.actors[who].participant)


def test_of_the_secret_only_the_hash_is_kept(fresh, keys):
    """16 hexadecimal digits that name the key, 43 characters for 256 random bits; nothing kept gives the token back."""
    view, token = keys.create(fresh.actors["coop"], "Kho")
    begin, key_id, secret = token.split("_", 2)
    assert (begin, key_id, len(key_id), len(secret)) == ("ocop", view.id, 16, 43)
    (row,) = rows(fresh)
    assert row["secret_hash"] == sha256(secret.encode()).hexdigest()
    assert secret not in repr(row) + repr(view)
    assert keys.create(fresh.actors["coop"], "Kho 2")[1] != token


def test_the_operator_makes_keys_for_anybody_who_may_record(fresh, keys):
    """By number, code or URI; for itself there is nothing that a key could do."""
    for ref in (fresh.actors["coop"].participant, str(fresh.actors["shop"].participant), fresh.paths["other"]):
        view, token = keys.create(CONSOLE, f"Kho {ref}", ref)
        assert keys.authenticate(token).participant == view.participant != 1
    assert_refused(fresh, lambda: keys.create(CONSOLE, "Kho"), RuleViolationError, "participant")
    assert_refused(fresh, lambda: keys.create(CONSOLE, "Kho", "999"), NotFoundError)
    assert_refused(fresh, lambda: keys.create(CONSOLE, "Kho", "9" * 5000), NotFoundError)


@pytest.mark.parametrize("who", ["coop", "inspector"])
def test_nobody_else_makes_reads_or_ends_another_participants_keys(fresh, keys, who):
    """What a stranger asks to end is unknown to it."""
    theirs, _ = keys.create(fresh.actors["other"], "Kho")
    actor, number = fresh.actors[who], fresh.actors["other"].participant
    assert_refused(fresh, lambda: keys.create(actor, "Kho", number), NotAuthorisedError)
    assert_refused(fresh, lambda: keys.list(actor, number), NotAuthorisedError)
    assert_refused(fresh, lambda: keys.revoke(actor, theirs.id), NotFoundError, "id")
    assert list(keys.list(actor)) == []


def test_a_program_neither_makes_nor_ends_keys(fresh, keys):
    """A stolen key cannot make itself a second life."""
    view, token = keys.create(fresh.actors["coop"], "Kho")
    program = keys.authenticate(token)
    assert_refused(fresh, lambda: keys.create(program, "Thêm"), NotAuthorisedError)
    assert_refused(fresh, lambda: keys.revoke(program, view.id), NotAuthorisedError)


@pytest.mark.parametrize(
    ("label", "days", "field"),
    [("", None, "label"), ("a" * 61, None, "label"), ("<b>", None, "label"), ("a\u202eb", None, "label")]
    + [("Kho", days, "days") for days in ("0", 0, "-1", -1, "1.5", "x", "3651", 0.5)],
)
def test_what_is_no_label_and_no_life_is_refused(fresh, keys, label, days, field):
    """By the name of the field, and nothing is kept."""
    assert_refused(fresh, lambda: keys.create(fresh.actors["coop"], label, days=days), InvalidInputError, field)


def test_two_keys_in_effect_have_two_labels(fresh, keys):
    """Records name the key by its label; what has ended frees its label."""
    first, _ = keys.create(fresh.actors["coop"], "Kho")
    assert_refused(fresh, lambda: keys.create(fresh.actors["coop"], "KHO"), AlreadyExistsError, "label")
    keys.create(fresh.actors["shop"], "Kho")
    keys.revoke(fresh.actors["coop"], first.id)
    keys.create(fresh.actors["coop"], "Kho")


def test_a_participant_has_so_many_keys_and_no_more(fresh, keys):
    """Those that have ended do not count."""
    made = [keys.create(fresh.actors["coop"], f"Kho {number}")[0] for number in range(MAX_KEYS)]
    assert_refused(fresh, lambda: keys.create(fresh.actors["coop"], "Thêm"), RuleViolationError)
    keys.revoke(fresh.actors["coop"], made[0].id)
    keys.create(fresh.actors["coop"], "Thêm")


def test_keys_are_listed_newest_first(fresh, keys):
    """One's own; the operator sees all of them, or those of one participant."""
    for who in ("coop", "shop"):
        for label in ("một", "hai"):
            keys.create(fresh.actors[who], label)
            fresh.clock.move_to(fresh.clock.now() + timedelta(seconds=1))
    assert [one.label for one in keys.list(fresh.actors["coop"])] == ["hai", "một"]
    assert len(keys.list(CONSOLE)) == 4
    assert len(keys.list(CONSOLE, fresh.paths["shop"])) == 2


# ------------------------------------------------------------------------------------------------------------- endings
def test_a_revoked_key_ends_at_once_here(fresh, keys):
    """Also where what it opens is remembered; revoking it again changes nothing."""
    view, token = keys.create(fresh.actors["coop"], "Kho")
    keys.authenticate(token)
    ended = keys.revoke(fresh.actors["coop"], view.id)
    assert ended.revoked_at == fresh.clock.now()
    with pytest.raises(NotAuthenticatedError, match="revoked"):
        keys.authenticate(token)
    fresh.clock.move_to(fresh.clock.now() + timedelta(days=1))
    assert keys.revoke(CONSOLE, view.id).revoked_at == ended.revoked_at


def test_a_revoked_key_ends_within_seconds_elsewhere(fresh, keys, timer):
    """Another process remembers what a token opens for a moment, and no longer."""
    view, token = keys.create(fresh.actors["coop"], "Kho")
    keys.authenticate(token)
    ApiKeys(fresh.app.context).revoke(CONSOLE, view.id)
    assert keys.authenticate(token).name == "api:Kho"
    timer.seconds += TRUSTED
    with pytest.raises(NotAuthenticatedError):
        keys.authenticate(token)


def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_remembered(fresh, keys, monkeypatch):
    """The look-up that began before the revocation may still answer, but leaves nothing behind."""
    view, token = keys.create(fresh.actors["coop"], "Kho")
    look_up = keys._look_up

    def slow(text):
        found = look_up(text)
        keys.revoke(CONSOLE, view.id)
        return found

    monkeypatch.setattr(keys, "_look_up", slow)
    keys.authenticate(token)
    monkeypatch.undo()
    with pytest.raises(NotAuthenticatedError):
        keys.authenticate(token)


def test_a_key_runs_out_to_the_second(fresh, keys):
    """Also where what it opens is remembered."""
    view, token = keys.create(fresh.actors["coop"], "Kho", days="2")
    assert view.expires_at == fresh.clock.now() + timedelta(days=2)
    fresh.clock.move_to(view.expires_at - timedelta(seconds=1))
    keys.authenticate(token)
    fresh.clock.move_to(view.expires_at)
    for service in (keys, ApiKeys(fresh.app.context)):
        with pytest.raises(NotAuthenticatedError, match="run out"):
            service.authenticate(token)


def test_the_keys_of_who_may_record_no_more_open_nothing(fresh, keys, timer):
    """A suspended participant's programs are suspended with it, and come back with it."""
    _, token = keys.create(fresh.actors["coop"], "Kho")
    fresh.app.ledger.set_capacities(fresh.actors["coop"].participant, 0)
    fresh.app.indexer.advance()
    with pytest.raises(NotAuthenticatedError, match="nothing at present"):
        keys.authenticate(token)
    fresh.app.participants.set_capacities(CONSOLE, fresh.paths["coop"], ("inspector",))
    assert keys.authenticate(token).role == "inspector"
    fresh.app.participants.set_capacities(CONSOLE, fresh.paths["coop"], ("producer", "inspector"))
    timer.seconds += TRUSTED
    assert keys.authenticate(token).role == "cooperative"


# ----------------------------------------------------------------------------------------------------------- strangers
def test_a_stranger_learns_nothing(fresh, keys):
    """An unknown key, a wrong secret and a key that has ended: the same sentence to who does not know the secret."""
    view, token = keys.create(fresh.actors["coop"], "Kho")
    ended, _ = keys.create(fresh.actors["coop"], "Cũ")
    keys.revoke(fresh.actors["coop"], ended.id)
    keys.authenticate(token)
    secret = token.split("_", 2)[2]
    wrong = ("A" if secret[0] != "A" else "B") + secret[1:]
    for guess in (
        "",
        "ocop",
        token[:-1],
        token + "A",
        token.upper(),
        f" {token}",
        f"{token}\n",
        "\ud800",
        f"ocop_{view.id}_{wrong}",
        f"ocop_{ended.id}_{wrong}",
        f"ocop_{'0' * 16}_{secret}",
    ):
        refused = assert_refused(fresh, lambda guess=guess: keys.authenticate(guess), NotAuthenticatedError)
        assert str(refused) == "No API key answers to this token. Check it, or make another one."


def test_an_unknown_key_costs_as_much_as_a_known_one(fresh, keys, monkeypatch):
    """Both are looked up, hashed and compared in full, whatever is remembered of the known one."""
    asked = []
    view, token = keys.create(fresh.actors["coop"], "Kho")
    keys.authenticate(token)
    compare = ApiKeys._look_up.__globals__["compare_digest"]
    monkeypatch.setitem(
        ApiKeys._look_up.__globals__, "compare_digest", lambda *pair: asked.append(len(pair[0])) or compare(*pair)
    )
    for key_id in (view.id, "f" * 16):
        with pytest.raises(NotAuthenticatedError):
            keys.authenticate(f"ocop_{key_id}_{'A' * 43}")
    assert asked == [64, 64]


# ------------------------------------------------------------------------------------------------------------ last use
def test_the_hour_of_the_last_use_is_noted_and_no_request_writes_more(fresh, keys, timer, monkeypatch):
    """However often it is used, the database is written once an hour."""
    _, token = keys.create(fresh.actors["coop"], "Kho")
    begun = []
    begin = fresh.app.database.begin
    monkeypatch.setattr(fresh.app.database, "begin", lambda: begun.append(1) or begin())
    hour = fresh.clock.now().replace(minute=0, second=0, microsecond=0)
    for minutes in (0, 1, 59):
        fresh.clock.move_to(hour + timedelta(minutes=minutes))
        for _ in range(20):
            timer.seconds += TRUSTED / 10
            keys.authenticate(token)
    assert keys.list(CONSOLE)[0].last_used_at == hour
    assert len(begun) == 1
    fresh.clock.move_to(hour + timedelta(hours=1))
    timer.seconds += TRUSTED
    keys.authenticate(token)
    assert keys.list(CONSOLE)[0].last_used_at == hour + timedelta(hours=1)


def test_a_busy_database_keeps_nobody_out(fresh, keys, monkeypatch):
    """That the use cannot be noted is no reason to refuse it."""
    _, token = keys.create(fresh.actors["coop"], "Kho")

    def busy():
        raise StorageError("The database refused: {reason}.", reason="locked")

    monkeypatch.setattr(fresh.app.database, "begin", busy)
    assert keys.authenticate(token).name == "api:Kho"


def test_a_program_that_asks_often_is_looked_up_once(fresh, keys, monkeypatch):
    """What a token opens is remembered: without the database, and without comparing secrets."""
    _, token = keys.create(fresh.actors["coop"], "Kho")
    known = keys.authenticate(token)
    monkeypatch.setattr(keys, "_look_up", None)
    assert {keys.authenticate(token) for _ in range(100)} == {known}
