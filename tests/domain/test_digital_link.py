"""Digital Links: any host and stem, but not one wrong digit; the verdict is GS1's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.ai_rules import SET_82
from traceability.domain.ai_table import table
from traceability.domain.check_digits import check_digit
from traceability.domain.digital_link import DigitalLink
from traceability.errors import InvalidIdentifierError

GTIN = "09506000134352"
texts = st.text(SET_82, min_size=1, max_size=20)
stems = st.sampled_from(
    ["https://id.gs1.org", "http://a", "https://a.example:8443/x/y", "HTTPS://A.EXAMPLE", "https://[::1]"]
)
gtins = st.integers(0, 10**13 - 1).map(lambda number: f"{number:013}").map(lambda digits: digits + check_digit(digits))


@given(stems, gtins, st.none() | texts, st.none() | texts, st.booleans())
def test_round_trip(stem, gtin, lot, serial, dated):
    """What is built is read back, under any stem."""
    elements = [("01", gtin), ("10", lot), ("21", serial), ("17", "271231" if dated else None)]
    link = DigitalLink.build([(ai, value) for ai, value in elements if value], stem)
    assert DigitalLink.parse(link.uri) == link
    assert DigitalLink.parse(link.canonical).elements == link.elements
    assert link.canonical.startswith(f"https://id.gs1.org/01/{gtin}")


@pytest.mark.parametrize(
    ("uri", "elements"),
    [
        (f"https://a/01/{GTIN}", [("01", GTIN)]),
        (f"HTTPS://A.EXAMPLE/01/{GTIN}/21/A%2fB", [("01", GTIN), ("21", "A/B")]),
        (
            f"https://a/01/{GTIN}/22/V/10/L/21/S?17=271231#top",
            [("01", GTIN), *zip(("22", "10", "21", "17"), ("V", "L", "S", "271231"), strict=True)],
        ),
        (f"https://a/x/01/{GTIN}?utm=1&&flag", [("01", GTIN)]),
        (f"https://a/01/old/01/{GTIN}", [("01", GTIN)]),
        ("https://a/00/095060001234567893", [("00", "095060001234567893")]),
        ("https://a/253/9506000134352ABC", [("253", "9506000134352ABC")]),
        ("https://a/414/9506000134352/254/7", [("414", "9506000134352"), ("254", "7")]),
        ("https://a/417/9506000134352", [("417", "9506000134352")]),
        ("https://a/8004/9506000ABC", [("8004", "9506000ABC")]),
        (f"https://a/01/{GTIN}/21/1?8030=ab%3D", [("01", GTIN), ("21", "1"), ("8030", "ab=")]),
        ("https://a/253/9506000134352A?8030=abc", [("253", "9506000134352A"), ("8030", "abc")]),
        (f"https://a/01/{GTIN}?" + "&".join(["x"] * 63), [("01", GTIN)]),
    ],
)
def test_good_links(uri, elements):
    """Keys, qualifiers and attributes come out decoded."""
    assert list(DigitalLink.parse(uri).elements) == elements


@pytest.mark.parametrize(
    ("uri", "ai"),
    [
        ("", None),
        (f"ftp://a/01/{GTIN}", None),
        (f"HtTpS://a/01/{GTIN}", None),
        (f"https://a/01/{GTIN}?=1", ""),
        (f"https://a/01/{GTIN}?" + "&".join(["x"] * 64), None),
        (f"https://a/01/{GTIN}?" + "x&" * 63, None),
        (f"https://a/01/{GTIN}?x={'y' * 8200}", None),
        ("https://a/8010/95060001?8011=0", "8011"),
        ("https://a/253/9506000134352?8030=abc", "253"),
        (f"https://a/01/{GTIN}/21/1?8030=a%3Db", "8030"),
        (f"https://a/01/{GTIN}/21/1?8030=ab%3D%3D", "8030"),
        (f"https:///01/{GTIN}", None),
        (f"https://a b/01/{GTIN}", None),
        (f"https://user@a/01/{GTIN}", None),
        (f"https://a/gtin/{GTIN}", None),
        (f"https://a/01/{GTIN}/", None),
        (f"https://a/01/{GTIN}/89/X", None),
        ("https://a/01/9506000134352", "01"),
        ("https://a/01/09506000134353", "01"),
        ("https://a/01/0950600013435A", "01"),
        (f"https://a/01/{GTIN}/10/", "10"),
        (f"https://a/01/{GTIN}/10/" + "x" * 21, "10"),
        (f"https://a/01/{GTIN}/10/%C3%B4", "10"),
        (f"https://a/01/{GTIN}/10/a%00", "10"),
        (f"https://a/01/{GTIN}/21/S/10/L", "01"),
        (f"https://a/01/{GTIN}/235/T/10/L", "01"),
        (f"https://a/01/{GTIN}?10=L", "10"),
        (f"https://a/01/{GTIN}?21=S", "21"),
        (f"https://a/01/{GTIN}?17=271331", "17"),
        (f"https://a/01/{GTIN}?17=270229", "17"),
        (f"https://a/01/{GTIN}?17=", "17"),
        (f"https://a/01/{GTIN}?17=271231&17=271231", "17"),
        (f"https://a/01/{GTIN}?999=1", "999"),
        (f"https://a/01/{GTIN}?37=5", "01"),
        (f"https://a/01/{GTIN}?422=999", "422"),
        (f"https://a/01/{GTIN}?98=a+b", "98"),
        ("https://a/414/9506000134352?15=271231", "15"),
        ("https://a/8004/ABC9506000", "8004"),
        ("https://a/253/950600013435", "253"),
    ],
)
def test_bad_links(uri, ai):
    """Each refusal names the AI at fault, where one is."""
    with pytest.raises(InvalidIdentifierError) as refusal:
        DigitalLink.parse(uri)
    assert refusal.value.facts.get("ai") == ai
    assert refusal.value.field == "link"


def test_no_key_no_link():
    """Attributes alone name nothing."""
    with pytest.raises(InvalidIdentifierError):
        DigitalLink.build([("99", "X")])


@pytest.mark.parametrize("stem", ["", "a", "ftp://a", "https://", "https://a b", "https://a?x", "https://a/x#y"])
def test_no_link_under_a_stem_that_nothing_could_read(stem):
    """What is built is always read back; a bad beginning is refused."""
    with pytest.raises(InvalidIdentifierError):
        DigitalLink.build([("01", GTIN)], stem)


def test_no_link_says_more_than_the_engine_reads():
    """64 things, repeated ones counted."""
    assert DigitalLink.build([("01", GTIN)] * 64).uri.endswith(GTIN)
    with pytest.raises(InvalidIdentifierError, match="64"):
        DigitalLink.build([("01", GTIN)] * 65)


@pytest.mark.parametrize(
    ("ai", "good", "bad"),
    [
        ("8007", "GB82WEST12345698765432", "GB82WEST12345698765433"),
        ("8007", "GBE15922C0A2", "FR3332103A"),
        ("7250", "00000229", "19000229"),
        ("3910", "9751", "9741"),
        ("17", "280229", "270229"),
        ("17", "270200", "270001"),
        ("7003", "2712312359", "2712312400"),
        ("8008", "271231235959", "271231235960"),
        ("8026", "095060001343520102", "095060001343520201"),
        ("7258", "1/2", "2/1"),
        ("4300", "A%20B", "A%2"),
        ("8014", "1987654Ad4X4bL5ttr2310c2K", "1987654Ad4X4bL5ttr2310c2J"),
    ],
)
def test_edges_of_rules(ai, good, bad):
    """The last value that is right, and the first that is wrong."""
    table()[ai].check(good)
    with pytest.raises(InvalidIdentifierError, match=rf"^AI \({ai}\): "):
        table()[ai].check(bad)


@pytest.mark.parametrize("ai", sorted(table()))
def test_the_table_is_sound(ai):
    """Every AI can be checked, and refers only to AIs that exist."""
    entry = table()[ai]
    with pytest.raises(InvalidIdentifierError):
        entry.check("\u00e9")
    named = [one for group in entry.requires for wanted in group for one in wanted]
    named += [one for sequence in entry.sequences or () for one in sequence]
    assert all("n" in one or one in table() for one in named)
