"""The page of a scan: verdict first, from memory, without the chain, the same for whatever is wrong with a link."""

import gzip
import re
from html.parser import HTMLParser

import pytest

from tests.webapp.answers import told
from traceability.domain.verdicts import Verdict
from traceability.errors import StorageError
from webapp.words import STAMP_VERDICTS

TITLES_VI = {
    Verdict.HOLDS: "Hồ sơ hợp lệ",
    Verdict.PENDING: "Đang chờ xác nhận",
    Verdict.RECALLED: "Đã thu hồi",
    Verdict.NOT_ACTIVATED: "Tem chưa kích hoạt",
    Verdict.SUSPECT: "Cẩn thận: tem này có thể bị sao chép",
    Verdict.VOID: "Không còn hiệu lực",
    Verdict.UNKNOWN: "Tem không có trong hệ thống",
    Verdict.DOES_NOT_VERIFY: "Lịch sử không khớp",
}


class Outline(HTMLParser):
    """What a screen reader would say of a page's shape."""

    def __init__(self, text):
        super().__init__()
        self.headings, self.ids, self.images, self.links, self.open = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in facts:
            self.ids.append(facts["id"])
        if tag == "img":
            self.images.append(facts)
        for name in ("href", "src", "action"):
            if name in facts:
                self.links.append(facts[name])


@pytest.mark.parametrize("verdict", list(Verdict))
def test_verdict_comes_first(client, fakes, verdict):
    """The first heading is the verdict, with its sign, its colour, what it means and what to do."""
    response = client.get(fakes.stamp_page(verdict))
    text = response.text
    assert response.status_code == (404 if verdict is Verdict.UNKNOWN else 200)
    first = text.index("<h1")
    assert TITLES_VI[verdict] in text[first : first + 200]
    assert f'class="verdict {verdict.value}"' in text
    assert text.index("<svg", text.index('class="sign"')) < first
    assert text.count('class="advice"') == 1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_speaks_english(client, fakes, verdict):
    """`?lang=en` shows the same verdict in English."""
    text = client.get(fakes.stamp_page(verdict) + "?lang=en").text
    assert '<html lang="en">' in text
    assert str(STAMP_VERDICTS[verdict].title) in text


def test_story_is_told(client, fakes):
    """Goods, producer, stars, story, ingredients, certificates, gaps, freshness and keys are all on the page."""
    text = client.get(fakes.stamp_page()).text
    wanted = (
        "Mắm tép Hà Yên",
        "Hợp tác xã Mắm Hà Yên",
        "OCOP 4 sao",
        "Còn hiệu lực hôm nay",
        "715/QĐ-UBND",
        "Ra chum, đóng hũ",
        "Đã kiểm tra",
        "Nhà sản xuất tự ghi",
        "Nhập muộn 6 ngày",
        "Tép riu sông Hoạt",
        "TEP-01",
        "8,5\N{NO-BREAK SPACE}kg",
        "22,5",
        "Phiếu kiểm nghiệm histamin",
        "Còn thiếu",
        "Thông tư 02/2024/TT-BKHCN",
        "khối 87",
        "01/11/2027",
        "do dịch vụ này giữ",
        "Cao hơn mức 4,6",
        "record.json",
    )
    assert [word for word in wanted if word not in text] == []


def test_recall_of_a_source_gives_reason_and_lot(client, fakes):
    """A lot made from a recalled one says why, by whom, and which lot it was."""
    text = client.get(fakes.stamp_page(Verdict.RECALLED)).text
    assert "Nguy cơ hóa chất" in text
    assert "TEP-02" in text
    assert "Nước sông nhiễm bẩn" in text
    assert "Không ăn, không dùng, không bán" in text
    assert "Đang chờ xác nhận" not in text


def test_signed_recall_counts_and_says_that_it_waits(client, fakes, monkeypatch):
    """A recall that the chain has not confirmed warns like any other, with a word on what it waits for."""
    monkeypatch.setattr(fakes, "RECALL", fakes.dataclasses.replace(fakes.RECALL, confirmed=False))
    text = client.get(fakes.stamp_page(Verdict.RECALLED)).text
    assert "Nguy cơ hóa chất" in text
    assert "Đang chờ xác nhận" in text


def test_expired_rating_never_looks_valid(client, fakes, application):
    """Stars that ran out are named as expired and carry no mark of validity."""
    reads = application.reads
    reads.now_trace = fakes.dataclasses.replace(fakes.TRACE, rating=fakes.EXPIRED, certificates=())
    text = client.get(fakes.stamp_page()).text
    assert "stars s-expired" in text
    assert "Đã hết hạn" in text
    assert "hết hạn ngày 01/03/2025" in text
    assert "Còn hiệu lực hôm nay" not in text


def test_goods_past_their_date_say_so(client, fakes, application):
    """A lot whose date has passed shows it before the goods."""
    old = fakes.dataclasses.replace(fakes.JARS, expires_on=fakes.date(2026, 11, 1))
    application.reads.now_trace = fakes.dataclasses.replace(fakes.TRACE, lot=old)
    text = client.get(fakes.stamp_page()).text
    assert text.index("Đã quá hạn dùng") < text.index('id="product"')


@pytest.mark.parametrize(
    "path",
    [
        "/p/1/s/ABC",
        "/p/09506000100013/s/00000000000000012",
        "/p/09506000100012/s/0000000000000001X",
        "/p/09506000100012/s/",
        "/p/nonsense/s/ABC",
        "/P/9X2K4M7Q1R/S/AAAAAAAAAAAAAAAAA",
        "/p/09506000100012/s/" + "9" * 300,
        "/p/09506000100012/s/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/p/09506000100012/s/%FF%00",
    ],
)
def test_malformed_and_unknown_stamps_get_one_page(client, fakes, path):
    """Whatever is wrong with a stamp's link, the answer is 404 and the page of an unknown stamp."""
    response = client.get(path)
    assert response.status_code == 404
    assert "Không có trong hệ thống" in response.text or TITLES_VI[Verdict.UNKNOWN] in response.text
    assert "<script>alert" not in response.text


def test_changed_character_is_unknown(client, fakes):
    """One changed character makes a stamp unknown."""
    good = fakes.stamp_page()
    bad = good[:-3] + ("Z" if good[-3] != "Z" else "Y") + good[-2:]
    assert client.get(good).status_code == 200
    assert client.get(bad).status_code == 404


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_links_of_stamps_are_read_in_either_case(client, fakes, change):
    """Stamps carry capitals; people type small letters."""
    assert client.get(change(fakes.stamp_page())).status_code == 200


def test_stamp_without_gtin(client, application, fakes):
    """`/P/CODE/S/SERIAL` names the same as `/p/code/s/serial`, and the projection is asked for the canonical path."""
    seen = []
    answer = application.reads.stamp
    application.reads.stamp = lambda ref, today: seen.append(ref) or answer(ref, today)
    serial = fakes.serial(1)
    assert client.get(f"/P/9X2K4M7Q1R/S/{serial}").status_code == 200
    assert client.get(f"/p/9x2k4m7q1r/s/{serial.lower()}").status_code == 200
    assert {one.split("/s/")[0] for one in seen} == {"/p/9X2K4M7Q1R"}


def test_a_scan_asks_for_the_stamp_and_nothing_else(client, application, fakes, monkeypatch):
    """One question to the projection; the page of the lot is printed once for all its stamps."""
    monkeypatch.setitem(fakes.VERDICT_OF_SERIAL, fakes.serial(50), Verdict.HOLDS)
    client.get(fakes.stamp_page())
    application.reads.asked.clear()
    printed = []
    monkeypatch.setattr("webapp.public.scan.render_template", lambda *_, **__: printed.append(1) or "")
    client.get(fakes.stamp_page())
    client.get(f"/p/{fakes.GTIN}/s/{fakes.serial(50)}")
    assert dict(application.reads.asked) == {"stamp": 2}
    assert printed == []


def test_news_shows_at_once(client, application, fakes, monkeypatch):
    """A recall, or a history that no longer agrees with the chain, is on the very next page."""
    path = fakes.stamp_page()
    for verdict in (Verdict.HOLDS, Verdict.RECALLED, Verdict.DOES_NOT_VERIFY, Verdict.HOLDS):
        monkeypatch.setitem(fakes.VERDICT_OF_SERIAL, fakes.serial(1), verdict)
        assert TITLES_VI[verdict] in client.get(path).text
    application.reads.now_trace = fakes.dataclasses.replace(fakes.TRACE, product=fakes.SHRIMP)
    application.reads.edition = "2"
    assert f'<a href="{fakes.SHRIMP.path}">' in client.get(path).text
    product = fakes.PRODUCT_PAGE
    assert "Mắm tép Hà Yên" in client.get(product).text
    application.reads.now_product = fakes.dataclasses.replace(fakes.PRODUCT, name=fakes.Bilingual("Mắm tôm"))
    application.reads.edition = "3"
    assert "Mắm tôm" in client.get(product).text


def test_the_chain_is_never_asked(client, application, fakes):
    """Public pages work with no chain at all, and touch it nowhere."""

    class Closed:
        def __getattr__(self, name):
            pytest.fail(f"a public page asked the chain for {name}")

    application.ledger = Closed()
    application.indexer = Closed()
    for path in (
        "/",
        "/verify",
        fakes.LOT_PAGE,
        fakes.PRODUCT_PAGE,
        "/party/" + fakes.COOP.gln,
        *map(fakes.stamp_page, Verdict),
    ):
        assert client.get(path).status_code in {200, 404}


def test_a_phone_that_has_the_page_gets_304(client, application, fakes):
    """ETag and If-None-Match save the transfer until something changes."""
    first = client.get(fakes.stamp_page())
    tag = first.headers["ETag"]
    again = client.get(fakes.stamp_page(), headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    application.reads.now_trace = fakes.dataclasses.replace(fakes.TRACE, rating=fakes.EXPIRED)
    assert client.get(fakes.stamp_page(), headers={"If-None-Match": tag}).status_code == 200


def test_languages_and_stamps_do_not_mix(client, fakes):
    """Pages from memory belong to their own stamp and language."""
    one, other = fakes.stamp_page(Verdict.HOLDS), fakes.stamp_page(Verdict.VOID)
    for _ in range(2):
        assert '<html lang="vi">' in client.get(one).text
        assert '<html lang="en">' in client.get(one + "?lang=en").text
        serial = one.rsplit("/", 1)[1]
        grouped = f"{serial[:4]} {serial[4:8]} {serial[8:12]} {serial[12:]}"
        assert grouped in client.get(one).text
        assert grouped not in client.get(other).text


def test_page_is_small(client, app, fakes):
    """HTML, style and pictures of a scan stay under 60 kB over the wire, the style alone under 14 kB."""
    packed = client.get(fakes.stamp_page(), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    outline = Outline(gzip.decompress(packed.data).decode())
    total = len(packed.data)
    for link in {
        one for one in outline.links if "/static/" in one or (one.startswith("/media/") and "w=960" not in one)
    }:
        answer = client.get(link, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, link
        total += len(answer.data)
        if ".css" in link:
            assert len(gzip.decompress(answer.data)) < 14_000
    assert total < 60_000


def test_compressed_and_plain_page_agree(client, fakes):
    """Putting together compressed pieces gives exactly the plain page."""
    plain = client.get(fakes.stamp_page(), headers={"Accept-Encoding": "identity"})
    packed = client.get(fakes.stamp_page(), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_shape_for_screen_readers(client, fakes, lang):
    """One h1, no heading level skipped, ids unique, every picture described, landmarks and a skip link."""
    for path in (
        fakes.stamp_page(),
        fakes.LOT_PAGE,
        fakes.PRODUCT_PAGE,
        "/",
        "/verify",
        "/login",
        fakes.stamp_page(Verdict.UNKNOWN),
    ):
        text = client.get(path, query_string={"lang": lang}).text
        outline = Outline(text)
        assert outline.headings.count(1) == 1, path
        assert all(
            after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False)
        ), path
        assert len(outline.ids) == len(set(outline.ids)), path
        assert all(image.get("alt") for image in outline.images), path
        assert all(f"<{tag}" in text for tag in ("header", "main", "footer", "nav")), path
        assert 'class="skip" href="#main"' in text


def test_nothing_comes_from_another_site(client, fakes):
    """No address in a page leads a browser to ask anybody else for a part of it."""
    for path in (fakes.stamp_page(), "/", fakes.PRODUCT_PAGE):
        text = client.get(path).text
        loaded = re.findall(r'<(?:img|script|link rel="(?:stylesheet|icon)")[^>]*?(?:src|href)="([^"]+)"', text)
        assert loaded
        assert all(one.startswith("/") for one in loaded)
        assert "style=" not in text
        assert "<script" not in text


def test_preview_for_chat_applications(client, fakes):
    """Open Graph and canonical addresses are absolute and come from the setting, not from the Host header."""
    text = client.get(fakes.LOT_PAGE, headers={"Host": "evil.example"}).text
    assert '<link rel="canonical" href="https://trace.example.vn' + fakes.LOT_PAGE in text
    assert f'property="og:image" content="https://trace.example.vn{fakes.LOT_PAGE}/card.png"' in text
    assert 'hreflang="en" href="https://trace.example.vn' in text
    assert "evil.example" not in text


def test_stamp_pages_stay_out_of_search_engines(client, fakes):
    """A serial is secret: pages of single stamps are not indexed, lots are."""
    assert "noindex" in client.get(fakes.stamp_page()).text
    assert "noindex" not in client.get(fakes.LOT_PAGE).text


def test_script_in_a_name_stays_text(client, application, fakes):
    """Whatever stands in a record is shown as text."""
    product = fakes.dataclasses.replace(
        fakes.PRODUCT, name=fakes.Bilingual(fakes.HOSTILE, fakes.HOSTILE), brand='"><img src=x>'
    )
    application.reads.now_product = product
    application.reads.now_trace = fakes.dataclasses.replace(fakes.TRACE, product=product)
    for path in (fakes.stamp_page(), fakes.LOT_PAGE, fakes.PRODUCT_PAGE):
        text = client.get(path).text
        assert fakes.HOSTILE not in text
        assert "&lt;script&gt;" in text
        assert "<img src=x>" not in text


@pytest.mark.usefixtures("_unhurried")
def test_fast_lane_answers_like_flask(app, client, fakes, monkeypatch):
    """Stamps scanned before are answered without Flask: same status, headers and bytes for every reader."""
    slow = app.wsgi_app._next
    fast, woken = app.wsgi_app, []
    fast._next = lambda environ, start: woken.append(environ["PATH_INFO"]) or slow(environ, start)
    for path in map(fakes.stamp_page, (Verdict.HOLDS, Verdict.RECALLED, Verdict.NOT_ACTIVATED)):
        for encoding in ("gzip", "identity"):
            for query in ("", "?lang=en", "?lang=xx", "?utm_source=zalo"):
                for more in ({}, {"If-None-Match": 'W/"old"'}, {"Cookie": "lang=en"}, {"Accept-Language": "en"}):
                    headers = {"Accept-Encoding": encoding, **more}
                    client.get(path + query, headers=headers)
                    woken.clear()
                    one = client.get(path + query, headers=headers)
                    assert woken == []
                    monkeypatch.setattr(app, "wsgi_app", slow)
                    other = client.get(path + query, headers=headers)
                    monkeypatch.setattr(app, "wsgi_app", fast)
                    assert told(one) == told(other)
                    again = client.get(path + query, headers={**headers, "If-None-Match": one.headers["ETag"]})
                    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.usefixtures("_unhurried")
def test_fast_lane_leaves_every_doubt_to_flask(app, client, application, fakes, monkeypatch):
    """Another method, an unknown stamp, trouble in the database, another day: the view answers."""
    path = fakes.stamp_page()
    client.get(path)
    slow, woken = app.wsgi_app._next, []
    app.wsgi_app._next = lambda environ, start: woken.append(environ["REQUEST_METHOD"]) or slow(environ, start)
    client.head(path)
    client.get(fakes.stamp_page(Verdict.UNKNOWN))
    client.get(fakes.stamp_page(Verdict.UNKNOWN))
    assert woken == ["HEAD", "GET", "GET"]
    application.clock.now = lambda: fakes.NOW + fakes.timedelta(days=1)
    client.get(path)
    assert len(woken) == 4
    client.get(path)
    assert len(woken) == 4
    monkeypatch.setattr(application.reads, "stamp", lambda *_: (_ for _ in ()).throw(StorageError("gone")))
    assert client.get(path).status_code == 500
