"""Links that producers declare: who declares and withdraws them, and where they may lead."""

import pytest

from tests.services.conftest import GTIN, assert_refused, key
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    NotAuthorisedError,
    NotFoundError,
    RuleViolationError,
)
from traceability.services.commands import DeclareLink, Retire, WithdrawLink
from traceability.services.product_links import ProductLinks

POSTMART = "https://postmart.vn/mam-tep-ha-yen"


def declare(world, who="coop", product="jar", link_type="hasRetailers", href=POSTMART, **more):
    """Declare a link."""
    command = DeclareLink(key(), world.paths.get(product, product), link_type, href, **more)
    return world.app.product_links.declare(world.actors[who], command)


def withdraw(world, link, who="coop", product="jar", reason=""):
    """Withdraw a link."""
    command = WithdrawLink(key(), world.paths[product], link, reason)
    return world.app.product_links.withdraw(world.actors[who], command)


def test_a_producer_says_where_to_buy_its_product(fresh):
    """The record is signed on the product's history; readers are told what, where, in which language, and by whom."""
    outcome = declare(fresh, href=" https://PostMart.vn/mắm-tép ", language="vi")
    (link,) = fresh.app.reads.declared_links(fresh.paths["jar"])
    assert (link.id, link.type, link.language, link.media_type) == (outcome.event_id, "hasRetailers", "vi", "text/html")
    assert link.href == "https://postmart.vn/m%E1%BA%AFm-t%C3%A9p"
    assert (link.product, link.participant) == (outcome.uri, fresh.actors["coop"].participant)
    entry = fresh.app.reads.history(fresh.paths["jar"])[-1]
    assert (entry.event_type, entry.title.en) == ("ocop:Link", "Link declared")
    assert [(one.key, one.value) for one in entry.fields] == [("linkType", "hasRetailers"), ("href", link.href)]
    assert fresh.app.verifier.verify_all().ok


def test_a_link_of_the_product_is_one_of_its_lots_and_items(fresh):
    """Whatever of it is asked for; of what nobody knows there is nothing to say."""
    declare(fresh)
    wanted = fresh.app.reads.declared_links(fresh.paths["jar"])
    assert len(wanted) == 1
    for ref in (fresh.paths["jars"], f"https://id.gs1.org/01/{GTIN}", f"/01/{GTIN}/21/ABC"):
        assert fresh.app.reads.declared_links(ref) == wanted
    for ref in ("", "/01/1", "/01/09506000134369", fresh.paths["coop"], "nonsense"):
        assert fresh.app.reads.declared_links(ref) == ()


def test_a_withdrawn_link_is_told_no_more_and_may_come_back(fresh):
    """The same words again are the same record; they count again from then on."""
    first = declare(fresh)
    withdraw(fresh, first.event_id)
    assert fresh.app.reads.declared_links(fresh.paths["jar"]) == ()
    assert fresh.app.reads.history(fresh.paths["jar"])[-1].title.en == "Link withdrawn"
    assert_refused(fresh, lambda: withdraw(fresh, first.event_id), NotFoundError, "link")
    again = declare(fresh)
    assert again.event_id == first.event_id
    assert len(fresh.app.reads.declared_links(fresh.paths["jar"])) == 1
    assert fresh.app.verifier.verify_all().ok


def test_an_inspector_withdraws_a_link_with_a_reason(fresh):
    """So that a page that cheats people does not stay; the reason is kept off the chain."""
    link = declare(fresh).event_id
    assert_refused(fresh, lambda: withdraw(fresh, link, "inspector"), InvalidInputError, "reason")
    withdraw(fresh, link, "inspector", reason="Trang bán hàng giả")
    assert fresh.app.reads.declared_links(fresh.paths["jar"]) == ()
    assert fresh.app.reads.history(fresh.paths["jar"])[-1].note == "Trang bán hàng giả"


@pytest.mark.parametrize("who", ["other", "shop", "inspector", "operator"])
def test_nobody_else_declares(fresh, who):
    """Not another producer, not an inspector, not the operator."""
    assert_refused(fresh, lambda: declare(fresh, who), NotAuthorisedError)


@pytest.mark.parametrize("who", ["other", "shop", "operator"])
def test_nobody_else_withdraws(fresh, who):
    """The producer and inspectors alone."""
    link = declare(fresh).event_id
    assert_refused(fresh, lambda: withdraw(fresh, link, who, reason="x"), NotAuthorisedError)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"product": ""}, InvalidInputError, "product"),
        ({"product": "/01/09506000134369"}, NotFoundError, None),
        ({"link_type": ""}, InvalidInputError, "link_type"),
        ({"link_type": "traceability"}, InvalidInputError, "link_type"),
        ({"link_type": "defaultLink"}, InvalidInputError, "link_type"),
        ({"link_type": "gs1:pip"}, InvalidInputError, "link_type"),
        ({"href": ""}, InvalidInputError, "href"),
        ({"href": "http://postmart.vn/"}, InvalidInputError, "href"),
        ({"href": "https://id.gs1.org/01/09506000134352"}, InvalidInputError, "href"),
        ({"href": "https://ocop-trace.example/p/X"}, InvalidInputError, "href"),
        ({"language": "fr"}, InvalidInputError, "language"),
        ({"media_type": "text/javascript"}, InvalidInputError, "media_type"),
    ],
)
def test_what_is_no_link_is_refused(fresh, changes, error, field):
    """By the name of the field, and nothing is recorded."""
    assert_refused(fresh, lambda: declare(fresh, **changes), error, field)


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://ocop.vn/trace", True),
        ("https://ocop.vn/trace/01/09506000134352", True),
        ("https://OCOP.vn/trace?x=1", True),
        ("https://ocop.vn/tracers", False),
        ("https://ocop.vn/", False),
        ("https://shop.ocop.vn/trace", False),
    ],
)
def test_nobody_is_sent_in_a_circle(fresh, address, ours):
    """An address of this site is refused, also where it has only a part of a host."""
    links = ProductLinks(fresh.app.context, fresh.app.recorder, "https://ocop.vn/trace")
    command = DeclareLink(key(), fresh.paths["jar"], "pip", address)
    if ours:
        assert_refused(fresh, lambda: links.declare(fresh.actors["coop"], command), InvalidInputError, "href")
    else:
        links.declare(fresh.actors["coop"], command)


def test_the_same_link_is_declared_once(fresh):
    """In another language or of another kind it is another link."""
    declare(fresh)
    assert_refused(fresh, lambda: declare(fresh), AlreadyExistsError, "href")
    declare(fresh, language="en")
    declare(fresh, link_type="pip")


def test_a_product_has_so_many_links_and_no_more(fresh, monkeypatch):
    """One more fits when one is withdrawn."""
    monkeypatch.setattr("traceability.services.product_links.MAX_LINKS", 2)
    first = declare(fresh, href="https://postmart.vn/1")
    declare(fresh, href="https://postmart.vn/2")
    assert_refused(fresh, lambda: declare(fresh, href="https://postmart.vn/3"), RuleViolationError)
    withdraw(fresh, first.event_id)
    declare(fresh, href="https://postmart.vn/3")


def test_of_a_closed_product_nothing_more_is_declared(fresh):
    """Nor withdrawn: its history is over."""
    link = declare(fresh, product="shrimp").event_id
    fresh.app.products.retire(fresh.actors["coop"], Retire(key(), fresh.paths["shrimp"], "x"))
    assert_refused(fresh, lambda: declare(fresh, product="shrimp", link_type="pip"), RuleViolationError, "product")
    assert_refused(fresh, lambda: withdraw(fresh, link, product="shrimp"), RuleViolationError, "product")


def test_a_link_may_be_signed_elsewhere(fresh):
    """The same door for a key that lies in a browser."""
    actor = fresh.actors["coop"]
    address = fresh.app.reads.keys(actor.participant)[0].address
    command = DeclareLink(key(), fresh.paths["jar"], "pip", POSTMART)
    prepared = fresh.app.signing.prepare(actor, command, address)
    assert prepared.typed_data["primaryType"] == "Submission"
