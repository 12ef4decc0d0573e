"""“I doubt this product”: the form and the page behind its link, in both languages, without a script or a cookie."""

import io
import re
from html import unescape

import pytest
from PIL import Image

from traceability.domain.reports import REASONS, ReportState, next_states
from traceability.domain.uris import page_path
from traceability.domain.verdicts import Verdict
from traceability.ports.reports import ReportQuery
from traceability.services.commands import Actor
from traceability.services.report_desk import AnswerReport
from webapp.report_desk import ACTS, MEANINGS
from webapp.words import REPORT_REASONS, REPORT_STATES

INSPECTOR = Actor(2, "thanh-tra", "inspector", 4)
STAMP = "/p/09506000100012/s/{}"


@pytest.fixture
def ref(fakes):
    """A stamp that holds."""
    return fakes.stamp_page()


def words(page):
    """Return the words of a page without markup."""
    body = re.sub(r"(?s)<(head|script|style|svg).*?</\1>", " ", page.text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def field(page, name):
    """Return what a hidden field holds."""
    return unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1])


def send(client, application, ref, *, seconds=5, **more):
    """Open the form as a person does, fill it in and send it."""
    page = client.get("/doubt/new", query_string={"ref": ref})
    application.reports.clock.wait(seconds=seconds)
    data = {"opened": field(page, "opened"), "ref": ref, "reason": "looks_different", **more}
    return client.post("/doubt/new", query_string={"ref": ref}, data=data, content_type="multipart/form-data")


def filed(application):
    """Return what lies at the inspector's desk."""
    return application.report_desk.for_desk(INSPECTOR, ReportQuery())


def photo(**options):
    """Return a photograph as a form sends it."""
    target = io.BytesIO()
    Image.radial_gradient("L").resize((900, 700)).convert("RGB").save(target, "JPEG", **options)
    target.seek(0)
    return target, "IMG_2611.jpg"


# ----------------------------------------------------------------------------------------------------------- the form
@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", ("Tôi nghi ngờ sản phẩm này", "Mắm tép Hà Yên")), ("en", ("I doubt this product", "Ha Yen shrimp paste"))],
)
def test_the_form_says_what_it_is_about(client, ref, language, said):
    """Product and link stand at the top, every reason can be chosen, and nothing is stored in the browser."""
    page = client.get("/doubt/new", query_string={"ref": ref, "lang": language})
    assert page.status_code == 200
    for one in (*said, ref):
        assert one in words(page)
    assert re.findall(r'name="reason"[^>]*value="(\w+)"', page.text) == list(REASONS)
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "<script" not in page.text


def test_the_form_tells_nothing_about_stamps(client, fakes, ref):
    """Of a stamp that exists and one that does not it says the same, but for the link itself."""
    fake = STAMP.format("Z" * 17)
    pages = []
    for one in (ref, fake):
        page = client.get("/doubt/new", query_string={"ref": one})
        serial = one.rpartition("/")[2]
        pages.append(page.text.replace(serial, "SERIAL").replace(field(page, "opened"), "OPENED"))
    assert pages[0] == pages[1]
    assert "MT-2611" not in pages[0]


def test_without_a_link_it_asks_for_one(client, application):
    """The form from nowhere has a field for the code."""
    page = client.get("/doubt/new")
    assert 'type="text" ' in page.text or 'name="ref"' in page.text
    assert "Đường dẫn hoặc mã trên tem" in words(page)
    application.reports.clock.wait(seconds=5)
    data = {"opened": field(page, "opened"), "ref": "MT 2611", "reason": "quality"}
    assert client.post("/doubt/new", data=data).status_code == 303
    assert filed(application)[0].link == "MT 2611"


def test_every_page_of_goods_leads_here(client, fakes):
    """Stamps, known and unknown, lots and products: the link opens the form about that very thing."""
    for path in (fakes.stamp_page(), fakes.stamp_page(Verdict.UNKNOWN), fakes.LOT_PAGE, fakes.PRODUCT_PAGE):
        page = client.get(path)
        link = unescape(re.search(r'href="([^"]*doubt[^"]*)"[^>]*>(?:<svg.*?</svg>)?Tôi nghi ngờ', page.text)[1])
        form = client.get(path + link if link.startswith("?") else link, follow_redirects=True)
        assert form.status_code == 200
        assert page_path(field(form, "ref")) == path


def test_a_slash_in_a_lot_number_survives(app, application):
    """The lot MT/1 is reported as itself."""
    with app.test_request_context():
        link = app.url_for("public.doubt", ref="/p/AAAAAAAAAA/l/MT%2F1")
    assert field(app.test_client().get(link), "ref") == "/p/AAAAAAAAAA/l/MT%2F1"


# ------------------------------------------------------------------------------------------------------------ sending
def test_sent_and_followed(client, application, ref):
    """The answer is a link; it shows state, words and dates as they change, and no more than the sender knows."""
    answer = send(client, application, ref, text="Nắp <3 lạ", contact="+84 912 345 678", province="38", picture=photo())
    assert answer.status_code == 303
    link = answer.headers["Location"].partition("?")[0]
    assert re.fullmatch(r"/doubt/[\w-]{22}", link)
    page = client.get(answer.headers["Location"])
    assert "Cảm ơn bạn" in words(page)
    for said in ("Đã nhận", "Hàng hoặc tem trông khác", "Nắp <3 lạ", "091•••••78", f"https://trace.example.vn{link}"):
        assert said in words(page), said
    assert "MT-2611" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    kept = client.get(f"{link}/picture")
    assert (kept.content_type, kept.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert "sandbox" in kept.headers["Content-Security-Policy"]

    number = filed(application)[0].number
    application.report_desk.answer(INSPECTOR, AnswerReport(number, "answered", "Đã lấy mẫu.\nMời bạn chờ."))
    page = client.get(link, query_string={"lang": "en"})
    for said in ("Answered", "Đã lấy mẫu. Mời bạn chờ.", "Chi cục Quản lý chất lượng Thanh Hóa", "20/11/2026"):
        assert said in words(page), said
    assert "thanh-tra" not in page.text


def test_the_holder_deletes_and_withdraws(client, application, ref):
    """Two buttons: one for the contact, one for all of it."""
    link = send(client, application, ref, text="Mùi lạ", contact="a@example.vn", picture=photo()).headers["Location"]
    link = link.partition("?")[0]
    assert client.post(link, data={"do": "contact"}).headers["Location"] == link
    assert "Xóa thông tin liên hệ của tôi" not in words(client.get(link))
    assert filed(application)[0].contact == ""
    assert client.post(link, data={"do": "withdraw"}).status_code == 303
    page = client.get(link)
    assert page.status_code == 200
    assert "Đã rút lại" in words(page)
    assert "Mùi lạ" not in page.text
    assert client.get(f"{link}/picture").status_code == 404
    assert client.post(link, data={"do": "anything"}).status_code == 422


@pytest.mark.parametrize("path", ["/doubt/AAAAAAAAAAAAAAAAAAAAAA", "/doubt/x", "/doubt/%C3%A9%00/picture"])
def test_unknown_links(client, path):
    """404 with what it may mean, for reading and for the buttons."""
    assert client.get(path).status_code == 404
    if not path.endswith("picture"):
        assert client.post(path, data={"do": "withdraw"}).status_code == 404


# ----------------------------------------------------------------------------------------------------------- bad input
BAD = {
    "no reason": ({"reason": ""}, "Hãy chọn", "Choose what seems wrong."),
    "made-up reason": ({"reason": "x"}, "không phải một trong các lựa chọn", "not one of the choices"),
    "long text": ({"text": "x" * 501}, "501", "501"),
    "markup": ({"text": "<script>alert(1)</script>"}, "thẻ đánh dấu", "markup"),
    "contact": ({"contact": "12"}, "không phải số điện thoại", "neither a telephone number"),
    "trap": ({"website": "https://x.example"}, "phải để trống", "stays empty"),
    "expired": ({"opened": "x"}, "hết hạn", "expired"),
    "no picture": ({"picture": (io.BytesIO(b"GIF89a"), "a.gif")}, "không phải ảnh đọc được", "not a picture"),
    "no link": ({"ref": ""}, "Phải điền mục này", "must be filled in"),
    "province": ({"province": "99"}, "không phải một trong các lựa chọn", "not one of the choices"),
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_explained_in_both_languages(client, application, ref, case, language):
    """422 with a sentence in the reader's language; what was typed is still there, and nothing was kept."""
    change, vi, en = BAD[case]
    if "picture" in change:
        change = {"picture": (io.BytesIO(b"GIF89a"), "a.gif")}
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    answer = send(client, application, **{"ref": ref, "text": "Chữ in nhòe", **change})
    assert answer.status_code == 422
    assert (vi if language == "vi" else en) in words(answer), words(answer)
    assert 'role="alert"' in answer.text
    assert filed(application) == []
    if "text" not in change:
        assert "Chữ in nhòe" in answer.text
    assert "<script>alert" not in answer.text
    assert "https://x.example" not in answer.text


def test_a_form_that_has_expired_is_renewed(client, application, ref):
    """What is shown after the refusal can be sent as it stands."""
    answer = send(client, application, ref, seconds=25 * 3600)
    assert answer.status_code == 422
    application.reports.clock.wait(seconds=5)
    data = {"opened": field(answer, "opened"), "ref": ref, "reason": "price"}
    assert client.post("/doubt/new", data=data).status_code == 303


def test_too_quick_for_a_person(client, application, ref):
    """Sent at once it is refused; sent once more a moment later it is taken."""
    answer = send(client, application, ref, seconds=0)
    assert answer.status_code == 422
    application.reports.clock.wait(seconds=5)
    data = {"opened": field(answer, "opened"), "ref": ref, "reason": "price"}
    assert client.post("/doubt/new", data=data).status_code == 303


def test_the_form_sent_twice_is_one_report(client, application, ref):
    """A phone that sends again gets the same link."""
    page = client.get("/doubt/new", query_string={"ref": ref})
    application.reports.clock.wait(seconds=5)
    data = {"opened": field(page, "opened"), "ref": ref, "reason": "price"}
    links = {client.post("/doubt/new", data=data).headers["Location"] for _ in range(3)}
    assert len(links) == len(filed(application)) == 1


def test_another_site_cannot_send_it(client, application, ref):
    """A form that another site has the browser send is refused, whatever it carries."""
    opened = field(client.get("/doubt/new"), "opened")
    application.reports.clock.wait(seconds=5)
    data = {"opened": opened, "ref": ref, "reason": "price"}
    assert client.post("/doubt/new", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 422
    assert client.post("/doubt/new", data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_limits_answer_429(client, application, ref):
    """One phone is told to go on tomorrow; another behind the same address gets through."""
    for number in range(10):
        assert send(client, application, ref, text=f"Hũ {number}").status_code == 303
    refused = send(client, application, ref, text="Hũ nữa")
    assert refused.status_code == 429
    assert "10 phản ánh" in words(refused)
    client.environ_base["HTTP_USER_AGENT"] = "Another phone"
    assert send(client, application, ref).status_code == 303


def test_a_body_too_large_is_refused(client, application, settings):
    """413 before anything is read."""
    answer = client.post("/doubt/new", data={"text": "x" * (settings.max_upload_bytes + 1)})
    assert answer.status_code == 413
    assert filed(application) == []


def test_hostile_words_are_only_words(client, application):
    """Whatever stands in the link is shown as text, on the form and on the report."""
    ref = '/01/1"><img src=x onerror=alert(1)>'
    page = client.get("/doubt/new", query_string={"ref": ref})
    assert "<img src=x" not in page.text
    answer = send(client, application, 'O\'Brien & "Sons" 100% {{ 7*7 }}')
    page = client.get(answer.headers["Location"])
    assert 'O\'Brien & "Sons" 100% {{ 7*7 }}' in words(page)


# --------------------------------------------------------------------------------------------------------------- words
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_everything_has_its_words(app, lang):
    """Each reason and state has a word, each state a meaning, each step a button, no two alike."""
    with app.test_request_context("/", query_string={"lang": lang}):
        assert set(REPORT_REASONS) == set(REASONS)
        assert set(REPORT_STATES) == set(MEANINGS) == set(ReportState)
        for one in (REPORT_REASONS, REPORT_STATES, MEANINGS):
            assert len({str(word) for word in one.values()}) == len(one)
        steps = {(one.value, to.value) for one in ReportState for to in next_states(one, "inspector")}
        assert set(ACTS) == steps
