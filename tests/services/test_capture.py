"""Events from outside: what they do to lots, who may send them, what is refused and why, nothing in halves."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.services.captured import CONTEXT, document, event, lot, place, some
from tests.services.conftest import GTIN, NOW, ago
from traceability.domain.capture_views import ErrorBehaviour
from traceability.domain.uris import parse_uri
from traceability.errors import (
    AlreadyExistsError,
    ChainError,
    InvalidInputError,
    NotAuthorisedError,
    NotFoundError,
    OcopTraceError,
    TooLargeError,
)
from traceability.proofs.documents import unpack
from traceability.proofs.event_hash import event_hash
from traceability.services.capture import LIMITS
from traceability.services.commands import DeclareError

PROCEED = ErrorBehaviour.PROCEED


def submit(world, *events, who="coop", behaviour=ErrorBehaviour.ROLLBACK):
    """Capture a document of some events and return its job."""
    return world.app.capture.submit(world.actors[who], document(*events), behaviour)


def captured(world, *events, **rest):
    """Capture a document that is in order."""
    job = submit(world, *events, **rest)
    assert (job.errors, job.success, job.running, job.captured) == ((), True, False, len(events))
    return job


def refused(world, *events, **rest):
    """Capture a document that is refused whole, and return its one problem; nothing has moved."""
    height = world.height()
    job = submit(world, *events, **rest)
    assert (job.success, job.running, job.captured) == (False, False, 0)
    assert world.height() == height
    (problem,) = job.errors
    return problem


def uri(world, name):
    """Return the canonical URI of something by our name for it."""
    found = world.paths[name]
    return parse_uri(found if "://" in found else "https://ocop-trace.example" + found).uri


def history(world, ref):
    """Return kinds and business steps of a lot's history."""
    return [(entry.kind, entry.biz_step) for entry in world.app.reads.history(ref)]


def begin(world, number, quantity=10):
    """Begin a lot of jars from outside and return its URI."""
    new = event(action="ADD", bizStep="commissioning", quantityList=[some(lot(number), quantity)], when=ago(hours=6))
    captured(world, new)
    return lot(number)


# ------------------------------------------------------------------------------------------------- what is done to lots
def test_a_lot_begins_is_used_up_and_ends(world):
    """Begun with an amount in another unit, observed, used for new goods, the rest destroyed: as on our own pages."""
    raw = uri(world, "shrimp") + "/l/FROM-OUTSIDE"
    made = lot("MADE")
    captured(
        world,
        event(
            action="ADD",
            bizStep="commissioning",
            quantityList=[some(raw, 2.5, "KGM")],
            when=ago(hours=9),
            ilmd={"cbvmda:lotNumber": "FROM-OUTSIDE"},
        ),
        event(bizStep="storing", quantityList=[some(raw)], when=ago(hours=8)),
        event(
            "TransformationEvent",
            inputQuantityList=[some(raw, 2, "KGM")],
            outputQuantityList=[some(made, 8)],
            bizStep="creating_class_instance",
            when=ago(hours=7),
        ),
        event(action="DELETE", bizStep="destroying", quantityList=[some(raw, 400, "GRM")], when=ago(hours=6)),
    )
    left = world.app.reads.lot(raw).left
    assert (left.amount, left.unit) == (100, "GRM")
    assert history(world, raw) == [
        ("register", "commissioning"),
        ("observe", "storing"),
        ("consume", "creating_class_instance"),
        ("consume", "destroying"),
    ]
    assert [entry.kind for entry in world.app.reads.history(made)] == ["produce"]
    assert [node.lot.uri for node in world.app.reads.backward(made)] == [raw]
    assert world.app.reads.lot(made).declared.amount == 8


def test_goods_from_nothing_known_are_registered(world):
    """A transformation whose inputs nobody registered declares its outputs; what it makes of others' is theirs."""
    foreign = "https://id.gs1.org/01/04012345123456/10/F1"
    captured(
        world,
        event(
            "TransformationEvent",
            inputQuantityList=[some(foreign, 5, "KGM")],
            outputQuantityList=[some(lot("NEW1"), 12), some(foreign + "2", 1)],
        ),
    )
    assert [entry.kind for entry in world.app.reads.history(lot("NEW1"))] == ["register"]
    with pytest.raises(NotFoundError):
        world.app.reads.lot(foreign)


@pytest.mark.parametrize("role", ["owning_party", "possessing_party"])
def test_a_lot_is_handed_over_and_received(world, role):
    """Shipped to another producer it is on its way; received it is theirs; taken back it is one's own again."""
    moved, shop = begin(world, f"MOVED-{role[:5]}"), uri(world, "shop")
    to_shop = {"bizStep": "shipping", "destinationList": [{"type": role, "destination": shop}]}
    captured(world, event(**to_shop, quantityList=[some(moved, 10)], when=ago(hours=5)))
    assert world.app.reads.lot(moved).receiver.uri == shop
    captured(world, event(bizStep="receiving", quantityList=[some(moved, 10)], when=ago(hours=4)))
    assert world.app.reads.lot(moved).receiver is None
    captured(world, event(**to_shop, quantityList=[some(moved)], when=ago(hours=3)))
    captured(world, event(bizStep="receiving", quantityList=[some(moved)], when=ago(hours=2)), who="shop")
    assert world.app.reads.lot(moved).custodian.uri == shop
    problem = refused(world, event(quantityList=[some(moved)]))
    assert (problem.exception, problem.status, problem.place) == (
        "SecurityException",
        403,
        place(0, "/quantityList/0/epcClass"),
    )


def test_shipping_to_whom_nobody_knows_only_observes(world):
    """Custody moves only to producers that are known here."""
    stays = begin(world, "STAYS")
    for destination in ("https://id.gs1.org/417/4012345000009", uri(world, "coop"), uri(world, "inspector")):
        told = {"bizStep": "shipping", "destinationList": [{"type": "owning_party", "destination": destination}]}
        captured(world, event(**told, quantityList=[some(stays, 10)]))
    assert [kind for kind, _ in history(world, stays)] == ["register", "observe", "observe", "observe"]


def test_a_part_of_a_lot_is_not_shipped(world):
    """A lot is handed over whole: less than it holds is refused with what to do."""
    whole = begin(world, "WHOLE")
    told = {"bizStep": "shipping", "destinationList": [{"type": "owning_party", "destination": uri(world, "shop")}]}
    problem = refused(world, event(**told, quantityList=[some(whole, 4)]))
    assert "Split it first" in problem.template
    assert problem.place == place(0, "/quantityList/0/quantity")
    assert refused(world, event(**told, quantityList=[some(whole, 14)])).exception == "ValidationException"


def test_a_recall_counts_at_once(world):
    """By its custodian or an inspector; again it only observes; the lot and what is made of it stay where they are."""
    bad, worse = begin(world, "BAD1"), begin(world, "BAD2")
    recall = {"bizStep": "holding", "disposition": "recalled"}
    captured(world, event(**recall, quantityList=[some(bad)]))
    assert world.app.reads.lot(bad).status == "recalled"
    captured(world, event(**recall, quantityList=[some(worse)]), who="inspector")
    captured(
        world, event(**recall, quantityList=[some(worse)], bizLocation={"id": "https://id.gs1.org/414/9506000110424"})
    )
    assert [kind for kind, _ in history(world, worse)] == ["register", "recall", "observe"]
    problem = refused(
        world,
        event("TransformationEvent", inputQuantityList=[some(bad, 1)], outputQuantityList=[some(lot("OF-BAD"), 1)]),
    )
    assert "recalled" in problem.template


def test_any_spelling_names_the_same_lot(world):
    """URNs, links of other domains with stems and queries or as older links are, an item together with its lot."""
    known = begin(world, "SPELT")
    spellings = (
        f"https://shop.example/some/path/01/{GTIN}/10/SPELT?17=270101",
        "urn:epc:class:lgtin:9506000.013435.SPELT",
        f"HTTPS://ID.GS1.ORG/01/{GTIN}/10/SPELT",
        f"https://shop.example/gtin/{GTIN}/lot/SPELT",
        f"Https://shop.example/01/{GTIN[1:]}/10/SPELT/",
    )
    for hours, one in enumerate(spellings, 1):
        captured(world, event(quantityList=[some(one)], when=ago(hours=hours)))
    captured(world, event(epcList=[f"https://id.gs1.org/01/{GTIN}/10/SPELT/21/77"]))
    captured(
        world,
        event(
            "AggregationEvent",
            parentID="https://id.gs1.org/00/395060001343520001",
            childQuantityList=[some(spellings[1], 3)],
            action="ADD",
            bizStep="packing",
        ),
    )
    assert [kind for kind, _ in history(world, known)] == ["register"] + 7 * ["observe"]
    new = event(action="ADD", quantityList=[some("urn:epc:class:lgtin:9506000.013435.URN", 3)])
    captured(world, new)
    assert world.app.reads.lot(lot("URN")).declared.amount == 3


def test_all_five_types_are_told(world):
    """Each type shows in its lot's history with its business step, whatever its spelling."""
    told = begin(world, "TOLD")
    step = "cbv:BizStep-packing"
    pallet = "https://id.gs1.org/00/395060001343520018"
    paper = [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:0614141073467:1152"}]
    captured(
        world,
        event(bizStep=step, quantityList=[some(told)]),
        event("AggregationEvent", bizStep=step, parentID=pallet, childQuantityList=[some(told, 5)]),
        event("TransactionEvent", bizStep=step, bizTransactionList=paper, quantityList=[some(told)]),
        event("AssociationEvent", bizStep=step, parentID=pallet, childQuantityList=[some(told)]),
        event(
            "TransformationEvent",
            bizStep="https://ref.gs1.org/cbv/BizStep-packing",
            inputQuantityList=[some(told, 1)],
            outputQuantityList=[some(lot("TOLD-2"), 1)],
        ),
    )
    entries = world.app.reads.history(told)
    assert {entry.biz_step for entry in entries[1:]} == {"packing"}
    assert [entry.event_type for entry in entries[1:]] == [
        "ObjectEvent",
        "AggregationEvent",
        "TransactionEvent",
        "AssociationEvent",
        "TransformationEvent",
    ]
    assert world.app.reads.trace(told, world.app.context.today()).timeline == entries


def test_what_names_no_lot_goes_into_the_journal(world):
    """All together, in one history of the author's own; an inspector's into its participant's."""
    before = world.height()
    captured(world, *(event(bizStep="departing") for _ in range(5)), who="other")
    assert world.height() == before + 1
    code = world.app.reads.party(world.actors["other"].participant).code
    journal = f"https://ocop-trace.example/journal/{code}"
    assert world.app.reads.has_history(journal)
    (first,) = [one for one in _submissions(world) if {"type": "ocop:Journal", "id": journal} in unpack(one.documents)]
    assert [(touch.kind.name, touch.first_document, touch.document_count) for touch in first.touches] == [
        ("REGISTER", 0, 1),
        ("OBSERVE", 1, 5),
    ]
    captured(world, event(), who="other")
    assert _submissions(world)[-1].touches[0].kind.name == "OBSERVE"
    captured(world, event(), who="inspector")
    own = world.app.reads.party(world.actors["inspector"].participant).uri
    assert [entry.event_type for entry in world.app.reads.history(own)][-1] == "ObjectEvent"


def _submissions(world):
    """Return every submission on the chain."""
    ledger = world.app.ledger
    return [log for log in ledger.logs(0, ledger.height()) if hasattr(log, "touches")]


def test_observations_of_a_lot_share_a_touch(world):
    """Many observations of two lots, mixed: a touch for each lot, each lot's events in their order."""
    one, two = begin(world, "SHARE1"), begin(world, "SHARE2")
    steps = ["storing", "holding", "inspecting", "packing", "loading", "staging_outbound"]
    captured(world, *(event(bizStep=step, quantityList=[some(uri)]) for step in steps for uri in (one, two)))
    submission = _submissions(world)[-1]
    assert [touch.document_count for touch in submission.touches] == [6, 6]
    for ref in (one, two):
        assert [step for _, step in history(world, ref)[1:]] == steps


def test_an_event_is_recorded_as_it_was_sent(world):
    """Its members as they were, with the custom part of the context it needs, its name the hash of just that."""
    sent = event(
        bizStep="inspecting",
        eventID="https://example.org/events/77",
        recordTime="2026-11-19T03:00:00Z",
        **{"ext:colour": {"ext:of": ["jar", 1.50, True]}},
    )
    whole = document(sent, context=[CONTEXT, {"ext": "https://example.org/ns/", "unused": "https://example.org/u/"}])
    job = world.app.capture.submit(world.actors["coop"], whole)
    assert job.success
    (told,) = unpack(_submissions(world)[-1].documents)[-1:]
    assert told["@context"] == {"ext": "https://example.org/ns/"}
    assert {name: value for name, value in told.items() if name != "@context"} == {
        name: value for name, value in sent.items() if name != "recordTime"
    }
    ours = event_hash(sent, context=whole["@context"])
    assert world.app.reads.recorded_events([ours]) == {(ours, False)}


# --------------------------------------------------------------------------------------------------------- what repeats
def test_an_event_is_recorded_once(world):
    """Sent again, twice in a document, in another spelling, alone: it is captured, and nothing is recorded."""
    twice = event(bizStep="holding", epcList=["urn:epc:id:sgtin:0614141.107346.2017"])
    other = twice | {
        "epcList": ["https://id.gs1.org/01/10614141073464/21/2017"],
        "bizStep": "cbv:BizStep-holding",
    }
    captured(world, twice, other)
    height = world.height()
    captured(world, twice, other, twice)
    captured(world, other, who="other")
    assert world.height() == height
    declared = twice | {"errorDeclaration": {"declarationTime": ago(hours=1), "reason": "did_not_occur"}}
    captured(world, declared)
    assert world.height() == height + 1
    captured(world, declared, twice)
    assert world.height() == height + 1
    alone = {"@context": CONTEXT, **twice}
    digest = event_hash(twice)
    assert world.app.capture.record_one(world.actors["coop"], alone) == (digest, False)


def test_an_identifier_names_one_event(world):
    """A given eventID is that of one event for ever; a hash of one's own, right or wrong, is as good as any URI."""
    name = "urn:uuid:0b0e7c3a-5d2b-4f4e-9a52-0c2f0c9d8b11"
    first, second = event(eventID=name), event(eventID=name)
    problem = refused(world, first, second)
    assert (problem.exception, problem.status, problem.place) == ("DuplicateNameException", 409, place(1, "/eventID"))
    captured(world, first)
    captured(world, first)
    with pytest.raises(AlreadyExistsError) as caught:
        world.app.capture.record_one(world.actors["coop"], {"@context": CONTEXT, **second})
    assert caught.value.field == "/eventID"
    problem = refused(world, second, who="other")
    assert (problem.exception, problem.place) == ("DuplicateNameException", place(0, "/eventID"))
    captured(world, second)
    declared = event(eventID=name, errorDeclaration={"declarationTime": ago(hours=1), "reason": "incorrect_data"})
    captured(world, declared, who="other")
    wrong = event(eventID="ni:///sha-256;" + "0" * 64 + "?ver=CBV2.0")
    captured(world, wrong)


def test_a_single_event_is_recorded_at_once(world):
    """It returns its name and whether it is new; its errors are raised."""
    coop, one = world.actors["coop"], {"@context": CONTEXT, **event(bizStep="picking")}
    digest = event_hash(one)
    assert world.app.capture.record_one(coop, one) == (digest, True)
    assert world.app.capture.record_one(coop, one) == (digest, False)
    with pytest.raises(InvalidInputError) as caught:
        world.app.capture.record_one(coop, one | {"bizStep": "flying"})
    assert caught.value.field == "/bizStep"
    with pytest.raises(NotAuthorisedError) as caught:
        world.app.capture.record_one(coop, one | {"quantityList": [some(uri(world, "their lot"))]})
    assert caught.value.field == "/quantityList/0/epcClass"


# ------------------------------------------------------------------------------------------------------------- refusals
def using(line, made="N"):
    """Return a transformation of one thing into a jar."""
    return event("TransformationEvent", inputQuantityList=[line], outputQuantityList=[some(lot(made), 1)])


def beginning(line):
    """Return an event that brings a lot into being."""
    return event(action="ADD", bizStep="commissioning", quantityList=[line])


IN, OUT, THERE = "/inputQuantityList/0", "/quantityList/0", "/quantityList/0/epcClass"
ORDER = {"bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:1"}]}
FUTURE = "2031-01-01T00:00:00Z"
TELEPHONE = "https://example.org/a?tel=+84-912-345-678"

REFUSED = {
    "no such lot": (lambda w: event(quantityList=[some(lot("NOWHERE"))]), THERE, 400),
    "no such lot of an item": (lambda w: event(epcList=[lot("NOWHERE") + "/21/1"]), "/epcList/0", 400),
    "a lot among items": (lambda w: event(epcList=[uri(w, "raw")], action="DELETE"), "/epcList/0", 400),
    "a lot as a container": (
        lambda w: event("AggregationEvent", parentID=uri(w, "raw"), childEPCs=["urn:x:1"], action="ADD"),
        "/parentID",
        400,
    ),
    "used up without an amount": (lambda w: using(some(uri(w, "raw"))), f"{IN}/quantity", 400),
    "more than is left": (lambda w: using(some(uri(w, "raw"), 11, "KGM")), f"{IN}/quantity", 400),
    "another measure": (lambda w: using(some(uri(w, "raw"), 1, "LTR")), f"{IN}/uom", 400),
    "half a piece": (lambda w: beginning(some(lot("N4"), 1.5)), f"{OUT}/quantity", 400),
    "nothing begins": (lambda w: beginning(some(lot("N5"), 0)), f"{OUT}/quantity", 400),
    "an amount is missing": (lambda w: beginning(some(lot("N6"))), f"{OUT}/quantity", 400),
    "a lot that exists": (lambda w: beginning(some(uri(w, "jars"), 5)), THERE, 400),
    "another's product": (lambda w: beginning(some(uri(w, "theirs") + "/l/N7", 5, "KGM")), THERE, 403),
    "another's lot": (lambda w: event(quantityList=[some(uri(w, "their lot"))]), THERE, 403),
    "on its way": (lambda w: using(some(uri(w, "on its way"), 1, "KGM")), f"{IN}/epcClass", 400),
    "in the future": (lambda w: event(quantityList=[some(uri(w, "raw"))], when=FUTURE), "/eventTime", 400),
    "before it began": (lambda w: event(quantityList=[some(uri(w, "raw"))], when=ago(days=3000)), "/eventTime", 400),
    "an e-mail address": (lambda w: event(**{"rdfs:comment": "ask mai@example.vn"}), "/rdfs:comment", 400),
    "a telephone": (lambda w: event(readPoint={"id": TELEPHONE}), "/readPoint/id", 400),
    "a mobile number in words": (lambda w: event(**{"rdfs:comment": "gọi\n0912 345 678"}), "/rdfs:comment", 400),
    "a link to one": (
        lambda w: event("TransactionEvent", parentID="tel:+84912345", epcList=[], **ORDER),
        "/parentID",
        400,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_said_where(world, case):
    """Each refusal names the place; in rollback nothing of the document is recorded, in proceed all the rest."""
    make, inside, status = REFUSED[case]
    bad, good = make(world), event(bizStep="loading")
    problem = refused(world, good, bad)
    assert (problem.place, problem.status) == (place(1, inside), status)
    assert problem.template.format(**problem.facts)
    job = submit(world, bad, good, behaviour=PROCEED)
    assert (job.success, job.captured, job.total) == (False, 1, 2)
    assert [one.place for one in job.errors] == [place(0, inside)]


def test_the_serial_of_a_stamp_is_named_to_nobody(world):
    """Neither as an identifier nor in a text; an item's serial in another form is welcome."""
    serial = next(iter(world.app.stamps.serials(world.actors["coop"], world.paths["jars"], 1))).serial
    stamp = f"https://id.gs1.org/01/{GTIN}/21/{serial}"
    assert refused(world, event(epcList=[stamp])).place == place(0, "/epcList/0")
    assert refused(world, event(epcList=[f"urn:epc:id:sgtin:9506000.013435.{serial}"])).place == place(0, "/epcList/0")
    assert refused(world, event(**{"rdfs:comment": f"see {stamp.lower()} there"})).place == place(0, "/rdfs:comment")
    captured(world, event(epcList=[f"https://id.gs1.org/01/{GTIN}/21/ABC-1"]))
    captured(world, event(epcList=[f"https://id.gs1.org/01/04012345123456/21/{serial}"]))


def spelled(context, *events):
    """Return a document whose context declares more than EPCIS."""
    return document(*events, context=[CONTEXT, context])


def fault(world, value):
    """Return where a document of one event is refused; nothing has moved, and alone the event is refused there too."""
    height = world.height()
    (problem,) = world.app.capture.submit(world.actors["coop"], value).errors
    (sent,) = value["epcisBody"]["eventList"]
    with pytest.raises(OcopTraceError) as caught:
        world.app.capture.record_one(world.actors["coop"], {"@context": value["@context"], **sent})
    assert place(0, caught.value.field) == problem.place
    assert world.height() == height
    return problem.place


@pytest.mark.parametrize(
    "prefix",
    [
        {"c": "https://id.gs1.org/01/"},
        {"d": "https://id.gs1.org/", "c": {"@id": "d:01/"}},
        {"c": "urn:epc:class:lgtin:"},
        {},
    ],
)
def test_a_prefix_opens_no_way_around_the_rules(world, prefix):
    """A lot that is named through a prefix is that lot: its balance, its owner, its beginning, its stamps."""

    def short(uri):
        """Return a lot's URI as it is written with the prefix; without one, one of ours that needs no declaration."""
        if not prefix:
            return uri.replace("https://id.gs1.org", "ocopchain:/x")
        if prefix["c"] == "urn:epc:class:lgtin:":
            return uri.replace(f"https://id.gs1.org/01/{GTIN}/10/", "c:9506000.013435.")
        return uri.replace("https://id.gs1.org/01/", "c:")

    mine = begin(world, f"BEHIND-{len(prefix)}-{len(str(prefix))}", 100)
    kept = world.app.reads.lot(mine).left
    takes = event("TransformationEvent", inputQuantityList=[some(short(mine), 101)], outputQuantityList=[some(mine, 1)])
    assert fault(world, spelled(prefix, takes)) == place(0, "/inputQuantityList/0/quantity")
    part = event(action="DELETE", bizStep="destroying", quantityList=[some(short(mine), 1000, "H87")])
    assert fault(world, spelled(prefix, part)).startswith(place(0, "/quantityList/0"))
    again = event(action="ADD", bizStep="commissioning", quantityList=[some(short(mine), 5)])
    assert fault(world, spelled(prefix, again)) == place(0, "/quantityList/0/epcClass")
    early = event(quantityList=[some(short(mine))], when=ago(days=3000))
    assert fault(world, spelled(prefix, early)) == place(0, "/eventTime")
    assert world.app.reads.lot(mine).left == kept
    seen = event(bizStep="inspecting", quantityList=[some(short(mine))])
    assert world.app.capture.submit(world.actors["coop"], spelled(prefix, seen)).success
    assert history(world, mine)[-1][1] == "inspecting"


@pytest.mark.parametrize(
    ("prefix", "cut"),
    [
        ({"c": "https://id.gs1.org/01/"}, len("https://id.gs1.org/01/")),
        ({"c": f"https://id.gs1.org/01/{GTIN}/2"}, len(f"https://id.gs1.org/01/{GTIN}/2")),
        ({"d": "https://id.gs1.org/", "c": f"d:01/{GTIN}/21/"}, len(f"https://id.gs1.org/01/{GTIN}/21/")),
    ],
)
def test_a_prefix_hides_no_serial_of_a_stamp(world, prefix, cut):
    """Neither as an identifier, nor as a value, nor as a name, at any depth."""
    serial = next(iter(world.app.stamps.serials(world.actors["coop"], world.paths["jars"], 1))).serial
    hidden = "c:" + f"https://id.gs1.org/01/{GTIN}/21/{serial}"[cut:]
    for members, inside in (
        ({"epcList": [hidden]}, "/epcList/0"),
        ({"rdfs:comment": hidden}, "/rdfs:comment"),
        ({"dcterms:relation": {"dcterms:hasPart": [{"@id": hidden}]}}, "/dcterms:relation/dcterms:hasPart/0/@id"),
        ({"dcterms:relation": {hidden: 1}}, "/dcterms:relation/" + hidden.replace("/", "~1")),
    ):
        assert fault(world, spelled(prefix, event(**members))) == place(0, inside)
    own = event(**{"dcterms:relation": {"@context": prefix, "dcterms:hasPart": hidden}})
    assert fault(world, document(own)) == place(0, "/dcterms:relation/dcterms:hasPart")


def test_no_context_makes_a_prefix_of_a_scheme(world):
    """Otherwise `urn:epc:...` would mean one thing to the rules and another to whoever reads the record."""
    with pytest.raises(InvalidInputError) as caught:
        world.app.capture.submit(world.actors["coop"], spelled({"urn": "https://evil.example/"}, event()))
    assert caught.value.field == "/@context/1/urn"


def test_no_vocabulary_brings_goods_in_unseen(world):
    """A list of another type of event is no member of one's own: it would be found as if the rules had seen it."""
    theirs = uri(world, "their lot")
    for members in ({"inputQuantityList": [some(theirs, 5)]}, {"parentID": theirs}, {"childEPCs": [theirs]}):
        (name,) = members
        wrong = spelled({"@vocab": "https://v.example/"}, event(**members))
        assert fault(world, wrong) == place(0, f"/{name}")
    own = event(colour="red")
    assert world.app.capture.submit(world.actors["coop"], spelled({"@vocab": "https://v.example/"}, own)).success


def test_a_balance_is_followed_through_a_document(world):
    """Two events that together take more than there is: the second is refused, and only that in proceed."""
    from_one = begin(world, "DRAINED")
    takes = [
        event("TransformationEvent", inputQuantityList=[some(from_one, 6)], outputQuantityList=[some(lot(f"D{n}"), 6)])
        for n in range(2)
    ]
    assert refused(world, *takes).place == place(1, "/inputQuantityList/0/quantity")
    job = submit(world, *takes, behaviour=PROCEED)
    assert (job.captured, [one.place for one in job.errors]) == (1, [place(1, "/inputQuantityList/0/quantity")])
    assert world.app.reads.lot(from_one).left.amount == 4


def test_only_producers_and_inspectors_send_events(world):
    """An operator does not; an inspector neither begins goods nor uses them up."""
    with pytest.raises(NotAuthorisedError):
        submit(world, event(), who="operator")
    with pytest.raises(NotAuthorisedError):
        world.app.capture.record_one(world.actors["operator"], {"@context": CONTEXT, **event()})
    new = event(action="ADD", quantityList=[some(lot("BY-INSPECTOR"), 5)])
    assert refused(world, new, who="inspector").place == place(0, "/quantityList/0/epcClass")
    gone = event(action="DELETE", bizStep="destroying", quantityList=[some(uri(world, "their lot"), 1, "KGM")])
    captured(world, gone, who="inspector")
    assert history(world, uri(world, "their lot"))[-1] == ("observe", "destroying")


def test_jobs_are_their_participants(world):
    """Newest first, in pages; another's is not found; of the document nothing is kept once it is over."""
    made = [captured(world, event(), who="shop").id for _ in range(5)]
    shop = world.actors["shop"]
    found, token = [], ""
    while True:
        page, token = world.app.capture.jobs(shop, per_page=2, token=token)
        found += [job.id for job in page]
        if not token:
            break
    assert set(made) <= set(found)
    assert len(found) == len(set(found))
    with pytest.raises(NotFoundError):
        world.app.capture.job(world.actors["coop"], made[0])
    with pytest.raises(InvalidInputError):
        world.app.capture.jobs(world.actors["coop"], token=made[0])
    with world.app.database.begin() as work:
        assert "document" not in work.jobs.get(made[0]).spec
    with pytest.raises(NotFoundError):
        world.app.jobs.get(shop, made[0])
    assert made[0] not in {job.id for job in world.app.jobs.list(shop)}


def test_what_is_too_much_is_refused_at_once(world):
    """Too many events, or too long ones: no job is made of them."""
    coop = world.actors["coop"]
    with pytest.raises(TooLargeError):
        world.app.capture.submit(coop, document(*[event()] * (LIMITS.events + 1)))
    long = {"rdfs:comment": "x" * 3000}
    with pytest.raises(TooLargeError):
        world.app.capture.submit(coop, document(*(event(**long) for _ in range(400))))
    with pytest.raises(InvalidInputError) as caught:
        world.app.capture.submit(coop, document() | {"schemaVersion": "1.2"})
    assert caught.value.field == "/schemaVersion"


def test_more_than_a_transaction_carries_is_halved_or_refused(world):
    """Five hundred new lots are too dear for one block: refused in rollback, recorded in parts in proceed."""
    made = [event(action="ADD", quantityList=[some(lot(f"DEAR{n}"), 1)]) for n in range(500)]
    problem = refused(world, *made)
    assert (problem.exception, problem.status) == ("CaptureLimitExceededException", 413)
    job = submit(world, *made, behaviour=PROCEED)
    assert (job.errors, job.captured) == ((), 500)
    assert world.app.reads.lot(lot("DEAR499")).declared.amount == 1


# ------------------------------------------------------------------------------------------------- beside other things
def test_with_a_worker_the_answer_does_not_wait(fresh, monkeypatch):
    """Where a worker runs, a document is a job under way; the worker carries it out."""
    stop, begun, may_go_on = threading.Event(), threading.Event(), threading.Event()
    carry_out = fresh.app.jobs.work

    def work(*arguments):
        """Begin, and wait until the document has its answer."""
        begun.set()
        may_go_on.wait()
        carry_out(*arguments)

    monkeypatch.setattr(fresh.app.jobs, "work", work)
    worker = threading.Thread(target=fresh.app.capture.work, args=(stop,))
    worker.start()
    try:
        begun.wait()
        job = submit(fresh, event())
        assert job.running
        may_go_on.set()
        while job.running:
            stop.wait(0.02)
            job = fresh.app.capture.job(fresh.actors["coop"], job.id)
        assert (job.success, job.captured) == (True, 1)
    finally:
        stop.set()
        may_go_on.set()
        fresh.app.jobs.wake("capture")
        worker.join()


def test_two_at_once_never_take_more_than_there_is(fresh):
    """Eight clients take three of ten at the same moment: three of them get it."""
    shared = begin(fresh, "SHARED")

    def take(number):
        made = event(
            "TransformationEvent", inputQuantityList=[some(shared, 3)], outputQuantityList=[some(lot(f"S{number}"), 3)]
        )
        return submit(fresh, made).success

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [False] * 5 + [True] * 3
    assert fresh.app.reads.lot(shared).left.amount == 1


def test_what_the_contract_refuses_is_found_by_halving(fresh, monkeypatch):
    """Where the tables are behind, the contract has the last word: the rest is recorded without what it refuses."""
    behind = begin(fresh, "BEHIND")
    before = fresh.app.reads.known_lots([behind])
    captured(fresh, event(action="DELETE", bizStep="destroying", quantityList=[some(behind, 8)]))
    real = type(fresh.app.reads).known_lots
    monkeypatch.setattr(type(fresh.app.reads), "known_lots", lambda self, uris: {**real(self, uris), **before})
    events = [event() for _ in range(9)]
    events.insert(4, event(action="DELETE", bizStep="destroying", quantityList=[some(behind, 7)]))
    problem = refused(fresh, *events)
    assert (problem.place, problem.exception) == (place(4), "ValidationException")
    job = submit(fresh, *events, behaviour=PROCEED)
    assert (job.captured, [one.place for one in job.errors]) == (9, [place(4)])


def test_a_node_that_rests_loses_and_doubles_nothing(fresh, monkeypatch):
    """While the node is down a document waits as a job; sent again it is known; once the node is back it is there."""
    coop, made = fresh.actors["coop"], lot("WAITS")
    new = event(action="ADD", bizStep="commissioning", quantityList=[some(made, 5)])
    with monkeypatch.context() as down:
        for name in ("check", "relay", "receipt", "height"):
            down.setattr(type(fresh.app.ledger), name, _no_answer)
        job = submit(fresh, new, event(bizStep="departing"))
        assert (job.running, job.success, job.captured) == (True, True, 0)
        assert fresh.app.reads.lot(made).status == "pending"
        again = submit(fresh, new)
        assert (again.captured, again.errors) == (1, ())
    fresh.clock.move_to(NOW + timedelta(minutes=1))
    fresh.app.jobs.run_pending()
    job = fresh.app.capture.job(coop, job.id)
    assert (job.running, job.success, job.captured) == (False, True, 2)
    assert history(fresh, made) == [("register", "commissioning")]


def _no_answer(*_, **__):
    raise ChainError("The node does not answer.")


def test_everything_still_verifies_and_rebuilds(fresh):
    """With captured documents of all kinds, a rebuild brings the same rows back and every check holds."""
    made = begin(fresh, "KEPT")
    captured(
        fresh,
        event(quantityList=[some(made)]),
        event(eventID="urn:x:1"),
        event("TransformationEvent", inputQuantityList=[some(made, 2)], outputQuantityList=[some(lot("KEPT2"), 2)]),
    )
    captured(fresh, event(disposition="recalled", quantityList=[some(made)]), who="inspector")
    before = fresh.counts()
    entries = fresh.app.reads.history(made)
    fresh.app.indexer.rebuild()
    assert fresh.counts() == before
    assert fresh.app.reads.history(made) == entries
    report = fresh.app.verifier.verify_all()
    assert report.ok, report.first_difference
    assert fresh.app.verifier.verify_lot(made).ok


def test_an_error_is_declared_as_it_stands(fresh):
    """One's own captured event can be withdrawn on our pages: the declaration bears its name."""
    made = begin(fresh, "WRONG")
    captured(fresh, event(bizStep="cbv:BizStep-packing", quantityList=[some(made)]))
    name = fresh.app.reads.history(made)[-1].event_id
    command = DeclareError("declare", made, name, "did_not_occur")
    assert fresh.app.lots.declare_error(fresh.actors["coop"], command).event_id == name
    assert fresh.app.reads.history(made)[-2].corrected_by == name
