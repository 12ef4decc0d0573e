"""Questions to the EPCIS repository: answers equal those of a slow, obvious oracle, whatever is said meanwhile."""

import random
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.projection import event_oracle, event_worlds
from tests.projection.event_worlds import CONTEXT, Repository
from tests.projection.fakes import NAMESPACE, Clock
from traceability.domain.event_parameters import read_query
from traceability.domain.event_query import EventPage, EventQuery
from traceability.errors import InvalidInputError, TooManyError
from traceability.projection.indexer import Indexer
from traceability.projection.queries import ProjectionReads, event_plans, event_questions
from traceability.projection.queries.event_tokens import write_token
from traceability.proofs.record_id import record_id

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Nothing is made smaller: a seed has no smaller one that says the same."""

FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def opened(database):
    """Return an empty repository, what brings the tables up to it, and what answers."""
    repository = Repository()
    indexer = Indexer(repository.world.ledger, database, Clock(), namespace=NAMESPACE)
    return repository, indexer, ProjectionReads(database, namespace=NAMESPACE)


def everything(reads):
    """Return all events."""
    return reads.events(EventQuery(), per_page=10_000).events


def turned(reads, query, per_page, between=lambda: None):
    """Return the numbers on all pages of an answer, with something done between the pages."""
    numbers, token = [], ""
    while True:
        page = reads.events(query, per_page=per_page, token=token)
        numbers += [event.number for event in page.events]
        assert len(page.events) == per_page or not page.next_token
        if not page.next_token:
            return numbers
        token = page.next_token
        between()


def asked(rng):
    """Return a random question."""
    return read_query(event_worlds.question(rng), prefixes=CONTEXT)


SMALL = {"FEW": 2, "COUNTED": 5, "SLICE": 3, "PATIENCE": 6}
"""Sizes under which thirty events are as many as a million: each way to walk is taken."""


def check(database, seed, questions=12):
    """Tell random events, ask random questions, and compare with the oracle."""
    rng = random.Random(seed)
    repository, indexer, reads = opened(database)
    for _ in range(rng.randint(1, 5)):
        repository.record([event_worlds.event(rng) for _ in range(rng.randint(1, 20))])
    indexer.advance()
    for _ in range(questions):
        query = asked(rng)
        events = everything(reads)

        def more():
            if rng.random() < 0.3:
                repository.record([event_worlds.event(rng)])
                indexer.advance()

        assert turned(reads, query, rng.randint(1, 7), more) == event_oracle.answer(query, events), query


@settings(max_examples=25, phases=PHASES, suppress_health_check=FIXTURES)
@given(seed=st.integers(0, 1 << 32))
def test_answers_are_those_of_the_oracle(sqlite, seed):
    """Any events, any question, any size of page, while more is recorded."""
    with patch.multiple(event_plans, **SMALL if seed % 2 else {"FEW": event_plans.FEW}):
        check(sqlite, seed)


@pytest.mark.postgres
@settings(max_examples=6, phases=PHASES, suppress_health_check=FIXTURES)
@given(seed=st.integers(0, 1 << 32))
def test_answers_in_postgresql_are_those_of_the_oracle(postgres, seed):
    """The other database answers alike."""
    with patch.multiple(event_plans, **SMALL if seed % 2 else {"FEW": event_plans.FEW}):
        check(postgres, seed)


# ---------------------------------------------------------------------------------------------------------------- pages
@pytest.fixture
def thirty(database):
    """A repository with thirty events in three records."""
    repository, indexer, reads = opened(database)
    rng = random.Random(7)
    for _ in range(3):
        repository.record([event_worlds.event(rng) for _ in range(10)])
    indexer.advance()
    return repository, indexer, reads


def test_events_recorded_meanwhile_do_not_appear(thirty):
    """An answer is what it was when its first page was read, in every order."""
    repository, indexer, reads = thirty
    rng = random.Random(8)

    def more():
        repository.record([event_worlds.event(rng)])
        indexer.advance()

    for query in (EventQuery(), EventQuery(order_by="eventTime", descending=True), EventQuery(descending=True)):
        before = [event.number for event in everything(reads)]
        assert sorted(turned(reads, query, 7, more)) == before


def test_a_token_belongs_to_its_question(thirty):
    """With another question, or altered, it is refused: a page of something else would be silently wrong."""
    _, _, reads = thirty
    query = EventQuery(order_by="eventTime")
    token = reads.events(query, per_page=4).next_token
    assert token == reads.events(query, per_page=4).next_token
    assert reads.events(query, per_page=2, token=token).events  # the size of the page may change
    for other, bad in (
        (EventQuery(), token),
        (query, token[:-1]),
        (query, "x" + token),
        (query, "!"),
        (query, "x" * 9_000),
        (query, write_token(query, [1 << 80, None, None, 3])),
        (query, write_token(query, [1, None, "a\0", 3])),
        (query, write_token(query, {})),
        (query, write_token(query, [1])),
    ):
        with pytest.raises(InvalidInputError) as refusal:
            reads.events(other, per_page=4, token=bad)
        assert refusal.value.field == "nextPageToken"


def test_a_limit_holds_over_all_pages_and_too_many_are_refused(thirty):
    """The one cuts, the other refuses."""
    _, _, reads = thirty
    ordered = EventQuery(order_by="recordTime", descending=True)
    every = turned(reads, ordered, 9)
    assert turned(reads, replace(ordered, event_count_limit=11), 4) == every[:11]
    assert turned(reads, replace(ordered, event_count_limit=12), 4) == every[:12]
    assert turned(reads, EventQuery(max_event_count=30), 7) == sorted(every)
    with pytest.raises(TooManyError, match=r"more than 29 events.*maxEventCount"):
        reads.events(EventQuery(max_event_count=29), per_page=5)


def test_a_lot_is_found_by_its_pattern(database):
    """Without a star it is the lot, under its canonical identifier."""
    repository, indexer, reads = opened(database)
    event = PLAIN | {"epcList": [], "quantityList": [{"epcClass": "https://id.gs1.org/01/04012345111118/10/L1"}]}
    repository.record([PLAIN, event])
    indexer.advance()
    for pattern in ("urn:epc:idpat:lgtin:4012345.011111.L1", "urn:epc:idpat:lgtin:4012345.011111.*"):
        (found,) = reads.events(read_query({"MATCH_epcClass": [pattern]}), per_page=5).events
        assert found.document == event


def test_nothing_recorded_is_an_empty_page(database):
    """No events, no next page."""
    _, indexer, reads = opened(database)
    indexer.advance()
    assert reads.events(EventQuery(), per_page=5) == EventPage(())


def test_a_pattern_of_too_many_identifiers_is_refused(thirty, monkeypatch):
    """It would have to be answered by going through everything."""
    monkeypatch.setattr(event_questions, "MOST_NAMES", 1)
    with pytest.raises(TooManyError):
        thirty[2].events(read_query({"MATCH_epc": ["urn:epc:idpat:sgtin:*.*.*"]}), per_page=5)


# ------------------------------------------------------------------------------------------------ single events, names
PLAIN = {
    "type": "ObjectEvent",
    "eventTime": "2026-05-02T08:00:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "epcList": ["https://id.gs1.org/01/04012345111118/21/1"],
}


def test_an_event_is_found_with_its_error_declaration(database):
    """By its hash, or by the identifier that its author gave; the declaration has the hash of what it withdraws."""
    repository, indexer, reads = opened(database)
    declared = PLAIN | {"errorDeclaration": {"declarationTime": "2026-05-03T08:00:00Z"}}
    named = PLAIN | {"eventID": "urn:uuid:7", "action": "DELETE"}
    repository.record([PLAIN, named])
    repository.record([declared])
    indexer.advance()
    name = record_id(PLAIN)
    found = reads.event(name)
    assert [event.document for event in found] == [PLAIN, declared]
    assert [event.event_id for event in found] == [name, name]
    (other,) = reads.event("urn:uuid:7")
    assert other.document == {key: value for key, value in named.items() if key != "eventID"}
    assert other.event_id == "urn:uuid:7"
    assert other.anchor.event_hash == record_id(named)
    assert reads.event(record_id(named)) == (other,)
    assert reads.event("urn:uuid:8") == ()
    assert reads.event("ni:///sha-256;0?ver=CBV2.0") == ()


def test_an_event_says_where_it_stands_on_chain(database):
    """Block, transaction, log, place in the submission, hash, signer, and its place in each history it belongs to."""
    repository, indexer, reads = opened(database)
    later = PLAIN | {"action": "DELETE"}
    receipt = repository.record([PLAIN, later])
    indexer.advance()
    first, second = everything(reads)
    (log,) = [log for log in repository.world.ledger.logs(0, 1 << 40) if getattr(log, "signer", "") and log.touches][
        -1:
    ]
    for place, event in enumerate((first, second)):
        anchor = event.anchor
        assert anchor.block == log.position.block_number
        assert anchor.transaction == "0x" + log.position.transaction_hash.hex()
        assert (anchor.log_index, anchor.position) == (log.position.log_index, place)
        assert anchor.event_hash == record_id(event.document)
        assert anchor.signer == repository.world.keys[repository.author]
        assert event.record_time.timestamp() == log.position.block_time
    assert [place.sequence for place in first.anchor.histories] == [2, 3]  # half of it once, all of it once more
    assert [place.sequence for place in second.anchor.histories] == [3]
    assert {place.subject for place in first.anchor.histories} == {event_worlds.PRODUCT}
    assert receipt is None


@pytest.mark.parametrize("resource", ["eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions"])
def test_names_are_those_of_the_events(thirty, resource):
    """Each once, in order, page by page."""
    _, _, reads = thirty
    said = {
        "eventTypes": lambda event: [event["type"]],
        "epcs": lambda event: event_oracle.said_by("anyEPC", event),
    }.get(resource, lambda event: event_oracle.said_by(resource[:-1], event))
    expected = sorted({name for event in everything(reads) for name in said(event.document)})
    names, token = [], ""
    while True:
        page = reads.event_names(resource, per_page=3, token=token)
        names += page.names
        if not (token := page.next_token):
            break
    assert names == expected
    with pytest.raises(InvalidInputError):
        reads.event_names(resource, per_page=3, token="x")
    with pytest.raises(InvalidInputError):
        reads.event_names("things", per_page=3)


def test_documents_that_are_hardly_events_stop_nothing(database):
    """Whoever is admitted may write anything: what has no time is not in the repository, odd parts are passed over."""
    repository, indexer, reads = opened(database)
    odd = PLAIN | {
        "epcList": [3, None, {"a": []}, "x" * 3_000],
        "bizStep": {"a": 1},
        "quantityList": [{"quantity": "many"}, 5],
        "readPoint": ["here"],
        "sensorElementList": {"sensorReport": [[], {"value": "warm", "uom": 3}]},
        "errorDeclaration": [],
        "persistentDisposition": "recalled",
        "bizTransactionList": [None, {"bizTransaction": "urn:x:1"}],
        "ex:a😀": [[["deep"]]],
        "@context": ["https://context.example", {"ex": 5}],
    }
    hardly = [{"type": "ObjectEvent"}, PLAIN | {"eventTime": "9999-12-31T23:59:59-14:00"}, PLAIN | {"type": "Event"}]
    repository.record([odd, *hardly, PLAIN])
    indexer.advance()
    assert [event.anchor.position for event in everything(reads)] == [0, 4]
    assert reads.event_names("epcs", per_page=9).names == (PLAIN["epcList"][0],)


def test_what_is_said_by_our_own_services_is_in_the_repository(told):
    """Every event of the told story, and nothing that is no event."""
    events = everything(told.reads)
    assert {event.document["type"] for event in events} == {"ObjectEvent", "TransformationEvent"}
    steps = told.reads.event_names("bizSteps", per_page=99).names
    assert {"commissioning", "shipping", "receiving", "storing"} <= set(steps)
    query = read_query({"EQ_ex:rack": ["x"], "EXISTS_INNER_ex:row": [""]}, prefixes={"ex": "https://ns.example/"})
    assert turned(told.reads, replace(query, criteria=query.criteria[1:]), 5) == [
        event.number for event in events if "ex:rack" in event.document
    ]


@pytest.mark.parametrize(
    "namespace", ["https://ns.example/", "https://ns.example/v#", "https://ns.example/v", "urn:v:a"]
)
def test_a_field_is_found_by_each_spelling_of_its_name(database, namespace):
    """With its prefix, or with its namespace, `#` and its name, wherever in an event it stands."""
    repository, indexer, reads = opened(database)
    fields = {"ex:num": 24.5, "ex:text": "B-7", "ex:box": {"ex:num": 3}}
    repository.record([PLAIN | {"@context": {"ex": namespace}, "ilmd": fields, **fields}, PLAIN])
    indexer.advance()
    first = everything(reads)[0].number
    for field in ("ex:{}", namespace + "#{}", f"{{{namespace}}}{{}}".replace("{" + namespace, "{{" + namespace + "}")):
        for begin in ("", "ILMD_"):
            number, text, box = (begin + field.format(name) for name in ("num", "text", "box"))
            for parameter, value in (
                *((f"{comparison}_{number}", "24.5") for comparison in ("EQ", "GE", "LE")),
                *((f"GT_{number}", "24"), (f"LT_{number}", "25"), (f"EQ_{text}", "B-7"), (f"EXISTS_{box}", "")),
                (f"EQ_INNER_{number}", "3"),
            ):
                query = read_query({parameter: [value]}, prefixes={"ex": namespace})
                assert turned(reads, query, 5) == [first], parameter
        ordered = read_query({"orderBy": [field.format("num")]}, prefixes={"ex": namespace})
        assert turned(reads, ordered, 5)[0] == first


def test_an_empty_field_does_not_exist(database):
    """Null, an empty text, list or object says nothing."""
    repository, indexer, reads = opened(database)
    empty = (None, "", [], {}, [None], [{}], [[], ""])
    filled = (0, False, "x", [0], {"ex:inner": None}, [{}, 1])
    for value in (*empty, *filled):
        box = {"ex:inner": value, "ex:other": 1}
        members = {"ex:field": value, "ex:box": box, "errorDeclaration": {}, "sensorElementList": [{}]}
        repository.record([PLAIN | {"@context": {"ex": "https://ns.example/"}, **members}])
    indexer.advance()
    expected = [event.number for event in everything(reads)][len(empty) :]
    for name in ("ex:field", "INNER_ex:inner"):
        query = read_query({f"EXISTS_{name}": ["0"]}, prefixes={"ex": "https://ns.example/"})
        found = turned(reads, query, 50)
        assert found == event_oracle.answer(query, everything(reads))
        assert set(expected) - set(found) == set()
        assert name != "ex:field" or found == expected
    for name in ("errorDeclaration", "sensorElementList"):
        assert turned(reads, read_query({f"EXISTS_{name}": [""]}), 50) == []
