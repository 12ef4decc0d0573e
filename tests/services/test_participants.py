"""The operator lets participants in, and lends and silences keys."""

import pytest

from tests.services.conftest import ago, assert_refused, key
from traceability.bootstrap import CONSOLE
from traceability.errors import (
    AlreadyExistsError,
    InvalidIdentifierError,
    InvalidInputError,
    NotAuthorisedError,
    NotFoundError,
    RuleViolationError,
)
from traceability.proofs.documents import unpack
from traceability.services.commands import AddKey, AdmitParticipant, RecordStage, RevokeKey, ShipLot

OWN_KEY = "0x52908400098527886E0F7030069857D2E4169EE7"


def admission(**changes):
    """Return a command that admits a household."""
    values = {"key": key(), "name": "Hộ bà Tư", "kind": "household", "capacities": ("producer",), **changes}
    return AdmitParticipant(**values)


def test_what_may_be_personal_stays_off_the_chain(fresh):
    """Name, address, commune and telephone are committed to, shown, and nowhere in the record."""
    command = admission(address="Ngõ 7", commune_code="15286", printed_address="xã Hà Yên", phone="+84 912 345 678")
    outcome = fresh.app.participants.admit(CONSOLE, command)
    party = fresh.app.reads.party(outcome.uri)
    assert (party.name, party.commune_code, party.printed_address) == ("Hộ bà Tư", "15286", "xã Hà Yên")
    assert party.address == "Ngõ 7, xã Hoạt Giang, Tỉnh Thanh Hóa"
    assert party.key_held_by_service
    (submission,) = fresh.app.reads.submissions(outcome.uri)
    (document,) = unpack(submission.documents)
    assert set(document) == {"type", "id", "ocop:kind", "ocop:commitments"}
    assert set(document["ocop:commitments"]) == {"name", "address", "communeCode", "printedAddress", "phone"}


def test_the_same_form_twice_admits_once(fresh):
    """The code follows from the form, so that a second click finds the first."""
    command = admission()
    first = fresh.app.participants.admit(CONSOLE, command)
    before = fresh.counts()
    assert fresh.app.participants.admit(CONSOLE, command) == first
    assert fresh.counts() == before


def test_a_key_held_elsewhere_speaks_for_its_participant(fresh):
    """The service makes no key then, and says that it holds none."""
    outcome = fresh.app.participants.admit(CONSOLE, admission(own_key=OWN_KEY.lower(), gln="9506000100012"))
    party = fresh.app.reads.party(outcome.uri)
    assert (party.gln, party.key_held_by_service) == ("9506000100012", False)
    assert [one.address for one in fresh.app.reads.keys(party.number)] == [OWN_KEY]
    refused = admission(key=key(), gln="9506000100012")
    assert_refused(fresh, lambda: fresh.app.participants.admit(CONSOLE, refused), AlreadyExistsError, "gln")


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"name": ""}, InvalidInputError, "name"),
        ({"kind": "operator"}, InvalidInputError, "kind"),
        ({"capacities": ()}, InvalidInputError, "capacities"),
        ({"capacities": ("operator",)}, InvalidInputError, "capacities"),
        ({"commune_code": "99999"}, InvalidInputError, "commune_code"),
        ({"gln": "9506000100011"}, InvalidIdentifierError, "gln"),
        ({"phone": "113"}, InvalidInputError, "phone"),
        ({"own_key": "0x123"}, InvalidInputError, "own_key"),
        ({"own_key": OWN_KEY.replace("E7", "e7")}, InvalidInputError, "own_key"),
        ({"own_key": "0x" + "0" * 40}, InvalidInputError, "own_key"),
    ],
)
def test_an_admission_that_makes_no_sense_is_refused(world, changes, error, field):
    """Each field is blamed for its own mistakes, and no key is left lying about."""
    keys = sorted((world.app.settings.data_dir / "keys").iterdir())
    assert_refused(world, lambda: world.app.participants.admit(CONSOLE, admission(**changes)), error, field)
    assert sorted((world.app.settings.data_dir / "keys").iterdir()) == keys


def test_keys_come_and_go_and_what_they_signed_stays(fresh):
    """A revoked key signs no more; a new one goes on; the old records still verify."""
    app, coop = fresh.app, fresh.actors["coop"]
    (old,) = app.reads.keys(coop.participant)
    app.participants.revoke_key(CONSOLE, RevokeKey(old.address))
    stage = RecordStage(key(), fresh.paths["raw"], "", ago(hours=1))
    assert_refused(fresh, lambda: app.lots.record_stage(coop, stage), NotAuthorisedError)
    made = app.participants.add_key(CONSOLE, AddKey(fresh.paths["coop"]))
    app.lots.record_stage(coop, stage)
    assert app.reads.history(fresh.paths["raw"])[-1].anchor.signer == made.event_id
    assert app.verifier.verify_lot(fresh.paths["raw"]).ok


@pytest.mark.parametrize(
    ("act", "error", "field"),
    [
        (lambda w: w.app.participants.add_key(CONSOLE, AddKey("99")), NotFoundError, None),
        (lambda w: w.app.participants.add_key(CONSOLE, AddKey("")), InvalidInputError, "participant"),
        (lambda w: w.app.participants.add_key(CONSOLE, AddKey("2", "no")), InvalidInputError, "address"),
        (
            lambda w: w.app.participants.add_key(CONSOLE, AddKey("2", w.app.reads.keys(3)[0].address)),
            AlreadyExistsError,
            "address",
        ),
        (lambda w: w.app.participants.revoke_key(CONSOLE, RevokeKey(OWN_KEY)), NotFoundError, "address"),
        (
            lambda w: w.app.participants.revoke_key(CONSOLE, RevokeKey(w.app.reads.keys(1)[0].address)),
            RuleViolationError,
            None,
        ),
        (lambda w: w.app.participants.set_capacities(CONSOLE, "2", ("king",)), InvalidInputError, "capacities"),
        (lambda w: w.app.participants.set_capacities(CONSOLE, "1", ("producer",)), RuleViolationError, None),
    ],
)
def test_what_cannot_be_done_with_keys_is_refused(world, act, error, field):
    """Unknown participants, keys of others, and the operator's own branch."""
    assert_refused(world, lambda: act(world), error, field)


def test_capacities_follow_the_operators_word(fresh):
    """Who may no longer produce is refused by the contract itself."""
    app, coop = fresh.app, fresh.actors["coop"]
    app.participants.set_capacities(CONSOLE, coop.participant, ("inspector",))
    stage = RecordStage(key(), fresh.paths["raw"], "", ago(hours=1))
    app.lots.record_stage(coop, stage)
    sent = ShipLot(key(), fresh.paths["raw"], fresh.paths["shop"], ago(hours=1))
    assert_refused(fresh, lambda: app.lots.ship(coop, sent), NotAuthorisedError)
