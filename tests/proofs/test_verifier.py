"""Fifteen checks: true evidence passes them all, and for each check there is evidence that fails it and says where."""

from dataclasses import replace

import pytest

from traceability.domain.ledger import Balance, Capacity, Kind, Status
from traceability.errors import NotFoundError
from traceability.proofs import verifier as module
from traceability.proofs.commitments import commit, decode_base64url, encode_base64url
from traceability.proofs.documents import pack
from traceability.proofs.history import Touch, subject_key
from traceability.proofs.merkle import inclusion_proof, root, stamp_leaf
from traceability.proofs.replay import (
    FOREVER,
    Admission,
    CapacityChange,
    Fault,
    Key,
    KeyEnd,
    KeyGrant,
    Replay,
    Submitted,
)
from traceability.proofs.stamp_proofs import RecordPlace, StampProof
from traceability.proofs.verifier import (
    CHECKS,
    Evidence,
    KeptValue,
    RunEvidence,
    StampEvidence,
    Tally,
    Verifier,
    judge,
)

LOT = "https://id.gs1.org/01/09506000134352/10/A"
KEY = subject_key(LOT)
OTHER = subject_key(LOT + "B")
SALT = bytes(16)
SERIALS = ("S1", "S2", "S3")
ROOT = encode_base64url(root(stamp_leaf(LOT, serial) for serial in SERIALS))
PRODUCER, INSPECTOR, OPERATOR = int(Capacity.PRODUCER), int(Capacity.INSPECTOR), int(Capacity.OPERATOR)
DOCUMENT = {"type": "ocop:Finding", "ocop:commitments": {"note": commit("note", SALT)}}

BEGIN = (
    Admission(1, 1, bytes(32), OPERATOR),
    KeyGrant(1, 1, "0x" + "0" * 39 + "1", 1),
    Admission(2, 2, bytes(32), PRODUCER),
    KeyGrant(2, 2, "0x" + "0" * 39 + "2", 2),
    Admission(3, 3, bytes(32), INSPECTOR),
    KeyGrant(3, 3, "0x" + "0" * 39 + "3", 3),
    Admission(3, 4, bytes(32), PRODUCER),
    KeyGrant(3, 4, "0x" + "0" * 39 + "4", 3),
)
"""An operator (1), two producers (2, 4) and an inspector (3), each with the key of its number."""


def submitted(block, author, *touches, documents=b"", operation=0):
    """Return a submission by a participant's key."""
    return Submitted(block, f"block {block}, log 0", "0x" + "0" * 39 + str(author), operation, touches, documents)


STORY = (
    *BEGIN,
    submitted(4, 2, Touch(KEY, Kind.REGISTER, 100, sequence=1), documents=pack([DOCUMENT]), operation=1),
    submitted(5, 2, Touch(KEY, Kind.STAMP, 3), operation=2),
    submitted(6, 3, Touch(KEY, Kind.RECALL)),
    submitted(7, 3, Touch(KEY, Kind.LIFT)),
    submitted(8, 2, Touch(KEY, Kind.CONSUME, 50), Touch(OTHER, Kind.PRODUCE, 7)),
    submitted(9, 2, Touch(KEY, Kind.SHIP, counterparty=4)),
    submitted(10, 4, Touch(KEY, Kind.RECEIVE)),
    submitted(11, 4, Touch(KEY, Kind.CORRECT, 60)),
    submitted(12, 4, Touch(KEY, Kind.OBSERVE)),
    submitted(13, 4, Touch(KEY, Kind.RETIRE)),
)


def played(entries, scope=None):
    """Return a replay of some logs."""
    replay = Replay(scope)
    for entry in entries:
        replay.take(entry)
    return replay


def evidence(**changes):
    """Return evidence in which everything agrees, but for some changes."""
    replay = played(STORY)
    run = RunEvidence("run 1", 3, ROOT, 3, tally(*SERIALS), tally(*SERIALS))
    value = KeptValue(commit("note", SALT), SALT, b"note", "note", LOT, is_file=False)
    picture = KeptValue(commit(b"bytes", SALT), SALT, b"bytes", "picture", LOT, is_file=True)
    facts = {
        "ledger": [("chain", "1", "1"), ("contract", "0xA", "0xA")],
        "blocks": {4: ("aa", "aa")},
        "log_differences": [],
        "entries": STORY,
        "documents": [("block 4, log 0", [DOCUMENT])],
        "scope": None,
        "states": dict(replay.subjects),
        "balances": dict(replay.balances),
        "keys": {address: (key, replay.capacities[key.participant]) for address, key in replay.keys.items()},
        "table_differences": [],
        "values": [value, picture],
        "anchors": {value.commitment: [("note", {LOT})], picture.commitment: [("picture", None)]},
        "runs": [run],
    }
    return Evidence(**(facts | changes))


def tally(*serials):
    """Return what a tree over some stamps tells."""
    return Tally(len(serials), root(stamp_leaf(LOT, serial) for serial in serials))


def proof(**changes):
    """Return the proof of the second stamp, but for some changes."""
    path = tuple(inclusion_proof([stamp_leaf(LOT, serial) for serial in SERIALS], 1))
    place = RecordPlace(chain_id=1, contract="0xA", block_number=4, transaction="0x", log_index=0)
    values = {"lot": LOT, "serial": "S2", "run": 1, "index": 1, "size": 3, "path": path, "record": place}
    return StampProof(**{**values, "root": decode_base64url(ROOT), **changes})


def with_stamp(seeded="S2", trouble="", **changes):
    """Return evidence of one stamp whose proof was tampered with."""
    return {"runs": [], "stamp": StampEvidence(proof(**changes), seeded, trouble)}


def with_value(**changes):
    """Return evidence whose text was tampered with."""
    return {"values": [replace(evidence().values[0], **changes)]}


def with_file(**changes):
    """Return evidence whose picture was tampered with."""
    return {"values": [replace(evidence().values[1], **changes)]}


def with_run(**changes):
    """Return evidence whose run was tampered with."""
    return {"runs": [replace(evidence().runs[0], **changes)]}


def with_state(**changes):
    """Return evidence whose contract stores another state."""
    states = dict(evidence().states)
    states[KEY] = replace(states[KEY], **changes)
    return {"states": states}


def with_story(*entries):
    """Return evidence with other logs, whatever the contract stores."""
    replay = played((*STORY, *entries))
    return {"entries": (*STORY, *entries), "states": dict(replay.subjects), "balances": dict(replay.balances)}


OWN_NAME = {
    "type": "ObjectEvent",
    "eventTime": "2026-05-01T00:00:00.000+07:00",
    "eventID": "the event of the first of May",
}

TAMPERED = {
    "another chain": (1, {"ledger": [("chain", "1", "2")]}),
    "another contract": (1, {"ledger": [("chain", "1", "1"), ("contract", "0xA", "0xB")]}),
    "a block replaced": (2, {"blocks": {4: ("aa", "bb")}}),
    "a block gone": (2, {"blocks": {4: ("aa", "")}}),
    "a log altered": (3, {"log_differences": ["record (1) is altered: documents"]}),
    "an event under no name of one": (4, {"documents": [("block 4, log 0", [OWN_NAME])]}),
    "a stranger's signature": (5, with_story(submitted(14, 9, Touch(OTHER, Kind.OBSERVE)))),
    "an operation landing twice": (5, with_story(submitted(14, 2, Touch(OTHER, Kind.OBSERVE), operation=1))),
    "a place that was not taken": (6, with_story(submitted(14, 2, Touch(OTHER, Kind.OBSERVE, sequence=9)))),
    "more than it holds": (7, with_story(submitted(14, 2, Touch(OTHER, Kind.STAMP, 8)))),
    "another head": (8, with_state(head=bytes(24))),
    "another owner": (8, with_state(owner=2)),
    "another status": (8, with_state(status=Status.RECALLED)),
    "a record that the logs lack": (8, with_state(sequence=99)),
    "a history that the contract lacks": (8, {"states": {}}),
    "a history that the logs lack": (8, {"states": evidence().states | {b"x" * 32: evidence().states[KEY]}}),
    "another balance": (9, {"balances": evidence().balances | {KEY: Balance(1, 0, 0)}}),
    "a key for somebody else": (10, {"keys": evidence().keys | {"0x" + "0" * 39 + "2": (Key(3, 2), INSPECTOR)}}),
    "a key with other capacities": (10, {"keys": evidence().keys | {"0x" + "0" * 39 + "2": (Key(2, 2), OPERATOR)}}),
    "a key revoked in silence": (10, {"keys": evidence().keys | {"0x" + "0" * 39 + "2": (Key(2, 2, 9), PRODUCER)}}),
    "a key that was not asked about": (10, {"keys": {}}),
    "a row altered": (11, {"table_differences": ["lot (ab) is altered: expires_on"]}),
    "a note altered": (12, with_value(value=b"not")),
    "a salt altered": (12, with_value(salt=bytes(15) + b"x")),
    "a salt cut": (12, with_value(salt=b"")),
    "a note under another label": (12, with_value(label="name")),
    "a note of something else": (12, with_value(subject=LOT + "x")),
    "a note that no record names": (12, with_value(commitment=commit("x", SALT), value=b"x")),
    "a note kept oddly": (12, with_value(trouble="it is kept neither as a text nor as a file")),
    "a picture altered": (13, with_file(value=b"byte")),
    "a picture under another label": (13, with_file(label="file")),
    "a stamp exchanged": (14, with_run(stored=tally("S1", "S3", "S2"))),
    "a stamp too many": (14, with_run(stored=tally(*SERIALS, "S4"))),
    "a run without stamps": (14, with_run(stored=None)),
    "a run that is filled in part": (14, with_run(stored=None, filled=2, seeded=None)),
    "a run that could be filled": (14, with_run(stored=None, filled=0)),
    "another root": (14, with_run(root=encode_base64url(bytes(32)), seeded=None)),
    "a root that is none": (14, with_run(root="***", seeded=None)),
    "a stamp at another place": (14, with_stamp(index=0)),
    "a stamp of another lot": (14, with_stamp(lot=LOT + "B")),
    "a stamp of no run": (14, with_stamp(run=0)),
    "a stamp without a proof": (14, {"stamp": StampEvidence(None, None, "The proof is not complete here.")}),
    "another stamp in the seed": (15, with_stamp(seeded="S3")),
    "a seed of a stamp that does not open": (15, with_stamp(trouble="The seed was changed.")),
    "another seed": (15, with_run(seeded=tally("S1", "S2", "S4"))),
    "a seed that does not open": (15, with_run(seeded=None, trouble="The seed was changed.")),
}


def test_true_evidence_passes_every_check():
    """Numbered from 1 as documented, each with what was checked."""
    report = judge(evidence())
    assert report.first_difference is None
    assert report.ok
    assert [check.number for check in report.checks] == list(range(1, 16))
    assert all(check.detail for check in report.checks)


@pytest.mark.parametrize("seeded", ["S2", None])
def test_one_stamp_passes_by_its_proof(seeded):
    """The rest of its run is not looked at; where no seed is kept, none is missed."""
    report = judge(evidence(**with_stamp(seeded)))
    assert report.first_difference is None
    assert (report.checks[13].detail, report.checks[14].detail[2:6]) == ("one stamp of 3, by 2 hashes", "seed")


@pytest.mark.parametrize("what", TAMPERED)
def test_each_way_of_being_wrong_fails_its_check(what):
    """The first difference is named by the check whose business it is."""
    number, changes = TAMPERED[what]
    report = judge(evidence(**changes))
    assert not report.ok
    assert report.first_difference.number == number
    assert report.first_difference.detail


def test_every_check_has_a_tampered_fixture():
    """Nobody adds a check without showing that it can fail."""
    assert {number for number, _ in TAMPERED.values()} == set(range(1, len(CHECKS) + 1))


def test_the_checks_are_listed_at_the_top():
    """The list that a reader audits and the list that runs are one."""
    listed = [line.strip() for line in module.__doc__.splitlines() if line.strip()[:2].rstrip(".").isdigit()]
    assert [line.partition(". ")[2].partition(":")[0] for line in listed] == [
        title.partition(":")[0] for title, _ in CHECKS
    ]


def test_what_was_erased_is_counted_not_blamed():
    """Erasing a value is a right: the check passes and says how many are gone."""
    checks = judge(evidence(values=[])).checks
    assert (checks[11].ok, checks[11].detail) == (True, "0 kept, 1 erased")
    assert (checks[12].ok, checks[12].detail) == (True, "0 kept, 1 erased")


def test_what_nobody_can_read_is_counted_not_blamed():
    """Another writer's unreadable blob is anchored all the same."""
    check = judge(evidence(documents=[("block 4, log 0", None)])).checks[3]
    assert check.ok
    assert "1 submissions cannot be read" in check.detail


class _Source:
    def everything(self, progress=None):
        return evidence()

    def lot(self, ref):
        if ref != LOT:
            raise NotFoundError("no")
        return evidence()

    def stamp(self, link):
        return evidence(**with_stamp(serial="S1"))

    def names_stamp(self, ref):
        return "/21/" in ref


def test_a_verifier_asks_for_what_is_named():
    """A stamp's link is verified as a stamp, anything else as a lot."""
    verifier = Verifier(_Source())
    assert verifier.verify_all().ok
    assert verifier.verify(LOT).ok
    assert verifier.verify("/01/1/21/X").first_difference.name == "Stamps"
    with pytest.raises(NotFoundError):
        verifier.verify("/nothing")


# ----------------------------------------------------------------------------------------------------------- the replay
REFUSED = {
    "a key before its time": [KeyGrant(14, 2, "0x" + "0" * 39 + "9", 20), submitted(15, 9, Touch(OTHER, Kind.OBSERVE))],
    "a key after its time": [KeyEnd(14, 2, "0x" + "0" * 39 + "2", 15), submitted(15, 2, Touch(OTHER, Kind.OBSERVE))],
    "a suspended participant": [CapacityChange(14, 2, 0), submitted(15, 2, Touch(OTHER, Kind.OBSERVE))],
    "a key added twice": [KeyGrant(14, 4, "0x" + "0" * 39 + "2", 14)],
    "a key revoked for somebody else": [KeyEnd(14, 4, "0x" + "0" * 39 + "2", 15)],
    "an inspector registering": [submitted(14, 3, Touch(b"n" * 32, Kind.REGISTER, 5))],
    "an operator declaring a quantity": [submitted(14, 1, Touch(b"n" * 32, Kind.REGISTER, 5))],
    "somebody else's goods observed": [submitted(14, 4, Touch(OTHER, Kind.OBSERVE))],
    "somebody else's goods recalled": [submitted(14, 4, Touch(OTHER, Kind.RECALL))],
    "a recall of what is recalled": [
        submitted(14, 3, Touch(OTHER, Kind.RECALL)),
        submitted(15, 3, Touch(OTHER, Kind.RECALL)),
    ],
    "a custodian lifting": [submitted(14, 3, Touch(OTHER, Kind.RECALL)), submitted(15, 2, Touch(OTHER, Kind.LIFT))],
    "a lift of what is not recalled": [submitted(14, 3, Touch(OTHER, Kind.LIFT))],
    "recalled goods shipped": [
        submitted(14, 3, Touch(OTHER, Kind.RECALL)),
        submitted(15, 2, Touch(OTHER, Kind.SHIP, counterparty=4)),
    ],
    "goods shipped to their custodian": [submitted(14, 2, Touch(OTHER, Kind.SHIP, counterparty=2))],
    "goods received that are not on their way": [submitted(14, 4, Touch(OTHER, Kind.RECEIVE))],
    "goods received by a third": [
        submitted(14, 2, Touch(OTHER, Kind.SHIP, counterparty=1)),
        submitted(15, 4, Touch(OTHER, Kind.RECEIVE)),
    ],
    "closed goods corrected": [submitted(14, 4, Touch(KEY, Kind.CORRECT, 90))],
    "somebody else's goods closed": [submitted(14, 4, Touch(OTHER, Kind.RETIRE))],
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_contract_refuses_is_a_fault(what):
    """Logs that the contract would never have let through are found by playing them again."""
    assert played((*STORY, *REFUSED[what])).faults[Fault.SIGNER]


@pytest.mark.parametrize(
    "touches",
    [
        [Touch(b"n" * 32, Kind.PRODUCE, 5)],
        [Touch(OTHER, Kind.WITHDRAW, 2), Touch(b"n" * 32, Kind.DEPOSIT, 3)],
        [Touch(OTHER, Kind.WITHDRAW, 8), Touch(b"n" * 32, Kind.DEPOSIT, 8)],
        [Touch(OTHER, Kind.STAMP, 5), Touch(OTHER, Kind.CONSUME, 3)],
    ],
)
def test_unbalanced_submissions_are_a_fault(touches):
    """Something from nothing, or more out than in."""
    assert played((*STORY, submitted(14, 2, *touches))).faults[Fault.QUANTITY]


def test_a_correction_below_what_is_used_is_a_fault():
    """A lot cannot have held less than was taken from it."""
    used = submitted(14, 2, Touch(OTHER, Kind.STAMP, 5))
    assert played((*STORY, used, submitted(15, 2, Touch(OTHER, Kind.CORRECT, 4)))).faults[Fault.QUANTITY]


def test_histories_out_of_scope_are_passed_over():
    """Logs that also touch other subjects can be verified for one of them."""
    replay = played(STORY, scope={OTHER})
    assert set(replay.subjects) == {OTHER}
    assert replay.subjects[OTHER] == played(STORY).subjects[OTHER]
    assert not any(replay.faults.values())


def test_an_honest_story_has_no_fault():
    """All thirteen kinds but splitting, played again without complaint."""
    replay = played(STORY)
    assert not any(replay.faults.values())
    assert replay.keys["0x" + "0" * 39 + "2"] == Key(2, 2, FOREVER)
    assert replay.subjects[KEY].status == Status.RETIRED
