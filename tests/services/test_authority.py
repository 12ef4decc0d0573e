"""Who may do what to whose goods: every use case, tried by everybody who may not."""

import pytest

from tests.services.conftest import ago, assert_refused, key
from traceability.errors import NotAuthorisedError
from traceability.services.commands import (
    ActivateStamps,
    AddKey,
    AdmitParticipant,
    AggregateLots,
    CreateAccount,
    DeclareError,
    DeclareLink,
    GrantCertificate,
    GrantRating,
    InputLine,
    IssueStamps,
    LiftRecall,
    OutputLine,
    Recall,
    ReceiveLot,
    RecordFinding,
    RecordStage,
    RegisterLot,
    RegisterProduct,
    Retire,
    ReviseProduct,
    RevokeAward,
    RevokeKey,
    ShipLot,
    SplitLot,
    Transform,
    WithdrawLink,
)

EVERYBODY = {"coop", "other", "shop", "inspector", "operator"}


def line(world, name="raw"):
    """Return an input line of a kilogram."""
    return InputLine(world.paths[name], "1", "KGM")


def created(world, name):
    """Return the identifier of the record that began a lot."""
    return world.app.reads.history(world.paths[name])[0].event_id


USE_CASES = {
    # use case: (who may, what they would do)
    "register a product": (
        {"coop", "other", "shop"},
        lambda w, a: w.app.products.register(a, RegisterProduct(key(), "Tên")),
    ),
    "revise a product": ({"coop"}, lambda w, a: w.app.products.revise(a, ReviseProduct(key(), w.paths["jar"], "Mới"))),
    "retire a product": ({"coop"}, lambda w, a: w.app.products.retire(a, Retire(key(), w.paths["jar"], "hết"))),
    "register a lot": (
        {"coop"},
        lambda w, a: w.app.lots.register(a, RegisterLot(key(), w.paths["shrimp"], "1", "KGM", ago(hours=1))),
    ),
    "record a stage": (
        {"coop"},
        lambda w, a: w.app.lots.record_stage(a, RecordStage(key(), w.paths["raw"], "", ago(hours=1))),
    ),
    "transform": (
        {"coop"},
        lambda w, a: w.app.lots.transform(
            a, Transform(key(), (line(w),), (OutputLine(w.paths["jar"], "1", "H87"),), ago(hours=1))
        ),
    ),
    "make another's product": (
        set(),
        lambda w, a: w.app.lots.transform(
            a,
            Transform(
                key(),
                (line(w, "their lot" if a.name == "other" else "raw"),),
                (OutputLine(w.paths["jar" if a.name == "other" else "theirs"], "1", "H87"),),
                ago(hours=1),
            ),
        ),
    ),
    "destroy": ({"coop"}, lambda w, a: w.app.lots.transform(a, Transform(key(), (line(w),), (), ago(hours=1)))),
    "split": (
        {"coop"},
        lambda w, a: w.app.lots.split(a, SplitLot(key(), w.paths["raw"], (OutputLine("", "1", "KGM"),), ago(hours=1))),
    ),
    "aggregate": (
        {"coop"},
        lambda w, a: w.app.lots.aggregate(a, AggregateLots(key(), (line(w),), "", ago(hours=1))),
    ),
    "ship": (
        {"coop"},
        lambda w, a: w.app.lots.ship(a, ShipLot(key(), w.paths["raw"], w.paths["other"], ago(hours=1))),
    ),
    "receive": (
        {"coop", "shop"},
        lambda w, a: w.app.lots.receive(a, ReceiveLot(key(), w.paths["on its way"], ago(hours=1))),
    ),
    "declare an error": (
        {"coop"},
        lambda w, a: w.app.lots.declare_error(a, DeclareError(key(), w.paths["raw"], created(w, "raw"))),
    ),
    "retire a lot": ({"coop"}, lambda w, a: w.app.lots.retire(a, Retire(key(), w.paths["raw"], "hết"))),
    "issue stamps": ({"coop"}, lambda w, a: w.app.stamps.issue(a, IssueStamps(key(), w.paths["jars"], "1"))),
    "activate stamps": (
        {"coop"},
        lambda w, a: w.app.stamps.activate(a, ActivateStamps(key(), w.paths["jars"], "1")),
    ),
    "bring serials back": ({"coop"}, lambda w, a: list(w.app.stamps.serials(a, w.paths["jars"], 1))),
    "recall": (
        {"coop", "inspector"},
        lambda w, a: w.app.recalls.recall(a, Recall(key(), w.paths["raw"], "label")),
    ),
    "lift a recall": (
        {"inspector"},
        lambda w, a: w.app.recalls.lift(a, LiftRecall(key(), w.paths["recalled"], "đã kiểm")),
    ),
    "declare a link": (
        {"coop"},
        lambda w, a: w.app.product_links.declare(
            a, DeclareLink(key(), w.paths["jar"], "pip", f"https://postmart.vn/{key()}")
        ),
    ),
    "withdraw a link": (
        {"coop", "inspector"},
        lambda w, a: w.app.product_links.withdraw(a, WithdrawLink(key(), w.paths["jar"], _link(w), "sai")),
    ),
    "rate": (
        {"inspector"},
        lambda w, a: w.app.awards.rate(a, GrantRating(key(), w.paths["jar"], "4", "UBND", "1/QĐ", "2026-01-01")),
    ),
    "certify a product": (
        {"coop", "inspector"},
        lambda w, a: w.app.awards.certify(
            a, GrantCertificate(key(), w.paths["jar"], "vietgap", "A", "1", "", "2026-01-01")
        ),
    ),
    "certify a participant": (
        {"inspector"},
        lambda w, a: w.app.awards.certify(
            a, GrantCertificate(key(), w.paths["coop"], "vietgap", "A", "1", "", "2026-01-01")
        ),
    ),
    "revoke an award": (
        {"inspector"},
        lambda w, a: w.app.awards.revoke(a, RevokeAward(key(), w.paths["jar"], _rating(w), "sai")),
    ),
    "record a finding": (
        {"inspector"},
        lambda w, a: w.app.findings.record(a, RecordFinding(key(), w.paths["raw"], "noted", "x")),
    ),
    "admit a participant": (
        {"operator"},
        lambda w, a: w.app.participants.admit(a, AdmitParticipant(key(), "Bên mới", "household", ("producer",))),
    ),
    "change capacities": (
        {"operator"},
        lambda w, a: w.app.participants.set_capacities(a, w.paths["other"], ("producer",)),
    ),
    "add a key": ({"operator"}, lambda w, a: w.app.participants.add_key(a, AddKey(w.paths["other"]))),
    "revoke a key": (
        {"operator"},
        lambda w, a: w.app.participants.revoke_key(a, RevokeKey(w.app.reads.keys(a.participant)[0].address)),
    ),
    "make an account": (
        {"operator"},
        lambda w, a: w.app.accounts.create(a, CreateAccount(f"n{key()}", "cooperative", w.paths["coop"])),
    ),
    "list accounts": ({"operator"}, lambda w, a: w.app.accounts.all(a)),
    "close an account": ({"operator"}, lambda w, a: w.app.accounts.disable(a, "nobody")),
    "open an account": ({"operator"}, lambda w, a: w.app.accounts.enable(a, "nobody")),
    "unlock an account": ({"operator"}, lambda w, a: w.app.accounts.unlock(a, "nobody")),
    "make an API key": (
        {"coop", "operator"},
        lambda w, a: w.app.api_keys.create(a, f"k{key()}", w.paths["coop"]),
    ),
    "reset a password": ({"operator"}, lambda w, a: w.app.accounts.reset_password(a, "nobody")),
}


def _rating(world):
    """Return the identifier of a rating of the jar, recorded once."""
    rate = GrantRating("rating-once", world.paths["jar"], "3", "UBND", "2/QĐ", "2026-02-02")
    return world.app.awards.rate(world.actors["inspector"], rate).event_id


def _link(world):
    """Return the identifier of a link of the jar, declared once."""
    link = DeclareLink("link-once", world.paths["jar"], "recipeInfo", "https://postmart.vn/recipe")
    return world.app.product_links.declare(world.actors["coop"], link).event_id


@pytest.mark.parametrize(
    ("use_case", "who"),
    [(name, who) for name, (may, _) in USE_CASES.items() for who in sorted(EVERYBODY - may)],
)
def test_whoever_may_not_is_refused_and_leaves_no_trace(world, use_case, who):
    """Wrong role, or somebody else's goods: refused before anything is signed."""
    if use_case == "revoke an award":
        _rating(world)
    if use_case == "withdraw a link":
        _link(world)
    act = USE_CASES[use_case][1]
    assert_refused(world, lambda: act(world, world.actors[who]), NotAuthorisedError)


@pytest.mark.parametrize(
    ("use_case", "who"),
    [
        (name, who)
        for name, (may, _) in USE_CASES.items()
        for who in sorted(may)
        if "account" not in name and "password" not in name and name != "revoke a key"
    ],
)
def test_whoever_may_can(fresh, use_case, who):
    """The matrix above is no accident: each of these succeeds, and leaves a record; serials are only looked at."""
    before = fresh.counts()
    answer = USE_CASES[use_case][1](fresh, fresh.actors[who])
    assert answer
    assert (fresh.counts() != before) == (use_case != "bring serials back")


def test_a_role_is_not_lent_by_the_key(world):
    """An inspector's log-in does not record goods, even for a participant that could."""
    actor = world.actors["inspector"]
    forged = type(actor)(actor.account_id, "x", "inspector", world.actors["coop"].participant)
    command = RecordStage(key(), world.paths["raw"], "", ago(hours=1))
    assert_refused(world, lambda: world.app.lots.record_stage(forged, command), NotAuthorisedError)
