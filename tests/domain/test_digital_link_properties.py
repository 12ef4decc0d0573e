"""What holds of every Digital Link: written, it is read back; canonical, it stays; one wrong digit, it is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.ai_rules import SET_82
from traceability.domain.ai_table import table
from traceability.domain.check_digits import check_digit
from traceability.domain.digital_link import CANONICAL_STEM, DigitalLink
from traceability.errors import InvalidIdentifierError

STEMS = st.sampled_from(
    ["https://id.gs1.org", "http://a", "https://a.example:8443/x/y", "HTTPS://A.EXAMPLE/01/old", "https://[::1]"]
)
ATTRIBUTES = {"98": "X+ %/", "91": "=&?#", "99": "A"}
"""AIs for whatever partners agree on; they may stand beside every key."""


def digits(length):
    """Return texts of so many digits, the last of which is their check digit."""
    bodies = st.integers(0, 10 ** (length - 1) - 1).map(lambda number: f"{number:0{length - 1}}")
    return bodies.map(lambda body: body + check_digit(body))


def texts(most):
    """Return texts of set 82."""
    return st.text(SET_82, min_size=1, max_size=most)


KEYS = {
    "00": digits(18),
    "01": digits(14),
    "253": st.tuples(digits(13), st.just("") | texts(17)).map("".join),
    "414": digits(13),
    "417": digits(13),
    "8004": st.tuples(st.integers(0, 9999), st.text(SET_82, max_size=26)).map(lambda parts: f"{parts[0]:04}{parts[1]}"),
}
QUALIFIERS = {
    "22": texts(20),
    "10": texts(20),
    "21": texts(20),
    "235": texts(28),
    "254": texts(20),
    "7040": st.just("1ABC"),
}


@st.composite
def links(draw):
    """Return a link with one of the six keys of our trade, some of its qualifiers and some attributes."""
    key = draw(st.sampled_from(sorted(KEYS)))
    sequence = draw(st.sampled_from(table()[key].sequences or ((),)))
    chosen = [ai for ai in sequence if draw(st.booleans())]
    qualifiers = tuple((ai, draw(QUALIFIERS[ai])) for ai in chosen)
    attributes = tuple((ai, draw(texts(20))) for ai in draw(st.lists(st.sampled_from(sorted(ATTRIBUTES)), unique=True)))
    return DigitalLink((key, draw(KEYS[key])), qualifiers, attributes, draw(STEMS))


@given(links())
def test_a_link_that_is_written_is_read_back(link):
    """As itself, from its own spelling; with the same AIs, from its canonical one."""
    assert DigitalLink.parse(link.uri) == link
    canonical = DigitalLink.parse(link.canonical)
    assert canonical.stem == CANONICAL_STEM
    assert sorted(canonical.elements) == sorted(link.elements)
    assert canonical.canonical == link.canonical


@given(links(), st.randoms())
def test_a_link_is_built_from_its_parts_in_any_order(link, random):
    """Key, qualifiers and attributes find their places; only attributes keep the order in which they came."""
    parts = list(link.elements)
    random.shuffle(parts)
    built = DigitalLink.build(parts, link.stem)
    assert (built.key, built.qualifiers) == (link.key, link.qualifiers)
    assert built.canonical == link.canonical
    assert DigitalLink.parse(built.uri) == built


@given(links(), st.data())
def test_every_spelling_of_a_value_is_one_value(link, data):
    """Any character may be escaped, with capitals or without: it is the same link."""

    def escaped(value):
        forms = [
            (f"%{ord(one):02X}", f"%{ord(one):02x}", one if one.isalnum() else f"%{ord(one):02X}") for one in value
        ]
        return "".join(data.draw(st.sampled_from(form)) for form in forms)

    path = "".join(f"/{ai}/{escaped(value)}" for ai, value in (link.key, *link.qualifiers))
    query = "&".join(f"{ai}={escaped(value)}" for ai, value in link.attributes)
    spelled = f"{link.stem}{path}" + (f"?{query}" if query else "")
    assert DigitalLink.parse(spelled) == link
    assert DigitalLink.parse(spelled).canonical == link.canonical


@given(links().filter(lambda link: link.key[0] != "8004"), st.integers(1, 9), st.data())
def test_one_wrong_digit_is_refused_by_the_name_of_its_ai(link, off, data):
    """A check digit finds every single digit that is wrong."""
    ai, value = link.key
    checked = len(value) if ai != "253" else 13
    place = data.draw(st.integers(0, checked - 1))
    wrong = value[:place] + str((int(value[place]) + off) % 10) + value[place + 1 :]
    with pytest.raises(InvalidIdentifierError, match="check digit is wrong") as refusal:
        DigitalLink.parse(DigitalLink((ai, wrong), link.qualifiers, link.attributes, link.stem).uri)
    assert refusal.value.facts["ai"] == ai


@given(st.text(max_size=60))
def test_anything_else_is_refused_and_nothing_breaks(text):
    """No text makes the reader stumble: it is a link, or it is refused in one way."""
    for uri in (text, f"https://a/01/{text}", f"https://a/01/09506000134352/10/{text}", f"https://a/00/1?{text}"):
        try:
            link = DigitalLink.parse(uri)
        except InvalidIdentifierError:
            continue
        assert DigitalLink.parse(link.uri) == link
