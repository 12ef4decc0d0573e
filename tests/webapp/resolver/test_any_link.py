"""Whatever valid link is asked for, known or not: never an error of ours, and always an answer that holds together."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webapp.answers import told
from traceability.domain.ai_rules import SET_82
from traceability.domain.check_digits import check_digit
from traceability.domain.digital_link import DigitalLink
from traceability.domain.links import Link
from traceability.domain.views import Bilingual
from traceability.errors import InvalidIdentifierError
from webapp.resolver import choice
from webapp.resolver.resolving import forward
from webapp.resolver.wish import Wish, link_type, weighted

VOC = "https://ref.gs1.org/voc/"
texts = st.text(SET_82, min_size=1, max_size=20)
keys = st.one_of(
    st.sampled_from(["09506000100012", "09506000134352"]).map(lambda gtin: ("01", gtin)),
    st.sampled_from(["9506000100005", "9506000134352"]).flatmap(
        lambda gln: st.sampled_from([("414", gln), ("417", gln), ("253", gln + "A1"), ("8004", gln[:9] + "X-1")])
    ),
    st.text("0123456789", min_size=17, max_size=17).map(lambda digits: ("00", digits + check_digit(digits))),
)
qualifiers = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["22", "10", "21", "254"]), texts),
        st.just(("10", "MT-2611")),
        st.just(("17", "271231")),
    ),
    max_size=3,
)
wishes = st.sampled_from(
    ["", "linkset", "all", "gs1:pip", "gs1:traceability", "gs1:epcis", "gs1:hasRetailers", "gs1:nope", VOC + "pip", "x"]
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from(
            ["*/*", "text/html", "application/linkset+json", "application/json", "undefined", ";q="]
        ),
        "Accept-Language": st.sampled_from(["vi", "en", "fr", "en;q=0.1, vi;q=0.2", "*", ",,"]),
    },
)


def path_of(key, rest):
    """Return a valid link of a key and some of the qualifiers, or None."""
    try:
        return DigitalLink.build([key, *rest], "https://x.example").uri.removeprefix("https://x.example")
    except InvalidIdentifierError:
        return None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=keys, rest=qualifiers, wish=wishes, said=headers, method=st.sampled_from(["GET", "HEAD", "OPTIONS"]))
def test_every_answer_holds_together(plain, key, rest, wish, said, method):
    """No 5xx and no 400; redirects stay with us; a slash changes nothing; HEAD is GET; lists are lists."""
    path = path_of(key, rest)
    if path is None:
        return
    head, mark, query = path.partition("?")
    query = "&".join(filter(None, [query, f"linkType={quote(wish, safe='')}" if wish else ""]))
    mark = "?" if query else ""
    named = {name.replace("-", "_"): value for name, value in said.items()}
    answer = plain.ask(head + mark + query, method, **named)
    assert answer.status_code in ({204} if method == "OPTIONS" else {200, 307, 404})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    with_slash = plain.ask(f"{head}/{mark}{query}", method, **named)
    assert (answer.status_code, answer.headers.get("Location")) == (
        with_slash.status_code,
        with_slash.headers.get("Location"),
    )
    if method == "HEAD":
        got = plain.ask(head + mark + query, **named)
        assert told(answer) == (*told(got)[:2], b"")
    if answer.status_code == 307:
        assert answer.headers["Location"].startswith(plain.base + "/")
        assert (
            query in answer.headers["Location"]
            or "/events?" in answer.headers["Location"]
            or "#" in answer.headers["Location"]
        )
    if answer.status_code == 200 and method == "GET":
        anchors = [level["anchor"] for level in answer.json["linkset"]]
        assert anchors[-1] == f"{plain.base}/{key[0]}/{quote(key[1], safe='')}"
        assert all(level[VOC + "defaultLink"][0].keys() == {"href", "title"} for level in answer.json["linkset"])


links = st.lists(
    st.builds(
        Link,
        type=st.just("pip"),
        href=st.integers().map(lambda number: f"https://x.example/{number}"),
        title=st.just(Bilingual("x")),
        languages=st.sampled_from([(), ("vi",), ("en",), ("fr",)]),
        media_type=st.sampled_from(["", "text/html", "application/pdf", "application/json"]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.href,
)


@given(links)
def test_every_link_is_found_by_its_attributes(several):
    """Whoever asks for exactly what a link is gets it, together with those that are exactly alike and no others."""
    for one in several:
        wish = Wish("pip", weighted(one.languages[0] if one.languages else ""), weighted(one.media_type or "undefined"))
        alike = [other for other in several if (other.languages, other.media_type) == (one.languages, one.media_type)]
        assert choice.best(several, wish) == alike


@given(links, st.text("vienfr-;q=0.1,* ", max_size=20), st.text("text/hmlplication*pdf;q=0.5, ", max_size=20))
def test_any_wish_leaves_something(several, languages, media):
    """However odd the headers are, there is a best link, and it is one of the links."""
    found = choice.best(several, Wish("pip", weighted(languages), weighted(media)))
    assert found
    assert all(one in several for one in found)


@given(st.text("ab=&%20", max_size=12))
@pytest.mark.parametrize(
    "href", ["https://x.example/a", "https://x.example/a?b=1", "https://x.example/a?b=1#c", "https://x.example/#c"]
)
def test_handing_on_keeps_everything(href, query):
    """Address, own query and fragment of the target stay, and the query comes before the fragment."""
    found = forward(href, query)
    address, _, fragment = href.partition("#")
    assert found.startswith(address)
    assert found.endswith(f"#{fragment}" if fragment else query)
    assert len(found) == len(href) + (len(query) + 1 if query else 0)


def test_kinds_of_links_are_read():
    """CURIEs and three namespaces; `all` is the older name of the linkset."""
    assert {link_type(f"{prefix}pip") for prefix in ("gs1:", VOC, "https://gs1.org/voc/")} == {"pip"}
    assert link_type("all") == link_type("linkset") == "linkset"
    assert link_type("pip") == link_type("gs1:") == link_type("http://ref.gs1.org/voc/pip") == "?"
