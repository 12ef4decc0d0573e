"""What events name is found in both databases under its full name: places within places, parts, own fields."""

from tests.projection.test_events import PLAIN, opened
from traceability.domain.event_parameters import read_query

GLN = "https://id.gs1.org/414/9506000134352"


def test_places_within_a_place_are_found(database):
    """As they stand in either field, in whatever spelling, sorted; not the place itself, not its neighbours."""
    repository, indexer, reads = opened(database)
    named = [
        ("bizLocation", f"{GLN}/254/B"),
        ("readPoint", "urn:epc:id:sgln:9506000.13435.A%2F1"),
        ("readPoint", f"{GLN}/254/B"),
        ("readPoint", GLN),
        ("readPoint", f"{GLN}0/254/X"),
        ("bizLocation", "https://id.gs1.org/414/9506000134369/254/B"),
    ]
    repository.record([PLAIN | {field: {"id": uri}} for field, uri in named])
    indexer.advance()
    assert reads.places_within(GLN, 10) == [f"{GLN}/254/A%2F1", f"{GLN}/254/B"]
    assert reads.places_within(GLN, 1) == [f"{GLN}/254/A%2F1"]
    assert reads.places_within("https://id.gs1.org/414/9506000134376", 10) == []


def test_a_part_of_an_event_is_read_with_its_own_prefixes(database):
    """As the rules and the event hash read it."""
    repository, indexer, reads = opened(database)
    place = {"@context": {"c": "https://id.gs1.org/414/"}, "id": "c:9506000134352/254/B"}
    repository.record([PLAIN | {"readPoint": place}])
    indexer.advance()
    assert reads.places_within(GLN, 10) == [f"{GLN}/254/B"]


def test_names_without_a_namespace_pass_for_none_of_the_standards(database):
    """What `@vocab` lets in beside the fields of an event is found under no name of a parameter."""
    repository, indexer, reads = opened(database)
    goods = "https://id.gs1.org/01/09506000134352/21/7"
    context = [{"@vocab": "https://v.example/"}, {"mine": "https://m.example/mine"}]
    repository.record([PLAIN | {"@context": context, "epc": goods, "eventHash": "x", "mine": 5}])
    indexer.advance()

    def found(**query):
        return len(reads.events(read_query({name: [value] for name, value in query.items()}), per_page=10).events)

    assert found(MATCH_anyEPC=goods) == 0
    assert found(MATCH_epc=goods) == 0
    assert found(**{"EQ_https://m.example/mine": "5"}) == 1
