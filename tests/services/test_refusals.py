"""What bad input gets: a clear sentence that blames the right field, and not a byte on the chain or in the database."""

from datetime import timedelta

import pytest

from tests.services.conftest import GTIN, NOW, ago, assert_refused, key
from traceability.errors import (
    AlreadyExistsError,
    InvalidIdentifierError,
    InvalidInputError,
    MassBalanceError,
    NotFoundError,
    RuleViolationError,
)
from traceability.services.commands import (
    ActivateStamps,
    AggregateLots,
    DeclareError,
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
    ShipLot,
    SplitLot,
    Transform,
    Upload,
)

SOON = (NOW + timedelta(hours=1)).isoformat()


def product(**changes):
    """Try to register a product."""
    values = {"name_vi": "Tên", "gtin": "", **changes}
    return lambda w: w.app.products.register(w.actors["coop"], RegisterProduct(key(), **values))


def lot(**changes):
    """Try to register a lot."""

    def act(w):
        values = {
            "product": w.paths["shrimp"],
            "quantity": "1",
            "unit": "KGM",
            "event_time": ago(hours=1),
            **{name: value(w) if callable(value) else value for name, value in changes.items()},
        }
        return w.app.lots.register(w.actors["coop"], RegisterLot(key(), **values))

    return act


def stage(name="raw", **changes):
    """Try to record a stage."""

    def act(w):
        values = {"lot": w.paths.get(name, name), "stage": "", "event_time": ago(hours=1), **changes}
        return w.app.lots.record_stage(w.actors["coop"], RecordStage(key(), **values))

    return act


def transform(inputs=(("raw", "1", "KGM"),), outputs=(("jar", "1", "H87", ""),), when=None, **rest):
    """Try a transformation."""

    def act(w):
        taken = tuple(InputLine(w.paths.get(name, name), quantity, unit) for name, quantity, unit in inputs)
        made = tuple(OutputLine(w.paths.get(name, name), *line) for name, *line in outputs)
        return w.app.lots.transform(w.actors["coop"], Transform(key(), taken, made, when or ago(hours=1), **rest))

    return act


def split(*parts, name="raw"):
    """Try to part a lot."""
    return lambda w: w.app.lots.split(
        w.actors["coop"],
        SplitLot(key(), w.paths[name], tuple(OutputLine(*part) for part in parts), ago(hours=1)),
    )


def coop(service, make):
    """Try what a cooperative does with a command that is made in the world."""

    def act(w):
        family, _, method = service.partition(".")
        return getattr(getattr(w.app, family), method)(w.actors["coop"], make(w))

    return act


def inspector(service, make):
    """Try what an inspector does with a command that is made in the world."""

    def act(w):
        family, _, method = service.partition(".")
        return getattr(getattr(w.app, family), method)(w.actors["inspector"], make(w))

    return act


def rating(**changes):
    """Try to rate."""
    values = {"stars": "4", "issuer": "UBND", "decision_number": "9/QĐ", "decision_date": "2026-01-01", **changes}
    return inspector("awards.rate", lambda w: GrantRating(key(), w.paths["jar"], **values))


def certificate(**changes):
    """Try to certify."""
    values = {"kind": "vietgap", "issuer": "A", "number": "1", "scope": "", "valid_from": "2026-01-01", **changes}
    return inspector("awards.certify", lambda w: GrantCertificate(key(), w.paths["jar"], **values))


PICTURE = Upload("x.jpg", b"\xff\xd8\xff\xe0 this is no picture")

CASES = {
    # Products.
    "a GTIN with a wrong check digit": (product(gtin="9506000134353"), InvalidIdentifierError, "gtin"),
    "a GTIN with letters": (product(gtin="95060O0134352"), InvalidIdentifierError, "gtin"),
    "a GTIN that is too short": (product(gtin="950600013435"), InvalidIdentifierError, "gtin"),
    "a GTIN that is taken": (product(gtin=GTIN), AlreadyExistsError, "gtin"),
    "no name": (product(name_vi="  "), InvalidInputError, "name_vi"),
    "a name that never ends": (product(name_vi="x" * 121), InvalidInputError, "name_vi"),
    "a control character in a name": (product(name_vi="a\x00b"), InvalidInputError, "name_vi"),
    "a name that reads backwards": (product(name_vi="a\u202eb"), InvalidInputError, "name_vi"),
    "half a surrogate": (product(name_vi="a\ud800"), InvalidInputError, "name_vi"),
    "two lines in a name": (product(name_vi="a\nb"), InvalidInputError, "name_vi"),
    "a family nobody knows": (product(family="cheese"), InvalidInputError, "family"),
    "a sector nobody knows": (product(sector="cheese"), InvalidInputError, "sector"),
    "a unit nobody counts in": (product(unit="KGM"), InvalidInputError, "unit"),
    "a shelf life in words": (product(shelf_life_days="long"), InvalidInputError, "shelf_life_days"),
    "a shelf life of nothing": (product(shelf_life_days="0"), InvalidInputError, "shelf_life_days"),
    "a description that never ends": (product(description_vi="x" * 2001), InvalidInputError, "description_vi"),
    "a picture that is none": (product(pictures=(PICTURE,)), InvalidInputError, "pictures"),
    "an empty picture": (product(pictures=(Upload("x.png", b""),)), InvalidInputError, "pictures"),
    "too many pictures": (product(pictures=(PICTURE,) * 9), InvalidInputError, "pictures"),
    "a revision that says nothing": (
        coop("products.revise", lambda w: ReviseProduct(key(), w.paths["jar"])),
        InvalidInputError,
        "name_vi",
    ),
    "a revision of nothing": (
        coop("products.revise", lambda _: ReviseProduct(key(), "/p/0000000000", "x")),
        NotFoundError,
        None,
    ),
    "an end without a reason": (
        coop("products.retire", lambda w: Retire(key(), w.paths["jar"], " ")),
        InvalidInputError,
        "reason",
    ),
    # Lots.
    "a product nobody knows": (lot(product="/01/09506000134369"), NotFoundError, None),
    "no product": (lot(product=""), InvalidInputError, "product"),
    "a number that is taken": (lot(lot_number="RAW"), AlreadyExistsError, "lot_number"),
    "a lot number with an accent": (lot(lot_number="TÉP"), InvalidIdentifierError, "lot_number"),
    "a lot number that is too long": (lot(lot_number="X" * 21), InvalidIdentifierError, "lot_number"),
    "less than nothing": (lot(quantity="-1"), InvalidInputError, "quantity"),
    "nothing": (lot(quantity="0"), InvalidInputError, "quantity"),
    "no number": (lot(quantity="ten"), InvalidInputError, "quantity"),
    "not a number": (lot(quantity="NaN"), InvalidInputError, "quantity"),
    "more than there is in the world": (lot(quantity="9" * 30), InvalidInputError, "quantity"),
    "finer than a gram": (lot(quantity="0.0001"), InvalidInputError, "quantity"),
    "half a piece": (lot(product=lambda w: w.paths["jar"], quantity="1.5", unit="H87"), InvalidInputError, "quantity"),
    "less than no pieces": (
        lot(product=lambda w: w.paths["jar"], quantity="-3", unit="H87"),
        InvalidInputError,
        "quantity",
    ),
    "pieces of shrimp": (lot(unit="H87"), InvalidInputError, "unit"),
    "a unit that is none": (lot(unit="XYZ"), InvalidInputError, None),
    "a time in the future": (lot(event_time=SOON), RuleViolationError, "event_time"),
    "a time in the last century": (lot(event_time="1999-01-01T00:00"), InvalidInputError, "event_time"),
    "no time": (lot(event_time=""), InvalidInputError, "event_time"),
    "a time before time": (lot(event_time="0001-01-01T00:00+14:00"), InvalidInputError, "event_time"),
    "expired before it was made": (lot(expires_on="2020-01-01"), InvalidInputError, "expires_on"),
    "an expiry that is no date": (lot(expires_on="31/02/2027"), InvalidInputError, "expires_on"),
    "a stage of other goods": (lot(stage="mixed"), InvalidInputError, "stage"),
    "a stage of another form": (lot(stage="tended"), InvalidInputError, "stage"),
    "values without a stage": (lot(values={"gear": "trap"}), InvalidInputError, "stage"),
    "an answer that is none": (
        lot(stage="shrimp_caught", values={"gear": "dynamite"}),
        InvalidInputError,
        "values.gear",
    ),
    "a value of another stage": (
        lot(stage="shrimp_caught", values={"ph": "4"}),
        InvalidInputError,
        "values.ph",
    ),
    "a note that never ends": (lot(note="x" * 4001), InvalidInputError, "note"),
    "a bell in a note": (lot(note="ding\x07"), InvalidInputError, "note"),
    "a GLN of a place with a wrong check digit": (lot(place="9506000100011"), InvalidIdentifierError, None),
    # Stages.
    "a lot nobody knows": (stage("/01/09506000134352/10/NONE"), NotFoundError, None),
    "no lot": (stage(""), InvalidInputError, "lot"),
    "a stage before the lot existed": (stage(event_time=ago(hours=6)), RuleViolationError, "event_time"),
    "a stage tomorrow": (stage(event_time=SOON), RuleViolationError, "event_time"),
    # Transformations.
    "more than is left": (transform(inputs=(("raw", "11", "KGM"),)), MassBalanceError, "inputs[0].quantity"),
    "more than is left, in two lines": (
        transform(inputs=(("raw", "6", "KGM"), ("raw", "6", "KGM"))),
        MassBalanceError,
        "inputs[1].quantity",
    ),
    "an input nobody knows": (transform(inputs=(("/p/0000000000/l/X", "1", "KGM"),)), NotFoundError, None),
    "no input": (transform(inputs=()), InvalidInputError, "inputs"),
    "an event before its inputs existed": (transform(when=ago(hours=6)), RuleViolationError, "event_time"),
    "an output number that is taken": (
        transform(outputs=(("jar", "1", "H87", "JARS"),)),
        AlreadyExistsError,
        "outputs[0].lot_number",
    ),
    "one output number twice": (
        transform(outputs=(("jar", "1", "H87", "A"), ("jar", "1", "H87", "A"))),
        AlreadyExistsError,
        "outputs[1].lot_number",
    ),
    "half an output": (
        transform(outputs=(("jar", "0.5", "H87", ""),)),
        InvalidInputError,
        "outputs[0].quantity",
    ),
    "an input that is recalled": (transform(inputs=(("recalled", "1", "KGM"),)), RuleViolationError, "lot"),
    "an input on its way": (transform(inputs=(("on its way", "1", "KGM"),)), RuleViolationError, "lot"),
    # Splitting and bringing together.
    "parts that are more than the whole": (
        split(("", "6", "KGM"), ("", "6", "KGM")),
        MassBalanceError,
        "parts[0].quantity",
    ),
    "no part": (split(), InvalidInputError, "parts"),
    "a part of something else": (
        lambda w: split((w.paths["jar"], "1", "KGM"))(w),
        InvalidInputError,
        "parts[0].product",
    ),
    "different things brought together": (
        coop(
            "lots.aggregate",
            lambda w: AggregateLots(
                key(),
                (InputLine(w.paths["raw"], "1", "KGM"), InputLine(w.paths["jars"], "1", "H87")),
                "",
                ago(hours=1),
            ),
        ),
        InvalidInputError,
        "inputs",
    ),
    # Custody.
    "sent to an inspector": (
        coop("lots.ship", lambda w: ShipLot(key(), w.paths["raw"], w.paths["inspector"], ago(hours=1))),
        RuleViolationError,
        "receiver",
    ),
    "sent to oneself": (
        coop("lots.ship", lambda w: ShipLot(key(), w.paths["raw"], w.paths["coop"], ago(hours=1))),
        RuleViolationError,
        "receiver",
    ),
    "sent to nobody": (
        coop("lots.ship", lambda w: ShipLot(key(), w.paths["raw"], "", ago(hours=1))),
        InvalidInputError,
        "receiver",
    ),
    "sent while recalled": (
        coop("lots.ship", lambda w: ShipLot(key(), w.paths["recalled"], w.paths["shop"], ago(hours=1))),
        RuleViolationError,
        "lot",
    ),
    "sent though made of something recalled": (
        coop("lots.ship", lambda w: ShipLot(key(), w.paths["made of recalled"], w.paths["shop"], ago(hours=1))),
        RuleViolationError,
        "lot",
    ),
    "received though not sent": (
        coop("lots.receive", lambda w: ReceiveLot(key(), w.paths["raw"], ago(hours=1))),
        RuleViolationError,
        "lot",
    ),
    "received before it was sent": (
        coop("lots.receive", lambda w: ReceiveLot(key(), w.paths["on its way"], ago(hours=3))),
        RuleViolationError,
        "event_time",
    ),
    # Corrections.
    "an event nobody recorded": (
        coop("lots.declare_error", lambda w: DeclareError(key(), w.paths["raw"], "ni:///sha-256;00")),
        NotFoundError,
        "event_id",
    ),
    "a reason that is none": (
        coop(
            "lots.declare_error",
            lambda w: DeclareError(
                key(), w.paths["raw"], w.app.reads.history(w.paths["raw"])[0].event_id, "just because"
            ),
        ),
        InvalidInputError,
        "reason",
    ),
    "corrected below what is used": (
        coop(
            "lots.declare_error",
            lambda w: DeclareError(
                key(),
                w.paths["jars"],
                w.app.reads.history(w.paths["jars"])[0].event_id,
                declared="4",
                unit="H87",
            ),
        ),
        MassBalanceError,
        "declared",
    ),
    "closed while on its way": (
        coop("lots.retire", lambda w: Retire(key(), w.paths["on its way"], "x")),
        RuleViolationError,
        "lot",
    ),
    # Stamps.
    "more stamps than pieces": (
        coop("stamps.issue", lambda w: IssueStamps(key(), w.paths["jars"], "12")),
        MassBalanceError,
        "count",
    ),
    "no stamps": (coop("stamps.issue", lambda w: IssueStamps(key(), w.paths["jars"], "0")), InvalidInputError, "count"),
    "half a stamp": (
        coop("stamps.issue", lambda w: IssueStamps(key(), w.paths["jars"], "1.5")),
        InvalidInputError,
        "count",
    ),
    "stamps for a kilogram": (
        coop("stamps.issue", lambda w: IssueStamps(key(), w.paths["raw"], "1")),
        RuleViolationError,
        "lot",
    ),
    "stamps for recalled goods": (
        coop("stamps.issue", lambda w: IssueStamps(key(), w.paths["made of recalled"], "1")),
        RuleViolationError,
        "lot",
    ),
    "a run there is not": (
        coop("stamps.activate", lambda w: ActivateStamps(key(), w.paths["jars"], "7")),
        NotFoundError,
        "run",
    ),
    "stamps beyond the run": (
        coop("stamps.activate", lambda w: ActivateStamps(key(), w.paths["jars"], "1", "1", "6")),
        InvalidInputError,
        "last",
    ),
    "stamps the wrong way round": (
        coop("stamps.activate", lambda w: ActivateStamps(key(), w.paths["jars"], "1", "4", "3")),
        InvalidInputError,
        "first",
    ),
    "stamp number nothing": (
        coop("stamps.activate", lambda w: ActivateStamps(key(), w.paths["jars"], "1", "0", "3")),
        InvalidInputError,
        "first",
    ),
    # Recalls.
    "a recall for no reason of ours": (
        inspector("recalls.recall", lambda w: Recall(key(), w.paths["raw"], "mood")),
        InvalidInputError,
        "reason",
    ),
    "a recall twice": (
        inspector("recalls.recall", lambda w: Recall(key(), w.paths["recalled"], "label")),
        RuleViolationError,
        "lot",
    ),
    "lifting what is not recalled": (
        inspector("recalls.lift", lambda w: LiftRecall(key(), w.paths["raw"], "x")),
        RuleViolationError,
        "lot",
    ),
    "lifting for what was made of it": (
        inspector("recalls.lift", lambda w: LiftRecall(key(), w.paths["made of recalled"], "x")),
        RuleViolationError,
        "lot",
    ),
    "lifting without a word": (
        inspector("recalls.lift", lambda w: LiftRecall(key(), w.paths["recalled"], "")),
        InvalidInputError,
        "note",
    ),
    # Awards and findings.
    "six stars": (rating(stars="6"), InvalidInputError, "stars"),
    "two stars": (rating(stars="2"), InvalidInputError, "stars"),
    "no issuer": (rating(issuer=""), InvalidInputError, "issuer"),
    "a decision tomorrow": (rating(decision_date="2026-11-21"), RuleViolationError, "decision_date"),
    "no date of decision": (rating(decision_date=""), InvalidInputError, "decision_date"),
    "a rating that ends before it begins": (rating(valid_until="2025-12-31"), InvalidInputError, "valid_until"),
    "a certificate of no kind": (certificate(kind="friendship"), InvalidInputError, "kind"),
    "a certificate without a number": (certificate(number=""), InvalidInputError, "number"),
    "a certificate that ends first": (certificate(valid_to="2025-01-01"), InvalidInputError, "valid_to"),
    "an award there is not": (
        inspector("awards.revoke", lambda w: RevokeAward(key(), w.paths["jar"], "ni:///sha-256;00", "x")),
        NotFoundError,
        "event_id",
    ),
    "revoking what is no award": (
        inspector(
            "awards.revoke",
            lambda w: RevokeAward(key(), w.paths["jar"], w.app.reads.history(w.paths["jar"])[0].event_id, "x"),
        ),
        NotFoundError,
        "event_id",
    ),
    "a finding without words": (
        inspector("findings.record", lambda w: RecordFinding(key(), w.paths["raw"], "noted", " ")),
        InvalidInputError,
        "note",
    ),
    "a finding with no outcome": (
        inspector("findings.record", lambda w: RecordFinding(key(), w.paths["raw"], "fine", "x")),
        InvalidInputError,
        "outcome",
    ),
    "a finding on nothing": (
        inspector("findings.record", lambda _: RecordFinding(key(), "/nowhere", "noted", "x")),
        NotFoundError,
        None,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_by_name_and_leaves_no_trace(world, name):
    """Each slip gets its own sentence; heights and row counts stay as they were."""
    act, error, field = CASES[name]
    assert_refused(world, lambda: act(world), error, field)


@pytest.mark.parametrize("name", ['<script>alert("x")</script>', "Mắm</b>", "Mắm<!-- -->", "Mắm <Đặc sản>"])
def test_markup_in_a_text_is_refused(world, name):
    """A script that was pasted into a name or a note is told so, and nothing of it is recorded."""
    products, coop = world.app.products, world.actors["coop"]
    named = RegisterProduct(key(), name)
    told = RegisterProduct(key(), "Mắm tép", description_vi=f"Câu chuyện\n{name}")
    assert_refused(world, lambda: products.register(coop, named), InvalidInputError, "name_vi")
    assert_refused(world, lambda: products.register(coop, told), InvalidInputError, "description_vi")


def test_a_lone_angle_bracket_is_text_like_any_other(fresh):
    """Less than five is no markup: nothing is stripped, and pages escape it."""
    name = "Mắm tép <5% muối & ớt > tỏi"
    outcome = fresh.app.products.register(fresh.actors["coop"], RegisterProduct(key(), name))
    assert fresh.app.reads.product(outcome.uri, NOW.date()).name.vi == name


def test_text_is_kept_in_one_spelling(fresh):
    """A name typed with combining marks is the same name."""
    outcome = fresh.app.products.register(fresh.actors["coop"], RegisterProduct(key(), "Ma\u0306\u0301m te\u0301p"))
    assert fresh.app.reads.product(outcome.uri, NOW.date()).name.vi == "Mắm tép"
