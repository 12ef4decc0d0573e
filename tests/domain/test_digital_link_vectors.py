"""The verdicts of GS1's own syntax engine on chosen links: we read the same from each, or refuse it as well."""

import json
import re
from pathlib import Path

import pytest

from traceability.domain.digital_link import DigitalLink
from traceability.errors import InvalidIdentifierError

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "digital_links.json").read_text(encoding="utf-8"))
READ = [(uri, elements) for uri, elements in VECTORS["parse"] if elements is not None]
REFUSED = [uri for uri, elements in VECTORS["parse"] if elements is None]


@pytest.mark.parametrize(("uri", "elements"), READ)
def test_what_the_engine_reads(uri, elements):
    """The same AIs with the same values, in the same order; and once more from the link that we write."""
    link = DigitalLink.parse(uri)
    assert "".join(f"({ai}){value}" for ai, value in link.elements) == elements
    assert DigitalLink.parse(link.uri) == link
    assert sorted(DigitalLink.parse(link.canonical).elements) == sorted(link.elements)


@pytest.mark.parametrize("uri", REFUSED)
def test_what_the_engine_refuses(uri):
    """Refused here, too, in a whole sentence that names the AI wherever one is to blame."""
    with pytest.raises(InvalidIdentifierError) as refusal:
        DigitalLink.parse(uri)
    said = str(refusal.value)
    assert refusal.value.field == "link"
    assert not re.search(r"\{[a-z]+\}", refusal.value.template.format(**refusal.value.facts).replace(uri, ""))
    assert said.startswith(f"AI ({refusal.value.facts.get('ai')})") or "ai" not in refusal.value.facts


@pytest.mark.parametrize(("elements", "stem", "uri"), VECTORS["build"])
def test_what_the_engine_builds(elements, stem, uri):
    """The same link from the same AIs, or none."""
    given = [(ai, value) for ai, value in elements]
    if uri is None:
        with pytest.raises(InvalidIdentifierError):
            DigitalLink.build(given, stem)
    else:
        assert DigitalLink.build(given, stem).uri == uri


def test_the_vectors_are_worth_the_name():
    """Good and bad cases are both many, and each of the six keys of our trade is among them."""
    assert len(READ) > 200
    assert len(REFUSED) > 200
    for key in ("00", "01", "253", "414", "417", "8004"):
        assert any(elements.startswith(f"({key})") for _, elements in READ), key
        assert any(f"/{key}/" in uri for uri in REFUSED), key
