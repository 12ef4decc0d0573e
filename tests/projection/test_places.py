"""Places within places that events name, found in both databases."""

from tests.projection.test_events import PLAIN, opened

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
