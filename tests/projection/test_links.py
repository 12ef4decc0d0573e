"""Links declared on chain: whose word counts, what is left out, and what a rebuild brings back."""

import pytest

from tests.projection.conftest import dump, projected
from tests.projection.stories import MATERIAL, PRODUCT, admit, jar, make_goods
from traceability.domain.ledger import Kind
from traceability.domain.link_records import MAX_LINKS
from traceability.domain.records import LinkRecord, LinkWithdrawalRecord
from traceability.proofs.history import Touch, subject_key
from traceability.proofs.record_id import record_id


@pytest.fixture
def goods(database, tmp_path):
    """Goods of a cooperative, in either database."""

    def story(world):
        cast = admit(world)
        make_goods(world, cast)
        return cast

    return projected(database, tmp_path, story=story)


class Raw:
    """A document as anybody may write it."""

    def __init__(self, document):
        self._document = document

    def to_document(self):
        """Return it."""
        return self._document


def link(number=1, **changes):
    """Return a link record."""
    values = {"uri": PRODUCT, "link_type": "pip", "href": f"https://postmart.vn/{number}", **changes}
    return LinkRecord(**values)


def say(told, author, *records, about=PRODUCT):
    """Record something and read it back."""
    told.world.submit(author, [Touch(subject_key(about), Kind.OBSERVE)], *records)
    told.project()


def shown(told, ref=PRODUCT):
    """Return where a reader is told that links lead."""
    return [one.href.rpartition("/")[2] for one in told.reads.declared_links(ref)]


def test_only_the_custodians_word_counts(goods):
    """An inspector may write on the product's history, but not declare in its producer's name."""
    say(goods, goods.cast.coop, link(1))
    say(goods, goods.cast.inspector, link(2))
    assert shown(goods) == ["1"]
    (one,) = goods.reads.declared_links(PRODUCT)
    assert (one.participant, one.language, one.media_type) == (goods.cast.coop, "", "text/html")
    assert one.recorded_at is not None


def test_a_link_counts_on_the_history_that_it_names_alone(goods):
    """Not on another product's, nor on a lot's."""
    say(goods, goods.cast.coop, link(1), about=MATERIAL)
    say(goods, goods.cast.coop, link(2), about=jar(1))
    say(goods, goods.cast.coop, link(3, uri=jar(1)), about=jar(1))
    assert shown(goods) == shown(goods, MATERIAL) == []


def test_who_declared_and_inspectors_withdraw(goods):
    """Once; declared again, it counts again, after the others."""
    one, two = link(1), link(2)
    say(goods, goods.cast.coop, one, two)
    say(goods, goods.cast.inspector, LinkWithdrawalRecord(record_id(one.to_document())))
    assert shown(goods) == ["2"]
    say(goods, goods.cast.coop, LinkWithdrawalRecord(record_id(two.to_document())))
    assert shown(goods) == []
    say(goods, goods.cast.coop, two)
    say(goods, goods.cast.coop, one)
    assert shown(goods) == ["2", "1"]


def test_a_withdrawal_ends_a_link_of_its_own_history(goods):
    """The same words on another subject end nothing, and what is not there stays away."""
    one = link(1)
    say(goods, goods.cast.coop, one)
    say(goods, goods.cast.coop, LinkWithdrawalRecord(record_id(one.to_document())), about=MATERIAL)
    say(goods, goods.cast.coop, LinkWithdrawalRecord("ni:///sha-256;00"))
    assert shown(goods) == ["1"]


def test_no_more_than_so_many_count(goods):
    """Whatever a program of somebody's own writes; withdrawing one lets the next in."""
    records = [link(number) for number in range(MAX_LINKS + 3)]
    for record in records:
        say(goods, goods.cast.coop, record)
    assert shown(goods) == [str(number) for number in range(MAX_LINKS)]
    say(goods, goods.cast.coop, LinkWithdrawalRecord(record_id(records[0].to_document())))
    assert shown(goods)[-1] == str(MAX_LINKS)


@pytest.mark.parametrize(
    "change",
    [
        {"ocop:href": "javascript:alert(1)"},
        {"ocop:href": "http://postmart.vn/"},
        {"ocop:href": "https://POSTMART.vn/"},
        {"ocop:href": "https://127.0.0.1/"},
        {"ocop:href": ["https://postmart.vn/"]},
        {"ocop:linkType": "gs1:defaultLink"},
        {"ocop:linkType": "pip"},
        {"ocop:hreflang": "fr"},
        {"ocop:mediaType": "text/javascript"},
    ],
)
def test_what_no_form_would_take_is_no_link_from_the_chain_either(goods, change):
    """It stays in the history as what was written, and nobody is sent there."""
    say(goods, goods.cast.coop, Raw(link(1).to_document() | change))
    assert shown(goods) == []
    assert goods.reads.history(PRODUCT)[-1].event_type == "ocop:Link"


def test_a_rebuild_brings_the_same_links_back(goods):
    """And the verifier finds nothing to say; a changed row is noticed."""
    say(goods, goods.cast.coop, link(1), link(2, language="vi"))
    say(goods, goods.cast.inspector, LinkWithdrawalRecord(record_id(link(1).to_document())))
    before = dump(goods.database)
    assert len(before["product_link"]) == 2
    goods.indexer.rebuild()
    assert dump(goods.database) == before
    assert goods.verifier.verify_all().ok


def test_a_dropped_block_takes_its_links_back(goods):
    """A withdrawal that the chain forgets was none."""
    say(goods, goods.cast.coop, link(1))
    height = goods.world.ledger.height()
    say(goods, goods.cast.coop, LinkWithdrawalRecord(record_id(link(1).to_document())))
    assert shown(goods) == []
    goods.world.ledger.drop(goods.world.ledger.height() - height)
    goods.world.ledger.mine(3)
    goods.project()
    assert shown(goods) == ["1"]
