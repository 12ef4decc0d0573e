"""What a shopper may tell of a stamp, without an account, a cookie or JavaScript: its second code, and where he is."""

import re
from datetime import date, timedelta

import pytest

from traceability.domain.verdicts import Verdict
from webapp.public.form_tokens import form_token, is_ours

SECRET, PATH, DAY = b"secret", "/01/09506000100012/21/00000000000000012", date(2026, 11, 20)


@pytest.fixture
def stamp(fakes):
    """The path of a stamp that holds, printed with a second code."""
    return fakes.stamp_page()


def token(client, path):
    """The token of a page's form."""
    return re.search(r'name="token" value="([^"]+)"', client.get(path).text).group(1)


def send(client, path, headers=None, **fields):
    """Send one of the two forms as its page would."""
    page = path.rpartition("/")[0] if path.endswith("/code") else path + "?province=38"
    return client.post(path, data={"token": token(client, page), **fields}, headers=headers)


# ---------------------------------------------------------------------------------------------------------- second code
def test_first_use_opens_the_package(client, application, stamp, fakes):
    """The page says that it is the first use, and what is kept; the service is given what was typed."""
    answer = send(client, stamp + "/code", code="rght c0de")
    assert answer.status_code == 200
    assert "Dùng lần đầu: mở hôm nay" in answer.text
    assert 'class="verdict holds"' in answer.text
    assert "trong 90 ngày, một mã chỉ điện thoại của bạn" in answer.text
    assert application.openings.tries[0][:2] == (fakes.serial(1), "rght c0de")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_later_uses_say_when_it_was_opened(client, stamp):
    """The same code again: the hour of the first time, and what that means; in both languages."""
    send(client, stamp + "/code", code="RGHTC0DE")
    again = send(client, stamp + "/code", code="RGHTC0DE")
    assert "Đã mở trước đó, ngày 20/11/2026" in again.text
    assert "20/11/2026 10:30" in again.text
    assert 'class="verdict suspect"' in again.text
    assert "/doubt/new?ref=" + stamp in again.text
    english = client.post(
        stamp + "/code", data={"token": token(client, stamp), "code": "RGHTC0DE"}, query_string={"lang": "en"}
    )
    assert "Opened before, on 20/11/2026" in english.text


def test_wrong_code_gives_the_form_back(client, application, stamp):
    """What was typed stays, with the refusal beside it; nothing is opened."""
    answer = send(client, stamp + "/code", code='AAAA"><b>')
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "AAAA&#34;&gt;&lt;b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert 'aria-describedby="code-hint problem"' in answer.text
    assert application.openings.opened == {}


def test_too_many_tries_are_refused_in_words(client, stamp):
    """After the limit the answer is 429 and says until when."""
    for _ in range(5):
        send(client, stamp + "/code", code="AAAABBBB")
    answer = send(client, stamp + "/code", code="RGHTC0DE")
    assert answer.status_code == 429
    assert "20/11/2026 12:30" in answer.text


@pytest.mark.parametrize("verdict", [Verdict.VOID, Verdict.NOT_ACTIVATED, Verdict.RECALLED])
def test_code_is_asked_only_of_goods_on_sale(client, application, fakes, stamp, verdict):
    """A stamp that is void, idle or recalled leads back to its page, which says why."""
    path = fakes.stamp_page(verdict)
    assert 'name="code"' not in client.get(path).text
    assert client.get(path + "/code").headers["Location"] == path
    answer = client.post(path + "/code", data={"token": token(client, stamp), "code": "RGHTC0DE"})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert application.openings.tries == []


def test_stamp_printed_without_codes_asks_for_none(client, application, fakes, stamp, monkeypatch):
    """Codes are printed or left off; the page knows from the record of the printing."""
    bare = fakes.StampLife(278, (fakes.Mark(fakes.MarkKind.ACTIVATED, 1, 278, fakes.NOW, 2),))
    assert 'name="code"' in client.get(stamp).text
    monkeypatch.setattr(fakes, "LIFE", bare)
    assert 'name="code"' not in client.get(stamp).text
    assert client.get(stamp + "/code").status_code == 302


# ---------------------------------------------------------------------------------------------------------------- place
def test_place_is_chosen_in_two_steps(client, application, stamp, fakes):
    """Province, then commune, without JavaScript; only the commune is kept, and the page says so."""
    provinces = client.get(stamp + "/place").text
    assert "Tỉnh Thanh Hóa" in provinces
    assert "Hoạt Giang" not in provinces
    assert "không lưu tên" in provinces
    assert "sau 90 ngày" in provinces
    communes = client.get(stamp + "/place?province=38").text
    assert '<option value="15286">Hoạt Giang (xã)</option>' in communes
    kept = send(client, stamp + "/place", province="38", commune="15286")
    assert "xã Hoạt Giang, Tỉnh Thanh Hóa" in kept.text
    assert [place[0::2] for place in application.scans.places] == [(fakes.serial(1), "15286")]


@pytest.mark.parametrize("commune", ["", "99999", "<script>"])
def test_commune_that_does_not_exist_is_refused(client, application, stamp, commune):
    """The list comes back with what is wrong."""
    answer = send(client, stamp + "/place", province="38", commune=commune)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text
    assert application.scans.places == []


def test_unknown_province_is_refused(client, stamp):
    """A province that does not exist leads back to the first step."""
    answer = client.get(stamp + "/place?province=77")
    assert answer.status_code == 422
    assert 'id="province"' in answer.text


# ----------------------------------------------------------------------------------------------------- whose form it is
@pytest.mark.parametrize("what", ["code", "place"])
def test_form_of_another_site_does_nothing(client, application, stamp, what):
    """Without the token of that stamp, or with a browser that says where the form came from, nothing is done."""
    fields = {"code": "RGHTC0DE", "commune": "15286", "province": "38"}
    good = token(client, stamp)
    other = good[:-1] + ("x" if good[-1] != "x" else "y")  # good ones are random and may well end in x
    for sent, headers in (
        ({}, {}),
        ({"token": "é"}, {}),
        ({"token": other}, {}),
        ({"token": token(client, stamp)}, {"Sec-Fetch-Site": "cross-site"}),
        ({"token": token(client, stamp)}, {"Sec-Fetch-Site": "same-site"}),
    ):
        answer = client.post(f"{stamp}/{what}", data={**fields, **sent}, headers=headers)
        assert answer.status_code == 400
        assert "Xin hãy gửi lại" in answer.text
    assert (application.openings.tries, application.scans.places) == ([], [])


def test_token_holds_for_one_stamp_on_two_days():
    """Opened before midnight and sent after it still works; another stamp's token or last week's does not."""
    good = form_token(SECRET, PATH, DAY)
    assert is_ours({}, good, SECRET, PATH, DAY)
    assert is_ours({"HTTP_SEC_FETCH_SITE": "same-origin"}, good, SECRET, PATH, DAY + timedelta(days=1))
    assert not is_ours({}, good, SECRET, PATH, DAY + timedelta(days=2))
    assert not is_ours({}, good, SECRET, PATH + "0", DAY)
    assert not is_ours({}, good, b"other", PATH, DAY)


def test_only_these_two_forms_are_taken(client, fakes, stamp):
    """Nothing else below a link on goods can be sent to."""
    for path in (
        stamp,
        fakes.LOT_PAGE,
        fakes.LOT_PAGE + "/code",
        stamp + "/proof.json",
        fakes.PRODUCT_PAGE,
        stamp + "/x",
    ):
        answer = client.post(path, data={"token": token(client, stamp)})
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]


def test_unknown_stamps_take_nothing(client, application, fakes, stamp):
    """A form for a stamp that does not exist is answered like a scan of it."""
    for path in (fakes.stamp_page(Verdict.UNKNOWN), "/p/1/s/ABC"):
        for what in ("code", "place"):
            assert client.get(f"{path}/{what}").status_code == 404
            assert client.post(f"{path}/{what}", data={"token": token(client, stamp)}).status_code == 404
    assert len(application.scans.missed) == 8
    assert application.openings.tries == []
