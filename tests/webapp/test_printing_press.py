"""Pages put together from compressed pieces: exactly the plain page, whatever stands in it."""

import gzip
import threading

from hypothesis import given
from hypothesis import strategies as st

from webapp.public.printing_press import Page, Shelf, mark

TEXTS = st.text(max_size=400)


@given(
    st.lists(st.tuples(TEXTS, st.sampled_from(["links", "path", "serial"])), max_size=6),
    TEXTS,
    st.fixed_dictionaries(
        {"links": st.binary(max_size=300), "path": st.binary(max_size=50), "serial": st.binary(max_size=50)}
    ),
)
def test_fast_way_equals_slow_way(pieces, end, slots):
    """The slow twin fills the slots in the text and compresses it; both unpack to the same bytes."""
    rendered = "".join(text + mark(slot) for text, slot in pieces) + end
    slow = b"".join(text.encode() + slots[slot] for text, slot in pieces) + end.encode()
    page = Page(rendered)
    assert page.plain(slots) == slow
    assert gzip.decompress(page.packed(slots)) == slow


def test_slots_of_any_length():
    """A slot may be longer than one stored block holds."""
    page = Page("a" + mark("links") + "b")
    long = {"links": b"x" * 200_000}
    assert gzip.decompress(page.packed(long)) == b"a" + long["links"] + b"b"


def test_text_of_a_record_is_no_mark():
    """Marks are unknown outside; a record that spells a slot's name stays text."""
    assert Page("links path serial").plain({}) == b"links path serial"


def test_shelf_is_bounded_and_keeps_what_is_used():
    """The value that was not used for longest goes first."""
    shelf = Shelf(2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    assert shelf.get("a") == 1
    shelf.put("c", 3)
    assert [shelf.get(key) for key in "abc"] == [1, None, 3]


def test_shelf_between_threads():
    """Many threads at once leave it whole."""
    shelf = Shelf(10)

    def work(number):
        for turn in range(300):
            shelf.put((number, turn % 20), turn)
            shelf.get((number, turn % 7))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shelf._values) == 10
