"""Named queries: who names and deletes them, what they may be called, and how much fits."""

from functools import partial
from types import SimpleNamespace

import pytest

from tests.services.conftest import assert_refused
from traceability.domain.event_query import EventQuery
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    NotAuthorisedError,
    NotFoundError,
    RuleViolationError,
)
from traceability.services import named_queries
from traceability.services.commands import Actor
from traceability.services.named_queries import MAX_SIZE, NamedQueries
from webapp.epcis.gate import LONGEST

QUERY = {"eventTypes": ["ObjectEvent"], "EQ_bizStep": ["shipping"], "perPage": 10}


def read(query):
    """Understand a question, as far as these tests go."""
    if "EQ_nonsense" in query:
        raise InvalidInputError("There is no parameter {name}.", field="EQ_nonsense", name="EQ_nonsense")
    return EventQuery(event_types=tuple(query.get("eventTypes", ())))


@pytest.fixture
def queries(fresh):
    """The use cases."""
    return NamedQueries(fresh.app.context, read)


def test_a_named_query_is_found_by_everybody(fresh, queries):
    """With the parameters as they were given, and who named it."""
    made = queries.create(fresh.actors["coop"], "Giao-hang_2026.v1~x".replace("hang", "hang"), QUERY)
    found = queries.get(made.name)
    assert found == made
    assert (found.query, found.participant) == (QUERY, fresh.actors["coop"].participant)
    assert found.created_at == fresh.clock.now()
    assert queries.question(found) == EventQuery(event_types=("ObjectEvent",))


def test_a_program_may_name_queries(fresh, queries):
    """An API key speaks for its participant here, too."""
    actor = Actor(0, "api:Kho", "cooperative", fresh.actors["coop"].participant)
    queries.create(actor, "one", QUERY)
    queries.delete(actor, "one")
    assert_refused(fresh, lambda: queries.get("one"), NotFoundError, "name")


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "-a", "a b", "a/b", "a?b", "ấ", "a" * 129, "a\n", "SimpleEventQuery", "simplemasterdataquery"],
)
def test_a_name_stands_in_an_address(fresh, queries, name):
    """The standard's own names are taken."""
    assert_refused(fresh, lambda: queries.create(fresh.actors["coop"], name, QUERY), InvalidInputError, "name")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ([], "query"),
        ("eventTypes", "query"),
        (None, "query"),
        ({"EQ_bizStep": [float("nan")]}, "query"),
        ({"EQ_bizStep": {1, 2}}, "query"),
        ({"EQ_bizStep": "\ud800"}, "query"),
        ({"EQ_bizStep": ["a" * MAX_SIZE]}, "query"),
        ({"EQ_nonsense": ["x"]}, "EQ_nonsense"),
    ],
)
def test_a_question_that_cannot_be_asked_gets_no_name(fresh, queries, query, field):
    """Too long, not JSON, or with parameters that nobody knows."""
    assert_refused(fresh, lambda: queries.create(fresh.actors["coop"], "one", query), InvalidInputError, field)


def test_a_question_as_long_as_an_address_fits(fresh, queries):
    """However short its values, and whatever they are escaped to."""
    query = {f"EQ_type{parameter}": ['"'] * 200 for parameter in range(64)}
    query["EQ_eventID"] = ['"' * 4_000] * ((LONGEST - 64 * 200 * 2) // 4_000)
    assert queries.create(fresh.actors["coop"], "one", query).query == query


def test_a_deep_question_is_refused(fresh, queries):
    """However deep: nothing overflows."""
    for depth in (32, 20_000):
        query = {"a": []}
        for _ in range(depth):
            query = {"a": query}
        refused = partial(queries.create, fresh.actors["coop"], "one", query)
        assert_refused(fresh, refused, InvalidInputError, "query")


def test_a_name_is_given_once(fresh, queries):
    """Whoever comes second chooses another."""
    queries.create(fresh.actors["coop"], "one", QUERY)
    for who in ("coop", "shop"):
        assert_refused(fresh, lambda who=who: queries.create(fresh.actors[who], "one", {}), AlreadyExistsError, "name")
    queries.create(fresh.actors["shop"], "One", {})


def test_who_named_it_or_the_operator_deletes_it(fresh, queries):
    """And nobody else; what is not there is not found."""
    for name in ("one", "two"):
        queries.create(fresh.actors["coop"], name, QUERY)
    for who in ("shop", "inspector"):
        assert_refused(fresh, lambda who=who: queries.delete(fresh.actors[who], "one"), NotAuthorisedError, "name")
    queries.delete(fresh.actors["coop"], "one")
    queries.delete(fresh.actors["operator"], "two")
    assert_refused(fresh, lambda: queries.delete(fresh.actors["coop"], "one"), NotFoundError, "name")


def test_a_participant_names_so_many_and_no_more(fresh, queries, monkeypatch):
    """Others may go on."""
    monkeypatch.setattr(named_queries, "MAX_QUERIES", 3)
    for number in range(3):
        queries.create(fresh.actors["coop"], f"q{number}", QUERY)
    assert_refused(fresh, lambda: queries.create(fresh.actors["coop"], "q3", QUERY), RuleViolationError)
    queries.create(fresh.actors["shop"], "q3", QUERY)


def test_names_are_listed_page_by_page(fresh, queries):
    """By name, those after the last one; nobody is left out or told twice."""
    names = [f"q{number:02}" for number in range(7)]
    for name in reversed(names):
        queries.create(fresh.actors["coop"], name, QUERY)
    told, after = [], ""
    while page := queries.list(after, 3):
        told += [one.name for one in page]
        after = told[-1]
    assert told == names


def test_who_speaks_for_nobody_names_nothing(fresh, queries):
    """A role of its own is not enough."""
    stranger = SimpleNamespace(role="visitor", name="x", participant=0)
    assert_refused(fresh, lambda: queries.create(stranger, "one", QUERY), NotAuthorisedError)
