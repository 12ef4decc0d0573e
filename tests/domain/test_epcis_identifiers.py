"""EPC URNs and Digital Links name the same things; an impossible key is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proofs.random_events import glns, gtins, places, things
from traceability.domain.digital_link import DigitalLink
from traceability.domain.epc_urns import is_epc_urn, to_digital_link
from traceability.domain.epcis_identifiers import canonical_identifier, check_identifier, normalised
from traceability.errors import InvalidIdentifierError, InvalidInputError

URNS = {
    "urn:epc:id:sgtin:0614141.112345.400": "/01/10614141123459/21/400",
    "urn:epc:id:sgtin:950600013.0435.A%2FB": "/01/09506000134352/21/A%2FB",
    "urn:epc:id:sscc:0614141.1234567890": "/00/106141412345678908",
    "urn:epc:id:sgln:0614141.12345.0": "/414/0614141123452",
    "urn:epc:id:sgln:0614141.12345.400": "/414/0614141123452/254/400",
    "urn:epc:id:pgln:0614141.12345": "/417/0614141123452",
    "urn:epc:id:grai:0614141.12345.400": "/8003/00614141123452400",
    "urn:epc:id:giai:0614141.12345400": "/8004/061414112345400",
    "urn:epc:id:gsrn:0614141.0123456789": "/8018/061414101234567892",
    "urn:epc:id:gsrnp:0614141.0123456789": "/8017/061414101234567892",
    "urn:epc:id:gdti:0614141.12345.400": "/253/0614141123452400",
    "urn:epc:id:sgcn:4012345.67890.04711": "/255/401234567890104711",
    "urn:epc:id:cpi:0614141.123ABC.123456789": "/8010/0614141123ABC/8011/123456789",
    "urn:epc:id:ginc:0614141.xyz3311cba": "/401/0614141xyz3311cba",
    "urn:epc:id:gsin:0614141.123456789": "/402/06141411234567890",
    "urn:epc:id:itip:4012345.012345.01.02.987": "/8006/040123451234560102/21/987",
    "urn:epc:id:upui:1234567.089456.51qIgY)%3C%26Jp3*j7'SDB": "/01/01234567894560/235/51qIgY%29%3C%26Jp3%2Aj7'SDB",
    "urn:epc:class:lgtin:4012345.012345.998877": "/01/04012345123456/10/998877",
    "urn:epc:idpat:sgtin:0614141.112345.*": "/01/10614141123459",
    "urn:epc:idpat:grai:0614141.12345.*": "/8003/00614141123452",
    "urn:epc:idpat:gdti:0614141.12345.*": "/253/0614141123452",
    "urn:epc:idpat:itip:4012345.012345.01.02.*": "/8006/040123451234560102",
    "urn:epc:idpat:upui:1234567.089456.*": "/01/01234567894560",
    "urn:epc:idpat:cpi:0614141.123ABC.*": "/8010/0614141123ABC",
    "urn:epc:idpat:sgcn:4012345.67890.*": "/255/4012345678901",
}


@pytest.mark.parametrize(("urn", "path"), URNS.items())
def test_every_kind_of_urn_has_its_link(urn, path):
    """The Digital Link of an EPC URN is one that the engine accepts, and both have one canonical spelling."""
    link = "https://id.gs1.org" + path
    assert to_digital_link(urn) == link
    assert is_epc_urn(urn)
    check_identifier(urn, "/epc")
    assert canonical_identifier(urn) == link
    assert canonical_identifier(DigitalLink.parse(link).uri) == DigitalLink.parse(link).canonical


@pytest.mark.parametrize(
    "urn",
    [
        "urn:epc:id:gid:95100000.12345.400",
        "urn:epc:id:usdod:2S194.12345678901",
        "urn:epc:id:adi:35962.PQ7VZ4.M37GXB92",
        "urn:epc:id:bic:CSQU3054383",
        "urn:epc:id:imovn:9176187",
        "urn:epc:idpat:sgtin:0614141.*.*",
        "urn:epc:idpat:sscc:*.*",
        "urn:epc:idpat:sgln:0614141.12345.*",
        "urn:epc:idpat:giai:0614141.*",
    ],
)
def test_urns_without_a_key_stay_as_they_are(urn):
    """Things of other schemes and wide patterns are valid names that no Digital Link can say."""
    assert is_epc_urn(urn)
    assert canonical_identifier(urn) == urn


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:id:sgtin:0614141.12345.400",
        "urn:epc:id:sgtin:0614141.1123456.400",
        "urn:epc:id:sgtin:0614141.112345.",
        "urn:epc:id:sgtin:061414A.112345.400",
        "urn:epc:id:sgtin:0614141.112345.123456789012345678901",
        "urn:epc:id:sgtin:0614141.112345.a%00",
        "urn:epc:id:sscc:0614141.123456789",
        "urn:epc:id:unknown:0614141.1",
        "urn:epc:idpat:sgtin:*.112345.*",
        "urn:epc:idpat:sgtin:0614141.112345",
        "urn:epc:class:sgtin:0614141.112345.400",
        "urn:epc:tag:sgtin-96:3.0614141.112345.400",
        "urn:epc:raw:64.x00001234deadbeef",
        "https://id.gs1.org/01/09506000134353",
        "https://id.gs1.org/01/0950600013435",
        "https://id.gs1.org/8003/03001345000770",
        "https://id.gs1.org/01/09506000134352?99999=1",
        "http://shop.example/some/stem/01/09506000134353/21/A1",
        "https://shop.example/414/9506000134353",
        "https://shop.example/00/095060000012345670",
        "https://shop.example/01/09506000134352/21/A1/22/B",
    ],
)
def test_impossible_keys_are_refused(uri):
    """A URN that breaks its scheme and a link whose key cannot exist are slips; the error has the place."""
    with pytest.raises(InvalidIdentifierError) as refusal:
        check_identifier(uri, "/epcList/0")
    assert refusal.value.field == "/epcList/0"
    assert str(refusal.value)


@pytest.mark.parametrize(
    "uri",
    [
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "geo:19.8,105.8",
        "https://shop.example/things/7",
        "https://shop.example/2026/01/report",
        "https://id.gs1.org/gtin/09506000134353",
        "https://shop.example/01/09506000134352/reviews/5",
        "https://shop.example/8003/030013450007718765",
    ],
)
def test_other_names_stand(uri):
    """Any URI may name something; an address is no Digital Link just because it holds numbers."""
    check_identifier(uri, "")
    assert canonical_identifier(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "https://shop.example/gtin/09506000134352/lot/L7",
        "https://shop.example/a/gtin/9506000134352/10/L7/",
        "hTTps://shop.example/01/9506000134352/lot/L7?x=1",
    ],
)
def test_older_links_are_read_too(uri):
    """Whatever the event hash takes for a key is that key, if it can exist."""
    check_identifier(uri, "")
    assert canonical_identifier(uri) == "https://id.gs1.org/01/09506000134352/10/L7"


def test_one_spelling():
    """The domain, the path before the key and the query of a Digital Link say nothing about the thing."""
    for host in ("https://id.gs1.org", "HTTPS://SHOP.EXAMPLE/a/b", "http://shop.example:8080"):
        for query in ("", "?17=271231", "?linkType=all"):
            assert canonical_identifier(f"{host}/01/09506000134352/10/L7{query}") == (
                "https://id.gs1.org/01/09506000134352/10/L7"
            )


@given(
    st.one_of(
        things,
        places,
        gtins.map("https://shop.example/01/{}/10/a.b_c".format),
        glns.map("https://id.gs1.org/417/{}".format),
    ),
    st.integers(0, 60),
    st.sampled_from("059/A%."),
)
def test_a_glance_agrees_with_the_full_reading(uri, at, character):
    """What is passed at a glance is what the full reading passes, for good links and spoilt ones."""
    for link in (uri, uri[:at] + character + uri[at + 1 :], uri[:at] + uri[at + 1 :]):
        try:
            check_identifier(link, "")
        except InvalidIdentifierError:
            continue
        if link.startswith("urn:epc:"):
            converted = to_digital_link(link)
            assert converted is not None
            DigitalLink.parse(converted)
        elif link.startswith("https://id.gs1.org/"):
            assert fault_of(link) in (None, "no key")


def fault_of(link):
    """Return the AI at fault in a Digital Link, `no key` where it is none at all, None where it is right."""
    try:
        DigitalLink.parse(link)
    except InvalidInputError as error:
        return error.facts.get("ai", "no key")
    return None


def test_normalising_touches_identifiers_only():
    """URNs become links wherever a field identifies something; extensions and other URIs stay as they were."""
    urn, link = "urn:epc:id:sgln:0614141.12345.0", "https://id.gs1.org/414/0614141123452"
    other = "https://shop.example/414/0614141123452"
    event = {
        "type": "TransformationEvent",
        "parentID": urn,
        "transformationID": urn,
        "epcList": [urn, other],
        "inputQuantityList": [{"epcClass": urn, "quantity": 1}],
        "readPoint": {"id": urn, "ex:a": urn},
        "bizTransactionList": [{"type": "po", "bizTransaction": urn}],
        "sourceList": [{"type": "location", "source": urn}],
        "destinationList": [{"type": "location", "destination": other}],
        "sensorElementList": [
            {"sensorMetadata": {"deviceID": urn}, "sensorReport": [{"type": "Mass", "uriValue": urn, "ex:a": urn}]}
        ],
        "ilmd": {"ex:a": urn},
        "ex:a": urn,
    }
    assert normalised(event) == {
        "type": "TransformationEvent",
        "parentID": link,
        "transformationID": link,
        "epcList": [link, other],
        "inputQuantityList": [{"epcClass": link, "quantity": 1}],
        "readPoint": {"id": link, "ex:a": urn},
        "bizTransactionList": [{"type": "po", "bizTransaction": link}],
        "sourceList": [{"type": "location", "source": link}],
        "destinationList": [{"type": "location", "destination": other}],
        "sensorElementList": [
            {"sensorMetadata": {"deviceID": link}, "sensorReport": [{"type": "Mass", "uriValue": link, "ex:a": urn}]}
        ],
        "ilmd": {"ex:a": urn},
        "ex:a": urn,
    }
    assert normalised({"type": "ObjectEvent", "epcList": [urn, link]})["epcList"] == [urn, link]
