"""What is one thing to the event hash is the same thing to the rules of capture and to the index."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from traceability.domain.event_words import identifier
from traceability.domain.naming import lot_named
from traceability.domain.uris import LotRef
from traceability.proofs.event_hash import event_hash
from traceability.proofs.event_values import normal_value

ROOT = "https://id.gs1.org"
LOT = f"{ROOT}/01/09506000134352/10/L7"

schemes = st.sampled_from(["https://", "http://", "HTTPS://", "Https://", "hTTp://"])
hosts = st.sampled_from(["id.gs1.org", "a.example", "shop.example:8443", "ID.GS1.ORG"])
stems = st.sampled_from(["", "/shop", "/2026/01", "/gtin", "/01/x", "/414/9506000134352", "/10/21"])
keys = st.tuples(
    st.sampled_from(["01", "gtin"]), st.sampled_from(["09506000134352", "9506000134352", "12345670", "09506000134353"])
)
qualifiers = st.tuples(
    st.sampled_from([(), ("22", "V"), ("cpv", "V")]),
    st.sampled_from([(), ("10", "L7"), ("lot", "L7"), ("10", "L%37")]),
    st.sampled_from([(), ("21", "8"), ("ser", "8"), ("235", "8")]),
)
ends = st.sampled_from(["", "/", "//", "?x=1", "/?17=271231", "#top"])


@st.composite
def links(draw):
    """Make an address that names goods in one way or another, or nearly so."""
    parts = [*draw(keys), *(part for pair in draw(qualifiers) for part in pair)]
    return draw(schemes) + draw(hosts) + draw(stems) + "/" + "/".join(parts) + draw(ends)


@given(links())
@example("https://a.example/gtin/09506000134352/lot/L7")
@example("https://a.example/01/09506000134352/lot/L7")
@example("https://a.example/01/9506000134352/10/L7/")
@example("Https://a.example/01/09506000134352/10/L7")
def test_links(uri):
    """A link that the hash takes for a lot is that lot to the rules, and found under the same name."""
    hashed, found = normal_value(uri), identifier(uri)
    if lot_named(hashed) is not None:
        assert lot_named(uri) == lot_named(hashed)
    if lot_named(uri) is not None:
        assert found == identifier(hashed)
    if hashed.startswith(ROOT) and "/22/" not in found:  # a variant of a product has a name of its own in the index
        assert found in {identifier(hashed), uri}


def test_a_serial_keeps_its_lot():
    """The hash drops the lot of a numbered piece; the rules go on counting it."""
    link = "https://a.example/gtin/09506000134352/lot/L7/ser/8"
    assert normal_value(link) == f"{ROOT}/01/09506000134352/21/8" == identifier(link)
    found = lot_named(link)
    assert isinstance(found, LotRef)
    assert found.uri == LOT


@pytest.mark.parametrize("prefix", ["c", "id"])
def test_what_goes_on_with_two_slashes_is_no_compact_uri(prefix):
    """Not to the hash either: `c://z` is an address of its own, whatever `c` stands for (JSON-LD 1.1 API, 5.2.2)."""

    def hashed(name):
        event = {
            "type": "ObjectEvent",
            "eventTime": "2026-05-14T10:10:00.000+07:00",
            "eventTimeZoneOffset": "+07:00",
            "action": "OBSERVE",
            "quantityList": [{"epcClass": name, "quantity": 1, "uom": "KGM"}],
            "@context": {prefix: LOT + "?q="},
        }
        return event_hash(event)

    assert hashed(f"{prefix}:z") == hashed(LOT)
    assert hashed(f"{prefix}://z") != hashed(LOT)
    assert lot_named(f"{prefix}://z") is None
