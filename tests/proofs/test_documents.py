"""Documents pack small, come back equal, and a blob that was touched is refused."""

import json
import subprocess
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proofs.diverse_events import diverse_events
from traceability.domain.epcis_values import MAX_DEPTH
from traceability.errors import InvalidInputError, VerificationError
from traceability.proofs.canonical_json import canonical, parse
from traceability.proofs.dictionary import DICTIONARY_1
from traceability.proofs.documents import MAX_INFLATED_BYTES, pack, unpack

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e15, 1e15, allow_nan=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
documents = st.lists(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), values), max_size=5)


def raw(text, dictionary=b""):
    """Return a text as raw DEFLATE."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=dictionary)
    return squeezer.compress(text) + squeezer.flush()


@given(documents)
def test_round_trip(given_documents):
    """What was packed comes back equal."""
    assert unpack(pack(given_documents)) == given_documents


def test_a_hundred_events_pack_into_one_cheap_blob():
    """A hundred unlike events take less than 6,500 bytes."""
    assert len(pack(diverse_events())) < 6_500


def test_one_event_packs_small():
    """An event of about 320 bytes takes less than 120."""
    event = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": "2026-07-03T04:25:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "storing",
        "disposition": "in_progress",
        "quantityList": [{"epcClass": "https://id.gs1.org/01/09506000198765/10/NC26", "quantity": 84.5, "uom": "KGM"}],
        "readPoint": {"id": "https://id.gs1.org/414/9506000177774"},
    }
    assert len(canonical([event])) > 310
    assert len(pack([event])) < 120


def test_any_inflater_can_read_it():
    """A reader without preset dictionaries puts a stored block of the dictionary in front, and drops as many bytes."""
    events = diverse_events(3)
    size = len(DICTIONARY_1).to_bytes(2, "little")
    stored = b"\0" + size + bytes(byte ^ 0xFF for byte in size) + DICTIONARY_1
    text = zlib.decompress(stored + pack(events)[1:], -15)
    assert text[: len(DICTIONARY_1)] == DICTIONARY_1
    assert json.loads(text[len(DICTIONARY_1) :]) == events


def test_version_0_needs_no_dictionary():
    """A blob of version 0 is plain raw DEFLATE."""
    assert unpack(b"\0" + raw(b'[{"a":1}]')) == [{"a": 1}]


@pytest.mark.parametrize(
    "blob",
    [
        pytest.param(b"\x02" + raw(b'[{"a":1}]'), id="unknown version"),
        pytest.param(b"\0" + raw(b'[{"a":1}]') + b"x", id="something follows"),
        pytest.param(b"\0" + raw(b'[{"a":1}]')[:-2], id="cut short"),
        pytest.param(b"\0\xff\xff", id="no DEFLATE"),
        pytest.param(b"\0", id="empty stream"),
        pytest.param(b"\0" + raw(b'[{"a": 1}]'), id="white space"),
        pytest.param(b"\0" + raw(b'[{"b":1,"a":1}]'), id="members not sorted"),
        pytest.param(b"\0" + raw(b'[{"a":1.0}]'), id="number not canonical"),
        pytest.param(b"\0" + raw(b'[{"a":1,"a":1}]'), id="a member twice"),
        pytest.param(b"\0" + raw(b'[{"a":"\\u0041"}]'), id="needless escape"),
        pytest.param(b"\0" + raw(b'[{"a":NaN}]'), id="not a number"),
        pytest.param(b"\0" + raw(b"[]"), id="an array of nothing"),
        pytest.param(b"\0" + raw(b'{"a":1}'), id="no array"),
        pytest.param(b"\0" + raw(b"[1]"), id="no object"),
        pytest.param(b"\0" + raw(b"\xff"), id="not UTF-8"),
        pytest.param(b"\0" + raw(b"[" * 2_000 + b"]" * 2_000), id="nested beyond reason"),
        pytest.param(b"\0" + raw(b"[" * 200_000), id="nested to exhaust a parser"),
        pytest.param(b"\0" + raw(b'[{"a":' + b"9" * 5_000 + b"}]"), id="a number of 5,000 digits"),
        pytest.param(b"\0" + raw(b'["' + b"a" * MAX_INFLATED_BYTES + b'"]'), id="a bomb"),
        pytest.param(b"\1" + bytes(500_000), id="larger than a transaction"),
    ],
)
def test_a_doubtful_blob_is_refused(blob):
    """Every deviation is a verification error, none is passed over."""
    with pytest.raises(VerificationError):
        unpack(blob)


@given(documents.filter(bool), st.data())
def test_no_byte_can_be_changed_unseen(given_documents, data):
    """A blob with one byte changed is refused or says something else, unless only its compression differs."""
    blob = bytearray(pack(given_documents))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    try:
        found = unpack(bytes(blob))
    except VerificationError:
        return
    assert canonical(found) == canonical(parse(canonical(found)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-1.25e-9, "-1.25e-9"),
        (5e-324, "5e-324"),
        (333333333.33333329, "333333333.3333333"),
        (4.5, "4.5"),
        (9007199254740991, "9007199254740991"),
        ({"b": 1, "a": [None, True]}, '{"a":[null,true],"b":1}'),
        ({"\u20ac": 1, "\r": 2, "\U0001f600": 3, "\ufb33": 4}, '{"\\r":2,"€":1,"😀":3,"\ufb33":4}'),
        ("Hoạt Giang \u2028\x07", '"Hoạt Giang \u2028\\u0007"'),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_canonical_spelling(value, text):
    """Values are spelled as RFC 8785 says."""
    assert canonical(value).decode() == text


@pytest.mark.node
def test_a_browser_spells_numbers_alike():
    """ECMAScript prints the same numbers in the same way."""
    found = [7.3e-7, 1.5e-6, 0.00012, 123456.789, 1e-10, 0.1 + 0.2, 1 / 3, 1e15 / 7]
    script = f"console.log(JSON.stringify({json.dumps(found)}))"
    printed = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout.strip()
    assert canonical(found).decode() == printed


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": [float("nan")]}, "/a/0"),
        ({"a": float("inf")}, "/a"),
        ({"a": 2**53}, "/a"),
        ({"a/b": {"~": {1}}}, "/a~1b/~0"),
        ({1: 2}, ""),
        ({"a": b"x"}, "/a"),
        ("\ud800", ""),
    ],
)
def test_what_json_cannot_say_is_refused(value, field):
    """The error points to the place."""
    with pytest.raises(InvalidInputError) as refusal:
        canonical(value)
    assert refusal.value.field == field


def test_depth_is_bounded():
    """Nesting ends at a depth that every reader can follow."""
    deep = []
    for _ in range(MAX_DEPTH):
        deep = [deep]
    with pytest.raises(InvalidInputError):
        canonical(deep)


def test_too_much_for_one_submission_is_said_before_anything_is_sent():
    """More than a mebibyte does not pack."""
    with pytest.raises(InvalidInputError, match="in parts"):
        pack([{"a": "x" * MAX_INFLATED_BYTES}])
