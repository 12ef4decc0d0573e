"""Everything has one canonical URI, and the URI leads back to it."""

import string
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.ai_rules import SET_82
from traceability.domain.check_digits import ALPHABET
from traceability.domain.identifiers import Gln, Gtin, LotNumber, PartyCode, PlaceCode, ProductCode, SerialNumber
from traceability.domain.uris import LotRef, PartyRef, PlaceRef, ProductRef, UnitRef, parse_path, parse_uri
from traceability.errors import InvalidIdentifierError

texts = st.text(SET_82, min_size=1, max_size=20).filter(lambda text: text.strip("."))
codes = st.text(ALPHABET, min_size=10, max_size=10)
GTIN = Gtin("9506000134352")
products = st.one_of(st.just(ProductRef(GTIN)), codes.map(ProductCode).map(ProductRef))
refs = st.one_of(
    products,
    st.builds(LotRef, products, texts.map(LotNumber)),
    st.builds(UnitRef, products, texts.map(SerialNumber)),
    st.builds(PartyRef, st.one_of(st.just(Gln("9506000134352")), codes.map(PartyCode))),
    st.builds(PlaceRef, st.one_of(st.just(Gln("9506000134352")), codes.map(PlaceCode))),
)


@given(refs)
def test_round_trip(ref):
    """URI and path lead back, with a slash at the end and with a query, too."""
    assert parse_uri(ref.uri) == ref
    assert parse_path(ref.path) == ref
    assert parse_uri(f"{ref.uri}/?17=271231") == ref
    assert ref.key == sha256(ref.uri.encode()).digest()
    assert set(ref.uri) <= set(string.ascii_letters + string.digits + ":/%-._~")


def test_the_forms():
    """The forms that docs/format.md promises."""
    lot = ProductRef(GTIN).lot(LotNumber("A/1"))
    assert lot.uri == "https://id.gs1.org/01/09506000134352/10/A%2F1"
    code = ProductRef(ProductCode("7K2M9QX4TB"), "https://trace.example")
    assert code.unit(SerialNumber("S1")).uri == "https://trace.example/p/7K2M9QX4TB/s/S1"
    assert code.unit(SerialNumber("S1")).path == "/p/7K2M9QX4TB/s/S1"


def test_a_stamp_in_capitals_is_read():
    """QR codes stay small in capitals; host and route do not mind."""
    unit = parse_uri("HTTPS://OCOP-TRACE.EXAMPLE/P/7K2M9QX4TB/S/ABC")
    assert unit == UnitRef(ProductRef(ProductCode("7K2M9QX4TB")), SerialNumber("ABC"))


def test_a_unit_keeps_the_lot_of_its_link_but_not_in_its_name():
    """The URI of an item leaves the lot out."""
    unit = parse_uri("https://shop.example/01/09506000134352/10/L7/21/S1")
    assert unit.lot == "L7"
    assert unit.uri == "https://id.gs1.org/01/09506000134352/21/S1"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "ftp://id.gs1.org/01/09506000134352",
        "https://id.gs1.org/01/09506000134353",
        "https://id.gs1.org/01/abc",
        "https://id.gs1.org/",
        "https://other.example/p/7K2M9QX4TB",
        "https://ocop-trace.example/p/7K2M9QX4T",
        "https://ocop-trace.example/p/7K2M9QX4TB/l/a b",
        "javascript:alert(1)",
    ],
)
def test_what_names_nothing_here_is_refused(uri):
    """A wrong number, another service's code and plain nonsense are errors, not guesses."""
    with pytest.raises(InvalidIdentifierError):
        parse_uri(uri)
