"""What a conformant resolver does, point by point (GS1-Conformant Resolver Standard 1.2), however it is reached."""

import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.webapp.answers import told
from traceability.domain.check_digits import check_digit
from traceability.domain.link_types import LINK_TYPES
from traceability.domain.links import DeclaredLink
from webapp import create_app

PHONE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PRODUCT = "/01/09506000100012"
LOT = PRODUCT + "/10/MT-2611"
UNIT = PRODUCT + "/21/AB12"
UNIT_OF_LOT = LOT + "/21/AB12"
PARTY = "/417/9506000100005"
PLACE = "/414/9506000100005"
SSCC = "/00/0950600010000000" + check_digit("0950600010000000") + "0"
KNOWN = (PRODUCT, LOT, UNIT, UNIT_OF_LOT, PARTY, PLACE)
VOC = "https://ref.gs1.org/voc/"


def with_check(digits):
    """Return digits with their check digit."""
    return digits + check_digit(digits)


# ------------------------------------------------------------------------------------------------------------- 1, 2, 3
@pytest.mark.parametrize("path", [*KNOWN, LOT + "?linkType=linkset", LOT + "?linkType=gs1:nope", PRODUCT + "/foo"])
def test_any_program_may_ask(site, path):
    """Every answer, errors included, may be read by programs of any site, and says which methods there are."""
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        headers = site.ask(path, method, Origin="https://shop.example").headers
        assert headers.getlist("Access-Control-Allow-Origin") == ["*"]
        assert headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize("path", KNOWN)
def test_options_lead_to_the_linkset(site, path):
    """OPTIONS answers 204 without a look-up, with methods and the link to the linkset."""
    site.application.reads.asked.clear()
    answer = site.ask(path, "OPTIONS", Access_Control_Request_Method="GET")
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert 'rel="linkset"' in answer.headers["Link"]
    assert not site.application.reads.asked


@pytest.mark.parametrize("path", [PRODUCT, LOT, UNIT, PRODUCT + "/foo", "/01/09506000134352"])
def test_head_is_get_without_its_body(site, path):
    """Same status and headers, no bytes."""
    for query in ("", "?linkType=linkset", "?linkType=gs1:pip", "?linkType=gs1:nope"):
        got, head = site.ask(path + query), site.ask(path + query, "HEAD")
        assert told(head) == (*told(got)[:2], b"")


@pytest.mark.parametrize(
    ("path", "ai"),
    [
        ("/01/9506000100012", "01"),
        ("/01/950600010001", "01"),
        ("/01/09506000100013", "01"),
        ("/01/0950600010001X", "01"),
        (PRODUCT + "/21/AB12/10/MT", "01"),
        (PRODUCT + "/10/" + "9" * 21, "10"),
        (PRODUCT + "/10/%C3%A9", "10"),
        (PRODUCT + "/10/A?17=991399", "17"),
        (PRODUCT + "?3103=1", "3103"),
        (PRODUCT + "?10=A", "10"),
        ("/414/9506000100004", "414"),
        ("/00/123", "00"),
        ("/253/9506000100004", "253"),
        ("/8004/%20", "8004"),
        (PRODUCT + "/foo", None),
        (PRODUCT + "/10", None),
        (PRODUCT + "//", None),
        (PRODUCT + PRODUCT, None),
        ("/01/", None),
        ("/01", None),
        ("/8004/", None),
    ],
)
def test_a_bad_link_is_400_and_says_why(site, path, ai):
    """With the AI and the reason, as problem details; never 200, and never the 404 of something unknown."""
    answer = site.ask(path)
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == 400
    assert answer.json.get("ai") == ai
    assert answer.json["detail"]
    if ai:
        assert f"({ai})" in answer.json["detail"]


def test_a_bad_link_is_a_page_for_people(site):
    """In the reader's language, with a way on."""
    answer = site.ask("/01/09506000100013", Accept=PHONE, Accept_Language="vi")
    assert answer.status_code == 400
    assert answer.mimetype == "text/html"
    assert "(01)" in answer.text
    assert "Về trang đầu" in answer.text


@pytest.mark.parametrize("path", [*KNOWN, LOT + "-9", PRODUCT + "/foo", "/01/09506000134352"])
def test_a_slash_at_the_end_changes_nothing(site, path):
    """Same status, same place, same links."""
    for query in ("", "?linkType=linkset", "?foo=bar"):
        one, other = site.ask(path + query), site.ask(path + "/" + query)
        assert one.status_code == other.status_code
        assert one.headers.get("Location") == other.headers.get("Location")
        assert one.headers.get("Link") == other.headers.get("Link")
        if one.status_code == 200:
            assert one.data == other.data


@pytest.mark.parametrize(
    "qualifiers",
    ["/10/KL8G", "/21/ZZ", "/22/2A", "/22/2A/10/KL8G", "/22/2A/21/Z", "/10/KL8G/21/Z", "/22/2A/10/K/21/Z", "/235/TPX1"],
)
def test_whatever_is_not_known_walks_up_the_tree(site, qualifiers):
    """Unknown lots, serials, variants and third party serials are answered; their list holds the product's links."""
    assert site.ask(PRODUCT + qualifiers).status_code == 307
    levels = site.linkset(PRODUCT + qualifiers)
    assert levels[-1]["anchor"] == site.base + PRODUCT
    assert VOC + "pip" in levels[-1]
    pip = site.ask(PRODUCT + qualifiers + "?linkType=gs1:certificationInfo", Accept_Language="en")
    assert pip.status_code == 307


@pytest.mark.parametrize("path", [PLACE + "/254/KL8G", PLACE + "/7040/1ABC", PARTY + "/7040/1ABC"])
def test_places_and_parties_walk_up_too(site, path):
    """An extension that nobody knows leads to the place."""
    assert site.ask(path).status_code == 307


def test_an_unknown_lot_is_told_from_a_known_one(site):
    """It leads to the product's page, which says that the lot is not registered here."""
    assert site.ask(LOT).headers["Location"] == f"{site.base}/p/09506000100012/l/MT-2611"
    target = site.ask(PRODUCT + "/10/A%2FB").headers["Location"]
    assert target == f"{site.base}/p/09506000100012?lot=A%2FB"
    page = site.ask(target.removeprefix(site.base))
    assert page.status_code == 200
    assert "A/B" in page.text


def test_serials_are_never_looked_up(site, fakes):
    """Redirect and list are the same for a stamp that exists and one that does not: there is nothing to guess here."""
    told = []
    for path in (fakes.stamp_path(), UNIT[:-4] + "0" * 17):
        site.application.reads.asked.clear()
        serial = path.rpartition("/")[2]
        answers = [site.ask(path + query) for query in ("", "?linkType=linkset", "?linkType=gs1:traceability")]
        told.append(
            [
                (one.status, one.text.replace(serial, "S"), one.headers.get("Location", "").replace(serial, "S"))
                for one in answers
            ]
        )
        assert "stamp" not in site.application.reads.asked
        assert site.application.scans.noted == site.application.scans.missed == []
    assert told[0] == told[1]


# ---------------------------------------------------------------------------------------------------------------- 4, 5
@pytest.mark.parametrize(
    ("path", "page"),
    [
        (PRODUCT, "/p/09506000100012"),
        (LOT, "/p/09506000100012/l/MT-2611"),
        (UNIT, "/p/09506000100012/s/AB12"),
        (UNIT_OF_LOT, "/p/09506000100012/l/MT-2611/s/AB12"),
        (PARTY, "/party/9506000100005"),
        (PLACE, "/place/9506000100005"),
    ],
)
def test_without_a_wish_the_default_link(site, path, page):
    """307 to the one default link of the finest level, which has title and address and nothing else."""
    answer = site.ask(path)
    assert (answer.status_code, answer.headers["Location"]) == (307, site.base + page)
    assert answer.data == b""
    (default,) = site.linkset(path)[0][VOC + "defaultLink"]
    assert default == {"href": site.base + page, "title": default["title"]}
    assert answer.headers["Location"] == default["href"]
    assert site.ask(path + "?linkType=gs1:defaultLink").headers["Location"].startswith(default["href"])


NAMESPACES = (VOC, "https://gs1.org/voc/", "https://www.gs1.org/voc/")


@pytest.mark.parametrize("form", ["gs1:{}", "gs1%3A{}", *(quote(one, safe="") + "{}" for one in NAMESPACES)])
def test_a_kind_of_link_may_be_named_in_any_way(site, form):
    """As CURIE or as URI of the vocabulary, encoded or not."""
    answer = site.ask(f"{LOT}?linkType={form.format('traceability')}")
    assert answer.status_code == 307
    assert answer.headers["Location"].startswith(f"{site.base}/p/09506000100012/l/MT-2611?")


@pytest.mark.parametrize("kind", ["gs1:nosuchlt", "gs1:dpp", "pip", "https://schema.org/url", "gs1:", "GS1:pip", "%00"])
def test_a_kind_that_there_is_not_is_404(site, kind):
    """Also where the word is of no vocabulary that is known here."""
    answer = site.ask(f"{LOT}?linkType={kind}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/01/09506000134352",
        "/01/09506000134352/21/A",
        "/417/9506000134352",
        "/414/9506000134352",
        "/8004/9506000134352A1",
    ],
)
def test_what_nobody_knows_is_404(site, path):
    """Well formed, but nothing of it is recorded here; people get a page that says what to do."""
    assert site.ask(path).status_code == 404
    assert site.ask(path + "?linkType=linkset").status_code == 404
    assert site.ask(path, Accept=PHONE).mimetype == "text/html"


def test_every_link_is_reached_by_its_own_attributes(site):
    """Whoever asks for type, language and media type of a link in the list is led to that very link."""
    for path in KNOWN:
        done = set()
        for level in site.linkset(path):
            kinds = {
                kind: links for kind, links in level.items() if kind.startswith(VOC) and kind != VOC + "defaultLink"
            }
            for kind, links in kinds.items():
                for link in links if kind not in done else ():
                    wish = {"Accept": link["type"]}
                    wish |= {"Accept-Language": link["hreflang"][0]} if "hreflang" in link else {}
                    answer = site.ask(f"{path}?linkType={quote(kind, safe='')}", **wish)
                    assert answer.status_code == 307
                    found = re.sub(r"[?&]linkType=[^&#]*", "", answer.headers["Location"])
                    assert found == link["href"]
            done |= kinds.keys()


def declared(kind="hasRetailers", href="https://shop.example/mam-tep", language="vi", media_type="text/html"):
    """Return a link that the producer has declared."""
    product = "https://id.gs1.org" + PRODUCT
    return DeclaredLink(
        id="x", product=product, type=kind, href=href, language=language, media_type=media_type, participant=2
    )


def test_declared_links_are_offered(site):
    """They stand in the list, and a request for their kind is led there, with its query."""
    assert site.ask(LOT + "?linkType=gs1:hasRetailers").status_code == 404
    site.application.reads.links.append(declared())
    answer = site.ask(LOT + "?linkType=gs1:hasRetailers&ref=a%20b&ref=c")
    assert answer.status_code == 307
    assert answer.headers["Location"] == "https://shop.example/mam-tep?linkType=gs1:hasRetailers&ref=a%20b&ref=c"
    assert site.linkset(LOT)[-1][VOC + "hasRetailers"][0]["href"] == "https://shop.example/mam-tep"


def test_several_that_fit_are_300(site):
    """Programs get those that fit as a linkset, people a page with links."""
    site.application.reads.links += [declared(), declared(href="https://other.example/"), declared(language="en")]
    answer = site.ask(PRODUCT + "?linkType=gs1:hasRetailers", Accept_Language="vi", Accept="text/html;q=0, */*")
    assert answer.status_code == 300
    assert answer.mimetype == "application/linkset+json"
    links = answer.json["linkset"][0][VOC + "hasRetailers"]
    assert [one["href"] for one in links] == ["https://shop.example/mam-tep", "https://other.example/"]
    page = site.ask(PRODUCT + "?linkType=gs1:hasRetailers", Accept_Language="vi", Accept=PHONE)
    assert (page.status_code, page.mimetype) == (300, "text/html")
    assert 'href="https://other.example/?linkType=gs1:hasRetailers"' in page.text, "the query goes on"
    english = site.ask(PRODUCT + "?linkType=gs1:hasRetailers", Accept_Language="en", Accept=PHONE)
    assert english.status_code == 307


QUERIES = ("foo=bar", "b=2&a=1&b=%20&c", "17=271231&utm_source=zalo", "x=%C3%A9+%2F&linkTypes=1")


@pytest.mark.parametrize("query", QUERIES)
def test_the_query_is_handed_on_as_it_is(site, query):
    """Every pair in its order and encoding, also those that the resolver itself reads."""
    assert site.ask(f"{LOT}?{query}").headers["Location"].endswith(f"/l/MT-2611?{query}")
    typed = site.ask(f"{LOT}?{query}&linkType=gs1:pip", Accept_Language="en").headers["Location"]
    assert typed == f"{site.base}/p/09506000100012?lang=en&{query}&linkType=gs1:pip"


@pytest.mark.parametrize(
    ("wish", "address"),
    [
        ("", "/p/09506000100012"),
        ("vi", "/p/09506000100012?lang=vi"),
        ("en", "/p/09506000100012?lang=en"),
        ("en-GB,en;q=0.9,vi;q=0.8", "/p/09506000100012?lang=en"),
        ("fr, vi;q=0.2, en;q=0.1", "/p/09506000100012?lang=vi"),
        ("fr", "/p/09506000100012"),
        ("*", "/p/09506000100012"),
        ("en;q=x, ;;, vi", "/p/09506000100012?lang=vi"),
    ],
)
def test_language_chooses(site, wish, address):
    """By weight; who wants none of ours gets the page that speaks Vietnamese unless told otherwise."""
    answer = site.ask(PRODUCT + "?linkType=gs1:pip", **({"Accept_Language": wish} if wish else {}))
    target = re.sub(r"[?&]linkType=[^&]*", "", answer.headers["Location"])
    assert target == site.base + address


def test_media_type_chooses(site):
    """A program that wants PDF is led to the PDF."""
    site.application.reads.links += [
        declared("instructions", "https://h.example/a.html", "", "text/html"),
        declared("instructions", "https://h.example/a.pdf", "", "application/pdf"),
    ]
    for accept, end in (("application/pdf", "a.pdf"), (PHONE, "a.html"), ("application/*;q=0.5, image/png", "a.pdf")):
        answer = site.ask(PRODUCT + "?linkType=gs1:instructions", Accept=accept)
        assert answer.headers["Location"].partition("?")[0].endswith(end)
    assert site.ask(PRODUCT + "?linkType=gs1:instructions", Accept="*/*").status_code == 300


# ---------------------------------------------------------------------------------------------------------------- 6, 7
ASKING = (
    ("?linkType=linkset", "*/*"),
    ("?linkType=all", PHONE),
    ("", "application/linkset+json"),
    ("?linkType=linkset", "application/json"),
)


@pytest.mark.parametrize(("query", "accept"), ASKING)
@pytest.mark.parametrize("path", KNOWN)
def test_the_linkset_itself(site, path, query, accept):
    """200 in its own media type, no redirect, with a link to its JSON-LD context."""
    answer = site.ask(path + query, Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/linkset+json"
    link = next(one for one in answer.headers["Link"].split(",") if "json-ld#context" in one)
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in link
    assert 'type="application/ld+json"' in link
    context = link.partition("<")[2].partition(">")[0]
    assert context.startswith(site.base + "/")
    file = site.ask(context.removeprefix(site.base))
    assert file.mimetype == "application/ld+json"
    assert file.json["@context"]["anchor"] == "@id"


def test_a_browser_is_redirected_although_it_takes_anything(site):
    """`*/*` asks for no linkset, nor does a weight below that of a page."""
    for accept in (PHONE, "*/*", "application/linkset+json;q=0", "text/html, application/linkset+json;q=0.4"):
        assert site.ask(LOT, Accept=accept).status_code == 307


@pytest.mark.parametrize("path", KNOWN)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_linkset_is_well_formed(site, path, language):
    """Levels from the finest to the key with absolute anchors, known types, titles, languages as lists (RFC 9264)."""
    levels = site.linkset(path, Accept_Language=language)
    anchors = [one["anchor"] for one in levels]
    assert anchors[0] == site.base + path
    assert anchors == sorted(anchors, key=len, reverse=True)
    key = "/".join(path.split("/")[:3])
    assert anchors[-1] == site.base + key
    for level in levels:
        check_level(level)


def check_level(level):
    """Check one member of a linkset against what RFC 9264 and GS1's profile allow."""
    assert isinstance(level.pop("anchor"), str)
    assert level.pop("itemDescription").strip()
    default = level.pop(VOC + "defaultLink")
    assert [sorted(one) for one in default] == [["href", "title"]]
    links = [link for links in level.values() for link in links]
    assert default[0]["href"] in {one["href"] for one in links}, "the default link has a descriptive type, too"
    assert {kind.removeprefix(VOC) for kind in level} <= LINK_TYPES.keys()
    for link in links:
        assert set(link) <= {"href", "title", "type", "hreflang", "fwqs"}
        assert re.match(r"https?://[A-Za-z0-9]", link["href"])
        assert link["title"].strip()
        assert re.fullmatch(r"\w+/[-+.\w]+", link["type"])
        assert all(re.fullmatch("[a-z]{2}", one) for one in link.get("hreflang", []))
        assert link.get("fwqs", False) is False
    for kind, several in level.items():
        shapes = [(one.get("type"), tuple(one.get("hreflang", ()))) for one in several]
        assert len(shapes) == len(set(shapes)), f"{kind}: our own links can be told apart"


def test_titles_speak_the_readers_language(plain):
    """What has a language is titled in it, everything else in the reader's."""
    for language, name in (("vi", "Mắm tép Hà Yên"), ("en", "Ha Yen shrimp paste")):
        level = plain.linkset(PRODUCT, Accept_Language=language)[0]
        assert level["itemDescription"] == name
        assert [one["title"] for one in level[VOC + "pip"]][1:] == ["Trang sản phẩm", "Product page"]
    cookie = plain.ask(PRODUCT, Accept="application/linkset+json", Accept_Language="vi", Cookie="lang=en")
    assert cookie.json["linkset"][0]["itemDescription"] == "Mắm tép Hà Yên"


@pytest.mark.parametrize("path", KNOWN)
def test_no_links_in_headers_but_the_linkset(site, path):
    """Listing all links in the header is a thing of the past."""
    assert "gs1:" not in site.ask(path).headers["Link"]


# ---------------------------------------------------------------------------------------------------------------- 8, 9
def test_description_file(site):
    """At the well-known place: root, keys, vocabulary and context, open to every site."""
    answer = site.ask("/.well-known/gs1resolver")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    content = answer.json
    assert content["resolverRoot"] == site.base
    assert content["supportedPrimaryKeys"] == ["00", "01", "253", "414", "417", "8004"]
    assert content["supportedLinkType"] == [{"namespace": VOC, "prefix": "gs1:"}]
    assert content["jsonLdContextLocation"].startswith(site.base)
    assert site.ask("/.well-known/gs1resolver", "OPTIONS").status_code == 204
    assert site.ask("/.well-known/gs1resolver", If_None_Match=answer.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("path", KNOWN)
@pytest.mark.parametrize(
    "wish", ["", "?linkType=gs1:recallStatus", "?linkType=gs1:homepage", "?linkType=gs1:locationInfo"]
)
def test_a_redirect_says_what_else_there_is(site, path, wish):
    """Link to the linkset, Vary, ETag, and for how long caches may keep it."""
    answer = site.ask(path + wish)
    if answer.status_code == 307:
        link = f'<{site.base}{path}?linkType=linkset>; rel="linkset"; type="application/linkset+json"'
        assert answer.headers["Link"] == link
        assert answer.headers["Vary"] == "Accept, Accept-Language"
        assert "max-age" in answer.headers["Cache-Control"]
        assert answer.headers["ETag"].startswith('"')
        assert "Set-Cookie" not in answer.headers


def test_a_list_that_is_at_hand_is_not_sent_again(site):
    """The ETag holds until something changes, also in another language."""
    first = site.ask(LOT + "?linkType=linkset", Accept_Language="vi")
    tag = first.headers["ETag"]
    again = site.ask(LOT + "?linkType=linkset", Accept_Language="vi", If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert site.ask(LOT + "?linkType=linkset", Accept_Language="en", If_None_Match=tag).status_code == 200


def test_a_recall_is_visible_at_once(site, fakes):
    """The list says so on the next request, and whoever kept it before asks again first."""
    before = site.ask(LOT + "?linkType=linkset", Accept_Language="vi")
    assert "must-revalidate" in before.headers["Cache-Control"]
    assert "max-age=0" in before.headers["Cache-Control"]
    reads = site.application.reads
    reads.now_trace = fakes.dataclasses.replace(fakes.TRACE, verdict=fakes.Verdict.RECALLED)
    after = site.ask(LOT + "?linkType=linkset", Accept_Language="vi", If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    titles = [one["title"] for one in after.json["linkset"][0][VOC + "recallStatus"]]
    assert "Tình trạng thu hồi: ĐÃ THU HỒI" in titles


# ------------------------------------------------------------------------------------------------------------ the rest
@pytest.mark.parametrize("key", ["/00/095060001000000009", "/253/9506000100005A1", "/8004/9506000100005A1"])
def test_what_only_events_name(site, happened, key):
    """A pallet, a document, an asset: known once an event names it; a page for people, the events for programs."""
    ai, number = key.split("/")[1:]
    number = with_check(number[:-1]) if ai == "00" else number
    path, uri = f"/{ai}/{number}", f"https://id.gs1.org/{ai}/{number}"
    assert site.ask(path).status_code == 404
    site.application.reads.happened.append(happened(uri))
    answer = site.ask(path + "?foo=bar")
    assert answer.headers["Location"] == f"{site.base}/item/{ai}/{number}?foo=bar"
    events = site.ask(path + "?linkType=gs1:epcis&foo=bar").headers["Location"]
    assert events == f"{site.base}/events?MATCH_anyEPC={quote(uri, safe='')}"
    page = site.ask(f"/item/{ai}/{number}")
    assert page.status_code == 200
    assert "Gửi đi" in page.text
    assert len(site.linkset(path)) == 1


def test_a_place_that_only_events_name(site, happened):
    """Its page lists them; the place of a participant says whose it is."""
    path = "/414/9506000134352"
    site.application.reads.happened.append(happened("https://id.gs1.org" + path))
    assert site.ask(path).headers["Location"] == f"{site.base}/place/9506000134352"
    page = site.ask("/place/9506000134352")
    assert (page.status_code, "Gửi đi" in page.text) == (200, True)
    ours = site.ask("/place/9506000100005")
    assert "Hợp tác xã Mắm Hà Yên" in ours.text
    assert site.ask("/place/0000000000").status_code == 404
    assert site.ask("/place/nonsense").status_code in {404, 422}


def test_a_place_within_a_place(site, happened):
    """It has a page and events of its own; its place is known by it, lists it, and asks for its events as well."""
    inner = "/414/9506000134352/254/KHO%2F1"
    site.application.reads.happened.append(happened("https://id.gs1.org" + inner))
    assert site.ask(inner).headers["Location"] == f"{site.base}/place/9506000134352/254/KHO%2F1"
    levels = site.linkset(inner)
    assert [one["anchor"] for one in levels] == [site.base + inner, f"{site.base}/414/9506000134352"]
    assert levels[0]["itemDescription"] == "9506000134352, KHO/1"
    for level, asked in zip(levels, ([inner], ["/414/9506000134352", inner]), strict=True):
        question = parse_qs(urlsplit(level[VOC + "epcis"][0]["href"]).query)["EQ_bizLocation"][0]
        assert question == "|".join("https://id.gs1.org" + one for one in asked)
    page = site.ask("/place/9506000134352/254/KHO%2F1")
    assert (page.status_code, "Gửi đi" in page.text, "KHO/1" in page.text) == (200, True, True)
    assert "/place/9506000134352/254/KHO%2F1" in site.ask("/place/9506000134352").text
    assert site.ask("/414/9506000134352/254/UNKNOWN").headers["Location"] == f"{site.base}/place/9506000134352"
    assert site.ask("/place/9506000134352/254/UNKNOWN").status_code == 404
    assert site.ask("/place/0000000000/254/X").status_code in {404, 422}


@pytest.mark.parametrize("sign", ["#", "#f", "#/10/X"])
@pytest.mark.parametrize("wish", ["", "?linkType=linkset", "?linkType=gs1:pip"])
def test_a_fragment_stands_in_no_request(plain, sign, wish):
    """It is refused, quickly and in words, however the request is sent."""
    for method in ("GET", "OPTIONS"):
        sent = f"{PRODUCT}{sign}{wish}"
        answer = plain.client.open(PRODUCT, method=method, environ_overrides={"REQUEST_URI": sent, "RAW_URI": sent})
        assert answer.status_code == 400, sent
    answer = plain.client.get(PRODUCT, environ_overrides={"QUERY_STRING": "17=271231#x"})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", [PRODUCT + "/10/%0A", PRODUCT + "%0A", "/01/%0a", "/414/%0a"])
def test_a_line_break_is_no_link(plain, path):
    """As with other control characters: 400, in problem details."""
    answer = plain.ask(path)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "/00/095060001234567893/code",
        "/8004/9506000X/place",
        "/253/9506000134352/record.json",
        "/414/9506000100005/place",
        "/417/9506000100005/proof.json",
        PRODUCT + "/235/T/place",
    ],
)
def test_what_never_had_pages_leads_nowhere(plain, path):
    """Pages lay below Digital Links of goods and participants only; anything else is no Digital Link."""
    assert plain.ask(path).status_code == 400


@pytest.mark.parametrize(
    ("languages", "leads_to"),
    [
        ("vi;q=nan", "vi"),
        ("vi;q=0", "en"),
        ("*, vi;q=0", "en"),
        ("vi;q=0, *;q=0.5", "en"),
        ("de, en;q=1.5", "vi"),
        ("*", "vi"),
        ("*;q=0, en;q=0.1", "en"),
    ],
)
def test_languages_that_are_refused_come_last(plain, languages, leads_to):
    """`q=0` refuses a language, `*` stands for all that are not named, and what is no weight is passed over."""
    plain.application.reads.links += [declared(language="vi", href="https://vi.example/")]
    plain.application.reads.links += [declared(language="en", href="https://en.example/")]
    answer = plain.ask(PRODUCT + "?linkType=gs1:hasRetailers", Accept_Language=languages)
    assert answer.status_code == 307
    assert answer.headers["Location"].startswith(f"https://{leads_to}.example/")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/problem+json, text/html;q=0.1", "application/problem+json"),
        ("application/json, text/html;q=0.2", "application/problem+json"),
        ("application/json;q=0.2, text/html", "text/html"),
        ("text/*", "text/html"),
        ("text/html, */*", "text/html"),
        ("*/*", "application/problem+json"),
    ],
)
def test_errors_come_in_the_form_that_is_wanted_most(plain, accept, media_type):
    """A page for browsers, problem details for programs, by their weights."""
    assert plain.ask("/01/09506000134353", Accept=accept).mimetype == media_type


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/linkset+json", 200),
        ("application/linkset+json, application/json", 200),
        ("application/linkset+json;q=0.1, */*", 307),
        ("application/linkset+json;q=0.5, text/html", 307),
    ],
)
def test_who_takes_a_linkset_before_all_gets_it(plain, accept, status):
    """Whatever the link type."""
    for query in ("", "?linkType=gs1:recallStatus"):
        assert plain.ask(LOT + query, Accept=accept).status_code == status


@pytest.mark.parametrize("last", ["proof.json", "record.json", "card.png", "code", "place"])
def test_pages_below_links_lead_to_where_they_are_now(site, last):
    """With their query, and forms as forms (308)."""
    answer = site.ask(f"{UNIT}/{last}?lang=en")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{site.base}/p/09506000100012/s/AB12/{last}?lang=en"
    assert site.ask(f"{UNIT}/{last}", "POST").status_code == 308
    assert site.ask(f"{PRODUCT}/10/{last}").status_code == 307, "a lot may be called like that"
    assert site.ask(UNIT, "POST").status_code == 405


def test_a_stamp_is_redirected_without_flask(plain, fakes, monkeypatch):
    """Cheap: the product is looked up once a minute, the stamp never; with a wish the view answers."""
    woken, slow = [], plain.app.wsgi_app._next
    plain.app.wsgi_app._next = lambda environ, start: woken.append(environ["PATH_INFO"]) or slow(environ, start)
    plain.ask(fakes.stamp_path())
    plain.application.reads.asked.clear()
    for number in range(20):
        for method in ("GET", "HEAD"):
            answer = plain.ask(f"{PRODUCT}/21/{fakes.serial(number)}?utm=x", method, Accept=PHONE)
            assert answer.status_code == 307
            assert answer.headers["Content-Security-Policy"]
    assert (woken, dict(plain.application.reads.asked)) == ([], {})
    fast = plain.ask(LOT)
    monkeypatch.setattr(plain.app, "wsgi_app", slow)
    other = plain.ask(LOT)
    assert told(fast) == told(other)


def test_nobody_is_sent_where_nobody_declared(site):
    """Not by a Host header, not by a query, not by a link type that looks like an address."""
    for path in (
        LOT + "?href=https://evil.example",
        LOT + "?linkType=https://evil.example/",
        PRODUCT + "/10/%2F%2Fevil.example",
        UNIT + "/proof.json?next=//evil.example",
    ):
        target = site.ask(path, X_Forwarded_For="1.1.1.1").headers.get("Location", site.base + "/")
        assert target.startswith(site.base + "/")
    if "Host" not in site.headers:
        assert site.ask(LOT, Host="evil.example").headers["Location"].startswith(site.base + "/")


def test_the_context_names_every_member(plain):
    """Nothing in a linkset lacks a meaning in its context."""
    known = json.loads(plain.ask("/linkset-context.jsonld").data)["@context"]
    for level in plain.linkset(UNIT_OF_LOT):
        for name, value in level.items():
            assert name in known or name.startswith(VOC)
            for link in value if isinstance(value, list) else ():
                assert set(link) <= known.keys()


@pytest.mark.parametrize("path", ["/01//10/X", "//01/09506000100012", "/01/%2F10/X", "/8004//X"])
def test_doubled_slashes_are_no_other_way_to_write_a_link(site, path):
    """They are refused, and not led to an address that somebody else has made up."""
    assert site.ask(path).status_code in {400, 404}


def test_a_wrong_link_is_quoted_as_it_was_asked_for(site):
    """A refusal that quotes the link says our address, and not one that nobody has sent."""
    told = site.ask(PRODUCT + "?x=|", Accept="application/json").json["detail"]
    assert site.base + PRODUCT in told


def test_a_machine_without_a_public_address_is_tried_under_any(sites, fakes):
    """A phone that opens it by its number in the network stays there; by its own name it is redirected in full."""
    settings = sites("own host").application.settings.model_copy(update={"base_url": "http://localhost:8080"})
    client = create_app(settings, fakes.make_application(settings)).test_client()
    for host, before in (("192.168.1.7:8080", ""), ("localhost:8080", "http://localhost:8080")):
        answer = client.get(UNIT, headers={"Host": host})
        assert answer.headers["Location"] == before + "/p/09506000100012/s/AB12"
