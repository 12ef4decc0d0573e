"""What a scan tells of one stamp: earlier scans, its life, its proof; and what counts as a scan."""

import dataclasses
import gzip

import pytest

from traceability.domain.copies import Seen
from traceability.domain.verdicts import Verdict, with_sightings
from traceability.settings import Settings
from webapp import create_app
from webapp.public.stamp_pages import about

CHROME = "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile"


@pytest.fixture
def holds(fakes):
    """Path and serial of a stamp that holds."""
    return fakes.stamp_page(), fakes.serial(1)


# ------------------------------------------------------------------------------------------------------- scanned before
def test_first_scan_is_called_so(client, holds):
    """Nobody has scanned the stamp before."""
    text = client.get(holds[0]).text
    assert "đây là lần đầu tem này được quét" in text
    assert "chưa chắc là hàng giả" not in text


def test_earlier_scans_are_told_and_need_not_mean_a_fake(client, application, fakes, holds):
    """How many phones, from when to when, and why that alone is no sign of a copy; in both languages."""
    application.scans.known[holds[1]] = fakes.SCANNED
    text = client.get(holds[0]).text
    assert "khoảng 7 điện thoại đã quét, lần đầu ngày 11/11/2026, lần cuối ngày 20/11/2026" in text
    assert "chưa chắc là hàng giả" in text
    assert text.index("<h1") < text.index('id="seen"') < text.index('id="product"')
    english = client.get(holds[0] + "?lang=en").text
    assert "about 7 phones, first on 11/11/2026, last on 20/11/2026" in english
    assert "need not mean a fake" in english


def test_one_earlier_phone_may_be_ones_own(client, application, fakes, holds):
    """One phone alone is told without a number that sounds like a crowd."""
    application.scans.known[holds[1]] = dataclasses.replace(fakes.SCANNED, scans=2, visitors=1)
    text = client.get(holds[0]).text
    assert "một điện thoại đã quét, ngày 11/11/2026" in text
    assert "chính bạn" in text


@pytest.mark.parametrize(
    ("phones", "told"), [(0, 0), (7, 7), (99, 99), (100, 100), (104, 100), (1249, 1200), (98_765, 99_000)]
)
def test_phones_are_told_to_two_figures(phones, told):
    """Tokens of visitors change every day, so that more would claim to know who is who."""
    assert about(phones) == told


def test_warning_comes_first(client, application, fakes, holds):
    """What speaks for a copy decides the verdict, and is explained before anything else."""
    application.scans.known[holds[1]] = dataclasses.replace(fakes.SCANNED, visitors=31, signals=(fakes.CROWDED,))
    text = client.get(holds[0]).text
    assert 'class="verdict suspect"' in text
    assert "tem này có thể bị sao chép" in text
    assert text.index("<h1") < text.index("signal s-warning") < text.index("điện thoại đã quét")
    assert text.index("/doubt/new?ref=" + holds[0]) < text.index('id="product"')


def test_note_leaves_the_verdict(client, application, fakes, holds):
    """A picture in a listing that many scan is told apart from a copy, and the product's own page is offered."""
    application.scans.known[holds[1]] = dataclasses.replace(fakes.SCANNED, visitors=31, signals=(fakes.LISTED,))
    text = client.get(holds[0]).text
    assert 'class="verdict holds"' in text
    note = text[text.index("signal s-note") : text.index("điện thoại đã quét")]
    assert f'href="{fakes.PRODUCT_PAGE}"' in note


@pytest.mark.parametrize("verdict", list(Verdict))
def test_suspicion_never_hides_what_is_graver(verdict):
    """A stamp that is recalled, void or unknown stays so; only good news gives way."""
    expected = Verdict.SUSPECT if verdict in {Verdict.HOLDS, Verdict.PENDING, Verdict.SUSPECT} else verdict
    assert with_sightings(verdict, suspect=True) is expected
    assert with_sightings(verdict, suspect=False) is verdict


def test_opened_package_says_so(client, application, fakes, holds):
    """Everybody who scans the stamp later reads on which day its second code was used."""
    opened = fakes.NOW - fakes.timedelta(days=2)
    application.scans.known[holds[1]] = dataclasses.replace(fakes.SCANNED, opened_at=opened)
    text = client.get(holds[0]).text
    assert "Đã mở ngày 18/11/2026." in text


# ----------------------------------------------------------------------------------------------------------------- life
def test_life_says_who_vouches_for_each_step(client, application, fakes, holds):
    """Ordered, printed and put on goods by the producer; scanned and opened as this service has seen."""
    application.scans.known[holds[1]] = dataclasses.replace(fakes.SCANNED, opened_at=fakes.NOW)
    text = client.get(holds[0]).text
    life = text[text.index('class="life"') : text.index("proof.json")]
    steps = [life.index(one) for one in ("Đã đặt", "Đã in", "Đã dán lên hàng", "Quét lần đầu", "Đã mở")]
    assert steps == sorted(steps)
    assert life.count("Nhà sản xuất tự ghi") == 3
    assert life.count("Dịch vụ này thấy") == 2
    assert "03/11/2026" in life


def test_void_stamp_says_why_and_who(client, fakes):
    """An inspector made the roll void: his word counts as inspected, with the reason."""
    text = client.get(fakes.stamp_page(Verdict.VOID)).text
    life = text[text.index('class="life"') : text.index("proof.json")]
    void = life[life.index('class="void"') :]
    assert ": Bị mất cắp" in void
    assert "Đã kiểm tra" in void
    assert fakes.INSPECTORATE.name in void


def test_stamp_that_is_not_on_goods_has_not_been_put_there(client, fakes):
    """Steps that were not taken are not shown, and no second code is asked for."""
    text = client.get(fakes.stamp_page(Verdict.NOT_ACTIVATED)).text
    life = text[text.index('class="life"') : text.index("proof.json")]
    assert "Đã dán lên hàng" not in life
    assert 'name="code"' not in text


def test_proof_has_an_address_that_stays(client, application, holds):
    """JSON that may be kept for an hour, with a tag; no scan is counted; unknown stamps have none."""
    answer = client.get(holds[0] + "/proof.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json["serial"] == holds[1]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    again = client.get(holds[0] + "/proof.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert application.scans.noted == []
    assert client.get(holds[0][:-2] + "00/proof.json").status_code == 404


# ------------------------------------------------------------------------------------------------------- what is a scan
def test_every_look_is_noted_whoever_answers(client, application, holds):
    """The first page, the page from memory and "not modified" are scans; each with visitor and referrer."""
    agent = {"User-Agent": CHROME, "Referer": "https://shopee.vn/x"}
    first = client.get(holds[0], headers=agent)
    client.get(holds[0], headers=agent)
    again = client.get(holds[0], headers={**agent, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert application.scans.noted == [(holds[1], f"127.0.0.1/{CHROME}", "https://shopee.vn/x")] * 3


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_loading_ahead_is_no_scan(client, application, holds, headers):
    """A browser that loads a page before anybody asked for it has not scanned; nor has a question for the head."""
    for _ in range(2):
        assert client.get(holds[0], headers=headers).status_code == 200
    assert client.head(holds[0]).status_code == 200
    assert application.scans.noted == []


def test_other_pages_of_a_stamp_are_no_scans(client, application, holds):
    """Its forms and the lot's page count nothing."""
    for path in (holds[0] + "/code", holds[0] + "/place", holds[0] + "/proof.json"):
        assert client.get(path).status_code == 200
    assert application.scans.noted == []


def test_what_was_seen_is_news(client, application, fakes, holds):
    """A page that a phone has already is sent anew when scans tell something else; nothing else changes its tag."""
    tag = client.get(holds[0]).headers["ETag"]
    assert client.get(holds[0], headers={"If-None-Match": tag}).status_code == 304
    application.scans.known[holds[1]] = fakes.SCANNED
    news = client.get(holds[0], headers={"If-None-Match": tag})
    assert news.status_code == 200
    assert news.headers["ETag"] != tag
    application.scans.known[holds[1]] = dataclasses.replace(fakes.SCANNED, scans=10)
    assert client.get(holds[0], headers={"If-None-Match": news.headers["ETag"]}).status_code == 304


@pytest.mark.usefixtures("_unhurried")
def test_stamps_share_their_paragraphs_but_not_their_names(app, client, application, fakes, monkeypatch):
    """Different stamps of one fate are answered without Flask at once; each shows its own serial and links."""
    for number in range(50, 60):
        monkeypatch.setitem(fakes.VERDICT_OF_SERIAL, fakes.serial(number), Verdict.HOLDS)
    client.get(f"/p/{fakes.GTIN}/s/{fakes.serial(50)}")
    woken, slow = [], app.wsgi_app._next
    app.wsgi_app._next = lambda environ, start: woken.append(environ["PATH_INFO"]) or slow(environ, start)
    for number in range(51, 60):
        path = f"/p/{fakes.GTIN}/s/{fakes.serial(number)}"
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        text = gzip.decompress(answer.data).decode()
        assert f'href="{path}/proof.json"' in text
        assert fakes.serial(number)[-5:] in text
    assert woken == []
    assert len(application.scans.noted) == 10


def test_address_behind_a_trusted_proxy_is_the_phones(fakes, tmp_path):
    """Visitors behind one proxy are told apart, in the fast lane as well."""
    settings = Settings(data_dir=tmp_path, trusted_proxies=1)
    application = fakes.make_application(settings)
    client = create_app(settings, application).test_client()
    for phone in ("203.0.113.9", "203.0.113.9", "203.0.113.77"):
        client.get(fakes.stamp_page(), headers={"X-Forwarded-For": phone, "User-Agent": "x"})
    assert [visitor for _, visitor, _ in application.scans.noted] == [
        "203.0.113.9/x",
        "203.0.113.9/x",
        "203.0.113.77/x",
    ]


def test_no_cookie_is_set_and_pages_stay_small(client, application, fakes, holds):
    """Counting needs no cookie, and what is told of scans costs a few hundred bytes."""
    plain = len(client.get(holds[0], headers={"Accept-Encoding": "gzip"}).data)
    application.scans.known[holds[1]] = dataclasses.replace(
        fakes.SCANNED, opened_at=fakes.NOW, signals=(fakes.CROWDED, fakes.LISTED)
    )
    full = client.get(holds[0], headers={"Accept-Encoding": "gzip"})
    assert "Set-Cookie" not in full.headers
    assert len(full.data) - plain < 6000


def test_nothing_seen_is_the_default():
    """A stamp that nobody saw has an empty account."""
    assert (Seen().scans, Seen().signals, int(Seen().level)) == (0, (), 0)
