"""Link types: every one of the vocabulary has words, and a producer declares only what is a page about goods."""

from traceability.domain.link_types import DECLARABLE, LINK_TYPES, title_of, type_uri


def test_every_type_is_called_something_in_both_languages():
    """Sixty types, no two of them called the same."""
    assert len(LINK_TYPES) == 60
    for words in (lambda one: one.vi, lambda one: one.en):
        named = [words(title) for title in LINK_TYPES.values()]
        assert all(named)
        assert len(set(named)) == len(named)


def test_a_type_is_asked_for_by_its_uri():
    """As the GS1 Web Vocabulary has it; a type that came later is called by its name."""
    assert type_uri("hasRetailers") == "https://ref.gs1.org/voc/hasRetailers"
    assert title_of("somethingNew").vi == "somethingNew"
    assert title_of("pip").en == "Product page"


def test_what_this_service_answers_for_itself_is_declared_by_nobody():
    """Nor what changes where a link leads by default, nor a name that is out of use."""
    own = {"traceability", "epcis", "recallStatus", "defaultLink", "defaultLinkMulti", "handledBy", "jws", "masterData"}
    assert set(DECLARABLE) <= set(LINK_TYPES)
    assert not set(DECLARABLE) & (own | {"productSustainabilityInfo", "verificationService", "epil"})
    assert len(set(DECLARABLE)) == len(DECLARABLE)
