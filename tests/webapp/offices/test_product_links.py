"""Links of a product through the pages: declared on a phone without a script, shown to everybody, withdrawn."""

import pytest

ADDRESS = "https://postmart.vn/mam-tep-ha-yen"


@pytest.fixture(scope="module")
def product(coop, help_with):
    """A product of the cooperative, as a path."""
    return help_with.register_product(coop, "Mắm tép Hà Yên", name_en="Ha Yen shrimp paste")


def declare(person, product, **more):
    """Fill in the form."""
    values = {"link_type": "hasRetailers", "href": ADDRESS, "language": "vi", **more}
    return person.open(f"/coop/product?ref={product}").follow("/coop/product/link").send(**values)


def test_a_link_is_declared_shown_and_withdrawn(site, coop, product):
    """Shoppers see what it is, where it leads, and that only the producer says so."""
    declare(coop, product)
    assert coop.status == 200, coop.text
    assert "The link is on record" in coop.text
    assert ADDRESS in coop.html
    shopper = site.visitor(language="vi").open(product)
    assert "Nơi bán" in shopper.text
    assert "postmart.vn" in shopper.text
    assert f'href="{ADDRESS}" rel="nofollow noopener noreferrer external" hreflang="vi"' in shopper.html
    assert "Recorded by the producer" in site.visitor().open(product).text
    coop.open(f"/coop/product?ref={product}").follow("/coop/product/link/withdraw").send()
    assert "The link is withdrawn" in coop.text
    assert ADDRESS not in site.visitor().open(product).html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"href": ""}, "filled in"),
        ({"href": "postmart.vn"}, "begin with https://"),
        ({"href": "javascript:alert(1)"}, "begin with https://"),
        ({"href": "https://192.168.1.1/"}, "everybody can reach"),
        ({"href": "https://zalo.me/0912345678"}, "telephone number"),
        ({"link_type": "traceability"}, "not one of the choices"),
        ({"language": "fr"}, "not one of the choices"),
        ({"media_type": "text/javascript"}, "not one of the choices"),
    ],
)
def test_what_is_no_link_is_told_beside_its_field(coop, product, fields, said):
    """With the status of a refusal, and what was typed stays."""
    declare(coop, product, **fields)
    assert coop.status == 422
    assert said in coop.text
    if fields.get("href"):
        assert fields["href"] in coop.html


def test_an_address_of_this_site_is_refused(coop, product, help_with):
    """It would send people in a circle."""
    declare(coop, product, href=f"{help_with.base}/verify")
    assert coop.status == 422
    assert "https://" in coop.text


def test_an_inspector_withdraws_what_misleads(site, coop, inspector, product):
    """With a reason that stays in the history."""
    declare(coop, product, href="https://cheat.example/", link_type="promotion")
    inspector.open(f"/inspect/product?ref={product}").follow("/inspect/product/link/withdraw").send(reason="")
    assert inspector.status == 422
    inspector.send(reason="Bán hàng giả")
    assert "The link is withdrawn" in inspector.text
    assert "Bán hàng giả" in inspector.text
    assert "cheat.example" not in site.visitor().open(product).html


def test_another_producer_declares_nothing(site, product):
    """The page says whose product it is."""
    other = site.person("collector")
    assert "Add a link" not in other.open(f"/coop/product?ref={product}").text
    other.open(f"/coop/product/link?ref={product}").send(link_type="pip", href=ADDRESS)
    assert other.status == 403


def test_a_link_that_is_not_there_is_not_found(coop, inspector, product):
    """At both desks."""
    assert coop.open(f"/coop/product/link/withdraw?ref={product}&link=x").status == 404
    assert inspector.open(f"/inspect/product/link/withdraw?ref={product}").status == 404
