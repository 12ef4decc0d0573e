"""Addresses that producers declare: one spelling, a public host, and nothing hidden in them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from traceability.domain.web_links import MAX_LENGTH, web_address
from traceability.errors import InvalidInputError


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://postmart.vn/nem-chua?x=1&y=2", "https://postmart.vn/nem-chua?x=1&y=2"),
        ("  HTTPS://PostMart.VN:443 ", "https://postmart.vn/"),
        ("https://postmart.vn?x", "https://postmart.vn/?x"),
        ("https://nướcmắm.vn/đặc-sản", "https://xn--ncmm-qib4565bzia.vn/%C4%91%E1%BA%B7c-s%E1%BA%A3n"),
        ("https://xn--ncmm-qib4565bzia.vn/", "https://xn--ncmm-qib4565bzia.vn/"),
        ("https://www.tiktok.com/@htx.hayen", "https://www.tiktok.com/@htx.hayen"),
        ("https://postmart.vn/a%20b", "https://postmart.vn/a%20b"),
        ("https://shop.vn/i.1234567890123.456", "https://shop.vn/i.1234567890123.456"),
        ("https://postmart.vn/a[1]", "https://postmart.vn/a%5B1%5D"),
        ("https://postmart.vn/?on=05-09-2026-14", "https://postmart.vn/?on=05-09-2026-14"),
    ],
)
def test_an_address_has_one_spelling(given, wanted):
    """Host in lower case and ASCII, the rest percent-encoded; a spelling that is canonical already stays."""
    assert web_address(given) == wanted
    assert web_address(wanted) == wanted


@pytest.mark.parametrize(
    "address",
    [
        "",
        "postmart.vn",
        "//postmart.vn/",
        "http://postmart.vn/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:postmart.vn",
        "https:///postmart.vn",
        "https://",
        "https://postmart",
        "https://postmart.vn./",
        "https://a..vn/",
        "https://-a.vn/",
        "https://a_b.vn/",
        "https://user@postmart.vn/",
        "https://postmart.vn%40evil.vn/",
        "https://postmart.vn\\@evil.vn/",
        "https://postmart.vn:8443/",
        "https://postmart.vn:/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://a.localhost/",
        "https://router.local/",
        "https://wiki.internal/",
        "https://nas.home.arpa/",
        "https://postmart.vn/#:~:text=sale",
        "https://postmart.vn/#",
        "https://postmart.vn/a b",
        "https://postmart.vn/a\tb",
        "https://postmart.vn/a\nb",
        "https://postmart.vn/\0",
        "https://postmart.vn/%00",
        "https://postmart.vn/%0d%0aSet-Cookie:x",
        "https://postmart.vn/%zz",
        "https://postmart.vn/%E2%80%AEnv",
        "https://postmart.vn/\u202e",
        "https://postmart.vn/\ud800",
        "https://postmart.vn/<b>",
        'https://postmart.vn/"',
        "https://postmart.vn/a/../b",
        "https://postmart.vn/%2e%2e/b",
        "https://pаypal.com/",
        "https://xn--pypal-4ve.com/",
        "https://ɡoogle.com/",
        "https://postmart。vn/",
        "https://ｐostmart.vn/",
        "https://faß.de/",
        "https://xn--postmart-.vn/",
        "https://xn--a.vn/",
        "https://xn--.vn/",
        "https://zalo.me/0912345678",
        "https://zalo.me/+84%20912%20345%20678",
        "https://wa.me/84912345678",
        "https://postmart.vn/lien-he-0912345678",
        "https://postmart.vn/?to=0912+345+678",
        "https://postmart.vn/?to=091.234.5678",
        "https://postmart.vn/?mail=mai@htx.vn",
        "https://postmart.vn/?mail=mai%40htx.vn",
        f"https://postmart.vn/{'a' * MAX_LENGTH}",
        f"https://{'a' * 64}.vn/",
        f"https://{'a.' * 130}vn/",
    ],
)
def test_what_nobody_should_be_sent_to_is_refused(address):
    """Each with a sentence that says what to do, and the field."""
    with pytest.raises(InvalidInputError) as caught:
        web_address(address)
    assert caught.value.field == "href"
    assert str(caught.value).endswith(".")


_PIECES = st.one_of(
    st.sampled_from(["https://", "postmart.vn", "xn--", *"/?#@:%[]\\đа", "%2e", ".."]),
    st.text(max_size=6),
)


@given(st.lists(_PIECES, max_size=10).map("".join) | st.text().map(lambda text: f"https://{text}"))
@example("https://xn--99999999.vn/")
@example("https://xn--zzzzzzzzzzzzzzzzzzzz.vn/")
def test_whatever_passes_is_safe_to_show_and_to_follow(text):
    """ASCII, https, a host of letters and digits, no user, no port, no fragment; and it stays as it is."""
    try:
        address = web_address(text)
    except InvalidInputError:
        return
    parts = urlsplit(address)
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    assert parts.scheme == "https"
    assert parts.netloc == parts.hostname
    assert set(parts.netloc) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert (parts.port, parts.username, parts.fragment) == (None, None, "")
    assert not set(address) & set("\"'<>\\`{}|^") - {"'"}
    assert web_address(address) == address


@given(st.from_regex(r"[a-zA-Z0-9-]{0,30}", fullmatch=True))
def test_no_coded_host_breaks_the_reader(label):
    """Any label that claims to be coded is read or refused; nothing else happens."""
    try:
        web_address(f"https://xn--{label}.vn/")
    except InvalidInputError as error:
        assert error.field == "href"  # noqa: PT017 - most are refused, some are read
