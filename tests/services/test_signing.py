"""Keys that lie elsewhere: the server prepares and relays, and never authors."""

import json
from base64 import b64decode, b64encode

import pytest
from eth_account import Account as Wallet

from tests.services.conftest import GTIN, ago, key
from tests.services.paper import printing_lines
from traceability.bootstrap import CONSOLE
from traceability.errors import InvalidInputError, NotAuthorisedError, RuleViolationError
from traceability.services.commands import (
    ActivateStamps,
    AddKey,
    IssueStamps,
    PrintStamps,
    RegisterLot,
    RestoreStamps,
    Retire,
    RevokeKey,
    VoidStamps,
)


@pytest.fixture
def wallet(fresh):
    """A key of the cooperative that lies in a browser."""
    made = Wallet.create()
    fresh.app.participants.add_key(CONSOLE, AddKey(fresh.paths["coop"], made.address))
    return made


def sign(wallet, prepared):
    """Sign typed data as a wallet does: from its JSON, knowing nothing of our code."""
    typed = json.loads(json.dumps(prepared.typed_data))
    message = typed["message"]
    message |= {name: int(message[name]) for name in ("operation", "deadline")}
    message["documents"] = bytes.fromhex(message["documents"][2:])
    message["touches"] = [
        {"subject": bytes.fromhex(touch["subject"][2:]), "terms": int(touch["terms"])} for touch in message["touches"]
    ]
    return Wallet.sign_typed_data(wallet.key, full_message=typed).signature.hex()


def command(fresh, **changes):
    """Return a command that declares a lot with a note."""
    values = {"lot_number": "ELSEWHERE", "note": "ký ở trình duyệt", **changes}
    return RegisterLot("browser-1", fresh.paths["shrimp"], "3", "KGM", ago(hours=1), **values)


def test_a_record_signed_in_a_browser_lands_under_that_key(fresh, wallet):
    """The same door, the same checks, another pen."""
    app, coop = fresh.app, fresh.actors["coop"]
    prepared = app.signing.prepare(coop, command(fresh), wallet.address)
    outcome = app.signing.accept(coop, prepared.token, sign(wallet, prepared))
    assert outcome.state == "landed"
    (entry,) = app.reads.history(outcome.uri)
    assert entry.anchor.signer == wallet.address
    assert entry.note == "ký ở trình duyệt"
    assert app.signing.accept(coop, prepared.token, sign(wallet, prepared)) == outcome
    assert app.verifier.verify_lot(outcome.path).ok


def test_a_stamp_run_may_be_signed_elsewhere_too(fresh, wallet):
    """Its seed travels sealed in the token and is kept with the record."""
    app, coop = fresh.app, fresh.actors["coop"]
    prepared = app.signing.prepare(coop, IssueStamps("run", fresh.paths["jars"], "3"), wallet.address)
    app.signing.accept(coop, prepared.token, sign(wallet, prepared))
    assert len(list(app.stamps.serials(coop, fresh.paths["jars"], 2))) == 3


def test_a_long_run_is_not_signed_elsewhere(fresh, wallet):
    """Its root takes longer than a browser waits: the sentence says how many fit."""
    app, coop = fresh.app, fresh.actors["coop"]
    with pytest.raises(InvalidInputError, match="at most 20000"):
        app.signing.prepare(coop, IssueStamps("run", fresh.paths["jars"], "20001"), wallet.address)


def test_the_life_of_stamps_may_be_signed_elsewhere_too(fresh, wallet):
    """Printing with its job, activating, making void with its note, restoring: the job begins with the signature."""
    app, coop, lot = printing_lines(fresh).app, fresh.actors["coop"], fresh.paths["jars"]
    commands = (
        PrintStamps("a", lot, "1", codes=True),
        ActivateStamps("b", lot, "1"),
        VoidStamps("c", lot, "1", "lost", "2", "3", "rơi mất"),
        RestoreStamps("d", lot, "1", "found", "2", "3"),
    )
    for command in commands:
        prepared = app.signing.prepare(coop, command, wallet.address)
        outcome = app.signing.accept(coop, prepared.token, sign(wallet, prepared))
        assert outcome.state == "landed"
        if outcome.job:
            assert app.jobs.get(coop, outcome.job).state == "queued"
            app.jobs.run_pending()
            assert app.jobs.get(coop, outcome.job).state == "done"
    (run,) = app.reads.runs(lot)
    assert [mark.kind.value for mark in run.life.marks] == ["printed", "activated", "voided", "restored"]
    assert [job.kind for job in app.jobs.list(coop, lot)].count("print") == 1
    assert app.verifier.verify_lot(lot).ok


@pytest.mark.parametrize("subject", ["jar", "raw"])
def test_closing_finds_its_way_to_product_or_lot(fresh, wallet, subject):
    """One command, two kinds of subject."""
    app, coop = fresh.app, fresh.actors["coop"]
    prepared = app.signing.prepare(coop, Retire(key(), fresh.paths[subject], "hết"), wallet.address)
    assert app.signing.accept(coop, prepared.token, sign(wallet, prepared)).path == fresh.paths[subject]


def test_another_hand_under_the_record_is_refused(fresh, wallet):
    """A signature counts only if it is the signer's, over these very bytes."""
    app, coop = fresh.app, fresh.actors["coop"]
    prepared = app.signing.prepare(coop, command(fresh), wallet.address)
    before = fresh.counts()
    with pytest.raises(NotAuthorisedError):
        app.signing.accept(coop, prepared.token, sign(Wallet.create(), prepared))
    assert fresh.counts() == before


def test_a_token_cannot_be_changed_or_lent(fresh, wallet):
    """It is sealed, and made for one participant."""
    app, coop = fresh.app, fresh.actors["coop"]
    prepared = app.signing.prepare(coop, command(fresh), wallet.address)
    signature = sign(wallet, prepared)
    spoilt = bytearray(b64decode(prepared.token))
    spoilt[40] ^= 1
    for token in (b64encode(bytes(spoilt)).decode(), "!", ""):
        with pytest.raises(InvalidInputError):
            app.signing.accept(coop, token, signature)
    with pytest.raises(InvalidInputError):
        app.signing.accept(coop, prepared.token, "0xzz")
    with pytest.raises(NotAuthorisedError):
        app.signing.accept(fresh.actors["other"], prepared.token, signature)


def test_only_keys_of_ones_own_that_are_in_effect_are_prepared_for(fresh, wallet):
    """Nobody has a record prepared in somebody else's name."""
    app = fresh.app
    with pytest.raises(NotAuthorisedError):
        app.signing.prepare(fresh.actors["other"], command(fresh), wallet.address)
    app.participants.revoke_key(CONSOLE, RevokeKey(wallet.address))
    with pytest.raises(NotAuthorisedError):
        app.signing.prepare(fresh.actors["coop"], command(fresh), wallet.address)


def test_what_became_impossible_meanwhile_is_refused(fresh, wallet):
    """The contract has the last word when the signature comes back."""
    app, coop = fresh.app, fresh.actors["coop"]
    prepared = app.signing.prepare(coop, command(fresh), wallet.address)
    app.lots.register(coop, RegisterLot(key(), fresh.paths["shrimp"], "1", "KGM", ago(hours=1), lot_number="ELSEWHERE"))
    with pytest.raises(RuleViolationError):
        app.signing.accept(coop, prepared.token, sign(wallet, prepared))


def test_what_operators_do_is_not_signed_elsewhere(fresh, wallet):
    """Commands without a plan are named as such."""
    with pytest.raises(InvalidInputError):
        fresh.app.signing.prepare(fresh.actors["coop"], AddKey(GTIN), wallet.address)
